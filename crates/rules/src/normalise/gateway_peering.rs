//! GatewayPeering, and Peering as it was called until 25.05.

use serde_json::{Map, Value, json};

use super::admitted::{Admitted, Entry, Labels};
use super::{Admission, duration, json, labels};

/// How long an idle flow is remembered where nothing is said.
const IDLE_TIMEOUT: &str = "2m0s";

pub(super) static GATEWAY_PEERING: Admitted = Admitted {
    defaults,
    labels: Labels::Gateway(derive),
    annotations: &[],
    maps: &[("spec.peering", Entry::Struct)],
    pointers: &[
        "spec.acl",
        "spec.peering.*.expose[].nat",
        "spec.peering.*.expose[].nat.masquerade",
        "spec.peering.*.expose[].nat.portForward",
        "spec.peering.*.expose[].nat.static",
    ],
    until_filled: &[],
};

pub(super) static PEERING: Admitted = Admitted {
    defaults: of_peering,
    labels: Labels::Gateway(derive),
    annotations: &[],
    maps: &[("spec.peering", Entry::Struct)],
    pointers: &[
        "spec.peering.*.expose[].nat.stateful",
        "spec.peering.*.expose[].nat.stateful.idleTimeout",
        "spec.peering.*.expose[].nat.stateless",
    ],
    until_filled: &[],
};

/// Returns the two sides; with another number of them the webhook leaves everything alone.
fn sides(spec: &Map<String, Value>) -> Option<[&String; 2]> {
    let sides: Vec<&String> = spec.get("peering")?.as_object()?.keys().collect();
    sides.try_into().ok()
}

fn derive(spec: &Map<String, Value>, _: &Admission) -> Vec<(String, String)> {
    sides(spec)
        .into_iter()
        .flatten()
        .map(|vpc| (format!("vpc.{}{vpc}", labels::GATEWAY), "true".to_owned()))
        .collect()
}

/// GWP-01
fn defaults(spec: &mut Map<String, Value>, _: &Admission) {
    let complete = sides(spec).is_some();
    for side in json::entries(spec, "peering") {
        for expose in json::items(side, "expose") {
            let Some(Value::Object(nat)) = expose.get_mut("nat") else {
                continue;
            };
            for kind in ["masquerade", "portForward"] {
                if let Some(Value::Object(nat)) = nat.get_mut(kind) {
                    spell_timeout(nat);
                    if complete {
                        json::fill(nat, "idleTimeout", IDLE_TIMEOUT);
                    }
                }
            }
        }
    }
    if !complete {
        return;
    }
    json::fill(spec, "gatewayGroup", "default");
    if let Some(Value::Object(acl)) = spec.get_mut("acl") {
        json::fill(acl, "default", "deny-unless-exposed");
        for rule in json::items(acl, "rules") {
            json::fill(rule, "scope", "flow");
        }
    }
}

/// GWP-16: what is exposed is translated statefully where nothing is said.
fn of_peering(spec: &mut Map<String, Value>, _: &Admission) {
    if sides(spec).is_none() {
        return;
    }
    for side in json::entries(spec, "peering") {
        for expose in json::items(side, "expose") {
            let Some(nat) = json::object(expose, "nat") else {
                continue;
            };
            if json::is_nil(nat, "stateful") && json::is_nil(nat, "stateless") {
                nat.insert("stateful".to_owned(), json!({}));
            }
            if let Some(Value::Object(stateful)) = nat.get_mut("stateful") {
                spell_timeout(stateful);
            }
        }
    }
}

/// Writes a timeout as Go writes it back; zero is none.
fn spell_timeout(nat: &mut Map<String, Value>) {
    if let Some(nanoseconds) = duration::parse(json::text(nat, "idleTimeout")) {
        let text = match nanoseconds {
            0 => String::new(),
            _ => duration::text(nanoseconds),
        };
        nat.insert("idleTimeout".to_owned(), Value::String(text));
    }
}
