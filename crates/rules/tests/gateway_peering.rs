//! Rules of gateway peerings, at their boundaries.
#![allow(clippy::unwrap_used)]

mod support;

use hnp_model::{Finding, SourceFile};
use hnp_rules::{Outside, Release, Role, Settings, check_file, check_tree};

use support::{check, concise};

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

fn peering(name: &str, spec: &str) -> String {
    format!(
        "apiVersion: gateway.githedgehog.com/v1alpha1\nkind: GatewayPeering\nmetadata:\n  name: {name}\nspec:\n{spec}---\n"
    )
}

/// A peering of two with one line for each in flow style.
fn between(a: &str, a_exposes: &str, b: &str, b_exposes: &str) -> String {
    let name = format!("{}--{}", a.replace('.', "-"), b.replace('.', "-"));
    peering(
        &name,
        &format!(
            "  peering:\n    {a}: {{ expose: [{a_exposes}] }}\n    {b}: {{ expose: [{b_exposes}] }}\n"
        ),
    )
}

/// What the first party of two exposes; nothing is wrong with the other one.
fn exposing(expose: &str) -> String {
    between("vpc-1", expose, "vpc-2", "{ ips: [{ cidr: 10.2.0.0/24 }] }")
}

/// A peering with an ACL of one rule.
fn ruled(rule: &str) -> String {
    peering(
        "a",
        &format!(
            "  peering: {{ vpc-1: {{}}, ext.isp: {{}} }}\n  acl: {{ rules: [{{ action: deny, {rule} }}] }}\n"
        ),
    )
}

/// A VPC with two subnets.
fn vpc(n: u8) -> String {
    format!(
        "apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPC\nmetadata:\n  name: vpc-{n}\nspec:\n  subnets:\n    web: {{ subnet: 10.{n}.0.0/24, vlan: 10{n}1 }}\n    db: {{ subnet: 10.{n}.1.0/24, vlan: 10{n}2 }}\n---\n"
    )
}

#[test]
fn a_peering_has_two_parties() {
    for (spec, expected) in [
        ("  peering: { vpc-1: {}, vpc-2: {} }\n", vec![]),
        ("  peering: { vpc-1: {}, ext.isp: {} }\n", vec![]),
        ("  peering: { vpc-1: {} }\n", vec!["GWP-02"]),
        (
            "  peering: { a: {}, b: {}, c: {}, d: {} }\n",
            vec!["GWP-02"],
        ),
        ("  peering: {}\n", vec!["GWP-02"]),
        ("  peering:\n", vec!["GWP-02"]),
        ("  gatewayGroup: default\n", vec!["GWP-02"]),
        ("  peering: [vpc-1, vpc-2]\n", vec!["SCH-02"]),
        // The webhook looks into entries only where there are two.
        ("  peering: { vpc-1: {}, vpc-2: }\n", vec!["GWP-18"]),
        ("  peering: { vpc-1: , vpc-2: }\n", vec!["GWP-18", "GWP-18"]),
        ("  peering: { vpc-1: }\n", vec!["GWP-02"]),
    ] {
        assert_eq!(codes(&peering("a", spec)), expected, "{spec}");
    }
}

