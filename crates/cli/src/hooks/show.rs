//! What a hook says: new findings in full, old ones in a line each.

use std::borrow::Cow;
use std::collections::BTreeMap;

use hnp_model::{Finding, Severity};
use hnp_report::{Format, Report, Sources, Style, render};
use hnp_rules::catalogue;

use super::judge::Judged;

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

/// Writes a count with its noun: `1 error`, `2 errors`.
pub(super) fn count(n: usize, noun: &str) -> String {
    if n == 1 {
        format!("1 {noun}")
    } else {
        format!("{n} {noun}s")
    }
}
