//! DHCP of VPC subnets.

use crate::vectors::sheet::Sheet;

pub(crate) fn cases(s: &mut Sheet) {
    relay(s);
    ranges(s);
    default_ranges(s);
    for (vpc, net) in [("vpc-1", "10.0.1"), ("vpc-2", "10.0.20")] {
        s.on(vpc).at("subnets/default/dhcp");
        options(s, net);
        routes(s, net);
        bindings(s, net);
    }
    off(s);
}

fn relay(s: &mut Sheet) {
    s.on("vpc-1").at("subnets");
    s.bad(
        "VPC-16",
        [
            "default/dhcp/relay=10.99.0.100/32",
            "default/dhcp/relay=x",
            "backend/dhcp/enable=true",
            "backend/dhcp/enable=true ; -backend/dhcp/relayVPC",
            "small/dhcp={\"enable\":true,\"relay\":\"10.99.0.100/32\"}",
        ],
    );
    s.good(
        "VPC-16",
        [
            "backend/dhcp/enable=false",
            "backend/dhcp/enable=null",
            "default/dhcp/relay=",
            "default/dhcp/relay=null",
            "small/dhcp={\"relay\":\"10.99.0.100/32\"}",
            "small/dhcp={\"enable\":true,\"relay\":\"\"}",
        ],
    );
    let wrong = [
        "10.99.0.100",
        "10.99.0.100/33",
        "x",
        "010.99.0.100/32",
        "10.99.0.100/032",
        "10.99.0/24",
        "::1",
        "/32",
    ];
    let right = [
        "10.99.0.100/32",
        "192.168.0.1/24",
        "0.0.0.0/0",
        "10.0.1.5/30",
        "fd00::1/128",
    ];
    for subnet in ["backend", "small", "hosts"] {
        s.bad("VPC-17", wrong.map(|r| format!("{subnet}/dhcp/relay={r}")));
        s.good("VPC-17", right.map(|r| format!("{subnet}/dhcp/relay={r}")));
    }
    s.bad(
        "VPC-18",
        [
            "small/dhcp={\"relayVPC\":\"vpc-2\"}",
            "hosts/dhcp={\"relayVPC\":\"vpc-2\"}",
            "default/dhcp/relayVPC=vpc-2",
            "backend/dhcp/relay=",
            "-backend/dhcp/relay",
            "backend/dhcp/relay=null",
            "small/dhcp={\"relayVPC\":\"nowhere\"}",
        ],
    );
    s.good(
        "VPC-18",
        [
            "small/dhcp={\"relayVPC\":\"\"}",
            "-backend/dhcp/relay ; -backend/dhcp/relayVPC",
            "backend/dhcp={}",
            "small/dhcp={\"relay\":\"10.0.0.1/32\",\"relayVPC\":\"vpc-2\"}",
            "hosts/dhcp={\"relay\":\"10.0.0.1/32\",\"relayVPC\":\"vpc-2\"}",
        ],
    );
    s.bad(
        "VPC-19",
        [
            "backend/dhcp/relayVPC=nowhere",
            "backend/dhcp/relayVPC=Vpc-2",
            "backend/dhcp/relayVPC=vpc-2/default",
            "!VPC/vpc-2",
            "small/dhcp={\"relay\":\"10.0.0.1/32\",\"relayVPC\":\"vpc-9\"}",
            "hosts/dhcp={\"relay\":\"10.0.0.1/32\",\"relayVPC\":\"vpc-9\"}",
        ],
    );
    s.good(
        "VPC-19",
        [
            "backend/dhcp/relayVPC=vpc-3",
            "backend/dhcp/relayVPC=vpc-5",
            "backend/dhcp/relayVPC=",
            "-backend/dhcp/relayVPC",
            "!VPC/vpc-2 ; backend/dhcp/relayVPC=vpc-4",
        ],
    );
}

