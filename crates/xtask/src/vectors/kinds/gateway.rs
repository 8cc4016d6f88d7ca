//! Gateways.

use serde_json::{Value, json};

use crate::vectors::sheet::Sheet;

pub(crate) fn sheet() -> Sheet {
    let mut sheet = Sheet::new("Gateway", "gateways");
    let s = &mut sheet;
    for name in ["gw-1", "gw-2"] {
        s.on(name);
        addresses(s);
        interfaces(s);
        neighbours(s);
    }
    groups(s);
    among(s);
    sheet
}

fn addresses(s: &mut Sheet) {
    s.good(
        "GW-02",
        ["1", "2", "63", "64", "0", "null"].map(|w| format!("workers={w}")),
    );
    s.bad(
        "GW-02",
        ["65", "66", "100", "255"].map(|w| format!("workers={w}")),
    );
    s.good(
        "GW-02",
        [
            "logs={}",
            "logs={\"rateLimit\":{}}",
            "logs={\"rateLimit\":{\"burst\":100}}",
            "logs={\"rateLimit\":{\"replenishPerSecond\":1}}",
            "logs={\"rateLimit\":null}",
            "logs={\"rateLimit\":{\"burst\":1,\"replenishPerSecond\":1}}",
            "-workers",
        ],
    );
    s.good(
        "GW-03",
        [
            "172.30.8.0/32",
            "172.30.8.200/32",
            "127.0.0.1/32",
            "224.0.0.1/32",
            "10.0.0.1/32",
        ]
        .map(|ip| format!("protocolIP={ip}")),
    );
    s.good(
        "GW-03",
        [
            "172.30.12.0/32",
            "172.30.12.200/32",
            "10.0.0.1/32",
            "223.255.255.255/32",
        ]
        .map(|ip| format!("vtepIP={ip}")),
    );
    for field in ["protocolIP", "vtepIP"] {
        s.bad(
            "GW-03",
            [
                "",
                "172.30.8.200",
                "172.30.8.200/31",
                "172.30.8.200/33",
                "172.30.8.0/24",
                "x",
                "2001:db8::1/128",
                "2001:db8::1/32",
                "172.30.8.0200/32",
                "::ffff:172.30.8.200/128",
            ]
            .map(|ip| format!("{field}={ip}")),
        );
        s.bad("GW-03", [format!("-{field}"), format!("{field}=null")]);
    }
    s.bad(
        "GW-03",
        [
            "127.0.0.1/32",
            "127.255.255.255/32",
            "224.0.0.1/32",
            "239.255.255.255/32",
            "0.0.0.0/32",
        ]
        .map(|ip| format!("vtepIP={ip}")),
    );
    s.good(
        "GW-04",
        [
            "02:00:00:00:00:01",
            "CA-FE-BA-BE-00-77",
            "cafe.babe.0077",
            "00:00:00:00:00:01",
            "fe:ff:ff:ff:ff:ff",
            "ca:fe:ba:be:00:00:00:77",
        ]
        .map(|m| format!("vtepMAC={m}")),
    );
    s.bad(
        "GW-04",
        [
            "",
            "00:00:00:00:00:00",
            "01:00:00:00:00:01",
            "ff:ff:ff:ff:ff:ff",
            "03:00:00:00:00:01",
            "ca:fe:ba:be:00",
            "ca:fe:ba:be:00:7g",
            "x",
            "cafebabe0077",
            "ca:fe-ba:be:00:77",
        ]
        .map(|m| format!("vtepMAC={m}")),
    );
    s.bad(
        "GW-04",
        ["-vtepMAC", "vtepMAC=null", "asn=0", "-asn", "asn=null"],
    );
    s.good(
        "GW-04",
        ["asn=1", "asn=65534", "asn=65100", "asn=2147483647"],
    );
}

