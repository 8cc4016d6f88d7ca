//! The rules of Hedgehog's admission, one family a kind: what each says, why, an example, and the function that checks it.
//!
//! A rule is one item in the file of its topic. `Check::One` sees one resource, `Check::Tree` all of a fabric,
//! `Check::Change` two trees. Rules that nothing is ever reported for stand here too, so that `hnp explain` knows them.

mod common;
pub(crate) mod transition;
pub(crate) mod vpc;
