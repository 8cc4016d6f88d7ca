//! The merge drivers, as Git calls them.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod common;

use std::path::Path;
use std::process::Command;

use common::{HNP, Sandbox, identify};
use hnp_sync::drivers::git_config;

const FILE: &str = "net/managed/vpcs/vpc-1.yaml";
const STATE: &str = ".hnp/state.toml";

fn vpc(subnets: &str) -> String {
    format!(
        "# demo\napiVersion: vpc.githedgehog.com/v1beta1\nkind: VPC\nmetadata:\n  name: vpc-1\nspec:\n  subnets:\n{subnets}"
    )
}

const A: &str = "    a:\n      subnet: 10.0.1.0/24\n      vlan: 1001\n";
const B: &str = "    b:\n      subnet: 10.0.2.0/24\n      vlan: 1002\n";
const C: &str = "    c:\n      subnet: 10.0.3.0/24\n      vlan: 1003 # ours\n";
const D: &str = "    d:\n      subnet: 10.0.4.0/24\n      vlan: 1004 # theirs\n";

/// A fabric with drivers, and branches `main` and `side` that grew from one commit.
fn branches(binary: &str, base: &str, ours: &str, theirs: &str) -> Sandbox {
    let repo = Sandbox::with_fabric();
    for (name, value) in git_config(binary) {
        repo.git(&["config", &name, &value]);
    }
    repo.write(FILE, base);
    repo.commit("Base");
    repo.git(&["checkout", "--quiet", "-b", "side"]);
    repo.write(FILE, theirs);
    repo.commit("Theirs");
    repo.git(&["checkout", "--quiet", "main"]);
    repo.write(FILE, ours);
    repo.commit("Ours");
    repo
}

fn lines() -> (String, String, String) {
    (
        vpc(&format!("{A}{B}")),
        vpc(&format!("{A}{B}{C}")),
        vpc(&format!("{A}{B}{D}")),
    )
}

fn clash() -> (String, String, String) {
    let base = vpc(&format!("{A}{B}"));
    (
        base.clone(),
        base.replace("1002", "1202"),
        base.replace("1002", "1222"),
    )
}

/// Runs git and returns its exit code and what it said.
fn git(repo: &Sandbox, args: &[&str]) -> (i32, String) {
    let mut command = Command::new("git");
    command.args(args).current_dir(repo.root());
    identify(&mut command);
    let output = command.output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (
        output.status.code().unwrap_or(-1),
        String::from_utf8(said).unwrap(),
    )
}

fn marked(text: &str) -> bool {
    ["<<<<<<<", "=======", ">>>>>>>"]
        .iter()
        .all(|mark| text.lines().any(|line| line.starts_with(mark)))
}

#[test]
fn git_merge_takes_the_additions_of_both_sides() {
    let (base, ours, theirs) = lines();
    let repo = branches(HNP, &base, &ours, &theirs);
    let (code, said) = git(&repo, &["merge", "--quiet", "side"]);
    assert_eq!(code, 0, "{said}");
    let merged = repo.read(FILE);
    assert_eq!(merged, vpc(&format!("{A}{B}{C}{D}")));
}

#[test]
fn git_rebase_takes_the_additions_of_both_sides() {
    let (base, ours, theirs) = lines();
    let repo = branches(HNP, &base, &ours, &theirs);
    let (code, said) = git(&repo, &["rebase", "--quiet", "side"]);
    assert_eq!(code, 0, "{said}");
    // What is replayed is theirs to Git.
    assert_eq!(repo.read(FILE), vpc(&format!("{A}{B}{D}{C}")));
}

#[test]
fn git_cherry_pick_takes_the_additions_of_both_sides() {
    let (base, ours, theirs) = lines();
    let repo = branches(HNP, &base, &ours, &theirs);
    let (code, said) = git(&repo, &["cherry-pick", "side"]);
    assert_eq!(code, 0, "{said}");
    assert_eq!(repo.read(FILE), vpc(&format!("{A}{B}{C}{D}")));
}

#[test]
fn git_merge_tree_takes_the_additions_of_both_sides() {
    let (base, ours, theirs) = lines();
    let repo = branches(HNP, &base, &ours, &theirs);
    let (code, said) = git(&repo, &["merge-tree", "--write-tree", "main", "side"]);
    assert_eq!(code, 0, "{said}");
    let tree = said.lines().next().unwrap();
    let merged = repo.git(&["show", &format!("{tree}:{FILE}")]);
    assert_eq!(merged, vpc(&format!("{A}{B}{C}{D}")));
    assert_eq!(repo.read(FILE), ours, "the worktree stays");
}

