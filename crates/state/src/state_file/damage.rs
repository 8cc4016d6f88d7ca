//! What a text is that should be a state.toml and is no TOML.

use std::collections::BTreeMap;
use std::ops::Range;

use hnp_yaml::LineIndex;
use toml::de::DeTable;

use super::read::Reader;
use super::{Sort, State, StateProblem, problem};

/// Says what broke the file: conflict markers, tables that stand twice, or lines that are no TOML.
pub(super) fn diagnose(text: &str, error: &toml::de::Error) -> Vec<StateProblem> {
    let mut problems: Vec<_> = marker_lines(text)
        .take(problem::MAX)
        .map(|marker| problem::markers(marker.span))
        .collect();
    if problems.is_empty() {
        problems = table_problems(text);
    }
    if problems.is_empty() {
        problems.push(problem::syntax(
            error.span().unwrap_or(0..0),
            error.message(),
        ));
    }
    problems.sort_by_key(|problem| problem.span.start);
    problems.truncate(problem::MAX);
    problems
}

fn table_problems(text: &str) -> Vec<StateProblem> {
    let mut problems = Vec::new();
    let mut seen: BTreeMap<(Sort, String), (u32, State)> = BTreeMap::new();
    let lines = LineIndex::new(text);
    for range in chunks(text) {
        if problems.len() >= problem::MAX {
            break;
        }
        let chunk = &text[range.clone()];
        let root = match DeTable::parse(chunk) {
            Ok(root) => root.into_inner(),
            Err(error) => {
                let span = error.span().unwrap_or(0..0);
                problems.push(problem::syntax(
                    span.start + range.start..span.end + range.start,
                    error.message(),
                ));
                continue;
            }
        };
        let mut reader = Reader {
            problems: Vec::new(),
            headers: Vec::new(),
        };
        let state = reader.state(chunk, &root);
        for header in reader.headers {
            let span = header.span.start + range.start..header.span.end + range.start;
            let table = format!("[{}.\"{}\"]", header.sort.name(), header.key.escape_debug());
            match seen.get(&(header.sort, header.key.to_string())) {
                Some((line, other)) => {
                    problems.push(problem::twice(span, &table, *line, same(other, &state)));
                }
                None => {
                    let line = lines.position(span.start).line;
                    seen.insert(
                        (header.sort, header.key.into_owned()),
                        (line, state.clone()),
                    );
                }
            }
        }
    }
    problems
}

/// States of one table each.
fn same(a: &State, b: &State) -> bool {
    a.resources == b.resources && a.conflicts == b.conflicts && a.resolutions == b.resolutions
}

/// Splits a text before each line that starts with `[`; the first range is what stands before any table.
pub(super) fn chunks(text: &str) -> Vec<Range<usize>> {
    let mut starts = vec![0];
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if line.starts_with('[') && at > 0 {
            starts.push(at);
        }
        at += line.len();
    }
    let ends = starts[1..].iter().copied().chain([text.len()]);
    starts
        .iter()
        .copied()
        .zip(ends)
        .map(|(start, end)| start..end)
        .collect()
}

/// Parts of a merge that Git could not finish.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Marker {
    Ours,
    Base,
    Theirs,
    End,
}

/// A line that is a conflict marker.
pub(super) struct MarkerLine {
    pub(super) marker: Marker,
    pub(super) span: Range<usize>,
}

/// Finds lines that are conflict markers. Only for a text that does not parse: in TOML such a line can only be text.
pub(super) fn marker_lines(text: &str) -> impl Iterator<Item = MarkerLine> {
    let mut at = 0;
    text.split_inclusive('\n').filter_map(move |line| {
        let start = at;
        at += line.len();
        let content = line.trim_end_matches(['\n', '\r']);
        let marker = marker(content)?;
        Some(MarkerLine {
            marker,
            span: start..start + content.len(),
        })
    })
}

/// Seven or more of the marker's character, since `conflict-marker-size` may be set, then a blank or the line's end.
fn marker(line: &str) -> Option<Marker> {
    let first = line.chars().next()?;
    let marker = match first {
        '<' => Marker::Ours,
        '|' => Marker::Base,
        '=' => Marker::Theirs,
        '>' => Marker::End,
        _ => return None,
    };
    let rest = line.trim_start_matches(first);
    let ends = rest.is_empty() || rest.starts_with(' ');
    (line.len() - rest.len() >= 7 && ends).then_some(marker)
}
