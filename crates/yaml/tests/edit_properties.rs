//! Edits over generated documents and over every file of the corpus.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod edits;
#[path = "edits/generated.rs"]
mod generated;

use edits::{check, places, read};
use generated::{ADVERSARIAL, any_document, any_look, write};
use hnp_yaml::edit::{Edit, EditErrorKind, Path, apply};
use hnp_yaml::{Kind, Node, Value};
use proptest::prelude::*;

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
                    let error =
                        apply(&stream, document.index(), std::slice::from_ref(&edit)).unwrap_err();
                    // Any other layout has to be managed.
                    assert!(
                        error.kind != EditErrorKind::Layout
                            || text.contains(
                                "
? "
                            ),
                        "{error}: {edit:?}
{text}"
                    );
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
                .filter_map(hnp_yaml::Document::root)
                .map(|r| places(r).len())
                .sum();
            // Every place of a small file, and about as many of a large one.
            let step = (places * 8 / 60).max(1);
            let forms = [
                text.clone(),
                text.replace('\n', "\r\n"),
                text.trim_end().to_owned(),
            ];
            for (turns, text) in forms.into_iter().enumerate() {
                let (ours, theirs) =
                    check_all(&text, |turn| (turn + turns) % (step * 3) == 0 || step == 1);
                made += ours;
                refused += theirs;
            }
            texts += 1;
        }
    }
    eprintln!("{texts} files, {made} edits made, {refused} refused");
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