fn ranges(s: &mut Sheet) {
    // Both ends are written: .10 to .99 of a /24 whose gateway is .1.
    s.on("vpc-1").at("subnets/default");
    let start = |last: &str| format!("dhcp/range/start={last}");
    let end = |last: &str| format!("dhcp/range/end={last}");
    s.bad(
        "VPC-20",
        [
            "10.0.1.0",
            "10.0.1.1",
            "10.0.1.99",
            "10.0.1.100",
            "10.0.1.255",
            "10.0.0.255",
            "10.0.2.0",
            "10.0.2.10",
            "10.0.1",
            "x",
            "10.0.1.10/24",
            "10.0.1.010",
            "::ffff:10.0.1.10",
            "fd00::5",
        ]
        .map(start),
    );
    s.good(
        "VPC-20",
        ["10.0.1.2", "10.0.1.3", "10.0.1.97", "10.0.1.98", "", "null"].map(start),
    );
    s.bad(
        "VPC-20",
        [
            "10.0.1.10",
            "10.0.1.9",
            "10.0.1.0",
            "10.0.1.1",
            "10.0.2.0",
            "10.0.2.99",
            "10.0.0.99",
            "x",
            "10.0.1.256",
            "10.0.1.99/24",
            "::1",
        ]
        .map(end),
    );
    s.good(
        "VPC-20",
        [
            "10.0.1.11",
            "10.0.1.12",
            "10.0.1.254",
            "10.0.1.255",
            "",
            "null",
        ]
        .map(end),
    );
    s.good(
        "VPC-20",
        [
            "-dhcp/range/start",
            "-dhcp/range/end",
            "dhcp/range={}",
            "dhcp/range=null",
            "-dhcp/range",
            "gateway=10.0.1.9",
            "gateway=10.0.1.11",
            "gateway=10.0.1.98",
            "gateway=10.0.1.100",
        ],
    );
    s.bad(
        "VPC-20",
        [
            "gateway=10.0.1.10",
            "gateway=10.0.1.99",
            "-dhcp/range/end ; dhcp/range/start=10.0.1.255",
        ],
    );
    // Neither end is written: .2 to .255.
    s.on("vpc-2").at("subnets/default");
    s.bad(
        "VPC-20",
        [
            "10.0.20.0",
            "10.0.20.1",
            "10.0.20.255",
            "10.0.21.0",
            "10.0.19.255",
            "y",
            "10.0.20",
        ]
        .map(start),
    );
    s.good(
        "VPC-20",
        ["10.0.20.2", "10.0.20.3", "10.0.20.254", "10.0.20.128"].map(start),
    );
    s.bad(
        "VPC-20",
        [
            "10.0.20.0",
            "10.0.20.1",
            "10.0.20.2",
            "10.0.21.0",
            "10.0.19.255",
            "y",
        ]
        .map(end),
    );
    s.good(
        "VPC-20",
        ["10.0.20.3", "10.0.20.4", "10.0.20.254", "10.0.20.255"].map(end),
    );
    // A /30 has room for the defaults and no more.
    s.on("vpc-1").at("subnets/small");
    s.good(
        "VPC-20",
        [
            "dhcp={\"enable\":true}",
            "dhcp={\"enable\":true,\"range\":{\"start\":\"10.0.4.2\",\"end\":\"10.0.4.3\"}}",
            "dhcp/enable=true ; gateway=10.0.4.0",
        ],
    );
    s.bad(
        "VPC-20",
        [
            "dhcp={\"enable\":true,\"range\":{\"start\":\"10.0.4.3\"}}",
            "dhcp={\"enable\":true,\"range\":{\"end\":\"10.0.4.2\"}}",
            "dhcp={\"enable\":true,\"range\":{\"end\":\"10.0.4.4\"}}",
            "dhcp={\"enable\":true,\"range\":{\"start\":\"10.0.4.1\"}}",
        ],
    );
}

fn default_ranges(s: &mut Sheet) {
    s.on("vpc-2").at("subnets/default");
    s.bad(
        "VPC-20 VPC-21",
        ["gateway=10.0.20.2", "gateway=10.0.20.255"],
    );
    s.good(
        "VPC-21",
        [
            "gateway=10.0.20.1",
            "gateway=10.0.20.3",
            "gateway=10.0.20.254",
            "gateway=10.0.20.128",
            "gateway=10.0.20.0",
            "gateway=10.0.20.2 ; dhcp/range/start=10.0.20.3",
            "gateway=10.0.20.255 ; dhcp/range/end=10.0.20.254",
        ],
    );
    s.bad(
        "VPC-20 VPC-21",
        [
            "gateway=10.0.20.2 ; dhcp/range/end=10.0.20.99",
            "gateway=10.0.20.255 ; dhcp/range/start=10.0.20.99",
            "gateway=10.0.20.2 ; dhcp/range={}",
        ],
    );
    s.on("vpc-1").at("subnets");
    s.bad(
        "VPC-20 VPC-21",
        [
            "small/dhcp/enable=true ; small/gateway=10.0.4.2",
            "small/dhcp/enable=true ; small/gateway=10.0.4.3",
            "default/gateway=10.0.1.2 ; -default/dhcp/range",
            "default/gateway=10.0.1.255 ; -default/dhcp/range",
            "default/gateway=10.0.1.255 ; -default/dhcp/range/end",
            "default/gateway=10.0.1.2 ; -default/dhcp/range/start",
        ],
    );
    s.good(
        "VPC-21",
        [
            "small/gateway=10.0.4.2",
            "default/gateway=10.0.1.2",
            "default/gateway=10.0.1.3 ; -default/dhcp/range",
            "default/gateway=10.0.1.254 ; -default/dhcp/range",
        ],
    );
}

