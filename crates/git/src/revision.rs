//! Revisions as people write them, and the commits that a commit in the making comes from.

use std::path::{Path, PathBuf};

use crate::error::{Doing, Error};
use crate::oid::Oid;
use crate::repo::Repo;
use crate::store::ObjectStore;

/// Two commits that are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// The old side.
    pub base: Oid,
    /// The new side.
    pub head: Oid,
}

impl Repo {
    /// Finds the commit that a revision names.
    ///
    /// # Errors
    ///
    /// Fails where it names nothing, more than one object, or no commit.
    pub fn commit_named(&self, objects: &ObjectStore, revision: &str) -> Result<Oid, Error> {
        let refuse = |why: String| Error::Revision {
            text: revision.to_owned(),
            why,
        };
        let whole = Oid::parse(revision).filter(|id| objects.has(*id));
        let id = match whole {
            Some(id) => id,
            None if self.has_reftable() => {
                let output = self
                    .git()
                    .args([
                        "rev-parse",
                        "--verify",
                        "--quiet",
                        "--end-of-options",
                        revision,
                    ])
                    .output()
                    .doing("run git")?;
                Oid::parse(&String::from_utf8_lossy(&output.stdout))
                    .ok_or_else(|| refuse("there is no such revision".to_owned()))?
            }
            None => Oid(self
                .gix
                .rev_parse_single(revision)
                .map_err(|_| refuse("there is no such revision".to_owned()))?
                .detach()),
        };
        objects
            .commit_of(id)?
            .ok_or_else(|| refuse("this is no commit".to_owned()))
    }

    /// Reads `BASE..HEAD` or `BASE...HEAD`; the latter compares with the merge base. A side left out is HEAD.
    ///
    /// # Errors
    ///
    /// Fails where it is no range, a side names no commit, or the two have nothing in common.
    pub fn compare(&self, objects: &ObjectStore, range: &str) -> Result<Comparison, Error> {
        let refuse = |why: &str| Error::Revision {
            text: range.to_owned(),
            why: why.to_owned(),
        };
        let (base, head, from_merge_base) = match (range.split_once("..."), range.split_once(".."))
        {
            (Some((base, head)), _) => (base, head, true),
            (None, Some((base, head))) => (base, head, false),
            (None, None) => return Err(refuse("write BASE..HEAD or BASE...HEAD")),
        };
        let side = |text: &str| {
            let text = if text.is_empty() { "HEAD" } else { text };
            self.commit_named(objects, text)
        };
        let (base, head) = (side(base)?, side(head)?);
        let base = if from_merge_base {
            objects.merge_base(base, head)?.ok_or_else(|| {
                refuse(
                    "the two have no commit in common here; a shallow clone lacks it: fetch more, or with --unshallow",
                )
            })?
        } else {
            base
        };
        Ok(Comparison { base, head })
    }

    /// Returns the commit that HEAD names; `None` before the first one.
    ///
    /// # Errors
    ///
    /// Fails where HEAD cannot be read.
    pub fn head_commit(&self) -> Result<Option<Oid>, Error> {
        Ok(self.head_id()?.map(Oid))
    }

    /// Returns the known parents of a commit in the making: HEAD, and what is being merged.
    ///
    /// `environment` holds the names of this process's variables: `git merge` says what it merges in `GITHEAD_<id>`.
    ///
    /// # Errors
    ///
    /// Fails where HEAD cannot be read.
    pub fn parents_in_the_making(
        &self,
        environment: impl IntoIterator<Item = String>,
    ) -> Result<Vec<Oid>, Error> {
        let mut parents: Vec<Oid> = self.head_commit()?.into_iter().collect();
        let merging =
            std::fs::read_to_string(self.git_dir().join("MERGE_HEAD")).unwrap_or_default();
        parents.extend(merging.lines().filter_map(Oid::parse));
        let mut named: Vec<Oid> = environment
            .into_iter()
            .filter_map(|name| Oid::parse(name.strip_prefix("GITHEAD_")?))
            .collect();
        named.sort();
        parents.extend(named);
        let mut seen = std::collections::HashSet::new();
        parents.retain(|id| seen.insert(*id));
        Ok(parents)
    }

    /// Returns what the references under some prefixes name.
    ///
    /// # Errors
    ///
    /// Fails where references cannot be read.
    pub fn targets_under(&self, prefixes: &[&str]) -> Result<Vec<Oid>, Error> {
        let mut targets = Vec::new();
        for prefix in prefixes {
            targets.extend(self.refs_under(prefix)?.into_iter().map(|(_, id)| Oid(id)));
        }
        targets.sort();
        targets.dedup();
        Ok(targets)
    }

    /// Returns the commit that a reference names.
    ///
    /// # Errors
    ///
    /// Fails where references cannot be read.
    pub fn target_of(&self, reference: &str) -> Result<Option<Oid>, Error> {
        Ok(self.read_ref(reference)?.map(Oid))
    }

    /// Tells whether references are kept in a form that only `git` itself reads here.
    #[must_use]
    pub fn has_reftable(&self) -> bool {
        self.uses_reftable()
    }

    /// Returns the Git directory that all worktrees share.
    #[must_use]
    pub fn common_dir(&self) -> PathBuf {
        let common = self.gix.common_dir();
        std::fs::canonicalize(common).unwrap_or_else(|_| common.to_owned())
    }

    /// Tells whether the repository has no worktree.
    #[must_use]
    pub fn is_bare(&self) -> bool {
        self.gix.workdir().is_none()
    }

    /// Returns the index file: the one that Git named in `GIT_INDEX_FILE`, else the worktree's own.
    ///
    /// A name that is not absolute counts from where Git starts a hook, the root of the worktree.
    #[must_use]
    pub fn index_file(&self, named: Option<&Path>) -> PathBuf {
        match named {
            None => self.git_dir().join("index"),
            Some(file) if file.is_absolute() => file.to_owned(),
            Some(file) => self
                .gix
                .workdir()
                .map_or_else(|| file.to_owned(), |root| root.join(file)),
        }
    }
}
