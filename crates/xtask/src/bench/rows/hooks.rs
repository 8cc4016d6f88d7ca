//! Hooks: one file of a fabric changed and staged, with and without what earlier runs have kept.

use std::cell::Cell;
use std::fs;
use std::rc::Rc;

use crate::args::{Failure, environment};
use crate::bench::fixture::{Fixture, Repository, remove, run};
use crate::bench::measure::Spec;
use crate::bench::row::{Goal, Pair, Row, Work};

pub(super) fn rows() -> Vec<Row> {
    let row = |id, title, divisor, goal, repeat, work| Row {
        id,
        title,
        divisor,
        goal,
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
        row(
            "commit-hook",
            "git commit with the hook over without, {n} files",
            10,
            Goal::AddedWallMs {
                must: 10.0,
                aim: 5.0,
            },
            3,
            commit,
        ),
    ]
}

/// The file that changes: a VPC, which more resources refer to than to most others.
fn subject(repository: &Repository) -> Option<&String> {
    // In the directory of VPCs their own files have no kind before the name.
    let mut files = repository.files.iter();
    files.find(|file| {
        let name = file.split_once("/vpcs/").map(|(_, name)| name);
        name.is_some_and(|name| name.ends_with(".yaml") && !name.contains('_'))
    })
}

/// Adds a line to one file and stages it.
fn append(repository: &Repository, line: &str) -> Result<(), Failure> {
    let Some(file) = subject(repository) else {
        return Err(environment("the corpus has no VPC".to_owned()));
    };
    let path = repository.root.join(file);
    let text = fs::read_to_string(&path)
        .map_err(|error| environment(format!("cannot read {file}: {error}")))?;
    if !text.ends_with(line) {
        fs::write(&path, text + line)
            .map_err(|error| environment(format!("cannot write {file}: {error}")))?;
    }
    run("git", &["add", file], &repository.root)
}

/// Stages a change of one file. What it changes stays where the repository is used again.
fn stage(repository: &Repository) -> Result<(), Failure> {
    let Some(file) = subject(repository) else {
        return Err(environment("the corpus has no VPC".to_owned()));
    };
    let path = repository.root.join(file);
    let text = fs::read_to_string(&path)
        .map_err(|error| environment(format!("cannot read {file}: {error}")))?;
    // A VLAN that nobody has: rules have something to look at.
    let vlan = text
        .lines()
        .find(|line| line.trim_start().starts_with("vlan: "));
    if let (Some(vlan), false) = (vlan, text.contains("vlan: 1999")) {
        let at = vlan.find("vlan: ").unwrap_or(0);
        let other = format!("{}vlan: 1999", &vlan[..at]);
        fs::write(&path, text.replacen(vlan, &other, 1))
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

/// Commits one changed file after another, with the hook and without.
fn commit(fixture: &mut Fixture, resources: usize) -> Result<Pair, Failure> {
    let repository = fixture.hooked(resources)?;
    let turn = Cell::new(0);
    let commit = Rc::new(move |more: &[&str]| -> Result<Spec, Failure> {
        turn.set(turn.get() + 1);
        append(&repository, &format!("# commit {}\n", turn.get()))?;
        let spec = Spec::new("git", &repository.root).args(["commit", "--quiet", "--message", "x"]);
        Ok(spec.args(more))
    });
    let other = Rc::clone(&commit);
    Ok(Pair {
        subject: Box::new(move || commit(&[])),
        yardstick: Box::new(move || other(&["--no-verify"])),
    })
}

fn cold(fixture: &mut Fixture, resources: usize) -> Result<Pair, Failure> {
    hook(fixture, resources, true)
}

fn warm(fixture: &mut Fixture, resources: usize) -> Result<Pair, Failure> {
    hook(fixture, resources, false)
}
