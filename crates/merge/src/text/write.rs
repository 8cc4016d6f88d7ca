//! A merged value written into our text.

use std::collections::{HashMap, HashSet};

use hnp_yaml::Node;
use hnp_yaml::edit::apply;

use super::documents::{Ident, Sides, docs, extent};
use super::{Outcome, comments, edits, graft, read};
use crate::path::Path;

/// Edits of one document cost a parse of it each: more bytes than this are not parsed for one document.
const MOST_WORK: usize = 1 << 30;

/// Writes one value of each outcome into our text, and gives the text only if it reads as exactly these values.
pub(super) fn write(
    sides: &Sides<'_>,
    outcomes: &[Outcome],
    value: impl Fn(&Outcome) -> &Option<Node> + Copy,
) -> Result<String, &'static str> {
    let text = edited(sides, outcomes, value)?;
    let text = rearranged(sides, outcomes, value, text)?;
    let text = graft::graft(sides, text);
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
        if edits.len().saturating_mul(end - start) > MOST_WORK {
            return Err("it differs in too many places");
        }
        let part = read(&text.as_bytes()[start..end]);
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

/// Takes documents out and puts those of theirs in, behind what they stand behind there.
fn rearranged(
    sides: &Sides<'_>,
    outcomes: &[Outcome],
    value: impl Fn(&Outcome) -> &Option<Node>,
    text: String,
) -> Result<String, &'static str> {
    let mut gone = HashSet::new();
    // By the number of the document of ours they go behind; none for what goes first.
    let mut new: HashMap<Option<usize>, Vec<usize>> = HashMap::new();
    let mut behind = None;
    for outcome in outcomes {
        let own = sides.ours.get(&outcome.ident).map(|doc| doc.index);
        match (own, value(outcome)) {
            (Some(own), Some(_)) => behind = Some(own),
            (Some(own), None) => _ = gone.insert(own),
            (None, Some(_)) => {
                let theirs = sides.theirs.get(&outcome.ident);
                let theirs = theirs.ok_or("a document comes from nowhere")?;
                new.entry(behind).or_default().push(theirs.index);
            }
            (None, None) => {}
        }
    }
    if gone.is_empty() && new.is_empty() {
        return Ok(text);
    }
    let stream = read(text.as_bytes());
    if stream.documents().len() != sides.ours.stream.documents().len() {
        return Err("an edit changed the number of documents");
    }
    let newline = newline(&text);
    let first = stream
        .documents()
        .find(|document| document.root().is_some())
        .map(hnp_yaml::Document::index);
    let mut out = Assembly {
        text: String::with_capacity(text.len()),
        newline,
    };
    let mut at = 0;
    for document in stream.documents() {
        let extent = extent(&stream, document.index());
        out.text.push_str(&text[at..extent.start]);
        if first == Some(document.index()) {
            for theirs in new.remove(&None).unwrap_or_default() {
                out.document(sides, theirs);
            }
        }
        if !gone.contains(&document.index()) {
            if document.separator().is_empty() {
                out.separate();
            }
            out.text.push_str(&text[extent.clone()]);
        }
        at = extent.end;
        for theirs in new.remove(&Some(document.index())).unwrap_or_default() {
            out.document(sides, theirs);
        }
    }
    for theirs in new.into_values().flatten() {
        out.document(sides, theirs);
    }
    out.text.push_str(&text[at..]);
    Ok(out.text)
}

/// A file put together of documents.
struct Assembly {
    text: String,
    newline: &'static str,
}

impl Assembly {
    /// Opens a document, where one stands before it.
    fn separate(&mut self) {
        if self.text.trim_start_matches('\u{feff}').trim().is_empty() {
            return;
        }
        self.end_line();
        self.text.push_str("---");
        self.text.push_str(self.newline);
    }

    fn end_line(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push_str(self.newline);
        }
    }

    /// Adds a document of theirs with its comments.
    fn document(&mut self, sides: &Sides<'_>, index: usize) {
        let stream = sides.theirs.stream;
        let text = &stream.text()[extent(stream, index)];
        let mut text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
        if !text.ends_with('\n') {
            text.push('\n');
        }
        self.end_line();
        let opened = stream
            .document(index)
            .is_some_and(|document| !document.separator().is_empty());
        if !opened {
            self.separate();
        }
        self.text.push_str(&text.replace('\n', self.newline));
    }
}

fn newline(text: &str) -> &'static str {
    match text.find('\n') {
        Some(at) if at > 0 && text.as_bytes()[at - 1] == b'\r' => "\r\n",
        _ => "\n",
    }
}
