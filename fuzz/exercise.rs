//! What the fuzz targets do with one input; the plain test of the corpus does the same.
#![allow(dead_code, clippy::unwrap_used)]

use crate::edits::{check_meaning, intended, places};
use hnp_yaml::edit::{Edit, apply, insert_document, remove_document};
use hnp_yaml::{Limits, Node, Options, emit_document, parse};

/// Reads arbitrary bytes: bounded, every place inside the text, and what is read can be written and read again.
pub(crate) fn parse_bytes(data: &[u8]) {
    let stream = parse(data, &Options::with_comments());
    let bare = parse(data, &Options::default());
    assert!(stream.problems().len() <= Limits::default().problems);
    assert_eq!(stream.problems(), bare.problems());
    assert_eq!(stream.documents().len(), bare.documents().len());
    let text = stream.text();
    let lines = stream.lines();
    for problem in stream.problems() {
        assert!(text.get(problem.span.range()).is_some());
        let _ = lines.positions(problem.span);
    }
    for comment in stream.comments() {
        assert!(text[comment.span.range()].starts_with('#'));
    }
    for (document, twin) in stream.documents().zip(bare.documents()) {
        assert!(text.get(document.body().range()).is_some());
        let (Some(root), Some(twin)) = (document.root(), twin.root()) else {
            assert!(document.root().is_none() && twin.root().is_none());
            continue;
        };
        for (_, value) in places(root) {
            assert!(text.get(value.span().range()).is_some());
            assert!(text.get(value.full_span().range()).is_some());
        }
        let value = Node::from(root);
        assert!(value.same(&Node::from(twin)));
        let written = emit_document(&value);
        let again = parse(written.as_str(), &Options::default());
        // Only what aliases nest can go deeper than it was written.
        if again.problems().is_empty() {
            let back = again
                .document(0)
                .and_then(hnp_yaml::Document::root)
                .map_or(Node::Null, Node::from);
            assert!(back.same(&value), "{written}");
        } else {
            assert!(text.contains('*'), "{:?}\n{written}", again.problems());
        }
    }
}

/// Edits arbitrary text: the first line chooses the edit, the rest is the file.
///
/// The line is `<operation><document><place><number><kind> <string>`, one byte each before the blank; any bytes will do.
pub(crate) fn edit_bytes(data: &[u8]) {
    let Ok(data) = std::str::from_utf8(data) else {
        return;
    };
    let (head, text) = data.split_once('\n').unwrap_or((data, ""));
    let byte = |at: usize| usize::from(head.as_bytes().get(at).copied().unwrap_or(b'0'));
    let string = head
        .split_once(' ')
        .map_or("", |(_, string)| string)
        .replace("\\n", "\n");
    let value = match byte(4) % 6 {
        0 => Node::Null,
        1 => Node::Int(7),
        2 => Node::Seq(vec![Node::Str(string.clone()), Node::Map(Vec::new())]),
        3 => Node::Map(vec![(string.clone(), Node::Str(string.clone()))]),
        4 => Node::Seq(Vec::new()),
        _ => Node::Str(string.clone()),
    };
    let stream = parse(text, &Options::with_comments());
    let count = stream.documents().len();
    match byte(0) % 8 {
        6 => {
            if let Ok(done) = remove_document(&stream, byte(1) % (count + 1)) {
                undo(&done, text);
            }
            return;
        }
        7 => {
            if let Ok(done) =
                insert_document(&stream, byte(1) % (count + 1), &emit_document(&value))
            {
                undo(&done, text);
            }
            return;
        }
        _ => {}
    }
    let document = byte(1) % count.max(1);
    let Some(root) = stream.document(document).and_then(hnp_yaml::Document::root) else {
        return;
    };
    let found = places(root);
    let (path, place) = &found[byte(2) % found.len()];
    let edit = match byte(0) % 8 {
        0 => Edit::Set {
            path: path.clone(),
            value,
        },
        1 => Edit::Insert {
            path: path.then(string),
            value,
        },
        2 if !path.segs().is_empty() => Edit::Remove { path: path.clone() },
        3 => Edit::InsertItem {
            path: path.clone(),
            at: byte(3) % (place.items().count() + 1),
            value,
        },
        4 => Edit::Set {
            path: path.then("new").then(string),
            value,
        },
        _ => Edit::Set {
            path: path.clone(),
            value: Node::from(*place),
        },
    };
    if check_meaning(text, document, &edit).is_none() {
        // A refusal has a sentence, and what cannot be meant is never made.
        if let Err(error) = apply(&stream, document, std::slice::from_ref(&edit)) {
            assert!(!error.to_string().is_empty());
        }
        let _ = intended(&Node::from(root), &edit);
    }
}

fn undo(done: &hnp_yaml::edit::Edited, text: &str) {
    let back = hnp_yaml::edit::apply_splices(&done.text, &done.inverse);
    assert_eq!(back.as_deref(), Some(text));
}
