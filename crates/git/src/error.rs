//! What goes wrong with Git.

use std::error::Error as StdError;
use std::fmt;
use std::io;

/// An error of Git.
#[derive(Debug)]
pub enum Error {
    /// No repository here.
    NotARepository(String),
    /// The repository has no worktree.
    Bare,
    /// Git or gix refused; what was tried, and why not.
    Git {
        /// What was being done.
        doing: String,
        /// Why not.
        why: String,
    },
    /// A reference moved while it was being written.
    Moved(String),
    /// A revision that names nothing here.
    Revision {
        /// As it was given.
        text: String,
        /// Why it does not do.
        why: String,
    },
    /// The disk is full or may not be written: nothing about the repository is wrong, and trying again later helps.
    Storage {
        /// What was being done.
        doing: String,
        /// Why not.
        why: String,
    },
    /// Another `git` holds a reference, or one that was killed left its lock behind.
    RefLocked {
        /// The reference.
        name: String,
        /// The lock's file.
        path: String,
    },
    /// Git does not know in whose name to commit.
    NoIdentity,
    /// Another `git` holds the index, or one that was killed left its lock behind.
    IndexLocked {
        /// The lock's file.
        path: String,
        /// Git's own words.
        why: String,
    },
}

impl Error {
    /// Tells whether the same call may succeed later without anything about it being changed.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        matches!(
            self,
            Self::Moved(_)
                | Self::Storage { .. }
                | Self::RefLocked { .. }
                | Self::IndexLocked { .. }
        )
    }

    pub(crate) fn git(doing: impl Into<String>) -> impl FnOnce(&dyn fmt::Display) -> Self {
        let doing = doing.into();
        move |why| Self::Git {
            doing,
            why: why.to_string(),
        }
    }
}

/// Names what was being done when something failed.
pub(crate) trait Doing<T> {
    fn doing(self, what: &str) -> Result<T, Error>;
}

impl<T, E: StdError + 'static> Doing<T> for Result<T, E> {
    fn doing(self, what: &str) -> Result<T, Error> {
        self.map_err(|error| {
            let why = chain(&error);
            if storage(&error) {
                Error::Storage {
                    doing: what.to_owned(),
                    why,
                }
            } else {
                Error::git(what)(&why)
            }
        })
    }
}

/// Says an error and what is behind it: gix keeps the operating system's reason at the end of the chain.
fn chain(error: &(dyn StdError + 'static)) -> String {
    let mut text = error.to_string();
    for source in sources(error).skip(1) {
        let more = source.to_string();
        if !text.contains(&more) {
            text.push_str(": ");
            text.push_str(&more);
        }
    }
    text
}

fn sources<'e>(
    error: &'e (dyn StdError + 'static),
) -> impl Iterator<Item = &'e (dyn StdError + 'static)> {
    let mut next = Some(error);
    std::iter::from_fn(move || {
        let error = next?;
        next = error.source();
        Some(error)
    })
}

fn storage(error: &(dyn StdError + 'static)) -> bool {
    sources(error).any(|error| {
        error.downcast_ref::<io::Error>().is_some_and(|error| {
            matches!(
                error.kind(),
                io::ErrorKind::StorageFull
                    | io::ErrorKind::QuotaExceeded
                    | io::ErrorKind::ReadOnlyFilesystem
            )
        })
    })
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotARepository(path) => write!(
                f,
                "{path} is not in a Git repository. Make one with `git init`, or name another directory with -C"
            ),
            Self::Bare => f.write_str("this is a bare repository; hnp needs a worktree here"),
            Self::Git { doing, why } => write!(f, "cannot {doing}: {why}"),
            Self::Moved(name) => write!(
                f,
                "{name} was changed by somebody else at the same moment. Run the command again"
            ),
            Self::Revision { text, why } => write!(f, "`{text}`: {why}"),
            Self::Storage { doing, why } => write!(
                f,
                "cannot {doing}: the disk is full or read-only ({why}). Free some space, or make it writable"
            ),
            Self::RefLocked { name, path } => write!(
                f,
                "another git is at work on {name}, or one was killed and left {path}. Wait for it, or remove that file if no git runs"
            ),
            Self::NoIdentity => f.write_str(
                "Git does not know in whose name to commit. Set it with `git config user.name NAME` and `git config user.email ADDRESS`, or by GIT_COMMITTER_NAME and GIT_COMMITTER_EMAIL",
            ),
            Self::IndexLocked { path, .. } => write!(
                f,
                "another git is at work here, or one was killed and left {path}. Wait for it, or remove that file if no git runs"
            ),
        }
    }
}

impl std::error::Error for Error {}
