//! The words that drift is told in: HNP's `drift_status` and `drift_severity`, and why something was not compared.

/// How Git and the cluster stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Both say the same.
    InSync,
    /// Both have it, with different values.
    SpecDrift,
    /// Git alone has it.
    DesiredOnly,
    /// The cluster alone has it.
    ActualOnly,
    /// Git alone has it, and it is not committed yet.
    CreationPending,
    /// The cluster has it and is deleting it; or Git's deletion is not committed yet.
    DeletionPending,
}

impl Status {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::InSync,
        Self::SpecDrift,
        Self::DesiredOnly,
        Self::ActualOnly,
        Self::CreationPending,
        Self::DeletionPending,
    ];

    /// Returns HNP's word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InSync => "in_sync",
            Self::SpecDrift => "spec_drift",
            Self::DesiredOnly => "desired_only",
            Self::ActualOnly => "actual_only",
            Self::CreationPending => "creation_pending",
            Self::DeletionPending => "deletion_pending",
        }
    }
}

/// How much a drift matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// There is none.
    None,
    /// Labels and annotations only, or a change on its way.
    Low,
    /// Fields.
    Medium,
    /// More than five fields, or one side has nothing.
    High,
    /// The cluster is deleting what Git wants.
    Critical,
}

impl Severity {
    /// Returns HNP's word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// Why nothing is said of a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// Controllers write it.
    Controllers,
    /// It comes with Hedgehog.
    BuiltIn,
    /// Git holds nothing of its kind.
    KeptElsewhere,
    /// What was read of the cluster holds no list of its kind.
    NotAsked,
    /// It stands twice on one side.
    Ambiguous,
    /// Git may hold it in a file that cannot be read.
    UnreadableFiles,
}

impl Reason {
    /// Returns the word for programs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Controllers => "controllers",
            Self::BuiltIn => "built_in",
            Self::KeptElsewhere => "kept_elsewhere",
            Self::NotAsked => "not_asked",
            Self::Ambiguous => "ambiguous",
            Self::UnreadableFiles => "unreadable_files",
        }
    }

    /// Returns the words for people, to stand behind a number of resources.
    #[must_use]
    pub fn describe(self) -> &'static str {
        match self {
            Self::Controllers => "written by controllers",
            Self::BuiltIn => "that come with Hedgehog",
            Self::KeptElsewhere => "in the cluster of kinds that Git does not hold",
            Self::NotAsked => {
                "in Git of kinds that the cluster's output holds no list of (--complete: it is all there is)"
            }
            Self::Ambiguous => "that stand twice on one side",
            Self::UnreadableFiles => {
                "in the cluster that Git may hold in a file that cannot be read"
            }
        }
    }
}
