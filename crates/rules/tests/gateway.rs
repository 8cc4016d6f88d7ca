//! Rules of gateways, at their boundaries.
#![allow(clippy::unwrap_used)]

mod support;

use hnp_rules::{Outside, Settings};

use support::{check, concise};

/// A gateway that nothing is wrong with; tests change a part of it.
const GOOD: &str = "apiVersion: gateway.githedgehog.com/v1alpha1
kind: Gateway
metadata:
  name: gateway-1
spec:
  asn: 65534
  protocolIP: 172.30.8.10/32
  vtepIP: 172.30.12.10/32
  vtepMAC: ca:fe:ba:be:00:01
  workers: 4
  interfaces:
    enp2s1: { pci: 0000:02:00.0, ips: [172.30.128.1/31] }
  neighbors:
  - { ip: 172.30.128.0, asn: 65100 }
  groups:
  - { name: default, priority: 1 }
";

/// Another one, beside which nothing is wrong either.
fn second() -> String {
    let changes = [
        ("gateway-1", "gateway-2"),
        ("8.10/32", "8.11/32"),
        ("12.10/32", "12.11/32"),
        ("be:00:01", "be:00:02"),
        ("128.1/31", "128.3/31"),
        ("128.0", "128.2"),
    ];
    changes
        .iter()
        .fold(GOOD.to_owned(), |text, (old, new)| text.replace(old, new))
}

fn codes_by(text: &str, settings: &Settings) -> Vec<String> {
    let findings = check(text, settings);
    findings
        .iter()
        .map(|found| found.code.to_string())
        .collect()
}

fn codes(text: &str) -> Vec<String> {
    codes_by(text, &Settings::default())
}

/// Each: what to replace, by what, and the codes of the findings.
fn table(cases: &[(&str, &str, &[&str])]) {
    for (old, new, expected) in cases {
        assert!(GOOD.contains(old), "{old}");
        assert_eq!(
            codes(&GOOD.replacen(old, new, 1)),
            *expected,
            "{old} -> {new}"
        );
    }
}

#[test]
fn good_ones_give_no_findings() {
    assert!(codes(GOOD).is_empty());
    assert!(codes(&format!("{GOOD}---\n{}", second())).is_empty());
    // As people write it before hydration.
    let bare = "apiVersion: gateway.githedgehog.com/v1alpha1\nkind: Gateway\nmetadata:\n  name: a\nspec:\n  interfaces:\n    enp2s1:\n    enp2s2: {}\n";
    assert!(codes(bare).is_empty());
}

#[test]
fn workers_are_at_most_64() {
    table(&[
        ("workers: 4", "workers: 0", &[]),
        ("workers: 4", "workers: 64", &[]),
        ("workers: 4", "workers: 65", &["GW-02"]),
        ("workers: 4", "workers: 255", &["GW-02"]),
        // No uint8: the schema says it, once.
        ("workers: 4", "workers: 256", &["SCH-09"]),
        ("workers: 4", "logs: { rateLimit: {} }", &[]),
    ]);
}

#[test]
fn addresses_are_single_and_ipv4() {
    table(&[
        ("protocolIP: 172.30.8.10/32", "x: 1", &["GW-03", "SCH-01"]),
        ("172.30.8.10/32", "\"\"", &["GW-03"]),
        ("172.30.8.10/32", "172.30.8.10/31", &["GW-03"]),
        ("172.30.8.10/32", "172.30.8.010/32", &["GW-03"]),
        ("172.30.8.10/32", "2001:db8::1/32", &["GW-03"]),
        ("172.30.8.10/32", "2001:db8::1/128", &["GW-03"]),
        // Loopback is admitted as protocolIP, and lies outside the plan.
        ("172.30.8.10/32", "127.0.0.1/32", &["GW-10"]),
        ("172.30.12.10/32", "127.0.0.1/32", &["GW-03"]),
        ("172.30.12.10/32", "224.0.0.1/32", &["GW-03"]),
        ("172.30.12.10/32", "0.0.0.0/32", &["GW-03"]),
        ("172.30.12.10/32", "172.30.11.255/32", &["GW-10"]),
    ]);
    let text = GOOD.replace("8.10/32", "8.10");
    let finding = &check(text.as_str(), &Settings::default())[0];
    let fix = finding.fix.as_ref().unwrap();
    assert!(fix.safe);
    assert_eq!(support::mended(&text, fix), GOOD);
}

#[test]
fn hardware_address_and_asn() {
    table(&[
        ("vtepMAC: ca:fe:ba:be:00:01", "vtepMTU: 1500", &["GW-04"]),
        ("ca:fe:ba:be:00:01", "ca-fe-ba-be-00-01", &[]),
        ("ca:fe:ba:be:00:01", "cafe.babe.0001", &[]),
        ("ca:fe:ba:be:00:01", "ca:fe:ba:be:00:01:00:02", &[]),
        ("ca:fe:ba:be:00:01", "00:00:00:00:00:00", &["GW-04"]),
        ("ca:fe:ba:be:00:01", "00:00:00:00:00:00:00:00", &[]),
        ("ca:fe:ba:be:00:01", "01:00:5e:00:00:01", &["GW-04"]),
        ("ca:fe:ba:be:00:01", "ca:fe:ba:be:00", &["GW-04"]),
        ("asn: 65534", "asn: 0", &["GW-04"]),
        ("asn: 65534", "vtepMTU: 1500", &["GW-04"]),
        ("asn: 65534", "asn: 65533", &["GW-10"]),
    ]);
}

