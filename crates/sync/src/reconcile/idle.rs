//! The common run: nothing changed anywhere. It is seen without a merge, and anything out of the ordinary goes the full way.
//!
//! Files are compared as they are read: no value is copied out of them, and nothing of them is kept.

use std::collections::HashMap;

use foldhash::quality::RandomState;
use hnp_model::{DEFAULT_NAMESPACE, Manifest, ResourceId, SourceFile, manifests};
use hnp_state::state_file::State;
use hnp_yaml::{Entry, Node, Options, Value, parse};
use rayon::prelude::*;

use super::Inputs;
use super::decide::Change;
use super::plan::{Item, Outcome, SyncPlan};
use super::tree::{manifest_files, options};
use crate::gui::{GuiResource, base_hash, into_managed, is_all_managed, managed};

/// Returns the plan where every resource is on both sides, the same there, and on record with just that; nothing where
/// only the full way can tell. The full way makes the same plan of it.
pub(super) fn idle(inputs: &Inputs<'_>) -> Option<SyncPlan> {
    let (state, fabric) = (inputs.state, inputs.fabric.name);
    let answers = inputs.options.answers;
    let plain = state.conflicts.is_empty()
        && state.resolutions.is_empty()
        && answers.is_none_or(std::collections::BTreeMap::is_empty)
        && inputs.options.only.is_none()
        && inputs
            .options
            .kept
            .is_none_or(std::collections::BTreeMap::is_empty);
    if !plain {
        return None;
    }
    let mut gui: Gui<'_> =
        HashMap::with_capacity_and_hasher(inputs.snapshot.resources.len(), RandomState::default());
    for one in &inputs.snapshot.resources {
        if one.fabric.as_deref().is_none_or(|name| name == fabric)
            && gui
                .insert(one.id.key(fabric), (one, settled(one)?))
                .is_some()
        {
            return None;
        }
    }
    let known = state.resources.keys().filter(|key| {
        key.strip_prefix(fabric)
            .is_some_and(|rest| rest.starts_with('/'))
    });
    if known.count() != gui.len() {
        return None;
    }
    let sides = Sides {
        fabric,
        state,
        gui: &gui,
    };
    let options = options(inputs.config.limits.yaml());
    let files: Vec<&SourceFile> = manifest_files(inputs.fabric).collect();
    let found: Option<Vec<Vec<(&String, &ResourceId)>>> = files
        .into_par_iter()
        .map(|file| rest(file, &options, &sides))
        .collect();
    let mut found: Vec<_> = found?.into_iter().flatten().collect();
    found.sort_unstable();
    // Each is one of the GUI's and on record, so that none is missing where none stands twice.
    if found.len() != gui.len() || found.windows(2).any(|two| two[0].0 == two[1].0) {
        return None;
    }
    Some(SyncPlan {
        decided: found.iter().map(|(key, _)| (*key).clone()).collect(),
        items: found.into_iter().map(item).collect(),
        ..SyncPlan::default()
    })
}

/// What the GUI holds, by key, each with its value.
type Gui<'g> = HashMap<String, (&'g GuiResource, &'g Node), RandomState>;

/// What files are compared with.
struct Sides<'s> {
    /// The name of the fabric.
    fabric: &'s str,
    state: &'s State,
    gui: &'s Gui<'s>,
}

/// Returns the value of a resource with which nothing is going on in the GUI.
fn settled(one: &GuiResource) -> Option<&Node> {
    match one {
        GuiResource {
            desired: Some(desired),
            draft: None,
            base: None,
            deleted: false,
            orphan: false,
            ..
        } => Some(desired),
        _ => None,
    }
}

/// Returns the resources of a file where all of them are the same on both sides, and were when they last agreed.
fn rest<'s>(
    file: &SourceFile,
    options: &Options,
    sides: &Sides<'s>,
) -> Option<Vec<(&'s String, &'s ResourceId)>> {
    let stream = parse(file.bytes.clone(), options);
    if !stream.problems().is_empty() {
        return None;
    }
    let one = |manifest: &Manifest<'_>| {
        // What stands in a list is not synchronised.
        let id = manifest.id().filter(|_| manifest.item.is_none())?;
        let (key, (one, desired)) = sides.gui.get_key_value(&id.key(sides.fabric))?;
        let recorded = sides.state.resources.get(key)?.base.as_deref()?;
        rests(manifest.value, desired, recorded).then_some((key, &one.id))
    };
    manifests(&stream).iter().map(one).collect()
}

fn rests(value: Value<'_>, desired: &Node, recorded: &str) -> bool {
    if is_all_managed(desired) && is_managed_value(desired, value) {
        return !has_null(desired) && base_hash(desired) == recorded;
    }
    let value = into_managed(Node::from(value));
    !has_null(&value) && value.same(&managed(desired)) && base_hash(&value) == recorded
}

/// Tells whether a value of which nothing is left out is what is synchronised of a file's, as far as that can be seen
/// without a copy: a namespace that says what its absence means is all that a file commonly has more.
fn is_managed_value(ours: &Node, theirs: Value<'_>) -> bool {
    let counts = |entry: &Entry<'_>| {
        entry.key != "namespace" || entry.value.as_str() != Some(DEFAULT_NAMESPACE)
    };
    are_entries(ours, theirs.entries(), &|key, ours, theirs| match key {
        "metadata" => are_entries(ours, theirs.entries().filter(counts), &|_, ours, theirs| {
            ours.same_as(theirs)
        }),
        _ => ours.same_as(theirs),
    })
}

fn are_entries<'v>(
    ours: &Node,
    theirs: impl Iterator<Item = Entry<'v>>,
    same: &dyn Fn(&str, &Node, Value<'_>) -> bool,
) -> bool {
    let Node::Map(entries) = ours else {
        return false;
    };
    let mut count = 0;
    for entry in theirs {
        let Some(node) = ours.get(entry.key) else {
            return false;
        };
        if !same(entry.key, node, entry.value) {
            return false;
        }
        count += 1;
    }
    count == entries.len()
}

/// Nulls mean different things in different places, which only the rules of the merge know.
fn has_null(node: &Node) -> bool {
    match node {
        Node::Null => true,
        Node::Seq(items) => items.iter().any(has_null),
        Node::Map(entries) => entries.iter().any(|(_, node)| has_null(node)),
        _ => false,
    }
}

fn item((key, id): (&String, &ResourceId)) -> Item {
    Item {
        key: key.clone(),
        id: id.clone(),
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
