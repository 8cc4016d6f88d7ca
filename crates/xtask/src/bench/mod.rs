//! Benchmarks: hnp beside a yardstick in the same pass, so that a figure means the same on any machine.

mod fixture;
pub(crate) mod measure;
mod outcome;
mod row;
mod rows;
mod runner;
mod table;

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;

use crate::args::{Failure, Options, environment, usage};
use fixture::Fixture;
use outcome::Report;
use row::Row;

/// What one invocation measures.
struct Settings {
    /// Resources of the largest corpus.
    size: usize,
    /// Measured runs a row; rows of short commands make more of them.
    runs: usize,
    /// The binary under test.
    hnp: PathBuf,
}

/// Size for which the goals are set.
const GOAL_SIZE: usize = 10_000;

pub(crate) fn run(words: &[OsString]) -> Result<(), Failure> {
    let options = Options::parse(words, &["only", "size", "runs", "json", "hnp"], &["list"])?;
    let rows = rows::all();
    if options.flag("list") {
        print!("{}", table::list(&rows));
        return Ok(());
    }
    let chosen = choose(&rows, options.value("only"))?;
    let settings = Settings {
        size: options.parsed("size")?.unwrap_or(GOAL_SIZE),
        runs: options.parsed("runs")?.unwrap_or(5).max(1),
        hnp: find_hnp(options.value("hnp"))?,
    };
    let mut fixture = Fixture::new(settings.hnp.clone(), settings.size)?;
    let floor = measure::once(
        &measure::Spec::new("true", fixture.scratch()),
        fixture.scratch(),
    )?;
    let mut report = Report::new(&settings, floor.peak_kib);
    for row in chosen {
        eprintln!("{}: {}", row.id, row.titled(settings.size));
        report.push(row, runner::run(row, &mut fixture, settings.runs));
    }
    report.add_doubling(&rows);
    print!("{}", table::render(&report));
    if let Some(path) = options.value("json") {
        let text = serde_json::to_string_pretty(&report)
            .map_err(|error| environment(error.to_string()))?;
        fs::write(path, text + "\n")
            .map_err(|error| environment(format!("cannot write {path}: {error}")))?;
    }
    if report.has_failure() {
        Err(environment(
            "a row could not be measured or a command in it failed; see the table",
        ))
    } else {
        Ok(())
    }
}

fn choose<'a>(rows: &'a [Row], only: Option<&str>) -> Result<Vec<&'a Row>, Failure> {
    let Some(only) = only else {
        return Ok(rows.iter().collect());
    };
    only.split(',')
        .map(|id| {
            rows.iter().find(|row| row.id == id.trim()).ok_or_else(|| {
                usage(format!(
                    "no row `{id}`; `cargo xtask bench --list` shows them"
                ))
            })
        })
        .collect()
}

/// Takes the given binary, or the one built beside this one.
fn find_hnp(given: Option<&str>) -> Result<PathBuf, Failure> {
    let path = match given {
        Some(path) => PathBuf::from(path),
        None => std::env::current_exe()
            .map_err(|error| environment(format!("cannot find this binary: {error}")))?
            .with_file_name(format!("hnp{}", std::env::consts::EXE_SUFFIX)),
    };
    path.canonicalize().map_err(|error| {
        environment(format!(
            "no hnp binary at {}: {error}; build it with `cargo build --release` or give --hnp PATH",
            path.display()
        ))
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn rows_are_chosen_by_id_and_an_unknown_one_is_named() {
        let rows = rows::all();
        let chosen = choose(&rows, Some("binary-size,version-start")).unwrap();
        assert_eq!(
            chosen.iter().map(|row| row.id).collect::<Vec<_>>(),
            ["binary-size", "version-start"]
        );
        assert!(
            choose(&rows, Some("no-such"))
                .err()
                .unwrap()
                .to_string()
                .contains("no-such")
        );
        assert_eq!(choose(&rows, None).unwrap().len(), rows.len());
    }

    #[test]
    fn ids_are_unique_and_doubling_refers_to_rows() {
        let rows = rows::all();
        for (place, row) in rows.iter().enumerate() {
            assert!(
                rows[..place].iter().all(|other| other.id != row.id),
                "{}",
                row.id
            );
            assert!(
                row.doubles
                    .is_none_or(|half| rows.iter().any(|other| other.id == half)),
                "{}",
                row.id
            );
        }
    }
}
