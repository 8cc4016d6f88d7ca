//! A row of the benchmark table as a value.

use serde::Serialize;

use super::fixture::Fixture;
use super::measure::Spec;
use crate::args::Failure;

/// A measurement: one line of the table.
pub(crate) struct Row {
    /// Word for `--only`.
    pub(crate) id: &'static str,
    /// What is measured, for people; `{n}` stands for the number of resources.
    pub(crate) title: &'static str,
    /// Share of `--size` that the row uses, as a divisor.
    pub(crate) divisor: usize,
    /// What the project promises.
    pub(crate) goal: Goal,
    /// Row of half the size, where the growth is of interest.
    pub(crate) doubles: Option<&'static str>,
    /// How many runs for each one asked for; short commands need more.
    pub(crate) repeat: usize,
    /// What is run.
    pub(crate) work: Work,
}

impl Row {
    /// The title with its number of resources, for a largest corpus of `size`.
    pub(crate) fn titled(&self, size: usize) -> String {
        self.title
            .replace("{n}", &(size / self.divisor).to_string())
    }
}

/// What a row runs.
pub(crate) enum Work {
    /// A command and its yardstick, made from the fixture for the row's number of resources.
    Pair(fn(&mut Fixture, usize) -> Result<Pair, Failure>),
    /// The size of the binary.
    BinarySize,
}

/// Makes the command of one run, after whatever it must find undone.
pub(crate) type Maker = Box<dyn FnMut() -> Result<Spec, Failure>>;

/// A command and its yardstick.
pub(crate) struct Pair {
    pub(crate) subject: Maker,
    pub(crate) yardstick: Maker,
}

/// Goal of a row: the limit that must hold and the one to aim at.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(tag = "of", rename_all = "snake_case")]
pub(crate) enum Goal {
    /// CPU time over that of the yardstick.
    CpuRatio { must: f64, aim: f64 },
    /// Wall time in milliseconds.
    WallMs { must: f64, aim: f64 },
    /// Wall time in milliseconds over that of the yardstick.
    AddedWallMs { must: f64, aim: f64 },
    /// Peak memory in MiB.
    PeakMib { must: f64, aim: f64 },
    /// Bytes on disk.
    Bytes { must: f64, aim: f64 },
    /// None is set.
    None,
}
