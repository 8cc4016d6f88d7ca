//! The rules of Switches and SwitchProfiles at their bounds.
#![allow(clippy::unwrap_used)]

mod support;

use std::fmt::Write as _;

use hnp_rules::ports::{Breakouts, Port, Speeds, builtin, builtins};
use hnp_rules::settings::Outside;
use hnp_rules::{Release, Settings};

use support::{check, check_step, concise};

fn wiring(kind: &str, name: &str, spec: &str) -> String {
    format!(
        "---\napiVersion: wiring.githedgehog.com/v1beta1\nkind: {kind}\nmetadata:\n  name: {name}\nspec:\n{spec}\n"
    )
}

fn switch(name: &str, spec: &str) -> String {
    wiring("Switch", name, &format!("  role: server-leaf\n{spec}"))
}

/// A switch of a profile with a part of its spec, on one line.
fn with(profile: &str, spec: &str) -> String {
    switch("leaf-01", &format!("  profile: {profile}\n  {spec}"))
}

/// Codes of what is found by rules whose codes start so, each with the text it points at, where that is on one line.
fn found_in(text: &str, prefix: &str, settings: &Settings) -> Vec<String> {
    check(text, settings)
        .into_iter()
        .filter(|finding| finding.code.starts_with(prefix))
        .map(|finding| {
            let at = &text[finding.place.span.range()];
            format!("{} {at}", finding.code)
        })
        .collect()
}

fn found(text: &str, prefix: &str) -> Vec<String> {
    found_in(text, prefix, &Settings::default())
}

/// Cases of one rule: what stands in the switch, and what is pointed at; nothing where it is accepted.
fn table(code: &str, profile: &str, cases: &[(&str, Option<&str>)]) {
    for (spec, wrong) in cases {
        let text = with(profile, spec);
        let expected: Vec<String> = wrong.iter().map(|at| format!("{code} {at}")).collect();
        assert_eq!(found(&text, "SW-"), expected, "{spec}");
    }
}

#[test]
fn redundancy_has_a_group_and_a_type_or_neither() {
    table(
        "SW-04",
        "dell-s5248f-on",
        &[
            ("redundancy: { group: pair, type: eslag }", None),
            ("redundancy: {}", None),
            ("redundancy: { group: \"\", type: \"\" }", None),
            ("redundancy: { group: pair }", Some("pair")),
            ("redundancy: { type: eslag }", Some("eslag")),
        ],
    );
}

#[test]
fn vlan_namespaces_exist_and_share_no_vlan() {
    let namespaces: String = [
        ("default", "{ from: 100, to: 200 }"),
        ("next", "{ from: 201, to: 300 }"),
        ("touching", "{ from: 200, to: 250 }"),
        ("inside", "{ from: 120 }"),
        ("broken", "{ from: 150, to: 140 }"),
    ]
    .into_iter()
    .map(|(name, range)| wiring("VLANNamespace", name, &format!("  ranges:\n  - {range}")))
    .collect();
    for (list, expected) in [
        ("[default, next]", &[][..]),
        ("[next, default]", &[]),
        ("[default, touching]", &["SW-06 touching"]),
        ("[touching, default]", &["SW-06 default"]),
        (
            "[next, touching, default]",
            &["SW-06 touching", "SW-06 default"],
        ),
        ("[inside, default]", &["SW-06 default"]),
        ("[default, default]", &["SW-06 default"]),
        ("[default, lost]", &["SW-05 lost"]),
        ("[lost, lost]", &["SW-05 lost", "SW-05 lost"]),
        ("[default, broken]", &[]),
        ("[]", &[]),
    ] {
        let text = namespaces.clone() + &with("vs", &format!("vlanNamespaces: {list}"));
        assert_eq!(found(&text, "SW-"), expected, "{list}");
    }
    // Without a namespace of its own a switch carries `default`.
    let text = wiring(
        "VLANNamespace",
        "lab",
        "  ranges:\n  - { from: 100, to: 200 }",
    ) + &with("vs", "");
    assert_eq!(found(&text, "SW-"), ["SW-05 leaf-01"]);
}

