//! What goes wrong with files, in words that help.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// An error of the worktree.
#[derive(Debug)]
pub enum Error {
    /// The operating system refused.
    Io {
        /// What was being done: "write", "read".
        doing: &'static str,
        /// To which path.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A path leads out of the worktree or through a symbolic link.
    Unsafe {
        /// The path.
        path: String,
        /// Why it is refused.
        why: &'static str,
    },
    /// A file is not what the plan was made for.
    Changed {
        /// The path.
        path: String,
    },
    /// Another hnp is at work.
    Locked {
        /// The lock's file.
        path: PathBuf,
    },
    /// The journal cannot be read.
    Journal {
        /// Its path.
        path: PathBuf,
        /// Why not.
        why: String,
    },
    /// The file of a GUI cannot be read.
    Gui {
        /// Its path.
        path: PathBuf,
        /// Why not.
        why: String,
    },
    /// What comes after the files failed; the journal is kept and the next run finishes it.
    Finish(String),
}

impl Error {
    pub(crate) fn io(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io {
            doing,
            path,
            source,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io {
                doing,
                path,
                source,
            } => {
                write!(f, "cannot {doing} {}: {}", shown(path), reason(source))
            }
            Self::Unsafe { path, why } => write!(f, "refusing to touch {path:?}: {why}"),
            Self::Changed { path } => write!(
                f,
                "{} changed while hnp was working; nothing was done. Run the command again",
                shown(Path::new(path))
            ),
            Self::Locked { path } => write!(
                f,
                "another hnp is at work in this repository (lock {}). Wait for it, then run the command again",
                shown(path)
            ),
            Self::Journal { path, why } => write!(
                f,
                "the journal {} of an interrupted run cannot be read: {why}. Move it away to go on without it",
                shown(path)
            ),
            Self::Gui { path, why } => {
                write!(f, "{} is no GUI file: {why}", shown(path))
            }
            Self::Finish(why) => write!(
                f,
                "{why}. The files are in place; the next hnp run finishes the rest"
            ),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}

/// Shows a path as it is, unless a terminal would obey something in it.
fn shown(path: &Path) -> String {
    let text = path.to_string_lossy();
    let hostile = |c: char| {
        c.is_control()
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().fold(String::new(), |mut shown, c| {
        if hostile(c) {
            shown.extend(c.escape_unicode());
        } else {
            shown.push(c);
        }
        shown
    })
}

/// Says what the person at the keyboard can do about it.
fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "the disk is full. Free some space and run the command again; nothing is lost"
                .to_owned()
        }
        io::ErrorKind::ReadOnlyFilesystem => "the file system is mounted read-only".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::InvalidFilename => {
            "the name is too long for this file system. Give the file it comes from a shorter name"
                .to_owned()
        }
        _ => error.to_string(),
    }
}