#[test]
fn an_expose_has_blocks_or_is_the_default() {
    for (expose, expected) in [
        ("{ default: true }", vec![]),
        ("{ default: true, ips: [], as: [] }", vec![]),
        ("{ default: false, ips: [{ cidr: 10.1.0.0/24 }] }", vec![]),
        (
            "{ default: true, ips: [{ cidr: 10.1.0.0/24 }] }",
            vec!["GWP-03"],
        ),
        (
            "{ default: true, as: [{ cidr: 10.1.0.0/24 }] }",
            vec!["GWP-03"],
        ),
        ("{ default: true, nat: { static: {} } }", vec!["GWP-03"]),
        ("{ default: false }", vec!["GWP-03"]),
        ("{}", vec!["GWP-03"]),
        ("{ ips: [] }", vec!["GWP-03"]),
        ("", vec![]),
        ("{ ips: [{ vpcSubnet: web }] }", vec![]),
        ("{ ips: [{ not: 10.1.0.0/24 }] }", vec![]),
        ("{ ips: [{}] }", vec!["GWP-03"]),
        ("{ ips: [{ cidr: \"\" }] }", vec!["GWP-03"]),
        ("{ ips: [{ cidr: \"\", not: 10.1.0.0/24 }] }", vec![]),
        (
            "{ ips: [{ cidr: 10.1.0.0/24, vpcSubnet: web }] }",
            vec!["GWP-03"],
        ),
        (
            "{ ips: [{ cidr: 10.1.0.0/24, not: 10.1.0.0/25, vpcSubnet: web }] }",
            vec!["GWP-03"],
        ),
        ("{ ips: [{ cidr: 10.1.0.0 }] }", vec!["GWP-03"]),
        ("{ ips: [{ not: 10.1.0.0/33 }] }", vec!["GWP-03"]),
        ("{ ips: [{ cidr: 10.1.0.7/24 }] }", vec![]),
        ("{ ips: [{ cidr: 2001:db8::/64 }] }", vec![]),
        ("{ ips: [web] }", vec!["SCH-02"]),
        ("{ ips: 10.1.0.0/24 }", vec!["SCH-02"]),
        ("web", vec!["SCH-02"]),
    ] {
        assert_eq!(codes(&exposing(expose)), expected, "{expose}");
    }
    let external = |expose: &str| codes(&between("vpc-1", "", "ext.isp", expose));
    assert!(external("{ ips: [{ cidr: 0.0.0.0/0 }] }").is_empty());
    assert_eq!(external("{ ips: [{ vpcSubnet: web }] }"), ["GWP-03"]);
}

#[test]
fn translation_is_whole() {
    let to = "ips: [{ cidr: 10.1.0.0/24 }], as: [{ cidr: 192.168.0.0/24 }]";
    for (expose, expected) in [
        (format!("{{ {to}, nat: {{ static: {{}} }} }}"), vec![]),
        (format!("{{ {to}, nat: {{ masquerade: {{}} }} }}"), vec![]),
        (format!("{{ {to} }}"), vec!["GWP-04"]),
        (format!("{{ {to}, nat: }}"), vec!["GWP-04"]),
        (format!("{{ {to}, nat: {{}} }}"), vec!["GWP-04"]),
        (format!("{{ {to}, nat: {{ static: }} }}"), vec!["GWP-04"]),
        (format!("{{ {to}, nat: {{ static: {{}}, masquerade: {{}} }} }}"), vec!["GWP-04"]),
        ("{ ips: [{ cidr: 10.1.0.0/24 }], nat: { static: {} } }".to_owned(), vec!["GWP-04"]),
        ("{ ips: [{ cidr: 10.1.0.0/24 }], as: [], nat: { static: {} } }".to_owned(), vec!["GWP-04"]),
        (
            "{ ips: [{ cidr: 10.1.0.0/24 }], as: [{}], nat: { static: {} } }".to_owned(),
            vec!["GWP-03"],
        ),
        (
            "{ ips: [{ cidr: 10.1.0.0/24 }], as: [{ cidr: a, not: 10.9.0.0/24 }], nat: { static: {} } }".to_owned(),
            vec!["GWP-03", "GWP-03"],
        ),
    ] {
        assert_eq!(codes(&exposing(&expose)), expected, "{expose}");
    }
}

#[test]
fn translations_of_the_two_sides_go_together() {
    let nat = |n: u8, way: &str| {
        format!(
            "{{ ips: [{{ cidr: 10.{n}.0.0/24 }}], as: [{{ cidr: 192.168.{n}.0/24 }}], nat: {{ {way} }} }}"
        )
    };
    let [masquerade, forward, fixed] = [
        "masquerade: {}",
        "portForward: { ports: [{ port: \"80\", as: \"8080\" }] }",
        "static: {}",
    ];
    let none = "{ ips: [{ cidr: 10.9.0.0/24 }] }".to_owned();
    let on_one_side = format!(
        "{}, {}, {}",
        nat(1, masquerade),
        nat(1, forward),
        nat(1, fixed)
    );
    for (a, b, fits) in [
        (nat(1, fixed), nat(2, fixed), true),
        (nat(1, masquerade), none.clone(), true),
        (on_one_side.clone(), none, true),
        (nat(1, masquerade), nat(2, masquerade), false),
        (nat(1, masquerade), nat(2, forward), false),
        (nat(1, forward), nat(2, forward), false),
        (nat(1, fixed), nat(2, forward), false),
        (nat(1, masquerade), nat(2, fixed), false),
        (on_one_side, nat(2, fixed), false),
        // What does not say how is another rule's, and no second finding.
    ] {
        let expected: &[&str] = if fits { &[] } else { &["GWP-06"] };
        assert_eq!(
            codes(&between("vpc-1", &a, "vpc-2", &b)),
            expected,
            "{a} {b}"
        );
    }
    let twofold = nat(1, "static: {}, masquerade: {}");
    assert_eq!(
        codes(&between("vpc-1", &twofold, "vpc-2", &nat(2, fixed))),
        ["GWP-04"]
    );
}

