//! Hooks: one file of a fabric changed and staged, with and without what earlier runs have kept.

use std::fs;

use crate::args::{Failure, environment};
use crate::bench::fixture::{Fixture, Repository, remove, run};
use crate::bench::measure::Spec;
use crate::bench::row::{Goal, Pair, Row, Since, Work};

pub(super) fn rows() -> Vec<Row> {
    let row = |id, title, divisor, goal, repeat, work| Row {
        id,
        title,
        divisor,
        goal,
        since: Since::Now,
        doubles: None,
        repeat,
        work: Work::Pair(work),
    };
    vec![
        row(
            "pre-commit-cold",
            "pre-commit, cold, one file of {n} changed",
            1,
            Goal::None,
            1,
            cold,
        ),
        row(
            "pre-commit-warm",
            "pre-commit, warm, one file of {n} changed",
            1,
            Goal::CpuRatio {
                must: 0.25,
                aim: 0.12,
            },
            3,
            warm,
        ),
        row(
            "pre-commit-one",
            "pre-commit, warm, one file of {n} changed, whole process",
            1,
            Goal::WallMs {
                must: 10.0,
                aim: 6.0,
            },
            3,
            warm,
        ),
        row(
            "pre-commit-tenth",
            "pre-commit, warm, one file of {n} changed, whole process",
            10,
            Goal::WallMs {
                must: 10.0,
                aim: 5.0,
            },
            3,
            warm,
        ),
    ]
}

/// Stages a change of one file. The comment stays where the repository is used again.
fn stage(repository: &Repository) -> Result<(), Failure> {
    let Some(file) = repository.files.first() else {
        return Ok(());
    };
    let path = repository.root.join(file);
    let text = fs::read_to_string(&path)
        .map_err(|error| environment(format!("cannot read {file}: {error}")))?;
    if !text.ends_with("# changed\n") {
        fs::write(&path, text + "# changed\n")
            .map_err(|error| environment(format!("cannot write {file}: {error}")))?;
    }
    run("git", &["add", file], &repository.root)
}

fn hook(fixture: &mut Fixture, resources: usize, cold: bool) -> Result<Pair, Failure> {
    let repository = fixture.managed(resources)?;
    stage(&repository)?;
    let hnp = fixture.hnp().to_owned();
    let root = repository.root.clone();
    Ok(Pair {
        subject: Box::new(move || {
            if cold {
                remove(&root.join(".git/hnp/cache"))?;
            }
            Ok(Spec::new(&hnp, &root).arg("hook").arg("pre-commit"))
        }),
        yardstick: Box::new(move || Ok(repository.sha256sum())),
    })
}

fn cold(fixture: &mut Fixture, resources: usize) -> Result<Pair, Failure> {
    hook(fixture, resources, true)
}

fn warm(fixture: &mut Fixture, resources: usize) -> Result<Pair, Failure> {
    hook(fixture, resources, false)
}
