//! Markdown: what it shows, and that text of a repository is text in it and nothing else, as a Markdown reader sees it.

#![allow(clippy::unwrap_used)]

mod common;

use common::{resource, sample};
use hnp_model::{Finding, Fix, Place, Severity};
use hnp_report::markdown::{
    CHANGES_BYTES, ChangedField, ChangedResource, Changes, FINDINGS_BYTES, Touched, changes,
};
use hnp_report::{Format, NoSources, Report, Style, Summary, render};
use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag};

fn markdown(findings: &[Finding]) -> String {
    let summary = Summary::default().counting(findings, &|finding| finding.old);
    render(
        &Report::new(findings, summary, &NoSources),
        Format::Markdown,
        &Style::default(),
    )
}

fn finding(name: &str, line: u32, severity: Severity, code: &'static str) -> Finding {
    let mut place = Place::file("managed/a.yaml");
    place.start.line = line;
    place.end.line = line;
    Finding::new(code, severity, place, format!("bad at {line}")).resource(resource("VPC", name))
}

/// The names in the column of resources, from top to bottom.
fn subjects(text: &str) -> Vec<String> {
    text.lines()
        .filter(|line| line.contains("<code>VPC/"))
        .map(|line| line.split("</code>").next().unwrap().to_owned())
        .map(|cell| cell.rsplit('/').next().unwrap().to_owned())
        .collect()
}

#[test]
fn the_resource_with_the_worst_finding_comes_first_and_keeps_its_own_together() {
    let mut old = finding("a", 1, Severity::Error, "VPC-01");
    old.old = true;
    let findings = [
        old,
        finding("a", 2, Severity::Warning, "VPC-02"),
        finding("b", 3, Severity::Warning, "VPC-02"),
        finding("c", 4, Severity::Error, "VPC-01"),
        finding("b", 5, Severity::Error, "VPC-01"),
        finding("c", 6, Severity::Warning, "VPC-02"),
    ];
    let text = markdown(&findings);
    assert!(
        text.starts_with("<!-- hnp findings=5 errors=2 warnings=3 old=1 -->\n"),
        "{text}"
    );
    assert_eq!(subjects(&text), ["c", "c", "b", "b", "a", "a"]);
    let rows: Vec<&str> = text.lines().filter(|line| line.contains("VPC/")).collect();
    assert!(rows[0].starts_with("| **error** |") && rows[1].starts_with("| warning |"));
    assert!(rows[5].starts_with("| old error |"), "{}", rows[5]);
}

#[test]
fn what_does_not_fit_is_counted() {
    let findings: Vec<Finding> = (1..=20_000)
        .map(|line| finding("a", line, Severity::Error, "VPC-01"))
        .collect();
    let text = markdown(&findings);
    assert!(text.len() <= FINDINGS_BYTES && text.len() > FINDINGS_BYTES - 1_000);
    let shown = text.lines().filter(|line| line.contains("VPC/a")).count();
    let left = format!("\n{} findings more did not fit", 20_000 - shown);
    assert!(
        text.contains(&left),
        "{left}: {}",
        &text[text.len() - 300..]
    );

    let one = ChangedResource {
        name: "VPC/a".to_owned(),
        what: "added",
        fields: vec![
            ChangedField {
                path: "spec".to_owned(),
                old: None,
                new: Some("x".repeat(500))
            };
            80
        ],
        ..ChangedResource::default()
    };
    let text = changes(&Changes {
        resources: vec![one; 3_000],
        ..Changes::default()
    });
    assert!(text.len() <= CHANGES_BYTES && text.len() > CHANGES_BYTES - 20_000);
    let shown = text.matches("<details>").count();
    assert!(text.contains(&format!(
        "\n{} changed resources more did not fit",
        3_000 - shown
    )));
    assert!(text.contains("\nand 30 more fields\n"));
    // Together they stay below what GitHub takes of one step.
    const { assert!(FINDINGS_BYTES + CHANGES_BYTES < 1024 * 1024) };
}

