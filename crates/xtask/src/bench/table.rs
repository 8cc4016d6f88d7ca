//! The report as a table for people.

use std::fmt::Write as _;

use super::GOAL_SIZE;
use super::outcome::{Line, Outcome, Report, Verdict};
use super::row::{Goal, Row};

const HEADINGS: [&str; 12] = [
    "row",
    "hnp CPU s",
    "wall s",
    "MiB",
    "yard CPU s",
    "wall s",
    "MiB",
    "CPU x",
    "wall x",
    "MiB x",
    "doubling",
    "goal",
];

/// Lists the rows with their goals.
pub(crate) fn list(rows: &[Row]) -> String {
    let mut text = String::new();
    for row in rows {
        let _ = writeln!(
            text,
            "{:<18} {}; goal: {}",
            row.id,
            row.titled(GOAL_SIZE),
            goal(&row.goal)
        );
    }
    text
}

/// Renders the report: a line a row, numbers right-aligned, titles below.
pub(crate) fn render(report: &Report) -> String {
    let mut lines: Vec<Vec<String>> = vec![HEADINGS.iter().map(|&it| it.to_owned()).collect()];
    lines.extend(report.rows.iter().map(cells));
    let widths: Vec<usize> = (0..HEADINGS.len())
        .map(|column| {
            lines
                .iter()
                .map(|line| line[column].chars().count())
                .max()
                .unwrap_or(0)
        })
        .collect();
    let mut text = String::new();
    for line in &lines {
        for (column, cell) in line.iter().enumerate() {
            let fill = " ".repeat(widths[column].saturating_sub(cell.chars().count()));
            let left = column == 0 || column == HEADINGS.len() - 1;
            let (before, after) = if left {
                ("", fill.as_str())
            } else {
                (fill.as_str(), "")
            };
            let _ = write!(text, "{before}{cell}{after}  ");
        }
        text.truncate(text.trim_end().len());
        text.push('\n');
    }
    text.push('\n');
    for line in &report.rows {
        let _ = writeln!(text, "{:<18} {}{}", line.id, line.title, remark(line));
    }
    let _ = writeln!(
        text,
        "\n{} threads; hnp is a binary of {} bytes; x: median of hnp over yardstick, pair by pair",
        report.cpus, report.binary_bytes
    );
    let _ = writeln!(
        text,
        "MiB cannot read lower than the measuring process: {:.1}",
        report.floor_kib / 1_024.0
    );
    if report.size != GOAL_SIZE {
        let _ = writeln!(
            text,
            "goals are set for --size {GOAL_SIZE}; this was {}",
            report.size
        );
    }
    text
}

fn cells(line: &Line) -> Vec<String> {
    let mut cells = vec![line.id.to_owned()];
    match &line.outcome {
        Outcome::Measured(it) => {
            for used in [&it.hnp, &it.yardstick] {
                cells.push(format!("{:.4}", used.cpu_ms / 1_000.0));
                cells.push(format!("{:.4}", used.wall_ms / 1_000.0));
                cells.push(format!("{:.1}", used.peak_kib / 1_024.0));
            }
            cells.extend(
                [it.cpu_ratio, it.wall_ratio, it.peak_ratio].map(|ratio| format!("{ratio:.2}")),
            );
            cells.push(
                it.doubling
                    .map_or_else(String::new, |factor| format!("{factor:.2}")),
            );
        }
        Outcome::Size { bytes } => {
            cells.push(format!("{:.2} MB", bytes / 1e6));
            cells.resize(HEADINGS.len() - 1, String::new());
        }
        Outcome::Failed { .. } => {
            cells.push("failed".to_owned());
            cells.resize(HEADINGS.len() - 1, String::new());
        }
    }
    let verdict = match line.verdict {
        Verdict::Aim => ": aim met",
        Verdict::Must => ": met",
        Verdict::Missed => ": MISSED",
        Verdict::Open => "",
    };
    cells.push(format!("{}{verdict}", goal(&line.goal)));
    cells
}

fn goal(goal: &Goal) -> String {
    match goal {
        Goal::CpuRatio { must, aim } => format!("CPU {must} x, aim {aim} x"),
        Goal::WallMs { must, aim } => format!("wall {must} ms, aim {aim} ms"),
        Goal::AddedWallMs { must, aim } => format!("wall +{must} ms, aim +{aim} ms"),
        Goal::PeakMib { must, aim } => format!("{must} MiB, aim {aim} MiB"),
        Goal::Bytes { must, aim } => format!("{} MB, aim {} MB", must / 1e6, aim / 1e6),
        Goal::None => "none".to_owned(),
    }
}

/// What a reader must know before trusting the line.
fn remark(line: &Line) -> String {
    match &line.outcome {
        Outcome::Failed { reason } => format!(": {reason}"),
        Outcome::Measured(it) if it.hnp.exit != Some(0) => match it.hnp.exit {
            Some(code) => format!(": CAUTION, hnp ended with exit code {code}"),
            None => ": CAUTION, hnp was ended by a signal".to_owned(),
        },
        Outcome::Measured(it) if it.yardstick.exit != Some(0) => {
            ": CAUTION, the yardstick failed".to_owned()
        }
        _ => String::new(),
    }
}
