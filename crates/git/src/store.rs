//! Objects, read from many threads, and from a push that is not accepted yet.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use gix::objs::Kind;
use gix::odb::pack::Find;
use gix::odb::{HandleArc, Store};

use crate::error::{Doing, Error};
use crate::loose::Loose;
use crate::oid::Oid;
use crate::pack_cache::PackCache;
use crate::repo::Repo;

/// Most bytes that one object may need: beyond it stands what no file of a fabric is.
const LARGEST_OBJECT: usize = 80 << 20;
/// How deep alternates of alternates are followed, as Git does.
const ALTERNATES_DEPTH: usize = 5;

/// Where objects lie besides the repository's own directory: what Git tells a hook of a push that is not accepted yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ObjectDirectories {
    /// `GIT_OBJECT_DIRECTORY`: in pre-receive the quarantine.
    pub first: Option<PathBuf>,
    /// `GIT_ALTERNATE_OBJECT_DIRECTORIES`.
    pub alternates: Vec<PathBuf>,
    /// `GIT_SHALLOW_FILE`: where histories end, for a push from a shallow clone.
    pub shallow: Option<PathBuf>,
}

impl ObjectDirectories {
    /// Reads them from the environment of this process.
    #[must_use]
    pub fn from_environment() -> Self {
        let path = |name: &str| {
            std::env::var_os(name)
                .filter(|value| !value.is_empty())
                .map(PathBuf::from)
        };
        Self {
            first: path("GIT_OBJECT_DIRECTORY"),
            alternates: std::env::var_os("GIT_ALTERNATE_OBJECT_DIRECTORIES")
                .map(|list| split_list(&list))
                .unwrap_or_default(),
            shallow: path("GIT_SHALLOW_FILE"),
        }
    }
}

/// Splits a list of directories; one that stands in quotes is read as a C string, as Git does.
fn split_list(list: &std::ffi::OsStr) -> Vec<PathBuf> {
    if !list.to_string_lossy().contains('"') {
        return std::env::split_paths(list)
            .filter(|path| !path.as_os_str().is_empty())
            .collect();
    }
    let text = list.to_string_lossy();
    let mut found = Vec::new();
    let mut rest: &str = &text;
    while !rest.is_empty() {
        let mut one = String::new();
        if let Some(quoted) = rest.strip_prefix('"') {
            let mut characters = quoted.char_indices();
            let mut end = quoted.len();
            while let Some((at, character)) = characters.next() {
                match character {
                    '"' => {
                        end = at + 1;
                        break;
                    }
                    '\\' => one.extend(characters.next().map(|(_, escaped)| match escaped {
                        'n' => '\n',
                        't' => '\t',
                        'r' => '\r',
                        other => other,
                    })),
                    other => one.push(other),
                }
            }
            rest = quoted[end..].strip_prefix(':').unwrap_or(&quoted[end..]);
        } else {
            let (first, after) = rest.split_once(':').unwrap_or((rest, ""));
            one.push_str(first);
            rest = after;
        }
        if !one.is_empty() {
            found.push(PathBuf::from(one));
        }
    }
    found
}

/// The objects of a repository. Any number of threads may read at once; nothing is ever written.
pub struct ObjectStore {
    stores: Vec<Arc<Store>>,
    directories: Vec<PathBuf>,
    idle: Mutex<Vec<Reader>>,
    /// Whether the last object lay in a file of its own: the next one most likely does too.
    is_loose: AtomicBool,
    hash: gix::hash::Kind,
    pub(crate) shallow: HashSet<gix::ObjectId>,
}

/// What a thread reads objects with.
struct Reader {
    handles: Vec<HandleArc>,
    loose: Loose,
}

impl Repo {
    /// Opens the repository's objects for reading.
    ///
    /// Directories are asked in turn: the first one, its alternates, the repository's own, and theirs.
    ///
    /// # Errors
    ///
    /// Fails where a directory is there and cannot be read.
    pub fn objects(&self, directories: &ObjectDirectories) -> Result<ObjectStore, Error> {
        let hash = self.gix.object_hash();
        let common = self.gix.common_dir();
        let mut wanted: Vec<PathBuf> = Vec::new();
        let starts = directories
            .first
            .iter()
            .chain(&directories.alternates)
            .cloned()
            .chain([common.join("objects")]);
        for start in starts {
            with_alternates(&start, 0, &mut wanted);
        }
        let mut stores = Vec::new();
        for directory in &wanted {
            stores.push(Arc::new(open(directory, hash)?));
        }
        let shallow_file = directories
            .shallow
            .clone()
            .unwrap_or_else(|| common.join("shallow"));
        let shallow = std::fs::read_to_string(shallow_file)
            .unwrap_or_default()
            .lines()
            .filter_map(|line| gix::ObjectId::from_hex(line.as_bytes()).ok())
            .collect();
        Ok(ObjectStore {
            stores,
            directories: wanted,
            idle: Mutex::new(Vec::new()),
            is_loose: AtomicBool::new(true),
            hash,
            shallow,
        })
    }
}

fn open(directory: &Path, hash: gix::hash::Kind) -> Result<Store, Error> {
    let options = gix::odb::store::init::Options {
        alloc_limit_bytes: Some(LARGEST_OBJECT),
        ..Default::default()
    };
    Store::at_opts(directory.to_owned(), hash, &mut std::iter::empty(), options)
        .doing("open the object database")
}

