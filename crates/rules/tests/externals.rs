//! Externals, their attachments and peerings.
#![allow(clippy::unwrap_used)]

mod support;

use hnp_rules::{Release, Settings};

use support::{check, codes};

fn resource(kind: &str, name: &str, spec: &str) -> String {
    format!(
        "apiVersion: vpc.githedgehog.com/v1beta1\nkind: {kind}\nmetadata: {{ name: {name} }}\nspec: {{ {spec} }}\n---\n"
    )
}

fn external(spec: &str) -> String {
    resource("External", "isp-1", spec)
}

fn attachment(name: &str, spec: &str) -> String {
    resource(
        "ExternalAttachment",
        name,
        &format!("external: isp-1, connection: c, {spec}"),
    )
}

fn connection(name: &str, spec: &str) -> String {
    resource("Connection", name, spec).replace("vpc.g", "wiring.g")
}

fn found_in(text: &str, settings: &Settings) -> String {
    let mut findings = check(text, settings);
    let ours = ["EXT-", "EXA-", "EXP-", "SCH-"];
    findings.retain(|finding| ours.iter().any(|family| finding.code.starts_with(family)));
    codes(&findings)
}

fn found(text: &str) -> String {
    found_in(text, &Settings::default())
}

#[test]
fn names_of_externals() {
    for (name, expected) in [("abcdefghijk", ""), ("abcdefghijkl", "EXT-02 3:19")] {
        let text = resource("External", name, "");
        assert_eq!(found(&text), expected, "{name}");
    }
    let text = resource(
        "External",
        "abcdefghijkl",
        "inboundCommunity: '1:1', outboundCommunity: '1:1'",
    );
    assert_eq!(found_in(&text, &Settings::new(Release::R25_03)), "");
}

#[test]
fn communities() {
    for (community, fits) in [
        ("0:0", true),
        ("65535:65535", true),
        ("", true),
        ("65536:1", false),
        ("1:65536", false),
        ("00:1", false),
        ("1:01", false),
        ("1:", false),
        (":1", false),
        ("1", false),
        ("1:2:3", false),
        ("+1:2", false),
        (" 1:2", false),
        ("a:b", false),
    ] {
        for field in ["inboundCommunity", "outboundCommunity"] {
            let text = external(&format!("{field}: '{community}'"));
            let expected = if fits { "" } else { "EXT-03" };
            assert_eq!(
                found(&text).split(' ').next().unwrap(),
                expected,
                "{community}"
            );
        }
    }
    // Until 26.01 both were required.
    let old = Settings::new(Release::R26_01);
    assert_eq!(
        found_in(&external("inboundCommunity: '1:1'"), &old),
        "EXT-03 4:1"
    );
    assert_eq!(found(&external("inboundCommunity: '1:1'")), "");
    assert_eq!(
        found_in(&external("static: { prefixes: [0.0.0.0/0] }"), &old),
        ""
    );
}

#[test]
fn static_externals() {
    for (spec, expected) in [
        ("static: { prefixes: [0.0.0.0/0] }", ""),
        ("static: { prefixes: [10.0.0.1/24, 10.0.1.0/24] }", ""),
        (
            "static: { prefixes: [10.0.0.1/24, 10.0.0.0/25] }",
            "EXT-04 4:43",
        ),
        (
            "static: { prefixes: [0.0.0.0/0, 10.0.0.0/8] }",
            "EXT-04 4:41",
        ),
        ("static: { prefixes: [0.0.0.0/0, '::/0'] }", ""),
        ("static: { prefixes: [10.0.0.0] }", "EXT-04 4:30"),
        ("static: { prefixes: [] }", "EXT-04 4:19"),
        ("static: {}", "EXT-04 4:9"),
        ("static: null", ""),
        (
            "static: { prefixes: [0.0.0.0/0] }, inboundCommunity: '1:1'",
            "EXT-04 4:62",
        ),
        // Of a static one a wrong community is but one too many.
        (
            "static: { prefixes: [0.0.0.0/0] }, outboundCommunity: x",
            "EXT-04 4:63",
        ),
    ] {
        assert_eq!(found(&external(spec)), expected, "{spec}");
    }
}

