//! The main road on real input: a repository as people wrote it, and one as HNP left it.
//!
//! The real repositories lie beside the project in some checkouts; where they do not, their twins under `tests/cases/` go
//! the same road, and the tests say so.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

const HNP: &str = env!("CARGO_BIN_EXE_hnp");
const LINEAGE: &str = "0b0c7a34-5a5c-4d3e-8f00-1d2c3b4a5f60";

struct Repo {
    dir: tempfile::TempDir,
}

struct Run {
    code: i32,
    out: String,
    err: String,
}

impl Repo {
    /// A new repository with a copy of some files, committed.
    fn with(source: &Path) -> Self {
        let repo = Self {
            dir: tempfile::tempdir().unwrap(),
        };
        repo.git(&["init", "--quiet"]);
        copy(source, repo.root());
        repo.commit("As it was");
        repo
    }

    fn root(&self) -> &Path {
        self.dir.path()
    }

    fn git(&self, args: &[&str]) -> String {
        let output = Command::new("git")
            .args([
                "-c",
                "user.name=Ann",
                "-c",
                "user.email=ann@example.org",
                "-c",
                "commit.gpgsign=false",
            ])
            .args(args)
            .current_dir(self.root())
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "git {args:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    }

    fn commit(&self, message: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message", message]);
    }

    fn hnp(&self, args: &[&str]) -> Run {
        let output = Command::new(HNP)
            .args(args)
            .current_dir(self.root())
            .env("SOURCE_DATE_EPOCH", "1700000000")
            .env("GIT_AUTHOR_NAME", "Ann")
            .env("GIT_AUTHOR_EMAIL", "ann@example.org")
            .env("GIT_COMMITTER_NAME", "Ann")
            .env("GIT_COMMITTER_EMAIL", "ann@example.org")
            .env_remove("GIT_DIR")
            .output()
            .unwrap();
        Run {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    fn ok(&self, args: &[&str]) -> Run {
        let run = self.hnp(args);
        assert_eq!(run.code, 0, "hnp {args:?}\n{}{}", run.out, run.err);
        run
    }

    /// Every file of the worktree with its bytes.
    fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let mut files = BTreeMap::new();
        walk(self.root(), self.root(), &mut files);
        files
    }
}

fn walk(root: &Path, dir: &Path, files: &mut BTreeMap<String, Vec<u8>>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.file_name().unwrap() == ".git" {
            continue;
        }
        if path.is_dir() {
            walk(root, &path, files);
        } else {
            let name = path
                .strip_prefix(root)
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned();
            files.insert(name, std::fs::read(&path).unwrap());
        }
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::write(&target, std::fs::read(&path).unwrap()).unwrap();
        }
    }
}

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

        repo.ok(&["validate"]);
        repo.ok(&["state", "verify"]);
        let before = repo.files();
        let log = repo.git(&["rev-parse", "refs/hnp/log"]);
        repo.ok(&init);
        repo.ok(&["ingest"]);
        assert_eq!(repo.files(), before, "a second run changes no byte");
        assert_eq!(
            repo.git(&["rev-parse", "refs/hnp/log"]),
            log,
            "an idle run leaves no record"
        );
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
        let before = repo.files();
        repo.ok(&["init", "--adopt"]);
        assert_eq!(repo.files(), before, "a second run changes nothing");
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
        "human", "concise", "json", "sarif", "github", "gitlab", "junit",
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
