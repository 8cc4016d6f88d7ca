//! What a check found, where, and what would mend it.

use std::fmt;

use hnp_yaml::{LineIndex, Position, Span};
use serde::Serialize;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Hedgehog would refuse the resource, or hnp cannot read it. Blocks.
    Error,
    /// It will be admitted, yet something is likely wrong. Does not block.
    Warning,
    /// Worth knowing.
    Info,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        })
    }
}

/// A range in a file, both as bytes and as people read it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// Path from the root of the repository, with `/`.
    pub file: String,
    /// First character.
    pub start: Position,
    /// One past the last character.
    pub end: Position,
    /// The same range in bytes.
    pub span: Span,
}

impl Place {
    /// Makes a place from a byte span.
    #[must_use]
    pub fn new(file: &str, lines: &LineIndex<'_>, span: Span) -> Self {
        let (start, end) = lines.positions(span);
        Self {
            file: file.to_owned(),
            start,
            end,
            span,
        }
    }

    /// Makes a place that means a whole file.
    #[must_use]
    pub fn file(file: &str) -> Self {
        let start = Position { line: 1, column: 1 };
        Self {
            file: file.to_owned(),
            start,
            end: start,
            span: Span::default(),
        }
    }
}

/// `file:line:column`.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.start.line, self.start.column)
    }
}

/// A second place that belongs to a finding, such as the other owner of a port.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Related {
    /// Where.
    pub place: Place,
    /// What is there.
    pub message: String,
}

/// Replacement of a range of bytes of one file.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TextEdit {
    /// The range to replace.
    pub place: Place,
    /// What to put there.
    pub with: String,
}

/// A change that mends a finding.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Fix {
    /// What it does, as a command: "rename `descripton` to `description`".
    pub title: String,
    /// Whether it is certain to mean what the author meant.
    pub safe: bool,
    /// The edits, in source order, not overlapping.
    pub edits: Vec<TextEdit>,
}

/// The resource a finding is about, as far as the document says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct ResourceRef {
    /// Fabric, where one is known.
    pub fabric: Option<String>,
    /// Kind.
    pub kind: Option<String>,
    /// Namespace.
    pub namespace: Option<String>,
    /// Name.
    pub name: Option<String>,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Stable code, such as `VPC-37`; `hnp explain` tells more.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// One sentence: what is wrong.
    pub message: String,
    /// Where.
    pub place: Place,
    /// Field path, such as `spec.subnets.a.vlan`.
    pub field: Option<String>,
    /// The resource.
    pub resource: Option<ResourceRef>,
    /// Other places that belong to it.
    pub related: Vec<Related>,
    /// What to do, in one sentence.
    pub help: Option<String>,
    /// A change that mends it.
    pub fix: Option<Fix>,
    /// Whether it was known before: it stands in the baseline, or in the tree before. Shown, and blocks nothing.
    pub old: bool,
}

impl Finding {
    /// Makes a finding with what every finding has.
    #[must_use]
    pub fn new(
        code: &'static str,
        severity: Severity,
        place: Place,
        message: impl Into<String>,
    ) -> Self {
        Self {
            code,
            severity,
            message: message.into(),
            place,
            field: None,
            resource: None,
            related: Vec::new(),
            help: None,
            fix: None,
            old: false,
        }
    }

    /// Adds what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds the field's path.
    #[must_use]
    pub fn field(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    /// Adds the resource.
    #[must_use]
    pub fn resource(mut self, resource: Option<ResourceRef>) -> Self {
        self.resource = resource;
        self
    }

    /// Adds a second place.
    #[must_use]
    pub fn related(mut self, place: Place, message: impl Into<String>) -> Self {
        self.related.push(Related {
            place,
            message: message.into(),
        });
        self
    }

    /// Adds a fix.
    #[must_use]
    pub fn fix(mut self, fix: Fix) -> Self {
        self.fix = Some(fix);
        self
    }

    /// Returns the key findings are sorted by: place first, so that output does not depend on who found what when.
    #[must_use]
    pub fn sort_key(&self) -> (&str, Span, Severity, &str, &str) {
        (
            &self.place.file,
            self.place.span,
            self.severity,
            self.code,
            &self.message,
        )
    }
}

/// Sorts findings into the order in which they are shown.
pub fn sort(findings: &mut [Finding]) {
    findings.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
}
