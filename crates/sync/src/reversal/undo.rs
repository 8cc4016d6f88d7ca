//! The inverse of an operation, merged with what happened since.

use std::collections::{BTreeMap, BTreeSet};

use hnp_merge::{Base, Conflict, Rules, merge};
use hnp_model::canonical::canonical_json_of as json;
use hnp_state::layout::Area;
use hnp_state::{CONFIG_PATH, STATE_PATH};
use hnp_yaml::Limits;

use super::gate::{added, blamed};
use super::unit::{How, Unit, after, document, documents, with, write};
use super::{Clash, Reversal, Side, Stopped, Texts, What, other, record};
use crate::fabric::{FabricFiles, is_yaml};
use crate::plan::Plan;
use crate::reconcile::same;
use crate::reconcile::shared::GitTree;

/// What an undo is made from.
pub struct Undo<'u> {
    /// The fabrics as they stand.
    pub sides: &'u [Side<'u>],
    /// The files that the operation touched, as they were before it.
    pub before: &'u Texts,
    /// The same files as it left them.
    pub after: &'u Texts,
    /// The same files as they stand, and state.toml whether touched or not.
    pub now: &'u Texts,
    /// Limits of reading.
    pub limits: Limits,
}

/// Plans the inverse of an operation.
#[must_use]
pub fn undo(undo: &Undo<'_>) -> Reversal {
    let mut out = Reversal::default();
    let touched: BTreeSet<&String> = undo
        .before
        .keys()
        .chain(undo.after.keys())
        .filter(|path| undo.before.get(*path) != undo.after.get(*path))
        .collect();
    let is_managed = |side: &Side<'_>, path: &str| {
        is_yaml(path)
            && side
                .fabric
                .area(path)
                .is_some_and(|(_, area)| area == Area::Managed)
    };
    let mut done: Vec<(&FabricFiles<'_>, BTreeMap<String, What>, Plan)> = Vec::new();
    for side in undo.sides {
        let paths: BTreeSet<&String> = touched
            .iter()
            .copied()
            .filter(|path| is_managed(side, path))
            .collect();
        if !paths.is_empty() {
            let (keys, plan) = one_fabric(undo, side, &paths, &mut out);
            done.push((&side.fabric, keys, plan));
        }
    }
    for path in touched.iter().filter(|path| {
        path.as_str() != STATE_PATH && !undo.sides.iter().any(|side| is_managed(side, path))
    }) {
        other::file(undo, path, &mut out);
    }
    other::state(
        undo,
        |state| {
            for (fabric, keys, plan) in &done {
                record::entries(state, fabric, plan, keys, undo.limits);
            }
        },
        &mut out,
    );
    for (_, _, plan) in done {
        out.plan.files.extend(plan.files);
    }
    together(undo, &mut out);
    out.plan.order();
    out.stopped.sort_by(|a, b| a.what.cmp(&b.what));
    out
}

/// A configuration goes with its state or not at all: one without the other is half a repository.
fn together(undo: &Undo<'_>, out: &mut Reversal) {
    let goes = |out: &Reversal, path: &str| {
        out.plan
            .files
            .iter()
            .any(|op| matches!(op, crate::plan::FileOp::Remove { path: gone, .. } if gone == path))
    };
    let (config, state) = (goes(out, CONFIG_PATH), goes(out, STATE_PATH));
    let (kept, other) = match (config, state) {
        (true, false) if undo.now.contains_key(STATE_PATH) => (CONFIG_PATH, STATE_PATH),
        (false, true) if undo.now.contains_key(CONFIG_PATH) => (STATE_PATH, CONFIG_PATH),
        _ => return,
    };
    out.plan.files.retain(|op| op.path() != kept);
    if out.stopped.iter().all(|stopped| stopped.what != kept) {
        out.stopped.push(Stopped {
            what: kept.to_owned(),
            why: format!("{other} was changed since and stays, and neither stays alone"),
            ..Stopped::default()
        });
    }
}

/// What a fabric's files held at the three moments.
struct Moments {
    before: GitTree,
    after: GitTree,
    now: GitTree,
}

