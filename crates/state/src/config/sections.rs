//! The sections of config.toml that hold for the whole repository.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::policy::{Direction, Strategy};

/// `[limits]`: bounds that keep hostile or mistaken input cheap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Largest YAML file, in bytes.
    pub file_bytes: usize,
    /// Deepest nesting of maps and lists.
    pub depth: usize,
    /// Most nodes that aliases of one document may stand for.
    pub alias_nodes: usize,
    /// Most problems of one file that are reported; the rest are counted.
    pub problems: usize,
    /// Largest state.toml, in bytes.
    pub state_bytes: usize,
    /// Most deletions of one run without confirmation; the larger of this and `deletions_percent` counts.
    pub deletions: usize,
    /// The same as a share of the fabric's resources, in percent.
    pub deletions_percent: usize,
    /// Most resources that one run changes; the rest waits for the next run. 0 is no limit.
    pub changes: usize,
    /// Largest value of a conflict that state.toml holds as text, in bytes; of a larger one it holds the hash.
    pub conflict_value_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        let yaml = hnp_yaml::Limits::default();
        Self {
            file_bytes: yaml.file_bytes,
            depth: yaml.depth,
            alias_nodes: yaml.alias_nodes,
            problems: yaml.problems,
            state_bytes: 64 << 20,
            deletions: 5,
            deletions_percent: 10,
            changes: 0,
            conflict_value_bytes: 4096,
        }
    }
}

impl Limits {
    /// Returns the limits that the YAML reader takes.
    #[must_use]
    pub fn yaml(&self) -> hnp_yaml::Limits {
        hnp_yaml::Limits {
            file_bytes: self.file_bytes,
            depth: self.depth,
            alias_nodes: self.alias_nodes,
            problems: self.problems,
        }
    }

    /// Returns how many of a fabric's resources one run may delete unconfirmed.
    #[must_use]
    pub fn deletions_of(&self, resources: usize) -> usize {
        self.deletions
            .max(resources.saturating_mul(self.deletions_percent) / 100)
    }
}

/// `[rules]`: how findings are weighed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rules {
    /// What a resource of a group that hnp does not know is worth.
    pub unknown_group: UnknownGroup,
    /// Baseline file, from the root of the repository: findings it lists are marked as old.
    pub baseline: Option<String>,
    /// Whether `# hnp: ignore=CODE` in a file hides findings: where it is not set, yes in a clone and no on a server.
    pub ignore: Option<bool>,
    /// Severity by code, where it is not the rule's own.
    pub severity: BTreeMap<String, Level>,
}

/// What a resource of an unknown group is worth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UnknownGroup {
    /// A warning.
    #[default]
    Warning,
    /// An error.
    Error,
}

impl UnknownGroup {
    /// Returns the severity of the finding.
    #[must_use]
    pub fn severity(self) -> hnp_model::Severity {
        match self {
            Self::Warning => hnp_model::Severity::Warning,
            Self::Error => hnp_model::Severity::Error,
        }
    }
}

/// A severity that config gives a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Blocks.
    Error,
    /// Does not block.
    Warning,
    /// Worth knowing.
    Info,
    /// Not reported.
    Off,
}

impl Level {
    /// Returns the severity of a finding, or nothing where it is switched off.
    #[must_use]
    pub fn severity(self) -> Option<hnp_model::Severity> {
        match self {
            Self::Error => Some(hnp_model::Severity::Error),
            Self::Warning => Some(hnp_model::Severity::Warning),
            Self::Info => Some(hnp_model::Severity::Info),
            Self::Off => None,
        }
    }
}

/// `[ingest]`: how `raw/` is taken in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Ingest {
    /// Whether one bad document refuses its whole file.
    pub strict: bool,
    /// Whether files taken in are kept in `raw/processed`.
    pub archive: bool,
    /// Which files of `raw/` are read.
    pub patterns: Vec<String>,
    /// Which of them are not.
    pub ignore: Vec<String>,
}

impl Default for Ingest {
    fn default() -> Self {
        Self {
            strict: true,
            archive: true,
            patterns: vec!["*.yaml".to_owned(), "*.yml".to_owned()],
            ignore: Vec::new(),
        }
    }
}

impl Ingest {
    /// Tells whether a file is read, by its path below `raw/`.
    #[must_use]
    pub fn takes(&self, path: &str) -> bool {
        let any = |patterns: &[String]| patterns.iter().any(|p| crate::glob::matches_path(p, path));
        any(&self.patterns) && !any(&self.ignore)
    }
}

/// `[features]`: whole parts of hnp that can be switched off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Features {
    /// init, ingest, tidy: writing the directory structure.
    pub directory_management: bool,
    /// sync: carrying changes between Git and the GUI.
    pub bidirectional_sync: bool,
    /// Merging by field and resolving; without it every double change waits.
    pub conflict_resolution: bool,
}

impl Default for Features {
    fn default() -> Self {
        Self {
            directory_management: true,
            bidirectional_sync: true,
            conflict_resolution: true,
        }
    }
}

/// `[sync]`: what holds where no policy says otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Sync {
    /// The GUI: base URL of a NetBox, or the path of an exported file. Never a secret.
    pub gui: Option<String>,
    /// Branch that Git's truth is read from and pull requests go to.
    pub branch: String,
    /// Which way changes go.
    pub direction: Direction,
    /// What happens to a conflict.
    pub strategy: Strategy,
    /// Times nearer to each other than this decide nothing under `timestamp_wins`, in seconds.
    pub clock_skew_seconds: u32,
    /// Up to this many fields, two changes of one resource count as a conflict that can be settled without much risk.
    pub auto_resolvable_fields: u32,
    /// From more fields than this on, such a conflict is of high severity.
    pub high_severity_fields: u32,
}

impl Default for Sync {
    fn default() -> Self {
        Self {
            gui: None,
            branch: "main".to_owned(),
            direction: Direction::Bidirectional,
            strategy: Strategy::Merge,
            clock_skew_seconds: 120,
            auto_resolvable_fields: 3,
            high_severity_fields: 5,
        }
    }
}

/// `[hooks]`: what Git's hooks check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Hooks {
    /// Whether pre-commit also takes in what waits in `raw/`.
    pub ingest: bool,
    /// Which pushed refs are checked.
    pub refs: Vec<String>,
    /// Whether every new commit is checked, not only the last tree of each ref.
    pub each: bool,
    /// Whether findings that a parent has too block as new ones do.
    pub block_old: bool,
    /// Time that pre-receive gives itself before it refuses, in milliseconds.
    pub pre_receive_milliseconds: u32,
}

impl Default for Hooks {
    fn default() -> Self {
        Self {
            ingest: false,
            refs: vec!["refs/heads/*".to_owned(), "refs/tags/*".to_owned()],
            each: false,
            block_old: false,
            pre_receive_milliseconds: 4_500,
        }
    }
}

/// `[retention]`: what `hnp clean` keeps. What is among the newest is kept, and what is younger than so many days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Retention {
    /// How many of the newest backups are kept.
    pub backups: u32,
    /// Backups that are younger are kept too.
    pub backups_days: u32,
    /// How many of the newest records of the ledger are kept, with what undoing them needs.
    pub ledger: u32,
    /// Records that are younger are kept too.
    pub ledger_days: u32,
    /// Files in `raw/processed` that are younger are kept.
    pub processed_days: u32,
    /// Files of the cache that were written since are kept.
    pub cache_days: u32,
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            backups: 20,
            backups_days: 90,
            ledger: 1_000,
            ledger_days: 365,
            processed_days: 90,
            cache_days: 30,
        }
    }
}
