//! `hnp validate --diff`: the step between two real commits.
#![allow(clippy::unwrap_used)]

mod kit;

use kit::{Repo, server};
use serde_json::Value;

const FILE: &str = "lab/managed/all.yaml";

/// Commits two trees, one after the other, and returns the codes and the output of the comparison.
fn step(before: &str, after: &str) -> (Vec<String>, Value, i32) {
    let repo = Repo::lab();
    repo.write(FILE, before);
    repo.commit("before");
    repo.write(FILE, after);
    repo.commit("after");
    let args = ["validate", "--diff", "HEAD~1..HEAD"];
    let code = repo.hnp(&args).code;
    let found = repo.json(&args);
    let codes = found["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["code"].as_str().unwrap().to_owned())
        .collect();
    (codes, found, code)
}

/// The example of a rule of changes has both trees, with the line `# afterwards` between them.
#[test]
fn every_rule_of_changes_speaks_on_real_commits() {
    let repo = Repo::new();
    let rules = repo.json(&["explain", "--all"]);
    let mut seen = Vec::new();
    for rule in rules["rules"].as_array().unwrap() {
        let code = rule["code"].as_str().unwrap();
        if !code.starts_with("TR-") {
            continue;
        }
        seen.push(code.to_owned());
        let wrong = rule["wrong"].as_str().unwrap();
        let (before, after) = wrong.split_once("# afterwards\n").unwrap();
        let (codes, found, exit) = step(before, after);
        assert!(codes.iter().any(|c| c == code), "{code}: {found:#}");
        let finding = found["findings"]
            .as_array()
            .unwrap()
            .iter()
            .find(|finding| finding["code"] == code)
            .unwrap();
        assert_eq!(finding["old"], false, "{code}");
        assert_eq!(finding["file"], FILE, "{code}");
        assert!(
            !finding["related"].as_array().unwrap().is_empty(),
            "{code} shows one place only"
        );
        assert_eq!(exit, i32::from(finding["severity"] == "error"), "{code}");
        if let Some(right) = rule["right"].as_str() {
            let (before, after) = right.split_once("# afterwards\n").unwrap();
            let (codes, found, _) = step(before, after);
            assert!(!codes.iter().any(|c| c == code), "{code}: {found:#}");
        }
    }
    let all: Vec<String> = (1..=11).map(|n| format!("TR-{n:02}")).collect();
    assert_eq!(seen, all);
}

#[test]
fn what_was_there_before_is_old_and_does_not_block() {
    let bad = server("a", "{wrong: 1}");
    let more = format!("# moved down\n{bad}---\n{}", server("b", "{}"));
    let (codes, found, exit) = step(&bad, &more);
    assert_eq!(codes.iter().filter(|code| *code == "SCH-01").count(), 1);
    assert_eq!(found["findings"][0]["old"], true, "{found:#}");
    assert_eq!(exit, 0);
    let worse = format!("{bad}---\n{}", server("b", "{wrong: 1}"));
    let (_, found, exit) = step(&bad, &worse);
    assert_eq!(found["summary"]["errors"], 1, "{found:#}");
    assert_eq!(exit, 1);
}

#[test]
fn a_range_that_is_none_is_said_so() {
    let repo = Repo::lab();
    repo.commit("first");
    let run = repo.hnp(&["validate", "--diff", "HEAD"]);
    assert_eq!(run.code, 2, "{}", run.err);
    assert!(run.err.contains("BASE..HEAD"), "{}", run.err);
    let run = repo.hnp(&["validate", "--diff", "nowhere..HEAD"]);
    assert_eq!(run.code, 2, "{}", run.err);
    assert!(run.err.contains("nowhere"), "{}", run.err);
}

/// The merge base counts with three dots: what the other side did meanwhile is not this side's step.
#[test]
fn three_dots_compare_with_the_merge_base() {
    let repo = Repo::lab();
    repo.write(FILE, server("a", "{}"));
    repo.commit("base");
    repo.git(&["branch", "topic"]);
    repo.write("lab/managed/b.yaml", server("b", "{wrong: 1}"));
    repo.commit("bad on main");
    let main = repo.git(&["rev-parse", "HEAD"]);
    repo.git(&["checkout", "-q", "topic"]);
    repo.write("lab/managed/c.yaml", server("c", "{}"));
    repo.commit("good on topic");
    let range = format!("{}...topic", main.trim());
    repo.ok(&["validate", "--diff", &range]);
}
