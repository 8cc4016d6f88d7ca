//! Text to tape: one pass over the parser's events, document by document.

use std::borrow::Cow;
use std::collections::HashMap;

use granit_parser::{
    ErrorKind, Event, Parser, ScalarStyle, ScanError, Span as EventSpan, StructureStyle, Tag,
};

use crate::fast;
use crate::limits::Limits;
use crate::problem::{Problem, ProblemKind};
use crate::scalar::{self, Unreadable};
use crate::split;
use crate::stream::{Comment, Stream};
use crate::tape::{Kind, Node, Props, SOURCE, Style};
use crate::{Span, Value};

/// How to parse.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// The bounds.
    pub limits: Limits,
    /// Keep comments; checking values does not need them.
    pub comments: bool,
    /// Which parser reads; for tests and measurements.
    #[doc(hidden)]
    pub road: Road,
}

/// Which of the two parsers reads a document.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Road {
    /// The fast one where it can, else the general one.
    #[default]
    Both,
    /// The general one.
    General,
    /// The fast one; a document that is not for it counts as broken, without a problem.
    Fast,
}

impl Options {
    /// Returns options that keep comments, with default limits.
    #[must_use]
    pub fn with_comments() -> Self {
        Self {
            comments: true,
            ..Self::default()
        }
    }
}

/// Parses a file. Never fails: what is refused is a [`Problem`] of the stream.
#[must_use]
pub fn parse(bytes: impl Into<Vec<u8>>, options: &Options) -> Stream {
    let bytes = bytes.into();
    let mut stream = Stream {
        problem_limit: options.limits.problems,
        ..Stream::default()
    };
    if bytes.len() > options.limits.file_bytes {
        stream.problem(Problem {
            kind: ProblemKind::TooLarge,
            span: Span::at(0),
            message: format!(
                "the file is larger than the limit of {} bytes",
                options.limits.file_bytes
            ),
            related: None,
            document: None,
        });
        return stream;
    }
    stream.text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => return not_utf8(stream, &error),
    };
    split::split(&mut stream, options.comments);
    let text = std::mem::take(&mut stream.text);
    for index in 0..stream.documents.len() {
        if stream.documents[index].broken {
            continue;
        }
        if options.road != Road::General && fast::parse_document(&mut stream, &text, index, options)
        {
            continue;
        }
        if options.road == Road::Fast {
            stream.documents[index].broken = true;
            continue;
        }
        Builder::new(&mut stream, &text, index, options).run();
    }
    stream.text = text;
    check_merged_keys(&mut stream);
    stream
        .comments
        .sort_by_key(|comment| (comment.document, comment.span.start));
    stream.problems.sort_by_key(|problem| problem.span.start);
    stream
}

/// Keeps what can be read of a file that is not UTF-8, so that the place of the bad byte can be shown.
fn not_utf8(mut stream: Stream, error: &std::string::FromUtf8Error) -> Stream {
    let bytes = error.as_bytes();
    let at = error.utf8_error().valid_up_to();
    // Invalid bytes become one replacement character each, after the place that is reported.
    stream.text = String::from_utf8_lossy(bytes).into_owned();
    stream.problem(Problem {
        kind: ProblemKind::NotUtf8,
        span: Span::new(at, at + '\u{fffd}'.len_utf8()),
        message: format!(
            "byte 0x{:02x} is not UTF-8",
            bytes.get(at).copied().unwrap_or(0)
        ),
        related: None,
        document: None,
    });
    stream
}

/// Up to this many keys a map is searched for duplicates key by key, which is faster than hashing.
const FEW_KEYS: usize = 16;

/// A map or list that is still open.
struct Open {
    node: u32,
    /// Maps: the next node is a key.
    at_key: bool,
    /// Maps: the key whose value comes next, or the last one seen.
    key: u32,
    /// Maps: how many keys there are.
    keys: usize,
    /// Maps with many keys: key nodes by hash, so that a huge map stays linear.
    index: HashMap<u64, Vec<u32>>,
}

