//! Connections: their shape, MTU, static externals and servers.

use serde_json::{Value, json};

use crate::vectors::sheet::Sheet;

pub(crate) const UNBUNDLED: &str = "server-01--unbundled--leaf-03";
pub(crate) const BUNDLED: &str = "server-02--bundled--leaf-01";
pub(crate) const ESLAG: &str = "server-03--eslag--leaf-01--leaf-02";
pub(crate) const FABRIC: &str = "spine-01--fabric--leaf-01";
pub(crate) const MESH: &str = "leaf-03--mesh--leaf-04";
pub(crate) const GATEWAY: &str = "spine-01--gateway--gw-1";
pub(crate) const LOOPBACK: &str = "leaf-01--vpc-loopback";
pub(crate) const EXTERNAL: &str = "leaf-04--external";
pub(crate) const STATIC: &str = "leaf-03--static-external";

/// A connection, the end of one of its links, the rule of its counts.
pub(crate) const ENDS: &[(&str, &str, &str)] = &[
    (UNBUNDLED, "unbundled/link/server", "CON-04"),
    (UNBUNDLED, "unbundled/link/switch", "CON-04"),
    (BUNDLED, "bundled/links/0/server", "CON-05"),
    (BUNDLED, "bundled/links/1/switch", "CON-05"),
    (ESLAG, "eslag/links/1/server", "CON-06"),
    (ESLAG, "eslag/links/0/switch", "CON-06"),
    (FABRIC, "fabric/links/0/spine", "CON-07"),
    (FABRIC, "fabric/links/1/leaf", "CON-07"),
    (MESH, "mesh/links/0/leaf1", "CON-07"),
    (MESH, "mesh/links/0/leaf2", "CON-07"),
    (GATEWAY, "gateway/links/0/switch", "CON-08"),
    (GATEWAY, "gateway/links/0/gateway", "CON-08"),
    (LOOPBACK, "vpcLoopback/links/0/switch1", "CON-09"),
    (LOOPBACK, "vpcLoopback/links/1/switch2", "CON-09"),
    (EXTERNAL, "external/link/switch", "CON-03"),
    (STATIC, "staticExternal/link/switch", "CON-03"),
];

pub(crate) fn sheet() -> Sheet {
    let mut sheet = Sheet::new("Connection", "wiring");
    let s = &mut sheet;
    forms(s);
    servers(s);
    counts(s);
    switches(s);
    mtu(s);
    static_external(s);
    modes(s);
    super::connection_ports::cases(s);
    super::connection_links::cases(s);
    sheet
}

fn forms(s: &mut Sheet) {
    for (connection, end, counts) in ENDS {
        s.on(connection).at(end);
        let rules = if *counts == "CON-03" {
            "CON-03".to_owned()
        } else {
            format!("CON-03 {counts}")
        };
        let device = match *connection {
            UNBUNDLED | STATIC => "leaf-03",
            BUNDLED | ESLAG | LOOPBACK => "leaf-01",
            EXTERNAL => "leaf-04",
            _ => "spine-01",
        };
        s.bad(
            &rules,
            [
                "port=",
                "-port",
                "port=null",
                "port=/",
                "port=/E1/1",
                "port=E1",
            ],
        );
        s.bad(
            &rules,
            [
                format!("port={device}"),
                format!("port={device}/"),
                format!("-/spec/{end}"),
                format!("/spec/{end}=null"),
                format!("/spec/{end}={{}}"),
            ],
        );
    }
    for connection in [
        UNBUNDLED, BUNDLED, ESLAG, FABRIC, MESH, GATEWAY, LOOPBACK, EXTERNAL, STATIC,
    ] {
        s.on(connection);
        s.good(
            "CON-03",
            [
                "",
                "/metadata/name=another",
                "/metadata/labels={\"example.com/rack\":\"4\"}",
            ],
        );
    }
    s.on("server-06--mclag--leaf-06");
    s.good(
        "CON-02",
        [
            "",
            "mclag={}",
            "mclag/links/0/switch/port=x",
            "mclag/links/0/switch/port=leaf-99/E1/1",
            "mclag/links/0/server/port=server-99/a",
            "mclag/links/1/server/port=server-06/enp2s1",
            "mclag/mtu=65535",
            "/spec={\"mclagDomain\":{}}",
            "mclag/links/0/switch/port=leaf-06/E1/1",
        ],
    );
    s.bad("META-02", ["/metadata/namespace=lab"]);
    s.bad("META-03", ["/metadata/name=Mclag"]);
}

