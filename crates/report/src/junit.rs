//! JUnit XML: a suite for each file with findings, a test case for each finding.
//!
//! Only what makes the exit code 1 fails. Warnings and old findings are skipped cases, which dashboards show as well.

use std::fmt::Write as _;

use hnp_model::{Finding, Severity};

use crate::escape::xml;
use crate::report::Report;

/// Renders a report; without findings, one case that passed.
pub(crate) fn render(report: &Report<'_>) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let fails =
        |finding: &&Finding| finding.severity == Severity::Error && !(report.is_old)(finding);
    let failures = report.findings.iter().filter(fails).count();
    let tests = report.findings.len().max(1);
    let skipped = report.findings.len() - failures;
    let _ = writeln!(
        out,
        "<testsuites name=\"hnp validate\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" skipped=\"{skipped}\">"
    );
    if report.findings.is_empty() {
        out.push_str("  <testsuite name=\"hnp validate\" tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"0\">\n");
        out.push_str(
            "    <testcase name=\"no finding\" classname=\"hnp validate\"/>\n  </testsuite>\n",
        );
    }
    for of_file in report
        .findings
        .chunk_by(|a, b| a.place.file == b.place.file)
    {
        let failures = of_file.iter().filter(fails).count();
        let _ = writeln!(
            out,
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{failures}\" errors=\"0\" skipped=\"{}\">",
            xml(&of_file[0].place.file),
            of_file.len(),
            of_file.len() - failures
        );
        for finding in of_file {
            case(&mut out, finding, (report.is_old)(finding));
        }
        out.push_str("  </testsuite>\n");
    }
    out.push_str("</testsuites>\n");
    out
}

fn case(out: &mut String, finding: &Finding, old: bool) {
    let place = &finding.place;
    let file = xml(&place.file);
    let message = xml(&finding.message);
    let _ = writeln!(
        out,
        "    <testcase name=\"{} at {}:{}\" classname=\"{file}\" file=\"{file}\" line=\"{}\">",
        xml(finding.code),
        place.start.line,
        place.start.column,
        place.start.line
    );
    if finding.severity == Severity::Error && !old {
        let _ = write!(
            out,
            "      <failure type=\"{}\" message=\"{message}\">{}: error[{}]: {message}",
            xml(finding.code),
            xml(&place.to_string()),
            xml(finding.code)
        );
        for related in &finding.related {
            let _ = write!(
                out,
                "\nalso {}: {}",
                xml(&related.place.to_string()),
                xml(&related.message)
            );
        }
        if let Some(help) = &finding.help {
            let _ = write!(out, "\nhelp: {}", xml(help));
        }
        out.push_str("</failure>\n");
    } else {
        let mark = if old { "old " } else { "" };
        let _ = writeln!(
            out,
            "      <skipped message=\"{mark}{}: {message}\"/>",
            finding.severity
        );
    }
    out.push_str("    </testcase>\n");
}