struct Builder<'a, 't> {
    stream: &'a mut Stream,
    /// The whole file.
    text: &'t str,
    document: usize,
    /// Offset of the document's body in the file; the parser counts from there.
    base: usize,
    options: &'a Options,
    open: Vec<Open>,
    /// Node of each anchor id of this document, with the number of nodes it stands for once closed.
    anchors: Vec<(usize, u32)>,
    /// Nodes that aliases stand for so far.
    expanded: usize,
    /// One past the last token seen; what lies between two tokens is indicators, comments and white space.
    last: usize,
    failed: bool,
}

impl<'a, 't> Builder<'a, 't> {
    fn new(stream: &'a mut Stream, text: &'t str, document: usize, options: &'a Options) -> Self {
        let base = stream.documents[document].body.start as usize;
        Self {
            stream,
            text,
            document,
            base,
            options,
            open: Vec::new(),
            anchors: Vec::new(),
            expanded: 0,
            last: base,
            failed: false,
        }
    }

    fn run(mut self) {
        let body = &self.text[self.stream.documents[self.document].body.range()];
        if let Some(at) = directive(body) {
            self.refuse(
                ProblemKind::Directive,
                Span::at(self.base + at),
                "kubectl cannot read a file with a YAML directive".to_owned(),
                None,
            );
            return;
        }
        // The scanner looks ahead up to 1,024 characters before the first event: its own limits must lie beyond that,
        // or they would speak before the exact place is known.
        let events = granit_parser::options! {
            emit_comments: self.options.comments,
            emit_anchor_events: true,
            emit_unresolved_aliases: true,
            flow_nesting_limit: 2_048,
            block_nesting_limit: 2_048,
            max_buffered_comment_events: usize::MAX,
        };
        let mut documents = 0;
        let nodes_before = self.stream.tape.nodes.len();
        for event in Parser::new_from_str_with_options(body, events) {
            let (event, span) = match event {
                Ok(pair) => pair,
                Err(error) => {
                    self.syntax(&error);
                    break;
                }
            };
            if let Event::DocumentStart(..) = event {
                documents += 1;
                if documents > 1 {
                    // Separators were cut already, so only a bare carriage return can start another document.
                    let at = self.offset(span.start.byte_offset());
                    self.refuse(
                        ProblemKind::Syntax,
                        Span::at(at),
                        "a second document starts after a bare carriage return".to_owned(),
                        None,
                    );
                }
            }
            self.event(event, &span);
            if self.failed {
                break;
            }
        }
        if self.failed {
            self.stream.documents[self.document].broken = true;
            self.stream.tape.nodes.truncate(nodes_before);
            let kept = u32::try_from(nodes_before).unwrap_or(u32::MAX);
            self.stream.tape.props.retain(|props| props.node < kept);
        }
    }

    fn offset(&self, local: Option<usize>) -> usize {
        self.base + local.unwrap_or(0)
    }

    fn span(&self, span: &EventSpan) -> Span {
        Span::new(
            self.offset(span.start.byte_offset()),
            self.offset(span.end.byte_offset()),
        )
    }

    fn event(&mut self, event: Event<'t>, span: &EventSpan) {
        match event {
            Event::Scalar(text, style, _, tag) => self.scalar(&text, style, tag.as_deref(), span),
            Event::MappingStart(style, _, tag) => {
                self.start(Kind::Map, style, tag.as_deref(), span);
            }
            Event::SequenceStart(style, _, tag) => {
                self.start(Kind::Seq, style, tag.as_deref(), span);
            }
            Event::MappingEnd | Event::SequenceEnd => self.end(span),
            Event::Alias(id) => self.alias(id, self.span(span)),
            Event::UnresolvedAlias(name) => {
                let span = self.span(span);
                self.refuse(
                    ProblemKind::UndefinedAlias,
                    span,
                    format!("alias `*{name}` names no anchor before it in this document"),
                    None,
                );
            }
            Event::Anchor(id, _) => {
                let span = self.span(span);
                let node = self.last_node();
                self.anchors.push((id, node));
                self.props(node).anchor = Some(span);
            }
            Event::Comment(..) => {
                let span = self.span(span);
                let line_start = self.text[..span.start as usize]
                    .rfind('\n')
                    .map_or(0, |at| at + 1);
                let before = &self.text[line_start..span.start as usize];
                self.stream.comments.push(Comment {
                    span,
                    own_line: before.trim_matches([' ', '\t', '\u{feff}']).is_empty(),
                    document: self.document,
                });
            }
            _ => {}
        }
    }