#[test]
fn groups_exist() {
    let group = wiring("SwitchGroup", "pair", "  {}");
    for (spec, expected) in [
        ("groups: [pair]", &[][..]),
        ("groups: [pair, lost]", &["SW-07 lost"]),
        ("groups: [\"\"]", &["SW-07 \"\""]),
        ("redundancy: { group: pair, type: eslag }", &[]),
        ("redundancy: { group: lost, type: eslag }", &["SW-07 lost"]),
        (
            "{ groups: [lost], redundancy: { group: lost, type: eslag } }",
            &["SW-07 lost"],
        ),
    ] {
        let spec = spec
            .trim_matches(['{', '}'])
            .trim()
            .replace("], r", "]\n  r");
        let spec = if spec.ends_with("eslag") {
            spec + " }"
        } else {
            spec
        };
        let text = group.clone() + &with("dell-s5248f-on", &spec);
        assert_eq!(found(&text, "SW-"), expected, "{spec}");
    }
}

#[test]
fn a_redundancy_group_has_up_to_four_switches_of_one_kind() {
    let member = |n: usize, profile: &str, of: &str| {
        switch(
            &format!("leaf-{n}"),
            &format!("  profile: {profile}\n  redundancy: {{ group: pair, type: {of} }}"),
        )
    };
    let same = |count: usize| -> String {
        (1..=count)
            .map(|n| member(n, "dell-s5248f-on", "eslag"))
            .collect()
    };
    assert_eq!(found(&same(1), "SW-"), [""; 0]);
    assert_eq!(found(&same(4), "SW-"), [""; 0]);
    assert_eq!(found(&same(5), "SW-"), ["SW-25 pair"]);
    assert_eq!(found(&same(7), "SW-"), ["SW-25 pair"]);
    let other = same(1) + &member(2, "dell-s5232f-on", "eslag");
    assert_eq!(found(&other, "SW-"), ["SW-25 dell-s5232f-on"]);
    let mixed = same(1) + &member(2, "dell-s5248f-on", "mclag");
    assert_eq!(found(&mixed, "SW-"), ["SW-14-G mclag", "SW-24 mclag"]);
}

#[test]
fn a_profile_is_built_in_or_of_the_repository() {
    assert_eq!(found(&with("vs", ""), "SW-"), [""; 0]);
    assert_eq!(found(&with("celestica-ds5000-clsp", ""), "SW-"), [""; 0]);
    assert_eq!(found(&with("lab-8", ""), "SW-"), ["SW-08 lab-8"]);
    assert_eq!(found(&switch("leaf-01", ""), "SW-"), ["SW-03 leaf-01"]);
    // Of a role that the schema refuses nothing more is said.
    let bad = wiring("Switch", "leaf-01", "  role: leaf");
    assert_eq!(found(&bad, "S"), ["SCH-04 leaf"]);
    let own = with("lab-8", "") + &profile("lab-8", "E1/1", "SFP28-25G");
    assert_eq!(found(&own, "SW-"), [""; 0]);

    let mut settings = Settings::default();
    settings.network.extra_switch_profiles = true;
    // The fabric may have profiles of its own that the repository does not hold; where it holds one, it holds them all.
    assert_eq!(found_in(&with("lab-8", ""), "SW-", &settings), [""; 0]);
    let others = with("lab-8", "") + &profile("lab-9", "E1/1", "SFP28-25G");
    assert_eq!(found_in(&others, "SW-", &settings), ["SW-08 lab-8"]);
    settings.network.extra_switch_profiles = false;
    settings.outside = Outside::Kinds(vec!["SwitchProfile".to_owned()]);
    assert_eq!(found_in(&with("lab-8", ""), "SW-08", &settings), [""; 0]);

    let old = Settings::new(Release::Beta1);
    assert_eq!(found_in(&with("lab-8", ""), "SW-", &old), [""; 0]);
}

#[test]
fn the_name_of_a_profile_that_was_meant_is_offered() {
    let findings = check(with("dell-s5248f", ""), &Settings::default());
    assert_eq!(
        findings[0].help.as_deref(),
        Some("did you mean `dell-s5248f-on`?")
    );
    let fix = findings[0].fix.as_ref().unwrap();
    assert!(!fix.safe);
    let text = support::mended(&with("dell-s5248f", ""), fix);
    assert_eq!(found(&text, "SW-"), [""; 0]);
}

