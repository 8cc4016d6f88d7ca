//! Steps of a journal, each done so that doing it again does no harm.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use hnp_model::canonical::sha256_hex;
use serde::{Deserialize, Serialize};

use crate::{Error, Worktree, fail};

/// One step as a journal keeps it: what it does, and the bytes before and after by their hashes.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "lowercase")]
pub(crate) enum Step {
    Write {
        path: String,
        stage: usize,
        after: String,
        before: Option<String>,
    },
    Move {
        from: String,
        to: String,
        sha256: String,
    },
    Remove {
        path: String,
        sha256: String,
    },
}

/// Returns where new bytes wait for their place.
pub(crate) fn stage_dir(hnp_dir: &Path) -> PathBuf {
    hnp_dir.join("stage")
}

/// Returns the hash of a file, `None` where nothing is there.
pub(crate) fn sha256_of(worktree: &Worktree, path: &str) -> Result<Option<String>, Error> {
    Ok(worktree
        .read_if_there(path)?
        .map(|bytes| sha256_hex(&bytes)))
}

/// What lies at a path when a journal is finished.
enum Now {
    Absent,
    Is(String),
    /// No file that hnp may touch: a directory, a link, or a path that passes one.
    Odd,
}

impl Now {
    fn of(worktree: &Worktree, path: &str) -> Result<Self, Error> {
        match sha256_of(worktree, path) {
            Ok(Some(sha256)) => Ok(Self::Is(sha256)),
            Ok(None) if has_room(worktree, path)? => Ok(Self::Absent),
            Ok(None) | Err(Error::Unsafe { .. }) => Ok(Self::Odd),
            Err(error) => Err(error),
        }
    }

    fn is(&self, sha256: &str) -> bool {
        matches!(self, Self::Is(now) if now == sha256)
    }

    fn fits(&self, before: Option<&str>) -> bool {
        match (self, before) {
            (Self::Absent, None) => true,
            (now, Some(before)) => now.is(before),
            _ => false,
        }
    }
}

/// Tells whether a file can be made at a path: nothing on the way to it is a file.
pub(crate) fn has_room(worktree: &Worktree, path: &str) -> Result<bool, Error> {
    let full = worktree.resolve(path)?;
    let on_the_way = full
        .ancestors()
        .skip(1)
        .take_while(|parent| *parent != worktree.root());
    for parent in on_the_way {
        if let Ok(meta) = fs::symlink_metadata(parent) {
            return Ok(meta.is_dir());
        }
    }
    Ok(true)
}

/// Does a step, or finds it done; doing it twice does no harm. Returns the path that was left alone, if one was, because
/// somebody else had changed it.
pub(crate) fn redo(
    hnp_dir: &Path,
    id: &str,
    worktree: &Worktree,
    step: &Step,
) -> Result<Option<String>, Error> {
    match step {
        Step::Write {
            path,
            stage,
            after,
            before,
        } => {
            let now = Now::of(worktree, path)?;
            if now.is(after) {
                return Ok(None);
            }
            let staged = stage_dir(hnp_dir).join(stage.to_string());
            if !now.fits(before.as_deref()) {
                keep(hnp_dir, id, &staged, path)?;
            } else if staged.exists() {
                install(worktree, &staged, path)?;
                return Ok(None);
            }
            // Where the staged bytes are gone they were in place once, and somebody took them out again.
            Ok(Some(path.clone()))
        }
        Step::Move { from, to, sha256 } => {
            let (at_from, at_to) = (Now::of(worktree, from)?, Now::of(worktree, to)?);
            match at_to {
                Now::Absent if at_from.is(sha256) => {
                    let (source, target) = (worktree.resolve(from)?, worktree.resolve(to)?);
                    make_parent(&target)?;
                    fail::point("parent made");
                    fs::rename(&source, &target).map_err(Error::io("move", &source))?;
                    Ok(None)
                }
                to if to.is(sha256) && !at_from.is(sha256) => Ok(None),
                _ => Ok(Some(from.clone())),
            }
        }
        Step::Remove { path, sha256 } => match Now::of(worktree, path)? {
            Now::Absent => Ok(None),
            now if now.is(sha256) => {
                let full = worktree.resolve(path)?;
                fs::remove_file(&full).map_err(Error::io("remove", &full))?;
                fail::point("file removed");
                remove_empty_parents(worktree, &full);
                Ok(None)
            }
            _ => Ok(Some(path.clone())),
        },
    }
}

fn make_parent(path: &Path) -> Result<(), Error> {
    match path.parent() {
        Some(parent) => fs::create_dir_all(parent).map_err(Error::io("make", parent)),
        None => Ok(()),
    }
}

/// Renames staged bytes into place: a reader sees the old file or the new one, never a part.
fn install(worktree: &Worktree, staged: &Path, path: &str) -> Result<(), Error> {
    let target = worktree.resolve(path)?;
    make_parent(&target)?;
    fail::point("parent made");
    if let Ok(meta) = fs::metadata(&target) {
        fs::set_permissions(staged, meta.permissions()).map_err(Error::io("write", staged))?;
    }
    match fs::rename(staged, &target) {
        Ok(()) => Ok(()),
        // `.git` may lie on another file system, as with linked worktrees.
        Err(error) if error.kind() == io::ErrorKind::CrossesDevices => {
            let mut name = target.file_name().unwrap_or_default().to_owned();
            name.push(".hnp-tmp");
            let beside = target.with_file_name(name);
            copy_anew(staged, &beside).map_err(Error::io("write", &beside))?;
            fail::point("copied beside");
            fs::rename(&beside, &target).map_err(Error::io("write", &target))
        }
        Err(error) => Err(Error::io("write", &target)(error)),
    }
}

/// Copies a file to a path whatever lies there: a link is replaced, never written through.
fn copy_anew(from: &Path, to: &Path) -> io::Result<()> {
    match fs::remove_file(to) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut copy = File::create_new(to)?;
    io::copy(&mut File::open(from)?, &mut copy)?;
    copy.set_permissions(fs::metadata(from)?.permissions())?;
    copy.sync_all()
}

/// Keeps bytes that had no place to go, under the path that they were meant for.
fn keep(hnp_dir: &Path, id: &str, staged: &Path, path: &str) -> Result<(), Error> {
    let target = Worktree::new(hnp_dir.join("lost").join(id)).resolve(path)?;
    make_parent(&target)?;
    match fs::rename(staged, &target) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(Error::io("write", &target)(error))
        }
        _ => Ok(()),
    }
}

/// Git keeps no empty directories, so hnp leaves none behind either.
fn remove_empty_parents(worktree: &Worktree, path: &Path) {
    let mut parent = path.parent();
    while let Some(directory) = parent {
        if directory == worktree.root() || fs::remove_dir(directory).is_err() {
            break;
        }
        parent = directory.parent();
    }
}
