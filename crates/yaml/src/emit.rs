//! Emission: a value as text in one canonical form.

use crate::Node;
use crate::quote::{Room, quote};
use crate::scalar::{Reading, float_text};

/// Top-level keys that come first, in this order, as everyone who reads manifests expects them.
const FIRST_KEYS: [&str; 4] = ["apiVersion", "kind", "metadata", "spec"];

/// YAML reads at most 1,024 characters before the colon of a simple key; longer ones need `?`.
const LONGEST_SIMPLE_KEY: usize = 1_000;

/// Returns a document in canonical form, ending in a line end: two spaces a level, lists at the column of their key,
/// `apiVersion`, `kind`, `metadata`, `spec` first, every other order as in the value, strings quoted exactly when some
/// reader could take them for something else.
#[must_use]
pub fn emit_document(node: &Node) -> String {
    let mut out = String::new();
    let form = Form::CANONICAL;
    match node {
        Node::Map(entries) if !entries.is_empty() => {
            let first = FIRST_KEYS
                .iter()
                .filter_map(|key| entries.iter().find(|(k, _)| k == key));
            let rest = entries
                .iter()
                .filter(|(key, _)| !FIRST_KEYS.contains(&key.as_str()));
            form.map(first.chain(rest), 0, &mut out);
        }
        other => form.block(other, 0, &mut out),
    }
    out.push('\n');
    out
}

/// How block text is laid out. Lines are parted by `\n`; whoever splices turns them into the file's line ends.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Form {
    /// Spaces a map stands deeper than its key.
    pub(crate) step: usize,
    /// Spaces a list stands deeper than its key.
    pub(crate) list_step: usize,
}

impl Form {
    pub(crate) const CANONICAL: Self = Self {
        step: 2,
        list_step: 0,
    };

    /// Writes a value whose first line starts at the current place, which is `column`; the last line is left open.
    pub(crate) fn block(self, node: &Node, column: usize, out: &mut String) {
        match node {
            Node::Map(entries) if !entries.is_empty() => self.map(entries.iter(), column, out),
            Node::Seq(items) if !items.is_empty() => {
                for (at, item) in items.iter().enumerate() {
                    if at > 0 {
                        new_line(column, out);
                    }
                    self.item(item, column, out);
                }
            }
            other => flow(other, Room::Block, out),
        }
    }

    fn map<'n>(
        self,
        entries: impl Iterator<Item = &'n (String, Node)>,
        column: usize,
        out: &mut String,
    ) {
        for (at, (key, value)) in entries.enumerate() {
            if at > 0 {
                new_line(column, out);
            }
            self.entry(key, value, column, out);
        }
    }

    /// Writes `key: value` of a map at `column`.
    pub(crate) fn entry(self, key: &str, value: &Node, column: usize, out: &mut String) {
        let key = quote(key, Room::Block);
        if key.chars().count() > LONGEST_SIMPLE_KEY {
            out.push_str("? ");
            out.push_str(&key);
            new_line(column, out);
        } else {
            out.push_str(&key);
        }
        out.push(':');
        if value.has_parts() {
            let column = column + self.below(value);
            new_line(column, out);
            self.block(value, column, out);
        } else {
            out.push(' ');
            flow(value, Room::Block, out);
        }
    }

    /// Writes `- value` of a list at `column`.
    pub(crate) fn item(self, value: &Node, column: usize, out: &mut String) {
        out.push_str("- ");
        self.block(value, column + 2, out);
    }

    /// Returns how much deeper than its key a map or list stands.
    pub(crate) fn below(self, value: &Node) -> usize {
        match value {
            Node::Seq(_) => self.list_step,
            _ => self.step,
        }
    }
}

fn new_line(column: usize, out: &mut String) {
    out.push('\n');
    out.extend(std::iter::repeat_n(' ', column));
}

/// Writes a value on one line: a scalar, `{…}` or `[…]`.
pub(crate) fn flow(node: &Node, room: Room, out: &mut String) {
    let inner = if room == Room::Block {
        Room::Flow
    } else {
        room
    };
    match node {
        Node::Null => out.push_str("null"),
        Node::Bool(b) => out.push_str(if *b { "true" } else { "false" }),
        Node::Int(n) => out.push_str(&n.to_string()),
        Node::UInt(n) => out.push_str(&n.to_string()),
        Node::Float(f) => out.push_str(&number(*f)),
        Node::Str(text) => out.push_str(&quote(text, room)),
        Node::Seq(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push_str(", ");
                }
                flow(item, inner, out);
            }
            out.push(']');
        }
        Node::Map(entries) => {
            out.push('{');
            for (at, (key, value)) in entries.iter().enumerate() {
                if at > 0 {
                    out.push_str(", ");
                }
                flow_entry(key, value, inner, out);
            }
            out.push('}');
        }
    }
}

/// Writes `key: value` between braces.
pub(crate) fn flow_entry(key: &str, value: &Node, room: Room, out: &mut String) {
    let key = quote(key, room);
    if key.chars().count() > LONGEST_SIMPLE_KEY {
        out.push_str("? ");
    }
    out.push_str(&key);
    out.push_str(": ");
    flow(value, room, out);
}

/// Returns a float that readers of YAML 1.1, 1.2 and Kubernetes all take for that number.
fn number(f: f64) -> String {
    if !f.is_finite() {
        return "null".to_owned();
    }
    // All its digits: the shortest text of a large float is another whole number, and is read as that. JSON's minus zero is
    // read as zero.
    if let Some(whole) = Reading::Float(f).as_integer() {
        return whole.to_string();
    }
    let text = float_text(f);
    match text.split_once('e') {
        // YAML 1.1 wants a point in front of an exponent.
        Some((digits, exponent)) if !digits.contains('.') => format!("{digits}.0e{exponent}"),
        _ => text,
    }
}
