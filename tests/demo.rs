//! First contact: the demo, and what hnp says to those who do not know it yet.
#![allow(clippy::unwrap_used)]

mod common;

use std::process::Command;
use std::time::{Duration, Instant};

use common::{Sandbox, identify, run};

/// Runs the demo with next to nothing in the environment.
fn demo(place: &Sandbox, args: &[&str]) -> (common::Run, Duration) {
    std::fs::create_dir(place.path("tmp")).unwrap();
    let start = Instant::now();
    let run = run(Command::new(common::HNP)
        .arg("demo")
        .args(args)
        .current_dir(place.root())
        .env_clear()
        .env("TMPDIR", place.path("tmp"))
        .env("SOURCE_DATE_EPOCH", common::EPOCH)
        // Whoever tries to reach something finds a closed door.
        .env("http_proxy", "http://127.0.0.1:9")
        .env("https_proxy", "http://127.0.0.1:9"));
    (run, start.elapsed())
}

/// Puts a mask over ids: hashes of everything that was written, down to a comment in a configuration.
fn masked(text: &str) -> String {
    let is_id = |word: &str| {
        matches!(word.len(), 12 | 16)
            && word.bytes().all(|b| b.is_ascii_hexdigit())
            && word.bytes().any(|b| b.is_ascii_digit())
    };
    text.split_inclusive([' ', '\n', ':'])
        .map(|part| {
            let word = part.trim_end_matches([' ', '\n', ':']);
            if is_id(word) {
                part.replace(word, &"x".repeat(word.len()))
            } else {
                part.to_owned()
            }
        })
        .collect()
}

#[test]
fn the_demo_tells_the_whole_story_and_leaves_nothing_behind() {
    let place = Sandbox::plain();
    let (run, took) = demo(&place, &[]);
    let run = run.code(0);
    insta::assert_snapshot!("story", masked(&run.out));
    assert_eq!(run.err, "");
    assert!(took < Duration::from_secs(5), "{took:?}");
    assert!(place.files().is_empty(), "{:?}", place.files().keys());
    assert_eq!(std::fs::read_dir(place.path("tmp")).unwrap().count(), 0);
}

#[test]
fn the_demo_keeps_its_sample_where_it_is_told_to() {
    let place = Sandbox::plain();
    let (run, _) = demo(&place, &["--keep", "sample"]);
    run.code(0).says("The sample stays in");
    assert_eq!(place.managed().len(), 12);
    let inside = |args: &[&str]| {
        let mut command = Command::new(common::HNP);
        identify(&mut command);
        common::run(command.args(args).current_dir(place.path("sample")))
    };
    // What the story says is committed is, down to the last file of hnp's.
    let status = common::git(&place.path("sample"), &["status", "--short"]);
    assert_eq!(status, "?? cluster.json\n?? gui.json\n");
    inside(&["validate"]).code(0);
    inside(&["state", "verify"]).code(0);
    inside(&["status"])
        .code(0)
        .says("12 resource(s), nothing wrong");
}

#[test]
fn the_demo_never_writes_into_a_directory_that_holds_something() {
    let place = Sandbox::plain();
    place.write("mine/notes.txt", "mine");
    let (run, _) = demo(&place, &["--keep", "mine"]);
    run.code(2).says("not empty");
    assert_eq!(place.files().len(), 1);
}

#[test]
fn wrong_words_on_the_command_line_are_usage_errors() {
    let place = Sandbox::new();
    for args in [
        &["statsu"][..],
        &["validate", "--format", "xml"],
        &["validate", "--colour", "never"],
        &["validate", "--profile", "lively"],
        &["init", "--template", "flat", "--fabric", "a"],
        &["init", "--force-recreate"],
        &["init", "--adopt", "--fabric", "a"],
        &["init", "--repair", "--remove"],
        &["init"],
        &["show"],
        &["completions", "sh"],
        &["-C", "nowhere", "status"],
        &["demo", "now"],
    ] {
        let run = place.hnp(args);
        assert_eq!(run.code, 2, "{args:?}: {}{}", run.out, run.err);
        assert!(run.err.starts_with("error: "), "{args:?}: {}", run.err);
    }
    assert!(place.files().is_empty());
    place.hnp(&["statsu"]).code(2).says("'status'");
}

#[test]
fn commands_that_need_a_configuration_say_how_to_get_one() {
    let place = Sandbox::new();
    for args in [
        &["ingest"][..],
        &["validate"],
        &["tidy"],
        &["show", "VPC/a"],
        &["state", "rebuild"],
        &["state", "verify"],
        &["init", "--repair"],
        &["init", "--remove"],
        &["init", "--adopt"],
    ] {
        let run = place.hnp(args);
        assert_eq!(run.code, 2, "{args:?}: {}{}", run.out, run.err);
        assert!(
            run.err.contains("hnp init") || run.err.contains("nothing to remove"),
            "{args:?}: {}",
            run.err
        );
    }
    place.hnp(&["status"]).code(0).says("hnp init --fabric");
    place.hnp(&["doctor"]).code(0).says("`hnp init` writes one");
    place.hnp(&["log"]).code(0);
    assert!(place.files().is_empty());
}

#[test]
fn help_names_every_command() {
    let place = Sandbox::plain();
    let run = place.hnp(&["--help"]).code(0);
    for command in [
        "demo",
        "init",
        "status",
        "doctor",
        "validate",
        "ingest",
        "show",
        "log",
        "tidy",
        "explain",
        "state",
        "schema",
        "completions",
        "man",
    ] {
        assert!(
            run.out.contains(&format!("\n  {command} ")),
            "{command}: {}",
            run.out
        );
        place.hnp(&[command, "--help"]).code(0).says("Usage: hnp ");
    }
}
