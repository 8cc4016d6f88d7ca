//! What an operation touched, kept with its record: trees of the files before and after it.

use std::collections::BTreeMap;

use gix::objs::Tree;
use gix::objs::tree::{Entry, EntryKind};

use crate::backup::BackupFile;
use crate::error::{Doing, Error};
use crate::ledger::RECORD;
use crate::objects::TreeFile;
use crate::repo::Repo;

/// The trees in a record's commit.
const BEFORE: &str = "before";
const AFTER: &str = "after";

/// The trees of what an operation touched, by their ids; a path that one of them lacks held nothing then.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// Files as they were before.
    pub before: String,
    /// Files as they were afterwards.
    pub after: String,
}

/// A record as the ledger has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logged {
    /// The record.
    pub record: String,
    /// What the operation touched, before and after, each sorted by path; `None` where that was not kept.
    pub files: Option<(Vec<BackupFile>, Vec<BackupFile>)>,
}

/// A record with the names of what its operation touched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Touched {
    /// The record.
    pub record: String,
    /// Every path that was touched, with the Git object that was left there; `None` where nothing was.
    pub left: BTreeMap<String, Option<String>>,
}

impl Repo {
    /// Returns the newest records with what each of them left, newest first. Records that kept no files are passed over.
    ///
    /// # Errors
    ///
    /// Fails where an object of the ledger cannot be read.
    pub fn touched(&self, limit: usize) -> Result<Vec<Touched>, Error> {
        let (mut all, mut seen) = (Vec::new(), 0);
        self.walk_log(&mut |at| {
            seen += 1;
            if let (Some(record), Some(before), Some(after)) = (
                self.read_file_at(at.id, RECORD)?,
                self.tree_below(at.id, BEFORE)?,
                self.tree_below(at.id, AFTER)?,
            ) {
                let mut left: BTreeMap<String, Option<String>> = BTreeMap::new();
                self.walk_tree(before, &mut |path, _| {
                    left.insert(path, None);
                    Ok(())
                })?;
                self.walk_tree(after, &mut |path, id| {
                    left.insert(path, Some(id.to_string()));
                    Ok(())
                })?;
                all.push(Touched {
                    record: String::from_utf8_lossy(&record).into_owned(),
                    left,
                });
            }
            Ok(seen < limit)
        })?;
        Ok(all)
    }

    /// Writes files as a tree that nothing names yet, and returns its id.
    ///
    /// # Errors
    ///
    /// Fails where the object database cannot be written.
    pub fn write_files(&self, files: &[BackupFile]) -> Result<String, Error> {
        let files: Vec<_> = files
            .iter()
            .map(|file| TreeFile {
                path: &file.path,
                bytes: &file.bytes,
                executable: false,
            })
            .collect();
        Ok(self.write_tree(&files)?.to_string())
    }

    /// Writes the tree of a record's commit.
    pub(crate) fn write_record(
        &self,
        record: &str,
        kept: Option<&Kept>,
    ) -> Result<gix::ObjectId, Error> {
        let record = self
            .gix
            .write_blob(record.as_bytes())
            .doing("write an object")?
            .detach();
        let mut entries = vec![entry(EntryKind::Blob, RECORD, record)];
        if let Some(kept) = kept {
            for (name, hex) in [(BEFORE, &kept.before), (AFTER, &kept.after)] {
                let id = gix::ObjectId::from_hex(hex.as_bytes()).doing("read an id")?;
                entries.push(entry(EntryKind::Tree, name, id));
            }
        }
        entries.sort();
        let id = self
            .gix
            .write_object(&Tree { entries })
            .doing("write an object")?;
        Ok(id.detach())
    }

    /// Finds a record by its operation's whole id, with what the operation touched.
    ///
    /// # Errors
    ///
    /// Fails where an object of the ledger cannot be read.
    pub fn read_logged(&self, id: &str) -> Result<Option<Logged>, Error> {
        let mut found = None;
        self.walk_log(&mut |at| {
            if at.operation() == Some(id) {
                found = Some(at.id);
            }
            Ok(found.is_none())
        })?;
        let Some(at) = found else { return Ok(None) };
        let Some(record) = self.read_file_at(at, RECORD)? else {
            return Ok(None);
        };
        let before = self.files_below(at, BEFORE)?;
        let after = self.files_below(at, AFTER)?;
        Ok(Some(Logged {
            record: String::from_utf8_lossy(&record).into_owned(),
            files: before.zip(after),
        }))
    }

    /// Returns every file of a commit's tree, or of one directory of it.
    ///
    /// # Errors
    ///
    /// Fails where the commit or an object of it cannot be read.
    pub fn files_of(&self, commit: &str) -> Result<Vec<BackupFile>, Error> {
        let id = gix::ObjectId::from_hex(commit.as_bytes()).doing("read an id")?;
        let tree = self
            .gix
            .find_commit(id)
            .doing("read a commit")?
            .tree_id()
            .doing("read a tree")?
            .detach();
        self.files_of_tree(tree)
    }

    fn files_below(
        &self,
        commit: gix::ObjectId,
        directory: &str,
    ) -> Result<Option<Vec<BackupFile>>, Error> {
        let tree = self.tree_below(commit, directory)?;
        tree.map(|tree| self.files_of_tree(tree)).transpose()
    }

    fn tree_below(
        &self,
        commit: gix::ObjectId,
        directory: &str,
    ) -> Result<Option<gix::ObjectId>, Error> {
        let tree = self
            .gix
            .find_commit(commit)
            .doing("read a commit")?
            .tree()
            .doing("read a tree")?;
        Ok(tree
            .lookup_entry_by_path(directory)
            .doing("read a tree")?
            .filter(|entry| entry.mode().is_tree())
            .map(|entry| entry.object_id()))
    }

    fn files_of_tree(&self, tree: gix::ObjectId) -> Result<Vec<BackupFile>, Error> {
        let mut files = Vec::new();
        self.walk_tree(tree, &mut |path, id| {
            let object = self.gix.find_object(id).doing("read an object")?;
            files.push(BackupFile {
                path,
                bytes: object.data.clone(),
            });
            Ok(())
        })?;
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(files)
    }

    fn walk_tree(&self, tree: gix::ObjectId, visit: VisitFile<'_>) -> Result<(), Error> {
        let mut open = vec![(tree, String::new())];
        while let Some((id, prefix)) = open.pop() {
            let tree = self.gix.find_tree(id).doing("read a tree")?;
            for entry in tree.iter() {
                let entry = entry.doing("read a tree")?;
                let path = format!("{prefix}{}", entry.filename());
                if entry.mode().is_tree() {
                    open.push((entry.object_id(), format!("{path}/")));
                } else if entry.mode().is_blob() {
                    visit(path, entry.object_id())?;
                }
            }
        }
        Ok(())
    }
}

/// What is done with every file of a tree.
type VisitFile<'v> = &'v mut dyn FnMut(String, gix::ObjectId) -> Result<(), Error>;

fn entry(kind: EntryKind, name: &str, oid: gix::ObjectId) -> Entry {
    Entry {
        mode: kind.into(),
        filename: name.into(),
        oid,
    }
}
