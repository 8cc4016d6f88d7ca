//! Switch, SwitchGroup and SwitchProfile.

use serde_json::{Map, Value, json};

use super::admitted::{Admitted, Entry, Labels};
use super::{Admission, json, labels, untouched};

pub(super) static SWITCH: Admitted = Admitted {
    defaults,
    labels: Labels::Fabric(derive),
    annotations: &[],
    maps: &[
        ("spec.portGroupSpeeds", Entry::Text),
        ("spec.portSpeeds", Entry::Text),
        ("spec.portBreakouts", Entry::Text),
        ("spec.portAutoNegs", Entry::Flag),
        ("spec.portFECs", Entry::Text),
    ],
    pointers: &[
        "spec.linkFlapErrDisable",
        "spec.linkFlapErrDisable.flapThreshold",
        "spec.linkFlapErrDisable.samplingInterval",
        "spec.linkFlapErrDisable.recoveryInterval",
    ],
    until_filled: &[],
};

pub(super) static SWITCH_GROUP: Admitted = Admitted {
    defaults: untouched,
    labels: Labels::Kept,
    annotations: &[],
    maps: &[],
    pointers: &[],
    until_filled: &[],
};

pub(super) static SWITCH_PROFILE: Admitted = Admitted {
    defaults: untouched,
    labels: Labels::Kept,
    // A summary of the ports.
    annotations: &["fabric.githedgehog.com/ports"],
    maps: &[
        ("spec.ports", Entry::Struct),
        ("spec.portGroups", Entry::Struct),
        ("spec.portProfiles", Entry::Struct),
        ("spec.pipelines", Entry::Struct),
        ("spec.portProfiles.*.breakout.supported", Entry::Struct),
    ],
    pointers: &["spec.portProfiles.*.speed", "spec.portProfiles.*.breakout"],
    until_filled: &[],
};

/// SW-01
fn defaults(spec: &mut Map<String, Value>, _: &Admission) {
    for field in ["portGroupSpeeds", "portSpeeds"] {
        let Some(Value::Object(speeds)) = spec.get_mut(field) else {
            continue;
        };
        for speed in speeds.values_mut() {
            if let Value::String(text) = speed {
                // All of them, where upstream cuts one an update.
                *text = text.trim_start_matches("SPEED_").to_owned();
            }
        }
    }
    json::fill(spec, "vlanNamespaces", json!(["default"]));
    let group = json::at(spec, &["redundancy", "group"])
        .and_then(Value::as_str)
        .filter(|group| !group.is_empty())
        .map(str::to_owned);
    if let Some(group) = group {
        json::fill(spec, "groups", Vec::<Value>::new());
        if let Some(Value::Array(groups)) = spec.get_mut("groups")
            && !groups.iter().any(|one| one.as_str() == Some(&group))
        {
            groups.push(Value::String(group));
        }
    }
    if let Some(Value::Object(protection)) = spec.get_mut("linkFlapErrDisable") {
        for (field, value) in [
            ("flapThreshold", 3),
            ("samplingInterval", 30),
            ("recoveryInterval", 300),
        ] {
            // Zero is a choice here: never to enable the port again.
            if json::is_nil(protection, field) {
                protection.insert(field.to_owned(), json!(value));
            }
        }
    }
    json::sort_texts(spec, "groups");
    json::sort_texts(spec, "vlanNamespaces");
}

fn derive(spec: &Map<String, Value>, _: &Admission) -> Vec<(String, String)> {
    let groups = json::texts(spec, "groups").map(|group| labels::member("switchgroup", group));
    let namespaces = json::texts(spec, "vlanNamespaces").map(|ns| labels::member("vlanns", ns));
    groups
        .chain(namespaces)
        .chain([labels::one("profile", json::text(spec, "profile"))])
        .collect()
}