fn servers(s: &mut Sheet) {
    for (connection, end) in [
        (UNBUNDLED, "unbundled/link/server"),
        (BUNDLED, "bundled/links/0/server"),
        (ESLAG, "eslag/links/1/server"),
    ] {
        let server = &connection[..9];
        s.on(connection).at(end);
        s.good(
            "CON-19",
            ["a", "enp2s1/0", "eth 0", "E1/1", "1"].map(|port| format!("port={server}/{port}x")),
        );
        s.bad("CON-19", [format!("!Server/{server}")]);
        s.good("CON-19", ["!Server/server-07"]);
    }
    let missing = ["server-99", "Server-01", "leaf-03", "gw-1"];
    s.on(UNBUNDLED).at("unbundled/link/server");
    s.bad("CON-19", missing.map(|name| format!("port={name}/enp2s1x")));
    s.good("CON-19", ["port=server-07/enp2s1", "port=server-06/enp9"]);
    s.on(BUNDLED).at("bundled/links");
    s.bad(
        "CON-19",
        missing.map(|name| format!("0/server/port={name}/enp2s1x ; 1/server/port={name}/enp2s2x")),
    );
    s.good(
        "CON-19",
        ["0/server/port=server-07/a ; 1/server/port=server-07/b"],
    );
    s.on(ESLAG).at("eslag/links");
    s.bad(
        "CON-19",
        missing.map(|name| format!("0/server/port={name}/enp2s1x ; 1/server/port={name}/enp2s2x")),
    );
    s.good(
        "CON-19",
        ["0/server/port=server-07/a ; 1/server/port=server-07/b"],
    );
}

