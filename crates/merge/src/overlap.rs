//! What a merge must not bring together.

use std::collections::HashSet;
use std::net::Ipv4Addr;

use hnp_yaml::Node;

use crate::items::{field, scalar_json};
use crate::table::Meaning;

/// Tells whether parts of a list or map overlap in the way that a meaning forbids.
pub(crate) fn clashes(meaning: &Meaning, node: &Node) -> bool {
    match meaning {
        Meaning::Networks(name) => any_overlap(
            parts(node)
                .filter_map(|part| {
                    let value = if name.is_empty() {
                        Some(part)
                    } else {
                        field(part, name)
                    };
                    match value {
                        Some(Node::Str(text)) => network(text),
                        _ => None,
                    }
                })
                .collect(),
        ),
        Meaning::Ranges(from, to) => any_overlap(
            parts(node)
                .filter_map(|part| Some((number(field(part, from)?)?, number(field(part, to)?)?)))
                .collect(),
        ),
        Meaning::Distinct(fields) => {
            let mut seen = HashSet::new();
            parts(node)
                .flat_map(|part| fields.iter().filter_map(|name| field(part, name)))
                .filter(|value| !matches!(value, Node::Null | Node::Map(_) | Node::Seq(_)))
                .any(|value| !seen.insert(scalar_json(value)))
        }
        Meaning::Macs => {
            let mut seen = HashSet::new();
            let plain = |key: &str| -> String {
                key.chars()
                    .filter(char::is_ascii_alphanumeric)
                    .map(|c| c.to_ascii_lowercase())
                    .collect()
            };
            match node {
                Node::Map(entries) => entries.iter().any(|(key, _)| !seen.insert(plain(key))),
                _ => false,
            }
        }
        Meaning::Apart(one, other) => {
            let has = |names: &[&str]| names.iter().any(|name| node.get(name).is_some());
            has(one) && has(other)
        }
        _ => false,
    }
}

fn parts(node: &Node) -> Box<dyn Iterator<Item = &Node> + '_> {
    match node {
        Node::Map(entries) => Box::new(entries.iter().map(|(_, value)| value)),
        Node::Seq(items) => Box::new(items.iter()),
        _ => Box::new(std::iter::empty()),
    }
}

fn any_overlap(mut ranges: Vec<(u64, u64)>) -> bool {
    ranges.sort_unstable();
    // With ends in order too, for a wide range may hide several behind it.
    let mut end = None;
    for (from, to) in ranges {
        if end.is_some_and(|end| from <= end) {
            return true;
        }
        end = end.max(Some(to));
    }
    false
}

fn number(node: &Node) -> Option<u64> {
    match node {
        Node::Int(n) => u64::try_from(*n).ok(),
        Node::UInt(n) => Some(*n),
        _ => None,
    }
}

/// Returns the first and last address of `a.b.c.d/n`.
fn network(text: &str) -> Option<(u64, u64)> {
    let (address, bits) = text.split_once('/')?;
    let address = u64::from(u32::from(address.parse::<Ipv4Addr>().ok()?));
    let bits: u32 = bits.parse().ok().filter(|bits| *bits <= 32)?;
    let size = 1_u64 << (32 - bits);
    let first = address - address % size;
    Some((first, first + size - 1))
}
