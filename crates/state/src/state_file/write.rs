//! Writing a state: one text for one set of entries.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::{Entry, Field, Fields, Sort, State, rank};

/// First line of the file.
pub(super) const BANNER: &str = "# Written by hnp: commit it, do not edit it.";

/// Writes a state.toml: header, then one table after the other by the SHA-256 of their keys, a blank line before each.
#[must_use]
pub fn write(state: &State) -> String {
    let resources = state
        .resources
        .iter()
        .map(|(key, entry)| (Sort::Resource, key, Table::Entry(entry)));
    let conflicts = state
        .conflicts
        .iter()
        .map(|(id, fields)| (Sort::Conflict, id, Table::Fields(fields)));
    let resolutions = state
        .resolutions
        .iter()
        .map(|(id, fields)| (Sort::Resolution, id, Table::Fields(fields)));
    let mut tables: Vec<_> = resources
        .chain(conflicts)
        .chain(resolutions)
        .map(|(sort, key, table)| (rank(sort, key), key, table))
        .collect();
    tables.sort_unstable_by_key(|(rank, ..)| *rank);

    let mut out = String::with_capacity(256 + tables.len() * 384);
    let _ = write!(
        out,
        "{BANNER}\n\nformat = {}\ncanon = {}\nlineage = {}\n",
        state.format,
        quoted(&state.canon),
        quoted(&state.lineage)
    );
    for ((_, sort), key, table) in tables {
        out.push_str("\n[");
        out.push_str(sort.name());
        out.push('.');
        quote(&mut out, key);
        out.push_str("]\n");
        match table {
            Table::Entry(entry) => {
                line(&mut out, "path   = ", &entry.path);
                line(&mut out, "sha256 = ", &entry.sha256);
                if let Some(base) = &entry.base {
                    line(&mut out, "base   = ", base);
                }
                if let Some(blob) = &entry.blob {
                    line(&mut out, "blob   = ", blob);
                }
            }
            Table::Fields(table) => fields(&mut out, table),
        }
    }
    out
}

enum Table<'s> {
    Entry(&'s Entry),
    Fields(&'s Fields),
}

fn line(out: &mut String, name: &str, value: &str) {
    out.push_str(name);
    quote(out, value);
    out.push('\n');
}

fn fields(out: &mut String, fields: &Fields) {
    for (name, field) in fields {
        let bare = !name.is_empty()
            && name
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
        let name = if bare {
            Cow::Borrowed(name.as_str())
        } else {
            Cow::Owned(quoted(name))
        };
        match field {
            Field::Text(text) => {
                let _ = writeln!(out, "{name} = {}", quoted(text));
            }
            Field::List(items) => {
                let items: Vec<_> = items.iter().map(|item| quoted(item)).collect();
                let _ = writeln!(out, "{name} = [{}]", items.join(", "));
            }
        }
    }
}

/// A text as a TOML basic string, control characters and what TOML forbids escaped.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    quote(&mut out, text);
    out
}

fn quote(out: &mut String, text: &str) {
    out.push('"');
    let plain = |b: u8| (b >= b' ') & (b != b'"') & (b != b'\\') & (b != 0x7f);
    if text.bytes().fold(true, |all, b| all & plain(b)) {
        out.push_str(text);
    } else {
        for c in text.chars() {
            match c {
                '"' => out.push_str("\\\""),
                '\\' => out.push_str("\\\\"),
                '\n' => out.push_str("\\n"),
                '\t' => out.push_str("\\t"),
                '\r' => out.push_str("\\r"),
                c if c < ' ' || c == '\u{7f}' => {
                    let _ = write!(out, "\\u{:04X}", u32::from(c));
                }
                c => out.push(c),
            }
        }
    }
    out.push('"');
}
