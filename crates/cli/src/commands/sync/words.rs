//! What a GUI is told of where Git stands, where Git's side is a commit and a branch carries what goes there.

use std::collections::HashMap;
use std::rc::Rc;

use hnp_merge::Rules;
use hnp_state::state_file::State;
use hnp_sync::forge::Values;
use hnp_sync::gui::{GuiAction, GuiResource, GuiWrite, Snapshot, base_hash, managed};
use hnp_sync::reconcile::{Change, Item, Outcome, SyncPlan, same};
use hnp_yaml::Node;

/// Returns the words to leave with what both sides hold and the GUI does not know of: an edit of its own whose branch was
/// merged, or what it always had. It learns where Git stands, so that no branch has to say it, and a revert is known for one.
pub(super) fn marks(
    plan: &SyncPlan,
    state: &State,
    snapshot: &Snapshot,
    fabric: &str,
    at: &mut dyn FnMut(&str) -> Option<Rc<Values>>,
) -> Vec<GuiWrite> {
    let here = snapshot
        .resources
        .iter()
        .filter(|one| one.fabric.as_deref().is_none_or(|name| name == fabric))
        .map(|one| (one.id.key(fabric), one));
    let here: HashMap<String, &GuiResource> = here.collect();
    let held = |item: &&Item| {
        let agreed = matches!(item.outcome, Outcome::Synced | Outcome::Agreed);
        agreed && item.git == Change::Keep && item.gui == Change::Keep
    };
    let mut marks = Vec::new();
    for item in plan.items.iter().filter(held) {
        let Some(one) = here.get(&item.key) else {
            continue;
        };
        let Some(desired) = one.desired.as_ref().filter(|_| one.draft.is_none()) else {
            continue;
        };
        if one.deleted || one.orphan || is_told(state, item, one, desired, at) {
            continue;
        }
        marks.push(GuiWrite {
            id: one.id.clone(),
            fabric: fabric.to_owned(),
            before: Some(one.revision),
            action: GuiAction::Mark,
        });
    }
    marks
}

/// Tells whether the GUI knows that it holds what Git has. One saved again, or in another order, knows it still.
fn is_told(
    state: &State,
    item: &Item,
    one: &GuiResource,
    desired: &Node,
    at: &mut dyn FnMut(&str) -> Option<Rc<Values>>,
) -> bool {
    // What is not on record is looked up in that commit.
    if item.outcome == Outcome::Agreed && one.desired_commit.is_none() {
        return false;
    }
    if let Some(synced) = &one.synced {
        let recorded = state.resources.get(&item.key);
        let recorded = recorded.and_then(|entry| entry.base.as_ref());
        if recorded == Some(&synced.base) && item.outcome == Outcome::Synced {
            return true;
        }
        if base_hash(&managed(desired)) == synced.base {
            return true;
        }
    }
    let Some(commit) = &one.desired_commit else {
        // From before there was a word to leave: nothing tells that anything was carried.
        return item.outcome == Outcome::Synced && one.synced.is_none();
    };
    let rules = Rules::of(&one.id.group, &one.id.kind);
    let then = at(commit).and_then(|values| values.get(&item.key).cloned());
    same(rules, then.as_ref(), Some(&managed(desired)))
}
