//! Texts made by choice: documents of the common form, edits that spoil them, and pieces that nearly make one.

use proptest::prelude::*;

/// Choices drawn from a list of bytes, so that a failing case shrinks to a small one.
struct Choices<'a>(std::slice::Iter<'a, u8>);

impl Choices<'_> {
    fn below(&mut self, n: usize) -> usize {
        usize::from(*self.0.next().unwrap_or(&0)) % n
    }

    fn one<'t>(&mut self, of: &[&'t str]) -> &'t str {
        of[self.below(of.len())]
    }
}

#[rustfmt::skip]
const KEYS: &[&str] = &[
    "a", "b", "c", "name", "on", "1", "'q'", "\"d\"", "x:y", "é", "a b", "-x", "\"1\"", "key",
    "no", "0x1",
];
#[rustfmt::skip]
const SCALARS: &[&str] = &[
    "x",
    "1",
    "",
    "true",
    "'q r'",
    "\"d: #\"",
    "a b",
    "x:y",
    "-1",
    "''",
    "\"\"",
    "it's",
    "\"\\n\"",
    "'''x'",
    "~",
    "é",
    "10.0.0.0/24",
    "a#b",
    "[a, b]",
    "{a: b}",
    "[]",
    "{}",
    "{a: [1, {b: c}], d: ''}",
    "[ 'x' , \"y\" ]",
    "-.5",
    "?x",
    ":x",
    ".inf",
    "[a]b",
];
pub(crate) const TAILS: &[&str] = &["", "", "", "", " ", "  ", " # c", " #", "   # d e: f"];
pub(crate) const BETWEEN: &[&str] = &[
    "",
    "",
    "",
    "",
    "",
    "\n",
    "# x\n",
    "  # y\n",
    "   \n",
    "      # z\n",
];

fn end_line(choices: &mut Choices<'_>, out: &mut String) {
    out.push_str(choices.one(TAILS));
    out.push('\n');
    out.push_str(choices.one(BETWEEN));
}

/// Writes a block map or list whose first line continues the current one.
fn collection(choices: &mut Choices<'_>, column: usize, depth: usize, out: &mut String) {
    let list = choices.below(3) == 0;
    for entry in 0..=choices.below(4) {
        if entry > 0 {
            out.push_str(&" ".repeat(column));
        }
        if list {
            out.push('-');
        } else {
            let key = choices.one(KEYS);
            out.push_str(key);
            if key.len() == 1 {
                // Fewer duplicates than the list of keys alone would give.
                out.push_str(&entry.to_string());
            }
            out.push(':');
        }
        let nested = depth > 0 && choices.below(3) == 0;
        if nested && list && choices.below(4) > 0 {
            let gap = 1 + choices.below(8) / 6;
            out.push_str(&" ".repeat(gap));
            collection(choices, column + 1 + gap, depth - 1, out);
        } else if nested {
            end_line(choices, out);
            let more = [2, 2, 2, 1, 4, 0][choices.below(6)];
            out.push_str(&" ".repeat(column + more));
            collection(choices, column + more, depth - 1, out);
        } else {
            let scalar = choices.one(SCALARS);
            if !scalar.is_empty() {
                out.push_str(choices.one(&[" ", " ", " ", "  "]));
            }
            out.push_str(scalar);
            end_line(choices, out);
        }
    }
}

pub(crate) fn document(choices: &[u8]) -> String {
    let mut choices = Choices(choices.iter());
    let mut out = String::new();
    for part in 0..=choices.below(8) / 7 {
        if part > 0 {
            out.push_str("---\n");
        }
        out.push_str(choices.one(BETWEEN));
        collection(&mut choices, 0, 4, &mut out);
    }
    if choices.below(8) == 0 {
        out = out.replace('\n', "\r\n");
    }
    if choices.below(4) == 0 {
        out.truncate(out.trim_end().len());
    }
    out
}

/// What an edit puts into a text.
#[rustfmt::skip]
const BITS: &[&str] = &[
    "a", "k: v", " ", "  ", "\n", ":", ": ", "-", "- ", "?", "? ", ",", "[", "]", "{", "}", "#",
    " #", "&a", "*a", "!", "|", ">", "'", "\"", "%", "@", "`", "\\", "\t", "\r", "\r\n", "<<",
    "<<: ", "---", "...", "---\n", "\u{feff}", "\u{85}", "\u{2028}", "\u{0}", "\u{1}", "\u{7f}",
    "\u{a0}", "é", "~", "=", "on", ".inf", "''", "\"\"", ":\n", "-\n", "\n  ", "\n- ", "\n    ",
];

#[rustfmt::skip]
pub(crate) const MANIFESTS: &[&str] = &[
    "apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPC\nmetadata:\n  name: vpc-1\n  labels:\n    a/b: c\n  annotations: {}\nspec:\n  ipv4Namespace: default\n  subnets:\n    s1:\n      subnet: 10.0.1.0/24\n      vlan: 1001\n      dhcp: {enable: true, range: {start: 10.0.1.10}}\n  permit:\n  - [s1, s2]\n  -\n    - s1\n",
    "# banner\nkind: Connection\nspec:\n  eslag:\n    links:\n    - server:\n        port: server-1/enp2s1\n      switch:\n        port: leaf-1/E1/1 # port\n    - server: {port: \"x\"}\n\n      # inside\n      switch: 'y'\n---\n# second\n- a: 1\n  b:\n    - c\n- - d\n  - e\n",
    "a:\r\n  b: 1\r\n  c:\r\n  - d # e\r\n  - 'f'\r\ng:\r\n",
];

#[derive(Clone, Debug)]
pub(crate) enum Edit {
    Insert(usize, usize),
    Delete(usize, usize),
    Indent(usize, usize),
    DropLine(usize),
    CopyLine(usize, usize),
}

