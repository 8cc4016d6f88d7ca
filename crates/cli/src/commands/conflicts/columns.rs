//! Three columns that fit a width: what is longer is wrapped inside its column.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::rows::Row;
use crate::args::Global;
use crate::output::style;

/// Between two columns.
const GAP: &str = " | ";
/// No column is narrower, however little room there is.
const NARROWEST: usize = 8;
/// Columns of text are seldom better to read when they are wider.
const WIDEST_TABLE: usize = 160;

const HEADS: [&str; 3] = ["base", "gui", "git"];

/// How wide a table may be: the terminal, else `COLUMNS`, else 100.
pub(super) fn width(global: &Global) -> usize {
    use std::io::IsTerminal as _;
    let terminal = if std::io::stdout().is_terminal() && std::env::var_os("COLUMNS").is_none() {
        terminal_size::terminal_size().map(|(width, _)| usize::from(width.0))
    } else {
        None
    };
    terminal
        .unwrap_or_else(|| style(global).width)
        .min(WIDEST_TABLE)
}

/// Lays rows out under the heads base, gui and git; a row's own name stands above its cells.
pub(super) fn table(rows: &[Row], width: usize) -> String {
    let indent = if rows.iter().any(|row| !row.name.is_empty()) {
        4
    } else {
        2
    };
    let room = width.saturating_sub(indent + 2 * GAP.len());
    let natural: [usize; 3] = std::array::from_fn(|column| {
        let lines = rows.iter().flat_map(|row| &row.cells[column]);
        lines
            .map(|line| line.width())
            .chain([HEADS[column].len()])
            .max()
            .unwrap_or_default()
    });
    let widths = shares(natural, room);
    let mut out = String::new();
    let heads = HEADS.map(|head| vec![head.to_owned()]);
    cells(&mut out, &heads, widths, indent);
    let rule = widths.map(|width| vec!["-".repeat(width)]);
    cells(&mut out, &rule, widths, indent);
    for row in rows {
        if !row.name.is_empty() {
            out.push_str(&format!("  {}\n", row.name));
        }
        cells(&mut out, &row.cells, widths, indent);
    }
    out
}

/// Gives each column what it needs, and shares what is missing among those that need more than their part.
fn shares(natural: [usize; 3], room: usize) -> [usize; 3] {
    let mut widths = natural;
    let mut rest = room;
    let mut open: Vec<usize> = vec![0, 1, 2];
    while !open.is_empty() {
        let part = (rest / open.len()).max(NARROWEST);
        let small: Vec<usize> = open
            .iter()
            .copied()
            .filter(|at| natural[*at] <= part)
            .collect();
        if small.is_empty() {
            for at in open {
                widths[at] = part;
            }
            break;
        }
        for at in &small {
            rest = rest.saturating_sub(natural[*at]);
        }
        open.retain(|at| !small.contains(at));
    }
    widths
}

fn cells(out: &mut String, cells: &[Vec<String>; 3], widths: [usize; 3], indent: usize) {
    let wrapped: [Vec<String>; 3] = std::array::from_fn(|column| {
        cells[column]
            .iter()
            .flat_map(|line| wrap(line, widths[column]))
            .collect()
    });
    let height = wrapped.iter().map(Vec::len).max().unwrap_or_default();
    for at in 0..height {
        let mut line = " ".repeat(indent);
        for column in 0..3 {
            if column > 0 {
                line.push_str(GAP);
            }
            let text = wrapped[column].get(at).map_or("", String::as_str);
            line.push_str(text);
            line.push_str(&" ".repeat(widths[column].saturating_sub(text.width())));
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
}

/// Breaks a line after a blank or a comma where one is near enough, else anywhere; its own indentation is kept.
fn wrap(line: &str, width: usize) -> Vec<String> {
    let depth = line
        .chars()
        .take_while(|c| *c == ' ')
        .count()
        .min(width / 2);
    let mut out = Vec::new();
    let mut rest = line.to_owned();
    while rest.width() > width {
        let (mut used, mut hard, mut soft) = (0, 0, None);
        for (at, c) in rest.char_indices() {
            used += c.width().unwrap_or_default();
            if used > width {
                break;
            }
            hard = at + c.len_utf8();
            if matches!(c, ' ' | ',') && used > width / 2 {
                soft = Some(hard);
            }
        }
        // One character that is wider than the column stands all the same.
        let first = rest.chars().next().map_or(1, char::len_utf8);
        let cut = soft.unwrap_or(hard).max(first);
        let tail = format!("{}{}", " ".repeat(depth), &rest[cut..]);
        rest.truncate(cut);
        out.push(rest.trim_end().to_owned());
        if tail.len() >= line.len() + depth {
            rest = tail.trim_start().to_owned();
            break;
        }
        rest = tail;
    }
    out.push(rest);
    out
}
