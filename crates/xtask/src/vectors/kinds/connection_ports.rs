//! Ports of connections: which exist, which are taken, and redundancy groups.

use super::connection::{
    BUNDLED, ESLAG, EXTERNAL, FABRIC, GATEWAY, LOOPBACK, MESH, STATIC, UNBUNDLED,
};
use crate::vectors::sheet::Sheet;

/// Switches with ports that they have, are free, and ports that they have not.
const PORTS: &[(&str, &[&str], &[&str])] = &[
    (
        "leaf-01",
        &[
            "E1/2", "E1/2/1", "E1/5", "E1/5/1", "E1/5/3", "E1/5/4", "E1/6", "E1/6/1", "E1/30",
            "E1/33", "E1/34", "M1",
        ],
        &[
            "E1/0",
            "E1/35",
            "E1/5/0",
            "E1/5/5",
            "E1/2/2",
            "E1/33/1",
            "E1/6/2",
            "M2",
            "M1/1",
            "Ethernet0",
            "e1/2",
            "E2/1",
            "E1/02",
            "1/2",
            "E1/2/",
            "E1/2/1/1",
            "E1//2",
            "E1/ 2",
        ],
    ),
    (
        "leaf-03",
        &["E1/2", "E1/48", "E1/49", "E1/49/1", "E1/50", "M1"],
        &[
            "E1/57", "E1/2/1", "E1/48/1", "E1/49/2", "E1/0", "M0", "E0/2",
        ],
    ),
    (
        "leaf-04",
        &[
            "E1/2", "E1/2/1", "E1/2/7", "E1/4", "E1/64/1", "E1/65", "E1/66", "M1",
        ],
        &["E1/2/9", "E1/67", "E1/65/1", "E1/4/2", "E1/64/2", "E1/2/0"],
    ),
    (
        "leaf-05",
        &["E1/1", "E1/36", "E1/52", "E1/53", "E1/54/1"],
        &["E1/55", "E1/52/1", "E1/53/2", "E1/1/1"],
    ),
    (
        "leaf-06",
        &["E1/4", "E1/48", "E1/49", "E1/55/1", "E1/56", "E1/58"],
        &["E1/59", "E1/56/1", "E1/4/1", "E1/55/2"],
    ),
    (
        "spine-01",
        &["E1/3", "E1/31/1", "E1/32", "E1/34"],
        &["E1/35", "E1/32/1", "E1/31/2"],
    ),
    (
        "spine-02",
        &["E1/1/3", "E1/1/4", "E1/5/8", "E1/2", "E1/32/1", "E1/33"],
        &["E1/1/5", "E1/5/9", "E1/34", "E1/33/1", "E1/2/2"],
    ),
];

pub(crate) fn cases(s: &mut Sheet) {
    exist(s);
    taken(s);
    groups(s);
}