pub(crate) fn edit() -> impl Strategy<Value = Edit> {
    let at = 0..100_000usize;
    prop_oneof![
        4 => (at.clone(), 0..BITS.len()).prop_map(|(at, bit)| Edit::Insert(at, bit)),
        3 => (at.clone(), 1..4usize).prop_map(|(at, length)| Edit::Delete(at, length)),
        3 => (at.clone(), 0..7usize).prop_map(|(line, by)| Edit::Indent(line, by)),
        1 => at.clone().prop_map(Edit::DropLine),
        2 => (at.clone(), at).prop_map(|(from, to)| Edit::CopyLine(from, to)),
    ]
}

pub(crate) fn apply(text: &mut String, edit: &Edit) {
    let boundary = |text: &str, at: usize| {
        let mut at = at % (text.len() + 1);
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let lines =
        |text: &str| -> Vec<String> { text.split_inclusive('\n').map(ToOwned::to_owned).collect() };
    match *edit {
        Edit::Insert(at, bit) => text.insert_str(boundary(text, at), BITS[bit]),
        Edit::Delete(at, length) => {
            let start = boundary(text, at);
            let end: usize = text[start..].chars().take(length).map(char::len_utf8).sum();
            text.replace_range(start..start + end, "");
        }
        Edit::Indent(..) | Edit::DropLine(_) | Edit::CopyLine(..) => {
            let mut all = lines(text);
            if all.is_empty() {
                return;
            }
            match *edit {
                Edit::Indent(line, by) => {
                    let line = line % all.len();
                    let bare = all[line].trim_start_matches(' ').to_owned();
                    let had = all[line].len() - bare.len();
                    all[line] = " ".repeat((had + by).saturating_sub(3)) + &bare;
                }
                Edit::DropLine(line) => {
                    all.remove(line % all.len());
                }
                Edit::CopyLine(from, to) => {
                    let line = all[from % all.len()].clone();
                    all.insert(to % all.len(), line);
                }
                _ => {}
            }
            *text = all.concat();
        }
    }
}

/// Pieces of lines: near-misses of what the fast way takes.
#[rustfmt::skip]
pub(crate) const SOUP: &[&str] = &[
    "\n",
    "\n",
    "\n",
    "\n  ",
    "\n  ",
    "\n- ",
    "\n  - ",
    "\n    ",
    "\n ",
    "\n\n",
    "\n# c\n",
    "\n  # c\n",
    "\r\n",
    "- ",
    "- ",
    "-",
    "a",
    "a: ",
    "b: ",
    "c:",
    "k: v",
    "'q'",
    "\"d\"",
    "'q': ",
    "\"d\": ",
    ": ",
    ":",
    " ",
    " ",
    "  ",
    "x y",
    "[",
    "]",
    "{",
    "}",
    ", ",
    ",",
    "[a, b]",
    "{a: b}",
    "[]",
    "{}",
    " # c",
    "#",
    "''",
    "\"\"",
    "'",
    "\"",
    "\\n",
    "?",
    "? ",
    "&a ",
    "*a",
    "!t ",
    "|",
    ">",
    "%",
    "@",
    "`",
    "~",
    "on",
    ".inf",
    "<<: ",
    "é",
    "\t",
    "---\n",
    "--- ",
    "...\n",
    "-1",
    "1",
    "= ",
    "\u{a0}",
    "a:\n",
    "b:\n  ",
    "-\n",
    "c:\n- ",
    "\n      ", "\r", "# x\r", "- |", "a: |\n", "- >", "- &a", "- !t", "&a\u{a0}|", " #\r", "\r- ", "*a",
];

/// What a line may hold, right or wrong.
#[rustfmt::skip]
pub(crate) const BODIES: &[&str] = &[
    "a:", "b:", "c:", "a: 1", "b: x y", "c: [a, {b: c}]", "d: 'e'", "'f': g", "\"h\": \"i\"", "x", "x y",
    "[a]", "{a: b}", "'q'", "", "k: v: w", "k : v", "'k' : v", "k:v", "'k':v", "a: 'b'#c", "a: \"b\"c", "[a]: b", "- a", "a: - b", "a: #b", "a#: b",
    "a: 'b", "c'", "a: [b", "c]", "?", "? a", ":", ": a", "a: |", "a: >", "#", "# c", "a: &x", "&x a: b", "*x",
    "!t a: b", "<<: {}", "on: 1", "é: ö", ".inf: 1", "a: .inf", "- ", "-", "a: \"b\\n\"", "a: {b: c, }",
    "a: {b: c,d: e}", "a: [b,c]", "a: [b , c ]", "a: {'b':c}", "a: {b :c}", "a: [a: b]", "a: [?x]", "a: [:x]",
    "a: [x:]", "a: {x: }", "a: [ {} , [] ]", "a: [\"b\"c]", "a: ''''", "a: '''", "a: ,b", "a: b,c]", "a: b {c",
    "a: ?b", "a: :b", "a: -", "a: --", "--- x", "---", "...", "%a", "a: %", "a: b%", "=: 1", "~: 1", "-a: b",
    "- -a", "a: -[b]", "a: [-[b]]", "a: [-b]", "a: [--, -1]", "a: !", "a: b!", "a: \"b\\\n  c\"", "a: {b: }",
    "a: {b: c d , 'e f' : g}", "a: {[b]: c}", "a: {b: c: d}", "a: [b #c]", "a: [b#c]", "a: {b: c}}", "a: [-]",
    "a: [--]", "a: [- ]", "a: [b:c, d:e]", "a: {b:c}", "a: {b:c: d}", "a: [%b]", "a: ['b''c', 'd'  ]", "a: \"\\/\\e\"",
];
