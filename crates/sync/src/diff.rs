//! Differences between two values, field by field.

use hnp_model::canonical::canonical_json;
use hnp_yaml::{Kind, Value};
use serde::Serialize;

/// One field that differs. A side that does not have the field is `None`; values are canonical JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldDiff {
    /// Field path, such as `spec.subnets.a.vlan`.
    pub field: String,
    /// The value there is.
    pub old: Option<String>,
    /// The value that comes.
    pub new: Option<String>,
}

/// Compares two values. Maps are compared key by key, lists as a whole.
#[must_use]
pub fn diff(old: Value<'_>, new: Value<'_>) -> Vec<FieldDiff> {
    let mut found = Vec::new();
    walk(&mut String::new(), Some(old), Some(new), &mut found);
    found
}

fn walk(
    path: &mut String,
    old: Option<Value<'_>>,
    new: Option<Value<'_>>,
    found: &mut Vec<FieldDiff>,
) {
    if let (Some(a), Some(b)) = (old, new) {
        if a.same(b) {
            return;
        }
        if a.kind() == Kind::Map && b.kind() == Kind::Map {
            let mut keys: Vec<&str> = a
                .entries()
                .chain(b.entries())
                .map(|entry| entry.key)
                .collect();
            keys.sort_unstable();
            keys.dedup();
            for key in keys {
                let length = path.len();
                push_key(path, key);
                walk(path, a.get(key), b.get(key), found);
                path.truncate(length);
            }
            return;
        }
    }
    found.push(FieldDiff {
        field: path.clone(),
        old: old.map(canonical_json),
        new: new.map(canonical_json),
    });
}

fn push_key(path: &mut String, key: &str) {
    let plain = !key.is_empty()
        && key
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    if plain {
        if !path.is_empty() {
            path.push('.');
        }
        path.push_str(key);
    } else {
        path.push_str(&format!("[{key:?}]"));
    }
}

/// Writes differences for people: `spec.vlan: 1001 -> 1002`, at most ten.
#[must_use]
pub fn describe(diffs: &[FieldDiff]) -> String {
    let side = |value: &Option<String>| match value {
        None => "absent".to_owned(),
        Some(text) if text.chars().count() > 60 => {
            let start: String = text.chars().take(57).collect();
            format!("{start}...")
        }
        Some(text) => text.clone(),
    };
    let mut lines: Vec<String> = diffs
        .iter()
        .take(10)
        .map(|diff| format!("{}: {} -> {}", diff.field, side(&diff.old), side(&diff.new)))
        .collect();
    if diffs.len() > 10 {
        lines.push(format!("and {} more", diffs.len() - 10));
    }
    lines.join("; ")
}