fn exist(s: &mut Sheet) {
    for (connection, end) in [
        (UNBUNDLED, "unbundled/link/switch"),
        (EXTERNAL, "external/link/switch"),
        (STATIC, "staticExternal/link/switch"),
    ] {
        s.on(connection).at(end);
        for (switch, good, bad) in PORTS {
            s.good(
                "CON-17",
                good.iter().map(|port| format!("port={switch}/{port}")),
            );
            s.bad(
                "CON-17",
                bad.iter().map(|port| format!("port={switch}/{port}")),
            );
        }
    }
    let leaf = &PORTS[0];
    for (connection, end) in [
        (BUNDLED, "bundled/links/0/switch"),
        (ESLAG, "eslag/links/0/switch"),
        (FABRIC, "fabric/links/0/leaf"),
        (LOOPBACK, "vpcLoopback/links/0/switch1"),
    ] {
        s.on(connection).at(end);
        s.good(
            "CON-17",
            leaf.1.iter().map(|port| format!("port=leaf-01/{port}")),
        );
        s.bad(
            "CON-17",
            leaf.2.iter().map(|port| format!("port=leaf-01/{port}")),
        );
    }
    s.on(GATEWAY).at("gateway/links/0");
    s.good(
        "CON-17",
        ["E1/3", "E1/34", "M1", "E1/31/1"].map(|port| format!("switch/port=spine-01/{port}")),
    );
    s.bad(
        "CON-17",
        ["E1/35", "E1/31/2", "M2"].map(|port| format!("switch/port=spine-01/{port}")),
    );
    s.good(
        "CON-17",
        ["gateway/port=gw-1/anything", "gateway/port=gw-9/E9/99"],
    );
    s.on(MESH).at("mesh/links/0");
    s.bad(
        "CON-17",
        [
            "leaf1/port=leaf-03/E1/57",
            "leaf2/port=leaf-04/E1/67",
            "leaf2/port=leaf-04/E1/3/2",
        ],
    );
    s.good(
        "CON-17",
        [
            "leaf1/port=leaf-03/E1/54",
            "leaf2/port=leaf-04/E1/3/1",
            "leaf2/port=leaf-04/E1/66",
        ],
    );
    // What the switch says of its ports.
    s.on(BUNDLED);
    s.bad(
        "CON-17",
        [
            "Switch/leaf-01 portBreakouts={\"E1/5\":\"1x100G\"}",
            "Switch/leaf-01 portBreakouts={}",
            "Switch/leaf-01 -portBreakouts",
            "Switch/leaf-01 profile=celestica-ds2000",
        ],
    );
    s.bad_through(
        "Switch/leaf-01",
        "CON-17",
        [
            "Switch/leaf-01 portBreakouts/E1~16=3x10G",
            "Switch/leaf-01 portBreakouts/E1~16=1x400G",
        ],
    );
    s.good(
        "CON-17",
        [
            "Switch/leaf-01 portBreakouts={\"E1/5\":\"2x50G\"}",
            "Switch/leaf-01 portBreakouts={\"E1/5\":\"4x10G\",\"E1/7\":\"4x10G\"}",
            "Switch/leaf-01 profile=edgecore-dcs204",
        ],
    );
    s.on(UNBUNDLED);
    s.bad_through(
        "Switch/leaf-03",
        "CON-17",
        [
            "Switch/leaf-03 portBreakouts={\"E1/49\":\"3x10G\"}",
            "Switch/leaf-03 portBreakouts={\"E1/49\":\"4x100G\"}",
        ],
    );
    s.bad("CON-17", [
        "unbundled/link/switch/port=leaf-03/E1/50/2", "unbundled/link/switch/port=leaf-03/E1/50/4 ; Switch/leaf-03 portBreakouts={\"E1/50\":\"2x50G\"}",
    ]);
    s.good("CON-17", [
        "Switch/leaf-03 portBreakouts={\"E1/49\":\"4x10G\"}",
        "unbundled/link/switch/port=leaf-03/E1/50/4 ; Switch/leaf-03 portBreakouts={\"E1/50\":\"4x10G\"}",
        "unbundled/link/switch/port=leaf-03/E1/50 ; Switch/leaf-03 portBreakouts={\"E1/50\":\"4x10G\"}",
    ]);
}