#[test]
fn interfaces_have_names_of_linux() {
    table(&[
        ("enp2s1", "e", &["GW-05"]),
        ("enp2s1", "e1", &[]),
        ("enp2s1", "e123456789", &[]),
        ("enp2s1", "e1234567890", &["GW-05"]),
        ("enp2s1", "1e", &["GW-05"]),
        ("enp2s1", "e-", &["GW-05"]),
        ("enp2s1", "e_.-1", &[]),
        ("enp2s1", "e 1", &["GW-05"]),
        ("pci: 0000:02:00.0", "kernel: enp3s1", &[]),
        ("pci: 0000:02:00.0", "kernel: enp2s1", &["GW-05"]),
        ("pci: 0000:02:00.0", "kernel: e", &["GW-05"]),
        (
            "pci: 0000:02:00.0",
            "pci: 0000:02:00.0, kernel: enp3s1",
            &["GW-05"],
        ),
        ("pci: 0000:02:00.0", "pci: ffff:ff:1f.7", &[]),
        ("pci: 0000:02:00.0", "pci: 0000:02:00.8", &["GW-05"]),
        ("pci: 0000:02:00.0", "pci: 0000:02:20.0", &["GW-05"]),
        ("pci: 0000:02:00.0", "pci: 000:002:00.0", &[]),
        ("pci: 0000:02:00.0", "pci: 000:100:00.0", &["GW-05"]),
        ("pci: 0000:02:00.0", "pci: 02:00.0", &["GW-05"]),
        ("pci: 0000:02:00.0", "pci: 0000:02.00:0", &["GW-05"]),
        ("pci: 0000:02:00.0, ", "", &[]),
        (
            "    enp2s1: { pci: 0000:02:00.0, ips: [172.30.128.1/31] }\n",
            "",
            &["GW-05"],
        ),
        (
            "enp2s1: { pci: 0000:02:00.0, ips: [172.30.128.1/31] }",
            "enp2s1:",
            &["GW-05-IP"],
        ),
    ]);
}

#[test]
fn interfaces_have_addresses_with_a_length() {
    table(&[
        ("ips: [172.30.128.1/31]", "ips: []", &["GW-05-IP"]),
        ("172.30.128.1/31", "172.30.128.1", &["GW-05-IP"]),
        ("172.30.128.1/31", "172.30.128.1/0", &[]),
        ("172.30.128.1/31", "2001:db8::1/64", &["GW-05-IP"]),
        ("172.30.128.1/31", "\"\"", &["GW-05-IP"]),
        (
            "172.30.128.1/31",
            "172.30.128.1/31, 172.30.128.1/33",
            &["GW-05-IP"],
        ),
        // Of what has the wrong type only the schema speaks.
        (
            "ips: [172.30.128.1/31]",
            "ips: 172.30.128.1/31",
            &["SCH-02"],
        ),
    ]);
}

#[test]
fn neighbors_have_address_and_asn() {
    table(&[
        ("  - { ip: 172.30.128.0, asn: 65100 }\n", "", &["GW-06"]),
        ("ip: 172.30.128.0", "ip: 172.30.128.0/31", &["GW-06"]),
        ("ip: 172.30.128.0", "ip: 2001:db8::1", &["GW-06"]),
        ("ip: 172.30.128.0", "ip: 224.0.0.1", &["GW-06"]),
        ("ip: 172.30.128.0", "ip: 0.0.0.0", &["GW-06"]),
        ("ip: 172.30.128.0", "ip: 127.0.0.1", &[]),
        ("ip: 172.30.128.0", "source: enp2s1", &["GW-06"]),
        ("asn: 65100", "asn: 0", &["GW-06"]),
        (", asn: 65100", "", &["GW-06"]),
        (
            "- { ip: 172.30.128.0, asn: 65100 }",
            "- 172.30.128.0",
            &["SCH-02"],
        ),
        (
            "{ ip: 172.30.128.0, asn: 65100 }",
            "{}",
            &["GW-06", "GW-06"],
        ),
    ]);
}

#[test]
fn before_hydration_nobody_asks_for_what_it_fills_in() {
    let authoring = Settings {
        hydrated: Some(false),
        ..Settings::default()
    };
    for change in [
        ("172.30.8.10/32", "\"\""),
        ("ca:fe:ba:be:00:01", "00:00:00:00:00:00"),
        ("ips: [172.30.128.1/31]", "ips: []"),
        ("  - { ip: 172.30.128.0, asn: 65100 }\n", ""),
    ] {
        let text = GOOD.replacen(change.0, change.1, 1);
        assert!(codes_by(&text, &authoring).is_empty(), "{change:?}");
        assert_eq!(codes(&text).len(), 1, "{change:?}");
    }
    let twice = format!("{GOOD}---\n{}", GOOD.replace("gateway-1", "gateway-2"));
    assert!(codes_by(&twice, &authoring).is_empty());
    assert_eq!(codes(&twice), ["GW-08"; 3]);
    // One that is hydrated shows that the others should be.
    let bare = "apiVersion: gateway.githedgehog.com/v1alpha1\nkind: Gateway\nmetadata:\n  name: a\nspec:\n  interfaces:\n    enp2s1:\n";
    let found = codes(&format!("{GOOD}---\n{bare}"));
    assert_eq!(
        found,
        ["GW-03", "GW-03", "GW-04", "GW-04", "GW-06", "GW-05-IP"]
    );
}