    fn last_node(&self) -> u32 {
        narrow(self.stream.tape.nodes.len()) - 1
    }

    fn props(&mut self, node: u32) -> &mut Props {
        self.stream.tape.nodes[node as usize].has_props = true;
        let props = &mut self.stream.tape.props;
        let at = match props.binary_search_by_key(&node, |props| props.node) {
            Ok(at) => at,
            Err(at) => {
                props.insert(
                    at,
                    Props {
                        node,
                        anchor: None,
                        tag: None,
                        tag_span: None,
                    },
                );
                at
            }
        };
        &mut props[at]
    }

    fn tag(&mut self, node: u32, tag: Option<&Tag>, span: &EventSpan) -> Option<String> {
        let tag = tag?;
        let suffix = if tag.handle() == "tag:yaml.org,2002:" {
            tag.suffix().to_owned()
        } else {
            format!("{}{}", tag.handle(), tag.suffix())
        };
        let tag_span = span.tag_span().map(|span| self.span(&span));
        let props = self.props(node);
        props.tag = Some(suffix.clone());
        props.tag_span = tag_span;
        Some(suffix)
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, tag: Option<&Tag>, event: &EventSpan) {
        let mut span = self.span(event);
        let style = match style {
            ScalarStyle::Plain => Style::Plain,
            ScalarStyle::SingleQuoted => Style::Single,
            ScalarStyle::DoubleQuoted => Style::Double,
            ScalarStyle::Literal => Style::Literal,
            ScalarStyle::Folded => Style::Folded,
        };
        if matches!(style, Style::Literal | Style::Folded) {
            span = self.block_scalar_span(span, style);
        }
        if style == Style::Plain && span.is_empty() && self.in_block_list() {
            span = self.empty_item_span(span);
        }
        // An empty value reads as `~` in the parser; here it is the empty text it is in the source.
        let text = if style == Style::Plain && span.is_empty() {
            ""
        } else {
            text
        };
        let is_key = self.open.last().is_some_and(|open| open.at_key);
        let node = self.push(Kind::Scalar, style, span);
        let tag = self.tag(node, tag, event);
        self.last = span.end as usize;

        let merge = is_key
            && style == Style::Plain
            && text == "<<"
            && matches!(tag.as_deref(), None | Some("merge"));
        let stored = if merge {
            Cow::Borrowed(text)
        } else {
            match self.settle(node, text, style, tag.as_deref(), is_key) {
                Some(stored) => stored,
                None => return,
            }
        };
        let source = self.text.get(span.range()) == Some(&*stored);
        self.stream.tape.nodes[node as usize].text = if source {
            SOURCE
        } else {
            self.stream
                .tape
                .strings
                .push(stored.into_owned().into_boxed_str());
            narrow(self.stream.tape.strings.len()) - 1
        };
        self.done(node, merge);
    }

    fn in_block_list(&self) -> bool {
        self.open.last().is_some_and(|open| {
            let node = &self.stream.tape.nodes[open.node as usize];
            node.kind == Kind::Seq && node.style == Style::Block
        })
    }

    /// The parser reports an empty item at the end of its line; what is wanted is the place after its dash.
    fn empty_item_span(&self, reported: Span) -> Span {
        let first = self
            .open
            .last()
            .is_some_and(|open| open.node == self.last_node());
        let between = self.between(reported.start as usize);
        // The dash of the first item was passed when the list started.
        let after = match dash(between) {
            _ if first => self.last,
            Some(at) => self.last + at + 1,
            None => return reported,
        };
        let rest = self
            .text
            .get(after..reported.end as usize)
            .map(str::trim_start);
        match rest {
            Some(rest) if rest.is_empty() || rest.starts_with('#') => Span::at(after),
            _ => reported,
        }
    }

