//! What several tests of the rules need.
#![allow(dead_code, unreachable_pub)]

use hnp_model::{Finding, Fix, SourceFile, finding};
use hnp_rules::{Role, Settings, check_file, check_tree};

/// Checks one file in `managed/` by itself and as a tree of one file; findings in the order in which they are shown.
pub fn check(bytes: impl Into<Vec<u8>>, settings: &Settings) -> Vec<Finding> {
    let file = SourceFile {
        path: "managed/file.yaml".to_owned(),
        bytes: bytes.into(),
    };
    let checked = check_file(file, Role::Managed, settings);
    let mut findings = checked.findings.clone();
    findings.extend(check_tree(&[checked], settings.fabric.as_deref()));
    finding::sort(&mut findings);
    findings
}

/// One line a finding: code, line, column, message.
pub fn concise(findings: &[Finding]) -> String {
    let mut text = String::new();
    for finding in findings {
        let at = finding.place.start;
        text.push_str(&format!(
            "{} {} {}:{} {}\n",
            finding.code, finding.severity, at.line, at.column, finding.message
        ));
    }
    text
}

/// Applies a fix to the text it was made for.
pub fn mended(text: &str, fix: &Fix) -> String {
    let mut text = text.to_owned();
    for edit in fix.edits.iter().rev() {
        text.replace_range(edit.place.span.range(), &edit.with);
    }
    text
}
