//! Putting a value at the place that a conflict names.

use hnp_yaml::Node;

use crate::Rules;
use crate::items::ListKind;
use crate::normal::normal;
use crate::path::{Path, Step};

/// Returns a resource with another value at a path, as [`Path`] writes it; `None` as the value takes the field out. Nothing
/// where the path leads nowhere, and for the root, which is the resource itself.
///
/// `was` is the value that stood there: where it holds only some of a map's fields, as in a conflict of fields that exclude
/// each other, only those give way.
#[must_use]
pub fn put(
    rules: Rules,
    node: &Node,
    path: &str,
    was: Option<&Node>,
    value: Option<&Node>,
) -> Option<Node> {
    let mut node = normal(rules, node);
    let put = Put {
        rules,
        wanted: path,
        was,
        value,
    };
    put.below(&mut Path::default(), &mut node).then_some(node)
}

struct Put<'p> {
    rules: Rules,
    wanted: &'p str,
    was: Option<&'p Node>,
    value: Option<&'p Node>,
}

impl Put<'_> {
    fn below(&self, path: &mut Path, node: &mut Node) -> bool {
        match node {
            Node::Map(entries) => {
                for at in 0..entries.len() {
                    path.push(Step::Key(entries[at].0.clone()));
                    let found = self.at(path, &mut entries[at].1);
                    path.pop();
                    match found {
                        Found::Gone => _ = entries.remove(at),
                        Found::Not => continue,
                        Found::Done => {}
                    }
                    return true;
                }
                let (Some(value), Some(key)) = (self.value, self.last_key(path)) else {
                    return false;
                };
                entries.push((key, value.clone()));
                true
            }
            Node::Seq(items) => {
                let kind = self.rules.list(path, &[items]);
                let steps = match kind {
                    ListKind::Atomic => None,
                    _ => self.rules.steps(path, kind, items),
                };
                let Some(steps) = steps else { return false };
                for (at, step) in steps.into_iter().enumerate() {
                    path.push(step);
                    let found = self.at(path, &mut items[at]);
                    path.pop();
                    match found {
                        Found::Gone => _ = items.remove(at),
                        Found::Not => continue,
                        Found::Done => {}
                    }
                    return true;
                }
                let rest = self.rest(path);
                let (Some(value), true) = (self.value, is_one_item(rest)) else {
                    return false;
                };
                items.push(value.clone());
                true
            }
            _ => false,
        }
    }

    fn at(&self, path: &mut Path, node: &mut Node) -> Found {
        let text = path.to_string();
        if text == self.wanted {
            return match replaced(node, self.was, self.value) {
                Some(value) => {
                    *node = value;
                    Found::Done
                }
                None => Found::Gone,
            };
        }
        let leads = self
            .wanted
            .strip_prefix(&text)
            .is_some_and(|rest| rest.starts_with(['.', '[']));
        if leads && self.below(path, node) {
            Found::Done
        } else {
            Found::Not
        }
    }

    fn rest(&self, path: &Path) -> &str {
        self.wanted
            .strip_prefix(&path.to_string())
            .unwrap_or_default()
    }

    /// The key that is missing here, where only one is.
    fn last_key(&self, path: &Path) -> Option<String> {
        let rest = self.rest(path);
        if let Some(quoted) = rest.strip_prefix("[\"") {
            let key = quoted.strip_suffix("\"]")?;
            return (!key.contains(['"', '\\'])).then(|| key.to_owned());
        }
        let key = match rest.strip_prefix('.') {
            Some(key) => key,
            None if path.steps().is_empty() => rest,
            None => return None,
        };
        (!key.is_empty() && !key.contains(['.', '['])).then(|| key.to_owned())
    }
}

enum Found {
    Done,
    Gone,
    Not,
}

/// Tells whether the rest of a path is one item of a list and nothing inside it.
fn is_one_item(rest: &str) -> bool {
    rest.strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .is_some_and(|inner| !inner.contains("]."))
}

fn replaced(now: &Node, was: Option<&Node>, value: Option<&Node>) -> Option<Node> {
    let (Node::Map(all), Some(Node::Map(some)), Some(Node::Map(new))) = (now, was, value) else {
        return value.cloned();
    };
    if some.len() >= all.len() {
        return value.cloned();
    }
    let keeps = |key: &str| !some.iter().chain(new).any(|(other, _)| other == key);
    let kept = all.iter().filter(|(key, _)| keeps(key));
    Some(Node::Map(kept.chain(new).cloned().collect()))
}