#[test]
fn port_groups_have_the_speeds_of_their_profile() {
    table(
        "SW-09",
        "dell-s5248f-on",
        &[
            ("portGroupSpeeds: { \"1\": 10G, \"12\": 25G }", None),
            ("portGroupSpeeds: { \"1\": SPEED_10G }", None),
            ("portGroupSpeeds: { \"1\": 40G }", Some("40G")),
            ("portGroupSpeeds: { \"1\": }", Some("\"1\"")),
            ("portGroupSpeeds: { \"13\": 10G }", Some("\"13\"")),
            ("portGroupSpeeds: { \"01\": 10G }", Some("\"01\"")),
        ],
    );
}

#[test]
fn ports_have_the_speeds_of_their_profile() {
    table(
        "SW-10",
        "celestica-ds2000",
        &[
            ("portSpeeds: { E1/1: 10G, E1/48: 25G, E1/50: 40G }", None),
            ("portSpeeds: { E1/1: SPEED_10G }", None),
            ("portSpeeds: { E1/1: 100G }", Some("100G")),
            ("portSpeeds: { E1/49: 100G }", Some("E1/49")),
            ("portSpeeds: { E1/49/1: 25G }", Some("E1/49/1")),
            ("portSpeeds: { E1/57: 25G }", Some("E1/57")),
            ("portSpeeds: { M1: 1G }", Some("M1")),
        ],
    );
    table(
        "SW-10",
        "dell-s5248f-on",
        &[("portSpeeds: { E1/1: 25G }", Some("E1/1"))],
    );
}

#[test]
fn ports_are_broken_out_as_their_profile_allows() {
    table(
        "SW-11",
        "celestica-ds2000",
        &[
            ("portBreakouts: { E1/49: 4x25G, E1/56: 1x40G }", None),
            ("portBreakouts: { E1/49: 2x50G }", Some("2x50G")),
            ("portBreakouts: { E1/49: }", Some("E1/49")),
            ("portBreakouts: { E1/49/1: 4x25G }", Some("E1/49/1")),
            ("portBreakouts: { E1/1: 1x25G }", Some("E1/1")),
            ("portBreakouts: { M1: 1x1G }", Some("M1")),
        ],
    );
}

#[test]
fn auto_negotiation_is_set_where_it_may_be() {
    table(
        "SW-12",
        "dell-s5248f-on",
        &[
            ("portAutoNegs: {}", None),
            ("portAutoNegs: { E1/1: true }", Some("E1/1")),
            ("portAutoNegs: { E1/1: false }", Some("E1/1")),
            ("portAutoNegs: { M1: true }", Some("M1")),
        ],
    );
    // Breakout ports of this one allow it, lane by lane.
    table(
        "SW-12",
        "celestica-ds5000",
        &[
            ("portAutoNegs: { E1/1/1: false }", None),
            ("portAutoNegs: { E1/1: true }", Some("E1/1")),
            ("portAutoNegs: { E1/1/9: true }", Some("E1/1/9")),
        ],
    );
}

#[test]
fn error_correction_is_set_lane_by_lane_where_a_port_is_broken_out() {
    table(
        "SW-13",
        "dell-s5232f-on",
        &[
            ("portFECs: { E1/1: rs }", None),
            ("portFECs: { E1/1/1: rs }", None),
            ("portFECs: { E1/1/2: rs }", Some("E1/1/2")),
            ("portFECs: { M1: rs }", Some("M1")),
            (
                "portFECs: { E1/1: rs }\n  portBreakouts: { E1/1: 4x25G }",
                Some("E1/1"),
            ),
            (
                "portFECs: { E1/1/4: rs }\n  portBreakouts: { E1/1: 4x25G }",
                None,
            ),
        ],
    );
    let text = with("dell-s5232f-on", "portFECs: { M1: rs }");
    let before = Settings::new(Release::R26_02);
    assert_eq!(found_in(&text, "SW-13", &before), [""; 0]);
}

