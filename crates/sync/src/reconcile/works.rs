//! First step: every resource that a side has or the state knows, with its three values and what they make together.

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap, HashSet};

use hnp_merge::Rules;
use hnp_model::{ResourceId, kind};
use hnp_state::config::OnGitDelete;
use hnp_state::ledger::{Past, Step};
use hnp_yaml::Node;

use super::Inputs;
use super::base::base;
use super::conflict::Conflict;
use super::corruption::corruption;
use super::decide::{Base, Change};
use super::direction::keep_to_policy;
use super::first;
use super::known::{not_known, not_proven};
use super::merge::merge;
use super::past::keep_to_past;
use super::plan::{Lost, Outcome};
use super::reverted::reverted;
use super::tree::GitTree;
use crate::gui::{GuiResource, Synced, managed};

/// One resource on its way through the plan.
pub(super) struct Work {
    pub(super) key: String,
    pub(super) id: ResourceId,
    pub(super) row: &'static str,
    pub(super) base: Base,
    pub(super) gui_now: Option<Node>,
    pub(super) git_now: Option<Node>,
    pub(super) result: Option<Node>,
    pub(super) git: Change,
    pub(super) gui: Change,
    /// The GUI holds a draft that has the value already, or a deletion that is done.
    pub(super) absorb: bool,
    pub(super) revision: Option<i64>,
    /// What hnp left in the GUI.
    pub(super) synced: Option<Synced>,
    /// Git took it over from the GUI and went back.
    pub(super) reverted: bool,
    pub(super) orphan: bool,
    pub(super) settled: usize,
    pub(super) stop: Option<Outcome>,
    pub(super) conflict: Option<Conflict>,
    /// Id of the resolution that was applied.
    pub(super) resolution: Option<String>,
    /// Why it waits, for programs.
    pub(super) code: Option<&'static str>,
    pub(super) lost: Vec<Lost>,
    pub(super) note: Option<String>,
    pub(super) step: Option<Step>,
    /// Order where a limit cuts a run short.
    pub(super) priority: u16,
    /// In a pair of a resource's old and new name, the place of the other one.
    pub(super) other_name: Option<usize>,
    /// Where it stands in Git, under the name it had.
    pub(super) renamed_from: Option<String>,
}

impl Work {
    pub(super) fn is_going(&self) -> bool {
        self.stop.is_none()
    }

    /// Lets it wait.
    pub(super) fn hold(&mut self, code: &'static str, why: impl Into<String>) {
        self.stop = Some(Outcome::Held(why.into()));
        self.code = Some(code);
        self.conflict = None;
    }

    pub(super) fn is_deletion(&self) -> bool {
        self.other_name.is_none() && self.deletes()
    }

    pub(super) fn deletes(&self) -> bool {
        self.git == Change::Delete || self.gui == Change::Delete && !self.orphan
    }

    pub(super) fn is_change(&self) -> bool {
        self.git != Change::Keep || self.gui != Change::Keep || self.absorb
    }

    pub(super) fn values(&self) -> [Option<&Node>; 3] {
        [
            self.base.value(),
            self.gui_now.as_ref(),
            self.git_now.as_ref(),
        ]
    }
}

pub(super) fn works(inputs: &Inputs<'_>, tree: &GitTree) -> Vec<Work> {
    let fabric = inputs.fabric.name;
    let gui: HashMap<String, &GuiResource> = inputs
        .snapshot
        .resources
        .iter()
        .filter(|one| one.fabric.as_deref().is_none_or(|name| name == fabric))
        .map(|one| (one.id.key(fabric), one))
        .collect();
    let prefix = format!("{fabric}/");
    let mut ids: BTreeMap<String, ResourceId> = BTreeMap::new();
    ids.extend(
        tree.docs
            .iter()
            .map(|(key, doc)| (key.clone(), doc.id.clone())),
    );
    ids.extend(
        tree.unknown
            .iter()
            .map(|(key, (id, _))| (key.clone(), id.clone())),
    );
    ids.extend(gui.iter().map(|(key, one)| (key.clone(), one.id.clone())));
    let conflicting = inputs
        .state
        .conflicts
        .iter()
        .filter_map(|(id, table)| Some(Conflict::from_fields(id, table)?.resource));
    for key in inputs.state.resources.keys().cloned().chain(conflicting) {
        if let Some(id) = key.strip_prefix(&prefix).and_then(id_of_key) {
            ids.entry(key).or_insert(id);
        }
    }
    let ever = first::ever(inputs);
    let past = OnceCell::new();
    let mut works: Vec<Work> = ids
        .into_iter()
        .filter(|(key, _)| inputs.options.only.is_none_or(|only| only(key)))
        .map(|(key, id)| {
            let one = gui.get(&key).copied();
            work(inputs, tree, one, &past, ever, key, id)
        })
        .collect();
    // A file that cannot be read is one conflict, however many resources it held.
    let mut told = HashSet::new();
    for work in &mut works {
        let known = work.conflict.as_ref().map(|conflict| conflict.id.clone());
        if known.is_some_and(|id| !told.insert(id)) {
            work.conflict = None;
        }
    }
    works
}

