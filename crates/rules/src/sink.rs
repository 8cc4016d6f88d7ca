//! Collects the findings of one file.

use std::cell::OnceCell;

use hnp_model::{Finding, Fix, Place, ResourceRef, Severity, TextEdit};
use hnp_yaml::{LineIndex, Span};

/// Takes findings by byte span and gives them places.
///
/// Lines are indexed when the first finding comes: a file without findings never pays for it.
pub struct Sink<'t> {
    file: &'t str,
    text: &'t str,
    lines: OnceCell<LineIndex<'t>>,
    /// What the findings are about.
    pub resource: Option<ResourceRef>,
    findings: Vec<Finding>,
}

impl<'t> Sink<'t> {
    /// Makes a sink for a file.
    #[must_use]
    pub fn new(file: &'t str, text: &'t str) -> Self {
        Self {
            file,
            text,
            lines: OnceCell::new(),
            resource: None,
            findings: Vec::new(),
        }
    }

    /// Returns the place of a span.
    #[must_use]
    pub fn place(&self, span: Span) -> Place {
        let lines = self.lines.get_or_init(|| LineIndex::new(self.text));
        Place::new(self.file, lines, span)
    }

    /// Starts a finding at a span, with the current resource.
    #[must_use]
    pub fn finding(
        &self,
        code: &'static str,
        severity: Severity,
        span: Span,
        message: impl Into<String>,
    ) -> Finding {
        Finding::new(code, severity, self.place(span), message).resource(self.resource.clone())
    }

    /// Makes a fix of one replacement in this file.
    #[must_use]
    pub fn fix(
        &self,
        title: impl Into<String>,
        safe: bool,
        span: Span,
        with: impl Into<String>,
    ) -> Fix {
        Fix {
            title: title.into(),
            safe,
            edits: vec![TextEdit {
                place: self.place(span),
                with: with.into(),
            }],
        }
    }

    /// Takes a finding.
    pub fn push(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// Returns the findings.
    #[must_use]
    pub fn into_findings(self) -> Vec<Finding> {
        self.findings
    }
}
