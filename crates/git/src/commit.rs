//! Committing paths with the user's own Git: hooks, signature and identity are theirs.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::error::{Doing, Error};
use crate::repo::{Repo, Stamp};

/// How long to wait for another `git` that holds the index.
const PATIENCE: Duration = Duration::from_secs(5);
/// How many commits back a repeated call looks for its own.
const HISTORY: usize = 100;

/// What to commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitRequest<'a> {
    /// The operation; it becomes a trailer, by which a repeated call knows its own commit.
    pub id: &'a str,
    /// The message without trailers.
    pub message: &'a str,
    /// Trailer lines.
    pub trailers: &'a [String],
    /// Paths that were written or removed; nothing else is committed.
    pub paths: &'a [String],
}

/// A file for one call, gone when this is.
///
/// The `git` of a killed run may still read its own: the name is this process's, and the bytes are there all at once.
struct Scratch(PathBuf);

const SCRATCH: &str = "COMMIT_";

impl Scratch {
    fn write(hnp_dir: &Path, name: &str, text: &str) -> Result<Self, Error> {
        let name = format!("{SCRATCH}{name}.{}", std::process::id());
        let unborn = Self(hnp_dir.join(format!("{name}.new")));
        let scratch = Self(hnp_dir.join(name));
        std::fs::write(&unborn.0, text)
            .and_then(|()| std::fs::rename(&unborn.0, &scratch.0))
            .doing("write what is to be committed")?;
        Ok(scratch)
    }

    /// Removes what killed runs left.
    fn sweep(hnp_dir: &Path) {
        for entry in std::fs::read_dir(hnp_dir).into_iter().flatten().flatten() {
            if entry.file_name().to_string_lossy().starts_with(SCRATCH) {
                let _ = std::fs::remove_file(entry.path());
            }
        }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

impl Repo {
    /// Commits some paths as they stand, and returns the commit; `None` where they are as HEAD has them already. Other
    /// staged changes stay staged.
    ///
    /// A call repeated after its commit was made finds that commit in HEAD's history and makes no other.
    ///
    /// # Errors
    ///
    /// Fails where Git refuses, for example in a hook; its words are in the error.
    pub fn commit_paths(
        &self,
        request: &CommitRequest<'_>,
        stamp: &Stamp,
    ) -> Result<Option<String>, Error> {
        let patient_until = Instant::now() + PATIENCE;
        loop {
            if let Some(commit) = self.own_commit(request.id)? {
                self.wait_for_index(patient_until);
                return Ok(Some(commit));
            }
            // The `git` of a killed run may still be at work: it is waited for, and may make the commit itself.
            match self.try_commit(request, stamp) {
                Err(Error::IndexLocked { .. }) if Instant::now() < patient_until => {
                    std::thread::sleep(Duration::from_millis(50));
                }
                // No lock at all after this long: something else about that file is wrong.
                Err(Error::IndexLocked { why, .. }) if !self.index_lock().exists() => {
                    return Err(Error::git("lock the index")(&why));
                }
                Ok(None) | Err(_) if self.own_commit(request.id)?.is_some() => {}
                other => return other,
            }
        }
    }

    fn own_commit(&self, id: &str) -> Result<Option<String>, Error> {
        let trailer = format!("Hnp-Op: {id}");
        let mut next = self.head_id()?;
        for _ in 0..HISTORY {
            let Some(id) = next else { break };
            // A shallow history ends somewhere.
            let Ok(commit) = self.gix.find_commit(id) else {
                break;
            };
            if commit
                .message_raw_sloppy()
                .to_string()
                .lines()
                .any(|line| line == trailer)
            {
                return Ok(Some(id.to_string()));
            }
            next = commit.parent_ids().next().map(gix::Id::detach);
        }
        Ok(None)
    }

    fn try_commit(
        &self,
        request: &CommitRequest<'_>,
        stamp: &Stamp,
    ) -> Result<Option<String>, Error> {
        let hnp_dir = self.hnp_dir();
        Scratch::sweep(&hnp_dir);
        // Lists stand in files: at the end of a pipe, a `git` that outlives a killed hnp would commit half of them.
        let add = self.addable(request.paths)?;
        if !add.is_empty() {
            let list = Scratch::write(&hnp_dir, "ADD", &pathspecs(&add))?;
            let arguments = ["add", "--all", "--force"].map(OsStr::new);
            self.run(&arguments, Some(&list.0), stamp)?;
        }
        let staged = self.names(&[
            "diff",
            "--cached",
            "--name-only",
            "--no-renames",
            "--no-ext-diff",
            "-z",
        ])?;
        let changed: Vec<&String> = request
            .paths
            .iter()
            .filter(|path| staged.contains(path.as_str()))
            .collect();
        if changed.is_empty() {
            return Ok(None);
        }
        let mut message = format!("{}\n\nHnp-Op: {}\n", request.message, request.id);
        for line in request.trailers {
            message.push_str(line);
            message.push('\n');
        }
        let list = Scratch::write(&hnp_dir, "PATHS", &pathspecs(&changed))?;
        let message = Scratch::write(&hnp_dir, "MSG", &message)?;
        let mut arguments: Vec<&OsStr> = [
            "commit",
            "--quiet",
            "--cleanup=verbatim",
            "--only",
            "--file",
        ]
        .map(OsStr::new)
        .to_vec();
        // The path of a repository need not be UTF-8.
        arguments.push(message.0.as_os_str());
        self.run(&arguments, Some(&list.0), stamp)?;
        Ok(self.head_id()?.map(|id| id.to_string()))
    }

    /// Returns the paths that are not as HEAD has them, staged or not, new ones too; what Git ignores does not count.
    ///
    /// # Errors
    ///
    /// Fails where `git status` does.
    pub fn uncommitted(&self) -> Result<HashSet<String>, Error> {
        let lines = self.names(&[
            "--no-optional-locks",
            "status",
            "--porcelain=v1",
            "-z",
            "--no-renames",
            "--untracked-files=all",
            "--ignore-submodules=all",
        ])?;
        Ok(lines
            .into_iter()
            .filter_map(|line| line.get(3..).map(str::to_owned))
            .collect())
    }

    /// Returns the paths that `git add` can do something with; it refuses all of them for one that it never saw.
    fn addable<'p>(&self, paths: &'p [String]) -> Result<Vec<&'p String>, Error> {
        let root = self.worktree_root()?;
        let (there, gone): (Vec<_>, Vec<_>) = paths
            .iter()
            .partition(|path| std::fs::symlink_metadata(root.join(path)).is_ok());
        if gone.is_empty() {
            return Ok(there);
        }
        let known = self.names(&["ls-files", "--cached", "-z"])?;
        let gone = gone
            .into_iter()
            .filter(|path| known.contains(path.as_str()));
        Ok(there.into_iter().chain(gone).collect())
    }

