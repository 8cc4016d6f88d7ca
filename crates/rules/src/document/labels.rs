//! Labels and annotations: maps of strings, with Kubernetes' syntax for their keys and values.

use hnp_model::{KindInfo, Severity};
use hnp_yaml::{Entry, Kind, Value};

use crate::codes;
use crate::sink::Sink;

/// Kubernetes' limit on all annotations of a resource together, in bytes.
const ANNOTATION_BYTES: usize = 256 << 10;

/// Labels with this in their key are deleted and made anew by the admission webhook.
const DERIVED: &str = "fabric.githedgehog.com/";

pub(super) fn check(metadata: Value<'_>, info: Option<&KindInfo>, sink: &mut Sink<'_>) {
    for field in ["labels", "annotations"] {
        let Some(entry) = metadata.entry(field).filter(|entry| !entry.value.is_null()) else {
            continue;
        };
        let (map, key_span) = (entry.value, entry.key_span);
        if map.kind() != Kind::Map {
            sink.push(
                sink.finding(
                    codes::METADATA_TYPE,
                    Severity::Error,
                    map.span(),
                    format!("`metadata.{field}` must be a map of strings"),
                )
                .field(format!("metadata.{field}"))
                .help(format!("write `key: value` lines under `{field}:`")),
            );
            continue;
        }
        let mut bytes = 0;
        for entry in map.entries() {
            let path = || format!("metadata.{field}[\"{}\"]", entry.key);
            if !key_fits(entry.key) {
                sink.push(
                    sink.finding(codes::LABEL_KEY, Severity::Error, entry.key_span, format!("`{}` is not a valid key", entry.key))
                        .field(path())
                        .help("a key is `name` or `domain/name`; the name has at most 63 letters, digits, `-`, `_` and `.`"),
                );
            }
            let Some(text) = string(&entry, &path, sink) else {
                continue;
            };
            bytes += entry.key.len() + text.len();
            if field == "labels" && !super::is_label_value(text) {
                sink.push(
                    sink.finding(codes::LABEL_VALUE, Severity::Error, entry.value.span(), format!("`{text}` is not a valid label value"))
                        .field(path())
                        .help("a label value has at most 63 letters, digits, `-`, `_` and `.`; free text belongs in annotations"),
                );
            }
            let derived = field == "labels"
                && entry.key.contains(DERIVED)
                && info.is_some_and(|info| {
                    !matches!(info.kind, "SwitchGroup" | "SwitchProfile")
                        && !info.group.starts_with("gateway.")
                });
            if derived && !is_own_derivation(entry.key) {
                sink.push(
                    sink.finding(
                        codes::LOST_LABEL,
                        Severity::Warning,
                        entry.key_span,
                        format!("Hedgehog deletes labels with `{DERIVED}` in their key, so `{}` will be lost", entry.key),
                    )
                    .field(path())
                    .help("use a domain of your own in the key"),
                );
            }
        }
        if field == "annotations" && bytes > ANNOTATION_BYTES {
            sink.push(
                sink.finding(
                    codes::ANNOTATION_SIZE,
                    Severity::Error,
                    key_span,
                    format!("the annotations have {bytes} bytes together, the limit is {ANNOTATION_BYTES}"),
                )
                .field("metadata.annotations")
                .help("keep large data elsewhere; an export carries kubectl's last-applied annotation along"),
            );
        }
    }
}

/// Labels that Hedgehog derives itself come with every export and are put back as they were.
fn is_own_derivation(key: &str) -> bool {
    let Some((domain, name)) = key.split_once('/') else {
        return false;
    };
    match domain {
        "fabric.githedgehog.com" => matches!(
            name,
            "ipv4ns"
                | "vlanns"
                | "vpc"
                | "vpc1"
                | "vpc2"
                | "subnet"
                | "connection"
                | "nativevlan"
                | "external"
                | "connection-type"
                | "profile"
        ),
        "vpc.fabric.githedgehog.com"
        | "switch.fabric.githedgehog.com"
        | "server.fabric.githedgehog.com"
        | "switchgroup.fabric.githedgehog.com"
        | "vlanns.fabric.githedgehog.com" => true,
        _ => false,
    }
}

fn key_fits(key: &str) -> bool {
    match key.split_once('/') {
        Some((domain, name)) => super::is_subdomain(domain) && super::is_qualified_part(name),
        None => super::is_qualified_part(key),
    }
}

fn string<'s>(
    entry: &Entry<'s>,
    path: &dyn Fn() -> String,
    sink: &mut Sink<'_>,
) -> Option<&'s str> {
    let value = entry.value;
    if value.kind() == Kind::Scalar
        && let Some(text) = value.as_str()
    {
        return Some(text);
    }
    // What is not written has no place of its own.
    let unwritten = value.span().is_empty();
    let span = if unwritten {
        entry.key_span
    } else {
        value.span()
    };
    let finding = sink
        .finding(
            codes::METADATA_TYPE,
            Severity::Error,
            span,
            format!(
                "the value must be a string, Kubernetes reads {}",
                super::noun(value)
            ),
        )
        .field(path());
    let finding = if unwritten {
        finding.help("write `\"\"` for an empty value")
    } else {
        super::quote(finding, value, sink)
    };
    sink.push(finding);
    None
}