fn counts(s: &mut Sheet) {
    s.on(UNBUNDLED).at("unbundled/link");
    s.good(
        "CON-04",
        [
            "server/port=server-01/E1/1",
            "server/port=server-01/leaf-03/E1/1",
            "switch/port=leaf-03/E1/2",
        ],
    );
    s.bad(
        "CON-04",
        [
            "server/port=leaf-03/E1/2 ; switch/port=leaf-03/E1/2",
            "server/port=leaf-03/E1/1",
        ],
    );
    s.on(BUNDLED).at("bundled/links");
    s.bad(
        "CON-05",
        [
            "1/switch/port=leaf-02/E1/7",
            "0/switch/port=leaf-03/E1/7",
            "1/server/port=server-07/enp2s2",
            "0/server/port=server-07/enp2s1",
            "1/server/port=server-02/enp2s1",
            "1/switch/port=leaf-01/E1/7",
            "/spec/bundled/links=[]",
            "/spec/bundled={}",
            "-/spec/bundled/links",
            "/spec/bundled/links=null",
            "2={\"server\":{\"port\":\"server-02/enp2s3\"},\"switch\":{\"port\":\"leaf-02/E1/8\"}}",
            "2={\"server\":{\"port\":\"server-02/enp2s2\"},\"switch\":{\"port\":\"leaf-01/E1/8\"}}",
            "0/server/port=leaf-01/E1/7 ; 1/server/port=leaf-01/E1/8",
        ],
    );
    s.good(
        "CON-05",
        [
            "-1",
            "2={\"server\":{\"port\":\"server-02/enp2s3\"},\"switch\":{\"port\":\"leaf-01/E1/8\"}}",
            "1/switch/port=leaf-01/E1/8",
            "1/server/port=server-02/enp2s3",
        ],
    );
    let more = "+Switch/leaf-11 {role: server-leaf, profile: dell-s5232f-on, asn: 65111, ip: 172.30.0.61/21, protocolIP: 172.30.8.61/32, vtepIP: 172.30.12.61/32, redundancy: {group: eslag-1, type: eslag}}";
    let all = (11..14)
        .map(|n| {
            more.replace("11", &n.to_string())
                .replace("61", &(50 + n).to_string())
        })
        .collect::<Vec<_>>()
        .join(" ; ");
    let link = |n: u32, port: &str| {
        format!(
            "{{\"server\":{{\"port\":\"server-03/enp2s{n}\"}},\"switch\":{{\"port\":\"{port}\"}}}}"
        )
    };
    s.on(ESLAG).at("eslag/links");
    s.good(
        "CON-06",
        [
            "1/switch/port=leaf-01/E1/2".to_owned(),
            format!("2={}", link(3, "leaf-01/E1/2")),
            format!("2={} ; {all}", link(3, "leaf-11/E1/2")),
            format!(
                "2={} ; 3={} ; {all}",
                link(3, "leaf-11/E1/2"),
                link(4, "leaf-12/E1/2")
            ),
        ],
    );
    s.bad(
        "CON-06",
        [
            "1/server/port=server-07/enp2s2".to_owned(),
            "0/server/port=server-07/enp2s2".to_owned(),
            "1/server/port=server-03/enp2s1".to_owned(),
            "1/switch/port=leaf-01/E1/1".to_owned(),
            "/spec/eslag/links=[]".to_owned(),
            "/spec/eslag={}".to_owned(),
            format!(
                "2={} ; 3={} ; 4={} ; {all}",
                link(3, "leaf-11/E1/2"),
                link(4, "leaf-12/E1/2"),
                link(5, "leaf-13/E1/2")
            ),
            format!("2={}", link(2, "leaf-01/E1/2")),
            format!("2={}", link(3, "leaf-02/E1/1/1")),
        ],
    );
    s.on(FABRIC).at("fabric/links");
    s.bad(
        "CON-07",
        [
            "0/leaf/port=spine-01/E1/7 ; 1/leaf/port=spine-01/E1/8",
            "1/leaf/port=leaf-02/E1/32",
            "1/spine/port=spine-02/E1/2",
            "0/leaf/port=leaf-02/E1/31",
            "1/leaf/port=leaf-01/E1/31",
            "1/spine/port=spine-01/E1/1",
            "/spec/fabric/links=[]",
            "/spec/fabric={}",
            "-/spec/fabric/links",
            "1/spine/port=leaf-03/E1/20 ; 1/leaf/port=leaf-03/E1/21",
        ],
    );
    s.good(
        "CON-07",
        [
            "-1",
            "1/leaf/port=leaf-01/E1/20",
            "1/spine/port=leaf-01/E1/20 ; 1/leaf/port=spine-01/E1/20",
        ],
    );
    s.on(MESH).at("mesh/links");
    s.bad(
        "CON-07",
        [
            "0/leaf2/port=leaf-03/E1/54",
            "0/leaf1/port=leaf-04/E1/4",
            "/spec/mesh/links=[]",
            "/spec/mesh={}",
            "1={\"leaf1\":{\"port\":\"leaf-03/E1/54\"},\"leaf2\":{\"port\":\"leaf-02/E1/20\"}}",
            "1={\"leaf1\":{\"port\":\"leaf-03/E1/53\"},\"leaf2\":{\"port\":\"leaf-04/E1/4\"}}",
            "1={\"leaf1\":{\"port\":\"leaf-03/E1/54\"},\"leaf2\":{\"port\":\"leaf-04/E1/3\"}}",
        ],
    );
    s.good(
        "CON-07",
        [
            "1={\"leaf1\":{\"port\":\"leaf-03/E1/54\"},\"leaf2\":{\"port\":\"leaf-04/E1/4\"}}",
            "0/leaf2/port=leaf-02/E1/20",
            "1={\"leaf1\":{\"port\":\"leaf-04/E1/4\"},\"leaf2\":{\"port\":\"leaf-03/E1/54\"}}",
        ],
    );
    let gateway = |switch: &str, gateway: &str| {
        format!("1={{\"switch\":{{\"port\":\"{switch}\"}},\"gateway\":{{\"port\":\"{gateway}\"}}}}")
    };
    s.on(GATEWAY).at("gateway/links");
    s.bad(
        "CON-08",
        [
            gateway("spine-02/E1/9", "gw-1/enp2s2"),
            gateway("leaf-01/E1/9", "gw-1/enp2s2"),
            gateway("spine-01/E1/9", "gw-1/enp2s2"),
            gateway("spine-01/E1/10", "gw-1/enp2s1"),
            "/spec/gateway/links=[]".to_owned(),
            "/spec/gateway={}".to_owned(),
            "0/gateway/port=spine-01/E1/9".to_owned(),
        ],
    );
    s.good(
        "CON-08",
        [
            gateway("spine-01/E1/10", "gw-1/enp2s2"),
            gateway("spine-01/E1/10", "gw-2/enp2s1"),
            "0/switch/port=spine-02/E1/9".to_owned(),
        ],
    );
    let loopback = |a: &str, b: &str| {
        format!("2={{\"switch1\":{{\"port\":\"{a}\"}},\"switch2\":{{\"port\":\"{b}\"}}}}")
    };
    s.on(LOOPBACK).at("vpcLoopback/links");
    s.bad(
        "CON-09",
        [
            "0/switch2/port=leaf-01/E1/11".to_owned(),
            "0/switch2/port=leaf-02/E1/12".to_owned(),
            "1/switch1/port=leaf-01/E1/11".to_owned(),
            "1/switch1/port=leaf-01/E1/12".to_owned(),
            "1/switch1/port=leaf-02/E1/13 ; 1/switch2/port=leaf-02/E1/14".to_owned(),
            "/spec/vpcLoopback/links=[]".to_owned(),
            "/spec/vpcLoopback={}".to_owned(),
            loopback("leaf-01/E1/15", "leaf-01/E1/15"),
            loopback("leaf-01/E1/11", "leaf-01/E1/16"),
        ],
    );
    s.good(
        "CON-09",
        [
            loopback("leaf-01/E1/15", "leaf-01/E1/16"),
            "-1".to_owned(),
            "0/switch2/port=leaf-01/E1/17".to_owned(),
        ],
    );
}

