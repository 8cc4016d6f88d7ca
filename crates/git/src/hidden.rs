//! What the index has and the worktree does not show.

use gix::bstr::ByteSlice;
use gix::index::entry::{Flags, Mode};

use crate::error::{Doing, Error};
use crate::repo::Repo;

/// Something of the index that need not be a file of the worktree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hidden {
    /// Path from the root of the repository, bytes that are not UTF-8 replaced.
    pub path: String,
    /// Why it is not seen there.
    pub kind: HiddenKind,
}

/// Why something of the index is not seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HiddenKind {
    /// A file that is not checked out: a sparse checkout, or `git update-index --skip-worktree`.
    File,
    /// A directory that is not checked out, kept as one entry.
    Directory,
    /// A symbolic link; without support for them a file stands in its place.
    Symlink,
    /// A repository of its own, which need not be checked out.
    Submodule,
}

impl Repo {
    /// Finds what Git has in or above directories and does not, or may not, show in the worktree.
    ///
    /// # Errors
    ///
    /// Fails where the index cannot be read.
    pub fn hidden(&self, directories: &[String]) -> Result<Vec<Hidden>, Error> {
        let index = self.gix.index_or_empty().doing("read the index")?;
        let mut hidden = Vec::new();
        let mut add = |path: &gix::bstr::BStr, kind| {
            let path = path.to_str_lossy().trim_end_matches('/').to_owned();
            hidden.push(Hidden { path, kind });
        };
        for directory in directories {
            let prefix = if directory.is_empty() {
                String::new()
            } else {
                format!("{directory}/")
            };
            let below = if prefix.is_empty() {
                index.entries()
            } else {
                index
                    .prefixed_entries(prefix.as_str().into())
                    .unwrap_or_default()
            };
            for entry in below {
                let path = entry.path(&index);
                match entry.mode {
                    Mode::DIR => add(path, HiddenKind::Directory),
                    Mode::COMMIT => add(path, HiddenKind::Submodule),
                    Mode::SYMLINK => add(path, HiddenKind::Symlink),
                    _ if entry.flags.contains(Flags::SKIP_WORKTREE) => add(path, HiddenKind::File),
                    _ => {}
                }
            }
            // What stands above it, or in its place.
            for (end, _) in prefix.match_indices('/') {
                let path: &gix::bstr::BStr = prefix[..end].into();
                if let Some(entry) = index.entry_by_path(path) {
                    match entry.mode {
                        Mode::COMMIT => add(path, HiddenKind::Submodule),
                        Mode::SYMLINK => add(path, HiddenKind::Symlink),
                        _ => {}
                    }
                }
            }
            if index.is_sparse() {
                let above = index.entries().iter().filter(|entry| {
                    let path = entry.path(&index);
                    entry.mode == Mode::DIR && prefix.as_bytes().starts_with(path.as_bytes())
                });
                for entry in above {
                    add(entry.path(&index), HiddenKind::Directory);
                }
            }
        }
        hidden.sort_by(|a, b| a.path.cmp(&b.path));
        hidden.dedup();
        Ok(hidden)
    }
}
