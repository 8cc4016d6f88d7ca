//! GatewayPeerings: who exposes what to whom, and how it is translated.

use crate::vectors::sheet::Sheet;

pub(crate) fn sheet() -> Sheet {
    let mut sheet = Sheet::new("GatewayPeering", "gateways");
    let s = &mut sheet;
    sides(s);
    exposes(s);
    translation(s);
    ports(s);
    both_sides(s);
    references(s);
    overlaps(s);
    unresolved(s);
    super::gateway_acl::cases(s);
    sheet
}

/// A peering of two VPCs, with what each exposes.
fn between(a: &str, first: &str, b: &str, second: &str) -> String {
    format!("peering={{\"{a}\":{{\"expose\":[{first}]}},\"{b}\":{{\"expose\":[{second}]}}}}")
}

const TWO: &str = r#"{"ips":[{"cidr":"10.0.24.0/23"}]}"#;

fn one(expose: &str) -> String {
    between("vpc-1", expose, "vpc-2", TWO)
}

fn sides(s: &mut Sheet) {
    s.on("plain");
    s.bad(
        "GWP-02",
        [
            "peering={}",
            "-peering",
            "peering=null",
            "-peering/vpc-1",
            "-peering/vpc-2",
            "peering/vpc-3={}",
            "peering/ext.ext-1={\"expose\":[{\"default\":true}]}",
            "-peering/vpc-1 ; gatewayGroup=default",
            "peering/vpc-3={} ; gatewayGroup=default",
        ],
    );
    // The object's name is Kubernetes' business alone.
    s.good(
        "GWP-02",
        [
            "gatewayGroup=",
            "gatewayGroup=null",
            "gatewayGroup=default",
            "gatewayGroup=group-2",
            "/metadata/name=a-name-that-is-longer-than-others",
            "/metadata/name=a.b",
        ],
    );
    s.bad(
        "GWP-08",
        [
            "gatewayGroup=nowhere",
            "gatewayGroup=Default",
            "gatewayGroup=gw-1",
        ],
    );
    s.on("nat");
    s.bad("GWP-08", ["!GatewayGroup/group-2"]);
    s.good(
        "GWP-08",
        [
            "gatewayGroup=default",
            "-gatewayGroup",
            "!GatewayGroup/default",
        ],
    );
}

