//! In which fields two values differ.

use std::collections::HashMap;

use hnp_yaml::Node;

use crate::Rules;
use crate::items::{ListKind, index, weave};
use crate::normal::normal;
use crate::path::{Path, Step};

/// One field that differs.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Where.
    pub path: Path,
    /// The value on the first side; `None` where it has none.
    pub old: Option<Node>,
    /// The value on the second side; `None` where it has none.
    pub new: Option<Node>,
}

/// Compares two values of one kind, field by field: items of keyed lists by their key, members of sets by themselves,
/// all other lists as one value. Order and notation that mean nothing are no difference.
#[must_use]
pub fn diff(rules: Rules, old: Option<&Node>, new: Option<&Node>) -> Vec<Change> {
    let (old, new) = (
        old.map(|node| normal(rules, node)),
        new.map(|node| normal(rules, node)),
    );
    let mut found = Vec::new();
    walk(
        rules,
        &mut Path::default(),
        old.as_ref(),
        new.as_ref(),
        &mut found,
    );
    found
}

fn walk(
    rules: Rules,
    path: &mut Path,
    old: Option<&Node>,
    new: Option<&Node>,
    found: &mut Vec<Change>,
) {
    let rules = old.or(new).map_or(rules, |node| rules.inside(path, node));
    if rules.same(path, old, new) {
        return;
    }
    match (old, new) {
        (Some(Node::Map(a)), Some(Node::Map(b))) => {
            let mut keys: Vec<&str> = a.iter().chain(b).map(|(key, _)| key.as_str()).collect();
            keys.sort_unstable();
            keys.dedup();
            let (old, new) = (
                old.map(index).unwrap_or_default(),
                new.map(index).unwrap_or_default(),
            );
            for key in keys {
                path.push(Step::Key(key.to_owned()));
                walk(
                    rules,
                    path,
                    old.get(key).copied(),
                    new.get(key).copied(),
                    found,
                );
                path.pop();
            }
            return;
        }
        (Some(Node::Seq(a)), Some(Node::Seq(b))) => {
            let kind = rules.list(path, &[a, b]);
            let steps = |items: &[Node]| match kind {
                ListKind::Atomic => None,
                _ => rules.steps(path, kind, items),
            };
            if let (Some(at_a), Some(at_b)) = (steps(a), steps(b)) {
                let (by_a, by_b): (HashMap<_, _>, HashMap<_, _>) =
                    (at_a.iter().zip(a).collect(), at_b.iter().zip(b).collect());
                for step in weave(&at_a, &at_b) {
                    let (old, new) = (by_a.get(&step).copied(), by_b.get(&step).copied());
                    path.push(step);
                    walk(rules, path, old, new, found);
                    path.pop();
                }
                return;
            }
        }
        _ => {}
    }
    found.push(Change {
        path: path.clone(),
        old: old.cloned(),
        new: new.cloned(),
    });
}
