//! A tree of Git with the settings that stand in it, and its check.

use std::path::PathBuf;
use std::sync::Arc;

use hnp_git::{
    ObjectDirectories, ObjectStore, Oid, Repo, Snapshot, TreeEntry, TreeListing, TreeOddityKind,
};
use hnp_local::Cache;
use hnp_local::worktree::{Listing, Oddity, OddityKind};
use hnp_model::{Finding, Place, Severity, SourceFile};
use hnp_report::Summary;
use hnp_rules::engine::Side;
use hnp_rules::{Role, Settings, codes};
use hnp_state::config::{Config, Fabric, MAX_BYTES, Profile};
use hnp_state::{CONFIG_PATH, STATE_PATH};
use hnp_sync::validate::{Outcome, apply_levels, compare, mark_old, together};
use hnp_sync::{directory, fabric};

use crate::basis::{Place as BasisPlace, Whole};
use crate::commands;
use crate::context::{SCHEMA_DIR, parse_config};
use crate::failure::Failure;
use crate::findings::Findings;
use crate::known::{Checked, Known};

/// A repository whose trees are read.
pub(crate) struct Trees {
    /// The repository.
    pub(crate) repo: Repo,
    /// Its objects, those of a push that is not accepted yet among them.
    pub(crate) objects: Arc<ObjectStore>,
    /// What may be kept of earlier runs.
    pub(crate) cache: Cache,
}

impl Trees {
    /// Opens a repository with the object directories that the environment names.
    ///
    /// # Errors
    ///
    /// Exit 3 where there is none, or it cannot be read.
    pub(crate) fn open(directory: &std::path::Path) -> Result<Self, Failure> {
        let repo = Repo::discover(directory)?;
        let objects = Arc::new(repo.objects(&ObjectDirectories::from_environment())?);
        let cache = Cache::new(repo.common_dir().join("hnp/cache"));
        Ok(Self {
            repo,
            objects,
            cache,
        })
    }

    /// Returns the tree that the next commit will have: that of the index which Git names.
    ///
    /// # Errors
    ///
    /// Exit 3 where the index cannot be read.
    pub(crate) fn index(&self) -> Result<Snapshot, Failure> {
        let named = std::env::var_os("GIT_INDEX_FILE").map(PathBuf::from);
        let file = self.repo.index_file(named.as_deref());
        Ok(Snapshot::index(Arc::clone(&self.objects), &file)?)
    }

    /// Returns the tree of a commit.
    ///
    /// # Errors
    ///
    /// Exit 3 where it cannot be read.
    pub(crate) fn commit(&self, id: Oid) -> Result<Snapshot, Failure> {
        Ok(Snapshot::of(Arc::clone(&self.objects), id)?)
    }
}

/// A tree with hnp's own files in it.
#[derive(Clone)]
pub(crate) struct GitTree {
    /// The tree.
    pub(crate) snapshot: Snapshot,
    /// Its configuration; `None` where it has none.
    pub(crate) config: Option<Config>,
    /// Imported schemas.
    pub(crate) schemas: Vec<SourceFile>,
}

/// What to check of a tree, and how.
pub(crate) struct Check<'c> {
    /// The configuration that judges.
    pub(crate) config: &'c Config,
    /// Imported schemas that count.
    pub(crate) schemas: &'c [SourceFile],
    /// Only these fabrics; all where none is named.
    pub(crate) fabrics: &'c [String],
    /// The release, where it is not the configuration's.
    pub(crate) release: Option<&'c str>,
    /// The profile, where it is not the configuration's.
    pub(crate) profile: Option<Profile>,
    /// Where verdicts on single files are kept.
    pub(crate) cache: Option<&'c Cache>,
}

