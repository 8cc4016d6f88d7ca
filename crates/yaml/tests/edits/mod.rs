//! What every edit must keep, judged from outside: the properties Y1 to Y6.
// Not every test that shares this uses all of it.
#![allow(dead_code, clippy::unwrap_used)]

use std::collections::BTreeMap;

use hnp_yaml::edit::{Edit, Edited, Path, Seg, apply, apply_splices};
use hnp_yaml::{Kind, Node, Options, Stream, Style, Value, parse};

pub(crate) fn read(text: &str) -> Stream {
    parse(text, &Options::with_comments())
}

/// Every value of a document with its path, aliases not entered.
pub(crate) fn places(root: Value<'_>) -> Vec<(Path, Value<'_>)> {
    let mut found = Vec::new();
    let mut open = vec![(Path::root(), root)];
    while let Some((path, value)) = open.pop() {
        found.push((path.clone(), value));
        if value.is_alias() {
            continue;
        }
        for entry in value.entries().filter(|entry| !entry.merged) {
            open.push((path.then(entry.key), entry.value));
        }
        for (at, item) in value.items().enumerate() {
            open.push((path.then(at), item));
        }
    }
    found
}

/// What an edit means, worked out here again.
pub(crate) fn intended(root: &Node, edit: &Edit) -> Option<Node> {
    fn at<'n>(node: &'n mut Node, segs: &[Seg], make: bool) -> Option<&'n mut Node> {
        let Some((first, rest)) = segs.split_first() else {
            return Some(node);
        };
        if make && matches!((&*node, first), (Node::Null, Seg::Key(_))) {
            *node = Node::Map(Vec::new());
        }
        match (node, first) {
            (Node::Map(entries), Seg::Key(key)) => {
                if make && entries.iter().all(|(k, _)| k != key) {
                    entries.push((key.clone(), Node::Null));
                }
                let entry = entries.iter_mut().find(|(k, _)| k == key)?;
                at(&mut entry.1, rest, make)
            }
            (Node::Seq(items), Seg::Item(n)) => at(items.get_mut(*n)?, rest, make),
            _ => None,
        }
    }
    let mut root = root.clone();
    let segs = edit.path().segs();
    match edit {
        Edit::Set { value, .. } | Edit::Insert { value, .. } => {
            *at(&mut root, segs, true)? = value.clone();
        }
        Edit::Remove { .. } => {
            let (last, parent) = segs.split_last()?;
            match (at(&mut root, parent, false)?, last) {
                (Node::Map(entries), Seg::Key(key)) => entries.retain(|(k, _)| k != key),
                (Node::Seq(items), Seg::Item(n)) if *n < items.len() => drop(items.remove(*n)),
                _ => return None,
            }
        }
        Edit::InsertItem {
            at: number, value, ..
        } => match at(&mut root, segs, false)? {
            Node::Seq(items) if *number <= items.len() => items.insert(*number, value.clone()),
            empty @ Node::Null if *number == 0 => *empty = Node::Seq(vec![value.clone()]),
            _ => return None,
        },
    }
    Some(root)
}

fn comments(stream: &Stream) -> BTreeMap<String, usize> {
    let mut counted = BTreeMap::new();
    for comment in stream.comments() {
        let text = stream.text()[comment.span.range()].trim_end().to_owned();
        *counted.entry(text).or_insert(0) += 1;
    }
    counted
}

fn find<'s>(root: Value<'s>, segs: &[Seg]) -> Option<Value<'s>> {
    segs.iter().try_fold(root, |value, seg| match seg {
        Seg::Key(key) => value.get(key),
        Seg::Item(at) => value.items().nth(*at),
    })
}

/// The lines that an edit may touch, as offsets: the value, the key before it, and for a removal the comments above;
/// where the value is missing, empty or the last of its parent, the lines of the parent.
fn allowed(stream: &Stream, document: usize, edit: &Edit) -> (usize, usize) {
    let text = stream.text();
    let body = stream.document(document).unwrap().body().range();
    let Some(root) = stream.document(document).unwrap().root() else {
        return (body.start, body.end);
    };
    let mut segs = edit.path().segs();
    let removal = matches!(edit, Edit::Remove { .. });
    if removal {
        let parent = find(root, &segs[..segs.len() - 1]);
        let parts = parent.map_or(0, |p| p.items().count() + p.own_entries().count());
        if parts == 1 {
            segs = &segs[..segs.len() - 1];
        }
    }
    let (start, end) = loop {
        if segs.is_empty() {
            return (body.start, body.end);
        }
        let parent = find(root, &segs[..segs.len() - 1]);
        let value = find(root, segs);
        // An edit below an alias replaces the alias.
        let alias = (0..segs.len()).any(|n| find(root, &segs[..n]).is_some_and(Value::is_alias));
        if let (Some(parent), Some(value), false) = (parent, value, alias) {
            let start = match segs.last() {
                Some(Seg::Key(key)) => parent.entry(key).unwrap().key_span.start,
                _ => value.full_span().start,
            } as usize;
            if removal && parent.style() == Style::Flow {
                // A comma goes too.
                break (parent.span().start as usize, parent.span().end as usize);
            }
            break (start, value.full_span().end as usize);
        }
        segs = &segs[..segs.len() - 1];
    };
    // Behind a dash, the next key takes the place of the first.
    let line = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let behind = !text[line..start].trim_matches([' ', '\u{feff}']).is_empty();
    let mut from = text[..start].rfind('\n').map_or(0, |at| at + 1);
    // A dash or an anchor may stand on a line of its own.
    if !segs.is_empty() && matches!(segs.last(), Some(Seg::Item(_))) || removal {
        while let Some(above) = text[..from].strip_suffix('\n') {
            let line = above.rfind('\n').map_or(0, |at| at + 1);
            let bare = text[line..from].trim();
            if !(bare.starts_with('#') || bare.starts_with('-') || bare.is_empty()) {
                break;
            }
            from = line;
        }
    }
    let mut to = text[end..].find('\n').map_or(text.len(), |at| end + at + 1);
    // Blank lines below can be part of a block scalar; the line end above goes where the file has no final one.
    while let Some(at) = text[to..].find('\n') {
        if !text[to..to + at].trim().is_empty() {
            break;
        }
        to += at + 1;
    }
    if removal && behind {
        to += text[to..].len() - text[to..].trim_start().len();
    }
    if text[to..].trim().is_empty() {
        to = text.len();
    }
    (from.max(body.start), to)
}

