//! Taking changes back: the inverse of an operation, and resources as they were at another time. Always a new change.
//!
//! [`undo`] is a merge: what an operation left is the base, what is there now is ours, what was there before is theirs. So
//! later edits stay, and what was edited later at the same place is a conflict that stops that resource and no other.
//! Where nobody interfered, the very bytes come back. [`restore`] puts resources back as a revision has them.
//!
//! `base` and `blob` of the state stay as they are: they say what both sides last held, and taking back changes only Git's
//! side. The next sync then carries it to the GUI like any other edit of Git, instead of asserting the old change again.

mod gate;
mod other;
mod record;
mod restore;
mod undo;
mod unit;

use std::collections::{BTreeMap, BTreeSet};

use hnp_model::Finding;
use hnp_rules::Settings;

use crate::fabric::FabricFiles;
use crate::plan::Plan;

pub use restore::{Restore, restore};
pub use undo::{Undo, undo};

/// Files by path.
pub type Texts = BTreeMap<String, Vec<u8>>;

/// One fabric as it stands.
pub struct Side<'s> {
    /// Its files: what is managed, and what is judged together with it.
    pub fabric: FabricFiles<'s>,
    /// How it is judged.
    pub settings: Settings,
}

/// What happens to a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// It comes back.
    Create,
    /// It changes.
    Update,
    /// It goes.
    Delete,
    /// Its file moves; its value stays.
    Move,
}

impl What {
    /// Returns the word for people and programs.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::Move => "move",
        }
    }
}

/// A field that two sides changed differently.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clash {
    /// The field; empty for the whole resource.
    pub path: String,
    /// Its value as the operation left it, as JSON; `None` where nothing stood.
    pub left: Option<String>,
    /// Its value now.
    pub now: Option<String>,
    /// Its value as it was before the operation.
    pub before: Option<String>,
}

/// Something that was not taken back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stopped {
    /// Key of the resource, or path of the file.
    pub what: String,
    /// Why.
    pub why: String,
    /// The fields, where it is a matter of fields.
    pub clashes: Vec<Clash>,
}

/// What is to be done.
#[derive(Clone, Debug, Default)]
pub struct Reversal {
    /// The files.
    pub plan: Plan,
    /// What happens to which resource, by key.
    pub resources: BTreeMap<String, What>,
    /// Keys of single resources that were looked for and stand somewhere, now or then.
    pub considered: BTreeSet<String>,
    /// What stays as it is, sorted.
    pub stopped: Vec<Stopped>,
    /// Errors that the tree would have and does not have now.
    pub findings: Vec<Finding>,
}
