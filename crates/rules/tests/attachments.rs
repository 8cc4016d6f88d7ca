//! Attachments of VPCs: what they name, and what the other side has to be.
#![allow(clippy::unwrap_used)]

mod support;

use hnp_rules::{Outside, Release, Settings};

use support::{check, codes};

const VPC: &str = "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata: { name: vpc-1 }
spec:
  subnets:
    web: { subnet: 10.1.0.0/24, vlan: 1001 }
    bgp: { subnet: 10.1.1.0/24, hostBGP: true }
";

fn attachment(name: &str, spec: &str) -> String {
    format!(
        "---\napiVersion: vpc.githedgehog.com/v1beta1\nkind: VPCAttachment\nmetadata: {{ name: {name} }}\nspec: {{ {spec} }}\n"
    )
}

fn connection(name: &str, spec: &str) -> String {
    format!(
        "---\napiVersion: wiring.githedgehog.com/v1beta1\nkind: Connection\nmetadata: {{ name: {name} }}\nspec: {{ {spec} }}\n"
    )
}

fn link(switch: &str) -> String {
    format!("{{ server: {{ port: server-01/eth0 }}, switch: {{ port: {switch}/E1/1 }} }}")
}

fn switch(name: &str, spec: &str) -> String {
    format!(
        "---\napiVersion: wiring.githedgehog.com/v1beta1\nkind: Switch\nmetadata: {{ name: {name} }}\nspec: {{ role: server-leaf, boot: {{ serial: s-{name} }}, {spec} }}\n"
    )
}

/// Findings of the family alone: others have their own tests.
fn found_in(text: &str, settings: &Settings) -> String {
    let mut findings = check(text, settings);
    findings.retain(|finding| finding.code.starts_with("ATT-"));
    codes(&findings)
}

fn found(text: &str) -> String {
    found_in(text, &Settings::default())
}

#[test]
fn fields_of_an_attachment() {
    for (spec, expected) in [
        ("connection: c, subnet: v/s", ""),
        ("connection: c, subnet: v", ""),
        ("connection: c", "ATT-02 5:1"),
        ("connection: c, subnet: ''", "ATT-02 5:32"),
        ("connection: c, subnet: /s", "ATT-02 5:32"),
        ("connection: c, subnet: v/", "ATT-05 5:32"),
        ("connection: '', subnet: v/s", "ATT-03 5:21"),
        ("subnet: v/s", "ATT-03 5:1"),
        ("connection: null, subnet: v/s", "ATT-03 5:1"),
        ("", "ATT-02 5:1, ATT-03 5:1"),
        // A wrong type is the schema's to say.
        ("connection: 1, subnet: [a]", ""),
    ] {
        assert_eq!(found(&attachment("a", spec)), expected, "{spec}");
    }
}

#[test]
fn the_link_of_an_attachment() {
    for (value, fits) in [
        ("10.9.0.0/31", true),
        ("10.9.0.1/31", true),
        ("10.9.0.0/30", false),
        ("10.9.0.0/32", false),
        ("10.9.0.0", false),
        ("''", false),
        ("2001:db8::/31", false),
        ("::ffff:10.9.0.0/31", false),
    ] {
        let text = attachment("a", "connection: c, subnet: v/s").replace(
            "{ name: a }",
            &format!(
                "{{ name: a, annotations: {{ fabric.githedgehog.com/p2p-link: \"{}\" }} }}",
                value.trim_matches('\'')
            ),
        );
        let expected = if fits { "" } else { "ATT-04" };
        assert_eq!(found(&text).split(' ').next().unwrap(), expected, "{value}");
    }
}

#[test]
fn a_subnet_has_to_be_there() {
    for (subnet, expected) in [
        ("vpc-1/web", ""),
        ("vpc-1/wbe", "ATT-05 12:32"),
        // Without a slash it is `default`, and the first slash divides.
        ("vpc-1", "ATT-05 12:32"),
        ("vpc-1/web/x", "ATT-05 12:32"),
        ("vpc-2/web", "ATT-05 12:32"),
    ] {
        let text = format!(
            "{VPC}{}",
            attachment("a", &format!("connection: c, subnet: {subnet}"))
        );
        assert_eq!(found(&text), expected, "{subnet}");
    }
    // A VPC without subnets is blamed itself.
    let bare = "apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPC\nmetadata: { name: vpc-1 }\nspec: { subnets: {} }\n";
    let text = format!(
        "{bare}{}",
        attachment("a", "connection: c, subnet: vpc-1/web")
    );
    assert_eq!(found(&text), "");
}

