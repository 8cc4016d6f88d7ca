//! Edits: what changes, what stays, what is refused.
#![allow(clippy::unwrap_used)]

use hnp_yaml::edit::Splice;
use hnp_yaml::edit::{
    Edit, EditError, EditErrorKind, Path, Seg, apply, apply_splices, difference, insert_document,
    remove_document, rewrite,
};
use hnp_yaml::{Node, Options, Span, Stream, parse};

fn read(text: &str) -> Stream {
    parse(text, &Options::with_comments())
}

/// A path from `a.b.0`: numbers are items.
fn path(text: &str) -> Path {
    text.split('.')
        .filter(|seg| !seg.is_empty())
        .map(|seg| match seg.parse() {
            Ok(item) => Seg::Item(item),
            Err(_) => Seg::Key(seg.to_owned()),
        })
        .collect()
}

/// The value that a YAML text holds.
fn node(text: &str) -> Node {
    let stream = read(text);
    assert_eq!(stream.problems(), [], "{text}");
    stream
        .document(0)
        .and_then(hnp_yaml::Document::root)
        .map_or(Node::Null, Node::from)
}

fn set(at: &str, value: &str) -> Edit {
    Edit::Set {
        path: path(at),
        value: node(value),
    }
}

fn remove(at: &str) -> Edit {
    Edit::Remove { path: path(at) }
}

fn item(at: &str, number: usize, value: &str) -> Edit {
    Edit::InsertItem {
        path: path(at),
        at: number,
        value: node(value),
    }
}

/// Edits the first document and takes the edit back.
fn edited(text: &str, edit: Edit) -> Result<String, EditError> {
    edited_in(text, 0, edit)
}

fn edited_in(text: &str, document: usize, edit: Edit) -> Result<String, EditError> {
    let done = apply(&read(text), document, &[edit])?;
    assert_eq!(apply_splices(text, &done.splices).unwrap(), done.text);
    assert_eq!(apply_splices(&done.text, &done.inverse).unwrap(), text);
    Ok(done.text)
}

#[track_caller]
fn check(text: &str, edit: Edit, want: &str) {
    assert_eq!(edited(text, edit).unwrap(), want);
}

#[track_caller]
fn refused(text: &str, edit: Edit, kind: EditErrorKind, message: &str) {
    let error = edited(text, edit).unwrap_err();
    assert_eq!((error.kind, error.to_string().as_str()), (kind, message));
}

#[test]
fn a_set_scalar_changes_only_itself() {
    let text = "# top\nspec:   # the spec\n    vni : 100 # why\n    name:  'a'\n    note: \"b\"\n    list: [ 1,2 ]\n\n    last: x\n";
    for (at, value, old, new) in [
        ("spec.vni", "200", "100", "200"),
        ("spec.name", "b's", "'a'", "'b''s'"),
        ("spec.name", "\"a\\nb\"", "'a'", "\"a\\nb\""),
        ("spec.name", "5", "'a'", "5"),
        ("spec.note", "yes it is", "\"b\"", "\"yes it is\""),
        ("spec.last", "\"on\"", "x", "\"on\""),
        ("spec.last", "on", "x", "true"),
        ("spec.last", "z # no", "x", "z"),
        ("spec.list.1", "\"a,b\"", ",2", ",\"a,b\""),
        ("spec.list", "[1, 3]", "2 ]", "3 ]"),
        ("spec.list", "{a: [b]}", "[ 1,2 ]", "{a: [b]}"),
        ("spec.vni", "[]", "100", "[]"),
    ] {
        check(text, set(at, value), &text.replacen(old, new, 1));
    }
    for (at, value) in [
        ("spec.vni", "100"),
        ("spec.vni", "0x64"),
        ("spec.name", "a"),
        (
            "spec",
            "{last: x, list: [1, 2], name: a, vni: 100, note: b}",
        ),
    ] {
        let done = apply(&read(text), 0, &[set(at, value)]).unwrap();
        assert!(!done.is_changed());
        assert_eq!(done.text, text);
    }
}

