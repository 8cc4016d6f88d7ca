//! IPv4 and VLAN namespaces at the bounds of what admission takes, and gateway kinds where gateways are off.
#![allow(clippy::unwrap_used)]

mod support;

use hnp_rules::{Release, Settings};

use support::{check, codes};

fn ipv4(subnets: &str) -> String {
    format!(
        "apiVersion: vpc.githedgehog.com/v1beta1\nkind: IPv4Namespace\nmetadata:\n  name: default\nspec:\n  subnets: {subnets}\n"
    )
}

fn vlan(ranges: &str) -> String {
    format!(
        "apiVersion: wiring.githedgehog.com/v1beta1\nkind: VLANNamespace\nmetadata:\n  name: default\nspec:\n  ranges: {ranges}\n"
    )
}

fn found(text: &str) -> String {
    codes(&check(text, &Settings::default()))
}

fn many(count: usize) -> String {
    let subnets: Vec<_> = (0..count).map(|n| format!("10.{n}.0.0/16")).collect();
    format!("[{}]", subnets.join(", "))
}

#[test]
fn subnets_of_an_ipv4_namespace() {
    for (subnets, expected) in [
        (many(10).as_str(), ""),
        (&many(11), "IPNS-03 6:143"),
        (&many(20), "IPNS-03 6:143"),
        // Over 20 the schema speaks, and it alone.
        (&many(21), "SCH-07 6:3"),
        ("[10.0.0.0]", "IPNS-05 6:13"),
        ("['']", "IPNS-05 6:13"),
        ("[10.0.0.0/33]", "IPNS-05 6:13"),
        ("[10.0.0.0/08]", "IPNS-05 6:13"),
        ("[010.0.0.0/8]", "IPNS-05 6:13"),
        // Host bits do not hide an overlap.
        ("[10.0.0.0/24, 10.0.0.129/25]", "IPNS-05 6:26, IPNS-09 6:26"),
        ("[10.0.0.0/25, 10.0.0.128/25]", ""),
        ("[10.0.0.0/24, 10.0.0.0/24]", "IPNS-05 6:26"),
        ("['2001:db8::/32']", "IPNS-09 6:13"),
        // Reserved from both directions, and next to it.
        ("[172.30.0.0/24]", "IPNS-06 6:13"),
        ("[172.0.0.0/8]", "IPNS-06 6:13"),
        ("[172.30.20.0/22]", ""),
    ] {
        assert_eq!(found(&ipv4(subnets)), expected, "{subnets}");
    }
}

#[test]
fn the_limit_on_subnets_came_with_25_05() {
    let old = Settings::new(Release::R25_04);
    assert_eq!(codes(&check(ipv4(&many(11)), &old)), "");
}

#[test]
fn the_reserved_subnets_are_the_settings() {
    let mut settings = Settings::default();
    settings.network.reserved.clear();
    assert_eq!(codes(&check(ipv4("[172.30.0.0/24]"), &settings)), "");
}

#[test]
fn names_of_namespaces() {
    for (name, expected) in [("abcdefghijk", ""), ("abcdefghijkl", "IPNS-04 4:9")] {
        let text = ipv4("[10.0.0.0/16]").replace("name: default", &format!("name: {name}"));
        assert_eq!(found(&text), expected, "{name}");
    }
    for (length, expected) in [(63, ""), (64, "VLNS-07 4:9")] {
        let name = format!("name: {}", "v".repeat(length));
        let text = vlan("[{ from: 10 }]").replace("name: default", &name);
        assert_eq!(found(&text), expected, "{length}");
    }
}

#[test]
fn ranges_of_a_vlan_namespace() {
    for (ranges, expected) in [
        ("[{ from: 1, to: 2999 }, { from: 4000, to: 4094 }]", ""),
        ("[{ from: 10 }]", ""),
        ("[{ from: 10, to: 0 }]", ""),
        ("[{ from: 10, to: 10 }]", ""),
        ("[{ from: 10, to: 9 }]", "VLNS-02 6:28"),
        ("[{ to: 10 }]", "VLNS-02 6:12"),
        ("[{ from: 0, to: 10 }]", "VLNS-02 6:20"),
        ("[{ from: 4095 }]", "VLNS-02 6:20"),
        ("[{ from: 4000, to: 4095 }]", "VLNS-02 6:30"),
        // What does not fit the field's type is said once.
        ("[{ from: -1, to: 10 }]", "SCH-09 6:20"),
        ("[{ from: 10, to: 70000 }]", "SCH-09 6:28"),
        ("[{ from: a, to: 10 }]", "SCH-02 6:20"),
        // Touching is sharing a number, not being neighbours.
        ("[{ from: 10, to: 20 }, { from: 21, to: 30 }]", ""),
        (
            "[{ from: 10, to: 20 }, { from: 20, to: 30 }]",
            "VLNS-03 6:34",
        ),
        // In any order, the later one is blamed; a wide one is seen past a narrow one.
        (
            "[{ from: 20, to: 30 }, { from: 10, to: 20 }]",
            "VLNS-03 6:34",
        ),
        (
            "[{ from: 10, to: 90 }, { from: 20 }, { from: 30 }]",
            "VLNS-03 6:34, VLNS-03 6:48",
        ),
        // The fabric's own.
        ("[{ from: 2999 }]", ""),
        ("[{ from: 2999, to: 3000 }]", "VLNS-03 6:12"),
        ("[{ from: 3899, to: 3900 }]", "VLNS-03 6:12, VLNS-03 6:12"),
        ("[{ from: 3999 }]", "VLNS-03 6:12"),
        ("[{ from: 4000 }]", ""),
    ] {
        assert_eq!(found(&vlan(ranges)), expected, "{ranges}");
    }
}

#[test]
fn gateway_kinds_need_gateways() {
    let group = "apiVersion: gateway.githedgehog.com/v1alpha1\nkind: GatewayGroup\nmetadata:\n  name: edge\nspec: {}\n";
    for (gateway, expected) in [(None, ""), (Some(true), ""), (Some(false), "META-06 2:7")] {
        let mut settings = Settings::default();
        settings.network.gateway = gateway;
        assert_eq!(codes(&check(group, &settings)), expected, "{gateway:?}");
    }
}