/// Shows two texts where they differ, with some of what stands around.
fn changed(old: &str, new: &str) -> String {
    let (old, new) = (old.as_bytes(), new.as_bytes());
    let front = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let back = old
        .iter()
        .rev()
        .zip(new.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let part = |text: &[u8]| {
        let end = (text.len() - back.min(text.len()) + 80).min(text.len());
        let start = front.saturating_sub(80).min(end);
        String::from_utf8_lossy(&text[start..end.max(start)]).replace('\r', "␍")
    };
    format!("--- before\n{}\n--- after\n{}\n---", part(old), part(new))
}

/// Applies an edit and checks what the file means afterwards (Y1, Y2, Y5, Y6); nothing where the edit was refused.
pub(crate) fn check_meaning(text: &str, document: usize, edit: &Edit) -> Option<Edited> {
    let before = read(text);
    let old = before.document(document)?.root()?;
    let done = apply(&before, document, std::slice::from_ref(edit)).ok()?;
    let after = read(&done.text);
    let show = || format!("{edit:?}\n{}", changed(text, &done.text));

    // Y2: it reads as intended.
    let want = intended(&Node::from(old), edit).unwrap_or_else(|| panic!("{}", show()));
    let new = after.document(document).and_then(hnp_yaml::Document::root);
    let got = new.map_or(Node::Null, Node::from);
    assert!(got.same(&want), "{got:?}\n{want:?}\n{}", show());
    // Y1: what means nothing changes nothing.
    if want.same(&Node::from(old)) {
        assert_eq!(done.text, text);
    }
    // Y5: the inverse gives the same bytes.
    assert_eq!(
        apply_splices(text, &done.splices).as_ref(),
        Some(&done.text)
    );
    assert_eq!(
        apply_splices(&done.text, &done.inverse).as_deref(),
        Some(text),
        "{}",
        show()
    );
    // Y6: the other documents are the same.
    assert_eq!(after.documents().len(), before.documents().len());
    for (a, b) in before.documents().zip(after.documents()) {
        assert_eq!(
            text[a.separator().range()],
            done.text[b.separator().range()]
        );
        if a.index() != document {
            assert_eq!(text[a.body().range()], done.text[b.body().range()]);
        }
    }
    Some(done)
}

/// Applies an edit and checks everything it must keep, Y1 to Y6; nothing where the edit was refused.
pub(crate) fn check(text: &str, document: usize, edit: &Edit) -> Option<Edited> {
    let done = check_meaning(text, document, edit)?;
    let (before, after) = (read(text), read(&done.text));
    let old = before.document(document)?.root()?;
    let show = || format!("{edit:?}\n{}", changed(text, &done.text));
    // Y3: lines that the edit is not about stay.
    let (from, to) = allowed(&before, document, edit);
    let bom = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let newline = if from > bom && to == text.len() && !text.ends_with('\n') {
        1 + usize::from(text[..from].ends_with("\r\n"))
    } else {
        0
    };
    assert!(
        done.text.starts_with(&text[..from.max(newline) - newline])
            && done.text.ends_with(&text[to..]),
        "only {:?} may change\n{}",
        &text[from..to],
        show()
    );
    if text.contains("\r\n") && !text.replace("\r\n", "").contains(['\r', '\n']) {
        assert!(
            !done.text.replace("\r\n", "").contains(['\r', '\n']),
            "{}",
            show()
        );
    }
    assert_eq!(
        text.ends_with('\n'),
        done.text.ends_with('\n'),
        "{}",
        show()
    );
    // Y4: comments stay but for those of what is gone.
    let (ours, theirs) = (comments(&before), comments(&after));
    for (comment, &count) in &theirs {
        assert!(
            ours.get(comment).is_some_and(|&n| n >= count),
            "{comment}\n{}",
            show()
        );
    }
    let replaced = find(old, edit.path().segs());
    let keeps_all = match edit {
        Edit::Remove { .. } => false,
        Edit::Set { .. } => {
            replaced.is_none_or(|v| v.kind() == Kind::Scalar && v.style() != Style::Plain)
        }
        _ => true,
    };
    if keeps_all {
        assert_eq!(ours, theirs, "{}", show());
    } else {
        let lost = &text[from..to];
        for (comment, &count) in &ours {
            let kept = theirs.get(comment).copied().unwrap_or(0);
            assert!(
                count - kept <= lost.matches(comment.as_str()).count(),
                "{comment}\n{}",
                show()
            );
        }
    }
    Some(done)
}
