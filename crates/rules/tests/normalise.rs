//! What admission makes of a manifest, rule by rule, and that comparing after it hides nothing and invents nothing.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::needless_pass_by_value
)]

use hnp_rules::Release;
use hnp_rules::net::Prefix;
use hnp_rules::normalise::{
    Admission, comparable, default_dhcp_range, default_gateway, from_yaml, normalise, same, strip,
};
use hnp_yaml::{Options, parse};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

const NOW: Admission = Admission {
    release: Release::R26_03Preview,
};

/// Reads one document.
fn yaml(text: &str) -> Value {
    let stream = parse(text, &Options::default());
    assert!(stream.problems().is_empty(), "{text}");
    let root = stream
        .documents()
        .next()
        .and_then(hnp_yaml::Document::root)
        .unwrap();
    from_yaml(root).unwrap()
}

/// A manifest of a kind with a spec.
fn manifest(api_version: &str, kind: &str, spec: Value) -> Value {
    json!({ "apiVersion": api_version, "kind": kind, "metadata": { "name": "it" }, "spec": spec })
}

const VPC: &str = "vpc.githedgehog.com/v1beta1";
const WIRING: &str = "wiring.githedgehog.com/v1beta1";
const GATEWAY: &str = "gateway.githedgehog.com/v1alpha1";

/// The spec of a kind after admission by a release.
fn spec_by(release: Release, api_version: &str, kind: &str, spec: Value) -> Value {
    let value = normalise(&manifest(api_version, kind, spec), &Admission { release });
    value.get("spec").cloned().unwrap_or_else(|| json!({}))
}

fn spec(api_version: &str, kind: &str, spec: Value) -> Value {
    spec_by(NOW.release, api_version, kind, spec)
}

/// The labels of a kind after admission.
fn labels(api_version: &str, kind: &str, spec: Value) -> Value {
    normalise(&manifest(api_version, kind, spec), &NOW)["metadata"]["labels"].clone()
}

/// One subnet of a VPC after admission.
fn subnet(subnet: Value) -> Value {
    let spec = spec(VPC, "VPC", json!({ "subnets": { "default": subnet } }));
    spec["subnets"]["default"].clone()
}

// Metadata and labels

#[test]
fn meta_01_a_resource_without_a_namespace_is_in_default() {
    for metadata in [
        json!({ "name": "s" }),
        json!({ "name": "s", "namespace": "" }),
    ] {
        let server = json!({ "apiVersion": WIRING, "kind": "Server", "metadata": metadata });
        let metadata = &normalise(&server, &NOW)["metadata"];
        assert_eq!(*metadata, json!({ "name": "s", "namespace": "default" }));
    }
    let elsewhere =
        json!({ "apiVersion": WIRING, "kind": "Server", "metadata": { "namespace": "fab" } });
    assert_eq!(normalise(&elsewhere, &NOW)["metadata"]["namespace"], "fab");
}

#[test]
fn derived_labels_replace_stale_ones_and_others_stay() {
    let value = yaml(
        "apiVersion: vpc.githedgehog.com/v1beta1\n\
         kind: VPC\n\
         metadata:\n  \
           name: vpc-1\n  \
           labels:\n    \
             team: storage\n    \
             fabric.githedgehog.com/ipv4ns: old\n    \
             mine.fabric.githedgehog.com/note: x\n\
         spec: {ipv4Namespace: ns-1}\n",
    );
    assert_eq!(
        normalise(&value, &NOW)["metadata"]["labels"],
        json!({
            "team": "storage",
            "fabric.githedgehog.com/ipv4ns": "ns-1",
            "fabric.githedgehog.com/vlanns": "default",
        })
    );
    assert_eq!(
        strip(&value)["metadata"]["labels"],
        json!({ "team": "storage" })
    );
}

#[test]
fn every_kind_gets_its_labels() {
    let fabric = |entries: &[(&str, &str)]| {
        let label = |(key, value): &(&str, &str)| {
            let (list, name) = key.split_once('|').unwrap_or(("", key));
            let dot = if list.is_empty() { "" } else { "." };
            (
                format!("{list}{dot}fabric.githedgehog.com/{name}"),
                json!(value),
            )
        };
        Value::Object(entries.iter().map(label).collect())
    };
    assert_eq!(
        labels(
            VPC,
            "VPCAttachment",
            json!({ "subnet": "vpc-1", "connection": "c", "nativeVLAN": true })
        ),
        fabric(&[
            ("vpc", "vpc-1"),
            ("subnet", "default"),
            ("connection", "c"),
            ("nativevlan", "true")
        ])
    );
    assert_eq!(
        labels(
            VPC,
            "VPCPeering",
            json!({ "permit": [{ "vpc-2": {}, "vpc-1": null }] })
        ),
        fabric(&[
            ("vpc|vpc-1", "true"),
            ("vpc|vpc-2", "true"),
            ("vpc1", "vpc-1"),
            ("vpc2", "vpc-2")
        ])
    );
    for permit in [
        json!([{ "vpc-1": {} }]),
        json!([{ "a": {}, "b": {} }, { "a": {}, "c": {} }]),
        json!([]),
    ] {
        assert_eq!(
            labels(VPC, "VPCPeering", json!({ "permit": permit })),
            Value::Null
        );
    }
    assert_eq!(
        labels(VPC, "External", json!({})),
        fabric(&[("ipv4ns", "default")])
    );
    assert_eq!(
        labels(
            VPC,
            "ExternalAttachment",
            json!({ "connection": "c", "external": "e" })
        ),
        fabric(&[("connection", "c"), ("external", "e")])
    );
    assert_eq!(
        labels(
            VPC,
            "ExternalPeering",
            json!({ "permit": { "vpc": { "name": "v" }, "external": { "name": "e" } } })
        ),
        fabric(&[("vpc", "v"), ("external", "e")])
    );
    assert_eq!(
        labels(
            WIRING,
            "Switch",
            json!({ "profile": "vs", "redundancy": { "group": "g", "type": "eslag" } })
        ),
        fabric(&[
            ("switchgroup|g", "true"),
            ("vlanns|default", "true"),
            ("profile", "vs")
        ])
    );
    for kind in ["VLANNamespace", "Server", "SwitchGroup"] {
        assert_eq!(labels(WIRING, kind, json!({})), Value::Null, "{kind}");
    }
    assert_eq!(
        labels(
            GATEWAY,
            "GatewayPeering",
            json!({ "peering": { "vpc-1": {}, "ext.out": null } })
        ),
        json!({ "vpc.gateway.githedgehog.com/vpc-1": "true", "vpc.gateway.githedgehog.com/ext.out": "true" })
    );
    assert_eq!(
        labels(
            GATEWAY,
            "GatewayPeering",
            json!({ "peering": { "vpc-1": {} } })
        ),
        Value::Null
    );
}

