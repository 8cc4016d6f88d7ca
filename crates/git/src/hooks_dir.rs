//! Where Git looks for hooks, and which Git it is.

use std::path::{Path, PathBuf};

use crate::error::{Doing, Error};
use crate::repo::Repo;

/// The directory of hook files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HooksDirectory {
    /// Where it is.
    pub path: PathBuf,
    /// Where `core.hooksPath` was set, such as `global`; `None` where it was not.
    pub scope: Option<String>,
}

impl HooksDirectory {
    /// Tells whether the directory serves this repository alone.
    #[must_use]
    pub fn is_own(&self) -> bool {
        matches!(self.scope.as_deref(), None | Some("local" | "worktree"))
    }
}

impl Repo {
    /// Returns the version of the `git` that is found first.
    #[must_use]
    pub fn git_version(&self) -> Option<(u32, u32)> {
        version_of(Path::new("git"))
    }

    /// Returns every `git` on a search path with its version, the first one first.
    #[must_use]
    pub fn gits_on(path: &std::ffi::OsStr) -> Vec<(PathBuf, (u32, u32))> {
        let mut seen = Vec::new();
        std::env::split_paths(path)
            .filter_map(|directory| {
                let file = directory.join("git");
                let real = std::fs::canonicalize(&file).ok()?;
                if seen.contains(&real) {
                    return None;
                }
                seen.push(real);
                version_of(&file).map(|version| (file, version))
            })
            .collect()
    }

    /// Returns where Git looks for hook files.
    ///
    /// # Errors
    ///
    /// Fails where `git` cannot be started.
    pub fn hooks_directory(&self) -> Result<HooksDirectory, Error> {
        let output = self
            .git()
            .args(["rev-parse", "--git-path", "hooks"])
            .output()
            .doing("run git")?;
        let text = String::from_utf8_lossy(&output.stdout);
        let base = self.gix.workdir().unwrap_or_else(|| self.gix.git_dir());
        let path = base.join(text.trim_end_matches('\n'));
        let output = self
            .git()
            .args(["config", "--show-scope", "--get", "core.hooksPath"])
            .output()
            .doing("run git")?;
        let text = String::from_utf8_lossy(&output.stdout);
        let scope = text
            .split_once('\t')
            .map(|(scope, _)| scope.trim().to_owned());
        Ok(HooksDirectory {
            path: std::fs::canonicalize(&path).unwrap_or(path),
            scope,
        })
    }

    /// Tells whether Git has a file of the worktree in its index.
    #[must_use]
    pub fn is_tracked(&self, file: &Path) -> bool {
        self.git()
            .args(["ls-files", "--error-unmatch", "--"])
            .arg(file)
            .output()
            .is_ok_and(|output| output.status.success())
    }
}

fn version_of(git: &Path) -> Option<(u32, u32)> {
    let output = std::process::Command::new(git)
        .arg("--version")
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let mut numbers = text.split_whitespace().nth(2)?.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}
