//! The short way from text to tape for the YAML that manifests are made of.
//!
//! Block maps and lists, scalars on one line, flow collections on one line, comments: nearly every manifest is nothing
//! else. Such a document is read here line by line. At the first thing that is not surely of that form the attempt ends
//! with nothing changed, and the general parser reads the document; only that one ever judges. What is read here gives
//! the same tape, node by node, as the general parser would; the tests compare the two.

mod block;
mod compare;
mod flow;
mod keys;
mod scan;

use crate::Span;
use crate::parse::Options;
use crate::stream::Stream;
use crate::tape::{Kind, Node, SOURCE, Style};

/// Longest key, in bytes; the general parser's limit lies beyond.
const LONGEST_KEY: usize = 1_000;

/// A map or list that is still open.
struct Open {
    node: u32,
    /// Column of its keys or dashes.
    column: usize,
    kind: Kind,
}

/// A scalar that was scanned and has no node yet.
struct Token {
    span: Span,
    style: Style,
    /// The text where it is not the span of the source.
    text: Option<Box<str>>,
}

/// The attempt at one document.
struct Fast<'a, 't> {
    stream: &'a mut Stream,
    /// The file.
    text: &'t str,
    /// The file up to the end of the document.
    bytes: &'t [u8],
    document: usize,
    comments: bool,
    depth: usize,
    at: usize,
    /// One past the last token.
    last: usize,
    /// Where a value may follow in the next lines: the place an empty one has.
    pending: Option<Span>,
    open: Vec<Open>,
}

/// Reads a document of the common form and tells whether it was one. Where it was not, nothing has changed.
pub(crate) fn parse_document(
    stream: &mut Stream,
    text: &str,
    document: usize,
    options: &Options,
) -> bool {
    let body = stream.documents[document].body.range();
    if !scan::is_tame(&text[body.clone()]) {
        return false;
    }
    let (nodes, strings, comments) = (
        stream.tape.nodes.len(),
        stream.tape.strings.len(),
        stream.comments.len(),
    );
    // A manifest has a node for every ten to fifteen bytes; what is too much is given back with the stream.
    stream.tape.nodes.reserve(body.len() / 12 + 4);
    let read = Fast {
        stream,
        text,
        bytes: &text.as_bytes()[..body.end],
        document,
        comments: options.comments,
        depth: options.limits.depth,
        at: body.start,
        last: body.start,
        pending: Some(Span::at(body.start)),
        open: Vec::with_capacity(16),
    }
    .lines();
    if read.is_none() {
        stream.tape.nodes.truncate(nodes);
        stream.tape.strings.truncate(strings);
        stream.comments.truncate(comments);
        return false;
    }
    if stream.tape.nodes.len() > nodes {
        stream.documents[document].root = Some(narrow(nodes));
    }
    true
}

impl Fast<'_, '_> {
    /// The byte at an offset; the end of the document reads as the end of a line.
    #[inline]
    fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(b'\n')
    }

    fn push(&mut self, kind: Kind, style: Style, span: Span) -> u32 {
        let node = narrow(self.stream.tape.nodes.len());
        self.stream.tape.nodes.push(Node {
            span,
            next: node + 1,
            text: SOURCE,
            kind,
            style,
            has_props: false,
            merge: false,
        });
        node
    }
}

fn narrow(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX - 1)
}
