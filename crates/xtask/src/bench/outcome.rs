//! What came out of a row, and whether its goal is met.

use std::path::Path;

use serde::Serialize;

use super::measure::Used;
use super::row::{Goal, Row};
use super::{GOAL_SIZE, Settings};

/// Result of one row.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub(crate) enum Outcome {
    /// Measured beside a yardstick.
    Measured(Box<Medians>),
    /// A number of bytes.
    Size { bytes: f64 },
    /// It could not be measured.
    Failed { reason: String },
}

/// Medians over the runs of a row; the ratios are medians of the ratios of each pair.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Medians {
    pub(crate) runs: usize,
    pub(crate) hnp: Used,
    pub(crate) yardstick: Used,
    pub(crate) cpu_ratio: f64,
    pub(crate) wall_ratio: f64,
    pub(crate) peak_ratio: f64,
    /// Wall time of hnp less that of the yardstick, in milliseconds.
    pub(crate) added_wall_ms: f64,
    /// CPU time over that of the row of half the size.
    pub(crate) doubling: Option<f64>,
}

impl Medians {
    /// Takes the medians of pairs of hnp and its yardstick; there must be at least one.
    pub(crate) fn of(pairs: &[(Used, Used)]) -> Self {
        let over = |value: fn(&Used) -> f64| {
            median(
                pairs
                    .iter()
                    .map(|(a, b)| value(a) / value(b).max(1e-6))
                    .collect(),
            )
        };
        let of = |used: Vec<Used>| Used {
            cpu_ms: median(used.iter().map(|it| it.cpu_ms).collect()),
            wall_ms: median(used.iter().map(|it| it.wall_ms).collect()),
            peak_kib: median(used.iter().map(|it| it.peak_kib).collect()),
            exit: used
                .iter()
                .map(|it| it.exit)
                .find(|exit| *exit != Some(0))
                .unwrap_or(Some(0)),
        };
        Self {
            runs: pairs.len(),
            hnp: of(pairs.iter().map(|(hnp, _)| *hnp).collect()),
            yardstick: of(pairs.iter().map(|(_, yardstick)| *yardstick).collect()),
            cpu_ratio: over(|it| it.cpu_ms),
            wall_ratio: over(|it| it.wall_ms),
            peak_ratio: over(|it| it.peak_kib),
            added_wall_ms: median(pairs.iter().map(|(a, b)| a.wall_ms - b.wall_ms).collect()),
            doubling: None,
        }
    }
}

/// Middle of the values, or the mean of the two middle ones.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => f64::NAN,
        len if len % 2 == 1 => values[middle],
        _ => f64::midpoint(values[middle - 1], values[middle]),
    }
}

/// Whether a goal is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Verdict {
    /// Within what to aim at.
    Aim,
    /// Within what must hold.
    Must,
    /// Over it.
    Missed,
    /// Nothing to judge, or another size than the goal is set for.
    Open,
}

impl Goal {
    /// Judges an outcome.
    pub(crate) fn judge(&self, outcome: &Outcome) -> Verdict {
        // What a failing command uses says nothing about one that does its work.
        if !outcome.is_sound() {
            return Verdict::Open;
        }
        let (value, must, aim) = match (self, outcome) {
            (Self::CpuRatio { must, aim }, Outcome::Measured(it)) => (it.cpu_ratio, *must, *aim),
            (Self::WallMs { must, aim }, Outcome::Measured(it)) => (it.hnp.wall_ms, *must, *aim),
            (Self::AddedWallMs { must, aim }, Outcome::Measured(it)) => {
                (it.added_wall_ms, *must, *aim)
            }
            (Self::PeakMib { must, aim }, Outcome::Measured(it)) => {
                (it.hnp.peak_kib / 1_024.0, *must, *aim)
            }
            (Self::Bytes { must, aim }, Outcome::Size { bytes }) => (*bytes, *must, *aim),
            _ => return Verdict::Open,
        };
        if value <= aim {
            Verdict::Aim
        } else if value <= must {
            Verdict::Must
        } else {
            Verdict::Missed
        }
    }
}

/// Everything that one invocation found.
#[derive(Serialize)]
pub(crate) struct Report {
    version: u32,
    /// Resources of the largest corpus.
    pub(crate) size: usize,
    /// Threads that the machine runs at once.
    pub(crate) cpus: usize,
    /// Bytes of the binary under test.
    pub(crate) binary_bytes: u64,
    /// Peak memory in KiB that an empty command shows: what the measuring process itself has.
    pub(crate) floor_kib: f64,
    pub(crate) rows: Vec<Line>,
}

/// A row with its result.
#[derive(Serialize)]
pub(crate) struct Line {
    pub(crate) id: &'static str,
    pub(crate) title: String,
    pub(crate) goal: Goal,
    pub(crate) verdict: Verdict,
    pub(crate) outcome: Outcome,
}

