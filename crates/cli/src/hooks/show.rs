//! What a hook says: new findings in full, old ones in a line each.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};

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
    if format != Format::Human && format != Format::Concise {
        let old: HashSet<_> = picked(judged, |_, old| old).iter().map(identity).collect();
        let is_old = |finding: &Finding| old.contains(&identity(finding));
        let summary = judged
            .findings
            .summary
            .counting(&judged.findings.all, &is_old);
        let mut report = Report::new(&judged.findings.all, summary, &sources);
        report.is_old = &is_old;
        report.rule_title = &title;
        report.fixable = false;
        return render(&report, format, style);
    }
    let new = picked(judged, |finding, old| {
        !old && (finding.severity == Severity::Error
            || judged.changed.contains(&finding.place.file))
    });
    let mut text = String::new();
    if !new.is_empty() {
        let summary = judged.findings.summary.counting(&new, &|_| false);
        let mut report = Report::new(&new, summary, &sources);
        report.rule_title = &title;
        report.fixable = false;
        text.push_str(&render(&report, format, style));
    }
    let old = picked(judged, |finding, old| {
        old && finding.severity == Severity::Error
    });
    if !old.is_empty() {
        let shown = &old[..old.len().min(OLD)];
        let summary = judged.findings.summary;
        let mut report = Report::new(shown, summary, &sources);
        report.is_old = &|_| true;
        text.push_str(&render(&report, Format::Concise, style));
        if old.len() > shown.len() {
            text.push_str(&format!(
                "and {} more old errors\n",
                old.len() - shown.len()
            ));
        }
    }
    text
}

fn picked(judged: &Judged, wanted: impl Fn(&Finding, bool) -> bool) -> Vec<Finding> {
    judged
        .findings
        .all
        .iter()
        .zip(&judged.old)
        .filter(|(finding, old)| wanted(finding, **old))
        .map(|(finding, _)| finding.clone())
        .collect()
}

fn identity(finding: &Finding) -> (String, hnp_yaml::Span, &'static str, String) {
    (
        finding.place.file.clone(),
        finding.place.span,
        finding.code,
        finding.message.clone(),
    )
}

/// Writes a count with its noun: `1 error`, `2 errors`.
pub(super) fn count(n: usize, noun: &str) -> String {
    if n == 1 {
        format!("1 {noun}")
    } else {
        format!("{n} {noun}s")
    }
}
