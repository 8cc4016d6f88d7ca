//! Where bytes come from: the worktree, the index, a commit, a quarantined push.

/// One file of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// Path from the root of the repository, with `/`.
    pub path: String,
    /// Its bytes, as Git stores them.
    pub bytes: Vec<u8>,
}

/// A place that files can be read from. The same checks run on all of them.
pub trait Source {
    /// What can go wrong.
    type Error;

    /// Returns the paths of the regular files under a directory, sorted; symbolic links are no files.
    ///
    /// # Errors
    ///
    /// Fails where the place cannot be read.
    fn list(&self, directory: &str) -> Result<Vec<String>, Self::Error>;

    /// Reads a file that [`Source::list`] named.
    ///
    /// # Errors
    ///
    /// Fails where the file cannot be read.
    fn read_listed(&self, path: &str) -> Result<Vec<u8>, Self::Error>;
}
