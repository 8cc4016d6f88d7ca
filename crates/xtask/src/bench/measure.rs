//! What one command used: `xtask measure` runs it as its only child, so that peak memory is that command's alone.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeVal;
use serde::{Deserialize, Serialize};

use crate::args::{Failure, environment, usage};

/// What a command used.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Used {
    /// User and system CPU time in milliseconds, of the command and all it waited for.
    pub(crate) cpu_ms: f64,
    /// Time from start to end in milliseconds.
    pub(crate) wall_ms: f64,
    /// Largest resident set in KiB.
    pub(crate) peak_kib: f64,
    /// Exit code; none where a signal ended it.
    pub(crate) exit: Option<i32>,
}

/// A command to measure.
#[derive(Clone, Debug)]
pub(crate) struct Spec {
    pub(crate) program: PathBuf,
    pub(crate) args: Vec<OsString>,
    pub(crate) directory: PathBuf,
}

impl Spec {
    pub(crate) fn new(program: impl Into<PathBuf>, directory: &Path) -> Self {
        Self {
            program: program.into(),
            args: Vec::new(),
            directory: directory.to_owned(),
        }
    }

    pub(crate) fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.args.push(arg.as_ref().to_owned());
        self
    }

    pub(crate) fn args<T: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = T>) -> Self {
        self.args
            .extend(args.into_iter().map(|arg| arg.as_ref().to_owned()));
        self
    }
}

/// Measures one run of a command in a process of its own; `scratch` is a directory for the answer.
///
/// # Errors
/// The process cannot be started or gives no answer.
pub(crate) fn once(spec: &Spec, scratch: &Path) -> Result<Used, Failure> {
    let answer = scratch.join("used.json");
    let myself = std::env::current_exe()
        .map_err(|error| environment(format!("cannot find this binary: {error}")))?;
    let status = isolated(&mut Command::new(myself))
        .arg("measure")
        .arg("--out")
        .arg(&answer)
        .arg("--")
        .arg(&spec.program)
        .args(&spec.args)
        .current_dir(&spec.directory)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status()
        .map_err(|error| environment(format!("cannot start the measuring process: {error}")))?;
    if !status.success() {
        return Err(environment(format!(
            "{} could not be measured ({status})",
            spec.program.display()
        )));
    }
    let text =
        fs::read_to_string(&answer).map_err(|error| environment(format!("no answer: {error}")))?;
    serde_json::from_str(&text)
        .map_err(|error| environment(format!("answer not understood: {error}")))
}

/// Keeps the user's Git settings and terminal out of a command.
pub(crate) fn isolated(command: &mut Command) -> &mut Command {
    command
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_AUTHOR_NAME", "bench")
        .env("GIT_AUTHOR_EMAIL", "bench@example.com")
        .env("GIT_COMMITTER_NAME", "bench")
        .env("GIT_COMMITTER_EMAIL", "bench@example.com")
        .env("NO_COLOR", "1")
        .env_remove("GIT_DIR")
        .env_remove("GIT_INDEX_FILE")
        .env_remove("GIT_WORK_TREE")
}

/// `xtask measure --out FILE -- COMMAND [ARG…]`: the measuring process itself.
pub(crate) fn run(words: &[OsString]) -> Result<(), Failure> {
    let [flag, out, dashes, program, args @ ..] = words else {
        return Err(usage("measure needs --out FILE -- COMMAND [ARG…]"));
    };
    if flag != "--out" || dashes != "--" {
        return Err(usage("measure needs --out FILE -- COMMAND [ARG…]"));
    }
    let start = Instant::now();
    let status = Command::new(program)
        .args(args)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .map_err(|error| environment(format!("cannot run {}: {error}", program.display())))?;
    let wall = start.elapsed();
    let usage =
        getrusage(UsageWho::RUSAGE_CHILDREN).map_err(|error| environment(error.to_string()))?;
    let used = Used {
        cpu_ms: milliseconds(usage.user_time()) + milliseconds(usage.system_time()),
        wall_ms: wall.as_secs_f64() * 1_000.0,
        peak_kib: peak_kib(usage.max_rss() as f64),
        exit: status.code(),
    };
    let text = serde_json::to_string(&used).map_err(|error| environment(error.to_string()))?;
    fs::write(out, text)
        .map_err(|error| environment(format!("cannot write {}: {error}", out.display())))
}

fn milliseconds(time: TimeVal) -> f64 {
    time.tv_sec() as f64 * 1_000.0 + time.tv_usec() as f64 / 1_000.0
}

/// Linux counts the resident set in KiB, macOS in bytes.
fn peak_kib(max_rss: f64) -> f64 {
    if cfg!(target_os = "macos") {
        max_rss / 1_024.0
    } else {
        max_rss
    }
}
