//! The edits that turn one value into a merged one.

use std::collections::{HashMap, HashSet};

use hnp_yaml::Node;
use hnp_yaml::edit::{self, Edit};

use crate::Rules;
use crate::items::{ListKind, index};
use crate::path::{Path, Step};

/// Returns the edits that turn `old` into `new`. Items of keyed lists and sets are matched by key, so that an edit is about
/// the item it changes and no other.
pub(super) fn edits(rules: Rules, old: &Node, new: &Node) -> Vec<Edit> {
    let mut out = Vec::new();
    walk(
        rules,
        &mut Path::default(),
        &edit::Path::root(),
        old,
        new,
        &mut out,
    );
    out
}

fn walk(
    rules: Rules,
    path: &mut Path,
    place: &edit::Path,
    old: &Node,
    new: &Node,
    out: &mut Vec<Edit>,
) {
    if old.same(new) {
        return;
    }
    let rules = rules.inside(path, new);
    match (old, new) {
        (Node::Map(a), Node::Map(b)) if !a.is_empty() && !b.is_empty() => {
            let (had, want) = (index(old), index(new));
            for (key, value) in b {
                let place = place.then(key.as_str());
                path.push(Step::Key(key.clone()));
                match had.get(key.as_str()) {
                    Some(had) => walk(rules, path, &place, had, value, out),
                    // Set, not insert: a null that says nothing may stand there.
                    None => out.push(Edit::Set {
                        path: place,
                        value: value.clone(),
                    }),
                }
                path.pop();
            }
            // Last, so that the map is never empty in between.
            for (key, _) in a {
                if !want.contains_key(key.as_str()) {
                    out.push(Edit::Remove {
                        path: place.then(key.as_str()),
                    });
                }
            }
        }
        (Node::Seq(a), Node::Seq(b)) if !a.is_empty() && !b.is_empty() => {
            if list(rules, path, place, a, b, out).is_none() {
                out.extend(edit::difference(place, old, new));
            }
        }
        _ => out.push(Edit::Set {
            path: place.clone(),
            value: new.clone(),
        }),
    }
}

/// Edits a list whose items can be told apart and kept their order; nothing for any other.
fn list(
    rules: Rules,
    path: &mut Path,
    place: &edit::Path,
    old: &[Node],
    new: &[Node],
    out: &mut Vec<Edit>,
) -> Option<()> {
    let kind = rules.list(path, &[old, new]);
    if kind == ListKind::Atomic {
        return None;
    }
    let had = rules.steps(path, kind, old)?;
    let want = rules.steps(path, kind, new)?;
    let places: HashMap<&Step, usize> = had.iter().zip(0..).collect();
    let kept: Vec<usize> = want
        .iter()
        .filter_map(|step| places.get(step).copied())
        .collect();
    if kept.is_empty() || kept.windows(2).any(|pair| pair[0] > pair[1]) {
        return None;
    }
    let stays: HashSet<usize> = kept.into_iter().collect();
    for at in (0..had.len()).rev() {
        if !stays.contains(&at) {
            out.push(Edit::Remove {
                path: place.then(at),
            });
        }
    }
    for (at, (step, item)) in want.iter().zip(new).enumerate() {
        match places.get(step).copied() {
            Some(was) => {
                path.push(step.clone());
                walk(rules, path, &place.then(at), &old[was], item, out);
                path.pop();
            }
            None => out.push(Edit::InsertItem {
                path: place.clone(),
                at,
                value: item.clone(),
            }),
        }
    }
    Some(())
}
