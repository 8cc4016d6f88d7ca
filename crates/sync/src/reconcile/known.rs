//! Whether enough is known of a resource to do anything.

use super::Inputs;
use super::decide::Base;
use super::tree::GitTree;
use super::works::Work;
use crate::gui::GuiResource;

/// Says why nothing can be done about a resource, where that is so.
pub(super) fn not_known(
    inputs: &Inputs<'_>,
    tree: &GitTree,
    one: Option<&GuiResource>,
    work: &Work,
) -> Option<String> {
    if let Some((_, why)) = tree.unknown.get(&work.key) {
        return Some(why.clone());
    }
    if work.git_now.is_none()
        && let Some(path) = tree.may_hold(
            &work.id.name,
            matches!(work.base, Base::Absent | Base::Unknown),
        )
    {
        return Some(format!(
            "it is not in Git as far as can be read, but {path} cannot be read; `hnp validate` says why"
        ));
    }
    let recorded = inputs.state.resources.get(&work.key);
    let recorded = recorded.map(|entry| entry.path.as_str());
    if work.git_now.is_none()
        && let Some(why) = tree.hides(recorded)
    {
        return Some(format!("it is not in Git as far as can be seen, but {why}"));
    }
    if work.gui_now.is_some() || work.reverted {
        return None;
    }
    if !inputs.snapshot.complete && one.is_none() {
        return Some("the GUI's snapshot is not complete, and it is not in it".to_owned());
    }
    let deleted = one.is_some_and(|one| one.deleted);
    if work.git_now.is_none() || matches!(work.base, Base::Absent) && !deleted {
        return None;
    }
    // Deleted there, and not on record: a run that died or was thrown away may have brought it.
    if matches!(work.base, Base::Unknown | Base::Absent) {
        return one.map(|_| {
            "it was deleted in the GUI, and what both sides last held is not known; delete it in Git too, or bring it back in the GUI".to_owned()
        });
    }
    let paired = inputs.snapshot.lineage.as_deref() == Some(inputs.state.lineage.as_str());
    if !paired || !inputs.snapshot.complete || !one.is_some_and(|one| one.deleted) {
        return Some(
            "the GUI no longer has it, and nothing proves that a person deleted it there"
                .to_owned(),
        );
    }
    None
}

/// Says why a deletion is not proven, where that is so: Git must still have what both sides last held. Where the history was
/// rewritten or cut off it may not, and nobody can then tell a deletion from a history that never had the resource.
pub(super) fn not_proven(inputs: &Inputs<'_>, work: &Work) -> Option<String> {
    if !work.is_going() || !work.deletes() || work.resolution.is_some() {
        return None;
    }
    let entry = inputs.state.resources.get(&work.key)?;
    // Where the state has no base of its own, the GUI brought one along.
    entry.base.as_ref()?;
    let known = entry
        .blob
        .as_deref()
        .is_some_and(|blob| inputs.git.blob(blob).is_some());
    (!known).then(|| {
        "it is gone on one side, but Git does not have what both sides last held: the history was rewritten or cut off, which proves no deletion. Fetch all of it, or delete it on the other side too".to_owned()
    })
}
