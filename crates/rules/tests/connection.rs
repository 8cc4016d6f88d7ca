//! Connections at the edges of their rules.
#![allow(clippy::unwrap_used)]

mod support;

use hnp_model::{Finding, Severity};
use hnp_rules::net::Prefix;
use hnp_rules::{Outside, Release, Settings};

use support::{check, concise};

fn connection(name: &str, spec: &str) -> String {
    format!(
        "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Connection\nmetadata:\n  name: {name}\nspec:{spec}\n"
    )
}

fn switch(name: &str, spec: &str) -> String {
    format!(
        "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Switch\nmetadata:\n  name: {name}\nspec:\n  role: server-leaf\n  profile: dell-s5232f-on\n  boot: {{ mac: \"0c:20:12:fe:01:01\" }}\n{spec}"
    )
}

/// One link in flow style: the ends with their ports.
fn link(ends: &[(&str, &str)]) -> String {
    let ends: Vec<_> = ends
        .iter()
        .map(|(role, port)| format!("{role}: {{ {port} }}"))
        .collect();
    format!("{{ {} }}", ends.join(", "))
}

/// A list of links between two roles.
fn links(of: &str, roles: [&str; 2], ports: &[(&str, &str)]) -> String {
    let list: Vec<_> = ports
        .iter()
        .map(|(one, other)| {
            link(&[
                (roles[0], &format!("port: {one}")),
                (roles[1], &format!("port: {other}")),
            ])
        })
        .collect();
    format!("\n  {of}:\n    links: [{}]", list.join(", "))
}

fn bundled(ports: &[(&str, &str)]) -> String {
    links("bundled", ["server", "switch"], ports)
}

fn eslag(ports: &[(&str, &str)]) -> String {
    links("eslag", ["server", "switch"], ports)
}

fn unbundled(server: &str, switch: &str) -> String {
    let link = link(&[
        ("server", &format!("port: {server}")),
        ("switch", &format!("port: {switch}")),
    ]);
    format!("\n  unbundled:\n    link: {link}")
}

fn fabric(ends: &[(&str, &str)]) -> String {
    links("fabric", ["spine", "leaf"], ends)
}

fn of_connections(findings: Vec<Finding>) -> Vec<Finding> {
    let own = ["CON-", "SCH-"];
    findings
        .into_iter()
        .filter(|finding| own.iter().any(|prefix| finding.code.starts_with(prefix)))
        .collect()
}

fn judge(text: &str, settings: &Settings) -> Vec<Finding> {
    of_connections(check(text, settings))
}

/// The codes of what is found, in the order of the alphabet.
fn codes(text: &str) -> Vec<String> {
    codes_with(text, &Settings::default())
}

fn codes_with(text: &str, settings: &Settings) -> Vec<String> {
    let mut codes: Vec<_> = judge(text, settings)
        .iter()
        .map(|finding| finding.code.to_string())
        .collect();
    codes.sort();
    codes
}

/// Checks the specs of one connection each: what is found in it.
fn table(cases: &[(&str, &[&str])]) {
    for (spec, expected) in cases {
        let text = connection("c", spec);
        assert_eq!(
            codes(&text),
            *expected,
            "{text}\n{}",
            concise(&judge(&text, &Settings::default()))
        );
    }
}

fn trees(cases: &[(&[String], &[&str])], settings: &Settings) {
    for (documents, expected) in cases {
        let text = documents.join("---\n");
        assert_eq!(
            codes_with(&text, settings),
            *expected,
            "{text}\n{}",
            concise(&judge(&text, settings))
        );
    }
}

#[test]
fn a_connection_has_a_type_and_is_told_once() {
    let good = unbundled("s/e0", "l/E1/1");
    table(&[
        (" {}", &["CON-01"]),
        ("\n  unbundled:", &["CON-01"]),
        (" null", &["CON-01"]),
        (" [a]", &["SCH-02"]),
        ("\n  unbundled: leaf", &["SCH-02"]),
        ("\n  unbundeled: {}", &["SCH-01"]),
        (&good, &[]),
        (&format!("{good}\n  bundled:"), &[]),
    ]);
}

#[test]
fn of_two_types_the_first_in_hedgehogs_order_counts() {
    let good = unbundled("s/e0", "l/E1/1");
    // The ports of the other are not looked at, whatever stands first in the file.
    table(&[
        (&format!("{good}\n  external: {{}}"), &["CON-01-G"]),
        (&format!("\n  external: {{}}{good}"), &["CON-01-G"]),
        (&format!("{good}\n  mclag: {{}}"), &["CON-01-G", "CON-02"]),
        (
            &format!("{good}\n  bundled: {{ links: [], mtu: 9037 }}"),
            &["CON-01-G", "CON-11"],
        ),
        (
            &format!("{good}\n  eslag: {{ mtu: 9037 }}"),
            &["CON-01-G", "CON-11-G"],
        ),
        (
            &format!("{good}\n  staticExternal: {{}}"),
            &["CON-01-G", "CON-12", "CON-12"],
        ),
    ]);
}

