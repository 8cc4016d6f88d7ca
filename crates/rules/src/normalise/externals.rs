//! External, ExternalAttachment and ExternalPeering.

use serde_json::{Map, Value};

use super::admitted::{Admitted, Labels};
use super::{Admission, json, labels, untouched};

pub(super) static EXTERNAL: Admitted = Admitted {
    // EXT-01
    defaults: |spec, _| json::fill(spec, "ipv4Namespace", "default"),
    labels: Labels::Fabric(|spec, _| {
        vec![labels::one("ipv4ns", json::text(spec, "ipv4Namespace"))]
    }),
    annotations: &[],
    maps: &[],
    pointers: &["spec.static"],
    until_filled: &[],
};

pub(super) static EXTERNAL_ATTACHMENT: Admitted = Admitted {
    defaults: untouched,
    labels: Labels::Fabric(|spec, _| {
        vec![
            labels::one("connection", json::text(spec, "connection")),
            labels::one("external", json::text(spec, "external")),
        ]
    }),
    annotations: &[],
    maps: &[],
    pointers: &[
        "spec.static",
        "spec.inboundACL",
        "spec.inboundACL.statements[].tcpFilters",
        "spec.inboundACL.statements[].icmpType",
        "spec.inboundACL.statements[].icmpCode",
    ],
    until_filled: &[],
};

pub(super) static EXTERNAL_PEERING: Admitted = Admitted {
    defaults: sort_permit,
    labels: Labels::Fabric(|spec, _| {
        let name = |side| {
            json::at(spec, &["permit", side, "name"])
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        vec![
            labels::one("vpc", name("vpc")),
            labels::one("external", name("external")),
        ]
    }),
    annotations: &[],
    maps: &[],
    pointers: &[],
    until_filled: &[],
};

/// EXP-01
fn sort_permit(spec: &mut Map<String, Value>, _: &Admission) {
    let Some(permit) = json::object(spec, "permit") else {
        return;
    };
    if let Some(vpc) = json::object(permit, "vpc") {
        json::sort_texts(vpc, "subnets");
    }
    if let Some(external) = json::object(permit, "external") {
        json::sort_objects(external, "prefixes", &["prefix"]);
    }
}
