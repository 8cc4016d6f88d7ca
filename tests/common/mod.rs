//! Repositories in directories of their own, and hnp run in them.
#![allow(dead_code)] // Several test programs use it, each a part.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// The binary under test.
pub(crate) const HNP: &str = env!("CARGO_BIN_EXE_hnp");
/// The lineage of every state, so that two runs can give the same bytes.
pub(crate) const LINEAGE: &str = "0b0c7a34-5a5c-4d3e-8f00-1d2c3b4a5f60";
/// The clock of every run, in seconds.
pub(crate) const EPOCH: &str = "1700000000";

/// What a run said.
#[derive(Debug)]
pub(crate) struct Run {
    /// Exit code; -1 where a signal ended it.
    pub(crate) code: i32,
    /// Standard output.
    pub(crate) out: String,
    /// Standard error.
    pub(crate) err: String,
}

impl Run {
    fn of(output: Output) -> Self {
        let run = Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        };
        assert!(!run.err.contains("panicked"), "{}", run.err);
        run
    }

    /// Fails unless the run ended with this code.
    #[track_caller]
    pub(crate) fn code(self, code: i32) -> Self {
        assert_eq!(self.code, code, "\n{}\n{}", self.out, self.err);
        self
    }

    /// Fails unless something was said, on whichever stream.
    #[track_caller]
    pub(crate) fn says(self, words: &str) -> Self {
        assert!(
            self.out.contains(words) || self.err.contains(words),
            "{words:?} is not in:\n{}\n{}",
            self.out,
            self.err
        );
        self
    }

    /// Fails if something was said.
    #[track_caller]
    pub(crate) fn never_says(self, words: &str) -> Self {
        assert!(
            !self.out.contains(words) && !self.err.contains(words),
            "{words:?} is in:\n{}\n{}",
            self.out,
            self.err
        );
        self
    }

    /// Reads standard output as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}", self.out))
    }
}

/// A directory of its own, most often a Git repository.
pub(crate) struct Sandbox {
    dir: TempDir,
    root: PathBuf,
}

impl Sandbox {
    /// Makes a directory that is no repository.
    pub(crate) fn plain() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("repo");
        std::fs::create_dir(&root).unwrap();
        Self { dir, root }
    }

    /// Makes an empty repository.
    pub(crate) fn new() -> Self {
        let sandbox = Self::plain();
        sandbox.git(&["init", "--quiet", "--initial-branch=main"]);
        sandbox
    }

    /// Makes a repository with a copy of some files, committed.
    pub(crate) fn with(source: &Path) -> Self {
        let sandbox = Self::new();
        copy(source, sandbox.root());
        sandbox.commit("As it was");
        sandbox
    }

    /// Makes a repository with the fabric `lab` in `net`, committed.
    pub(crate) fn with_fabric() -> Self {
        let sandbox = Self::new();
        sandbox
            .hnp(&["init", "--fabric", "lab", "--directory", "net"])
            .code(0);
        sandbox.commit("Make a fabric");
        sandbox
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Returns a path beside the repository.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    #[track_caller]
    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap_or_else(|error| {
            panic!(
                "{name}: {error}; there are {:?}",
                self.files().keys().collect::<Vec<_>>()
            )
        })
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.path(name).exists()
    }

    pub(crate) fn remove(&self, name: &str) {
        let path = self.path(name);
        if path.is_dir() {
            std::fs::remove_dir_all(path).unwrap();
        } else {
            std::fs::remove_file(path).unwrap();
        }
    }

    #[track_caller]
    pub(crate) fn git(&self, args: &[&str]) -> String {
        git(&self.root, args)
    }

    #[track_caller]
    pub(crate) fn commit(&self, message: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message", message]);
    }

    /// Prepares a run of hnp in the repository, with a clock, an author and a lineage that stand still.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(HNP);
        command.args(args).current_dir(&self.root);
        if args.first() == Some(&"init") || args.starts_with(&["state", "rebuild"]) {
            command.args(["--lineage", LINEAGE]);
        }
        command.env("SOURCE_DATE_EPOCH", EPOCH);
        identify(&mut command);
        for name in [
            "NO_COLOR",
            "CLICOLOR_FORCE",
            "COLUMNS",
            "HNP_FAIL",
            "GITHUB_ACTIONS",
            "GITHUB_EVENT_NAME",
        ] {
            command.env_remove(name);
        }
        command
    }

    pub(crate) fn hnp(&self, args: &[&str]) -> Run {
        run(&mut self.command(args))
    }

    /// Runs hnp with something on standard input.
    pub(crate) fn hnp_reading(&self, args: &[&str], input: &[u8]) -> Run {
        let mut child = self
            .command(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        Run::of(child.wait_with_output().unwrap())
    }

    /// Returns every file of the worktree with its bytes.
    pub(crate) fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let mut files = BTreeMap::new();
        walk(&self.root, &self.root, &mut files);
        files
    }

    /// Returns the manifests under `managed/` of every fabric.
    pub(crate) fn managed(&self) -> BTreeMap<String, String> {
        self.files()
            .into_iter()
            .filter(|(name, _)| {
                name.contains("/managed/") && (name.ends_with(".yaml") || name.ends_with(".yml"))
            })
            .map(|(name, bytes)| (name, String::from_utf8(bytes).unwrap()))
            .collect()
    }

    /// Returns what a run must not change when it is idle: every byte, what Git sees, and every reference.
    pub(crate) fn snapshot(&self) -> (BTreeMap<String, Vec<u8>>, String, String) {
        (
            self.files(),
            self.git(&["status", "--porcelain"]),
            self.git(&["for-each-ref"]),
        )
    }
}

/// Names who commits; Git's own settings of this machine do not count.
pub(crate) fn identify(command: &mut Command) {
    for (name, value) in [
        ("GIT_AUTHOR_NAME", "Ann"),
        ("GIT_AUTHOR_EMAIL", "ann@example.org"),
        ("GIT_AUTHOR_DATE", "1700000000 +0000"),
        ("GIT_COMMITTER_DATE", "1700000000 +0000"),
        ("GIT_COMMITTER_NAME", "Ann"),
        ("GIT_COMMITTER_EMAIL", "ann@example.org"),
        ("GIT_CONFIG_GLOBAL", "/dev/null"),
        ("GIT_CONFIG_NOSYSTEM", "1"),
    ] {
        command.env(name, value);
    }
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
        command.env_remove(name);
    }
}

pub(crate) fn run(command: &mut Command) -> Run {
    Run::of(command.stdin(Stdio::null()).output().unwrap())
}

#[track_caller]
pub(crate) fn git(dir: &Path, args: &[&str]) -> String {
    let mut command = Command::new("git");
    command.args(args).current_dir(dir);
    identify(&mut command);
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "git {args:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
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
            let name = path.strip_prefix(root).unwrap().to_str().unwrap();
            files.insert(name.to_owned(), std::fs::read(&path).unwrap());
        }
    }
}

pub(crate) fn copy(from: &Path, to: &Path) {
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

/// Returns a Server's manifest; `more` goes into its spec.
pub(crate) fn server(name: &str, description: &str) -> String {
    format!(
        "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\nmetadata:\n  name: {name}\nspec:\n  description: {description}\n"
    )
}

/// Returns the manifest of a Server with a mistake: the field is misspelt on the last line.
pub(crate) fn bad_server(name: &str) -> String {
    server(name, "x").replace("description", "descripton")
}

/// Joins documents to a stream.
pub(crate) fn documents(texts: &[&str]) -> String {
    texts.join("---\n")
}