fn switches(s: &mut Sheet) {
    for (connection, end, _) in ENDS {
        if end.ends_with("server") || end.ends_with("gateway") {
            continue;
        }
        // The other link would be on another switch, which is refused for itself.
        let alone = matches!(
            *connection,
            UNBUNDLED | EXTERNAL | STATIC | MESH | ESLAG | GATEWAY
        );
        s.on(connection).at(end);
        if alone {
            s.bad(
                "CON-16",
                [
                    "port=leaf-99/E1/1",
                    "port=Leaf-01/E1/1",
                    "port=server-01/E1/1",
                    "port=eslag-1/E1/1",
                ],
            );
        }
    }
    for (connection, switch) in [
        (UNBUNDLED, "leaf-03"),
        (BUNDLED, "leaf-01"),
        (ESLAG, "leaf-02"),
        (FABRIC, "spine-01"),
        (FABRIC, "leaf-01"),
        (MESH, "leaf-04"),
        (GATEWAY, "spine-01"),
        (LOOPBACK, "leaf-01"),
        (EXTERNAL, "leaf-04"),
        (STATIC, "leaf-03"),
    ] {
        s.on(connection);
        s.bad("CON-16", [format!("!Switch/{switch}")]);
        s.bad_through(
            &format!("Switch/{switch}"),
            "CON-16",
            ["nowhere", "Dell-S5232F-ON"]
                .map(|profile| format!("Switch/{switch} profile={profile}")),
        );
        s.good(
            "CON-16",
            ["!Switch/leaf-05", "Switch/leaf-05 profile=nowhere"],
        );
    }
}

fn mtu(s: &mut Sheet) {
    for (connection, kind) in [(UNBUNDLED, "unbundled"), (BUNDLED, "bundled")] {
        s.on(connection).at(kind);
        s.good(
            "CON-11",
            ["0", "1", "1500", "9035", "9036", "null"].map(|m| format!("mtu={m}")),
        );
        s.bad(
            "CON-11",
            ["9037", "9038", "9100", "65535"].map(|m| format!("mtu={m}")),
        );
        s.configured(json!({"fabric_mtu": 5000}));
        s.good("CON-11", ["mtu=4936", "mtu=1500"]);
        s.bad("CON-11", ["mtu=4937", "mtu=9000"]);
        s.configured(json!({"server_facing_mtu_offset": 100}));
        s.good("CON-11", ["mtu=9000"]);
        s.bad("CON-11", ["mtu=9001"]);
        s.configured(Value::Null);
    }
    s.on(ESLAG).at("eslag");
    s.good(
        "CON-11",
        ["9036", "9037", "65535", "0"].map(|m| format!("mtu={m}")),
    );
}

