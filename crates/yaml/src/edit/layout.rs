//! How a document's text is laid out: lines, columns, the parts of a map or list and where each begins and ends.

use super::{EditError, Path};
use crate::emit::Form;
use crate::parse::skip_to;
use crate::quote::Room;
use crate::tape::{Kind, Style};
use crate::{Span, Value};

/// Where a value stands, as far as replacing it needs to know.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place {
    /// The whole document.
    Root,
    /// In a block map whose keys stand at `column`; `after` lies just behind the colon.
    Key { column: usize, after: usize },
    /// In a block list; `after` lies just behind the dash at `column`.
    Item { column: usize, after: usize },
    /// Between braces or brackets; `after` lies just behind the colon of a key that has one, `key_end` behind a key
    /// without.
    Flow {
        after: Option<usize>,
        key_end: Option<usize>,
        room: Room,
    },
}

/// A value and its place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot<'s> {
    pub(super) value: Value<'s>,
    pub(super) place: Place,
}

impl Slot<'_> {
    /// Returns where the value starts, its anchor and tag not counted.
    pub(super) fn start(&self) -> usize {
        let start = self.value.span().start as usize;
        match self.place {
            // Of a list in a list, the dash behind the outer one.
            Place::Item { after, .. }
                if !self.value.is_alias()
                    && self.value.kind() == Kind::Seq
                    && self.value.style() == Style::Block =>
            {
                let text = self.value.stream().text();
                skip_to(&text[after..], |c| c == '-').map_or(start, |at| after + at)
            }
            _ => start,
        }
    }

    /// Returns where the value starts with its anchor and tag.
    pub(super) fn full_start(&self) -> usize {
        let full = self.value.full_span().start;
        if full < self.value.span().start {
            full as usize
        } else {
            self.start()
        }
    }
}

/// A key with its value, or an item with its dash.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part<'s> {
    /// Where the part starts: its dash, or its key with anchor and tag.
    pub(super) start: usize,
    /// One past the last byte of the part.
    pub(super) end: usize,
    /// The first node of the part on the tape.
    pub(super) node: u32,
    pub(super) slot: Slot<'s>,
}

/// The parts of a map or list as written, merge keys among them.
#[derive(Debug)]
pub(super) struct Container<'s> {
    pub(super) slot: Slot<'s>,
    pub(super) parts: Vec<Part<'s>>,
    pub(super) flow: bool,
    /// The column of the keys or dashes of a block.
    pub(super) column: usize,
}

impl<'s> Container<'s> {
    /// Lays out a map or list that is no alias.
    pub(super) fn new(slot: Slot<'s>, path: &Path) -> Result<Self, EditError> {
        let text = slot.value.stream().text();
        let flow = slot.value.style() == Style::Flow;
        let mut container = Self {
            slot,
            parts: Vec::new(),
            flow,
            column: 0,
        };
        match slot.value.kind() {
            Kind::Map => container.keys(text, path)?,
            Kind::Seq => container.items(text, path)?,
            Kind::Scalar | Kind::Alias => {}
        }
        Ok(container)
    }

    fn keys(&mut self, text: &'s str, path: &Path) -> Result<(), EditError> {
        let map = self.slot.value;
        let mut before = map.span().start as usize;
        for entry in map.own_entries() {
            let key = key_of(entry.value);
            let start = key.full_span().start as usize;
            let gap = text.get(before..start).unwrap_or("");
            if skip_to(gap, |c| c == '?').is_some() {
                return Err(EditError::layout(
                    path,
                    "its map has a key written with `?`; write it as `key: value` first",
                )
                .at(key.span()));
            }
            let key_end = key.span().end as usize;
            let after = colon(text, key_end).map(|at| at + 1);
            if self.parts.is_empty() {
                self.column = column(text, start);
            }
            let place = match (self.flow, after) {
                (false, Some(after)) => Place::Key {
                    column: self.column,
                    after,
                },
                (false, None) => {
                    return Err(EditError::layout(path, "a key in its map has no colon"));
                }
                (true, after) => Place::Flow {
                    after,
                    key_end: Some(key_end),
                    room: room(key),
                },
            };
            let end = deep_end(text, entry.value)
                .max(after.unwrap_or(0))
                .max(key_end);
            self.parts.push(Part {
                start,
                end,
                node: key.index(),
                slot: Slot {
                    value: entry.value,
                    place,
                },
            });
            before = end;
        }
        Ok(())
    }

    fn items(&mut self, text: &'s str, path: &Path) -> Result<(), EditError> {
        let list = self.slot.value;
        let mut before = self.slot.start();
        for item in list.items() {
            let (start, place) = if self.flow {
                let room = if item.style() == Style::Double {
                    Room::Json
                } else {
                    Room::Flow
                };
                let place = Place::Flow {
                    after: None,
                    key_end: None,
                    room,
                };
                (item.full_span().start as usize, place)
            } else {
                let gap = text.get(before..).unwrap_or("");
                let dash = skip_to(gap, |c| c == '-')
                    .map(|at| before + at)
                    .ok_or_else(|| EditError::layout(path, "an item in its list has no dash"))?;
                if self.parts.is_empty() {
                    self.column = column(text, dash);
                }
                let place = Place::Item {
                    column: self.column,
                    after: dash + 1,
                };
                (dash, place)
            };
            let mut end = deep_end(text, item);
            if let Place::Item { after, .. } = place {
                // An empty item is found behind the blanks that follow its dash.
                end = if item.span().is_empty() && item.anchor().is_none() && item.tag().is_none() {
                    after
                } else {
                    end.max(after)
                };
            }
            self.parts.push(Part {
                start,
                end,
                node: item.index(),
                slot: Slot { value: item, place },
            });
            before = end;
        }
        Ok(())
    }

