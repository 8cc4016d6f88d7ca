//! Addresses and ASNs of switches.

use serde_json::{Value, json};

use crate::vectors::sheet::Sheet;

pub(crate) fn cases(s: &mut Sheet) {
    for switch in ["leaf-01", "leaf-03", "leaf-05", "spine-01"] {
        s.on(switch);
        s.good(
            "SW-16",
            [
                "172.30.0.0/21",
                "172.30.0.2/21",
                "172.30.0.200/24",
                "172.30.0.200/32",
                "172.30.3.255/21",
                "172.30.1.1/16",
            ]
            .map(|ip| format!("ip={ip}")),
        );
        s.bad(
            "SW-16",
            [
                "172.30.0.1/21",
                "172.30.0.1/32",
                "172.30.4.0/21",
                "172.30.4.1/21",
                "172.30.7.254/21",
                "172.30.7.255/21",
                "172.30.8.0/21",
                "172.29.255.255/21",
                "10.0.0.5/24",
                "172.30.0.200",
                "x",
                "172.30.0.200/33",
                "fd00::1/64",
                "172.30.0.0200/21",
            ]
            .map(|ip| format!("ip={ip}")),
        );
        s.good(
            "SW-17",
            ["172.30.8.0/32", "172.30.8.200/32", "172.30.11.255/32"]
                .map(|ip| format!("protocolIP={ip}")),
        );
        s.bad(
            "SW-17",
            [
                "172.30.7.255/32",
                "172.30.12.0/32",
                "10.0.0.1/32",
                "172.30.8.200/31",
                "172.30.8.200/22",
                "172.30.8.200",
                "x",
                "fd00::1/128",
                "172.30.8.200/33",
            ]
            .map(|ip| format!("protocolIP={ip}")),
        );
    }
    unique(s);
    asns(s);
    for switch in ["leaf-01", "leaf-03", "leaf-06"] {
        s.on(switch);
        s.good(
            "SW-19",
            ["172.30.12.0/32", "172.30.12.200/32", "172.30.15.255/32"]
                .map(|ip| format!("vtepIP={ip}")),
        );
        s.bad(
            "SW-19",
            [
                "172.30.11.255/32",
                "172.30.16.0/32",
                "10.0.0.1/32",
                "172.30.12.200/31",
                "172.30.12.200/22",
                "172.30.12.200",
                "x",
                "fd00::1/128",
            ]
            .map(|ip| format!("vtepIP={ip}")),
        );
    }
}

fn unique(s: &mut Sheet) {
    // Each switch with the addresses of another one.
    let switches = [
        ("spine-01", 1),
        ("spine-02", 2),
        ("leaf-01", 3),
        ("leaf-02", 4),
        ("leaf-03", 5),
        ("leaf-04", 6),
        ("leaf-05", 7),
    ];
    for (switch, own) in switches {
        s.on(switch);
        for (other, n) in switches {
            if n == own {
                continue;
            }
            s.bad("SW-16", [format!("ip=172.30.0.{}/21", 10 + n)]);
            s.bad("SW-17", [format!("protocolIP=172.30.8.{n}/32")]);
            if switch.starts_with("leaf") && other.starts_with("leaf") {
                s.bad("SW-19", [format!("vtepIP=172.30.12.{n}/32")]);
                s.bad("SW-18", [format!("asn={}", 65_098 + n)]);
            }
        }
        s.bad(
            "SW-17",
            [
                "protocolIP=172.30.8.100/32",
                "Gateway/gw-1 protocolIP=172.30.8.99/32 ; protocolIP=172.30.8.99/32",
            ],
        );
        s.good(
            "SW-17",
            [
                "protocolIP=172.30.8.100/32 ; !Gateway/gw-1",
                "protocolIP=172.30.8.101/32",
            ],
        );
    }
    for switch in ["leaf-01", "leaf-04"] {
        s.on(switch);
        s.bad(
            "SW-19",
            [
                "vtepIP=172.30.12.100/32",
                "Gateway/gw-1 vtepIP=172.30.12.99/32 ; vtepIP=172.30.12.99/32",
            ],
        );
        s.good(
            "SW-19",
            [
                "vtepIP=172.30.12.100/32 ; !Gateway/gw-1",
                "vtepIP=172.30.12.101/32",
                "vtepIP=172.30.12.1/32",
            ],
        );
        s.bad(
            "SW-19",
            ["vtepIP=172.30.12.1/32 ; Switch/spine-01 vtepIP=172.30.12.1/32"],
        );
    }
    // Two of an MCLAG pair share a VTEP and an ASN.
    s.on("leaf-06");
    s.good("SW-19", ["vtepIP=172.30.12.5/32", "vtepIP=172.30.12.3/32"]);
    s.good("SW-18", ["asn=65101", "asn=65103"]);
    s.bad("SW-18", ["asn=65100", "asn=65534"]);
    s.bad("SW-16", ["ip=172.30.0.15/21"]);
    s.bad("SW-17", ["protocolIP=172.30.8.5/32"]);
    s.on("leaf-03");
    s.bad(
        "SW-19",
        [
            "vtepIP=172.30.12.8/32",
            "Switch/leaf-06 vtepIP=172.30.12.5/32",
        ],
    );
    s.bad("SW-18", ["asn=65106", "Switch/leaf-06 asn=65103"]);
}

fn asns(s: &mut Sheet) {
    for switch in ["leaf-01", "leaf-03", "leaf-04"] {
        s.on(switch);
        s.good(
            "SW-18",
            [65_110, 65_200, 65_532, 65_533].map(|asn| format!("asn={asn}")),
        );
        s.bad(
            "SW-18",
            [1, 65_099, 65_100, 65_534, 65_535, 4_200_000].map(|asn| format!("asn={asn}")),
        );
        s.configured(json!({"leaf_asn_start": 65000, "leaf_asn_end": 65200}));
        s.good("SW-18", ["asn=65000", "asn=65200"]);
        s.bad("SW-18", ["asn=64999", "asn=65201"]);
        s.configured(Value::Null);
    }
    s.on("leaf-01");
    s.good("SW-18", ["asn=65101 ; !Switch/leaf-02"]);
    s.on("leaf-02");
    s.good("SW-18", ["asn=65101 ; !Switch/leaf-01"]);
    for switch in ["spine-01", "spine-02"] {
        s.on(switch);
        s.good("SW-18", ["asn=65100"]);
        s.bad(
            "SW-18",
            [1, 65_099, 65_101, 65_534].map(|asn| format!("asn={asn}")),
        );
        s.configured(json!({"spine_asn": 64900}));
        s.good("SW-18", ["asn=64900"]);
        s.bad("SW-18", ["asn=65100", "asn=64901"]);
        s.configured(Value::Null);
    }
}
