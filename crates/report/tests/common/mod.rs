//! Findings made by hand, one of each kind that is hard to show.

#![allow(dead_code)]

use std::collections::BTreeMap;

use hnp_model::{Finding, Fix, Place, ResourceRef, Severity, TextEdit, finding};
use hnp_report::{Report, Summary};
use hnp_yaml::{LineIndex, Span};

/// Sources and the findings in them.
pub(crate) struct Sample {
    /// Texts by path.
    pub(crate) sources: BTreeMap<String, String>,
    /// Sorted findings.
    pub(crate) findings: Vec<Finding>,
}

impl Sample {
    /// Makes a report in which nothing is old.
    pub(crate) fn report(&self) -> Report<'_> {
        let summary = Summary {
            files: 40,
            documents: 47,
            resources: 46,
            ..Summary::default()
        };
        let summary = summary.counting(&self.findings, &|_| false);
        Report::new(&self.findings, summary, &self.sources)
    }

    /// Returns the place of a needle in a source.
    pub(crate) fn place(&self, file: &str, needle: &str) -> Place {
        let text = &self.sources[file];
        let at = text.find(needle).expect("needle");
        let span = Span::new(at, at + needle.len());
        Place::new(file, &LineIndex::new(text), span)
    }
}

/// A resource by kind and name.
pub(crate) fn resource(kind: &str, name: &str) -> Option<ResourceRef> {
    Some(ResourceRef {
        fabric: Some("fabric-1".into()),
        kind: Some(kind.into()),
        namespace: Some("default".into()),
        name: Some(name.into()),
    })
}

/// Every kind of finding at once.
pub(crate) fn sample() -> Sample {
    let texts = [
        (
            "managed/vpcs/vpc-1.yaml",
            "apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPC\nmetadata:\n  name: vpc-1\nspec:\n  subnets:\n    default:\n      subnet: 10.0.0.0/16\n      vlan: 1000\n  descripton: edge\n".to_owned(),
        ),
        (
            "managed/vpcs/vpc-2.yaml",
            "kind: VPC\nmetadata:\n  name: vpc-2\nspec:\n  subnets:\n    default:\n      subnet: 10.0.8.0/24\n".to_owned(),
        ),
        (
            "managed/wiring/bom.yaml",
            "\u{feff}kind: Swich # wrong\r\nspec:\r\n\tname: x\r\n".to_owned(),
        ),
        (
            "managed/wiring/hostile\u{1b}[2J.yaml",
            "name: a\u{1b}[31mred\u{202e}b\u{9b}2J\u{200b}c # tail\n".to_owned(),
        ),
        (
            "managed/wiring/long.yaml",
            format!("a: {}\nb: {}needle {}\n", "y".repeat(300), "w".repeat(9_000), "z".repeat(9_000)),
        ),
        (
            "managed/wiring/middle.yaml",
            format!("b: {} needle {}\n", "w".repeat(300), "z".repeat(300)),
        ),
        (
            "managed/wiring/wide.yaml",
            "  名前: \t\"東京🗼タワー\" # コメント\n".to_owned(),
        ),
    ];
    let sources: BTreeMap<String, String> = texts
        .into_iter()
        .map(|(file, text)| (file.to_owned(), text))
        .collect();
    let mut sample = Sample {
        sources,
        findings: Vec::new(),
    };
    let mut findings = of_vpcs(&sample);
    findings.extend(of_odd_text(&sample));
    finding::sort(&mut findings);
    sample.findings = findings;
    sample
}

fn of_vpcs(sample: &Sample) -> Vec<Finding> {
    let vpc = "managed/vpcs/vpc-1.yaml";
    let key = sample.place(vpc, "descripton");
    let rename = Fix {
        title: "rename `descripton` to `description`".into(),
        safe: true,
        edits: vec![TextEdit {
            place: key.clone(),
            with: "description".into(),
        }],
    };
    let vlan = sample.place(vpc, "      vlan: 1000\n");
    let guess = Fix {
        title: "remove `vlan`".into(),
        safe: false,
        edits: vec![TextEdit {
            place: vlan,
            with: String::new(),
        }],
    };
    vec![
        Finding::new(
            "VPC-37",
            Severity::Error,
            sample.place(vpc, "10.0.0.0/16"),
            "subnet 10.0.0.0/16 of VPC vpc-1 overlaps subnet 10.0.8.0/24 of VPC vpc-2",
        )
        .field("spec.subnets.default.subnet")
        .resource(resource("VPC", "vpc-1"))
        .related(
            sample.place("managed/vpcs/vpc-2.yaml", "10.0.8.0/24"),
            "the other subnet",
        )
        .help("give one of the two another range"),
        Finding::new(
            "SCH-01",
            Severity::Error,
            key,
            "unknown field `descripton` in VPC spec",
        )
        .field("spec.descripton")
        .resource(resource("VPC", "vpc-1"))
        .fix(rename),
        Finding::new(
            "VPC-12",
            Severity::Warning,
            sample.place(vpc, "default:\n      subnet: 10.0.0.0/16\n      vlan: 1000"),
            "subnet `default` has no DHCP",
        )
        .resource(resource("VPC", "vpc-1"))
        .fix(guess),
        Finding::new(
            "VPC-40",
            Severity::Info,
            sample.place(vpc, &sample.sources[vpc]),
            "the whole document is one VPC",
        ),
    ]
}

fn of_odd_text(sample: &Sample) -> Vec<Finding> {
    let hostile = "managed/wiring/hostile\u{1b}[2J.yaml";
    let gone = Place {
        file: "managed/wiring/gone, 100%: of it.yaml".into(),
        start: hnp_yaml::Position { line: 7, column: 3 },
        end: hnp_yaml::Position { line: 7, column: 9 },
        span: Span::new(90, 96),
    };
    vec![
        Finding::new(
            "SCH-02",
            Severity::Error,
            sample.place("managed/wiring/bom.yaml", "Swich"),
            "unknown kind `Swich`; did you mean `Switch`?",
        ),
        Finding::new(
            "YAML-03",
            Severity::Error,
            sample.place("managed/wiring/bom.yaml", "\t"),
            "a tab cannot indent",
        ),
        Finding::new(
            "META-01",
            Severity::Error,
            sample.place(hostile, "red\u{202e}b\u{9b}2J\u{200b}c"),
            "name `a\u{1b}[31mred\u{202e}b\r\n::error file=x::y` is no DNS label <&\"'> ](http://x)",
        )
        .resource(resource("Switch", "a\u{1b}[31mred"))
        .help("use lower case letters,\ndigits and `-`"),
        Finding::new(
            "SCH-03",
            Severity::Error,
            sample.place("managed/wiring/long.yaml", "needle"),
            "far to the right",
        ),
        Finding::new(
            "SCH-03",
            Severity::Error,
            sample.place("managed/wiring/long.yaml", &"y".repeat(300)),
            "wider than the screen",
        ),
        Finding::new(
            "SCH-03",
            Severity::Warning,
            sample.place("managed/wiring/middle.yaml", "needle"),
            "in the middle",
        ),
        Finding::new(
            "META-02",
            Severity::Warning,
            sample.place("managed/wiring/wide.yaml", "\"東京🗼タワー\""),
            "not in ASCII: 東京🗼",
        ),
        Finding::new("GIT-02", Severity::Error, gone.clone(), "the source cannot be had")
            .related(gone, "nor can this one"),
        Finding::new(
            "ING-04",
            Severity::Warning,
            Place::file("managed/wiring/long.yaml"),
            "the file lies in the wrong directory",
        )
        .help("`hnp tidy` moves it"),
    ]
}
