//! Whether state.toml's record of what both sides held is true: `base` is the hash of the value that `blob` holds.

use std::collections::HashMap;
use std::ops::Range;

use hnp_merge::Rules;
use hnp_state::state_file::{Entry, State, StateProblem};
use hnp_yaml::{Document, Node, Options, parse};

use crate::gui::{base_hash, id_of, managed};
use crate::reconcile::same;

/// Reads a Git blob by id; `None` where it is not there.
pub type ReadBlob<'r> = &'r dyn Fn(&str) -> Option<Vec<u8>>;

/// Returns the entries whose `blob` holds another value than `base` says, as faults of the state's text. Entries that `old`
/// has so too are left out, and so are blobs that are not there: a clone may lack them.
#[must_use]
pub fn check_bases(
    text: &str,
    state: &State,
    old: Option<&State>,
    read: ReadBlob<'_>,
) -> Vec<StateProblem> {
    untrue(state, old, read)
        .into_iter()
        .map(|(key, entry)| StateProblem {
            code: "STATE-13",
            message: format!("the blob of {key} does not hold the value that `base` names"),
            span: place(text, key, entry),
            help: "run `hnp state rebuild`, which forgets what was agreed on for it".to_owned(),
            repairable: false,
        })
        .collect()
}

/// Returns the entries whose `base` is new to all states before, while the file at their path is as it was and holds another
/// value: `unchanged` gives the bytes of such a file, and `None` for one that changed.
#[must_use]
pub fn check_manifests(
    text: &str,
    state: &State,
    olds: &[State],
    unchanged: &dyn Fn(&str) -> Option<Vec<u8>>,
    read: ReadBlob<'_>,
) -> Vec<StateProblem> {
    let is_new = |key: &String, entry: &Entry| {
        entry.base.is_some()
            && olds.iter().all(|old| {
                let known = old.resources.get(key);
                known.is_none_or(|known| known.base != entry.base)
            })
    };
    state
        .resources
        .iter()
        .filter(|(key, entry)| is_new(key, entry))
        .filter(|(key, entry)| {
            unchanged(&entry.path).is_some_and(|bytes| !holds(bytes, key, entry, read))
        })
        .map(|(key, entry)| StateProblem {
            code: "STATE-15",
            message: format!(
                "what is recorded of {key} is new, and {} is as it was and holds another value",
                entry.path
            ),
            span: place(text, key, entry),
            help: "commit the file too; `hnp status` names what is missing".to_owned(),
            repairable: false,
        })
        .collect()
}

/// Tells whether a file holds what an entry says that both sides held, in whichever form.
fn holds(bytes: Vec<u8>, key: &str, entry: &Entry, read: ReadBlob<'_>) -> bool {
    let nodes = |bytes: Vec<u8>| -> Vec<Node> {
        parse(bytes, &Options::default())
            .documents()
            .filter_map(Document::root)
            .map(|root| managed(&Node::from(root)))
            .collect()
    };
    let here = nodes(bytes);
    if here.iter().any(|node| Some(base_hash(node)) == entry.base) {
        return true;
    }
    // Of what one side writes otherwise than the other, either may be on record.
    let named = |node: &&Node| {
        id_of(node).is_some_and(|id| {
            key.split_once('/')
                .is_some_and(|(fabric, _)| id.key(fabric) == key)
        })
    };
    let Some((now, id)) = here
        .iter()
        .find(named)
        .and_then(|node| Some((node, id_of(node)?)))
    else {
        // A list, or what cannot be read: for others to judge.
        return true;
    };
    let Some(agreed) = entry.blob.as_deref().and_then(read) else {
        return true;
    };
    let rules = Rules::of(&id.group, &id.kind);
    nodes(agreed)
        .iter()
        .filter(named)
        .any(|node| same(rules, Some(now), Some(node)))
}

/// Forgets what was agreed on where the record of it is not true: no base is always safe.
pub fn forget_untrue(state: &mut State, read: ReadBlob<'_>) {
    let keys: Vec<String> = untrue(state, None, read)
        .into_iter()
        .map(|(key, _)| key.clone())
        .collect();
    for key in keys {
        if let Some(entry) = state.resources.get_mut(&key) {
            (entry.base, entry.blob) = (None, None);
        }
    }
}

fn untrue<'s>(
    state: &'s State,
    old: Option<&State>,
    read: ReadBlob<'_>,
) -> Vec<(&'s String, &'s Entry)> {
    // Many entries may name one blob, whoever wrote them; it is read once.
    let mut hashes: HashMap<&str, Option<Vec<String>>> = HashMap::new();
    let mut found = Vec::new();
    for (key, entry) in &state.resources {
        let (Some(base), Some(blob)) = (&entry.base, &entry.blob) else {
            continue;
        };
        let known = old.and_then(|old| old.resources.get(key));
        if known.is_some_and(|known| (&known.base, &known.blob) == (&entry.base, &entry.blob)) {
            continue;
        }
        let values = hashes.entry(blob).or_insert_with(|| read(blob).map(values));
        if values.as_ref().is_some_and(|values| !values.contains(base)) {
            found.push((key, entry));
        }
    }
    found
}

/// Returns the hash of each document's value.
fn values(bytes: Vec<u8>) -> Vec<String> {
    parse(bytes, &Options::default())
        .documents()
        .filter_map(Document::root)
        .map(|root| base_hash(&managed(&Node::from(root))))
        .collect()
}

fn place(text: &str, key: &str, entry: &Entry) -> Range<usize> {
    let header = text.find(&format!("\"{key}\"]")).unwrap_or(0);
    let value = entry.base.as_deref().unwrap_or_default();
    let at = text[header..]
        .find(value)
        .map_or(header, |offset| header + offset);
    at..text.len().min(at + value.len())
}
