//! The report that lies beside a refused file.

use hnp_model::Finding;
use serde::Serialize;

/// What is written to `<file>.report.json`.
#[derive(Debug, Serialize)]
pub struct FileReport<'a> {
    /// Version of this form.
    pub version: u32,
    /// Name of the refused file, which lies beside the report.
    pub file: &'a str,
    /// What happened: `refused` or `partial`.
    pub status: &'static str,
    /// What to do.
    pub help: &'static str,
    /// Why.
    pub findings: Vec<Reason<'a>>,
}

/// One reason.
#[derive(Debug, Serialize)]
pub struct Reason<'a> {
    /// Code; `hnp explain` tells more.
    pub code: &'a str,
    /// `error` or `warning`.
    pub severity: String,
    /// What is wrong.
    pub message: &'a str,
    /// Line in the file as it was dropped, from 1.
    pub line: u32,
    /// Column in code points, from 1.
    pub column: u32,
    /// The field.
    pub field: Option<&'a str>,
    /// The resource.
    pub resource: Option<String>,
    /// What to do about it.
    pub help: Option<&'a str>,
    /// A change that would mend it.
    pub fix: Option<&'a str>,
    /// Other places that belong to it.
    pub related: Vec<String>,
}

const SUFFIX: &str = ".report.json";

/// Tells whether a path is a report.
pub(super) fn is_report(path: &str) -> bool {
    path.ends_with(SUFFIX)
}

/// Returns the path of a file's report.
pub(super) fn path_for(file: &str) -> String {
    format!("{file}{SUFFIX}")
}

/// Writes the report of a file that was dropped at one path and lies at another now.
pub(super) fn write(dropped: &str, file: &str, partial: bool, findings: &[&Finding]) -> String {
    let report = FileReport {
        version: 1,
        file: file.rsplit('/').next().unwrap_or(file),
        status: if partial { "partial" } else { "refused" },
        help: "mend the file here, then run `hnp ingest --retry`",
        findings: findings
            .iter()
            .map(|finding| reason(finding, dropped))
            .collect(),
    };
    let mut text = serde_json::to_string_pretty(&report).unwrap_or_default();
    text.push('\n');
    text
}

fn reason<'f>(finding: &'f Finding, dropped: &str) -> Reason<'f> {
    // Of two places that contradict each other the finding stands at one; each file's report names its own first.
    let other = (finding.place.file != dropped)
        .then(|| {
            finding
                .related
                .iter()
                .position(|related| related.place.file == dropped)
        })
        .flatten();
    let place = other.map_or(&finding.place, |at| &finding.related[at].place);
    let elsewhere = other.map(|_| format!("{}: the other is here", finding.place));

    let resource = finding.resource.as_ref().and_then(|resource| {
        Some(format!(
            "{}/{}",
            resource.kind.as_deref()?,
            resource.name.as_deref()?
        ))
    });
    Reason {
        code: finding.code,
        severity: finding.severity.to_string(),
        message: &finding.message,
        line: place.start.line,
        column: place.start.column,
        field: finding.field.as_deref(),
        resource,
        help: finding.help.as_deref(),
        fix: finding.fix.as_ref().map(|fix| fix.title.as_str()),
        related: elsewhere
            .into_iter()
            .chain(
                finding
                    .related
                    .iter()
                    .enumerate()
                    .filter(|(at, _)| other != Some(*at))
                    .map(|(_, related)| format!("{}: {}", related.place, related.message)),
            )
            .collect(),
    }
}