impl GitTree {
    /// Reads hnp's own files of a tree.
    ///
    /// # Errors
    ///
    /// Exit 2 for a configuration that is wrong, 3 where an object cannot be read.
    pub(crate) fn open(snapshot: Snapshot) -> Result<Self, Failure> {
        let config = match snapshot.read(CONFIG_PATH, MAX_BYTES)? {
            None => None,
            Some(bytes) => {
                let text = String::from_utf8(bytes)
                    .map_err(|_| Failure::Usage(format!("{CONFIG_PATH} is not UTF-8")))?;
                Some(parse_config(&text)?)
            }
        };
        let limit = hnp_state::config::Limits::default().file_bytes;
        let schemas = if config.is_some() {
            snapshot
                .list(&[SCHEMA_DIR.to_owned()])?
                .files
                .iter()
                .filter(|file| file.path.ends_with(".json"))
                .map(|file| {
                    Ok(SourceFile {
                        bytes: snapshot.objects().blob(file.blob, limit)?,
                        path: file.path.clone(),
                    })
                })
                .collect::<Result<_, hnp_git::Error>>()?
        } else {
            Vec::new()
        };
        Ok(Self {
            snapshot,
            config,
            schemas,
        })
    }

    /// Reads state.toml; damage of any kind is for the check of the state to see.
    ///
    /// # Errors
    ///
    /// Exit 3 where the object cannot be read.
    pub(crate) fn state(&self, limit: usize) -> Result<Option<String>, Failure> {
        Ok(self
            .snapshot
            .read(STATE_PATH, limit)?
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
    }

    /// Lists all that the verdict on this tree depends on.
    ///
    /// # Errors
    ///
    /// Exit 3 where a tree cannot be read.
    pub(crate) fn relevant(&self, config: &Config) -> Result<TreeListing, Failure> {
        let mut parts = Vec::new();
        let mut whole = false;
        for fabric in config.fabrics.values() {
            // The check of the fabric asks for the same, and gets it from there.
            parts.push(self.snapshot.list(&fabric.directories)?);
            whole |= fabric.directories.iter().any(String::is_empty);
        }
        if !whole {
            parts.push(self.snapshot.list(&[".hnp".to_owned()])?);
        }
        Ok(TreeListing::join(&parts))
    }

    /// Checks the tree.
    ///
    /// # Errors
    ///
    /// Exit 2 for settings that are wrong, 3 where an object cannot be read.
    pub(crate) fn check(&self, check: &Check<'_>) -> Result<Findings, Failure> {
        let mut all = Findings::default();
        for (name, fabric) in &check.config.fabrics {
            if !check.fabrics.is_empty() && !check.fabrics.contains(name) {
                continue;
            }
            let settings = settings(check, name)?;
            if self.is_as_kept(fabric, &settings, check, &mut all) {
                continue;
            }
            let known = Known::open(check.cache, &settings, check.schemas);
            let read = self.read(fabric, &settings, &known, None)?;
            known.keep(&read);
            let is_known = read.is_known();
            let judged = self.judge(fabric, read, &settings, check.config)?;
            // Who asks once, such as a job in a fresh clone, does not wait for what makes the third time quick.
            if is_known {
                self.keep(fabric, &judged, &settings, check);
            }
            judged.into(&mut all);
        }
        hnp_model::finding::sort(&mut all.all);
        all.not_fixable = true;
        Ok(all)
    }

    /// Checks the tree, marks as old what another tree has already, and checks the step from there.
    ///
    /// # Errors
    ///
    /// Exit 2 for settings that are wrong, 3 where an object cannot be read.
    pub(crate) fn compare(&self, before: &Self, check: &Check<'_>) -> Result<Findings, Failure> {
        let mut all = Findings::default();
        for (name, fabric) in &check.config.fabrics {
            if !check.fabrics.is_empty() && !check.fabrics.contains(name) {
                continue;
            }
            let settings = settings(check, name)?;
            let known = Known::open(check.cache, &settings, check.schemas);
            let new = self.read(fabric, &settings, &known, None)?;
            // The fabric may have lain elsewhere.
            let then = before
                .config
                .as_ref()
                .and_then(|config| config.fabrics.get(name))
                .unwrap_or(fabric);
            let old = before.read(then, &settings, &known, Some(&new))?;
            known.keep(&new);
            let judged = self.judge(fabric, new, &settings, check.config)?;
            // What is staged and not committed may have no trees of its own yet, of which differences could be told later.
            let is_stored = self.is_stored(fabric);
            if is_stored {
                self.keep(fabric, &judged, &settings, check);
            }
            let JudgedFabric {
                listing,
                mut outcome,
                mut layout,
            } = judged;
            let is_right = outcome.findings.is_empty() && layout.is_empty();
            let old = if is_right && (is_stored || check.cache.is_none()) {
                // Nothing can be old, so nobody asks what was wrong before.
                JudgedFabric::unjudged(old)
            } else {
                before.judge(then, old, &settings, check.config)?
            };
            if !is_stored {
                before.keep(then, &old, &settings, check);
            }
            mark_old(&mut layout, &old.layout);
            compare(
                &old.outcome,
                &mut outcome,
                &settings,
                check.config,
                &|side, path| match side {
                    Side::New => self.read_listed(&listing, path, &settings).ok(),
                    Side::Old => before.read_listed(&old.listing, path, &settings).ok(),
                },
            );
            JudgedFabric {
                listing,
                outcome,
                layout,
            }
            .into(&mut all);
        }
        hnp_model::finding::sort(&mut all.all);
        all.not_fixable = true;
        Ok(all)
    }

    /// Checks the files of a fabric one by one; those that another tree has too are not read again.
    fn read(
        &self,
        fabric: &Fabric,
        settings: &Settings,
        known: &Known<'_>,
        other: Option<&Checked>,
    ) -> Result<Checked, Failure> {
        let listing = self.snapshot.list(&fabric.directories)?;
        let wanted = roles(fabric, &listing);
        let limit = settings.limits.file_bytes;
        let blob = |entry: &TreeEntry| self.snapshot.objects().blob(entry.blob, limit);
        Ok(known.check(listing, wanted, other, settings, &blob)?)
    }

    /// Answers for a fabric whose very tree was kept: nothing is wrong with it but what few files say by themselves.
    fn is_as_kept(
        &self,
        fabric: &Fabric,
        settings: &Settings,
        check: &Check<'_>,
        all: &mut Findings,
    ) -> bool {
        let place = check
            .cache
            .and_then(|cache| BasisPlace::new(cache, settings, check.config, check.schemas));
        let Some(kept) = place.and_then(|place| place.whole(&self.snapshot, fabric, settings))
        else {
            return false;
        };
        let Whole {
            counts,
            mut findings,
            texts,
        } = kept;
        apply_levels(&mut findings, check.config);
        all.all.extend(findings);
        all.texts.extend(texts);
        all.summary = Summary {
            files: all.summary.files + counts.files,
            documents: all.summary.documents + counts.documents,
            resources: all.summary.resources + counts.resources,
            ..all.summary
        };
        true
    }

    /// Keeps a tree that holds together, so that a small change to it is judged by itself.
    fn keep(&self, fabric: &Fabric, judged: &JudgedFabric, settings: &Settings, check: &Check<'_>) {
        if judged.layout.is_empty()
            && let Some(cache) = check.cache
            && let Some(place) = BasisPlace::new(cache, settings, check.config, check.schemas)
        {
            place.keep(&self.snapshot, fabric, &judged.outcome, settings);
        }
    }

    /// Tells whether the directories of a fabric are trees of the object database.
    fn is_stored(&self, fabric: &Fabric) -> bool {
        fabric.directories.iter().all(|directory| {
            let id = self.snapshot.directory_id(directory);
            id.is_ok_and(|id| id.is_some_and(|id| self.snapshot.objects().has(id)))
        })
    }

    fn judge(
        &self,
        fabric: &Fabric,
        checked: Checked,
        settings: &Settings,
        config: &Config,
    ) -> Result<JudgedFabric, Failure> {
        let Checked { listing, files, .. } = checked;
        let read = |path: &str| self.read_listed(&listing, path, settings);
        let outcome = together(files, settings, config, &read);
        let paths: Vec<String> = listing.files.iter().map(|file| file.path.clone()).collect();
        let mut layout = directory::outline(fabric, &paths);
        layout.extend(oddities(&listing));
        Ok(JudgedFabric {
            listing,
            outcome,
            layout,
        })
    }

    /// Reads a file of a listing; what is not in it is empty.
    ///
    /// # Errors
    ///
    /// Fails where the object cannot be read.
    pub(crate) fn read_listed(
        &self,
        listing: &TreeListing,
        path: &str,
        settings: &Settings,
    ) -> Result<Vec<u8>, hnp_git::Error> {
        let at = listing
            .files
            .binary_search_by(|file| file.path.as_str().cmp(path));
        match at {
            Ok(at) => {
                let limit = settings.limits.file_bytes;
                self.snapshot.objects().blob(listing.files[at].blob, limit)
            }
            Err(_) => Ok(Vec::new()),
        }
    }
}

/// A fabric of a tree with what was found in it.
struct JudgedFabric {
    listing: Arc<TreeListing>,
    outcome: Outcome,
    /// What is wrong with directories and files as such.
    layout: Vec<Finding>,
}

impl JudgedFabric {
    /// Takes files without what is wrong with them.
    fn unjudged(checked: Checked) -> Self {
        Self {
            listing: checked.listing,
            outcome: Outcome {
                files: checked.files,
                ..Outcome::default()
            },
            layout: Vec::new(),
        }
    }

