//! The first time that a fabric and a GUI agree on something.

use hnp_state::state_file::Entry;
use hnp_yaml::Limits;

use super::Inputs;
use super::files::Files;
use super::plan::SyncPlan;
use super::tree::GitTree;

/// Tells whether both sides were ever at one about anything. From then on what is not on record is known to have been absent.
pub(super) fn ever(inputs: &Inputs<'_>) -> bool {
    let prefix = format!("{}/", inputs.fabric.name);
    let mut entries = inputs.state.resources.iter();
    entries.any(|(key, entry)| key.starts_with(&prefix) && entry.base.is_some())
}

/// Puts what Git has and nothing was agreed on on record too, without a base, when the first base of a fabric goes there:
/// a conflict, a resource that policy holds or that nobody asked for would else pass for one that was absent.
pub(super) fn remember(
    inputs: &Inputs<'_>,
    tree: &GitTree,
    files: &Files,
    limits: Limits,
    plan: &mut SyncPlan,
) {
    let agreed = |entry: &Option<Entry>| entry.as_ref().is_some_and(|entry| entry.base.is_some());
    if ever(inputs) || !plan.entries.values().any(agreed) {
        return;
    }
    for (key, doc) in &tree.docs {
        if inputs.state.resources.contains_key(key) || plan.entries.contains_key(key) {
            continue;
        }
        if let Some((path, sha256, _)) = files.document(tree, key, &doc.id, limits) {
            let entry = Entry {
                path,
                sha256,
                base: None,
                blob: None,
            };
            plan.entries.insert(key.clone(), Some(entry));
        }
    }
}
