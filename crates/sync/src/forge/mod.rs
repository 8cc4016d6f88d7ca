//! The port `Forge`: a plan carried as one commit on a branch of its own, for people to look at and merge.
//!
//! hnp owns one branch for each fabric and makes it anew from its base each time, as one commit. What it may do to a branch
//! that is there follows from values alone, in [`next`]: a branch that holds a commit of somebody else's is never touched.

mod remote;
mod state;
mod taken;

use crate::plan::{FileOp, Plan};

pub use remote::{Copy, Source, source};
pub use state::branch_state;
pub use taken::{Taken, Values, take, values};

/// Trailer that holds the id of a commit's tree: it tells hnp's own commit from one that somebody amended or rebased.
pub const TREE_TRAILER: &str = "Hnp-Tree";

/// What every branch's name begins with.
pub const BRANCH_PREFIX: &str = "hnp-sync-";

/// Returns the name of a fabric's branch.
#[must_use]
pub fn branch_of(fabric: &str) -> String {
    format!("{BRANCH_PREFIX}{fabric}")
}

/// How a fabric's branch stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// The branch's last commit; `None` where there is no branch.
    pub tip: Option<String>,
    /// Tree of that commit.
    pub tree: Option<String>,
    /// Commits that the base does not have, newest first.
    pub ahead: Vec<Ahead>,
    /// Where somebody has it checked out.
    pub checked_out: Option<String>,
}

/// A commit of the branch that the base does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ahead {
    /// Its id.
    pub id: String,
    /// Its tree.
    pub tree: String,
    /// Its parents.
    pub parents: Vec<String>,
    /// Its message.
    pub message: String,
    /// Who committed it.
    pub committer: String,
    /// It changes nothing but `.hnp/state.toml`.
    pub only_state: bool,
}

impl Ahead {
    /// Tells whether hnp made it and nobody has changed it since, or it is a person's answer given by `hnp resolve`.
    #[must_use]
    pub fn is_own(&self) -> bool {
        self.trailer("Hnp-Op").is_some()
            && self.parents.len() == 1
            && (self.is_answer() || self.trailer(TREE_TRAILER) == Some(&self.tree))
    }

    /// Tells whether it is a person's answer to a conflict.
    pub(super) fn is_answer(&self) -> bool {
        self.only_state && self.trailer("Hnp-Action") == Some("conflict_resolution")
    }

    fn trailer(&self, name: &str) -> Option<&str> {
        self.message.lines().rev().find_map(|line| {
            let (found, value) = line.split_once(':')?;
            (found == name).then(|| value.trim())
        })
    }
}

impl Standing {
    /// Returns the commits that somebody else made.
    pub fn foreign(&self) -> impl Iterator<Item = &Ahead> {
        self.ahead.iter().filter(|commit| !commit.is_own())
    }

    /// Tells whether the branch is hnp's own work on just this base.
    #[must_use]
    pub fn is_current(&self, base: &str) -> bool {
        self.foreign().next().is_none()
            && self
                .ahead
                .last()
                .is_some_and(|first| first.parents.first().is_some_and(|parent| parent == base))
    }
}

/// What is to happen to a branch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Nothing: it is as it should be.
    Nothing,
    /// It is made, or made anew, from the base; what it must be at before.
    Write {
        /// The commit that it must name now; `None` where it must not be there.
        from: Option<String>,
    },
    /// It goes: Git and the GUI came to the same without it.
    Remove {
        /// The commit that it must name now.
        tip: String,
    },
    /// It stays, since commits of somebody else's are on it.
    Frozen {
        /// The newest of them, and who made it.
        commit: String,
        /// Who.
        by: String,
    },
    /// It stays, since what a remote has of it holds somebody's words that are not here.
    Apart {
        /// The remote's branch, such as `origin/hnp-sync-lab`.
        remote: String,
    },
    /// It stays, since somebody has it checked out.
    CheckedOut {
        /// Where.
        place: String,
    },
}

/// Decides what is to happen to a branch. `wish` is the tree that it should have on its base, `None` where there is nothing
/// to carry.
#[must_use]
pub fn next(standing: &Standing, base: &str, wish: Option<&str>) -> Next {
    let step = match (&standing.tip, wish) {
        (None, None) => return Next::Nothing,
        (None, Some(_)) => Next::Write { from: None },
        (Some(tip), None) => Next::Remove { tip: tip.clone() },
        (Some(_), Some(tree)) if is_made(standing, base, tree) => return Next::Nothing,
        (Some(tip), Some(_)) => Next::Write {
            from: Some(tip.clone()),
        },
    };
    if let Some(foreign) = standing.foreign().next() {
        return Next::Frozen {
            commit: foreign.id.clone(),
            by: foreign.committer.clone(),
        };
    }
    if let Some(place) = &standing.checked_out {
        return Next::CheckedOut {
            place: place.clone(),
        };
    }
    step
}

/// Tells whether the branch is one commit on the base with this tree already.
fn is_made(standing: &Standing, base: &str, tree: &str) -> bool {
    let [only] = standing.ahead.as_slice() else {
        return false;
    };
    only.tree == tree && only.parents == [base] && only.is_own()
}

/// One file of a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileChange {
    /// Path from the root of the repository.
    pub path: String,
    /// What it will hold; `None` removes it.
    pub bytes: Option<Vec<u8>>,
}

/// Turns the steps of a plan into the files of a commit; `read` gives the bytes of a file that is moved.
#[must_use]
pub fn changes(plan: &Plan, read: &dyn Fn(&str) -> Option<Vec<u8>>) -> Vec<FileChange> {
    let mut changes = Vec::new();
    for op in &plan.files {
        let mut change = |path: &str, bytes| {
            changes.push(FileChange {
                path: path.to_owned(),
                bytes,
            });
        };
        match op {
            FileOp::Write { path, bytes, .. } => change(path, Some(bytes.clone())),
            FileOp::Remove { path, .. } => change(path, None),
            FileOp::Move { from, to, .. } => {
                if let Some(bytes) = read(from) {
                    change(to, Some(bytes));
                    change(from, None);
                }
            }
        }
    }
    changes
}

/// What is to become of a branch: one commit on a base.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proposal<'p> {
    /// The branch.
    pub branch: &'p str,
    /// The commit that it is made from.
    pub base: &'p str,
    /// The tree, as [`Forge::tree`] wrote it.
    pub tree: &'p str,
    /// The commit that the branch must name now; `None` where it must not be there.
    pub from: Option<&'p str>,
    /// The commit's message, trailers in it.
    pub message: &'p str,
}

/// Where branches are kept.
pub trait Forge {
    /// What can go wrong.
    type Error: std::fmt::Display;

    /// Says how a branch stands against a base.
    ///
    /// # Errors
    ///
    /// Fails where it cannot be read.
    fn standing(&self, branch: &str, base: &str) -> Result<Standing, Self::Error>;

    /// Writes the tree of a commit with some files changed, and returns its id; nothing names it yet.
    ///
    /// # Errors
    ///
    /// Fails where it cannot be written.
    fn tree(&self, commit: &str, changes: &[FileChange]) -> Result<String, Self::Error>;

    /// Makes a branch one commit on its base, and returns that commit.
    ///
    /// # Errors
    ///
    /// Fails where the branch is not where it must be, and is as it was then.
    fn propose(&self, proposal: &Proposal<'_>) -> Result<String, Self::Error>;

    /// Takes a branch away.
    ///
    /// # Errors
    ///
    /// Fails where the branch is not where it must be, and is as it was then.
    fn withdraw(&self, branch: &str, tip: &str) -> Result<(), Self::Error>;
}
