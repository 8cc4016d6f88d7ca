//! Comments of their side, carried into the merged text.
//!
//! A comment belongs to the key or item on whose line it ends, or above which it stands. There it is merged like a value:
//! where ours has what the base had, theirs stands; where both wrote something, both stay. A comment never changes a value:
//! every change is checked, and one that would is left out.

use std::collections::HashMap;

use hnp_yaml::edit::{Splice, rewrite};
use hnp_yaml::{Kind, Span, Stream, Value};

use super::documents::{Ident, Sides, docs};
use super::read;
use crate::Rules;
use crate::items::ListKind;
use crate::path::{Path, Step};

/// The comments at one key or item.
#[derive(Debug, Default)]
struct Here {
    /// Start of the line that the key or item stands on.
    line: usize,
    /// Lines above it.
    above: Vec<Span>,
    /// Behind it on its line.
    behind: Option<Span>,
}

type Places = HashMap<(Ident, String), Here>;

/// Brings the comments that theirs added, changed or took away into a merged text.
pub(super) fn carry(sides: &Sides<'_>, text: String) -> String {
    let merged = read(text.as_bytes());
    let base = places(sides.base.stream);
    let theirs = places(sides.theirs.stream);
    let now = places(&merged);
    let mut keys: Vec<_> = theirs.keys().filter(|key| now.contains_key(key)).collect();
    keys.sort_by_key(|key| now[*key].line);
    let mut splices = Vec::new();
    for key in keys {
        let (their, our) = (&theirs[key], &now[key]);
        let old = base.get(key);
        above(sides, &merged, (old, their, our), &mut splices);
        behind(sides, &merged, (old, their, our), &mut splices);
    }
    if splices.is_empty() {
        return text;
    }
    // From the end, so that every place stays true.
    splices.sort_by_key(|splice: &Splice| std::cmp::Reverse((splice.span.start, splice.span.end)));
    if let Ok(done) = rewrite(&merged, &splices) {
        return done.text;
    }
    let mut text = text;
    for splice in splices {
        if let Ok(done) = rewrite(&read(text.as_bytes()), std::slice::from_ref(&splice)) {
            text = done.text;
        }
    }
    text
}

type Three<'h> = (Option<&'h Here>, &'h Here, &'h Here);

fn lines<'s>(stream: &'s Stream, here: Option<&Here>) -> Vec<&'s str> {
    here.map_or_else(Vec::new, |here| {
        here.above
            .iter()
            .map(|span| &stream.text()[span.range()])
            .collect()
    })
}

fn above(sides: &Sides<'_>, merged: &Stream, here: Three<'_>, splices: &mut Vec<Splice>) {
    let (old, their, our) = here;
    let text = merged.text();
    let base = lines(sides.base.stream, old);
    let theirs = lines(sides.theirs.stream, Some(their));
    let ours = lines(merged, Some(our));
    if theirs == base || theirs == ours {
        return;
    }
    let indent = indent(text, our.line);
    let newline = newline(text);
    let write = |comments: &[&str]| -> String {
        comments
            .iter()
            .map(|comment| format!("{indent}{comment}{newline}"))
            .collect()
    };
    if ours == base {
        // Theirs stands in the place of the old one.
        let at = our
            .above
            .first()
            .map_or(our.line, |span| line_start(text, span.start as usize));
        for span in &our.above {
            splices.push(Splice {
                span: Span::new(
                    line_start(text, span.start as usize),
                    next_line(text, span.end as usize),
                ),
                with: String::new(),
            });
        }
        let with = write(&theirs);
        match splices.len().checked_sub(our.above.len()) {
            Some(first) if !our.above.is_empty() => splices[first].with = with,
            _ if !with.is_empty() => splices.push(Splice {
                span: Span::at(at),
                with,
            }),
            _ => {}
        }
        return;
    }
    let new: Vec<&str> = theirs
        .into_iter()
        .filter(|comment| !base.contains(comment) && !ours.contains(comment))
        .collect();
    if !new.is_empty() {
        splices.push(Splice {
            span: Span::at(our.line),
            with: write(&new),
        });
    }
}

