//! Files that cannot be read, and what they are known to have held.

use super::Inputs;
use super::conflict::{Conflict, FieldConflict};
use super::tree::GitTree;
use super::works::Work;

/// Returns the conflict of a resource that the GUI has and whose file, as far as is on record, cannot be read.
pub(super) fn corruption(inputs: &Inputs<'_>, tree: &GitTree, work: &Work) -> Option<Conflict> {
    if work.gui_now.is_none() || work.git_now.is_some() || tree.unknown.contains_key(&work.key) {
        return None;
    }
    let path = &inputs.state.resources.get(&work.key)?.path;
    if !tree.unreadable.contains(path) {
        return None;
    }
    let file = inputs.fabric.files.iter().find(|file| file.path == *path)?;
    let blob = inputs.git.blob_id(&file.bytes);
    let fields = vec![FieldConflict {
        path: String::new(),
        base: None,
        gui: None,
        git: None,
    }];
    let message =
        format!("{path} cannot be read, and the GUI has what it held; `hnp validate` says why");
    Some(Conflict::of_file(&work.key, path, &blob, fields, message))
}