#[test]
fn mclag_is_admitted_unseen() {
    let spec = "\n  mclag:\n    links: [{}, {}]\n    mtu: 9999";
    table(&[(spec, &["CON-02"]), ("\n  mclagDomain: {}", &["CON-02"])]);
    let mut settings = Settings::new(Release::R26_02);
    assert!(codes_with(&connection("c", spec), &settings).is_empty());
    settings.network.spine_leaf = false;
    let mut both = connection("c", &format!("{spec}\n  eslag: {{}}"));
    both.push_str("---\n");
    both.push_str(&switch("leaf-1", ""));
    assert_eq!(codes_with(&both, &settings), ["CON-01-G"]);
}

#[test]
fn ports_name_a_device_and_a_port() {
    let port = |port: &str| unbundled("s/e0", port);
    table(&[
        (&port("leaf-1/E1/1"), &[]),
        (&port("l/p"), &[]),
        (&port("l//"), &[]),
        (&port("leaf-1/"), &["CON-03"]),
        (&port("/E1/1"), &["CON-03"]),
        (&port("leaf-1"), &["CON-03"]),
        (&port("\"\""), &["CON-03"]),
        (&port("null"), &["CON-03"]),
        (&port("7"), &["SCH-02"]),
        ("\n  unbundled: {}", &["CON-03", "CON-03"]),
        ("\n  unbundled: { link: }", &["CON-03", "CON-03"]),
        ("\n  unbundled: { link: 7 }", &["SCH-02"]),
        (
            "\n  unbundled: { link: { server: s/e0, switch: l/E1/1 } }",
            &["SCH-02", "SCH-02"],
        ),
        (
            "\n  unbundled: { link: { server: { port: s/e0 }, swich: { port: l/E1/1 } } }",
            &["SCH-01"],
        ),
        (
            "\n  external: { link: { switch: { port: l } } }",
            &["CON-03"],
        ),
        ("\n  external: {}", &["CON-03"]),
        ("\n  external: { link: { switch: { port: l/E1/1 } } }", &[]),
    ]);
}

#[test]
fn a_missing_port_is_named_by_its_path() {
    let text = connection("c", "\n  bundled: { links: [{ server: { port: s/e0 } }] }");
    let found = judge(&text, &Settings::default());
    assert_eq!(found.len(), 1);
    assert_eq!(
        found[0].field.as_deref(),
        Some("spec.bundled.links[0].switch.port")
    );
    let text = connection("c", "\n  unbundled: { link: { server: { port: s/e0 } } }");
    let found = judge(&text, &Settings::default());
    assert_eq!(
        found[0].field.as_deref(),
        Some("spec.unbundled.link.switch.port")
    );
}

#[test]
fn a_bundle_has_one_switch_and_one_server() {
    table(&[
        (&bundled(&[("s/e0", "l/E1/1")]), &[]),
        (&bundled(&[("s/e0", "l/E1/1"), ("s/e1", "l/E1/2")]), &[]),
        (
            &bundled(&[("s/e0", "l/E1/1"), ("s/e1", "m/E1/2")]),
            &["CON-05"],
        ),
        (
            &bundled(&[("s/e0", "l/E1/1"), ("t/e1", "l/E1/2")]),
            &["CON-05"],
        ),
        (
            &bundled(&[("s/e0", "l/E1/1"), ("s/e0", "l/E1/2")]),
            &["CON-05"],
        ),
        (
            &bundled(&[("s/e0", "l/E1/1"), ("s/e1", "l/E1/1")]),
            &["CON-05"],
        ),
        // One finding for each way in which it is wrong.
        (
            &bundled(&[("s/e0", "l/E1/1"), ("t/e1", "m/E1/1"), ("u/e1", "n/E1/1")]),
            &["CON-05", "CON-05"],
        ),
        ("\n  bundled: {}", &["CON-05"]),
        ("\n  bundled: { links: [] }", &["CON-05"]),
        ("\n  bundled: { links: 7 }", &["SCH-02"]),
        ("\n  bundled: { lnks: [] }", &["SCH-01"]),
        (&unbundled("l/E1/1", "l/E1/1"), &["CON-04"]),
    ]);
}

#[test]
fn an_eslag_has_one_server_and_up_to_four_switches() {
    let on = |switches: &[&str]| {
        let ports: Vec<_> = (0..)
            .zip(switches)
            .map(|(n, name)| (format!("s/e{n}"), format!("{name}/E1/{n}")))
            .collect();
        let ports: Vec<_> = ports
            .iter()
            .map(|(a, b)| (a.as_str(), b.as_str()))
            .collect();
        eslag(&ports)
    };
    table(&[
        (&on(&["a", "b"]), &[]),
        (&on(&["a", "a"]), &[]),
        (&on(&["a", "b", "c", "d"]), &[]),
        (&on(&["a", "b", "c", "d", "a"]), &[]),
        (&on(&["a", "b", "c", "d", "e"]), &["CON-06"]),
        (&on(&["a"]), &["SCH-07"]),
        ("\n  eslag: { links: [] }", &["SCH-07"]),
        ("\n  eslag: {}", &["CON-06"]),
        (
            &eslag(&[("s/e0", "a/E1/1"), ("t/e0", "b/E1/1")]),
            &["CON-06"],
        ),
        (
            &eslag(&[("s/e0", "a/E1/1"), ("s/e0", "b/E1/1")]),
            &["CON-06"],
        ),
    ]);
}