fn exposes(s: &mut Sheet) {
    s.on("plain");
    s.bad(
        "GWP-03",
        [
            r#"{}"#,
            r#"{"ips":[]}"#,
            r#"{"ips":[{}]}"#,
            r#"{"ips":[{"cidr":""}]}"#,
            r#"{"ips":[{"cidr":"10.0.1.0/24","not":"10.0.1.0/25"}]}"#,
            r#"{"ips":[{"cidr":"10.0.1.0/24","vpcSubnet":"default"}]}"#,
            r#"{"ips":[{"not":"10.0.1.0/25","vpcSubnet":"default"}]}"#,
            r#"{"ips":[{"cidr":"10.0.1.0"}]}"#,
            r#"{"ips":[{"cidr":"x"}]}"#,
            r#"{"ips":[{"not":"x"}]}"#,
            r#"{"ips":[{"cidr":"10.0.1.0/33"}]}"#,
            r#"{"ips":[{"cidr":"10.0.1.0/24"},{}]}"#,
            r#"{"ips":[{"cidr":"10.0.1.0/24"},{"not":"10.0.1.0"}]}"#,
            r#"{"ips":[{"cidr":"010.0.1.0/24"}]}"#,
            r#"{"default":true,"ips":[{"cidr":"10.0.1.0/24"}]}"#,
            r#"{"default":true,"nat":{"static":{}}}"#,
            r#"{"default":true,"as":[{"cidr":"10.9.0.0/24"}]}"#,
            r#"{"default":false}"#,
            r#"{"as":[{"cidr":"10.9.0.0/24"}],"nat":{"static":{}}}"#,
        ]
        .map(one),
    );
    s.good(
        "GWP-03",
        [
            r#"{"default":true}"#,
            r#"{"ips":[{"cidr":"10.0.1.0/24"}]}"#,
            r#"{"ips":[{"cidr":"10.0.1.5/24"}]}"#,
            r#"{"ips":[{"vpcSubnet":"default"}]}"#,
            r#"{"ips":[{"cidr":"10.0.1.0/24"},{"not":"10.0.1.5/32"}]}"#,
            r#"{"ips":[{"not":"10.0.1.5/32"}]}"#,
            r#"{"ips":[{"cidr":"10.0.1.0/24"},{"cidr":"10.0.2.0/24"}]}"#,
            r#"{"ips":[{"cidr":"10.0.1.0/24","not":""}]}"#,
            r#"{"default":false,"ips":[{"cidr":"10.0.1.0/24"}]}"#,
            r#"{"default":true},{"ips":[{"cidr":"10.0.1.0/24"}]}"#,
            "",
        ]
        .map(|e| {
            format!(
                "{} ; !GatewayPeering/nat ; !GatewayPeering/outside ; !GatewayPeering/masquerade",
                one(e)
            )
        }),
    );
    s.good(
        "GWP-03",
        [
            "peering/vpc-1={}",
            "peering/vpc-2={}",
            "peering/vpc-1/expose=[]",
            "-peering/vpc-2/expose",
        ],
    );
    s.on("outside").at("peering/ext.ext-1");
    s.bad(
        "GWP-03",
        [
            r#"expose=[{"ips":[{"vpcSubnet":"default"}]}]"#,
            r#"expose=[{"ips":[{"cidr":"192.0.2.0/24"},{"vpcSubnet":"x"}]}]"#,
            "expose=[{}]",
        ],
    );
    s.good(
        "GWP-03",
        [r#"expose=[{"ips":[{"cidr":"192.0.2.0/24"}]}]"#, "expose=[]"],
    );
}

fn translation(s: &mut Sheet) {
    s.on("plain");
    let nat = |translated: &str, nat: &str| {
        format!(r#"{{"ips":[{{"cidr":"10.0.1.0/24"}}],"as":{translated},"nat":{nat}}}"#)
    };
    let other = r#"[{"cidr":"192.168.1.0/24"}]"#;
    s.bad(
        "GWP-04",
        [
            r#"{"ips":[{"cidr":"10.0.1.0/24"}],"as":[{"cidr":"192.168.1.0/24"}]}"#.to_owned(),
            r#"{"ips":[{"cidr":"10.0.1.0/24"}],"nat":{"static":{}}}"#.to_owned(),
            nat("[]", r#"{"static":{}}"#),
            nat("[]", r#"{"masquerade":{}}"#),
            nat(other, "{}"),
            nat(other, "null"),
            nat(other, r#"{"static":{},"masquerade":{}}"#),
            nat(
                other,
                r#"{"static":{},"portForward":{"ports":[{"port":"80","as":"80"}]}}"#,
            ),
            nat(
                other,
                r#"{"masquerade":{},"portForward":{"ports":[{"port":"80","as":"80"}]}}"#,
            ),
        ]
        .map(|e| one(&e)),
    );
    s.bad(
        "GWP-03",
        [
            nat("[{}]", r#"{"static":{}}"#),
            nat(r#"[{"cidr":"x"}]"#, r#"{"static":{}}"#),
            nat(r#"[{"cidr":"192.168.1.0"}]"#, r#"{"static":{}}"#),
            nat(
                r#"[{"cidr":"192.168.1.0/24","not":"192.168.1.0/25"}]"#,
                r#"{"static":{}}"#,
            ),
            nat(r#"[{"not":"x"}]"#, r#"{"masquerade":{}}"#),
        ]
        .map(|e| one(&e)),
    );
    s.good(
        "GWP-04",
        [
            nat(other, r#"{"static":{}}"#),
            nat(other, r#"{"masquerade":{}}"#),
            nat(other, r#"{"masquerade":{"idleTimeout":"5m"}}"#),
            nat(
                other,
                r#"{"portForward":{"ports":[{"port":"80","as":"80"}]}}"#,
            ),
            nat(
                r#"[{"cidr":"192.168.1.0/24"},{"not":"192.168.1.5/32"}]"#,
                r#"{"static":{}}"#,
            ),
            r#"{"ips":[{"cidr":"10.0.1.0/24"}],"as":[],"nat":null}"#.to_owned(),
            nat(other, r#"{"static":{},"masquerade":null}"#),
        ]
        .map(|e| format!("{} ; !GatewayPeering/masquerade", one(&e))),
    );
}

/// Ports as both port forwarding and ACLs read them.
pub(crate) const GOOD_PORTS: &[&str] = &[
    "1",
    "80",
    "65535",
    "1-65535",
    "80-80",
    "80-81",
    "80 - 90",
    "080",
    "+80",
    "80- 90",
    "8000-8080",
];
pub(crate) const BAD_PORTS: &[&str] = &[
    "0",
    "65536",
    "",
    " 80",
    "80 ",
    "80,81",
    "80-79",
    "80-",
    "-80",
    "-",
    "0-80",
    "1-65536",
    "x",
    "80-x",
    "x-80",
    "80-90-100",
    "http",
    "8 0",
    "0x50",
    "80.0",
];

fn ports(s: &mut Sheet) {
    s.on("masquerade")
        .at("peering/vpc-2/expose/1/nat/portForward");
    for field in ["port", "as"] {
        s.good(
            "GWP-05",
            GOOD_PORTS
                .iter()
                .map(|p| format!("ports=[{{\"port\":\"80\",\"as\":\"80\",\"{field}\":\"{p}\"}}]")),
        );
        s.bad(
            "GWP-05",
            BAD_PORTS
                .iter()
                .map(|p| format!("ports=[{{\"port\":\"80\",\"as\":\"80\",\"{field}\":\"{p}\"}}]")),
        );
        s.bad(
            "GWP-05",
            [format!("-ports/0/{field}"), format!("ports/0/{field}=null")],
        );
    }
    s.good(
        "GWP-05",
        [
            "ports/0/proto=tcp",
            "ports/0/proto=udp",
            "ports/0/proto=",
            "-ports/0/proto",
            "ports/1={\"port\":\"443\",\"as\":\"8443\"}",
        ],
    );
    s.bad(
        "GWP-05",
        [
            "ports/0/proto=icmp",
            "ports/0/proto=TCP",
            "ports/0/proto=\"6\"",
            "ports=[]",
            "-ports",
            "ports=null",
            "ports=[{}]",
            "ports/1={\"port\":\"443\"}",
            "ports/1={\"port\":\"443\",\"as\":\"0\"}",
        ],
    );
}

fn both_sides(s: &mut Sheet) {
    s.on("plain");
    let with = |cidr: &str, to: &str, nat: &str| {
        format!(r#"{{"ips":[{{"cidr":"{cidr}"}}],"as":[{{"cidr":"{to}"}}],"nat":{nat}}}"#)
    };
    let kinds = [
        ("static", r#"{"static":{}}"#),
        ("masquerade", r#"{"masquerade":{}}"#),
        (
            "forward",
            r#"{"portForward":{"ports":[{"port":"80","as":"80"}]}}"#,
        ),
    ];
    for (a, first) in kinds {
        for (b, second) in kinds {
            let edit = between(
                "vpc-1",
                &with("10.0.1.0/24", "192.168.1.0/24", first),
                "vpc-2",
                &with("10.0.24.0/23", "192.168.2.0/24", second),
            );
            if a == "static" && b == "static" {
                s.good("GWP-06", [edit]);
            } else {
                s.bad("GWP-06", [edit]);
            }
            // On one side they may meet.
            let same = format!(
                "{},{}",
                with("10.0.1.0/25", "192.168.1.0/25", first),
                with("10.0.1.128/25", "192.168.1.128/25", second)
            );
            s.good("GWP-06", [between("vpc-1", &same, "vpc-2", TWO)]);
            let mixed = between(
                "vpc-1",
                &same,
                "vpc-2",
                &with("10.0.24.0/23", "192.168.2.0/24", r#"{"static":{}}"#),
            );
            if a == "static" && b == "static" {
                s.good("GWP-06", [mixed]);
            } else {
                s.bad("GWP-06", [mixed]);
            }
        }
        let back = with("10.0.24.0/23", "192.168.2.0/24", first);
        s.good(
            "GWP-06",
            [between(
                "vpc-1",
                r#"{"ips":[{"cidr":"10.0.1.0/24"}]}"#,
                "vpc-2",
                &back,
            )],
        );
    }
    s.on("nat").at("peering");
    s.bad(
        "GWP-06",
        [
            "vpc-1/expose/0/nat={\"masquerade\":{}}",
            "vpc-3/expose/0/nat={\"masquerade\":{}}",
            "vpc-1/expose/0/nat={\"masquerade\":{}} ; vpc-3/expose/0/nat={\"masquerade\":{}}",
        ],
    );
    s.good(
        "GWP-06",
        ["vpc-1/expose/0/nat={\"masquerade\":{}} ; vpc-3/expose=[]"],
    );
}

fn references(s: &mut Sheet) {
    s.on("plain");
    for (a, b) in [
        ("vpc-9", "vpc-2"),
        ("vpc-1", "vpc-9"),
        ("Vpc-1", "vpc-2"),
        ("vpc-1", "ext.nowhere"),
        ("vpc-1", "ext."),
        ("ext-1", "vpc-2"),
        ("vpc-1", "Ext.ext-1"),
    ] {
        s.bad("GWP-09", [format!("peering={{\"{a}\":{{}},\"{b}\":{{}}}}")]);
    }
    s.good(
        "GWP-09",
        [
            "peering={\"vpc-1\":{},\"vpc-3\":{}}",
            "peering={\"vpc-4\":{},\"ext.ext-1\":{}}",
            "peering={\"ext.ext-1\":{},\"vpc-2\":{}}",
        ],
    );
    s.bad("GWP-09", ["!VPC/vpc-1", "!VPC/vpc-2"]);
    s.good("GWP-09", ["!VPC/vpc-3", "!External/ext-1"]);
    s.on("outside");
    s.bad("GWP-09", ["!External/ext-1", "!VPC/vpc-1"]);
    s.on("plain").at("peering/vpc-1");
    let cidr = |cidr: &str| format!("expose=[{{\"ips\":[{{\"cidr\":\"{cidr}\"}}]}}]");
    s.bad(
        "GWP-10",
        [
            "10.0.0.0/23",
            "10.0.1.0/23",
            "10.0.3.0/24",
            "10.0.0.0/16",
            "10.0.20.0/24",
            "192.168.0.0/24",
            "0.0.0.0/0",
            "fd00::/64",
            "10.0.0.255/32",
            "10.0.3.0/32",
        ]
        .map(cidr),
    );
    s.good(
        "GWP-10",
        [
            "10.0.1.0/24",
            "10.0.1.0/25",
            "10.0.1.128/25",
            "10.0.1.255/32",
            "10.0.1.0/32",
            "10.0.1.77/24",
            "10.0.2.128/25",
        ]
        .map(cidr),
    );
    s.bad(
        "GWP-10",
        [
            "expose=[{\"ips\":[{\"vpcSubnet\":\"nowhere\"}]}]",
            "expose=[{\"ips\":[{\"vpcSubnet\":\"Default\"}]}]",
            "expose=[{\"ips\":[{\"cidr\":\"10.0.1.0/24\"},{\"vpcSubnet\":\"wide\"}]}]",
            "VPC/vpc-1 -subnets/default",
        ],
    );
    s.good(
        "GWP-10",
        ["expose=[{\"ips\":[{\"cidr\":\"10.0.1.0/24\"},{\"not\":\"192.168.0.0/16\"}]}] ; !GatewayPeering/masquerade"],
    );
    s.at("peering/vpc-2");
    s.good(
        "GWP-10",
        ["10.0.24.0/22", "10.0.24.0/24", "10.0.27.255/32"].map(cidr),
    );
    s.bad(
        "GWP-10",
        ["10.0.24.0/21", "10.0.28.0/24", "10.0.23.255/32"].map(cidr),
    );
}

/// Upstream takes what is no CIDR for an empty one, and fails as soon as somebody else exposes anything to the same side.
fn unresolved(s: &mut Sheet) {
    s.on("plain").at("peering/vpc-1");
    s.bad("GWP-12", [
        r#"expose=[{"ips":[{"vpcSubnet":"default"}]}]"#, r#"expose=[{"ips":[{"cidr":"10.0.1.0/24"},{"not":"10.0.1.5/32"}]}]"#,
        r#"expose=[{"ips":[{"cidr":"10.0.1.0/24"}],"as":[{"cidr":"192.168.1.0/24"},{"not":"192.168.1.5/32"}],"nat":{"static":{}}}]"#,
        "GatewayPeering/masquerade peering/vpc-3/expose/0/ips=[{\"vpcSubnet\":\"default\"}]",
        "GatewayPeering/masquerade peering/vpc-3/expose/0/ips/1={\"not\":\"10.0.30.5/32\"}",
    ]);
}

fn overlaps(s: &mut Sheet) {
    // `nat` and `plain` are of vpc-1; `masquerade` exposes vpc-3 to vpc-2, as `plain` exposes vpc-1.
    s.on("plain").at("peering/vpc-1");
    let towards = |cidr: &str| {
        format!(
            r#"expose=[{{"ips":[{{"cidr":"10.0.1.0/24"}}],"as":[{{"cidr":"{cidr}"}}],"nat":{{"static":{{}}}}}}]"#
        )
    };
    s.bad(
        "GWP-11",
        [
            "10.0.30.0/24",
            "10.0.30.128/25",
            "10.0.0.0/16",
            "10.0.30.255/32",
            "0.0.0.0/0",
        ]
        .map(towards),
    );
    s.good(
        "GWP-11",
        [
            "10.0.31.0/24",
            "10.0.29.0/24",
            "192.168.1.0/24",
            "192.168.31.0/24",
            "10.0.20.0/24",
        ]
        .map(towards),
    );
    s.at("peering/vpc-2");
    let back = |cidr: &str| {
        format!(
            r#"expose=[{{"ips":[{{"cidr":"10.0.24.0/24"}}],"as":[{{"cidr":"{cidr}"}}],"nat":{{"static":{{}}}}}}]"#
        )
    };
    s.bad(
        "GWP-11",
        [
            "192.168.31.0/24",
            "192.168.31.0/25",
            "192.168.0.0/16",
            "192.168.31.1/32",
        ]
        .map(back),
    );
    s.good(
        "GWP-11",
        [
            "192.168.30.0/24",
            "192.168.32.0/24",
            "192.168.11.0/24",
            "10.0.30.0/24",
        ]
        .map(back),
    );
    s.at("");
    s.bad("GWP-11", [
        "+GatewayPeering/twin {peering: {vpc-1: {expose: [{ips: [{cidr: 10.0.1.0/25}]}]}, vpc-2: {expose: []}}}",
        "+GatewayPeering/twin {peering: {vpc-1: {expose: []}, vpc-2: {expose: [{ips: [{cidr: 10.0.24.0/24}]}]}}}",
        "GatewayPeering/masquerade peering/vpc-3/expose/0={\"ips\":[{\"cidr\":\"10.0.30.0/24\"}],\"as\":[{\"cidr\":\"10.0.1.0/25\"}],\"nat\":{\"static\":{}}}",
    ]);
    s.good("GWP-11", [
        "+GatewayPeering/twin {peering: {vpc-1: {expose: [{ips: [{cidr: 10.0.2.0/25}]}]}, vpc-2: {expose: [{ips: [{cidr: 10.0.26.0/24}]}]}}}",
        "+GatewayPeering/twin {peering: {vpc-1: {expose: [{default: true}]}, vpc-2: {expose: []}}}",
        "+GatewayPeering/twin {peering: {vpc-1: {expose: [{ips: [{cidr: 10.0.1.0/24}]}]}, vpc-4: {expose: []}}}",
    ]);
}
