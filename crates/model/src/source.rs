//! Where bytes come from: the worktree, the index, a commit, a quarantined push.

/// One file of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// Path from the root of the repository, with `/`.
    pub path: String,
    /// Its bytes, as Git stores them.
    pub bytes: Vec<u8>,
}

/// Something under a directory that is there and is not read: what it holds is not known, which is not the same as absent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unseen {
    /// Path from the root of the repository; bytes that are not UTF-8 are replaced.
    pub path: String,
    /// Why it is not read, as the end of a sentence that begins with the path.
    pub why: &'static str,
    /// It is one file for certain; else it may be a whole directory.
    pub is_file: bool,
}

/// What a directory holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// Paths of its regular files, sorted.
    pub files: Vec<String>,
    /// What was passed over.
    pub unseen: Vec<Unseen>,
}

/// A place that files can be read from. The same checks run on all of them.
pub trait Source {
    /// What can go wrong.
    type Error;

    /// Returns the paths of the regular files under a directory, with what is there and is no file, or none that hnp touches;
    /// symbolic links are no files.
    ///
    /// # Errors
    ///
    /// Fails where the place cannot be read.
    fn list(&self, directory: &str) -> Result<Seen, Self::Error>;

    /// Reads a file that [`Source::list`] named.
    ///
    /// # Errors
    ///
    /// Fails where the file cannot be read.
    fn read_listed(&self, path: &str) -> Result<Vec<u8>, Self::Error>;
}
