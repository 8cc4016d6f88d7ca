//! Reading a parsed document.

use std::borrow::Cow;

use crate::Span;
use crate::scalar::{self, Reading};
use crate::stream::Stream;
use crate::tape::{Kind, Node, SOURCE, Style};

/// A node of a parsed document. Cheap to copy.
///
/// Aliases are followed by everything except [`Value::span`] and [`Value::is_alias`].
#[derive(Clone, Copy)]
pub struct Value<'s> {
    stream: &'s Stream,
    index: u32,
}

/// One key of a map with its value.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'s> {
    /// The key as the JSON object key that Kubernetes makes of it.
    pub key: &'s str,
    /// Where the key stands.
    pub key_span: Span,
    /// The value.
    pub value: Value<'s>,
    /// Whether a merge key brought the entry.
    pub merged: bool,
}

impl std::fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.kind() {
            Kind::Map => f
                .debug_map()
                .entries(self.entries().map(|e| (e.key, e.value)))
                .finish(),
            Kind::Seq => f.debug_list().entries(self.items()).finish(),
            Kind::Scalar | Kind::Alias => self.read().fmt(f),
        }
    }
}

impl<'s> Value<'s> {
    pub(crate) fn new(stream: &'s Stream, index: u32) -> Self {
        Self { stream, index }
    }

    /// Returns the node's place on the tape; a key lies just before its value.
    pub(crate) fn index(self) -> u32 {
        self.index
    }

    fn at(self, index: u32) -> Self {
        Self::new(self.stream, index)
    }

    fn own(self) -> &'s Node {
        &self.stream.tape().nodes[self.index as usize]
    }

    fn target(self) -> Self {
        let node = self.own();
        match node.kind {
            // A target is never an alias itself, so one step is enough.
            Kind::Alias => self.at(node.text),
            _ => self,
        }
    }

    fn node(self) -> &'s Node {
        self.target().own()
    }

    /// Returns the stream the value belongs to.
    #[must_use]
    pub fn stream(self) -> &'s Stream {
        self.stream
    }

    /// Returns what the value is, aliases followed: a map, a list or a scalar.
    #[must_use]
    pub fn kind(self) -> Kind {
        self.node().kind
    }

    /// Returns how the value is written, aliases followed.
    #[must_use]
    pub fn style(self) -> Style {
        self.node().style
    }

    /// Tells whether an alias stands here.
    #[must_use]
    pub fn is_alias(self) -> bool {
        self.own().kind == Kind::Alias
    }

    /// Returns where the value stands: of an alias the alias itself, of a block scalar from its header to the end of its
    /// last line with text, of an empty value the place after its key.
    #[must_use]
    pub fn span(self) -> Span {
        self.own().span
    }

    /// Returns where `&name` stands if the value defines an anchor here.
    #[must_use]
    pub fn anchor(self) -> Option<Span> {
        self.stream.tape().props(self.index)?.anchor
    }

    /// Returns the tag: the suffix of a core tag (`str` of `!!str`), the whole of any other.
    #[must_use]
    pub fn tag(self) -> Option<&'s str> {
        self.stream
            .tape()
            .props(self.target().index)?
            .tag
            .as_deref()
    }

    /// Returns where the value starts with its anchor and tag.
    #[must_use]
    pub fn full_span(self) -> Span {
        let mut span = self.span();
        if let Some(props) = self.stream.tape().props(self.index) {
            for extra in [props.anchor, props.tag_span].into_iter().flatten() {
                span.start = span.start.min(extra.start);
            }
        }
        span
    }

    /// Returns a scalar's text after unquoting and unfolding; empty for maps and lists.
    #[must_use]
    pub fn text(self) -> &'s str {
        text_of(self.stream, self.node())
    }

    /// Reads the value as Kubernetes does; maps and lists read as null, so ask [`Value::kind`] first.
    #[must_use]
    pub fn read(self) -> Reading<'s> {
        let node = self.node();
        if node.kind != Kind::Scalar {
            return Reading::Null;
        }
        let text = text_of(self.stream, node);
        if node.has_props
            && let Some(tag) = self.tag()
        {
            // The parse refused what cannot be read.
            return scalar::read_tagged(tag, text).unwrap_or(Reading::Null);
        }
        if node.style == Style::Plain {
            scalar::read_plain(text).unwrap_or(Reading::Null)
        } else {
            Reading::Str(Cow::Borrowed(text))
        }
    }

    /// Returns the text where Kubernetes reads a string.
    #[must_use]
    pub fn as_str(self) -> Option<&'s str> {
        match self.read() {
            Reading::Str(Cow::Borrowed(text)) => Some(text),
            _ => None,
        }
    }

    /// Tells whether Kubernetes reads null.
    #[must_use]
    pub fn is_null(self) -> bool {
        self.kind() == Kind::Scalar && self.read() == Reading::Null
    }

    /// Returns the entries of a map in source order, merge keys expanded in place; nothing for anything else.
    #[must_use]
    pub fn entries(self) -> Entries<'s> {
        let target = self.target();
        let node = target.own();
        if node.kind != Kind::Map {
            return Entries::Plain {
                stream: self.stream,
                at: 0,
                end: 0,
            };
        }
        if node.merge {
            // The parse refused keys set twice, so the order of the expansion is all that matters.
            let mut entries = Vec::new();
            expand(target, false, 0, &mut |entry| entries.push(entry));
            return Entries::Merged(entries.into_iter());
        }
        Entries::Plain {
            stream: self.stream,
            at: target.index + 1,
            end: node.next,
        }
    }

    /// Returns every entry that is set, merges expanded, a key set twice twice.
    pub(crate) fn entries_set(self) -> Vec<Entry<'s>> {
        let mut entries = Vec::new();
        expand(self.target(), false, 0, &mut |entry| entries.push(entry));
        entries
    }

    /// Returns the entries as written, merge keys among them as the key `<<`.
    #[must_use]
    pub fn own_entries(self) -> Entries<'s> {
        let target = self.target();
        let node = target.own();
        let (at, end) = match node.kind {
            Kind::Map => (target.index + 1, node.next),
            _ => (0, 0),
        };
        Entries::Plain {
            stream: self.stream,
            at,
            end,
        }
    }

    /// Returns the value of a key.
    #[must_use]
    pub fn get(self, key: &str) -> Option<Value<'s>> {
        self.entry(key).map(|entry| entry.value)
    }

    /// Returns a key with its value.
    #[must_use]
    pub fn entry(self, key: &str) -> Option<Entry<'s>> {
        self.entries().find(|entry| entry.key == key)
    }

    /// Returns the items of a list; nothing for anything else.
    #[must_use]
    pub fn items(self) -> Items<'s> {
        let target = self.target();
        let node = target.own();
        let (at, end) = match node.kind {
            Kind::Seq => (target.index + 1, node.next),
            _ => (0, 0),
        };
        Items {
            stream: self.stream,
            at,
            end,
        }
    }

    /// Returns the entries by key, so that comparing huge maps costs no more than their size asks for.
    fn sorted(self) -> Vec<Entry<'s>> {
        let mut entries: Vec<_> = self.entries().collect();
        entries.sort_unstable_by_key(|entry| entry.key);
        entries
    }

    /// Tells whether two values are the same to Kubernetes: map order does not count, list order does.
    #[must_use]
    pub fn same(self, other: Value<'_>) -> bool {
        match (self.kind(), other.kind()) {
            (Kind::Map, Kind::Map) => {
                let (ours, theirs) = (self.sorted(), other.sorted());
                ours.len() == theirs.len()
                    && ours
                        .iter()
                        .zip(&theirs)
                        .all(|(a, b)| a.key == b.key && a.value.same(b.value))
            }
            (Kind::Seq, Kind::Seq) => {
                let (mut ours, mut theirs) = (self.items(), other.items());
                loop {
                    match (ours.next(), theirs.next()) {
                        (None, None) => return true,
                        (Some(a), Some(b)) if a.same(b) => {}
                        _ => return false,
                    }
                }
            }
            (Kind::Scalar, Kind::Scalar) => {
                let (a, b) = (self.read(), other.read());
                match (a.as_integer(), b.as_integer()) {
                    (Some(a), Some(b)) => a == b,
                    _ => a == b,
                }
            }
            _ => false,
        }
    }
}

