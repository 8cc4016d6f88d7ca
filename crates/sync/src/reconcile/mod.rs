//! The plan of a synchronisation: base, Git and GUI in, writes to both sides out.
//!
//! Nothing is done here. Of each resource the three values are compared and merged by field; what cannot be merged is a
//! conflict, and both sides then keep what they have. Where something is not known, nothing happens. Each step is a file.

mod base;
mod conflict;
mod corruption;
mod decide;
mod direction;
mod files;
mod finish;
mod first;
mod gate;
mod guard;
mod half;
mod idle;
mod known;
mod kustomization;
mod large;
mod limit;
mod marks;
mod merge;
mod past;
mod plan;
mod rename;
mod resolution;
mod reverted;
mod settle;
mod time;
mod tree;
mod verdict;
mod works;

use std::collections::BTreeMap;

use hnp_rules::Settings;
use hnp_state::config::{Config, Direction, Strategy};
use hnp_state::ledger::Past;
use hnp_state::state_file::State;

use crate::fabric::FabricFiles;
use crate::gui::Snapshot;
use crate::history::History;

pub use conflict::{Conflict, FieldConflict};
pub use decide::{Base, Change, Decision, decide, same};
pub use direction::{Asked, Changed, Way, way};
pub use large::LargeValue;
pub use plan::{Item, Lost, Outcome, SyncPlan};
pub use resolution::{Pick, Resolution, parse_value};
pub use verdict::{Verdict, judge, taken};
pub use works::id_of_key;

use finish::finish;
use guard::guard;
use settle::settle;
use tree::GitTree;
use works::works;

/// What a plan is made from.
pub struct Inputs<'i> {
    /// The fabric with its files: Git's side.
    pub fabric: &'i FabricFiles<'i>,
    /// The configuration: policies and limits.
    pub config: &'i Config,
    /// How the merged tree is judged.
    pub settings: &'i Settings,
    /// What both sides last agreed on.
    pub state: &'i State,
    /// The GUI's side.
    pub snapshot: &'i Snapshot,
    /// What Git keeps beside its tree.
    pub git: &'i dyn History,
    /// How to synchronise.
    pub options: Options<'i>,
}

/// What taking changes back needs too: the tree by identity, and values written into it.
pub(crate) mod shared {
    pub(crate) use super::files::{Files, Wish};
    pub(crate) use super::tree::{GitTree, find};
}

/// How to synchronise.
#[derive(Clone, Copy, Default)]
pub struct Options<'o> {
    /// Which way changes may go; a policy may narrow it.
    pub direction: Direction,
    /// Only resources whose key this accepts. Naming a resource includes it where policy leaves it out otherwise.
    pub only: Option<&'o dyn Fn(&str) -> bool>,
    /// Deletions beyond the limit are meant.
    pub confirm_deletes: bool,
    /// What happens to a conflict in this run, whatever policy says.
    pub strategy: Option<Strategy>,
    /// Passes over holds, fights, `disabled`, `manual_only` and `auto_sync = false`. Nothing is deleted then unless
    /// deletions are confirmed.
    pub force: bool,
    /// Nobody asked for this very run: a schedule, a push, a webhook.
    pub unattended: bool,
    /// Reads an RFC 3339 time as seconds since 1970; without it, nothing is decided by time.
    pub seconds: Option<&'o SecondsOf<'o>>,
    /// What the ledger says; asked for at the first change only. Without it there is no hold and no fight.
    pub past: Option<&'o dyn Fn() -> Past>,
    /// What of a resource went to Git last, by its key. Asked where the GUI has what Git has not.
    pub carried: Option<&'o CarriedOf<'o>>,
    /// Answers given in this run, by the id of the conflict.
    pub answers: Option<&'o BTreeMap<String, Resolution>>,
}

/// Reads a time.
pub type SecondsOf<'o> = dyn Fn(&str) -> Option<i64> + 'o;

/// Says what of a resource went to Git last.
pub type CarriedOf<'o> = dyn Fn(&str) -> Option<Carried> + 'o;

/// An edit of the GUI's that went to Git, or to a branch that may have come there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Carried {
    /// The revision that the GUI had of it.
    pub revision: i64,
    /// Hash of the GUI's value; `None` where it deleted the resource.
    pub value: Option<String>,
    /// Hash of what Git was to get, where that was merged from both sides.
    pub merged: Option<String>,
    /// The commit that Git's side stood on.
    pub head: String,
}

/// Makes the plan.
#[must_use]
pub fn plan_sync(inputs: &Inputs<'_>) -> SyncPlan {
    plan_sync_by(inputs).0
}

/// Which way a plan was made.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Road {
    /// Nothing is to be done, which was seen without a merge.
    Short,
    /// All that there is to a synchronisation.
    Full,
}

/// Makes the plan and says which way it went; for tests that the short way is taken where it can be.
#[doc(hidden)]
#[must_use]
pub fn plan_sync_by(inputs: &Inputs<'_>) -> (SyncPlan, Road) {
    match idle::idle(inputs) {
        Some(plan) => (plan, Road::Short),
        None => (plan_sync_in_full(inputs), Road::Full),
    }
}

/// Makes the same plan without the short cut for a run that has nothing to do; for tests that compare the two.
#[doc(hidden)]
#[must_use]
pub fn plan_sync_in_full(inputs: &Inputs<'_>) -> SyncPlan {
    let tree = &GitTree::read(inputs.fabric, inputs.config.limits.yaml());
    let mut works = works(inputs, tree);
    rename::find(inputs, &mut works);
    guard(inputs, tree, &mut works);
    let waiting = limit::cut(inputs, &mut works);
    let files = settle(inputs, tree, &mut works, waiting);
    finish(inputs, tree, &works, files)
}