    /// The text from the last token to an offset.
    fn between(&self, end: usize) -> &str {
        self.text.get(self.last..end).unwrap_or("")
    }

    /// Checks that the scalar can be read, and turns keys into the strings that JSON has for them.
    fn settle<'x>(
        &mut self,
        node: u32,
        text: &'x str,
        style: Style,
        tag: Option<&str>,
        is_key: bool,
    ) -> Option<Cow<'x, str>> {
        let reading = match tag {
            Some(tag) => scalar::read_tagged(tag, text),
            None if style == Style::Plain => scalar::read_plain(text),
            None => return Some(Cow::Borrowed(text)),
        };
        match reading {
            Ok(reading) if is_key => Some(Cow::Owned(reading.key_text().into_owned())),
            Ok(reading) => {
                if tag == Some("binary") {
                    self.props(node).tag = Some("str".to_owned());
                    return Some(Cow::Owned(reading.key_text().into_owned()));
                }
                Some(Cow::Borrowed(text))
            }
            Err(error) => {
                let span = self.stream.tape.nodes[node as usize].span;
                let message = match error {
                    Unreadable::NotFinite => {
                        format!("`{text}` has no JSON form, so Kubernetes cannot read it")
                    }
                    Unreadable::Tag(message) => message,
                };
                self.refuse(ProblemKind::Unreadable, span, message, None);
                None
            }
        }
    }

    /// The parser reports where the text of a block scalar lies; what is wanted is the header to the last line of text.
    fn block_scalar_span(&self, content: Span, style: Style) -> Span {
        let indicator = if style == Style::Literal { '|' } else { '>' };
        let between = self.between(content.start as usize);
        let start = skip_to(between, |c| c == indicator)
            .map_or(content.start as usize, |at| self.last + at);
        let header_end = self.text[start..]
            .find('\n')
            .map_or(self.text.len(), |at| start + at);
        let end = (content.end as usize).max(header_end);
        let trimmed = start + self.text[start..end].trim_end().len();
        Span::new(start, trimmed)
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
        if self.stream.documents[self.document].root.is_none() {
            self.stream.documents[self.document].root = Some(node);
        }
        node
    }

    fn start(&mut self, kind: Kind, style: StructureStyle, tag: Option<&Tag>, event: &EventSpan) {
        let mut span = self.span(event);
        let style = match style {
            StructureStyle::Block => Style::Block,
            StructureStyle::Flow => Style::Flow,
        };
        if kind == Kind::Seq && style == Style::Block {
            // In a list the dash of the item stands before; a map's value may be reported after its dash.
            let from = if self.in_block_list() {
                self.last.max(span.start as usize)
            } else {
                self.last
            };
            if let Some(at) = dash(&self.text[from..]) {
                span = Span::at(from + at);
                self.last = span.start as usize + 1;
            }
        } else if style == Style::Flow {
            self.last = span.end as usize;
        }
        if self.open.len() >= self.options.limits.depth {
            self.refuse(
                ProblemKind::TooDeep,
                Span::new(
                    span.start as usize,
                    span.start as usize + usize::from(style == Style::Flow),
                ),
                format!("nested deeper than {} levels", self.options.limits.depth),
                None,
            );
            return;
        }
        if self.open.last().is_some_and(|open| open.at_key) {
            self.refuse(
                ProblemKind::KeyNotScalar,
                span,
                "a key must be a string, not a map or a list".to_owned(),
                None,
            );
            return;
        }
        let node = self.push(kind, style, span);
        self.tag(node, tag, event);
        self.open.push(Open {
            node,
            at_key: kind == Kind::Map,
            key: 0,
            keys: 0,
            index: HashMap::new(),
        });
    }

    fn end(&mut self, event: &EventSpan) {
        let Some(open) = self.open.pop() else { return };
        let next = narrow(self.stream.tape.nodes.len());
        let flow_end = self.offset(event.end.byte_offset());
        let last = self.last;
        let node = &mut self.stream.tape.nodes[open.node as usize];
        node.next = next;
        let end = if node.style == Style::Flow {
            flow_end
        } else {
            last
        };
        node.span = Span::new(node.span.start as usize, end);
        self.last = end.max(last);
        self.done(open.node, false);
    }

    fn alias(&mut self, id: usize, span: Span) {
        // Ids grow with the text, so the list is sorted.
        let target = self
            .anchors
            .binary_search_by_key(&id, |(known, _)| *known)
            .ok()
            .map(|at| self.anchors[at].1);
        let node = self.push(Kind::Alias, Style::Plain, span);
        self.last = span.end as usize;
        let Some(target) = target else {
            self.refuse(
                ProblemKind::UndefinedAlias,
                span,
                "alias names no anchor before it".to_owned(),
                None,
            );
            return;
        };
        if self.open.iter().any(|open| open.node == target) {
            self.refuse(
                ProblemKind::AliasBomb,
                span,
                "alias stands inside the value it repeats".to_owned(),
                None,
            );
            return;
        }
        if self.open.last().is_some_and(|open| open.at_key) {
            let target_node = self.stream.tape.nodes[target as usize];
            if target_node.kind != Kind::Scalar {
                self.refuse(
                    ProblemKind::KeyNotScalar,
                    span,
                    "a key must be a string, not a map or a list".to_owned(),
                    None,
                );
                return;
            }
        }
        self.stream.tape.nodes[node as usize].text = target;
        self.expanded += self.weight(target);
        if self.expanded > self.options.limits.alias_nodes {
            self.refuse(
                ProblemKind::AliasBomb,
                span,
                format!(
                    "aliases expand to more than {} values",
                    self.options.limits.alias_nodes
                ),
                None,
            );
            return;
        }
        self.done(node, false);
    }

    /// Counts the nodes a subtree stands for, aliases expanded, up to just past the limit.
    fn weight(&self, node: u32) -> usize {
        let limit = self.options.limits.alias_nodes + 1;
        let mut total = 0;
        let mut stack = vec![node];
        while let Some(node) = stack.pop() {
            let end = self.stream.tape.nodes[node as usize].next;
            for index in node..end {
                total += 1;
                let inner = &self.stream.tape.nodes[index as usize];
                if inner.kind == Kind::Alias {
                    stack.push(inner.text);
                }
                if total > limit {
                    return total;
                }
            }
        }
        total
    }

    /// A node is complete: its parent moves on, and a key is checked against its siblings.
    fn done(&mut self, node: u32, merge: bool) {
        let Some(parent) = self.open.last_mut() else {
            return;
        };
        let map = parent.node;
        if self.stream.tape.nodes[map as usize].kind != Kind::Map {
            return;
        }
        if !parent.at_key {
            parent.at_key = true;
            let key = parent.key;
            if self.stream.tape.nodes[key as usize].merge {
                self.check_merge(node);
            }
            return;
        }
        parent.at_key = false;
        parent.key = node;
        if merge {
            self.stream.tape.nodes[node as usize].merge = true;
            self.stream.tape.nodes[map as usize].merge = true;
            return;
        }
        let twin = self.twin(map, node);
        if let Some(twin) = twin {
            let first = self.stream.tape.nodes[twin as usize].span;
            let span = self.stream.tape.nodes[node as usize].span;
            let key = self.key_text(node).to_owned();
            self.duplicate(&key, span, first);
        }
    }

    /// Returns the sibling key that says the same.
    fn twin(&mut self, map: u32, node: u32) -> Option<u32> {
        let depth = self.open.len() - 1;
        let seen = self.open[depth].keys;
        self.open[depth].keys += 1;
        if seen < FEW_KEYS {
            let key = self.key_text(node);
            return self
                .siblings(map, node)
                .find(|&other| self.key_text(other) == key);
        }
        let mut index = std::mem::take(&mut self.open[depth].index);
        if index.is_empty() {
            for other in self.siblings(map, node) {
                index
                    .entry(hash(self.key_text(other)))
                    .or_default()
                    .push(other);
            }
        }
        let key = self.key_text(node);
        let same = index.entry(hash(key)).or_default();
        let twin = same
            .iter()
            .copied()
            .find(|&other| self.key_text(other) == key);
        same.push(node);
        self.open[depth].index = index;
        twin
    }

    /// Returns the keys of an open map before a node, merge keys left out.
    fn siblings(&self, map: u32, before: u32) -> impl Iterator<Item = u32> + '_ {
        let nodes = &self.stream.tape.nodes;
        let mut at = map + 1;
        std::iter::from_fn(move || {
            if at >= before {
                return None;
            }
            let key = at;
            let value = nodes[key as usize].next;
            at = nodes[value as usize].next;
            Some(key)
        })
        .filter(move |&key| !nodes[key as usize].merge)
    }

    fn duplicate(&mut self, key: &str, span: Span, first: Span) {
        self.stream.documents[self.document].broken = true;
        self.stream.problem(Problem {
            kind: ProblemKind::DuplicateKey,
            span,
            message: format!("key `{key}` stands twice in this map"),
            related: Some((first, "first here".to_owned())),
            document: Some(self.document),
        });
    }

    fn key_text(&self, node: u32) -> &str {
        let mut node = &self.stream.tape.nodes[node as usize];
        if node.kind == Kind::Alias {
            node = &self.stream.tape.nodes[node.text as usize];
        }
        if node.text == SOURCE {
            &self.text[node.span.range()]
        } else {
            &self.stream.tape.strings[node.text as usize]
        }
    }

    fn check_merge(&mut self, node: u32) {
        let tape = &self.stream.tape;
        let target = |index: u32| {
            let node = &tape.nodes[index as usize];
            if node.kind == Kind::Alias {
                node.text
            } else {
                index
            }
        };
        let value = target(node);
        let good = match tape.nodes[value as usize].kind {
            Kind::Map => true,
            Kind::Seq => {
                let end = tape.nodes[value as usize].next;
                let mut at = value + 1;
                let mut all = true;
                while at < end {
                    all &= tape.nodes[target(at) as usize].kind == Kind::Map;
                    at = tape.nodes[at as usize].next;
                }
                all
            }
            _ => false,
        };
        if !good {
            let span = tape.nodes[node as usize].span;
            self.refuse(
                ProblemKind::BadMerge,
                span,
                "the value of `<<` must be a map or a list of maps".to_owned(),
                None,
            );
        }
    }

    fn refuse(
        &mut self,
        kind: ProblemKind,
        span: Span,
        message: String,
        related: Option<(Span, String)>,
    ) {
        self.failed = true;
        self.stream.documents[self.document].broken = true;
        self.stream.problem(Problem {
            kind,
            span,
            message,
            related,
            document: Some(self.document),
        });
    }

    fn syntax(&mut self, error: &ScanError) {
        let mut at = self.offset(error.marker().byte_offset());
        let rest = &self.text[at.min(self.text.len())..];
        let (kind, message) = match error.kind() {
            ErrorKind::TabNotAllowed
            | ErrorKind::TabInBlockIndentation
            | ErrorKind::TabInIndentation
            | ErrorKind::TabAtBlockScalarStart
            | ErrorKind::TabInPlainScalar => {
                // The tab itself is what a reader looks for: the scanner names where the scalar began that runs into it.
                let line_start = self.text[..at].rfind('\n').map_or(0, |n| n + 1);
                if let Some(tab) = tab_to_blame(&self.text[line_start..]) {
                    at = line_start + tab;
                }
                (
                    ProblemKind::TabIndent,
                    "a tab stands in the indentation".to_owned(),
                )
            }
            ErrorKind::RecursionLimitExceeded => (
                ProblemKind::TooDeep,
                format!("nested deeper than {} levels", self.options.limits.depth),
            ),
            _ => match rest.chars().next() {
                Some(c) if c.is_control() && !matches!(c, '\n' | '\r' | '\t') => (
                    ProblemKind::ControlCharacter,
                    format!("control character U+{:04X} is not allowed", u32::from(c)),
                ),
                _ => (ProblemKind::Syntax, error.info()),
            },
        };
        self.refuse(kind, Span::at(at), message, None);
    }
}

