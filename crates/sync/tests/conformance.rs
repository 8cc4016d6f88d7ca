//! hnp against recorded verdicts on Hedgehog's admission: `tests/conformance/README.md` says whose they are.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod conformance_support;

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use hnp_model::canonical::canonical_json;
use hnp_model::{Finding, Place, Severity, SourceFile};
use hnp_rules::catalogue::{self, Class};
use hnp_rules::{FileCheck, Outside, Role, Settings, check_file, check_tree};
use hnp_state::config::Config;
use hnp_sync::fabric;
use hnp_yaml::{Options, parse};
use rayon::prelude::*;
use serde_json::{Map, Value};

use conformance_support::{File, Folder, Tree};

const FABRIC: &str = "lab";

/// A difference that is known and named.
struct Difference {
    /// The rule that names it; a case that it may excuse has it among its rules.
    rule: &'static str,
    /// The verdict that it may excuse.
    rejected: bool,
    /// The class of the rule, or that it is a bug of upstream's.
    class: &'static str,
    /// Why hnp is right to differ.
    why: &'static str,
}

const LISTED: &[Difference] = &[
    Difference {
        rule: "VLNS-06",
        rejected: false,
        class: "bug",
        why: "upstream throws an invalid list of ranges away and admits the namespace without any; hnp refuses it",
    },
    Difference {
        rule: "GWP-12",
        rejected: true,
        class: "bug",
        why: "upstream takes `vpcSubnet` and `not` for an empty CIDR, and fails beside any other peering; hnp resolves them",
    },
];

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

/// The network settings of a case on top of those of its file.
fn network(overrides: &[&Value]) -> Value {
    let mut keys = Map::new();
    for map in overrides.iter().filter_map(|value| value.as_object()) {
        keys.extend(map.clone());
    }
    Value::Object(keys)
}

fn config(network: &Value) -> Config {
    let keys = network.as_object().unwrap();
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
    tree: Tree,
    reject: bool,
    network: Value,
    patched: bool,
    /// Another object, which hnp blames in its place.
    through: Option<String>,
}

impl Case {
    fn is_in_subject(&self, place: &Place) -> bool {
        let (file, range) = &self.tree.subject;
        place.file == self.tree.files[*file].path && range.contains(&(place.span.start as usize))
    }
}

