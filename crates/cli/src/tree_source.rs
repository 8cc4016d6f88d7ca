//! A tree of Git as a place to read from.

use std::sync::Arc;

use hnp_git::{Error, Snapshot, TreeListing, TreeOddityKind};
use hnp_model::{Seen, Source, Unseen};

/// Directories of a tree.
pub(crate) struct TreeSource<'t> {
    tree: &'t Snapshot,
    listing: Arc<TreeListing>,
    limit: usize,
}

impl<'t> TreeSource<'t> {
    /// Lists directories of a tree; a file of more bytes than the limit is an error when it is read.
    ///
    /// # Errors
    ///
    /// Exit 3 where an object cannot be read.
    pub(crate) fn open(
        tree: &'t Snapshot,
        directories: &[String],
        limit: usize,
    ) -> Result<Self, Error> {
        Ok(Self {
            listing: tree.list(directories)?,
            tree,
            limit,
        })
    }

    /// Returns the paths of all files in the directories.
    pub(crate) fn paths(&self) -> Vec<String> {
        let files = self.listing.files.iter();
        files.map(|file| file.path.clone()).collect()
    }
}

impl Source for TreeSource<'_> {
    type Error = Error;

    fn list(&self, directory: &str) -> Result<Seen, Error> {
        let paths = self.listing.files.iter().map(|file| &file.path);
        let inside = paths.filter(|path| hnp_state::path::strip(path, directory).is_some());
        // Oddities of all directories at once: which of them count is seen by their paths.
        let unseen = self.listing.oddities.iter().map(|oddity| Unseen {
            path: oddity.path.clone(),
            why: match oddity.kind {
                TreeOddityKind::Symlink => "is a symbolic link",
                TreeOddityKind::Submodule => "is a repository of its own",
                TreeOddityKind::BadName => "has a name that hnp does not touch",
                TreeOddityKind::Unmerged => "was left unfinished by a merge",
            },
            is_file: false,
        });
        Ok(Seen {
            files: inside.cloned().collect(),
            unseen: unseen.collect(),
        })
    }

    fn read_listed(&self, path: &str) -> Result<Vec<u8>, Error> {
        let files = &self.listing.files;
        let at = files
            .binary_search_by(|file| file.path.as_str().cmp(path))
            .map_err(|_| Error::Git {
                doing: format!("read {path}"),
                why: "it was not listed".to_owned(),
            })?;
        self.tree.objects().blob(files[at].blob, self.limit)
    }
}
