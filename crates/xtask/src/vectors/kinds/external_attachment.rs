//! ExternalAttachments, with their ACLs.

use crate::vectors::sheet::Sheet;

pub(crate) fn sheet() -> Sheet {
    let mut sheet = Sheet::new("ExternalAttachment", "edge");
    let s = &mut sheet;
    sessions(s);
    statics(s);
    targets(s);
    statements(s);
    ports(s);
    flags(s);
    sheet
}

fn sessions(s: &mut Sheet) {
    for name in ["bgp-1--leaf-01", "bgp-2--leaf-01"] {
        s.on(name);
        s.bad(
            "EXA-01",
            [
                "connection=",
                "-connection",
                "connection=null",
                "external=",
                "-external",
                "external=null",
            ],
        );
        s.bad(
            "EXA-02",
            [
                "switch/ip=",
                "-switch/ip",
                "switch/ip=null",
                "-switch",
                "switch={}",
                "switch=null",
                "switch={\"vlan\":100}",
                "switch/ip=100.100.0.1",
                "switch/ip=x",
                "switch/ip=100.100.0.1/33",
                "switch/ip=100.100.00.1/24",
                "neighbor/asn=0",
                "-neighbor/asn",
                "neighbor/asn=null",
                "neighbor/ip=",
                "-neighbor/ip",
                "neighbor/ip=null",
                "neighbor/ip=x",
                "neighbor/ip=100.100.0.6/24",
                "neighbor/ip=100.100.0.256",
                "neighbor={}",
                "-neighbor",
                "neighbor=null",
                "neighbor/ip=100.100.0.06",
            ],
        );
        s.good(
            "EXA-02",
            [
                "switch/ip=100.100.0.0/24",
                "switch/ip=100.100.0.1/31",
                "switch/ip=100.100.0.1/32",
                "switch/ip=0.0.0.0/0",
                "switch/ip=fd00::1/64",
                "neighbor/asn=1",
                "neighbor/asn=2147483647",
                "neighbor/asn=65100",
                "neighbor/ip=10.9.9.9",
                "neighbor/ip=100.100.0.1",
                "neighbor/ip=fd00::2",
                "neighbor/ip=0.0.0.0",
                "static=null",
            ],
        );
    }
}

fn statics(s: &mut Sheet) {
    for (name, vlan) in [("static-1--leaf-01", 102), ("static-2--leaf-01", 0)] {
        s.on(name);
        s.bad(
            "EXA-01",
            ["connection=", "-connection", "external=", "-external"],
        );
        s.bad(
            "EXA-03",
            [
                "switch={\"ip\":\"100.102.0.1/24\"}",
                "switch={\"vlan\":5}",
                "switch={\"ip\":\"100.102.0.1/24\",\"vlan\":5}",
                "neighbor={\"asn\":65000}",
                "neighbor={\"ip\":\"100.102.0.9\"}",
                "neighbor={\"asn\":65000,\"ip\":\"100.102.0.9\"}",
                "static/remoteIP=",
                "-static/remoteIP",
                "static/remoteIP=null",
                "static/remoteIP=x",
                "static/remoteIP=100.102.0.2/24",
                "static/remoteIP=100.102.0.256",
                "static/remoteIP=100.102.0.02",
                "static={}",
                "static={\"remoteIP\":\"100.102.0.2\"}",
                "static={\"remoteIP\":\"100.102.0.2\",\"ip\":\"\"}",
                "static={\"remoteIP\":\"100.102.0.2\",\"proxy\":false}",
                "static={\"remoteIP\":\"100.102.0.2\",\"proxy\":true,\"ip\":\"100.102.0.1/24\"}",
                "static={\"remoteIP\":\"100.102.0.2\",\"ip\":\"100.102.0.1\"}",
                "static={\"remoteIP\":\"100.102.0.2\",\"ip\":\"x\"}",
                "static={\"remoteIP\":\"100.102.0.2\",\"ip\":\"100.102.0.1/33\"}",
            ],
        );
        s.good(
            "EXA-03",
            [
                "switch={}",
                "switch=null",
                "neighbor={}",
                "neighbor=null",
                "switch={\"ip\":\"\",\"vlan\":0}",
                "neighbor={\"asn\":0,\"ip\":\"\"}",
                "static/remoteIP=10.9.9.9",
                "static/remoteIP=fd00::1",
            ],
        );
        s.good("EXA-03", [
            format!("static={{\"remoteIP\":\"100.102.0.2\",\"ip\":\"100.102.0.1/31\",\"vlan\":{vlan}}}"),
            format!("static={{\"remoteIP\":\"100.102.0.2\",\"proxy\":true,\"vlan\":{vlan}}}"),
            format!("static={{\"remoteIP\":\"100.102.0.2\",\"proxy\":true,\"ip\":\"\",\"vlan\":{vlan}}}"),
            format!("static={{\"remoteIP\":\"100.102.0.2\",\"proxy\":false,\"ip\":\"100.102.0.1/24\",\"vlan\":{vlan}}}"),
            format!("static={{\"remoteIP\":\"100.102.0.2\",\"ip\":\"fd00::1/64\",\"vlan\":{vlan}}}"),
        ]);
    }
}

