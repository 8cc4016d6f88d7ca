//! VPCs: everything but DHCP.

use serde_json::{Map, Value, json};

use crate::vectors::sheet::Sheet;

pub(crate) fn sheet() -> Sheet {
    let mut sheet = Sheet::new("VPC", "tenants");
    names(&mut sheet);
    shape(&mut sheet);
    prefixes(&mut sheet);
    reserved(&mut sheet);
    gateways(&mut sheet);
    host_bgp(&mut sheet);
    among_subnets(&mut sheet);
    routes(&mut sheet);
    namespaces(&mut sheet);
    others(&mut sheet);
    super::vpc_dhcp::cases(&mut sheet);
    sheet
}

fn names(s: &mut Sheet) {
    for vpc in ["vpc-2", "vpc-4", "vpc-5"] {
        s.on(vpc);
        s.good(
            "VPC-08",
            ["abcdefghijk", "vpc-1234567", "1", "a.b.c.d.e.f"]
                .map(|n| format!("/metadata/name=\"{n}\"")),
        );
        s.bad(
            "VPC-08",
            [
                "abcdefghijkl",
                "vpc-12345678",
                "a.b.c.d.e.fg",
                "a-very-long-name-for-a-vpc",
            ]
            .map(|n| format!("/metadata/name={n}")),
        );
        s.bad(
            "VPC-09",
            ["/metadata/name=ext.a", "/metadata/name=ext.vpc-2"],
        );
        s.good(
            "VPC-09",
            [
                "/metadata/name=ext",
                "/metadata/name=ext-a",
                "/metadata/name=a.ext.b",
            ],
        );
    }
}

/// Subnets that fit the default namespaces.
fn subnets(count: usize, hosts: usize) -> Value {
    let map: Map<_, _> = (0..count)
        .map(|n| {
            let subnet = format!("10.0.{}.0/24", 100 + n);
            let body = if n < hosts {
                json!({"subnet": subnet, "hostBGP": true})
            } else {
                json!({"subnet": subnet, "vlan": 1100 + n})
            };
            (format!("s{n}"), body)
        })
        .collect();
    Value::Object(map)
}

fn shape(s: &mut Sheet) {
    for vpc in ["vpc-2", "vpc-4", "vpc-5"] {
        s.on(vpc);
        s.bad("VPC-10", ["subnets={}", "-subnets", "subnets=null"]);
    }
    s.on("vpc-2");
    for (count, hosts) in [(1, 0), (1, 1), (2, 1), (19, 0), (20, 0), (20, 20), (20, 3)] {
        s.good("VPC-10", [format!("subnets={}", subnets(count, hosts))]);
    }
    for (count, hosts) in [(21, 0), (21, 21), (22, 1), (40, 0)] {
        s.bad("VPC-10", [format!("subnets={}", subnets(count, hosts))]);
    }
    for vpc in ["vpc-1", "vpc-2", "vpc-3", "vpc-4", "vpc-5"] {
        s.on(vpc);
        s.good("VPC-11", ["mode=l3vni", "mode=", "-mode", "mode=null"]);
        s.bad(
            "VPC-11",
            [
                "mode=l3flat",
                "mode=L3VNI",
                "mode=l2vni",
                "mode=L2VNI",
                "mode=\"l3vni \"",
                "mode=none",
            ],
        );
    }
}