#[test]
fn ports_are_ports_or_ranges() {
    let forward = |forward: &str| {
        codes(&exposing(&format!(
            "{{ ips: [{{ cidr: 10.1.0.0/24 }}], as: [{{ cidr: 192.168.1.0/24 }}], nat: {{ portForward: {forward} }} }}"
        )))
    };
    let ports = |text: &str| forward(&format!("{{ ports: [{{ port: \"{text}\", as: \"1\" }}] }}"));
    for good in ["1", "65535", "8000-8099", "80 - 90", "080"] {
        assert!(ports(good).is_empty(), "{good}");
        assert!(
            codes(&ruled(&format!(
                "from: vpc-1, match: {{ src: [{{ ports: [\"{good}\"] }}] }}"
            )))
            .is_empty()
        );
    }
    for bad in [
        "", "0", "65536", "80,443", " 80", "90-80", "80-", "-80", "http", "1-2-3",
    ] {
        assert_eq!(ports(bad), ["GWP-05"], "{bad}");
        let rule = format!("from: vpc-1, match: {{ dst: [{{ ports: [\"{bad}\"] }}] }}");
        assert_eq!(codes(&ruled(&rule)), ["GWP-07"], "{bad}");
    }
    assert_eq!(forward("{}"), ["GWP-05"]);
    assert_eq!(forward("{ ports: [] }"), ["GWP-05"]);
    assert_eq!(forward("{ ports: [{}] }"), ["GWP-05", "GWP-05"]);
    assert_eq!(forward("{ ports: [{ port: 80, as: \"80\" }] }"), ["SCH-02"]);
    assert_eq!(
        forward("{ ports: [{ proto: sctp, port: \"80\", as: \"80\" }] }").len(),
        1
    );
}

#[test]
fn idle_timeouts_are_durations() {
    let timeout = |text: &str| {
        codes(&exposing(&format!(
            "{{ ips: [{{ cidr: 10.1.0.0/24 }}], as: [{{ cidr: 192.168.1.0/24 }}], nat: {{ masquerade: {{ idleTimeout: {text} }} }} }}"
        )))
    };
    for good in ["2m0s", "90s", "1.5h", "\"0\"", ""] {
        assert!(timeout(good).is_empty(), "{good}");
    }
    for bad in ["5 minutes", "\"5\"", "\"\"", "1d"] {
        assert_eq!(timeout(bad), ["GWP-19"], "{bad}");
    }
    assert_eq!(timeout("5"), ["SCH-02"]);
}