#[test]
fn links_between_switches_have_two_of_them() {
    let mesh = |ports: &[(&str, &str)]| links("mesh", ["leaf1", "leaf2"], ports);
    table(&[
        (&fabric(&[("s/E1/1", "l/E1/1")]), &[]),
        (&fabric(&[("s/E1/1", "l/E1/1"), ("s/E1/2", "l/E1/2")]), &[]),
        (
            &fabric(&[("s/E1/1", "l/E1/1"), ("s/E1/1", "l/E1/2")]),
            &["CON-07"],
        ),
        (
            &fabric(&[("s/E1/1", "l/E1/1"), ("s/E1/2", "m/E1/1")]),
            &["CON-07"],
        ),
        (&fabric(&[("s/E1/1", "s/E1/2")]), &["CON-07"]),
        // Which end is the spine is nobody's business here.
        (&fabric(&[("s/E1/1", "l/E1/1"), ("l/E1/2", "s/E1/2")]), &[]),
        (&fabric(&[("s/E1/1", "l")]), &["CON-03"]),
        ("\n  fabric: { links: [] }", &["SCH-07"]),
        ("\n  fabric: {}", &["CON-07"]),
        (&mesh(&[("a/E1/1", "b/E1/1")]), &[]),
        (&mesh(&[("a/E1/1", "a/E1/2")]), &["CON-07"]),
        (&mesh(&[("a/E1/1", "a/E1/1")]), &["CON-07", "CON-07"]),
    ]);
}

#[test]
fn gateways_and_loopbacks_have_one_switch() {
    let gateway = |ports: &[(&str, &str)]| links("gateway", ["switch", "gateway"], ports);
    let loopback = |ports: &[(&str, &str)]| links("vpcLoopback", ["switch1", "switch2"], ports);
    table(&[
        (&gateway(&[("l/E1/1", "g/e1"), ("l/E1/2", "g/e2")]), &[]),
        (
            &gateway(&[("l/E1/1", "g/e1"), ("l/E1/2", "h/e1")]),
            &["CON-08-G"],
        ),
        (
            &gateway(&[("l/E1/1", "g/e1"), ("m/E1/2", "g/e2")]),
            &["CON-08"],
        ),
        (
            &gateway(&[("l/E1/1", "g/e1"), ("l/E1/2", "g/e1")]),
            &["CON-08"],
        ),
        ("\n  gateway: {}", &["CON-08"]),
        (
            &loopback(&[("l/E1/1", "l/E1/2"), ("l/E1/3", "l/E1/4")]),
            &[],
        ),
        (&loopback(&[("l/E1/1", "m/E1/2")]), &["CON-09"]),
        (&loopback(&[("l/E1/1", "l/E1/1")]), &["CON-09"]),
        (
            &loopback(&[("l/E1/1", "l/E1/2"), ("l/E1/2", "l/E1/3")]),
            &["CON-09"],
        ),
        ("\n  vpcLoopback: {}", &["CON-09"]),
    ]);
}

#[test]
fn many_links_are_compared_as_few_are() {
    let ports: Vec<_> = (0..40)
        .map(|n| (format!("s/e{n}"), format!("l/E1/{}", n % 39)))
        .collect();
    let ports: Vec<_> = ports
        .iter()
        .map(|(a, b)| (a.as_str(), b.as_str()))
        .collect();
    assert_eq!(codes(&connection("c", &bundled(&ports))), ["CON-05"]);
    assert!(codes(&connection("c", &bundled(&ports[..39]))).is_empty());
}

#[test]
fn the_mtu_fits_the_fabric() {
    let at = |mtu: &str| format!("{}\n    mtu: {mtu}", unbundled("s/e0", "l/E1/1"));
    table(&[
        (&at("0"), &[]),
        (&at("9036"), &[]),
        (&at("9037"), &["CON-11"]),
        (&at("65535"), &["CON-11"]),
        (&at("65536"), &["SCH-09"]),
        (&at("-1"), &["SCH-09"]),
        (&at("\"9037\""), &["SCH-02"]),
        (
            &format!("{}\n    mtu: 9037", bundled(&[("s/e0", "l/E1/1")])),
            &["CON-11"],
        ),
        (
            &format!(
                "{}\n    mtu: 9037",
                eslag(&[("s/e0", "l/E1/1"), ("s/e1", "m/E1/1")])
            ),
            &["CON-11-G"],
        ),
    ]);
    let mut settings = Settings::default();
    settings.network.server_mtu = 1500;
    assert_eq!(
        codes_with(&connection("c", &at("1501")), &settings),
        ["CON-11"]
    );
}

