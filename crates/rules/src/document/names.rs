//! Names that become label values in the cluster (LBL-01).
//!
//! The admission webhook derives labels from references. A name may have 253 characters, a label value 63, so a long
//! name makes the resource that refers to it unadmittable, with a message that does not say why.

use hnp_model::{KindInfo, Manifest, Severity};
use hnp_yaml::{Kind, Value};

use crate::codes;
use crate::sink::Sink;

pub(super) fn check(manifest: Manifest<'_>, info: &KindInfo, sink: &mut Sink<'_>) {
    if info.kind == "Connection"
        && let Some(name) = manifest.name()
        && name.len() > 63
    {
        sink.push(
            sink.finding(
                codes::LABEL_NAME,
                Severity::Warning,
                manifest.name_span(),
                format!("the name has {} characters; over 63 no VPCAttachment or ExternalAttachment can use this connection", name.len()),
            )
            .field("metadata.name")
            .help("shorten the name: it becomes a label of what is attached to it"),
        );
    }
    let Some(spec) = manifest.value.get("spec") else {
        return;
    };
    match info.kind {
        "VPC" => {
            scalar(spec, &["ipv4Namespace"], sink);
            scalar(spec, &["vlanNamespace"], sink);
        }
        "External" => scalar(spec, &["ipv4Namespace"], sink),
        "VPCAttachment" => {
            scalar(spec, &["connection"], sink);
            subnet(spec, sink);
        }
        "ExternalAttachment" => {
            scalar(spec, &["connection"], sink);
            scalar(spec, &["external"], sink);
        }
        "ExternalPeering" => {
            scalar(spec, &["permit", "vpc", "name"], sink);
            scalar(spec, &["permit", "external", "name"], sink);
        }
        "Switch" => {
            scalar(spec, &["profile"], sink);
            list(spec, "groups", sink);
            list(spec, "vlanNamespaces", sink);
        }
        "Connection" => ports(spec, &mut String::from("spec"), 0, sink),
        _ => {}
    }
}

fn refuse(value: Value<'_>, part: &str, path: String, sink: &mut Sink<'_>) {
    let why = if part.len() > 63 {
        format!(
            "`{part}` has {} characters, and the label that Hedgehog derives from it may have 63",
            part.len()
        )
    } else {
        format!("`{part}` cannot be the value of the label that Hedgehog derives from it")
    };
    sink.push(
        sink.finding(codes::LABEL_NAME, Severity::Error, value.span(), why)
            .field(path)
            .help("shorten or rename what it refers to"),
    );
}

fn scalar(spec: Value<'_>, path: &[&str], sink: &mut Sink<'_>) {
    let mut at = spec;
    for key in path {
        let Some(next) = at.get(key) else { return };
        at = next;
    }
    if let Some(text) = at.as_str().filter(|text| !super::is_label_value(text)) {
        refuse(at, text, format!("spec.{}", path.join(".")), sink);
    }
}

fn subnet(spec: Value<'_>, sink: &mut Sink<'_>) {
    let Some(value) = spec.get("subnet") else {
        return;
    };
    let Some((vpc, subnet)) = value.as_str().and_then(|text| text.split_once('/')) else {
        return;
    };
    for part in [vpc, subnet] {
        if !super::is_label_value(part) {
            refuse(value, part, "spec.subnet".to_owned(), sink);
        }
    }
}

fn list(spec: Value<'_>, key: &str, sink: &mut Sink<'_>) {
    let Some(items) = spec.get(key) else { return };
    for (n, item) in items.items().enumerate() {
        if let Some(text) = item.as_str().filter(|text| !super::is_qualified_part(text)) {
            refuse(item, text, format!("spec.{key}[{n}]"), sink);
        }
    }
}

/// Every `port: <device>/<port>` of a connection: the device's name becomes part of a label's key.
fn ports(value: Value<'_>, path: &mut String, depth: usize, sink: &mut Sink<'_>) {
    if depth > 6 {
        return;
    }
    match value.kind() {
        Kind::Map => {
            for entry in value.entries() {
                if entry.key == "port" {
                    let device = entry.value.as_str().and_then(|text| text.split_once('/'));
                    if let Some((device, _)) = device
                        && !device.is_empty()
                        && !super::is_qualified_part(device)
                    {
                        refuse(entry.value, device, format!("{path}.port"), sink);
                    }
                } else if entry.value.kind() != Kind::Scalar {
                    let length = path.len();
                    path.push('.');
                    path.push_str(entry.key);
                    ports(entry.value, path, depth + 1, sink);
                    path.truncate(length);
                }
            }
        }
        Kind::Seq => {
            for (n, item) in value.items().enumerate() {
                let length = path.len();
                path.push_str(&format!("[{n}]"));
                ports(item, path, depth + 1, sink);
                path.truncate(length);
            }
        }
        _ => {}
    }
}