fn prefixes(s: &mut Sheet) {
    let wrong = [
        "-subnet",
        "subnet=",
        "subnet=null",
        "subnet=10.0.40.0",
        "subnet=10.0.40.0/",
        "subnet=10.0.40.0/33",
        "subnet=10.0.40/24",
        "subnet=010.0.40.0/24",
        "subnet=10.0.40.0/024",
        "subnet=10.0.40.0/+24",
        "subnet=10.0.40.0/-1",
        "subnet=10.0.40.256/24",
        "subnet=ten",
        "subnet=\" 10.0.40.0/24\"",
        "subnet=10.0.40.0/31",
        "subnet=10.0.40.0/32",
        "subnet=fd00::/64",
        "subnet=fd00::/31",
        "subnet=\"::ffff:10.0.40.0/120\"",
        "subnet=fe80::1%eth0/24",
    ];
    for (vpc, subnet) in [
        ("vpc-1", "default"),
        ("vpc-1", "backend"),
        ("vpc-1", "hosts"),
        ("vpc-1", "small"),
        ("vpc-2", "edge"),
        ("vpc-4", "default"),
        ("vpc-5", "default"),
    ] {
        s.on(vpc).at(&format!("subnets/{subnet}"));
        s.bad("VPC-12", wrong);
    }
    for (vpc, net) in [("vpc-4", "10.0.40"), ("vpc-5", "10.0.50")] {
        s.on(vpc).at("subnets/default");
        s.good(
            "VPC-12",
            [
                "0/30", "4/30", "252/30", "0/29", "0/28", "0/25", "128/25", "0/24", "5/24",
                "255/24", "7/30",
            ]
            .map(|rest| format!("subnet={net}.{rest}")),
        );
    }
}

fn reserved(s: &mut Sheet) {
    // The namespace is wide enough to see this rule alone; it is itself refused for that.
    let wide = "IPv4Namespace/default subnets=[\"10.0.0.0/16\",\"172.16.0.0/12\"]";
    for vpc in ["vpc-4", "vpc-2"] {
        s.on(vpc).at(if vpc == "vpc-2" {
            "subnets/edge"
        } else {
            "subnets/default"
        });
        s.bad(
            "VPC-13",
            [
                "172.30.0.0/24",
                "172.30.7.0/24",
                "172.30.8.0/24",
                "172.30.11.252/30",
                "172.30.12.0/24",
                "172.30.15.0/24",
                "172.30.16.0/24",
                "172.30.19.252/30",
                "172.30.95.0/30",
                "172.30.95.0/24",
                "172.30.96.0/24",
                "172.30.127.252/30",
                "172.30.128.0/24",
                "172.30.255.252/30",
                "172.30.0.0/16",
                "172.16.0.0/12",
                "172.30.16.0/20",
                "172.30.94.0/23",
            ]
            .map(|p| format!("subnet={p} ; {wide}")),
        );
        s.bad(
            "VPC-13",
            [
                "subnet=172.30.128.0/17",
                "subnet=172.0.0.0/8",
                "subnet=0.0.0.0/0",
            ],
        );
        s.good(
            "VPC-13",
            [
                "172.30.20.0/24", "172.30.20.0/22", "172.30.94.0/24", "172.30.95.4/30", "172.30.95.128/25",
                "172.29.255.0/24", "172.31.0.0/24", "172.16.0.0/13",
            ]
            .map(|p| {
                let wide = if vpc == "vpc-2" {
                    "IPv4Namespace/default subnets=[\"10.0.0.0/16\",\"10.2.0.0/16\",\"172.16.0.0/12\"]"
                } else {
                    wide
                };
                format!("subnet={p} ; {wide}")
            }),
        );
    }
}