#[test]
fn changes_show_fields_and_neighbours() {
    let touched = |name: &str, place: &str| Touched {
        name: name.to_owned(),
        place: place.to_owned(),
    };
    let text = changes(&Changes {
        resources: vec![
            ChangedResource {
                name: "VPC/vpc-1".to_owned(),
                what: "changed",
                place: "managed/vpcs/vpc-1.yaml".to_owned(),
                fields: vec![
                    ChangedField {
                        path: "spec.subnets.default.vlan".to_owned(),
                        old: Some("1001".to_owned()),
                        new: Some("1002".to_owned()),
                    },
                    ChangedField {
                        path: "spec.mode".to_owned(),
                        old: None,
                        new: Some("\"l3|flat\"".to_owned()),
                    },
                ],
                used_by: vec![touched("VPCAttachment/att-1", "managed/vpcs/att-1.yaml")],
                uses: vec![touched("IPv4Namespace/default", "")],
            },
            ChangedResource {
                name: "Server/s-1".to_owned(),
                what: "removed",
                ..ChangedResource::default()
            },
        ],
        not_compared: vec!["managed/x.yaml line 3: <b>a tab".to_owned()],
        same: 1,
    });
    insta::assert_snapshot!(text);
    insta::assert_snapshot!(changes(&Changes::default()));
}

/// Text with what Markdown, HTML, GitHub or a runner would take for its own.
fn hostile() -> impl Strategy<Value = String> {
    let words = [
        "`",
        "``",
        "|",
        "\\|",
        "\\",
        "\\`",
        "**",
        "_x_",
        "~~",
        "](javascript:x)",
        "![a](b)",
        "[a]: b",
        "<script>",
        "</code>",
        "</details>",
        "<!--",
        "-->",
        "&lt;",
        "&#60;",
        "&amp",
        "<br>",
        "http://x.org/",
        "https://x",
        "www.x.org",
        "WWW.X.ORG",
        "a@b.org",
        "@org/team",
        "#1",
        "GH-1",
        "\n",
        "\r\n",
        "\n\n# x\n",
        "\n---\n",
        "\n```\n",
        "::error file=x::y",
        "##[add-mask]x",
        "::stop-commands::x",
        "$(touch x)",
        "${{ github.token }}",
        "\u{1b}[31m",
        "\u{202e}",
        "\t",
        "$x$",
        "- [ ] x",
        "> x",
        "東京",
        "\u{0}",
    ];
    let piece = prop_oneof![
        3 => prop::sample::select(words.to_vec()).prop_map(str::to_owned),
        1 => ".{0,8}",
        1 => any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..10).prop_map(|pieces| pieces.concat())
}

/// Reads Markdown and returns the number of tables' rows and the text, after making sure that there is nothing but ours.
fn read(text: &str) -> Result<(usize, String), TestCaseError> {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_MATH
        | Options::ENABLE_GFM;
    let (mut rows, mut words, mut in_table) = (0, String::new(), false);
    for event in Parser::new_ext(text, options) {
        match event {
            Event::Start(tag) => match tag {
                Tag::TableRow => rows += 1,
                Tag::Table(_) => in_table = true,
                Tag::TableHead
                | Tag::TableCell
                | Tag::Paragraph
                | Tag::Heading { .. }
                | Tag::HtmlBlock => {}
                Tag::Strong if in_table => {}
                other => return Err(TestCaseError::fail(format!("{other:?} in {text}"))),
            },
            Event::End(_) | Event::SoftBreak => {}
            Event::Text(part) => words.push_str(&part),
            Event::InlineHtml(html) => {
                prop_assert!(
                    matches!(&*html, "<code>" | "</code>" | "<br>" | "<!-- -->"),
                    "{html} in {text}"
                );
            }
            Event::Html(html) => {
                // Ours: the comment with the counts, and what folds a resource.
                let line = html.trim_end();
                let rest = line
                    .replace("<!-- -->", "")
                    .replace("<details><summary><code>", "")
                    .replace("<details><summary>", "")
                    .replace("</code>", "")
                    .replace("</summary>", "");
                prop_assert!(
                    line.starts_with("<!-- hnp ")
                        || line == "</details>"
                        || !rest.contains(['<', '>']),
                    "{html} in {text}"
                );
            }
            other => return Err(TestCaseError::fail(format!("{other:?} in {text}"))),
        }
    }
    Ok((rows, words))
}

