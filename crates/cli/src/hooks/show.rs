//! What a hook says: new findings in full, old ones in a line each.

use std::borrow::Cow;
use std::collections::BTreeMap;

use hnp_git::Oid;
use hnp_model::{Finding, Severity};
use hnp_report::{Format, Report, Sources, Style, render};
use hnp_rules::catalogue;

use super::judge::Judged;
use crate::output::clean;

/// Most old errors that are named.
const OLD: usize = 10;

struct Texts<'t>(&'t BTreeMap<String, String>);

impl Sources for Texts<'_> {
    fn text(&self, file: &str) -> Option<Cow<'_, str>> {
        self.0.get(file).map(|text| Cow::Borrowed(text.as_str()))
    }
}

/// Renders a verdict. People see the new errors, and warnings of the files that change; programs get everything.
pub(super) fn verdict(judged: &Judged, format: Format, style: &Style) -> String {
    let sources = Texts(&judged.findings.texts);
    let title = |code: &str| catalogue::find(code).map(|rule| rule.title.to_owned());
    let summary = judged.findings.summary;
    let of = |findings: &[Finding], format| {
        let summary = summary.counting(findings, &|finding| finding.old);
        let mut report = Report::new(findings, summary, &sources);
        report.rule_title = &title;
        report.fixable = false;
        render(&report, format, style)
    };
    if format != Format::Human && format != Format::Concise {
        return of(&judged.findings.all, format);
    }
    let new = picked(judged, |finding| {
        !finding.old
            && (finding.severity == Severity::Error || judged.changed.contains(&finding.place.file))
    });
    let mut text = String::new();
    if !new.is_empty() {
        text.push_str(&of(&new, format));
    }
    let old = picked(judged, |finding| {
        finding.old && finding.severity == Severity::Error
    });
    if !old.is_empty() {
        let shown = &old[..old.len().min(OLD)];
        text.push_str(&of(shown, Format::Concise));
        if old.len() > shown.len() {
            text.push_str(&format!(
                "and {} more old errors\n",
                old.len() - shown.len()
            ));
        }
    }
    text
}

fn picked(judged: &Judged, wanted: impl Fn(&Finding) -> bool) -> Vec<Finding> {
    let all = judged.findings.all.iter();
    all.filter(|finding| wanted(finding)).cloned().collect()
}

/// The verdicts on a push, put together: people read one after the other, programs get one document.
pub(super) struct Gathered {
    /// How it is said.
    pub(super) format: Format,
    style: Style,
    text: String,
    all: Judged,
    /// How many errors stop the push.
    pub(super) blocking: usize,
    /// The codes of those errors.
    pub(super) codes: Vec<&'static str>,
}

impl Gathered {
    pub(super) fn new(format: Format, style: Style) -> Self {
        Self {
            format,
            style,
            text: String::new(),
            all: Judged::default(),
            blocking: 0,
            codes: Vec::new(),
        }
    }

    /// Says something to people.
    pub(super) fn note(&mut self, line: &str) {
        if self.format == Format::Human {
            self.text.push_str(line);
        }
    }

    /// Adds the verdict on a reference, or on a step on the way to it.
    pub(super) fn add(&mut self, reference: &str, step: Option<Oid>, judged: &Judged) {
        let blocking = judged.blocking();
        self.blocking += blocking;
        for finding in &judged.findings.all {
            if !finding.old
                && finding.severity == Severity::Error
                && !self.codes.contains(&finding.code)
            {
                self.codes.push(finding.code);
            }
        }
        if matches!(self.format, Format::Human | Format::Concise) {
            // A reference that is fine is not talked about.
            if blocking > 0 {
                let at = step.map_or_else(String::new, |id| format!(" at {}", id.short()));
                self.note(&format!(
                    "hnp: {}{at}: {}, {}\n",
                    clean(reference),
                    count(blocking, "new error"),
                    count(judged.old_errors(), "old error"),
                ));
                self.text
                    .push_str(&verdict(judged, self.format, &self.style));
            }
            return;
        }
        let (all, more) = (&mut self.all.findings, &judged.findings);
        all.summary.files += more.summary.files;
        all.summary.documents += more.summary.documents;
        all.summary.resources += more.summary.resources;
        all.all.extend(more.all.iter().cloned());
        for (file, text) in &more.texts {
            all.texts
                .entry(file.clone())
                .or_insert_with(|| text.clone());
        }
        hnp_model::finding::sort(&mut all.all);
        all.all.dedup();
    }

    /// Returns what was put together.
    pub(super) fn render(&self) -> String {
        if matches!(self.format, Format::Human | Format::Concise) {
            return self.text.clone();
        }
        verdict(&self.all, self.format, &self.style)
    }
}

/// Writes a count with its noun: `1 error`, `2 errors`.
pub(super) fn count(n: usize, noun: &str) -> String {
    if n == 1 {
        format!("1 {noun}")
    } else {
        format!("{n} {noun}s")
    }
}
