//! Gateway and GatewayGroup.

use serde_json::{Map, Value, json};

use super::admitted::{Admitted, Entry, Labels};
use super::{Admission, json, untouched};
use crate::schema::Release;

pub(super) static GATEWAY: Admitted = Admitted {
    defaults,
    labels: Labels::Kept,
    annotations: &[],
    maps: &[
        ("spec.interfaces", Entry::Struct),
        ("spec.logs.tags", Entry::Text),
    ],
    pointers: &["spec.logs.rateLimit"],
    until_filled: &[],
};

pub(super) static GATEWAY_GROUP: Admitted = Admitted {
    defaults: untouched,
    labels: Labels::Kept,
    annotations: &[],
    maps: &[],
    pointers: &[],
    until_filled: &[],
};

/// GW-01
fn defaults(spec: &mut Map<String, Value>, admission: &Admission) {
    if let Some(logs) = json::object(spec, "logs") {
        json::fill(logs, "default", "info");
        json::fill(logs, "tags", json!({ "all": "info" }));
        // GW-02: there is a limit only where one is written.
        if let Some(Value::Object(limit)) = logs.get_mut("rateLimit") {
            json::fill(limit, "burst", 50);
            json::fill(limit, "replenishPerSecond", 5);
        }
    }
    json::fill(spec, "workers", 4);
    // Groups came with 26.01.
    if admission.release >= Release::R26_01 {
        json::sort_objects(spec, "groups", &["name"]);
        json::fill(spec, "groups", json!([{ "name": "default" }]));
    }
}
