//! What a plan says: of each resource what becomes of it, and what is to be written where.

use std::collections::{BTreeMap, BTreeSet};

use hnp_model::ResourceId;
use hnp_state::ledger::Step;
use hnp_state::state_file::{Entry, State};

use super::conflict::Conflict;
use super::decide::Change;
use crate::gui::GuiWrite;
use crate::plan::Plan;

/// What became of a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Both sides hold the same, and it is on record.
    Synced,
    /// Something is written.
    Changed,
    /// Both sides came to the same by themselves; that goes on record.
    Agreed,
    /// A change waits: its direction is blocked, or it needs to be confirmed.
    Held(String),
    /// Not enough is known to do anything.
    Unknown(String),
    /// A deletion that a person must confirm.
    Unconfirmed(String),
    /// A conflict with this id.
    Conflict(String),
    /// It cannot be written.
    Failed(String),
}

/// A resource in a plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// Key in the state.
    pub key: String,
    /// Which.
    pub id: ResourceId,
    /// Row of the table of whole resources, such as `gui-mod`.
    pub row: &'static str,
    /// What happens to Git.
    pub git: Change,
    /// What happens to the GUI.
    pub gui: Change,
    /// What becomes of it.
    pub outcome: Outcome,
    /// How many fields a strategy or a person settled.
    pub settled: usize,
    /// Why it waits, as a word for programs: `disabled`, `manual_only`, `auto_sync`, `direction`, `both_sides`, `hold`,
    /// `fight`, `limit`, `orphan`, `feature` or `renamed`.
    pub code: Option<&'static str>,
    /// What was settled against, field by field.
    pub lost: Vec<Lost>,
    /// The change as hashes, for the ledger; not of what is new.
    pub step: Option<Step>,
    /// Why the strategy left it to a person.
    pub note: Option<String>,
    /// Key of the resource that it was before a person gave it another name in the GUI.
    pub renamed_from: Option<String>,
}

/// A value that gave way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost {
    /// Field path; empty for the whole resource.
    pub path: String,
    /// What decided: a strategy's word; `user_guided` where a person did.
    pub by: &'static str,
    /// Whose value holds now: `gui`, `git`, `base`, or `value` for one that neither had.
    pub winner: &'static str,
    /// The GUI's value, as JSON, where it gave way.
    pub gui: Option<String>,
    /// Git's value, as JSON, where it gave way.
    pub git: Option<String>,
}

/// What is to be done.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SyncPlan {
    /// Steps on files under `managed/`.
    pub files: Plan,
    /// Writes to the GUI, in the order in which they are safe.
    pub gui: Vec<GuiWrite>,
    /// Words to leave in the GUI with values that went to Git or that both sides came to; that one is not left fails nothing.
    pub marks: Vec<GuiWrite>,
    /// Every resource that was looked at, by key.
    pub items: Vec<Item>,
    /// The open conflicts among them.
    pub conflicts: Vec<Conflict>,
    /// Bytes that must be in Git's object database for the new state to mean something.
    pub blobs: Vec<Vec<u8>>,
    /// Entries of the new state: what to set, or to drop.
    pub(super) entries: BTreeMap<String, Option<Entry>>,
    /// Resources whose old conflicts and resolutions give way.
    pub(super) decided: BTreeSet<String>,
    /// Resolutions that stay, by id.
    pub(super) waiting: BTreeSet<String>,
}

impl SyncPlan {
    /// Returns the state afterwards; resources whose GUI write failed keep what they have.
    #[must_use]
    pub fn state(&self, old: &State, failed: &BTreeSet<String>) -> State {
        let mut state = old.clone();
        for (key, entry) in &self.entries {
            if failed.contains(key) {
                continue;
            }
            match entry {
                Some(entry) => _ = state.resources.insert(key.clone(), entry.clone()),
                None => _ = state.resources.remove(key),
            }
        }
        let resource = |table: &hnp_state::state_file::Fields| match table.get("resource") {
            Some(hnp_state::state_file::Field::Text(key)) => Some(key.clone()),
            _ => None,
        };
        let gone = |key: Option<String>| {
            key.is_some_and(|key| self.decided.contains(&key) && !failed.contains(&key))
        };
        state.conflicts.retain(|_, table| !gone(resource(table)));
        state
            .resolutions
            .retain(|id, table| self.waiting.contains(id) || !gone(resource(table)));
        for conflict in &self.conflicts {
            state
                .conflicts
                .insert(conflict.id.clone(), conflict.to_fields());
        }
        state
    }

    /// Tells whether the state stays as it is for certain, so that it need not be made anew and compared.
    #[must_use]
    pub fn keeps_state(&self, old: &State) -> bool {
        self.entries.is_empty()
            && self.conflicts.is_empty()
            && old.conflicts.is_empty()
            && old.resolutions.is_empty()
    }

    /// Tells whether carrying it out would write anything but the state.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.is_empty() && self.gui.is_empty()
    }
}
