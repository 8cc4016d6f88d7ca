//! Which way changes may go.

use hnp_state::config::Direction;

use super::Inputs;
use super::decide::Change;
use super::plan::Outcome;
use super::works::Work;

pub(super) fn left_out(
    inputs: &Inputs<'_>,
    direction: Direction,
    auto_sync: bool,
) -> Option<String> {
    let named = inputs.options.only.is_some();
    match direction {
        Direction::Disabled => Some("policy: direction = \"disabled\"".to_owned()),
        Direction::ManualOnly if !named => {
            Some("policy: direction = \"manual_only\"; name it to synchronise it".to_owned())
        }
        _ if !auto_sync && !named => {
            Some("policy: auto_sync = false; name it to synchronise it".to_owned())
        }
        _ => None,
    }
}

/// Holds what would go a way that is closed.
pub(super) fn direct(run: Direction, policy: Direction, work: &mut Work) {
    let blocks = |direction: Direction, towards: Direction| direction == towards;
    let to_git = !blocks(run, Direction::GitToGui) && !blocks(policy, Direction::GitToGui);
    let to_gui = !blocks(run, Direction::GuiToGit) && !blocks(policy, Direction::GuiToGit);
    let held = match (work.git != Change::Keep, work.gui != Change::Keep) {
        (true, true) if !(to_git && to_gui) => {
            "both sides changed; it waits for a run in both directions"
        }
        (true, _) if !to_git => "changed in the GUI; nothing goes to Git in this direction",
        (_, true) if !to_gui => "changed in Git; nothing goes to the GUI in this direction",
        _ => return,
    };
    work.stop = Some(Outcome::Held(held.to_owned()));
}
