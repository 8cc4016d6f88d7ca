//! hnp against recorded verdicts on Hedgehog's admission: `tests/conformance/README.md` says whose they are.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use hnp_model::canonical::canonical_json;
use hnp_model::{Finding, Severity, SourceFile};
use hnp_rules::catalogue::{self, Class};
use hnp_rules::{Outside, Role, Settings};
use hnp_state::config::Config;
use hnp_sync::fabric;
use hnp_sync::validate::validate;
use hnp_yaml::{Options, parse};
use serde_json::Value;

const FABRIC: &str = "lab";

/// Differences that are known and named: rule, and why hnp is right to differ.
const LISTED: &[(&str, &str)] = &[(
    "VLNS-06",
    "upstream throws an invalid list of ranges away and admits the namespace without any; hnp refuses it",
)];

fn vectors() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/conformance/vectors")
}

fn read(path: &Path) -> Value {
    let stream = parse(std::fs::read(path).unwrap(), &Options::default());
    assert!(
        stream.problems().is_empty(),
        "{}: {:?}",
        path.display(),
        stream.problems()
    );
    serde_json::from_str(&canonical_json(stream.document(0).unwrap().root().unwrap())).unwrap()
}

/// Writes JSON as TOML's inline values.
fn toml(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let inside: Vec<_> = map
                .iter()
                .map(|(key, value)| format!("{key:?} = {}", toml(value)))
                .collect();
            format!("{{ {} }}", inside.join(", "))
        }
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(toml).collect();
            format!("[{}]", items.join(", "))
        }
        other => other.to_string(),
    }
}

fn config(overrides: &[&Value]) -> Config {
    let mut keys: BTreeMap<&str, &Value> = BTreeMap::new();
    for map in overrides.iter().filter_map(|value| value.as_object()) {
        keys.extend(map.iter().map(|(key, value)| (key.as_str(), value)));
    }
    let mut text = format!("[fabric.{FABRIC}]\ndirectory = \"lab\"\n[fabric.{FABRIC}.network]\n");
    for (key, value) in keys {
        let _ = writeln!(text, "{key} = {}", toml(value));
    }
    Config::parse(&text).unwrap_or_else(|errors| panic!("{text}\n{errors:?}"))
}

fn settings(config: &Config) -> Settings {
    let mut settings = fabric::settings(config, Some(FABRIC), None).unwrap();
    settings.hydrated = Some(true);
    settings.outside = Outside::Kinds(Vec::new());
    settings
}

/// One question and its answer.
struct Case {
    name: String,
    judge: String,
    rules: Vec<String>,
    judged: Value,
    subject: String,
    tree: String,
    reject: bool,
    config: Config,
}

fn strings(value: &Value) -> Vec<String> {
    let items = value.as_array().into_iter().flatten();
    items.filter_map(Value::as_str).map(str::to_owned).collect()
}

fn cases(path: &Path) -> Vec<Case> {
    let file = read(path);
    if file["format"] != "hnp-vectors/1" {
        panic!("{}: unknown format {}", path.display(), file["format"]);
    }
    let judge = file["judge"].as_str().unwrap().to_owned();
    let stem = path.file_stem().unwrap().to_string_lossy();
    file["cases"]
        .as_array()
        .unwrap()
        .iter()
        .map(|case| {
            let mut tree = case["tree"].as_str().unwrap().to_owned();
            if let Some(context) = case["context"].as_str() {
                let text = file["contexts"][context].as_str().unwrap();
                let _ = write!(tree, "\n---\n{text}");
            }
            Case {
                name: format!("{judge}/{stem}/{}", case["name"].as_str().unwrap()),
                judge: judge.clone(),
                rules: strings(&case["rules"]),
                judged: case["judged"].clone(),
                subject: case["subject"].as_str().unwrap().to_owned(),
                tree,
                reject: case["verdict"] == "reject",
                config: config(&[&file["config"], &case["config"]]),
            }
        })
        .collect()
}

