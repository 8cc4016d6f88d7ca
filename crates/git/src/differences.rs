//! What differs between directories of two trees, found without looking at what is the same.
//!
//! A tree of Git names what it holds, so that two directories of one name need not be read. The index keeps such names for
//! the directories that were not touched since (its extension TREE, of which `git commit` makes the tree that it commits);
//! of one that has none here, the entries are read.

use std::cell::RefCell;
use std::cmp::Ordering;
use std::collections::HashMap;
use std::rc::Rc;

use gix::bstr::{BStr, ByteSlice};
use gix::index::State;
use gix::index::entry::{Flags, Mode, Stage};
use gix::index::extension::Tree as CachedTree;
use gix::objs::tree::EntryKind;
use gix::objs::{Kind, TreeRefIter};

use crate::error::{Doing, Error};
use crate::oid::Oid;
use crate::snapshot::{LONGEST_PATH, Root, Snapshot, TreeEntry, clean};
use crate::store::ObjectStore;

/// How deep directories are followed.
const DEEPEST: usize = 64;

/// A file that two trees do not have alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Its path from the root of the repository.
    pub path: String,
    /// What it is in the tree before.
    pub before: Option<TreeEntry>,
    /// What it is in the tree after.
    pub after: Option<TreeEntry>,
}

/// Compares trees of one repository, and reads none of them twice.
pub struct Differ<'o> {
    objects: &'o ObjectStore,
    read: RefCell<HashMap<gix::ObjectId, Rc<Vec<u8>>>>,
}

/// A directory of a tree.
#[derive(Clone)]
pub struct Directory<'s>(Inner<'s>);

#[derive(Clone)]
enum Inner<'s> {
    /// None.
    Nothing,
    /// One of the object database.
    Tree(gix::ObjectId),
    /// One of the index.
    Index(Part<'s>),
}

/// The entries of the index below a directory.
#[derive(Clone)]
struct Part<'s> {
    index: &'s State,
    start: usize,
    end: usize,
    /// How much of the paths leads to the directory, the slash too.
    prefix: usize,
    cached: Option<&'s CachedTree>,
}

/// What a directory holds.
struct Child<'s> {
    name: &'s [u8],
    kind: EntryKind,
    /// Its name, where that is known.
    id: Option<gix::ObjectId>,
    part: Option<Part<'s>>,
}

/// Something that a comparison of files says nothing of.
struct Odd;

/// What a step of a comparison gives: an error, or the news that something is odd.
type Step<T> = Result<Result<T, Odd>, Error>;

macro_rules! sound {
    ($step:expr) => {
        match $step? {
            Ok(it) => it,
            Err(Odd) => return Ok(Err(Odd)),
        }
    };
}

impl<'s> Directory<'s> {
    /// Takes a tree of the object database.
    #[must_use]
    pub fn tree(id: Oid) -> Self {
        Self(Inner::Tree(id.0))
    }

    /// Returns its name, where that is known without reading it.
    #[must_use]
    pub fn id(&self) -> Option<Oid> {
        match &self.0 {
            Inner::Nothing => None,
            Inner::Tree(id) => Some(Oid(*id)),
            Inner::Index(part) => part.id().map(Oid),
        }
    }

    /// Tells whether there is nothing.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        matches!(self.0, Inner::Nothing)
    }
}

impl Part<'_> {
    fn id(&self) -> Option<gix::ObjectId> {
        let cached = self.cached?;
        // The number is checked all the same: a name for other entries than these would be believed.
        let count = cached.num_entries? as usize;
        (count == self.end - self.start).then_some(cached.id)
    }
}

impl Snapshot {
    /// Returns a directory; the empty one is the root.
    ///
    /// # Errors
    ///
    /// Fails where a tree cannot be read.
    pub fn directory(&self, directory: &str) -> Result<Directory<'_>, Error> {
        Ok(Directory(match &self.root {
            Root::Empty => Inner::Nothing,
            Root::Tree(root) => match self.entry_of_tree(*root, directory)? {
                Some((EntryKind::Tree, id)) => Inner::Tree(id),
                _ => Inner::Nothing,
            },
            Root::Index(index) => {
                let mut part = Part {
                    index,
                    start: 0,
                    end: index.entries().len(),
                    prefix: 0,
                    cached: index.tree(),
                };
                for name in directory.split('/').filter(|part| !part.is_empty()) {
                    part = part.below(name.as_bytes());
                }
                if part.start == part.end {
                    Inner::Nothing
                } else {
                    Inner::Index(part)
                }
            }
        }))
    }

    /// Returns the name that a directory has as a tree, worked out where nobody has done so yet; `None` where it cannot be one
    /// as it stands, or there is none.
    ///
    /// # Errors
    ///
    /// Fails where a tree cannot be read.
    pub fn directory_id(&self, directory: &str) -> Result<Option<Oid>, Error> {
        let found = self.directory(directory)?;
        if let Some(id) = found.id() {
            return Ok(Some(id));
        }
        let Inner::Index(part) = found.0 else {
            return Ok(None);
        };
        Ok(self.hash(&part, 0)?.map(Oid))
    }

    fn hash(&self, part: &Part<'_>, depth: usize) -> Result<Option<gix::ObjectId>, Error> {
        if let Some(id) = part.id() {
            return Ok(Some(id));
        }
        let Ok(children) = part.children() else {
            return Ok(None);
        };
        if depth > DEEPEST {
            return Ok(None);
        }
        let mut bytes = Vec::new();
        for child in children {
            let id = match (&child.part, child.id) {
                (_, Some(id)) => id,
                (Some(part), None) => match self.hash(part, depth + 1)? {
                    Some(id) => id,
                    None => return Ok(None),
                },
                (None, None) => return Ok(None),
            };
            bytes.extend_from_slice(child.kind.as_octal_str().as_bytes());
            bytes.push(b' ');
            bytes.extend_from_slice(child.name);
            bytes.push(0);
            bytes.extend_from_slice(id.as_slice());
        }
        gix::objs::compute_hash(self.objects().hash(), Kind::Tree, &bytes)
            .doing("name a tree")
            .map(Some)
    }
}

