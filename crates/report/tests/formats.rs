//! Every format over the same findings, as recorded text.

#![allow(clippy::unwrap_used)]

mod common;

use std::collections::BTreeSet;

use common::sample;
use hnp_model::{Finding, Place, Severity};
use hnp_report::{Format, NoSources, Report, Style, Summary, fingerprint, fingerprints, render};

fn style() -> Style {
    Style {
        width: 80,
        ..Style::default()
    }
}

/// Renders, with the version taken out so that a release changes no recorded text.
fn recorded(report: &Report<'_>, format: Format) -> String {
    let version = concat!("\"semanticVersion\":\"", env!("CARGO_PKG_VERSION"), '"');
    render(report, format, &style()).replace(version, "\"semanticVersion\":\"VERSION\"")
}

fn is_old(finding: &Finding) -> bool {
    finding.code == "SCH-01" || finding.code == "VPC-12"
}

#[test]
fn human() {
    let sample = sample();
    insta::assert_snapshot!(render(&sample.report(), Format::Human, &style()));
}

#[test]
fn human_in_color_and_box_characters() {
    let sample = sample();
    let style = Style {
        color: true,
        unicode: true,
        ..style()
    };
    let text = render(&sample.report(), Format::Human, &style);
    insta::assert_snapshot!(text.replace('\u{1b}', "<ESC>"));
}

#[test]
fn human_with_a_baseline_and_a_note() {
    let sample = sample();
    let mut report = sample.report();
    report.findings = &sample.findings[..5];
    report.is_old = &is_old;
    report.note = Some("profile live, found by itself");
    report.summary = report.summary.counting(report.findings, &is_old);
    insta::assert_snapshot!(render(&report, Format::Human, &style()));
}

#[test]
fn other_formats() {
    let sample = sample();
    for format in Format::ALL {
        if format != Format::Human {
            let text = recorded(&sample.report(), format);
            insta::assert_snapshot!(format.name(), text);
        }
    }
}

#[test]
fn other_formats_mark_old_findings() {
    let sample = sample();
    let mut report = sample.report();
    report.findings = &sample.findings[..5];
    report.is_old = &is_old;
    report.automation_id = Some("hnp/fabric-1");
    report.rule_title = &|code| (code == "VPC-37").then(|| "Subnets must not overlap".to_owned());
    report.summary = report.summary.counting(report.findings, &is_old);
    for format in Format::ALL {
        if format != Format::Human {
            let text = recorded(&report, format);
            insta::assert_snapshot!(format!("{format}_old"), text);
        }
    }
}

#[test]
fn no_finding() {
    let summary = Summary {
        files: 1,
        documents: 2,
        resources: 0,
        ..Summary::default()
    };
    let report = Report::new(&[], summary, &NoSources);
    let all: String = Format::ALL
        .iter()
        .map(|&format| format!("--- {format}\n{}", recorded(&report, format)))
        .collect();
    insta::assert_snapshot!(all);
}

#[test]
fn sarif_regions_lead_back_to_the_marked_text() {
    let sample = sample();
    let text = render(&sample.report(), Format::Sarif, &style());
    let log: serde_json::Value = serde_json::from_str(&text).unwrap();
    let run = &log["runs"][0];
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), sample.findings.len());
    let wide = results.last().unwrap();
    let region = &wide["locations"][0]["physicalLocation"]["region"];
    let line: Vec<char> = sample.sources["managed/wiring/wide.yaml"].chars().collect();
    let at = |key: &str| usize::try_from(region[key].as_u64().unwrap()).unwrap() - 1;
    let marked: String = line[at("startColumn")..at("endColumn")].iter().collect();
    assert_eq!(marked, "\"東京🗼タワー\"");
    let index = usize::try_from(wide["ruleIndex"].as_u64().unwrap()).unwrap();
    assert_eq!(run["tool"]["driver"]["rules"][index]["id"], wide["ruleId"]);
}

#[test]
fn every_format_is_found_by_its_name() {
    for format in Format::ALL {
        assert_eq!(format.to_string().parse(), Ok(format));
    }
    let error = "hu\u{1b}man".parse::<Format>().unwrap_err().to_string();
    assert!(error.contains("`hu\\u{1b}man`") && error.contains("human, concise, json"));
}

/// Makes findings that differ in nothing but their line.
fn many(n: u32, severity: Severity) -> Vec<Finding> {
    (1..=n)
        .map(|line| {
            let mut place = Place::file("a.yaml");
            place.start.line = line;
            place.end.line = line;
            Finding::new("SCH-01", severity, place, format!("bad at line {line}"))
        })
        .collect()
}

#[test]
fn github_shows_ten_of_a_kind_worst_first_and_counts_the_rest() {
    let mut findings = many(12, Severity::Warning);
    findings.extend(many(25, Severity::Error));
    findings.extend(many(11, Severity::Info));
    let report = Report::new(&findings, Summary::default(), &NoSources);
    let text = render(&report, Format::Github, &style());
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 30);
    assert!(lines[..10].iter().all(|line| line.starts_with("::error ")));
    assert!(
        lines[10..20]
            .iter()
            .all(|line| line.starts_with("::warning "))
    );
    assert!(lines[20..].iter().all(|line| line.starts_with("::notice ")));
    assert!(lines[29].contains("15 errors, 2 warnings, 2 notices"));
}

#[test]
fn sarif_stays_within_what_code_scanning_takes() {
    let mut findings = many(25_010, Severity::Warning);
    findings.extend(many(5, Severity::Error));
    let report = Report::new(&findings, Summary::default(), &NoSources);
    let text = render(&report, Format::Sarif, &style());
    let log: serde_json::Value = serde_json::from_str(&text).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), 25_000);
    let errors = results.iter().filter(|result| result["level"] == "error");
    assert_eq!(
        errors.count(),
        5,
        "the errors are kept, though they come last"
    );
    let note = &log["runs"][0]["invocations"][0]["toolExecutionNotifications"][0];
    let said = note["message"]["text"].as_str().unwrap();
    assert!(said.starts_with("15 findings left out"), "{said}");
}

#[test]
fn fingerprints_know_a_finding_again_after_it_moved() {
    let named = |file: &str, line: u32, name: &str| {
        let mut place = Place::file(file);
        place.start.line = line;
        Finding::new(
            "VPC-37",
            Severity::Error,
            place,
            format!("vlan 1000 is taken at b.yaml:{line}:3"),
        )
        .field(format!("spec.items[{line}].vlan"))
        .resource(common::resource("VPC", name))
    };
    let before = fingerprint(&named("a.yaml", 3, "vpc-1"));
    assert_eq!(before, fingerprint(&named("moved.yaml", 40, "vpc-1")));
    assert_ne!(before, fingerprint(&named("a.yaml", 3, "vpc-2")));
    let mut other = named("a.yaml", 3, "vpc-1");
    other.message = other.message.replace("1000", "1001");
    assert_ne!(before, fingerprint(&other), "a VLAN is no line number");
    let unnamed = |file| Finding::new("YAML-01", Severity::Error, Place::file(file), "bad");
    assert_ne!(
        fingerprint(&unnamed("a.yaml")),
        fingerprint(&unnamed("b.yaml"))
    );
    let twins = fingerprints(&many(3, Severity::Error));
    assert_eq!(twins.iter().collect::<BTreeSet<_>>().len(), 3);
    assert!(twins[1].starts_with(&twins[0]));
}