#[test]
fn the_namespace_of_an_external() {
    let namespace = resource("IPv4Namespace", "lab", "subnets: [10.0.0.0/16]");
    for (spec, expected) in [
        ("ipv4Namespace: lab", ""),
        ("ipv4Namespace: la", "EXT-05 9:24"),
        ("", "EXT-05 8:19"),
    ] {
        let text = format!("{namespace}{}", external(spec));
        assert_eq!(found(&text), expected, "{spec}");
    }
    assert_eq!(found(&external("")), "");
}

#[test]
fn required_fields_of_an_attachment() {
    let bgp = "switch: { ip: 203.0.113.1/31 }, neighbor: { asn: 1, ip: 203.0.113.0 }";
    for (spec, expected) in [
        ("external: e, connection: c", ""),
        ("external: e", "EXA-01 4:1"),
        ("connection: ''", "EXA-01 4:1, EXA-01 4:21"),
    ] {
        let text = resource("ExternalAttachment", "a", &format!("{spec}, {bgp}"));
        assert_eq!(found(&text), expected, "{spec}");
    }
}

#[test]
fn bgp_attachments() {
    for (spec, expected) in [
        (
            "switch: { ip: 10.0.0.1/24 }, neighbor: { asn: 1, ip: 10.0.0.2 }",
            "",
        ),
        // As Go's older reader takes it: zeros in the length.
        (
            "switch: { ip: 10.0.0.1/024 }, neighbor: { asn: 1, ip: 10.0.0.2 }",
            "",
        ),
        (
            "switch: { ip: 10.0.0.1 }, neighbor: { asn: 1, ip: 10.0.0.2 }",
            "EXA-02 4:55",
        ),
        (
            "switch: { ip: '' }, neighbor: { asn: 1, ip: 10.0.0.2 }",
            "EXA-02 4:55",
        ),
        (
            "switch: { vlan: 1 }, neighbor: { asn: 1, ip: 10.0.0.2 }",
            "EXA-02 4:41",
        ),
        ("neighbor: { asn: 1, ip: 10.0.0.2 }", "EXA-02 4:1"),
        ("switch: { ip: 10.0.0.1/24 }", "EXA-02 4:1, EXA-02 4:1"),
        (
            "switch: { ip: 10.0.0.1/24 }, neighbor: {}",
            "EXA-02 4:70, EXA-02 4:70",
        ),
        (
            "switch: { ip: 10.0.0.1/24 }, neighbor: { asn: 0, ip: 10.0.0.2 }",
            "EXA-02 4:87",
        ),
        (
            "switch: { ip: 10.0.0.1/24 }, neighbor: { asn: 1, ip: 10.0.0.2/24 }",
            "EXA-02 4:94",
        ),
        // Admitted, and never up.
        (
            "switch: { ip: 10.0.0.1/24 }, neighbor: { asn: 1, ip: 10.0.1.2 }",
            "EXA-02-G 4:94",
        ),
        (
            "switch: { ip: 10.0.0.1/24 }, neighbor: { asn: 1, ip: 10.0.0.1 }",
            "EXA-02-G 4:94",
        ),
    ] {
        assert_eq!(found(&attachment("a", spec)), expected, "{spec}");
    }
}

#[test]
fn static_attachments() {
    for (spec, expected) in [
        ("static: { remoteIP: 10.0.0.2, ip: 10.0.0.1/24 }", ""),
        ("static: { remoteIP: 10.0.0.2, proxy: true, vlan: 5 }", ""),
        (
            "static: { remoteIP: 10.0.0.2, ip: 10.0.0.1/24, proxy: false }",
            "",
        ),
        (
            "static: { remoteIP: 10.0.0.2, ip: 10.0.0.1/24, proxy: true }",
            "EXA-03 4:95",
        ),
        ("static: { remoteIP: 10.0.0.2 }", "EXA-03 4:41"),
        (
            "static: { remoteIP: 10.0.0.2, ip: '', proxy: false }",
            "EXA-03 4:75",
        ),
        (
            "static: { remoteIP: 10.0.0.2, ip: 10.0.0.1 }",
            "EXA-03 4:75",
        ),
        (
            "static: { remoteIP: 10.0.0.2/24, proxy: true }",
            "EXA-03 4:61",
        ),
        ("static: { remoteIP: '', proxy: true }", "EXA-03 4:61"),
        ("static: { proxy: true }", "SCH-03 4:41"),
        (
            "static: { remoteIP: 10.0.0.2, proxy: true }, switch: {}, neighbor: {}",
            "",
        ),
        (
            "static: { remoteIP: 10.0.0.2, proxy: true }, switch: { ip: '', vlan: 0 }, neighbor: { asn: 0 }",
            "",
        ),
        (
            "static: { remoteIP: 10.0.0.2, proxy: true }, switch: { vlan: 5 }, neighbor: { asn: 1, ip: 10.0.0.3 }",
            "EXA-03 4:102, EXA-03 4:124, EXA-03 4:131",
        ),
    ] {
        assert_eq!(found(&attachment("a", spec)), expected, "{spec}");
    }
}

