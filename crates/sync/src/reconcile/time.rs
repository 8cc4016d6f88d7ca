//! Which side changed last, where that can be told.

use hnp_state::config::{Settings, Strategy};

use super::Inputs;
use super::conflict::Conflict;
use super::tree::GitTree;
use super::works::Work;
use crate::gui::GuiResource;
use crate::history::InGit;

/// The side whose change is the later one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Later {
    Gui,
    Git,
}

/// Compares when both sides came to their values.
///
/// # Errors
///
/// Says why time decides nothing; a person has to.
pub(super) fn later(
    inputs: &Inputs<'_>,
    tree: &GitTree,
    one: Option<&GuiResource>,
    settings: &Settings,
    work: &Work,
    conflict: &Conflict,
) -> Result<Later, String> {
    let because = |why: &str| Err(format!("timestamp_wins: {why}"));
    // Nobody looks on: then the configuration must have said so, and not just a flag of the run.
    if inputs.options.unattended && settings.strategy != Strategy::TimestampWins {
        return because("decides unattended only where the configuration asks for it");
    }
    if conflict.kind == "delete_modify" {
        return because("one side deleted it, which is for a person to weigh");
    }
    let Some(seconds) = inputs.options.seconds else {
        return because("when it was changed is not known here");
    };
    let updated = one.and_then(|one| one.updated.as_deref());
    let Some(gui) = updated.and_then(seconds) else {
        return because("the GUI does not say when it was changed there");
    };
    let git = tree.docs.get(&work.key).and_then(|doc| {
        inputs.git.changed_at(&InGit {
            id: &doc.id,
            path: &doc.path,
            value: &doc.value,
        })
    });
    let Some(git) = git else {
        return because(
            "when Git's value came about is not known: it is not committed, or the history at hand does not reach back",
        );
    };
    let skew = u64::from(inputs.config.sync.clock_skew_seconds);
    if gui.abs_diff(git) < skew {
        return because(&format!(
            "both changed within {skew} seconds, nearer than clocks can be trusted"
        ));
    }
    Ok(if gui > git { Later::Gui } else { Later::Git })
}