#[test]
fn a_connection_gets_its_type_and_devices_as_labels() {
    let link = |one: &str, port: &str, other: &str, peer: &str| json!({ one: { "port": port }, other: { "port": peer } });
    let devices = |connection: Value| {
        let value = labels(WIRING, "Connection", connection);
        let mut lines: Vec<String> = value
            .as_object()
            .into_iter()
            .flatten()
            .map(|(k, v)| {
                format!(
                    "{}={}",
                    k.replace("fabric.githedgehog.com", ""),
                    v.as_str().unwrap()
                )
            })
            .collect();
        lines.sort();
        lines.join(" ")
    };
    let server = link("server", "s-1/e1", "switch", "l-1/E1/1");
    let second = link("server", "s-1/e2", "switch", "l-2/E1/1");
    assert_eq!(
        devices(json!({ "unbundled": { "link": server } })),
        "/connection-type=unbundled server./s-1=true switch./l-1=true"
    );
    assert_eq!(
        devices(json!({ "bundled": { "links": [server] } })),
        "/connection-type=bundled server./s-1=true switch./l-1=true"
    );
    assert_eq!(
        devices(json!({ "eslag": { "links": [server, second] } })),
        "/connection-type=eslag server./s-1=true switch./l-1=true switch./l-2=true"
    );
    assert_eq!(
        devices(json!({ "fabric": { "links": [link("spine", "sp/E1/1", "leaf", "l-1/E1/2")] } })),
        "/connection-type=fabric switch./l-1=true switch./sp=true"
    );
    assert_eq!(
        devices(json!({ "mesh": { "links": [link("leaf1", "a/E1/1", "leaf2", "b/E1/2")] } })),
        "/connection-type=mesh switch./a=true switch./b=true"
    );
    assert_eq!(
        devices(json!({ "gateway": { "links": [link("switch", "sp/E1/1", "gateway", "gw/e1")] } })),
        "/connection-type=gateway switch./sp=true"
    );
    assert_eq!(
        devices(
            json!({ "vpcLoopback": { "links": [link("switch1", "a/E1/1", "switch2", "a/E1/2")] } })
        ),
        "/connection-type=vpc-loopback switch./a=true"
    );
    assert_eq!(
        devices(json!({ "external": { "link": { "switch": { "port": "b/E1/1" } } } })),
        "/connection-type=external switch./b=true"
    );
    assert_eq!(
        devices(
            json!({ "staticExternal": { "link": { "switch": { "port": "b/E1/1" } }, "withinVPC": "v" } })
        ),
        "/connection-type=static-external /vpc=v switch./b=true"
    );
    // A port without a device: refused, and no device is named.
    assert_eq!(
        devices(json!({ "external": { "link": { "switch": { "port": "E1" } } } })),
        "/connection-type=external"
    );
    // 26.03 does not look at MCLAG any more; older releases do.
    let mclag = json!({ "mclag": { "links": [server, second] } });
    assert_eq!(devices(mclag.clone()), "");
    let older = Admission {
        release: Release::R25_03,
    };
    let value = normalise(&manifest(WIRING, "Connection", mclag), &older);
    assert_eq!(
        value["metadata"]["labels"]["fabric.githedgehog.com/connection-type"],
        "mclag"
    );
    let gateway = json!({ "gateway": { "links": [link("spine", "sp/E1/1", "gateway", "gw/e1")] } });
    let value = normalise(&manifest(WIRING, "Connection", gateway), &older);
    assert_eq!(
        value["metadata"]["labels"]["switch.fabric.githedgehog.com/sp"],
        "true"
    );
}

// VPC

#[test]
fn vpc_01_namespaces_default() {
    assert_eq!(
        spec(VPC, "VPC", json!({ "vlanNamespace": "", "mode": "" })),
        json!({ "ipv4Namespace": "default", "vlanNamespace": "default" })
    );
    assert_eq!(
        spec(VPC, "VPC", json!({ "ipv4Namespace": "a" }))["ipv4Namespace"],
        "a"
    );
}

#[test]
fn vpc_02_the_gateway_is_the_first_address_after_the_network() {
    assert_eq!(
        subnet(json!({ "subnet": "10.0.1.0/24" }))["gateway"],
        "10.0.1.1"
    );
    assert_eq!(
        subnet(json!({ "subnet": "10.0.1.77/24" }))["gateway"],
        "10.0.1.1"
    );
    assert_eq!(
        subnet(json!({ "subnet": "10.0.1.0/24", "gateway": "10.0.1.254" }))["gateway"],
        "10.0.1.254"
    );
    assert_eq!(
        subnet(json!({ "subnet": "10.0.1.0/24", "hostBGP": true })).get("gateway"),
        None
    );
    for unreadable in [
        "",
        "10.0.1.0",
        "10.0.1.0/33",
        "10.0.01.0/24",
        "10.0.1.0/024",
        "x/24",
    ] {
        assert_eq!(
            subnet(json!({ "subnet": unreadable })).get("gateway"),
            None,
            "{unreadable}"
        );
    }
}

#[test]
fn vpc_03_a_prefix_longer_than_30_gets_a_gateway_and_nothing_more() {
    let small = json!({ "subnet": "10.0.1.4/31", "dhcp": { "enable": true, "range": { "start": "10.0.1.5" } } });
    assert_eq!(
        subnet(small),
        json!({ "subnet": "10.0.1.4/31", "gateway": "10.0.1.5", "dhcp": { "enable": true, "range": { "start": "10.0.1.5" } } })
    );
}

#[test]
fn vpc_04_without_dhcp_range_and_options_go() {
    for off in [json!({}), json!({ "enable": false })] {
        let mut dhcp = off;
        dhcp["relay"] = json!("10.99.0.1/32");
        dhcp["range"] = json!({ "start": "10.0.1.10" });
        dhcp["options"] = json!({ "pxeURL": "http://boot" });
        assert_eq!(
            subnet(json!({ "subnet": "10.0.1.0/24", "dhcp": dhcp }))["dhcp"],
            json!({ "relay": "10.99.0.1/32" })
        );
    }
}

#[test]
fn vpc_05_the_range_runs_from_the_second_address_to_the_last() {
    let range = |range: Value| {
        subnet(json!({ "subnet": "10.0.1.0/24", "dhcp": { "enable": true, "range": range } }))["dhcp"]["range"].clone()
    };
    let whole = json!({ "start": "10.0.1.2", "end": "10.0.1.255" });
    assert_eq!(range(Value::Null), whole);
    assert_eq!(range(json!({})), whole);
    assert_eq!(
        range(json!({ "start": "10.0.1.9" })),
        json!({ "start": "10.0.1.9", "end": "10.0.1.255" })
    );
    assert_eq!(
        range(json!({ "end": "10.0.1.9" })),
        json!({ "start": "10.0.1.2", "end": "10.0.1.9" })
    );
}