impl<'s> Part<'s> {
    fn path(&self, at: usize) -> &'s BStr {
        self.index.entries()[at].path(self.index)
    }

    /// Returns the part below one of its directories.
    fn below(&self, name: &[u8]) -> Self {
        let entries = &self.index.entries()[self.start..self.end];
        let after = |path: &BStr, end: u8| {
            let rest = path.get(self.prefix..).unwrap_or_default();
            let (own, more) = rest.split_at(name.len().min(rest.len()));
            own.cmp(name)
                .then_with(|| more.first().copied().unwrap_or(0).cmp(&end))
        };
        let start =
            entries.partition_point(|it| after(it.path(self.index), b'/') == Ordering::Less);
        let end =
            entries.partition_point(|it| after(it.path(self.index), b'/') != Ordering::Greater);
        Self {
            index: self.index,
            start: self.start + start,
            end: self.start + end.max(start),
            prefix: self.prefix + name.len() + 1,
            cached: self
                .cached
                .and_then(|tree| tree.children.iter().find(|child| child.name[..] == *name)),
        }
    }

    /// Lists what the directory holds, in the order of a tree.
    fn children(&self) -> Result<Vec<Child<'s>>, Odd> {
        let mut children = Vec::new();
        let mut at = self.start;
        while at < self.end {
            let entry = &self.index.entries()[at];
            let odd = entry.flags.contains(Flags::INTENT_TO_ADD)
                || entry.stage() != Stage::Unconflicted
                || entry.mode == Mode::DIR;
            if odd {
                return Err(Odd);
            }
            let path = self.path(at);
            let rest = path.get(self.prefix..).unwrap_or_default();
            match rest.find_byte(b'/') {
                Some(length) => {
                    let part = self.below(&rest[..length]);
                    // An index that is not sorted has no directories to speak of.
                    if part.start != at || part.end <= at {
                        return Err(Odd);
                    }
                    at = part.end;
                    children.push(Child {
                        name: &rest[..length],
                        kind: EntryKind::Tree,
                        id: part.id(),
                        part: Some(part),
                    });
                }
                None => {
                    children.push(Child {
                        name: rest,
                        kind: match entry.mode {
                            Mode::FILE => EntryKind::Blob,
                            Mode::FILE_EXECUTABLE => EntryKind::BlobExecutable,
                            Mode::SYMLINK => EntryKind::Link,
                            Mode::COMMIT => EntryKind::Commit,
                            _ => return Err(Odd),
                        },
                        id: Some(entry.id),
                        part: None,
                    });
                    at += 1;
                }
            }
        }
        Ok(children)
    }
}

impl<'o> Differ<'o> {
    /// Prepares to compare.
    #[must_use]
    pub fn new(objects: &'o ObjectStore) -> Self {
        Self {
            objects,
            read: RefCell::default(),
        }
    }

    /// Lists the files that two directories at one place do not have alike, sorted by path. `None` where there are more than
    /// a number of them, or where something differs that is no regular file with a plain name.
    ///
    /// # Errors
    ///
    /// Fails where a tree cannot be read.
    pub fn files(
        &self,
        before: &Directory<'_>,
        after: &Directory<'_>,
        at: &str,
        most: usize,
    ) -> Result<Option<Vec<Difference>>, Error> {
        let mut found = Vec::new();
        let step = self.walk(before, after, at, 0, &mut |difference| {
            found.push(difference);
            found.len() <= most
        })?;
        if step.is_err() {
            return Ok(None);
        }
        found.sort_by(|a, b| a.path.cmp(&b.path));
        let twice = found.windows(2).any(|two| two[0].path == two[1].path);
        Ok((!twice).then_some(found))
    }