#[test]
fn static_externals_have_addresses_that_fit() {
    let of = |rest: &str| {
        format!("\n  staticExternal:\n    link: {{ switch: {{ port: l/E1/1, {rest} }} }}")
    };
    let with = |subnets: &str| {
        of(&format!(
            "ip: 10.1.0.2/24, nextHop: 10.1.0.1, subnets: {subnets}"
        ))
    };
    table(&[
        (&of("ip: 10.1.0.2/24, nextHop: 10.1.0.1"), &[]),
        (&of("ip: 10.1.0.2/24, nextHop: 10.1.0.2"), &[]),
        (&of("ip: 10.1.0.2/24, nextHop: 10.1.1.1"), &["CON-12"]),
        (&of("ip: 10.1.0.2/24"), &["CON-12"]),
        (&of("nextHop: 10.1.0.2"), &["CON-12"]),
        (&of("ip: 10.1.0.2, nextHop: 10.1.0.1"), &["SCH-05"]),
        (&of("ip: 10.1.0.2/24, nextHop: 10.1.0"), &["SCH-05"]),
        (&of("ip: 10.1.0.2/24, nexthop: 10.1.0.1"), &["SCH-01"]),
        ("\n  staticExternal: { link: { switch: 7 } }", &["SCH-02"]),
        (&with("[]"), &[]),
        (&with("[10.2.0.0/16, 10.3.0.0/16]"), &[]),
        (&with("[0.0.0.0/0]"), &[]),
        (&with("[0.0.0.0/0, 10.2.0.0/16]"), &["CON-12"]),
        (&with("[10.2.0.0/16, 0.0.0.0/0]"), &["CON-12"]),
        (&with("[0.0.0.0/0, 0.0.0.0/0]"), &["CON-12"]),
        (&with("[10.2.0.1/16]"), &["CON-12"]),
        (&with("[10.2.0.0]"), &["CON-12"]),
        (&with("[10.2.0.0/016]"), &["CON-12"]),
        (&with("[\"\"]"), &["CON-12"]),
        (&with("[10.2.0.0/16, 10.2.1.0/24]"), &["CON-12"]),
        (&with("[10.2.0.0/16, 10.2.0.0/16]"), &["CON-12"]),
        // In the network of `ip` they may lie, in what the fabric reserves they may not.
        (&with("[10.1.0.0/24]"), &[]),
        (&with("[172.30.1.42/32]"), &["CON-12"]),
        (&with("[172.0.0.0/8]"), &["CON-12"]),
        (&with("[\"2001:db8::/32\"]"), &[]),
    ]);
}

#[test]
fn the_mode_of_the_fabric_decides() {
    let mut settings = Settings::default();
    settings.network.spine_leaf = false;
    let e = eslag(&[("s/e0", "a/E1/1"), ("s/e1", "b/E1/1")]);
    let g = links("gateway", ["switch", "gateway"], &[("l/E1/1", "g/e1")]);
    assert_eq!(codes_with(&connection("c", &e), &settings), ["CON-15"]);
    assert_eq!(codes_with(&connection("c", &g), &settings), ["CON-15"]);
    assert!(
        codes_with(
            &connection("c", &fabric(&[("s/E1/1", "l/E1/1")])),
            &settings
        )
        .is_empty()
    );
    // Whatever type counts.
    let both = format!("{}{}", unbundled("s/e9", "l/E1/9"), e);
    assert_eq!(
        codes_with(&connection("c", &both), &settings),
        ["CON-01-G", "CON-15"]
    );
}

#[test]
fn devices_are_there_and_each_is_missed_once() {
    let leaf = switch("leaf-1", "");
    let server =
        "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\nmetadata: { name: s }\n"
            .to_owned();
    let on = |ports: &[(&str, &str)]| connection("c", &bundled(ports));
    trees(
        &[
            (&[leaf.clone(), on(&[("s/e0", "leaf-1/E1/1")])], &[]),
            (
                &[
                    leaf.clone(),
                    on(&[("s/e0", "leaf-2/E1/1"), ("s/e1", "leaf-2/E1/2")]),
                ],
                &["CON-16"],
            ),
            (&[server.clone(), on(&[("s/e0", "leaf-1/E1/1")])], &[]),
            (
                &[
                    server,
                    on(&[("t/e0", "leaf-1/E1/1"), ("t/e1", "leaf-1/E1/2")]),
                ],
                &["CON-19"],
            ),
            // Of MCLAG nobody looks at the devices.
            (
                &[
                    leaf,
                    connection(
                        "c",
                        &links(
                            "mclag",
                            ["server", "switch"],
                            &[("s/e0", "x/E1/1"), ("s/e1", "y/E1/1")],
                        ),
                    ),
                ],
                &["CON-02"],
            ),
        ],
        &Settings::default(),
    );
    let settings = Settings {
        outside: Outside::Kinds(vec!["Server".to_owned()]),
        ..Settings::default()
    };
    assert_eq!(
        codes_with(&on(&[("s/e0", "leaf-1/E1/1")]), &settings),
        ["CON-16"]
    );
}