fn gateways(s: &mut Sheet) {
    s.on("vpc-1").at("subnets/default");
    s.bad(
        "VPC-15",
        [
            "10.0.2.1",
            "10.0.0.255",
            "10.0.1",
            "10.0.1.1/24",
            "010.0.1.1",
            "10.0.1.256",
            "fd00::1",
            "::ffff:10.0.1.1",
            "10.0.1.1%eth0",
            "gw",
            "\" \"",
        ]
        .map(|g| format!("gateway={g}")),
    );
    s.good(
        "VPC-15",
        [
            "10.0.1.0",
            "10.0.1.2",
            "10.0.1.9",
            "10.0.1.50",
            "10.0.1.254",
            "10.0.1.255",
            "",
            "null",
        ]
        .map(|g| format!("gateway={g}")),
    );
    s.good("VPC-15", ["-gateway"]);
    for (vpc, subnet, net) in [
        ("vpc-1", "small", "10.0.4"),
        ("vpc-4", "default", "10.0.40"),
        ("vpc-5", "default", "10.0.50"),
    ] {
        s.on(vpc).at(&format!("subnets/{subnet}"));
        s.good(
            "VPC-15",
            ["0", "1", "3"].map(|last| format!("gateway={net}.{last}")),
        );
        s.bad(
            "VPC-15",
            ["10.0.5.1", "x", "::1", "10.0.4.1/30"].map(|g| format!("gateway={g}")),
        );
        s.bad("VPC-15", ["vlan=0", "-vlan", "vlan=null"]);
    }
    s.on("vpc-1").at("subnets/small");
    s.bad("VPC-15", ["gateway=10.0.4.4", "gateway=10.0.3.255"]);
    for subnet in ["default", "backend"] {
        s.at(&format!("subnets/{subnet}"));
        s.bad("VPC-15", ["vlan=0", "-vlan", "vlan=null"]);
    }
}

fn host_bgp(s: &mut Sheet) {
    s.on("vpc-1").at("subnets/hosts");
    s.bad(
        "VPC-14",
        [
            "dhcp={\"enable\":true}",
            "dhcp/enable=true ; gateway=10.0.3.1",
            "dhcp/enable=true ; vlan=1003",
            "dhcp={\"enable\":true,\"range\":{\"start\":\"10.0.3.10\"}}",
        ],
    );
    s.good(
        "VPC-14",
        [
            "dhcp={\"enable\":false}",
            "dhcp={}",
            "dhcp=null",
            "gateway=10.0.3.1",
            "gateway=nowhere",
            "gateway=10.9.9.9",
            "vlan=1003",
            "vlan=0",
            "dhcp={\"relay\":\"10.99.0.1/32\"}",
            "dhcp={\"enable\":false,\"range\":{\"start\":\"x\"}}",
        ],
    );
    s.bad("VPC-15", ["hostBGP=false", "-hostBGP", "hostBGP=null"]);
    s.good(
        "VPC-15",
        [
            "hostBGP=false ; vlan=1003",
            "-hostBGP ; vlan=1003 ; gateway=10.0.3.77",
        ],
    );
    s.at("subnets");
    s.bad("VPC-14", ["default/hostBGP=true"]);
    s.good(
        "VPC-14",
        [
            "small/hostBGP=true",
            "small/hostBGP=true ; small/vlan=0",
            "small/hostBGP=true ; -small/vlan",
            "backend/hostBGP=true",
        ],
    );
    s.on("vpc-2").at("subnets");
    s.bad("VPC-14", ["default/hostBGP=true"]);
    s.good(
        "VPC-14",
        [
            "default/hostBGP=true ; -default/dhcp",
            "edge/hostBGP=true",
            "edge/hostBGP=true ; edge/gateway=x",
        ],
    );
}

