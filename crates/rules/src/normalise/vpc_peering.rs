//! VPCPeering: nothing but labels.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::admitted::{Admitted, Entry, Labels};
use super::{Admission, labels, untouched};

pub(super) static VPC_PEERING: Admitted = Admitted {
    defaults: untouched,
    labels: Labels::Fabric(derive),
    annotations: &[],
    maps: &[("spec.permit[]", Entry::Struct)],
    pointers: &[],
    until_filled: &[],
};

fn derive(spec: &Map<String, Value>, _: &Admission) -> Vec<(String, String)> {
    let Some(permit) = spec.get("permit").and_then(Value::as_array) else {
        return Vec::new();
    };
    let mut vpcs = BTreeSet::new();
    for entry in permit {
        match entry.as_object() {
            Some(entry) if entry.len() == 2 => vpcs.extend(entry.keys()),
            _ => return Vec::new(),
        }
    }
    let vpcs: Vec<&String> = vpcs.into_iter().collect();
    let [one, two] = vpcs[..] else {
        return Vec::new();
    };
    vec![
        labels::member("vpc", one),
        labels::member("vpc", two),
        labels::one("vpc1", one),
        labels::one("vpc2", two),
    ]
}
