//! Why an edit is refused.

use std::fmt;

use super::{Path, Seg};
use crate::Span;

/// The kinds of refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EditErrorKind {
    /// The file has no such document.
    NoSuchDocument,
    /// The document cannot be read, so nothing in it can be edited safely.
    Broken,
    /// Nothing stands at the path.
    NotFound,
    /// The key to insert is there already.
    Exists,
    /// A key was looked for in something that is no map, or an item in something that is no list.
    WrongType,
    /// Aliases repeat the value, so an edit here would change other places or leave them without a value.
    Shared,
    /// The entry comes from a merge key `<<` and stands elsewhere.
    Merged,
    /// The text is laid out in a way that edits do not handle, or the result would not mean what was intended.
    Layout,
    /// The text to insert as a document is not exactly one readable document.
    NotOneDocument,
}

/// An edit that was refused; nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditError {
    /// What is wrong.
    pub kind: EditErrorKind,
    /// Which value the edit was about, or where on the way to it the edit stopped.
    pub path: Path,
    /// The place in the file, where there is one to show.
    pub span: Option<Span>,
    message: String,
}

impl EditError {
    pub(super) fn new(kind: EditErrorKind, path: Path, message: impl Into<String>) -> Self {
        Self {
            kind,
            path,
            span: None,
            message: message.into(),
        }
    }

    pub(super) fn at(mut self, span: Span) -> Self {
        self.span = Some(span);
        self
    }

    pub(super) fn missing(path: &Path, depth: usize) -> Self {
        let parent = name(&path.first(depth));
        let message = match path.segs().get(depth) {
            Some(Seg::Key(key)) => format!("{parent} has no key `{key}`"),
            Some(Seg::Item(item)) => format!("{parent} has no item {item} (items count from 0)"),
            None => format!("{parent} holds nothing"),
        };
        Self::new(EditErrorKind::NotFound, path.first(depth + 1), message)
    }

    pub(super) fn wrong_type(path: &Path, depth: usize, found: &str) -> Self {
        let wanted = match path.segs().get(depth) {
            Some(Seg::Item(_)) | None => "list",
            Some(Seg::Key(_)) => "map",
        };
        let parent = path.first(depth);
        let message = format!("{} is a {found}, not a {wanted}", name(&parent));
        Self::new(EditErrorKind::WrongType, parent, message)
    }

    pub(super) fn layout(path: &Path, why: &str) -> Self {
        Self::new(
            EditErrorKind::Layout,
            path.clone(),
            format!("{} cannot be edited in place: {why}", name(path)),
        )
    }
}

/// Names a path in a sentence.
pub(super) fn name(path: &Path) -> String {
    if path.segs().is_empty() {
        "the document".to_owned()
    } else {
        format!("`{path}`")
    }
}

impl fmt::Display for EditError {
    /// Writes one sentence without the place.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for EditError {}