fn targets(s: &mut Sheet) {
    for name in [
        "bgp-1--leaf-01",
        "bgp-2--leaf-01",
        "static-1--leaf-01",
        "static-2--leaf-01",
    ] {
        s.on(name);
        s.bad(
            "EXA-04",
            [
                "external=nowhere",
                "external=Bgp-1",
                "external=ext.bgp-1",
                "external=vpc-1",
            ],
        );
        s.bad(
            "EXA-06",
            [
                "connection=nowhere",
                "connection=server-01--unbundled--leaf-01",
                "connection=leaf-01",
                "connection=Leaf-01--external",
            ],
        );
    }
    s.on("bgp-1--leaf-01");
    s.good(
        "EXA-01",
        [
            "connection=leaf-01--external",
            "external=bgp-1",
            "external=bgp-1 ; connection=leaf-01--external",
        ],
    );
    s.bad("EXA-04", ["!External/bgp-1"]);
    s.good("EXA-04", ["external=bgp-2", "!External/static-1"]);
    s.bad(
        "EXA-05",
        [
            "external=static-1",
            "external=static-2",
            "External/bgp-1 static={\"prefixes\":[\"0.0.0.0/0\"]}",
        ],
    );
    s.bad("EXA-06", [
        "!Connection/leaf-01--external",
        "+Connection/other {vpcLoopback: {links: [{switch1: {port: leaf-01/E1/20}, switch2: {port: leaf-01/E1/21}}]}} ; connection=other",
        "+Connection/other {staticExternal: {link: {switch: {port: leaf-01/E1/20, ip: 172.20.0.1/24, nextHop: 172.20.0.2}}}} ; connection=other",
        "+Connection/other {mclag: {links: [{server: {port: server-01/a}, switch: {port: leaf-01/E1/20}}, {server: {port: server-01/b}, switch: {port: leaf-01/E1/21}}]}} ; connection=other",
    ]);
    s.good("EXA-06", ["connection=leaf-01--external--2", "+Connection/other {external: {link: {switch: {port: leaf-01/E1/20}}}} ; connection=other"]);
    s.on("static-1--leaf-01");
    s.bad(
        "EXA-05",
        [
            "external=bgp-1",
            "external=bgp-2",
            "External/static-1 -static",
            "External/static-1 static=null",
        ],
    );
    s.good(
        "EXA-05",
        [
            "external=static-2",
            "External/static-1 static={\"prefixes\":[\"10.0.0.0/8\"]}",
        ],
    );
    s.on("bgp-1--leaf-01");
    s.bad("EXA-07", [
        "switch/vlan=102", "switch/vlan=0", "-switch/vlan", "switch/vlan=null", "ExternalAttachment/bgp-2--leaf-01 switch/vlan=100",
        "ExternalAttachment/static-1--leaf-01 static/vlan=100", "connection=leaf-01--external--2 ; switch/vlan=0",
        "ExternalAttachment/static-2--leaf-01 connection=leaf-01--external ; ExternalAttachment/static-2--leaf-01 static/vlan=100",
        "+ExternalAttachment/twin {connection: leaf-01--external, external: bgp-1, switch: {ip: 1.1.1.1/24, vlan: 100}, neighbor: {asn: 1, ip: 1.1.1.2}}",
    ]);
    s.good("EXA-07", [
        "switch/vlan=101", "switch/vlan=4094", "connection=leaf-01--external--2", "connection=leaf-01--external--2 ; switch/vlan=102", "switch/vlan=1",
        "ExternalAttachment/bgp-2--leaf-01 switch/vlan=101",
        "+ExternalAttachment/twin {connection: leaf-01--external, external: bgp-1, switch: {ip: 1.1.1.1/24, vlan: 101}, neighbor: {asn: 1, ip: 1.1.1.2}}",
    ]);
    s.on("static-1--leaf-01");
    s.bad(
        "EXA-07",
        [
            "static/vlan=100",
            "static/vlan=0",
            "-static/vlan",
            "connection=leaf-01--external--2 ; -static/vlan",
        ],
    );
    s.good(
        "EXA-07",
        [
            "static/vlan=103",
            "connection=leaf-01--external--2",
            "connection=leaf-01--external--2 ; static/vlan=100",
        ],
    );
    s.on("static-2--leaf-01");
    s.bad(
        "EXA-07",
        [
            "connection=leaf-01--external",
            "connection=leaf-01--external ; static/vlan=100",
            "connection=leaf-01--external ; static/vlan=102",
        ],
    );
    s.good(
        "EXA-07",
        [
            "static/vlan=100",
            "connection=leaf-01--external ; static/vlan=103",
        ],
    );
}

