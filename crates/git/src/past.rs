//! What was: commits by time, by operation and by what they changed. `git` is asked, since this is rarely needed.

use std::collections::HashMap;

use crate::backup::BackupFile;
use crate::error::{Doing, Error};
use crate::oid::Oid;
use crate::repo::Repo;

/// A commit of the past.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastCommit {
    /// Its id.
    pub commit: String,
    /// When it was committed, seconds since 1970.
    pub seconds: i64,
    /// First line of its message.
    pub title: String,
    /// The operation that made it, by its trailer.
    pub operation: Option<String>,
}

impl Repo {
    /// Returns the newest commits of HEAD that changed something below some paths, newest first.
    ///
    /// # Errors
    ///
    /// Fails where `git` does; before the first commit there are none.
    pub fn past(&self, paths: &[String], limit: usize) -> Result<Vec<PastCommit>, Error> {
        if self.head_id()?.is_none() {
            return Ok(Vec::new());
        }
        let mut command = self.git();
        command.args([
            "log",
            "-z",
            "--first-parent",
            "--format=%H%x1f%ct%x1f%s%x1f%(trailers:key=Hnp-Op,valueonly,separator=%x2C)",
            &format!("--max-count={limit}"),
            "HEAD",
            "--",
        ]);
        command.args(paths.iter().map(|path| {
            if path.is_empty() {
                ":(top)".to_owned()
            } else {
                format!(":(top,literal){path}")
            }
        }));
        let output = command.output().doing("run git log")?;
        if !output.status.success() {
            return Err(Error::git("run git log")(
                &String::from_utf8_lossy(&output.stderr).trim(),
            ));
        }
        Ok(String::from_utf8_lossy(&output.stdout)
            .split('\0')
            .filter_map(|line| {
                let mut fields = line.split('\x1f');
                Some(PastCommit {
                    commit: fields.next().filter(|id| !id.is_empty())?.trim().to_owned(),
                    seconds: fields.next()?.parse().ok()?,
                    title: fields.next()?.to_owned(),
                    operation: fields
                        .next()
                        .and_then(|ids| ids.split(',').next())
                        .map(str::trim)
                        .filter(|id| !id.is_empty())
                        .map(str::to_owned),
                })
            })
            .collect())
    }

    /// Returns when each file below some directories was last changed by a commit of HEAD, seconds since 1970.
    ///
    /// # Errors
    ///
    /// Fails where `git` does.
    pub fn last_changes(&self, directories: &[String]) -> Result<HashMap<String, i64>, Error> {
        let mut times = HashMap::new();
        if directories.is_empty() || self.head_id()?.is_none() {
            return Ok(times);
        }
        let mut command = self.git();
        command.args([
            "log",
            "-z",
            "--name-only",
            "--no-renames",
            "--format=%x1e%ct",
            "HEAD",
            "--",
        ]);
        command.args(
            directories
                .iter()
                .map(|path| format!(":(top,literal){path}")),
        );
        let output = command.output().doing("run git log")?;
        if !output.status.success() {
            return Err(Error::git("run git log")(
                &String::from_utf8_lossy(&output.stderr).trim(),
            ));
        }
        // Newest first: the first time that a file is named counts.
        for commit in String::from_utf8_lossy(&output.stdout).split('\x1e') {
            let mut parts = commit.split(['\0', '\n']);
            let Some(seconds) = parts.next().and_then(|text| text.trim().parse().ok()) else {
                continue;
            };
            for path in parts.filter(|path| !path.is_empty()) {
                times.entry(path.to_owned()).or_insert(seconds);
            }
        }
        Ok(times)
    }

