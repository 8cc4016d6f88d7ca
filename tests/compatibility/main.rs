//! `docs/compatibility.md` against the program, and against the specification where it lies beside the clone.
#![allow(clippy::unwrap_used, clippy::print_stderr, clippy::panic)]

#[path = "../common/mod.rs"]
mod common;
mod page;
mod seen;
mod spec;

use std::collections::{BTreeMap, BTreeSet};

use common::Sandbox;
use page::{Row, is_word, rows, text, ticked};

/// Sections whose rows name fields of what commands print, and values of those.
const PRINTED: &[&str] = &[
    "3.1", "3.2", "3.3", "3.4", "3.5", "3.6", "3.7", "3.8", "4.1", "4.2", "4.3", "4.4", "4.5",
    "4.6", "4.7", "4.8", "4.9", "4.10", "5.1", "5.2", "5.3", "5.4", "5.5", "6.1", "6.2", "6.3",
    "6.4", "6.5", "6.6", "6.7", "6.8", "7.4", "7.5",
];

/// Texts of `--help`, by command.
struct Help {
    pages: BTreeMap<String, String>,
}

impl Help {
    fn read() -> Self {
        let place = Sandbox::plain();
        let mut help = Self {
            pages: BTreeMap::new(),
        };
        let all = place.hnp(&["--help"]).code(0).out;
        help.pages.insert(String::new(), all.clone());
        for command in commands(&all) {
            let page = place.hnp(&[&command, "--help"]).code(0).out;
            for inner in commands(&page) {
                let inner_page = place.hnp(&[&command, &inner, "--help"]).code(0).out;
                help.pages.insert(format!("{command} {inner}"), inner_page);
            }
            help.pages.insert(command, page);
        }
        help
    }

    /// Whether an option stands in a page, or in any where no command is named.
    fn has_option(&self, command: Option<&str>, option: &str) -> bool {
        let is_in = |page: &String| {
            page.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'))
                .any(|word| word == option)
        };
        match command {
            Some(command) => self.pages.get(command).is_some_and(is_in),
            None => self.pages.values().any(is_in),
        }
    }
}

/// Names of the commands that a help page lists.
fn commands(page: &str) -> Vec<String> {
    page.lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next().map(str::to_owned))
        .collect()
}

/// Command and options in what stands in backticks; nothing where it is neither.
fn call(text: &str) -> (Option<String>, Vec<String>) {
    let mut words = text.split_whitespace().peekable();
    let mut command = None;
    if words.peek() == Some(&"hnp") {
        words.next();
        let first = words.next().unwrap_or_default().to_owned();
        let grouped = ["state", "schema", "hooks", "fabric"].contains(&first.as_str());
        command = Some(match words.peek() {
            Some(inner) if grouped && inner.chars().all(|c| c.is_ascii_lowercase()) => {
                format!("{first} {inner}")
            }
            _ => first,
        });
    }
    let options = text
        .split(|c: char| c.is_whitespace() || c == '=' || c == '|')
        .filter(|word| word.starts_with("--") && word.len() > 2)
        .map(str::to_owned)
        .collect();
    (command, options)
}

#[test]
fn every_row_has_a_status_and_every_absence_a_reason() {
    let rows = rows(&text());
    assert!(rows.len() > 400, "{}", rows.len());
    for row in &rows {
        assert!(
            ["here", "planned", "otherwise", "not"].contains(&row.status.as_str()),
            "line {}: status `{}`",
            row.line,
            row.status
        );
        // Where something is had otherwise, the middle column may say how, and that is the reason.
        let says =
            !row.note.is_empty() || row.status == "otherwise" && row.hnp.split(' ').count() > 3;
        assert!(
            row.is_here() || says,
            "line {}: {} has no reason",
            row.line,
            row.name
        );
    }
}