#[test]
fn rules_of_an_acl() {
    let name = |length: usize| format!("from: vpc-1, name: {}", "a".repeat(length));
    for (rule, expected) in [
        ("from: vpc-1".to_owned(), vec![]),
        ("to: ext.isp".to_owned(), vec![]),
        ("from: ext.isp, to: vpc-1".to_owned(), vec![]),
        ("log: true".to_owned(), vec!["GWP-07"]),
        ("from: \"\", to: \"\"".to_owned(), vec!["GWP-07"]),
        ("from: isp".to_owned(), vec!["GWP-07"]),
        ("from: vpc-1, to: vpc-2".to_owned(), vec!["GWP-07"]),
        ("from: vpc-1, to: vpc-1".to_owned(), vec!["GWP-07-G"]),
        (name(64), vec![]),
        (name(65), vec!["GWP-07"]),
        ("from: vpc-1, name: a.b".to_owned(), vec![]),
        ("from: vpc-1, name: a_b".to_owned(), vec!["GWP-07"]),
        (
            "from: vpc-1, match: { src: [{ cidr: 10.0.0.7/8 }] }".to_owned(),
            vec![],
        ),
        (
            "from: vpc-1, match: { src: [{ cidr: 10.0.0.0 }] }".to_owned(),
            vec!["GWP-07"],
        ),
        (
            "from: vpc-1, match: { src: [{ cidr: 10.0.0.0/8, vpcSubnet: web }] }".to_owned(),
            vec!["GWP-07"],
        ),
        ("from: vpc-1, match: { dst: [{}] }".to_owned(), vec![]),
        ("from: vpc-1, match: { proto: udp }".to_owned(), vec![]),
        ("from: vpc-1, match: { proto: \"\" }".to_owned(), vec![]),
        ("from: vpc-1, match: { proto: \"1\" }".to_owned(), vec![]),
        ("from: vpc-1, match: { proto: \"255\" }".to_owned(), vec![]),
        (
            "from: vpc-1, match: { proto: \"256\" }".to_owned(),
            vec!["GWP-07-G"],
        ),
        (
            "from: vpc-1, match: { proto: \"-1\" }".to_owned(),
            vec!["GWP-07-G"],
        ),
        (
            "from: vpc-1, match: { proto: TCP }".to_owned(),
            vec!["GWP-07"],
        ),
        (
            "from: vpc-1, match: { proto: icmp }".to_owned(),
            vec!["GWP-07"],
        ),
        (
            "from: vpc-1, match: { proto: 1 }".to_owned(),
            vec!["SCH-02"],
        ),
    ] {
        assert_eq!(codes(&ruled(&rule)), expected, "{rule}");
    }
    let text = ruled("from: vpc-1, match: { proto: TCP }");
    let fix = check(text.as_str(), &Settings::default())[0]
        .fix
        .clone()
        .unwrap();
    assert_eq!(support::mended(&text, &fix), text.replace("TCP", "tcp"));
    // Of one party nobody knows the other.
    let one = "  peering: { vpc-1: {} }\n  acl: { rules: [{ action: deny, from: vpc-2 }] }\n";
    assert_eq!(codes(&peering("a", one)), ["GWP-02"]);
    // `acl` is no field before 26.03.
    let old = Settings::new(Release::R26_02);
    assert_eq!(codes_by(&ruled("from: isp"), &old), ["SCH-01"]);
}

#[test]
fn groups_and_parties_exist() {
    let group = "apiVersion: gateway.githedgehog.com/v1alpha1\nkind: GatewayGroup\nmetadata:\n  name: edge\nspec: {}\n---\n";
    let external = "apiVersion: vpc.githedgehog.com/v1beta1\nkind: External\nmetadata:\n  name: isp\nspec: { static: { prefixes: [0.0.0.0/0] } }\n---\n";
    let tree = format!("{group}{external}{}{}", vpc(1), vpc(2));
    for (spec, expected) in [
        (
            "  gatewayGroup: edge\n  peering: { vpc-1: {}, vpc-2: {} }\n",
            vec![],
        ),
        (
            "  gatewayGroup: default\n  peering: { vpc-1: {}, vpc-2: {} }\n",
            vec![],
        ),
        ("  peering: { vpc-1: {}, ext.isp: {} }\n", vec![]),
        (
            "  gatewayGroup: core\n  peering: { vpc-1: {}, vpc-2: {} }\n",
            vec!["GWP-08"],
        ),
        ("  peering: { vpc-1: {}, vpc-3: {} }\n", vec!["GWP-09"]),
        ("  peering: { vpc-1: {}, isp: {} }\n", vec!["GWP-09"]),
        ("  peering: { vpc-1: {}, ext.vpc-2: {} }\n", vec!["GWP-09"]),
        ("  peering: { vpc-1: {}, ext.: {} }\n", vec!["GWP-09"]),
    ] {
        let text = format!("{tree}{}", peering("a", spec));
        let found: Vec<_> = codes(&text)
            .into_iter()
            .filter(|code| code.starts_with("GW"))
            .collect();
        assert_eq!(found, expected, "{spec}");
    }
    // Alone in its tree a peering refers to what is kept elsewhere.
    assert!(
        codes(&peering(
            "a",
            "  gatewayGroup: core\n  peering: { vpc-1: {}, ext.isp: {} }\n"
        ))
        .is_empty()
    );
}