fn static_external(s: &mut Sheet) {
    s.on(STATIC).at("staticExternal/link/switch");
    s.bad(
        "CON-12",
        [
            "ip=",
            "-ip",
            "ip=null",
            "ip=172.20.0.1",
            "ip=x",
            "ip=172.20.0.1/33",
            "nextHop=",
            "-nextHop",
            "nextHop=null",
            "nextHop=x",
            "nextHop=172.20.0.2/24",
            "nextHop=172.20.1.0",
            "nextHop=172.19.255.255",
            "nextHop=10.0.0.1",
            "ip=172.20.0.1/32",
            "ip=172.20.0.4/30",
            "ip=172.20.0.0/31",
        ],
    );
    s.good(
        "CON-12",
        [
            "ip=172.20.0.0/24",
            "ip=172.20.0.255/24",
            "nextHop=172.20.0.0",
            "nextHop=172.20.0.255",
            "nextHop=172.20.0.1",
            "ip=172.20.0.1/30",
            "ip=172.20.0.3/31",
            "ip=172.20.0.2/32",
            "ip=172.30.0.1/24 ; nextHop=172.30.0.2",
            "ip=172.16.0.1/8",
            "vlan=0",
            "-vlan",
        ],
    );
    let subnets = |items: &[&str]| format!("subnets={}", json!(items));
    s.bad(
        "CON-12",
        [
            subnets(&["x"]),
            subnets(&[""]),
            subnets(&["192.168.100.0"]),
            subnets(&["192.168.100.1/24"]),
            subnets(&["192.168.100.0/33"]),
            subnets(&["192.168.100.0/24", "192.168.100.0/24"]),
            subnets(&["192.168.100.0/24", "192.168.0.0/16"]),
            subnets(&["192.168.100.0/24", "192.168.100.255/32"]),
            subnets(&["0.0.0.0/0", "192.168.100.0/24"]),
            subnets(&["192.168.100.0/24", "0.0.0.0/0"]),
            subnets(&["0.0.0.0/0", "0.0.0.0/0"]),
            subnets(&["172.30.0.0/16"]),
            subnets(&["172.30.1.0/24"]),
            subnets(&["172.30.1.42/32"]),
            subnets(&["172.30.95.0/31"]),
            subnets(&["172.30.19.0/24"]),
            subnets(&["172.30.128.0/17"]),
            subnets(&["172.16.0.0/12"]),
            subnets(&["192.168.100.0/24", "172.30.12.0/22"]),
            subnets(&["192.168.100.0/24", "10.0.0.1/8"]),
            subnets(&["010.0.0.0/8"]),
        ],
    );
    s.good(
        "CON-12",
        [
            subnets(&[]),
            "subnets=null".to_owned(),
            "-subnets".to_owned(),
            subnets(&["0.0.0.0/0"]),
            subnets(&["10.0.0.0/8"]),
            subnets(&["192.168.100.1/32"]),
            subnets(&["192.168.0.0/17", "192.168.128.0/17"]),
            subnets(&["172.30.20.0/22"]),
            subnets(&["172.30.95.2/31"]),
            subnets(&["172.31.0.0/16", "172.29.0.0/16"]),
            subnets(&["172.20.0.0/24"]),
        ],
    );
    s.at("staticExternal");
    s.bad(
        "CON-13",
        [
            "withinVPC=vpc-9",
            "withinVPC=Vpc-1",
            "!VPC/vpc-1",
            "withinVPC=vpc-1/default",
        ],
    );
    s.good(
        "CON-13",
        [
            "withinVPC=vpc-2",
            "withinVPC=",
            "-withinVPC",
            "withinVPC=null",
            "!VPC/vpc-2",
        ],
    );
}

fn modes(s: &mut Sheet) {
    s.configured(json!({"fabric_mode": "collapsed-core"}));
    for connection in [ESLAG, GATEWAY] {
        s.on(connection);
        s.bad(
            "CON-15",
            [
                "",
                "/metadata/name=another",
                "/metadata/labels={\"example.com/rack\":\"4\"}",
            ],
        );
    }
    for connection in [UNBUNDLED, BUNDLED, FABRIC, MESH, LOOPBACK, EXTERNAL, STATIC] {
        s.on(connection);
        s.good("CON-15", [""]);
    }
    s.configured(json!({"fabric_mode": "spine-leaf"}));
    for connection in [ESLAG, GATEWAY] {
        s.on(connection);
        s.good("CON-15", [""]);
    }
    s.configured(Value::Null);
}
