//! Branches of hnp's own: commits made from values, without worktree, index or HEAD.

use std::path::{Path, PathBuf};

use gix::objs::tree::EntryKind;
use gix::refs::transaction::{Change, PreviousValue, RefEdit, RefLog};

use crate::error::{Doing, Error};
use crate::history::NewCommits;
use crate::oid::Oid;
use crate::repo::{Repo, Stamp};
use crate::store::ObjectStore;

/// Where Git remembers in a worktree which branch a rebase that is under way will move.
const REBASES: [&str; 2] = ["rebase-merge/head-name", "rebase-apply/head-name"];

/// One file of a tree that is made from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TreeChange<'c> {
    /// Path from the root.
    pub path: &'c str,
    /// What it will hold; `None` removes it.
    pub bytes: Option<&'c [u8]>,
}

/// A commit that a branch has and its base has not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ahead {
    /// Its id.
    pub id: Oid,
    /// Its tree.
    pub tree: Oid,
    /// Its parents.
    pub parents: Vec<Oid>,
    /// Its message.
    pub message: String,
    /// Who committed it, for people.
    pub committer: String,
}

impl Repo {
    /// Writes the tree of a commit with some files changed. Modes of files that stay are kept.
    ///
    /// # Errors
    ///
    /// Fails where an object cannot be read or written, or a file lies where a directory must be.
    pub fn write_changed_tree(
        &self,
        commit: Oid,
        changes: &[TreeChange<'_>],
    ) -> Result<Oid, Error> {
        let tree = self
            .gix
            .find_commit(commit.0)
            .doing("read a commit")?
            .tree()
            .doing("read a tree")?;
        let mut editor = self.gix.edit_tree(tree.id).doing("read a tree")?;
        for change in changes {
            let Some(bytes) = change.bytes else {
                editor
                    .remove(change.path)
                    .doing("take a file out of a tree")?;
                continue;
            };
            let parts: Vec<&str> = change.path.split('/').collect();
            for end in 1..parts.len() {
                let above = parts[..end].join("/");
                let there = tree.lookup_entry_by_path(&above).doing("read a tree")?;
                if there.is_some_and(|entry| !entry.mode().is_tree()) {
                    return Err(Error::git(format!("write {}", change.path))(&format!(
                        "{above} is a file, and a directory must be there"
                    )));
                }
            }
            let kind = tree
                .lookup_entry_by_path(change.path)
                .doing("read a tree")?
                .map_or(EntryKind::Blob, |entry| match entry.mode().kind() {
                    EntryKind::BlobExecutable => EntryKind::BlobExecutable,
                    _ => EntryKind::Blob,
                });
            let blob = self.gix.write_blob(bytes).doing("write an object")?;
            editor
                .upsert(change.path, kind, blob.detach())
                .doing("put a file into a tree")?;
        }
        Ok(Oid(editor.write().doing("write a tree")?.detach()))
    }

    /// Writes a commit that no reference names yet.
    ///
    /// # Errors
    ///
    /// Fails where the object database cannot be written.
    pub fn write_commit_on(
        &self,
        parent: Oid,
        tree: Oid,
        message: &str,
        stamp: &Stamp,
    ) -> Result<Oid, Error> {
        self.write_commit(tree.0, &[parent.0], message, stamp)
            .map(Oid)
    }

    /// Returns the commit that a branch names; `None` where there is no such branch.
    ///
    /// # Errors
    ///
    /// Fails where references cannot be read.
    pub fn branch_tip(&self, branch: &str) -> Result<Option<Oid>, Error> {
        self.target_of(&full(branch))
    }

    /// Returns what remotes are known to have of a branch: `origin/NAME` with its commit, by name.
    ///
    /// # Errors
    ///
    /// Fails where references cannot be read.
    pub fn remote_tips(&self, branch: &str) -> Result<Vec<(String, Oid)>, Error> {
        let end = format!("/{branch}");
        let remote_of = |name: &str| {
            let short = name.strip_prefix(REMOTES)?;
            let remote = short.strip_suffix(&end)?;
            // A remote's name may hold a slash; so may that of a branch which merely ends like this one.
            let is_one =
                !remote.contains('/') || self.config(&format!("remote.{remote}.url")).is_some();
            is_one.then(|| short.to_owned())
        };
        Ok(self
            .refs_under(REMOTES)?
            .into_iter()
            .filter_map(|(name, id)| Some((remote_of(&name)?, Oid(id))))
            .collect())
    }

    /// Moves a branch from one commit to another, or makes it where it must not be there yet.
    ///
    /// # Errors
    ///
    /// [`Error::Moved`] where it is not at `from`.
    pub fn move_branch(
        &self,
        branch: &str,
        from: Option<Oid>,
        to: Oid,
        why: &str,
    ) -> Result<(), Error> {
        self.swap_ref(&full(branch), from.map(|id| id.0), to.0, why)
    }

    /// Removes a branch that is at a commit.
    ///
    /// # Errors
    ///
    /// [`Error::Moved`] where it is not there.
    pub fn remove_branch(&self, branch: &str, at: Oid) -> Result<(), Error> {
        let name = full(branch);
        if self.uses_reftable() {
            let output = self
                .git()
                .args(["update-ref", "-d", &name, &at.to_string()])
                .output()
                .doing("run git")?;
            return if output.status.success() {
                Ok(())
            } else {
                Err(Error::Moved(name))
            };
        }
        let edit = RefEdit {
            change: Change::Delete {
                expected: PreviousValue::MustExistAndMatch(at.0.into()),
                log: RefLog::AndReference,
            },
            name: name.as_str().try_into().doing("name a branch")?,
            deref: false,
        };
        for try_again in [true, false] {
            match self.gix.edit_reference(edit.clone()) {
                Ok(_) => return Ok(()),
                Err(_) if try_again && self.clear_dead_lock(&name) => {}
                Err(error) if self.read_ref(&name)? == Some(at.0) => {
                    return Err(Error::git(format!("remove {name}"))(&error));
                }
                Err(_) => break,
            }
        }
        Err(Error::Moved(name))
    }

    /// Returns the worktree in which a branch is checked out, or is being rebased.
    ///
    /// # Errors
    ///
    /// Fails where Git cannot list the worktrees.
    pub fn checked_out_in(&self, branch: &str) -> Result<Option<PathBuf>, Error> {
        let name = full(branch);
        let output = self
            .git()
            .args(["worktree", "list", "--porcelain"])
            .output()
            .doing("run git")?;
        if !output.status.success() {
            return Err(Error::git("list the worktrees")(
                &String::from_utf8_lossy(&output.stderr).trim(),
            ));
        }
        let text = String::from_utf8_lossy(&output.stdout);
        let mut place = None;
        for line in text.lines() {
            if let Some(path) = line.strip_prefix("worktree ") {
                place = Some(PathBuf::from(path));
            } else if line.strip_prefix("branch ") == Some(name.as_str()) {
                return Ok(place);
            }
        }
        Ok(self.rebased_in(&name))
    }

    fn rebased_in(&self, name: &str) -> Option<PathBuf> {
        let common = self.common_dir();
        let linked = std::fs::read_dir(common.join("worktrees"));
        let linked = linked
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path());
        std::iter::once(common.clone()).chain(linked).find(|dir| {
            REBASES
                .iter()
                .any(|file| first_line(&dir.join(file)) == name)
        })
    }

