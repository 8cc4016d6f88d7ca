//! Whole documents put in and taken out, and changes that mean nothing.

use super::error::{EditError, EditErrorKind};
use super::layout::{deep_end, line_start, newline, next_line};
use super::work::Work;
use super::{Edited, Path, Splice, apply_splices};
use crate::{Limits, Node, Options, Span, Stream, parse};

/// Removes a document with its separator and the comments directly above that, which belong to it; comments directly
/// above the next separator stay, as they belong to the next document.
///
/// # Errors
///
/// Refuses where there is no such document, or where the others would not stay as they are.
pub fn remove_document(stream: &Stream, document: usize) -> Result<Edited, EditError> {
    let count = stream.documents().len();
    if document >= count {
        return Err(no_document(document, count));
    }
    let text = stream.text();
    let from = start_of(stream, document);
    let to = if document + 1 < count {
        start_of(stream, document + 1)
    } else {
        text.len()
    };
    let mut splice = Splice {
        span: Span::new(from, to),
        with: String::new(),
    };
    if to == text.len() && !text.ends_with('\n') && document > 0 {
        // The file had no final line end, and has none afterwards.
        let before = text[..from].strip_suffix('\n').unwrap_or(&text[..from]);
        let before = before.strip_suffix('\r').unwrap_or(before);
        splice.span = Span::new(before.len(), to);
    }
    let mut expected = meanings(stream);
    expected[document] = Meaning::Nothing;
    settle(stream, vec![splice], &expected)
}

/// Puts a document into a file so that it has the number `at`, with a separator; `at` may be the number of documents.
///
/// The text is one document with its comments, a leading `---` is dropped; its line ends become the file's.
///
/// # Errors
///
/// Refuses a text that is not exactly one readable document, and a place that does not exist or where the other
/// documents would not stay as they are.
pub fn insert_document(stream: &Stream, at: usize, document: &str) -> Result<Edited, EditError> {
    let count = stream.documents().len();
    if at > count {
        return Err(no_document(at, count));
    }
    let new = parse(document, &Options::default());
    let not_one = || {
        EditError::new(
            EditErrorKind::NotOneDocument,
            Path::root(),
            "the text to insert is not exactly one readable document",
        )
    };
    let mut documents = new.documents().filter(|d| d.root().is_some());
    let (Some(only), None) = (documents.next(), documents.next()) else {
        return Err(not_one());
    };
    if !new.problems().is_empty()
        || !new.text()[only.separator().range()]
            .trim_end_matches(['-', '\r', '\n'])
            .is_empty()
    {
        return Err(not_one());
    }
    let text = stream.text();
    let line_end = newline(text);
    let comments = &new.text()[..only.separator().start as usize];
    let body = &new.text()[only.body().range()];
    let mut with =
        format!("{}{body}", comments.trim_start_matches('\u{feff}')).replace("\r\n", "\n");
    if !with.ends_with('\n') {
        with.push('\n');
    }

    let mut expected = meanings(stream);
    expected.insert(
        at,
        Meaning::Value(only.root().map_or(Node::Null, Node::from)),
    );
    let place = if at < count {
        let next = stream.document(at);
        if next.is_some_and(|next| next.separator().is_empty()) {
            with.push_str("---\n");
        } else {
            with.insert_str(0, "---\n");
        }
        start_of(stream, at)
    } else if let Some(last) = stream.documents().next_back() {
        with.insert_str(0, "---\n");
        let end = last.body().end as usize;
        if !text[..end].ends_with('\n') && end > 0 && end == text.len() {
            with.insert(0, '\n');
            with.pop();
        }
        end
    } else {
        text.len()
    };
    let splice = Splice {
        span: Span::at(place),
        with: with.replace('\n', line_end),
    };
    settle(stream, vec![splice], &expected)
}

/// Makes splices that change comments, blank lines or layout but the value of no document, one after the other.
///
/// # Errors
///
/// Refuses splices that do not fit the text or change a value.
pub fn rewrite(stream: &Stream, splices: &[Splice]) -> Result<Edited, EditError> {
    settle(stream, splices.to_vec(), &meanings(stream))
}

/// What a document holds, as far as changes elsewhere must not touch it.
#[derive(Debug)]
enum Meaning {
    Nothing,
    Value(Node),
    /// Refused: its text, without the blank and comment lines at its ends.
    Broken(String),
}

impl Meaning {
    fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Nothing, Self::Nothing) => true,
            (Self::Value(a), Self::Value(b)) => a.same(b),
            (Self::Broken(a), Self::Broken(b)) => a == b,
            _ => false,
        }
    }
}