fn interfaces(s: &mut Sheet) {
    s.bad(
        "GW-05",
        [
            "interfaces={}",
            "-interfaces",
            "interfaces=null",
            "interfaces/enp2s1={}",
            "interfaces/enp2s1=null",
            "interfaces/enp2s1/ips=[]",
            "-interfaces/enp2s1/ips",
        ],
    );
    s.good("GW-05", ["-interfaces/enp2s2", "-interfaces/enp2s1"]);
    let named =
        |name: &str| format!("interfaces={{\"{name}\":{{\"ips\":[\"172.30.128.201/31\"]}}}}");
    s.good(
        "GW-05",
        [
            "e0",
            "eth0",
            "enp2s1",
            "abcdefghij",
            "E1",
            "a_b",
            "a-b",
            "a.b",
            "a.-_b0",
            "ab",
        ]
        .map(named),
    );
    s.bad(
        "GW-05",
        [
            "e",
            "0eth",
            "eth-",
            "eth.",
            "eth_",
            "abcdefghijk",
            "enp2s1f0np0",
            "abcdefghijklmnop",
            "eth 0",
            "eth/0",
            "-eth0",
            "eth:0",
            "abcdefghijklmno",
        ]
        .map(named),
    );
    let ip = |ip: &str| format!("interfaces/enp2s1/ips=[\"{ip}\"]");
    s.good(
        "GW-05",
        [
            "172.30.128.201/31",
            "10.0.0.1/24",
            "10.0.0.0/0",
            "10.0.0.1/32",
            "0.0.0.0/32",
        ]
        .map(ip),
    );
    s.bad(
        "GW-05",
        [
            "172.30.128.201",
            "x",
            "",
            "fd00::1/64",
            "10.0.0.1/33",
            "010.0.0.1/24",
            "::ffff:10.0.0.1/120",
        ]
        .map(ip),
    );
    s.bad(
        "GW-05",
        [
            "interfaces/enp2s1/ips=[\"172.30.128.201/31\",\"x\"]",
            "interfaces/enp2s2/ips=[]",
        ],
    );
    s.good(
        "GW-05",
        ["interfaces/enp2s1/ips=[\"172.30.128.201/31\",\"10.0.0.1/24\"]"],
    );
    let pci = |pci: &str| format!("interfaces/enp2s1/pci=\"{pci}\"");
    s.good(
        "GW-05",
        [
            "0000:00:00.0",
            "0000:02:01.7",
            "FFFF:FF:1F.7",
            "ffff:ff:1f.7",
            "0000:ab:1e.1",
            "",
        ]
        .map(pci),
    );
    s.bad(
        "GW-05",
        [
            "0000:02:01.8",
            "0000:02:20.0",
            "0000:02:01",
            "000:02:01.0",
            "00000:02:01.0",
            "0000:02.01.0",
            "0000-02-01.0",
            "000g:02:01.0",
            "0000:0g:01.0",
            "0000:02:0g.0",
            "0000:02:01.g",
            "02:01.0",
            "0000:02:01.00",
            "x",
        ]
        .map(pci),
    );
    let kernel = |kernel: &str| format!("interfaces/enp2s1/kernel={kernel}");
    s.good(
        "GW-05",
        ["eth0", "eth1", "enp2s2", "abcdefghij", ""].map(kernel),
    );
    s.bad(
        "GW-05",
        ["enp2s1", "e", "0eth", "abcdefghijk", "eth-", "eth/0"].map(kernel),
    );
    s.bad(
        "GW-05",
        [
            "interfaces/enp2s1/pci=\"0000:02:01.0\" ; interfaces/enp2s1/kernel=eth0",
            "interfaces/enp2s2/pci=\"0000:02:01.0\"",
        ],
    );
    s.good(
        "GW-05",
        [
            "interfaces/enp2s2/pci=\"0000:02:01.0\" ; -interfaces/enp2s2/kernel",
            "interfaces/enp2s1/kernel=null",
            "interfaces/enp2s1/pci=null",
        ],
    );
}

fn neighbours(s: &mut Sheet) {
    s.bad(
        "GW-06",
        [
            "neighbors=[]",
            "-neighbors",
            "neighbors=null",
            "neighbors=[{}]",
            "neighbors/0/asn=0",
            "-neighbors/0/asn",
            "neighbors/0/asn=null",
            "-neighbors/0/ip",
        ],
    );
    s.bad(
        "GW-06",
        [
            "",
            "x",
            "224.0.0.1",
            "239.1.2.3",
            "0.0.0.0",
            "172.30.128.0/31",
            "fd00::1",
            "172.30.128.00",
            "::ffff:172.30.128.0",
        ]
        .map(|ip| format!("neighbors/0/ip={ip}")),
    );
    s.good(
        "GW-06",
        [
            "127.0.0.1",
            "10.0.0.1",
            "172.30.0.1",
            "223.255.255.255",
            "255.255.255.255",
        ]
        .map(|ip| format!("neighbors/0/ip={ip}")),
    );
    s.good(
        "GW-06",
        [
            "neighbors/0/asn=1",
            "neighbors/0/asn=2147483647",
            "neighbors/0/source=nowhere",
            "-neighbors/0/source",
            "neighbors/1={\"ip\":\"10.0.0.1\",\"asn\":1}",
        ],
    );
    s.bad(
        "GW-06",
        [
            "neighbors/1={\"ip\":\"10.0.0.1\"}",
            "neighbors/1={\"asn\":5}",
        ],
    );
}

