//! The parsed form: nodes in document order, each knowing where its subtree ends.
//!
//! A tape is the recorded event stream of the parse: walking it costs no allocation, and skipping a subtree is one step.

use crate::Span;

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A map: keys and values alternate.
    Map,
    /// A list.
    Seq,
    /// A scalar.
    Scalar,
    /// A reference to an earlier node of the same document.
    Alias,
}

/// How a node is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Style {
    /// Indented maps and lists.
    Block,
    /// `{…}` and `[…]`.
    Flow,
    /// A scalar without quotes.
    Plain,
    /// `'…'`.
    Single,
    /// `"…"`.
    Double,
    /// `|`.
    Literal,
    /// `>`.
    Folded,
}

/// No text of its own: the scalar is exactly its span of the source.
pub(crate) const SOURCE: u32 = u32::MAX;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Node {
    pub(crate) span: Span,
    /// Index of the first node after this subtree.
    pub(crate) next: u32,
    /// Scalars: index into the tape's strings, or [`SOURCE`]. Aliases: the target node.
    pub(crate) text: u32,
    pub(crate) kind: Kind,
    pub(crate) style: Style,
    /// Has an anchor or a tag, to be looked up in the tape's properties.
    pub(crate) has_props: bool,
    /// Maps: one of the keys is a merge key. Keys: this is the merge key.
    pub(crate) merge: bool,
}

/// An anchor or tag of a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Props {
    pub(crate) node: u32,
    /// `&name` in the source.
    pub(crate) anchor: Option<Span>,
    /// The suffix of a core tag (`str` of `!!str`), or the whole of any other.
    pub(crate) tag: Option<String>,
    /// Where the tag stands.
    pub(crate) tag_span: Option<Span>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Tape {
    pub(crate) nodes: Vec<Node>,
    pub(crate) strings: Vec<Box<str>>,
    pub(crate) props: Vec<Props>,
}

impl Tape {
    pub(crate) fn props(&self, node: u32) -> Option<&Props> {
        if !self.nodes[node as usize].has_props {
            return None;
        }
        self.props
            .binary_search_by_key(&node, |props| props.node)
            .ok()
            .map(|at| &self.props[at])
    }
}
