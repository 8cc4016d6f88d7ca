//! What tells the items of a list apart, and when two values are the same.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;

use hnp_yaml::{Node, Reading, scalar};

use crate::Rules;
use crate::path::{Path, Step};
use crate::table::Meaning;

/// How the items of a list at some place are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ListKind {
    /// One value.
    Atomic,
    /// By their own value.
    Set,
    /// By fields.
    Keyed(&'static [&'static str]),
    /// The single item of the list.
    Single,
    /// As resources.
    Resources,
}

impl Rules {
    /// Returns how a list at a place is told apart, all lists that take part in the merge considered.
    pub(crate) fn list(&self, path: &Path, lists: &[&[Node]]) -> ListKind {
        for meaning in self.at(path) {
            return match meaning {
                Meaning::Set => ListKind::Set,
                Meaning::Keyed(fields) => ListKind::Keyed(fields),
                Meaning::Resources => ListKind::Resources,
                Meaning::One if lists.iter().all(|items| items.len() <= 1) => ListKind::Single,
                Meaning::One => ListKind::Set,
                Meaning::Atomic => ListKind::Atomic,
                _ => continue,
            };
        }
        ListKind::Atomic
    }

    /// Returns the step to each item of a list; nothing where one has no key, or two share one.
    pub(crate) fn steps(&self, path: &Path, kind: ListKind, items: &[Node]) -> Option<Vec<Step>> {
        let mut inner = path.clone();
        // What stands below an item is found by the table through any step that is no key.
        inner.push(Step::Item(Vec::new()));
        let steps: Vec<Step> = items
            .iter()
            .map(|item| match kind {
                ListKind::Atomic => None,
                ListKind::Single => Some(Step::Item(Vec::new())),
                ListKind::Set => Some(Step::Member(self.text(&inner, item))),
                ListKind::Keyed(fields) => fields
                    .iter()
                    .map(|field| Some(((*field).to_owned(), field_text(item, field)?)))
                    .collect::<Option<Vec<_>>>()
                    .map(Step::Item),
                ListKind::Resources => resource_key(item).map(Step::Item),
            })
            .collect::<Option<_>>()?;
        let mut seen = HashSet::with_capacity(steps.len());
        steps.iter().all(|step| seen.insert(step)).then_some(steps)
    }

    /// Tells whether two values at a place say the same: the order of maps, sets and keyed lists does not count.
    pub(crate) fn same(&self, path: &Path, a: Option<&Node>, b: Option<&Node>) -> bool {
        match (a, b) {
            (None, None) => true,
            (Some(a), Some(b)) => {
                a.same(b) || (self.may_reorder(a) && self.text(path, a) == self.text(path, b))
            }
            _ => false,
        }
    }

    fn may_reorder(&self, node: &Node) -> bool {
        matches!(node, Node::Map(_) | Node::Seq(_))
    }

    /// Returns one text for all values that say the same at a place.
    pub(crate) fn text(&self, path: &Path, node: &Node) -> String {
        let mut out = String::new();
        self.write(&mut path.clone(), node, &mut out);
        out
    }

    fn write(&self, path: &mut Path, node: &Node, out: &mut String) {
        match node {
            Node::Map(entries) => {
                let mut entries: Vec<_> = entries.iter().collect();
                entries.sort_by(|a, b| a.0.cmp(&b.0));
                out.push('{');
                for (at, (key, value)) in entries.into_iter().enumerate() {
                    if at > 0 {
                        out.push(',');
                    }
                    quote(key, out);
                    out.push(':');
                    path.push(Step::Key(key.clone()));
                    self.write(path, value, out);
                    path.pop();
                }
                out.push('}');
            }
            Node::Seq(items) => {
                let kind = self.list(path, &[items]);
                let ordered = kind == ListKind::Atomic || self.steps(path, kind, items).is_none();
                path.push(Step::Item(Vec::new()));
                let mut texts: Vec<String> = items
                    .iter()
                    .map(|item| {
                        let mut text = String::new();
                        self.inside(path, item).write(path, item, &mut text);
                        text
                    })
                    .collect();
                path.pop();
                if !ordered {
                    texts.sort_unstable();
                }
                out.push('[');
                out.push_str(&texts.join(","));
                out.push(']');
            }
            scalar => out.push_str(&scalar_json(scalar)),
        }
    }
}

/// Returns a scalar as JSON, numbers in one spelling.
pub(crate) fn scalar_json(node: &Node) -> String {
    match node {
        Node::Bool(b) => b.to_string(),
        Node::Int(n) => n.to_string(),
        Node::UInt(n) => n.to_string(),
        Node::Float(f) => match Reading::Float(*f).as_integer() {
            Some(n) => n.to_string(),
            None => scalar::float_text(*f),
        },
        Node::Str(text) => {
            let mut out = String::new();
            quote(text, &mut out);
            out
        }
        _ => "null".to_owned(),
    }
}

fn quote(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c < ' ' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

/// Follows dots into a value.
pub(crate) fn field<'n>(node: &'n Node, dotted: &str) -> Option<&'n Node> {
    dotted.split('.').try_fold(node, |node, key| node.get(key))
}

fn field_text(node: &Node, dotted: &str) -> Option<String> {
    match field(node, dotted)? {
        Node::Str(text) => Some(text.clone()),
        Node::Null | Node::Map(_) | Node::Seq(_) => None,
        scalar => Some(scalar_json(scalar)),
    }
}

/// Returns kind, namespace and name of a resource in a list; the version is no part of what it is.
fn resource_key(node: &Node) -> Option<Vec<(String, String)>> {
    let text = |dotted: &str| field_text(node, dotted);
    let api_version = text("apiVersion")?;
    let group = api_version.split_once('/').map_or("", |(group, _)| group);
    let namespace = text("metadata.namespace")
        .filter(|namespace| !namespace.is_empty())
        .unwrap_or_else(|| hnp_model::DEFAULT_NAMESPACE.to_owned());
    Some(vec![
        ("group".to_owned(), group.to_owned()),
        ("kind".to_owned(), text("kind")?),
        ("namespace".to_owned(), namespace),
        ("name".to_owned(), text("metadata.name")?),
    ])
}

/// Joins two orders: ours stands, what only theirs has comes behind what it stands behind there; of two additions in one
/// gap ours come first.
pub(crate) fn weave<K: Clone + Eq + std::hash::Hash>(ours: &[K], theirs: &[K]) -> Vec<K> {
    let have: HashSet<&K> = ours.iter().collect();
    let common: HashSet<&K> = theirs.iter().filter(|key| have.contains(key)).collect();
    let mut after: HashMap<Option<&K>, Vec<&K>> = HashMap::new();
    let mut last = None;
    for key in theirs {
        if have.contains(key) {
            last = Some(key);
        } else {
            after.entry(last).or_default().push(key);
        }
    }
    let mut out = Vec::with_capacity(ours.len() + theirs.len());
    let mut pending = after.remove(&None).unwrap_or_default();
    for key in ours {
        if common.contains(key) {
            out.extend(pending.drain(..).cloned());
            pending = after.remove(&Some(key)).unwrap_or_default();
        }
        out.push(key.clone());
    }
    out.extend(pending.into_iter().cloned());
    out
}

/// Finds the values of a map by key, so that huge maps cost no more than their size asks for.
pub(crate) fn index(node: &Node) -> HashMap<&str, &Node> {
    match node {
        Node::Map(entries) => entries.iter().map(|(k, v)| (k.as_str(), v)).collect(),
        _ => HashMap::new(),
    }
}
