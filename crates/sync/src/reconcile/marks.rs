//! What hnp leaves in the GUI with a value that it did not have to put there.

use super::decide::Change;
use super::works::Work;
use crate::gui::{GuiAction, GuiWrite, base_hash};

/// Returns the word to leave with a value that the GUI has and keeps, where it is new that both sides hold it. Without it a
/// revert of what went to Git would look like an edit of the GUI's, since the record goes back with Git.
///
/// `agreed` tells that both sides came to the same since the last run, as they do where one was killed. A GUI that is adopted
/// keeps every byte: nothing came to Git from it.
pub(super) fn mark(fabric: &str, work: &Work, agreed: bool) -> Option<GuiWrite> {
    let new = agreed || work.git != Change::Keep;
    if !work.is_going() || !new || work.gui != Change::Keep || work.absorb {
        return None;
    }
    let (value, revision) = (work.gui_now.as_ref()?, work.revision?);
    work.result.as_ref()?;
    // A run that was killed left it already.
    let left = work
        .synced
        .as_ref()
        .is_some_and(|synced| synced.revision == revision && synced.base == base_hash(value));
    (!left).then(|| GuiWrite {
        id: work.id.clone(),
        fabric: fabric.to_owned(),
        before: Some(revision),
        action: GuiAction::Mark,
    })
}
