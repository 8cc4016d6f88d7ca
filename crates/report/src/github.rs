//! Workflow commands, which GitHub shows as annotations on the lines of a pull request.
//!
//! A step shows ten annotations of each kind and forgets the rest, so the worst come first and the rest is counted.

use std::fmt::Write as _;

use hnp_model::{Finding, Severity};

use crate::escape::{command_data, command_property, visible};
use crate::report::{Report, count};

/// Annotations of one kind that GitHub shows for a step.
const SHOWN: usize = 10;

/// Renders a report; no finding gives an empty text.
pub(crate) fn render(report: &Report<'_>) -> String {
    let mut out = String::new();
    let mut tally = Tally::default();
    for at in report.worst_first() {
        let finding = &report.findings[at];
        if tally.takes(finding, (report.is_old)(finding)) {
            annotation(&mut out, finding);
        }
    }
    tally.write(&mut out);
    out
}

fn annotation(out: &mut String, finding: &Finding) {
    let place = &finding.place;
    let last_line = place.end.line.max(place.start.line);
    let _ = write!(
        out,
        "::{} file={},line={},endLine={last_line}",
        match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "notice",
        },
        command_property(&visible(&place.file)),
        place.start.line,
    );
    // Over several lines the runner refuses columns.
    if last_line == place.start.line {
        let _ = write!(
            out,
            ",col={},endColumn={}",
            place.start.column,
            place.end.column.max(place.start.column)
        );
    }
    // The message has lines of its own: the runner's escapes stand for their ends.
    let mut message = visible(&finding.message).into_owned();
    for related in &finding.related {
        let _ = write!(
            message,
            "\nalso {}: {}",
            visible(&related.place.to_string()),
            visible(&related.message)
        );
    }
    if let Some(help) = &finding.help {
        let _ = write!(message, "\nhelp: {}", visible(help));
    }
    if let Some(fix) = &finding.fix {
        let _ = write!(message, "\nfix: {}", visible(&fix.title));
    }
    let _ = writeln!(
        out,
        ",title={}::{}",
        command_property(finding.code),
        command_data(&message)
    );
}

/// Counts what is shown and what is left out.
#[derive(Default)]
struct Tally {
    shown: [usize; 3],
    left: [usize; 3],
    old: usize,
}

impl Tally {
    /// Tells whether there is room for a finding, and counts it.
    fn takes(&mut self, finding: &Finding, old: bool) -> bool {
        if old {
            self.old += 1;
            return false;
        }
        let (kind, room) = match finding.severity {
            Severity::Error => (0, SHOWN),
            Severity::Warning => (1, SHOWN),
            // The count below is a notice too.
            Severity::Info => (2, SHOWN - 1),
        };
        let fits = self.shown[kind] < room;
        let counted = if fits {
            &mut self.shown
        } else {
            &mut self.left
        };
        counted[kind] += 1;
        fits
    }

    fn write(&self, out: &mut String) {
        let names = ["error", "warning", "notice"];
        let mut left: Vec<String> = names
            .iter()
            .zip(self.left)
            .filter(|&(_, n)| n > 0)
            .map(|(name, n)| count(n, name))
            .collect();
        if self.old > 0 {
            left.push(count(self.old, "old finding"));
        }
        if !left.is_empty() {
            let _ = writeln!(
                out,
                "::notice title=hnp::Not shown as annotations: {}. `hnp validate` lists all of them.",
                left.join(", ")
            );
        }
    }
}
