//! Peerings between VPCs.
#![allow(clippy::unwrap_used)]

mod support;

use hnp_rules::{Release, Settings};

use support::{check, codes};

fn vpc(name: &str, spec: &str) -> String {
    let n = name.bytes().last().unwrap();
    format!(
        "apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPC\nmetadata: {{ name: {name} }}\nspec: {{ {spec} subnets: {{ web: {{ subnet: 10.{n}.0.0/24, vlan: 1{n:03} }}, app: {{ subnet: 10.{n}.1.0/24, vlan: 2{n:03} }} }} }}\n---\n"
    )
}

fn peering(name: &str, permit: &str) -> String {
    format!(
        "apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPCPeering\nmetadata: {{ name: {name} }}\nspec:\n  permit: {permit}\n---\n"
    )
}

fn found_in(text: &str, settings: &Settings) -> String {
    let mut findings = check(text, settings);
    findings
        .retain(|finding| finding.code.starts_with("PEER-") || finding.code.starts_with("SCH-"));
    codes(&findings)
}

fn found(text: &str) -> String {
    found_in(text, &Settings::default())
}

#[test]
fn a_peering_is_of_two_vpcs() {
    for (permit, expected) in [
        ("[{ a: {}, b: {} }]", ""),
        // Null means all subnets, as an empty map does.
        ("[{ a: , b: }]", ""),
        (
            "[{ a: { subnets: [s] }, b: {} }, { b: {}, a: { subnets: [t] } }]",
            "",
        ),
        ("[{ a: {} }]", "PEER-04 5:12"),
        ("[{}]", "PEER-04 5:12"),
        ("[{ a: {}, b: {}, c: {} }]", "PEER-04 5:28"),
        ("[{ a: {}, b: {} }, { a: {}, c: {} }]", "PEER-04 5:39"),
        ("[{ a: {}, b: {} }, { a: {} }]", "PEER-04 5:30"),
        ("null", "PEER-04 4:1"),
        ("[]", "SCH-07 5:3"),
    ] {
        assert_eq!(found(&peering("p", permit)), expected, "{permit}");
    }
    let bare = peering("p", "x").replace("spec:\n  permit: x\n", "spec: {}\n");
    assert_eq!(found(&bare), "PEER-04 4:1");
}

#[test]
fn remote_is_gone_since_26_03() {
    let with = |remote: &str| {
        let text = peering("p", "[{ a: {}, b: {} }]");
        text.replace("spec:\n", &format!("spec:\n  remote: {remote}\n"))
    };
    assert_eq!(found(&with("border")), "PEER-03 5:11");
    assert_eq!(found(&with("''")), "");
    let old = Settings::new(Release::R26_02);
    assert_eq!(found_in(&with("border"), &old), "");
}

#[test]
fn both_vpcs_and_their_subnets_are_there() {
    let vpcs = format!("{}{}", vpc("a", ""), vpc("b", ""));
    for (permit, expected) in [
        ("[{ a: {}, b: {} }]", ""),
        ("[{ a: { subnets: [web, app] }, b: {} }]", ""),
        ("[{ a: { subnets: [web, db] }, b: {} }]", "PEER-07 15:34"),
        ("[{ a: {}, c: {} }]", "PEER-05 15:21"),
        // One finding a VPC, not one an entry.
        ("[{ a: {}, c: {} }, { a: {}, c: {} }]", "PEER-05 15:21"),
        ("[{ x: {}, c: {} }]", "PEER-05 15:14, PEER-05 15:21"),
    ] {
        let text = format!("{vpcs}{}", peering("p", permit));
        assert_eq!(found(&text), expected, "{permit}");
    }
    // None of the tree's: kept elsewhere.
    assert_eq!(found(&peering("p", "[{ a: { subnets: [x] }, b: {} }]")), "");
}

#[test]
fn namespaces_and_modes_of_the_two() {
    for (spec, expected, before) in [
        ("", "", ""),
        ("ipv4Namespace: default,", "", ""),
        ("vlanNamespace: '',", "", ""),
        ("ipv4Namespace: lab,", "PEER-06 15:21", "PEER-06 15:21"),
        ("vlanNamespace: lab,", "PEER-06 15:21", "PEER-06 15:21"),
        (
            "ipv4Namespace: lab, vlanNamespace: lab,",
            "PEER-06 15:21, PEER-06 15:21",
            "PEER-06 15:21, PEER-06 15:21",
        ),
        ("mode: l3vni,", "", "PEER-09 15:21"),
    ] {
        let text = format!(
            "{}{}{}",
            vpc("a", ""),
            vpc("b", spec),
            peering("p", "[{ a: {}, b: {} }]")
        );
        assert_eq!(found(&text), expected, "{spec}");
        let old = Settings::new(Release::R25_05);
        assert_eq!(found_in(&text, &old), before, "{spec}");
    }
}

#[test]
fn a_pair_is_peered_once() {
    let two = |a: &str, b: &str| format!("{}{}", peering("p", a), peering("q", b));
    for (a, b, expected) in [
        ("[{ a: {}, b: {} }]", "[{ a: {}, c: {} }]", ""),
        ("[{ a: {}, b: {} }]", "[{ a: {}, b: {} }]", "PEER-08 9:19"),
        ("[{ a: {}, b: {} }]", "[{ b: {}, a: {} }]", "PEER-08 9:19"),
    ] {
        assert_eq!(found(&two(a, b)), expected, "{a} {b}");
    }
}

#[test]
fn peering_can_be_off() {
    let mut settings = Settings::default();
    settings.network.vpc_peering_disabled = true;
    let text = peering("p", "[{ a: {}, b: {} }]");
    assert_eq!(found_in(&text, &settings), "PEER-02 3:19");
}

#[test]
fn switches_that_a_vpc_reaches_by_an_external() {
    let fabric = |namespaces: &str, vpc: &str| {
        format!(
            "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Switch\nmetadata: {{ name: leaf-01 }}\nspec: {{ role: border-leaf, profile: vs, boot: {{ serial: s-1 }}{namespaces} }}\n---
apiVersion: wiring.githedgehog.com/v1beta1\nkind: Connection\nmetadata: {{ name: c }}\nspec: {{ external: {{ link: {{ switch: {{ port: leaf-01/E1/1 }} }} }} }}\n---
apiVersion: vpc.githedgehog.com/v1beta1\nkind: ExternalAttachment\nmetadata: {{ name: x }}\nspec: {{ external: isp, connection: c, switch: {{ ip: 203.0.113.1/31 }}, neighbor: {{ asn: 1, ip: 203.0.113.0 }} }}\n---
{vpc}apiVersion: vpc.githedgehog.com/v1beta1\nkind: ExternalPeering\nmetadata: {{ name: p }}\nspec:\n  permit:\n    vpc: {{ name: a, subnets: [web] }}\n    external: {{ name: isp, prefixes: [{{ prefix: 0.0.0.0/0 }}] }}\n"
        )
    };
    let lab = vpc("a", "vlanNamespace: lab,");
    for (namespaces, vpc, expected) in [
        ("", vpc("a", ""), ""),
        ("", lab.clone(), "PEER-10 26:18"),
        (", vlanNamespaces: [default, lab]", lab.clone(), ""),
        (", vlanNamespaces: [default]", lab, "PEER-10 26:18"),
    ] {
        let text = fabric(namespaces, &vpc);
        assert_eq!(found(&text), expected, "{namespaces}");
    }
}