fn options(s: &mut Sheet, net: &str) {
    for field in ["dnsServers", "timeServers"] {
        s.bad(
            "VPC-22",
            [
                "1.1.1",
                "",
                "1.1.1.1/32",
                "dns.example.com",
                "01.1.1.1",
                "256.1.1.1",
                " 1.1.1.1",
                "1.1.1.1:53",
                "2001:db8::/64",
            ]
            .map(|a| format!("options/{field}=[\"{a}\"]")),
        );
        s.bad("VPC-22", [format!("options/{field}=[\"1.1.1.1\",\"x\"]")]);
        s.good(
            "VPC-22",
            [
                "1.1.1.1",
                "0.0.0.0",
                "255.255.255.255",
                "2001:db8::1",
                "::ffff:1.2.3.4",
                "172.30.0.1",
            ]
            .map(|a| format!("options/{field}=[\"{a}\"]")),
        );
        s.good(
            "VPC-22",
            [
                format!("options/{field}=[]"),
                format!("options/{field}=[\"1.1.1.1\",\"1.1.1.1\"]"),
                format!("options/{field}=[\"{net}.5\"]"),
            ],
        );
    }
    s.bad(
        "VPC-23",
        ["1", "95", "9037", "9100", "65535"].map(|m| format!("options/interfaceMTU={m}")),
    );
    s.bad(
        "VPC-23",
        [
            "options={\"interfaceMTU\":95}",
            "options={\"interfaceMTU\":9037,\"leaseTimeSeconds\":1}",
        ],
    );
    s.good(
        "VPC-23",
        ["96", "97", "1500", "9035", "9036", "0", "null"]
            .map(|m| format!("options/interfaceMTU={m}")),
    );
    s.good(
        "VPC-23",
        ["0", "1", "60", "2147483647", "null"].map(|m| format!("options/leaseTimeSeconds={m}")),
    );
    s.good(
        "VPC-23",
        [
            "options={}",
            "options=null",
            "-options",
            "options={\"interfaceMTU\":9036}",
            "options={\"leaseTimeSeconds\":1}",
            "options={\"disableDefaultRoute\":true}",
            "options={\"pxeURL\":\"http://10.0.1.99/boot\"}",
            "options={\"dnsServers\":[]}",
        ],
    );
}

fn routes(s: &mut Sheet, net: &str) {
    let route = |destination: &str, gateway: &str| {
        format!(
            "options/advertisedRoutes=[{{\"destination\":\"{destination}\",\"gateway\":\"{gateway}\"}}]"
        )
    };
    let gw = format!("{net}.1");
    s.bad(
        "VPC-24",
        [
            "",
            "x",
            "192.168.7.0",
            "192.168.7.0/33",
            "192.168.07.0/24",
            "/24",
        ]
        .map(|d| route(d, &gw)),
    );
    s.good(
        "VPC-24",
        [
            "192.168.7.0/24",
            "192.168.7.5/24",
            "0.0.0.0/0",
            "192.168.7.1/32",
            "fd00::/8",
            "172.30.0.0/16",
        ]
        .map(|d| route(d, &gw)),
    );
    s.bad(
        "VPC-24",
        [
            "",
            "x",
            "10.9.9.9",
            "fd00::1",
            "::ffff:10.0.1.1",
            "10.0.1.256",
        ]
        .map(|g| route("192.168.7.0/24", g)),
    );
    s.bad("VPC-24", [route("192.168.7.0/24", &format!("{net}.1/24"))]);
    s.good(
        "VPC-24",
        ["0", "1", "2", "77", "254", "255"]
            .map(|last| route("192.168.7.0/24", &format!("{net}.{last}"))),
    );
    s.bad("VPC-24", [
        "options/advertisedRoutes=[{}]".to_owned(),
        format!("options/advertisedRoutes=[{{\"gateway\":\"{gw}\"}}]"),
        "options/advertisedRoutes=[{\"destination\":\"192.168.7.0/24\"}]".to_owned(),
        format!("options/advertisedRoutes=[{{\"destination\":\"192.168.7.0/24\",\"gateway\":\"{gw}\"}},{{\"destination\":\"192.168.8.0/24\"}}]"),
    ]);
    s.good("VPC-24", [
        "options/advertisedRoutes=[]".to_owned(),
        format!("options/advertisedRoutes=[{{\"destination\":\"192.168.7.0/24\",\"gateway\":\"{gw}\"}},{{\"destination\":\"192.168.7.0/24\",\"gateway\":\"{gw}\"}}]"),
    ]);
}

