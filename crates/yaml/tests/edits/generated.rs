//! Documents written in every way that people write them.

use hnp_yaml::{Node, emit_scalar};
use proptest::prelude::*;

/// Strings that some reader takes for something else, or that need quotes.
pub(crate) const ADVERSARIAL: &[&str] = &[
    "on",
    "y",
    "017",
    "0o17",
    "1e3",
    "10:20:30:40:50:10",
    "~",
    "",
    "0x1F",
    "1_000",
    "2024-01-01",
    "=",
    "<<",
    ".5",
    ".inf",
    "*a",
    "&a",
    "!a",
    "%a",
    "@a",
    "- a",
    "? a",
    "a: b",
    "a #b",
    " a ",
    "a\nb",
    "a\n\n",
    "\n",
    " a\nb\n",
    "it's",
    "\"q\"",
    "a\\b",
    "😀",
    "\u{85}",
    "\u{2028}",
    "\u{feff}",
    "\u{7}",
    "a\tb",
    "a,b",
    "[a]",
    "{a}",
    "---",
    "...",
    "a\r\nb",
    "null",
    "a:",
    "#",
];

/// How a generated document is written.
#[derive(Clone, Debug)]
pub(crate) struct Look {
    step: usize,
    list_step: usize,
    crlf: bool,
    bom: bool,
    final_newline: bool,
    /// Chooses quoting, comments, blank lines and flow, one number a node.
    choices: Vec<u8>,
}

struct Writer<'l> {
    look: &'l Look,
    out: String,
    at: usize,
}

impl Writer<'_> {
    fn choice(&mut self, of: u8) -> u8 {
        let n = self.look.choices[self.at % self.look.choices.len()];
        self.at += 1;
        n % of
    }

    fn scalar(&mut self, node: &Node) -> String {
        match node {
            Node::Null => ["null", "~", ""][usize::from(self.choice(3))].to_owned(),
            Node::Bool(b) => b.to_string(),
            Node::Int(n) => n.to_string(),
            Node::Str(text) => match self.choice(3) {
                0 if text.chars().all(char::is_alphanumeric) => format!("'{text}'"),
                1 if text.chars().all(char::is_alphanumeric) => format!("\"{text}\""),
                _ => emit_scalar(text),
            },
            Node::Map(_) => "{}".to_owned(),
            _ => "[]".to_owned(),
        }
    }

    fn trailing(&mut self) {
        if self.choice(4) == 0 {
            self.out.push_str(&format!(" # t{}", self.at));
        }
        self.out.push('\n');
    }

    fn above(&mut self, column: usize) {
        match self.choice(8) {
            0 => self
                .out
                .push_str(&format!("{}# o{}\n", " ".repeat(column), self.at)),
            1 => self.out.push('\n'),
            2 => self.out.push_str(&format!("# far{}\n\n", self.at)),
            _ => {}
        }
    }

    fn value(&mut self, node: &Node, column: usize, in_list: bool) {
        let filled = match node {
            Node::Map(entries) => !entries.is_empty(),
            Node::Seq(items) => !items.is_empty(),
            _ => false,
        };
        if !filled {
            if let Node::Str(text) = node
                && text.lines().count() > 1
                && text
                    .lines()
                    .all(|l| !l.is_empty() && l.chars().all(char::is_alphanumeric))
                && self.choice(2) == 0
            {
                let keep = if text.ends_with('\n') { "|" } else { "|-" };
                self.out.push_str(&format!(" {keep}\n"));
                for line in text.lines() {
                    self.out
                        .push_str(&format!("{}{line}\n", " ".repeat(column + 2)));
                }
                return;
            }
            let text = self.scalar(node);
            if !text.is_empty() {
                self.out.push_str(&format!(" {text}"));
            }
            self.trailing();
            return;
        }
        if self.choice(6) == 0 {
            let text = flow(node);
            self.out.push_str(&format!(" {text}"));
            self.trailing();
            return;
        }
        let compact = in_list && self.choice(3) > 0;
        let below = match node {
            _ if compact => 2,
            Node::Seq(_) if in_list => 2,
            Node::Seq(_) => self.look.list_step,
            _ if in_list => 2,
            _ => self.look.step,
        };
        let column = column + below;
        if compact {
            self.out.push(' ');
        } else {
            self.trailing();
        }
        self.parts(node, column, compact);
    }

    fn parts(&mut self, node: &Node, column: usize, mut here: bool) {
        let mut lead = |writer: &mut Self| {
            if !std::mem::take(&mut here) {
                writer.above(column);
                writer.out.push_str(&" ".repeat(column));
            }
        };
        match node {
            Node::Map(entries) => {
                for (key, value) in entries {
                    lead(self);
                    self.out.push_str(&format!("{}:", emit_scalar(key)));
                    self.value(value, column, false);
                }
            }
            Node::Seq(items) => {
                for item in items {
                    lead(self);
                    self.out.push('-');
                    self.value(item, column, true);
                }
            }
            _ => {}
        }
    }
}

