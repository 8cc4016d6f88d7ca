//! Synchronisation with a GUI in a file: nothing to do, everything new, one edit.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use xtask::corpus::MIN_SIZE;

use crate::args::{Failure, environment};
use crate::bench::fixture::{Fixture, Repository, remove, run};
use crate::bench::measure::Spec;
use crate::bench::row::{Goal, Pair, Row, Work};

const GUI: &str = "gui.json";

pub(super) fn rows() -> Vec<Row> {
    let row = |id, title, divisor, goal, work| Row {
        id,
        title,
        divisor,
        goal,
        doubles: None,
        repeat: 1,
        work: Work::Pair(work),
    };
    // HNP's own criteria are the limits of the last four; what to aim at is what a person does not wait for.
    let wall = |must, aim| Goal::WallMs { must, aim };
    let memory = Goal::PeakMib {
        must: 512.0,
        aim: 64.0,
    };
    vec![
        row(
            "sync-idle",
            "sync with nothing to do, {n} resources, file GUI",
            2,
            Goal::CpuRatio {
                must: 4.0,
                aim: 2.0,
            },
            idle,
        ),
        row(
            "sync-first-50",
            "first sync of {n} resources",
            200,
            wall(30_000.0, 100.0),
            first,
        ),
        row(
            "sync-first-500",
            "first sync of {n} resources",
            20,
            wall(300_000.0, 1_000.0),
            first,
        ),
        row(
            "sync-memory",
            "first sync of {n} resources, peak memory",
            20,
            memory,
            first,
        ),
        row(
            "sync-one",
            "sync of one edit in the GUI, {n} resources",
            20,
            wall(1_000.0, 100.0),
            one,
        ),
    ]
}

fn sync(hnp: &Path, root: &Path) -> Spec {
    Spec::new(hnp, root).arg("sync").arg("--gui").arg(GUI)
}

/// A copy of a repository, so that others find theirs as it was.
fn copy(source: &Path, target: &Path, scratch: &Path) -> Result<(), Failure> {
    remove(target)?;
    let (source, target) = (source.to_string_lossy(), target.to_string_lossy());
    run("cp", &["-a", &source, &target], scratch)
}

/// A repository that was synchronised once, in a directory of this name.
fn synced(fixture: &mut Fixture, resources: usize, name: &str) -> Result<Repository, Failure> {
    let source = fixture.managed(resources.max(MIN_SIZE))?;
    let root = fixture.path(name);
    copy(&source.root, &root, fixture.scratch())?;
    run(fixture.hnp(), &["sync", "--gui", GUI], &root)?;
    Ok(Repository {
        root,
        files: source.files,
    })
}

fn idle(fixture: &mut Fixture, resources: usize) -> Result<Pair, Failure> {
    let repository = synced(fixture, resources, "sync-idle")?;
    let (hnp, root) = (fixture.hnp().to_owned(), repository.root.clone());
    Ok(Pair {
        subject: Box::new(move || Ok(sync(&hnp, &root))),
        yardstick: Box::new(move || Ok(repository.sha256sum())),
    })
}

/// A fresh copy for each run; what is in it is not measured.
fn fresh(
    fixture: &Fixture,
    repository: Repository,
    name: &str,
) -> (impl FnMut() -> Result<Spec, Failure> + use<>, Repository) {
    let (hnp, scratch) = (fixture.hnp().to_owned(), fixture.scratch().to_owned());
    let (source, target): (PathBuf, PathBuf) = (repository.root.clone(), fixture.path(name));
    let make = move || {
        copy(&source, &target, &scratch)?;
        Ok(sync(&hnp, &target))
    };
    (make, repository)
}

fn first(fixture: &mut Fixture, resources: usize) -> Result<Pair, Failure> {
    let repository = fixture.managed(resources.max(MIN_SIZE))?;
    let (subject, repository) = fresh(fixture, repository, "sync-run");
    Ok(Pair {
        subject: Box::new(subject),
        yardstick: Box::new(move || Ok(repository.sha256sum())),
    })
}

fn one(fixture: &mut Fixture, resources: usize) -> Result<Pair, Failure> {
    let repository = synced(fixture, resources, "sync-one")?;
    edit(&repository.root.join(GUI))?;
    let (subject, repository) = fresh(fixture, repository, "sync-run");
    Ok(Pair {
        subject: Box::new(subject),
        yardstick: Box::new(move || Ok(repository.sha256sum())),
    })
}

/// Edits the first resource as a person in the GUI does.
fn edit(path: &Path) -> Result<(), Failure> {
    let wrong = |error: &dyn std::fmt::Display| environment(format!("{GUI}: {error}"));
    let text = fs::read_to_string(path).map_err(|error| wrong(&error))?;
    let mut gui: Value = serde_json::from_str(&text).map_err(|error| wrong(&error))?;
    let one = &mut gui["resources"][0];
    one["draft"] = one["desired"].clone();
    one["draft"]["metadata"]["labels"] = json!({ "bench": "edited" });
    one["revision"] = json!(one["revision"].as_i64().unwrap_or_default() + 1);
    fs::write(path, gui.to_string()).map_err(|error| wrong(&error))
}