fn taken(s: &mut Sheet) {
    let used = [
        "leaf-03/E1/9",
        "leaf-03/E1/55",
        "leaf-03/E1/55/1",
        "leaf-03/E1/56",
        "leaf-03/E1/56/1",
        "leaf-03/E1/53",
        "leaf-03/E1/53/1",
        "leaf-01/E1/1",
        "leaf-01/E1/1/1",
        "leaf-02/E1/1",
        "leaf-02/E1/1/1",
        "leaf-01/E1/5/2",
        "leaf-01/E1/7",
        "leaf-01/E1/7/1",
        "leaf-01/E1/11",
        "leaf-01/E1/14/1",
        "leaf-01/E1/31",
        "leaf-01/E1/32",
        "spine-01/E1/1",
        "spine-01/E1/2",
        "spine-02/E1/1/1",
        "spine-02/E1/1",
        "spine-01/E1/9",
        "spine-01/E1/9/1",
        "leaf-04/E1/2/8",
        "leaf-04/E1/3",
        "leaf-06/E1/1",
    ];
    let free = [
        "leaf-03/E1/10",
        "leaf-03/E1/54",
        "leaf-03/E1/54/1",
        "leaf-01/E1/5",
        "leaf-01/E1/5/1",
        "leaf-01/E1/5/3",
        "leaf-02/E1/2",
        "leaf-02/E1/7",
        "leaf-06/E1/2",
        "leaf-06/E1/3",
        "spine-02/E1/1/3",
        "spine-02/E1/9",
        "spine-01/E1/10",
        "leaf-04/E1/2",
        "leaf-04/E1/2/7",
    ];
    for (connection, end) in [
        (UNBUNDLED, "unbundled/link/switch"),
        (EXTERNAL, "external/link/switch"),
        (STATIC, "staticExternal/link/switch"),
    ] {
        s.on(connection).at(end);
        let own: &[&str] = match connection {
            UNBUNDLED => &["leaf-03/E1/1"],
            EXTERNAL => &["leaf-04/E1/5", "leaf-04/E1/5/1"],
            _ => &["leaf-03/E1/9"],
        };
        s.bad(
            "CON-21",
            used.iter()
                .filter(|port| !own.contains(port))
                .map(|port| format!("port={port}")),
        );
        s.good(
            "CON-21",
            free.iter().chain(own).map(|port| format!("port={port}")),
        );
    }
    s.on(UNBUNDLED).at("unbundled/link");
    for server in [
        "server-02/enp2s1",
        "server-02/enp2s2",
        "server-03/enp2s1",
        "server-03/enp2s2",
        "server-04/enp2s1",
        "server-05/enp2s1",
    ] {
        s.bad("CON-21", [format!("server/port={server}")]);
        s.good("CON-21", [format!("server/port={server}/1")]);
    }
    s.good(
        "CON-21",
        [
            "server/port=server-06/enp2s1",
            "server/port=server-06/enp2s2",
            "server/port=server-01/enp2s9",
        ],
    );
    s.bad("CON-21", [
        "Connection/server-04--unbundled--leaf-04 unbundled/link/switch/port=leaf-03/E1/1",
        "+Connection/twin {unbundled: {link: {server: {port: server-07/a}, switch: {port: leaf-03/E1/1}}}}",
        "+Connection/twin {external: {link: {switch: {port: leaf-03/E1/1}}}}",
        "+Connection/twin {unbundled: {link: {server: {port: server-01/enp2s1}, switch: {port: leaf-03/E1/2}}}}",
        "+Connection/twin {vpcLoopback: {links: [{switch1: {port: leaf-03/E1/1}, switch2: {port: leaf-03/E1/2}}]}}",
    ]);
    s.good("CON-21", [
        "+Connection/twin {unbundled: {link: {server: {port: server-07/a}, switch: {port: leaf-03/E1/2}}}}",
        "+Connection/twin {mclag: {links: [{server: {port: server-01/enp2s1}, switch: {port: leaf-03/E1/1}}]}}",
        "+Connection/twin {mclagDomain: {peerLinks: [{switch1: {port: leaf-03/E1/1}, switch2: {port: leaf-06/E1/20}}]}}",
    ]);
    s.on(GATEWAY).at("gateway/links/0");
    s.bad("CON-21", [
        "switch/port=spine-01/E1/1", "switch/port=spine-01/E1/2/1",
        "+Connection/twin {gateway: {links: [{switch: {port: spine-02/E1/9}, gateway: {port: gw-1/enp2s1}}]}}",
    ]);
    s.good("CON-21", ["+Connection/twin {gateway: {links: [{switch: {port: spine-02/E1/9}, gateway: {port: gw-1/enp2s2}}]}}"]);
    s.on(FABRIC).at("fabric/links");
    s.bad(
        "CON-21",
        [
            "0/spine/port=spine-01/E1/9",
            "1/leaf/port=leaf-01/E1/7",
            "1/leaf/port=leaf-01/E1/5/2",
            "0/leaf/port=leaf-01/E1/1/1",
        ],
    );
    s.good(
        "CON-21",
        [
            "0/spine/port=spine-01/E1/10",
            "1/leaf/port=leaf-01/E1/5/3",
            "0/leaf/port=leaf-01/E1/5",
        ],
    );
    s.on(LOOPBACK).at("vpcLoopback/links");
    s.bad(
        "CON-21",
        [
            "0/switch1/port=leaf-01/E1/7",
            "1/switch2/port=leaf-01/E1/31/1",
        ],
    );
    s.good(
        "CON-21",
        [
            "0/switch1/port=leaf-01/E1/8",
            "1/switch2/port=leaf-01/E1/30/1",
        ],
    );
    s.on(BUNDLED).at("bundled/links");
    s.bad(
        "CON-21",
        [
            "0/switch/port=leaf-01/E1/1",
            "1/switch/port=leaf-01/E1/12",
            "0/server/port=server-01/enp2s1 ; 1/server/port=server-01/b",
        ],
    );
    s.good(
        "CON-21",
        [
            "0/switch/port=leaf-01/E1/8",
            "1/switch/port=leaf-01/E1/5/1",
            "1/switch/port=leaf-01/E1/5",
        ],
    );
    s.on(ESLAG).at("eslag/links");
    s.bad(
        "CON-21",
        [
            "0/switch/port=leaf-01/E1/7",
            "0/switch/port=leaf-01/E1/7/1",
            "0/server/port=server-05/enp2s1 ; 1/server/port=server-05/b",
        ],
    );
    s.good(
        "CON-21",
        ["0/switch/port=leaf-01/E1/8", "1/switch/port=leaf-02/E1/7"],
    );
}

