//! Labels that the webhook derives from the spec.

use serde_json::{Map, Value};

use super::Admission;
use super::admitted::{Admitted, Labels};
use super::json;

/// A label whose key contains this is derived, on the kinds whose labels the webhook clears.
pub(super) const FABRIC: &str = "fabric.githedgehog.com/";

/// A gateway kind's label whose key contains this is derived.
pub(super) const GATEWAY: &str = "gateway.githedgehog.com/";

/// Returns a label of the fabric, such as `fabric.githedgehog.com/vpc`.
pub(super) fn one(name: &str, value: &str) -> (String, String) {
    (format!("{FABRIC}{name}"), value.to_owned())
}

/// Returns a label that says that something belongs to a list, such as `switch.fabric.githedgehog.com/leaf-1`.
pub(super) fn member(list: &str, name: &str) -> (String, String) {
    (format!("{list}.{FABRIC}{name}"), "true".to_owned())
}

/// Puts the derived labels in place and takes stale ones out, where the webhook does.
pub(super) fn derive(root: &mut Map<String, Value>, kind: &Admitted, admission: &Admission) {
    let (clears, derive) = match kind.labels {
        Labels::Kept => return,
        Labels::Fabric(derive) => (true, derive),
        Labels::Gateway(derive) => (false, derive),
    };
    let none = Map::new();
    let spec = root.get("spec").and_then(Value::as_object);
    let derived = derive(spec.unwrap_or(&none), admission);
    let Some(labels) = json::object(root, "metadata").and_then(|m| json::object(m, "labels"))
    else {
        return;
    };
    if clears {
        labels.retain(|key, _| !key.contains(FABRIC));
    }
    for (key, value) in derived {
        labels.insert(key, Value::String(value));
    }
}