fn among_subnets(s: &mut Sheet) {
    s.on("vpc-1").at("subnets");
    s.bad(
        "VPC-29",
        [
            "backend/vlan=1001",
            "small/vlan=1001",
            "small/vlan=1002",
            "default/vlan=1004",
            "hosts/hostBGP=false ; hosts/vlan=1001",
            "more={\"subnet\":\"10.0.5.0/24\",\"vlan\":1001}",
        ],
    );
    s.good(
        "VPC-29",
        [
            "hosts/vlan=1001",
            "hosts/vlan=1002",
            "backend/vlan=1003",
            "hosts/hostBGP=false ; hosts/vlan=1003",
            "more={\"subnet\":\"10.0.5.0/24\",\"vlan\":1005}",
            "more={\"subnet\":\"10.0.5.0/24\",\"hostBGP\":true}",
            "more={\"subnet\":\"10.0.5.0/24\",\"hostBGP\":true,\"vlan\":1004}",
        ],
    );
    s.bad(
        "VPC-30",
        [
            "backend/subnet=10.0.1.0/25",
            "backend/subnet=10.0.1.252/30",
            "backend/subnet=10.0.0.0/23",
            "hosts/subnet=10.0.1.128/25",
            "hosts/subnet=10.0.2.0/24",
            "small/subnet=10.0.2.124/30",
            "small/subnet=10.0.3.252/30",
            "hosts/subnet=10.0.0.0/16",
            "backend/subnet=10.0.1.77/24",
            "more={\"subnet\":\"10.0.4.0/30\",\"vlan\":1005}",
            "more={\"subnet\":\"10.0.0.0/21\",\"hostBGP\":true}",
        ],
    );
    s.good(
        "VPC-30",
        [
            "backend/subnet=10.0.0.0/24",
            "backend/subnet=10.0.2.128/25",
            "hosts/subnet=10.0.2.128/25",
            "small/subnet=10.0.2.128/30",
            "small/subnet=10.0.4.4/30",
            "hosts/subnet=10.0.2.252/30",
            "backend/subnet=10.0.2.77/24",
            "more={\"subnet\":\"10.0.4.4/30\",\"vlan\":1005}",
        ],
    );
    s.on("vpc-1");
    let permits = [
        (r#"[["default"]]"#, false),
        (r#"[[]]"#, false),
        (r#"[["default","nowhere"]]"#, false),
        (r#"[["default","default"]]"#, false),
        (r#"[["default","backend","default"]]"#, false),
        (r#"[["default",""]]"#, false),
        (r#"[["default","backend"],["small"]]"#, false),
        (r#"[["default","backend"],["small","Small"]]"#, false),
        (r#"[["default","Default"]]"#, false),
        (r#"[["default","backend","hosts","small","more"]]"#, false),
        (r#"[["vpc-2/default","backend"]]"#, false),
        ("[]", true),
        ("null", true),
        (r#"[["default","backend"]]"#, true),
        (r#"[["hosts","small"]]"#, true),
        (r#"[["default","backend"],["default","backend"]]"#, true),
        (r#"[["default","backend"],["backend","default"]]"#, true),
        (r#"[["default","backend","hosts","small"]]"#, true),
    ];
    for (permit, good) in permits {
        let edit = format!("permit={permit}");
        if good {
            s.good("VPC-31", [edit]);
        } else {
            s.bad("VPC-31", [edit]);
        }
    }
    s.good("VPC-31", ["-permit"]);
    s.bad(
        "VPC-31",
        ["-subnets/hosts", "-subnets/small", "-subnets/backend"],
    );
    s.good(
        "VPC-31",
        ["-subnets/hosts ; permit=[[\"default\",\"small\"]]"],
    );
    for vpc in ["vpc-2", "vpc-4", "vpc-5"] {
        s.on(vpc);
        s.bad(
            "VPC-31",
            [
                "permit=[[\"default\"]]",
                "permit=[[\"default\",\"other\"]]",
                "permit=[[\"default\",\"default\"]]",
            ],
        );
        s.good("VPC-31", ["permit=[]"]);
    }
}

fn routes(s: &mut Sheet) {
    for vpc in ["vpc-1", "vpc-2", "vpc-4"] {
        s.on(vpc);
        let route = |prefix: &str, hops: &str| {
            format!("staticRoutes=[{{\"prefix\":\"{prefix}\",\"nextHops\":{hops}}}]")
        };
        let hop = r#"["10.0.1.30"]"#;
        s.bad("VPC-32", [
            route("", hop), route("192.168.50.5/24", hop), route("192.168.50.0", hop), route("x", hop),
            route("192.168.50.0/33", hop), route("0.0.0.1/0", hop), route("fd00::1/64", hop),
            route("192.168.050.0/24", hop), route("192.168.50.0/24", "[]"), route("192.168.50.0/24", "null"),
            format!("staticRoutes=[{{\"nextHops\":{hop}}}]"),
            "staticRoutes=[{\"prefix\":\"192.168.50.0/24\"}]".to_owned(),
            "staticRoutes=[{}]".to_owned(),
            format!("staticRoutes=[{{\"prefix\":\"0.0.0.0/0\",\"nextHops\":{hop}}},{{\"prefix\":\"1.2.3.4/8\",\"nextHops\":{hop}}}]"),
        ]);
        s.good(
            "VPC-32",
            [
                route("192.168.50.0/24", hop),
                route("0.0.0.0/0", hop),
                route("192.168.50.5/32", hop),
                route("fd00::/64", hop),
                route("10.0.1.0/24", hop),
                route("172.30.0.0/24", hop),
                route("192.168.50.0/24", "[\"x\"]"),
                route("192.168.50.0/24", "[\"10.0.1.30\",\"10.0.1.30\"]"),
                "staticRoutes=[]".to_owned(),
                "staticRoutes=null".to_owned(),
            ],
        );
    }
}

fn namespaces(s: &mut Sheet) {
    for vpc in ["vpc-1", "vpc-2", "vpc-3", "vpc-4", "vpc-5"] {
        s.on(vpc);
        s.bad(
            "VPC-33",
            [
                "ipv4Namespace=nowhere",
                "ipv4Namespace=Default",
                "ipv4Namespace=vlan-2",
            ],
        );
        s.bad(
            "VPC-34",
            [
                "vlanNamespace=nowhere",
                "vlanNamespace=Default",
                "vlanNamespace=ipv4-2",
            ],
        );
    }
    for (vpc, ip, vlan) in [
        ("vpc-1", "default", "default"),
        ("vpc-2", "default", "default"),
        ("vpc-3", "ipv4-2", "vlan-2"),
        ("vpc-4", "default", "vlan-2"),
        ("vpc-5", "ipv4-2", "default"),
    ] {
        s.on(vpc);
        s.bad("VPC-33", [format!("!IPv4Namespace/{ip}")]);
        s.bad("VPC-34", [format!("!VLANNamespace/{vlan}")]);
        s.good("VPC-33", [format!("ipv4Namespace={ip}")]);
        s.good("VPC-34", [format!("vlanNamespace={vlan}")]);
    }
    for vpc in ["vpc-1", "vpc-2"] {
        s.on(vpc);
        s.good("VPC-33", ["ipv4Namespace=", "ipv4Namespace=null"]);
        s.good("VPC-34", ["vlanNamespace=", "vlanNamespace=null"]);
    }
    s.on("vpc-4");
    s.good("VPC-33", ["ipv4Namespace=ipv4-2"]);
    s.on("vpc-5");
    s.good("VPC-33", ["ipv4Namespace=default", "-ipv4Namespace"]);
    s.on("vpc-4").at("subnets/default");
    s.bad(
        "VPC-35",
        [
            "subnet=10.1.0.0/24",
            "subnet=10.3.0.0/24",
            "subnet=9.255.255.0/24",
            "subnet=10.0.0.0/15",
            "subnet=10.2.0.0/15",
            "subnet=192.168.0.0/24",
            "subnet=fd00::/24",
            "subnet=10.1.255.252/30",
            "IPv4Namespace/default subnets=[\"10.0.40.0/25\"]",
            "IPv4Namespace/default subnets=[\"10.0.40.0/25\",\"10.0.40.128/25\"]",
            "IPv4Namespace/default subnets=[\"10.0.39.0/24\",\"10.0.41.0/24\"]",
            "IPv4Namespace/default subnets=[\"10.0.40.0/25\",\"10.2.0.0/16\"]",
        ],
    );
    s.good(
        "VPC-35",
        [
            "subnet=10.0.0.0/24",
            "subnet=10.0.255.0/24",
            "subnet=10.0.255.252/30",
            "subnet=10.2.255.252/30",
            "subnet=10.2.16.0/20",
            "IPv4Namespace/default subnets=[\"10.0.40.0/24\"]",
            "IPv4Namespace/default subnets=[\"10.0.40.0/23\"]",
            "IPv4Namespace/default subnets=[\"10.2.0.0/16\",\"10.0.32.0/20\"]",
            "IPv4Namespace/default subnets=[\"10.0.40.9/24\"]",
        ],
    );
    s.on("vpc-1").at("subnets");
    s.bad(
        "VPC-35",
        [
            "hosts/subnet=10.1.0.0/24",
            "backend/subnet=10.1.0.0/24",
            "small/subnet=10.4.0.0/30",
            "hosts/subnet=10.3.0.0/30",
            "more={\"subnet\":\"10.1.0.0/24\",\"vlan\":1005}",
        ],
    );
    s.good(
        "VPC-35",
        [
            "hosts/subnet=10.2.16.0/24",
            "backend/subnet=10.0.255.128/25",
        ],
    );
    s.on("vpc-5").at("subnets/default");
    s.bad("VPC-35", ["subnet=10.2.0.0/24", "subnet=10.1.0.0/30"]);
    s.bad(
        "VPC-36",
        [
            "vlan=999",
            "vlan=2000",
            "vlan=2099",
            "vlan=2200",
            "vlan=1",
            "vlan=4094",
            "vlan=4095",
            "vlan=65535",
            "vlan=3000",
        ],
    );
    s.good(
        "VPC-36",
        [
            "vlan=1000",
            "vlan=1999",
            "vlan=2101",
            "vlan=2199",
            "vlan=1500",
        ],
    );
    for vpc in ["vpc-3", "vpc-4"] {
        s.on(vpc).at("subnets/default");
        s.bad(
            "VPC-36",
            [
                "vlan=2199",
                "vlan=2300",
                "vlan=1001",
                "vlan=1500",
                "vlan=4094",
            ],
        );
        s.good("VPC-36", ["vlan=2201", "vlan=2298", "vlan=2250"]);
    }
    s.bad(
        "VPC-36",
        [
            "VLANNamespace/vlan-2 ranges=[{\"from\":2200,\"to\":2298}]",
            "VLANNamespace/vlan-2 ranges=[{\"from\":2300}]",
            "VLANNamespace/vlan-2 ranges=[{\"from\":2298},{\"from\":2300,\"to\":2400}]",
        ],
    );
    s.good(
        "VPC-36",
        [
            "VLANNamespace/vlan-2 ranges=[{\"from\":2299}]",
            "VLANNamespace/vlan-2 ranges=[{\"from\":2299,\"to\":0}]",
            "VLANNamespace/vlan-2 ranges=[{\"from\":1},{\"from\":2250,\"to\":2299}]",
        ],
    );
    s.on("vpc-1").at("subnets");
    s.good(
        "VPC-36",
        ["hosts/vlan=5", "hosts/vlan=4095", "hosts/vlan=999"],
    );
    s.bad(
        "VPC-36",
        ["small/vlan=5", "default/vlan=2000", "backend/vlan=999"],
    );
}

fn others(s: &mut Sheet) {
    s.on("vpc-4").at("subnets/default");
    s.bad(
        "VPC-37",
        [
            "subnet=10.0.20.0/24",
            "subnet=10.0.20.252/30",
            "subnet=10.0.20.5/30",
            "subnet=10.0.16.0/20",
            "subnet=10.0.3.0/30",
            "subnet=10.0.3.128/25",
            "subnet=10.0.2.0/25",
            "subnet=10.0.2.0/24",
            "subnet=10.0.4.0/30",
            "subnet=10.2.0.0/20",
            "subnet=10.2.15.252/30",
            "subnet=10.0.0.0/16",
            "subnet=10.0.1.0/24",
            "hostBGP=true ; subnet=10.0.20.0/25",
            "hostBGP=true ; subnet=10.0.3.0/25",
        ],
    );
    s.good(
        "VPC-37",
        [
            "subnet=10.0.19.0/24",
            "subnet=10.0.21.0/24",
            "subnet=10.0.2.128/25",
            "subnet=10.0.4.4/30",
            "subnet=10.2.16.0/20",
            "subnet=10.0.0.0/24",
            "subnet=10.0.50.0/24",
            "hostBGP=true ; subnet=10.0.21.0/25",
        ],
    );
    s.on("vpc-5").at("subnets/default");
    s.bad(
        "VPC-37",
        [
            "subnet=10.0.1.0/24",
            "subnet=10.0.1.128/25",
            "subnet=10.0.0.0/23",
            "subnet=10.0.1.252/30",
        ],
    );
    s.good(
        "VPC-37",
        [
            "subnet=10.0.20.0/24",
            "subnet=10.0.2.0/24",
            "subnet=10.0.0.0/24",
            "subnet=10.0.40.0/24",
        ],
    );
    s.on("vpc-1").at("subnets");
    s.bad(
        "VPC-37",
        [
            "hosts/subnet=10.0.20.0/25",
            "small/subnet=10.0.20.252/30",
            "small/subnet=10.0.40.0/30",
            "backend/subnet=10.2.8.0/24",
            "VPC/vpc-2 subnets/default/subnet=10.0.3.0/25",
            "VPC/vpc-4 subnets/default/subnet=10.0.0.0/16",
        ],
    );
    s.good(
        "VPC-37",
        [
            "hosts/subnet=10.0.21.0/25",
            "small/subnet=10.0.19.252/30",
            "small/subnet=10.0.41.0/30",
            "VPC/vpc-5 subnets/default/subnet=10.0.3.0/25",
            "VPC/vpc-3 subnets/default/subnet=10.0.2.0/24",
        ],
    );
    s.bad("VPC-37", ["/spec/ipv4Namespace=ipv4-2"]);
    s.on("vpc-5").at("subnets/default");
    s.bad(
        "VPC-38",
        [
            "vlan=1001",
            "vlan=1002",
            "vlan=1004",
            "vlan=1020",
            "vlan=2100",
            "hostBGP=true ; vlan=1001",
            "VPC/vpc-1 subnets/hosts/vlan=1050",
            "VPC/vpc-2 subnets/default/vlan=1050",
            "vlan=1060 ; VPC/vpc-1 subnets/hosts/vlan=1060",
        ],
    );
    s.good("VPC-38", [
        "vlan=1003", "vlan=1021", "hostBGP=true ; vlan=0", "hostBGP=true ; -vlan", "hostBGP=true ; vlan=2200",
        "VPC/vpc-1 subnets/hosts/vlan=1051", "VPC/vpc-3 subnets/default/vlan=1050",
        "hostBGP=true ; vlan=0 ; VPC/vpc-2 subnets/edge/hostBGP=true ; VPC/vpc-2 subnets/edge/vlan=0",
    ]);
    s.on("vpc-3").at("subnets/default");
    s.bad("VPC-38", ["vlan=2299"]);
    s.good("VPC-38", ["vlan=2298", "vlan=2200"]);
    s.on("vpc-4").at("subnets/default");
    s.bad(
        "VPC-38",
        ["vlan=2200", "VPC/vpc-3 subnets/default/vlan=2299"],
    );
    s.good(
        "VPC-38",
        ["vlan=2201", "VPC/vpc-3 subnets/default/vlan=2298"],
    );
    s.on("vpc-1").at("subnets");
    s.bad(
        "VPC-38",
        [
            "hosts/vlan=1020",
            "hosts/vlan=2100",
            "hosts/vlan=1050",
            "small/vlan=1020",
            "backend/vlan=1050",
        ],
    );
    s.good(
        "VPC-38",
        [
            "hosts/vlan=0",
            "hosts/vlan=1021",
            "hosts/vlan=2200",
            "small/vlan=1021",
        ],
    );
    s.on("vpc-2");
    s.bad(
        "VPC-38",
        [
            "VPC/vpc-1 subnets/hosts/vlan=1020",
            "subnets/edge/vlan=1001",
        ],
    );
}
