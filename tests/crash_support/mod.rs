//! Repositories that can be broken: made, copied, killed in and compared.
#![allow(dead_code)] // Two test programs use it, each a part.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use tempfile::TempDir;

/// The clock of every run, so that two runs can give the same bytes.
pub(crate) const EPOCH: &str = "1700000000";
/// The lineage of every state.
pub(crate) const LINEAGE: &str = "00000000-0000-4000-8000-000000000001";
/// The fabric's directory.
pub(crate) const FABRIC: &str = "fabrics/lab";

/// Makes a directory, in memory where there is such a place: every run brings its file system to rest, and a disk that
/// others write to as well needs seconds for that. `TMPDIR` names another place.
pub(crate) fn temporary() -> TempDir {
    let memory = Path::new("/dev/shm");
    if std::env::var_os("TMPDIR").is_none() && memory.is_dir() {
        return TempDir::new_in(memory).expect("a temporary directory");
    }
    TempDir::new().expect("a temporary directory")
}

/// What a run said.
#[derive(Debug)]
pub(crate) struct Said {
    /// Exit code; `None` where a signal ended it.
    pub(crate) code: Option<i32>,
    /// Standard output.
    pub(crate) out: String,
    /// Standard error.
    pub(crate) err: String,
}

impl Said {
    fn of(output: &Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Returns both streams.
    pub(crate) fn all(&self) -> String {
        format!("{}{}", self.out, self.err)
    }

    /// Fails unless the run ended with one of these codes, in an orderly way.
    #[track_caller]
    pub(crate) fn expect(self, codes: &[i32]) -> Self {
        assert!(
            self.code.is_some_and(|code| codes.contains(&code)),
            "exit {:?}, wanted {codes:?}\n{}",
            self.code,
            self.all()
        );
        assert!(!self.all().contains("panicked"), "{}", self.all());
        self
    }

    /// Fails unless something was said.
    #[track_caller]
    pub(crate) fn says(self, words: &str) -> Self {
        assert!(
            self.all().contains(words),
            "{words:?} not in:\n{}",
            self.all()
        );
        self
    }
}

/// A repository in a directory of its own.
pub(crate) struct Sandbox {
    _dir: TempDir,
    /// The repository.
    pub(crate) root: PathBuf,
}

impl Sandbox {
    /// Makes an empty repository with one commit.
    pub(crate) fn new() -> Self {
        let dir = temporary();
        let sandbox = Self {
            root: dir.path().join("repo"),
            _dir: dir,
        };
        fs::create_dir(&sandbox.root).expect("repo");
        sandbox.git(&["init", "-q", "-b", "main", "."]);
        sandbox.write("README.md", "A fabric.\n");
        sandbox.git(&["add", "README.md"]);
        sandbox.git(&["commit", "-q", "-m", "Begin"]);
        sandbox
    }

    /// Makes a repository with one fabric, all of it committed.
    pub(crate) fn with_fabric() -> Self {
        let sandbox = Self::new();
        sandbox.hnp(&init()).expect(&[0]);
        sandbox.git(&["add", "-A"]);
        sandbox.git(&["commit", "-q", "-m", "Make a fabric"]);
        sandbox
    }

    /// Copies the repository with everything in it.
    pub(crate) fn copy(&self) -> Self {
        let dir = temporary();
        let root = dir.path().join("repo");
        let done = Command::new("cp")
            .arg("-a")
            .arg(&self.root)
            .arg(&root)
            .status()
            .expect("cp");
        assert!(done.success());
        Self { _dir: dir, root }
    }

    /// Makes a place for a repository that something else will put there.
    pub(crate) fn place() -> Self {
        let dir = temporary();
        Self {
            root: dir.path().join("repo"),
            _dir: dir,
        }
    }

    /// Returns a path beside the repository.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self._dir.path().join(name)
    }

    /// Lists everything beside the repository, with what it holds.
    pub(crate) fn outside(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut found = Vec::new();
        let mut open = vec![self._dir.path().to_owned()];
        while let Some(dir) = open.pop() {
            for entry in fs::read_dir(&dir).expect("a directory") {
                let path = entry.expect("an entry").path();
                let meta = fs::symlink_metadata(&path).expect("an entry");
                if path == self.root {
                    continue;
                }
                if meta.is_dir() {
                    found.push((path.clone(), b"directory".to_vec()));
                    open.push(path);
                } else {
                    found.push((path.clone(), fs::read(&path).unwrap_or_default()));
                }
            }
        }
        found.sort();
        found
    }

    /// Writes a file.
    pub(crate) fn write(&self, path: impl AsRef<OsStr>, text: impl AsRef<[u8]>) {
        let full = self.root.join(Path::new(path.as_ref()));
        fs::create_dir_all(full.parent().expect("a parent")).expect("directories");
        fs::write(full, text).expect("a file");
    }

    /// Reads a file.
    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.root.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Tells whether something is there, a dangling link too.
    pub(crate) fn has(&self, path: &str) -> bool {
        fs::symlink_metadata(self.root.join(path)).is_ok()
    }

