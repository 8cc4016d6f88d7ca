//! `metadata`: what the API server asks of every resource, and what Hedgehog asks besides.

use hnp_model::{KindInfo, Manifest, Severity};
use hnp_yaml::{Kind, Value};

use super::labels;
use crate::codes;
use crate::removal;
use crate::schema::suggest;
use crate::sink::Sink;

/// Keys of Kubernetes' ObjectMeta.
const KEYS: [&str; 15] = [
    "name",
    "namespace",
    "labels",
    "annotations",
    "generateName",
    "finalizers",
    "ownerReferences",
    "uid",
    "resourceVersion",
    "generation",
    "creationTimestamp",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "selfLink",
    "managedFields",
];

/// Keys that only the API server writes.
const SERVER_OWNED: [&str; 8] = [
    "uid",
    "resourceVersion",
    "generation",
    "creationTimestamp",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "selfLink",
    "managedFields",
];

const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

pub(super) fn check(manifest: Manifest<'_>, info: Option<&KindInfo>, sink: &mut Sink<'_>) {
    let value = manifest.value;
    let Some(metadata) = value.get("metadata") else {
        sink.push(
            sink.finding(
                codes::NO_NAME,
                Severity::Error,
                value
                    .entries()
                    .next()
                    .map_or(value.span(), |entry| entry.key_span),
                "`metadata` is missing, so the resource has no name",
            )
            .field("metadata")
            .help("add `metadata` with a `name`"),
        );
        return;
    };
    if metadata.kind() != Kind::Map {
        sink.push(
            sink.finding(
                codes::METADATA_TYPE,
                Severity::Error,
                metadata.span(),
                "`metadata` must be a map",
            )
            .field("metadata")
            .help("write `metadata:` with `name:` below it"),
        );
        return;
    }
    name(metadata, value, info, sink);
    namespace(metadata, info, sink);
    keys(manifest, metadata, info, sink);
    labels::check(metadata, info, sink);
}

fn name(metadata: Value<'_>, root: Value<'_>, info: Option<&KindInfo>, sink: &mut Sink<'_>) {
    let Some(entry) = metadata
        .entry("name")
        .filter(|entry| !entry.value.is_null())
    else {
        let span = root
            .entry("metadata")
            .map_or(metadata.span(), |entry| entry.key_span);
        let message = if metadata.get("generateName").is_some() {
            "`metadata.generateName` gives a new name on every apply; in Git a resource needs `metadata.name`"
        } else {
            "`metadata.name` is missing"
        };
        sink.push(
            sink.finding(codes::NO_NAME, Severity::Error, span, message)
                .field("metadata.name")
                .help("add `name` under `metadata`"),
        );
        return;
    };
    let Some(name) = string(entry.value, "metadata.name", sink) else {
        return;
    };
    if info.is_none() {
        // Other groups have other rules for names.
        return;
    }
    let span = entry.value.span();
    if name.len() > 253 {
        sink.push(
            sink.finding(
                codes::NAME_LENGTH,
                Severity::Error,
                span,
                format!("the name has {} characters, the limit is 253", name.len()),
            )
            .field("metadata.name")
            .help("shorten the name, and what refers to it"),
        );
    } else if !super::is_subdomain(name) {
        let lower = name.to_ascii_lowercase().replace('_', "-");
        let mut finding = sink
            .finding(codes::NAME_SYNTAX, Severity::Error, span, format!("`{name}` is not a valid resource name"))
            .field("metadata.name")
            .help("use lower-case letters, digits, `-` and `.`, and start and end with a letter or digit");
        if super::is_subdomain(&lower) && lower != name {
            finding = finding.fix(sink.fix(format!("rename to `{lower}`"), false, span, lower));
        }
        sink.push(finding);
    } else if name.contains('.') {
        sink.push(
            sink.finding(
                codes::DOTTED_NAME,
                Severity::Warning,
                span,
                format!("`{name}` has a dot, so it cannot be stored in NetBox"),
            )
            .field("metadata.name")
            .help("use `-` in place of `.` where the resource is to be edited in the GUI"),
        );
    }
}

