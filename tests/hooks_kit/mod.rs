//! Repositories with hooks, and what a hook must leave alone.
#![allow(dead_code, missing_docs, unreachable_pub, clippy::unwrap_used)]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

pub const HNP: &str = env!("CARGO_BIN_EXE_hnp");
pub const LINEAGE: &str = "0b0c7a34-5a5c-4d3e-8f00-1d2c3b4a5f60";

pub const A: &str = "lab/managed/servers/a.yaml";
pub const B: &str = "lab/managed/servers/b.yaml";

/// A directory with a clone in `work`; more may be put beside it.
pub struct Place {
    dir: tempfile::TempDir,
}

pub struct Ran {
    pub ok: bool,
    pub text: String,
}

impl Ran {
    fn of(output: &Output) -> Self {
        Self {
            ok: output.status.success(),
            text: format!(
                "{}{}",
                String::from_utf8_lossy(&output.stdout),
                String::from_utf8_lossy(&output.stderr)
            ),
        }
    }

    #[track_caller]
    pub fn passes(self) -> String {
        assert!(self.ok, "should pass:\n{}", self.text);
        self.text
    }

    #[track_caller]
    pub fn fails(self) -> String {
        assert!(!self.ok, "should fail:\n{}", self.text);
        self.text
    }
}

pub fn command(program: &str, dir: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(program);
    command
        .args(args)
        .current_dir(dir)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_AUTHOR_NAME", "Ann")
        .env("GIT_AUTHOR_EMAIL", "ann@example.org")
        .env("GIT_COMMITTER_NAME", "Ann")
        .env("GIT_COMMITTER_EMAIL", "ann@example.org")
        .env("SOURCE_DATE_EPOCH", "1700000000")
        .env("GIT_TERMINAL_PROMPT", "0");
    for name in [
        "GIT_DIR",
        "GIT_INDEX_FILE",
        "GIT_WORK_TREE",
        "GL_ID",
        "GL_REPOSITORY",
        "GITHUB_VIA",
    ] {
        command.env_remove(name);
    }
    command
}

pub fn run(program: &str, dir: &Path, args: &[&str]) -> Ran {
    Ran::of(&command(program, dir, args).output().unwrap())
}

pub fn run_with(program: &str, dir: &Path, args: &[&str], env: &[(&str, &str)]) -> Ran {
    let mut command = command(program, dir, args);
    command.envs(env.iter().copied());
    Ran::of(&command.output().unwrap())
}

impl Place {
    /// A clone without a commit, with a fabric `lab`.
    pub fn unborn() -> Self {
        let place = Self {
            dir: tempfile::tempdir().unwrap(),
        };
        fs::create_dir(place.work()).unwrap();
        place.git(&["init", "-q", "-b", "main"]).passes();
        place
            .hnp(&[
                "init",
                "--fabric",
                "lab",
                "--directory",
                "lab",
                "--lineage",
                LINEAGE,
            ])
            .passes();
        place
    }

    /// The same with one commit and one good server.
    pub fn new() -> Self {
        let place = Self::unborn();
        place.write(A, &server("a", true));
        place.commit("base");
        place
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn work(&self) -> PathBuf {
        self.path("work")
    }

    pub fn git(&self, args: &[&str]) -> Ran {
        run("git", &self.work(), args)
    }

    pub fn hnp(&self, args: &[&str]) -> Ran {
        run(HNP, &self.work(), args)
    }

    pub fn write(&self, path: &str, text: &str) {
        write(&self.work(), path, text);
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.work().join(path)).unwrap()
    }

    /// Commits everything without hooks.
    pub fn commit(&self, message: &str) -> String {
        self.git(&["add", "-A"]).passes();
        self.git(&[
            "commit",
            "-q",
            "--allow-empty",
            "--no-verify",
            "-m",
            message,
        ])
        .passes();
        self.id("HEAD")
    }

    pub fn id(&self, revision: &str) -> String {
        self.git(&["rev-parse", revision])
            .passes()
            .trim()
            .to_owned()
    }

    /// Makes a bare repository `remote.git`, known as `origin`, with what `main` has.
    pub fn remote(&self) -> PathBuf {
        let remote = self.path("remote.git");
        run(
            "git",
            self.dir.path(),
            &["init", "-q", "--bare", "-b", "main", "remote.git"],
        )
        .passes();
        self.git(&["remote", "add", "origin", "../remote.git"])
            .passes();
        self.git(&["push", "-q", "--no-verify", "-u", "origin", "main"])
            .passes();
        remote
    }

    pub fn install(&self) {
        self.hnp(&["hooks", "install", "--files", "--program", HNP])
            .passes();
    }
}

pub fn write(root: &Path, path: &str, text: &str) {
    let full = root.join(path);
    fs::create_dir_all(full.parent().unwrap()).unwrap();
    fs::write(full, text).unwrap();
}

pub fn script(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// A server, or one with a field that no server has.
pub fn server(name: &str, good: bool) -> String {
    let field = if good { "description" } else { "descripton" };
    format!(
        "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\nmetadata:\n  name: {name}\nspec:\n  {field}: x\n"
    )
}

/// A file with its mode, time and bytes.
pub type File = (PathBuf, u32, std::time::SystemTime, Vec<u8>);

/// Everything below a directory with its bytes, modes and times.
pub fn everything(root: &Path) -> Vec<File> {
    let mut found = Vec::new();
    let mut open = vec![root.to_owned()];
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            let meta = fs::symlink_metadata(&path).unwrap();
            if meta.is_dir() {
                open.push(path);
            } else {
                let bytes = if meta.is_file() {
                    fs::read(&path).unwrap()
                } else {
                    Vec::new()
                };
                found.push((
                    path,
                    meta.permissions().mode(),
                    meta.modified().unwrap(),
                    bytes,
                ));
            }
        }
    }
    found.sort();
    found
}

/// What of [`everything`] a person would miss: all but times, of the files that are wanted.
pub fn kept(root: &Path, wanted: impl Fn(&str) -> bool) -> Vec<File> {
    everything(root)
        .into_iter()
        .filter(|file| wanted(&file.0.to_string_lossy()))
        .map(|file| (file.0, file.1, std::time::UNIX_EPOCH, file.3))
        .collect()
}

/// Holds two lists of files against each other and names what differs.
#[track_caller]
pub fn assert_same(found: &[File], expected: &[File]) {
    let only = |of: &[File], not_in: &[File]| -> Vec<PathBuf> {
        of.iter()
            .filter(|file| !not_in.contains(file))
            .map(|file| file.0.clone())
            .collect()
    };
    let (new, gone) = (only(found, expected), only(expected, found));
    assert!(
        new.is_empty() && gone.is_empty(),
        "only now: {new:?}\nonly before: {gone:?}"
    );
}
