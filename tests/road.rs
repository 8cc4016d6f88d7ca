//! The main road on real input: a repository as people wrote it, and one as HNP left it.
//!
//! The real repositories lie beside the project in some checkouts; where they do not, their twins under `tests/cases/` go
//! the same road, and the tests say so.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod kit;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use kit::{HNP, LINEAGE, Repo};

/// The twin, and the real thing where it is at hand.
fn inputs(name: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut inputs = vec![root.join("tests/cases").join(name)];
    let real = root.join("../shared/data/gitops-test-1").join(name);
    if real.is_dir() {
        inputs.push(real);
    } else {
        eprintln!("skipped: the real {name} is not here; its twin goes the same road");
    }
    inputs
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

fn comment_lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .map(str::trim)
        .filter(|line| line.starts_with('#'))
}

#[test]
fn a_drop_of_yaml_becomes_a_fabric() {
    for input in inputs("before-hnp") {
        let repo = Repo::with(&input);
        let directory = "gitops/hedgehog/fabric-1";
        let init = [
            "init",
            "--fabric",
            "fabric-1",
            "--directory",
            directory,
            "--lineage",
            LINEAGE,
        ];
        let run = repo.ok(&init);
        assert!(run.out.contains("--move-to-raw"), "{}", run.out);
        let mut documents = 0;
        let mut comments: Vec<String> = Vec::new();
        for name in ["prepop.yaml", "test-vpc.yaml", "test-vpc-2.yaml"] {
            let from = format!("{directory}/{name}");
            let dropped = std::fs::read_to_string(repo.root().join(&from)).unwrap();
            documents += dropped
                .lines()
                .filter(|line| line.starts_with("apiVersion:"))
                .count();
            comments.extend(comment_lines(&dropped).map(str::to_owned));
            repo.git(&["mv", &from, &format!("{directory}/raw/{name}")]);
        }

        let sources = waiting(&repo);
        let run = repo.ok(&["ingest"]);
        assert!(run.out.contains("warning[ING-07]"), "{}", run.out);
        for name in ["raw/test-vpc.yaml:4:9", "raw/test-vpc-2.yaml:4:9"] {
            assert!(run.out.contains(name), "both places are named: {}", run.out);
        }
        let managed: BTreeMap<_, _> = repo
            .files()
            .into_iter()
            .filter(|(name, _)| name.contains("/managed/") && name.ends_with(".yaml"))
            .collect();
        assert_eq!(
            managed.len(),
            documents - 1,
            "one resource a file, the repeated one once"
        );
        if input.to_string_lossy().contains("shared") {
            assert_eq!(managed.len(), 47);
        }
        let mut kept: Vec<String> = managed
            .values()
            .flat_map(|bytes| comment_lines(text(bytes)))
            .map(str::to_owned)
            .collect();
        kept.sort();
        comments.sort();
        assert_eq!(kept, comments, "every comment line in exactly one file");
        assert!(!comments.is_empty());

        let mut written: Vec<String> = managed.values().map(|bytes| content(text(bytes))).collect();
        written.sort();
        assert_eq!(written, sources, "every line of every source");

        repo.ok(&["validate"]);
        repo.ok(&["state", "verify"]);
        repo.commit("Taken in");
        let before = repo.files();
        let log = repo.git(&["rev-parse", "refs/hnp/log"]);
        repo.ok(&init);
        repo.ok(&["ingest"]);
        assert_eq!(repo.files(), before, "a second run changes no byte");
        assert_eq!(repo.git(&["status", "--porcelain"]), "");
        assert_eq!(
            repo.git(&["rev-parse", "refs/hnp/log"]),
            log,
            "an idle run leaves no record"
        );
    }
}

/// Returns the contents of the documents that wait in raw/, each once, sorted.
fn waiting(repo: &Repo) -> Vec<String> {
    let mut documents: Vec<String> = repo
        .files()
        .iter()
        .filter(|(name, _)| name.contains("/raw/") && name.ends_with(".yaml"))
        .flat_map(|(_, bytes)| text(bytes).split("\n---\n").map(content))
        .collect();
    documents.sort();
    documents.dedup();
    documents
}

/// Returns the lines of a document without comments and blank lines.
fn content(text: &str) -> String {
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'))
        .filter(|line| *line != "---")
        .collect();
    lines.join("\n")
}

#[test]
fn a_look_at_an_adoption_changes_nothing() {
    for input in inputs("after-hnp") {
        let repo = Repo::with(&input);
        let before = repo.files();
        let run = repo.ok(&["init", "--adopt", "--dry-run"]);
        assert!(run.out.contains("Would adopt fabric-1"), "{}", run.out);
        assert_eq!(repo.files(), before);
        assert_eq!(repo.git(&["for-each-ref", "refs/hnp"]), "");
    }
}