#[test]
fn block_scalars_keep_their_form() {
    let text = "a: |\n  x\n\n  y\nb: >- # why\n    x\n    y\nc: 1\n";
    check(
        text,
        set("a", "\"p\\nq\\n\""),
        "a: |\n  p\n  q\nb: >- # why\n    x\n    y\nc: 1\n",
    );
    check(
        text,
        set("a", "\"p\\nq\""),
        "a: |-\n  p\n  q\nb: >- # why\n    x\n    y\nc: 1\n",
    );
    check(
        text,
        set("a", "\" p\""),
        "a: \" p\"\nb: >- # why\n    x\n    y\nc: 1\n",
    );
    check(
        text,
        set("b", "z z"),
        "a: |\n  x\n\n  y\nb: >- # why\n    z z\nc: 1\n",
    );
    check(text, set("b", "5"), "a: |\n  x\n\n  y\nb: 5 # why\nc: 1\n");
    check(
        text,
        set("b", "{k: v}"),
        "a: |\n  x\n\n  y\nb: # why\n  k: v\nc: 1\n",
    );
    check("a: |\n  x", set("a", "q"), "a: |-\n  q");
    check("- |\n  x\n- 2\n", set("0", "[q]"), "- - q\n- 2\n");
}

#[test]
fn kinds_change_in_place() {
    let text = "a: # c\n  # d\n  b: 1\n  c: 2 # e\nz: 1\n";
    check(text, set("a", "5"), "a: 5 # c\nz: 1\n");
    check(text, set("a", "[x]"), "a: # c\n- x\nz: 1\n");
    check(
        text,
        set("z", "{k: [v]}"),
        "a: # c\n  # d\n  b: 1\n  c: 2 # e\nz:\n  k:\n  - v\n",
    );
    check(
        "a:\n  - 1 # c\n  - 2\n",
        set("a.0", "{k: 1, l: 2}"),
        "a:\n  - k: 1 # c\n    l: 2\n  - 2\n",
    );
    check("a:\n  - 1\n", set("b", "[1]"), "a:\n  - 1\nb:\n  - 1\n");
    check("- a: 1\n  b: 2 # c\n- 3\n", set("0", "x"), "- x # c\n- 3\n");
    check("a: {}\n", set("a", "{b: 1}"), "a:\n  b: 1\n");
    check("a: &x 1 # c\n", set("a", "2"), "a: &x 2 # c\n");
    check("a: !!str 1\n", set("a", "\"2\""), "a: !!str \"2\"\n");
    check("a: !!str 1\n", set("a", "2"), "a: 2\n");
    check("x\n", set("", "{a: 1}"), "a: 1\n");
    check("# c\na: 1\n", set("", "[1]"), "# c\n- 1\n");
}

#[test]
fn empty_values_are_filled() {
    for (text, want) in [
        ("a:\nb: 1\n", "a: 5\nb: 1\n"),
        ("a: # c\nb: 1\n", "a: 5 # c\nb: 1\n"),
        ("a:", "a: 5"),
        ("a: &x\n", "a: &x 5\n"),
        ("a:   \r\nb: 1\r\n", "a: 5   \r\nb: 1\r\n"),
        ("{a: , b: 1}", "{a: 5 , b: 1}"),
        ("{a, b: 1}", "{a: 5, b: 1}"),
        ("{\"a\", b: 1}", "{\"a\": 5, b: 1}"),
        ("---\n", "---\na: 5\n"),
        ("# only\n", "# only\na: 5\n"),
    ] {
        check(text, set("a", "5"), want);
    }
    check("- \n-\n- # c\n", set("1", "x"), "- \n- x\n- # c\n");
    check(
        "- \n-\n- # c\n",
        set("2", "{a: 1, b: 2}"),
        "- \n-\n- a: 1 # c\n  b: 2\n",
    );
    check(
        "a:\n# c\nb: 1\n",
        set("a.k.l", "1"),
        "a:\n  k:\n    l: 1\n# c\nb: 1\n",
    );
    check("a:\nb: 1\n", item("a", 0, "x"), "a:\n- x\nb: 1\n");
}

