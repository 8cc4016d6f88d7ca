//! Repositories and files that rows work on, made once and kept in one temporary directory.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;
use xtask::corpus::{GeneratedFile, Layout, Recipe, generate};

use super::measure::{Spec, isolated};
use crate::args::{Failure, environment, usage};
use crate::corpus_command;

/// Directory of the fabric in every repository made here.
pub(crate) const FABRIC: &str = "fabric-1";

/// Where rows get their input.
pub(crate) struct Fixture {
    directory: TempDir,
    hnp: PathBuf,
    size: usize,
    managed: BTreeMap<usize, Repository>,
}

/// A repository with the paths of its corpus, relative to its root.
#[derive(Clone)]
pub(crate) struct Repository {
    pub(crate) root: PathBuf,
    pub(crate) files: Vec<String>,
}

impl Repository {
    /// The yardstick: one process that reads every file of the corpus and hashes it.
    pub(crate) fn sha256sum(&self) -> Spec {
        Spec::new("sha256sum", &self.root).args(&self.files)
    }
}

impl Fixture {
    pub(crate) fn new(hnp: PathBuf, size: usize) -> Result<Self, Failure> {
        let directory = tempfile::Builder::new()
            .prefix("hnp-bench-")
            .tempdir()
            .map_err(|error| environment(format!("cannot make a temporary directory: {error}")))?;
        Ok(Self {
            directory,
            hnp,
            size,
            managed: BTreeMap::new(),
        })
    }

    pub(crate) fn hnp(&self) -> &Path {
        &self.hnp
    }

    /// Resources of the largest corpus.
    pub(crate) fn size(&self) -> usize {
        self.size
    }

    /// A directory for whatever a measurement leaves behind.
    pub(crate) fn scratch(&self) -> &Path {
        self.directory.path()
    }

    /// A path of this name in the temporary directory.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// A committed repository with a managed corpus of `size` resources, initialised by hnp; made at the first call.
    pub(crate) fn managed(&mut self, size: usize) -> Result<Repository, Failure> {
        if let Some(repository) = self.managed.get(&size) {
            return Ok(repository.clone());
        }
        let repository = self.prepare(&format!("managed-{size}"), size, Layout::Managed)?;
        self.managed.insert(size, repository.clone());
        Ok(repository)
    }

    /// A committed repository whose corpus waits in `raw/pending`.
    pub(crate) fn dropped(&self, size: usize) -> Result<Repository, Failure> {
        self.prepare(&format!("dropped-{size}"), size, Layout::Drop)
    }

    /// A committed repository like [`Self::managed`] whose commits hnp's hook judges.
    pub(crate) fn hooked(&self, size: usize) -> Result<Repository, Failure> {
        let repository = self.prepare(&format!("hooked-{size}"), size, Layout::Managed)?;
        let program = self.hnp.to_string_lossy().into_owned();
        let install = ["hooks", "install", "--files", "--program", &program];
        run(&self.hnp, &install, &repository.root)?;
        Ok(repository)
    }

    /// One file of `size` documents outside any repository.
    pub(crate) fn single_file(&self, size: usize) -> Result<Repository, Failure> {
        let root = self.path(&format!("single-{size}"));
        let files = corpus(size, Layout::SingleFile)?;
        corpus_command::write(&root, &files)?;
        Ok(Repository {
            root,
            files: files.into_iter().map(|file| file.path).collect(),
        })
    }

    fn prepare(&self, name: &str, size: usize, layout: Layout) -> Result<Repository, Failure> {
        let root = self.path(name);
        let files = corpus(size, layout)?;
        corpus_command::write(&root.join(FABRIC), &files)?;
        run("git", &["init", "--quiet", "--initial-branch=main"], &root)?;
        // Git would pack ten thousand new objects in the background, under the runs that are measured.
        run("git", &["config", "gc.auto", "0"], &root)?;
        run("git", &["config", "maintenance.auto", "false"], &root)?;
        run(
            &self.hnp,
            &["init", "--fabric", "f", "--directory", FABRIC],
            &root,
        )?;
        run("git", &["add", "--all"], &root)?;
        // Hooks that init may have put there are none of the preparation's business.
        let commit = [
            "-c",
            "core.hooksPath=/dev/null",
            "commit",
            "--quiet",
            "--message",
            "A whole fabric",
        ];
        run("git", &commit, &root)?;
        // As a clone has them.
        run("git", &["repack", "-a", "-d", "--quiet"], &root)?;
        Ok(Repository {
            root,
            files: files
                .into_iter()
                .map(|file| format!("{FABRIC}/{}", file.path))
                .collect(),
        })
    }
}

fn corpus(size: usize, layout: Layout) -> Result<Vec<GeneratedFile>, Failure> {
    let recipe =
        Recipe::new(size).map_err(|error| usage(format!("--size is too far off: {error}")))?;
    Ok(generate(&recipe.with_layout(layout)))
}

/// Runs a step of the preparation.
///
/// # Errors
/// It cannot be started or fails; its messages are part of the error.
pub(crate) fn run(
    program: impl AsRef<OsStr>,
    args: &[&str],
    directory: &Path,
) -> Result<(), Failure> {
    let program = program.as_ref();
    let output = isolated(&mut Command::new(program))
        .args(args)
        .current_dir(directory)
        .output()
        .map_err(|error| environment(format!("cannot run {}: {error}", program.display())))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(environment(format!(
        "{} {} failed: {}",
        program.display(),
        args.join(" "),
        said.trim()
    )))
}

/// Removes a directory where it is there.
pub(crate) fn remove(path: &Path) -> Result<(), Failure> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(environment(format!(
            "cannot remove {}: {error}",
            path.display()
        ))),
        _ => Ok(()),
    }
}
