//! A fabric as commands that take back, restore or delete need it: its files with the way to judge them, and a backup.

use hnp_git::BackupFile;
use hnp_model::canonical::sha256_hex;
use hnp_state::config::Fabric;
use hnp_sync::fabric::{FabricFiles, area_of, is_manifest, is_yaml};
use hnp_sync::reversal::Side;

use crate::context::Context;
use crate::failure::Failure;

/// Reads what is managed, and what it is judged together with.
///
/// # Errors
///
/// Exit 3 where a file cannot be read, 2 for settings that are wrong.
pub(super) fn side<'c>(
    context: &'c Context,
    name: &'c str,
    fabric: &'c Fabric,
) -> Result<Side<'c>, Failure> {
    let mut paths = context.list(&fabric.directories)?.files;
    paths.retain(|path| area_of(fabric, path).is_some_and(is_manifest) && is_yaml(path));
    Ok(Side {
        fabric: FabricFiles {
            name,
            fabric,
            files: context.read(&paths)?,
        },
        settings: context.settings(Some(name), None)?,
    })
}

/// Backs a fabric's directories up as they stand, with further files; returns the reference.
///
/// # Errors
///
/// Exit 3 where the backup cannot be written: nothing that needs one may be done then.
pub(super) fn backup(
    context: &Context,
    fabric: &Fabric,
    title: &str,
    further: &[&str],
) -> Result<String, Failure> {
    let mut files: Vec<BackupFile> = context
        .fabric_files(fabric)?
        .into_iter()
        .map(|file| BackupFile {
            path: file.path,
            bytes: file.bytes,
        })
        .collect();
    for path in further {
        if let Some(bytes) = context.worktree.read_if_there(path)? {
            files.push(BackupFile {
                path: (*path).to_owned(),
                bytes,
            });
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files.dedup_by(|a, b| a.path == b.path);
    let stamp = context.stamp();
    // Named after what it holds: one backup never takes the place of another.
    let mut words = format!("{title}\n{}\n", stamp.seconds);
    for file in &files {
        words.push_str(&file.path);
        words.push_str(&sha256_hex(&file.bytes));
    }
    let id = sha256_hex(words.as_bytes());
    Ok(context.repo.backup(&id[..12], title, &files, &stamp)?)
}
