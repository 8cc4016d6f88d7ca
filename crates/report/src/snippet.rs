//! Cuts out of a source what is to be drawn for a place: few lines, of bounded length, with nothing unsafe in them.
//!
//! The cost of a snippet depends on the width of the terminal, never on the length of the line or of the file, so that
//! a thousand findings on one line of megabytes stay cheap.

use std::ops::Range;

use hnp_model::Place;

use crate::escape::stand_in;

/// The byte order mark.
const BOM: char = '\u{feff}';
/// Lines of a span that are drawn; of a longer one only the first is.
const LINES: usize = 6;
/// Bytes before a place in which its line must begin for the drawing to count columns by itself.
const REACH: usize = 4_096;
/// Bytes of a span that are searched for line ends.
const SEARCH: usize = 16 * 1_024;

/// A piece of source that is ready to be drawn.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Excerpt {
    /// The lines, without a line end after the last.
    pub(crate) text: String,
    /// The line number of the first.
    pub(crate) first_line: usize,
    /// What is marked, in bytes of `text`.
    pub(crate) mark: Range<usize>,
    /// Whether the first line begins later than in the file, so that columns counted in `text` are not the file's.
    pub(crate) cut: bool,
    /// Whether the marked span goes on after `text`.
    pub(crate) longer: bool,
}

/// Cuts out the excerpt for a place, or nothing where the place does not lie in the text.
pub(crate) fn excerpt(text: &str, place: &Place, width: usize) -> Option<Excerpt> {
    let mut range = place.span.range();
    if text.starts_with(BOM) {
        // The mark counts as no column, so a span from the very start begins behind it.
        range = range.start.max(BOM.len_utf8())..range.end.max(BOM.len_utf8());
    }
    let marked = text.get(range.clone())?;
    let (start, cut) = line_start(text, range.start, width);
    // A span that ends with a line end is drawn without it.
    let marked = marked.trim_end_matches(['\n', '\r']);
    let searched = &marked.as_bytes()[..marked.len().min(SEARCH)];
    let ends = searched.iter().filter(|&&byte| byte == b'\n').count();
    let whole = searched.len() == marked.len();
    let one_line = ends == 0 && whole;
    let longer = !whole || ends >= LINES;
    let shown = if longer {
        marked.split('\n').next().unwrap_or("")
    } else {
        marked
    };
    let mut drawing = Drawing::new(width);
    if cut {
        drawing.text.push_str("...");
    }
    drawing.push(&text[start..range.start], usize::MAX);
    let from = drawing.text.len();
    // A mark wider than the terminal would push its own line out of it.
    let limit = if one_line { width * 2 / 3 } else { width };
    let mut to = from;
    let mut clipped = false;
    for (at, line) in shown.split('\n').enumerate() {
        if at > 0 {
            drawing.text.push('\n');
        }
        clipped = drawing.push(line.trim_end_matches('\r'), limit);
        to = drawing.text.len();
        if clipped {
            drawing.text.push_str("...");
        }
    }
    if !clipped {
        let rest = &text[range.start + shown.len()..];
        let rest = &rest[..floor(rest, 8 * width)];
        let rest = rest.split('\n').next().unwrap_or("");
        drawing.push(rest.trim_end_matches('\r'), 2 * width);
    }
    Some(Excerpt {
        text: drawing.text,
        first_line: place.start.line as usize,
        mark: from..to,
        cut,
        longer: longer || clipped,
    })
}

/// Returns where drawing begins: the start of the line, or a little before the place where that is too far.
fn line_start(text: &str, at: usize, width: usize) -> (usize, bool) {
    let low = floor(text, at.saturating_sub(REACH));
    match text[low..at].rfind('\n') {
        Some(end) => (low + end + 1, false),
        None if low == 0 && text.starts_with(BOM) => (BOM.len_utf8(), false),
        None if low == 0 => (0, false),
        None => (floor(text, at - (width / 2).min(REACH)), true),
    }
}

/// Returns the last character boundary at or before an offset.
fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Returns the text of a place, of bounded length.
pub(crate) fn old_text<'t>(text: &'t str, place: &Place) -> Option<&'t str> {
    let text = text.get(place.span.range())?;
    Some(&text[..floor(text, SEARCH)])
}

/// Text under construction.
struct Drawing {
    text: String,
}

impl Drawing {
    fn new(width: usize) -> Self {
        Self {
            text: String::with_capacity(2 * width),
        }
    }

    /// Adds text of one line, made safe, up to a number of columns; tells whether some was left out.
    fn push(&mut self, line: &str, columns: usize) -> bool {
        let mut used = 0;
        for c in line.chars() {
            used += columns_of(c);
            if used > columns {
                return true;
            }
            self.text.push(stand_in(c));
        }
        false
    }
}

/// Returns the most columns a character can take. It only bounds what is drawn; the drawing itself measures exactly.
fn columns_of(c: char) -> usize {
    match c {
        '\t' => 4,
        '\u{0}'..='\u{10ff}' => 1,
        _ => 2,
    }
}