#[test]
fn vpc_06_options_are_filled_and_sorted_or_go() {
    let options = |release, options: Value| {
        let dhcp = json!({ "enable": true, "options": options });
        let subnets = json!({ "subnets": { "a": { "subnet": "10.0.1.0/24", "dhcp": dhcp } } });
        spec_by(release, VPC, "VPC", subnets)["subnets"]["a"]["dhcp"]
            .get("options")
            .cloned()
    };
    for nothing in [
        json!({}),
        Value::Null,
        json!({ "interfaceMTU": 0, "pxeURL": "", "dnsServers": null }),
    ] {
        assert_eq!(options(NOW.release, nothing), None);
    }
    // A list that is there, empty though it is, is a choice.
    let filled = json!({ "interfaceMTU": 9036, "leaseTimeSeconds": 3600 });
    assert_eq!(
        options(NOW.release, json!({ "dnsServers": [] })),
        Some(filled)
    );
    assert_eq!(
        options(
            NOW.release,
            json!({
                "interfaceMTU": 1500,
                "leaseTimeSeconds": 60,
                "dnsServers": ["9.9.9.9", "10.1.1.1", "1.1.1.1"],
                "timeServers": ["b", "a"],
                "advertisedRoutes": [
                    { "destination": "10.2.0.0/16", "gateway": "10.0.1.3" },
                    { "destination": "10.1.0.0/16", "gateway": "10.0.1.9" },
                    { "gateway": "10.0.1.2", "destination": "10.1.0.0/16" },
                ],
            })
        ),
        Some(json!({
            "interfaceMTU": 1500,
            "leaseTimeSeconds": 60,
            "dnsServers": ["1.1.1.1", "10.1.1.1", "9.9.9.9"],
            "timeServers": ["a", "b"],
            "advertisedRoutes": [
                { "destination": "10.1.0.0/16", "gateway": "10.0.1.2" },
                { "destination": "10.1.0.0/16", "gateway": "10.0.1.9" },
                { "destination": "10.2.0.0/16", "gateway": "10.0.1.3" },
            ],
        }))
    );
    // The lease time came with 25.03.
    let pxe = json!({ "pxeURL": "http://boot" });
    assert_eq!(
        options(Release::R24_09, pxe.clone()),
        Some(json!({ "pxeURL": "http://boot", "interfaceMTU": 9036 }))
    );
    assert_eq!(
        options(Release::R25_03, pxe).unwrap()["leaseTimeSeconds"],
        3600
    );
}

#[test]
fn vpc_07_hardware_addresses_have_one_spelling() {
    let leases = |leases: Value| {
        subnet(json!({ "subnet": "10.0.1.0/24", "dhcp": { "enable": true, "static": leases } }))["dhcp"]["static"].clone()
    };
    let one = json!({ "ip": "10.0.1.9" });
    for spelling in [
        "AA:BB:CC:00:11:22",
        "aa-bb-cc-00-11-22",
        "aabb.CC00.1122",
        "aa:bb:cc:00:11:22",
    ] {
        assert_eq!(
            leases(json!({ spelling: one })),
            json!({ "aa:bb:cc:00:11:22": one })
        );
    }
    // Eight octets are an address too; what is none stays.
    assert_eq!(
        leases(json!({ "AA-00-00-00-00-00-00-01": one })),
        json!({ "aa:00:00:00:00:00:00:01": one })
    );
    for wrong in [
        "aa:bb:cc:00:11",
        "aa:bb-cc:00:11:22",
        "aabbcc001122",
        "aa:bb:cc:00:11:2g",
        "a:bb:cc:00:11:22",
        "",
    ] {
        assert_eq!(leases(json!({ wrong: one })), json!({ wrong: one }));
    }
    // Two spellings of one address fall together.
    let both =
        leases(json!({ "AA:BB:CC:00:11:22": { "ip": "10.0.1.8" }, "aa:bb:cc:00:11:22": one }));
    assert_eq!(both, json!({ "aa:bb:cc:00:11:22": { "ip": "10.0.1.8" } }));
}

#[test]
fn a_subnet_that_overrules_its_vpc_keeps_its_false() {
    let value = subnet(
        json!({ "subnet": "10.0.1.0/24", "isolated": false, "restricted": null, "hostBGP": false, "vlan": 0 }),
    );
    assert_eq!(
        value,
        json!({ "subnet": "10.0.1.0/24", "gateway": "10.0.1.1", "isolated": false })
    );
}