fn groups(s: &mut Sheet) {
    let set = |switch: &str, redundancy: &str| format!("Switch/{switch} redundancy={redundancy}");
    let (one, two) = (
        r#"{"group":"eslag-1","type":"eslag"}"#,
        r#"{"group":"eslag-2","type":"eslag"}"#,
    );
    let mclag = r#"{"group":"eslag-1","type":"mclag"}"#;
    s.on(ESLAG);
    s.bad(
        "CON-18",
        [
            set("leaf-02", two),
            set("leaf-01", two),
            set("leaf-02", mclag),
            set("leaf-01", mclag),
            format!("{} ; {}", set("leaf-01", mclag), set("leaf-02", mclag)),
            "Switch/leaf-01 -redundancy ; Switch/leaf-02 -redundancy".to_owned(),
            format!("{} ; {}", set("leaf-01", "{}"), set("leaf-02", "null")),
            "eslag/links/1/switch/port=leaf-06/E1/4".to_owned(),
            "eslag/links/1/switch/port=leaf-05/E1/1".to_owned(),
            "eslag/links/0/switch/port=leaf-05/E1/1".to_owned(),
            "eslag/links/0/switch/port=leaf-03/E1/2 ; eslag/links/1/switch/port=leaf-03/E1/3"
                .to_owned(),
            "eslag/links/0/switch/port=leaf-03/E1/2 ; eslag/links/1/switch/port=leaf-04/E1/4"
                .to_owned(),
            "eslag/links/0/switch/port=leaf-06/E1/4 ; eslag/links/1/switch/port=leaf-06/E1/5"
                .to_owned(),
        ],
    );
    s.good(
        "CON-18",
        [
            format!("{} ; {}", set("leaf-01", two), set("leaf-02", two)),
            set("leaf-01", one),
            "Switch/leaf-02 -redundancy".to_owned(),
            "Switch/leaf-01 -redundancy".to_owned(),
            "eslag/links/1/switch/port=leaf-03/E1/2".to_owned(),
            "eslag/links/0/switch/port=leaf-05/E1/1 ; eslag/links/1/switch/port=leaf-05/E1/2"
                .to_owned(),
        ],
    );
}