/// The errors on the subject that speak of the verdict.
fn against(case: &Case, findings: &[Finding]) -> Vec<Finding> {
    let listed = case.judged.is_array().then(|| strings(&case.judged));
    let about = |finding: &Finding| {
        finding.resource.as_ref().is_some_and(|resource| {
            let kind = resource.kind.as_deref().unwrap_or_default();
            let name = resource.name.as_deref().unwrap_or_default();
            format!("{kind}/{name}") == case.subject
        })
    };
    let counts = |finding: &Finding| {
        let class = catalogue::find(finding.code).map(|rule| rule.class);
        if let Some(rules) = &listed {
            return rules.iter().any(|rule| is_of(finding.code, rule));
        }
        match class {
            Some(Class::Webhook) => true,
            Some(Class::Cross) => case.judged == "tree",
            // Names and namespaces are the webhook's too; the rest of hnp's own is the schema's.
            _ => {
                finding.code.starts_with("META-")
                    || (case.reject && finding.code.starts_with("SCH-"))
            }
        }
    };
    findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .filter(|finding| counts(finding) && (about(finding) || reaches(case, finding)))
        .cloned()
        .collect()
}

/// Tells whether a code is a rule's, or that of a part of it, such as `GW-05-IP` of `GW-05`.
fn is_of(code: &str, rule: &str) -> bool {
    code.strip_prefix(rule)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

/// Tells whether one of a finding's other places lies in the subject, which is the first document.
fn reaches(case: &Case, finding: &Finding) -> bool {
    let end = case.tree.find("\n---").unwrap_or(case.tree.len());
    finding
        .related
        .iter()
        .any(|related| (related.place.span.start as usize) < end)
        && !finding.related.is_empty()
        && catalogue::find(finding.code).is_some_and(|rule| rule.class == Class::Cross)
        && is_shared(finding.code)
}

/// Rules that blame one of two equals: upstream blames whichever it is asked about.
fn is_shared(code: &str) -> bool {
    matches!(
        code,
        "VPC-37"
            | "VPC-38"
            | "ATT-11"
            | "ATT-12"
            | "EXA-07"
            | "CON-21"
            | "CON-22"
            | "SW-16"
            | "SW-17"
            | "SW-18"
            | "SW-19"
            | "GW-08"
            | "GW-09"
            | "GWP-11"
    )
}

#[test]
fn recorded_verdicts() {
    let mut files = Vec::new();
    for folder in std::fs::read_dir(vectors()).unwrap() {
        let folder = folder.unwrap().path();
        for file in std::fs::read_dir(&folder).unwrap() {
            let file = file.unwrap().path();
            if file.extension().is_some_and(|ext| ext == "yaml") {
                files.push(file);
            }
        }
    }
    files.sort();
    let mut totals: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let mut excused: BTreeMap<&str, usize> = BTreeMap::new();
    let mut wrong = String::new();
    for case in files.iter().flat_map(|file| cases(file)) {
        let files = vec![(
            SourceFile {
                path: "lab/managed/case.yaml".to_owned(),
                bytes: case.tree.clone().into_bytes(),
            },
            Role::Managed,
        )];
        let outcome = validate(files, &settings(&case.config), &case.config);
        let found = against(&case, &outcome.findings);
        let agrees = if case.reject {
            found.iter().any(|finding| {
                case.rules.is_empty()
                    || finding.code.starts_with("SCH-")
                    || case.rules.iter().any(|rule| is_of(finding.code, rule))
            })
        } else {
            found.is_empty()
        };
        let total = totals.entry(case.judge.clone()).or_default();
        total.0 += 1;
        total.1 += usize::from(agrees);
        if agrees {
            continue;
        }
        let listed = LISTED
            .iter()
            .find(|(rule, _)| case.rules.iter().any(|of| of == rule));
        match listed {
            Some((rule, _)) => *excused.entry(rule).or_default() += 1,
            None => {
                let all: Vec<_> = outcome
                    .findings
                    .iter()
                    .map(|finding| {
                        format!("{} {} {}", finding.code, finding.place, finding.message)
                    })
                    .collect();
                let _ = writeln!(
                    wrong,
                    "{}: {} by {:?}, hnp found {:#?}",
                    case.name,
                    if case.reject { "rejected" } else { "accepted" },
                    case.rules,
                    all
                );
            }
        }
    }
    for (judge, (cases, agree)) in &totals {
        println!("{judge}: {cases} cases, {agree} agree");
    }
    for (rule, count) in &excused {
        println!("listed difference {rule}: {count}");
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}