#[test]
fn features_are_those_of_the_profile() {
    table("SW-14", "celestica-ds3000", &[("roce: true", None)]);
    table(
        "SW-14",
        "celestica-ds2000",
        &[
            ("roce: false", None),
            ("roce: true", Some("true")),
            ("ecmp: { roceQPN: true }", Some("true")),
            ("ecmp: { roceQPN: false }", None),
            ("redundancy: { group: pair, type: eslag }", None),
        ],
    );
    table(
        "SW-14",
        "celestica-ds4000",
        &[("redundancy: { group: pair, type: eslag }", Some("eslag"))],
    );
    let pair = with(
        "celestica-ds4000",
        "redundancy: { group: pair, type: mclag }",
    );
    assert_eq!(found(&pair, "SW-14"), ["SW-14-G mclag"]);
    let before = Settings::new(Release::R26_02);
    assert_eq!(found_in(&pair, "SW-14", &before), ["SW-14 mclag"]);
}

#[test]
fn lanes_fit_the_pipelines() {
    // Four ports a pipeline, 18 lanes at most.
    table(
        "SW-15",
        "celestica-ds4000",
        &[
            ("portBreakouts: { E1/1: 8x50G, E1/2: 8x50G }", None),
            (
                "portBreakouts: { E1/1: 8x50G, E1/2: 8x50G, E1/5: 8x50G }",
                None,
            ),
            (
                "portBreakouts: { E1/1: 8x50G, E1/2: 8x50G, E1/3: 2x200G }",
                Some("E1/3"),
            ),
            (
                "portBreakouts: { E1/1: 8x50G, E1/2: 8x50G, E1/3: 2x200G, E1/5: 2x200G }",
                Some("E1/3"),
            ),
        ],
    );
    // The mode is what is wrong, and nothing is counted.
    table(
        "SW-11",
        "celestica-ds4000",
        &[(
            "portBreakouts: { E1/1: 8x50G, E1/2: 8x50G, E1/3: 9x50G }",
            Some("9x50G"),
        )],
    );
}

/// A hydrated switch: role, ASN, `ip`, `protocolIP`, `vtepIP`, and more.
fn hydrated(name: &str, fields: [&str; 5], more: &str) -> String {
    let [role, asn, ip, protocol, vtep] = fields;
    let mut spec = format!("  role: {role}\n  profile: dell-s5248f-on\n");
    for (key, value) in [
        ("asn", asn),
        ("ip", ip),
        ("protocolIP", protocol),
        ("vtepIP", vtep),
    ] {
        if !value.is_empty() {
            writeln!(spec, "  {key}: {value}").unwrap();
        }
    }
    wiring("Switch", name, &(spec + more))
}

const LEAF: [&str; 5] = [
    "server-leaf",
    "65101",
    "172.30.0.8/21",
    "172.30.8.2/32",
    "172.30.12.0/32",
];
const SPINE: [&str; 5] = ["spine", "65100", "172.30.0.7/21", "172.30.8.1/32", ""];

