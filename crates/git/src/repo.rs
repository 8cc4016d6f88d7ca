//! Finding and asking a repository.

use std::path::{Path, PathBuf};

use crate::error::{Doing, Error};

/// A repository.
pub struct Repo {
    pub(crate) gix: gix::Repository,
}

/// Who acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Name.
    pub name: String,
    /// Mail address.
    pub email: String,
}

/// When something is done, and by whom: commits that hnp makes are a function of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Who.
    pub by: Identity,
    /// Seconds since 1970-01-01T00:00:00Z.
    pub seconds: i64,
}

impl Repo {
    /// Finds the repository that a directory lies in; `GIT_DIR` and its kin count as for Git.
    ///
    /// # Errors
    ///
    /// Fails where there is none.
    pub fn discover(directory: &Path) -> Result<Self, Error> {
        let found = if std::env::var_os("GIT_DIR").is_some() {
            gix::discover_with_environment_overrides(directory)
        } else {
            gix::discover(directory)
        };
        let gix = found.map_err(|_| Error::NotARepository(directory.display().to_string()))?;
        Ok(Self { gix })
    }

    /// Makes a repository in a directory.
    ///
    /// # Errors
    ///
    /// Fails where `git init` does.
    pub fn init(directory: &Path) -> Result<Self, Error> {
        let gix = gix::init(directory).doing("make a repository")?;
        Ok(Self { gix })
    }

    /// Makes a clone in a directory that is not there yet, without files: it borrows this repository's objects and writes its own.
    ///
    /// No hook and no template of the user's takes part.
    ///
    /// # Errors
    ///
    /// Fails where `git clone` does.
    pub fn scratch_clone(&self, directory: &Path) -> Result<Self, Error> {
        let output = self
            .git()
            .args([
                "-c",
                "core.hooksPath=/dev/null",
                "clone",
                "--quiet",
                "--shared",
                "--no-checkout",
                "--template=",
                "--",
            ])
            .arg(self.gix.workdir().unwrap_or_else(|| self.gix.git_dir()))
            .arg(directory)
            .stdin(std::process::Stdio::null())
            .output()
            .doing("run git clone")?;
        if !output.status.success() {
            return Err(Error::git("run git clone")(
                &String::from_utf8_lossy(&output.stderr).trim(),
            ));
        }
        Self::discover(directory)
    }

    /// Returns the same repository as one that keeps the objects it makes in memory: for finding out what would be.
    #[must_use]
    pub fn in_memory(&self) -> Self {
        Self {
            gix: self.gix.clone().with_object_memory(),
        }
    }

    /// Returns the root of the worktree.
    ///
    /// # Errors
    ///
    /// Fails in a bare repository.
    pub fn worktree_root(&self) -> Result<PathBuf, Error> {
        let root = self.gix.workdir().ok_or(Error::Bare)?;
        Ok(std::fs::canonicalize(root).unwrap_or_else(|_| root.to_owned()))
    }

    /// Returns this worktree's Git directory.
    #[must_use]
    pub fn git_dir(&self) -> &Path {
        self.gix.git_dir()
    }

    /// Returns where hnp keeps its journal, lock and cache: inside the Git directory, never committed.
    #[must_use]
    pub fn hnp_dir(&self) -> PathBuf {
        let git_dir = self.gix.git_dir();
        std::fs::canonicalize(git_dir)
            .unwrap_or_else(|_| git_dir.to_owned())
            .join("hnp")
    }

    /// Returns the commit that HEAD names; `None` before the first commit.
    #[must_use]
    pub fn head(&self) -> Option<String> {
        self.resolve("HEAD")
    }

    /// Resolves a revision to an object id.
    #[must_use]
    pub fn resolve(&self, revision: &str) -> Option<String> {
        self.gix
            .rev_parse_single(revision)
            .ok()
            .map(|id| id.detach().to_string())
    }

    /// Tells whether a commit is HEAD, or one that it comes from.
    #[must_use]
    pub fn is_in_history(&self, commit: &str) -> bool {
        self.git()
            .args(["merge-base", "--is-ancestor", commit, "HEAD"])
            .stderr(std::process::Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    }

    /// Returns the branch that HEAD is on, without `refs/heads/`; `None` where HEAD is detached.
    #[must_use]
    pub fn branch(&self) -> Option<String> {
        let name = self.gix.head_name().ok()??;
        Some(name.shorten().to_string())
    }

    /// Returns who Git says commits are by, or a stand-in where it does not say.
    #[must_use]
    pub fn identity(&self) -> Identity {
        match self.gix.committer() {
            Some(Ok(who)) => Identity {
                name: who.name.to_string(),
                email: who.email.to_string(),
            },
            _ => Identity {
                name: "hnp".to_owned(),
                email: "hnp@localhost".to_owned(),
            },
        }
    }

    /// Makes sure that Git says who commits are by: a commit on a branch that people merge is in somebody's name.
    ///
    /// # Errors
    ///
    /// [`Error::NoIdentity`] where it does not say.
    pub fn has_identity(&self) -> Result<(), Error> {
        match self.gix.committer() {
            Some(Ok(_)) => Ok(()),
            _ => Err(Error::NoIdentity),
        }
    }

    /// Returns a value of Git's configuration.
    #[must_use]
    pub fn config(&self, key: &str) -> Option<String> {
        self.gix
            .config_snapshot()
            .string(key)
            .map(|value| value.to_string())
    }
}

/// A commit that changed a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its id.
    pub commit: String,
    /// When it was committed, seconds since 1970.
    pub seconds: i64,
}

impl Repo {
    /// Returns the newest commit on HEAD's first-parent line that changed a file; `None` where no commit holds it.
    #[must_use]
    pub fn last_change(&self, path: &str) -> Option<Change> {
        let output = self
            .git()
            .args(["log", "-1", "--first-parent", "--format=%H %ct", "--"])
            .arg(format!(":(top,literal){path}"))
            .output()
            .ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        let (commit, seconds) = text.trim().split_once(' ')?;
        Some(Change {
            commit: commit.to_owned(),
            seconds: seconds.parse().ok()?,
        })
    }
}
