//! Which of the copies of a branch counts: the one here, or one that a remote is known to have.

use super::{Ahead, Standing};

/// What a remote is known to have of a branch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copy {
    /// Its name here, such as `origin/hnp-sync-lab`.
    pub name: String,
    /// How it stands against the base.
    pub standing: Standing,
}

/// Where a branch is to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source<'c> {
    /// There is none.
    Nowhere,
    /// The branch here.
    Here,
    /// A remote's; there is none here.
    Remote(&'c Copy),
    /// Nobody can tell: this remote's copy holds somebody's words that the other does not have.
    Apart(&'c Copy),
}

/// Decides which copy counts. `here` is how the branch stands here; `copies` are in the order of their names.
///
/// A copy that is merged counts no more. What hnp made itself it makes again from what the sides hold, so only a commit of
/// somebody else's, or an answer to a conflict, makes a copy one that cannot be passed over.
#[must_use]
pub fn source<'c>(here: &Standing, copies: &'c [Copy]) -> Source<'c> {
    let open: Vec<&Copy> = copies
        .iter()
        .filter(|copy| !copy.standing.ahead.is_empty())
        .collect();
    if here.tip.is_some() {
        let lacking = open.iter().find(|copy| lacks(here, &copy.standing));
        return lacking.map_or(Source::Here, |copy| Source::Apart(copy));
    }
    let whole = open.iter().find(|copy| {
        let others = open.iter().filter(|other| other.name != copy.name);
        others
            .into_iter()
            .all(|other| !lacks(&copy.standing, &other.standing))
    });
    match (whole, open.first()) {
        (Some(copy), _) => Source::Remote(copy),
        (None, Some(copy)) => Source::Apart(copy),
        (None, None) => Source::Nowhere,
    }
}

/// Tells whether one copy lacks words of somebody's that another has.
fn lacks(one: &Standing, other: &Standing) -> bool {
    let has = |commit: &Ahead| one.ahead.iter().any(|known| known.id == commit.id);
    let words = |commit: &&Ahead| !commit.is_own() || commit.is_answer();
    other.ahead.iter().filter(words).any(|commit| !has(commit))
}