/// What GitHub, or a runner, links or obeys without any markup of Markdown's.
fn says_nothing_by_itself(text: &str) -> Result<(), TestCaseError> {
    let lower = text.to_lowercase();
    for part in ["://", "www.", "@", "##[", "${{", "mailto:"] {
        prop_assert!(!lower.contains(part), "{part} in {text}");
    }
    for line in text.lines() {
        prop_assert!(!line.trim_start().starts_with("::"), "{line}");
        prop_assert!(!line.chars().any(char::is_control), "{line:?}");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn text_of_findings_is_text(a in hostile(), b in hostile(), c in hostile(), old: bool) {
        let mut named = resource("VPC", &a);
        if let Some(named) = &mut named {
            named.kind = Some(b.clone());
        }
        let mut one = Finding::new("VPC-37", Severity::Error, Place::file(&b), a.clone())
            .resource(named)
            .related(Place::file(&c), b.clone())
            .help(c.clone())
            .fix(Fix { title: a.clone(), safe: true, edits: Vec::new() });
        one.old = old;
        let findings = [one, Finding::new("VPC-36", Severity::Warning, Place::file("x"), c.clone())];
        let text = markdown(&findings);
        let (rows, _) = read(&text)?;
        prop_assert_eq!(rows, 2, "{}", text);
        says_nothing_by_itself(&text)?;
        // A row has the cells of the table, so nothing of the text stands in a cell of its own.
        for line in text.lines().filter(|line| line.starts_with("| ")) {
            prop_assert_eq!(line.matches('|').count(), 5, "{}", line);
        }
    }

    #[test]
    fn a_message_is_read_as_it_was_written(message in "[ -~東]{0,40}") {
        let message = message.replace('`', "'");
        let findings = [Finding::new("VPC-37", Severity::Error, Place::file("x"), format!("<{message}>"))];
        let text = markdown(&findings);
        let (_, words) = read(&text)?;
        let wanted = format!("<{message}>");
        prop_assert!(words.contains(&wanted), "{:?} is not in {:?}", wanted, words);
    }

    #[test]
    fn text_of_changes_is_text(a in hostile(), b in hostile(), c in hostile()) {
        let touched = Touched { name: a.clone(), place: b.clone() };
        let one = ChangedResource {
            name: a.clone(),
            what: "changed",
            place: b.clone(),
            fields: vec![ChangedField { path: c.clone(), old: Some(a.clone()), new: None }, ChangedField { path: a, old: Some(b.clone()), new: Some(c.clone()) }],
            used_by: vec![touched.clone()],
            uses: vec![touched],
        };
        let text = changes(&Changes { resources: vec![one.clone(), one], not_compared: vec![c], same: 0 });
        let (rows, _) = read(&text)?;
        prop_assert_eq!(rows, 4, "{}", text);
        says_nothing_by_itself(&text)?;
        prop_assert_eq!(text.lines().filter(|line| *line == "</details>").count(), 2, "{}", text);
    }
}

#[test]
fn the_sample_is_read_by_a_markdown_reader() {
    let sample = sample();
    let text = render(&sample.report(), Format::Markdown, &Style::default());
    let (rows, _) = read(&text).unwrap();
    assert_eq!(rows, sample.findings.len());
}