fn one_fabric(
    undo: &Undo<'_>,
    side: &Side<'_>,
    paths: &BTreeSet<&String>,
    out: &mut Reversal,
) -> (BTreeMap<String, What>, Plan) {
    let fabric = &side.fabric;
    let read = |files: &Texts| GitTree::read(&with(fabric, files.clone()), undo.limits);
    let moments = Moments {
        before: read(undo.before),
        after: read(undo.after),
        now: GitTree::read(fabric, undo.limits),
    };
    let mut units: BTreeMap<usize, Unit> = BTreeMap::new();
    for group in groups(&moments, paths) {
        if let Some(unit) = untouched(undo, &moments, &group) {
            units.insert(units.len(), unit);
            continue;
        }
        for key in &group.keys {
            match one_resource(undo, fabric, &moments, key) {
                Ok(Some(unit)) => {
                    units.insert(units.len(), unit);
                }
                Ok(None) => {}
                Err(stopped) => out.stopped.push(stopped),
            }
        }
        // A file that no resource can be read from is taken back as a whole or not at all.
        if group.keys.is_empty() {
            for path in &group.paths {
                out.stopped.push(Stopped {
                    what: path.clone(),
                    why: "it was changed since, and holds nothing that can be merged".to_owned(),
                    ..Stopped::default()
                });
            }
        }
    }
    let plan = settle(side, &moments, units, undo.limits, out);
    let tree = GitTree::read(&after(fabric, &plan), undo.limits);
    let keys: BTreeSet<String> = moments
        .before
        .docs
        .keys()
        .chain(moments.after.docs.keys())
        .cloned()
        .collect();
    let changed: BTreeMap<String, What> = keys
        .into_iter()
        .filter_map(|key| {
            let what = difference(&moments.now, &tree, &key, undo.limits)?;
            Some((key, what))
        })
        .collect();
    out.resources
        .extend(changed.iter().map(|(key, what)| (key.clone(), *what)));
    (changed, plan)
}

/// Says what happens to a resource between two trees.
pub(super) fn difference(now: &GitTree, then: &GitTree, key: &str, limits: Limits) -> Option<What> {
    match (document(now, key, limits), document(then, key, limits)) {
        (None, Some(_)) if !now.unknown.contains_key(key) => Some(What::Create),
        (Some(_), None) if !then.unknown.contains_key(key) => Some(What::Delete),
        (Some((_, a)), Some((_, b))) if a != b => Some(What::Update),
        (Some((a, _)), Some((b, _))) if a != b => Some(What::Move),
        _ => None,
    }
}

/// Leaves units out until what is left can be written and brings no error.
pub(super) fn settle(
    side: &Side<'_>,
    moments: &impl HasNow,
    mut units: BTreeMap<usize, Unit>,
    limits: Limits,
    out: &mut Reversal,
) -> Plan {
    if units.is_empty() {
        return Plan::default();
    }
    loop {
        let written = write(&side.fabric, moments.now(), &units, limits);
        let mut held: BTreeMap<usize, String> = written.refused.iter().cloned().collect();
        if held.is_empty() {
            for finding in added(&side.fabric, &written.plan, &side.settings) {
                let why = format!(
                    "the tree would be in error then: {} {}",
                    finding.code, finding.message
                );
                for n in blamed(&finding, &units, &written) {
                    held.entry(n).or_insert_with(|| why.clone());
                }
            }
        }
        if held.is_empty() || units.is_empty() {
            return written.plan;
        }
        for (n, why) in held {
            let Some(unit) = units.remove(&n) else {
                continue;
            };
            out.stopped.extend(unit.keys.into_iter().map(|key| Stopped {
                what: key,
                why: why.clone(),
                ..Stopped::default()
            }));
        }
    }
}

/// Who knows the tree as it stands.
pub(super) trait HasNow {
    fn now(&self) -> &GitTree;
}

impl HasNow for Moments {
    fn now(&self) -> &GitTree {
        &self.now
    }
}

impl HasNow for GitTree {
    fn now(&self) -> &GitTree {
        self
    }
}

/// Files that hang together, since a resource moved from one to another or lies beside one that did.
#[derive(Default)]
struct Group {
    paths: BTreeSet<String>,
    keys: BTreeSet<String>,
}

fn groups(moments: &Moments, paths: &BTreeSet<&String>) -> Vec<Group> {
    let mut of_path: BTreeMap<&String, Group> = paths
        .iter()
        .map(|path| {
            let group = Group {
                paths: BTreeSet::from([(*path).clone()]),
                keys: BTreeSet::new(),
            };
            (*path, group)
        })
        .collect();
    for tree in [&moments.before, &moments.after] {
        let known = tree.docs.iter().map(|(key, doc)| (key, &doc.path));
        for (key, path) in known {
            if let Some(group) = of_path.get_mut(path) {
                group.keys.insert(key.clone());
                // Where it stands now, if somebody moved it.
                let now = moments.now.docs.get(key).map(|doc| doc.path.clone());
                group.paths.extend(now);
            }
        }
        for key in tree.unknown.keys() {
            for group in of_path.values_mut().filter(|group| {
                group
                    .paths
                    .iter()
                    .any(|path| tree.texts.get(path).is_some_and(|text| mentions(text, key)))
            }) {
                group.keys.insert(key.clone());
            }
        }
    }
    joined(of_path.into_values())
}