#[test]
fn commands_and_options_that_are_here_exist() {
    let help = Help::read();
    let mut wrong = Vec::new();
    let mut stale = BTreeSet::new();
    for row in rows(&text()) {
        for ticked in ticked(&row.hnp) {
            let (command, options) = call(&ticked);
            let known = command
                .as_ref()
                .is_none_or(|command| help.pages.contains_key(command));
            let all = known
                && options
                    .iter()
                    .all(|option| help.has_option(command.as_deref(), option));
            if row.is_here() && !all {
                wrong.push(format!("line {}: `{ticked}`", row.line));
            }
            if row.status == "planned" && command.is_some() && known && all && !options.is_empty() {
                stale.insert(format!("line {}: `{ticked}` is there by now?", row.line));
            }
        }
    }
    for line in stale {
        eprintln!("{line}");
    }
    assert!(wrong.is_empty(), "not there:\n{}", wrong.join("\n"));
}

#[test]
fn fields_and_values_that_are_here_are_reached() {
    let rows = rows(&text());
    let seen = seen::all();
    let help = Help::read();
    let mut wrong = Vec::new();
    // What hnp calls a key, where that is another word.
    let words = |row: &Row| -> Vec<String> {
        ticked(&row.hnp)
            .into_iter()
            .filter(|word| is_word(word))
            .collect()
    };
    let mut aliases: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.key().is_none()) {
        for name in row.names() {
            let known = aliases.entry(name.clone()).or_default();
            known.push(name);
            known.extend(words(row));
        }
    }
    let (mut fields, mut values) = (0, 0);
    for row in rows
        .iter()
        .filter(|row| row.is_here() && PRINTED.contains(&row.section.as_str()))
    {
        // An argument or a command is held to its help text by another test.
        let is_asked = row.name.starts_with("request ")
            || ticked(&row.hnp).iter().any(|text| {
                let (command, options) = call(text);
                !options.is_empty()
                    && options
                        .iter()
                        .all(|option| help.has_option(command.as_deref(), option))
            });
        let is_method = matches!(row.section.as_str(), "3.8" | "4.10" | "5.5");
        if let Some(key) = row.key() {
            let keys = aliases
                .get(&key)
                .cloned()
                .unwrap_or_else(|| vec![key.clone()]);
            for value in row.names() {
                let mut words = words(row);
                words.push(value.clone());
                values += 1;
                let is_seen = keys.iter().any(|key| {
                    words
                        .iter()
                        .any(|word| seen.values.contains(&(key.clone(), word.clone())))
                });
                if !is_seen && !is_asked {
                    wrong.push(format!(
                        "line {}: `{key}` never had the value `{value}`",
                        row.line
                    ));
                }
            }
            continue;
        }
        for name in row.names() {
            fields += 1;
            let is_seen =
                seen.keys.contains(&name) || words(row).iter().any(|word| seen.keys.contains(word));
            if !is_seen && !is_asked && !is_method {
                wrong.push(format!("line {}: `{name}` was never printed", row.line));
            }
        }
    }
    assert!(
        fields > 150 && values > 25,
        "{fields} fields, {values} values"
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn everything_that_the_specification_names_has_a_line() {
    let Some(texts) = spec::texts() else {
        eprintln!("skipped: no specification beside the clone");
        return;
    };
    let page = text();
    let mut told: BTreeSet<String> = BTreeSet::new();
    for row in rows(&page) {
        for text in ticked(&row.name) {
            told.extend(
                text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
                    .map(str::to_owned),
            );
            told.insert(text);
        }
    }
    let names: BTreeSet<String> = texts.iter().flat_map(|text| spec::names(text)).collect();
    assert!(names.len() > 300, "{}", names.len());
    let missing: Vec<&String> = names.iter().filter(|name| !told.contains(*name)).collect();
    assert!(
        missing.is_empty(),
        "{} of {} have no line: {missing:#?}",
        missing.len(),
        names.len()
    );
    let numbers: BTreeSet<&str> = page
        .split(|c: char| !c.is_ascii_digit())
        .filter(|number| !number.is_empty())
        .collect();
    for limit in texts.iter().flat_map(|text| spec::limits(text)) {
        let is_told = numbers.contains(limit.as_str()) || page.contains(&limit);
        assert!(is_told, "the limit {limit} has no line");
    }
}
