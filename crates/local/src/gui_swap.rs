//! Putting a file in place of another one that somebody may save at the same instant.
//!
//! The new file is staged beside the old one and both change places in one step, so that what was there at that instant is in
//! hand and can be looked at. If it is what was read, it goes; if somebody saved in between, it gets its place back. Killed in
//! the middle, the next run tells by the name of what is left, which holds both hashes, what it is.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use hnp_model::canonical::sha256_hex;

use crate::fail;

/// What became of a replacement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Placed {
    /// The new file is there.
    Done,
    /// Somebody saved in between; what they saved is there.
    Raced,
}

const NEW: &str = ".hnp-new";
const SWAP: &str = ".hnp-swap-";
/// What stands for the hash of nothing.
const NOTHING: &str = "0000000000000000";

/// Holds a directory for one hnp at a time, whichever repository it works in.
pub(crate) fn hold(path: &Path) -> Option<File> {
    let directory = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    let file = File::open(directory.unwrap_or(Path::new("."))).ok()?;
    file.lock().ok()?;
    Some(file)
}

/// Returns the file itself where a path is a link to it: a rename would put a file in the place of the link.
fn target(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

fn beside(target: &Path, suffix: &str) -> PathBuf {
    let mut name = target.file_name().unwrap_or_default().to_owned();
    name.push(suffix);
    target.with_file_name(name)
}

fn short(bytes: Option<&[u8]>) -> String {
    bytes.map_or_else(
        || NOTHING.to_owned(),
        |bytes| sha256_hex(bytes)[..16].to_owned(),
    )
}

/// Reads a file; `None` where nothing is there.
pub(crate) fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Puts bytes where a file must hold what was read before; `None` removes it, or means that nothing was there.
pub(crate) fn replace(
    path: &Path,
    before: Option<&[u8]>,
    after: Option<&[u8]>,
) -> io::Result<Placed> {
    let target = target(path);
    let Some(bytes) = after else {
        return remove(&target, before);
    };
    let new = beside(&target, NEW);
    let mut file = File::create(&new)?;
    file.write_all(bytes)?;
    if let Ok(meta) = fs::metadata(&target) {
        file.set_permissions(meta.permissions())?;
    }
    file.sync_all()?;
    fail::point("gui staged");
    let Some(was) = before else {
        // Fails where something is there, unlike a rename.
        let placed = match fs::hard_link(&new, &target) {
            Ok(()) => Placed::Done,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Placed::Raced,
            // No links on this file system.
            Err(_) if !target.exists() => return fs::rename(&new, &target).map(|()| Placed::Done),
            Err(_) => Placed::Raced,
        };
        fail::point("gui linked");
        fs::remove_file(&new)?;
        return Ok(placed);
    };
    let swap = beside(
        &target,
        &format!("{SWAP}{}-{}", short(Some(was)), short(Some(bytes))),
    );
    fs::rename(&new, &swap)?;
    fail::point("gui named");
    if exchange(&swap, &target).is_err() {
        // Not on this file system: looked at once more, as late as can be.
        if read(&target)?.as_deref() != Some(was) {
            fs::remove_file(&swap)?;
            return Ok(Placed::Raced);
        }
        return fs::rename(&swap, &target).map(|()| Placed::Done);
    }
    fail::point("gui exchanged");
    settle(&swap, &target, was, Some(bytes))
}

/// Looks at what was swapped out.
fn settle(swap: &Path, target: &Path, was: &[u8], ours: Option<&[u8]>) -> io::Result<Placed> {
    if read(swap)?.as_deref() == Some(was) {
        fs::remove_file(swap)?;
        return Ok(Placed::Done);
    }
    // Somebody's save is in hand: back with it, and out with ours.
    match exchange(swap, target) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => fs::rename(swap, target)?,
        Err(error) => return Err(error),
        Ok(()) if read(swap)?.as_deref() == ours => fs::remove_file(swap)?,
        // They saved once more, on top of ours: the newest stays, the other is kept beside it.
        Ok(()) => {
            exchange(swap, target)?;
            keep(swap, target)?;
        }
    }
    fail::point("gui given back");
    Ok(Placed::Raced)
}

/// Keeps a save that has no place any more.
fn keep(swap: &Path, target: &Path) -> io::Result<()> {
    let bytes = read(swap)?.unwrap_or_default();
    let kept = beside(target, &format!(".hnp-kept-{}", short(Some(&bytes))));
    fs::rename(swap, kept)
}

fn remove(target: &Path, before: Option<&[u8]>) -> io::Result<Placed> {
    let Some(was) = before else {
        return Ok(Placed::Done);
    };
    let swap = beside(target, &format!("{SWAP}{}-{NOTHING}", short(Some(was))));
    match fs::rename(target, &swap) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Placed::Raced),
        other => other?,
    }
    fail::point("gui taken out");
    give_back(&swap, target, was)
}

fn give_back(swap: &Path, target: &Path, was: &[u8]) -> io::Result<Placed> {
    if read(swap)?.as_deref() == Some(was) {
        fs::remove_file(swap)?;
        return Ok(Placed::Done);
    }
    match fs::hard_link(swap, target) {
        Ok(()) => fs::remove_file(swap)?,
        Err(_) if target.exists() => keep(swap, target)?,
        Err(_) => fs::rename(swap, target)?,
    }
    Ok(Placed::Raced)
}

/// Puts in order what a killed run left beside a file.
pub(crate) fn recover(path: &Path) -> io::Result<()> {
    let target = target(path);
    let (Some(directory), Some(name)) = (target.parent(), target.file_name()) else {
        return Ok(());
    };
    let directory = if directory.as_os_str().is_empty() {
        Path::new(".")
    } else {
        directory
    };
    let name = name.to_string_lossy();
    let entries = match fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    for entry in entries {
        let left = entry?.path();
        let left_name = left.file_name().unwrap_or_default().to_string_lossy();
        let Some(rest) = left_name.strip_prefix(name.as_ref()) else {
            continue;
        };
        if rest == NEW {
            fs::remove_file(&left)?;
            continue;
        }
        let Some((was, ours)) = rest
            .strip_prefix(SWAP)
            .and_then(|hashes| hashes.split_once('-'))
        else {
            continue;
        };
        let held = short(read(&left)?.as_deref());
        let there = short(read(&target)?.as_deref());
        if held == ours || (held == was && there != NOTHING) {
            // Staged and never used, or swapped out and seen to.
            fs::remove_file(&left)?;
        } else if there == ours && there != NOTHING {
            exchange(&left, &target)?;
            fs::remove_file(&left)?;
        } else if there == NOTHING {
            // A removal that was not finished: the next run takes it out again if it still should.
            fs::rename(&left, &target)?;
        } else {
            keep(&left, &target)?;
        }
    }
    Ok(())
}

/// Lets two files change places in one step.
#[cfg(any(target_os = "linux", target_os = "macos"))]
fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE).map_err(io::Error::from)
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn exchange(_one: &Path, _other: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}
