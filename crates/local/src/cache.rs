//! Files that may be deleted at any time: `.git/hnp/cache`.
//!
//! What cannot be read is not there, and what cannot be written is left: a cache that does not work costs time and nothing
//! else. A file is written beside its place and renamed into it, so that nobody ever reads half of one.

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::fail;

/// Longest file that is read or written.
const LONGEST: u64 = 64 << 20;
/// Most files that are kept; the ones that were not written for longest go.
const MOST: usize = 16;
/// How old a file beside its place must be before it is taken for what a killed process left.
const LEFT_AFTER: Duration = Duration::from_secs(600);

/// A directory of such files.
#[derive(Clone, Debug)]
pub struct Cache {
    directory: PathBuf,
}

impl Cache {
    /// Takes a directory, which need not be there.
    #[must_use]
    pub fn new(directory: PathBuf) -> Self {
        Self { directory }
    }

    /// Reads a file.
    #[must_use]
    pub fn read(&self, name: &str) -> Option<Vec<u8>> {
        let path = self.directory.join(name);
        // A pipe would never end, and a link may lead anywhere.
        let there = fs::symlink_metadata(&path).ok()?;
        if !there.is_file() || there.len() > LONGEST {
            return None;
        }
        let mut bytes = Vec::with_capacity(usize::try_from(there.len()).ok()? + 1);
        let file = fs::File::open(&path).ok()?;
        file.take(LONGEST).read_to_end(&mut bytes).ok()?;
        Some(bytes)
    }

    /// Writes a file, and takes out what has become too much.
    pub fn write(&self, name: &str, bytes: &[u8]) {
        if bytes.len() as u64 > LONGEST || self.put(name, bytes).is_err() {
            return;
        }
        self.prune(name);
    }

    /// Returns the files with the times they were written at, seconds since 1970, sorted by name.
    #[must_use]
    pub fn list(&self) -> Vec<(String, i64)> {
        let mut files: Vec<(String, i64)> = fs::read_dir(&self.directory)
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|entry| {
                let there = entry.metadata().ok().filter(fs::Metadata::is_file)?;
                let written = there.modified().ok()?;
                let since = written.duration_since(SystemTime::UNIX_EPOCH).ok()?;
                let name = entry.file_name().to_str()?.to_owned();
                Some((name, i64::try_from(since.as_secs()).unwrap_or(i64::MAX)))
            })
            .collect();
        files.sort();
        files
    }

    /// Removes a file; one that is gone already is no error.
    pub fn remove(&self, name: &str) {
        let _ = fs::remove_file(self.directory.join(name));
    }

    fn put(&self, name: &str, bytes: &[u8]) -> std::io::Result<()> {
        fs::create_dir_all(&self.directory)?;
        let beside = self
            .directory
            .join(format!("{name}.{}.tmp", std::process::id()));
        let written =
            write_new(&beside, bytes).and_then(|()| fs::rename(&beside, self.directory.join(name)));
        if written.is_err() {
            let _ = fs::remove_file(&beside);
        }
        fail::point("cache renamed");
        written
    }

    fn prune(&self, keep: &str) {
        let Ok(entries) = fs::read_dir(&self.directory) else {
            return;
        };
        let now = SystemTime::now();
        let mut kept: Vec<(SystemTime, PathBuf)> = Vec::new();
        for entry in entries.flatten() {
            let Ok(there) = entry.metadata() else {
                continue;
            };
            let path = entry.path();
            let written = there.modified().unwrap_or(SystemTime::UNIX_EPOCH);
            if path.extension().is_some_and(|extension| extension == "tmp") {
                if now
                    .duration_since(written)
                    .is_ok_and(|age| age > LEFT_AFTER)
                {
                    let _ = fs::remove_file(path);
                }
            } else if there.is_file() && entry.file_name() != keep {
                kept.push((written, path));
            }
        }
        kept.sort();
        let over = (kept.len() + 1).saturating_sub(MOST);
        for (_, path) in kept.into_iter().take(over) {
            let _ = fs::remove_file(path);
        }
    }
}

fn write_new(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = fs::File::create_new(path)?;
    let (first, rest) = bytes.split_at(bytes.len() / 2);
    file.write_all(first)?;
    fail::point("cache half written");
    file.write_all(rest)?;
    fail::point("cache written");
    Ok(())
}
