//! One case for each fault that a validator must see, and for each oddity that it must accept, under
//! `tests/cases/validation`: `expected.tsv` names verdict, code, line and column as a careful reader would.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod support;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use hnp_model::{Finding, Severity};
use hnp_rules::{Outside, Settings};

use support::{check, concise};

/// The profile `live`, for which the verdicts of the shared cases hold: nothing is kept elsewhere, and hydration rules
/// speak.
fn live() -> Settings {
    Settings {
        hydrated: Some(true),
        outside: Outside::Kinds(Vec::new()),
        ..Settings::default()
    }
}

/// What a case of ours is judged by: most hold but one resource, and what it refers to is kept elsewhere.
fn settings(name: &str) -> Settings {
    match name {
        "dangling-ref.yaml" => live(),
        _ => Settings::default(),
    }
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn twins() -> PathBuf {
    workspace().join("tests/cases/validation")
}

/// Texts that Git, an editor or a hook might alter on their way, made here.
fn recipe(name: &str) -> Option<Vec<u8>> {
    let server = |name: &str, spec: &str| {
        format!(
            "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\nmetadata:\n  name: {name}\nspec:\n{spec}"
        )
    };
    let first = server("storage-07", "  description: rack 4\n");
    let two = |second: &str| {
        let second = server("storage-08", &format!("  profile: small\n{second}"));
        format!("{first}---\n{second}").replace('\n', "\r\n")
    };
    let small = |spec: &str| server("storage-07", &format!("  profile: small\n{spec}"));
    let text = match name {
        "crlf-2-docs-2nd-bad.yaml" => two("  description: 42\n"),
        "crlf-2-docs-2nd-bad.control.yaml" => two(""),
        "bom.yaml" => format!("\u{feff}{first}"),
        "non-utf8.yaml" => {
            let mut bytes = small("  description: caf").into_bytes();
            bytes.extend(b"\xe9 corner\n");
            return Some(bytes);
        }
        "merge-conflict-marks.yaml" => small(&format!(
            "{} ours\n  description: rack 4\n{}\n  description: rack 5\n{} theirs\n",
            "<".repeat(7),
            "=".repeat(7),
            ">".repeat(7)
        )),
        "deep-nesting-20k.yaml" => small(&format!(
            "  description: {}{}\n",
            "[".repeat(20_000),
            "]".repeat(20_000)
        )),
        _ => return None,
    };
    Some(text.into_bytes())
}

fn rows(path: &Path) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(path).unwrap();
    text.lines()
        .skip(1)
        .map(|line| line.split('\t').map(str::to_owned).collect())
        .collect()
}

fn files(folder: &Path) -> BTreeSet<String> {
    std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| Path::new(name).extension().is_some_and(|ext| ext == "yaml"))
        .collect()
}

fn first_error(findings: &[Finding]) -> Option<&Finding> {
    findings
        .iter()
        .find(|finding| finding.severity == Severity::Error)
}

#[test]
fn verdict_code_line_and_column_are_those_of_a_careful_reader() {
    let mut wrong = Vec::new();
    let mut stored = files(&twins());
    for row in rows(&twins().join("expected.tsv")) {
        let [name, verdict, code, line, column] = row.as_slice() else {
            panic!("not five columns: {row:?}");
        };
        let kept = stored.remove(name);
        let bytes = match recipe(name) {
            Some(bytes) => {
                assert!(!kept, "{name} is both made and stored");
                bytes
            }
            None => std::fs::read(twins().join(name)).unwrap(),
        };
        let findings = check(bytes, &settings(name));
        let found = match first_error(&findings) {
            None => "accept - -:-".to_owned(),
            Some(error) => format!(
                "reject {} {}:{}",
                error.code, error.place.start.line, error.place.start.column
            ),
        };
        let expected = if verdict == "accept" {
            "accept - -:-".to_owned()
        } else {
            format!("{verdict} {code} {line}:{column}")
        };
        if found != expected {
            wrong.push(format!(
                "{name}: expected {expected}, found {found}\n{}",
                concise(&findings)
            ));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(stored.is_empty(), "not in expected.tsv: {stored:?}");
}

#[test]
fn each_fault_is_found_once() {
    for row in rows(&twins().join("expected.tsv")) {
        let name = &row[0];
        if row[1] == "accept" {
            continue;
        }
        let bytes = recipe(name).unwrap_or_else(|| std::fs::read(twins().join(name)).unwrap());
        let findings = check(bytes, &settings(name));
        let errors = findings
            .iter()
            .filter(|finding| finding.severity == Severity::Error)
            .count();
        assert!(errors <= 1, "{name}:\n{}", concise(&findings));
    }
}

#[test]
fn every_error_says_what_to_do() {
    for row in rows(&twins().join("expected.tsv")) {
        let name = &row[0];
        let bytes = recipe(name).unwrap_or_else(|| std::fs::read(twins().join(name)).unwrap());
        for finding in check(bytes, &settings(name)) {
            assert!(finding.help.is_some(), "{name}: {}", finding.message);
        }
    }
}

#[test]
fn the_shared_cases_get_their_verdicts() {
    let folder = workspace().join("../shared/data/validation-cases");
    if !folder.is_dir() {
        eprintln!("skipped: no ../shared/data/validation-cases beside the workspace");
        return;
    }
    let settings = live();
    let accepts = |name: &str| {
        let findings = check(std::fs::read(folder.join(name)).unwrap(), &settings);
        first_error(&findings).is_none()
    };
    let mut names = files(&folder);
    let mut wrong = Vec::new();
    let mut judged = Vec::new();
    for row in rows(&folder.join("expected.tsv")) {
        let (name, verdict) = (&row[0], &row[1]);
        names.remove(name);
        judged.push(name.clone());
        if accepts(name) != (verdict == "accept") {
            wrong.push(name.clone());
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
    // The rest are the mended twins.
    for name in names {
        assert!(name.ends_with(".control.yaml"), "{name} is in no row");
        assert!(accepts(&name), "{name}");
        judged.push(name);
    }
    let ours: BTreeSet<String> = rows(&twins().join("expected.tsv"))
        .into_iter()
        .map(|row| row[0].clone())
        .collect();
    for name in judged {
        assert!(ours.contains(&name), "{name} has no case of ours");
    }
}