#[test]
fn default_addresses_of_a_subnet() {
    let gateway = |subnet| Some(default_gateway(Prefix::parse(subnet)?)?.to_string());
    let range = |subnet| {
        let (start, end) = default_dhcp_range(Prefix::parse(subnet)?)?;
        Some(format!("{start}-{end}"))
    };
    for (subnet, first, addresses) in [
        (
            "10.0.1.200/24",
            Some("10.0.1.1"),
            Some("10.0.1.2-10.0.1.255"),
        ),
        ("10.0.1.4/30", Some("10.0.1.5"), Some("10.0.1.6-10.0.1.7")),
        ("10.0.1.4/31", Some("10.0.1.5"), None),
        ("255.255.255.255/32", None, None),
        (
            "0.0.0.0/0",
            Some("0.0.0.1"),
            Some("0.0.0.2-255.255.255.255"),
        ),
        ("fd00::/64", Some("fd00::1"), None),
        (
            "fd00::/16",
            Some("fd00::1"),
            Some("fd00::2-fd00:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
        ),
        ("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128", None, None),
    ] {
        assert_eq!(gateway(subnet).as_deref(), first, "{subnet}");
        assert_eq!(range(subnet).as_deref(), addresses, "{subnet}");
    }
}

// Other kinds

#[test]
fn att_01_a_vpc_alone_means_its_default_subnet() {
    let subnet =
        |subnet: &str| spec(VPC, "VPCAttachment", json!({ "subnet": subnet }))["subnet"].clone();
    assert_eq!(subnet("vpc-1"), "vpc-1/default");
    assert_eq!(subnet("vpc-1/a"), "vpc-1/a");
    assert_eq!(subnet("vpc-1/"), "vpc-1/");
    assert_eq!(subnet("/a"), "/a");
}

#[test]
fn ipns_01_subnets_are_sorted_as_text() {
    assert_eq!(
        spec(
            VPC,
            "IPv4Namespace",
            json!({ "subnets": ["10.2.0.0/16", "9.0.0.0/8", "10.10.0.0/16"] })
        ),
        json!({ "subnets": ["10.10.0.0/16", "10.2.0.0/16", "9.0.0.0/8"] })
    );
}

#[test]
fn vlns_02_ranges_get_their_end_and_are_sorted() {
    assert_eq!(
        spec(
            WIRING,
            "VLANNamespace",
            json!({ "ranges": [{ "from": 2000, "to": 2999 }, { "from": 1000 }, { "from": 1001, "to": 0 }] })
        ),
        json!({ "ranges": [{ "from": 1000, "to": 1000 }, { "from": 1001, "to": 1001 }, { "from": 2000, "to": 2999 }] })
    );
}

#[test]
fn vlns_06_an_invalid_range_is_kept_with_all_the_others() {
    for wrong in [
        json!({ "from": 20, "to": 10 }),
        json!({ "from": 4095 }),
        json!({ "from": 1, "to": 5000 }),
        json!({ "to": 7 }),
    ] {
        let ranges = json!({ "ranges": [{ "from": 200 }, { "from": 100, "to": 150 }, wrong] });
        assert_eq!(spec(WIRING, "VLANNamespace", ranges.clone()), ranges);
    }
    let lost = manifest(WIRING, "VLANNamespace", json!({}));
    let written = manifest(
        WIRING,
        "VLANNamespace",
        json!({ "ranges": [{ "from": 20, "to": 10 }] }),
    );
    assert!(!same(&written, &lost, &NOW));
}

#[test]
fn ext_01_the_ipv4_namespace_defaults() {
    assert_eq!(
        spec(VPC, "External", json!({ "ipv4Namespace": "" })),
        json!({ "ipv4Namespace": "default" })
    );
    // An empty `static` makes it a static external; a missing one a BGP external.
    assert_eq!(
        spec(VPC, "External", json!({ "static": { "prefixes": [] } })),
        json!({ "ipv4Namespace": "default", "static": {} })
    );
}

#[test]
fn exp_01_subnets_and_prefixes_are_sorted() {
    let permit = |subnets: Value, prefixes: Value| json!({ "permit": { "vpc": { "name": "v", "subnets": subnets }, "external": { "name": "e", "prefixes": prefixes } } });
    assert_eq!(
        spec(
            VPC,
            "ExternalPeering",
            permit(
                json!(["b", "a"]),
                json!([{ "prefix": "9.0.0.0/8" }, { "prefix": "0.0.0.0/0" }])
            )
        ),
        permit(
            json!(["a", "b"]),
            json!([{ "prefix": "0.0.0.0/0" }, { "prefix": "9.0.0.0/8" }])
        )
    );
}

#[test]
fn an_external_attachment_written_back_with_empty_structs_is_the_same() {
    let git = manifest(
        VPC,
        "ExternalAttachment",
        json!({ "external": "e", "connection": "c", "static": { "remoteIP": "10.0.0.1", "proxy": true } }),
    );
    let mut live = git.clone();
    live["spec"]["switch"] = json!({});
    live["spec"]["neighbor"] = json!({});
    assert!(same(&git, &live, &NOW));
    live["spec"]["inboundACL"] = json!({});
    assert!(!same(&git, &live, &NOW));
    // ICMP type 0 is an answer to a ping, not the absence of a type.
    let statement = json!({ "seq": 10, "icmpType": 0, "portRangeBegin": 0 });
    assert_eq!(
        spec(
            VPC,
            "ExternalAttachment",
            json!({ "inboundACL": { "statements": [statement] } })
        ),
        json!({ "inboundACL": { "statements": [{ "seq": 10, "icmpType": 0 }] } })
    );
}

#[test]
fn sw_01_speeds_groups_and_namespaces() {
    assert_eq!(
        spec(
            WIRING,
            "Switch",
            json!({
                "role": "server-leaf",
                "portGroupSpeeds": { "1": "SPEED_10G", "2": "25G" },
                "portSpeeds": { "E1/1": "SPEED_100G" },
                "portAutoNegs": { "E1/2": false, "E1/3": null },
                "groups": ["z", "b"],
                "redundancy": { "group": "eslag-1", "type": "eslag" },
                "linkFlapErrDisable": { "recoveryInterval": 0 },
                "boot": { "serial": "" },
                "enableAllPorts": false,
            })
        ),
        json!({
            "role": "server-leaf",
            "portGroupSpeeds": { "1": "10G", "2": "25G" },
            "portSpeeds": { "E1/1": "100G" },
            "portAutoNegs": { "E1/2": false, "E1/3": false },
            "groups": ["b", "eslag-1", "z"],
            "redundancy": { "group": "eslag-1", "type": "eslag" },
            "linkFlapErrDisable": { "flapThreshold": 3, "samplingInterval": 30, "recoveryInterval": 0 },
            "vlanNamespaces": ["default"],
        })
    );
    let value = spec(
        WIRING,
        "Switch",
        json!({ "vlanNamespaces": ["b", "a"], "groups": ["g"], "redundancy": { "group": "g" }, "linkFlapErrDisable": {} }),
    );
    assert_eq!(value["vlanNamespaces"], json!(["a", "b"]));
    assert_eq!(value["groups"], json!(["g"]));
    assert_eq!(
        value["linkFlapErrDisable"],
        json!({ "flapThreshold": 3, "samplingInterval": 30, "recoveryInterval": 300 })
    );
    assert_eq!(
        spec(WIRING, "Switch", json!({ "linkFlapErrDisable": null })).get("linkFlapErrDisable"),
        None
    );
}

#[test]
fn gw_01_logs_workers_and_groups() {
    let bare = json!({ "interfaces": { "enp2s1": {} } });
    assert_eq!(
        spec(GATEWAY, "Gateway", bare.clone()),
        json!({
            "interfaces": { "enp2s1": {} },
            "logs": { "default": "info", "tags": { "all": "info" } },
            "workers": 4,
            "groups": [{ "name": "default" }],
        })
    );
    assert_eq!(
        spec_by(Release::R25_05, GATEWAY, "Gateway", bare).get("groups"),
        None
    );
    let value = spec(
        GATEWAY,
        "Gateway",
        json!({
            "groups": [{ "name": "b", "priority": 2 }, { "name": "a", "priority": 0 }],
            "logs": { "default": "debug", "tags": { "nat": "trace" } },
            "workers": 8,
        }),
    );
    assert_eq!(
        value,
        json!({
            "groups": [{ "name": "a" }, { "name": "b", "priority": 2 }],
            "logs": { "default": "debug", "tags": { "nat": "trace" } },
            "workers": 8,
        })
    );
}

#[test]
fn gw_02_a_rate_limit_without_numbers_has_the_usual_ones() {
    let limit = |limit: Value| {
        let value = spec(
            GATEWAY,
            "Gateway",
            json!({ "logs": { "rateLimit": limit } }),
        );
        value["logs"].get("rateLimit").cloned()
    };
    let usual = json!({ "burst": 50, "replenishPerSecond": 5 });
    assert_eq!(limit(json!({})), Some(usual));
    let burst = json!({ "burst": 9, "replenishPerSecond": 5 });
    assert_eq!(limit(json!({ "burst": 9 })), Some(burst));
    // Without one there is no limit.
    assert_eq!(limit(Value::Null), None);
}

#[test]
fn gwp_01_timeouts_group_and_acl() {
    let nat = |kind: &str, timeout: Value| json!([{ "ips": [{ "cidr": "10.0.0.0/24" }], "nat": { kind: timeout } }]);
    let peering = json!({
        "peering": {
            "vpc-1": { "expose": nat("masquerade", json!({})) },
            "vpc-2": { "expose": nat("static", json!({})) },
        },
        "acl": { "rules": [{ "action": "deny", "from": "vpc-1", "log": false }, { "action": "allow", "to": "vpc-1", "scope": "packet" }] },
    });
    assert_eq!(
        spec(GATEWAY, "GatewayPeering", peering),
        json!({
            "gatewayGroup": "default",
            "peering": {
                "vpc-1": { "expose": nat("masquerade", json!({ "idleTimeout": "2m0s" })) },
                "vpc-2": { "expose": nat("static", json!({})) },
            },
            "acl": {
                "default": "deny-unless-exposed",
                "rules": [
                    { "action": "deny", "from": "vpc-1", "scope": "flow" },
                    { "action": "allow", "to": "vpc-1", "scope": "packet" },
                ],
            },
        })
    );
    // With another number of sides admission leaves all of it alone.
    let one = json!({ "peering": { "vpc-1": { "expose": nat("masquerade", json!({ "idleTimeout": "0s" })) } }, "acl": {} });
    assert_eq!(
        spec(GATEWAY, "GatewayPeering", one),
        json!({ "peering": { "vpc-1": { "expose": nat("masquerade", json!({})) } }, "acl": {} })
    );
}

#[test]
fn durations_are_spelt_as_go_spells_them() {
    let timeout = |text: &str| {
        let side = json!({ "expose": [{ "nat": { "portForward": { "idleTimeout": text } } }] });
        let peering = json!({ "peering": { "a": side, "b": {} } });
        let value = spec(GATEWAY, "GatewayPeering", peering);
        value["peering"]["a"]["expose"][0]["nat"]["portForward"]["idleTimeout"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    for (written, kept) in [
        ("2m", "2m0s"),
        ("120s", "2m0s"),
        ("90m", "1h30m0s"),
        ("1h", "1h0m0s"),
        ("1.5s", "1.5s"),
        ("0.5m", "30s"),
        ("1h0.25m", "1h0m15s"),
        ("1500ms", "1.5s"),
        ("250ms", "250ms"),
        ("1.25us", "1.25µs"),
        ("7ns", "7ns"),
        ("+3s", "3s"),
        ("-3s", "-3s"),
        (".5s", "500ms"),
        ("0.000000000000000000000000001s", "2m0s"),
        ("0s", "2m0s"),
        ("0", "2m0s"),
        ("", "2m0s"),
        // No durations: left alone.
        ("2", "2"),
        ("2 m", "2 m"),
        ("m", "m"),
        ("1d", "1d"),
        (".s", ".s"),
        ("99999999999999999999h", "99999999999999999999h"),
        ("9999999999h", "9999999999h"),
    ] {
        assert_eq!(timeout(written), kept, "{written}");
    }
}

#[test]
fn gwp_16_an_old_peering_is_translated_statefully() {
    let peering =
        |nat: Value| json!({ "peering": { "a": { "expose": [{ "nat": nat }] }, "b": null } });
    let nat = |nat: Value| {
        let value = spec_by(Release::R25_05, GATEWAY, "Peering", peering(nat));
        value["peering"]["a"]["expose"][0]["nat"].clone()
    };
    assert_eq!(nat(Value::Null), json!({ "stateful": {} }));
    assert_eq!(nat(json!({ "stateless": {} })), json!({ "stateless": {} }));
    assert_eq!(
        nat(json!({ "stateful": { "idleTimeout": "60s" } })),
        json!({ "stateful": { "idleTimeout": "1m0s" } })
    );
}

#[test]
fn a_null_entry_of_a_map_is_an_empty_one_and_stays() {
    assert_eq!(
        spec(
            VPC,
            "VPCPeering",
            json!({ "remote": "", "permit": [{ "vpc-1": null, "vpc-2": { "subnets": [] } }] })
        ),
        json!({ "permit": [{ "vpc-1": {}, "vpc-2": {} }] })
    );
}

#[test]
fn what_amounts_to_nothing_is_nothing_to_the_defaults() {
    let nothing = json!({ "unknown": null, "also": { "empty": [] } });
    assert_eq!(
        spec(
            WIRING,
            "VLANNamespace",
            json!({ "ranges": [{ "from": 20, "to": nothing }, { "from": 10 }] })
        ),
        json!({ "ranges": [{ "from": 10, "to": 10 }, { "from": 20, "to": 20 }] })
    );
    assert_eq!(
        subnet(json!({ "subnet": "10.0.1.0/24", "gateway": nothing })),
        json!({ "subnet": "10.0.1.0/24", "gateway": "10.0.1.1" })
    );
}

#[test]
fn which_type_a_connection_has_survives_an_empty_body() {
    assert_eq!(
        spec(
            WIRING,
            "Connection",
            json!({ "external": { "link": { "switch": {} } }, "unbundled": null })
        ),
        json!({ "external": {} })
    );
}

#[test]
fn a_foreign_kind_keeps_its_spec() {
    let config = json!({ "a": 0, "b": "", "c": [], "d": null, "e": { "f": {} } });
    let mut value = manifest("example.org/v1", "Thing", config.clone());
    value["metadata"]["labels"] = json!({ "fabric.githedgehog.com/mine": "x" });
    let normal = normalise(&value, &NOW);
    assert_eq!(normal["spec"], config);
    assert_eq!(normal["metadata"]["labels"], value["metadata"]["labels"]);
    // A kind of the same name in another group is another kind.
    assert_eq!(
        spec("example.org/v1", "VPC", json!({ "mode": "" })),
        json!({ "mode": "" })
    );
}

// Stripping and comparing

#[test]
fn strip_takes_out_what_the_cluster_owns() {
    let live = yaml(
        "apiVersion: vpc.githedgehog.com/v1beta1\n\
         kind: VPCAttachment\n\
         metadata:\n  \
           name: a\n  \
           namespace: default\n  \
           uid: 1b4e28ba-2fa1-11d2-883f-0016d3cca427\n  \
           resourceVersion: \"42\"\n  \
           generation: 3\n  \
           creationTimestamp: 2026-07-23T10:00:00Z\n  \
           selfLink: /apis/x\n  \
           ownerReferences: [{kind: VPC, name: v}]\n  \
           finalizers: [a/b]\n  \
           managedFields: [{manager: kubectl}]\n  \
           annotations:\n    \
             kubectl.kubernetes.io/last-applied-configuration: \"{}\"\n    \
             argocd.argoproj.io/tracking-id: app:vpc/VPCAttachment:default/a\n    \
             fabric.githedgehog.com/p2p-link: 10.9.0.0/31\n  \
           labels:\n    \
             fabric.githedgehog.com/vpc: vpc-1\n\
         spec: {subnet: vpc-1/default, connection: c}\n\
         status: {}\n",
    );
    assert_eq!(
        strip(&live),
        json!({
            "apiVersion": VPC,
            "kind": "VPCAttachment",
            "metadata": {
                "name": "a",
                "namespace": "default",
                // People write this one.
                "annotations": { "fabric.githedgehog.com/p2p-link": "10.9.0.0/31" },
            },
            "spec": { "subnet": "vpc-1/default", "connection": "c" },
        })
    );
    // Labels that the webhook does not touch are people's, whatever their key.
    let mut group = manifest(WIRING, "SwitchGroup", json!({}));
    group["metadata"]["labels"] = json!({ "fabric.githedgehog.com/mine": "x" });
    assert_eq!(strip(&group), group);
    // The summary of a profile's ports is the webhook's.
    let mut profile = manifest(WIRING, "SwitchProfile", json!({}));
    profile["metadata"]["annotations"] = json!({ "fabric.githedgehog.com/ports": "E1/1-32" });
    assert_eq!(strip(&profile)["metadata"], json!({ "name": "it" }));
}

#[test]
fn stale_labels_of_a_gateway_peering_are_no_difference() {
    let git = manifest(
        GATEWAY,
        "GatewayPeering",
        json!({ "peering": { "a": {}, "b": {} } }),
    );
    let mut live = git.clone();
    live["metadata"]["labels"] = json!({ "vpc.gateway.githedgehog.com/gone": "true" });
    assert!(same(&git, &live, &NOW));
    // Upstream never clears them, so they are still there after admission.
    assert_eq!(
        normalise(&live, &NOW)["metadata"]["labels"]["vpc.gateway.githedgehog.com/gone"],
        "true"
    );
    live["metadata"]["labels"] = json!({ "team": "x" });
    assert!(!same(&git, &live, &NOW));
}

/// A file as a person writes it and the same resource as `kubectl get -o yaml` shows it.
#[test]
fn a_file_and_its_admitted_copy_are_the_same() {
    let git = yaml(
        "apiVersion: vpc.githedgehog.com/v1beta1\n\
         kind: VPC\n\
         metadata: {name: vpc-1}\n\
         spec:\n  \
           subnets:\n    \
             default:\n      \
               subnet: 10.0.1.0/24\n      \
               vlan: 1001\n      \
               dhcp:\n        \
                 enable: yes\n        \
                 options: {dnsServers: [9.9.9.9, 1.1.1.1]}\n        \
                 static: {AA-BB-CC-00-11-22: {ip: 10.0.1.10}}\n",
    );
    let live = yaml(
        "apiVersion: vpc.githedgehog.com/v1beta1\n\
         kind: VPC\n\
         metadata:\n  \
           creationTimestamp: 2026-07-23T10:00:00Z\n  \
           generation: 1\n  \
           labels:\n    \
             fabric.githedgehog.com/ipv4ns: default\n    \
             fabric.githedgehog.com/vlanns: default\n  \
           name: vpc-1\n  \
           namespace: default\n  \
           resourceVersion: \"81\"\n  \
           uid: 1b4e28ba-2fa1-11d2-883f-0016d3cca427\n\
         spec:\n  \
           ipv4Namespace: default\n  \
           subnets:\n    \
             default:\n      \
               dhcp:\n        \
                 enable: true\n        \
                 options:\n          \
                   dnsServers: [1.1.1.1, 9.9.9.9]\n          \
                   interfaceMTU: 9036\n          \
                   leaseTimeSeconds: 3600\n          \
                   timeServers: []\n        \
                 range: {end: 10.0.1.255, start: 10.0.1.2}\n        \
                 static:\n          \
                   aa:bb:cc:00:11:22: {ip: 10.0.1.10}\n      \
               gateway: 10.0.1.1\n      \
               subnet: 10.0.1.0/24\n      \
               vlan: 1001\n  \
           vlanNamespace: default\n\
         status: {}\n",
    );
    assert!(same(&git, &live, &NOW));
    for (path, value) in [
        ("/spec/subnets/default/vlan", json!(1002)),
        ("/spec/subnets/default/gateway", json!("10.0.1.254")),
        ("/spec/subnets/default/dhcp/range/end", json!("10.0.1.254")),
        (
            "/spec/subnets/default/dhcp/options/interfaceMTU",
            json!(1500),
        ),
        (
            "/spec/subnets/default/dhcp/options/dnsServers/0",
            json!("8.8.8.8"),
        ),
        ("/spec/ipv4Namespace", json!("other")),
        ("/metadata/namespace", json!("other")),
    ] {
        let mut drifted = live.clone();
        *drifted.pointer_mut(path).unwrap() = value;
        assert!(!same(&git, &drifted, &NOW), "{path}");
    }
}

#[test]
fn numbers_are_compared_as_json_compares_them() {
    let vlan = |vlan: Value| manifest(VPC, "VPC", json!({ "subnets": { "a": { "vlan": vlan } } }));
    assert!(same(&vlan(json!(1001)), &vlan(json!(1001.0)), &NOW));
    assert!(!same(&vlan(json!(1001)), &vlan(json!("1001")), &NOW));
    assert!(!same(&vlan(json!(1001)), &vlan(json!(1001.5)), &NOW));
}

// Properties

const KINDS: &[(&str, &str)] = &[
    (VPC, "VPC"),
    (VPC, "VPCAttachment"),
    (VPC, "VPCPeering"),
    (VPC, "IPv4Namespace"),
    (VPC, "External"),
    (VPC, "ExternalAttachment"),
    (VPC, "ExternalPeering"),
    (WIRING, "VLANNamespace"),
    (WIRING, "Connection"),
    (WIRING, "Switch"),
    (WIRING, "SwitchGroup"),
    (WIRING, "SwitchProfile"),
    (WIRING, "Server"),
    (WIRING, "ServerProfile"),
    (GATEWAY, "Gateway"),
    (GATEWAY, "GatewayGroup"),
    (GATEWAY, "GatewayPeering"),
    (GATEWAY, "Peering"),
    ("example.org/v1", "Thing"),
];

/// Every word that a rule looks for, and some that none does.
const WORDS: &str = "\
    subnets subnet gateway hostBGP dhcp enable range start end options pxeURL dnsServers timeServers \
    advertisedRoutes destination interfaceMTU leaseTimeSeconds disableDefaultRoute static ip isolated vlan \
    ipv4Namespace vlanNamespace permit vpc external name prefixes prefix ranges from to links link switch server \
    port unbundled bundled eslag mclag mclagDomain fabric mesh vpcLoopback staticExternal withinVPC peerLinks \
    portSpeeds portGroupSpeeds portAutoNegs groups redundancy group vlanNamespaces linkFlapErrDisable \
    recoveryInterval profile ports portProfiles breakout supported speed interfaces logs tags default workers \
    rateLimit peering expose nat masquerade portForward stateful stateless idleTimeout acl rules scope \
    gatewayGroup inboundACL statements icmpType tcpFilters AA:BB:CC:00:11:22 aa-bb-cc-00-11-22 * a.b";

const TEXTS: &[&str] = &[
    "",
    "default",
    "a",
    "b",
    "vpc-1",
    "vpc-1/",
    "leaf-1/E1/1",
    "SPEED_SPEED_10G",
    "10.0.1.0/24",
    "10.0.1.7/31",
    "255.255.255.255/32",
    "fd00::/16",
    "2m",
    "0s",
    "1h0.5s",
    "é",
];

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        prop::sample::select(vec![
            0.0, 1.0, -2.0, 1.5, 4094.0, 1e300, -1e300, 1.8e19, -9.3e18
        ])
        .prop_map(Value::from),
        prop::sample::select(vec![0_i64, 1, 4094, 70_000, i64::MIN, i64::MAX])
            .prop_map(Value::from),
        prop::sample::select(TEXTS).prop_map(Value::from),
    ]
}

fn anything() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(5, 60, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            map_of(inner),
        ]
    })
}

