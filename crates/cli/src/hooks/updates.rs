//! What Git says of a push on standard input.

use hnp_git::Oid;
use hnp_state::glob;

/// A reference that a push moves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Update {
    /// The reference on the receiving side.
    pub(super) reference: String,
    /// What it names there now; `None` where it is new.
    pub(super) old: Option<Oid>,
    /// What it is to name; `None` where it is deleted.
    pub(super) new: Option<Oid>,
}

fn id(text: &str) -> Result<Option<Oid>, String> {
    match Oid::parse(text) {
        Some(id) => Ok((!id.is_null()).then_some(id)),
        None => Err(format!("`{text}` is no object id")),
    }
}

/// Reads what pre-receive is given: `OLD NEW REF`, a line each.
pub(super) fn received(text: &str) -> Result<Vec<Update>, String> {
    text.lines()
        .map(|line| {
            let mut words = line.splitn(3, ' ');
            match (words.next(), words.next(), words.next()) {
                (Some(old), Some(new), Some(reference)) => Ok(Update {
                    reference: reference.to_owned(),
                    old: id(old)?,
                    new: id(new)?,
                }),
                _ => Err(format!("`{line}` is not OLD NEW REF")),
            }
        })
        .collect()
}

/// Reads what pre-push is given: `LOCAL-REF LOCAL-ID REMOTE-REF REMOTE-ID`, a line each.
pub(super) fn pushed(text: &str) -> Result<Vec<Update>, String> {
    text.lines()
        .map(|line| {
            // A local side may be any revision, blanks and all; the three others have none.
            let mut words = line.rsplitn(4, ' ');
            match (words.next(), words.next(), words.next(), words.next()) {
                (Some(old), Some(reference), Some(new), Some(_)) => Ok(Update {
                    reference: reference.to_owned(),
                    old: id(old)?,
                    new: id(new)?,
                }),
                _ => Err(format!(
                    "`{line}` is not LOCAL-REF LOCAL-ID REMOTE-REF REMOTE-ID"
                )),
            }
        })
        .collect()
}

/// Tells whether a reference is one of those that are checked. `refs/heads/*` is every branch, those with `/` too.
pub(super) fn is_checked(patterns: &[String], reference: &str) -> bool {
    patterns
        .iter()
        .any(|pattern| glob::matches(pattern, reference))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_as_git_writes_them() {
        let (one, none) = ("1".repeat(40), "0".repeat(40));
        let long = "2".repeat(64);
        let updates = received(&format!(
            "{none} {one} refs/heads/a\n{long} {} refs/heads/b c\n",
            "0".repeat(64)
        ))
        .unwrap();
        assert_eq!(updates[0].old, None);
        assert_eq!(updates[0].new.unwrap().to_string(), one);
        assert_eq!(updates[1].reference, "refs/heads/b c");
        assert_eq!(updates[1].new, None);
        let updates = pushed(&format!(
            "HEAD@{{1 day ago}} {one} refs/heads/a {none}\n(delete) {none} refs/heads/b {one}\n"
        ))
        .unwrap();
        assert_eq!(updates[0].new.unwrap().to_string(), one);
        assert_eq!(updates[0].old, None);
        assert_eq!(updates[1].reference, "refs/heads/b");
        assert_eq!(updates[1].new, None);
        for bad in ["x", "x y z", "1 2 refs/heads/a b"] {
            assert!(received(bad).is_err(), "{bad}");
            assert!(pushed(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn branches_with_slashes_are_branches() {
        let usual = hnp_state::config::Hooks::default().refs;
        assert!(is_checked(&usual, "refs/heads/a/b"));
        assert!(is_checked(&usual, "refs/tags/v1"));
        assert!(!is_checked(&usual, "refs/notes/x"));
        assert!(!is_checked(&usual, "refs/hnp/log"));
    }
}