    /// Runs a `git` that lists names.
    fn names(&self, arguments: &[&str]) -> Result<HashSet<String>, Error> {
        let command = arguments.iter().find(|word| !word.starts_with('-'));
        let what = format!("git {}", command.unwrap_or(&""));
        let output = self.git().args(arguments).output().doing(&what)?;
        if !output.status.success() {
            return Err(Error::git(what)(
                &String::from_utf8_lossy(&output.stderr).trim(),
            ));
        }
        Ok(output
            .stdout
            .split(|&byte| byte == 0)
            .filter(|name| !name.is_empty())
            .map(|name| String::from_utf8_lossy(name).into_owned())
            .collect())
    }

    fn run(&self, arguments: &[&OsStr], list: Option<&Path>, stamp: &Stamp) -> Result<(), Error> {
        let what = format!("git {}", arguments[0].to_string_lossy());
        let mut command = self.git();
        command.args(arguments);
        if let Some(list) = list {
            let mut argument = std::ffi::OsString::from("--pathspec-from-file=");
            argument.push(list);
            command.arg(argument).arg("--pathspec-file-nul");
        }
        let output = command
            .env("GIT_COMMITTER_DATE", format!("@{} +0000", stamp.seconds))
            .env("GIT_AUTHOR_DATE", format!("@{} +0000", stamp.seconds))
            .stdin(std::process::Stdio::null())
            .output()
            .doing(&what)?;
        if output.status.success() {
            return Ok(());
        }
        let words = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        if self.cannot_write() || words.contains("No space left on device") {
            return Err(Error::Storage {
                doing: what,
                why: words,
            });
        }
        // The lock may be gone again by now, so only Git's words tell.
        if words.contains("index.lock") {
            return Err(Error::IndexLocked {
                path: self.index_lock().display().to_string(),
                why: words,
            });
        }
        Err(Error::git(what)(&words))
    }

    fn index_lock(&self) -> PathBuf {
        self.gix.git_dir().join("index.lock")
    }

    fn wait_for_index(&self, until: Instant) {
        while self.index_lock().exists() && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Tells whether the Git directory takes no more bytes; Git's own words for that are in the user's language.
    fn cannot_write(&self) -> bool {
        Scratch::write(&self.hnp_dir(), "PROBE", &" ".repeat(32 * 1024)).is_err()
    }
}

fn pathspecs(paths: &[&String]) -> String {
    paths
        .iter()
        .map(|path| format!(":(top,literal){path}\0"))
        .collect()
}