#[test]
fn an_attachment_fits_its_external_and_connection() {
    let bgp = "switch: { ip: 10.0.0.1/24 }, neighbor: { asn: 1, ip: 10.0.0.2 }";
    let fixed = "static: { remoteIP: 10.0.0.2, proxy: true }";
    let is_static = "static: { prefixes: [0.0.0.0/0] }";
    let to = "external: { link: { switch: { port: leaf-01/E1/1 } } }";
    let server = "unbundled: { link: { server: { port: s/e }, switch: { port: leaf-01/E1/1 } } }";
    for (ext, name, conn, att, expected) in [
        ("", "c", to, bgp, ""),
        (is_static, "c", to, fixed, ""),
        (is_static, "c", to, bgp, "EXA-05 14:19"),
        ("", "c", to, fixed, "EXA-05 14:19"),
        ("", "c", server, bgp, "EXA-06 14:38"),
        ("", "d", to, bgp, "EXA-06 14:38"),
        ("", "c", "", bgp, ""),
    ] {
        let text = format!(
            "{}{}{}",
            external(ext),
            connection(name, conn),
            attachment("a", att)
        );
        let mut findings = check(text, &Settings::default());
        findings.retain(|finding| finding.code.starts_with("EXA-"));
        assert_eq!(codes(&findings), expected, "{ext} {conn} {att}");
    }
    let text = resource("External", "isp-2", "") + &attachment("a", bgp);
    assert_eq!(found(&text), "EXA-04 9:19");
}

#[test]
fn vlans_and_addresses_of_attachments() {
    let to = |name: &str, port: &str| {
        connection(
            name,
            &format!("external: {{ link: {{ switch: {{ port: {port} }} }} }}"),
        )
    };
    let bgp = |ip: &str, vlan: &str| {
        format!("switch: {{ ip: {ip}/31{vlan} }}, neighbor: {{ asn: 1, ip: 10.0.0.0 }}")
    };
    let other = |conn: &str, spec: String| {
        resource(
            "ExternalAttachment",
            "b",
            &format!("external: isp-1, connection: {conn}, {spec}"),
        )
    };
    let found = |first: String, second: String| {
        let text = format!(
            "{}{}{}{second}",
            to("c", "leaf-01/E1/1"),
            to("d", "leaf-01/E1/2"),
            attachment("a", &first)
        );
        let mut findings = check(text, &Settings::default());
        findings.retain(|finding| matches!(finding.code, "EXA-07" | "EXA-08"));
        codes(&findings)
    };
    let first = || bgp("10.0.0.1", "");
    // Untagged twice; 0 is untagged; static ones count.
    assert_eq!(
        found(first(), other("c", bgp("10.0.0.3", ""))),
        "EXA-07 19:38"
    );
    assert_eq!(
        found(first(), other("c", bgp("10.0.0.3", ", vlan: 0"))),
        "EXA-07 19:74"
    );
    assert_eq!(found(first(), other("c", bgp("10.0.0.3", ", vlan: 7"))), "");
    assert_eq!(found(first(), other("d", bgp("10.0.0.3", ""))), "");
    assert_eq!(
        found(
            bgp("10.0.0.1", ", vlan: 7"),
            other(
                "c",
                "static: { remoteIP: 10.0.0.2, proxy: true, vlan: 7 }".to_owned()
            )
        ),
        "EXA-07 19:90"
    );
    // One subnet on one switch.
    assert_eq!(
        found(first(), other("d", bgp("10.0.0.0", ""))),
        "EXA-08 19:55"
    );
    let lab = other("d", bgp("10.0.0.0", "")).replace("isp-1", "isp-2")
        + &resource("External", "isp-2", "ipv4Namespace: lab")
        + &external("");
    assert_eq!(found(first(), lab), "");
    for (vlan, expected) in [
        (4094, ""),
        (4095, "EXA-08 14:74"),
        (2999, ""),
        (3000, "EXA-08 14:74"),
        (3899, "EXA-08 14:74"),
        (3900, ""),
    ] {
        let one = bgp("10.0.0.1", &format!(", vlan: {vlan}"));
        assert_eq!(found(one, String::new()), expected, "{vlan}");
    }
}

