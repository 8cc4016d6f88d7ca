//! What runs leave in `.git/hnp` for people: bytes that had no place to go, and records that had no ledger to go to.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use crate::{Error, fail};

/// What one operation could not place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost {
    /// Id of the operation.
    pub operation: String,
    /// When it was put there, seconds since 1970.
    pub seconds: i64,
    /// How many files.
    pub files: usize,
}

/// Returns what lies under `lost/`, by operation.
///
/// # Errors
///
/// Fails where it is there and cannot be listed.
pub fn lost(hnp_dir: &Path) -> Result<Vec<Lost>, Error> {
    let root = hnp_dir.join("lost");
    let entries = match fs::read_dir(&root) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(Error::io("read", &root)(error)),
    };
    let mut found = Vec::new();
    for entry in entries.flatten() {
        // A name that is no text is nothing of hnp's.
        let Ok(operation) = entry.file_name().into_string() else {
            continue;
        };
        if !entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            continue;
        }
        let mut one = Lost {
            operation,
            seconds: 0,
            files: 0,
        };
        look(&entry.path(), &mut one);
        found.push(one);
    }
    found.sort_by(|a, b| a.operation.cmp(&b.operation));
    Ok(found)
}

/// Counts the files, and takes the newest time of all. A link counts and is not followed.
fn look(directory: &Path, one: &mut Lost) {
    let written = |path: &Path| {
        let modified = fs::symlink_metadata(path).ok()?.modified().ok()?;
        let since = modified.duration_since(UNIX_EPOCH).ok()?;
        i64::try_from(since.as_secs()).ok()
    };
    let mut open: Vec<PathBuf> = vec![directory.to_owned()];
    while let Some(path) = open.pop() {
        one.seconds = one.seconds.max(written(&path).unwrap_or(0));
        for entry in fs::read_dir(&path).into_iter().flatten().flatten() {
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                open.push(entry.path());
            } else {
                one.files += 1;
                one.seconds = one.seconds.max(written(&entry.path()).unwrap_or(0));
            }
        }
    }
}

/// Removes what one operation could not place; nothing there is no error.
///
/// # Errors
///
/// Fails where it cannot be removed.
pub fn remove_lost(hnp_dir: &Path, operation: &str) -> Result<(), Error> {
    let path = hnp_dir.join("lost").join(operation);
    match fs::remove_dir_all(&path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Error::io("remove", &path)(error))
        }
        _ => Ok(()),
    }
}

/// Returns where records are kept that could not go to the ledger, one a line, the oldest first.
#[must_use]
pub fn kept_records(hnp_dir: &Path) -> PathBuf {
    hnp_dir.join("log.jsonl")
}

/// Writes the records that stay, in one step; without any the file goes.
///
/// # Errors
///
/// Fails where it cannot be written, and is as it was then.
pub fn keep_records(hnp_dir: &Path, lines: &[&str]) -> Result<(), Error> {
    let path = kept_records(hnp_dir);
    let fail = || Error::io("write", &path);
    if lines.is_empty() {
        return match fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(fail()(error)),
            _ => Ok(()),
        };
    }
    let beside = hnp_dir.join("log.jsonl.tmp");
    let mut text = lines.join("\n");
    text.push('\n');
    let mut file = fs::File::create(&beside).map_err(fail())?;
    file.write_all(text.as_bytes()).map_err(fail())?;
    file.sync_all().map_err(fail())?;
    fail::point("kept records staged");
    fs::rename(&beside, &path).map_err(fail())
}
