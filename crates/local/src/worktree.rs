//! Files of a worktree, reached by repository paths that cannot lead out of it.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use hnp_model::{Seen, Source, Unseen};

use crate::Error;

/// A worktree.
#[derive(Clone, Debug)]
pub struct Worktree {
    root: PathBuf,
}

/// Something under a directory that is no regular file, or has a name that hnp will not touch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Oddity {
    /// Path from the root, bytes that are not UTF-8 replaced.
    pub path: String,
    /// What is odd about it.
    pub kind: OddityKind,
    /// It is no directory for certain, nor leads to one.
    pub is_file: bool,
}

/// What is odd.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OddityKind {
    /// A symbolic link, a socket, a repository of its own or the like: never followed.
    NotAFile,
    /// Control characters in the name, or a name that is not UTF-8.
    BadName,
}

/// What a directory holds.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    /// Regular files, sorted.
    pub files: Vec<String>,
    /// Directories below, sorted, the directory itself left out.
    pub directories: Vec<String>,
    /// What was passed over.
    pub oddities: Vec<Oddity>,
}

impl Worktree {
    /// Makes a worktree from its root.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// Returns the root.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Turns a repository path into a file system path that lies inside the worktree and passes no symbolic link.
    ///
    /// # Errors
    ///
    /// Fails on a path that leads out, names `.git`, or passes a link.
    pub fn resolve(&self, path: &str) -> Result<PathBuf, Error> {
        let refuse = |why| {
            Err(Error::Unsafe {
                path: path.to_owned(),
                why,
            })
        };
        if path.contains('\0') {
            return refuse("it has a NUL byte");
        }
        let mut full = self.root.clone();
        let mut components = Path::new(path).components().peekable();
        while let Some(component) = components.next() {
            match component {
                Component::Normal(name) if name.eq_ignore_ascii_case(".git") => {
                    return refuse("it lies in Git's own directory");
                }
                Component::Normal(name) => full.push(name),
                Component::CurDir => continue,
                _ => return refuse("it leads out of the repository"),
            }
            if components.peek().is_some()
                && fs::symlink_metadata(&full).is_ok_and(|meta| meta.file_type().is_symlink())
            {
                return refuse("it passes a symbolic link");
            }
        }
        Ok(full)
    }

    /// Lists everything under a directory, links not followed, nested repositories passed over. A directory that is not
    /// there is empty.
    ///
    /// # Errors
    ///
    /// Fails where a directory cannot be read.
    pub fn list_all(&self, directory: &str) -> Result<Listing, Error> {
        let mut listing = Listing::default();
        let start = self.resolve(directory)?;
        if fs::symlink_metadata(&start).is_ok_and(|meta| !meta.is_dir()) {
            listing.oddities.push(Oddity {
                path: directory.to_owned(),
                kind: OddityKind::NotAFile,
                is_file: false,
            });
            return Ok(listing);
        }
        let mut open = vec![(start, directory.trim_end_matches('/').to_owned())];
        while let Some((path, name)) = open.pop() {
            let entries = match fs::read_dir(&path) {
                Ok(entries) => entries,
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(Error::io("read", &path)(error)),
            };
            for entry in entries {
                let entry = entry.map_err(Error::io("read", &path))?;
                let file_name = entry.file_name();
                let shown = file_name.to_string_lossy();
                let child = if name.is_empty() || name == "." {
                    shown.clone().into_owned()
                } else {
                    format!("{name}/{shown}")
                };
                let kind = entry.file_type().map_err(Error::io("read", &path))?;
                if file_name
                    .to_str()
                    .is_none_or(|name| name.chars().any(char::is_control))
                {
                    listing.oddities.push(Oddity {
                        path: child,
                        kind: OddityKind::BadName,
                        is_file: is_file(&entry.path(), kind),
                    });
                } else if kind.is_dir() {
                    if &*shown == ".git" {
                        continue;
                    }
                    if entry.path().join(".git").exists() {
                        listing.oddities.push(Oddity {
                            path: child,
                            kind: OddityKind::NotAFile,
                            is_file: false,
                        });
                        continue;
                    }
                    listing.directories.push(child.clone());
                    open.push((entry.path(), child));
                } else if kind.is_file() {
                    listing.files.push(child);
                } else {
                    listing.oddities.push(Oddity {
                        path: child,
                        kind: OddityKind::NotAFile,
                        is_file: is_file(&entry.path(), kind),
                    });
                }
            }
        }
        listing.files.sort_unstable();
        listing.directories.sort_unstable();
        listing.oddities.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(listing)
    }

    /// Reads a file, `None` where nothing is there.
    ///
    /// # Errors
    ///
    /// Fails where something is there that cannot be read as a file.
    pub fn read_if_there(&self, path: &str) -> Result<Option<Vec<u8>>, Error> {
        let full = self.resolve(path)?;
        match fs::symlink_metadata(&full) {
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
                ) =>
            {
                Ok(None)
            }
            Err(error) => Err(Error::io("read", &full)(error)),
            Ok(meta) if meta.file_type().is_symlink() => Err(Error::Unsafe {
                path: path.to_owned(),
                why: "it is a symbolic link",
            }),
            Ok(meta) if meta.is_dir() => Err(Error::Unsafe {
                path: path.to_owned(),
                why: "it is a directory",
            }),
            Ok(_) => fs::read(&full).map(Some).map_err(Error::io("read", &full)),
        }
    }
}

/// Tells whether what stands at a path is no directory and leads to none. A link to nothing may once lead to one.
fn is_file(path: &Path, kind: fs::FileType) -> bool {
    if kind.is_symlink() {
        return fs::metadata(path).is_ok_and(|meta| !meta.is_dir());
    }
    !kind.is_dir()
}

impl Source for Worktree {
    type Error = Error;

    fn list(&self, directory: &str) -> Result<Seen, Error> {
        let listing = self.list_all(directory)?;
        let unseen = listing.oddities.into_iter().map(|oddity| Unseen {
            path: oddity.path,
            why: match oddity.kind {
                OddityKind::NotAFile => "is a link, a repository of its own or no file",
                OddityKind::BadName => "has a name that hnp does not touch",
            },
            is_file: oddity.is_file,
        });
        Ok(Seen {
            files: listing.files,
            unseen: unseen.collect(),
        })
    }

    /// Its path was checked on the way to it.
    fn read_listed(&self, path: &str) -> Result<Vec<u8>, Error> {
        let full = self.root.join(path);
        fs::read(&full).map_err(Error::io("read", &full))
    }
}

impl Worktree {
    /// Reads a file that a listing just named, and no more than one byte over a limit: enough to see that it is too large.
    ///
    /// # Errors
    ///
    /// Fails where the file cannot be read.
    pub fn read_bounded(&self, path: &str, limit: usize) -> Result<Vec<u8>, Error> {
        use std::io::Read;
        let full = self.root.join(path);
        let read = || -> io::Result<Vec<u8>> {
            let file = fs::File::open(&full)?;
            let length = usize::try_from(file.metadata()?.len()).unwrap_or(usize::MAX);
            let mut bytes = Vec::with_capacity(length.min(limit) + 1);
            file.take(limit as u64 + 1).read_to_end(&mut bytes)?;
            Ok(bytes)
        };
        read().map_err(Error::io("read", &full))
    }
}