/// A statement with some of its fields given.
fn statement(fields: &str) -> String {
    let mut value = serde_json::json!({"seq": 10, "action": "permit", "protocol": "ip", "srcPrefix": "any", "dstPrefix": "any"});
    if let (Some(map), Ok(serde_json::Value::Object(given))) = (
        value.as_object_mut(),
        serde_json::from_str(&format!("{{{fields}}}")),
    ) {
        for (key, field) in given {
            if field == "absent" {
                map.shift_remove(&key);
            } else {
                map.insert(key, field);
            }
        }
    }
    value.to_string()
}

fn acl(statements: &[&str]) -> String {
    let list: Vec<_> = statements.iter().map(|fields| statement(fields)).collect();
    format!("inboundACL={{\"statements\":[{}]}}", list.join(","))
}

fn each(s: &mut Sheet, good: bool, lists: &[&[&str]]) {
    let edits = lists.iter().map(|list| acl(list));
    if good {
        s.good("EXA-09", edits);
    } else {
        s.bad("EXA-09", edits);
    }
}

fn statements(s: &mut Sheet) {
    for name in [
        "bgp-1--leaf-01",
        "bgp-2--leaf-01",
        "static-1--leaf-01",
        "static-2--leaf-01",
    ] {
        s.on(name);
        s.good(
            "EXA-09",
            [
                "inboundACL=null",
                "inboundACL={}",
                "inboundACL={\"statements\":[]}",
            ],
        );
        each(
            s,
            false,
            &[
                &["\"seq\":0"],
                &["\"seq\":1"],
                &["\"seq\":9"],
                &["\"seq\":\"absent\""],
                &["", ""],
                &["\"seq\":20", "\"seq\":10", "\"seq\":20"],
                &["\"action\":\"\""],
                &["\"action\":\"absent\""],
                &["\"action\":\"Permit\""],
                &["\"action\":\"allow\""],
                &["\"protocol\":\"\""],
                &["\"protocol\":\"absent\""],
                &["\"protocol\":\"TCP\""],
                &["\"protocol\":\"gre\""],
                &["\"protocol\":\"6\""],
                &["\"srcPrefix\":\"\""],
                &["\"srcPrefix\":\"absent\""],
                &["\"srcPrefix\":\"x\""],
                &["\"srcPrefix\":\"10.0.0.0\""],
                &["\"srcPrefix\":\"ANY\""],
                &["\"srcPrefix\":\"10.0.0.0/33\""],
                &["\"dstPrefix\":\"\""],
                &["\"dstPrefix\":\"absent\""],
                &["\"dstPrefix\":\"x\""],
                &["\"dstPrefix\":\"10.0.0.0\""],
                &["\"dstPrefix\":\"any/0\""],
                &["", "\"seq\":20,\"dstPrefix\":\"\""],
            ],
        );
        each(
            s,
            true,
            &[
                &[""],
                &["\"seq\":11"],
                &["\"seq\":65535"],
                &["\"seq\":20", "\"seq\":10"],
                &["\"action\":\"deny\""],
                &["\"action\":\"discard\""],
                &["\"action\":\"transit\""],
                &["\"protocol\":\"tcp\""],
                &["\"protocol\":\"udp\""],
                &["\"protocol\":\"icmp\""],
                &["\"srcPrefix\":\"10.0.0.0/8\""],
                &["\"srcPrefix\":\"10.0.0.5/8\""],
                &["\"dstPrefix\":\"0.0.0.0/0\""],
                &["\"dstPrefix\":\"10.0.0.5/32\""],
            ],
        );
    }
}