#[test]
fn statements_of_an_acl() {
    let any = "srcPrefix: any, dstPrefix: any";
    for (statement, count) in [
        (format!("seq: 10, action: permit, protocol: ip, {any}"), 0),
        (
            format!("seq: 65535, action: transit, protocol: icmp, {any}, icmpType: 0, icmpCode: 0"),
            0,
        ),
        (format!("seq: 9, action: deny, protocol: udp, {any}"), 1),
        (format!("seq: 0, action: discard, protocol: tcp, {any}"), 1),
        (format!("seq: 10, action: allow, protocol: ip, {any}"), 1),
        (format!("seq: 10, action: '', protocol: ip, {any}"), 1),
        (format!("seq: 10, action: permit, protocol: sctp, {any}"), 1),
        (format!("seq: 10, action: permit, protocol: TCP, {any}"), 1),
        (
            "seq: 10, action: permit, protocol: ip, srcPrefix: '', dstPrefix: 10.0.0.1".to_owned(),
            2,
        ),
        (
            "seq: 10, action: permit, protocol: ip, srcPrefix: 10.0.0.1/08, dstPrefix: '::/0'"
                .to_owned(),
            0,
        ),
        // ICMP by protocol; zero is set, null is not.
        (
            format!("seq: 10, action: permit, protocol: ip, {any}, icmpType: 0"),
            1,
        ),
        (
            format!("seq: 10, action: permit, protocol: ip, {any}, icmpCode: null"),
            0,
        ),
        // TCP flags.
        (
            format!(
                "seq: 10, action: permit, protocol: tcp, {any}, tcpFilters: {{ established: true }}"
            ),
            0,
        ),
        (
            format!(
                "seq: 10, action: permit, protocol: tcp, {any}, tcpFilters: {{ established: true, ack: false }}"
            ),
            0,
        ),
        (
            format!(
                "seq: 10, action: permit, protocol: tcp, {any}, tcpFilters: {{ established: true, notUrg: true }}"
            ),
            1,
        ),
        (
            format!(
                "seq: 10, action: permit, protocol: tcp, {any}, tcpFilters: {{ syn: true, notAck: true }}"
            ),
            0,
        ),
        (
            format!(
                "seq: 10, action: permit, protocol: tcp, {any}, tcpFilters: {{ syn: true, notSyn: true }}"
            ),
            1,
        ),
        (
            format!("seq: 10, action: permit, protocol: udp, {any}, tcpFilters: {{}}"),
            1,
        ),
        // Ports.
        (
            format!(
                "seq: 10, action: permit, protocol: udp, {any}, portRangeBegin: 53, portRangeEnd: 53"
            ),
            0,
        ),
        (
            format!(
                "seq: 10, action: permit, protocol: tcp, {any}, portRangeBegin: 0, portRangeEnd: 0"
            ),
            0,
        ),
        (
            format!("seq: 10, action: permit, protocol: tcp, {any}, portRangeBegin: 80"),
            1,
        ),
        (
            format!("seq: 10, action: permit, protocol: tcp, {any}, portRangeEnd: 80"),
            1,
        ),
        (
            format!(
                "seq: 10, action: permit, protocol: tcp, {any}, portRangeBegin: 81, portRangeEnd: 80"
            ),
            1,
        ),
        (
            format!(
                "seq: 10, action: permit, protocol: ip, {any}, portRangeBegin: 80, portRangeEnd: 80"
            ),
            1,
        ),
        // A wrong protocol is said once, not once more for all that depends on it.
        (
            format!(
                "seq: 10, action: permit, protocol: x, {any}, portRangeBegin: 1, portRangeEnd: 2, icmpType: 1"
            ),
            1,
        ),
    ] {
        let text = attachment(
            "a",
            &format!(
                "switch: {{ ip: 10.0.0.1/24 }}, neighbor: {{ asn: 1, ip: 10.0.0.2 }}, inboundACL: {{ statements: [{{ {statement} }}] }}"
            ),
        );
        let found = found(&text);
        let codes: Vec<_> = found.split(", ").filter(|one| !one.is_empty()).collect();
        assert_eq!(codes.len(), count, "{statement}: {found}");
        assert!(
            codes.iter().all(|code| code.starts_with("EXA-09 ")),
            "{found}"
        );
    }
}

