//! Connection: nothing but labels, by the devices at its ends.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::admitted::{Admitted, Labels};
use super::{Admission, json, labels, untouched};
use crate::schema::Release;

pub(super) static CONNECTION: Admitted = Admitted {
    defaults: untouched,
    labels: Labels::Fabric(derive),
    // Releases after 26.03 write these.
    annotations: &[
        "fabric.githedgehog.com/switches",
        "fabric.githedgehog.com/servers",
    ],
    maps: &[],
    pointers: &[
        "spec.unbundled",
        "spec.bundled",
        "spec.mclag",
        "spec.eslag",
        "spec.mclagDomain",
        "spec.fabric",
        "spec.mesh",
        "spec.gateway",
        "spec.vpcLoopback",
        "spec.external",
        "spec.staticExternal",
    ],
    until_filled: &[],
};

/// One type of connection.
struct Type {
    field: &'static str,
    label: &'static str,
    /// Lists of links, or the one link.
    links: &'static [&'static str],
    switches: &'static [&'static str],
    servers: &'static [&'static str],
}

const fn wired(
    field: &'static str,
    label: &'static str,
    links: &'static [&'static str],
    switches: &'static [&'static str],
    servers: &'static [&'static str],
) -> Type {
    Type {
        field,
        label,
        links,
        switches,
        servers,
    }
}

/// The types in the order in which the first that is set counts (CON-01). A gateway's link named its switch `spine` until
/// 25.03 (CON-29).
const TYPES: &[Type] = &[
    wired(
        "unbundled",
        "unbundled",
        &["link"],
        &["switch"],
        &["server"],
    ),
    wired("bundled", "bundled", &["links"], &["switch"], &["server"]),
    wired("mclag", "mclag", &["links"], &["switch"], &["server"]),
    wired(
        "mclagDomain",
        "mclag-domain",
        &["peerLinks", "sessionLinks"],
        &["switch1", "switch2"],
        &[],
    ),
    wired("eslag", "eslag", &["links"], &["switch"], &["server"]),
    wired("fabric", "fabric", &["links"], &["spine", "leaf"], &[]),
    wired("mesh", "mesh", &["links"], &["leaf1", "leaf2"], &[]),
    wired("gateway", "gateway", &["links"], &["switch", "spine"], &[]),
    wired(
        "vpcLoopback",
        "vpc-loopback",
        &["links"],
        &["switch1", "switch2"],
        &[],
    ),
    wired("external", "external", &["link"], &["switch"], &[]),
    wired(
        "staticExternal",
        "static-external",
        &["link"],
        &["switch"],
        &[],
    ),
];

fn derive(spec: &Map<String, Value>, admission: &Admission) -> Vec<(String, String)> {
    // CON-02: 26.03 does not look at MCLAG any more.
    let mclag = !json::is_nil(spec, "mclag") || !json::is_nil(spec, "mclagDomain");
    if mclag && admission.release >= Release::R26_03Preview {
        return Vec::new();
    }
    let Some((kind, body)) = TYPES.iter().find_map(|kind| {
        let body = spec.get(kind.field).filter(|body| !body.is_null())?;
        Some((kind, body))
    }) else {
        return Vec::new();
    };
    let mut derived = vec![labels::one("connection-type", kind.label)];
    if kind.field == "staticExternal"
        && let Some(vpc) = body.get("withinVPC").and_then(Value::as_str)
    {
        derived.push(labels::one("vpc", vpc));
    }
    let links: Vec<&Value> = kind
        .links
        .iter()
        .filter_map(|field| body.get(field))
        .flat_map(|links| match links {
            Value::Array(links) => links.iter().collect(),
            link => vec![link],
        })
        .collect();
    for (list, ends) in [("switch", kind.switches), ("server", kind.servers)] {
        let mut devices = BTreeSet::new();
        for port in links
            .iter()
            .flat_map(|link| ends.iter().filter_map(|end| link.get(end)?.get("port")))
        {
            match port.as_str().and_then(|port| port.split_once('/')) {
                Some((device, local)) if !device.is_empty() && !local.is_empty() => {
                    devices.insert(device);
                }
                // With an end that is no port the webhook derives no devices, and the connection is refused.
                _ => return derived,
            }
        }
        derived.extend(devices.iter().map(|device| labels::member(list, device)));
    }
    derived
}
