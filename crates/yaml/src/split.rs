//! Cuts a file into documents by its separator lines.
//!
//! `---` and `...` at the start of a line end whatever was open, block scalars and quotes too, so documents can be told
//! apart before they are parsed. That is what keeps one broken document from hiding the next, and what keeps every
//! line number true for the whole file.

use crate::problem::{Problem, ProblemKind};
use crate::stream::{Comment, DocumentSpan};
use crate::{Span, Stream};

/// A region between the markers of a merge conflict, both included.
struct Conflict {
    region: Span,
    first_marker: Span,
}

/// Fills in the documents of a stream and the problems that lines alone show.
pub(crate) fn split(stream: &mut Stream, keep_comments: bool) {
    let text = std::mem::take(&mut stream.text);
    let start = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let conflicts = conflicts(&text, start);

    let mut separator = Span::at(start);
    let mut body_start = start;
    let mut ended_by_dots: Option<usize> = None;
    for marker in markers(&text, start) {
        close(
            stream,
            &text,
            separator,
            body_start,
            marker.line.start as usize,
            ended_by_dots,
        );
        match marker.kind {
            MarkerKind::Start => {
                let index = stream.documents.len();
                check_rest(stream, &text, &marker, index, keep_comments);
                separator = marker.line;
                // A document that follows `...` stays one that follows it.
            }
            MarkerKind::End => {
                let index = stream.documents.len().saturating_sub(1);
                check_rest(stream, &text, &marker, index, keep_comments);
                ended_by_dots = Some(marker.line.start as usize);
                separator = Span::at(marker.line.end as usize);
            }
        }
        body_start = marker.line.end as usize;
    }
    close(
        stream,
        &text,
        separator,
        body_start,
        text.len(),
        ended_by_dots,
    );
    mark_conflicts(stream, &conflicts);
    stream.text = text;
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum MarkerKind {
    Start,
    End,
}

struct Marker {
    kind: MarkerKind,
    /// The whole line, line end included.
    line: Span,
}

/// Finds the lines that start with `---` or `...` followed by white space or nothing.
fn markers(text: &str, start: usize) -> impl Iterator<Item = Marker> + '_ {
    let bytes = text.as_bytes();
    let at_line_start = move |at: usize| {
        let kind = match bytes.get(at..at + 3)? {
            b"---" => MarkerKind::Start,
            b"..." => MarkerKind::End,
            _ => return None,
        };
        if !matches!(bytes.get(at + 3), None | Some(b' ' | b'\t' | b'\r' | b'\n')) {
            return None;
        }
        let end = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |n| at + n + 1);
        Some(Marker {
            kind,
            line: Span::new(at, end),
        })
    };
    std::iter::once(start)
        .chain(memchr::memchr_iter(b'\n', bytes).map(|at| at + 1))
        .filter_map(at_line_start)
}

/// Ends the document that lies between two markers.
fn close(
    stream: &mut Stream,
    text: &str,
    separator: Span,
    start: usize,
    end: usize,
    ended_by_dots: Option<usize>,
) {
    let body = Span::new(start, end);
    let content = first_content(text, body);
    let opened = !separator.is_empty();
    if let (Some(_), Some(at)) = (ended_by_dots, content) {
        let index = stream.documents.len();
        stream.documents.push(DocumentSpan {
            separator,
            body,
            root: None,
            broken: true,
        });
        stream.problem(Problem {
            kind: ProblemKind::DocumentAfterEnd,
            span: line_at(text, at),
            message: "a document after `...` is dropped by kubectl and Argo CD without a word"
                .to_owned(),
            related: None,
            document: Some(index),
        });
        return;
    }
    // What stands before the first `---` is a document only if something is in it; comments there belong to it all the
    // same, so that nothing is lost.
    if opened || content.is_some() || !text[body.range()].trim().is_empty() {
        stream.documents.push(DocumentSpan {
            separator,
            body,
            root: None,
            broken: false,
        });
    }
}

/// Returns the offset of the first byte that is neither blank nor in a comment line.
fn first_content(text: &str, body: Span) -> Option<usize> {
    let mut at = body.start as usize;
    for line in text[body.range()].split_inclusive('\n') {
        let trimmed = line.trim_start_matches([' ', '\t', '\r']);
        if !trimmed.trim_end().is_empty() && !trimmed.starts_with('#') {
            return Some(at + (line.len() - trimmed.len()));
        }
        at += line.len();
    }
    None
}

/// Returns the rest of a line from an offset, line end excluded.
fn line_at(text: &str, at: usize) -> Span {
    let rest = &text[at..];
    let end = rest.find('\n').unwrap_or(rest.len());
    Span::new(at, at + rest[..end].trim_end().len())
}

/// Refuses text after a marker on its line, unless it is a comment.
fn check_rest(
    stream: &mut Stream,
    text: &str,
    marker: &Marker,
    document: usize,
    keep_comments: bool,
) {
    let line = &text[marker.line.range()];
    let rest = line[3..].trim_end();
    let trimmed = rest.trim_start();
    if trimmed.is_empty() {
        return;
    }
    let at = marker.line.start as usize + 3 + (rest.len() - trimmed.len());
    let span = Span::new(at, at + trimmed.len());
    if trimmed.starts_with('#') {
        if keep_comments {
            stream.comments.push(Comment {
                span,
                own_line: false,
                document,
            });
        }
        return;
    }
    let which = if marker.kind == MarkerKind::Start {
        "---"
    } else {
        "..."
    };
    stream.problem(Problem {
        kind: ProblemKind::TextAfterSeparator,
        span,
        message: format!(
            "text after `{which}` on its line is dropped by kubectl and Argo CD without a word"
        ),
        related: None,
        document: Some(document),
    });
}

/// Finds `<<<<<<<`, `=======` and `>>>>>>>` lines that follow one another in that order.
///
/// Only the three together at the start of lines are a conflict: any of them alone may be text.
fn conflicts(text: &str, start: usize) -> Vec<Conflict> {
    let mut found = Vec::new();
    if memchr::memmem::find(text.as_bytes(), b"<<<<<<<").is_none() {
        return found;
    }
    let mut open: Option<(Span, bool)> = None;
    let mut at = start;
    for line in text[start..].split_inclusive('\n') {
        let bare = line.trim_end_matches(['\n', '\r']);
        let span = Span::new(at, at + bare.len());
        at += line.len();
        let marked = |mark: &str| {
            bare.strip_prefix(mark)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
        };
        if marked("<<<<<<<") {
            open = Some((span, false));
        } else if marked("=======") {
            if let Some((_, divided)) = &mut open {
                *divided = true;
            }
        } else if marked(">>>>>>>")
            && let Some((first, true)) = open
        {
            found.push(Conflict {
                region: Span::new(first.start as usize, at),
                first_marker: first,
            });
            open = None;
        }
    }
    found
}

fn mark_conflicts(stream: &mut Stream, conflicts: &[Conflict]) {
    for conflict in conflicts {
        let mut first = None;
        for (index, document) in stream.documents.iter_mut().enumerate() {
            let touches = document.body.start < conflict.region.end
                && conflict.region.start < document.body.end;
            if touches {
                document.broken = true;
                first = first.or(Some(index));
            }
        }
        stream.problem(Problem {
            kind: ProblemKind::ConflictMarkers,
            span: conflict.first_marker,
            message: "merge conflict markers are left in the file".to_owned(),
            related: Some((
                Span::new(
                    conflict.region.end as usize - 1,
                    conflict.region.end as usize,
                ),
                "the conflict ends here".to_owned(),
            )),
            document: first,
        });
    }
}