    /// Returns a `hnp` that will run here.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hnp"));
        command.args(arguments).current_dir(&self.root);
        surroundings(&mut command);
        command
    }

    /// Runs `hnp`.
    pub(crate) fn hnp(&self, arguments: &[&str]) -> Said {
        Said::of(&self.command(arguments).output().expect("hnp"))
    }

    /// Runs `hnp` that dies at the Nth fail point; tells whether it did.
    pub(crate) fn hnp_dying(&self, arguments: &[&str], point: usize) -> bool {
        let output = self
            .command(arguments)
            .env("HNP_FAIL_AT", point.to_string())
            .output()
            .expect("hnp");
        output.status.signal().is_some()
    }

    /// Starts `hnp` and says nothing of what it says.
    pub(crate) fn start(&self, arguments: &[&str]) -> Child {
        self.command(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("hnp")
    }

    /// Runs `git` and returns what it says.
    #[track_caller]
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        self.git_with(arguments, None)
    }

    #[track_caller]
    fn git_with(&self, arguments: &[&str], index: Option<&Path>) -> String {
        let mut command = Command::new("git");
        command.args(arguments).current_dir(&self.root);
        surroundings(&mut command);
        if let Some(index) = index {
            command.env("GIT_INDEX_FILE", index);
        }
        let output = command.output().expect("git");
        let said = Said::of(&output);
        assert!(output.status.success(), "git {arguments:?}: {}", said.all());
        said.out
    }

    /// Takes the picture of everything that a run may change.
    pub(crate) fn picture(&self) -> Picture {
        let index = self.root.join(".git/picture-index");
        self.git_with(&["add", "-A", "-f", "."], Some(&index));
        let listing = self.git_with(&["ls-files", "-s"], Some(&index));
        let tree = self.git_with(&["write-tree"], Some(&index));
        fs::remove_file(&index).expect("the picture's index");
        let branches = self.git(&["for-each-ref", "--format=%(refname) %(tree)", "refs/heads/"])
            + self.git(&["rev-parse", "HEAD^{tree}"]).as_str();
        Picture {
            tree,
            listing,
            index: self.git(&["ls-files", "-s"]),
            branches,
            refs: self.git(&["for-each-ref"]),
        }
    }

    /// Counts the records of the ledger.
    pub(crate) fn records(&self) -> usize {
        let refs = self.git(&["for-each-ref", "refs/hnp/log"]);
        if refs.is_empty() {
            return 0;
        }
        let count = self.git(&["rev-list", "--count", "refs/hnp/log"]);
        count.trim().parse().expect("a count")
    }
}

/// What a repository holds.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Picture {
    /// The tree of the worktree, ignored and untracked files included.
    pub(crate) tree: String,
    /// The same, file by file.
    pub(crate) listing: String,
    /// The index.
    pub(crate) index: String,
    /// The trees of all branches and of HEAD.
    pub(crate) branches: String,
    /// All references.
    pub(crate) refs: String,
}

impl Picture {
    /// Fails where two pictures differ in worktree, index or the trees of branches.
    #[track_caller]
    pub(crate) fn same_trees(&self, other: &Self, when: &str) {
        assert_eq!(self.listing, other.listing, "worktree, {when}");
        assert_eq!(self.tree, other.tree, "worktree, {when}");
        assert_eq!(self.index, other.index, "index, {when}");
        assert_eq!(self.branches, other.branches, "branches, {when}");
    }
}

/// The arguments that make the fabric.
pub(crate) fn init() -> [&'static str; 7] {
    [
        "init",
        "--fabric",
        "lab",
        "--directory",
        FABRIC,
        "--lineage",
        LINEAGE,
    ]
}

/// Gives a program fixed surroundings: no configuration of the machine's, a fixed clock and identity.
pub(crate) fn surroundings(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        if name.starts_with("GIT_") || name.starts_with("HNP_") {
            command.env_remove(name);
        }
    }
    command
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_AUTHOR_NAME", "Ann")
        .env("GIT_AUTHOR_EMAIL", "ann@example.com")
        .env("GIT_COMMITTER_NAME", "Ann")
        .env("GIT_COMMITTER_EMAIL", "ann@example.com")
        .env("GIT_AUTHOR_DATE", format!("@{EPOCH} +0000"))
        .env("GIT_COMMITTER_DATE", format!("@{EPOCH} +0000"))
        .env("SOURCE_DATE_EPOCH", EPOCH)
        .env("LC_ALL", "C")
        .env("NO_COLOR", "1");
}

/// A VPC as people write it.
pub(crate) fn vpc(name: &str, n: usize) -> String {
    format!(
        "# {name} was asked for by team {n}.\napiVersion: vpc.githedgehog.com/v1beta1\nkind: VPC\nmetadata:\n  name: {name}\nspec:\n  subnets:\n    default: # the only one\n      subnet: 10.{}.{}.0/24\n      vlan: {}\n",
        n / 250,
        n % 250,
        1000 + n
    )
}

/// A document that is refused.
pub(crate) fn bad(name: &str) -> String {
    format!(
        "# {name} has a mistake.\napiVersion: vpc.githedgehog.com/v1beta1\nkind: VPC\nmetadata:\n  name: {name}\nspec:\n  subnetz: {{}}\n"
    )
}

/// Numbers that look random and are the same in every run.
pub(crate) struct Numbers(pub(crate) u64);

impl Numbers {
    /// Returns a number below a limit.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit.max(1)
    }
}
