//! The `Forge` that is this repository: branches under `refs/heads/`.

use std::sync::Arc;

use hnp_git::{ObjectStore, Oid, Repo, Stamp, TreeChange};
use hnp_state::STATE_PATH;
use hnp_sync::forge::{Ahead, Copy, FileChange, Forge, Proposal, Standing};

use crate::failure::Failure;

/// Most commits of a branch that are looked at; of a longer one the rest counts as somebody else's.
const MOST_AHEAD: usize = 1000;

/// Branches of a repository.
pub(in super::super) struct GitBranches<'r> {
    /// The repository.
    pub(in super::super) repo: &'r Repo,
    /// Its objects.
    pub(in super::super) objects: &'r Arc<ObjectStore>,
    /// When commits are made, and by whom.
    pub(in super::super) stamp: Stamp,
}

impl GitBranches<'_> {
    /// Says what remotes are known to have of a branch.
    ///
    /// # Errors
    ///
    /// Exit 3 where it cannot be read.
    pub(in super::super) fn copies(&self, branch: &str, base: &str) -> Result<Vec<Copy>, Failure> {
        let tips = self.repo.remote_tips(branch)?;
        tips.into_iter()
            .map(|(name, tip)| {
                let standing = self.standing_of(tip, base)?;
                Ok(Copy { name, standing })
            })
            .collect()
    }

    fn standing_of(&self, tip: Oid, base: &str) -> Result<Standing, Failure> {
        let mut ahead = Vec::new();
        let commits = self.repo.ahead(self.objects, oid(base)?, tip, MOST_AHEAD)?;
        for commit in commits {
            let answers = commit.message.contains("conflict_resolution");
            ahead.push(Ahead {
                only_state: answers && self.only_state(&commit)?,
                id: commit.id.to_string(),
                tree: commit.tree.to_string(),
                parents: commit.parents.iter().map(Oid::to_string).collect(),
                message: commit.message,
                committer: commit.committer,
            });
        }
        Ok(Standing {
            tip: Some(tip.to_string()),
            tree: self.objects.tree_of(tip)?.map(|tree| tree.to_string()),
            ahead,
            checked_out: None,
        })
    }

    fn only_state(&self, commit: &hnp_git::Ahead) -> Result<bool, hnp_git::Error> {
        let [parent] = commit.parents.as_slice() else {
            return Ok(false);
        };
        let tree = hnp_git::Snapshot::of(Arc::clone(self.objects), commit.id)?;
        let state = tree.read(STATE_PATH, usize::MAX - 1)?;
        let change = TreeChange {
            path: STATE_PATH,
            bytes: state.as_deref(),
        };
        Ok(self.repo.write_changed_tree(*parent, &[change])? == commit.tree)
    }
}

fn oid(text: &str) -> Result<Oid, Failure> {
    Oid::parse(text)
        .ok_or_else(|| Failure::Environment(format!("`{text}` is no name of a Git object")))
}

impl Forge for GitBranches<'_> {
    type Error = Failure;

    fn standing(&self, branch: &str, base: &str) -> Result<Standing, Failure> {
        let Some(tip) = self.repo.branch_tip(branch)? else {
            return Ok(Standing::default());
        };
        Ok(Standing {
            checked_out: self
                .repo
                .checked_out_in(branch)?
                .map(|place| place.display().to_string()),
            ..self.standing_of(tip, base)?
        })
    }

    fn tree(&self, commit: &str, changes: &[FileChange]) -> Result<String, Failure> {
        let changes: Vec<TreeChange<'_>> = changes
            .iter()
            .map(|change| TreeChange {
                path: &change.path,
                bytes: change.bytes.as_deref(),
            })
            .collect();
        Ok(self
            .repo
            .write_changed_tree(oid(commit)?, &changes)?
            .to_string())
    }

    fn propose(&self, proposal: &Proposal<'_>) -> Result<String, Failure> {
        let commit = self.repo.write_commit_on(
            oid(proposal.base)?,
            oid(proposal.tree)?,
            proposal.message,
            &self.stamp,
        )?;
        hnp_local::fail::point("branch committed");
        let from = proposal.from.map(oid).transpose()?;
        self.repo
            .move_branch(proposal.branch, from, commit, "hnp sync")?;
        Ok(commit.to_string())
    }

    fn withdraw(&self, branch: &str, tip: &str) -> Result<(), Failure> {
        Ok(self.repo.remove_branch(branch, oid(tip)?)?)
    }
}