#[test]
fn without_the_driver_git_leaves_that_to_people() {
    let (base, ours, theirs) = lines();
    let repo = branches(HNP, &base, &ours, &theirs);
    repo.git(&["config", "--remove-section", "merge.hnp-yaml"]);
    let (code, _) = git(&repo, &["merge", "--quiet", "side"]);
    assert_eq!(code, 1);
}

#[test]
fn a_conflict_is_marked_and_nothing_else() {
    let (base, ours, theirs) = clash();
    for command in [
        ["merge", "side"],
        ["cherry-pick", "side"],
        ["rebase", "side"],
    ] {
        let repo = branches(HNP, &base, &ours, &theirs);
        let (code, said) = git(&repo, &command);
        assert_eq!(code, 1, "{said}");
        assert!(said.contains("VPC/vpc-1 spec.subnets.b.vlan"), "{said}");
        let text = repo.read(FILE);
        assert!(marked(&text), "{text}");
        let inside: Vec<&str> = text
            .lines()
            .skip_while(|line| !line.starts_with("<<<<<<<"))
            .take_while(|line| !line.starts_with(">>>>>>>"))
            .collect();
        assert_eq!(inside.len(), 4, "{text}");
        assert_eq!(
            repo.git(&["diff", "--name-only", "--diff-filter=U"]).trim(),
            FILE
        );
    }
}

#[test]
fn markers_have_the_size_that_attributes_ask_for() {
    let (base, ours, theirs) = clash();
    let repo = branches(HNP, &base, &ours, &theirs);
    repo.write(
        ".git/info/attributes",
        format!("{FILE} conflict-marker-size=12\n"),
    );
    git(&repo, &["merge", "side"]);
    let text = repo.read(FILE);
    assert!(text.lines().any(|line| line.starts_with("<<<<<<<<<<<< ")));
    assert!(text.lines().any(|line| line == "============"));
}

#[test]
fn a_binary_that_is_gone_leaves_markers() {
    let (base, ours, theirs) = clash();
    let gone = "/nowhere/hnp";
    let repo = branches(gone, &base, &ours, &theirs);
    let (code, said) = git(&repo, &["merge", "side"]);
    assert_eq!(code, 1, "{said}");
    let text = repo.read(FILE);
    assert!(marked(&text), "{text}");
    // And what lines can merge is merged.
    let (_, ours, _) = lines();
    let theirs = vpc(&format!("{A}{B}")).replace("# demo", "# other");
    let repo = branches(gone, &vpc(&format!("{A}{B}")), &ours, &theirs);
    let (code, said) = git(&repo, &["merge", "--quiet", "side"]);
    assert_eq!(code, 0, "{said}");
    assert!(repo.read(FILE).starts_with("# other"));
}

/// Programs that stand in for a broken hnp: one that cannot run, one too old to know the command, one that panics.
#[test]
#[cfg(unix)]
fn a_binary_that_is_broken_leaves_markers_or_the_tree_as_it_was() {
    use std::os::unix::fs::PermissionsExt;
    for (script, aborts) in [
        ("#!/nowhere/interpreter\n", false),
        ("#!/bin/sh\nexit 2\n", false),
        ("#!/bin/sh\nexit 101\n", false),
        ("#!/bin/sh\nexit 126\n", false),
        ("#!/bin/sh\nexit 129\n", true),
        ("#!/bin/sh\nkill -9 $$\n", true),
    ] {
        let (base, ours, theirs) = clash();
        let stub = tempfile::tempdir().unwrap();
        let stub = stub.path().join("hnp it's");
        std::fs::write(&stub, script).unwrap();
        std::fs::set_permissions(&stub, std::fs::Permissions::from_mode(0o755)).unwrap();
        let repo = branches(stub.to_str().unwrap(), &base, &ours, &theirs);
        let (code, said) = git(&repo, &["merge", "side"]);
        assert_ne!(code, 0, "{script}: {said}");
        let text = repo.read(FILE);
        if aborts {
            assert_eq!(text, ours, "{script}: {said}");
        } else {
            assert!(marked(&text), "{script}: {said}\n{text}");
        }
    }
}

/// The driver run by itself on three files.
fn driver(args: &[&str], panic_at: &str) -> (i32, String, tempfile::TempDir) {
    let (base, ours, theirs) = clash();
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in [("O", base), ("A", ours), ("B", theirs)] {
        std::fs::write(dir.path().join(name), text).unwrap();
    }
    let output = Command::new(HNP)
        .args(args)
        .env("HNP_PANIC_AT", panic_at)
        .current_dir(dir.path())
        .output()
        .unwrap();
    let text = std::fs::read_to_string(dir.path().join("A")).unwrap_or_default();
    (output.status.code().unwrap_or(-1), text, dir)
}

fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn labels_are_gits_where_git_has_them() {
    let full = [
        "merge-driver",
        "yaml",
        "--",
        "O",
        "A",
        "B",
        "7",
        "-x.yaml",
        "base",
        "HEAD",
        "feature/x",
    ];
    let (code, text, dir) = driver(&full, "");
    assert_eq!(code, 1);
    assert!(
        text.contains("<<<<<<< HEAD\n") && text.contains(">>>>>>> feature/x\n"),
        "{text}"
    );
    assert_eq!(names(dir.path()), ["A", "B", "O"]);
    // Git before 2.44 leaves the placeholders.
    for labels in [&["%S", "%X", "%Y"][..], &[], &["", "", ""]] {
        let mut args = vec!["merge-driver", "yaml", "--", "O", "A", "B", "7", "x.yaml"];
        args.extend(labels);
        let (code, text, _dir) = driver(&args, "");
        assert_eq!(code, 1);
        assert!(
            text.contains("<<<<<<< ours\n") && text.contains(">>>>>>> theirs\n"),
            "{text}"
        );
    }
}

#[test]
fn a_panic_in_the_merge_merges_lines() {
    let args = ["merge-driver", "yaml", "--", "O", "A", "B", "7", "x.yaml"];
    let (code, text, dir) = driver(&args, "merge");
    assert_eq!(code, 1);
    assert!(marked(&text), "{text}");
    assert_eq!(names(dir.path()), ["A", "B", "O"]);
}

#[test]
fn a_failure_never_looks_like_a_conflict() {
    let (_, ours, _) = clash();
    let cases: &[(&[&str], &str)] = &[
        (&["merge-driver"], ""),
        (&["merge-driver", "yaml"], ""),
        (&["merge-driver", "toml", "O", "A", "B", "7", "x"], ""),
        (&["merge-driver", "yaml", "O", "A"], ""),
        (
            &["merge-driver", "yaml", "--", "O", "A", "missing", "7", "x"],
            "",
        ),
        (
            &["merge-driver", "yaml", "--", "missing", "A", "B", "7", "x"],
            "",
        ),
        (
            &[
                "merge-driver",
                "yaml",
                "--nonsense",
                "O",
                "A",
                "B",
                "7",
                "x",
            ],
            "",
        ),
        (&["--color", "never", "merge-driver", "yaml"], ""),
        (
            &[
                "--format",
                "sarif",
                "merge-driver",
                "yaml",
                "O",
                "A",
                "B",
                "7",
                "x",
            ],
            "",
        ),
        (
            &["merge-driver", "yaml", "--", "O", "A", "B", "7", "x"],
            "start",
        ),
        (
            &["merge-driver", "yaml", "--", "O", "A", "B", "7", "x"],
            "write",
        ),
    ];
    for (args, panic_at) in cases {
        let (code, text, dir) = driver(args, panic_at);
        assert!(code >= 129, "{args:?} {panic_at}: {code}");
        assert_eq!(text, ours, "{args:?} {panic_at}");
        assert_eq!(names(dir.path()), ["A", "B", "O"], "{args:?} {panic_at}");
    }
}

#[test]
#[cfg(unix)]
fn a_target_that_cannot_be_replaced_stays_as_it_was() {
    use std::os::unix::fs::PermissionsExt;
    let (base, ours, theirs) = clash();
    let dir = tempfile::tempdir().unwrap();
    let inner = dir.path().join("inner");
    std::fs::create_dir(&inner).unwrap();
    std::fs::write(inner.join("A"), &ours).unwrap();
    std::fs::write(dir.path().join("O"), base).unwrap();
    std::fs::write(dir.path().join("B"), theirs).unwrap();
    std::fs::set_permissions(&inner, std::fs::Permissions::from_mode(0o555)).unwrap();
    if std::fs::write(inner.join("probe"), "").is_ok() {
        std::fs::remove_file(inner.join("probe")).unwrap();
        eprintln!("skipped: this user may write everywhere");
        return;
    }
    let code = Command::new(HNP)
        .args(["merge-driver", "yaml", "--", "O", "inner/A", "B", "7", "x"])
        .current_dir(dir.path())
        .status()
        .unwrap()
        .code()
        .unwrap();
    assert!(code >= 129);
    assert_eq!(std::fs::read_to_string(inner.join("A")).unwrap(), ours);
}

fn entry(name: &str, digit: char) -> String {
    let hash: String = std::iter::repeat_n(digit, 64).collect();
    format!(
        "\n[resource.\"lab/VPC/default/{name}\"]\npath   = \"net/managed/vpcs/{name}.yaml\"\nsha256 = \"{hash}\"\nbase   = \"c1:{hash}\"\nblob   = \"{}\"\n",
        &hash[..40]
    )
}

