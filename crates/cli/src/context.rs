//! Where hnp works: directory, repository, configuration, files.

use std::path::{Path, PathBuf};

use hnp_git::{Repo, Stamp};
use hnp_local::Worktree;
use hnp_local::worktree::Listing;
use hnp_model::SourceFile;
use hnp_rules::Settings;
use hnp_state::config::{Config, Fabric};
use hnp_state::{CONFIG_PATH, STATE_PATH};
use hnp_sync::directory::RepoFiles;
use hnp_sync::fabric;
use rayon::prelude::*;

use crate::args::{FabricArgs, Global};
use crate::clock;
use crate::failure::Failure;

/// Where imported schemas lie.
pub(crate) const SCHEMA_DIR: &str = ".hnp/schemas";

/// A repository that hnp works in.
pub(crate) struct Context {
    /// The repository.
    pub(crate) repo: Repo,
    /// Its worktree.
    pub(crate) worktree: Worktree,
    /// Journal, lock and cache.
    pub(crate) hnp_dir: PathBuf,
    /// Where the user is, from the root of the repository.
    pub(crate) here: String,
    /// The files of hnp's own.
    pub(crate) files: RepoFiles,
    /// The configuration; the default where there is none.
    pub(crate) config: Config,
    /// Imported schemas.
    pub(crate) schemas: Vec<SourceFile>,
}

/// Returns the directory that hnp was told to work in.
///
/// # Errors
///
/// Fails where it is not there.
pub(crate) fn work_dir(global: &Global) -> Result<PathBuf, Failure> {
    let dir = global
        .work_dir
        .clone()
        .unwrap_or_else(|| PathBuf::from("."));
    std::fs::canonicalize(&dir)
        .map_err(|error| Failure::Usage(format!("-C {}: {error}", dir.display())))
}

impl Context {
    /// Opens the repository around the work directory and reads the configuration.
    ///
    /// # Errors
    ///
    /// Exit 3 outside Git, 2 for a configuration that is wrong.
    pub(crate) fn open(global: &Global) -> Result<Self, Failure> {
        let context = Self::open_unconfigured(global)?;
        if context.files.config.is_none() {
            return Err(Failure::Usage(
                "there is no .hnp/config.toml here yet. Run `hnp init --fabric NAME --directory DIR` first".to_owned(),
            ));
        }
        Ok(context)
    }

    /// Opens the repository; a missing configuration is no error.
    ///
    /// # Errors
    ///
    /// As [`Context::open`].
    pub(crate) fn open_unconfigured(global: &Global) -> Result<Self, Failure> {
        let mut context = Self::open_raw(global)?;
        if let Some(text) = &context.files.config {
            context.config = parse_config(text)?;
        }
        Ok(context)
    }

    /// Opens the repository and leaves the configuration unread, which may be wrong.
    ///
    /// # Errors
    ///
    /// Exit 3 outside Git.
    pub(crate) fn open_raw(global: &Global) -> Result<Self, Failure> {
        let mut context = Self::open_bare(global)?;
        context.read_own_files()?;
        Ok(context)
    }

    /// Opens the repository to take its lock, before which none of its files says anything for certain: nothing is read.
    ///
    /// # Errors
    ///
    /// Exit 3 outside Git.
    pub(crate) fn open_bare(global: &Global) -> Result<Self, Failure> {
        let dir = work_dir(global)?;
        let repo = Repo::discover(&dir)?;
        let root = repo.worktree_root()?;
        let here = dir
            .strip_prefix(&root)
            .map_or_else(|_| String::new(), slashes);
        let hnp_dir = repo.hnp_dir();
        Ok(Self {
            repo,
            worktree: Worktree::new(root),
            hnp_dir,
            here,
            files: RepoFiles::default(),
            config: Config::default(),
            schemas: Vec::new(),
        })
    }

    fn read_own_files(&mut self) -> Result<(), Failure> {
        let text = |path: &str| -> Result<Option<String>, Failure> {
            match self.worktree.read_if_there(path)? {
                None => Ok(None),
                Some(bytes) => String::from_utf8(bytes)
                    .map(Some)
                    .map_err(|_| Failure::Usage(format!("{path} is not UTF-8"))),
            }
        };
        let lossy = |bytes: Vec<u8>| {
            String::from_utf8(bytes)
                .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
        };
        self.files = RepoFiles {
            config: text(CONFIG_PATH)?,
            // Damage of any kind is for `hnp state verify` and `rebuild` to see.
            state: self.worktree.read_if_there(STATE_PATH)?.map(lossy),
            attributes: text(".gitattributes")?,
        };
        self.schemas = self
            .read(&self.worktree.list_all(SCHEMA_DIR)?.files)?
            .into_iter()
            .filter(|file| file.path.ends_with(".json"))
            .collect();
        Ok(())
    }