    /// Returns the versions of a file that an unfinished merge left in the index: base, ours, theirs.
    ///
    /// # Errors
    ///
    /// Fails where `git` cannot be run.
    pub fn merge_stages(&self, path: &str) -> Result<[Option<Vec<u8>>; 3], Error> {
        let mut stages = [None, None, None];
        let output = self
            .git()
            .args(["ls-files", "--unmerged", "-z", "--"])
            .arg(format!(":(top,literal){path}"))
            .output()
            .doing("run git ls-files")?;
        for line in String::from_utf8_lossy(&output.stdout).split('\0') {
            let Some((about, _)) = line.split_once('\t') else {
                continue;
            };
            let mut fields = about.split(' ').skip(1);
            let (Some(id), Some(stage)) = (fields.next(), fields.next()) else {
                continue;
            };
            let at = stage.parse().ok().and_then(|n: usize| n.checked_sub(1));
            if let Some(slot) = at.and_then(|at| stages.get_mut(at)) {
                *slot = self.read_blob(id);
            }
        }
        Ok(stages)
    }

    /// Reads a file as a commit has it.
    #[must_use]
    pub fn read_at(&self, commit: &str, path: &str) -> Option<Vec<u8>> {
        let id = gix::ObjectId::from_hex(commit.as_bytes()).ok()?;
        self.read_file_at(id, path).ok()?
    }

    /// Returns the newest commit on HEAD's first-parent line that is not younger than a time.
    ///
    /// # Errors
    ///
    /// Fails where `git` cannot be run.
    pub fn commit_at(&self, seconds: i64) -> Result<Option<Oid>, Error> {
        let output = self
            .git()
            .args(["rev-list", "-1", "--first-parent"])
            .arg(format!("--before=@{seconds}"))
            .arg("HEAD")
            .output()
            .doing("run git rev-list")?;
        Ok(Oid::parse(String::from_utf8_lossy(&output.stdout).trim()))
    }

    /// Returns the commits of HEAD whose trailer names an operation by the start of its id: commit and whole id, newest first.
    ///
    /// # Errors
    ///
    /// Fails where `git` cannot be run.
    pub fn commits_of_operation(&self, start: &str) -> Result<Vec<(String, String)>, Error> {
        if start.is_empty() || !start.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Ok(Vec::new());
        }
        let output = self
            .git()
            .args(["log", "-z", "--extended-regexp"])
            .arg(format!("--grep=^Hnp-Op: {start}"))
            .args([
                "--format=%H%x1f%(trailers:key=Hnp-Op,valueonly,separator=%x2C)",
                "HEAD",
            ])
            .output()
            .doing("run git log")?;
        Ok(String::from_utf8_lossy(&output.stdout)
            .split('\0')
            .filter_map(|line| line.split_once('\x1f'))
            .flat_map(|(commit, ids)| {
                ids.split(',')
                    .map(|id| (commit.trim().to_owned(), id.trim().to_owned()))
                    .collect::<Vec<_>>()
            })
            .filter(|(_, id)| id.starts_with(start))
            .collect())
    }

    /// Returns the files that a commit changed against its first parent: as they were before, and as they are in it.
    ///
    /// # Errors
    ///
    /// Fails where a commit or a file of it cannot be read.
    pub fn changed_files(&self, commit: &str) -> Result<(Vec<BackupFile>, Vec<BackupFile>), Error> {
        let id = gix::ObjectId::from_hex(commit.as_bytes()).doing("read an id")?;
        let parent = self
            .gix
            .find_commit(id)
            .doing("read a commit")?
            .parent_ids()
            .next()
            .map(gix::Id::detach);
        let mut command = self.git();
        command.args([
            "diff-tree",
            "-r",
            "-z",
            "--root",
            "--no-renames",
            "--name-only",
            "--no-commit-id",
        ]);
        match parent {
            Some(parent) => command.args([parent.to_string(), id.to_string()]),
            None => command.arg(id.to_string()),
        };
        let output = command.output().doing("run git diff-tree")?;
        if !output.status.success() {
            return Err(Error::git("run git diff-tree")(
                &String::from_utf8_lossy(&output.stderr).trim(),
            ));
        }
        let (mut before, mut after) = (Vec::new(), Vec::new());
        for path in String::from_utf8_lossy(&output.stdout).split('\0') {
            if path.is_empty() {
                continue;
            }
            let file = |bytes| BackupFile {
                path: path.to_owned(),
                bytes,
            };
            if let Some(parent) = parent {
                before.extend(self.read_file_at(parent, path)?.map(file));
            }
            after.extend(self.read_file_at(id, path)?.map(file));
        }
        Ok((before, after))
    }
}
