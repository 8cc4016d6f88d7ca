//! Writing objects.

use std::collections::HashSet;

use gix::objs::tree::{Entry, EntryKind};
use gix::objs::{Commit, Tree};

use crate::error::{Doing, Error};
use crate::repo::{Repo, Stamp};

/// A file of a tree to be written.
pub(crate) struct TreeFile<'a> {
    pub(crate) path: &'a str,
    pub(crate) bytes: &'a [u8],
    pub(crate) executable: bool,
}

impl Repo {
    /// Writes a tree of files; paths are relative to it.
    pub(crate) fn write_tree(&self, files: &[TreeFile<'_>]) -> Result<gix::ObjectId, Error> {
        let mut files: Vec<_> = files.iter().map(|file| (file.path, file)).collect();
        files.sort_unstable_by_key(|(path, _)| *path);
        self.write_subtree(&files)
    }

    fn write_subtree(&self, files: &[(&str, &TreeFile<'_>)]) -> Result<gix::ObjectId, Error> {
        let mut entries: Vec<Entry> = Vec::new();
        let mut directories = HashSet::new();
        let mut at = 0;
        while at < files.len() {
            let (path, file) = files[at];
            let (name, below) = match path.split_once('/') {
                Some((name, _)) => (name, true),
                None => (path, false),
            };
            if !below {
                let kind = if file.executable {
                    EntryKind::BlobExecutable
                } else {
                    EntryKind::Blob
                };
                let oid = self
                    .gix
                    .write_blob(file.bytes)
                    .doing("write an object")?
                    .detach();
                entries.push(Entry {
                    mode: kind.into(),
                    filename: name.into(),
                    oid,
                });
                at += 1;
                continue;
            }
            if !directories.insert(name) {
                at += 1;
                continue;
            }
            // Sorting by whole path may put `a-b` between `a` and `a/b`, so a directory's files are gathered.
            let inside: Vec<_> = files[at..]
                .iter()
                .filter_map(|(path, file)| {
                    let rest = path.strip_prefix(name)?.strip_prefix('/')?;
                    Some((rest, *file))
                })
                .collect();
            entries.push(Entry {
                mode: EntryKind::Tree.into(),
                filename: name.into(),
                oid: self.write_subtree(&inside)?,
            });
            at += 1;
        }
        entries.sort();
        let id = self
            .gix
            .write_object(&Tree { entries })
            .doing("write an object")?;
        Ok(id.detach())
    }

    /// Writes a commit that no reference names yet.
    pub(crate) fn write_commit(
        &self,
        tree: gix::ObjectId,
        parents: &[gix::ObjectId],
        message: &str,
        stamp: &Stamp,
    ) -> Result<gix::ObjectId, Error> {
        let who = gix::actor::Signature {
            name: stamp.by.name.as_str().into(),
            email: stamp.by.email.as_str().into(),
            time: gix::date::Time::new(stamp.seconds, 0),
        };
        let commit = Commit {
            tree,
            parents: parents.iter().copied().collect(),
            author: who.clone(),
            committer: who,
            encoding: None,
            message: message.into(),
            extra_headers: Vec::new(),
        };
        let id = self.gix.write_object(&commit).doing("write an object")?;
        Ok(id.detach())
    }

    /// Reads a file of a commit's tree.
    pub(crate) fn read_file_at(
        &self,
        commit: gix::ObjectId,
        path: &str,
    ) -> Result<Option<Vec<u8>>, Error> {
        let tree = self
            .gix
            .find_commit(commit)
            .doing("read a commit")?
            .tree()
            .doing("read a tree")?;
        let Some(entry) = tree.lookup_entry_by_path(path).doing("read a tree")? else {
            return Ok(None);
        };
        let object = entry.object().doing("read an object")?;
        Ok(Some(object.data.clone()))
    }
}

impl Repo {
    /// Reads a file as the last commit has it.
    #[must_use]
    pub fn read_at_head(&self, path: &str) -> Option<Vec<u8>> {
        let head = self.head_id().ok()??;
        self.read_file_at(head, path).ok()?
    }
}
