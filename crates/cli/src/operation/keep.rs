//! Keeping what an operation touches, so that `hnp undo` can take it back: the bytes before and after, beside the record.
//!
//! Where they cannot be kept the operation goes on without: only its undo is lost.

use std::collections::BTreeMap;

use hnp_git::BackupFile;
use hnp_model::canonical::sha256_hex;
use hnp_sync::plan::{Before, FileOp, Plan};

use crate::context::Context;

/// Blobs of what was there before files were put in place ahead of the rest, by the SHA-256 of their bytes.
const AHEAD: &str = "ahead.json";

type Ahead = BTreeMap<String, String>;

/// Keeps what a plan will write over or remove, for the record that comes later. The bytes are found again by their hash,
/// so what a killed run left here does no harm.
pub(super) fn ahead(context: &Context, plan: &Plan) {
    let mut blobs = Ahead::new();
    for op in &plan.files {
        let Some((path, sha256)) = was(op) else {
            continue;
        };
        if let Ok(Some(bytes)) = context.worktree.read_if_there(path)
            && context.repo.write_blob(&bytes).is_ok()
            && let Ok(id) = context.repo.blob_id(&bytes)
        {
            blobs.insert(sha256.to_owned(), id);
        }
    }
    if let Ok(text) = serde_json::to_string(&blobs) {
        let _ = std::fs::write(context.hnp_dir.join(AHEAD), text);
    }
}

/// Writes the trees of all files that an operation touches: as they are before it, and as they will be.
pub(super) fn both(context: &Context, placed: &Plan, plan: &Plan) -> Option<(String, String)> {
    let path = context.hnp_dir.join(AHEAD);
    let ahead: Ahead = if placed.is_empty() {
        Ahead::new()
    } else {
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        let _ = std::fs::remove_file(&path);
        serde_json::from_str(&text).unwrap_or_default()
    };
    let mut before = BTreeMap::new();
    let mut after = BTreeMap::new();
    for (op, done) in placed
        .files
        .iter()
        .map(|op| (op, true))
        .chain(plan.files.iter().map(|op| (op, false)))
    {
        let bytes = match was(op) {
            None => None,
            Some((path, sha256)) => {
                let bytes = if done {
                    context.repo.read_blob(ahead.get(sha256)?)?
                } else {
                    context.worktree.read_if_there(path).ok()??
                };
                if sha256_hex(&bytes) != sha256 {
                    return None;
                }
                Some((path.to_owned(), bytes))
            }
        };
        match op {
            FileOp::Write {
                path, bytes: new, ..
            } => {
                after.insert(path.clone(), new.clone());
            }
            FileOp::Move { to, .. } => {
                after.insert(to.clone(), bytes.as_ref()?.1.clone());
            }
            FileOp::Remove { .. } => {}
        }
        before.extend(bytes);
    }
    let tree = |files: BTreeMap<String, Vec<u8>>| {
        let files: Vec<BackupFile> = files
            .into_iter()
            .map(|(path, bytes)| BackupFile { path, bytes })
            .collect();
        context.repo.write_files(&files).ok()
    };
    Some((tree(before)?, tree(after)?))
}

/// What must be there before a step, as path and SHA-256; `None` where nothing is.
fn was(op: &FileOp) -> Option<(&str, &str)> {
    match op {
        FileOp::Write {
            before: Before::Absent,
            ..
        } => None,
        FileOp::Write {
            path,
            before: Before::Is(sha256),
            ..
        }
        | FileOp::Remove { path, sha256 } => Some((path, sha256)),
        FileOp::Move { from, sha256, .. } => Some((from, sha256)),
    }
}
