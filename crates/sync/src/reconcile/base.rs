//! What both sides last held.

use hnp_state::state_file::Entry;
use hnp_yaml::{Node, Options as ReadOptions, parse};

use super::Inputs;
use super::decide::Base;
use crate::gui::{GuiResource, base_hash, managed};

/// Finds what both sides last held: what a draft was made from, else what is on record.
pub(super) fn base(
    inputs: &Inputs<'_>,
    one: Option<&GuiResource>,
    entry: Option<&Entry>,
    ever: bool,
    gui: Option<&Node>,
    git: Option<&Node>,
) -> Base {
    if let Some(one) = one.filter(|one| one.draft.is_some() && !one.deleted)
        && let Some(node) = one.base.as_ref().or(one.desired.as_ref())
    {
        return Base::Value(managed(node));
    }
    // Of a deletion the GUI may say what it was that was deleted.
    if let Some(node) = one
        .filter(|one| one.deleted)
        .and_then(|one| one.base.as_ref())
    {
        return Base::Value(managed(node));
    }
    let Some(entry) = entry else {
        return if ever { Base::Absent } else { Base::Unknown };
    };
    let Some(hash) = &entry.base else {
        return Base::Unknown;
    };
    for side in [git, gui].into_iter().flatten() {
        if base_hash(side) == *hash {
            return Base::Value(side.clone());
        }
    }
    let read = entry.blob.as_deref().and_then(|blob| {
        let bytes = (inputs.blob)(blob)?;
        let stream = parse(bytes, &ReadOptions::default());
        let root = stream.documents().find_map(hnp_yaml::Document::root)?;
        let node = managed(&Node::from(root));
        (base_hash(&node) == *hash).then_some(node)
    });
    read.map_or(Base::Lost, Base::Value)
}