#[test]
fn addresses_are_unique_among_gateways_and_switches() {
    let switch = |fields: &str| {
        format!(
            "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Switch\nmetadata:\n  name: leaf-01\nspec:\n  role: server-leaf\n  {fields}\n---\n"
        )
    };
    let gateway_rules = |text: &str| -> Vec<String> {
        let found = codes(text);
        found
            .into_iter()
            .filter(|code| code.starts_with("GW"))
            .collect()
    };
    for (fields, expected) in [
        ("protocolIP: 172.30.8.10/32", vec!["GW-08"]),
        ("protocolIP: 172.30.8.10/24", vec!["GW-08"]),
        ("vtepIP: 172.30.12.10/32", vec!["GW-08"]),
        // Each is compared with its like.
        ("vtepIP: 172.30.8.10/32", vec![]),
        ("protocolIP: 172.30.12.10/32", vec![]),
        ("protocolIP: 172.30.8.10", vec![]),
    ] {
        let text = format!("{}{GOOD}", switch(fields));
        assert_eq!(gateway_rules(&text), expected, "{fields}");
    }
    let spelled = second().replace("ca:fe:ba:be:00:02", "CA-FE-BA-BE-00-01");
    assert_eq!(codes(&format!("{GOOD}---\n{spelled}")), ["GW-08"]);
    // What cannot be read clashes with nothing.
    let broken = second().replace("172.30.8.11/32", "172.30.8.10");
    assert_eq!(codes(&format!("{GOOD}---\n{broken}")), ["GW-03"]);
}

#[test]
fn groups_are_named_once_and_exist() {
    let group = |name: &str| {
        format!(
            "apiVersion: gateway.githedgehog.com/v1alpha1\nkind: GatewayGroup\nmetadata:\n  name: {name}\nspec: {{}}\n---\n"
        )
    };
    let with = |groups: &str| GOOD.replace("  - { name: default, priority: 1 }\n", groups);
    for (groups, expected) in [
        ("  - { name: edge }\n", vec![]),
        ("  - { name: edge }\n  - { name: default }\n", vec![]),
        ("  - { name: edge }\n  - { name: edge }\n", vec!["GW-07"]),
        ("  - { name: core }\n", vec!["GW-09"]),
        ("  - { priority: 1 }\n", vec!["GW-09"]),
        ("  - { name: \"\" }\n  - {}\n", vec!["GW-09", "GW-09"]),
    ] {
        let text = format!("{}{}", group("edge"), with(groups));
        assert_eq!(codes(&text), expected, "{groups}");
    }
    // Without a group in the tree nobody can tell; told that none is elsewhere, all but `default` are missing.
    assert!(codes(&with("  - { name: core }\n")).is_empty());
    let here = Settings {
        outside: Outside::Kinds(vec![]),
        ..Settings::default()
    };
    assert_eq!(codes_by(&with("  - { name: core }\n"), &here), ["GW-09"]);
    assert!(codes_by(GOOD, &here).is_empty());
}

#[test]
fn a_group_has_as_many_members_as_there_are_communities() {
    let bare = |n: usize, groups: &str| {
        format!(
            "apiVersion: gateway.githedgehog.com/v1alpha1\nkind: Gateway\nmetadata:\n  name: gateway-{n}\nspec:\n  interfaces: {{ enp2s1: {{}} }}\n  groups: {groups}\n---\n"
        )
    };
    // No groups mean `default`.
    let members = |count: usize| -> String {
        (0..count)
            .map(|n| {
                bare(
                    n,
                    if n % 2 == 0 {
                        "[]"
                    } else {
                        "[{ name: default }]"
                    },
                )
            })
            .collect()
    };
    assert!(codes(&members(10)).is_empty());
    assert_eq!(codes(&members(11)), ["GW-09"]);
    assert_eq!(codes(&members(13)), ["GW-09"; 3]);
    let mut settings = Settings::default();
    settings.network.gateway_communities = 0;
    assert!(codes_by(&members(13), &settings).is_empty());
    settings.network.gateway_communities = 2;
    let text = members(2) + &bare(2, "[{ name: edge }]");
    assert!(codes_by(&text, &settings).is_empty());
    let found = concise(&check(members(3), &settings));
    assert_eq!(
        found,
        "GW-09 error 20:9 group `default` has no room for gateway `gateway-2`: the fabric has communities for 2
  4:9 gateway `gateway-0` is in it
  15:20 gateway `gateway-1` is in it\n"
    );
}
