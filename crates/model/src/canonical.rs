//! Canonical values: what two manifests must share to say the same.

use std::fmt::Write as _;

use hnp_yaml::{Kind, Node, Reading, Value, scalar};
use sha2::{Digest, Sha256};

/// Name of this canonical form; a hash is `c1:` and 64 hex digits.
pub const CANON: &str = "c1";

/// Returns the canonical JSON of a value: keys sorted by bytes, no white space, numbers in their shortest form.
///
/// Two values have the same canonical JSON exactly when Kubernetes reads the same from them.
#[must_use]
pub fn canonical_json(value: Value<'_>) -> String {
    let mut out = String::new();
    write_value(value, &mut out);
    out
}

/// Returns the canonical JSON of a value without a source: that of the document it would be emitted as.
#[must_use]
pub fn canonical_json_of(node: &Node) -> String {
    let mut out = String::new();
    write_node(node, &mut out);
    out
}

/// Returns the hash of a canonical value.
#[must_use]
pub fn canonical_hash(value: Value<'_>) -> String {
    format!("{CANON}:{}", hex(&Sha256::digest(canonical_json(value))))
}

/// Returns the SHA-256 of bytes in hex.
#[must_use]
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |half: u8| char::from(DIGITS[usize::from(half)]);
    let mut out = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        out.push(digit(byte >> 4));
        out.push(digit(byte & 0xf));
    }
    out
}

fn write_value(value: Value<'_>, out: &mut String) {
    match value.kind() {
        Kind::Map => {
            let mut entries: Vec<_> = value.entries().collect();
            entries.sort_by(|a, b| a.key.cmp(b.key));
            out.push('{');
            for (n, entry) in entries.iter().enumerate() {
                if n > 0 {
                    out.push(',');
                }
                write_string(entry.key, out);
                out.push(':');
                write_value(entry.value, out);
            }
            out.push('}');
        }
        Kind::Seq => {
            out.push('[');
            for (n, item) in value.items().enumerate() {
                if n > 0 {
                    out.push(',');
                }
                write_value(item, out);
            }
            out.push(']');
        }
        Kind::Scalar | Kind::Alias => match value.read() {
            Reading::Null => out.push_str("null"),
            Reading::Bool(b) => out.push_str(if b { "true" } else { "false" }),
            Reading::Int(n) => _ = write!(out, "{n}"),
            Reading::UInt(n) => _ = write!(out, "{n}"),
            Reading::Float(f) => write_float(f, out),
            Reading::Str(text) => write_string(&text, out),
        },
    }
}

fn write_node(node: &Node, out: &mut String) {
    match node {
        Node::Null => out.push_str("null"),
        Node::Bool(b) => out.push_str(if *b { "true" } else { "false" }),
        Node::Int(n) => _ = write!(out, "{n}"),
        Node::UInt(n) => _ = write!(out, "{n}"),
        // Without a JSON form they are emitted as null.
        Node::Float(f) if !f.is_finite() => out.push_str("null"),
        Node::Float(f) => write_float(*f, out),
        Node::Str(text) => write_string(text, out),
        Node::Seq(items) => {
            out.push('[');
            for (n, item) in items.iter().enumerate() {
                if n > 0 {
                    out.push(',');
                }
                write_node(item, out);
            }
            out.push(']');
        }
        Node::Map(entries) => {
            let mut entries: Vec<_> = entries.iter().collect();
            entries.sort_by(|a, b| a.0.cmp(&b.0));
            out.push('{');
            for (n, (key, value)) in entries.into_iter().enumerate() {
                if n > 0 {
                    out.push(',');
                }
                write_string(key, out);
                out.push(':');
                write_node(value, out);
            }
            out.push('}');
        }
    }
}

/// `1.0` and `1` are one JSON number.
fn write_float(f: f64, out: &mut String) {
    match Reading::Float(f).as_integer() {
        Some(n) => out.push_str(&n.to_string()),
        None => out.push_str(&scalar::float_text(f)),
    }
}

fn write_string(text: &str, out: &mut String) {
    // Most texts have nothing to escape.
    if text.bytes().all(|b| b >= b' ' && b != b'"' && b != b'\\') {
        out.push('"');
        out.push_str(text);
        out.push('"');
        return;
    }
    // serde_json's escaping is canonical: the shortest, and the same everywhere.
    out.push_str(&serde_json::Value::from(text).to_string());
}
