//! What hnp, Git's own merge of lines and mergiraf make of the same files; `UPDATE_DOCS=1` writes docs/merge.md anew.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod support;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use hnp_merge::{Labels, merge_text};
use hnp_yaml::{Node, Options, parse};
use support::sorted;

/// Three versions of a file, and what they must become; nothing where only people can tell.
struct Case {
    name: &'static str,
    base: String,
    ours: String,
    theirs: String,
    wanted: Option<String>,
}

const HEAD: &str =
    "apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPC\nmetadata:\n  name: lab-1\nspec:\n";
const RED: &str = "    red:\n      subnet: 10.10.1.0/24\n      vlan: 1101\n";
const BLUE: &str = "    blue:\n      subnet: 10.10.2.0/24\n      vlan: 1102\n";
const GREEN: &str = "    green:\n      subnet: 10.10.3.0/24\n      vlan: 1103\n";
const GREY: &str = "    grey:\n      subnet: 10.10.4.0/24\n      vlan: 1104\n";

fn vpc(parts: &[&str]) -> String {
    format!("{HEAD}  subnets:\n{}", parts.concat())
}

fn connection(links: &[(u8, u8)]) -> String {
    let mut out = "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Connection\nmetadata:\n  name: s1\nspec:\n  eslag:\n    links:\n".to_owned();
    for (server, switch) in links {
        let _ = write!(
            out,
            "    - server:\n        port: s1/nic{server}\n      switch:\n        port: leaf-{switch}/E1/1\n"
        );
    }
    out
}

fn of(kind: &str, group: &str, spec: &str) -> String {
    format!(
        "apiVersion: {group}.githedgehog.com/v1beta1\nkind: {kind}\nmetadata:\n  name: x\nspec:\n{spec}"
    )
}

fn case(name: &'static str, texts: [String; 3], wanted: Option<String>) -> Case {
    let [base, ours, theirs] = texts;
    Case {
        name,
        base,
        ours,
        theirs,
        wanted,
    }
}

