//! The plan of a synchronisation: base, Git and GUI in, writes to both sides out.
//!
//! Nothing is done here. Of each resource the three values are compared and merged by field; what cannot be merged is a
//! conflict, and both sides then keep what they have. Where something is not known, nothing happens. Each step is a file.

mod base;
mod conflict;
mod decide;
mod direction;
mod files;
mod finish;
mod gate;
mod guard;
mod json;
mod known;
mod merge;
mod plan;
mod resolution;
mod settle;
mod tree;
mod verdict;
mod works;

use hnp_rules::Settings;
use hnp_state::config::{Config, Direction};
use hnp_state::state_file::State;

use crate::fabric::FabricFiles;
use crate::gui::Snapshot;

pub use conflict::{Conflict, FieldConflict};
pub use decide::{Base, Change, Decision, decide, same};
pub use json::json;
pub use plan::{Item, Outcome, SyncPlan};
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
    /// Reads a Git blob by id.
    pub blob: &'i dyn Fn(&str) -> Option<Vec<u8>>,
    /// Says which id bytes have as a Git blob.
    pub blob_id: &'i dyn Fn(&[u8]) -> String,
    /// How to synchronise.
    pub options: Options<'i>,
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
}

/// Makes the plan.
#[must_use]
pub fn plan_sync(inputs: &Inputs<'_>) -> SyncPlan {
    let limits = inputs.config.limits.yaml();
    let tree = GitTree::read(inputs.fabric, limits);
    let mut works = works(inputs, &tree);
    guard(inputs, &tree, &mut works);
    let files = settle(inputs, &tree, &mut works);
    finish(inputs, &tree, &works, files)
}
