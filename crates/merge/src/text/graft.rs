//! What came from theirs, written as they wrote it.
//!
//! An edit writes a new key or item in one plain form. Here its lines give way to those of theirs, with their comments, flow
//! style and quoting. The change of text must change no value, or it is left out.

use std::collections::HashMap;

use hnp_yaml::edit::{Splice, rewrite};
use hnp_yaml::{Kind, Span, Stream, Value};

use super::comments::steps;
use super::documents::{Ident, Sides, docs, last_end};
use super::read;
use crate::Rules;
use crate::path::Path;

type Key = (Ident, String);

/// Puts the lines of theirs in the place of what was added from there.
pub(super) fn graft(sides: &Sides<'_>, text: String) -> String {
    let merged = read(text.as_bytes());
    let (ours, theirs) = (parts(sides.ours.stream), parts(sides.theirs.stream));
    let mut new: Vec<(Key, Part)> = parts(&merged)
        .into_iter()
        .filter(|(key, _)| !ours.contains_key(key) && theirs.contains_key(key))
        .collect();
    new.sort_by_key(|(_, part)| (part.start, std::cmp::Reverse(part.end)));
    let mut splices = Vec::new();
    let mut done = 0;
    for (key, here) in new {
        // What stands in something that was taken whole came with it.
        if here.start < done {
            continue;
        }
        done = here.end;
        let there = &theirs[&key];
        let from = Lines::of(sides.theirs.stream.text(), there);
        let to = Lines::of(merged.text(), &here);
        if let (Some(from), Some(to)) = (from, to)
            && let Some(with) = from.at_column(to.column, newline(merged.text()))
        {
            splices.push(Splice {
                span: Span::new(to.start, to.end),
                with,
            });
        }
    }
    if splices.is_empty() {
        return text;
    }
    // From the end, so that every place stays true.
    splices.reverse();
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

/// Where a key with its value, or an item with its dash, starts and ends.
#[derive(Clone, Copy, Debug)]
struct Part {
    start: usize,
    end: usize,
}

/// A part that has its lines to itself.
struct Lines<'t> {
    text: &'t str,
    column: usize,
    start: usize,
    end: usize,
}

impl<'t> Lines<'t> {
    fn of(text: &'t str, part: &Part) -> Option<Self> {
        let line = text[..part.start].rfind('\n').map_or(0, |at| at + 1);
        let before = &text[line..part.start];
        let end = text[part.end..]
            .find('\n')
            .map_or(text.len(), |at| part.end + at);
        let behind = text[part.end..end].trim();
        let alone = before.bytes().all(|byte| byte == b' ')
            && (behind.is_empty() || behind.starts_with('#'));
        alone.then(|| Self {
            text: &text[part.start..end],
            column: before.len(),
            start: part.start,
            end: part.start + text[part.start..end].trim_end_matches('\r').len(),
        })
    }

    /// Returns the text so that it starts at another column, every line moved alike.
    fn at_column(&self, column: usize, newline: &str) -> Option<String> {
        let mut out = String::with_capacity(self.text.len());
        for (at, line) in self.text.split('\n').enumerate() {
            let line = line.trim_end_matches('\r');
            if at > 0 {
                out.push_str(newline);
                if line.is_empty() {
                    continue;
                }
                let indent = line.len() - line.trim_start_matches(' ').len();
                let indent = (indent + column).checked_sub(self.column)?;
                out.extend(std::iter::repeat_n(' ', indent));
                out.push_str(line.trim_start_matches(' '));
            } else {
                out.push_str(line);
            }
        }
        Some(out)
    }
}

fn parts(stream: &Stream) -> HashMap<Key, Part> {
    let mut found = HashMap::new();
    for doc in docs(stream) {
        let Some(root) = stream
            .document(doc.index)
            .and_then(hnp_yaml::Document::root)
        else {
            continue;
        };
        walk(doc.rules, &mut Path::default(), root, &mut |path, part| {
            found.insert((doc.ident.clone(), path), part);
        });
    }
    found
}

fn walk(rules: Rules, path: &mut Path, value: Value<'_>, put: &mut impl FnMut(String, Part)) {
    // What stands on one line is taken with that line.
    if value.is_alias() || value.style() != hnp_yaml::Style::Block {
        return;
    }
    let text = value.stream().text();
    match value.kind() {
        Kind::Map => {
            for entry in value.own_entries() {
                path.push(crate::path::Step::Key(entry.key.to_owned()));
                put(
                    path.to_string(),
                    Part {
                        start: entry.key_span.start as usize,
                        end: last_end(entry.value).max(entry.key_span.end as usize),
                    },
                );
                walk(rules, path, entry.value, put);
                path.pop();
            }
        }
        Kind::Seq => {
            let items: Vec<hnp_yaml::Node> = value.items().map(hnp_yaml::Node::from).collect();
            for ((step, item), node) in steps(rules, path, &items)
                .into_iter()
                .zip(value.items())
                .zip(&items)
            {
                let at = item.full_span().start as usize;
                path.push(step);
                if let Some(dash) = text[..at].trim_end_matches(' ').strip_suffix('-') {
                    put(
                        path.to_string(),
                        Part {
                            start: dash.len(),
                            end: last_end(item).max(at),
                        },
                    );
                }
                walk(rules.inside(path, node), path, item, put);
                path.pop();
            }
        }
        Kind::Scalar | Kind::Alias => {}
    }
}

fn newline(text: &str) -> &'static str {
    match text.find('\n') {
        Some(at) if at > 0 && text.as_bytes()[at - 1] == b'\r' => "\r\n",
        _ => "\n",
    }
}
