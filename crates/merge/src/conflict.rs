//! What two sides contradict each other in.

use hnp_yaml::Node;

use crate::Path;

/// One of the two sides of a merge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// The side that is merged into.
    Ours,
    /// The side that is merged.
    Theirs,
}

/// Kinds of conflict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ConflictKind {
    /// Both sides changed the value, to different ones.
    Changed,
    /// Both sides added it, with different values.
    Added,
    /// This side removed what the other changed.
    Removed(Side),
    /// Of fields that exclude each other the sides chose different ones.
    Union,
    /// Each side is sound alone, together their changes overlap.
    Overlap,
    /// The sides differ, and what they started from is not known.
    NoBase,
}

impl ConflictKind {
    /// Returns the stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Changed => "both_changed",
            Self::Added => "both_added",
            Self::Removed(_) => "delete_modify",
            Self::Union => "union",
            Self::Overlap => "overlap",
            Self::NoBase => "no_base",
        }
    }
}

/// A conflict; the values are what stands at `path`, `None` where nothing does.
#[derive(Clone, Debug, PartialEq)]
pub struct Conflict {
    /// Where. For a union this is the map that holds the fields, and the values hold those fields only.
    pub path: Path,
    /// What is wrong.
    pub kind: ConflictKind,
    /// What both started from; also `None` where that is not known, see [`ConflictKind::NoBase`].
    pub base: Option<Node>,
    /// Our value.
    pub ours: Option<Node>,
    /// Their value.
    pub theirs: Option<Node>,
    /// What overlaps, in a sentence, where that is the conflict.
    pub why: Option<String>,
}

/// How a conflict is settled.
#[derive(Clone, Debug, PartialEq)]
pub enum Choice {
    /// Not at all: it is reported, and our value stands meanwhile.
    Open,
    /// Our value.
    Ours,
    /// Their value.
    Theirs,
    /// The value both started from; where that is not known the conflict stays open.
    Base,
    /// A value of its own; `None` removes the field.
    Value(Option<Node>),
}