/// Finds the tab that is to blame from the start of a line: any in that line, else the first in a later line's
/// indentation.
fn tab_to_blame(text: &str) -> Option<usize> {
    let mut at = 0;
    for (n, line) in text.split('\n').enumerate() {
        let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
        let searched = if n == 0 { line } else { &line[..indent] };
        if let Some(tab) = searched.find('\t') {
            return Some(at + tab);
        }
        at += line.len() + 1;
    }
    None
}

/// Refuses keys that a merge sets and that are set again: kubectl reads strictly and refuses them too.
fn check_merged_keys(stream: &mut Stream) {
    let mut found = Vec::new();
    for (document, spans) in stream.documents.iter().enumerate() {
        let (Some(root), false) = (spans.root, spans.broken) else {
            continue;
        };
        let end = stream.tape.nodes[root as usize].next;
        for map in (root..end).filter(|&at| {
            let node = &stream.tape.nodes[at as usize];
            node.kind == Kind::Map && node.merge
        }) {
            let mut seen: HashMap<&str, Span> = HashMap::new();
            for entry in Value::new(stream, map).entries_set() {
                if let Some(&first) = seen.get(entry.key) {
                    found.push((document, entry.key.to_owned(), entry.key_span, first));
                } else {
                    seen.insert(entry.key, entry.key_span);
                }
            }
        }
    }
    for (document, key, span, first) in found {
        stream.documents[document].broken = true;
        stream.problem(Problem {
            kind: ProblemKind::DuplicateKey,
            span,
            message: format!("key `{key}` is set here and by a merge key `<<`"),
            related: Some((first, "first here".to_owned())),
            document: Some(document),
        });
    }
}