    /// Returns where the text before a part ends: the part before it, or the indicator that opens the container.
    pub(super) fn gap_start(&self, at: usize) -> usize {
        if at > 0 {
            return self.parts[at - 1].end;
        }
        match self.slot.place {
            Place::Root => 0,
            Place::Key { after, .. } | Place::Item { after, .. } => after,
            Place::Flow { .. } => self.slot.value.span().start as usize,
        }
    }
}

/// Returns the key of a map's value.
pub(super) fn key_of(value: Value<'_>) -> Value<'_> {
    Value::new(value.stream(), value.index() - 1)
}

/// JSON goes on as JSON.
fn room(key: Value<'_>) -> Room {
    if !key.is_alias() && key.style() == Style::Double {
        Room::Json
    } else {
        Room::Flow
    }
}

/// Returns one past the last byte of a value, a block's last part included.
pub(super) fn deep_end(text: &str, value: Value<'_>) -> usize {
    let mut end = value.span().end as usize;
    if value.is_alias() {
        return end;
    }
    if let Some(anchor) = value.anchor() {
        end = end.max(anchor.end as usize);
    }
    if value.style() == Style::Block {
        let last = match value.kind() {
            Kind::Map => value.own_entries().last().map(|entry| entry.value),
            _ => value.items().last(),
        };
        if let Some(last) = last {
            end = end.max(deep_end(text, last));
            if value.kind() == Kind::Map
                && let Some(colon) = colon(text, key_of(last).span().end as usize)
            {
                end = end.max(colon + 1);
            }
        }
    }
    // The blanks behind an empty last item are nobody's.
    if value.kind() != Kind::Scalar {
        let bare = text[..end].trim_end_matches([' ', '\t']).len();
        end = end.min(bare);
    }
    end
}

/// Finds the colon behind a key: blanks, and in flow collections comments and line ends, may stand between.
fn colon(text: &str, key_end: usize) -> Option<usize> {
    let mut blank = false;
    let mut in_comment = false;
    for (at, c) in text.get(key_end..)?.char_indices() {
        match c {
            '\n' => in_comment = false,
            _ if in_comment => {}
            ':' => return Some(key_end + at),
            '#' if blank => in_comment = true,
            ' ' | '\t' | '\r' => {}
            _ => return None,
        }
        blank = c.is_whitespace();
    }
    None
}

/// Returns the start of the line that holds an offset, a byte order mark not counted.
pub(super) fn line_start(text: &str, at: usize) -> usize {
    let start = text[..at].rfind('\n').map_or(0, |n| n + 1);
    if start == 0 && text.starts_with('\u{feff}') {
        '\u{feff}'.len_utf8().min(at)
    } else {
        start
    }
}

/// Returns the end of the line that holds an offset, its line end not included.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    let end = text[at..].find('\n').map_or(text.len(), |n| at + n);
    if end > at && text.as_bytes()[end - 1] == b'\r' {
        end - 1
    } else {
        end
    }
}

/// Returns the start of the next line, or the end of the text.
pub(super) fn next_line(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |n| at + n + 1)
}

/// Returns the 0-based column of an offset in characters.
pub(super) fn column(text: &str, at: usize) -> usize {
    text[line_start(text, at)..at].chars().count()
}

/// Returns whether nothing but blanks stands before an offset on its line.
pub(super) fn starts_line(text: &str, at: usize) -> bool {
    text[line_start(text, at)..at].bytes().all(|b| b == b' ')
}

/// Returns where the comment of a stretch of one line starts that holds nothing but blanks, an anchor and a tag.
pub(super) fn comment_in(text: &str, span: Span) -> Option<usize> {
    let start = span.start as usize;
    let stretch = text.get(span.range())?;
    let mut before = text[..start].chars().next_back();
    for (at, c) in stretch.char_indices() {
        if c == '#' && before.is_none_or(char::is_whitespace) {
            return Some(start + at);
        }
        before = Some(c);
    }
    None
}

/// Returns the line end of a document, as its first line has it.
pub(super) fn newline(text: &str) -> &'static str {
    match text.find('\n') {
        Some(at) if at > 0 && text.as_bytes()[at - 1] == b'\r' => "\r\n",
        _ => "\n",
    }
}

/// Returns how a document indents, as its first nested map and its first nested list show.
pub(super) fn form(root: Value<'_>) -> Form {
    let mut found = Found::default();
    look(root, &mut found);
    Form {
        step: found.step.unwrap_or(Form::CANONICAL.step),
        list_step: found.list_step.unwrap_or(Form::CANONICAL.list_step),
    }
}

#[derive(Default)]
struct Found {
    step: Option<usize>,
    list_step: Option<usize>,
}

fn look(value: Value<'_>, found: &mut Found) {
    if value.is_alias() || value.style() != Style::Block {
        return;
    }
    let text = value.stream().text();
    for entry in value.own_entries() {
        if found.step.is_some() && found.list_step.is_some() {
            return;
        }
        let inner = entry.value;
        if !inner.is_alias() && inner.style() == Style::Block {
            let key = column(text, entry.key_span.start as usize);
            let below = column(text, inner.span().start as usize).saturating_sub(key);
            match inner.kind() {
                Kind::Map if below > 0 => _ = found.step.get_or_insert(below),
                Kind::Seq => _ = found.list_step.get_or_insert(below),
                _ => {}
            }
        }
        look(inner, found);
    }
    for item in value.items() {
        look(item, found);
    }
}

/// Returns the column for what stands a level below a place.
pub(super) fn form_column(place: Place, form: Form) -> usize {
    match place {
        Place::Root | Place::Flow { .. } => form.step,
        Place::Key { column, .. } => column + form.step,
        Place::Item { column, .. } => column + 2,
    }
}