/// Reads `Kind/namespace/name`; of a foreign kind the group stands behind the first dot.
#[must_use]
pub fn id_of_key(rest: &str) -> Option<ResourceId> {
    let mut parts = rest.split('/');
    let (kind, namespace, name) = (parts.next()?, parts.next()?, parts.next()?);
    let (kind, group) = match kind.split_once('.') {
        Some((kind, group)) => (kind, group.to_owned()),
        None => (kind, kind::find_by_word(kind)?.group.to_owned()),
    };
    Some(ResourceId {
        kind: kind.to_owned(),
        group,
        namespace: namespace.to_owned(),
        name: name.to_owned(),
    })
}

pub(super) fn work(
    inputs: &Inputs<'_>,
    tree: &GitTree,
    one: Option<&GuiResource>,
    past: &OnceCell<Past>,
    ever: bool,
    key: String,
    id: ResourceId,
) -> Work {
    let rules = Rules::of(&id.group, &id.kind);
    let gui_now = one.and_then(GuiResource::value).map(managed);
    let doc = tree.docs.get(&key);
    let entry = inputs.state.resources.get(&key);
    let known = base(inputs, one, entry, ever, gui_now.as_ref(), doc);
    let back = reverted(inputs, &known, (&key, &id), one, gui_now.as_ref(), doc);
    let is_reverted = back.is_some();
    let base = back.unwrap_or(known);
    let git_now = doc.map(|doc| doc.value.clone());
    let mut work = Work {
        row: "none",
        result: None,
        git: Change::Keep,
        gui: Change::Keep,
        absorb: false,
        revision: one.map(|one| one.revision),
        synced: one.and_then(|one| one.synced.clone()),
        reverted: is_reverted,
        orphan: false,
        settled: 0,
        stop: None,
        conflict: None,
        resolution: None,
        code: None,
        lost: Vec::new(),
        note: None,
        step: None,
        priority: 0,
        other_name: None,
        renamed_from: None,
        key,
        id,
        base,
        gui_now,
        git_now,
    };
    let settings = inputs.config.settings_for(inputs.fabric.name, &work.id);
    work.priority = settings.priority;
    if let Some(conflict) = corruption(inputs, tree, &work) {
        work.stop = Some(Outcome::Conflict(conflict.id.clone()));
        work.conflict = Some(conflict);
        keep_to_policy(inputs, &settings, &mut work);
        return work;
    }
    if let Some(why) = not_known(inputs, tree, one, &work) {
        work.stop = Some(Outcome::Unknown(why));
        return work;
    }
    if one.is_some_and(|one| one.orphan) && work.git_now.is_none() {
        work.hold(
            "orphan",
            "Git deleted it, and it is kept in the GUI as an orphan",
        );
        return work;
    }
    merge(inputs, tree, one, rules, &settings, &mut work);
    work.orphan = work.gui == Change::Delete && settings.on_git_delete == OnGitDelete::Orphan;
    if work.stop.is_none()
        && let Some(one) = one
    {
        // Both sides will be at one: what the GUI keeps of the way there has done its service.
        let drafted = !one.deleted && one.draft.is_some() && work.gui == Change::Keep;
        let buried = one.deleted && work.result.is_none();
        work.absorb = drafted || buried;
    }
    if let Some(why) = not_proven(inputs, &work) {
        work.stop = Some(Outcome::Unknown(why));
        return work;
    }
    keep_to_policy(inputs, &settings, &mut work);
    keep_to_past(inputs, past, entry, &mut work);
    work
}
