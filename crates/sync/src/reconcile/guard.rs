//! The guard of deletions.

use super::Inputs;
use super::plan::Outcome;
use super::tree::GitTree;
use super::works::Work;

/// Holds all deletions where there are too many, or where nothing would be left.
pub(super) fn guard(inputs: &Inputs<'_>, tree: &GitTree, works: &mut [Work]) {
    let going = works
        .iter()
        .filter(|work| work.is_going() && work.is_deletion())
        .count();
    if going == 0 || inputs.options.confirm_deletes {
        return;
    }
    if inputs.options.force {
        let why = "--force deletes nothing without --confirm-deletes";
        return unconfirmed(works, why);
    }
    let there = tree
        .docs
        .len()
        .max(works.iter().filter(|work| work.gui_now.is_some()).count());
    let most = inputs.config.limits.deletions_of(there);
    let stays = works.iter().any(|work| work.result.is_some())
        || inputs.options.only.is_some() && there > going;
    let why = if going > most {
        format!(
            "{going} deletions in one run are more than {most}; none is done without --confirm-deletes"
        )
    } else if !stays {
        "it would leave the fabric empty; that needs --confirm-deletes".to_owned()
    } else {
        return;
    };
    unconfirmed(works, &why);
}

fn unconfirmed(works: &mut [Work], why: &str) {
    for work in works {
        if work.is_going() && work.is_deletion() {
            work.stop = Some(Outcome::Unconfirmed(why.to_owned()));
        }
    }
}
