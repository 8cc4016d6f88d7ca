//! VPC: gateways, DHCP ranges and options of its subnets.

use serde_json::{Map, Value};

use super::admitted::{Admitted, Entry, Labels};
use super::{Admission, ip, json, labels};
use crate::net::{Mac, Prefix};
use crate::schema::Release;

/// What DHCP announces where options are set without an MTU.
const INTERFACE_MTU: u16 = 9_036;

/// How long a lease lasts where options are set without a time.
const LEASE_SECONDS: u32 = 3_600;

pub(super) static VPC: Admitted = Admitted {
    defaults,
    labels: Labels::Fabric(derive),
    annotations: &[],
    maps: &[
        ("spec.subnets", Entry::Struct),
        ("spec.subnets.*.dhcp.static", Entry::Struct),
        ("spec.subnets.*.hostBGPExtraPrefixes", Entry::Struct),
    ],
    // `false` overrules the VPC's own default.
    pointers: &["spec.subnets.*.isolated", "spec.subnets.*.restricted"],
    // An empty list is a choice, where a missing one is none (VPC-06).
    until_filled: &[
        "spec.subnets.*.dhcp.options.dnsServers",
        "spec.subnets.*.dhcp.options.timeServers",
        "spec.subnets.*.dhcp.options.advertisedRoutes",
    ],
};

fn derive(spec: &Map<String, Value>, _: &Admission) -> Vec<(String, String)> {
    vec![
        labels::one("ipv4ns", json::text(spec, "ipv4Namespace")),
        labels::one("vlanns", json::text(spec, "vlanNamespace")),
    ]
}

fn defaults(spec: &mut Map<String, Value>, admission: &Admission) {
    // VPC-01
    json::fill(spec, "ipv4Namespace", "default");
    json::fill(spec, "vlanNamespace", "default");
    for subnet in json::entries(spec, "subnets") {
        of_subnet(subnet, admission);
    }
}

fn of_subnet(subnet: &mut Map<String, Value>, admission: &Admission) {
    if let Some(Value::Object(dhcp)) = subnet.get_mut("dhcp") {
        spell_addresses(dhcp);
    }
    let Some(prefix) = Prefix::parse(json::text(subnet, "subnet")) else {
        return;
    };
    // VPC-02
    if json::lacks(subnet, "hostBGP")
        && let Some(gateway) = ip::default_gateway(prefix)
    {
        json::fill(subnet, "gateway", gateway.to_string());
    }
    // VPC-03
    let Some((start, end)) = ip::default_dhcp_range(prefix) else {
        return;
    };
    let Some(Value::Object(dhcp)) = subnet.get_mut("dhcp") else {
        return;
    };
    if json::lacks(dhcp, "enable") {
        // VPC-04
        dhcp.shift_remove("range");
        dhcp.shift_remove("options");
        return;
    }
    // VPC-05
    if let Some(range) = json::object(dhcp, "range") {
        json::fill(range, "start", start.to_string());
        json::fill(range, "end", end.to_string());
    }
    // VPC-06
    let Some(Value::Object(options)) = dhcp.get_mut("options") else {
        return;
    };
    if says_nothing(options) {
        dhcp.shift_remove("options");
        return;
    }
    json::fill(options, "interfaceMTU", INTERFACE_MTU);
    if admission.release >= Release::R25_03 {
        json::fill(options, "leaseTimeSeconds", LEASE_SECONDS);
    }
    json::sort_texts(options, "dnsServers");
    json::sort_texts(options, "timeServers");
    json::sort_objects(options, "advertisedRoutes", &["destination", "gateway"]);
}

/// Tells whether options mean none at all; an empty list, unlike a missing one, is a choice.
fn says_nothing(options: &Map<String, Value>) -> bool {
    let texts = [
        "pxeURL",
        "interfaceMTU",
        "leaseTimeSeconds",
        "disableDefaultRoute",
    ];
    let lists = ["dnsServers", "timeServers", "advertisedRoutes"];
    texts.iter().all(|key| json::lacks(options, key))
        && lists.iter().all(|key| json::is_nil(options, key))
}

/// VPC-07: spells the hardware addresses of static leases in one way. Of several spellings of one address upstream keeps
/// one by chance; here the last in byte order stays, and one in the canonical spelling yields.
fn spell_addresses(dhcp: &mut Map<String, Value>) {
    let Some(Value::Object(leases)) = dhcp.get_mut("static") else {
        return;
    };
    let mut respelled: Vec<(String, String)> = leases
        .keys()
        .filter_map(|written| Some((written.clone(), Mac::parse(written)?.to_string())))
        .filter(|(written, canonical)| written != canonical)
        .collect();
    respelled.sort();
    for (written, canonical) in respelled {
        if let Some(lease) = leases.shift_remove(&written) {
            leases.insert(canonical, lease);
        }
    }
}
