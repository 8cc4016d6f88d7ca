//! A merged value written into our text.

use std::collections::HashMap;

use hnp_yaml::edit::{apply, insert_document, remove_document};
use hnp_yaml::{Node, Stream};

use super::documents::{Ident, Sides, docs, extent};
use super::{Outcome, comments, edits, read};
use crate::path::Path;

/// Writes one value of each outcome into our text, and gives the text only if it reads as exactly these values.
pub(super) fn write(
    sides: &Sides<'_>,
    outcomes: &[Outcome],
    value: impl Fn(&Outcome) -> &Option<Node> + Copy,
) -> Result<String, &'static str> {
    let text = edited(sides, outcomes, value)?;
    let text = removed(sides, outcomes, value, text)?;
    let text = inserted(sides, outcomes, value, text)?;
    let text = comments::carry(sides, text);
    if reads_as(text.as_bytes(), outcomes, value) {
        Ok(text)
    } else {
        Err("the merged text would not read as the merged value")
    }
}

/// Tells whether a text holds exactly the values of the outcomes.
pub(super) fn reads_as(
    text: &[u8],
    outcomes: &[Outcome],
    value: impl Fn(&Outcome) -> &Option<Node>,
) -> bool {
    let stream = read(text);
    if !stream.problems().is_empty() {
        return false;
    }
    let found = docs(&stream);
    let count = found.len();
    let found: HashMap<Ident, _> = found
        .into_iter()
        .map(|doc| (doc.ident.clone(), doc))
        .collect();
    let wanted = outcomes.iter().filter(|outcome| value(outcome).is_some());
    found.len() == count
        && wanted.clone().count() == count
        && wanted.into_iter().all(|outcome| {
            found.get(&outcome.ident).is_some_and(|doc| {
                doc.rules
                    .same(&Path::default(), value(outcome).as_ref(), Some(&doc.node))
            })
        })
}

/// Makes the edits inside documents, each in its own stretch of the text, so that many cost no more than their own size.
fn edited(
    sides: &Sides<'_>,
    outcomes: &[Outcome],
    value: impl Fn(&Outcome) -> &Option<Node>,
) -> Result<String, &'static str> {
    let stream = sides.ours.stream;
    let text = stream.text();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    let by_ident: HashMap<&Ident, &Outcome> = outcomes
        .iter()
        .map(|outcome| (&outcome.ident, outcome))
        .collect();
    for doc in &sides.ours.docs {
        let Some(new) = by_ident.get(&doc.ident).and_then(|o| value(o).as_ref()) else {
            continue;
        };
        let edits = edits::edits(doc.rules, &doc.node, new);
        if edits.is_empty() {
            continue;
        }
        let Some(document) = stream.document(doc.index) else {
            continue;
        };
        let start = document.separator().start.min(document.body().start) as usize;
        let end = document.body().end as usize;
        let part = read(text[start..end].as_bytes());
        if part.documents().len() != 1 {
            return Err("a document cannot be edited by itself");
        }
        let done = apply(&part, 0, &edits).map_err(|_| "an edit was refused")?;
        out.push_str(&text[at..start]);
        out.push_str(&done.text);
        at = end;
    }
    out.push_str(&text[at..]);
    Ok(out)
}

fn removed(
    sides: &Sides<'_>,
    outcomes: &[Outcome],
    value: impl Fn(&Outcome) -> &Option<Node>,
    mut text: String,
) -> Result<String, &'static str> {
    let mut gone: Vec<usize> = outcomes
        .iter()
        .filter(|outcome| value(outcome).is_none())
        .filter_map(|outcome| sides.ours.get(&outcome.ident))
        .map(|doc| doc.index)
        .collect();
    gone.sort_unstable();
    for index in gone.into_iter().rev() {
        text = remove_document(&read(text.as_bytes()), index)
            .map_err(|_| "a document cannot be removed")?
            .text;
    }
    Ok(text)
}

fn inserted(
    sides: &Sides<'_>,
    outcomes: &[Outcome],
    value: impl Fn(&Outcome) -> &Option<Node>,
    mut text: String,
) -> Result<String, &'static str> {
    let mut before: Option<&Ident> = None;
    for outcome in outcomes {
        if value(outcome).is_none() {
            continue;
        }
        if sides.ours.get(&outcome.ident).is_none() {
            let theirs = sides
                .theirs
                .get(&outcome.ident)
                .ok_or("a document comes from nowhere")?;
            let stream = read(text.as_bytes());
            let at = place(&stream, before);
            let new = &sides.theirs.stream.text()[extent(sides.theirs.stream, theirs.index)];
            text = insert_document(&stream, at, new)
                .map_err(|_| "a document cannot be added")?
                .text;
        }
        before = Some(&outcome.ident);
    }
    Ok(text)
}

/// Returns the number behind that of a document, or that of the first one with a value.
fn place(stream: &Stream, before: Option<&Ident>) -> usize {
    let docs = docs(stream);
    match before {
        Some(ident) => docs
            .iter()
            .find(|doc| doc.ident == *ident)
            .map_or(stream.documents().len(), |doc| doc.index + 1),
        None => docs
            .first()
            .map_or(stream.documents().len(), |doc| doc.index),
    }
}
