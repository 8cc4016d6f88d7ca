//! Whether state.toml's record of what both sides held is true: `base` is the hash of the value that `blob` holds.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;

use hnp_merge::Rules;
use hnp_model::ResourceId;
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
    // Many entries may stand in one file, and name one blob; each is read once.
    let mut by_path: BTreeMap<&String, Vec<(&String, &Entry)>> = BTreeMap::new();
    for (key, entry) in state
        .resources
        .iter()
        .filter(|(key, entry)| is_new(key, entry))
    {
        by_path.entry(&entry.path).or_default().push((key, entry));
    }
    let mut found = Vec::new();
    for (path, entries) in by_path {
        let Some(here) = unchanged(path).map(Documents::read) else {
            continue;
        };
        let mut blobs: HashMap<&String, Option<Documents>> = HashMap::new();
        for (key, entry) in entries {
            let Some(base) = &entry.base else { continue };
            // A list, or what cannot be read, is for others to judge.
            let Some((id, now)) = here.find(key).filter(|_| !here.hashes.contains(base)) else {
                continue;
            };
            let Some(blob) = &entry.blob else { continue };
            let agreed = blobs
                .entry(blob)
                .or_insert_with(|| read(blob).map(Documents::read));
            // Of what one side writes otherwise than the other, either may be on record.
            let rules = Rules::of(&id.group, &id.kind);
            let differs = agreed
                .as_ref()
                .and_then(|agreed| agreed.find(key))
                .is_some_and(|(_, agreed)| !same(rules, Some(now), Some(agreed)));
            if differs {
                found.push((key, entry));
            }
        }
    }
    found.sort_by_key(|(key, _)| *key);
    found
        .into_iter()
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

/// The documents of a file.
struct Documents {
    /// The hashes of their values.
    hashes: HashSet<String>,
    /// Values by what follows the fabric in a key.
    values: HashMap<String, (ResourceId, Node)>,
}

impl Documents {
    fn read(bytes: Vec<u8>) -> Self {
        let (mut hashes, mut values) = (HashSet::new(), HashMap::new());
        let stream = parse(bytes, &Options::default());
        for root in stream.documents().filter_map(Document::root) {
            let node = managed(&Node::from(root));
            hashes.insert(base_hash(&node));
            if let Some(id) = id_of(&node) {
                values.insert(id.key(""), (id, node));
            }
        }
        Self { hashes, values }
    }

    /// Finds the value of a resource by its key in the state.
    fn find(&self, key: &str) -> Option<(&ResourceId, &Node)> {
        let (_, rest) = key.split_once('/')?;
        let (id, node) = self.values.get(&format!("/{rest}"))?;
        Some((id, node))
    }
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
