//! What goes wrong with Git.

use std::fmt;

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
}

impl Error {
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

impl<T, E: fmt::Display> Doing<T> for Result<T, E> {
    fn doing(self, what: &str) -> Result<T, Error> {
        self.map_err(|error| Error::git(what)(&error))
    }
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
        }
    }
}

impl std::error::Error for Error {}
