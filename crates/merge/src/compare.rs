//! Two sets of documents set against each other, resource by resource.

use std::collections::BTreeMap;

use hnp_model::{ResourceId, manifests};
use hnp_yaml::{Node, Stream};

use crate::diff::{Change, diff};
use crate::{Rules, normal};

/// A file of a set: its path for people, and what stands in it.
#[derive(Clone, Copy, Debug)]
pub struct NamedStream<'s> {
    /// Path, as it is shown.
    pub path: &'s str,
    /// Its documents.
    pub stream: &'s Stream,
}

/// What became of one resource.
#[derive(Clone, Debug, PartialEq)]
pub struct ResourceDiff {
    /// The resource; nothing for a document that is none, which is told by its path and number.
    pub resource: Option<ResourceId>,
    /// Where it stands in the first set.
    pub old_path: Option<String>,
    /// Where it stands in the second set.
    pub new_path: Option<String>,
    /// The fields that differ; of a resource that one set alone has, the whole of it.
    pub changes: Vec<Change>,
}

/// What two sets differ in.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Compared {
    /// Resources that differ or moved, by kind, namespace and name.
    pub resources: Vec<ResourceDiff>,
    /// How many are the same on both sides.
    pub same: usize,
    /// Resources that stand in one set more than once, of which nothing can be said.
    pub ambiguous: Vec<ResourceId>,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Resource(ResourceId),
    Plain(String),
}

#[derive(Debug)]
struct Found {
    path: String,
    node: Node,
}

/// Compares two sets of documents; where a resource stands does not count, but a move is told.
#[must_use]
pub fn compare(old: &[NamedStream<'_>], new: &[NamedStream<'_>]) -> Compared {
    let (mut out, mut twice) = (Compared::default(), Vec::new());
    // The directories may have any name: what is no resource is told by its path below them.
    let old = collect(old, &mut twice);
    let mut new = collect(new, &mut twice);
    twice.sort();
    twice.dedup();
    let is_ambiguous = |key: &Key| matches!(key, Key::Resource(id) if twice.contains(id));
    let mut pairs: Vec<(Key, Option<Found>, Option<Found>)> = Vec::new();
    for (key, found) in old {
        let other = new.remove(&key);
        pairs.push((key, Some(found), other));
    }
    pairs.extend(new.into_iter().map(|(key, found)| (key, None, Some(found))));
    pairs.sort_by(|a, b| a.0.cmp(&b.0));
    for (key, old, new) in pairs {
        if is_ambiguous(&key) {
            continue;
        }
        let rules = old
            .as_ref()
            .or(new.as_ref())
            .map_or(Rules::of("", ""), |found| Rules::of_node(&found.node));
        let changes = diff(
            rules,
            old.as_ref().map(|found| &found.node),
            new.as_ref().map(|found| &found.node),
        );
        let path = |found: &Option<Found>| found.as_ref().map(|found| found.path.clone());
        let (old_path, new_path) = (path(&old), path(&new));
        if changes.is_empty() && old_path == new_path {
            out.same += 1;
            continue;
        }
        out.resources.push(ResourceDiff {
            resource: match key {
                Key::Resource(id) => Some(id),
                Key::Plain(_) => None,
            },
            old_path,
            new_path,
            changes,
        });
    }
    out.ambiguous = twice;
    out
}

fn collect(files: &[NamedStream<'_>], twice: &mut Vec<ResourceId>) -> BTreeMap<Key, Found> {
    let mut out = BTreeMap::new();
    for file in files {
        for (at, manifest) in manifests(file.stream).into_iter().enumerate() {
            let node = Node::from(manifest.value);
            let found = Found {
                path: file.path.to_owned(),
                node: normal(Rules::of_node(&node), &node),
            };
            match manifest.id() {
                Some(id) => {
                    if out.insert(Key::Resource(id.clone()), found).is_some() {
                        twice.push(id);
                    }
                }
                None => {
                    out.insert(Key::Plain(format!("{}#{at}", file.path)), found);
                }
            }
        }
    }
    out
}
