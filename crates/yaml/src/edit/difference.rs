//! The edits between two values, one level at a time.

use super::{Edit, Path, Seg};
use crate::Node;

/// Returns the edits that turn one value into the other, for a value at `path`: nothing where they are the same, the
/// parts that differ where both are maps or both are lists, else the whole.
///
/// Lists are compared from both ends; what differs in the middle is set item by item, and the rest added or removed.
#[must_use]
pub fn difference(path: &Path, old: &Node, new: &Node) -> Vec<Edit> {
    let mut edits = Vec::new();
    deep(path, old, new, &mut edits);
    edits
}

fn deep(path: &Path, old: &Node, new: &Node, edits: &mut Vec<Edit>) {
    if old.same(new) {
        return;
    }
    let Some(parts) = parts(path, old, new) else {
        edits.push(Edit::Set {
            path: path.clone(),
            value: new.clone(),
        });
        return;
    };
    for edit in parts {
        match edit {
            Edit::Set { path, value } => {
                let inner = match (old, path.segs().last()) {
                    (_, Some(Seg::Key(key))) => old.get(key),
                    (Node::Seq(items), Some(Seg::Item(at))) => items.get(*at),
                    _ => None,
                };
                match inner {
                    Some(inner) => deep(&path, inner, &value, edits),
                    None => edits.push(Edit::Set { path, value }),
                }
            }
            other => edits.push(other),
        }
    }
}

/// Returns the edits of the direct parts where both values are maps, or both lists, with something in them.
pub(super) fn parts(path: &Path, old: &Node, new: &Node) -> Option<Vec<Edit>> {
    if !old.has_parts() || !new.has_parts() {
        return None;
    }
    match (old, new) {
        (Node::Map(ours), Node::Map(theirs)) => Some(map_parts(path, ours, theirs)),
        (Node::Seq(ours), Node::Seq(theirs)) => Some(list_parts(path, ours, theirs)),
        _ => None,
    }
}

fn map_parts(path: &Path, ours: &[(String, Node)], theirs: &[(String, Node)]) -> Vec<Edit> {
    let index = |entries: &[(String, Node)]| {
        let mut keys: Vec<(String, usize)> = entries
            .iter()
            .enumerate()
            .map(|(at, (key, _))| (key.clone(), at))
            .collect();
        keys.sort_unstable();
        keys
    };
    let find = |keys: &[(String, usize)], key: &str| {
        keys.binary_search_by(|(k, _)| k.as_str().cmp(key))
            .ok()
            .map(|at| keys[at].1)
    };
    let (old_keys, new_keys) = (index(ours), index(theirs));
    let mut edits = Vec::new();
    for (key, value) in theirs {
        match find(&old_keys, key) {
            Some(at) if ours[at].1.same(value) => {}
            Some(_) => edits.push(Edit::Set {
                path: path.then(key.as_str()),
                value: value.clone(),
            }),
            None => edits.push(Edit::Insert {
                path: path.then(key.as_str()),
                value: value.clone(),
            }),
        }
    }
    // Last, so that the map is never empty in between.
    for (key, _) in ours {
        if find(&new_keys, key).is_none() {
            edits.push(Edit::Remove {
                path: path.then(key.as_str()),
            });
        }
    }
    edits
}

fn list_parts(path: &Path, ours: &[Node], theirs: &[Node]) -> Vec<Edit> {
    let shorter = ours.len().min(theirs.len());
    let front = (0..shorter)
        .take_while(|&at| ours[at].same(&theirs[at]))
        .count();
    let back = (0..shorter - front)
        .take_while(|&at| ours[ours.len() - 1 - at].same(&theirs[theirs.len() - 1 - at]))
        .count();
    let (old_end, new_end) = (ours.len() - back, theirs.len() - back);
    let both = old_end.min(new_end);
    let mut edits = Vec::new();
    for at in front..both {
        if !ours[at].same(&theirs[at]) {
            edits.push(Edit::Set {
                path: path.then(at),
                value: theirs[at].clone(),
            });
        }
    }
    for (at, value) in theirs.iter().enumerate().take(new_end).skip(both) {
        edits.push(Edit::InsertItem {
            path: path.clone(),
            at,
            value: value.clone(),
        });
    }
    for at in (both..old_end).rev() {
        edits.push(Edit::Remove {
            path: path.then(at),
        });
    }
    edits
}
