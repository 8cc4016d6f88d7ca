//! Rows that nobody measures yet. Who does moves the row to the family it belongs to.

use crate::bench::row::{Goal, Row, Since, Work};

pub(super) fn rows() -> Vec<Row> {
    let planned = |id, title, goal| Row {
        id,
        title,
        divisor: 1,
        goal,
        since: Since::Planned,
        doubles: None,
        repeat: 1,
        work: Work::None,
    };
    vec![
        planned(
            "validate-objects",
            "validate, cold, {n} files from Git objects",
            Goal::CpuRatio {
                must: 1.8,
                aim: 1.0,
            },
        ),
        planned(
            "validate-warm",
            "validate, warm, {n} files unchanged",
            Goal::CpuRatio {
                must: 0.25,
                aim: 0.12,
            },
        ),
        planned(
            "commit-hook",
            "git commit with the hook over without, 1000 files",
            Goal::AddedWallMs {
                must: 10.0,
                aim: 5.0,
            },
        ),
    ]
}