fn text_of<'s>(stream: &'s Stream, node: &Node) -> &'s str {
    if node.kind != Kind::Scalar {
        return "";
    }
    if node.text == SOURCE {
        &stream.text()[node.span.range()]
    } else {
        &stream.tape().strings[node.text as usize]
    }
}

/// Walks the entries of a map with its merge keys expanded in place; a key set twice comes twice.
fn expand<'s>(map: Value<'s>, merged: bool, depth: usize, put: &mut impl FnMut(Entry<'s>)) {
    // Merges of merges are bounded by the nesting limit of the parse; the alias check already refused cycles.
    if depth > 64 {
        return;
    }
    for entry in map.own_entries() {
        // A key is a scalar, so it lies just before its value.
        let is_merge = map
            .stream
            .tape()
            .nodes
            .get(entry.value.index as usize - 1)
            .is_some_and(|key| key.merge);
        if !is_merge {
            put(Entry { merged, ..entry });
        } else if entry.value.kind() == Kind::Seq {
            // Of several maps the earlier wins, so it comes last.
            let items: Vec<_> = entry.value.items().collect();
            for item in items.into_iter().rev() {
                expand(item, true, depth + 1, put);
            }
        } else {
            expand(entry.value, true, depth + 1, put);
        }
    }
}

/// The entries of a map.
#[derive(Clone, Debug)]
pub enum Entries<'s> {
    /// A map without merge keys, or as written.
    #[doc(hidden)]
    Plain {
        /// The stream.
        stream: &'s Stream,
        /// The next key's node.
        at: u32,
        /// One past the last node.
        end: u32,
    },
    /// A map with merge keys.
    #[doc(hidden)]
    Merged(std::vec::IntoIter<Entry<'s>>),
}

impl<'s> Iterator for Entries<'s> {
    type Item = Entry<'s>;

    fn next(&mut self) -> Option<Entry<'s>> {
        match self {
            Self::Merged(entries) => entries.next(),
            Self::Plain { stream, at, end } => {
                if *at >= *end {
                    return None;
                }
                let key = Value::new(stream, *at);
                let key_node = key.own();
                let value = Value::new(stream, key_node.next);
                *at = value.own().next;
                Some(Entry {
                    key: key.text(),
                    key_span: key_node.span,
                    value,
                    merged: false,
                })
            }
        }
    }
}

/// The items of a list.
#[derive(Clone, Debug)]
pub struct Items<'s> {
    stream: &'s Stream,
    at: u32,
    end: u32,
}

impl<'s> Iterator for Items<'s> {
    type Item = Value<'s>;

    fn next(&mut self) -> Option<Value<'s>> {
        if self.at >= self.end {
            return None;
        }
        let value = Value::new(self.stream, self.at);
        self.at = value.own().next;
        Some(value)
    }
}
