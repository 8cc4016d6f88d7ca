//! The port `Gui`: what a GUI holds, as values, and what is to be written to it.
//!
//! A resource has a *desired* value, which the GUI last took from Git or from a person, and may have a *draft*: an edit that
//! waits to go to Git. The value of the GUI is the draft where there is one.

mod event;
mod format;
mod json;
mod part;
mod value;

use hnp_model::ResourceId;
use hnp_yaml::Node;

pub use event::{EVENT_BYTES, parse_event};
pub use format::{apply, emit, parse, parse_snapshot};
pub use part::Part;
pub use value::{base_hash, canonical, id_of, managed};
pub(crate) use value::{into_managed, is_all_managed};

/// Version of the file form of a snapshot.
pub const FORMAT: i64 = 1;

/// Everything that a GUI holds, read at one instant.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    /// The pairing with a repository; `None` where the GUI was never synchronised.
    pub lineage: Option<String>,
    /// Whether every resource of the GUI is in it; without that, nothing is known of one that is not.
    pub complete: bool,
    /// The resources.
    pub resources: Vec<GuiResource>,
}

impl Snapshot {
    /// Returns a GUI that holds nothing yet.
    #[must_use]
    pub fn empty() -> Self {
        Self {
            lineage: None,
            complete: true,
            resources: Vec::new(),
        }
    }
}

/// One resource of a GUI.
#[derive(Clone, Debug, PartialEq)]
pub struct GuiResource {
    /// Which.
    pub id: ResourceId,
    /// Its fabric; `None` where the repository has one only.
    pub fabric: Option<String>,
    /// What the GUI last took over.
    pub desired: Option<Node>,
    /// An edit that waits.
    pub draft: Option<Node>,
    /// What the draft was made from, where that is not `desired`.
    pub base: Option<Node>,
    /// What the cluster holds, as far as the GUI knows; never synchronised, only compared.
    pub actual: Option<Node>,
    /// Commit that `desired` came from.
    pub desired_commit: Option<String>,
    /// Grows with every change.
    pub revision: i64,
    /// When it was changed last, RFC 3339.
    pub updated: Option<String>,
    /// What hnp last put here, and where Git stood then.
    pub synced: Option<Synced>,
    /// A person deleted it.
    pub deleted: bool,
    /// Git deleted it, and policy keeps it here.
    pub orphan: bool,
}

/// What hnp leaves with a value that it puts into a GUI. `.hnp/state.toml` goes back when Git does; this does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Synced {
    /// Hash of the value, as state.toml has it.
    pub base: String,
    /// The commit that Git's side stood on.
    pub head: String,
    /// The revision that the resource got with it: one that is greater was changed since.
    pub revision: i64,
}

impl GuiResource {
    /// Returns the value that the GUI has of it; `None` where it was deleted.
    #[must_use]
    pub fn value(&self) -> Option<&Node> {
        if self.deleted {
            return None;
        }
        self.draft.as_ref().or(self.desired.as_ref())
    }
}

/// One write to a GUI, with what must be true before it.
#[derive(Clone, Debug, PartialEq)]
pub struct GuiWrite {
    /// Which resource.
    pub id: ResourceId,
    /// Its fabric.
    pub fabric: String,
    /// Its revision now; `None` where the GUI must not have it.
    pub before: Option<i64>,
    /// What to do.
    pub action: GuiAction,
}

/// What a write does.
#[derive(Clone, Debug, PartialEq)]
pub enum GuiAction {
    /// Makes a value the desired one; a draft goes.
    Put(Node),
    /// Removes the resource.
    Delete,
    /// Marks it as one that Git no longer has.
    Orphan,
    /// Leaves word that both sides hold what the GUI has. Value and revision stay as they are.
    Mark,
}

/// What a GUI is told of the repository with a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pairing<'p> {
    /// The lineage of the repository's state.
    pub lineage: &'p str,
    /// The commit that values come from; `None` where they come from a worktree.
    pub commit: Option<&'p str>,
    /// The commit that Git's side stands on, what is not committed aside; `None` before the first one.
    pub head: Option<&'p str>,
}

/// A GUI that was read and can be written.
pub trait Gui {
    /// What can go wrong.
    type Error: std::fmt::Display;

    /// Reads everything.
    ///
    /// # Errors
    ///
    /// Fails where the GUI cannot be read.
    fn snapshot(&self) -> Result<Snapshot, Self::Error>;

    /// Writes, and returns for each write whether it was made or why it was not: a resource that changed since the
    /// snapshot is left alone.
    ///
    /// # Errors
    ///
    /// Fails where nothing at all could be written.
    fn write(
        &self,
        pairing: Pairing<'_>,
        writes: &[GuiWrite],
    ) -> Result<Vec<Result<(), String>>, Self::Error>;

    /// Enters the repository's lineage where the GUI has none: one that was adopted without a write is paired too.
    ///
    /// # Errors
    ///
    /// Fails where the GUI cannot be read or written.
    fn pair(&self, pairing: Pairing<'_>) -> Result<(), Self::Error> {
        let _ = pairing;
        Ok(())
    }

    /// Tells whether it can only be read, so that nothing may go to it.
    fn is_read_only(&self) -> bool {
        false
    }
}