fn ports(s: &mut Sheet) {
    for name in ["bgp-1--leaf-01", "static-2--leaf-01"] {
        s.on(name);
        for protocol in ["tcp", "udp"] {
            let with = |ports: &str| acl(&[&format!("\"protocol\":\"{protocol}\",{ports}")]);
            s.good(
                "EXA-09",
                [
                    with("\"portRangeBegin\":1,\"portRangeEnd\":1"),
                    with("\"portRangeBegin\":1,\"portRangeEnd\":65535"),
                    with("\"portRangeBegin\":0,\"portRangeEnd\":0"),
                    with("\"portRangeBegin\":80,\"portRangeEnd\":81"),
                    with("\"portRangeBegin\":65535,\"portRangeEnd\":65535"),
                ],
            );
            s.bad(
                "EXA-09",
                [
                    with("\"portRangeBegin\":80"),
                    with("\"portRangeEnd\":80"),
                    with("\"portRangeBegin\":81,\"portRangeEnd\":80"),
                    with("\"portRangeBegin\":0,\"portRangeEnd\":80"),
                    with("\"portRangeBegin\":80,\"portRangeEnd\":0"),
                ],
            );
        }
        for protocol in ["ip", "icmp"] {
            let with = |ports: &str| acl(&[&format!("\"protocol\":\"{protocol}\",{ports}")]);
            s.bad(
                "EXA-09",
                [
                    with("\"portRangeBegin\":80,\"portRangeEnd\":80"),
                    with("\"portRangeBegin\":80"),
                    with("\"portRangeEnd\":80"),
                ],
            );
            s.good("EXA-09", [with("\"portRangeBegin\":0,\"portRangeEnd\":0")]);
        }
        for protocol in ["ip", "tcp", "udp"] {
            let with = |fields: &str| acl(&[&format!("\"protocol\":\"{protocol}\",{fields}")]);
            s.bad(
                "EXA-09",
                [
                    with("\"icmpType\":8"),
                    with("\"icmpCode\":0"),
                    with("\"icmpType\":0"),
                    with("\"icmpType\":8,\"icmpCode\":0"),
                ],
            );
            s.good("EXA-09", [with("\"icmpType\":null")]);
        }
        each(
            s,
            true,
            &[
                &["\"protocol\":\"icmp\",\"icmpType\":8"],
                &["\"protocol\":\"icmp\",\"icmpType\":0,\"icmpCode\":0"],
                &["\"protocol\":\"icmp\",\"icmpType\":255,\"icmpCode\":255"],
            ],
        );
    }
}

fn flags(s: &mut Sheet) {
    const FLAGS: [(&str, &str); 6] = [
        ("syn", "notSyn"),
        ("ack", "notAck"),
        ("fin", "notFin"),
        ("rst", "notRst"),
        ("psh", "notPsh"),
        ("urg", "notUrg"),
    ];
    s.on("bgp-2--leaf-01");
    let with = |protocol: &str, flags: &str| {
        acl(&[&format!(
            "\"protocol\":\"{protocol}\",\"tcpFilters\":{{{flags}}}"
        )])
    };
    for protocol in ["ip", "udp", "icmp"] {
        s.bad(
            "EXA-09",
            [
                with(protocol, "\"syn\":true"),
                with(protocol, "\"established\":true"),
                with(protocol, "\"notUrg\":true"),
            ],
        );
    }
    s.good(
        "EXA-09",
        [
            with("tcp", ""),
            with("tcp", "\"established\":true"),
            with("tcp", "\"established\":true,\"syn\":false"),
        ],
    );
    for (yes, no) in FLAGS {
        s.good(
            "EXA-09",
            [
                with("tcp", &format!("\"{yes}\":true")),
                with("tcp", &format!("\"{no}\":true")),
                with("tcp", &format!("\"{yes}\":true,\"{no}\":false")),
            ],
        );
        s.bad(
            "EXA-09",
            [
                with("tcp", &format!("\"{yes}\":true,\"{no}\":true")),
                with("tcp", &format!("\"established\":true,\"{yes}\":true")),
                with("tcp", &format!("\"established\":true,\"{no}\":true")),
            ],
        );
    }
    s.good(
        "EXA-09",
        [
            with("tcp", "\"syn\":true,\"notAck\":true"),
            with(
                "tcp",
                "\"syn\":true,\"ack\":true,\"fin\":true,\"rst\":true,\"psh\":true,\"urg\":true",
            ),
        ],
    );
}
