//! The common run: nothing changed anywhere. It is seen without a merge, and anything out of the ordinary goes the full way.

use std::collections::HashMap;

use hnp_yaml::Node;
use rayon::prelude::*;

use super::Inputs;
use super::decide::Change;
use super::plan::{Item, Outcome, SyncPlan};
use super::tree::{GitDoc, GitTree};
use crate::gui::{GuiResource, base_hash, managed};

/// Returns the plan where every resource is on both sides, the same there, and on record with just that; nothing where
/// only the full way can tell. The full way makes the same plan of it.
pub(super) fn idle(inputs: &Inputs<'_>, tree: &GitTree) -> Option<SyncPlan> {
    let (state, fabric) = (inputs.state, inputs.fabric.name);
    let answers = inputs.options.answers;
    let plain = state.conflicts.is_empty()
        && state.resolutions.is_empty()
        && answers.is_none_or(std::collections::BTreeMap::is_empty)
        && inputs.options.only.is_none()
        && inputs
            .options
            .kept
            .is_none_or(std::collections::BTreeMap::is_empty)
        && tree.unknown.is_empty()
        && tree.unreadable.is_empty();
    if !plain {
        return None;
    }
    let mut listed = 0;
    let gui: HashMap<String, &GuiResource> = inputs
        .snapshot
        .resources
        .iter()
        .filter(|one| one.fabric.as_deref().is_none_or(|name| name == fabric))
        .inspect(|_| listed += 1)
        .map(|one| (one.id.key(fabric), one))
        .collect();
    let known = state.resources.keys().filter(|key| {
        key.strip_prefix(fabric)
            .is_some_and(|rest| rest.starts_with('/'))
    });
    if gui.len() != listed || gui.len() != tree.docs.len() || known.count() != listed {
        return None;
    }
    let rest = |(key, doc): (&String, &GitDoc)| {
        let one = gui.get(key)?;
        let recorded = state.resources.get(key)?.base.as_deref()?;
        rests(one, doc, recorded).then(|| item(key, one))
    };
    let items: Option<Vec<Item>> = tree.docs.par_iter().map(rest).collect();
    Some(SyncPlan {
        decided: tree.docs.keys().cloned().collect(),
        items: items?,
        ..SyncPlan::default()
    })
}

/// Tells whether a resource is the same on both sides, and was when they last agreed.
fn rests(one: &GuiResource, doc: &GitDoc, recorded: &str) -> bool {
    let GuiResource {
        desired: Some(desired),
        draft: None,
        base: None,
        deleted: false,
        orphan: false,
        ..
    } = one
    else {
        return false;
    };
    // Nulls mean different things in different places, which only the rules of the merge know.
    !has_null(&doc.value) && doc.value.same(&managed(desired)) && base_hash(&doc.value) == recorded
}

fn has_null(node: &Node) -> bool {
    match node {
        Node::Null => true,
        Node::Seq(items) => items.iter().any(has_null),
        Node::Map(entries) => entries.iter().any(|(_, node)| has_null(node)),
        _ => false,
    }
}

fn item(key: &str, one: &GuiResource) -> Item {
    Item {
        key: key.to_owned(),
        id: one.id.clone(),
        row: "synced",
        git: Change::Keep,
        gui: Change::Keep,
        outcome: Outcome::Synced,
        settled: 0,
        code: None,
        lost: Vec::new(),
        step: None,
        note: None,
        renamed_from: None,
    }
}