    /// Returns the commits that a tip has and a base has not, newest first, at most a number of them.
    ///
    /// # Errors
    ///
    /// Fails where one of the two is not there.
    pub fn ahead(
        &self,
        objects: &ObjectStore,
        base: Oid,
        tip: Oid,
        most: usize,
    ) -> Result<Vec<Ahead>, Error> {
        let NewCommits { mut commits, .. } = objects.new_commits(&[tip], &[base], most)?;
        commits.reverse();
        commits
            .into_iter()
            .map(|id| {
                let commit = self.gix.find_commit(id.0).doing("read a commit")?;
                let committer = commit.committer().doing("read a commit")?;
                Ok(Ahead {
                    id,
                    tree: Oid(commit.tree_id().doing("read a commit")?.detach()),
                    parents: commit.parent_ids().map(|id| Oid(id.detach())).collect(),
                    message: commit.message_raw_sloppy().to_string(),
                    committer: committer.name.to_string(),
                })
            })
            .collect()
    }

    /// Tells whether a commit is another one or comes from it, as far as the history here goes.
    ///
    /// # Errors
    ///
    /// Fails where one of the two is not there.
    pub fn comes_from(
        &self,
        objects: &ObjectStore,
        commit: Oid,
        other: Oid,
    ) -> Result<bool, Error> {
        Ok(commit == other || objects.merge_base(commit, other)? == Some(other))
    }
}

/// Where the branches of remotes are kept.
const REMOTES: &str = "refs/remotes/";

fn full(branch: &str) -> String {
    format!("refs/heads/{branch}")
}

fn first_line(file: &Path) -> String {
    std::fs::read_to_string(file)
        .unwrap_or_default()
        .lines()
        .next()
        .unwrap_or_default()
        .to_owned()
}
