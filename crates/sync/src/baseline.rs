//! A baseline: findings that were there when hnp came, one a line, so that only new ones block.
//!
//! A line is the finding's fingerprint, which outlives moved lines and files, and then, for people, its code, its file and its
//! message.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use hnp_model::Finding;
use hnp_model::fingerprint::fingerprints;

const HEAD: &str = "# hnp baseline 1. Findings listed here are shown as old and do not block. `hnp validate --write-baseline FILE` writes it anew.\n";

/// The fingerprints of a baseline.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline(BTreeSet<String>);

impl Baseline {
    /// Reads a baseline.
    ///
    /// # Errors
    ///
    /// One sentence that names the first line which is none of a baseline's.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut prints = BTreeSet::new();
        for (n, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let print = line.split_whitespace().next().unwrap_or_default();
            let (hex, nth) = print.split_once(':').unwrap_or((print, "1"));
            let good = hex.len() == 32
                && hex.bytes().all(|b| b.is_ascii_hexdigit())
                && nth.parse::<usize>().is_ok();
            if !good {
                return Err(format!(
                    "line {} does not start with a fingerprint of 32 hexadecimal digits",
                    n + 1
                ));
            }
            prints.insert(print.to_owned());
        }
        Ok(Self(prints))
    }

    /// Writes the baseline of findings.
    #[must_use]
    pub fn write(findings: &[Finding]) -> String {
        let mut lines: Vec<String> = findings
            .iter()
            .zip(fingerprints(findings))
            .map(|(finding, print)| {
                let message: String = finding
                    .message
                    .chars()
                    .map(|c| if c.is_control() { ' ' } else { c })
                    .collect();
                format!(
                    "{print} {} {} {message}",
                    finding.code,
                    finding.place.file.escape_default()
                )
            })
            .collect();
        lines.sort_by(|a, b| a.split_once(' ').cmp(&b.split_once(' ')));
        let mut out = HEAD.to_owned();
        for line in lines {
            let _ = writeln!(out, "{line}");
        }
        out
    }

    /// Marks the findings that it lists.
    pub fn mark(&self, findings: &mut [Finding]) {
        let prints = fingerprints(findings);
        for (finding, print) in findings.iter_mut().zip(prints) {
            finding.old |= self.0.contains(&print);
        }
    }
}