#[test]
fn keys_go_after_their_siblings() {
    for (text, at, want) in [
        (
            "a:\n    b: 1 # c\n\nz: 1\n",
            "a.k",
            "a:\n    b: 1 # c\n    k: 5\n\nz: 1\n",
        ),
        ("a: 1", "k", "a: 1\nk: 5"),
        (
            "a: 1\r\nb:\r\n  c: 1\r\n",
            "b.k",
            "a: 1\r\nb:\r\n  c: 1\r\n  k: 5\r\n",
        ),
        ("a: |\n  x\n\nb: 1\n", "k", "a: |\n  x\n\nb: 1\nk: 5\n"),
        (
            "m:\n  a: |\n    x\n\nb: 1\n",
            "m.k",
            "m:\n  a: |\n    x\n  k: 5\n\nb: 1\n",
        ),
        (
            "m:\n  a: |+\n    x\n\nb: 1\n",
            "m.k",
            "m:\n  a: |+\n    x\n\n  k: 5\nb: 1\n",
        ),
        ("a: {}\n", "a.k", "a:\n  k: 5\n"),
        ("a: {b: {}}\n", "a.b.k", "a: {b: {k: 5}}\n"),
        ("a: {b: 1} # c\n", "a.k", "a: {b: 1, k: 5} # c\n"),
        ("a: {b: 1,}\n", "a.k", "a: {b: 1, k: 5,}\n"),
        ("{\"a\": 1}\n", "yes", "{\"a\": 1, \"yes\": 5}\n"),
        (
            "{\n  \"a\": 1 # c\n}\n",
            "k",
            "{\n  \"a\": 1, # c\n  \"k\": 5\n}\n",
        ),
        (
            "{\n  \"a\": 1, # c\n}\n",
            "k",
            "{\n  \"a\": 1, # c\n  \"k\": 5,\n}\n",
        ),
        ("- a: 1\n- b: 1\n", "0.k", "- a: 1\n  k: 5\n- b: 1\n"),
        ("- - a: 1\n", "0.0.k", "- - a: 1\n    k: 5\n"),
        (
            "a:\n  b:\n  c:\nz: 1\n",
            "a.k",
            "a:\n  b:\n  c:\n  k: 5\nz: 1\n",
        ),
        ("a: 1\n# end\n", "k", "a: 1\nk: 5\n# end\n"),
        (
            "l: &l {a: x}\nz:\n  <<: *l\n  b: 1\n",
            "z.k",
            "l: &l {a: x}\nz:\n  <<: *l\n  b: 1\n  k: 5\n",
        ),
        ("a: 1\n", "k.l.m", "a: 1\nk:\n  l:\n    m: 5\n"),
        ("\u{feff}a: 1\n", "k", "\u{feff}a: 1\nk: 5\n"),
        ("l: [a: 1]\n", "l.0.k", "l: [{a: 1, k: 5}]\n"),
    ] {
        check(text, set(at, "5"), want);
    }
    let insert = Edit::Insert {
        path: path("a"),
        value: node("5"),
    };
    refused(
        "a: 1\n",
        insert,
        EditErrorKind::Exists,
        "`a` is there already",
    );
}

