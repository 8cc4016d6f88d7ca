//! Vector files: YAML with one case a line.

use std::fmt::Write as _;

use serde_json::Value;

/// Writes a file of cases.
pub(crate) fn file(
    kind: &str,
    base: Option<&str>,
    cases: impl IntoIterator<Item = Value>,
) -> String {
    let mut text = format!(
        "# Made by `cargo xtask vectors`; see tests/conformance/README.md.\nformat: hnp-vectors/2\njudge: catalogue\nkind: {kind}\njudged: tree\n"
    );
    if let Some(base) = base {
        let _ = writeln!(text, "base: {base}");
    }
    text.push_str("cases:\n");
    for case in cases {
        text.push_str("  - ");
        flow(&case, &mut text);
        text.push('\n');
    }
    text
}

fn flow(value: &Value, out: &mut String) {
    match value {
        Value::Object(map) => {
            out.push('{');
            for (at, (key, value)) in map.iter().enumerate() {
                if at > 0 {
                    out.push_str(", ");
                }
                scalar(key, out);
                out.push_str(": ");
                flow(value, out);
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push_str(", ");
                }
                flow(item, out);
            }
            out.push(']');
        }
        Value::String(text) => scalar(text, out),
        other => {
            let _ = write!(out, "{other}");
        }
    }
}

/// Writes a string plain where no reader of YAML could take it for anything else.
fn scalar(text: &str, out: &mut String) {
    let word = |c: char| c.is_ascii_alphanumeric() || "/._~-".contains(c);
    let reserved = [
        "true", "false", "yes", "no", "on", "off", "y", "n", "null", "nan", "inf",
    ];
    let plain = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/')
        && text.chars().all(word)
        && !reserved.contains(&text.to_ascii_lowercase().as_str())
        || text == "."
        || is_prefix(text);
    if plain {
        out.push_str(text);
    } else {
        let _ = write!(out, "{}", Value::String(text.to_owned()));
    }
}

/// Tells whether a text is an IPv4 address or prefix, which no reader takes for a number.
fn is_prefix(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let (addr, bits) = text.split_once('/').unwrap_or((text, "0"));
    digits(bits) && addr.split('.').count() == 4 && addr.split('.').all(digits)
}