#[test]
fn a_gateway_serves_the_group() {
    let gateway = |groups: &str| {
        format!(
            "apiVersion: gateway.githedgehog.com/v1alpha1\nkind: Gateway\nmetadata:\n  name: gateway-1\nspec:\n  interfaces: {{ enp2s1: {{}} }}\n  groups: {groups}\n---\n"
        )
    };
    let of = |group: &str| {
        peering(
            "a",
            &format!("  gatewayGroup: {group}\n  peering: {{ vpc-1: {{}}, vpc-2: {{}} }}\n"),
        )
    };
    for (groups, group, expected) in [
        ("[]", "default", vec![]),
        ("[]", "\"\"", vec![]),
        ("[{ name: edge }]", "edge", vec![]),
        ("[{ name: edge }, { name: default }]", "default", vec![]),
        ("[{ name: edge }]", "default", vec!["GWP-17"]),
        ("[]", "edge", vec!["GWP-17"]),
    ] {
        let text = format!("{}{}", gateway(groups), of(group));
        assert_eq!(codes(&text), expected, "{groups} {group}");
    }
    let here = Settings {
        outside: Outside::Kinds(["VPC", "GatewayGroup"].map(str::to_owned).into()),
        ..Settings::default()
    };
    assert_eq!(codes_by(&of("default"), &here), ["GWP-17"]);
}

#[test]
fn exposed_blocks_lie_in_one_subnet() {
    for (block, expected) in [
        ("cidr: 10.1.0.0/24", vec![]),
        ("cidr: 10.1.1.128/25", vec![]),
        ("cidr: 10.1.1.7/24", vec![]),
        // Two subnets that touch are not one.
        ("cidr: 10.1.0.0/23", vec!["GWP-10"]),
        ("cidr: 10.2.0.0/24", vec!["GWP-10"]),
        ("not: 10.9.0.0/24", vec![]),
        ("vpcSubnet: db", vec![]),
        ("vpcSubnet: bd", vec!["GWP-10"]),
    ] {
        let expose = format!("{{ ips: [{{ {block} }}] }}");
        let text = format!(
            "{}{}{}",
            vpc(1),
            vpc(2),
            between("vpc-1", &expose, "vpc-2", "")
        );
        assert_eq!(codes(&text), expected, "{block}");
    }
    // Translated blocks belong to nobody.
    let nat = "{ ips: [{ vpcSubnet: web }], as: [{ cidr: 203.0.113.0/24 }], nat: { static: {} } }";
    assert!(
        codes(&format!(
            "{}{}{}",
            vpc(1),
            vpc(2),
            between("vpc-1", nat, "vpc-2", "")
        ))
        .is_empty()
    );
    // A subnet that cannot be read might hold it.
    let broken = vpc(1).replace("10.1.1.0/24", "10.1.1.0");
    let text = format!(
        "{broken}{}{}",
        vpc(2),
        between("vpc-1", "{ ips: [{ cidr: 10.1.9.0/24 }] }", "vpc-2", "")
    );
    assert_eq!(codes(&text), ["VPC-12"]);
}