impl Report {
    pub(crate) fn new(settings: &Settings, floor_kib: f64) -> Self {
        Self {
            version: 1,
            size: settings.size,
            cpus: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
            binary_bytes: binary_bytes(&settings.hnp),
            floor_kib,
            rows: Vec::new(),
        }
    }

    pub(crate) fn push(&mut self, row: &Row, outcome: Outcome) {
        // A goal holds for its own size only; a trial with a smaller corpus proves nothing.
        let judged = self.size == GOAL_SIZE || !row.title.contains("{n}");
        self.rows.push(Line {
            id: row.id,
            title: row.titled(self.size),
            goal: row.goal,
            verdict: if judged {
                row.goal.judge(&outcome)
            } else {
                Verdict::Open
            },
            outcome,
        });
    }

    /// Fills in the factor to the row of half the size, where both were measured.
    pub(crate) fn add_doubling(&mut self, rows: &[Row]) {
        let cpu: Vec<(&'static str, f64)> = self
            .rows
            .iter()
            .filter_map(|line| match &line.outcome {
                Outcome::Measured(it) => Some((line.id, it.hnp.cpu_ms)),
                _ => None,
            })
            .collect();
        for line in &mut self.rows {
            let half = rows
                .iter()
                .find(|row| row.id == line.id)
                .and_then(|row| row.doubles);
            let half_cpu = cpu
                .iter()
                .find(|(id, _)| Some(*id) == half)
                .map(|(_, cpu)| *cpu);
            if let (Outcome::Measured(it), Some(half_cpu)) = (&mut line.outcome, half_cpu) {
                it.doubling = Some(it.hnp.cpu_ms / half_cpu.max(1e-6));
            }
        }
    }

    /// Tells whether a row was not measured, or a command in it failed.
    pub(crate) fn has_failure(&self) -> bool {
        self.rows.iter().any(|line| !line.outcome.is_sound())
    }
}

impl Outcome {
    /// Tells whether every command of the row did its work.
    pub(crate) fn is_sound(&self) -> bool {
        match self {
            Self::Measured(it) => it.hnp.exit == Some(0) && it.yardstick.exit == Some(0),
            Self::Size { .. } => true,
            Self::Failed { .. } => false,
        }
    }
}

/// Bytes of a file, 0 where it cannot be asked.
pub(crate) fn binary_bytes(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |metadata| metadata.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn used(cpu_ms: f64, wall_ms: f64) -> Used {
        Used {
            cpu_ms,
            wall_ms,
            peak_kib: 2_048.0,
            exit: Some(0),
        }
    }

    #[test]
    fn ratios_are_medians_of_pairs_so_that_one_noisy_pair_moves_nothing() {
        let pairs = [
            (used(20.0, 10.0), used(10.0, 10.0)),
            (used(300.0, 90.0), used(100.0, 50.0)),
            (used(22.0, 12.0), used(10.0, 10.0)),
        ];
        let medians = Medians::of(&pairs);
        assert!((medians.cpu_ratio - 2.2).abs() < 1e-9);
        assert!((medians.hnp.cpu_ms - 22.0).abs() < 1e-9);
        assert!((medians.added_wall_ms - 2.0).abs() < 1e-9);
        assert!((median(vec![4.0, 1.0, 3.0, 2.0]) - 2.5).abs() < 1e-9);
    }

    #[test]
    fn a_goal_has_three_answers_and_an_unmeasured_row_none() {
        let goal = Goal::CpuRatio {
            must: 2.5,
            aim: 1.6,
        };
        let with =
            |cpu| Outcome::Measured(Box::new(Medians::of(&[(used(cpu, 1.0), used(1.0, 1.0))])));
        assert_eq!(goal.judge(&with(1.5)), Verdict::Aim);
        assert_eq!(goal.judge(&with(2.0)), Verdict::Must);
        assert_eq!(goal.judge(&with(2.6)), Verdict::Missed);
        assert_eq!(
            Goal::Bytes {
                must: 8e6,
                aim: 6e6
            }
            .judge(&Outcome::Size { bytes: 7e6 }),
            Verdict::Must
        );
    }

    #[test]
    fn a_failing_exit_code_among_the_runs_is_kept() {
        let bad = Used {
            exit: Some(1),
            ..used(1.0, 1.0)
        };
        let medians = Medians::of(&[(used(1.0, 1.0), used(1.0, 1.0)), (bad, used(1.0, 1.0))]);
        assert_eq!(medians.hnp.exit, Some(1));
        let goal = Goal::CpuRatio {
            must: 2.5,
            aim: 1.6,
        };
        assert_eq!(
            goal.judge(&Outcome::Measured(Box::new(medians))),
            Verdict::Open
        );
    }
}