fn groups(s: &mut Sheet) {
    for name in ["gw-1", "gw-2"] {
        s.on(name);
        s.good(
            "GW-07",
            [
                "groups=[{\"name\":\"default\"}]",
                "groups=[{\"name\":\"group-2\",\"priority\":5}]",
                "groups=[]",
                "-groups",
                "groups=null",
                "groups=[{\"name\":\"group-2\"},{\"name\":\"default\"}]",
            ],
        );
        s.bad("GW-07", [
            "groups=[{\"name\":\"default\"},{\"name\":\"default\"}]", "groups=[{\"name\":\"default\",\"priority\":1},{\"name\":\"default\",\"priority\":2}]",
            "groups=[{\"name\":\"group-2\"},{\"name\":\"default\"},{\"name\":\"group-2\"}]",
        ]);
        s.bad(
            "GW-09",
            [
                "groups=[{\"name\":\"nowhere\"}]",
                "groups=[{\"name\":\"default\"},{\"name\":\"nowhere\"}]",
                "groups=[{\"name\":\"Default\"}]",
                "groups=[{\"name\":\"group-2\"}] ; !GatewayGroup/group-2",
            ],
        );
        s.good(
            "GW-09",
            [
                "groups=[{\"name\":\"default\"}] ; !GatewayGroup/group-2",
                "groups=[{\"name\":\"new\"}] ; +GatewayGroup/new {}",
            ],
        );
        s.bad("GW-09", ["groups=[{\"name\":\"new\"}]"]);
    }
    let twin = |n: usize| {
        format!(
            "+Gateway/gw-{n} {{protocolIP: 172.30.8.{n}/32, vtepIP: 172.30.12.{n}/32, vtepMAC: \"ca:fe:00:00:00:{n}\", asn: 65534, interfaces: {{enp2s1: {{ips: [172.30.128.{n}/32]}}}}, neighbors: [{{ip: 10.0.0.1, asn: 1}}]}}"
        )
    };
    let twins = |count: usize| (20..20 + count).map(twin).collect::<Vec<_>>().join(" ; ");
    s.on("gw-1");
    // gw-2 is one other member of the group; there are ten communities.
    s.good("GW-09", [twins(1), twins(7), twins(8)]);
    s.bad("GW-09", [twins(9), twins(10), twins(12)]);
    s.good(
        "GW-09",
        [format!("groups=[{{\"name\":\"group-2\"}}] ; {}", twins(9))],
    );
    s.configured(json!({"gateway_communities": {"0": "50000:1000", "1": "50000:1001"}}));
    s.good("GW-09", [String::new()]);
    s.bad("GW-09", [twins(1), twins(2)]);
    s.configured(json!({"gateway_communities": {"0": "50000:1000"}}));
    s.bad("GW-09", [""]);
    s.good(
        "GW-09",
        [
            "!Gateway/gw-2",
            "Gateway/gw-2 groups=[{\"name\":\"group-2\"}]",
        ],
    );
    s.configured(Value::Null);
}

fn among(s: &mut Sheet) {
    s.on("gw-1");
    s.bad(
        "GW-08",
        [
            "protocolIP=172.30.8.102/32",
            "protocolIP=172.30.8.1/32",
            "protocolIP=172.30.8.2/32",
            "vtepIP=172.30.12.102/32",
            "vtepIP=172.30.12.2/32",
            "vtepMAC=ca:fe:ba:be:00:02",
            "vtepMAC=CA-FE-BA-BE-00-02",
            "vtepMAC=cafe.babe.0002",
            "Gateway/gw-2 protocolIP=172.30.8.101/32",
            "Gateway/gw-2 vtepIP=172.30.12.101/32",
            "Gateway/gw-2 vtepMAC=ca:fe:ba:be:00:01",
            "Switch/leaf-01 protocolIP=172.30.8.101/32",
            "Switch/spine-01 protocolIP=172.30.8.101/32",
            "Switch/leaf-01 vtepIP=172.30.12.101/32",
        ],
    );
    s.good(
        "GW-08",
        [
            "protocolIP=172.30.12.2/32",
            "vtepIP=172.30.8.2/32",
            "protocolIP=172.30.12.102/32",
            "vtepIP=172.30.8.102/32",
            "protocolIP=172.30.12.101/32",
            "protocolIP=172.30.8.102/32 ; !Gateway/gw-2",
            "vtepMAC=ca:fe:ba:be:00:02 ; !Gateway/gw-2",
            "protocolIP=172.30.8.2/32 ; !Switch/leaf-01",
            "Gateway/gw-2 protocolIP=x",
            "Gateway/gw-2 vtepMAC=x",
            "Switch/leaf-01 vtepIP=172.30.8.101/32",
            "vtepMAC=ca:fe:ba:be:00:03",
        ],
    );
    s.on("gw-2");
    s.bad(
        "GW-08",
        [
            "protocolIP=172.30.8.101/32",
            "vtepIP=172.30.12.101/32",
            "vtepMAC=ca:fe:ba:be:00:01",
            "protocolIP=172.30.8.1/32",
            "vtepIP=172.30.12.2/32",
        ],
    );
    s.good(
        "GW-08",
        [
            "protocolIP=172.30.8.103/32",
            "vtepIP=172.30.12.103/32",
            "vtepMAC=ca:fe:ba:be:00:04",
        ],
    );
}