#[test]
fn a_static_external_is_within_a_vpc_that_is_there_even_beside_mclag() {
    let vpc = "apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPC\nmetadata: { name: vpc-1 }\nspec: { subnets: { a: { subnet: 10.1.0.0/24, vlan: 1001 } } }\n".to_owned();
    let within = |vpc: &str, more: &str| {
        connection(
            "c",
            &format!(
                "\n  staticExternal:\n    withinVPC: {vpc}\n    link: {{ switch: {{ port: l/E1/1, ip: 10.2.0.2/24, nextHop: 10.2.0.1 }} }}{more}"
            ),
        )
    };
    trees(
        &[
            (&[vpc.clone(), within("vpc-1", "")], &[]),
            (&[vpc.clone(), within("\"\"", "")], &[]),
            (&[vpc.clone(), within("vpc-2", "")], &["CON-13"]),
            (
                &[vpc, within("vpc-2", "\n  mclag: {}")],
                &["CON-01-G", "CON-02", "CON-13"],
            ),
        ],
        &Settings::default(),
    );
}

#[test]
fn switches_have_the_ports_that_connections_name() {
    let broken = switch("leaf-1", "  portBreakouts: { E1/1: 4x25G, E1/2: 1x100G }\n");
    let plain = switch("leaf-1", "");
    let on = |port: &str| connection("c", &unbundled("s/e0", &format!("leaf-1/{port}")));
    let cases = [
        (&plain, "E1/1", true),
        (&plain, "E1/1/1", true),
        (&plain, "E1/1/2", false),
        (&plain, "M1", true),
        (&plain, "E1/99", false),
        (&plain, "e1/1", false),
        (&plain, "Ethernet0", false),
        (&broken, "E1/1", true),
        (&broken, "E1/1/4", true),
        (&broken, "E1/1/5", false),
        (&broken, "E1/2/1", true),
        (&broken, "E1/2/2", false),
    ];
    for (switch, port, good) in cases {
        let expected: &[&str] = match (good, port) {
            (false, _) => &["CON-17"],
            // Admitted, and warned of.
            (true, "M1") => &["CON-17-G"],
            (true, _) => &[],
        };
        let text = [switch.clone(), on(port)].join("---\n");
        assert_eq!(codes(&text), expected, "{port}");
    }
    // Of a profile that nobody knows, nothing is said.
    let own = plain.replace("dell-s5232f-on", "acme-1");
    assert!(!codes(&[own, on("X9")].join("---\n")).contains(&"CON-17".to_owned()));
    // A server that is called as the connection's switch is taken for it, any other is not.
    let called = connection("c", &unbundled("leaf-1/eth0", "leaf-1/E1/1"));
    assert_eq!(codes(&[plain.clone(), called].join("---\n")), ["CON-17"]);
    let other = switch("leaf-2", "");
    let called = connection("c", &unbundled("leaf-2/eth0", "leaf-1/E1/1"));
    assert!(codes(&[plain, other, called].join("---\n")).is_empty());
}

#[test]
fn an_eslag_lies_in_one_group() {
    let member = |name: &str, group: &str, kind: &str| match (group, kind) {
        ("", "") => switch(name, ""),
        (group, kind) => switch(
            name,
            &format!("  redundancy: {{ group: \"{group}\", type: \"{kind}\" }}\n"),
        ),
    };
    let on = connection("c", &eslag(&[("s/e0", "a/E1/1"), ("s/e1", "b/E1/1")]));
    let pair = |a: (&str, &str), b: (&str, &str)| {
        [member("a", a.0, a.1), member("b", b.0, b.1), on.clone()].join("---\n")
    };
    let of_group = |text: &str| -> Vec<String> {
        codes(text)
            .into_iter()
            .filter(|code| code.starts_with("CON-18"))
            .collect()
    };
    let none: [&str; 0] = [];
    assert_eq!(of_group(&pair(("g", "eslag"), ("g", "eslag"))), none);
    assert_eq!(of_group(&pair(("g", "eslag"), ("h", "eslag"))), ["CON-18"]);
    assert_eq!(of_group(&pair(("g", "eslag"), ("g", "mclag"))), ["CON-18"]);
    assert_eq!(of_group(&pair(("g", "mclag"), ("g", "mclag"))), ["CON-18"]);
    assert_eq!(of_group(&pair(("g", ""), ("g", ""))), ["CON-18"]);
    assert_eq!(of_group(&pair(("", ""), ("", ""))), ["CON-18"]);
    assert_eq!(of_group(&pair(("", "eslag"), ("", "eslag"))), ["CON-18"]);
    // Admission overlooks the one without a group.
    assert_eq!(of_group(&pair(("g", "eslag"), ("", ""))), ["CON-18-G"]);
    // What is missing is said once, and the group of the rest stays unknown.
    let half = [member("a", "", ""), on.clone()].join("---\n");
    assert_eq!(codes(&half), ["CON-16"]);
    // ESLAG is asked for whatever type counts, of the switches of the one that does.
    let both = connection(
        "c",
        &format!("{}\n  eslag: {{}}", unbundled("s/e0", "a/E1/1")),
    );
    let text = [member("a", "", ""), both].join("---\n");
    assert_eq!(codes(&text), ["CON-01-G", "CON-18"]);
}

