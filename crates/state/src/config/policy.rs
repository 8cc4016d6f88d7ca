//! `[[policy]]`: how single resources are synchronised.

use hnp_model::ResourceId;
use serde::{Deserialize, Serialize};

use crate::glob;

/// One policy. The first whose `match` fits a resource is the only one that applies to it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// Which resources it is for.
    #[serde(rename = "match")]
    pub matches: Match,
    /// Which way changes go; unset, that of `[sync]`.
    pub direction: Option<Direction>,
    /// Whether a run without the resource's name touches it; `true` unless set.
    pub auto_sync: Option<bool>,
    /// Order where a limit cuts a run short, lower first; 100 unless set.
    pub priority: Option<u16>,
    /// What happens to a conflict; unset, that of `[sync]`.
    pub strategy: Option<Strategy>,
    /// What a deletion in Git means for the GUI.
    pub on_git_delete: Option<OnGitDelete>,
}

/// Patterns, all of which must fit; an unset one fits everything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Match {
    /// Kind, in any case; kinds of foreign groups as `Kind.group`.
    pub kind: Option<String>,
    /// Name.
    pub name: Option<String>,
    /// Namespace.
    pub namespace: Option<String>,
    /// Fabric.
    pub fabric: Option<String>,
}

impl Match {
    /// Tells whether a resource of a fabric is meant.
    #[must_use]
    pub fn fits(&self, fabric: &str, id: &ResourceId) -> bool {
        let fits = |pattern: &Option<String>, text: &str| {
            pattern
                .as_ref()
                .is_none_or(|pattern| glob::matches(pattern, text))
        };
        let kind = self
            .kind
            .as_ref()
            .map(|pattern| pattern.to_ascii_lowercase());
        fits(&self.fabric, fabric)
            && fits(&self.namespace, &id.namespace)
            && fits(&self.name, &id.name)
            && fits(&kind, &id.qualified_kind().to_ascii_lowercase())
    }
}

/// Which way changes go. Both spellings of a direction are read; the first is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// From the GUI to Git alone.
    #[serde(alias = "gui_to_github")]
    GuiToGit,
    /// From Git to the GUI alone.
    #[serde(alias = "github_to_gui")]
    GitToGui,
    /// Both ways.
    #[default]
    Bidirectional,
    /// Never.
    Disabled,
    /// Only when the resource is named.
    ManualOnly,
}

impl Direction {
    /// All words that are read, with what they mean.
    pub const WORDS: &'static [(&'static str, Self)] = &[
        ("gui_to_git", Self::GuiToGit),
        ("git_to_gui", Self::GitToGui),
        ("bidirectional", Self::Bidirectional),
        ("disabled", Self::Disabled),
        ("manual_only", Self::ManualOnly),
        ("gui_to_github", Self::GuiToGit),
        ("github_to_gui", Self::GitToGui),
    ];

    /// Finds a direction by either spelling.
    #[must_use]
    pub fn find(word: &str) -> Option<Self> {
        Self::WORDS
            .iter()
            .find(|(name, _)| *name == word)
            .map(|(_, direction)| *direction)
    }

    /// Returns the word that is written.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::WORDS
            .iter()
            .find(|(_, direction)| *direction == self)
            .map_or("", |(name, _)| name)
    }
}

/// What happens to a conflict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strategy {
    /// Merge by field; what remains in conflict waits for a person.
    #[default]
    #[serde(alias = "merge_strategy")]
    Merge,
    /// The later change wins each conflict.
    TimestampWins,
    /// The GUI wins each conflict.
    GuiWins,
    /// Git wins each conflict.
    GithubWins,
    /// A person decides.
    #[serde(alias = "manual_only")]
    UserGuided,
}

impl Strategy {
    /// All words that are read, with what they mean.
    pub const WORDS: &'static [(&'static str, Self)] = &[
        ("merge", Self::Merge),
        ("timestamp_wins", Self::TimestampWins),
        ("gui_wins", Self::GuiWins),
        ("github_wins", Self::GithubWins),
        ("user_guided", Self::UserGuided),
        ("merge_strategy", Self::Merge),
        ("manual_only", Self::UserGuided),
    ];

    /// Finds a strategy by either spelling.
    #[must_use]
    pub fn find(word: &str) -> Option<Self> {
        Self::WORDS
            .iter()
            .find(|(name, _)| *name == word)
            .map(|(_, strategy)| *strategy)
    }

    /// Returns the word that is written.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::WORDS
            .iter()
            .find(|(_, strategy)| *strategy == self)
            .map_or("", |(name, _)| name)
    }
}

/// What a deletion in Git means for the GUI.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnGitDelete {
    /// The resource goes there too.
    #[default]
    Delete,
    /// It stays there, marked.
    Orphan,
}

/// What holds for one resource, everything decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Which way changes go.
    pub direction: Direction,
    /// Whether a run without the resource's name touches it.
    pub auto_sync: bool,
    /// Order where a limit cuts a run short, lower first.
    pub priority: u16,
    /// What happens to a conflict.
    pub strategy: Strategy,
    /// What a deletion in Git means for the GUI.
    pub on_git_delete: OnGitDelete,
    /// Index of the policy that applied, if one did.
    pub policy: Option<usize>,
}

/// Order of a resource that no policy gives one.
pub const DEFAULT_PRIORITY: u16 = 100;