#[test]
fn an_hnp_repository_is_adopted_in_one_change() {
    for input in inputs("after-hnp") {
        let repo = Repo::with(&input);
        let run = repo.ok(&["init", "--adopt", "--lineage", LINEAGE, "--commit"]);
        for name in [
            "ConfigMap/",
            "GitOpsTest/",
            "Connection/test-connection-manual",
            "fabric-1",
        ] {
            assert!(run.out.contains(name), "{name} is named: {}", run.out);
        }
        assert_eq!(
            repo.git(&["rev-list", "--count", "HEAD"]).trim(),
            "2",
            "one commit"
        );
        assert_eq!(repo.git(&["status", "--porcelain"]), "");
        let message = repo.git(&["log", "-1", "--format=%B"]);
        assert!(
            message.contains("Hnp-Op: ") && message.contains("Hnp-Action: adoption"),
            "{message}"
        );
        let config = std::fs::read_to_string(repo.root().join(".hnp/config.toml")).unwrap();
        for file in repo
            .git(&["ls-files", "*/.gitkeep"])
            .lines()
            .filter(|file| file.ends_with("raw/pending/.gitkeep"))
        {
            let name = file
                .strip_suffix("/raw/pending/.gitkeep")
                .unwrap()
                .rsplit('/')
                .next()
                .unwrap();
            assert!(
                config.contains(&format!("[fabric.{name}]")),
                "named after its directory: {config}"
            );
        }
        for (name, bytes) in repo.files() {
            if name.contains("/managed/") && name.ends_with(".yaml") {
                let text = text(&bytes);
                for gone in [
                    "hnp.githedgehog.com/",
                    "# Generated by HNP",
                    "Normalized by Hedgehog",
                    "# Generated: ",
                ] {
                    assert!(!text.contains(gone), "{name} still holds `{gone}`");
                }
                let manual = name.ends_with("test-connection-manual.yaml");
                assert_eq!(text.contains("v1alpha2"), manual, "{name}");
                assert_eq!(text.contains("peer1:"), manual, "{name}");
            }
        }
        let changed = repo.git(&["show", "--name-only", "--format=", "HEAD"]);
        for left in ["/test/", "README.md", ".github/"] {
            assert!(!changed.contains(left), "{left} is nobody's: {changed}");
        }
        assert!(!run.out.contains("(0 files"), "{}", run.out);
        let status = repo.ok(&["status"]).out;
        assert!(!status.contains("not recorded"), "{status}");
        repo.ok(&["state", "verify"]);
        let before = repo.files();
        repo.ok(&["init", "--adopt"]);
        assert_eq!(repo.files(), before, "a second run changes nothing");
        assert_eq!(repo.git(&["status", "--porcelain"]), "");
        assert_eq!(repo.git(&["rev-list", "--count", "HEAD"]).trim(), "2");
        assert_eq!(
            repo.hnp(&["validate"]).code,
            1,
            "the manual connection keeps its findings"
        );
    }
}

#[test]
fn an_adoption_reports_a_doubled_resource() {
    for input in inputs("after-hnp") {
        let repo = Repo::with(&input);
        let vpc = repo
            .files()
            .into_iter()
            .find(|(name, _)| name.contains("/managed/vpcs/") && name.ends_with(".yaml"))
            .unwrap();
        let copy = vpc.0.replace(".yaml", "-copy.yaml");
        std::fs::write(repo.root().join(&copy), &vpc.1).unwrap();
        repo.commit("Double a VPC");
        let run = repo.ok(&["init", "--adopt"]);
        assert!(run.out.contains("error[ING-01]"), "{}", run.out);
        assert!(
            run.out.contains(&vpc.0) && run.out.contains(&copy),
            "both places: {}",
            run.out
        );
    }
}

#[test]
fn every_format_accepts_and_rejects() {
    let dir = tempfile::tempdir().unwrap();
    let good = "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\nmetadata:\n  name: s-1\nspec: {}\n";
    std::fs::write(dir.path().join("good.yaml"), good).unwrap();
    std::fs::write(
        dir.path().join("bad.yaml"),
        good.replace("spec: {}", "spec: {descripton: x}"),
    )
    .unwrap();
    for format in [
        "human", "concise", "json", "sarif", "github", "gitlab", "junit", "markdown",
    ] {
        for (file, code) in [("good.yaml", 0), ("bad.yaml", 1)] {
            let output = Command::new(HNP)
                .args(["validate", "--profile", "live", "--format", format, file])
                .current_dir(dir.path())
                .output()
                .unwrap();
            let out = String::from_utf8(output.stdout).unwrap();
            assert_eq!(output.status.code(), Some(code), "{format} {file}: {out}");
            assert_eq!(out.contains("SCH-01"), code == 1, "{format} {file}: {out}");
            if matches!(format, "json" | "sarif" | "gitlab") {
                serde_json::from_str::<serde_json::Value>(&out).unwrap();
            }
        }
    }
}

#[test]
fn the_demo_runs_and_leaves_nothing_behind() {
    let temp = tempfile::tempdir().unwrap();
    let output = Command::new(HNP)
        .arg("demo")
        .env("TMPDIR", temp.path())
        .output()
        .unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{out}");
    for word in [
        "error[SCH-01]",
        "12 resource(s), nothing wrong",
        "hnp ingest --retry",
    ] {
        assert!(out.contains(word), "{word}: {out}");
    }
    assert_eq!(std::fs::read_dir(temp.path()).unwrap().count(), 0);
}
