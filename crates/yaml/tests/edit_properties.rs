//! Edits over generated documents and over every file of the corpus.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod edits;

use edits::{check, places, read};
use hnp_yaml::edit::{Edit, Path, apply};
use hnp_yaml::{Kind, Node, Value, emit_scalar};
use proptest::prelude::*;

/// Strings that some reader takes for something else, or that need quotes.
const ADVERSARIAL: &[&str] = &[
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

/// All edits tried at one place, with values that differ from place to place.
fn edits_at(path: &Path, value: Value<'_>, turn: usize) -> Vec<Edit> {
    let adversarial = Node::from(ADVERSARIAL[turn % ADVERSARIAL.len()]);
    let map = Node::Map(vec![
        ("k1".to_owned(), adversarial.clone()),
        (
            "k2".to_owned(),
            Node::Seq(vec![
                Node::Int(1),
                Node::Map(vec![("x".to_owned(), Node::Null)]),
            ]),
        ),
    ]);
    let mut edits = vec![
        Edit::Set {
            path: path.clone(),
            value: Node::from(value),
        },
        Edit::Set {
            path: path.clone(),
            value: adversarial.clone(),
        },
        Edit::Set {
            path: path.clone(),
            value: Node::Int(7),
        },
        Edit::Set {
            path: path.clone(),
            value: map.clone(),
        },
        Edit::Set {
            path: path.clone(),
            value: Node::Seq(vec![map.clone(), Node::Bool(true)]),
        },
        Edit::Set {
            path: path.clone(),
            value: Node::Map(Vec::new()),
        },
    ];
    if !path.segs().is_empty() {
        edits.push(Edit::Remove { path: path.clone() });
    }
    let values = [adversarial, Node::Int(1), map];
    match value.kind() {
        Kind::Map => edits.extend(values.map(|value| Edit::Insert {
            path: path.then(format!("new-{turn}")),
            value,
        })),
        Kind::Seq => {
            let count = value.items().count();
            for at in [0, count / 2, count] {
                edits.extend(values.clone().map(|value| Edit::InsertItem {
                    path: path.clone(),
                    at,
                    value,
                }));
            }
        }
        _ => {}
    }
    edits
}

/// Checks the edits of every place of a text that `take` picks; returns how many were made and how many refused.
fn check_all(text: &str, mut take: impl FnMut(usize) -> bool) -> (usize, usize) {
    let stream = read(text);
    let (mut made, mut refused, mut turn) = (0, 0, 0);
    for document in stream.documents() {
        let Some(root) = document.root() else {
            continue;
        };
        for (path, value) in places(root) {
            for edit in edits_at(&path, value, turn) {
                turn += 1;
                if !take(turn) {
                    continue;
                }
                if check(text, document.index(), &edit).is_some() {
                    made += 1;
                } else {
                    refused += 1;
                    let error = apply(&stream, document.index(), &[edit.clone()]).unwrap_err();
                    if std::env::var_os("SHOW_REFUSED").is_some() {
                        eprintln!("refused: {error}: {edit:?}\n{text}\n=====");
                    }
                }
            }
        }
    }
    (made, refused)
}

fn files(folder: &str) -> Vec<std::path::PathBuf> {
    let shared = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    let mut open = vec![std::path::Path::new(shared).join(folder)];
    let mut found = Vec::new();
    while let Some(folder) = open.pop() {
        let Ok(entries) = std::fs::read_dir(folder) else {
            continue;
        };
        for entry in entries.flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

#[test]
fn edits_keep_everything_else_in_real_files() {
    let (mut texts, mut made, mut refused) = (0, 0, 0);
    for folder in ["corpus", "gitops-test-1"] {
        let files = files(folder);
        if files.is_empty() {
            eprintln!("skipped: {folder} is not here");
        }
        for file in files {
            let Ok(text) = std::fs::read_to_string(&file) else {
                continue;
            };
            let places: usize = read(&text)
                .documents()
                .filter_map(|d| d.root())
                .map(|r| places(r).len())
                .sum();
            // Every place of a small file, and about as many of a large one.
            let step = (places * 8 / 150).max(1);
            let mut turns = 0;
            for text in [
                text.clone(),
                text.replace('\n', "\r\n"),
                text.trim_end().to_owned(),
            ] {
                turns += 1;
                let (ours, theirs) =
                    check_all(&text, |turn| (turn + turns) % (step * 3) == 0 || step == 1);
                made += ours;
                refused += theirs;
            }
            texts += 1;
        }
    }
    eprintln!("{texts} files, {made} edits made, {refused} refused");
    // Refusals are right where aliases or merges stand; anywhere else an edit must be possible.
    assert!(refused * 50 <= made, "{refused} of {made} refused");
}

/// Layouts that single edits have got wrong somewhere.
const LAYOUTS: &[&str] = &[
    "a: 1\nb:\n  - x\n  -   y # c\n  # own\n  - - p\n    - q\n    -\n  - k: v\n    l: w\n",
    "a: |\n  text\n\n  more\n\nb: >-\n  folded\n  text\n# c\nc: |+\n  kept\n\n\nd: \"x\n  y\"\ne: plain\n  more\n",
    "{a: 1, b: [x, {c: d}], \"e\": 'f', g: , h}\n",
    "a: {}\nb: []\nc:\nd: # c\ne: ~\nf: { } # g\n",
    "{\n  \"a\": [\n    1,\n    2 # two\n  ],\n  \"b\": {\n    \"c\": null\n  }\n}\n",
    "- a\n-\n  b: 1\n  c:\n  - 2\n-\n- |\n  x\n- ''\n",
    "a: &x\n  b: 1\nc: *x\nd:\n  <<: *x\n  e: 2\nf: &y z # c\n",
    "a:   1   # c\nb  : 2\n'c' : 3\n\"d\": !!str 4\n? e\n: 5\n",
    "# top\n\n# about a\na:\n\n  # about b\n  b: 1 # one\n\n  # far\n\n  c: 2\n# end of a\n\nd: 1\n# end\n",
    "a:\n    b:\n        c:\n            - d: 1\n              e: 2\n",
    "\u{feff}a: 1\nb: é\n😀: 😀 # 😀\n",
    "a: [\n  x,\n\n  # c\n  y,\n]\nb: {c: 1,\n  d: 2}\n",
    "- - - a\n    - b\n  - c\n- d\n",
    "x: # c1\n  # c2\n  - 1 # c3\n  # c4\n  - 2 # c5\n  # c6\ny: 1\n",
];

#[test]
fn edits_keep_everything_else_in_every_layout() {
    let mut refused = 0;
    for layout in LAYOUTS {
        for text in [
            (*layout).to_owned(),
            layout.replace('\n', "\r\n"),
            layout.trim_end_matches('\n').to_owned(),
            format!(
                "z: 0\n---\n{}--- # next\ny: 1\n",
                layout.trim_start_matches('\u{feff}')
            ),
        ] {
            refused += check_all(&text, |_| true).1;
        }
    }
    eprintln!("{refused} refused");
}

/// How a generated document is written.
#[derive(Clone, Debug)]
struct Look {
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
                    .all(|l| !l.is_empty() && l.chars().all(|c| c.is_alphanumeric()))
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

fn write(documents: &[Node], look: &Look) -> String {
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

fn any_document() -> impl Strategy<Value = Node> {
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

fn any_look() -> impl Strategy<Value = Look> {
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

proptest! {
    #![proptest_config(ProptestConfig { cases: 80,
        failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn edits_keep_everything_else_in_generated_documents(
        documents in proptest::collection::vec(any_document(), 1..4),
        look in any_look(),
        pick in 0..7usize,
    ) {
        let text = write(&documents, &look);
        let stream = read(&text);
        prop_assert_eq!(stream.problems(), [], "{}", text);
        let (_, refused) = check_all(&text, |turn| turn % 7 == pick);
        prop_assert_eq!(refused, 0, "{}", text);
    }

    #[test]
    fn any_string_can_be_set(text in any::<String>(), at in 0..4usize) {
        let file = "a: x # c\nb: 'x'\nc: |\n  x\nd: [\"x\", y]\n";
        let path = [Path::keys(["a"]), Path::keys(["b"]), Path::keys(["c"]), Path::keys(["d"]).then(1)];
        let edit = Edit::Set { path: path[at].clone(), value: Node::Str(text) };
        prop_assert!(check(file, 0, &edit).is_some());
    }
}
