//! What several tests of the rules need.
#![allow(dead_code, unreachable_pub)]

use hnp_model::{Finding, Fix, SourceFile, finding};
use hnp_rules::engine::Side;
use hnp_rules::{Role, Settings, check_change, check_file, check_tree};

/// Checks one file in `managed/` by itself and as a tree of one file; findings in the order in which they are shown.
pub fn check(bytes: impl Into<Vec<u8>>, settings: &Settings) -> Vec<Finding> {
    let bytes = bytes.into();
    let file = SourceFile {
        path: "managed/file.yaml".to_owned(),
        bytes: bytes.clone(),
    };
    let checked = check_file(file, Role::Managed, settings);
    let mut findings = checked.findings.clone();
    let texts = |_, _: &str| Some(bytes.clone());
    let files = [checked];
    findings.extend(check_tree(&files, settings, &texts).0);
    hnp_rules::ignore::apply(&files, &mut findings);
    finding::sort(&mut findings);
    findings
}

/// Checks the step from one file to another; of the later one everything else is checked too.
pub fn check_step(before: &str, after: &str, settings: &Settings) -> Vec<Finding> {
    let read = |text: &str| {
        let file = SourceFile {
            path: "managed/file.yaml".to_owned(),
            bytes: text.as_bytes().to_vec(),
        };
        check_file(file, Role::Managed, settings)
    };
    let texts = |side, _: &str| {
        let text = if side == Side::Old { before } else { after };
        Some(text.as_bytes().to_vec())
    };
    let mut findings = check(after, settings);
    findings.extend(check_change(&[read(before)], &[read(after)], settings, &texts).0);
    finding::sort(&mut findings);
    findings
}

/// One line a finding: code, line, column, message; one more a related place.
pub fn concise(findings: &[Finding]) -> String {
    let mut text = String::new();
    for finding in findings {
        let at = finding.place.start;
        text.push_str(&format!(
            "{} {} {}:{} {}\n",
            finding.code, finding.severity, at.line, at.column, finding.message
        ));
        for related in &finding.related {
            let at = related.place.start;
            text.push_str(&format!(
                "  {}:{} {}\n",
                at.line, at.column, related.message
            ));
        }
    }
    text
}

/// Code, line and column of each finding, in one line.
pub fn codes(findings: &[Finding]) -> String {
    let one = |finding: &Finding| {
        let at = finding.place.start;
        format!("{} {}:{}", finding.code, at.line, at.column)
    };
    findings.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// Applies a fix to the text it was made for.
pub fn mended(text: &str, fix: &Fix) -> String {
    let mut text = text.to_owned();
    for edit in fix.edits.iter().rev() {
        text.replace_range(edit.place.span.range(), &edit.with);
    }
    text
}
