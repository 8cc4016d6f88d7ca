//! IPv4Namespace and VLANNamespace: the order of subnets and ranges.

use serde_json::{Map, Value};

use super::admitted::{Admitted, CLEARED};
use super::{Admission, json};

pub(super) static IPV4_NAMESPACE: Admitted = Admitted {
    // IPNS-01
    defaults: |spec, _| json::sort_texts(spec, "subnets"),
    labels: CLEARED,
    annotations: &[],
    maps: &[],
    pointers: &[],
    until_filled: &[],
};

pub(super) static VLAN_NAMESPACE: Admitted = Admitted {
    defaults: vlan_ranges,
    labels: CLEARED,
    annotations: &[],
    maps: &[],
    pointers: &[],
    until_filled: &[],
};

/// VLNS-02: `to` follows `from`, and the ranges are sorted; ranges that touch stay apart.
///
/// VLNS-06: where one is invalid, upstream replaces them all by nothing. Here they stay as written: a namespace that lost
/// its ranges in the cluster differs from the file that names them.
fn vlan_ranges(spec: &mut Map<String, Value>, _: &Admission) {
    let Some(Value::Array(ranges)) = spec.get_mut("ranges") else {
        return;
    };
    let Some(bounds) = ranges.iter().map(bounds).collect::<Option<Vec<_>>>() else {
        return;
    };
    for (range, (_, to)) in ranges.iter_mut().zip(bounds) {
        if let Value::Object(range) = range {
            json::fill(range, "to", to);
        }
    }
    ranges.sort_by_key(self::bounds);
}

fn bounds(range: &Value) -> Option<(u64, u64)> {
    let range = range.as_object()?;
    let number = |key| match range.get(key) {
        Some(value) if !json::is_zero(value) => value.as_u64(),
        _ => Some(0),
    };
    let (from, to) = (number("from")?, number("to")?);
    let to = if to == 0 { from } else { to };
    (1 <= from && from <= to && to <= 4094).then_some((from, to))
}
