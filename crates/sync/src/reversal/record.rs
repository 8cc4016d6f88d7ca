//! The state's entries after something was taken back.

use std::collections::BTreeMap;

use hnp_model::canonical::sha256_hex;
use hnp_model::kind;
use hnp_state::state_file::{Entry, State};
use hnp_yaml::Limits;

use super::What;
use super::unit::{after, document};
use crate::fabric::FabricFiles;
use crate::plan::Plan;
use crate::reconcile::shared::GitTree;

/// Brings the entries of resources up to what a plan leaves. What both sides last held stays on record, so that a sync sees
/// the step as an edit of Git.
///
/// A resource that comes back is recorded. One that was there without a record, as a person wrote it, stays without.
pub(super) fn entries(
    state: &mut State,
    fabric: &FabricFiles<'_>,
    plan: &Plan,
    changed: &BTreeMap<String, What>,
    limits: Limits,
) {
    if changed.is_empty() {
        return;
    }
    let tree = GitTree::read(&after(fabric, plan), limits);
    let foreign = |key: &String| {
        tree.docs
            .get(key)
            .is_some_and(|doc| kind::find(&doc.id.group, &doc.id.kind).is_none())
    };
    for (key, what) in changed {
        // Foreign kinds are never recorded.
        if foreign(key) || *what != What::Create && !state.resources.contains_key(key) {
            continue;
        }
        match document(&tree, key, limits) {
            Some((path, bytes)) => {
                let sha256 = sha256_hex(&bytes);
                let entry = state.resources.entry(key.clone()).or_insert_with(|| Entry {
                    path: String::new(),
                    sha256: String::new(),
                    base: None,
                    blob: None,
                });
                entry.path = path;
                entry.sha256 = sha256;
            }
            None if tree.unknown.contains_key(key) => {}
            None => {
                // What the GUI holds as well is deleted there by a sync, which needs the record for that.
                if state
                    .resources
                    .get(key)
                    .is_some_and(|entry| entry.base.is_none())
                {
                    state.resources.remove(key);
                }
            }
        }
    }
}