fn behind(sides: &Sides<'_>, merged: &Stream, here: Three<'_>, splices: &mut Vec<Splice>) {
    let (old, their, our) = here;
    let text = merged.text();
    let get = |stream: &Stream, here: Option<&Here>| {
        here.and_then(|here| here.behind)
            .map(|span| stream.text()[span.range()].to_owned())
    };
    let base = get(sides.base.stream, old);
    let theirs = get(sides.theirs.stream, Some(their));
    let ours = get(merged, Some(our));
    if theirs == base || theirs == ours {
        return;
    }
    let end = line_end(text, our.line);
    let splice = match (our.behind, theirs) {
        (Some(span), Some(comment)) if ours == base => Splice {
            span,
            with: comment,
        },
        (Some(span), None) if ours == base => {
            let before = text[..span.start as usize].trim_end_matches([' ', '\t']);
            Splice {
                span: Span::new(before.len(), span.end as usize),
                with: String::new(),
            }
        }
        (None, Some(comment)) => Splice {
            span: Span::at(end),
            with: format!(" {comment}"),
        },
        // Both wrote one: theirs goes above, so that both stay.
        (Some(_), Some(comment)) => Splice {
            span: Span::at(our.line),
            with: format!("{}{comment}{}", indent(text, our.line), newline(text)),
        },
        (_, None) => return,
    };
    splices.push(splice);
}

/// Finds the comments of every key and item of a stream.
fn places(stream: &Stream) -> Places {
    let text = stream.text();
    let mut found = Places::new();
    // What starts where, in the order of the text: the innermost of what starts on a line comes last.
    let mut starts: Vec<(usize, (Ident, String))> = Vec::new();
    for doc in docs(stream) {
        let Some(root) = stream
            .document(doc.index)
            .and_then(hnp_yaml::Document::root)
        else {
            continue;
        };
        walk(doc.rules, &mut Path::default(), root, &mut |path, at| {
            starts.push((at, (doc.ident.clone(), path)));
        });
    }
    starts.sort_by_key(|(at, _)| *at);
    for (at, key) in &starts {
        found.entry(key.clone()).or_insert_with(|| Here {
            line: line_start(text, *at),
            ..Here::default()
        });
    }
    for comment in stream.comments() {
        let at = comment.span.start as usize;
        let next = starts.partition_point(|(start, _)| *start < at);
        if comment.own_line {
            if let Some((_, key)) = starts.get(next)
                && let Some(here) = found.get_mut(key)
            {
                here.above.push(comment.span);
            }
        } else if let Some((start, key)) = next.checked_sub(1).and_then(|at| starts.get(at))
            && line_start(text, *start) == line_start(text, at)
            && let Some(here) = found.get_mut(key)
        {
            here.behind = Some(comment.span);
        }
    }
    found
}

/// Returns the steps to the items of a list: by what tells them apart, else by number, which is all there is.
pub(super) fn steps(rules: Rules, path: &Path, items: &[hnp_yaml::Node]) -> Vec<Step> {
    let kind = rules.list(path, &[items]);
    let steps = match kind {
        ListKind::Atomic => None,
        _ => rules.steps(path, kind, items),
    };
    steps.unwrap_or_else(|| {
        (0..items.len())
            .map(|at| Step::Member(at.to_string()))
            .collect()
    })
}

/// Names every key and item below a value, keys of keyed lists by their key.
fn walk(rules: Rules, path: &mut Path, value: Value<'_>, put: &mut impl FnMut(String, usize)) {
    if value.is_alias() {
        return;
    }
    match value.kind() {
        Kind::Map => {
            for entry in value.own_entries() {
                path.push(Step::Key(entry.key.to_owned()));
                put(path.to_string(), entry.key_span.start as usize);
                walk(rules, path, entry.value, put);
                path.pop();
            }
        }
        Kind::Seq => {
            let items: Vec<hnp_yaml::Node> = value.items().map(hnp_yaml::Node::from).collect();
            let steps = steps(rules, path, &items);
            for ((step, item), node) in steps.into_iter().zip(value.items()).zip(&items) {
                path.push(step);
                put(path.to_string(), item.full_span().start as usize);
                walk(rules.inside(path, node), path, item, put);
                path.pop();
            }
        }
        Kind::Scalar | Kind::Alias => {}
    }
}

fn line_start(text: &str, at: usize) -> usize {
    let start = text[..at].rfind('\n').map_or(0, |at| at + 1);
    if start == 0 && text.starts_with('\u{feff}') {
        '\u{feff}'.len_utf8().min(at)
    } else {
        start
    }
}

fn next_line(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |n| at + n + 1)
}

fn line_end(text: &str, at: usize) -> usize {
    let line = &text[at..next_line(text, at)];
    at + line.trim_end_matches(['\n', '\r']).len()
}

fn indent(text: &str, line: usize) -> &str {
    let rest = &text[line..];
    &rest[..rest.len() - rest.trim_start_matches(' ').len()]
}

fn newline(text: &str) -> &'static str {
    match text.find('\n') {
        Some(at) if at > 0 && text.as_bytes()[at - 1] == b'\r' => "\r\n",
        _ => "\n",
    }
}