#[test]
fn removed_keys_take_their_own_comments_along() {
    for (text, at, want) in [
        ("# file\na: 1 # x\nb: 2\n", "a", "# file\nb: 2\n"),
        (
            "a: 1\n\n# on b\n# more\nb: 2 # x\n# on c\nc: 3\n",
            "b",
            "a: 1\n\n# on c\nc: 3\n",
        ),
        ("a: 1\n# far\n\nb: 2\n", "b", "a: 1\n# far\n\n"),
        (
            "a:\n  b: 1\n  # deep\nc: 2\n",
            "c",
            "a:\n  b: 1\n  # deep\n",
        ),
        ("a: 1\nb: 2", "b", "a: 1"),
        ("a: 1\r\nb: 2", "b", "a: 1"),
        ("a: 1\r\nb: 2\r\nc: 3\r\n", "b", "a: 1\r\nc: 3\r\n"),
        ("a:\n  b: 1\nz: 1\n", "a.b", "a: {}\nz: 1\n"),
        (
            "a: # c\n  # d\n  b: 1 # e\n\n  # f\nz: 1\n",
            "a.b",
            "a: {} # c\n\n  # f\nz: 1\n",
        ),
        ("a:\n  b: 1", "a.b", "a: {}"),
        ("a: 1\n", "a", "{}\n"),
        (
            "- a: 1 # x\n  # on b\n  b: 2\n",
            "0.a",
            "- # on b\n  b: 2\n",
        ),
        ("- a: 1\n  b: 2\n", "0.a", "- b: 2\n"),
        ("- a: 1\n  b: 2\n", "0.b", "- a: 1\n"),
        ("- a: 1\n- 2\n", "0.a", "- {}\n- 2\n"),
        ("a: {b: 1, c: 2, d: 3}\n", "a.b", "a: {c: 2, d: 3}\n"),
        ("a: {b: 1, c: 2, d: 3}\n", "a.c", "a: {b: 1, d: 3}\n"),
        ("a: {b: 1, c: 2, d: 3 }\n", "a.d", "a: {b: 1, c: 2 }\n"),
        ("a: { b: 1 }\n", "a.b", "a: {}\n"),
        (
            "{\n  a: 1, # on a\n  b: 2 # on b\n}\n",
            "b",
            "{\n  a: 1 # on a # on b\n}\n",
        ),
        ("a: |+\n  x\n\nb: 1\nc: 2\n", "b", "a: |+\n  x\n\nc: 2\n"),
        ("a: |+\n  x\n\nb: 1\n\nc: 2\n", "b", "a: |+\n  x\n\nc: 2\n"),
        ("a: 1\nb: |\n  x\n  # text\nc: 2\n", "b", "a: 1\nc: 2\n"),
        (
            "a: 1\nb: |\n  x\n  # text\nc: 2\n",
            "c",
            "a: 1\nb: |\n  x\n  # text\n",
        ),
    ] {
        check(text, remove(at), want);
    }
}

#[test]
fn items_come_and_go() {
    for (text, edit, want) in [
        ("a:\n- 1\n- 2\n", item("a", 2, "3"), "a:\n- 1\n- 2\n- 3\n"),
        (
            "a:\n  - 1\n  # on 2\n  - 2\n",
            item("a", 1, "{b: 1, c: 2}"),
            "a:\n  - 1\n  - b: 1\n    c: 2\n  # on 2\n  - 2\n",
        ),
        ("a:\n- 1\n", item("a", 0, "x"), "a:\n- x\n- 1\n"),
        ("- - 1\n  - 2\n", item("0", 0, "x"), "- - x\n  - 1\n  - 2\n"),
        ("- 1\n", item("", 1, "[a, b]"), "- 1\n- - a\n  - b\n"),
        ("a: [1, 2]\n", item("a", 0, "x"), "a: [x, 1, 2]\n"),
        ("a: [1, 2]\n", item("a", 2, "{b: 1}"), "a: [1, 2, {b: 1}]\n"),
        ("a: []\n", item("a", 0, "x"), "a:\n- x\n"),
        (
            "a: [\n  1,\n  2\n]\n",
            item("a", 2, "3"),
            "a: [\n  1,\n  2,\n  3\n]\n",
        ),
        (
            "a:\n- 1 # x\n# on 2\n- 2\n- 3\n",
            remove("a.1"),
            "a:\n- 1 # x\n- 3\n",
        ),
        ("a:\n- 1\n- 2\n", remove("a.0"), "a:\n- 2\n"),
        ("a:\n- b: 1\n  c: 2\n- 2\n", remove("a.0"), "a:\n- 2\n"),
        ("a:\n  - 1\nb: 1\n", remove("a.0"), "a: []\nb: 1\n"),
        ("- - 1\n  - 2\n", remove("0.0"), "- - 2\n"),
        ("- - 1\n", remove("0.0"), "- []\n"),
        ("a: [1, 2]\n", remove("a.1"), "a: [1]\n"),
        ("a: [1]\n", remove("a.0"), "a: []\n"),
    ] {
        check(text, edit, want);
    }
}

