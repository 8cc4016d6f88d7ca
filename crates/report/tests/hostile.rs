//! Whatever text and spans come, rendering ends well and nothing in the output acts on a terminal or a runner.

mod common;

use std::borrow::Cow;
use std::collections::BTreeMap;

use hnp_model::{Finding, Fix, Place, ResourceRef, Severity, TextEdit};
use hnp_report::{Format, Report, Sources, Style, Summary, render};
use hnp_yaml::{LineIndex, Position, Span};
use proptest::prelude::*;

/// One text for every file name.
struct One<'t>(&'t str);

impl Sources for One<'_> {
    fn text(&self, _file: &str) -> Option<Cow<'_, str>> {
        Some(Cow::Borrowed(self.0))
    }
}

/// Text with what is hostile in it more often than by chance.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => ".{0,12}",
        1 => Just("\n".to_owned()),
        1 => Just("\r\n::error file=x::y\n".to_owned()),
        1 => Just("::stop-commands::x".to_owned()),
        1 => Just("\u{1b}[31m".to_owned()),
        1 => Just("\u{9b}2J".to_owned()),
        1 => Just("\u{202e}\u{2066}\u{200b}\u{feff}".to_owned()),
        1 => Just("\t東京👩‍🚒".to_owned()),
        1 => Just("<![CDATA[&\"']]>".to_owned()),
        1 => Just("x".repeat(500)),
        1 => any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

fn place(text: &str) -> impl Strategy<Value = (usize, usize, u32, u32, bool)> + use<> {
    let len = text.len() + 4;
    (0..len, 0..len, any::<u32>(), any::<u32>(), any::<bool>())
}

/// Returns the last character boundary at or before an offset.
fn floor(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    (0..=at)
        .rev()
        .find(|&at| text.is_char_boundary(at))
        .unwrap_or(0)
}

/// Makes a place that fits the text, or one that is told wrong.
fn place_of(text: &str, file: &str, raw: (usize, usize, u32, u32, bool)) -> Place {
    let (from, to, line, column, honest) = raw;
    let span = Span::new(from.min(to), from.max(to));
    if honest {
        let lines = LineIndex::new(text);
        let mut place = Place::new(file, &lines, span);
        place.span = Span::new(
            floor(text, span.start as usize),
            floor(text, span.end as usize),
        );
        place
    } else {
        Place {
            file: file.to_owned(),
            start: Position { line, column },
            end: Position {
                line: column,
                column: line,
            },
            span,
        }
    }
}

/// A text and a finding in it.
fn case() -> impl Strategy<Value = (String, Finding)> {
    (hostile(), hostile(), hostile(), hostile()).prop_flat_map(|(text, file, message, other)| {
        let places = (place(&text), place(&text), place(&text), 0..3_usize);
        places.prop_map(move |(a, b, c, severity)| {
            let severity = [Severity::Error, Severity::Warning, Severity::Info][severity];
            let named = ResourceRef {
                name: Some(other.clone()),
                ..ResourceRef::default()
            };
            let edit = TextEdit {
                place: place_of(&text, &file, c),
                with: message.clone(),
            };
            let fix = Fix {
                title: other.clone(),
                safe: a.4,
                edits: vec![edit],
            };
            let finding = Finding::new(
                "VPC-37",
                severity,
                place_of(&text, &file, a),
                message.clone(),
            )
            .related(place_of(&text, &other, b), other.clone())
            .field(other.clone())
            .help(message.clone())
            .resource(Some(named))
            .fix(fix);
            (text.clone(), finding)
        })
    })
}

fn is_unsafe(c: char) -> bool {
    c != '\n'
        && (c.is_control()
            || matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'))
}

/// Takes our own colours out, and nothing else.
fn without_colors(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let mut out = parts.next().unwrap_or("").to_owned();
    for part in parts {
        let end = part
            .find(|c: char| !c.is_ascii_digit() && c != ';')
            .expect("a colour ends");
        assert!(part[end..].starts_with('m'), "only colours: {part:?}");
        out.push_str(&part[end + 1..]);
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_hostile_gets_out((text, finding) in case(), width in 0_usize..200, color: bool, unicode: bool, old: bool) {
        let findings = [finding];
        let sources = One(&text);
        let mut report = Report::new(&findings, Summary::default(), &sources);
        let is_old = |_: &Finding| old;
        report.is_old = &is_old;
        for format in Format::ALL {
            let out = render(&report, format, &Style { color, width, unicode });
            let plain = if format == Format::Human && color { without_colors(&out) } else { out };
            prop_assert!(!plain.contains(is_unsafe), "{format}: {plain:?}");
            if !plain.is_empty() {
                prop_assert!(plain.ends_with('\n'));
            }
            // The drawing leads to a second file with `::: `, which names no command.
            let is_command = |line: &&str| line.trim_start().starts_with("::") && !line.trim_start().starts_with("::: ");
            let commands = plain.lines().filter(is_command).count();
            match format {
                Format::Github => prop_assert_eq!((commands, plain.lines().count()), (1, 1)),
                Format::Json | Format::Sarif | Format::Gitlab => {
                    let parsed: Result<serde_json::Value, _> = serde_json::from_str(&plain);
                    prop_assert!(parsed.is_ok(), "{format}: {plain}");
                }
                Format::Concise => prop_assert_eq!((commands, plain.lines().count()), (0, 1)),
                _ => prop_assert_eq!(commands, 0, "{}: {}", format, plain),
            }
        }
    }

    #[test]
    fn json_carries_the_very_text(message in hostile()) {
        let findings = [Finding::new("VPC-37", Severity::Error, Place::file("a.yaml"), message.clone())];
        let sources = BTreeMap::new();
        let report = Report::new(&findings, Summary::default(), &sources);
        let out = render(&report, Format::Json, &Style::default());
        let value: serde_json::Value = serde_json::from_str(&out).expect("JSON");
        prop_assert_eq!(value["findings"][0]["message"].as_str(), Some(message.as_str()));
    }
}

/// A line begins with the file, and a colon follows it.
#[test]
fn a_file_called_colon_begins_no_command() {
    for name in [":", "::", " :", ":\u{200b}"] {
        let findings = [Finding::new(
            "VPC-37",
            Severity::Error,
            Place::file(name),
            "x::y",
        )];
        let sources = BTreeMap::new();
        let report = Report::new(&findings, Summary::default(), &sources);
        let out = render(&report, Format::Concise, &Style::default());
        assert!(!out.trim_start().starts_with("::"), "{out}");
    }
}

#[test]
fn a_thousand_findings_on_one_line_of_megabytes_stay_cheap() {
    let text = "ab: 東京 ".repeat(500_000);
    let findings: Vec<Finding> = (0..1_000_usize)
        .map(|at| {
            let start = floor(&text, at * 4_000);
            let mut place = Place::file("a.yaml");
            place.span = Span::new(start, floor(&text, start + 3_000_000));
            Finding::new("VPC-37", Severity::Error, place, "far")
        })
        .collect();
    let sources = One(&text);
    let report = Report::new(&findings, Summary::default(), &sources);
    let out = render(&report, Format::Human, &Style::default());
    assert!(out.len() < 2_000_000, "{} bytes", out.len());
    // Columns between the quotes of the widest line, wide characters counted twice.
    let widest = out
        .lines()
        .map(|line| line.chars().map(|c| 1 + usize::from(c > '\u{10ff}')).sum())
        .max();
    assert!(widest.unwrap_or(0) <= 140, "{widest:?} columns");
}
