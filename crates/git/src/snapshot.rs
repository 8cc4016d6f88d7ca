//! Trees as they are read: of the index that a hook was given, of a commit, of a push that is not accepted yet.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use gix::bstr::ByteSlice;
use gix::index::entry::{Flags, Mode, Stage};
use gix::objs::tree::EntryKind;
use gix::objs::{Kind, TreeRefIter};

use crate::error::{Doing, Error};
use crate::oid::Oid;
use crate::store::ObjectStore;

/// Most entries of one tree: a tree that holds itself many times over is small in Git and has no end when it is listed.
const MOST_ENTRIES: usize = 1_000_000;
/// Longest path.
pub(crate) const LONGEST_PATH: usize = 4096;

/// A regular file of a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeEntry {
    /// Path from the root of the repository.
    pub path: String,
    /// Its content.
    pub blob: Oid,
    /// Whether Git makes it executable.
    pub executable: bool,
}

/// Something in a tree that is no file, or that hnp will not touch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeOddity {
    /// Path from the root of the repository, bytes that are not UTF-8 replaced.
    pub path: String,
    /// What is odd about it.
    pub kind: TreeOddityKind,
}

/// What is odd about an entry of a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TreeOddityKind {
    /// A symbolic link.
    Symlink,
    /// A repository of its own.
    Submodule,
    /// Control characters in the name, a name that is not UTF-8, that leads elsewhere, or that stands twice.
    BadName,
    /// A merge left it unfinished in the index.
    Unmerged,
}

/// What lies under some directories.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TreeListing {
    /// Regular files, sorted by path.
    pub files: Vec<TreeEntry>,
    /// What was passed over, sorted by path.
    pub oddities: Vec<TreeOddity>,
}

/// A tree with the objects it is made of. It can be read from many threads.
#[derive(Clone)]
pub struct Snapshot {
    objects: Arc<ObjectStore>,
    pub(crate) root: Root,
    /// What was listed already: the same is asked for several times.
    listed: Arc<Mutex<Vec<Listed>>>,
}

/// Directories, and what lies under them.
type Listed = (Vec<String>, Arc<TreeListing>);

#[derive(Clone)]
pub(crate) enum Root {
    Empty,
    Tree(gix::ObjectId),
    Index(Arc<gix::index::State>),
}

impl Snapshot {
    /// Makes the tree that holds nothing, such as the parent of a first commit.
    #[must_use]
    pub fn empty(objects: Arc<ObjectStore>) -> Self {
        Self {
            objects,
            root: Root::Empty,
            listed: Arc::default(),
        }
    }

    /// Reads an index file; one that is not there is empty.
    ///
    /// # Errors
    ///
    /// Fails where it cannot be read.
    pub fn index(objects: Arc<ObjectStore>, file: &Path) -> Result<Self, Error> {
        // Git checks the sum of the whole file only in `git fsck`, and so do we: a damaged file does not parse.
        let index = gix::index::File::at_or_default(
            file,
            objects.hash(),
            true,
            gix::index::decode::Options {
                thread_limit: Some(1),
                ..Default::default()
            },
        )
        .doing("read the index")?;
        Ok(Self {
            objects,
            root: Root::Index(Arc::new(index.into_parts().0)),
            listed: Arc::default(),
        })
    }

    /// Takes the tree of a commit, or of a tag of one, or a tree itself.
    ///
    /// # Errors
    ///
    /// Fails where it is not there, or is a blob.
    pub fn of(objects: Arc<ObjectStore>, id: Oid) -> Result<Self, Error> {
        let tree = objects.tree_of(id)?.ok_or_else(|| {
            Error::git(format!("read the tree of {id}"))(&"it is neither a commit nor a tree")
        })?;
        Ok(Self {
            objects,
            root: Root::Tree(tree.0),
            listed: Arc::default(),
        })
    }

    /// Returns the objects it is made of.
    #[must_use]
    pub fn objects(&self) -> &Arc<ObjectStore> {
        &self.objects
    }

