//! Keys and items put in and taken out.

use super::layout::{Container, Place, line_end, line_start, next_line, starts_line};
use super::plan::{Ground, Plan};
use super::put;
use crate::Node;
use crate::emit::{flow, flow_entry};
use crate::parse::skip_to;
use crate::quote::Room;
use crate::tape::Kind;

/// Returns the ways to add a key behind the last one of a map that has keys.
pub(super) fn insert_key(
    ground: &Ground<'_>,
    map: &Container<'_>,
    key: &str,
    value: &Node,
) -> Vec<Plan> {
    let mut text = String::new();
    if !map.flow {
        ground.form.entry(key, value, map.column, &mut text);
        return append(ground, map, &text);
    }
    if !is_enclosed(ground, map) {
        let mut whole = Node::from(map.slot.value);
        if let Node::Map(entries) = &mut whole {
            entries.push((key.to_owned(), value.clone()));
        }
        return put::replace(ground, map.slot, &whole);
    }
    flow_entry(key, value, room(map), &mut text);
    vec![insert_in_flow(ground, map, map.parts.len(), &text)]
}

/// Returns the ways to put an item into a list that has items.
pub(super) fn insert_item(
    ground: &Ground<'_>,
    list: &Container<'_>,
    at: usize,
    value: &Node,
) -> Vec<Plan> {
    let mut text = String::new();
    if list.flow {
        flow(value, room(list), &mut text);
        return vec![insert_in_flow(ground, list, at, &text)];
    }
    ground.form.item(value, list.column, &mut text);
    let Some(next) = list.parts.get(at) else {
        return append(ground, list, &text);
    };
    let indent = " ".repeat(list.column);
    let plan = if starts_line(ground.text, next.start) {
        let start = attached_start(ground, list, at);
        vec![(start, start, format!("{indent}{text}\n"))]
    } else {
        vec![(next.start, next.start, format!("{text}\n{indent}"))]
    };
    vec![ground.plan(plan)]
}

/// Returns the ways to take a part out of its map or list.
pub(super) fn remove(ground: &Ground<'_>, container: &Container<'_>, at: usize) -> Vec<Plan> {
    if container.parts.len() == 1 {
        return remove_only(ground, container);
    }
    if container.flow {
        return vec![remove_from_flow(ground, container, at)];
    }
    let text = ground.text;
    let part = &container.parts[at];
    if !starts_line(text, part.start) {
        // The first key of an item, behind its dash: what follows takes its place.
        let rest = next_line(text, part.end);
        let next = rest + (text[rest..].len() - text[rest..].trim_start().len());
        return vec![ground.plan(vec![(part.start, next, String::new())])];
    }
    let (from, to) = whole_lines(ground, container, at);
    let mut plans = vec![ground.plan(vec![(from, to, String::new())])];
    // Blank lines above or below can be part of a block scalar above, or become it.
    if to == text.len() {
        let start = attached_start(ground, container, at);
        let above = line_end(text, line_start(text, start.saturating_sub(1)));
        plans.push(ground.plan(vec![(above, to, String::new())]));
    } else {
        plans.push(ground.plan(vec![(from, after_blanks(text, to), String::new())]));
    }
    plans
}

/// Adds a part behind the last one of a block.
fn append(ground: &Ground<'_>, container: &Container<'_>, with: &str) -> Vec<Plan> {
    let text = ground.text;
    let Some(last) = container.parts.last() else {
        return Vec::new();
    };
    let indent = " ".repeat(container.column);
    let end = line_end(text, last.end);
    let mut plans = vec![ground.plan(vec![(end, end, format!("\n{indent}{with}"))])];
    // Blank lines at the end of a block scalar can be part of it.
    let below = next_line(text, last.end);
    let start = after_blanks(text, below);
    if start > below && text[..start].ends_with('\n') {
        plans.push(ground.plan(vec![(start, start, format!("{indent}{with}\n"))]));
    }
    plans
}

/// Returns the start of the first line from a line start on that is not blank.
fn after_blanks(text: &str, start: usize) -> usize {
    let mut at = start;
    while at < text.len() {
        let next = next_line(text, at);
        if !text[at..next].trim().is_empty() {
            break;
        }
        at = next;
    }
    at
}

/// Returns the lines of a part with the comments that belong to it. At the end of a text without a final line end, the
/// line end before the part goes instead, and blank lines with it.
fn whole_lines(ground: &Ground<'_>, container: &Container<'_>, at: usize) -> (usize, usize) {
    let text = ground.text;
    let from = attached_start(ground, container, at);
    let to = next_line(text, container.parts[at].end);
    if to == text.len() && !text.ends_with('\n') {
        (text[..from].trim_end_matches([' ', '\r', '\n']).len(), to)
    } else {
        (from, to)
    }
}