/// Returns the offset of a line that starts with `%` before any content.
fn directive(body: &str) -> Option<usize> {
    let mut at = 0;
    for line in body.split_inclusive('\n') {
        if line.starts_with('%') {
            return Some(at);
        }
        if !line.trim().is_empty() && !line.starts_with('#') {
            return None;
        }
        at += line.len();
    }
    None
}

/// Finds the dash that opens a block list in the text between the token before it and its first item.
pub(crate) fn dash(between: &str) -> Option<usize> {
    skip_to(between, |c| c == '-')
}

/// Finds an indicator between two tokens, comments, anchors and tags skipped.
pub(crate) fn skip_to(between: &str, wanted: impl Fn(char) -> bool) -> Option<usize> {
    let mut chars = between.char_indices().peekable();
    let mut blank_before = true;
    while let Some((at, c)) = chars.next() {
        match c {
            '#' if blank_before => {
                for (_, c) in chars.by_ref() {
                    // A bare carriage return ends a line to the parser.
                    if matches!(c, '\n' | '\r') {
                        break;
                    }
                }
                blank_before = true;
            }
            '&' | '!' if blank_before => {
                while chars.peek().is_some_and(|(_, c)| !is_space(*c)) {
                    chars.next();
                }
                blank_before = false;
            }
            _ if wanted(c) => return Some(at),
            _ => blank_before = is_space(c),
        }
    }
    None
}

/// What YAML takes for white space; other white space is part of names.
fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r')
}

fn hash(text: &str) -> u64 {
    // Seeded by the process, so that a file cannot be made to collide; only equality is used, never order.
    use std::hash::BuildHasher;
    static STATE: std::sync::OnceLock<std::hash::RandomState> = std::sync::OnceLock::new();
    STATE
        .get_or_init(std::hash::RandomState::new)
        .hash_one(text)
}

fn narrow(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX - 1)
}
