//! Edits by splice: the bytes of one value change, every other byte of the file stays.
//!
//! An edit is worked out twice: on the value, which gives what the document must mean afterwards, and on the text. The
//! edited text is parsed again; unless it reads as exactly the intended value and every other document is untouched, the
//! edit is refused. So a layout that the text side handles badly costs a refusal, never a wrong file.
//!
//! Which comments go with a key or item that is removed: the one at its end on the same line, and the own-line comments
//! directly above it, at its column and without a blank line between. Comments above the first key of a document are
//! about the document and stay.

mod difference;
mod documents;
mod error;
mod intend;
mod layout;
mod parts;
mod path;
mod plan;
mod put;
mod work;

pub use difference::difference;
pub use documents::{insert_document, remove_document, rewrite};
pub use error::{EditError, EditErrorKind};
pub use path::{Path, Seg};

use crate::{Limits, Node, Span, Stream};
use work::Work;

/// One change of a document's value.
#[derive(Clone, Debug, PartialEq)]
pub enum Edit {
    /// Puts a value at a path, over the one there or as the last key of its map. Missing maps on the way are made. A map
    /// over a map and a list over a list change only the parts that differ.
    Set {
        /// Where.
        path: Path,
        /// What.
        value: Node,
    },
    /// As `Set`, but refused where the key is there already.
    Insert {
        /// Where; the last step is a key.
        path: Path,
        /// What.
        value: Node,
    },
    /// Removes a key or an item. A map or list that loses its last part is left as `{}` or `[]`.
    Remove {
        /// Where; not the root.
        path: Path,
    },
    /// Puts an item into a list.
    InsertItem {
        /// The list.
        path: Path,
        /// The number the item will have, from 0; the length of the list appends.
        at: usize,
        /// What.
        value: Node,
    },
}

impl Edit {
    /// Returns the value or list that the edit is about.
    #[must_use]
    pub fn path(&self) -> &Path {
        match self {
            Self::Set { path, .. }
            | Self::Insert { path, .. }
            | Self::Remove { path }
            | Self::InsertItem { path, .. } => path,
        }
    }
}

/// Bytes in place of others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Splice {
    /// What is replaced; empty where something is only added.
    pub span: Span,
    /// What stands there afterwards.
    pub with: String,
}

/// The result of edits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edited {
    /// The whole file afterwards.
    pub text: String,
    /// The changes in the order they were made; each span is in the text that the one before left.
    pub splices: Vec<Splice>,
    /// What takes the edited text back to the old bytes, with [`apply_splices`].
    pub inverse: Vec<Splice>,
}

impl Edited {
    /// Tells whether any byte changed.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        !self.splices.is_empty()
    }
}

/// Applies splices one after the other.
///
/// Returns nothing where a span lies outside the text or cuts a character, as when the text is not the one the splices
/// were made for. That it is the right text is the caller's to know.
#[must_use]
pub fn apply_splices(text: &str, splices: &[Splice]) -> Option<String> {
    let mut text = text.to_owned();
    for splice in splices {
        let range = splice.span.range();
        text.get(range.clone())?;
        text.replace_range(range, &splice.with);
    }
    Some(text)
}

/// Applies edits to one document of a file, one after the other, with the default limits.
///
/// # Errors
///
/// Refuses all of them where one cannot be made without touching other bytes or changing another value; see
/// [`EditErrorKind`].
pub fn apply(stream: &Stream, document: usize, edits: &[Edit]) -> Result<Edited, EditError> {
    apply_within(stream, document, edits, &Limits::default())
}

/// Applies edits as [`apply`] does, for a file that was read with other limits.
///
/// # Errors
///
/// As [`apply`].
pub fn apply_within(
    stream: &Stream,
    document: usize,
    edits: &[Edit],
    limits: &Limits,
) -> Result<Edited, EditError> {
    let found = stream.document(document).ok_or_else(|| {
        EditError::new(
            EditErrorKind::NoSuchDocument,
            Path::root(),
            format!(
                "the file has {} documents, there is none with number {document} (from 0)",
                stream.documents().len()
            ),
        )
    })?;
    let body = found.body();
    if found.is_broken() {
        let error = EditError::new(
            EditErrorKind::Broken,
            Path::root(),
            "the document cannot be read, so it cannot be edited",
        );
        return Err(error.at(body));
    }
    let base = body.start as usize;
    let mut work = Work::new(
        &stream.text()[body.range()],
        layout::newline(stream.text()),
        limits,
    );
    for edit in edits {
        work.edit(edit).map_err(|mut error| {
            error.span = error.span.map(|span| shift(span, base));
            error
        })?;
    }
    let text = [
        &stream.text()[..base],
        work.text(),
        &stream.text()[body.end as usize..],
    ]
    .concat();
    if !documents::edited_only(stream, document, &text, &work, limits) {
        return Err(EditError::layout(
            &edits
                .first()
                .map_or_else(Path::root, |edit| edit.path().clone()),
            "the file would not read as intended afterwards",
        )
        .at(body));
    }
    let (mut splices, mut inverse) = work.into_splices();
    for splice in splices.iter_mut().chain(&mut inverse) {
        splice.span = shift(splice.span, base);
    }
    Ok(Edited {
        text,
        splices,
        inverse,
    })
}

fn shift(span: Span, by: usize) -> Span {
    Span::new(span.start as usize + by, span.end as usize + by)
}