fn flow(node: &Node) -> String {
    match node {
        Node::Map(entries) => {
            let parts: Vec<_> = entries
                .iter()
                .map(|(k, v)| format!("{k:?}: {}", flow(v)))
                .collect();
            format!("{{{}}}", parts.join(", "))
        }
        Node::Seq(items) => {
            let parts: Vec<_> = items.iter().map(flow).collect();
            format!("[{}]", parts.join(", "))
        }
        Node::Str(text) => format!("{:?}", text.replace(|c: char| !c.is_alphanumeric(), "_")),
        Node::Int(n) => n.to_string(),
        Node::Bool(b) => b.to_string(),
        _ => "null".to_owned(),
    }
}

pub(crate) fn write(documents: &[Node], look: &Look) -> String {
    let mut writer = Writer {
        look,
        out: String::new(),
        at: 0,
    };
    for (at, document) in documents.iter().enumerate() {
        if at > 0 || writer.choice(3) == 0 {
            writer.out.push_str("---");
            writer.trailing();
        }
        writer.parts(document, 0, false);
    }
    let mut text = writer.out;
    if look.crlf {
        text = text.replace('\n', "\r\n");
    }
    if !look.final_newline {
        text.truncate(text.trim_end_matches(['\r', '\n']).len());
    }
    if look.bom {
        text.insert(0, '\u{feff}');
    }
    text
}

pub(crate) fn any_document() -> impl Strategy<Value = Node> {
    let scalar = prop_oneof![
        Just(Node::Null),
        any::<bool>().prop_map(Node::Bool),
        any::<i64>().prop_map(Node::Int),
        "[a-z0-9]{1,6}".prop_map(Node::Str),
        "[a-z0-9]{1,3}\n[a-z0-9]{1,3}\n?".prop_map(Node::Str),
        proptest::sample::select(ADVERSARIAL).prop_map(Node::from),
    ];
    let key = prop_oneof!["[a-z]{1,4}", "[a-z.]{1,3}/[a-z]{1,3}"];
    let value = scalar.prop_recursive(4, 24, 4, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Node::Seq),
            proptest::collection::btree_map(key.clone(), inner, 0..4)
                .prop_map(|map| Node::Map(map.into_iter().collect())),
        ]
    });
    proptest::collection::btree_map("[a-z]{1,4}", value, 1..4)
        .prop_map(|map| Node::Map(map.into_iter().collect()))
}

pub(crate) fn any_look() -> impl Strategy<Value = Look> {
    (
        1..5usize,
        0..3usize,
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
        proptest::collection::vec(any::<u8>(), 30..60),
    )
        .prop_map(
            |(step, list_step, crlf, bom, final_newline, choices)| Look {
                step,
                list_step,
                crlf,
                bom,
                final_newline,
                choices,
            },
        )
}