fn map_of(inner: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    prop::collection::vec(
        (
            prop::sample::select(WORDS.split_whitespace().collect::<Vec<_>>()),
            inner,
        ),
        0..7,
    )
    .prop_map(|entries| {
        entries
            .into_iter()
            .map(|(k, v)| (k.to_owned(), v))
            .collect::<Map<_, _>>()
    })
    .prop_map(Value::Object)
}

/// A manifest of a known kind with anything in it.
fn wild() -> impl Strategy<Value = Value> {
    let metadata = prop_oneof![
        4 => Just(json!({ "name": "it", "labels": { "fabric.githedgehog.com/vpc": "x", "a": null } })),
        1 => anything(),
    ];
    (prop::sample::select(KINDS), metadata, prop_oneof![6 => map_of(anything()), 1 => anything()], anything()).prop_map(
        |((api_version, kind), metadata, spec, status)| {
            json!({ "apiVersion": api_version, "kind": kind, "metadata": metadata, "spec": spec, "status": status })
        },
    )
}

/// A spec of each kind with all that a rule looks at.
fn rich(kind: &str) -> Value {
    let links = r#"[{"server": {"port": "s-1/e1"}, "switch": {"port": "l-1/E1/1"}}]"#;
    let text = match kind {
        "VPC" => {
            r#"{"mode": "", "ipv4Namespace": "", "subnets": {"a": {"subnet": "10.0.1.0/24", "gateway": "", "vlan": 0,
            "hostBGP": false, "isolated": false, "dhcp": {"enable": true, "range": {"start": ""}, "options": {"pxeURL": "",
            "dnsServers": ["b", "a"], "timeServers": [], "interfaceMTU": 0, "leaseTimeSeconds": 0, "disableDefaultRoute":
            false, "advertisedRoutes": [{"destination": "b", "gateway": ""}, {"destination": "a", "gateway": "x"}]},
            "static": {"AA:BB:CC:00:11:22": {"ip": "1"}, "aa-bb-cc-00-11-22": {"ip": "2"}}}}}}"#
        }
        "VPCAttachment" => r#"{"subnet": "vpc-1", "connection": "c", "nativeVLAN": false}"#,
        "VPCPeering" => {
            r#"{"remote": "", "permit": [{"a": null, "b": {"subnets": []}}, {"b": {}, "a": {}}]}"#
        }
        "IPv4Namespace" => r#"{"subnets": ["b", "a", ""]}"#,
        "External" => {
            r#"{"ipv4Namespace": "", "inboundCommunity": "", "static": {"prefixes": []}}"#
        }
        "ExternalAttachment" => {
            r#"{"external": "e", "switch": {"vlan": 0}, "static": {"proxy": false}, "inboundACL": {"statements":
            [{"seq": 0, "icmpType": 0, "tcpFilters": {"syn": false}}]}}"#
        }
        "ExternalPeering" => {
            r#"{"permit": {"vpc": {"name": "v", "subnets": ["b", "a"]}, "external": {"name": "", "prefixes":
            [{"prefix": "b"}, {"prefix": "a"}, {}]}}}"#
        }
        "VLANNamespace" => {
            r#"{"ranges": [{"from": 20, "to": 30}, {"from": 10}, {"from": 15, "to": 0}]}"#
        }
        "Switch" => {
            r#"{"profile": "", "portSpeeds": {"a": "SPEED_SPEED_1G"}, "portGroupSpeeds": {"1": null}, "portAutoNegs":
            {"a": null, "b": false}, "groups": ["b"], "redundancy": {"group": "a", "type": ""}, "vlanNamespaces": [],
            "linkFlapErrDisable": {"flapThreshold": 0, "recoveryInterval": 0}, "boot": {"mac": ""}}"#
        }
        "SwitchProfile" => {
            r#"{"ports": {"a": {}}, "portProfiles": {"p": {"speed": {}, "breakout": {"supported": {"x": null}}}}}"#
        }
        "Gateway" => {
            r#"{"interfaces": {"a": {"ips": []}}, "logs": {"default": "", "tags": {"a": ""}, "rateLimit": {}}, "workers": 0,
            "groups": [{"name": "b", "priority": 0}, {"name": "a"}]}"#
        }
        "GatewayPeering" => {
            r#"{"gatewayGroup": "", "acl": {"default": "", "rules": [{"scope": "", "log": false}]}, "peering": {"b": null,
            "a": {"expose": [{"default": false, "nat": {"masquerade": {"idleTimeout": "0s"}, "portForward":
            {"idleTimeout": "1m", "ports": []}, "static": {}}}]}}}"#
        }
        "Peering" => {
            r#"{"peering": {"b": null, "a": {"expose": [{"nat": {}}, {"nat": {"stateful": {"idleTimeout": "0s"}}}]}}}"#
        }
        "Connection" => {
            return json!({
                "unbundled": null,
                "bundled": { "links": serde_json::from_str::<Value>(links).unwrap(), "mtu": 0, "fallback": false },
                "staticExternal": { "withinVPC": "", "link": { "switch": { "port": "a/b", "subnets": [] } } },
            });
        }
        _ => r#"{"description": "", "nics": [{"name": ""}]}"#,
    };
    serde_json::from_str(text).unwrap()
}