#[test]
fn what_peerings_expose_to_one_party_does_not_overlap() {
    let plain = |cidr: &str| format!("{{ ips: [{{ cidr: {cidr} }}] }}");
    let nat = |cidr: &str| {
        format!(
            "{{ ips: [{{ cidr: 10.9.0.0/24 }}], as: [{{ cidr: {cidr} }}], nat: {{ static: {{}} }} }}"
        )
    };
    let first = between("vpc-1", &plain("10.1.0.0/24"), "vpc-2", "");
    for (second, expected) in [
        (between("vpc-3", &plain("10.1.1.0/24"), "vpc-2", ""), vec![]),
        (
            between("vpc-3", &plain("10.1.0.0/16"), "vpc-2", ""),
            vec!["GWP-11"],
        ),
        (
            between("vpc-2", "", "ext.isp", &plain("10.1.0.7/32")),
            vec!["GWP-11"],
        ),
        (
            between("vpc-3", &nat("10.1.0.128/25"), "vpc-2", ""),
            vec!["GWP-11"],
        ),
        (between("vpc-3", &nat("10.1.2.0/24"), "vpc-2", ""), vec![]),
        // To another party, or from it.
        (between("vpc-3", &plain("10.1.0.0/24"), "vpc-4", ""), vec![]),
        (between("vpc-3", "", "vpc-2", &plain("10.1.0.0/24")), vec![]),
        (between("vpc-2", "", "ext.isp", "{ default: true }"), vec![]),
        (
            between("vpc-3", "{ ips: [{ cidr: 10.1.0.0 }] }", "vpc-2", ""),
            vec!["GWP-03"],
        ),
        (
            peering(
                "z",
                &format!(
                    "  peering: {{ vpc-2: {{}}, vpc-3: {{ expose: [{}] }}, vpc-4: {{}} }}\n",
                    plain("10.1.0.0/24")
                ),
            ),
            vec!["GWP-02"],
        ),
    ] {
        assert_eq!(codes(&format!("{first}{second}")), expected, "{second}");
    }
    // Within one peering nobody compares.
    let twice = format!("{}, {}", plain("10.1.0.0/24"), plain("10.1.0.0/25"));
    assert!(codes(&between("vpc-1", &twice, "vpc-2", "")).is_empty());
    // To an External too.
    let to_isp = |vpc: &str| between(vpc, &plain("10.1.0.0/24"), "ext.isp", "");
    assert_eq!(
        codes(&format!("{}{}", to_isp("vpc-1"), to_isp("vpc-2"))),
        ["GWP-11"]
    );
}

#[test]
fn a_subnet_by_name_counts_as_its_block() {
    let by_name = between("vpc-1", "{ ips: [{ vpcSubnet: web }] }", "vpc-2", "");
    let with = |cidr: &str| {
        let nat = format!(
            "{{ ips: [{{ vpcSubnet: web }}], as: [{{ cidr: {cidr} }}], nat: {{ static: {{}} }} }}"
        );
        let other = between("vpc-3", &nat, "vpc-2", "");
        concise(&check(
            format!("{}{}{}{by_name}{other}", vpc(1), vpc(2), vpc(3)),
            &Settings::default(),
        ))
    };
    assert_eq!(
        with("10.1.0.0/25"),
        "GWP-12 warning 34:44 peering `vpc-1--vpc-2` exposes this to `vpc-2` without a `cidr`, and peering `vpc-3--vpc-2` exposes something to it too
  43:65 peering `vpc-3--vpc-2`
GWP-11 error 43:65 10.1.0.0/25 that peering `vpc-3--vpc-2` exposes to `vpc-2` overlaps 10.1.0.0/24 that peering `vpc-1--vpc-2` exposes to it
  34:44 peering `vpc-1--vpc-2` exposes it here\n"
    );
    // Upstream refuses this too, though nothing overlaps.
    assert!(with("192.168.0.0/24").starts_with("GWP-12 warning 34:44"));
    assert!(!with("192.168.0.0/24").contains("GWP-11"));
    // Alone it is read as it should be.
    assert!(codes(&format!("{}{}{by_name}", vpc(1), vpc(2))).is_empty());
    let with_not = between(
        "vpc-1",
        "{ ips: [{ cidr: 10.1.0.0/24 }, { not: 10.1.0.7/32 }] }",
        "vpc-2",
        "",
    );
    let other = between("vpc-3", "{ ips: [{ cidr: 10.3.0.0/24 }] }", "vpc-2", "");
    assert_eq!(codes(&format!("{with_not}{other}")), ["GWP-12"]);
    let default = between("vpc-2", "", "ext.isp", "{ default: true }");
    assert!(codes(&format!("{with_not}{default}")).is_empty());
}

