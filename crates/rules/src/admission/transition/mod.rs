//! Steps from one tree to the next: the catalogue's §18.
//!
//! Admission sees one change at a time, in an order that nobody chooses. A tree that is right in the end may be refused on
//! the way there, and some of what admission lets through leaves others broken.

mod delete;
mod immutable;
mod order;
mod shrink;

use crate::catalogue::Family;

pub(crate) const FAMILY: Family = Family {
    title: "Changes",
    about: "What happens between two trees: `hnp validate --diff`, a commit against its parent, a push against the branch. Pushes and pull requests are compared end to end, so what must be done in two steps needs two of them.",
    parts: &[immutable::RULES, delete::RULES, shrink::RULES, order::RULES],
};
