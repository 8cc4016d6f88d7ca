//! Owned values: what edits put in and what the emitter writes.

use std::collections::HashMap;

use crate::scalar::Reading;
use crate::{Kind, Value};

/// A value without a source: the JSON that Kubernetes makes of YAML, with the order of maps kept.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number in the range of `i64`.
    Int(i64),
    /// A whole number above `i64`.
    UInt(u64),
    /// Any other number. Infinities and not-a-number have no JSON form: they are emitted as null, and an edit refuses
    /// them.
    Float(f64),
    /// A string.
    Str(String),
    /// A list.
    Seq(Vec<Node>),
    /// A map in the order of its keys; a key stands in it once.
    Map(Vec<(String, Node)>),
}

impl Node {
    /// Returns the value of a key; nothing for anything but a map.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        match self {
            Self::Map(entries) => entries.iter().find(|(k, _)| k == key).map(|(_, v)| v),
            _ => None,
        }
    }

    /// Tells whether two values are the same to Kubernetes: map order does not count, list order does, and `1.0` is `1`.
    #[must_use]
    pub fn same(&self, other: &Node) -> bool {
        match (self, other) {
            (Self::Map(ours), Self::Map(theirs)) => same_maps(ours, theirs),
            (Self::Seq(ours), Self::Seq(theirs)) => {
                ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(a, b)| a.same(b))
            }
            _ => match (self.reading(), other.reading()) {
                (Some(a), Some(b)) => same_scalars(&a, &b),
                _ => false,
            },
        }
    }

    /// Tells the same of a value that has a source, without a copy of it.
    #[must_use]
    pub fn same_as(&self, value: Value<'_>) -> bool {
        match (self, value.kind()) {
            (Self::Map(ours), Kind::Map) => {
                let mut theirs = 0;
                for entry in value.entries() {
                    // Most maps are in one order on both sides.
                    let here = ours.get(theirs).filter(|(key, _)| key == entry.key);
                    let ours = here.map(|(_, node)| node).or_else(|| self.get(entry.key));
                    if !ours.is_some_and(|node| node.same_as(entry.value)) {
                        return false;
                    }
                    theirs += 1;
                }
                theirs == ours.len()
            }
            (Self::Seq(ours), Kind::Seq) => {
                let mut theirs = value.items();
                ours.iter()
                    .all(|node| theirs.next().is_some_and(|value| node.same_as(value)))
                    && theirs.next().is_none()
            }
            (node, Kind::Scalar | Kind::Alias) => {
                let ours = node.reading();
                ours.is_some_and(|ours| same_scalars(&ours, &value.read()))
            }
            _ => false,
        }
    }

    /// Names the JSON type, as messages use it.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Map(_) => "map",
            Self::Seq(_) => "list",
            other => other.reading().map_or("null", |r| r.type_name()),
        }
    }

    /// Tells whether the value is a map or a list with something in it.
    pub(crate) fn has_parts(&self) -> bool {
        match self {
            Self::Map(entries) => !entries.is_empty(),
            Self::Seq(items) => !items.is_empty(),
            _ => false,
        }
    }

    /// Returns the scalar's reading; nothing for maps and lists.
    pub(crate) fn reading(&self) -> Option<Reading<'_>> {
        Some(match self {
            Self::Null => Reading::Null,
            Self::Bool(b) => Reading::Bool(*b),
            Self::Int(n) => Reading::Int(*n),
            Self::UInt(n) => Reading::UInt(*n),
            Self::Float(f) => Reading::Float(*f),
            Self::Str(s) => Reading::Str(s.as_str().into()),
            Self::Seq(_) | Self::Map(_) => return None,
        })
    }
}

fn same_scalars(ours: &Reading<'_>, theirs: &Reading<'_>) -> bool {
    match (ours.as_integer(), theirs.as_integer()) {
        (Some(a), Some(b)) => a == b,
        _ => ours == theirs,
    }
}

/// Up to this many keys a map is searched key by key, which is faster than hashing.
const FEW_KEYS: usize = 16;

fn same_maps(ours: &[(String, Node)], theirs: &[(String, Node)]) -> bool {
    if ours.len() != theirs.len() {
        return false;
    }
    // Most comparisons are of a text with its own successor, where the order is the same.
    if ours.iter().zip(theirs).all(|(a, b)| a.0 == b.0) {
        return ours.iter().zip(theirs).all(|(a, b)| a.1.same(&b.1));
    }
    if ours.len() <= FEW_KEYS {
        return ours.iter().all(|(key, value)| {
            theirs
                .iter()
                .find(|(other, _)| other == key)
                .is_some_and(|(_, other)| value.same(other))
        });
    }
    let index: HashMap<&str, &Node> = theirs.iter().map(|(k, v)| (k.as_str(), v)).collect();
    ours.iter().all(|(key, value)| {
        index
            .get(key.as_str())
            .is_some_and(|other| value.same(other))
    })
}

impl From<Value<'_>> for Node {
    /// Copies a value, aliases and merge keys expanded; the alias limit of the parse bounds the size.
    fn from(value: Value<'_>) -> Self {
        match value.kind() {
            Kind::Map => Self::Map(
                value
                    .entries()
                    .map(|entry| (entry.key.to_owned(), Self::from(entry.value)))
                    .collect(),
            ),
            Kind::Seq => Self::Seq(value.items().map(Self::from).collect()),
            Kind::Scalar | Kind::Alias => match value.read() {
                Reading::Null => Self::Null,
                Reading::Bool(b) => Self::Bool(b),
                Reading::Int(n) => Self::Int(n),
                Reading::UInt(n) => Self::UInt(n),
                Reading::Float(f) => Self::Float(f),
                Reading::Str(s) => Self::Str(s.into_owned()),
            },
        }
    }
}

impl From<&str> for Node {
    fn from(text: &str) -> Self {
        Self::Str(text.to_owned())
    }
}

impl From<String> for Node {
    fn from(text: String) -> Self {
        Self::Str(text)
    }
}

impl From<i64> for Node {
    fn from(n: i64) -> Self {
        Self::Int(n)
    }
}

impl From<bool> for Node {
    fn from(b: bool) -> Self {
        Self::Bool(b)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::Node;
    use crate::{Document, Options, parse};

    #[test]
    fn a_value_is_compared_without_a_copy_as_with_one() {
        let texts = [
            "a: 1\nb: [x, {c: null}]\n",
            "b: [x, {c: ~}]\na: 1.0\n",
            "a: \"1\"\nb: [x, {c: null}]\n",
            "a: 1\nb: [x, {c: null}, y]\n",
            "a: 1\nb: [x]\n",
            "a: 1\n",
            "a: 1\nb: [x, {c: null}]\nd: 0\n",
            "a: 1\nb: {x: 1}\n",
            "a: &one {b: 1}\nc: *one\n",
            "a: {b: 1}\nc: {<<: {b: 1}}\n",
            "[]\n",
            "x\n",
        ];
        let streams = texts.map(|text| parse(text, &Options::default()));
        for (n, one) in streams.iter().enumerate() {
            for (m, other) in streams.iter().enumerate() {
                let node = Node::from(one.documents().find_map(Document::root).unwrap());
                let value = other.documents().find_map(Document::root).unwrap();
                let copied = node.same(&Node::from(value));
                assert_eq!(node.same_as(value), copied, "{}{}", texts[n], texts[m]);
                assert!(n != m || copied);
            }
        }
    }
}