/// A manifest with all that a rule looks at, some of it replaced by anything.
fn bent() -> impl Strategy<Value = Value> {
    let bends = prop::collection::vec((any::<prop::sample::Index>(), anything()), 0..4);
    (prop::sample::select(KINDS), bends).prop_map(|((api_version, kind), bends)| {
        let mut value = manifest(api_version, kind, rich(kind));
        value["metadata"]["labels"] = json!({ "fabric.githedgehog.com/vpc": "x", "a": null });
        for (pick, with) in bends {
            let mut found = Vec::new();
            nodes(&value, "", &mut found);
            // Without its kind it would be another test.
            found.retain(|path| path != "/kind" && path != "/apiVersion");
            let path: &String = pick.get(&found);
            *value.pointer_mut(path).unwrap() = with;
        }
        value
    })
}

/// The spec of a VPC that admission takes.
fn vpc() -> impl Strategy<Value = Value> {
    let flag = || prop::option::of(any::<bool>());
    let servers = || prop::option::of(prop::collection::vec(0_u8..9, 0..4));
    let options = (
        prop::option::of(96_u16..9036),
        prop::option::of(1_u32..9_999),
        servers(),
        servers(),
    );
    let dhcp = (
        any::<bool>(),
        prop::option::of(options),
        prop::option::of(2_u8..9),
        prop::collection::vec(0_u8..4, 0..3),
    );
    prop::collection::vec(
        (dhcp, flag(), flag(), prop::option::of(Just("10.9.9.9"))),
        1..4,
    )
    .prop_map(|subnets| {
        let mut spec = json!({ "subnets": {} });
        for (n, ((enable, options, start, leases), isolated, enabled, gateway)) in
            subnets.into_iter().enumerate()
        {
            let mut subnet = json!({ "subnet": format!("10.0.{n}.0/24"), "vlan": 1000 + n });
            let enable = enable || enabled == Some(true);
            if enable {
                subnet["dhcp"] = json!({ "enable": true });
                if let Some(start) = start {
                    subnet["dhcp"]["range"] = json!({ "start": format!("10.0.{n}.{start}") });
                }
                if let Some((mtu, lease, dns, time)) = options {
                    let mut options = Map::new();
                    let list = |list: Vec<u8>| {
                        json!(
                            list.iter()
                                .map(|n| format!("9.9.9.{n}"))
                                .collect::<Vec<_>>()
                        )
                    };
                    options.extend(mtu.map(|mtu| ("interfaceMTU".to_owned(), json!(mtu))));
                    options
                        .extend(lease.map(|lease| ("leaseTimeSeconds".to_owned(), json!(lease))));
                    options.extend(dns.map(|dns| ("dnsServers".to_owned(), list(dns))));
                    options.extend(time.map(|time| ("timeServers".to_owned(), list(time))));
                    subnet["dhcp"]["options"] = Value::Object(options);
                }
                let leases: Map<_, _> = leases
                    .into_iter()
                    .map(|mac| {
                        (
                            format!("AA:BB:CC:00:11:0{mac}"),
                            json!({ "ip": format!("10.0.{n}.1{mac}") }),
                        )
                    })
                    .collect();
                subnet["dhcp"]["static"] = Value::Object(leases);
            }
            if let Some(isolated) = isolated {
                subnet["isolated"] = json!(isolated);
            }
            if let Some(gateway) = gateway {
                subnet["gateway"] = json!(gateway);
            }
            spec["subnets"][format!("s-{n}")] = subnet;
        }
        spec
    })
}

