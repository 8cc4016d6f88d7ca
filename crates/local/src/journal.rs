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
use crate::step::{Step, has_room, redo, sha256_of, stage_dir};
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

fn unborn_path(hnp_dir: &Path) -> PathBuf {
    hnp_dir.join("journal.json.new")
}

/// Removes what a run staged and never came to use.
fn sweep(hnp_dir: &Path) -> Result<(), Error> {
    let gone = |path: &Path, result: io::Result<()>| match result {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(Error::io("remove", path)(error))
        }
        _ => Ok(()),
    };
    let (stage, unborn) = (stage_dir(hnp_dir), unborn_path(hnp_dir));
    gone(&stage, fs::remove_dir_all(&stage))?;
    gone(&unborn, fs::remove_file(&unborn))
}

/// Makes sure that every file is still what the plan was made for.
fn check(worktree: &Worktree, plan: &Plan) -> Result<(), Error> {
    let changed = |path: &str| {
        Err(Error::Changed {
            path: path.to_owned(),
        })
    };
    for op in &plan.files {
        // Found out in the middle, it would stop this run and every later one.
        if !matches!(op, FileOp::Remove { .. }) && !has_room(worktree, op.path())? {
            return Err(Error::Unsafe {
                path: op.path().to_owned(),
                why: "a file lies where a directory must be. Move that file away, then run the command again",
            });
        }
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
    let temporary = unborn_path(hnp_dir);
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
        applied
            .left_alone
            .extend(redo(hnp_dir, &journal.id, worktree, step)?);
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