/// Adds a directory and what its `info/alternates` names; relative names count from the directory that holds the file.
fn with_alternates(directory: &Path, depth: usize, found: &mut Vec<PathBuf>) {
    let Ok(directory) = std::fs::canonicalize(directory) else {
        return;
    };
    if depth > ALTERNATES_DEPTH || found.contains(&directory) || !directory.is_dir() {
        return;
    }
    found.push(directory.clone());
    let text = std::fs::read_to_string(directory.join("info/alternates")).unwrap_or_default();
    for line in text.lines() {
        if !line.is_empty() && !line.starts_with('#') {
            for path in split_list(std::ffi::OsStr::new(line)) {
                with_alternates(&directory.join(path), depth + 1, found);
            }
        }
    }
}

impl ObjectStore {
    pub(crate) fn hash(&self) -> gix::hash::Kind {
        self.hash
    }

    /// Reads an object of any kind.
    pub(crate) fn find(&self, id: gix::ObjectId) -> Result<Option<(Kind, Vec<u8>)>, Error> {
        let mut reader = self.borrow();
        let mut found = self.find_with(&mut reader, id);
        self.give_back(reader);
        if !matches!(found, Ok(Some(_))) {
            // A repack may have moved it since: look at the disk again, once.
            let fresh: Vec<_> = self.stores.iter().map(Store::to_cache_arc).collect();
            found = ask(&fresh, id).map(|found| found.map(|found| found.object));
        }
        found
    }

    fn find_with(
        &self,
        reader: &mut Reader,
        id: gix::ObjectId,
    ) -> Result<Option<(Kind, Vec<u8>)>, Error> {
        if self.is_loose.load(Ordering::Relaxed) {
            let loose = &mut reader.loose;
            let mut directories = self.directories.iter();
            if let Some(object) = directories.find_map(|directory| loose.find(directory, id)) {
                return Ok(Some(object));
            }
        }
        let found = ask(&reader.handles, id)?;
        Ok(found.map(|found| {
            self.is_loose.store(!found.is_packed, Ordering::Relaxed);
            found.object
        }))
    }

    /// Reads an object that must be there, of a certain kind.
    pub(crate) fn get(&self, id: gix::ObjectId, wanted: Kind) -> Result<Vec<u8>, Error> {
        match self.find(id)? {
            Some((kind, data)) if kind == wanted => Ok(data),
            Some((kind, _)) => Err(Error::git(format!("read {wanted} {id}"))(&format!(
                "it is a {kind}"
            ))),
            None => Err(Error::git(format!("read {wanted} {id}"))(
                &"the object is not there; a partial or damaged clone lacks it. `git fsck` tells more",
            )),
        }
    }

    /// Reads a blob, of one larger than a limit only that it is: the result is one byte longer than the limit then.
    ///
    /// # Errors
    ///
    /// Fails where it is not there or cannot be read.
    pub fn blob(&self, id: Oid, limit: usize) -> Result<Vec<u8>, Error> {
        match self.get(id.0, Kind::Blob) {
            Ok(data) if data.len() <= limit => Ok(data),
            Ok(mut data) => {
                data.truncate(limit.saturating_add(1));
                Ok(data)
            }
            Err(error) => match self.size(id.0) {
                Some(size) if size > limit as u64 => Ok(vec![b' '; limit.saturating_add(1)]),
                _ => Err(error),
            },
        }
    }

    /// Tells whether an object is there.
    #[must_use]
    pub fn has(&self, id: Oid) -> bool {
        self.size(id.0).is_some()
    }

    fn size(&self, id: gix::ObjectId) -> Option<u64> {
        use gix::odb::Header;
        self.stores.iter().find_map(|store| {
            let header = store.to_cache_arc().try_header(&id).ok()??;
            Some(header.size())
        })
    }

    fn borrow(&self) -> Reader {
        let idle = self
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        idle.unwrap_or_else(|| {
            let handle = |store: &Arc<Store>| {
                let mut handle = store.to_cache_arc();
                // What one directory lacks the next one has: looking at the disk again each time would cost more than reading.
                handle.refresh_never();
                handle.set_pack_cache(|| Box::new(PackCache::default()));
                handle
            };
            Reader {
                handles: self.stores.iter().map(handle).collect(),
                loose: Loose::default(),
            }
        })
    }

    fn give_back(&self, reader: Reader) {
        self.idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(reader);
    }
}

/// An object, and how it was kept.
struct Found {
    object: (Kind, Vec<u8>),
    is_packed: bool,
}

fn ask(handles: &[HandleArc], id: gix::ObjectId) -> Result<Option<Found>, Error> {
    let mut broken = None;
    let mut buffer = Vec::new();
    for handle in handles {
        match handle.try_find(&id, &mut buffer) {
            Ok(Some((data, place))) => {
                let kind = data.kind;
                return Ok(Some(Found {
                    object: (kind, buffer),
                    is_packed: place.is_some(),
                }));
            }
            Ok(None) => {}
            Err(error) => broken = Some(Error::git(format!("read object {id}"))(&error)),
        }
    }
    broken.map_or(Ok(None), Err)
}
