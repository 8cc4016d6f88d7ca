//! GitLab's Code Quality report: a list of issues with a unique fingerprint each.
//!
//! GitLab compares two of these reports by itself, so old findings stay in it: one left out would count as mended.

use hnp_model::Severity;
use serde::Serialize;

use crate::escape;
use crate::json::compact;
use crate::report::Report;
use hnp_model::fingerprint::fingerprints;

#[derive(Serialize)]
struct Issue<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: String,
    severity: &'static str,
    location: Location<'a>,
}

#[derive(Serialize)]
struct Location<'a> {
    path: &'a str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
    end: u32,
}

/// Renders a report: one issue a line.
pub(crate) fn render(report: &Report<'_>) -> String {
    let mut out = String::from("[");
    let prints = fingerprints(report.findings);
    for (at, (finding, fingerprint)) in report.findings.iter().zip(prints).enumerate() {
        out.push_str(if at == 0 { "\n" } else { ",\n" });
        let mut description = format!("{}: {}", finding.code, finding.message);
        if let Some(help) = &finding.help {
            description.push_str(" (");
            description.push_str(help);
            description.push(')');
        }
        let place = &finding.place;
        out.push_str(&compact(&Issue {
            description,
            check_name: finding.code,
            fingerprint,
            severity: match finding.severity {
                Severity::Error => "critical",
                Severity::Warning => "minor",
                Severity::Info => "info",
            },
            location: Location {
                path: &place.file,
                lines: Lines {
                    begin: place.start.line,
                    end: place.end.line.max(place.start.line),
                },
            },
        }));
    }
    if !report.findings.is_empty() {
        out.push('\n');
    }
    out.push_str("]\n");
    escape::json(out)
}
