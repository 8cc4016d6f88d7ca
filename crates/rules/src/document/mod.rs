//! Rules that need one document only.

mod labels;
mod metadata;
mod names;
mod root;

use hnp_model::{Finding, Manifest};
use hnp_yaml::{Kind, Reading, Value};

use crate::Settings;
use crate::engine;
use crate::facts::Detail;
use crate::sink::Sink;

/// Checks one manifest: its root, its metadata, its labels, its schema and what admission asks of it alone.
pub fn check(manifest: Manifest<'_>, detail: &Detail, settings: &Settings, sink: &mut Sink<'_>) {
    sink.resource = Some(manifest.resource_ref(settings.fabric.as_deref()));
    let recognised = root::check(manifest, settings, sink);
    if recognised.is_resource {
        metadata::check(manifest, recognised.info, sink);
    }
    if let Some(info) = recognised.info {
        names::check(manifest, info, sink);
        engine::check_document(manifest, info, detail, settings, sink);
    }
    sink.resource = None;
}

/// Says what Kubernetes reads where a string should stand.
fn noun(value: Value<'_>) -> &'static str {
    match value.kind() {
        Kind::Map => return "a map",
        Kind::Seq => return "a list",
        Kind::Scalar | Kind::Alias => {}
    }
    match value.read() {
        Reading::Null => "nothing",
        Reading::Bool(_) => "a boolean",
        Reading::Str(_) => "a string",
        other if other.type_name() == "integer" => "an integer",
        _ => "a number",
    }
}

/// Adds what to do about a value that must be a string, with a fix where quotes are all it needs.
fn quote(finding: Finding, value: Value<'_>, sink: &Sink<'_>) -> Finding {
    if value.kind() != Kind::Scalar {
        return finding.help("write a string");
    }
    if value.is_alias() {
        return finding.help("write the value out, in quotes");
    }
    if value.tag().is_some() {
        return finding.help("put it in quotes and remove the tag");
    }
    let text = if value.is_null() { "" } else { value.text() };
    let fix = sink.fix("quote the value", true, value.span(), format!("\"{text}\""));
    finding.help("put it in quotes").fix(fix)
}

/// Tells whether a name is a lowercase RFC 1123 subdomain of at most 253 characters.
#[must_use]
pub fn is_subdomain(name: &str) -> bool {
    !name.is_empty() && name.len() <= 253 && name.split('.').all(is_label_part)
}

/// A part of a subdomain: unlike a label, Hedgehog's pattern bounds only the whole.
fn is_label_part(part: &str) -> bool {
    let bytes = part.as_bytes();
    let alnum = |b: &u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    bytes.first().is_some_and(alnum)
        && bytes.last().is_some_and(alnum)
        && bytes.iter().all(|b| alnum(b) || *b == b'-')
}

/// Tells whether a text can be a label's value.
#[must_use]
pub fn is_label_value(text: &str) -> bool {
    text.is_empty() || is_qualified_part(text)
}

/// Tells whether a text can be the name part of a label's key.
#[must_use]
pub fn is_qualified_part(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() <= 63
        && bytes.first().is_some_and(u8::is_ascii_alphanumeric)
        && bytes.last().is_some_and(u8::is_ascii_alphanumeric)
        && bytes
            .iter()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}
