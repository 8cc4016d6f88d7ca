//! What a merge must not bring together.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::net::Ipv4Addr;

use hnp_yaml::Node;

use crate::items::{field, scalar_json};
use crate::table::Meaning;

/// Two parts of a map or list that do not go together, by their places in it, and what they share.
pub(crate) struct Clash {
    pub(crate) parts: [usize; 2],
    pub(crate) shared: String,
}

/// Finds the parts of a list or map that overlap in the way that a meaning forbids: each that does is in a pair.
pub(crate) fn clashes(meaning: &Meaning, node: &Node) -> Vec<Clash> {
    match meaning {
        Meaning::Networks(name) => overlaps(
            parts(node)
                .enumerate()
                .filter_map(|(at, part)| {
                    let value = if name.is_empty() {
                        Some(part)
                    } else {
                        field(part, name)
                    };
                    match value {
                        Some(Node::Str(text)) => {
                            let (from, to) = network(text)?;
                            Some((from, to, at, text.clone()))
                        }
                        _ => None,
                    }
                })
                .collect(),
        ),
        Meaning::Ranges(from, to) => overlaps(
            parts(node)
                .enumerate()
                .filter_map(|(at, part)| {
                    let (from, to) = (number(field(part, from)?)?, number(field(part, to)?)?);
                    Some((from, to, at, format!("{from} to {to}")))
                })
                .collect(),
        ),
        Meaning::Distinct(fields) => {
            let values = parts(node).enumerate().flat_map(|(at, part)| {
                fields
                    .iter()
                    .filter_map(move |name| Some((at, *name, field(part, name)?)))
            });
            twice(
                values
                    .filter(|(_, _, value)| {
                        !matches!(value, Node::Null | Node::Map(_) | Node::Seq(_))
                    })
                    .map(|(at, name, value)| {
                        let value = scalar_json(value);
                        (at, value.clone(), format!("both have {name} {value}"))
                    }),
            )
        }
        Meaning::Macs => {
            let plain = |key: &str| -> String {
                key.chars()
                    .filter(char::is_ascii_alphanumeric)
                    .map(|c| c.to_ascii_lowercase())
                    .collect()
            };
            let Node::Map(entries) = node else {
                return Vec::new();
            };
            twice(entries.iter().enumerate().map(|(at, (key, _))| {
                let shared = "are one address in two spellings".to_owned();
                (at, plain(key), shared)
            }))
        }
        Meaning::Apart(one, other) => {
            let Node::Map(entries) = node else {
                return Vec::new();
            };
            let places = |names: &[&str]| -> Vec<usize> {
                (0..entries.len())
                    .filter(|at| names.contains(&entries[*at].0.as_str()))
                    .collect()
            };
            let others = places(other);
            let pair = |one: usize| {
                others.iter().map(move |other| Clash {
                    parts: [one, *other],
                    shared: "do not go together".to_owned(),
                })
            };
            places(one).into_iter().flat_map(pair).collect()
        }
        _ => Vec::new(),
    }
}

fn parts(node: &Node) -> Box<dyn Iterator<Item = &Node> + '_> {
    match node {
        Node::Map(entries) => Box::new(entries.iter().map(|(_, value)| value)),
        Node::Seq(items) => Box::new(items.iter()),
        _ => Box::new(std::iter::empty()),
    }
}

/// Pairs what holds a value with the first that does.
fn twice(values: impl Iterator<Item = (usize, String, String)>) -> Vec<Clash> {
    let mut first: HashMap<String, usize> = HashMap::new();
    let mut found = Vec::new();
    for (at, value, shared) in values {
        match first.entry(value) {
            Entry::Vacant(free) => _ = free.insert(at),
            Entry::Occupied(taken) => found.push(Clash {
                parts: [*taken.get(), at],
                shared,
            }),
        }
    }
    found
}

/// Pairs each range that begins inside others with the one of them that reaches farthest.
fn overlaps(mut ranges: Vec<(u64, u64, usize, String)>) -> Vec<Clash> {
    ranges.sort_unstable();
    let mut found = Vec::new();
    let mut farthest: Option<&(u64, u64, usize, String)> = None;
    for range in &ranges {
        if let Some(other) = farthest.filter(|other| range.0 <= other.1) {
            found.push(Clash {
                parts: [other.2, range.2],
                shared: format!("overlap: {} and {}", other.3, range.3),
            });
        }
        if farthest.is_none_or(|other| other.1 < range.1) {
            farthest = Some(range);
        }
    }
    found
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
