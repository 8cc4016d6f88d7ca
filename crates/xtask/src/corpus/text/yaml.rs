//! A small writer of YAML in block style, with the liberties people take: flow lists, indented items, end comments.

/// A value of a manifest.
pub(super) enum Node {
    /// A scalar as it stands in the text, quoted already where it must be.
    Scalar(String),
    Map(Map),
    List(Vec<Node>),
}

/// A mapping in the order it is written.
#[derive(Default)]
pub(super) struct Map(Vec<Entry>);

struct Entry {
    key: String,
    value: Node,
    comment: Option<&'static str>,
}

/// Habits of the one who wrote a document.
#[derive(Clone, Copy)]
pub(super) struct Style {
    /// Lists of scalars on one line.
    pub(super) flow_lists: bool,
    /// Items of `links` on one line each.
    pub(super) flow_links: bool,
    /// Items stand two columns right of their key.
    pub(super) indented_items: bool,
    /// Comments at line ends are written.
    pub(super) end_comments: bool,
}

impl Map {
    pub(super) fn new() -> Self {
        Self::default()
    }

    pub(super) fn put(mut self, key: impl Into<String>, value: impl Into<Node>) -> Self {
        self.0.push(Entry {
            key: key.into(),
            value: value.into(),
            comment: None,
        });
        self
    }

    pub(super) fn put_if(self, condition: bool, key: &str, value: impl Into<Node>) -> Self {
        if condition {
            self.put(key, value)
        } else {
            self
        }
    }

    /// Adds a field with a comment at the end of its line; only for scalars.
    pub(super) fn put_noted(
        mut self,
        key: &str,
        value: impl Into<Node>,
        comment: &'static str,
    ) -> Self {
        self.0.push(Entry {
            key: key.to_owned(),
            value: value.into(),
            comment: Some(comment),
        });
        self
    }
}

impl From<&str> for Node {
    fn from(text: &str) -> Self {
        Self::Scalar(text.to_owned())
    }
}

impl From<&String> for Node {
    fn from(text: &String) -> Self {
        Self::Scalar(text.clone())
    }
}

impl From<bool> for Node {
    fn from(value: bool) -> Self {
        Self::Scalar(value.to_string())
    }
}

impl From<u32> for Node {
    fn from(value: u32) -> Self {
        Self::Scalar(value.to_string())
    }
}

impl From<Map> for Node {
    fn from(map: Map) -> Self {
        Self::Map(map)
    }
}

impl<T: Into<Node>> From<Vec<T>> for Node {
    fn from(items: Vec<T>) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }
}

/// Makes a plain scalar of a value.
pub(super) fn plain(value: impl std::fmt::Display) -> Node {
    Node::Scalar(value.to_string())
}

/// Makes a double-quoted scalar; the value must hold no quote, backslash or control character.
pub(super) fn quoted(value: impl std::fmt::Display) -> Node {
    Node::Scalar(format!("\"{value}\""))
}

/// Writes a document.
pub(super) fn write(out: &mut String, document: &Map, style: Style) {
    map(out, document, 0, style);
}

fn map(out: &mut String, map: &Map, indent: usize, style: Style) {
    for (place, entry) in map.0.iter().enumerate() {
        // The first key of an item follows its dash on the same line.
        if place > 0 || out.is_empty() || out.ends_with('\n') {
            pad(out, indent);
        }
        field(out, entry, indent, style);
    }
}

fn field(out: &mut String, entry: &Entry, indent: usize, style: Style) {
    out.push_str(&entry.key);
    out.push(':');
    match &entry.value {
        Node::Scalar(text) => {
            out.push(' ');
            out.push_str(text);
            if let Some(comment) = entry.comment.filter(|_| style.end_comments) {
                out.push_str("  # ");
                out.push_str(comment);
            }
            out.push('\n');
        }
        Node::Map(inner) if inner.0.is_empty() => out.push_str(" {}\n"),
        Node::Map(inner) => {
            out.push('\n');
            map(out, inner, indent + 2, style);
        }
        Node::List(items)
            if style.flow_lists && items.iter().all(|item| matches!(item, Node::Scalar(_))) =>
        {
            out.push(' ');
            flow(out, &entry.value);
            out.push('\n');
        }
        Node::List(items) => {
            out.push('\n');
            let flow_items = style.flow_links && entry.key == "links";
            for item in items {
                list_item(
                    out,
                    item,
                    indent + if style.indented_items { 2 } else { 0 },
                    flow_items,
                    style,
                );
            }
        }
    }
}

fn list_item(out: &mut String, item: &Node, indent: usize, flow_item: bool, style: Style) {
    pad(out, indent);
    out.push_str("- ");
    match item {
        Node::Map(inner) if !flow_item => map(out, inner, indent + 2, style),
        // A list in a list is short wherever it occurs: people write it on one line.
        _ => {
            flow(out, item);
            out.push('\n');
        }
    }
}

fn flow(out: &mut String, node: &Node) {
    match node {
        Node::Scalar(text) => out.push_str(text),
        Node::Map(map) => {
            out.push('{');
            for (place, entry) in map.0.iter().enumerate() {
                if place > 0 {
                    out.push_str(", ");
                }
                out.push_str(&entry.key);
                out.push_str(": ");
                flow(out, &entry.value);
            }
            out.push('}');
        }
        Node::List(items) => {
            out.push('[');
            for (place, item) in items.iter().enumerate() {
                if place > 0 {
                    out.push_str(", ");
                }
                flow(out, item);
            }
            out.push(']');
        }
    }
}

fn pad(out: &mut String, indent: usize) {
    out.extend(std::iter::repeat_n(' ', indent));
}
