//! What is to be reported, and how the reader's terminal is made.

use std::borrow::Cow;
use std::collections::BTreeMap;

use hnp_model::{Finding, Severity};

/// Gives the text of a file, so that a snippet can be shown.
pub trait Sources {
    /// Returns the text in which the findings' spans count, or nothing where it cannot be had.
    fn text(&self, file: &str) -> Option<Cow<'_, str>>;
}

/// Sources of which nothing can be had: findings are shown without snippets.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoSources;

impl Sources for NoSources {
    fn text(&self, _file: &str) -> Option<Cow<'_, str>> {
        None
    }
}

impl Sources for BTreeMap<String, String> {
    fn text(&self, file: &str) -> Option<Cow<'_, str>> {
        self.get(file).map(|text| Cow::Borrowed(text.as_str()))
    }
}

/// How much was checked and what came of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Files read.
    pub files: usize,
    /// YAML documents in them.
    pub documents: usize,
    /// Resources in them.
    pub resources: usize,
    /// Errors that are not old: what the exit code counts.
    pub errors: usize,
    /// Warnings that are not old.
    pub warnings: usize,
}

impl Summary {
    /// Counts the errors and warnings of findings, old ones left out.
    #[must_use]
    pub fn counting(mut self, findings: &[Finding], is_old: &dyn Fn(&Finding) -> bool) -> Self {
        let count = |severity| {
            findings
                .iter()
                .filter(|finding| finding.severity == severity && !is_old(finding))
                .count()
        };
        self.errors = count(Severity::Error);
        self.warnings = count(Severity::Warning);
        self
    }
}

/// Everything a format may want to know.
#[derive(Clone, Copy)]
pub struct Report<'a> {
    /// The findings, in the order of `hnp_model::finding::sort`.
    pub findings: &'a [Finding],
    /// The counts.
    pub summary: Summary,
    /// Where snippets come from.
    pub sources: &'a dyn Sources,
    /// Tells whether a finding stands in the baseline. Old findings are marked, never dropped.
    pub is_old: &'a dyn Fn(&Finding) -> bool,
    /// Gives the one-line title of a rule, for formats that list rules.
    pub rule_title: &'a dyn Fn(&str) -> Option<String>,
    /// One sentence about the run, shown to people beside the summary: the profile that was chosen, a limit that was met.
    pub note: Option<&'a str>,
    /// What keeps SARIF runs of one commit apart, such as the fabric: `hnp/fabric-1`.
    pub automation_id: Option<&'a str>,
    /// Whether `hnp validate --fix` reaches the files, so that it may be offered.
    pub fixable: bool,
}

impl<'a> Report<'a> {
    /// Makes a report in which those are old that say so.
    #[must_use]
    pub fn new(findings: &'a [Finding], summary: Summary, sources: &'a dyn Sources) -> Self {
        Self {
            findings,
            summary,
            sources,
            is_old: &is_old,
            rule_title: &no_title,
            note: None,
            automation_id: None,
            fixable: true,
        }
    }

    /// Numbers the findings worst first: new before old, errors before warnings, each in the order of the report.
    pub(crate) fn worst_first(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.findings.len()).collect();
        order.sort_by_cached_key(|&at| {
            let finding = &self.findings[at];
            ((self.is_old)(finding), finding.severity)
        });
        order
    }
}

impl std::fmt::Debug for Report<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Report")
            .field("findings", &self.findings)
            .field("summary", &self.summary)
            .finish_non_exhaustive()
    }
}

fn is_old(finding: &Finding) -> bool {
    finding.old
}

fn no_title(_: &str) -> Option<String> {
    None
}

/// What the reader's terminal can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Whether ANSI colours are written.
    pub color: bool,
    /// Columns to fit snippets into; bounded to 40 and 1,000.
    pub width: usize,
    /// Whether lines are drawn with box characters instead of ASCII.
    pub unicode: bool,
}

impl Default for Style {
    /// What suits a file or a pipe: no colour, 100 columns, ASCII.
    fn default() -> Self {
        Self {
            color: false,
            width: 100,
            unicode: false,
        }
    }
}

/// Writes a count with its noun: `1 file`, `2 files`.
pub(crate) fn count(n: usize, noun: &str) -> String {
    if n == 1 {
        format!("1 {noun}")
    } else {
        format!("{n} {noun}s")
    }
}