#[test]
fn subnets_of_an_acl_are_those_of_its_side() {
    let with = |rule: &str| {
        let spec = format!(
            "  peering: {{ vpc-1: {{}}, PARTY: {{}} }}\n  acl: {{ rules: [{{ action: deny, {rule} }}] }}\n"
        );
        let vpc_2 = vpc(2).replace("web", "app");
        move |party: &str| {
            let text = format!(
                "{}{vpc_2}{}",
                vpc(1),
                peering("a", &spec.replace("PARTY", party))
            );
            codes(&text)
        }
    };
    for (rule, fits) in [
        ("from: vpc-1, match: { src: [{ vpcSubnet: web }] }", true),
        ("from: vpc-1, match: { dst: [{ vpcSubnet: app }] }", true),
        ("to: vpc-1, match: { src: [{ vpcSubnet: app }] }", true),
        ("to: vpc-1, match: { dst: [{ vpcSubnet: web }] }", true),
        (
            "from: vpc-1, to: vpc-2, match: { src: [{ vpcSubnet: web }], dst: [{ vpcSubnet: app }] }",
            true,
        ),
        ("from: vpc-1, match: { src: [{ vpcSubnet: app }] }", false),
        ("from: vpc-1, match: { dst: [{ vpcSubnet: web }] }", false),
        ("to: vpc-1, match: { src: [{ vpcSubnet: web }] }", false),
    ] {
        let expected: &[&str] = if fits { &[] } else { &["GWP-13"] };
        assert_eq!(with(rule)("vpc-2"), expected, "{rule}");
    }
    // An External has no subnets; a party that is missing is said once.
    let rule = "from: vpc-1, match: { dst: [{ vpcSubnet: app }] }";
    assert_eq!(with(rule)("ext.isp"), ["GWP-13"]);
    assert_eq!(with(rule)("vpc-3"), ["GWP-09"]);
    assert_eq!(
        with("from: vpc-9, match: { src: [{ vpcSubnet: x }] }")("vpc-2"),
        ["GWP-07"]
    );
    assert_eq!(
        with("match: { src: [{ vpcSubnet: x }] }")("vpc-2"),
        ["GWP-07"]
    );
}

fn tree(files: &[(&str, Role, String)]) -> Vec<Finding> {
    let settings = Settings::default();
    let read = |(path, role, text): &(&str, Role, String)| {
        let file = SourceFile {
            path: (*path).to_owned(),
            bytes: text.clone().into_bytes(),
        };
        check_file(file, *role, &settings)
    };
    let checked: Vec<_> = files.iter().map(read).collect();
    let texts = |_, path: &str| {
        let file = files.iter().find(|file| file.0 == path)?;
        Some(file.2.clone().into_bytes())
    };
    check_tree(&checked, &settings, &texts).0
}

#[test]
fn what_is_unmanaged_counts_and_is_not_blamed() {
    let expose = "{ ips: [{ cidr: 10.1.0.0/24 }] }";
    let found = tree(&[
        (
            "managed/a.yaml",
            Role::Managed,
            between("vpc-1", expose, "vpc-2", ""),
        ),
        (
            "unmanaged/b.yaml",
            Role::Context,
            between("vpc-3", expose, "vpc-2", ""),
        ),
    ]);
    let places: Vec<_> = found
        .iter()
        .map(|f| format!("{} {}", f.code, f.place))
        .collect();
    assert_eq!(places, ["GWP-11 managed/a.yaml:7:39"]);
    assert_eq!(found[0].related[0].place.file, "unmanaged/b.yaml");
}

#[test]
fn hostile_shapes_end_in_findings() {
    for spec in [
        "  peering: { a: { expose: { ips: x } }, b: [] }\n",
        "  peering: { a: { expose: [[], null, { ips: {}, as: x, nat: [] }] }, b: x }\n",
        "  peering: { a: { expose: [{ nat: { portForward: [], masquerade: 5, static: x } }] }, b: {} }\n",
        "  peering: { a: {}, b: {} }\n  acl: [x]\n",
        "  peering: { a: {}, b: {} }\n  acl: { rules: [x, { match: [], from: [], to: {} }, { match: { src: x, dst: [x, { ports: x }] } }] }\n",
        "  peering: { a: &a { expose: [{ ips: [{ cidr: 10.0.0.0/8 }] }] }, b: *a }\n  gatewayGroup: []\n",
    ] {
        let _ = codes(&peering("a", spec));
    }
}
