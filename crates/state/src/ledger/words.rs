//! The words of a record. A word that this version does not know is kept as it is.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

macro_rules! words {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$doc])* $variant,)+
            /// A word of another version.
            Other(String),
        }

        impl $name {
            /// All words that this version writes.
            pub const WORDS: &'static [&'static str] = &[$($word),+];

            /// Returns the word.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $word,)+
                    Self::Other(word) => word,
                }
            }
        }

        impl From<String> for $name {
            fn from(word: String) -> Self {
                match word.as_str() {
                    $($word => Self::$variant,)+
                    _ => Self::Other(word),
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer).map(Self::from)
            }
        }
    };
}

words! {
    /// What an operation was. The first eight are HNP's, the others hnp's own.
    OperationType {
        /// GUI to Git.
        GuiToGithub = "gui_to_github",
        /// Git to GUI.
        GithubToGui = "github_to_gui",
        /// Both ways.
        Bidirectional = "bidirectional",
        /// `hnp init`.
        DirectoryInit = "directory_init",
        /// `hnp resolve`.
        ConflictResolution = "conflict_resolution",
        /// `hnp ingest`.
        FileIngestion = "file_ingestion",
        /// `hnp drift`.
        DriftDetection = "drift_detection",
        /// `hnp clean`.
        Cleanup = "cleanup",
        /// `hnp init --adopt`.
        Adoption = "adoption",
        /// `hnp tidy`.
        Tidy = "tidy",
        /// `hnp undo`.
        Undo = "undo",
        /// `hnp restore`.
        Restore = "restore",
        /// `hnp state rebuild` and `refresh`.
        StateRepair = "state_repair",
        /// `hnp fabric add`, `delete` and `recreate`, `hnp init --remove`.
        FabricChange = "fabric_change",
        /// `hnp retry`: takes a hold off.
        Retry = "retry",
    }
}

words! {
    /// Which way data went.
    SyncDirection {
        /// GUI to Git.
        GuiToGit = "gui_to_git",
        /// Git to GUI.
        GitToGui = "git_to_gui",
        /// Both ways.
        Bidirectional = "bidirectional",
        /// Neither: the operation stayed inside the repository.
        Internal = "internal",
    }
}

words! {
    /// How far an operation came.
    Status {
        /// Not begun.
        Pending = "pending",
        /// Reading its inputs.
        Initializing = "initializing",
        /// At work.
        InProgress = "in_progress",
        /// Comparing both sides.
        DetectingConflicts = "detecting_conflicts",
        /// Applying resolutions.
        ResolvingConflicts = "resolving_conflicts",
        /// Writing.
        SyncingData = "syncing_data",
        /// Recording.
        Finalizing = "finalizing",
        /// Done.
        Completed = "completed",
        /// Nothing was done.
        Failed = "failed",
        /// Stopped by a person.
        Cancelled = "cancelled",
        /// Some of it was done.
        PartiallyCompleted = "partially_completed",
    }
}

impl Status {
    /// Tells whether the operation is still at work.
    #[must_use]
    pub fn is_active(&self) -> bool {
        matches!(
            self,
            Self::Pending
                | Self::Initializing
                | Self::InProgress
                | Self::DetectingConflicts
                | Self::ResolvingConflicts
                | Self::SyncingData
                | Self::Finalizing
        )
    }
}

words! {
    /// What set an operation off.
    Trigger {
        /// A person in the GUI or by workflow_dispatch.
        Manual = "manual",
        /// A hook or a push.
        Automatic = "automatic",
        /// A schedule.
        Scheduled = "scheduled",
        /// A repository_dispatch.
        Webhook = "webhook",
        /// A call of an API.
        Api = "api",
        /// A command line.
        Cli = "cli",
    }
}

impl Trigger {
    /// Tells whether a person asked for this very operation; a word of another version says so of nobody.
    #[must_use]
    pub fn is_by_person(&self) -> bool {
        matches!(self, Self::Manual | Self::Api | Self::Cli)
    }

    /// Finds the trigger that an event of GitHub Actions is.
    #[must_use]
    pub fn of_github_event(name: &str) -> Self {
        match name {
            "workflow_dispatch" => Self::Manual,
            "schedule" => Self::Scheduled,
            "repository_dispatch" => Self::Webhook,
            // A push, a pull request, a comment, another workflow.
            _ => Self::Automatic,
        }
    }
}

words! {
    /// What decided conflicts.
    Resolution {
        /// The later change.
        TimestampWins = "timestamp_wins",
        /// The GUI.
        GuiWins = "gui_wins",
        /// Git.
        GithubWins = "github_wins",
        /// The merge by field.
        MergeStrategy = "merge_strategy",
        /// A person, asked.
        UserGuided = "user_guided",
        /// A person, unasked.
        ManualOnly = "manual_only",
    }
}

impl From<crate::config::Strategy> for Resolution {
    fn from(strategy: crate::config::Strategy) -> Self {
        use crate::config::Strategy;
        match strategy {
            Strategy::Merge => Self::MergeStrategy,
            Strategy::TimestampWins => Self::TimestampWins,
            Strategy::GuiWins => Self::GuiWins,
            Strategy::GithubWins => Self::GithubWins,
            Strategy::UserGuided => Self::UserGuided,
        }
    }
}