    /// Returns the tree's own name, where it is one of the object database: equal names, equal trees.
    #[must_use]
    pub fn tree(&self) -> Option<Oid> {
        match &self.root {
            Root::Tree(id) => Some(Oid(*id)),
            Root::Empty | Root::Index(_) => None,
        }
    }

    /// Lists what lies under directories; the empty one is the root.
    ///
    /// # Errors
    ///
    /// Fails where a tree cannot be read, or holds more than a million entries.
    pub fn list(&self, directories: &[String]) -> Result<Arc<TreeListing>, Error> {
        let mut listed = self.listed.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, listing)) = listed.iter().find(|(of, _)| of == directories) {
            return Ok(Arc::clone(listing));
        }
        let listing = Arc::new(self.list_anew(directories)?);
        listed.push((directories.to_vec(), Arc::clone(&listing)));
        Ok(listing)
    }

    fn list_anew(&self, directories: &[String]) -> Result<TreeListing, Error> {
        let mut listing = TreeListing::default();
        match &self.root {
            Root::Empty => {}
            Root::Index(index) => {
                for directory in directories {
                    self.list_index(index, directory, &mut listing)?;
                }
            }
            Root::Tree(root) => {
                for directory in directories {
                    match self.entry_of_tree(*root, directory)? {
                        Some((EntryKind::Tree, id)) => self.walk(id, directory, &mut listing)?,
                        _ => self.blame_link(*root, directory, &mut listing)?,
                    }
                }
            }
        }
        listing.finish();
        Ok(listing)
    }

    /// Finds a regular file by its path.
    ///
    /// # Errors
    ///
    /// Fails where a tree cannot be read.
    pub fn find(&self, path: &str) -> Result<Option<TreeEntry>, Error> {
        let found = match &self.root {
            Root::Empty => None,
            Root::Tree(root) => self.entry_of_tree(*root, path)?,
            Root::Index(index) => {
                match index.entry_by_path_and_stage(path.into(), Stage::Unconflicted) {
                    Some(entry) if !entry.flags.contains(Flags::INTENT_TO_ADD) => {
                        kind_of(entry.mode).map(|kind| (kind, entry.id))
                    }
                    Some(_) => None,
                    None => self.find_in_sparse(index, path)?,
                }
            }
        };
        Ok(match found {
            Some((kind @ (EntryKind::Blob | EntryKind::BlobExecutable), id)) => Some(TreeEntry {
                path: path.to_owned(),
                blob: Oid(id),
                executable: kind == EntryKind::BlobExecutable,
            }),
            _ => None,
        })
    }

    /// Reads a file by its path, to one byte over a limit.
    ///
    /// # Errors
    ///
    /// Fails where a tree or the blob cannot be read.
    pub fn read(&self, path: &str, limit: usize) -> Result<Option<Vec<u8>>, Error> {
        match self.find(path)? {
            Some(entry) => self.objects.blob(entry.blob, limit).map(Some),
            None => Ok(None),
        }
    }

    fn list_index(
        &self,
        index: &gix::index::State,
        directory: &str,
        listing: &mut TreeListing,
    ) -> Result<(), Error> {
        let prefix = if directory.is_empty() {
            String::new()
        } else {
            format!("{directory}/")
        };
        for path in prefixes(directory) {
            if let Some(entry) = index.entry_by_path(path.into())
                && matches!(entry.mode, Mode::SYMLINK | Mode::COMMIT)
            {
                listing.odd(path, oddity_of(entry.mode));
            }
        }
        let entries = if prefix.is_empty() {
            index.entries()
        } else {
            index
                .prefixed_entries(prefix.as_str().into())
                .unwrap_or_default()
        };
        for entry in entries {
            if entry.flags.contains(Flags::INTENT_TO_ADD) {
                continue;
            }
            let raw = entry.path(index);
            if entry.mode == Mode::DIR {
                let Ok(path) = raw.to_str() else { continue };
                self.walk(entry.id, path.trim_end_matches('/'), listing)?;
                continue;
            }
            let Some(path) = clean(raw) else {
                listing.odd(&raw.to_str_lossy(), TreeOddityKind::BadName);
                continue;
            };
            if entry.stage() != Stage::Unconflicted {
                if listing.oddities.last().is_none_or(|last| last.path != path) {
                    listing.odd(path, TreeOddityKind::Unmerged);
                }
                continue;
            }
            match entry.mode {
                Mode::FILE | Mode::FILE_EXECUTABLE => listing.files.push(TreeEntry {
                    path: path.to_owned(),
                    blob: Oid(entry.id),
                    executable: entry.mode == Mode::FILE_EXECUTABLE,
                }),
                mode => listing.odd(path, oddity_of(mode)),
            }
        }
        // A sparse index keeps a directory that is not checked out as one entry, which may stand above the one asked for.
        if index.is_sparse() && !prefix.is_empty() {
            for entry in index
                .entries()
                .iter()
                .filter(|entry| entry.mode == Mode::DIR)
            {
                let above = entry.path(index).to_str_lossy();
                if prefix.len() > above.len()
                    && prefix.starts_with(above.as_ref())
                    && let Some((EntryKind::Tree, id)) =
                        self.entry_of_tree(entry.id, &directory[above.len()..])?
                {
                    self.walk(id, directory, listing)?;
                }
            }
        }
        Ok(())
    }

    fn find_in_sparse(
        &self,
        index: &gix::index::State,
        path: &str,
    ) -> Result<Option<(EntryKind, gix::ObjectId)>, Error> {
        if !index.is_sparse() {
            return Ok(None);
        }
        for entry in index
            .entries()
            .iter()
            .filter(|entry| entry.mode == Mode::DIR)
        {
            let above = entry.path(index).to_str_lossy();
            if let Some(inside) = path.strip_prefix(above.as_ref()) {
                return self.entry_of_tree(entry.id, inside);
            }
        }
        Ok(None)
    }

    /// Finds what stands at a path below a tree.
    pub(crate) fn entry_of_tree(
        &self,
        root: gix::ObjectId,
        path: &str,
    ) -> Result<Option<(EntryKind, gix::ObjectId)>, Error> {
        let mut at = (EntryKind::Tree, root);
        for part in path.split('/').filter(|part| !part.is_empty()) {
            if at.0 != EntryKind::Tree {
                return Ok(None);
            }
            let data = self.objects.get(at.1, Kind::Tree)?;
            let mut next = None;
            for entry in TreeRefIter::from_bytes(&data, self.objects.hash()) {
                let entry = entry.doing("read a tree")?;
                if entry.filename == part {
                    next = Some((entry.mode.kind(), entry.oid.to_owned()));
                    break;
                }
            }
            match next {
                Some(found) => at = found,
                None => return Ok(None),
            }
        }
        Ok(Some(at))
    }

    /// Names what stands in the place of a directory, or of one above it, and is none.
    fn blame_link(
        &self,
        root: gix::ObjectId,
        directory: &str,
        listing: &mut TreeListing,
    ) -> Result<(), Error> {
        for path in prefixes(directory) {
            match self.entry_of_tree(root, path)? {
                Some((EntryKind::Tree, _)) => {}
                Some((EntryKind::Link, _)) => listing.odd(path, TreeOddityKind::Symlink),
                Some((EntryKind::Commit, _)) => listing.odd(path, TreeOddityKind::Submodule),
                _ => break,
            }
        }
        Ok(())
    }

    /// Lists everything below a tree that stands at a path.
    fn walk(&self, root: gix::ObjectId, at: &str, listing: &mut TreeListing) -> Result<(), Error> {
        let mut waiting = vec![(at.to_owned(), root)];
        // Trees that stand in several places are read once.
        let mut seen: HashMap<gix::ObjectId, Arc<Vec<u8>>> = HashMap::new();
        let mut entries = 0_usize;
        while let Some((directory, id)) = waiting.pop() {
            let data = match seen.get(&id) {
                Some(data) => Arc::clone(data),
                None => {
                    let data = Arc::new(self.objects.get(id, Kind::Tree)?);
                    if seen.len() < 256 {
                        seen.insert(id, Arc::clone(&data));
                    }
                    data
                }
            };
            for entry in TreeRefIter::from_bytes(&data, self.objects.hash()) {
                let entry = entry.doing("read a tree")?;
                entries += 1;
                if entries > MOST_ENTRIES {
                    return Err(Error::git(format!("list {at}"))(&format!(
                        "it has more than {MOST_ENTRIES} entries"
                    )));
                }
                let shown = |name: &str| {
                    if directory.is_empty() {
                        name.to_owned()
                    } else {
                        format!("{directory}/{name}")
                    }
                };
                let Some(name) = clean(entry.filename).filter(|name| !name.contains('/')) else {
                    listing.odd(
                        &shown(&entry.filename.to_str_lossy()),
                        TreeOddityKind::BadName,
                    );
                    continue;
                };
                let path = shown(name);
                if path.len() > LONGEST_PATH {
                    listing.odd(&path, TreeOddityKind::BadName);
                    continue;
                }
                match entry.mode.kind() {
                    EntryKind::Tree => waiting.push((path, entry.oid.to_owned())),
                    kind @ (EntryKind::Blob | EntryKind::BlobExecutable) => {
                        listing.files.push(TreeEntry {
                            path,
                            blob: Oid(entry.oid.to_owned()),
                            executable: kind == EntryKind::BlobExecutable,
                        });
                    }
                    EntryKind::Link => listing.odd(&path, TreeOddityKind::Symlink),
                    EntryKind::Commit => listing.odd(&path, TreeOddityKind::Submodule),
                }
            }
        }
        Ok(())
    }
}