#[test]
fn lists_and_maps_change_part_by_part() {
    let text = "spec:\n  # about a\n  a: 1 # one\n  b: 'two'\n  l:\n  - x # first\n  # about y\n  - y\n  - z\n";
    check(
        text,
        set("spec", "{a: 2, b: two, l: [x, y, w, z], c: 3}"),
        "spec:\n  # about a\n  a: 2 # one\n  b: 'two'\n  l:\n  - x # first\n  # about y\n  - y\n  - w\n  - z\n  c: 3\n",
    );
    check(
        text,
        set("spec", "{a: 1, l: [x, z]}"),
        "spec:\n  # about a\n  a: 1 # one\n  l:\n  - x # first\n  - z\n",
    );
    let (old, new) = (
        node(text),
        node("spec: {a: 1, b: two, l: [x, q, z], d: {}}"),
    );
    let edits = difference(&Path::root(), &old, &new);
    assert_eq!(
        edits,
        [
            set("spec.l.1", "q"),
            Edit::Insert {
                path: path("spec.d"),
                value: node("{}")
            }
        ]
    );
    let many: String = (0..300).map(|n| format!("k{n}: 1\n")).collect();
    let all = Node::Map((0..300).map(|n| (format!("k{n}"), Node::Int(2))).collect());
    check(
        &many,
        Edit::Set {
            path: Path::root(),
            value: all,
        },
        &many.replace(": 1", ": 2"),
    );
}

#[test]
fn aliases_and_anchors() {
    let text = "a: &x {b: 1}\nc: *x\nd: 2\n";
    check(text, set("c.b", "5"), "a: &x {b: 1}\nc:\n  b: 5\nd: 2\n");
    check(text, set("c", "5"), "a: &x {b: 1}\nc: 5\nd: 2\n");
    check(text, remove("c"), "a: &x {b: 1}\nd: 2\n");
    check(text, remove("c.b"), "a: &x {b: 1}\nc: {}\nd: 2\n");
    check(
        "a: &x [1]\nc: [*x]\n",
        item("c.0", 1, "2"),
        "a: &x [1]\nc: [[1, 2]]\n",
    );
    let repeated = "is repeated elsewhere by an alias, so an edit here would change that place too";
    refused(
        text,
        set("a.b", "5"),
        EditErrorKind::Shared,
        &format!("`a` {repeated}"),
    );
    refused(
        text,
        set("a.k", "5"),
        EditErrorKind::Shared,
        &format!("`a` {repeated}"),
    );
    refused(
        text,
        remove("a"),
        EditErrorKind::Shared,
        &format!("`a` {repeated}"),
    );
    refused(
        "m:\n  a: &x 1\nc: *x\n",
        remove("m"),
        EditErrorKind::Shared,
        &format!("`m` {repeated}"),
    );
    check("m:\n  a: &x 1\n  c: *x\nz: 1\n", remove("m"), "z: 1\n");
    let merged = "l: &l {a: x}\nz:\n  <<: *l\n  b: 1\n";
    for edit in [set("z.a", "5"), remove("z.a")] {
        refused(
            merged,
            edit,
            EditErrorKind::Merged,
            "`z.a` comes from a merge key `<<` and stands elsewhere; edit it there, or write the merge out first",
        );
    }
    check(
        merged,
        set("z.b", "2"),
        "l: &l {a: x}\nz:\n  <<: *l\n  b: 2\n",
    );
}