/// What the API server shows of an admitted VPC: everything that Go does not omit, and what the server adds.
fn export(file: &Value) -> Value {
    let mut live = normalise(file, &NOW);
    for subnet in live["spec"]["subnets"]
        .as_object_mut()
        .unwrap()
        .values_mut()
    {
        let subnet = subnet.as_object_mut().unwrap();
        let dhcp = subnet.entry("dhcp").or_insert_with(|| json!({}));
        if let Some(options) = dhcp.get_mut("options").and_then(Value::as_object_mut) {
            for list in ["dnsServers", "timeServers"] {
                options.entry(list).or_insert_with(|| json!([]));
            }
        }
    }
    live["status"] = json!({});
    live["metadata"]["uid"] = json!("1b4e28ba");
    live["metadata"]["creationTimestamp"] = json!("2026-07-23T10:00:00Z");
    live["metadata"]["annotations"] =
        json!({ "kubectl.kubernetes.io/last-applied-configuration": file.to_string() });
    live
}

/// Pointers to every value below one.
fn nodes(value: &Value, at: &str, found: &mut Vec<String>) {
    let mut step = |key: &str, value| {
        let path = format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"));
        nodes(value, &path, found);
        found.push(path);
    };
    match value {
        Value::Object(map) => map.iter().for_each(|(key, value)| step(key, value)),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(n, value)| step(&n.to_string(), value)),
        _ => {}
    }
}

