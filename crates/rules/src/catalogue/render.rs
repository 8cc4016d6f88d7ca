//! The catalogue as text: for the terminal, and as `docs/rules.md`.

use std::fmt::Write as _;

use super::{Class, FAMILIES, Rule};
use crate::engine::Check;
use crate::schema::Release;

/// Columns of the terminal's text.
const WIDTH: usize = 80;

/// Says everything about a rule in plain text of 80 columns; examples and upstream's message keep their lines.
#[must_use]
pub fn explain_text(rule: &Rule) -> String {
    let mut out = format!("{} ({}): {}\n", rule.code, rule.severity, rule.title);
    out.push('\n');
    wrap(&mut out, rule.what, 0);
    section(&mut out, "Why", rule.why);
    example(&mut out, "Wrong", rule.wrong);
    example(&mut out, "Right", rule.right);
    section(&mut out, "Fix", rule.fix);
    if let Some(message) = rule.upstream {
        let _ = write!(out, "\nUpstream says:\n  {message}\n");
    }
    if let Check::Never(why) = rule.check {
        section(&mut out, "hnp never reports it", why);
    }
    let mut spans = releases(rule);
    if rule.class != Class::Own {
        let spans = spans.get_or_insert_default();
        if !spans.is_empty() {
            spans.push(' ');
        }
        spans.push_str(PROMISE);
    }
    if let Some(releases) = spans {
        section(&mut out, "Releases", &releases);
    }
    out
}

/// Says in which releases a rule holds.
fn releases(rule: &Rule) -> Option<String> {
    let bounds = || match (rule.since, rule.until) {
        (Release::Beta1, None) => None,
        (Release::Beta1, Some(until)) => Some(format!("Before {until}.")),
        (since, None) => Some(format!("Since {since}.")),
        (since, Some(until)) => Some(format!("Since {since}, before {until}.")),
    };
    rule.releases.map(str::to_owned).or_else(bounds)
}

const PROMISE: &str =
    "Promised for 26.03-preview; in older releases only what is said here differs.";

fn section(out: &mut String, heading: &str, text: &str) {
    let _ = write!(out, "\n{heading}:\n");
    wrap(out, text, 2);
}

fn example(out: &mut String, heading: &str, text: Option<&str>) {
    let Some(text) = text else { return };
    let _ = write!(out, "\n{heading}:\n");
    for line in text.lines() {
        let _ = writeln!(out, "  {}", visible(line));
    }
}

/// Shows what a reader could not see.
fn visible(line: &str) -> String {
    line.replace('\t', "→ ")
}

/// Breaks a text at its blanks; a word that is longer than a line stays whole.
fn wrap(out: &mut String, text: &str, indent: usize) {
    let mut column = 0;
    for word in text.split_whitespace() {
        let width = word.chars().count();
        if column > 0 && column + 1 + width > WIDTH {
            out.push('\n');
            column = 0;
        }
        if column == 0 {
            let _ = write!(out, "{:indent$}", "");
            column = indent;
        } else {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += width;
    }
    out.push('\n');
}

/// Returns the text of `docs/rules.md`.
#[must_use]
pub fn markdown() -> String {
    let mut out = String::from(
        "# Rules\n\n<!-- Made from the catalogue in crates/rules; `UPDATE_DOCS=1 cargo test -p hnp-rules --test catalogue` writes it anew. -->\n\nEvery code that hnp reports. `hnp explain CODE` shows the same on the terminal.\n\nThe rules of Hedgehog's admission are those of release 26.03-preview. Older releases have schemas of their own, and differ in rules only where a rule says so under *Releases*. A code that ends in `-G` is about something that admission lets through.\n",
    );
    for family in FAMILIES {
        let _ = write!(
            out,
            "\n**[{}](#{})**\n\n",
            family.title,
            anchor(family.title)
        );
        out.push_str("| code | severity | |\n|---|---|---|\n");
        for rule in family.rules() {
            let _ = writeln!(
                out,
                "| [{}](#{}) | {} | {} |",
                rule.code,
                anchor(&heading(rule)),
                rule.severity,
                rule.title
            );
        }
    }
    for family in FAMILIES {
        let _ = write!(out, "\n## {}\n\n{}\n", family.title, family.about);
        for rule in family.rules() {
            entry(&mut out, rule);
        }
    }
    out
}

fn heading(rule: &Rule) -> String {
    format!("{} {}", rule.code, rule.title)
}

fn entry(out: &mut String, rule: &Rule) {
    let _ = write!(
        out,
        "\n### {}\n\n*{}* {}\n\n{}\n",
        heading(rule),
        rule.severity,
        rule.what,
        rule.why
    );
    for (heading, text) in [("Wrong:", rule.wrong), ("Right:", rule.right)] {
        if let Some(text) = text {
            let _ = write!(out, "\n{heading}\n\n```yaml\n");
            for line in text.lines() {
                let _ = writeln!(out, "{}", visible(line));
            }
            out.push_str("```\n");
        }
    }
    let _ = write!(out, "\n**Fix.** {}\n", rule.fix);
    if let Some(message) = rule.upstream {
        let _ = write!(out, "\n**Upstream says:** `{message}`\n");
    }
    if let Check::Never(why) = rule.check {
        let _ = write!(out, "\n**Never reported:** {why}.\n");
    }
    if let Some(releases) = releases(rule) {
        let _ = write!(out, "\n**Releases.** {releases}\n");
    }
}

/// Returns the anchor that Markdown viewers give a heading: lower case, blanks as hyphens, punctuation left out.
fn anchor(heading: &str) -> String {
    heading
        .chars()
        .filter_map(|c| match c {
            ' ' | '-' => Some('-'),
            '_' => Some('_'),
            c if c.is_alphanumeric() => Some(c.to_ascii_lowercase()),
            _ => None,
        })
        .collect()
}
