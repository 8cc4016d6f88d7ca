//! The catalogue is complete, can be found, and is what `docs/rules.md` says. `UPDATE_DOCS=1` writes that file anew.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use hnp_rules::catalogue::{self, explain_text, find, nearest};
use hnp_yaml::ProblemKind;
use regex::Regex;

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if !path.ends_with("rules/src/catalogue") {
                sources(&path, found);
            }
        } else if path.extension().is_some_and(|ext| ext == "rs") {
            found.push(path);
        }
    }
}

/// Every string in the crates' sources that has the form of a code.
fn codes_in_sources() -> BTreeSet<String> {
    let code = Regex::new(r#""([A-Z]{2,6}-[0-9]{2}(?:-[A-Z]+)?)""#).unwrap();
    let mut files = Vec::new();
    for entry in std::fs::read_dir(workspace().join("crates")).unwrap() {
        let src = entry.unwrap().path().join("src");
        if src.is_dir() {
            sources(&src, &mut files);
        }
    }
    files
        .iter()
        .flat_map(|path| {
            let text = std::fs::read_to_string(path).unwrap();
            code.captures_iter(&text)
                .map(|found| found[1].to_owned())
                .collect::<Vec<_>>()
        })
        .collect()
}

#[test]
fn every_code_that_is_reported_is_explained_and_no_other() {
    let reported = codes_in_sources();
    let explained: BTreeSet<String> = catalogue::all()
        .into_iter()
        .map(|rule| rule.code.to_owned())
        .collect();
    let missing: Vec<_> = reported.difference(&explained).collect();
    let extra: Vec<_> = explained.difference(&reported).collect();
    assert!(missing.is_empty(), "not in the catalogue: {missing:?}");
    assert!(extra.is_empty(), "reported nowhere: {extra:?}");
    for kind in ProblemKind::ALL {
        assert!(find(kind.code()).is_some(), "{kind:?}");
    }
}

#[test]
fn codes_are_unique_and_have_all_they_need() {
    let all: Vec<_> = catalogue::all().iter().map(|rule| rule.code).collect();
    assert!(all.windows(2).all(|pair| pair[0] < pair[1]), "{all:?}");
    for rule in catalogue::all() {
        assert!(catalogue::family(rule).is_some());
        for text in [rule.title, rule.what, rule.why, rule.fix] {
            assert!(!text.is_empty(), "{}", rule.code);
        }
        assert!(!rule.title.ends_with('.'), "{}", rule.code);
    }
}

#[test]
fn a_code_is_found_as_people_type_it() {
    for typed in [
        "YAML-05",
        "yaml-05",
        "Yaml_5",
        "yaml 5",
        "yaml5",
        " YAML-005 ",
    ] {
        assert_eq!(find(typed).unwrap().code, "YAML-05", "{typed}");
    }
    for typed in [
        "",
        "YAML",
        "05",
        "YAML-99",
        "YAML-05-X",
        "YAML-99999999999999",
        "é5",
    ] {
        assert!(find(typed).is_none(), "{typed}");
    }
    assert_eq!(nearest("YMAL-05"), Some("YAML-05"));
    assert_eq!(nearest("mete-02"), Some("META-02"));
    assert_eq!(nearest("nothing at all"), None);
}

#[test]
fn an_explanation_fits_the_terminal_and_says_everything() {
    for rule in catalogue::all() {
        let text = explain_text(rule);
        let free: Vec<&str> = [rule.wrong, rule.right, rule.upstream]
            .into_iter()
            .flatten()
            .flat_map(str::lines)
            .collect();
        for line in text.lines() {
            let bare = line.trim_start();
            assert!(
                line.chars().count() <= 80 || free.iter().any(|text| text.trim() == bare),
                "{}: {line}",
                rule.code
            );
        }
        let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let all = flat(&text);
        for part in [rule.title, rule.what, rule.why, rule.fix] {
            assert!(all.contains(&flat(part)), "{}: {part}", rule.code);
        }
        for part in [rule.upstream, rule.releases].into_iter().flatten() {
            assert!(all.contains(&flat(part)), "{}: {part}", rule.code);
        }
    }
    insta::assert_snapshot!("explanation", explain_text(find("YAML-04").unwrap()));
}

#[test]
fn the_page_of_rules_is_up_to_date() {
    let path = workspace().join("docs/rules.md");
    let made = catalogue::markdown();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &made).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == made,
        "docs/rules.md is not what the catalogue says; run `UPDATE_DOCS=1 cargo test -p hnp-rules --test catalogue`"
    );
    // Every link of the page's own leads to a heading.
    let anchors: BTreeSet<String> = made
        .lines()
        .filter_map(|line| line.strip_prefix("## ").or(line.strip_prefix("### ")))
        .map(|heading| {
            heading
                .to_lowercase()
                .chars()
                .filter_map(|c| match c {
                    ' ' => Some('-'),
                    c if c.is_alphanumeric() || matches!(c, '-' | '_') => Some(c),
                    _ => None,
                })
                .collect()
        })
        .collect();
    for link in Regex::new(r"\(#([^)]*)\)").unwrap().captures_iter(&made) {
        assert!(anchors.contains(&link[1]), "#{}", &link[1]);
    }
}
