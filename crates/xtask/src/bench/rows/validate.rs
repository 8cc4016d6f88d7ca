//! Validation of whole fabrics without anything remembered from an earlier run.

use crate::args::Failure;
use crate::bench::fixture::{Fixture, remove};
use crate::bench::measure::Spec;
use crate::bench::row::{Goal, Pair, Row, Work};

pub(super) fn rows() -> Vec<Row> {
    let growth = |id, divisor, doubles| Row {
        id,
        title: "validate, cold, {n} files",
        divisor,
        goal: Goal::None,
        doubles,
        repeat: 1,
        work: Work::Pair(cold),
    };
    vec![
        Row {
            id: "validate-cold",
            title: "validate, cold, {n} files from the worktree",
            divisor: 1,
            goal: Goal::CpuRatio {
                must: 2.5,
                aim: 1.6,
            },
            doubles: None,
            repeat: 1,
            work: Work::Pair(cold),
        },
        Row {
            id: "validate-objects",
            title: "validate, cold, {n} files from Git objects",
            divisor: 1,
            goal: Goal::CpuRatio {
                must: 1.8,
                aim: 1.0,
            },
            doubles: None,
            repeat: 1,
            work: Work::Pair(objects),
        },
        Row {
            id: "validate-warm",
            title: "validate, warm, {n} files unchanged",
            divisor: 1,
            goal: Goal::CpuRatio {
                must: 0.25,
                aim: 0.12,
            },
            doubles: None,
            repeat: 3,
            work: Work::Pair(warm),
        },
        Row {
            id: "validate-memory",
            title: "peak memory of validate, cold, {n} files",
            divisor: 1,
            goal: Goal::PeakMib {
                must: 24.0,
                aim: 16.0,
            },
            doubles: None,
            repeat: 1,
            work: Work::Pair(cold),
        },
        Row {
            id: "validate-one-file",
            title: "validate one file of {n} documents",
            divisor: 1,
            goal: Goal::CpuRatio {
                must: 10.0,
                aim: 5.0,
            },
            doubles: None,
            repeat: 1,
            work: Work::Pair(one_file),
        },
        growth("validate-eighth", 8, None),
        growth("validate-quarter", 4, Some("validate-eighth")),
        growth("validate-half", 2, Some("validate-quarter")),
        growth("validate-whole", 1, Some("validate-half")),
    ]
}

fn cold(fixture: &mut Fixture, resources: usize) -> Result<Pair, Failure> {
    let repository = fixture.managed(resources)?;
    let hnp = fixture.hnp().to_owned();
    let root = repository.root.clone();
    Ok(Pair {
        subject: Box::new(move || {
            // Verdicts of the last run would make it warm.
            remove(&root.join(".git/hnp"))?;
            Ok(Spec::new(&hnp, &root).arg("validate"))
        }),
        yardstick: Box::new(move || Ok(repository.sha256sum())),
    })
}

/// The tree of the last commit, with and without what earlier runs have kept.
fn committed(fixture: &mut Fixture, resources: usize, cold: bool) -> Result<Pair, Failure> {
    let repository = fixture.managed(resources)?;
    let hnp = fixture.hnp().to_owned();
    let root = repository.root.clone();
    Ok(Pair {
        subject: Box::new(move || {
            if cold {
                remove(&root.join(".git/hnp"))?;
            }
            Ok(Spec::new(&hnp, &root).args(["validate", "--rev", "HEAD"]))
        }),
        yardstick: Box::new(move || Ok(repository.sha256sum())),
    })
}

fn objects(fixture: &mut Fixture, resources: usize) -> Result<Pair, Failure> {
    committed(fixture, resources, true)
}

fn warm(fixture: &mut Fixture, resources: usize) -> Result<Pair, Failure> {
    committed(fixture, resources, false)
}

fn one_file(fixture: &mut Fixture, resources: usize) -> Result<Pair, Failure> {
    let repository = fixture.single_file(resources)?;
    let hnp = fixture.hnp().to_owned();
    let (root, file) = (repository.root.clone(), repository.files[0].clone());
    Ok(Pair {
        subject: Box::new(move || Ok(Spec::new(&hnp, &root).arg("validate").arg(&file))),
        yardstick: Box::new(move || Ok(repository.sha256sum())),
    })
}
