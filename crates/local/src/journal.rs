//! Plans on disk, so that a killed run is finished by the next.
//!
//! New bytes are staged first, then the journal is written and renamed into place: that instant decides. Killed before
//! it, nothing has happened and the stage is swept away; killed after it, every step is done again by whoever comes
//! next. Each step knows the bytes before and after, so doing it twice does no harm, and a file that somebody changed in
//! between is left alone: what would have gone there is kept under `lost/`.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use hnp_model::canonical::sha256_hex;
use hnp_sync::plan::{Before, FileOp, Plan};
use serde::{Deserialize, Serialize};

use crate::lock::Lock;
use crate::{Error, Worktree, fail};

const FORMAT: u32 = 1;

#[derive(Debug, Serialize, Deserialize)]
struct Journal {
    format: u32,
    id: String,
    steps: Vec<Step>,
    /// What the caller does once the files are in place, in the caller's own words.
    after: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "lowercase")]
enum Step {
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

/// What a finished journal left to say.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// Paths that somebody else changed in between, so that they were left alone.
    pub left_alone: Vec<String>,
}

/// Does something once all files are in place, given the caller's own words; must bear being done twice.
pub type Finish<'a> = &'a mut dyn FnMut(&str) -> Result<(), String>;

/// Applies a plan.
///
/// # Errors
///
/// Before the journal is in place nothing has changed. After it, an error leaves the journal for the next run.
pub fn apply(
    _lock: &Lock,
    hnp_dir: &Path,
    worktree: &Worktree,
    plan: &Plan,
    id: &str,
    after: &str,
    finish: Finish<'_>,
) -> Result<Applied, Error> {
    check(worktree, plan)?;
    sweep(hnp_dir)?;
    fail::point("before stage");
    let journal = match stage(hnp_dir, plan, id, after) {
        Ok(journal) => journal,
        Err(error) => {
            // The disk may be full; what was staged is in nobody's way, but should not stay.
            let _ = sweep(hnp_dir);
            return Err(error);
        }
    };
    fail::point("journal written");
    finish_journal(hnp_dir, worktree, &journal, finish)
}

/// Finishes what a killed run left; `None` where nothing was left.
///
/// # Errors
///
/// Fails where the journal cannot be read or a step cannot be done.
pub fn recover(
    _lock: &Lock,
    hnp_dir: &Path,
    worktree: &Worktree,
    finish: Finish<'_>,
) -> Result<Option<Applied>, Error> {
    let path = journal_path(hnp_dir);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            sweep(hnp_dir)?;
            return Ok(None);
        }
        Err(error) => return Err(Error::io("read", &path)(error)),
    };
    let unreadable = |why: String| Error::Journal {
        path: path.clone(),
        why,
    };
    let journal: Journal =
        serde_json::from_str(&text).map_err(|error| unreadable(error.to_string()))?;
    if journal.format != FORMAT {
        return Err(unreadable(format!(
            "its format is {}, this hnp knows {FORMAT}",
            journal.format
        )));
    }
    finish_journal(hnp_dir, worktree, &journal, finish).map(Some)
}

/// Tells whether a killed run left something to finish.
#[must_use]
pub fn is_pending(hnp_dir: &Path) -> bool {
    journal_path(hnp_dir).exists()
}

fn journal_path(hnp_dir: &Path) -> PathBuf {
    hnp_dir.join("journal.json")
}

fn stage_dir(hnp_dir: &Path) -> PathBuf {
    hnp_dir.join("stage")
}

/// Removes what a run staged and never came to use.
fn sweep(hnp_dir: &Path) -> Result<(), Error> {
    let stage = stage_dir(hnp_dir);
    match fs::remove_dir_all(&stage) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(Error::io("remove", &stage)(error))
        }
        _ => Ok(()),
    }
}

fn sha256_of(worktree: &Worktree, path: &str) -> Result<Option<String>, Error> {
    Ok(worktree
        .read_if_there(path)?
        .map(|bytes| sha256_hex(&bytes)))
}

/// Makes sure that every file is still what the plan was made for.
fn check(worktree: &Worktree, plan: &Plan) -> Result<(), Error> {
    let changed = |path: &str| {
        Err(Error::Changed {
            path: path.to_owned(),
        })
    };
    for op in &plan.files {
        match op {
            FileOp::Write { path, before, .. } => {
                let now = sha256_of(worktree, path)?;
                let fits = match before {
                    Before::Absent => now.is_none(),
                    Before::Is(sha256) => now.as_ref() == Some(sha256),
                };
                if !fits {
                    return changed(path);
                }
            }
            FileOp::Move { from, to, sha256 } => {
                if sha256_of(worktree, from)?.as_ref() != Some(sha256) {
                    return changed(from);
                }
                if sha256_of(worktree, to)?.is_some() {
                    return changed(to);
                }
            }
            FileOp::Remove { path, sha256 } => {
                if sha256_of(worktree, path)?.as_ref() != Some(sha256) {
                    return changed(path);
                }
            }
        }
    }
    Ok(())
}

