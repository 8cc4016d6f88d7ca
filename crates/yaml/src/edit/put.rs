//! A value in the place of another.

use super::layout::{Place, Slot, column, comment_in, deep_end, form_column, line_end};
use super::plan::{Ground, Plan};
use crate::emit::{emit_document, flow};
use crate::quote::{Room, double_quoted, is_plain, needs_escape, single_quoted};
use crate::tape::{Kind, Style};
use crate::{Node, Span, Value};

/// Returns the ways to put a value where another stands: first as the old one is written, then in canonical form.
pub(super) fn replace(ground: &Ground<'_>, slot: Slot<'_>, node: &Node) -> Vec<Plan> {
    let old = Old::new(ground, slot, node);
    if old.is_empty_with_comment() {
        return Vec::new();
    }
    let room = match slot.place {
        Place::Flow { room, .. } => room,
        _ => Room::Block,
    };
    let mut plans = Vec::new();
    if let Node::Str(text) = node
        && !old.alias
    {
        match slot.value.style() {
            Style::Literal | Style::Folded => {
                let span = slot.value.span();
                plans.extend(
                    block_scalar(ground, slot, text).map(|with| {
                        ground.plan(vec![(span.start as usize, span.end as usize, with)])
                    }),
                );
            }
            style => plans.extend(in_style(style, text, room).map(|with| old.line(&with))),
        }
    }
    if !node.has_parts() || matches!(slot.place, Place::Flow { .. }) || old.is_filled_flow() {
        let mut text = String::new();
        flow(node, room, &mut text);
        plans.push(old.line(&text));
    } else {
        plans.push(old.block(node));
    }
    plans
}

/// Returns the document's first value in a body that has none.
pub(super) fn into_empty(text: &str, newline: &str, node: &Node) -> Vec<Plan> {
    let mut with = emit_document(node);
    if newline != "\n" {
        with = with.replace('\n', newline);
    }
    if !text.is_empty() && !text.ends_with('\n') {
        with.insert_str(0, newline);
    }
    vec![vec![super::Splice {
        span: Span::at(text.len()),
        with,
    }]]
}

/// Returns a string as a scalar of a style, where that style can hold it.
fn in_style(style: Style, text: &str, room: Room) -> Option<String> {
    match style {
        Style::Single => single_quoted(text),
        Style::Double => Some(double_quoted(text)),
        Style::Plain => is_plain(text, room).then(|| text.to_owned()),
        _ => None,
    }
}

/// A value about to be replaced.
struct Old<'g, 's> {
    ground: &'g Ground<'s>,
    place: Place,
    alias: bool,
    value: Value<'s>,
    /// Nothing is written here but, perhaps, an anchor or a tag.
    empty: bool,
    /// Where the value starts, its anchor and tag not counted.
    start: usize,
    /// An anchor or a tag stands here.
    props: bool,
    /// What is replaced, from the anchor or tag where they do not stay.
    from: usize,
    to: usize,
}

impl<'g, 's> Old<'g, 's> {
    fn new(ground: &'g Ground<'s>, slot: Slot<'s>, node: &Node) -> Self {
        let value = slot.value;
        let alias = value.is_alias();
        let start = slot.start();
        let props = !alias && (value.anchor().is_some() || value.tag().is_some());
        let tag_fits = match value.tag() {
            None => true,
            Some(tag) => tag == "str" && matches!(node, Node::Str(_)),
        };
        let keep = !node.has_parts() && tag_fits;
        Self {
            ground,
            place: slot.place,
            alias,
            value,
            empty: !alias && value.kind() == Kind::Scalar && value.span().is_empty(),
            start,
            props,
            from: if keep || alias {
                start
            } else {
                slot.full_start()
            },
            to: deep_end(ground.text, value),
        }
    }

    fn is_filled_flow(&self) -> bool {
        !self.alias
            && self.value.style() == Style::Flow
            && (self.value.items().next().is_some() || self.value.own_entries().next().is_some())
    }

    /// Whether braces or brackets hold a comment and nothing else: nowhere to put it.
    fn is_empty_with_comment(&self) -> bool {
        !self.alias
            && self.value.style() == Style::Flow
            && !self.is_filled_flow()
            && self.ground.text[self.value.span().range()].contains('#')
    }

    /// Whether the value starts on a line below its key.
    fn is_below(&self, after: usize) -> bool {
        !self.empty && self.ground.text[after..self.start].contains('\n')
    }

    /// Returns the comment in the header of a block scalar, with a blank before it.
    fn header_comment(&self) -> String {
        if self.alias || !matches!(self.value.style(), Style::Literal | Style::Folded) {
            return String::new();
        }
        let start = self.value.span().start as usize;
        let header = Span::new(start, line_end(self.ground.text, start).min(self.to));
        comment_in(self.ground.text, header).map_or_else(String::new, |at| {
            format!(" {}", &self.ground.text[at..header.end as usize])
        })
    }

