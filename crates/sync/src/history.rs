//! The port `History`: Git, asked for what is not in the tree that a plan is made from.
//!
//! The tree itself comes through [`hnp_model::Source`], from a worktree or a commit.

use hnp_model::ResourceId;
use hnp_yaml::Node;

/// What Git keeps beside a tree. Whoever does not know answers with nothing, and then nothing is decided by it.
pub trait History {
    /// Reads a blob by its id.
    fn blob(&self, id: &str) -> Option<Vec<u8>>;

    /// Says which id bytes have as a blob.
    fn blob_id(&self, bytes: &[u8]) -> String;

    /// Says when Git's value of a resource came about, in seconds since 1970. Asked for conflicts only.
    fn changed_at(&self, value: &InGit<'_>) -> Option<i64> {
        let _ = value;
        None
    }

    /// Tells whether Git once held a value. Asked where neither Git now nor the state has it; where that is not known, a
    /// GUI's word counts.
    fn held(&self, value: &InPast<'_>) -> Option<bool> {
        let _ = value;
        None
    }

    /// Tells whether Git had something on its line of first parents and moved away from it.
    fn on_line(&self, sought: &OnLine<'_>) -> bool {
        let _ = sought;
        false
    }
}

/// A value that Git has.
#[derive(Clone, Copy, Debug)]
pub struct InGit<'g> {
    /// The resource.
    pub id: &'g ResourceId,
    /// Where it stands now.
    pub path: &'g str,
    /// What is synchronised of it.
    pub value: &'g Node,
}

/// A value that Git may have had.
#[derive(Clone, Copy, Debug)]
pub struct InPast<'g> {
    /// The resource.
    pub id: &'g ResourceId,
    /// Where it stands, stood by the record, or would stand.
    pub paths: &'g [String],
    /// What is synchronised of it.
    pub value: &'g Node,
    /// The commit from which on it counts; it must itself be in the history of Git's side. `None` for all of it.
    pub since: Option<&'g str>,
}

/// What Git may have had on its line of first parents.
#[derive(Clone, Copy, Debug)]
pub struct OnLine<'g> {
    /// The resource.
    pub id: &'g ResourceId,
    /// Its key in the state.
    pub key: &'g str,
    /// Where it stands, stood by the record, or would stand.
    pub paths: &'g [String],
    /// What is looked for.
    pub sought: Sought<'g>,
    /// It counts after the newest of these commits that is on the line; one must be. Without any all of the line counts.
    pub since: &'g [String],
}

/// What is looked for on the line of first parents.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Sought<'g> {
    /// A value, as far as it is synchronised.
    Value(&'g Node),
    /// The value with this hash.
    Hash(&'g str),
    /// That there is no such resource; without `since`, that the state had it and then had it no more.
    Gone,
}
