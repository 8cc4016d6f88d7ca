//! A file and the documents in it.

use crate::tape::Tape;
use crate::{LineIndex, Problem, Span, Value};

/// A parsed file: its text, its documents and what was refused.
///
/// Documents are independent: one that YAML refuses does not hide the others.
#[derive(Clone, Debug, Default)]
pub struct Stream {
    pub(crate) text: String,
    pub(crate) tape: Tape,
    pub(crate) documents: Vec<DocumentSpan>,
    pub(crate) comments: Vec<Comment>,
    pub(crate) problems: Vec<Problem>,
    /// Problems beyond the limit, counted only.
    pub(crate) dropped_problems: usize,
    pub(crate) problem_limit: usize,
}

/// Where a document lies in its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DocumentSpan {
    /// The `---` line that opens it, line end included; empty where the file starts without one.
    pub(crate) separator: Span,
    /// From after the separator to the next separator, `...` or the end of the file.
    pub(crate) body: Span,
    pub(crate) root: Option<u32>,
    pub(crate) broken: bool,
}

/// A comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comment {
    /// From `#` to the end of the line, line end excluded.
    pub span: Span,
    /// Whether nothing but blanks stands before it on its line.
    pub own_line: bool,
    /// Index of the document it lies in.
    pub document: usize,
}

/// One document of a [`Stream`].
#[derive(Clone, Copy, Debug)]
pub struct Document<'s> {
    stream: &'s Stream,
    index: usize,
}

impl Stream {
    /// Returns the text as read; without a line of it changed, a byte order mark included. Empty where the bytes are not
    /// UTF-8 or too many.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn problem(&mut self, problem: Problem) {
        if self.problems.len() < self.problem_limit {
            self.problems.push(problem);
        } else {
            self.dropped_problems += 1;
        }
    }

    pub(crate) fn tape(&self) -> &Tape {
        &self.tape
    }

    /// Returns the documents in order, empty and broken ones too.
    pub fn documents(&self) -> impl DoubleEndedIterator<Item = Document<'_>> + ExactSizeIterator {
        (0..self.documents.len()).map(|index| Document {
            stream: self,
            index,
        })
    }

    /// Returns one document.
    #[must_use]
    pub fn document(&self, index: usize) -> Option<Document<'_>> {
        (index < self.documents.len()).then_some(Document {
            stream: self,
            index,
        })
    }

    /// Returns everything refused, in source order.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Returns how many problems went beyond the limit and were counted only.
    #[must_use]
    pub fn dropped_problems(&self) -> usize {
        self.dropped_problems
    }

    /// Returns all comments in source order; empty where the parse was told to skip them.
    #[must_use]
    pub fn comments(&self) -> &[Comment] {
        &self.comments
    }

    /// Indexes the text's lines.
    #[must_use]
    pub fn lines(&self) -> LineIndex<'_> {
        LineIndex::new(&self.text)
    }

    /// Gives the text back.
    #[must_use]
    pub fn into_text(self) -> String {
        self.text
    }
}

impl<'s> Document<'s> {
    /// Returns the position of the document in its file, from 0.
    #[must_use]
    pub fn index(self) -> usize {
        self.index
    }

    /// Returns the stream the document belongs to.
    #[must_use]
    pub fn stream(self) -> &'s Stream {
        self.stream
    }

    fn own(self) -> &'s DocumentSpan {
        &self.stream.documents[self.index]
    }

    /// Returns the root; `None` where the document is empty, holds only comments, or is broken.
    #[must_use]
    pub fn root(self) -> Option<Value<'s>> {
        let own = self.own();
        if own.broken {
            return None;
        }
        own.root.map(|index| Value::new(self.stream, index))
    }

    /// Tells whether something in the document was refused, so that its value must not be used.
    #[must_use]
    pub fn is_broken(self) -> bool {
        self.own().broken
    }

    /// Returns the line of `---` that opens the document, its line end included; empty where there is none.
    #[must_use]
    pub fn separator(self) -> Span {
        self.own().separator
    }

    /// Returns the document's text: from after its separator to the next one.
    #[must_use]
    pub fn body(self) -> Span {
        self.own().body
    }

    /// Returns the comments inside the document's body and on its separator line.
    #[must_use]
    pub fn comments(self) -> &'s [Comment] {
        let all = &self.stream.comments;
        let start = all.partition_point(|comment| comment.document < self.index);
        let end = all.partition_point(|comment| comment.document <= self.index);
        &all[start..end]
    }
}