    fn walk(
        &self,
        before: &Directory<'_>,
        after: &Directory<'_>,
        at: &str,
        depth: usize,
        each: &mut dyn FnMut(Difference) -> bool,
    ) -> Step<()> {
        if depth > DEEPEST {
            return Ok(Err(Odd));
        }
        if let (Some(before), Some(after)) = (before.id(), after.id())
            && before == after
        {
            return Ok(Ok(()));
        }
        let (old_data, new_data) = (self.data(before)?, self.data(after)?);
        let old = sound!(self.children(before, &old_data));
        let new = sound!(self.children(after, &new_data));
        let (mut old, mut new) = (old.iter().peekable(), new.iter().peekable());
        loop {
            let order = match (old.peek(), new.peek()) {
                (None, None) => return Ok(Ok(())),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(old), Some(new)) => compare(old, new),
            };
            let one = if order == Ordering::Greater {
                None
            } else {
                old.next()
            };
            let other = if order == Ordering::Less {
                None
            } else {
                new.next()
            };
            sound!(self.pair(one, other, at, depth, each));
        }
    }

    fn pair(
        &self,
        old: Option<&Child<'_>>,
        new: Option<&Child<'_>>,
        at: &str,
        depth: usize,
        each: &mut dyn FnMut(Difference) -> bool,
    ) -> Step<()> {
        if let (Some(old), Some(new)) = (old, new)
            && old.kind == new.kind
            && old.id.is_some()
            && old.id == new.id
        {
            return Ok(Ok(()));
        }
        let Some(name) = old.or(new).and_then(|child| clean(child.name.as_bstr())) else {
            return Ok(Err(Odd));
        };
        let path = if at.is_empty() {
            name.to_owned()
        } else {
            format!("{at}/{name}")
        };
        if path.len() > LONGEST_PATH {
            return Ok(Err(Odd));
        }
        let is_tree =
            |child: Option<&Child<'_>>| child.is_some_and(|it| it.kind == EntryKind::Tree);
        if is_tree(old) || is_tree(new) {
            return self.walk(&directory(old), &directory(new), &path, depth + 1, each);
        }
        let file = |child: &Child<'_>| -> Option<TreeEntry> {
            let executable = match child.kind {
                EntryKind::Blob => false,
                EntryKind::BlobExecutable => true,
                _ => return None,
            };
            Some(TreeEntry {
                path: path.clone(),
                blob: Oid(child.id?),
                executable,
            })
        };
        let (before, after) = (old.map(file), new.map(file));
        let odd = before == Some(None) || after == Some(None);
        let difference = Difference {
            before: before.flatten(),
            after: after.flatten(),
            path,
        };
        Ok(if odd || !each(difference) {
            Err(Odd)
        } else {
            Ok(())
        })
    }

    /// Reads a directory of the object database.
    fn data(&self, directory: &Directory<'_>) -> Result<Rc<Vec<u8>>, Error> {
        match &directory.0 {
            Inner::Tree(id) => self.object(*id),
            _ => Ok(Rc::default()),
        }
    }

    fn children<'c>(&self, directory: &'c Directory<'_>, data: &'c [u8]) -> Step<Vec<Child<'c>>> {
        let children = match &directory.0 {
            Inner::Nothing => Vec::new(),
            Inner::Index(part) => match part.children() {
                Ok(children) => children,
                Err(odd) => return Ok(Err(odd)),
            },
            Inner::Tree(_) => {
                let mut children = Vec::new();
                for entry in TreeRefIter::from_bytes(data, self.objects.hash()) {
                    let entry = entry.doing("read a tree")?;
                    children.push(Child {
                        name: entry.filename,
                        kind: entry.mode.kind(),
                        id: Some(entry.oid.to_owned()),
                        part: None,
                    });
                }
                children
            }
        };
        // In a tree that Git made each name stands behind the one before.
        let sorted = children.is_sorted_by(|a, b| compare(a, b) == Ordering::Less);
        Ok(if sorted { Ok(children) } else { Err(Odd) })
    }

    fn object(&self, id: gix::ObjectId) -> Result<Rc<Vec<u8>>, Error> {
        if let Some(known) = self.read.borrow().get(&id) {
            return Ok(Rc::clone(known));
        }
        let data = Rc::new(self.objects.get(id, Kind::Tree)?);
        self.read.borrow_mut().insert(id, Rc::clone(&data));
        Ok(data)
    }
}

fn directory<'s>(child: Option<&Child<'s>>) -> Directory<'s> {
    Directory(match child {
        Some(Child {
            part: Some(part), ..
        }) => Inner::Index(part.clone()),
        Some(Child {
            kind: EntryKind::Tree,
            id: Some(id),
            ..
        }) => Inner::Tree(*id),
        _ => Inner::Nothing,
    })
}

/// Compares as Git sorts: a directory as if its name ended in a slash.
fn compare(one: &Child<'_>, other: &Child<'_>) -> Ordering {
    let end = |child: &Child<'_>| (child.kind == EntryKind::Tree).then_some(b'/');
    let one_name = one.name.iter().copied().chain(end(one));
    one_name.cmp(other.name.iter().copied().chain(end(other)))
}
