//! What both sides last held.

use hnp_merge::Rules;
use hnp_model::ResourceId;
use hnp_state::state_file::Entry;
use hnp_yaml::{Node, Options as ReadOptions, parse};

use super::Inputs;
use super::decide::{Base, same};
use super::files::place;
use super::tree::GitDoc;
use crate::gui::{GuiResource, base_hash, managed};
use crate::history::InPast;

/// Finds what both sides last held: what the GUI knows of it, where Git held that too, else what is on record.
pub(super) fn base(
    inputs: &Inputs<'_>,
    one: Option<&GuiResource>,
    entry: Option<&Entry>,
    ever: bool,
    gui: Option<&Node>,
    git: Option<&GitDoc>,
) -> Base {
    if let Some(one) = one
        && let Some(node) = of_gui(inputs, one, entry, gui, git)
    {
        return Base::Value(node);
    }
    let Some(entry) = entry else {
        return if ever { Base::Absent } else { Base::Unknown };
    };
    let Some(hash) = &entry.base else {
        return Base::Unknown;
    };
    for side in [git.map(|git| &git.value), gui].into_iter().flatten() {
        if base_hash(side) == *hash {
            return Base::Value(side.clone());
        }
    }
    on_record(inputs, entry).map_or(Base::Lost, Base::Value)
}

/// Reads what the state has on record.
fn on_record(inputs: &Inputs<'_>, entry: &Entry) -> Option<Node> {
    let bytes = inputs.git.blob(entry.blob.as_deref()?)?;
    let stream = parse(bytes, &ReadOptions::default());
    let root = stream.documents().find_map(hnp_yaml::Document::root)?;
    let node = managed(&Node::from(root));
    (Some(base_hash(&node)) == entry.base).then_some(node)
}

fn of_gui(
    inputs: &Inputs<'_>,
    one: &GuiResource,
    entry: Option<&Entry>,
    gui: Option<&Node>,
    git: Option<&GitDoc>,
) -> Option<Node> {
    // Of a deletion the GUI may say what it was that was deleted.
    if one.deleted {
        return one.base.as_ref().map(managed);
    }
    if one.draft.is_some() {
        let node = managed(one.base.as_ref().or(one.desired.as_ref())?);
        return held(inputs, one, entry, git, &node).then_some(node);
    }
    moved_away(inputs, one, entry, gui?, git)
}

/// Tells whether Git ever held what a draft was made from. What a run put into the GUI, and whose part in Git was thrown
/// away, is no base: Git, which never saw it, would seem to have taken it back.
fn held(
    inputs: &Inputs<'_>,
    one: &GuiResource,
    entry: Option<&Entry>,
    git: Option<&GitDoc>,
    node: &Node,
) -> bool {
    let rules = Rules::of(&one.id.group, &one.id.kind);
    if same(rules, git.map(|git| &git.value), Some(node)) {
        return true;
    }
    let hash = base_hash(node);
    if let Some(entry) = entry
        && (entry.base.as_ref() == Some(&hash)
            || on_record(inputs, entry).is_some_and(|was| same(rules, Some(&was), Some(node))))
    {
        return true;
    }
    let put = one.synced.as_ref().filter(|synced| synced.base == hash);
    let since = match put {
        Some(synced) => Some(synced.head.as_str()),
        None if one.base.is_none() => one.desired_commit.as_deref(),
        None => None,
    };
    let asked = InPast {
        id: &one.id,
        paths: &paths(inputs, &one.id, entry, git),
        value: node,
        since,
    };
    inputs.git.held(&asked).unwrap_or(true)
}

/// Returns the GUI's value where it is what hnp put there, Git held it then or later, and holds it no more: Git moved away
/// from it, even if the record went back with it, as a revert does. Where Git does not come from the commit on which it was put,
/// it is Git that is behind.
fn moved_away(
    inputs: &Inputs<'_>,
    one: &GuiResource,
    entry: Option<&Entry>,
    gui: &Node,
    git: Option<&GitDoc>,
) -> Option<Node> {
    let synced = one.synced.as_ref()?;
    let recorded = entry.and_then(|entry| entry.base.as_ref());
    // An edit back to what was put is an edit, which only the revision tells.
    if recorded == Some(&synced.base) || one.revision != synced.revision {
        return None;
    }
    let rules = Rules::of(&one.id.group, &one.id.kind);
    if same(rules, git.map(|git| &git.value), Some(gui)) || base_hash(gui) != synced.base {
        return None;
    }
    let asked = InPast {
        id: &one.id,
        paths: &paths(inputs, &one.id, entry, git),
        value: gui,
        since: Some(&synced.head),
    };
    (inputs.git.held(&asked) == Some(true)).then(|| gui.clone())
}

/// Returns where a resource stands, stood by the record, and would stand.
pub(super) fn paths(
    inputs: &Inputs<'_>,
    id: &ResourceId,
    entry: Option<&Entry>,
    git: Option<&GitDoc>,
) -> Vec<String> {
    let mut paths = Vec::new();
    paths.extend(git.map(|git| git.path.clone()));
    paths.extend(entry.map(|entry| entry.path.clone()));
    paths.push(place(inputs.fabric, id));
    paths.dedup();
    paths
}