fn bindings(s: &mut Sheet, net: &str) {
    let bind = |mac: &str, ip: &str| format!("static={{\"{mac}\":{{\"ip\":\"{ip}\"}}}}");
    let ip = format!("{net}.21");
    s.good(
        "VPC-25",
        [
            "00:11:22:33:44:55",
            "00-11-22-33-44-55",
            "0011.2233.4455",
            "AA:BB:CC:DD:EE:FF",
            "ff:ff:ff:ff:ff:ff",
            "00:00:00:00:00:00",
            "00:11:22:33:44:55:66:77",
            "0011.2233.4455.6677",
            "00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff:00:11:22:33",
        ]
        .map(|mac| bind(mac, &ip)),
    );
    s.bad(
        "VPC-25",
        [
            "",
            "00:11:22:33:44",
            "00:11:22:33:44:5g",
            "001122334455",
            "00:11:22:33:44:55:66",
            "00:11:22-33:44:55",
            "0:11:22:33:44:55",
            "server-01",
            "00.11.22.33.44.55",
            "00:11:22:33:44:55 ",
        ]
        .map(|mac| bind(mac, &ip)),
    );
    let mac = "00:11:22:33:44:66";
    s.good(
        "VPC-25",
        ["2", "3", "99", "100", "254"].map(|last| bind(mac, &format!("{net}.{last}"))),
    );
    s.bad(
        "VPC-25",
        ["0", "1", "255", "256", ""].map(|last| bind(mac, &format!("{net}.{last}"))),
    );
    s.bad(
        "VPC-25",
        ["", "x", "10.9.9.9", "fd00::1", "::ffff:10.0.1.21"].map(|ip| bind(mac, ip)),
    );
    s.bad(
        "VPC-25",
        [
            format!("static={{\"{mac}\":{{}}}}"),
            format!("static={{\"{mac}\":{{\"ip\":null}}}}"),
        ],
    );
    let two = |a: &str, b: &str| {
        format!(
            "static={{\"00:11:22:33:44:55\":{{\"ip\":\"{net}.{a}\"}},\"00:11:22:33:44:66\":{{\"ip\":\"{net}.{b}\"}}}}"
        )
    };
    s.bad(
        "VPC-25",
        [two("20", "20"), two("20", "255"), two("0", "21")],
    );
    s.good(
        "VPC-25",
        [
            two("20", "21"),
            two("253", "254"),
            "static={}".to_owned(),
            "static=null".to_owned(),
            "-static".to_owned(),
        ],
    );
    s.at("subnets/default");
    s.bad(
        "VPC-25",
        [format!(
            "gateway={net}.77 ; dhcp/{}",
            bind(mac, &format!("{net}.77"))
        )],
    );
    s.good(
        "VPC-25",
        [format!(
            "gateway={net}.77 ; dhcp/{}",
            bind(mac, &format!("{net}.1"))
        )],
    );
    s.at("subnets/default/dhcp");
}

/// Without DHCP, what `Default()` takes away is not judged; static bindings stay and are.
fn off(s: &mut Sheet) {
    let binding = "{\"00:11:22:33:44:55\":{\"ip\":\"10.0.1.20\"}}";
    s.on("vpc-1").at("subnets");
    for subnet in ["small", "hosts", "backend"] {
        s.bad(
            "VPC-28",
            [
                format!("{subnet}/dhcp/static={binding}"),
                format!("{subnet}/dhcp/enable=false ; {subnet}/dhcp/static={binding}"),
            ],
        );
        s.good(
            "VPC-28",
            [
                format!("{subnet}/dhcp/static={{}}"),
                format!("{subnet}/dhcp/range={{\"start\":\"x\",\"end\":\"10.0.9.1\"}}"),
                format!("{subnet}/dhcp/options={{\"dnsServers\":[\"x\"],\"interfaceMTU\":5}}"),
                format!("{subnet}/dhcp/options={{\"advertisedRoutes\":[{{}}]}}"),
            ],
        );
    }
    s.bad(
        "VPC-28",
        [
            "default/dhcp/enable=false",
            "default/dhcp/enable=null",
            "-default/dhcp/enable",
            "default/dhcp/enable=false ; default/dhcp/static={\"x\":{\"ip\":\"y\"}}",
        ],
    );
    s.good(
        "VPC-28",
        [
            "default/dhcp/enable=false ; -default/dhcp/static",
            "default/dhcp={}",
            "-default/dhcp",
            "default/dhcp=null",
            "default/dhcp={\"enable\":false,\"range\":{\"start\":\"10.0.1.0\"}}",
        ],
    );
    for vpc in ["vpc-2", "vpc-4"] {
        s.on(vpc).at("subnets/default");
        s.bad("VPC-28", [format!("dhcp={{\"static\":{binding}}}")]);
        s.good(
            "VPC-28",
            [
                "dhcp={\"enable\":false}",
                "dhcp={\"range\":{\"start\":\"nowhere\"}}",
            ],
        );
    }
}