    /// Returns the end of what stands behind a colon besides a comment: anchor and tag.
    fn props_end(&self, after: usize) -> usize {
        let end = line_end(self.ground.text, after);
        let end = comment_in(self.ground.text, Span::new(after, end)).unwrap_or(end);
        after + self.ground.text[after..end].trim_end().len()
    }

    /// Puts text of one line, or a flow collection, in the value's place.
    fn line(&self, with: &str) -> Plan {
        let text = self.ground.text;
        let splices = match self.place {
            _ if self.empty && self.props => {
                let kept = self.from == self.value.span().start as usize;
                let blank = if kept { " " } else { "" };
                vec![(self.from, self.to, format!("{blank}{with}"))]
            }
            Place::Key { after, .. } | Place::Item { after, .. } if self.empty => {
                vec![(after, after, format!(" {with}"))]
            }
            Place::Flow {
                after: Some(after), ..
            } if self.empty => vec![(after, after, format!(" {with}"))],
            Place::Flow {
                key_end: Some(end), ..
            } if self.empty => vec![(end, end, format!(": {with}"))],
            Place::Key { after, .. }
                if !self.alias && self.value.style() == Style::Block && self.is_below(after) =>
            {
                vec![
                    (after, self.props_end(after), format!(" {with}")),
                    (
                        line_end(text, after),
                        line_end(text, self.to),
                        String::new(),
                    ),
                ]
            }
            _ => vec![(
                self.from,
                self.to,
                format!("{with}{}", self.header_comment()),
            )],
        };
        self.ground.plan(splices)
    }

    /// Puts a block map or list in the value's place.
    fn block(&self, node: &Node) -> Plan {
        let text = self.ground.text;
        let written = |column: usize| {
            let mut out = String::new();
            self.ground.form.block(node, column, &mut out);
            out
        };
        let splices = match self.place {
            Place::Key { column, after } => {
                let column = column + self.ground.form.below(node);
                let with = format!("\n{}{}", " ".repeat(column), written(column));
                if self.is_below(after) {
                    vec![
                        (after, self.props_end(after), String::new()),
                        (line_end(text, after), line_end(text, self.to), with),
                    ]
                } else {
                    let to = self.to.max(after);
                    vec![
                        (after, to, self.header_comment()),
                        (line_end(text, to), line_end(text, to), with),
                    ]
                }
            }
            place => {
                let (from, to, blank, column) = match place {
                    Place::Item { column, after } if self.empty && !self.props => {
                        (after, after, " ", column + 2)
                    }
                    _ => (self.from, self.to, "", column(text, self.from)),
                };
                // The first line stands where the old value did, the others below what else is on that line.
                let with = written(column);
                let (first, rest) = with.split_at(with.find('\n').unwrap_or(with.len()));
                vec![
                    (from, to, format!("{blank}{first}{}", self.header_comment())),
                    (line_end(text, to), line_end(text, to), rest.to_owned()),
                ]
            }
        };
        self.ground.plan(splices)
    }
}

/// Returns a string as a block scalar like the old one, its header's comment kept.
fn block_scalar(ground: &Ground<'_>, slot: Slot<'_>, text: &str) -> Option<String> {
    let old = &ground.text[slot.value.span().range()];
    let (header, content) = old.split_once('\n').unwrap_or((old, ""));
    let indicators = header.split(['#', '\r']).next().unwrap_or("").trim_end();
    let comment = header[indicators.len()..].trim_end_matches('\r').trim_end();
    let (body, chomp) = match text.strip_suffix('\n') {
        Some(body) => (body, ""),
        None => (text, "-"),
    };
    // What would need an indentation digit or the keeping of line ends at its end goes into quotes instead.
    if body.is_empty()
        || body.starts_with([' ', '\n'])
        || body.ends_with('\n')
        || indicators.contains(|c: char| c.is_ascii_digit())
        || body.contains(|c| c != '\n' && c != '\t' && needs_escape(c))
    {
        return None;
    }
    let column = content
        .lines()
        .find(|line| !line.trim().is_empty())
        .map_or_else(
            || form_column(slot.place, ground.form),
            |line| line.len() - line.trim_start_matches(' ').len(),
        );
    let indicator = if old.starts_with('>') && !body.contains('\n') {
        '>'
    } else {
        '|'
    };
    let mut out = format!("{indicator}{chomp}{comment}");
    for line in body.split('\n') {
        out.push('\n');
        if !line.is_empty() {
            out.extend(std::iter::repeat_n(' ', column));
            out.push_str(line);
        }
    }
    Some(out)
}
