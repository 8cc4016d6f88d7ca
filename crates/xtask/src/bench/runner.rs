//! Runs a row: one pair to warm up, then pair by pair in turn.

use super::fixture::Fixture;
use super::measure;
use super::outcome::{Medians, Outcome, binary_bytes};
use super::row::{Pair, Row, Work};
use crate::args::Failure;

/// Measures a row; what goes wrong is part of the outcome, so that other rows are measured still.
pub(crate) fn run(row: &Row, fixture: &mut Fixture, runs: usize) -> Outcome {
    let result = match row.work {
        Work::Pair(make) => {
            let resources = fixture.size() / row.divisor;
            make(fixture, resources).and_then(|pair| measure_pair(pair, fixture, runs * row.repeat))
        }
        Work::BinarySize => Ok(Outcome::Size {
            bytes: binary_bytes(fixture.hnp()) as f64,
        }),
    };
    result.unwrap_or_else(|failure| Outcome::Failed {
        reason: failure.to_string(),
    })
}

fn measure_pair(mut pair: Pair, fixture: &Fixture, runs: usize) -> Result<Outcome, Failure> {
    let mut pairs = Vec::with_capacity(runs);
    // The first pair fills the page cache and is not counted.
    for turn in 0..=runs {
        // Who goes first changes from pair to pair: whatever the first pays for the second is shared out.
        let used = if turn % 2 == 0 {
            let hnp = measure::once(&(pair.subject)()?, fixture.scratch())?;
            (hnp, measure::once(&(pair.yardstick)()?, fixture.scratch())?)
        } else {
            let yardstick = measure::once(&(pair.yardstick)()?, fixture.scratch())?;
            (
                measure::once(&(pair.subject)()?, fixture.scratch())?,
                yardstick,
            )
        };
        if turn > 0 {
            pairs.push(used);
        }
    }
    Ok(Outcome::Measured(Box::new(Medians::of(&pairs))))
}