fn cases() -> Vec<Case> {
    let two = vpc(&[RED, BLUE]);
    let change = |from: &str, to: &str| two.replace(from, to);
    let other =
        |vlan: u16| vpc(&[&RED.replace("1101", &vlan.to_string())]).replace("lab-1", "lab-2");
    let ranges = |more: &str| {
        of(
            "VLANNamespace",
            "wiring",
            &format!("  ranges:\n  - from: 100\n    to: 199\n{more}"),
        )
    };
    let set = |items: &str| of("IPv4Namespace", "vpc", &format!("  subnets:\n{items}"));
    let folded = |text: &str| {
        of(
            "Server",
            "wiring",
            &format!("  description: |\n    one\n    two\n{text}"),
        )
    };
    vec![
        case(
            "neighbouring fields of one subnet, one changed by each side",
            [
                two.clone(),
                change("10.10.1.0", "10.10.9.0"),
                change("1101", "1191"),
            ],
            Some(change("10.10.1.0", "10.10.9.0").replace("1101", "1191")),
        ),
        case(
            "each side adds a subnet at the end",
            [
                two.clone(),
                vpc(&[RED, BLUE, GREEN]),
                vpc(&[RED, BLUE, GREY]),
            ],
            Some(vpc(&[RED, BLUE, GREEN, GREY])),
        ),
        case(
            "both add one subnet with different values",
            [
                two.clone(),
                vpc(&[RED, BLUE, GREEN]),
                vpc(&[RED, BLUE, &GREEN.replace("1103", "1193")]),
            ],
            None,
        ),
        case(
            "both add one subnet at different places, the same value",
            [
                two.clone(),
                vpc(&[GREEN, RED, BLUE]),
                vpc(&[RED, BLUE, GREEN]),
            ],
            Some(vpc(&[RED, BLUE, GREEN])),
        ),
        case(
            "both add one subnet at different places, different values",
            [
                two.clone(),
                vpc(&[GREEN, RED, BLUE]),
                vpc(&[RED, BLUE, &GREEN.replace("1103", "1193")]),
            ],
            None,
        ),
        case(
            "both add one field at different places, the same value",
            [
                two.clone(),
                change(
                    "      vlan: 1101\n",
                    "      isolated: true\n      vlan: 1101\n",
                ),
                change(
                    "      vlan: 1101\n",
                    "      vlan: 1101\n      isolated: true\n",
                ),
            ],
            Some(change(
                "      vlan: 1101\n",
                "      isolated: true\n      vlan: 1101\n",
            )),
        ),
        case(
            "one side removes a subnet, the other changes it",
            [two.clone(), vpc(&[RED]), change("1102", "1192")],
            None,
        ),
        case(
            "one side replaces a subnet by one of another name, the other changes it",
            [two.clone(), change("blue", "navy"), change("1102", "1192")],
            None,
        ),
        case(
            "each side adds a subnet, both with one VLAN",
            [
                two.clone(),
                vpc(&[GREEN, RED, BLUE]),
                vpc(&[RED, BLUE, &GREY.replace("1104", "1103")]),
            ],
            None,
        ),
        case(
            "one side changes quotes and notation, the other a value beside it",
            [
                two.clone(),
                change("vlan: 1101", "vlan: 0x44D").replace("name: lab-1", "name: \"lab-1\""),
                change("10.10.1.0", "10.10.9.0"),
            ],
            Some(change("10.10.1.0", "10.10.9.0")),
        ),
        case(
            "one side changes a comment, the other the value on its line",
            [
                change("vlan: 1101", "vlan: 1101 # red"),
                change("vlan: 1101", "vlan: 1101 # the red one"),
                change("vlan: 1101", "vlan: 1191 # red"),
            ],
            Some(change("1101", "1191")),
        ),
        case(
            "one side indents otherwise, the other changes a value",
            [
                two.clone(),
                two.replace("\n      ", "\n        ")
                    .replace("\n    ", "\n      "),
                change("1102", "1192"),
            ],
            Some(change("1102", "1192")),
        ),
        case(
            "each side adds a link at the end",
            [
                connection(&[(1, 1), (2, 2)]),
                connection(&[(1, 1), (2, 2), (3, 3)]),
                connection(&[(1, 1), (2, 2), (4, 4)]),
            ],
            Some(connection(&[(1, 1), (2, 2), (3, 3), (4, 4)])),
        ),
        case(
            "both add one link, at different places",
            [
                connection(&[(1, 1), (2, 2)]),
                connection(&[(3, 3), (1, 1), (2, 2)]),
                connection(&[(1, 1), (2, 2), (3, 3)]),
            ],
            Some(connection(&[(1, 1), (2, 2), (3, 3)])),
        ),
        case(
            "both add a link of one server port, to different switches, at different places",
            [
                connection(&[(1, 1), (2, 2)]),
                connection(&[(3, 3), (1, 1), (2, 2)]),
                connection(&[(1, 1), (2, 2), (3, 4)]),
            ],
            None,
        ),
        case(
            "one side removes a link, the other moves it to another switch",
            [
                connection(&[(1, 1), (2, 2), (3, 3)]),
                connection(&[(1, 1), (3, 3)]),
                connection(&[(1, 1), (2, 4), (3, 3)]),
            ],
            None,
        ),
        case(
            "each side makes another kind of connection of it",
            [
                connection(&[(1, 1), (2, 2)]),
                connection(&[(1, 1), (2, 2)]).replace("eslag", "mclag"),
                connection(&[(1, 1), (2, 2)]).replace("eslag", "bundled"),
            ],
            None,
        ),
        case(
            "each side adds a VLAN range, which overlap",
            [
                ranges(""),
                of(
                    "VLANNamespace",
                    "wiring",
                    "  ranges:\n  - from: 300\n    to: 400\n  - from: 100\n    to: 199\n",
                ),
                ranges("  - from: 350\n    to: 450\n"),
            ],
            None,
        ),
        case(
            "each side adds a network to a set",
            [
                set("  - 10.0.0.0/16\n"),
                set("  - 10.0.0.0/16\n  - 10.1.0.0/16\n"),
                set("  - 10.0.0.0/16\n  - 10.2.0.0/16\n"),
            ],
            Some(set("  - 10.0.0.0/16\n  - 10.1.0.0/16\n  - 10.2.0.0/16\n")),
        ),
        case(
            "both add one network to a set, at different places",
            [
                set("  - 10.0.0.0/16\n"),
                set("  - 10.1.0.0/16\n  - 10.0.0.0/16\n"),
                set("  - 10.0.0.0/16\n  - 10.1.0.0/16\n"),
            ],
            Some(set("  - 10.0.0.0/16\n  - 10.1.0.0/16\n")),
        ),
        case(
            "each side adds a line to one text",
            [folded(""), folded("    ours\n"), folded("    theirs\n")],
            None,
        ),
        case(
            "both add one resource at different ends of a file, the same",
            [
                two.clone(),
                format!("{}---\n{two}", other(7)),
                format!("{two}---\n{}", other(7)),
            ],
            Some(format!("{two}---\n{}", other(7))),
        ),
        case(
            "both add one resource at different ends of a file, different",
            [
                two.clone(),
                format!("{}---\n{two}", other(7)),
                format!("{two}---\n{}", other(8)),
            ],
            None,
        ),
        case(
            "one side reorders the documents, the other changes a value",
            [
                format!("{two}---\n{}", other(7)),
                format!("{}---\n{two}", other(7)),
                format!("{}---\n{}", change("1102", "1192"), other(7)),
            ],
            Some(format!("{}---\n{}", other(7), change("1102", "1192"))),
        ),
        case(
            "one side removes a document, the other changes it",
            [
                format!("{two}---\n{}", other(7)),
                two.clone(),
                format!("{two}---\n{}", other(9)),
            ],
            None,
        ),
    ]
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Verdict {
    Merged,
    Conflict,
    Needless,
    Wrong(&'static str),
}

impl Verdict {
    fn word(self) -> String {
        match self {
            Self::Merged => "merged".to_owned(),
            Self::Conflict => "conflict".to_owned(),
            Self::Needless => "conflict, needless".to_owned(),
            Self::Wrong(how) => format!("**wrong**: {how}"),
        }
    }
}

fn values(text: &str) -> Option<Vec<Node>> {
    let stream = parse(text, &Options::default());
    stream.problems().is_empty().then(|| {
        stream
            .documents()
            .filter_map(hnp_yaml::Document::root)
            .map(Node::from)
            .collect()
    })
}

fn judge(case: &Case, clean: bool, text: &str) -> Verdict {
    if !clean {
        return match case.wanted {
            Some(_) => Verdict::Needless,
            None => Verdict::Conflict,
        };
    }
    let Some(found) = values(text) else {
        return Verdict::Wrong("no YAML that Kubernetes reads");
    };
    let name = |node: &Node| sorted(node.get("metadata").unwrap_or(&Node::Null));
    let names: BTreeSet<String> = found.iter().map(name).collect();
    if names.len() < found.len() {
        return Verdict::Wrong("the resource stands twice");
    }
    let Some(wanted) = &case.wanted else {
        return Verdict::Wrong("the sides contradict each other, and nobody is asked");
    };
    let texts = |nodes: &[Node]| nodes.iter().map(sorted).collect::<BTreeSet<_>>();
    if texts(&found) == texts(&values(wanted).unwrap()) {
        Verdict::Merged
    } else {
        Verdict::Wrong("another value")
    }
}

fn with_files(
    case: &Case,
    run: impl Fn(&Path) -> std::io::Result<std::process::Output>,
) -> Option<(bool, String)> {
    let dir = std::env::temp_dir().join(format!(
        "hnp-merge-{}-{}",
        std::process::id(),
        case.name.len()
    ));
    std::fs::create_dir_all(&dir).unwrap();
    for (name, text) in [
        ("base.yaml", &case.base),
        ("ours.yaml", &case.ours),
        ("theirs.yaml", &case.theirs),
    ] {
        std::fs::write(dir.join(name), text).unwrap();
    }
    let output = run(&dir);
    std::fs::remove_dir_all(&dir).unwrap();
    let output = output.ok()?;
    Some((
        output.status.success(),
        String::from_utf8(output.stdout).unwrap(),
    ))
}

fn git(case: &Case) -> Option<(bool, String)> {
    with_files(case, |dir| {
        Command::new("git")
            .args(["merge-file", "-p", "ours.yaml", "base.yaml", "theirs.yaml"])
            .current_dir(dir)
            .output()
    })
}

fn mergiraf(case: &Case) -> Option<(bool, String)> {
    with_files(case, |dir| {
        Command::new("mergiraf")
            .args(["merge", "base.yaml", "ours.yaml", "theirs.yaml"])
            .current_dir(dir)
            .output()
    })
}

fn version(program: &str) -> Option<String> {
    let output = Command::new(program).arg("--version").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    Some(text.trim().to_owned())
}

#[test]
fn hnp_is_never_silently_wrong() {
    let mut rows = String::new();
    let mut counts = [[0_usize; 4]; 3];
    let mut bad = Vec::new();
    for case in cases() {
        let merged = merge_text(
            case.base.as_bytes(),
            case.ours.as_bytes(),
            case.theirs.as_bytes(),
            Labels::default(),
        );
        let own = judge(
            &case,
            !merged.conflicted,
            &String::from_utf8(merged.text).unwrap(),
        );
        if !matches!(own, Verdict::Merged | Verdict::Conflict) {
            bad.push(format!("{}: {own:?}", case.name));
        }
        let others = [git(&case), mergiraf(&case)]
            .map(|found| found.map(|(clean, text)| judge(&case, clean, &text)));
        let all = [Some(own), others[0], others[1]];
        for (verdict, counts) in all.iter().zip(&mut counts) {
            match verdict {
                Some(Verdict::Merged) => counts[0] += 1,
                Some(Verdict::Conflict) => counts[1] += 1,
                Some(Verdict::Needless) => counts[2] += 1,
                Some(Verdict::Wrong(_)) => counts[3] += 1,
                None => {}
            }
        }
        let [own, git, mergiraf] =
            all.map(|verdict| verdict.map_or("not measured".to_owned(), Verdict::word));
        let _ = writeln!(rows, "| {} | {own} | {git} | {mergiraf} |", case.name);
    }
    assert!(bad.is_empty(), "{}", bad.join("\n"));
    let Some(git_version) = version("git") else {
        eprintln!("skipped: no git to compare with");
        return;
    };
    // A merge of lines does go wrong on some of these, or the table shows nothing.
    assert!(counts[1][3] > 0, "{counts:?}");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/merge.md");
        std::fs::write(path, page(&rows, &counts, &git_version)).unwrap();
    }
}

fn page(rows: &str, counts: &[[usize; 4]; 3], git: &str) -> String {
    let mergiraf = version("mergiraf")
        .unwrap_or_else(|| "mergiraf (not measured: it was not there)".to_owned());
    let mut out = format!(
        "# Merges compared\n\nWhat hnp's merge driver, Git's own merge of lines and a merger by syntax tree make of the same three files.\nProduced by `UPDATE_DOCS=1 cargo test -p hnp-merge --test comparison`; the cases are in that test. Judged is the meaning of\nthe result: *merged* is the value both sides wanted, *conflict* a question that only people can answer, *needless* one that\nneeds nobody. *Wrong* is a merge without conflict whose result is not what both sides wanted, so nobody looks at it again.\n\nMeasured with {git} and {mergiraf}.\n\n| | merged | conflict | needless conflict | silently wrong |\n|---|---|---|---|---|\n"
    );
    for (name, counts) in ["hnp", "git merge-file", "mergiraf"].iter().zip(counts) {
        if counts.iter().sum::<usize>() == 0 {
            let _ = writeln!(out, "| {name} | not measured | | | |");
        } else {
            let _ = writeln!(
                out,
                "| {name} | {} | {} | {} | {} |",
                counts[0], counts[1], counts[2], counts[3]
            );
        }
    }
    let _ = write!(
        out,
        "\n| case | hnp | git merge-file | mergiraf |\n|---|---|---|---|\n{rows}"
    );
    out.push_str("\nWhat hnp leaves to people it shows between markers of the size and with the labels that Git asks for, and nothing else\nstands between them. Two valid sides can still make a tree that is not valid, such as one that removes what the other refers\nto: `hnp validate` and the hooks see that.\n");
    out
}
