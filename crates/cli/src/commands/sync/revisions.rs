//! Revisions that went to Git already: by them an event that comes late or twice is known, and a draft that was edited on.

use std::collections::HashMap;

use hnp_local::AnyGui;
use hnp_state::config::Direction;
use hnp_state::state_file::State;
use hnp_sync::gui::{Gui, GuiResource, Snapshot, base_hash, managed};
use hnp_sync::reconcile::{Carried, Change, Item};
use hnp_yaml::Node;
use serde_json::{Value, json};

use super::record::REVISIONS;
use crate::args::SyncArgs;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::clean;

/// How many records back an event is looked for.
const HISTORY: usize = 500;

/// Returns the arguments with the one direction that a GUI which can only be read allows.
///
/// # Errors
///
/// Exit 2 where the other direction was asked for.
pub(super) fn only_to_git(gui: &AnyGui, args: &SyncArgs) -> Result<SyncArgs, Failure> {
    let mut args = args.clone();
    if gui.is_read_only() {
        if args.direction == Direction::GitToGui {
            return Err(Failure::Usage(
                "an event can only be read: nothing can go to the GUI by it. Leave --direction out"
                    .to_owned(),
            ));
        }
        args.direction = Direction::GuiToGit;
    }
    Ok(args)
}

/// A revision of a GUI's resource that went to Git.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Went {
    pub(super) revision: i64,
    /// Hash of what Git got, where the GUI holds just that.
    pub(super) value: Option<String>,
    /// What the GUI had; not known of an older record.
    pub(super) edit: Option<Edit>,
    /// Hash of what Git got, where Git had changed the resource too.
    pub(super) merged: Option<String>,
    /// The commit that Git's side stood on.
    pub(super) head: Option<String>,
}

/// An edit of a GUI's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Edit {
    /// Hash of the value.
    Value(String),
    /// The resource was deleted.
    Deleted,
}

impl Went {
    fn of_json(value: &Value) -> Self {
        let text = |key: &str| value[key].as_str().map(str::to_owned);
        let deleted = value["deleted"] == Value::Bool(true);
        Self {
            revision: value["revision"].as_i64().unwrap_or(0),
            value: text("value"),
            edit: if deleted {
                Some(Edit::Deleted)
            } else {
                text("edit").map(Edit::Value)
            },
            merged: text("merged"),
            head: text("head"),
        }
    }

    /// As the ledger has it; what is not known is left out.
    pub(super) fn to_json(&self) -> Value {
        let mut json = json!({ "revision": self.revision, "value": self.value });
        match &self.edit {
            Some(Edit::Value(hash)) => json["edit"] = hash.as_str().into(),
            Some(Edit::Deleted) => json["deleted"] = true.into(),
            None => {}
        }
        for (key, text) in [("merged", &self.merged), ("head", &self.head)] {
            if let Some(text) = text {
                json[key] = text.as_str().into();
            }
        }
        json
    }

    /// Says what goes to Git of a resource.
    pub(super) fn of(item: &Item, one: &GuiResource, head: Option<&str>) -> Self {
        let hash = |node: &Node| base_hash(&managed(node));
        let had = || one.value().map(|value| Edit::Value(hash(value)));
        let (value, edit, merged) = match (&item.git, &item.gui) {
            (Change::Set(value), Change::Keep) => (Some(hash(value)), had(), None),
            (Change::Set(value), Change::Set(_)) => (None, had(), Some(hash(value))),
            (Change::Delete, Change::Keep) if one.deleted => (None, Some(Edit::Deleted), None),
            _ => (None, None, None),
        };
        Self {
            revision: one.revision,
            value,
            edit,
            merged,
            head: head.map(str::to_owned),
        }
    }
}

/// What of a GUI's resources went to Git before, newest first: no other place counts what the GUI counts.
#[derive(Default)]
pub(super) struct Gone(HashMap<String, Went>);

impl Gone {
    /// Reads the ledger.
    ///
    /// # Errors
    ///
    /// Exit 3 where it cannot be read.
    pub(super) fn read(context: &Context) -> Result<Self, Failure> {
        let mut newest: HashMap<String, Went> = HashMap::new();
        for record in super::super::log::records(context, HISTORY)? {
            let Some(revisions) = record.details.get(REVISIONS).and_then(Value::as_object) else {
                continue;
            };
            for (key, value) in revisions {
                let went = Went::of_json(value);
                match newest.get_mut(key) {
                    Some(known) if went.revision <= known.revision => {}
                    Some(known) => *known = went,
                    None => _ = newest.insert(key.clone(), went),
                }
            }
        }
        Ok(Self(newest))
    }

    /// Returns the edit that went to Git last, where it is known on which commit.
    pub(super) fn carried(&self, key: &str) -> Option<Carried> {
        let went = self.0.get(key)?;
        let value = match went.edit.as_ref()? {
            Edit::Value(hash) => Some(hash.clone()),
            Edit::Deleted => None,
        };
        Some(Carried {
            revision: went.revision,
            value,
            merged: went.merged.clone(),
            head: went.head.clone()?,
        })
    }

    /// Lets a draft start from what went to Git of it, where the state says that both sides held just that: whoever edits on
    /// has seen it, even if the GUI still keeps what the draft began with.
    pub(super) fn advance(&self, context: &Context, snapshot: &mut Snapshot, state: &State) {
        for one in &mut snapshot.resources {
            if one.draft.is_none() || one.deleted {
                continue;
            }
            let Some(key) = key(context, one) else {
                continue;
            };
            let (Some(went), Some(entry)) = (self.0.get(&key), state.resources.get(&key)) else {
                continue;
            };
            let Some(hash) = &went.value else {
                continue;
            };
            if one.revision <= went.revision || entry.base.as_ref() != Some(hash) {
                continue;
            }
            let value = entry
                .blob
                .as_deref()
                .and_then(|blob| context.repo.read_blob(blob))
                .and_then(|bytes| value_of(&bytes));
            if let Some(value) = value.filter(|value| base_hash(&managed(value)) == *hash) {
                one.base = Some(value);
            }
        }
    }

    /// Takes out of an event what was taken in already, in this revision or a later one, and says so.
    pub(super) fn pass_over(&self, context: &Context, snapshot: &mut Snapshot) -> Vec<String> {
        let mut said = Vec::new();
        snapshot.resources.retain(|one| {
            let Some(key) = key(context, one) else {
                return true;
            };
            match self.0.get(&key) {
                // Without a revision nothing can be told.
                Some(Went { revision: known, .. }) if one.revision > 0 && one.revision <= *known => {
                    said.push(format!(
                        "{}: the event has revision {}, and revision {known} was taken in already; it is passed over",
                        clean(&key),
                        one.revision
                    ));
                    false
                }
                _ => true,
            }
        });
        said
    }
}

/// Returns a resource's key; one that names no fabric is of the only one.
fn key(context: &Context, one: &GuiResource) -> Option<String> {
    let fabrics = &context.config.fabrics;
    let only = if fabrics.len() == 1 {
        fabrics.keys().next()
    } else {
        None
    };
    one.fabric.as_ref().or(only).map(|name| one.id.key(name))
}

fn value_of(bytes: &[u8]) -> Option<Node> {
    let stream = hnp_yaml::parse(bytes.to_vec(), &hnp_yaml::Options::default());
    let root = stream.documents().find_map(hnp_yaml::Document::root)?;
    Some(Node::from(root))
}
