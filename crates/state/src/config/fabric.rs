//! `[fabric.NAME]`: where a fabric's files stand and how they are judged.

use hnp_model::kind::{self, Owner};
use serde::{Deserialize, Deserializer, Serialize};

use super::network::Network;
use super::toggle::Toggle;

/// Settings of one fabric.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Fabric {
    /// Directories that hold the fabric, from the root of the repository, normalised; the root itself is empty.
    ///
    /// At least one. New files go to the first. A single one may be written as `directory`.
    #[serde(alias = "directory", deserialize_with = "one_or_many")]
    pub directories: Vec<String>,
    /// How files are laid out under `managed/`.
    pub template: Template,
    /// The Hedgehog release whose schemas judge this fabric, where it is not that of the whole repository.
    pub release: Option<String>,
    /// Preset of `hydrated` and `outside`.
    pub profile: Profile,
    /// Whether hydration rules speak, where it is not the profile's choice.
    pub hydrated: Option<Toggle>,
    /// Kinds kept elsewhere, references to which are unknown and not wrong, where it is not the profile's choice.
    pub outside: Option<Vec<String>>,
    /// The fabric's own configuration, which rules depend on.
    pub network: Network,
}

fn one_or_many<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        One(String),
        Many(Vec<String>),
    }
    Ok(match Written::deserialize(deserializer)? {
        Written::One(directory) => vec![directory],
        Written::Many(directories) => directories,
    })
}

impl Fabric {
    /// Makes a fabric in one directory, everything else by default.
    #[must_use]
    pub fn in_directory(directory: &str) -> Self {
        Self {
            directories: vec![directory.to_owned()],
            ..Self::default()
        }
    }

    /// Returns the directory that new files go to.
    #[must_use]
    pub fn main_directory(&self) -> &str {
        self.directories.first().map_or("", String::as_str)
    }

    /// Tells whether hydration rules speak; `Auto` lets the switches of the tree decide.
    #[must_use]
    pub fn hydrated(&self) -> Toggle {
        self.hydrated.unwrap_or_else(|| self.profile.hydrated())
    }

    /// Tells which kinds are kept elsewhere.
    #[must_use]
    pub fn outside(&self) -> Outside {
        match &self.outside {
            Some(kinds) => Outside::Kinds(kinds.clone()),
            None => self.profile.outside(),
        }
    }
}

/// How files are laid out under `managed/`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Template {
    /// Six directories by topic.
    #[default]
    Standard,
    /// One directory for each plural, as in HNP's own repositories.
    PerKind,
}

impl Template {
    /// Returns the word that config.toml has for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::PerKind => "per-kind",
        }
    }
}

/// Preset of the two settings that say what a tree is expected to hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Profile {
    /// Hydrated as the switches of the tree show; a kind of which the tree holds nothing is outside.
    #[default]
    Auto,
    /// Wiring as it is written before hydration; nothing is outside.
    Authoring,
    /// All rules; nothing is outside.
    Live,
    /// Hydrated; wiring is kept elsewhere.
    Day2,
}

impl Profile {
    /// Returns the word that config.toml has for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Authoring => "authoring",
            Self::Live => "live",
            Self::Day2 => "day2",
        }
    }

    /// Finds a profile by its word.
    #[must_use]
    pub fn find(word: &str) -> Option<Self> {
        [Self::Auto, Self::Authoring, Self::Live, Self::Day2]
            .into_iter()
            .find(|profile| profile.as_str() == word)
    }

    /// Returns the preset for hydration rules.
    #[must_use]
    pub fn hydrated(self) -> Toggle {
        match self {
            Self::Auto => Toggle::Auto,
            Self::Authoring => Toggle::Off,
            Self::Live | Self::Day2 => Toggle::On,
        }
    }

    /// Returns the preset for kinds kept elsewhere.
    #[must_use]
    pub fn outside(self) -> Outside {
        match self {
            Self::Auto => Outside::Auto,
            Self::Authoring | Self::Live => Outside::Kinds(Vec::new()),
            Self::Day2 => Outside::Kinds(
                kind::KINDS
                    .iter()
                    .filter(|info| info.wiring && info.owner == Owner::People)
                    .map(|info| info.kind.to_owned())
                    .collect(),
            ),
        }
    }
}

/// Which kinds a tree does not hold because they are kept elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outside {
    /// Those of which the tree holds nothing.
    Auto,
    /// Exactly these.
    Kinds(Vec<String>),
}
