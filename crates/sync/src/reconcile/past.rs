//! What the past says: holds after failures, and the guard against two sides that undo each other without end.

use std::cell::OnceCell;

use hnp_state::ledger::{FLIPS, HOLD_AFTER, Past, Step};
use hnp_state::state_file::Entry;
use hnp_yaml::Node;

use super::Inputs;
use super::decide::{Base, Change};
use super::works::Work;
use crate::gui::base_hash;

/// Holds what failed too often in a row, and what went to and fro too often.
pub(super) fn keep_to_past(
    inputs: &Inputs<'_>,
    past: &OnceCell<Past>,
    entry: Option<&Entry>,
    work: &mut Work,
) {
    if !work.is_going() || !work.is_change() {
        return;
    }
    let step = step(entry, work);
    let new = work.row.ends_with("-add");
    if !new {
        work.step.clone_from(&step);
    }
    let Some(read) = inputs.options.past.filter(|_| !inputs.options.force) else {
        return;
    };
    let past = past.get_or_init(read);
    // What is new needs no step of its own, or a first run would fill the ledger. What comes again after it went does: two
    // deletions in a row are one that waits on a branch.
    if new && past.has_steps(&work.key) {
        work.step.clone_from(&step);
    }
    let name = format!("{}/{}", work.id.kind, work.id.name);
    if past.is_on_hold(&work.key) {
        work.hold(
            "hold",
            format!(
                "on hold: it failed {} times in a row, and {HOLD_AFTER} are the limit; mend the cause, then `hnp retry {name}`",
                past.failures(&work.key)
            ),
        );
    } else if step.is_some_and(|step| past.is_fight(&work.key, &step)) {
        work.hold(
            "fight",
            format!(
                "it went to and fro between the same two values {FLIPS} times within a day: two writers undo each other; find out who, then `hnp retry {name}`"
            ),
        );
    }
}

fn step(entry: Option<&Entry>, work: &Work) -> Option<Step> {
    if work.git == Change::Keep && work.gui == Change::Keep {
        return None;
    }
    let from = match &work.base {
        Base::Value(node) => short(node),
        Base::Lost => entry
            .and_then(|entry| entry.base.as_deref())
            .map_or_else(String::new, cut),
        Base::Absent | Base::Unknown => String::new(),
    };
    Some(Step {
        from,
        to: work.result.as_ref().map_or_else(String::new, short),
    })
}

fn short(node: &Node) -> String {
    cut(&base_hash(node))
}

/// The first 16 digits tell the values of one resource apart.
fn cut(hash: &str) -> String {
    let digits = hash.rsplit(':').next().unwrap_or(hash);
    digits.chars().take(16).collect()
}