    fn into(self, all: &mut Findings) {
        all.summary = Summary {
            files: all.summary.files + self.outcome.judged().count(),
            documents: all.summary.documents + self.outcome.documents(),
            resources: all.summary.resources + self.outcome.resources(),
            ..all.summary
        };
        all.all.extend(self.outcome.findings);
        for file in self.outcome.files {
            if let Some(text) = file.text {
                all.texts.insert(file.path, text);
            }
        }
        all.all.extend(self.layout);
    }
}

/// Returns the settings by which a fabric is judged.
///
/// # Errors
///
/// Exit 2 for settings that are wrong.
pub(crate) fn settings(check: &Check<'_>, name: &str) -> Result<Settings, Failure> {
    let mut settings =
        fabric::settings(check.config, Some(name), check.release).map_err(Failure::Usage)?;
    if let Some(profile) = check.profile {
        fabric::apply_profile(&mut settings, profile);
    }
    fabric::with_imported(settings, check.schemas).map_err(Failure::Usage)
}

/// Returns which files of a listing are read, and what each is.
pub(crate) fn roles(fabric: &Fabric, listing: &TreeListing) -> Vec<(usize, Role)> {
    let files = listing.files.iter().enumerate();
    files
        .filter_map(|(at, file)| {
            let area = fabric::area_of(fabric, &file.path)?;
            Some((at, fabric::role(area, &file.path)?))
        })
        .collect()
}

/// Names what was passed over.
pub(crate) fn oddities(listing: &TreeListing) -> Vec<Finding> {
    let mut plain = Listing::default();
    let mut findings = Vec::new();
    for oddity in &listing.oddities {
        let kind = match oddity.kind {
            TreeOddityKind::Symlink | TreeOddityKind::Submodule => OddityKind::NotAFile,
            TreeOddityKind::BadName => OddityKind::BadName,
            TreeOddityKind::Unmerged => {
                findings.push(
                    Finding::new(
                        codes::UNMERGED,
                        Severity::Error,
                        Place::file(&oddity.path),
                        "a merge left this file unfinished in the index",
                    )
                    .help("settle the conflict, then `git add` the file"),
                );
                continue;
            }
        };
        plain.oddities.push(Oddity {
            path: oddity.path.clone(),
            kind,
            is_file: false,
        });
    }
    findings.extend(commands::oddities(&plain));
    findings
}
