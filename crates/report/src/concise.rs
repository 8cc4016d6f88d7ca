//! One line a finding: `file:line:column: error[CODE] message`.

use std::fmt::Write as _;

use hnp_model::{Finding, Place};

use crate::escape::{leading_path, visible};
use crate::report::Report;

/// Renders a report; no finding gives an empty text.
pub(crate) fn render(report: &Report<'_>) -> String {
    let mut out = String::new();
    for finding in report.findings {
        line(&mut out, finding, (report.is_old)(finding));
    }
    out
}

/// Writes the line of one finding.
pub(crate) fn line(out: &mut String, finding: &Finding, old: bool) {
    let Place { file, start, .. } = &finding.place;
    let _ = write!(
        out,
        "{}:{}:{}: {}{}[{}] {}",
        leading_path(file),
        start.line,
        start.column,
        if old { "old " } else { "" },
        finding.severity,
        finding.code,
        visible(&finding.message)
    );
    for related in &finding.related {
        let _ = write!(out, " (also {})", visible(&related.place.to_string()));
    }
    out.push('\n');
}
