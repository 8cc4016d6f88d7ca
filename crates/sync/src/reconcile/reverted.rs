//! What Git took over from the GUI and took back, before the GUI heard of it or where nothing in it tells of it any more.

use hnp_merge::{Choice, Rules};
use hnp_model::ResourceId;
use hnp_state::state_file::Entry;
use hnp_yaml::Node;

use super::base::paths;
use super::decide::{Base, Change, decide, same};
use super::tree::GitDoc;
use super::{Carried, Inputs};
use crate::gui::{GuiResource, base_hash};
use crate::history::{OnLine, Sought};

/// Returns what both sides held when Git went back: Git moved away from it, so the GUI follows. Nothing where it is not known,
/// or where Git went elsewhere: what is a conflict by the base that is known stays one.
pub(super) fn reverted(
    inputs: &Inputs<'_>,
    known: &Base,
    (key, id): (&str, &ResourceId),
    one: Option<&GuiResource>,
    gui: Option<&Node>,
    git: Option<&GitDoc>,
) -> Option<Base> {
    let rules = Rules::of(&id.group, &id.kind);
    let git_now = git.map(|git| &git.value);
    if same(rules, git_now, gui) {
        return None;
    }
    let decision = decide(rules, known, gui, git_now, &mut |_| Choice::Open);
    if decision.git == Change::Keep {
        return None;
    }
    let entry = inputs.state.resources.get(key);
    let (since, merged) = match one {
        // What hnp put there is newer than all that went before, even under the same number.
        Some(one) => {
            let put = one.synced.as_ref().map(|synced| synced.head.clone());
            let carried = carried(inputs, key, one, gui)?;
            let since: Vec<String> = put.into_iter().chain([carried.head]).collect();
            (since, carried.merged)
        }
        None => {
            gone_before(inputs, entry, git)?;
            (Vec::new(), None)
        }
    };
    let is_so = inputs.git.on_line(&OnLine {
        id,
        key,
        paths: &paths(inputs, id, entry, git),
        sought: match (&merged, gui) {
            (Some(hash), _) => Sought::Hash(hash),
            (None, Some(value)) => Sought::Value(value),
            (None, None) => Sought::Gone,
        },
        since: &since,
    });
    is_so.then(|| gui.map_or(Base::Absent, |gui| Base::Value(gui.clone())))
}

/// Returns the GUI's edit where it went to Git. What was saved again since is another edit, which only the revision tells.
fn carried(
    inputs: &Inputs<'_>,
    key: &str,
    one: &GuiResource,
    gui: Option<&Node>,
) -> Option<Carried> {
    let carried = inputs.options.carried.filter(|_| one.revision > 0)?(key)?;
    let hash = gui.map(base_hash);
    (carried.revision == one.revision && carried.value == hash).then_some(carried)
}

/// Tells whether the GUI lost a resource that is on record. That it was deleted there and Git took that over and back is seen
/// by the record alone, which goes only when both sides have lost it, and comes back with Git.
fn gone_before(inputs: &Inputs<'_>, entry: Option<&Entry>, git: Option<&GitDoc>) -> Option<()> {
    let snapshot = inputs.snapshot;
    let paired = snapshot.lineage.as_deref() == Some(inputs.state.lineage.as_str());
    entry?.base.as_ref()?;
    git?;
    (paired && snapshot.complete).then_some(())
}
