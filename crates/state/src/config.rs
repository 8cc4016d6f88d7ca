//! `.hnp/config.toml`: the settings that people write.
//!
//! Every setting has a default; only fabrics must be named. Reading reports as many errors at once as it can, each
//! with the bytes it is about.

mod check;
mod conflicts;
pub mod edit;
mod error;
mod fabric;
mod forms;
mod initial;
mod keys;
mod network;
mod policy;
mod schema;
mod sections;
mod toggle;

use std::collections::BTreeMap;

use hnp_model::ResourceId;
use serde::{Deserialize, Serialize};

pub use conflicts::{Conflicts, EscalateAfter, Patience};
pub use error::ConfigError;
pub use fabric::{Fabric, Outside, Profile, Template};
pub use initial::initial;
pub use network::{FabricMode, Network, vlan_range};
pub use policy::{DEFAULT_PRIORITY, Direction, Match, OnGitDelete, Policy, Settings, Strategy};
pub use schema::schema;
pub use sections::{Features, Hooks, Ingest, Level, Limits, Retention, Rules, Sync, UnknownGroup};
pub use toggle::Toggle;

/// Form of config.toml that this version reads and writes.
pub const FORMAT: u32 = 1;

/// Release that holds where none is named.
pub const DEFAULT_RELEASE: &str = "26.03-preview";

/// Largest config.toml that is read, in bytes. The file itself cannot raise it.
pub const MAX_BYTES: usize = 1 << 20;

/// The settings of a repository.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Form of the file.
    pub format: u32,
    /// Hedgehog release whose schemas and rules judge the repository.
    pub release: String,
    /// The fabrics by name.
    #[serde(rename = "fabric")]
    pub fabrics: BTreeMap<String, Fabric>,
    /// Bounds on input and on deletions.
    pub limits: Limits,
    /// How findings are weighed.
    pub rules: Rules,
    /// How `raw/` is taken in.
    pub ingest: Ingest,
    /// Parts of hnp that can be switched off.
    pub features: Features,
    /// What holds for synchronisation where no policy says otherwise.
    pub sync: Sync,
    /// When an open conflict is escalated.
    pub conflicts: Conflicts,
    /// Policies in the order of the file.
    #[serde(rename = "policy")]
    pub policies: Vec<Policy>,
    /// What Git's hooks check.
    pub hooks: Hooks,
    /// What `hnp clean` keeps.
    pub retention: Retention,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            format: FORMAT,
            release: DEFAULT_RELEASE.to_owned(),
            fabrics: BTreeMap::new(),
            limits: Limits::default(),
            rules: Rules::default(),
            ingest: Ingest::default(),
            features: Features::default(),
            sync: Sync::default(),
            conflicts: Conflicts::default(),
            policies: Vec::new(),
            hooks: Hooks::default(),
            retention: Retention::default(),
        }
    }
}

impl Config {
    /// Reads a config.toml.
    ///
    /// # Errors
    ///
    /// All that is wrong with it, in the order of the file, at most 100: text that is no TOML, unknown keys, values of a
    /// wrong type, form or range, fabrics without or with overlapping directories, a form newer than [`FORMAT`].
    pub fn parse(text: &str) -> Result<Self, Vec<ConfigError>> {
        check::read(text)
    }

    /// Returns the release that judges a fabric.
    #[must_use]
    pub fn release_of(&self, fabric: &str) -> &str {
        self.fabrics
            .get(fabric)
            .and_then(|fabric| fabric.release.as_deref())
            .unwrap_or(&self.release)
    }

    /// Finds the fabric, its directory and the path inside it for a path from the root of the repository.
    #[must_use]
    pub fn locate<'a, 'p>(&'a self, path: &'p str) -> Option<Location<'a, 'p>> {
        self.fabrics.iter().find_map(|(name, fabric)| {
            fabric.directories.iter().find_map(|directory| {
                let inside = crate::path::strip(path, directory)?;
                Some(Location {
                    name,
                    fabric,
                    directory,
                    inside,
                })
            })
        })
    }

    /// Decides what holds for one resource: the first policy that fits, then `[sync]`, then the defaults.
    #[must_use]
    pub fn settings_for(&self, fabric: &str, id: &ResourceId) -> Settings {
        let found = self
            .policies
            .iter()
            .position(|policy| policy.matches.fits(fabric, id));
        let none = Policy::default();
        let policy = found.map_or(&none, |index| &self.policies[index]);
        Settings {
            direction: policy.direction.unwrap_or(self.sync.direction),
            auto_sync: policy.auto_sync.unwrap_or(true),
            priority: policy.priority.unwrap_or(DEFAULT_PRIORITY),
            strategy: policy.strategy.unwrap_or(self.sync.strategy),
            on_git_delete: policy.on_git_delete.unwrap_or_default(),
            policy: found,
        }
    }
}

/// Where a path of the repository lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Location<'a, 'p> {
    /// Name of the fabric.
    pub name: &'a str,
    /// The fabric.
    pub fabric: &'a Fabric,
    /// That of its directories which holds the path; empty for the root.
    pub directory: &'a str,
    /// The path from that directory.
    pub inside: &'p str,
}

/// Checks a name for a new fabric.
///
/// # Errors
///
/// What names may look like.
pub fn check_fabric_name(name: &str) -> Result<(), String> {
    forms::Form::FabricName.check(name).map_err(|fault| {
        format!(
            "`{}` {}; {}",
            name.escape_debug(),
            fault.message,
            fault.help.unwrap_or_default()
        )
    })
}