#[test]
fn numbers_of_statements_are_unique() {
    let one = |seq: &str| {
        format!("{{ seq: {seq}, action: permit, protocol: ip, srcPrefix: any, dstPrefix: any }}")
    };
    for (second, expected) in [("11", ""), ("10", "EXA-09"), ("'10'", "SCH-02")] {
        let text = attachment(
            "a",
            &format!(
                "switch: {{ ip: 10.0.0.1/24 }}, neighbor: {{ asn: 1, ip: 10.0.0.2 }}, inboundACL: {{ statements: [{}, {}] }}",
                one("10"),
                one(second)
            ),
        );
        assert_eq!(
            found(&text).split(' ').next().unwrap(),
            expected,
            "{second}"
        );
    }
}

#[test]
fn peerings_with_externals() {
    let vpc = |name: &str, more: &str| {
        resource(
            "VPC",
            name,
            &format!("{more} subnets: {{ web: {{ subnet: 10.1.0.0/24, vlan: 1001 }} }}"),
        )
    };
    let peering = |vpc: &str, external: &str| {
        resource(
            "ExternalPeering",
            "p",
            &format!("permit: {{ vpc: {{ {vpc} }}, external: {{ {external} }} }}"),
        )
    };
    let all = "prefixes: [{ prefix: 0.0.0.0/0 }]";
    for (vpc_part, external_part, expected) in [
        ("name: v, subnets: [web]", format!("name: isp-1, {all}"), ""),
        (
            "name: v, subnets: [app]",
            format!("name: isp-1, {all}"),
            "EXP-06 14:45",
        ),
        (
            "name: w, subnets: [web]",
            format!("name: isp-1, {all}"),
            "EXP-04 14:32",
        ),
        (
            "name: v, subnets: [web]",
            format!("name: isp-2, {all}"),
            "EXP-04 14:71",
        ),
        (
            "subnets: [web]",
            format!("name: isp-1, {all}"),
            "EXP-02 14:19",
        ),
        ("name: v, subnets: [web]", all.to_owned(), "EXP-02 14:53"),
        // Without effect.
        ("name: v", format!("name: isp-1, {all}"), "EXP-07 14:32"),
        (
            "name: v, subnets: [web]",
            "name: isp-1, prefixes: []".to_owned(),
            "EXP-07 14:71",
        ),
        // Prefixes.
        (
            "name: v, subnets: [web]",
            "name: isp-1, prefixes: [{ prefix: '' }]".to_owned(),
            "EXP-03 14:99",
        ),
        (
            "name: v, subnets: [web]",
            "name: isp-1, prefixes: [{}]".to_owned(),
            "EXP-03 14:89",
        ),
        (
            "name: v, subnets: [web]",
            "name: isp-1, prefixes: [{ prefix: all }]".to_owned(),
            "EXP-03-G 14:99",
        ),
        (
            "name: v, subnets: [web]",
            "name: isp-1, prefixes: [{ prefix: 10.0.0.1/8 }]".to_owned(),
            "EXP-03-G 14:99",
        ),
    ] {
        let text = format!(
            "{}{}{}",
            vpc("v", ""),
            external(""),
            peering(vpc_part, &external_part)
        );
        assert_eq!(found(&text), expected, "{vpc_part} {external_part}");
    }
    let one = peering("name: v, subnets: [web]", &format!("name: isp-1, {all}"));
    let text = format!("{}{}{one}", vpc("v", "ipv4Namespace: lab,"), external(""));
    assert_eq!(found(&text), "EXP-05 14:71");
    assert_eq!(
        found_in(&text, &Settings::new(Release::R25_05)),
        "EXT-03 9:1, EXT-03 9:1"
    );
    let text = format!("{one}{}", one.replace("name: p }", "name: q }"));
    assert_eq!(found(&text), "EXP-07 8:19");
    // Nothing of the tree's: kept elsewhere.
    assert_eq!(found(&one), "");
}
