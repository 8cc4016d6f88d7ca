//! The project's own JSON, version 1: `schemas/output/validate.schema.json` describes it.
//!
//! One finding a line: a file of it can be read with `grep`, and two of them compared with `diff`.

use hnp_model::{Finding, Place, ResourceRef, Severity};
use serde::Serialize;

use crate::escape;
use crate::report::{Report, Summary};

#[derive(Serialize)]
struct FindingJson<'a> {
    code: &'a str,
    severity: Severity,
    message: &'a str,
    file: &'a str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    field: Option<&'a str>,
    resource: Option<&'a ResourceRef>,
    related: Vec<RelatedJson<'a>>,
    fix: Option<FixJson<'a>>,
    help: Option<&'a str>,
    old: bool,
}

#[derive(Serialize)]
struct RelatedJson<'a> {
    file: &'a str,
    line: u32,
    column: u32,
    message: &'a str,
}

#[derive(Serialize)]
struct FixJson<'a> {
    title: &'a str,
    safe: bool,
    edits: Vec<EditJson<'a>>,
}

#[derive(Serialize)]
struct EditJson<'a> {
    file: &'a str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    with: &'a str,
}

#[derive(Serialize)]
struct SummaryJson {
    files: usize,
    documents: usize,
    resources: usize,
    errors: usize,
    warnings: usize,
}

/// Renders a report.
pub(crate) fn render(report: &Report<'_>) -> String {
    let mut out = String::from("{\"version\":1,\"findings\":[");
    for (at, finding) in report.findings.iter().enumerate() {
        out.push_str(if at == 0 { "\n" } else { ",\n" });
        out.push_str(&compact(&view(finding, (report.is_old)(finding))));
    }
    if !report.findings.is_empty() {
        out.push('\n');
    }
    let Summary {
        files,
        documents,
        resources,
        errors,
        warnings,
    } = report.summary;
    out.push_str("],\"summary\":");
    out.push_str(&compact(&SummaryJson {
        files,
        documents,
        resources,
        errors,
        warnings,
    }));
    out.push_str("}\n");
    escape::json(out)
}

/// Serializes what cannot fail: only text, numbers and lists of them.
pub(crate) fn compact(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

fn view(finding: &Finding, old: bool) -> FindingJson<'_> {
    let Place {
        file, start, end, ..
    } = &finding.place;
    FindingJson {
        code: finding.code,
        severity: finding.severity,
        message: &finding.message,
        file,
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
        field: finding.field.as_deref(),
        resource: finding.resource.as_ref(),
        related: finding
            .related
            .iter()
            .map(|related| RelatedJson {
                file: &related.place.file,
                line: related.place.start.line,
                column: related.place.start.column,
                message: &related.message,
            })
            .collect(),
        fix: finding.fix.as_ref().map(|fix| FixJson {
            title: &fix.title,
            safe: fix.safe,
            edits: fix
                .edits
                .iter()
                .map(|edit| EditJson {
                    file: &edit.place.file,
                    line: edit.place.start.line,
                    column: edit.place.start.column,
                    end_line: edit.place.end.line,
                    end_column: edit.place.end.column,
                    with: &edit.with,
                })
                .collect(),
        }),
        help: finding.help.as_deref(),
        old,
    }
}
