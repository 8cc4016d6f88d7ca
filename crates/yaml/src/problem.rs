//! What the reader refuses, and where.

use crate::Span;

/// The kinds of refusal; each is one code of the `YAML` family.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ProblemKind {
    /// The bytes are not UTF-8.
    NotUtf8,
    /// The file is larger than the limit.
    TooLarge,
    /// YAML itself refuses the text.
    Syntax,
    /// A tab stands where indentation is needed.
    TabIndent,
    /// One key stands twice in one map.
    DuplicateKey,
    /// Text other than a comment follows `---` on its line.
    TextAfterSeparator,
    /// A document follows `...`.
    DocumentAfterEnd,
    /// An alias names an anchor that its document does not define before it.
    UndefinedAlias,
    /// Aliases expand to more nodes than the limit, or to themselves.
    AliasBomb,
    /// Maps and lists are nested deeper than the limit.
    TooDeep,
    /// Merge conflict markers are left in the file.
    ConflictMarkers,
    /// The value of a merge key `<<` is not a map.
    BadMerge,
    /// A value that Kubernetes cannot read: infinity, not a number, or text that contradicts its tag.
    Unreadable,
    /// A key is a map or a list.
    KeyNotScalar,
    /// A `%YAML` or `%TAG` directive, which kubectl cannot read.
    Directive,
    /// A control character that YAML does not allow.
    ControlCharacter,
}

impl ProblemKind {
    /// Every kind, in the order of its code.
    pub const ALL: [Self; 16] = [
        Self::NotUtf8,
        Self::TooLarge,
        Self::Syntax,
        Self::TabIndent,
        Self::DuplicateKey,
        Self::TextAfterSeparator,
        Self::DocumentAfterEnd,
        Self::UndefinedAlias,
        Self::AliasBomb,
        Self::TooDeep,
        Self::ConflictMarkers,
        Self::BadMerge,
        Self::Unreadable,
        Self::KeyNotScalar,
        Self::Directive,
        Self::ControlCharacter,
    ];

    /// Returns the stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::NotUtf8 => "YAML-01",
            Self::TooLarge => "YAML-02",
            Self::Syntax => "YAML-03",
            Self::TabIndent => "YAML-04",
            Self::DuplicateKey => "YAML-05",
            Self::TextAfterSeparator => "YAML-06",
            Self::DocumentAfterEnd => "YAML-07",
            Self::UndefinedAlias => "YAML-08",
            Self::AliasBomb => "YAML-09",
            Self::TooDeep => "YAML-10",
            Self::ConflictMarkers => "YAML-11",
            Self::BadMerge => "YAML-12",
            Self::Unreadable => "YAML-13",
            Self::KeyNotScalar => "YAML-14",
            Self::Directive => "YAML-15",
            Self::ControlCharacter => "YAML-16",
        }
    }
}

/// One refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong.
    pub kind: ProblemKind,
    /// Where it is.
    pub span: Span,
    /// One sentence for people, without the place.
    pub message: String,
    /// A second place that belongs to it, such as the first of two equal keys.
    pub related: Option<(Span, String)>,
    /// Index of the document it spoils; `None` where the whole file is refused.
    pub document: Option<usize>,
}