/// Pointers to every scalar below one.
fn leaves(value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    nodes(value, "", &mut found);
    found.retain(|path| {
        value
            .pointer(path)
            .is_some_and(|value| !value.is_object() && !value.is_array())
    });
    found
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    /// A second admission changes nothing, whatever the manifest holds.
    #[test]
    fn normalising_is_idempotent(value in prop_oneof![bent(), wild()], release in prop::sample::select(&Release::ALL[..])) {
        let admission = Admission { release };
        let once = normalise(&value, &admission);
        prop_assert_eq!(&normalise(&once, &admission), &once);
        let stripped = strip(&value);
        prop_assert_eq!(&strip(&stripped), &stripped);
        let compared = comparable(&value, &admission);
        prop_assert_eq!(&comparable(&compared, &admission), &compared);
        prop_assert!(same(&value, &once, &admission));
    }

    /// What is no manifest at all does no harm.
    #[test]
    fn anything_is_survived(value in anything()) {
        let once = normalise(&value, &NOW);
        prop_assert_eq!(normalise(&once, &NOW), once);
    }

    /// An export of an admitted VPC is its file, and normalising it keeps every value in it that is not zero.
    #[test]
    fn an_export_keeps_its_meaning(spec in vpc()) {
        let file = manifest(VPC, "VPC", spec);
        let live = export(&file);
        prop_assert!(same(&file, &live, &NOW));
        let normal = normalise(&live, &NOW);
        for path in leaves(&live) {
            prop_assert_eq!(normal.pointer(&path), live.pointer(&path), "{}", path);
        }
    }

    /// No change of a value that is in force goes unseen.
    #[test]
    fn a_change_is_seen(spec in vpc(), pick: prop::sample::Index) {
        let file = manifest(VPC, "VPC", spec);
        let live = export(&file);
        let mut drifted = live.clone();
        let found = leaves(&live["spec"]);
        let path = pick.get(&found);
        let leaf = drifted["spec"].pointer_mut(path).unwrap();
        *leaf = match leaf {
            Value::Bool(flag) => json!(!*flag),
            Value::Number(_) => json!(77),
            _ => json!("10.77.77.77"),
        };
        prop_assert!(!same(&file, &drifted, &NOW), "{}", path);
    }
}

// Real manifests

#[test]
fn real_manifests_are_normalised_once() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    if !root.is_dir() {
        eprintln!("skipped: no ../shared/data beside the workspace");
        return;
    }
    let mut folders = vec![root.join("corpus"), root.join("gitops-test-1")];
    let mut seen = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let stream = parse(
                std::fs::read(&path).unwrap_or_default(),
                &Options::default(),
            );
            for manifest in hnp_model::manifests(&stream) {
                let Some(value) = from_yaml(manifest.value) else {
                    panic!("{}: no JSON", path.display());
                };
                seen += 1;
                for release in [Release::Beta1, Release::R25_05, Release::R26_03Preview] {
                    let admission = Admission { release };
                    let once = normalise(&value, &admission);
                    assert_eq!(normalise(&once, &admission), once, "{}", path.display());
                    assert!(same(&value, &once, &admission), "{}", path.display());
                }
            }
        }
    }
    assert!(seen > 100);
}
