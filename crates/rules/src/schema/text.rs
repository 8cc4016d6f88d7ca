//! The text form of schemas: JSON that a person can read and a diff can show.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::model::KindSchema;

/// Longest line the writer makes where it can choose, in bytes.
const WIDTH: usize = 110;

/// A file of schemas.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SchemaFile {
    /// Hedgehog release the file stands for; absent in files made by `hnp schema import`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release: Option<String>,
    /// Where the definitions come from, such as a repository and its tag.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<String>,
    /// The kinds.
    pub kinds: Vec<KindSchema>,
}

/// Writes schemas as text: kinds by group and kind, one property a line, the same bytes for the same schemas.
#[must_use]
pub fn to_json(file: &SchemaFile) -> String {
    let mut file = file.clone();
    file.kinds
        .sort_by(|a, b| (&a.group, &a.kind).cmp(&(&b.group, &b.kind)));
    // A tree of plain data always has a JSON form.
    let value = serde_json::to_value(&file).unwrap_or_default();
    let mut text = String::new();
    write_value(&mut text, &value, 0, 0);
    text.push('\n');
    text
}

/// Reads the text form.
///
/// # Errors
///
/// Fails with a sentence that names line and column where the text is not JSON or not of this form.
pub fn from_json(text: &str) -> Result<SchemaFile, String> {
    serde_json::from_str(text).map_err(|error| {
        format!("not a schema file of hnp ({error}); write it again with `hnp schema import`")
    })
}

fn write_value(out: &mut String, value: &Value, indent: usize, before: usize) {
    let line = inline(value);
    if indent + before + line.len() <= WIDTH {
        out.push_str(&line);
        return;
    }
    let pad = " ".repeat(indent + 2);
    let mut first = true;
    let mut next = |out: &mut String| {
        out.push_str(if first { "\n" } else { ",\n" });
        first = false;
        out.push_str(&pad);
    };
    match value {
        Value::Object(map) => {
            out.push('{');
            for (key, value) in map {
                next(out);
                let key = inline(&Value::String(key.clone()));
                let _ = write!(out, "{key}: ");
                write_value(out, value, indent + 2, key.len() + 2);
            }
            let _ = write!(out, "\n{}}}", " ".repeat(indent));
        }
        Value::Array(items) => {
            out.push('[');
            for item in items {
                next(out);
                write_value(out, item, indent + 2, 0);
            }
            let _ = write!(out, "\n{}]", " ".repeat(indent));
        }
        _ => out.push_str(&line),
    }
}

fn inline(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let entries: Vec<_> = map
                .iter()
                .map(|(key, value)| format!("{}: {}", Value::String(key.clone()), inline(value)))
                .collect();
            format!("{{{}}}", entries.join(", "))
        }
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(inline).collect();
            format!("[{}]", items.join(", "))
        }
        scalar => scalar.to_string(),
    }
}