impl TreeListing {
    /// Makes one listing of several.
    #[must_use]
    pub fn join(parts: &[Arc<Self>]) -> Self {
        let mut all = Self::default();
        for part in parts {
            all.files.extend(part.files.iter().cloned());
            all.oddities.extend(part.oddities.iter().cloned());
        }
        all.finish();
        all
    }

    fn odd(&mut self, path: &str, kind: TreeOddityKind) {
        self.oddities.push(TreeOddity {
            path: path.to_owned(),
            kind,
        });
    }

    fn finish(&mut self) {
        self.files.sort_by(|a, b| a.path.cmp(&b.path));
        let mut twice = Vec::new();
        self.files.dedup_by(|later, first| {
            let same = later.path == first.path;
            if same && later.blob != first.blob {
                twice.push(later.path.clone());
            }
            same
        });
        for path in twice {
            self.odd(&path, TreeOddityKind::BadName);
        }
        self.oddities
            .sort_by(|a, b| (&a.path, a.kind as u8).cmp(&(&b.path, b.kind as u8)));
        self.oddities.dedup();
    }
}

/// Returns a directory and all above it but the root, the highest first.
fn prefixes(directory: &str) -> impl Iterator<Item = &str> {
    let ends = directory.match_indices('/').map(|(at, _)| at);
    ends.chain([directory.len()])
        .map(|end| &directory[..end])
        .filter(|path| !path.is_empty())
}

/// Returns a name or path that is safe to show and to write.
pub(crate) fn clean(raw: &gix::bstr::BStr) -> Option<&str> {
    let text = raw.to_str().ok()?;
    let bad_part = |part: &str| {
        part.is_empty() || part == "." || part == ".." || part.eq_ignore_ascii_case(".git")
    };
    // Nearly all paths are ASCII, and bytes are quicker to look at.
    let control = if text.is_ascii() {
        text.bytes().any(|byte| byte.is_ascii_control())
    } else {
        text.chars().any(char::is_control)
    };
    (!control && !text.split('/').any(bad_part)).then_some(text)
}

fn kind_of(mode: Mode) -> Option<EntryKind> {
    Some(match mode {
        Mode::FILE => EntryKind::Blob,
        Mode::FILE_EXECUTABLE => EntryKind::BlobExecutable,
        Mode::SYMLINK => EntryKind::Link,
        Mode::COMMIT => EntryKind::Commit,
        Mode::DIR => EntryKind::Tree,
        _ => return None,
    })
}

fn oddity_of(mode: Mode) -> TreeOddityKind {
    if mode == Mode::COMMIT {
        TreeOddityKind::Submodule
    } else {
        TreeOddityKind::Symlink
    }
}
