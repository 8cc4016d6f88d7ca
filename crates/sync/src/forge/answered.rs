//! Which of the GUI's edits an answer took in: that stands beside the answer, and comes to Git with the branch.
//!
//! Merged, Git has what the person chose, and the GUI still has its edit. Without this a clone that has no ledger could not tell
//! that edit from one made after the answer, and would propose once more what was turned down.

use hnp_state::state_file::{Field, Fields, State};
use hnp_yaml::Node;

use super::state::resource;
use crate::gui::{GuiResource, base_hash, managed};
use crate::reconcile::{Change, Outcome, SyncPlan};

/// Hash of the GUI's value, or [`DELETED`].
const EDIT: &str = "gui";
/// The GUI's revision of it.
const REVISION: &str = "gui_revision";
const DELETED: &str = "deleted";

/// Writes beside each answer that a branch carries out which edit of the GUI's it took in; `gui` finds a resource by its key.
pub fn note_edits<'g>(
    state: &mut State,
    plan: &SyncPlan,
    gui: &dyn Fn(&str) -> Option<&'g GuiResource>,
) {
    for table in state.resolutions.values_mut() {
        let Some(key) = resource(table).map(str::to_owned) else {
            continue;
        };
        let is_carried = plan.items.iter().any(|item| {
            item.key == key && item.git != Change::Keep && item.outcome == Outcome::Changed
        });
        let Some(one) = gui(&key).filter(|one| is_carried && one.revision > 0) else {
            continue;
        };
        let value = one.value().map(managed);
        let words = [
            (EDIT, word(value.as_ref())),
            (REVISION, one.revision.to_string()),
        ];
        for (name, word) in words {
            table.insert(name.to_owned(), Field::Text(word));
        }
    }
}

/// Takes out again what [`note_edits`] wrote: before the branch is merged, it is not true.
pub fn forget_edit(table: &mut Fields) {
    table.remove(EDIT);
    table.remove(REVISION);
}

/// Tells whether what the GUI has of a resource is in what Git has, by an answer on record. Saved again, it is another edit.
pub(crate) fn is_in(state: &State, key: &str, one: &GuiResource, gui: Option<&Node>) -> bool {
    let text = |table: &'_ Fields, name: &str| match table.get(name) {
        Some(Field::Text(text)) => Some(text.clone()),
        _ => None,
    };
    one.revision > 0
        && state.resolutions.values().any(|table| {
            resource(table) == Some(key)
                && text(table, REVISION) == Some(one.revision.to_string())
                && text(table, EDIT) == Some(word(gui))
        })
}

fn word(value: Option<&Node>) -> String {
    value.map_or_else(|| DELETED.to_owned(), base_hash)
}