/// Joins groups that have a path or a key in common.
fn joined(parts: impl Iterator<Item = Group>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut owner: BTreeMap<String, usize> = BTreeMap::new();
    for part in parts {
        // A key holds slashes as a path does, but three of them and a kind: a path of that form is no danger, since joining
        // too much only means merging where bytes could have come back.
        let names: Vec<String> = part.paths.iter().chain(&part.keys).cloned().collect();
        let mut whole = part;
        let others: BTreeSet<usize> = names
            .iter()
            .filter_map(|name| owner.get(name))
            .copied()
            .collect();
        for other in others {
            let taken = std::mem::take(&mut groups[other]);
            whole.paths.extend(taken.paths);
            whole.keys.extend(taken.keys);
        }
        for name in whole.paths.iter().chain(&whole.keys) {
            owner.insert(name.clone(), groups.len());
        }
        groups.push(whole);
    }
    groups.retain(|group| !group.paths.is_empty());
    groups.sort_by(|a, b| a.paths.cmp(&b.paths));
    groups
}

fn mentions(text: &str, key: &str) -> bool {
    key.rsplit('/')
        .next()
        .is_some_and(|name| text.contains(name))
}

/// Returns the old bytes of a group of files that all are as the operation left them.
fn untouched(undo: &Undo<'_>, moments: &Moments, group: &Group) -> Option<Unit> {
    let as_left = group
        .paths
        .iter()
        .all(|path| undo.now.get(path) == undo.after.get(path) && is_touched(undo, path));
    let nowhere_else = group.keys.iter().all(|key| {
        let now = moments.now.docs.get(key).map(|doc| &doc.path);
        now == moments.after.docs.get(key).map(|doc| &doc.path)
            && !moments.now.unknown.contains_key(key)
    });
    (as_left && nowhere_else).then(|| Unit {
        keys: group.keys.clone(),
        how: How::Files(
            group
                .paths
                .iter()
                .map(|path| (path.clone(), undo.before.get(path).cloned()))
                .collect(),
        ),
    })
}

fn is_touched(undo: &Undo<'_>, path: &str) -> bool {
    undo.before.contains_key(path) || undo.after.contains_key(path)
}

/// Merges one resource.
fn one_resource(
    undo: &Undo<'_>,
    fabric: &FabricFiles<'_>,
    moments: &Moments,
    key: &str,
) -> Result<Option<Unit>, Stopped> {
    let stop = |why: String| {
        Err(Stopped {
            what: key.to_owned(),
            why,
            ..Stopped::default()
        })
    };
    for (tree, when) in [
        (&moments.before, "before the operation"),
        (&moments.after, "after the operation"),
        (&moments.now, "now"),
    ] {
        if let Some((_, why)) = tree.unknown.get(key) {
            return stop(format!("{when} {why}"));
        }
    }
    let (before, left, now) = (
        moments.before.docs.get(key),
        moments.after.docs.get(key),
        moments.now.docs.get(key),
    );
    if now.is_none()
        && let Some(path) = moments.now.unreadable.first()
    {
        return stop(format!("it may be in {path}, which cannot be read"));
    }
    let Some(id) = before.or(left).map(|doc| doc.id.clone()) else {
        return Ok(None);
    };
    let rules = Rules::of(&id.group, &id.kind);
    let merged = merge(
        rules,
        left.map_or(Base::Absent, |doc| Base::Value(&doc.value)),
        now.map(|doc| &doc.value),
        before.map(|doc| &doc.value),
    );
    if !merged.is_clean() {
        return Err(Stopped {
            what: key.to_owned(),
            why: "it was changed since at the same place".to_owned(),
            clashes: merged.conflicts.iter().map(clash).collect(),
        });
    }
    if same(rules, merged.value.as_ref(), now.map(|doc| &doc.value)) {
        return Ok(None);
    }
    let keys = BTreeSet::from([key.to_owned()]);
    // A resource that comes back whole comes back with its comments, where its old file is free.
    if let (None, Some(before), Some(value)) = (now, before, &merged.value)
        && same(rules, Some(value), Some(&before.value))
        && let Some((path, bytes)) = document(&moments.before, key, undo.limits)
        && !fabric.files.iter().any(|file| file.path == path)
        && documents(&moments.before.texts[&path], undo.limits) == 1
    {
        return Ok(Some(Unit {
            keys,
            how: How::Files(BTreeMap::from([(path, Some(bytes))])),
        }));
    }
    Ok(Some(Unit {
        keys,
        how: How::Value(id, merged.value),
    }))
}

fn clash(conflict: &Conflict) -> Clash {
    Clash {
        path: conflict.path.to_string(),
        left: conflict.base.as_ref().map(json),
        now: conflict.ours.as_ref().map(json),
        before: conflict.theirs.as_ref().map(json),
    }
}