#[test]
fn git_merges_state_by_entry() {
    let repo = Sandbox::with_fabric();
    for (name, value) in git_config(HNP) {
        repo.git(&["config", &name, &value]);
    }
    let head = repo.read(STATE);
    let with = |entries: &[String]| format!("{head}{}", entries.concat());
    repo.write(STATE, with(&[entry("vpc-1", '1')]));
    repo.commit("Base");
    repo.git(&["checkout", "--quiet", "-b", "side"]);
    repo.write(STATE, with(&[entry("vpc-1", '2'), entry("vpc-2", '4')]));
    repo.commit("Theirs");
    repo.git(&["checkout", "--quiet", "main"]);
    repo.write(STATE, with(&[entry("vpc-1", '3'), entry("vpc-3", '5')]));
    repo.commit("Ours");
    let (code, said) = git(&repo, &["merge", "--quiet", "side"]);
    assert_eq!(code, 0, "{said}");
    let state = repo.read(STATE);
    for name in ["vpc-1", "vpc-2", "vpc-3"] {
        assert_eq!(
            state.matches(&format!("default/{name}\"]")).count(),
            1,
            "{state}"
        );
    }
    // Both said something new of vpc-1: what was agreed on is forgotten, where it lies is not.
    assert_eq!(state.matches("base   = ").count(), 2, "{state}");
    assert!(state.contains("path   = \"net/managed/vpcs/vpc-1.yaml\""));
    repo.hnp(&["state", "verify"]).code(0);
}

#[test]
fn git_diff_shows_fields() {
    let (base, ours, theirs) = clash();
    let repo = branches(HNP, &base, &ours, &theirs);
    let shown = repo.git(&["diff", "main", "side", "--", FILE]);
    assert!(
        shown.contains("-VPC/vpc-1 spec.subnets.b.vlan: 1202"),
        "{shown}"
    );
    assert!(
        shown.contains("+VPC/vpc-1 spec.subnets.b.vlan: 1222"),
        "{shown}"
    );
    // Without the binary the diff is of the lines.
    let repo = branches("/nowhere/hnp", &base, &ours, &theirs);
    let shown = repo.git(&["diff", "main", "side", "--", FILE]);
    assert!(shown.contains("-      vlan: 1202"), "{shown}");
}

/// Two branches that merged each other: what both grew from is a merge of its own, made by the driver, with markers.
#[test]
fn criss_cross_merges_end_in_a_result_or_markers() {
    for (one, two, clean) in [("1202", "1222", false), ("1202", "1202", true)] {
        let (base, ..) = clash();
        let repo = branches(
            HNP,
            &base,
            &base.replace("1002", one),
            &base.replace("1002", two),
        );
        repo.git(&["branch", "ours", "main"]);
        repo.git(&["branch", "theirs", "side"]);
        // Each side settles the conflict for itself, and changes something more.
        for (branch, other, vlan, more) in [("main", "theirs", one, C), ("side", "ours", two, D)] {
            repo.git(&["checkout", "--quiet", branch]);
            git(&repo, &["merge", "--quiet", "--no-commit", other]);
            repo.write(FILE, format!("{}{more}", base.replace("1002", vlan)));
            repo.commit("Settle");
        }
        repo.git(&["checkout", "--quiet", "main"]);
        let (code, said) = git(&repo, &["merge", "--quiet", "side"]);
        let text = repo.read(FILE);
        assert_eq!(code, i32::from(!clean), "{said}\n{text}");
        assert_eq!(marked(&text), !clean, "{said}\n{text}");
        assert!(
            text.contains("# ours") && text.contains("# theirs"),
            "{text}"
        );
    }
}

#[test]
fn what_is_no_manifest_is_merged_as_lines() {
    let repo = Sandbox::with_fabric();
    for (name, value) in git_config(HNP) {
        repo.git(&["config", &name, &value]);
    }
    let file = "net/managed/README.md";
    let text = "one\n\ntwo\n\nthree\n\nfour\n";
    repo.write(file, text);
    repo.commit("Base");
    repo.git(&["checkout", "--quiet", "-b", "side"]);
    repo.write(file, text.replace("four", "vier"));
    repo.commit("Theirs");
    repo.git(&["checkout", "--quiet", "main"]);
    repo.write(file, text.replace("one", "eins"));
    repo.commit("Ours");
    let (code, said) = git(&repo, &["merge", "--quiet", "side"]);
    assert_eq!(code, 0, "{said}");
    assert_eq!(
        repo.read(file),
        text.replace("one", "eins").replace("four", "vier")
    );
}
