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
    vec![planned(
        "sync-idle",
        "sync plan with nothing to do, 5000 resources, file GUI",
        Goal::CpuRatio {
            must: 4.0,
            aim: 2.0,
        },
    )]
}
