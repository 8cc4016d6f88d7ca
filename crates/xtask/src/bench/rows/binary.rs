//! The binary itself: its size and how fast it starts.

use crate::args::Failure;
use crate::bench::fixture::Fixture;
use crate::bench::measure::Spec;
use crate::bench::row::{Goal, Pair, Row, Work};

pub(super) fn rows() -> Vec<Row> {
    vec![
        Row {
            id: "version-start",
            title: "start of hnp --version",
            divisor: 1,
            goal: Goal::WallMs {
                must: 5.0,
                aim: 2.0,
            },
            doubles: None,
            repeat: 10,
            work: Work::Pair(start),
        },
        Row {
            id: "binary-size",
            title: "size of the binary",
            divisor: 1,
            goal: Goal::Bytes {
                must: 8e6,
                aim: 6e6,
            },
            doubles: None,
            repeat: 1,
            work: Work::BinarySize,
        },
    ]
}

fn start(fixture: &mut Fixture, _resources: usize) -> Result<Pair, Failure> {
    let (hnp, here) = (fixture.hnp().to_owned(), fixture.scratch().to_owned());
    let there = here.clone();
    Ok(Pair {
        subject: Box::new(move || Ok(Spec::new(&hnp, &here).arg("--version"))),
        yardstick: Box::new(move || Ok(Spec::new("sha256sum", &there).arg("--version"))),
    })
}
