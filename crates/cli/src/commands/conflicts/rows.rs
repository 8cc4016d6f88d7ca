//! A conflict's values, side by side: of maps only the fields in which the sides differ.

use std::collections::BTreeSet;

use hnp_merge::{Change, Rules, diff};
use hnp_sync::reconcile::{Conflict, FieldConflict, parse_value};
use hnp_yaml::{Node, emit_document};

use crate::output::clean;

/// Most rows that one field is shown in.
const MOST: usize = 60;

/// One row: base, GUI, Git, each as lines.
pub(super) struct Row {
    /// Path inside the field in conflict; empty where the row is that field.
    pub(super) name: String,
    pub(super) cells: [Vec<String>; 3],
}

/// Returns the rows of a field. What both sides started from may be nothing, or not known.
pub(super) fn rows(rules: Rules, conflict: &Conflict, field: &FieldConflict) -> Vec<Row> {
    let sides = [&field.base, &field.gui, &field.git];
    let nodes = sides.map(|side| side.as_deref().map(parse_value));
    let unread = conflict.kind == "file_corruption";
    let missing = if unread {
        ["(none)", "(absent)", "(cannot be read)"]
    } else if field.path.is_empty() {
        ["(none)", "(deleted)", "(deleted)"]
    } else {
        ["(none)", "(absent)", "(absent)"]
    };
    let present: Vec<usize> = (0..3).filter(|at| nodes[*at].is_some()).collect();
    let maps: Vec<&Node> = nodes
        .iter()
        .filter_map(|node| node.as_ref()?.as_ref())
        .filter(|node| matches!(node, Node::Map(_)))
        .collect();
    if unread || present.len() < 2 || maps.len() != present.len() {
        let cells = std::array::from_fn(|at| match (sides[at], &nodes[at]) {
            (Some(_), Some(Some(node))) => lines(node),
            (Some(text), _) => vec![clean(text)],
            (None, _) => vec![missing[at].to_owned()],
        });
        return vec![Row {
            name: String::new(),
            cells,
        }];
    }
    // Where the conflict is about a part of a resource, the list keys of the whole do not apply.
    let rules = if field.path.is_empty() {
        rules
    } else {
        Rules::of("", "")
    };
    let node = |at: usize| nodes[at].as_ref().and_then(Option::as_ref);
    let first = present[0];
    let changes: Vec<(usize, Vec<Change>)> = present[1..]
        .iter()
        .map(|at| (*at, diff(rules, node(first), node(*at))))
        .collect();
    let paths: BTreeSet<String> = changes
        .iter()
        .flat_map(|(_, changes)| changes.iter().map(|change| change.path.to_string()))
        .collect();
    let mut rows: Vec<Row> = paths
        .iter()
        .map(|path| Row {
            name: clean(path),
            cells: std::array::from_fn(|at| {
                if !present.contains(&at) {
                    return vec![missing[at].to_owned()];
                }
                cell(path, at == first, at, &changes)
            }),
        })
        .collect();
    let more = rows.len().saturating_sub(MOST);
    rows.truncate(MOST);
    if more > 0 {
        rows.push(Row {
            name: format!("and {more} more fields (`--format json` has them all)"),
            cells: Default::default(),
        });
    }
    rows
}

/// The value at a path: of the side that the others are compared with, or of one of those.
fn cell(path: &str, is_first: bool, at: usize, changes: &[(usize, Vec<Change>)]) -> Vec<String> {
    let exact = |(side, changes): &(usize, Vec<Change>)| {
        let found = changes
            .iter()
            .find(|change| change.path.to_string() == path);
        found.map(|change| (*side, change.clone()))
    };
    if !is_first {
        let own = changes.iter().find(|(side, _)| *side == at);
        for change in own.iter().flat_map(|(_, changes)| changes) {
            let there = change.path.to_string();
            if there == path {
                return value(change.new.as_ref());
            }
            if leads(path, &there) {
                return vec!["(changed inside, see below)".to_owned()];
            }
            if leads(&there, path) {
                return match &change.new {
                    None => value(None),
                    Some(_) => vec![format!("(see {})", clean(&there))],
                };
            }
        }
    }
    let old = changes.iter().find_map(exact).map(|(_, change)| change.old);
    value(old.flatten().as_ref())
}

/// Tells whether a path leads through another one.
pub(super) fn leads(upper: &str, lower: &str) -> bool {
    lower
        .strip_prefix(upper)
        .is_some_and(|rest| upper.is_empty() && !rest.is_empty() || rest.starts_with(['.', '[']))
}

fn value(node: Option<&Node>) -> Vec<String> {
    node.map_or_else(|| vec!["(absent)".to_owned()], lines)
}

/// A value as people read it: scalars as JSON, lists and maps as YAML.
fn lines(node: &Node) -> Vec<String> {
    let is_block = match node {
        Node::Map(entries) => !entries.is_empty(),
        Node::Seq(items) => !items.is_empty(),
        _ => false,
    };
    if !is_block {
        return vec![clean(&hnp_model::canonical::canonical_json_of(node))];
    }
    emit_document(node).lines().map(clean).collect()
}
