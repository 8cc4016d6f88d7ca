//! VPCAttachment: the subnet's full name.

use serde_json::{Map, Value};

use super::admitted::{Admitted, Labels};
use super::{Admission, json, labels};

pub(super) static VPC_ATTACHMENT: Admitted = Admitted {
    defaults,
    labels: Labels::Fabric(derive),
    annotations: &[],
    maps: &[],
    pointers: &[],
    until_filled: &[],
};

/// ATT-01: a VPC alone means its subnet `default`; `vpc-1/` stays as it is.
fn defaults(spec: &mut Map<String, Value>, _: &Admission) {
    let subnet = json::text(spec, "subnet");
    if !subnet.is_empty() && !subnet.contains('/') {
        let full = format!("{subnet}/default");
        spec.insert("subnet".to_owned(), Value::String(full));
    }
}

fn derive(spec: &Map<String, Value>, _: &Admission) -> Vec<(String, String)> {
    let subnet = json::text(spec, "subnet");
    let (vpc, subnet) = subnet.split_once('/').unwrap_or((subnet, ""));
    if vpc.is_empty() {
        return Vec::new();
    }
    let subnet = if subnet.is_empty() { "default" } else { subnet };
    let mut derived = vec![
        labels::one("vpc", vpc),
        labels::one("subnet", subnet),
        labels::one("connection", json::text(spec, "connection")),
    ];
    if !json::lacks(spec, "nativeVLAN") {
        derived.push(labels::one("nativevlan", "true"));
    }
    derived
}
