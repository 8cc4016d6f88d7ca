//! What the walk reports.

use hnp_yaml::Span;

/// How bad a violation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// The API server or Hedgehog's admission refuses the document.
    Error,
    /// It is admitted today.
    Warning,
}

/// A replacement of a range of bytes that mends a violation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaFix {
    /// What it does, as a command.
    pub title: String,
    /// The bytes to replace.
    pub span: Span,
    /// What to put there.
    pub replacement: String,
    /// Whether it is certain to mean what the author meant.
    pub safe: bool,
}

/// One place where a document does not fit its schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// `SCH-01` to `SCH-11`.
    pub code: &'static str,
    /// How bad it is.
    pub level: Level,
    /// Where: the key for unknown and missing fields and for counts, else the value.
    pub span: Span,
    /// Field path, such as `spec.subnets.default.vlan`.
    pub path: String,
    /// One sentence: what is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// A second place, such as the first of two equal items.
    pub related: Option<(Span, String)>,
    /// A change that mends it.
    pub fix: Option<SchemaFix>,
}