#[test]
fn what_is_kept_elsewhere_is_not_missed() {
    let text = attachment("a", "connection: c, subnet: v/s");
    assert_eq!(found(&text), "");
    let live = Settings {
        outside: Outside::Kinds(Vec::new()),
        ..Settings::default()
    };
    assert_eq!(found_in(&text, &live), "ATT-06 5:21, ATT-05 5:32");
}

#[test]
fn types_of_connections() {
    let l = link("leaf-01");
    for (spec, expected) in [
        (format!("unbundled: {{ link: {l} }}"), ""),
        (format!("bundled: {{ links: [{l}] }}"), ""),
        (
            format!("eslag: {{ links: [{l}, {}] }}", link("leaf-02")),
            "",
        ),
        (
            "external: { link: { switch: { port: leaf-01/E1/1 } } }".to_owned(),
            "ATT-06",
        ),
        (format!("mclag: {{ links: [{l}] }}"), "ATT-06"),
        ("vpcLoopback: { links: [] }".to_owned(), "ATT-06"),
        // Of two types one is enough; with none the connection is blamed itself.
        (
            format!(
                "external: {{ link: {{ switch: {{ port: leaf-01/E1/1 }} }} }}, bundled: {{ links: [{l}] }}"
            ),
            "",
        ),
        (String::new(), ""),
    ] {
        let text = format!(
            "{}{}",
            connection("c", &spec),
            attachment("a", "connection: c, subnet: v/s")
        );
        assert_eq!(found(&text).split(' ').next().unwrap(), expected, "{spec}");
    }
    let text = format!(
        "{}{}",
        connection("c", &format!("mclag: {{ links: [{l}] }}")),
        attachment("a", "connection: c, subnet: v/s")
    );
    assert_eq!(found_in(&text, &Settings::new(Release::R26_02)), "");
}

#[test]
fn modes_and_host_bgp_by_connection() {
    let (l, m) = (link("leaf-01"), link("leaf-02"));
    let unbundled = format!("unbundled: {{ link: {l} }}");
    let bundled = format!("bundled: {{ links: [{l}] }}");
    let eslag = format!("eslag: {{ links: [{l}, {m}] }}");
    let external = "external: { link: { switch: { port: leaf-01/E1/1 } } }".to_owned();
    let l3 = VPC.replace("spec:", "spec:\n  mode: l3vni");
    for (vpc, spec, subnet, expected) in [
        (VPC, &eslag, "web", ""),
        (&l3, &eslag, "web", "ATT-07"),
        (&l3, &bundled, "web", ""),
        (VPC, &unbundled, "bgp", ""),
        (VPC, &bundled, "bgp", "ATT-08"),
        (VPC, &eslag, "bgp", "ATT-08"),
        // One finding where no VPC at all could be attached.
        (VPC, &external, "bgp", "ATT-06"),
    ] {
        let text = format!(
            "{vpc}{}{}",
            connection("c", spec),
            attachment("a", &format!("connection: c, subnet: vpc-1/{subnet}"))
        );
        let found = found(&text);
        assert_eq!(
            found.split(' ').next().unwrap(),
            expected,
            "{spec} {subnet}"
        );
        assert!(!found.contains(','), "{spec} {subnet}: {found}");
    }
    for (kind, expected) in [("mclag", "ATT-08"), ("eslag", "")] {
        let text = format!(
            "{VPC}{}{}{}",
            switch(
                "leaf-01",
                &format!("profile: vs, redundancy: {{ type: {kind}, group: g }}")
            ),
            connection("c", &unbundled),
            attachment("a", "connection: c, subnet: vpc-1/bgp")
        );
        assert_eq!(found(&text).split(' ').next().unwrap(), expected, "{kind}");
    }
}

