//! The merge of YAML files.
//!
//! Three ways, the first that can be shown to be right is taken:
//!
//! 1. The lines merge without conflict, and what they read as is exactly the merged value. Everything both sides wrote
//!    stays as they wrote it.
//! 2. The merged value is written into ours by splices, and the comments of theirs are carried over. With conflicts this
//!    is done twice, once with our and once with their value in their place; markers go around where the two differ.
//! 3. What cannot be read as YAML is merged as lines. What can be read but not written is shown with every difference of
//!    the two sides between markers, so that nobody's change is taken unseen.

mod comments;
mod documents;
mod edits;
mod graft;
mod write;

use hnp_model::ResourceId;
use hnp_yaml::{Node, Options, ProblemKind, Stream, parse};

use crate::Rules;
use crate::conflict::{Choice, Conflict};
use crate::items::weave;
use crate::lines::{Labels, merge_lines, two_way};
use crate::value::{Base, merge_with};
use documents::{Ident, Side, Sides};

/// A conflict in a file.
#[derive(Clone, Debug, PartialEq)]
pub struct FileConflict {
    /// The resource; nothing for a document that is none.
    pub resource: Option<ResourceId>,
    /// What is in conflict there.
    pub conflict: Conflict,
}

/// The way a file was merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// One side is the other, or did not change.
    Trivial,
    /// By field.
    Fields,
    /// By line: this is why not by field.
    Lines(&'static str),
}

/// The result of merging files.
#[derive(Clone, Debug, PartialEq)]
pub struct MergedText {
    /// The merged bytes.
    pub text: Vec<u8>,
    /// Whether conflict markers stand in the text.
    pub conflicted: bool,
    /// The conflicts by field; empty where lines were merged, whether they conflict or not.
    pub conflicts: Vec<FileConflict>,
    /// How it was done.
    pub how: How,
}

/// Merges two YAML files that grew from one; an empty `base` means that both sides made the file.
///
/// A result without markers reads as exactly the merged value, or came from texts that do not read as YAML. A base that
/// cannot be read, as the virtual one of a criss-cross merge with markers of its own, is no base: what differs conflicts.
#[must_use]
pub fn merge_text(base: &[u8], ours: &[u8], theirs: &[u8], labels: Labels<'_>) -> MergedText {
    let trivial = |text: &[u8]| MergedText {
        text: text.to_vec(),
        conflicted: false,
        conflicts: Vec::new(),
        how: How::Trivial,
    };
    if ours == theirs || base == theirs {
        return trivial(ours);
    }
    if base == ours {
        return trivial(theirs);
    }
    match by_fields(base, ours, theirs, labels) {
        Ok(merged) => merged,
        Err(why) => by_lines(base, ours, theirs, labels, why),
    }
}

fn read(bytes: &[u8]) -> Stream {
    parse(bytes, &Options::with_comments())
}

/// What becomes of one document.
struct Outcome {
    ident: Ident,
    /// With our value, and with theirs, wherever the sides conflict.
    ours: Option<Node>,
    theirs: Option<Node>,
}

fn by_fields(
    base: &[u8],
    ours: &[u8],
    theirs: &[u8],
    labels: Labels<'_>,
) -> Result<MergedText, &'static str> {
    let streams = (read(base), read(ours), read(theirs));
    let sides = Sides {
        base: Side::base(&streams.0),
        ours: Side::whole(&streams.1)?,
        theirs: Side::whole(&streams.2)?,
    };
    sides.check()?;
    let (outcomes, conflicts) = merge_documents(&sides);
    if conflicts.is_empty() {
        let lines = merge_lines(base, ours, theirs, labels);
        if !lines.conflicts && write::reads_as(&lines.text, &outcomes, |outcome| &outcome.ours) {
            return Ok(MergedText {
                text: lines.text,
                conflicted: false,
                conflicts,
                how: How::Fields,
            });
        }
    }
    let ours_text = write::write(&sides, &outcomes, |outcome| &outcome.ours)?;
    if conflicts.is_empty() {
        return Ok(MergedText {
            text: ours_text.into_bytes(),
            conflicted: false,
            conflicts,
            how: How::Fields,
        });
    }
    let theirs_text = write::write(&sides, &outcomes, |outcome| &outcome.theirs)?;
    let marked = two_way(ours_text.as_bytes(), theirs_text.as_bytes(), labels);
    if !marked.conflicts {
        return Err("the conflict does not show in the text");
    }
    Ok(MergedText {
        text: marked.text,
        conflicted: true,
        conflicts,
        how: How::Fields,
    })
}

