//! What a live object has and a manifest in Git need not.

use serde_json::{Map, Value};

use super::admitted::Labels;
use super::{admitted, labels};

/// Fields of `metadata` that the API server and controllers own.
const METADATA: &[&str] = &[
    "uid",
    "resourceVersion",
    "generation",
    "creationTimestamp",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "managedFields",
    "ownerReferences",
    "finalizers",
    "selfLink",
];

/// Annotations that the tools which apply manifests write on what they applied.
const ANNOTATIONS: &[&str] = &[
    "kubectl.kubernetes.io/last-applied-configuration",
    "argocd.argoproj.io/tracking-id",
];

/// Returns a manifest without what its cluster owns: status, metadata of the server, and derived labels and annotations.
#[must_use]
pub fn strip(manifest: &Value) -> Value {
    let mut value = manifest.clone();
    let kind = admitted(&value);
    let Value::Object(root) = &mut value else {
        return value;
    };
    root.shift_remove("status");
    let Some(Value::Object(metadata)) = root.get_mut("metadata") else {
        return value;
    };
    metadata.retain(|key, _| !METADATA.contains(&key.as_str()));
    let derived = kind.map_or(&[][..], |kind| kind.annotations);
    thin(metadata, "annotations", |key| {
        !ANNOTATIONS.contains(&key) && !derived.contains(&key)
    });
    match kind.map_or(Labels::Kept, |kind| kind.labels) {
        Labels::Kept => {}
        Labels::Fabric(_) => thin(metadata, "labels", |key| !key.contains(labels::FABRIC)),
        Labels::Gateway(_) => thin(metadata, "labels", |key| !key.contains(labels::GATEWAY)),
    }
    value
}

/// Keeps some entries of a map, and the map itself only where one is left.
fn thin(metadata: &mut Map<String, Value>, field: &str, keep: impl Fn(&str) -> bool) {
    let Some(Value::Object(map)) = metadata.get_mut(field) else {
        return;
    };
    map.retain(|key, _| keep(key));
    if map.is_empty() {
        metadata.shift_remove(field);
    }
}
