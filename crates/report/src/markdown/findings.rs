//! What is wrong, by resource.

use std::collections::HashMap;

use hnp_model::{Finding, Severity};

use super::text::{code, plain, prose};
use super::{Capped, FINDINGS_BYTES};
use crate::report::{Report, count};

/// Places beside its own that a finding shows.
const RELATED: usize = 3;

/// Renders a report: the resource with the worst finding first.
pub(crate) fn render(report: &Report<'_>) -> String {
    let rows = by_resource(report);
    let old = report
        .findings
        .iter()
        .filter(|f| (report.is_old)(f))
        .count();
    let new = report.findings.len() - old;
    let summary = &report.summary;
    let mut out = Capped::new(FINDINGS_BYTES);
    out.takes(&format!(
        "<!-- hnp findings={new} errors={} warnings={} old={old} -->",
        summary.errors, summary.warnings
    ));
    out.takes(&format!("### {}\n", title(report, new, old)));
    out.takes(&format!(
        "Checked {}, {}, {}.{}",
        count(summary.files, "file"),
        count(summary.documents, "document"),
        count(summary.resources, "resource"),
        match old {
            0 => String::new(),
            1 => " 1 finding is old and does not count.".to_owned(),
            n => format!(" {n} findings are old and do not count."),
        }
    ));
    if let Some(note) = report.note {
        out.takes(&format!("\n{}", prose(note)));
    }
    if rows.is_empty() {
        return out.text;
    }
    out.takes("\n| | Resource | Place | What is wrong, and what to do |\n|---|---|---|---|");
    // Room for the last line.
    out.most -= 200;
    let shown = rows
        .iter()
        .take_while(|&&at| out.takes(&row(report, &report.findings[at])))
        .count();
    out.most += 200;
    let left = rows.len() - shown;
    if left > 0 {
        out.takes(&format!(
            "\n{} more did not fit; `hnp validate` lists all of them.",
            count(left, "finding")
        ));
    }
    out.text
}

fn title(report: &Report<'_>, new: usize, old: usize) -> String {
    let summary = &report.summary;
    match (summary.errors, summary.warnings) {
        (0, 0) if new == 0 && old == 0 => "hnp: nothing is wrong".to_owned(),
        (0, 0) if new == 0 => "hnp: nothing new is wrong".to_owned(),
        (errors, warnings) => format!(
            "hnp: {}, {}",
            count(errors, "error"),
            count(warnings, "warning")
        ),
    }
}

/// What a finding is about: its resource, else its file.
fn subject(finding: &Finding) -> String {
    finding
        .resource
        .as_ref()
        .and_then(|resource| {
            let name = resource.name.as_deref()?;
            let namespace = resource
                .namespace
                .as_deref()
                .filter(|namespace| *namespace != "default");
            let parts = [resource.kind.as_deref(), namespace, Some(name)];
            Some(parts.into_iter().flatten().collect::<Vec<_>>().join("/"))
        })
        .unwrap_or_default()
}

/// Numbers the findings: worst first, and those of one resource together where its worst one stands.
fn by_resource(report: &Report<'_>) -> Vec<usize> {
    let worst = report.worst_first();
    let mut groups: HashMap<(bool, String), usize> = HashMap::new();
    let mut ranked: Vec<(usize, usize)> = Vec::with_capacity(worst.len());
    for (rank, &at) in worst.iter().enumerate() {
        let finding = &report.findings[at];
        let name = subject(finding);
        let fabric = finding.resource.as_ref().and_then(|r| r.fabric.as_deref());
        let key = if name.is_empty() {
            format!("\0{}", finding.place.file)
        } else {
            format!("{}\0{name}", fabric.unwrap_or_default())
        };
        // What is old stays behind what is new, of the same resource too.
        let group = *groups
            .entry(((report.is_old)(finding), key))
            .or_insert(rank);
        ranked.push((group, at));
    }
    ranked.sort_by_key(|&(group, _)| group);
    ranked.into_iter().map(|(_, at)| at).collect()
}

fn row(report: &Report<'_>, finding: &Finding) -> String {
    let severity = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    };
    let severity = if (report.is_old)(finding) {
        format!("old {severity}")
    } else if finding.severity == Severity::Error {
        format!("**{severity}**")
    } else {
        severity.to_owned()
    };
    let mut what = format!("{} {}", code(finding.code), prose(&finding.message));
    for related in finding.related.iter().take(RELATED) {
        what.push_str(&format!(
            "<br>also {}: {}",
            code(&related.place.to_string()),
            prose(&related.message)
        ));
    }
    if finding.related.len() > RELATED {
        what.push_str(&format!("<br>and {} more", finding.related.len() - RELATED));
    }
    if let Some(help) = &finding.help {
        what.push_str(&format!("<br>help: {}", prose(help)));
    }
    if let Some(fix) = &finding.fix {
        what.push_str(&format!("<br>fix: {}", prose(&fix.title)));
    }
    if let Some(title) = (report.rule_title)(finding.code) {
        what.push_str(&format!("<br>rule: {}", plain(&title)));
    }
    format!(
        "| {severity} | {} | {} | {what} |",
        code(&subject(finding)),
        code(&finding.place.to_string())
    )
}