/// Merges the values of all documents, in the order they will have.
fn merge_documents(sides: &Sides<'_>) -> (Vec<Outcome>, Vec<FileConflict>) {
    let mut outcomes = Vec::new();
    let mut conflicts = Vec::new();
    for ident in weave(&sides.ours.idents(), &sides.theirs.idents()) {
        let (o, t) = (sides.ours.get(&ident), sides.theirs.get(&ident));
        let b = match sides.base.get(&ident) {
            Some(document) => Base::Value(&document.node),
            None if sides.base.is_complete => Base::Absent,
            None => Base::Unknown,
        };
        // What is no resource may be of another kind on each side: then nothing is known of its lists.
        let mut kinds = [sides.base.get(&ident), o, t]
            .into_iter()
            .flatten()
            .map(|document| document.rules);
        let Some(first) = kinds.next() else {
            continue;
        };
        let rules = if kinds.all(|rules| rules.is(first)) {
            first
        } else {
            Rules::of("", "")
        };
        let (o, t) = (o.map(|d| &d.node), t.map(|d| &d.node));
        let merge_as = |choice: Choice, mut found: Option<&mut Vec<FileConflict>>| {
            merge_with(rules, b, o, t, &mut |conflict| {
                if let Some(found) = &mut found {
                    found.push(FileConflict {
                        resource: ident.resource().cloned(),
                        conflict: conflict.clone(),
                    });
                }
                choice.clone()
            })
            .value
        };
        let count = conflicts.len();
        let ours = merge_as(Choice::Ours, Some(&mut conflicts));
        let theirs = if conflicts.len() == count {
            ours.clone()
        } else {
            merge_as(Choice::Theirs, None)
        };
        outcomes.push(Outcome {
            ident,
            ours,
            theirs,
        });
    }
    (outcomes, conflicts)
}

/// Merges what cannot be merged by field.
fn by_lines(
    base: &[u8],
    ours: &[u8],
    theirs: &[u8],
    labels: Labels<'_>,
    why: &'static str,
) -> MergedText {
    let (our_stream, their_stream) = (read(ours), read(theirs));
    let readable = our_stream.problems().is_empty() && their_stream.problems().is_empty();
    let lines = merge_lines(base, ours, theirs, labels);
    let trusted = if readable && why != documents::NO_IDENTITY {
        // The lines can be read but not written by field: which of them belong together nobody knows.
        false
    } else {
        lines.conflicts || no_worse(&read(&lines.text), &our_stream, &their_stream)
    };
    let mut lines = if trusted {
        lines
    } else {
        two_way(ours, theirs, labels)
    };
    if !lines.conflicts && !trusted {
        // Equal texts never come here, so this is out of reach; a result that nobody checked is still not passed on.
        lines = merge_lines(&[], ours, theirs, labels);
    }
    MergedText {
        text: lines.text,
        conflicted: lines.conflicts,
        conflicts: Vec::new(),
        how: How::Lines(why),
    }
}

/// Tells whether a text has no fault that neither side had: a merge of lines must not add any.
fn no_worse(merged: &Stream, ours: &Stream, theirs: &Stream) -> bool {
    let count = |stream: &Stream, kind: ProblemKind| {
        stream.problems().iter().filter(|p| p.kind == kind).count()
    };
    let twice = |stream: &Stream| documents::identities_twice(stream);
    ProblemKind::ALL
        .iter()
        .all(|&kind| count(merged, kind) <= count(ours, kind).max(count(theirs, kind)))
        && twice(merged) <= twice(ours).max(twice(theirs))
}