fn instead(of: [&'static str; 5], at: usize, value: &'static str) -> [&'static str; 5] {
    let mut fields = of;
    fields[at] = value;
    fields
}

#[test]
fn hydrated_switches_have_addresses_that_can_be() {
    for (fields, expected) in [
        (LEAF, &[][..]),
        (SPINE, &[]),
        (instead(LEAF, 1, ""), &["SW-03 leaf-01"]),
        (instead(LEAF, 1, "0"), &["SW-03 0"]),
        (instead(LEAF, 2, ""), &["SW-03 leaf-01"]),
        (instead(LEAF, 3, ""), &["SW-03 leaf-01"]),
        (instead(LEAF, 4, ""), &["SW-03 leaf-01"]),
        (
            instead(SPINE, 4, "172.30.12.1/32"),
            &["SW-03 172.30.12.1/32"],
        ),
        // The length of the management address does not count, where it lies does.
        (instead(LEAF, 2, "172.30.3.255/32"), &[]),
        (instead(LEAF, 2, "172.30.4.0/21"), &["SW-16 172.30.4.0/21"]),
        (
            instead(LEAF, 2, "172.30.7.255/21"),
            &["SW-16 172.30.7.255/21"],
        ),
        (instead(LEAF, 2, "172.29.0.8/21"), &["SW-16 172.29.0.8/21"]),
        (instead(LEAF, 2, "172.30.0.1/21"), &["SW-16 172.30.0.1/21"]),
        (instead(LEAF, 2, "172.30.0.8"), &["SW-16 172.30.0.8"]),
        (instead(LEAF, 3, "172.30.11.255/32"), &[]),
        (
            instead(LEAF, 3, "172.30.12.0/32"),
            &["SW-17 172.30.12.0/32"],
        ),
        (instead(LEAF, 3, "172.30.8.2/31"), &["SW-17 172.30.8.2/31"]),
        (
            instead(LEAF, 3, "172.30.08.2/32"),
            &["SW-17 172.30.08.2/32"],
        ),
        (instead(LEAF, 1, "65533"), &[]),
        (instead(LEAF, 1, "65534"), &["SW-18 65534"]),
        (instead(LEAF, 1, "65100"), &["SW-18 65100"]),
        (instead(SPINE, 1, "65101"), &["SW-18 65101"]),
        (instead(LEAF, 4, "172.30.15.255/32"), &[]),
        (
            instead(LEAF, 4, "172.30.16.0/32"),
            &["SW-19 172.30.16.0/32"],
        ),
        (
            instead(LEAF, 4, "172.30.12.0/30"),
            &["SW-19 172.30.12.0/30"],
        ),
    ] {
        let text = hydrated("leaf-01", fields, "");
        assert_eq!(found(&text, "SW-"), expected, "{fields:?}");
    }
    // Before hydration none of it is missed; one hydrated switch shows that the others should be.
    let bare = switch("leaf-09", "  profile: vs");
    assert_eq!(found(&bare, "SW-"), [""; 0]);
    let text = hydrated("leaf-01", LEAF, "") + &bare;
    assert_eq!(found(&text, "SW-"), ["SW-03 leaf-09"]);
    let authoring = Settings {
        hydrated: Some(false),
        ..Settings::default()
    };
    let wrong = hydrated("leaf-01", instead(LEAF, 1, "7"), "");
    assert_eq!(found_in(&wrong, "SW-", &authoring), [""; 0]);
}

#[test]
fn hydrated_switches_share_nothing() {
    let other = [
        "border-leaf",
        "65102",
        "172.30.0.9/21",
        "172.30.8.3/32",
        "172.30.12.1/32",
    ];
    for (fields, expected) in [
        (other, &[][..]),
        (instead(other, 1, "65101"), &["SW-18 65101"]),
        // Of management addresses the lengths do not count.
        (instead(other, 2, "172.30.0.8/24"), &["SW-16 172.30.0.8/24"]),
        (instead(other, 3, "172.30.8.2/32"), &["SW-17 172.30.8.2/32"]),
        (
            instead(other, 4, "172.30.12.0/32"),
            &["SW-19 172.30.12.0/32"],
        ),
    ] {
        let text = hydrated("leaf-01", LEAF, "") + &hydrated("leaf-02", fields, "");
        assert_eq!(found(&text, "SW-"), expected, "{fields:?}");
    }
    let spines = hydrated("spine-1", SPINE, "")
        + &hydrated(
            "spine-2",
            ["spine", "65100", "172.30.0.6/21", "172.30.8.9/32", ""],
            "",
        );
    assert_eq!(found(&spines, "SW-"), [""; 0]);
}

#[test]
fn a_leaf_of_an_mclag_pair_may_share_and_others_may_not() {
    let pair = "  redundancy: { type: mclag, group: pair }\n";
    let second = [
        "server-leaf",
        "65101",
        "172.30.0.9/21",
        "172.30.8.3/32",
        "172.30.12.0/32",
    ];
    let both = hydrated("leaf-01", LEAF, pair) + &hydrated("leaf-02", second, pair);
    assert_eq!(found(&both, "SW-1"), ["SW-14-G mclag", "SW-14-G mclag"]);
    // Whichever comes first, the one outside the pair is refused.
    for (first_more, second_more, line) in [("", pair, 8), (pair, "", 22)] {
        let text =
            hydrated("leaf-01", LEAF, first_more) + &hydrated("leaf-02", second, second_more);
        let findings = check(text, &Settings::default());
        let lines: Vec<_> = findings
            .iter()
            .filter(|finding| matches!(finding.code, "SW-18" | "SW-19"))
            .map(|finding| finding.place.start.line)
            .collect();
        assert_eq!(lines.len(), 2, "{}", concise(&findings));
        assert!(
            lines
                .iter()
                .all(|at| (line..line + 5).contains(&usize::try_from(*at).unwrap())),
            "{lines:?}"
        );
    }
}

#[test]
fn addresses_of_gateways_are_taken_where_gateways_are_on() {
    let gateway = "---\napiVersion: gateway.githedgehog.com/v1alpha1\nkind: Gateway\nmetadata:\n  name: gw-1\nspec:\n  protocolIP: 172.30.8.2/32\n  vtepIP: 172.30.12.0/32\n";
    let text = hydrated("leaf-01", LEAF, "") + gateway;
    assert_eq!(
        found(&text, "SW-"),
        ["SW-17 172.30.8.2/32", "SW-19 172.30.12.0/32"]
    );
    let mut settings = Settings::default();
    settings.network.gateway = Some(false);
    assert_eq!(found_in(&text, "SW-", &settings), [""; 0]);
}

#[test]
fn switches_boot_as_themselves() {
    let pair = |one: &str, other: &str| {
        switch("leaf-01", &format!("  profile: vs\n  boot: {one}"))
            + &switch("leaf-02", &format!("  profile: vs\n  boot: {other}"))
    };
    for (one, other, expected) in [
        ("{ serial: A1 }", "{ serial: A2 }", &[][..]),
        ("{ serial: A1 }", "{ serial: A1 }", &["SW-22 A1"]),
        ("{ serial: A1 }", "{ mac: \"0c:20:12:ff:00:01\" }", &[]),
        (
            "{ mac: \"0c:20:12:ff:00:01\" }",
            "{ mac: 0C-20-12-FF-00-01 }",
            &["SW-22 0C-20-12-FF-00-01"],
        ),
        ("{ mac: leaf }", "{}", &["SW-22 leaf"]),
        ("{ serial: \"\" }", "{ serial: \"\" }", &[]),
    ] {
        assert_eq!(found(&pair(one, other), "SW-"), expected, "{one} {other}");
    }
}

#[test]
fn connections_name_ports_that_the_switches_have() {
    let connection = |port: &str| {
        wiring(
            "Connection",
            "server-01--leaf-01",
            &format!(
                "  unbundled:\n    link:\n      server: {{ port: server-01/eth0 }}\n      switch: {{ port: leaf-01/{port} }}"
            ),
        )
    };
    let own = || {
        let breakout = "  portProfiles:\n    X: { breakout: { default: 2x50G, supported: { 2x50G: { offsets: [\"0\", \"2\"] } } } }";
        profile_of(
            "lab-8",
            "{ nos: 1/1, baseNOSName: Ethernet0, label: \"1\", profile: X }",
            breakout,
        )
    };
    for (name, more, port, expected) in [
        ("dell-s5248f-on", String::new(), "E1/1", &[][..]),
        (
            "dell-s5248f-on",
            String::new(),
            "E1/57",
            &["CON-17 leaf-01/E1/57"],
        ),
        (
            "dell-s5248f-on",
            String::new(),
            "M1",
            &["CON-17-G leaf-01/M1"],
        ),
        (
            "dell-s5248f-on",
            String::new(),
            "M2",
            &["CON-17 leaf-01/M2"],
        ),
        ("celestica-ds5000-clsp", String::new(), "E1/999", &[]),
        // One of the repository is looked into as the built-in ones are.
        ("lab-8", own(), "E1/1/2", &[]),
        ("lab-8", own(), "E1/1/3", &["CON-17 leaf-01/E1/1/3"]),
        // One that Hedgehog would not take is blamed itself.
        (
            "lab-8",
            own().replace("displayName: Lab", "notes: Lab"),
            "E1/1/3",
            &[],
        ),
    ] {
        let text = with(name, "") + &connection(port) + &more;
        assert_eq!(found(&text, "CON-17"), expected, "{name} {port}");
    }
}

fn profile_of(name: &str, port: &str, rest: &str) -> String {
    wiring(
        "SwitchProfile",
        name,
        &format!(
            "  displayName: Lab\n  switchSilicon: Lab\n  nosType: sonic-bcm-vs\n  platform: lab\n  ports:\n    E1/1: {port}\n{rest}"
        ),
    )
}

fn profile(name: &str, port: &str, speeds: &str) -> String {
    profile_of(
        name,
        &format!("{{ nos: Ethernet0, label: \"1\", profile: {speeds} }}"),
        &format!(
            "  portProfiles:\n    {speeds}: {{ speed: {{ default: 25G, supported: [25G] }} }}"
        ),
    )
    .replace("E1/1", port)
}

#[test]
fn profiles_are_built_in_or_admitted() {
    let own = profile("lab-8", "E1/1", "X");
    assert_eq!(found(&own, "SP-"), ["SP-01 lab-8"]);
    let mut settings = Settings::default();
    settings.network.extra_switch_profiles = true;
    assert_eq!(found_in(&own, "SP-", &settings), [""; 0]);
    // Of one that some fabrics have only the name is known.
    let optional = profile("cumulus-vx", "E1/1", "X");
    assert_eq!(found(&optional, "SP-"), ["SP-01-G cumulus-vx"]);
    // One that every fabric has says something else here; in older releases nobody can tell.
    let changed = profile("vs", "E1/1", "X");
    assert_eq!(found_in(&changed, "SP-01", &settings).len(), 1);
    assert!(found_in(&changed, "SP-01", &settings)[0].starts_with("SP-01 "));
    let before = Settings::new(Release::R26_02);
    assert_eq!(found_in(&changed, "SP-", &before), ["SP-01-G vs"]);
}

#[test]
fn a_built_in_profile_as_exported_is_told_from_a_changed_one() {
    assert_eq!(builtins().len(), 16);
    for profile in builtins() {
        let text = export(&profile.name);
        assert_eq!(
            concise(&check(text.clone(), &Settings::default()))
                .lines()
                .count(),
            1
        );
        let expected = format!("SP-01-G {}", profile.name);
        assert_eq!(found(&text, "SP-"), [expected], "{text}");
    }
    let text = export("celestica-ds2000");
    for (was, is, at) in [
        ("      roce: false", "      roce: true", "SP-01 features"),
        ("E1/56: {", "E1/57: {", "SP-01 ports"),
        ("[\"10G\", \"25G\"]", "[\"25G\"]", "SP-01 E1/1"),
    ] {
        let changed = text.replace(was, is);
        assert_ne!(changed, text, "{was}");
        assert_eq!(found(&changed, "SP-01"), [at], "{was}");
    }
}

/// Port profiles of an export, each once.
#[derive(Default)]
struct Setups(Vec<String>);

impl Setups {
    fn name(&mut self, setup: String) -> String {
        let at = self.0.iter().position(|other| *other == setup);
        let at = at.unwrap_or_else(|| {
            self.0.push(setup);
            self.0.len() - 1
        });
        format!("P{at}")
    }
}

fn of_speeds(speeds: &Speeds) -> String {
    format!(
        "{{ speed: {{ default: {}, supported: {:?} }} }}",
        speeds.default, speeds.supported
    )
}

fn of_breakouts(breakouts: &Breakouts) -> String {
    let modes: Vec<String> = breakouts
        .supported
        .iter()
        .map(|mode| {
            let offsets: Vec<String> = (0..mode.lanes).map(|n| n.to_string()).collect();
            format!("{}: {{ offsets: {offsets:?} }}", mode.name)
        })
        .collect();
    format!(
        "{{ breakout: {{ default: {}, supported: {{ {} }} }} }}",
        breakouts.default,
        modes.join(", ")
    )
}

/// Writes a built-in profile as a cluster would export it, as far as it is known here.
fn export(name: &str) -> String {
    let profile = builtin(name).unwrap();
    let mut setups = Setups::default();
    let mut ports = String::new();
    for (n, (port, of)) in profile.ports().enumerate() {
        let (nos, set) = match of {
            Port::Management => {
                let names = format!("nos: Management{n}, oniePortName: eth{n}");
                writeln!(ports, "    {port}: {{ management: true, {names} }}").unwrap();
                continue;
            }
            Port::Speed(speeds) => (
                format!("nos: Ethernet{n}"),
                format!("profile: {}", setups.name(of_speeds(speeds))),
            ),
            Port::Group(group) => (
                format!("nos: Ethernet{n}"),
                format!("group: \"{}\"", group.name),
            ),
            Port::Breakout(breakouts) => (
                format!("nos: 1/{n}, baseNOSName: Ethernet{n}"),
                format!("profile: {}", setups.name(of_breakouts(breakouts))),
            ),
            Port::Bare => panic!("{port}"),
        };
        let label = profile.label(&port).unwrap();
        let pipeline = profile.pipeline_of(&port);
        let pipeline = pipeline.map(|of| format!(", pipeline: \"{}\"", of.name));
        let pipeline = pipeline.unwrap_or_default();
        writeln!(
            ports,
            "    {port}: {{ {nos}, label: \"{label}\", {set}{pipeline} }}"
        )
        .unwrap();
    }
    let mut spec = format!(
        "  displayName: {}\n  switchSilicon: {}\n  nosType: sonic-bcm-base\n  platform: x\n",
        profile.display_name, profile.silicon
    );
    if let Some(max) = profile.max_ports {
        writeln!(spec, "  maxPorts: {max}").unwrap();
    }
    spec += "  features:\n";
    let features = profile.features;
    for (name, on) in [
        ("subinterfaces", features.subinterfaces),
        ("acls", features.acls),
        ("l2vni", features.l2vni),
        ("l3vni", features.l3vni),
        ("roce", features.roce),
        ("mclag", features.mclag),
        ("eslag", features.eslag),
        ("ecmpRoCEQPN", features.ecmp_roce_qpn),
    ] {
        writeln!(spec, "      {name}: {on}").unwrap();
    }
    write!(spec, "  ports:\n{ports}  portGroups:").unwrap();
    spec += if profile.groups.is_empty() {
        " {}\n"
    } else {
        "\n"
    };
    for group in &profile.groups {
        let setup = setups.name(of_speeds(group.speeds.as_ref().unwrap()));
        writeln!(
            spec,
            "    \"{0}\": {{ nos: \"{0}\", profile: {setup} }}",
            group.name
        )
        .unwrap();
    }
    spec += "  pipelines:";
    spec += if profile.pipelines.is_empty() {
        " {}\n"
    } else {
        "\n"
    };
    for pipeline in &profile.pipelines {
        let max = pipeline.max_ports.unwrap();
        writeln!(spec, "    \"{}\": {{ maxPorts: {max} }}", pipeline.name).unwrap();
    }
    spec += "  portProfiles:\n";
    for (n, setup) in setups.0.iter().enumerate() {
        writeln!(spec, "    P{n}: {setup}").unwrap();
    }
    wiring("SwitchProfile", name, spec.trim_end())
}

#[test]
fn built_in_profiles_neither_change_nor_go() {
    let settings = Settings::default();
    let step = |before: &str, after: &str| -> Vec<String> {
        check_step(before, after, &settings)
            .into_iter()
            .filter(|finding| finding.code == "TR-11")
            .map(|finding| finding.message)
            .collect()
    };
    let good = export("celestica-ds2000");
    let changed = good.replace("default: 25G", "default: 10G");
    let other = wiring("SwitchGroup", "pair", "  {}");
    assert_ne!(good, changed);
    assert_eq!(step(&good, &good).len(), 0);
    assert_eq!(step(&good, &changed).len(), 1);
    assert_eq!(step(&good, &other).len(), 1);
    assert_eq!(step(&other, &good).len(), 0);
    // Back to what the fabric has is no change to it.
    assert_eq!(step(&changed, &good).len(), 0);
    // To admission an empty field is one that is absent.
    let same = good
        .replace("  platform: x\n", "  platform: x\n  notes: \"\"\n")
        .replace("  portGroups: {}\n", "");
    assert_ne!(good, same);
    assert_eq!(step(&good, &same).len(), 0);
    // Others are the fabric's own.
    let own = profile("lab-8", "E1/1", "X");
    assert_eq!(step(&own, &other).len(), 0);
}

/// Findings for many connections over many switches come from one layout a switch.
#[test]
fn many_connections_over_many_switches() {
    let mut text = String::new();
    for n in 0..50 {
        text += &switch(
            &format!("leaf-{n}"),
            "  profile: dell-s5248f-on\n  portBreakouts: { E1/55: 4x25G }",
        );
    }
    for n in 0..1000 {
        let (leaf, port) = (n % 50, n / 50 + 1);
        text += &wiring(
            "Connection",
            &format!("c-{n}"),
            &format!(
                "  unbundled:\n    link:\n      server: {{ port: server-{n}/eth0 }}\n      switch: {{ port: leaf-{leaf}/E1/{port} }}"
            ),
        );
    }
    assert_eq!(concise(&check(text, &Settings::default())), "");
}
