//! A repository in a temporary directory, real `git`, and the binary under test.
#![allow(dead_code, missing_docs, unreachable_pub, clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

pub const HNP: &str = env!("CARGO_BIN_EXE_hnp");
pub const LINEAGE: &str = "0b0c7a34-5a5c-4d3e-8f00-1d2c3b4a5f60";

pub struct Repo {
    dir: tempfile::TempDir,
}

pub struct Run {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Repo {
    /// A new empty repository.
    pub fn new() -> Self {
        let repo = Self {
            dir: tempfile::tempdir().unwrap(),
        };
        repo.git(&["init", "--quiet"]);
        repo
    }

    /// A new repository with one fabric, `lab` in `lab/`.
    pub fn lab() -> Self {
        let repo = Self::new();
        repo.ok(&[
            "init",
            "--fabric",
            "lab",
            "--directory",
            "lab",
            "--lineage",
            LINEAGE,
        ]);
        repo
    }

    /// Writes a file, directories made.
    pub fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let full = self.root().join(path);
        std::fs::create_dir_all(full.parent().unwrap()).unwrap();
        std::fs::write(full, text).unwrap();
    }

    /// Reads a file.
    pub fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.root().join(path))
            .unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Tells whether a path is there.
    pub fn has(&self, path: &str) -> bool {
        self.root().join(path).exists()
    }

    /// The files whose path holds a word, placeholders left out.
    pub fn paths(&self, word: &str) -> Vec<String> {
        self.files()
            .into_keys()
            .filter(|path| path.contains(word) && !path.ends_with(".gitkeep"))
            .collect()
    }

    /// Runs hnp and reads its JSON.
    pub fn json(&self, args: &[&str]) -> serde_json::Value {
        let mut all = args.to_vec();
        all.extend(["--format", "json"]);
        let run = self.hnp(&all);
        serde_json::from_str(&run.out)
            .unwrap_or_else(|error| panic!("hnp {args:?}: {error}\n{}{}", run.out, run.err))
    }

    /// A new repository with a copy of some files, committed.
    pub fn with(source: &Path) -> Self {
        let repo = Self::new();
        copy(source, repo.root());
        repo.commit("As it was");
        repo
    }

    /// Another repository that is like this one in every byte.
    pub fn twin(&self) -> Self {
        let twin = Self {
            dir: tempfile::tempdir().unwrap(),
        };
        copy(self.root(), twin.root());
        twin
    }

    pub fn root(&self) -> &Path {
        self.dir.path()
    }

    pub fn git(&self, args: &[&str]) -> String {
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

    pub fn commit(&self, message: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message", message]);
    }

    pub fn hnp(&self, args: &[&str]) -> Run {
        let output = Command::new(HNP)
            .args(args)
            .current_dir(self.root())
            .env("SOURCE_DATE_EPOCH", "1700000000")
            .env("GIT_AUTHOR_NAME", "Ann")
            .env("GIT_AUTHOR_EMAIL", "ann@example.org")
            .env("GIT_COMMITTER_NAME", "Ann")
            .env("GIT_COMMITTER_EMAIL", "ann@example.org")
            .env_remove("GIT_DIR")
            .env_remove("GITHUB_ACTIONS")
            .env_remove("GITHUB_EVENT_NAME")
            .output()
            .unwrap();
        Run {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    pub fn ok(&self, args: &[&str]) -> Run {
        let run = self.hnp(args);
        assert_eq!(run.code, 0, "hnp {args:?}\n{}{}", run.out, run.err);
        run
    }

    /// Every file of the worktree with its bytes.
    pub fn files(&self) -> BTreeMap<String, Vec<u8>> {
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

/// A Server manifest.
pub fn server(name: &str, spec: &str) -> String {
    format!(
        "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\nmetadata:\n  name: {name}\nspec: {spec}\n"
    )
}