#[test]
fn a_port_belongs_to_one_connection() {
    let two = |one: &str, other: &str| {
        [
            connection("a", &unbundled("s/e0", one)),
            connection("b", &unbundled("t/e0", other)),
        ]
        .join("---\n")
    };
    let cases = [
        ("l/E1/1", "l/E1/1", true),
        ("l/E1/1", "m/E1/1", false),
        ("l/E1/1", "l/E1/1/1", true),
        ("l/E1/1/1", "l/E1/1", true),
        ("l/E1/1", "l/E1/1/2", false),
        ("l/E1/1/1", "l/E1/1/1", true),
        // One slash or four: no lane that admission knows of.
        ("l/M1", "l/M1/1", false),
        ("l/E1/1/1", "l/E1/1/1/1", false),
    ];
    for (one, other, clash) in cases {
        let expected: &[&str] = if clash { &["CON-21"] } else { &[] };
        assert_eq!(codes(&two(one, other)), expected, "{one} {other}");
    }
    let mut old = Settings::new(Release::R25_05);
    old.hydrated = Some(false);
    assert!(codes_with(&two("l/E1/1", "l/E1/1/1"), &old).is_empty());
    assert_eq!(codes_with(&two("l/E1/1", "l/E1/1"), &old), ["CON-21"]);
}

#[test]
fn ports_of_servers_count_and_those_of_mclag_are_free() {
    let a = connection("a", &unbundled("s/e0", "l/E1/1"));
    let b = connection("b", &unbundled("s/e0", "l/E1/2"));
    assert_eq!(codes(&[a.clone(), b].join("---\n")), ["CON-21"]);
    let mclag = connection(
        "m",
        &links(
            "mclag",
            ["server", "switch"],
            &[("s/e0", "l/E1/1"), ("s/e1", "m/E1/1")],
        ),
    );
    assert_eq!(codes(&[a.clone(), mclag.clone()].join("---\n")), ["CON-02"]);
    assert_eq!(codes(&[mclag, a.clone()].join("---\n")), ["CON-02"]);
    // A connection that is wrong by itself is blamed for that alone.
    let bad = connection("z", &unbundled("s/e5", "l"));
    assert_eq!(codes(&[a, bad].join("---\n")), ["CON-03"]);
    let within = connection("w", &bundled(&[("s/e0", "l/E1/1"), ("s/e1", "l/E1/1/1")]));
    assert_eq!(codes(&within), ["CON-21-G"]);
}

/// A fabric connection between switches named after it, with the addresses of its links.
fn numbered(name: &str, ips: &[(&str, &str)]) -> String {
    numbered_as("fabric", ["spine", "leaf"], name, ips)
}

fn numbered_as(of: &str, roles: [&str; 2], name: &str, ips: &[(&str, &str)]) -> String {
    let end = |role: &str, n: usize, ip: &str| {
        let ip = if ip.is_empty() {
            String::new()
        } else {
            format!(", ip: {ip}")
        };
        format!("{role}: {{ port: {name}-{role}/E1/{n}{ip} }}")
    };
    let list: Vec<_> = ips
        .iter()
        .enumerate()
        .map(|(n, (one, other))| {
            format!(
                "{{ {}, {} }}",
                end(roles[0], n, one),
                end(roles[1], n, other)
            )
        })
        .collect();
    connection(
        name,
        &format!("\n  {of}:\n    links: [{}]", list.join(", ")),
    )
}

fn hydrated() -> Settings {
    Settings {
        hydrated: Some(true),
        ..Settings::default()
    }
}