fn strings(value: &Value) -> Vec<String> {
    let items = value.as_array().into_iter().flatten();
    items.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// The cases of a folder, whose files may name each other's.
fn cases(folder: &Path) -> Vec<Case> {
    let mut known = Folder::read(folder);
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .filter(|file| file.extension().is_some_and(|ext| ext == "yaml"))
        .collect();
    files.sort();
    let files: Vec<_> = files
        .iter()
        .map(|path| {
            let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
            (stem, read(path))
        })
        .collect();
    for (stem, file) in &files {
        known.keep(stem, file);
    }
    let mut cases = Vec::new();
    for (stem, file) in &files {
        let patched = match file["format"].as_str() {
            Some("hnp-vectors/1") => false,
            Some("hnp-vectors/2") => true,
            other => panic!("{stem}: unknown format {other:?}"),
        };
        for case in file["cases"].as_array().unwrap() {
            cases.push(case_of(&known, stem, file, case, patched));
        }
    }
    cases
}

fn case_of(known: &Folder, stem: &str, file: &Value, case: &Value, patched: bool) -> Case {
    let judge = file["judge"].as_str().unwrap().to_owned();
    let tree = if patched {
        known.tree(file, case)
    } else {
        let mut text = case["tree"].as_str().unwrap().to_owned();
        if let Some(context) = case["context"].as_str() {
            let more = file["contexts"][context].as_str().unwrap();
            let _ = write!(text, "\n---\n{more}");
        }
        let end = text.find("\n---").unwrap_or(text.len());
        Tree {
            files: vec![File {
                path: "lab/managed/case.yaml".to_owned(),
                text: text.into(),
                unchanged: None,
            }],
            subject: (0, 0..end),
        }
    };
    let judged = if case["judged"].is_null() {
        &file["judged"]
    } else {
        &case["judged"]
    };
    Case {
        name: format!("{judge}/{stem}/{}", case["name"].as_str().unwrap()),
        judge,
        rules: strings(&case["rules"]),
        judged: judged.clone(),
        subject: case["subject"].as_str().unwrap().to_owned(),
        tree,
        reject: case["verdict"] == "reject",
        network: network(&[&file["config"], &case["config"]]),
        patched,
        through: case["through"].as_str().map(str::to_owned),
    }
}

/// `Kind/name` of what a finding is about.
fn of(finding: &Finding) -> String {
    let part = |part: &Option<String>| part.clone().unwrap_or_default();
    finding
        .resource
        .as_ref()
        .map(|resource| format!("{}/{}", part(&resource.kind), part(&resource.name)))
        .unwrap_or_default()
}

/// The errors on the subject that speak of the verdict.
fn against(case: &Case, findings: &[Finding]) -> Vec<Finding> {
    let listed = case.judged.is_array().then(|| strings(&case.judged));
    let about = |finding: &Finding| of(finding) == case.subject;
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

/// Tells whether one of a finding's other places lies in the subject.
fn reaches(case: &Case, finding: &Finding) -> bool {
    // A changed fabric has its subject last, so that of two equals it is the one to blame.
    (case.reject || !case.patched)
        && finding
            .related
            .iter()
            .any(|related| case.is_in_subject(&related.place))
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

/// What hnp says of a case, against what was said.
struct Answer {
    agrees: bool,
    findings: Vec<Finding>,
}

/// Documents of the bases, checked by themselves once.
type Checked = HashMap<(Arc<str>, usize), FileCheck>;

fn check(file: &File, settings: &Settings) -> FileCheck {
    let source = SourceFile {
        path: file.path.clone(),
        bytes: file.text.as_bytes().to_vec(),
    };
    check_file(source, Role::Managed, settings)
}

fn checked(cases: &[Case], settings: &Settings) -> Checked {
    let mut checked = Checked::new();
    for file in cases.iter().flat_map(|case| &case.tree.files) {
        if let Some(place) = &file.unchanged {
            checked
                .entry(place.clone())
                .or_insert_with(|| check(file, settings));
        }
    }
    checked
}

/// Checks a case as [`hnp_sync::validate`] checks a tree, but what no case changes only once.
fn ask(case: &Case, settings: &Settings, checked: Option<&Checked>) -> Answer {
    let files: Vec<FileCheck> = case
        .tree
        .files
        .iter()
        .map(|file| {
            let known = file
                .unchanged
                .as_ref()
                .and_then(|place| checked?.get(place));
            match known {
                Some(known) => {
                    let mut known = known.clone();
                    known.path.clone_from(&file.path);
                    for finding in &mut known.findings {
                        finding.place.file.clone_from(&file.path);
                    }
                    known
                }
                None => check(file, settings),
            }
        })
        .collect();
    let texts = |_, path: &str| {
        let file = case.tree.files.iter().find(|file| file.path == path)?;
        Some(file.text.as_bytes().to_vec())
    };
    let (mut findings, _) = check_tree(&files, settings, &texts);
    findings.extend(files.into_iter().flat_map(|file| file.findings));
    let found = against(case, &findings);
    let agrees = match &case.through {
        Some(other) => findings.iter().any(|finding| {
            finding.severity == Severity::Error
                && of(finding) == *other
                && catalogue::find(finding.code)
                    .is_some_and(|rule| matches!(rule.class, Class::Webhook | Class::Cross))
        }),
        None if case.reject => found.iter().any(|finding| {
            case.rules.is_empty()
                || finding.code.starts_with("SCH-")
                || case.rules.iter().any(|rule| is_of(finding.code, rule))
        }),
        None => found.is_empty(),
    };
    Answer { agrees, findings }
}

fn describe(case: &Case, findings: &[Finding]) -> String {
    let all: Vec<_> = findings
        .iter()
        .map(|finding| {
            format!(
                "{} {} on {}: {}",
                finding.code,
                finding.severity,
                of(finding),
                finding.message
            )
        })
        .collect();
    let subject = case.tree.subject();
    format!(
        "{}: {} is {} by {:?}, hnp found {all:#?} in\n{subject}\n",
        case.name,
        case.subject,
        if case.reject { "rejected" } else { "accepted" },
        case.rules,
    )
}

#[test]
fn recorded_verdicts() {
    let mut folders: Vec<_> = std::fs::read_dir(vectors())
        .unwrap()
        .map(|folder| folder.unwrap().path())
        .collect();
    folders.sort();
    let cases: Vec<_> = folders.iter().flat_map(|folder| cases(folder)).collect();
    let mut by_network: BTreeMap<String, Settings> = BTreeMap::new();
    for case in &cases {
        by_network
            .entry(case.network.to_string())
            .or_insert_with(|| settings(&config(&case.network)));
    }
    // Where the network is the default, as it mostly is.
    let checked = checked(&cases, &by_network["{}"]);
    let answers: Vec<_> = cases
        .par_iter()
        .map(|case| {
            let network = case.network.to_string();
            ask(
                case,
                &by_network[&network],
                (network == "{}").then_some(&checked),
            )
        })
        .collect();
    let mut totals: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut excused = vec![0_usize; LISTED.len()];
    let mut wrong = Vec::new();
    for (case, answer) in cases.iter().zip(&answers) {
        let total = totals.entry(&case.judge).or_default();
        total.0 += 1;
        total.1 += usize::from(answer.agrees);
        if answer.agrees {
            continue;
        }
        let listed = LISTED.iter().position(|difference| {
            difference.rejected == case.reject
                && case.rules.iter().any(|rule| rule == difference.rule)
        });
        match listed {
            Some(at) => excused[at] += 1,
            None => wrong.push(describe(case, &answer.findings)),
        }
    }
    for (judge, (cases, agree)) in &totals {
        println!("{judge}: {cases} cases, {agree} agree");
    }
    let through = cases.iter().filter(|case| case.through.is_some()).count();
    println!("of these, {through} refused because of another object, which hnp blames instead");
    for (difference, count) in LISTED.iter().zip(&excused) {
        let Difference {
            rule, class, why, ..
        } = difference;
        println!("listed difference {rule} ({class}): {count} cases; {why}");
    }
    assert!(
        wrong.is_empty(),
        "\n{}\n{} unlisted differences",
        wrong.join("\n"),
        wrong.len()
    );
}