fn stage(hnp_dir: &Path, plan: &Plan, id: &str, after: &str) -> Result<Journal, Error> {
    let dir = stage_dir(hnp_dir);
    fs::create_dir_all(&dir).map_err(Error::io("make", &dir))?;
    let mut steps = Vec::with_capacity(plan.files.len());
    for (n, op) in plan.files.iter().enumerate() {
        steps.push(match op {
            FileOp::Write {
                path,
                bytes,
                before,
            } => {
                let staged = dir.join(n.to_string());
                fs::write(&staged, bytes).map_err(Error::io("write", &staged))?;
                fail::point("staged");
                Step::Write {
                    path: path.clone(),
                    stage: n,
                    after: sha256_hex(bytes),
                    before: match before {
                        Before::Absent => None,
                        Before::Is(sha256) => Some(sha256.clone()),
                    },
                }
            }
            FileOp::Move { from, to, sha256 } => Step::Move {
                from: from.clone(),
                to: to.clone(),
                sha256: sha256.clone(),
            },
            FileOp::Remove { path, sha256 } => Step::Remove {
                path: path.clone(),
                sha256: sha256.clone(),
            },
        });
    }
    let journal = Journal {
        format: FORMAT,
        id: id.to_owned(),
        steps,
        after: after.to_owned(),
    };
    // All staged bytes reach the disk before the journal that promises them.
    sync_all(&dir).map_err(Error::io("sync", &dir))?;
    fail::point("stage synced");
    let temporary = hnp_dir.join("journal.json.new");
    let path = journal_path(hnp_dir);
    let text = serde_json::to_string(&journal).map_err(|error| Error::Journal {
        path: path.clone(),
        why: error.to_string(),
    })?;
    let write = || -> io::Result<()> {
        let mut file = File::create(&temporary)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()
    };
    write().map_err(Error::io("write", &temporary))?;
    fail::point("journal staged");
    fs::rename(&temporary, &path).map_err(Error::io("write", &path))?;
    sync_dir(hnp_dir).map_err(Error::io("sync", hnp_dir))?;
    Ok(journal)
}

fn finish_journal(
    hnp_dir: &Path,
    worktree: &Worktree,
    journal: &Journal,
    finish: Finish<'_>,
) -> Result<Applied, Error> {
    let mut applied = Applied::default();
    for step in &journal.steps {
        redo(hnp_dir, worktree, journal, step, &mut applied)?;
        fail::point("step done");
    }
    finish(&journal.after).map_err(Error::Finish)?;
    fail::point("finished");
    let path = journal_path(hnp_dir);
    fs::remove_file(&path).map_err(Error::io("remove", &path))?;
    fail::point("journal removed");
    sweep(hnp_dir)?;
    Ok(applied)
}

fn redo(
    hnp_dir: &Path,
    worktree: &Worktree,
    journal: &Journal,
    step: &Step,
    applied: &mut Applied,
) -> Result<(), Error> {
    match step {
        Step::Write {
            path,
            stage,
            after,
            before,
        } => {
            let now = sha256_of(worktree, path)?;
            if now.as_ref() == Some(after) {
                return Ok(());
            }
            let staged = stage_dir(hnp_dir).join(stage.to_string());
            if now == *before {
                install(worktree, &staged, path)
            } else {
                keep(hnp_dir, journal, &staged, *stage)?;
                applied.left_alone.push(path.clone());
                Ok(())
            }
        }
        Step::Move { from, to, sha256 } => {
            let (at_from, at_to) = (sha256_of(worktree, from)?, sha256_of(worktree, to)?);
            match (at_from, at_to) {
                (Some(now), None) if now == *sha256 => {
                    let (source, target) = (worktree.resolve(from)?, worktree.resolve(to)?);
                    make_parent(&target)?;
                    fs::rename(&source, &target).map_err(Error::io("move", &source))
                }
                (None, Some(now)) if now == *sha256 => Ok(()),
                _ => {
                    applied.left_alone.push(from.clone());
                    Ok(())
                }
            }
        }
        Step::Remove { path, sha256 } => match sha256_of(worktree, path)? {
            None => Ok(()),
            Some(now) if now == *sha256 => {
                let full = worktree.resolve(path)?;
                fs::remove_file(&full).map_err(Error::io("remove", &full))?;
                remove_empty_parents(worktree, &full);
                Ok(())
            }
            Some(_) => {
                applied.left_alone.push(path.clone());
                Ok(())
            }
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
            fs::copy(staged, &beside).map_err(Error::io("write", &beside))?;
            fs::rename(&beside, &target).map_err(Error::io("write", &target))
        }
        Err(error) => Err(Error::io("write", &target)(error)),
    }
}

/// Keeps bytes that had no place to go.
fn keep(hnp_dir: &Path, journal: &Journal, staged: &Path, n: usize) -> Result<(), Error> {
    let lost = hnp_dir.join("lost").join(&journal.id);
    fs::create_dir_all(&lost).map_err(Error::io("make", &lost))?;
    let target = lost.join(n.to_string());
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

/// Brings everything written in a directory to the disk with one call: one a file would cost minutes for thousands.
#[cfg(target_os = "linux")]
fn sync_all(dir: &Path) -> io::Result<()> {
    nix::unistd::syncfs(File::open(dir)?).map_err(io::Error::from)
}

#[cfg(not(target_os = "linux"))]
fn sync_all(dir: &Path) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        File::open(entry?.path())?.sync_all()?;
    }
    Ok(())
}

#[cfg(unix)]
fn sync_dir(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}

#[cfg(not(unix))]
fn sync_dir(_dir: &Path) -> io::Result<()> {
    Ok(())
}