#[test]
fn addresses_of_links_fit_together() {
    let good = ("172.30.128.0/31", "172.30.128.1/31");
    let one = |ips: &[(&str, &str)]| [numbered("a", ips)];
    trees(
        &[
            (&one(&[good]), &[]),
            (&one(&[("", "")]), &[]),
            (&one(&[("172.30.128.1/31", "172.30.128.0/31")]), &[]),
            (&one(&[("172.30.128.1/31", "172.30.128.2/31")]), &["CON-22"]),
            (&one(&[("172.30.128.0/31", "172.30.128.0/31")]), &["CON-22"]),
            (&one(&[("172.30.128.0/30", "172.30.128.1/31")]), &["CON-22"]),
            (
                &one(&[("172.30.128.0/30", "172.30.128.1/30")]),
                &["CON-22", "CON-22"],
            ),
            (
                &one(&[("10.0.0.0/31", "10.0.0.1/31")]),
                &["CON-22", "CON-22"],
            ),
            (&one(&[("172.30.128.0/31", "")]), &["CON-22-G"]),
            (&one(&[("", "10.0.0.0/8")]), &["CON-22-G"]),
            (&one(&[("172.30.128.0", "172.30.128.1/31")]), &["SCH-05"]),
            (&one(&[good, ("172.30.128.2/31", "172.30.128.3/31")]), &[]),
            (&one(&[good, good]), &["CON-22", "CON-22"]),
            // A half of one's own is overlooked.
            (&one(&[good, ("172.30.128.0/31", "")]), &["CON-22-G"]),
        ],
        &hydrated(),
    );
    let bad = numbered("a", &[("10.0.0.0/31", "10.0.0.1/31")]);
    assert!(codes(&bad).is_empty(), "not hydrated");
    let mut old = hydrated();
    old.release = Release::R25_04;
    assert!(codes_with(&bad, &old).is_empty());
    let mut moved = hydrated();
    moved.network.fabric = Prefix::parse("10.0.0.0/24").unwrap();
    assert!(codes_with(&bad, &moved).is_empty());
}

#[test]
fn addresses_of_links_are_used_once_over_all_connections() {
    let good = ("172.30.128.0/31", "172.30.128.1/31");
    let a = numbered("a", &[good]);
    let b = numbered("b", &[good]);
    let half = numbered("h", &[("172.30.128.0/31", "")]);
    let mesh = numbered_as("mesh", ["leaf1", "leaf2"], "m", &[good]);
    let gateway = numbered_as("gateway", ["switch", "gateway"], "g", &[good]);
    // `fabric` is read beside a type that comes before it.
    let hidden = format!(
        "{}{}",
        connection("u", &unbundled("s/e0", "l/E1/1")).trim_end(),
        b.split_once("spec:").unwrap().1
    );
    trees(
        &[
            (&[a.clone(), b], &["CON-22", "CON-22"]),
            (&[a.clone(), mesh], &["CON-22", "CON-22"]),
            (&[a.clone(), gateway], &["CON-22", "CON-22"]),
            (&[a.clone(), hidden], &["CON-01-G", "CON-22", "CON-22"]),
            (&[a, half], &["CON-22", "CON-22-G"]),
        ],
        &hydrated(),
    );
}

#[test]
fn the_link_that_admission_judges_is_blamed() {
    let text = [
        numbered("a", &[("172.30.128.0/31", "172.30.128.1/31")]),
        numbered("h", &[("172.30.128.0/31", "")]),
    ]
    .join("---\n");
    let found = judge(&text, &hydrated());
    assert_eq!(found[0].code, "CON-22");
    assert_eq!(found[0].place.start.line, 7);
    assert_eq!(found[0].related[0].place.start.line, 15);
}

#[test]
fn roles_are_compared_where_both_are_known() {
    let spine = |name: &str| switch(name, "").replace("server-leaf", "spine");
    let edge = |name: &str| switch(name, "").replace("server-leaf", "virtual-edge");
    let of = |text: &[String]| -> Vec<String> {
        codes(&text.join("---\n"))
            .into_iter()
            .filter(|code| code == "CON-25")
            .collect()
    };
    let link = |one: &str, other: &str| connection("c", &fabric(&[(one, other)]));
    let twice = connection("c", &fabric(&[("l/E1/1", "s/E1/1"), ("l/E1/2", "s/E1/2")]));
    let tree = |connection: String| of(&[spine("s"), switch("l", ""), edge("v"), connection]).len();
    assert_eq!(tree(link("s/E1/1", "l/E1/1")), 0);
    assert_eq!(tree(link("l/E1/1", "s/E1/1")), 2);
    assert_eq!(tree(twice), 2);
    assert_eq!(tree(link("s/E1/1", "v/E1/1")), 0);
    let mesh = links("mesh", ["leaf1", "leaf2"], &[("s/E1/1", "l/E1/1")]);
    assert_eq!(tree(connection("c", &mesh)), 1);
    let loopback = links(
        "vpcLoopback",
        ["switch1", "switch2"],
        &[("s/E1/1", "s/E1/2")],
    );
    assert_eq!(tree(connection("c", &loopback)), 1);
}

#[test]
fn a_gateway_has_the_interface_that_is_linked() {
    let gateway = "apiVersion: gateway.githedgehog.com/v1alpha1\nkind: Gateway\nmetadata: { name: g }\nspec: { interfaces: { enp2s1: {} } }\n";
    let to = |port: &str| {
        let spec = links("gateway", ["switch", "gateway"], &[("l/E1/1", port)]);
        let text = [gateway.to_owned(), connection("c", &spec)].join("---\n");
        let found = check(text, &Settings::default());
        found
            .into_iter()
            .filter(|finding| finding.code.starts_with("CON-"))
            .map(|finding| {
                (
                    finding.code.to_string(),
                    finding.severity,
                    finding.help.unwrap(),
                )
            })
            .collect::<Vec<_>>()
    };
    assert!(to("g/enp2s1").is_empty());
    let found = to("g/enp2s2");
    assert_eq!(
        (found[0].0.as_str(), found[0].1),
        ("CON-20", Severity::Warning)
    );
    assert_eq!(found[0].2, "did you mean `enp2s1`?");
    assert_eq!(to("h/enp2s1").len(), 1);
}

