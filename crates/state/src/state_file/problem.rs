//! What can be wrong with a state.toml.

use std::fmt;
use std::ops::Range;

use hnp_yaml::{LineIndex, Position};

use super::Header;

/// Most problems that are reported for one file.
pub(super) const MAX: usize = 100;

/// What to do about a form that only a newer hnp knows.
const NEWER: &str = "a newer hnp wrote it: install that version";

/// One thing that is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateProblem {
    /// Stable code, `STATE-01` and so on.
    pub code: &'static str,
    /// What is wrong, without a place.
    pub message: String,
    /// The bytes it is about.
    pub span: Range<usize>,
    /// What to do.
    pub help: String,
    /// Whether reading what is readable and writing it again loses nothing.
    pub repairable: bool,
}

impl StateProblem {
    /// Tells whether the file is of a form that only a newer hnp knows: nothing else can be told of it then, and it must not
    /// be written over.
    #[must_use]
    pub fn is_newer(&self) -> bool {
        self.help == NEWER
    }

    /// Returns where the problem starts in the text it was found in.
    #[must_use]
    pub fn position(&self, text: &str) -> Position {
        LineIndex::new(text).position(self.span.start)
    }

    /// Returns where the problem ends in the text it was found in, exclusive.
    #[must_use]
    pub fn end(&self, text: &str) -> Position {
        LineIndex::new(text).position(self.span.end)
    }
}

/// Code, message and help on one line.
impl fmt::Display for StateProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} ({})", self.code, self.message, self.help)
    }
}

const REBUILD: &str = "run `hnp state rebuild`; it deletes nothing";

fn make(
    code: &'static str,
    span: Range<usize>,
    message: String,
    help: &str,
    repairable: bool,
) -> StateProblem {
    StateProblem {
        code,
        message,
        span,
        help: help.to_owned(),
        repairable,
    }
}

pub(super) fn syntax(span: Range<usize>, message: &str) -> StateProblem {
    let message = message.lines().collect::<Vec<_>>().join("; ");
    make(
        "STATE-01",
        span,
        format!("state.toml is not TOML: {message}"),
        REBUILD,
        false,
    )
}

pub(super) fn markers(span: Range<usize>) -> StateProblem {
    let message = "state.toml holds a conflict marker of an unfinished merge".to_owned();
    make("STATE-02", span, message, REBUILD, false)
}

pub(super) fn format(span: Range<usize>, found: Option<i64>) -> StateProblem {
    let known = super::FORMAT;
    let (message, help) = match found {
        Some(newer) if newer > i64::from(known) => (
            format!("state.toml has format {newer}; this hnp knows {known}"),
            NEWER,
        ),
        _ => (
            format!("state.toml does not say `format = {known}`"),
            REBUILD,
        ),
    };
    make("STATE-03", span, message, help, false)
}

pub(super) fn canon(span: Range<usize>, found: Option<&str>) -> StateProblem {
    let number = |text: &str| text.strip_prefix('c').and_then(|n| n.parse::<u32>().ok());
    let (message, help) = match found {
        Some(newer) if number(newer) > number(super::CANON) => (
            format!(
                "its hashes are of canonicalisation {newer}; this hnp knows {}",
                super::CANON
            ),
            NEWER,
        ),
        _ => (
            format!("state.toml does not say `canon = \"{}\"`", super::CANON),
            REBUILD,
        ),
    };
    make("STATE-04", span, message, help, false)
}

pub(super) fn lineage(span: Range<usize>) -> StateProblem {
    let message = "state.toml names no lineage; it is a UUID in lower case".to_owned();
    make("STATE-05", span, message, REBUILD, false)
}

pub(super) fn lineage_differs(text: &str, found: &str, parent: &str) -> StateProblem {
    let at = text.find(found).unwrap_or(0);
    let message = format!("lineage {found} is not {parent}, that of the parent commit");
    let help = "this state belongs to another pairing of repository and GUI: take the parent's state.toml, or run `hnp state rebuild`";
    make("STATE-06", at..at + found.len(), message, help, false)
}

pub(super) fn unordered(header: &Header<'_>, above: &Header<'_>) -> StateProblem {
    let message = format!(
        "[{}.\"{}\"] stands below [{}.\"{}\"]; tables are ordered by the SHA-256 of their keys",
        header.sort.name(),
        header.key.escape_debug(),
        above.sort.name(),
        above.key.escape_debug(),
    );
    make(
        "STATE-07",
        header.span.clone(),
        message,
        "run `hnp state refresh`",
        true,
    )
}

pub(super) fn twice(span: Range<usize>, table: &str, line: u32, same: bool) -> StateProblem {
    if same {
        let message = format!("{table} stands here again, the same as in line {line}");
        make(
            "STATE-08",
            span,
            message,
            "a merge put it there twice: run `hnp state rebuild`",
            true,
        )
    } else {
        let message = format!("{table} stands here again, different from line {line}");
        let help = "a merge put it there twice: run `hnp state rebuild`, which forgets what was agreed on for it";
        make("STATE-09", span, message, help, false)
    }
}

pub(super) fn unknown(span: Range<usize>, name: &str, place: &str) -> StateProblem {
    let message = format!("unknown key `{}` {place}", name.escape_debug());
    make("STATE-10", span, message, REBUILD, false)
}

pub(super) fn value(span: Range<usize>, what: &str) -> StateProblem {
    make("STATE-11", span, what.to_owned(), REBUILD, false)
}

pub(super) fn key(span: Range<usize>, key: &str) -> StateProblem {
    let message = format!(
        "\"{}\" is no key of a resource; keys are `fabric/Kind/namespace/name`",
        key.escape_debug()
    );
    make("STATE-12", span, message, REBUILD, false)
}