    /// Returns the fabrics asked for, all of them where none was.
    ///
    /// # Errors
    ///
    /// Exit 2 for a name that is not configured.
    pub(crate) fn fabrics(&self, args: &FabricArgs) -> Result<Vec<(&str, &Fabric)>, Failure> {
        for name in &args.fabric {
            if !self.config.fabrics.contains_key(name) {
                let known: Vec<_> = self.config.fabrics.keys().map(String::as_str).collect();
                let near = hnp_rules::suggest::nearest(name, known.iter().copied());
                let hint = match near {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("known are: {}", known.join(", ")),
                };
                return Err(Failure::Usage(format!(
                    "there is no fabric `{name}`; {hint}"
                )));
            }
        }
        Ok(self
            .config
            .fabrics
            .iter()
            .filter(|(name, _)| args.fabric.is_empty() || args.fabric.contains(name))
            .map(|(name, fabric)| (name.as_str(), fabric))
            .collect())
    }

    /// Lists what lies under a fabric's directories.
    ///
    /// # Errors
    ///
    /// Exit 3 where a directory cannot be read.
    pub(crate) fn list(&self, directories: &[String]) -> Result<Listing, Failure> {
        let mut all = Listing::default();
        for directory in directories {
            let listing = self.worktree.list_all(directory)?;
            all.files.extend(listing.files);
            all.directories.extend(listing.directories);
            all.oddities.extend(listing.oddities);
        }
        all.files.sort_unstable();
        Ok(all)
    }

    /// Reads files, in parallel.
    ///
    /// # Errors
    ///
    /// Exit 3 where one cannot be read.
    pub(crate) fn read(&self, paths: &[String]) -> Result<Vec<SourceFile>, Failure> {
        Ok(fabric::read(&self.worktree, paths)?)
    }

    /// Reads files, in parallel, each to one byte over the size limit: what is larger is refused, not held.
    ///
    /// # Errors
    ///
    /// Exit 3 where one cannot be read.
    pub(crate) fn read_bounded(&self, paths: &[String]) -> Result<Vec<SourceFile>, Failure> {
        let (worktree, limit) = (&self.worktree, self.config.limits.file_bytes);
        let files: Result<Vec<_>, hnp_local::Error> = paths
            .par_iter()
            .map(|path| {
                Ok(SourceFile {
                    path: path.clone(),
                    bytes: worktree.read_bounded(path, limit)?,
                })
            })
            .collect();
        Ok(files?)
    }

    /// Reads every file of a fabric to the size limit; for looking only, not for moving.
    ///
    /// # Errors
    ///
    /// Exit 3 where one cannot be read.
    pub(crate) fn look_at_files(&self, fabric: &Fabric) -> Result<Vec<SourceFile>, Failure> {
        self.read_bounded(&self.list(&fabric.directories)?.files)
    }

    /// Reads every file of a fabric.
    ///
    /// # Errors
    ///
    /// Exit 3 where one cannot be read.
    pub(crate) fn fabric_files(&self, fabric: &Fabric) -> Result<Vec<SourceFile>, Failure> {
        self.read(&self.list(&fabric.directories)?.files)
    }

    /// Returns the settings of a fabric's checks.
    ///
    /// # Errors
    ///
    /// Exit 2 for a release or an imported schema that is wrong.
    pub(crate) fn settings(
        &self,
        fabric: Option<&str>,
        release: Option<&str>,
    ) -> Result<Settings, Failure> {
        let settings = fabric::settings(&self.config, fabric, release).map_err(Failure::Usage)?;
        fabric::with_imported(settings, &self.schemas).map_err(Failure::Usage)
    }

    /// Returns who acts, and when.
    #[must_use]
    pub(crate) fn stamp(&self) -> Stamp {
        Stamp {
            by: self.repo.identity(),
            seconds: clock::now(),
        }
    }
}

/// Reads a configuration; errors are shown with their places.
///
/// # Errors
///
/// Exit 2 with every error.
pub(crate) fn parse_config(text: &str) -> Result<Config, Failure> {
    let config = Config::parse(text).map_err(|errors| {
        let lines: Vec<String> = errors
            .iter()
            .map(|error| {
                let at = error.position(text);
                let help = error
                    .help
                    .as_ref()
                    .map_or_else(String::new, |help| format!("\n  help: {help}"));
                format!(
                    "{CONFIG_PATH}:{}:{}: {}{help}",
                    at.line, at.column, error.message
                )
            })
            .collect();
        Failure::Usage(lines.join("\n"))
    })?;
    fabric::check_levels(&config)
        .map_err(|wrong| Failure::Usage(format!("{CONFIG_PATH}: {}", wrong.join("\n"))))?;
    Ok(config)
}

/// Returns a relative path with `/`.
#[must_use]
pub(crate) fn slashes(path: &Path) -> String {
    path.components()
        .map(|component| component.as_os_str().to_string_lossy())
        .collect::<Vec<_>>()
        .join("/")
}
