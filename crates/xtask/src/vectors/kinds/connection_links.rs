//! Addresses of links between switches, and to gateways.

use super::connection::{FABRIC, GATEWAY, MESH};
use crate::vectors::sheet::Sheet;

pub(crate) fn cases(s: &mut Sheet) {
    for (connection, link, a, b) in [
        (FABRIC, "fabric/links/0", "spine", "leaf"),
        (FABRIC, "fabric/links/1", "spine", "leaf"),
        (MESH, "mesh/links/0", "leaf1", "leaf2"),
        (GATEWAY, "gateway/links/0", "switch", "gateway"),
    ] {
        s.on(connection).at(link);
        let both = |x: &str, y: &str| format!("{a}/ip={x} ; {b}/ip={y}");
        s.good(
            "CON-22",
            [
                both("172.30.128.200/31", "172.30.128.201/31"),
                both("172.30.128.201/31", "172.30.128.200/31"),
                both("172.30.255.254/31", "172.30.255.255/31"),
                both("172.30.128.100/31", "172.30.128.101/31"),
            ],
        );
        s.bad(
            "CON-22",
            [
                both("172.30.128.201/31", "172.30.128.202/31"),
                both("172.30.128.200/31", "172.30.128.203/31"),
                both("172.30.128.200/31", "172.30.128.200/31"),
                both("172.30.128.200/30", "172.30.128.201/30"),
                both("172.30.128.200/32", "172.30.128.201/32"),
                both("172.30.128.200/24", "172.30.128.201/24"),
                both("172.30.128.200/31", "172.30.128.201/30"),
                both("172.30.127.254/31", "172.30.127.255/31"),
                both("172.31.0.0/31", "172.31.0.1/31"),
                both("10.0.0.0/31", "10.0.0.1/31"),
                both("172.30.0.0/31", "172.30.0.1/31"),
                both("172.30.128.200", "172.30.128.201"),
                both("172.30.128.200/31", "x"),
                both("x", "172.30.128.201/31"),
                both("fd00::/127", "fd00::1/127"),
            ],
        );
        s.good(
            "CON-22",
            [
                format!("-{a}/ip"),
                format!("-{b}/ip"),
                format!("-{a}/ip ; -{b}/ip"),
                format!("{a}/ip=null"),
                format!("{b}/ip=null"),
                format!("-{a}/ip ; {b}/ip=10.0.0.1/24"),
            ],
        );
        let other = if connection == MESH { FABRIC } else { MESH };
        let (taken, next) = if connection == MESH {
            (
                both("172.30.128.0/31", "172.30.128.1/31"),
                both("172.30.128.3/31", "172.30.128.2/31"),
            )
        } else {
            (
                both("172.30.128.8/31", "172.30.128.9/31"),
                both("172.30.128.9/31", "172.30.128.8/31"),
            )
        };
        s.bad("CON-22", [taken.clone(), next]);
        let half = if other == MESH {
            "mesh/links/0/leaf2/ip"
        } else {
            "fabric/links/0/leaf/ip"
        };
        s.bad("CON-22", [format!("{taken} ; Connection/{other} -{half}")]);
        s.good("CON-22", [format!("{taken} ; !Connection/{other}")]);
    }
    s.on(FABRIC).at("fabric/links");
    s.bad(
        "CON-22",
        [
            "1/spine/ip=172.30.128.0/31 ; 1/leaf/ip=172.30.128.1/31",
            "1/spine/ip=172.30.128.1/31 ; 1/leaf/ip=172.30.128.0/31",
            "0/spine/ip=172.30.128.10/31 ; 0/leaf/ip=172.30.128.11/31",
            "0/spine/ip=172.30.128.4/31 ; 0/leaf/ip=172.30.128.5/31",
            "0/leaf/ip=172.30.128.3/31",
        ],
    );
    s.good("CON-22", [
        "0/spine/ip=172.30.128.2/31 ; 0/leaf/ip=172.30.128.3/31 ; 1/spine/ip=172.30.128.0/31 ; 1/leaf/ip=172.30.128.1/31",
    ]);
    s.configured(serde_json::json!({"fabric_subnet": "172.30.128.0/24"}));
    s.bad(
        "CON-22",
        ["0/spine/ip=172.30.129.0/31 ; 0/leaf/ip=172.30.129.1/31"],
    );
    s.good(
        "CON-22",
        ["0/spine/ip=172.30.128.254/31 ; 0/leaf/ip=172.30.128.255/31"],
    );
    s.configured(serde_json::Value::Null);
}