fn namespace(metadata: Value<'_>, info: Option<&KindInfo>, sink: &mut Sink<'_>) {
    let Some(entry) = metadata
        .entry("namespace")
        .filter(|entry| !entry.value.is_null())
    else {
        return;
    };
    let Some(namespace) = string(entry.value, "metadata.namespace", sink) else {
        return;
    };
    let Some(info) = info else { return };
    let wanted = if info.group.starts_with("fabricator.") {
        "fab"
    } else {
        "default"
    };
    if namespace.is_empty() || namespace == wanted {
        return;
    }
    let finding = sink
        .finding(
            codes::NAMESPACE,
            Severity::Error,
            entry.value.span(),
            format!(
                "{} lives in namespace `{wanted}` only, not in `{namespace}`",
                info.kind
            ),
        )
        .field("metadata.namespace")
        .help(format!("write `namespace: {wanted}`"));
    let fix = sink.fix(
        format!("change the namespace to `{wanted}`"),
        false,
        entry.value.span(),
        wanted,
    );
    sink.push(finding.fix(fix));
}

fn string<'s>(value: Value<'s>, path: &str, sink: &mut Sink<'_>) -> Option<&'s str> {
    if value.kind() == Kind::Scalar
        && let Some(text) = value.as_str()
    {
        return Some(text);
    }
    let what = super::noun(value);
    let finding = sink
        .finding(
            codes::METADATA_TYPE,
            Severity::Error,
            value.span(),
            format!("`{path}` must be a string, Kubernetes reads {what}"),
        )
        .field(path);
    let finding = super::quote(finding, value, sink);
    sink.push(finding);
    None
}

fn keys(manifest: Manifest<'_>, metadata: Value<'_>, info: Option<&KindInfo>, sink: &mut Sink<'_>) {
    for entry in metadata.entries() {
        let path = format!("metadata.{}", entry.key);
        if SERVER_OWNED.contains(&entry.key) {
            let mut finding = sink
                .finding(
                    codes::SERVER_OWNED,
                    Severity::Warning,
                    entry.key_span,
                    format!("`{path}` belongs to the API server; an export carries it along"),
                )
                .field(path)
                .help("take it out, or every apply and every sync will see a difference");
            finding.fix = removal::fix(
                manifest,
                &["metadata", entry.key],
                format!("remove `metadata.{}`", entry.key),
                sink,
            );
            sink.push(finding);
        } else if !KEYS.contains(&entry.key) && info.is_some() {
            let mut finding = sink
                .finding(
                    codes::UNKNOWN_METADATA_KEY,
                    Severity::Error,
                    entry.key_span,
                    format!("unknown key `{path}`"),
                )
                .field(path)
                .help("the API server would drop it, or refuse the manifest");
            let free = KEYS.into_iter().filter(|key| metadata.get(key).is_none());
            if let Some(near) = suggest::nearest(entry.key, free) {
                finding = finding
                    .help(format!("did you mean `{near}`?"))
                    .fix(sink.fix(
                        format!("rename `{}` to `{near}`", entry.key),
                        false,
                        entry.key_span,
                        near,
                    ));
            } else if let Some(near) = suggest::nearest(entry.key, KEYS) {
                finding = finding.help(format!("did you mean `{near}`, which is there already?"));
            }
            sink.push(finding);
        }
    }
    let last_applied = metadata
        .get("annotations")
        .and_then(|annotations| annotations.entry(LAST_APPLIED));
    if let Some(entry) = last_applied {
        let mut finding = sink
            .finding(
                codes::SERVER_OWNED,
                Severity::Warning,
                entry.key_span,
                "kubectl's last-applied-configuration is an old copy of this manifest; an export carries it along",
            )
            .field(format!("metadata.annotations[\"{LAST_APPLIED}\"]"))
            .help("take it out");
        finding.fix = removal::fix(
            manifest,
            &["metadata", "annotations", LAST_APPLIED],
            "remove the annotation",
            sink,
        );
        sink.push(finding);
    }
}