#[test]
fn refusals_say_what_and_why() {
    refused(
        "a: [1]\n",
        set("a.1", "5"),
        EditErrorKind::NotFound,
        "`a` has no item 1 (items count from 0)",
    );
    refused(
        "a: [1]\n",
        remove("a.b"),
        EditErrorKind::WrongType,
        "`a` is a list, not a map",
    );
    refused(
        "a: x\n",
        set("a.b.c", "5"),
        EditErrorKind::WrongType,
        "`a` is a string, not a map",
    );
    refused(
        "a: x\n",
        remove("b"),
        EditErrorKind::NotFound,
        "the document has no key `b`",
    );
    refused(
        "a: x\n",
        item("a", 0, "5"),
        EditErrorKind::WrongType,
        "`a` is a string, not a list",
    );
    refused(
        "? a\n: 1\nb: 2\n",
        remove("b"),
        EditErrorKind::Layout,
        "the document cannot be edited in place: its map has a key written with `?`; write it as `key: value` first",
    );
    refused(
        "a: [\n",
        set("a", "5"),
        EditErrorKind::Broken,
        "the document cannot be read, so it cannot be edited",
    );
    let error = apply(&read("a: 1\n"), 3, &[]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the file has 1 documents, there is none with number 3 (from 0)"
    );
    let infinite = Edit::Set {
        path: path("a"),
        value: Node::Float(f64::INFINITY),
    };
    assert_eq!(
        edited("a: 1\n", infinite).unwrap_err().kind,
        EditErrorKind::Layout
    );
    let text = "a: 1\n---\nm: &x 1\nn: *x\n";
    let error = edited_in(text, 1, set("m", "2")).unwrap_err();
    assert_eq!(&text[error.span.unwrap().range()], "*x");
}

#[test]
fn all_edits_are_made_or_none() {
    let stream = read("a: 1\nb: 2\n");
    assert!(apply(&stream, 0, &[set("a", "5"), remove("c")]).is_err());
    let done = apply(&stream, 0, &[set("a", "5"), remove("b"), set("c.d", "x")]).unwrap();
    assert_eq!(done.text, "a: 5\nc:\n  d: x\n");
    assert_eq!(
        apply_splices(&done.text, &done.inverse).unwrap(),
        stream.text()
    );
}

#[test]
fn other_documents_stay() {
    let text = "\u{feff}# one\r\na: 1\r\n--- # two\r\n# banner\r\nb: |\r\n  x\r\n---\r\nc: [\r\n---\r\nd: 1";
    let done = edited_in(text, 1, set("b", "{k: 1}")).unwrap();
    assert_eq!(done, text.replace("b: |\r\n  x\r\n", "b:\r\n  k: 1\r\n"));
    let done = edited_in(text, 3, set("e", "1")).unwrap();
    assert_eq!(done, format!("{text}\r\ne: 1"));
    assert_eq!(
        edited_in(text, 2, set("c", "1")).unwrap_err().kind,
        EditErrorKind::Broken
    );
}