#[test]
fn switches_carry_the_namespace_and_have_the_features() {
    let spec = format!(
        "eslag: {{ links: [{}, {}] }}",
        link("leaf-01"),
        link("leaf-02")
    );
    let lab = VPC.replace("spec:", "spec:\n  vlanNamespace: lab");
    let l3 = VPC.replace("spec:", "spec:\n  mode: l3vni");
    let one = format!("unbundled: {{ link: {} }}", link("leaf-01"));
    for (vpc, connected, first, second, expected) in [
        (VPC, &spec, "profile: vs", "profile: vs", 0),
        // No list, and an empty one, mean `default`.
        (
            VPC,
            &spec,
            "profile: vs, vlanNamespaces: []",
            "profile: vs",
            0,
        ),
        (
            &lab,
            &spec,
            "profile: vs, vlanNamespaces: [default, lab]",
            "profile: vs, vlanNamespaces: [lab]",
            0,
        ),
        (
            &lab,
            &spec,
            "profile: vs, vlanNamespaces: [lab]",
            "profile: vs",
            1,
        ),
        (
            &lab,
            &spec,
            "profile: vs",
            "profile: vs, vlanNamespaces: [default]",
            2,
        ),
        (VPC, &one, "profile: celestica-ds5000", "profile: vs", 1),
        (&l3, &one, "profile: celestica-ds5000", "profile: vs", 0),
        (&l3, &one, "profile: celestica-ds4000", "profile: vs", 1),
        (VPC, &one, "profile: of-my-own", "profile: vs", 0),
    ] {
        let text = format!(
            "{vpc}{}{}{}{}",
            switch("leaf-01", first),
            switch("leaf-02", second),
            connection("c", connected),
            attachment("a", "connection: c, subnet: vpc-1/web")
        );
        let found = found(&text);
        let count = found.split(", ").filter(|one| !one.is_empty()).count();
        assert_eq!(count, expected, "{first}; {second}: {found}");
        let code = if vpc == lab { "ATT-09" } else { "ATT-10" };
        assert!(found.is_empty() || found.contains(code), "{found}");
    }
}

#[test]
fn features_of_profiles_came_with_25_03() {
    let text = format!(
        "{VPC}{}{}{}",
        switch("leaf-01", "profile: celestica-ds5000"),
        connection("c", &format!("unbundled: {{ link: {} }}", link("leaf-01"))),
        attachment("a", "connection: c, subnet: vpc-1/web")
    );
    assert_eq!(found_in(&text, &Settings::new(Release::R24_09)), "");
}

#[test]
fn one_connection_for_several_attachments() {
    let pair = |a: &str, b: &str| format!("{}{}", attachment("a", a), attachment("b", b));
    for (a, b, expected) in [
        (
            "connection: c, subnet: v/s",
            "connection: c, subnet: v/t",
            "",
        ),
        (
            "connection: c, subnet: v/s",
            "connection: d, subnet: v/s",
            "",
        ),
        (
            "connection: c, subnet: v/s",
            "connection: c, subnet: v/s",
            "ATT-11 10:32",
        ),
        // Compared as they are after admission.
        (
            "connection: c, subnet: v",
            "connection: c, subnet: v/default",
            "ATT-11 10:32",
        ),
        (
            "connection: c, subnet: v/s, nativeVLAN: true",
            "connection: c, subnet: v/t, nativeVLAN: true",
            "ATT-12 10:49",
        ),
        (
            "connection: c, subnet: v/s, nativeVLAN: true",
            "connection: c, subnet: v/t, nativeVLAN: false",
            "",
        ),
        (
            "connection: c, subnet: v/s, nativeVLAN: true",
            "connection: d, subnet: v/t, nativeVLAN: true",
            "",
        ),
    ] {
        assert_eq!(found(&pair(a, b)), expected, "{a}; {b}");
    }
}

#[test]
fn mtu_of_dhcp_and_connection() {
    let vpc = |dhcp: &str| {
        format!(
            "apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPC\nmetadata: {{ name: vpc-1 }}\nspec:\n  subnets:\n    web: {{ subnet: 10.1.0.0/24, vlan: 1001, dhcp: {{ {dhcp} }} }}\n"
        )
    };
    for (dhcp, mtu, expected) in [
        (
            "enable: true, options: { interfaceMTU: 1500 }",
            "mtu: 1500",
            "",
        ),
        (
            "enable: true, options: { interfaceMTU: 1501 }",
            "mtu: 1500",
            "ATT-14",
        ),
        (
            "enable: false, options: { interfaceMTU: 1501 }",
            "mtu: 1500",
            "",
        ),
        (
            "enable: true, options: { interfaceMTU: 1501 }",
            "mtu: 0",
            "",
        ),
    ] {
        let text = format!(
            "{}{}{}",
            vpc(dhcp),
            connection(
                "c",
                &format!("unbundled: {{ {mtu}, link: {} }}", link("leaf-01"))
            ),
            attachment("a", "connection: c, subnet: vpc-1/web")
        );
        assert_eq!(
            found(&text).split(' ').next().unwrap(),
            expected,
            "{dhcp} {mtu}"
        );
    }
}