#[test]
fn port_channels_are_counted_by_group() {
    let members: String = ["a", "b"]
        .map(|name| switch(name, "  redundancy: { group: g, type: eslag }\n") + "---\n")
        .concat();
    let pair = |n: usize| {
        eslag(&[
            (&format!("s{n}/e0"), &format!("a/x{n}")),
            (&format!("s{n}/e1"), &format!("b/x{n}")),
        ])
    };
    let single = |n: usize| bundled(&[(&format!("s{n}/e0"), &format!("b/y{n}"))]);
    let tree = |eslags: usize, bundles: usize| {
        let mut text = members.clone();
        for n in 0..eslags {
            text.push_str(&connection(&format!("e{n}"), &pair(n)));
            text.push_str("---\n");
        }
        for n in 0..bundles {
            text.push_str(&connection(&format!("b{n}"), &single(1000 + n)));
            text.push_str("---\n");
        }
        codes(&text).iter().filter(|code| *code == "CON-27").count()
    };
    assert_eq!(tree(249, 0), 0);
    assert_eq!(tree(200, 49), 0);
    assert_eq!(tree(200, 60), 1);
}

#[test]
fn vpcs_reach_a_switch_by_attachment_and_peering() {
    let mut settings = Settings::default();
    settings.network.irb_vlans.truncate(1);
    settings.network.irb_vlans[0].to = settings.network.irb_vlans[0].from + 1;
    let vpc = |n: u32, dhcp: &str| {
        format!(
            "apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPC\nmetadata: {{ name: vpc-{n} }}\nspec: {{ subnets: {{ default: {{ subnet: 10.{n}.0.0/24, vlan: {n}{dhcp} }} }} }}\n"
        )
    };
    let attach = |n: u32, to: &str| {
        format!(
            "apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPCAttachment\nmetadata: {{ name: at-{n}-{to} }}\nspec: {{ subnet: vpc-{n}/default, connection: {to} }}\n"
        )
    };
    let peer = |a: u32, b: u32| {
        format!(
            "apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPCPeering\nmetadata: {{ name: vpc-{a}--vpc-{b} }}\nspec: {{ permit: [{{ vpc-{a}: {{}}, vpc-{b}: {{}} }}] }}\n"
        )
    };
    let connections = [
        connection("one", &unbundled("s/e0", "l/E1/1")),
        connection("two", &unbundled("s/e1", "m/E1/1")),
    ];
    let relay = ", dhcp: { relay: 10.9.0.1/32, relayVPC: vpc-3 }";
    let count = |relay: &str, more: &[String]| {
        let mut text = vec![vpc(1, relay), vpc(2, ""), vpc(3, ""), vpc(4, "")];
        text.extend(connections.clone());
        text.extend(more.iter().cloned());
        let found = check(text.join("---\n"), &settings);
        found
            .iter()
            .filter(|finding| finding.code == "CON-28")
            .count()
    };
    assert_eq!(count("", &[attach(1, "one"), attach(2, "one")]), 0);
    assert_eq!(
        count("", &[attach(1, "one"), attach(2, "one"), attach(3, "two")]),
        0
    );
    assert_eq!(
        count("", &[attach(1, "one"), attach(2, "one"), attach(3, "one")]),
        1
    );
    assert_eq!(count(relay, &[attach(1, "one"), attach(2, "one")]), 1);
    assert_eq!(
        count("", &[attach(1, "one"), attach(2, "one"), peer(2, 3)]),
        1
    );
    // One step, not two.
    assert_eq!(count("", &[attach(1, "one"), peer(1, 2), peer(2, 3)]), 0);
    assert_eq!(
        count(
            "",
            &[attach(1, "one"), attach(1, "two"), peer(1, 2), peer(1, 3)]
        ),
        2
    );
}

#[test]
fn a_server_names_a_profile_that_is_there() {
    let server = "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\nmetadata: { name: s }\nspec: { profile: small }\n";
    let profile = "apiVersion: wiring.githedgehog.com/v1beta1\nkind: ServerProfile\nmetadata: { name: large }\nspec: {}\n";
    let of = |text: &str| -> Vec<(String, Severity)> {
        check(text, &Settings::default())
            .iter()
            .map(|finding| (finding.code.to_string(), finding.severity))
            .collect()
    };
    assert!(of(server).is_empty(), "profiles are kept elsewhere");
    assert_eq!(
        of(&format!("{server}---\n{profile}")),
        [("SRV-01".to_owned(), Severity::Warning)]
    );
    let named = profile.replace("large", "small");
    assert!(of(&format!("{server}---\n{named}")).is_empty());
}