#[test]
fn documents_come_and_go() {
    let text = "# file\na: 1\n# on b\n---\nb: 1\n\n# banner c\n# more\n---\nc: 1\n";
    let gone = |text: &str, at: usize| {
        let done = remove_document(&read(text), at).unwrap();
        assert_eq!(apply_splices(&done.text, &done.inverse).unwrap(), text);
        done.text
    };
    assert_eq!(
        gone(text, 1),
        "# file\na: 1\n# banner c\n# more\n---\nc: 1\n"
    );
    assert_eq!(
        gone(text, 0),
        "# on b\n---\nb: 1\n\n# banner c\n# more\n---\nc: 1\n"
    );
    assert_eq!(gone(text, 2), "# file\na: 1\n# on b\n---\nb: 1\n\n");
    assert_eq!(gone("a: 1\n---\nb: 1", 1), "a: 1");
    assert_eq!(gone("\u{feff}a: 1\n", 0), "\u{feff}");
    assert_eq!(gone("a: [\n---\nb: 1\n---\nc: 2\n", 1), "a: [\n---\nc: 2\n");
    assert_eq!(gone("a: [\n---\nb: 1\n", 0), "---\nb: 1\n");
    assert_eq!(gone("---\na: 1\n---\nb: 1\n...\n", 0), "---\nb: 1\n...\n");

    let put = |text: &str, at: usize, new: &str| {
        let done = insert_document(&read(text), at, new).unwrap();
        assert_eq!(apply_splices(&done.text, &done.inverse).unwrap(), text);
        done.text
    };
    assert_eq!(put("a: 1\n", 1, "# n\nn: 1\n"), "a: 1\n---\n# n\nn: 1\n");
    assert_eq!(put("a: 1", 1, "n: 1\n"), "a: 1\n---\nn: 1");
    assert_eq!(
        put("a: 1\r\n", 1, "n: 1\nm: 2"),
        "a: 1\r\n---\r\nn: 1\r\nm: 2\r\n"
    );
    assert_eq!(put("a: 1\n", 0, "---\nn: 1\n"), "n: 1\n---\na: 1\n");
    assert_eq!(
        put("---\na: 1\n...\n", 1, "n: 1\n"),
        "---\na: 1\n---\nn: 1\n...\n"
    );
    assert_eq!(
        put(text, 1, "n: 1\n"),
        text.replace("# on b\n", "---\nn: 1\n# on b\n")
    );
    assert_eq!(put("", 0, "n: 1\n"), "n: 1\n");
    for bad in [
        "",
        "# only\n",
        "a: 1\n---\nb: 1\n",
        "a: [\n",
        "a: 1\n...\nb: 2\n",
    ] {
        let error = insert_document(&read("a: 1\n"), 1, bad).unwrap_err();
        assert_eq!(error.kind, EditErrorKind::NotOneDocument, "{bad:?}");
    }
    assert_eq!(
        remove_document(&read("a: 1\n"), 1).unwrap_err().kind,
        EditErrorKind::NoSuchDocument
    );
}

#[test]
fn rewriting_keeps_every_value() {
    let stream = read("# old\na: 1\n");
    let splice = |start, end, with: &str| Splice {
        span: Span::new(start, end),
        with: with.to_owned(),
    };
    let done = rewrite(&stream, &[splice(0, 6, "")]).unwrap();
    assert_eq!(done.text, "a: 1\n");
    assert!(rewrite(&stream, &[splice(9, 10, "2")]).is_err());
    assert!(rewrite(&stream, &[splice(90, 91, "2")]).is_err());
}

#[test]
fn paths_are_shown_as_people_write_them() {
    let path = Path::keys(["metadata", "annotations"]).then("a.b/c");
    assert_eq!(path.to_string(), "metadata.annotations[\"a.b/c\"]");
    assert_eq!(
        Path::keys(["spec", "links"])
            .then(0)
            .then("x-y")
            .to_string(),
        "spec.links[0].x-y"
    );
    assert_eq!(Path::root().to_string(), "");
}

/// Aliases nest deeper than anything that may be written: such values are read and refused, with no stack lost.
#[test]
fn values_nested_through_aliases_are_bounded() {
    let open = "[".repeat(58);
    let close = "]".repeat(58);
    let mut text = format!("a0: &a0 {open}{close}\n");
    for n in 1..16 {
        text.push_str(&format!("a{n}: &a{n} {open}*a{}{close}\n", n - 1));
    }
    text.push_str("b: *a15\nc: 1\n");
    let stream = read(&text);
    assert_eq!(stream.problems(), []);
    check(&text, set("c", "2"), &text.replace("c: 1", "c: 2"));
    let edit = Edit::InsertItem {
        path: path("b"),
        at: 0,
        value: Node::Null,
    };
    assert_eq!(edited(&text, edit).unwrap_err().kind, EditErrorKind::Layout);
}