fn meanings(stream: &Stream) -> Vec<Meaning> {
    stream
        .documents()
        .map(|document| match document.root() {
            Some(root) => Meaning::Value(Node::from(root)),
            None if document.is_broken() => {
                Meaning::Broken(bare_lines(&stream.text()[document.body().range()]))
            }
            None => Meaning::Nothing,
        })
        .collect()
}

fn bare_lines(text: &str) -> String {
    let is_bare = |line: &&str| {
        let line = line.trim();
        line.is_empty() || line.starts_with('#')
    };
    let lines: Vec<&str> = text.lines().skip_while(is_bare).collect();
    let kept = lines.len() - lines.iter().rev().take_while(|line| is_bare(line)).count();
    lines[..kept].join("\n")
}

fn settle(
    stream: &Stream,
    splices: Vec<Splice>,
    expected: &[Meaning],
) -> Result<Edited, EditError> {
    let refuse = || {
        EditError::layout(
            &Path::root(),
            "the documents of the file would not read as intended afterwards",
        )
    };
    let mut inverse = Vec::new();
    let mut text = stream.text().to_owned();
    for splice in &splices {
        let range = splice.span.range();
        inverse.push(Splice {
            span: Span::new(range.start, range.start + splice.with.len()),
            with: text.get(range).ok_or_else(refuse)?.to_owned(),
        });
        text = apply_splices(&text, std::slice::from_ref(splice)).ok_or_else(refuse)?;
    }
    inverse.reverse();
    let filled = |meanings: &[Meaning]| -> Vec<usize> {
        (0..meanings.len())
            .filter(|&at| !matches!(meanings[at], Meaning::Nothing))
            .collect()
    };
    let options = Options {
        limits: generous(stream),
        ..Options::default()
    };
    let found = meanings(&parse(text.as_str(), &options));
    let (ours, theirs) = (filled(expected), filled(&found));
    let same = ours.len() == theirs.len()
        && ours
            .iter()
            .zip(&theirs)
            .all(|(&a, &b)| expected[a].same(&found[b]));
    if !same {
        return Err(refuse());
    }
    Ok(Edited {
        text,
        splices,
        inverse,
    })
}

/// Limits under which everything reads that could be read before: the documents themselves do not change.
fn generous(stream: &Stream) -> Limits {
    let limits = Limits::default();
    Limits {
        file_bytes: limits.file_bytes.max(stream.text().len()) * 2,
        ..limits
    }
}

fn no_document(at: usize, count: usize) -> EditError {
    EditError::new(
        EditErrorKind::NoSuchDocument,
        Path::root(),
        format!("the file has {count} documents, there is none with number {at} (from 0)"),
    )
}

/// Returns where a document starts, the comments directly above its separator included.
fn start_of(stream: &Stream, document: usize) -> usize {
    let text = stream.text();
    let Some(own) = stream.document(document) else {
        return text.len();
    };
    let mut start = own.separator().start as usize;
    let Some(before) = document.checked_sub(1).and_then(|at| stream.document(at)) else {
        // Nothing stands before the first document but a byte order mark and lines that are blank.
        return start.min(line_start(text, start));
    };
    let floor = match before.root() {
        _ if before.is_broken() => return start,
        Some(root) => next_line(text, deep_end(text, root)),
        None => before.body().start as usize,
    };
    while start > floor {
        let above = line_start(text, start - 1);
        if above < floor || !text[above..start].starts_with('#') {
            break;
        }
        start = above;
    }
    start
}

/// Tells whether a file after edits to one document reads as before but for that document.
pub(super) fn edited_only(
    stream: &Stream,
    document: usize,
    text: &str,
    work: &Work,
    limits: &Limits,
) -> bool {
    let options = Options {
        limits: *limits,
        ..Options::default()
    };
    let edited = parse(text, &options);
    if edited.documents().len() != stream.documents().len() {
        return false;
    }
    stream
        .documents()
        .zip(edited.documents())
        .all(|(old, new)| {
            if old.index() == document {
                let value = new.root().map(Node::from);
                return !new.is_broken()
                    && match (work.value(), &value) {
                        (Some(a), Some(b)) => a.same(b),
                        (a, b) => a.is_none() && b.is_none(),
                    };
            }
            let part = |stream: &'_ Stream, span: Span| stream.text()[span.range()].to_owned();
            old.is_broken() == new.is_broken()
                && part(stream, old.separator()) == part(&edited, new.separator())
                && part(stream, old.body()) == part(&edited, new.body())
        })
}
