//! Which way changes may go: one table of direction, `auto_sync`, trigger and changed side.

use hnp_state::config::{Direction, Settings};

use super::Inputs;
use super::decide::Change;
use super::plan::Outcome;
use super::works::Work;

/// What decides which way a resource's changes may go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// What policy says of the resource.
    pub policy: Direction,
    /// What policy says of runs that do not name it.
    pub auto_sync: bool,
    /// Which way the run goes.
    pub run: Direction,
    /// The run names the resource.
    pub named: bool,
    /// Nobody asked for this very run: a schedule, a push, a webhook.
    pub unattended: bool,
    /// The run passes over what policy shuts.
    pub force: bool,
}

/// Which sides changed, seen from what both last held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Changed {
    /// Git, so the GUI is to be written.
    Git,
    /// The GUI, so Git is to be written.
    Gui,
    /// Both, so both are to be written.
    Both,
}

/// What the table says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// It is carried over.
    Goes,
    /// It waits and is shown; nothing is lost, nothing overwritten.
    Held {
        /// For programs.
        code: &'static str,
        /// For people.
        why: &'static str,
    },
}

const fn held(code: &'static str, why: &'static str) -> Way {
    Way::Held { code, why }
}

/// The table.
#[must_use]
pub fn way(asked: &Asked, changed: Changed) -> Way {
    match shut(asked) {
        Way::Goes => {}
        held @ Way::Held { .. } => return held,
    }
    let closed = |towards: Direction| asked.policy == towards || asked.run == towards;
    let (to_git, to_gui) = (!closed(Direction::GitToGui), !closed(Direction::GuiToGit));
    match changed {
        Changed::Both if !(to_git && to_gui) => held(
            "both_sides",
            "both sides changed; it waits for a run in both directions",
        ),
        Changed::Gui if !to_git => held(
            "direction",
            "changed in the GUI; nothing goes to Git in this direction",
        ),
        Changed::Git if !to_gui => held(
            "direction",
            "changed in Git; nothing goes to the GUI in this direction",
        ),
        _ => Way::Goes,
    }
}

/// The part of the table that does not ask which side changed.
fn shut(asked: &Asked) -> Way {
    if asked.force {
        return Way::Goes;
    }
    match asked.policy {
        Direction::Disabled => held("disabled", "policy: direction = \"disabled\""),
        Direction::ManualOnly if !asked.named => held(
            "manual_only",
            "policy: direction = \"manual_only\"; name it to synchronise it",
        ),
        Direction::ManualOnly if asked.unattended => held(
            "manual_only",
            "policy: direction = \"manual_only\"; a person names it, not a schedule, a push or a webhook",
        ),
        _ if !asked.auto_sync && !asked.named => held(
            "auto_sync",
            "policy: auto_sync = false; name it to synchronise it",
        ),
        _ => Way::Goes,
    }
}

/// Holds what would go a way that is closed.
pub(super) fn keep_to_policy(inputs: &Inputs<'_>, settings: &Settings, work: &mut Work) {
    let options = &inputs.options;
    let asked = Asked {
        policy: settings.direction,
        auto_sync: settings.auto_sync,
        run: options.direction,
        named: options.only.is_some(),
        unattended: options.unattended,
        force: options.force,
    };
    let found = match (
        &work.stop,
        work.git != Change::Keep,
        work.gui != Change::Keep,
    ) {
        // A conflict stays one in a run that goes one way: there it can be seen and answered.
        (Some(Outcome::Conflict(_)), ..) => shut(&asked),
        (Some(_), ..) => return,
        (None, true, true) => way(&asked, Changed::Both),
        (None, true, false) => way(&asked, Changed::Gui),
        (None, false, true) => way(&asked, Changed::Git),
        (None, false, false) if work.absorb => shut(&asked),
        (None, false, false) => return,
    };
    if let Way::Held { code, why } = found {
        work.hold(code, why);
    }
}