/// Returns where the lines of a part start, the comments directly above it included.
fn attached_start(ground: &Ground<'_>, container: &Container<'_>, at: usize) -> usize {
    let text = ground.text;
    let mut start = line_start(text, container.parts[at].start);
    if at == 0 && matches!(container.slot.place, Place::Root) {
        return start;
    }
    let gap = container.gap_start(at);
    while start > gap {
        let above = line_start(text, start - 1);
        let line = &text[above..start];
        let bare = line.trim_start_matches(' ');
        if above < gap || !bare.starts_with('#') || line.len() - bare.len() != container.column {
            break;
        }
        start = above;
    }
    start
}

/// Takes the only part out, which leaves `{}` or `[]`.
fn remove_only(ground: &Ground<'_>, container: &Container<'_>) -> Vec<Plan> {
    let value = container.slot.value;
    let part = &container.parts[0];
    let (empty, node) = match value.kind() {
        Kind::Seq => ("[]", Node::Seq(Vec::new())),
        _ => ("{}", Node::Map(Vec::new())),
    };
    let mut plans = Vec::new();
    let span = value.span().range();
    if container.flow {
        if ground.text[span.clone()].contains('#') && is_enclosed(ground, container) {
            let rest = &ground.text[part.end..span.end - 1];
            let mut splices = vec![(part.start, part.end, String::new())];
            if let Some(comma) = skip_to(rest, |c| c == ',') {
                splices.push((part.end + comma, part.end + comma + 1, String::new()));
            }
            plans.push(ground.plan(splices));
        }
    } else if let Place::Key { after, .. } = container.slot.place {
        if value.anchor().is_none() && value.tag().is_none() {
            let (from, to) = whole_lines(ground, container, 0);
            plans.push(ground.plan(vec![
                (after, after, format!(" {empty}")),
                (from, to, String::new()),
            ]));
        }
    } else {
        plans.push(ground.plan(vec![(part.start, part.end, empty.to_owned())]));
    }
    plans.extend(put::replace(ground, container.slot, &node));
    plans
}

/// Whether braces or brackets stand around a flow map: `[a: 1]` holds a map without.
fn is_enclosed(ground: &Ground<'_>, container: &Container<'_>) -> bool {
    ground.text[container.slot.value.span().range()].starts_with(['{', '['])
}

/// Returns how the neighbours of a new part are written.
fn room(container: &Container<'_>) -> Room {
    match container.parts.last().map(|part| part.slot.place) {
        Some(Place::Flow { room, .. }) => room,
        _ => Room::Flow,
    }
}

fn insert_in_flow(ground: &Ground<'_>, container: &Container<'_>, at: usize, with: &str) -> Plan {
    let text = ground.text;
    if let Some(next) = container.parts.get(at) {
        let start = next.start;
        let own_line = starts_line(text, start) && line_start(text, start) < start;
        let gap = if own_line {
            format!("\n{}", &text[line_start(text, start)..start])
        } else {
            " ".to_owned()
        };
        return ground.plan(vec![(start, start, format!("{with},{gap}"))]);
    }
    let Some(last) = container.parts.last() else {
        return Vec::new();
    };
    let close = container.slot.value.span().end as usize - 1;
    let multi = (container.slot.value.span().start as usize) < line_start(text, last.start)
        && starts_line(text, last.start);
    let end = last.end;
    if !multi {
        return ground.plan(vec![(end, end, format!(", {with}"))]);
    }
    let indent = &text[line_start(text, last.start)..last.start];
    let comma = skip_to(&text[end..close], |c| c == ',').map(|at| end + at);
    let line = line_end(text, comma.unwrap_or(end));
    let splices = match comma {
        Some(_) if line < close => vec![(line, line, format!("\n{indent}{with},"))],
        Some(comma) => vec![(comma + 1, comma + 1, format!("\n{indent}{with}"))],
        None if line < close => vec![
            (end, end, ",".to_owned()),
            (line, line, format!("\n{indent}{with}")),
        ],
        None => vec![(end, end, format!(",\n{indent}{with}"))],
    };
    ground.plan(splices)
}

fn remove_from_flow(ground: &Ground<'_>, container: &Container<'_>, at: usize) -> Plan {
    let text = ground.text;
    let part = &container.parts[at];
    if let Some(next) = container.parts.get(at + 1) {
        let gap = &text[part.end..next.start];
        // Up to the next part, or to the comments on their own lines above it.
        let below = gap.find('\n').map(|at| at + 1);
        let to = below
            .and_then(|below| gap[below..].find('#').map(|at| part.end + below + at))
            .unwrap_or(next.start);
        return ground.plan(vec![(part.start, to, String::new())]);
    }
    let before = container.parts[at - 1].end;
    let close = container.slot.value.span().end as usize - 1;
    let gap = &text[before..part.start];
    if !gap.contains('#') {
        return ground.plan(vec![(before, part.end, String::new())]);
    }
    // A comment stands between: the line of the part goes, and one comma.
    let trailing = skip_to(&text[part.end..close], |c| c == ',').map(|at| part.end + at);
    let from = before + gap.trim_end().len();
    let mut splices = vec![(from, trailing.map_or(part.end, |at| at + 1), String::new())];
    if trailing.is_none()
        && let Some(comma) = skip_to(gap, |c| c == ',')
    {
        splices.push((before + comma, before + comma + 1, String::new()));
    }
    ground.plan(splices)
}
