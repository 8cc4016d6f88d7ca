//! Externals and ExternalPeerings.

use crate::vectors::sheet::Sheet;

pub(crate) fn externals() -> Sheet {
    let mut sheet = Sheet::new("External", "edge");
    let s = &mut sheet;
    for name in ["bgp-1", "bgp-2", "static-1", "static-2"] {
        s.on(name);
        s.good(
            "EXT-02",
            ["abcdefghijk", "external-01", "x", "a.b"].map(|n| format!("/metadata/name={n}")),
        );
        s.bad(
            "EXT-02",
            [
                "abcdefghijkl",
                "external-001",
                "an-external-with-a-long-name",
            ]
            .map(|n| format!("/metadata/name={n}")),
        );
        s.bad("EXT-05", ["ipv4Namespace=nowhere", "ipv4Namespace=Default"]);
        s.good(
            "EXT-05",
            [
                "ipv4Namespace=ipv4-2",
                "ipv4Namespace=default",
                "ipv4Namespace=",
                "ipv4Namespace=null",
                "-ipv4Namespace",
            ],
        );
    }
    s.on("bgp-2");
    s.bad("EXT-05", ["!IPv4Namespace/ipv4-2"]);
    s.on("bgp-1");
    s.bad("EXT-05", ["!IPv4Namespace/default"]);
    s.good("EXT-05", ["!IPv4Namespace/ipv4-2"]);
    for name in ["bgp-1", "bgp-2"] {
        s.on(name);
        for side in ["inboundCommunity", "outboundCommunity"] {
            s.good(
                "EXT-03",
                [
                    "0:0",
                    "1:2",
                    "65535:65535",
                    "10000:59999",
                    "65529:9",
                    "6553:65530",
                    "",
                ]
                .map(|c| format!("{side}=\"{c}\"")),
            );
            s.good("EXT-03", [format!("{side}=null"), format!("-{side}")]);
            s.bad(
                "EXT-03",
                [
                    "65536:1",
                    "1:65536",
                    "99999:1",
                    "00:1",
                    "1:00",
                    "01:1",
                    "1:01",
                    "1",
                    "1:",
                    ":1",
                    "1:2:3",
                    "a:b",
                    " 1:2",
                    "1:2 ",
                    "-1:2",
                    "+1:2",
                    "65102:5000,1:1",
                    "1.2:3",
                    "no-export",
                ]
                .map(|c| format!("{side}=\"{c}\"")),
            );
        }
    }
    for name in ["static-1", "static-2"] {
        s.on(name);
        let prefixes = |items: &[&str]| format!("static/prefixes={}", serde_json::json!(items));
        s.bad(
            "EXT-04",
            [
                "inboundCommunity=\"1:2\"".to_owned(),
                "outboundCommunity=\"1:2\"".to_owned(),
                "inboundCommunity=x".to_owned(),
                "static={}".to_owned(),
                "static/prefixes=null".to_owned(),
                prefixes(&[]),
                prefixes(&["x"]),
                prefixes(&[""]),
                prefixes(&["10.0.0.0"]),
                prefixes(&["10.0.0.0/33"]),
                prefixes(&["010.0.0.0/8"]),
                prefixes(&["10.0.0.0/8", "x"]),
                prefixes(&["10.0.0.0/8", "10.0.0.0/8"]),
                prefixes(&["10.0.0.0/8", "10.1.0.0/16"]),
                prefixes(&["10.1.0.0/16", "10.0.0.0/8"]),
                prefixes(&["0.0.0.0/0", "10.0.0.0/8"]),
                prefixes(&["10.0.0.1/24", "10.0.0.200/25"]),
                prefixes(&["fd00::/8", "fd00::/64"]),
                prefixes(&["192.168.0.0/17", "192.168.127.255/32"]),
            ],
        );
        s.good(
            "EXT-04",
            [
                "inboundCommunity=".to_owned(),
                "inboundCommunity=null".to_owned(),
                prefixes(&["0.0.0.0/0"]),
                prefixes(&["10.0.0.0/8"]),
                prefixes(&["10.0.0.5/8"]),
                prefixes(&["10.0.0.0/9", "10.128.0.0/9"]),
                prefixes(&["192.168.0.0/17", "192.168.128.0/32"]),
                prefixes(&["fd00::/8"]),
                prefixes(&["0.0.0.0/0", "::/0"]),
                prefixes(&["172.30.0.0/16"]),
            ],
        );
    }
    s.on("bgp-1");
    s.bad(
        "EXT-04",
        [
            "static={\"prefixes\":[\"0.0.0.0/0\"]}",
            "static={}",
            "static={\"prefixes\":[\"0.0.0.0/0\"]} ; inboundCommunity=",
        ],
    );
    s.good(
        "EXT-04",
        [
            "static=null",
            "static={\"prefixes\":[\"0.0.0.0/0\"]} ; inboundCommunity= ; -outboundCommunity",
        ],
    );
    s.on("bgp-2");
    s.bad("EXT-04", ["static={}", "static={\"prefixes\":[]}"]);
    s.good("EXT-04", ["static={\"prefixes\":[\"0.0.0.0/0\"]}"]);
    sheet
}

pub(crate) fn peerings() -> Sheet {
    let mut sheet = Sheet::new("ExternalPeering", "edge");
    let s = &mut sheet;
    for name in ["vpc-1--bgp-1", "vpc-2--bgp-2", "vpc-1--static-2"] {
        s.on(name).at("permit");
        s.bad(
            "EXP-02",
            [
                "vpc/name=",
                "-vpc/name",
                "vpc/name=null",
                "-vpc",
                "vpc={}",
                "vpc=null",
                "external/name=",
                "-external/name",
                "external/name=null",
                "-external",
                "external={}",
                "external=null",
                "/spec/permit={}",
                "-/spec/permit",
                "/spec/permit=null",
            ],
        );
        s.bad(
            "EXP-03",
            [
                "external/prefixes=[{}]",
                "external/prefixes=[{\"prefix\":\"\"}]",
                "external/prefixes=[{\"prefix\":null}]",
                "external/prefixes=[{\"prefix\":\"0.0.0.0/0\"},{\"prefix\":\"\"}]",
                "external/prefixes=[{\"prefix\":\"10.0.0.0/8\"},{}]",
            ],
        );
        s.good(
            "EXP-03",
            [
                "external/prefixes=[{\"prefix\":\"0.0.0.0/0\"}]",
                "external/prefixes=[{\"prefix\":\"10.0.0.0/8\"}]",
                "external/prefixes=[]",
                "-external/prefixes",
                "external/prefixes=null",
                "external/prefixes=[{\"prefix\":\"0.0.0.0/0\"},{\"prefix\":\"0.0.0.0/0\"}]",
            ],
        );
        s.bad(
            "EXP-04",
            [
                "vpc/name=vpc-9",
                "vpc/name=Vpc-1",
                "vpc/name=vpc-1/default",
                "external/name=nowhere",
                "external/name=Bgp-1",
                "external/name=ext.bgp-1",
            ],
        );
        s.bad(
            "EXP-06",
            [
                "vpc/subnets=[\"nowhere\"]",
                "vpc/subnets=[\"default\",\"nowhere\"]",
                "vpc/subnets=[\"\"]",
                "vpc/subnets=[\"Default\"]",
                "vpc/subnets=[\"vpc-1/default\"]",
            ],
        );
        s.good(
            "EXP-06",
            [
                "vpc/subnets=[\"default\"]",
                "vpc/subnets=[]",
                "-vpc/subnets",
                "vpc/subnets=null",
                "vpc/subnets=[\"default\",\"default\"]",
            ],
        );
    }
    s.on("vpc-1--bgp-1").at("permit");
    s.good(
        "EXP-02",
        [
            "vpc/name=vpc-1",
            "external/name=bgp-1",
            "vpc={\"name\":\"vpc-1\"} ; external={\"name\":\"bgp-1\"}",
        ],
    );
    s.bad("EXP-04", ["!VPC/vpc-1", "!External/bgp-1"]);
    s.good(
        "EXP-04",
        [
            "!VPC/vpc-2",
            "!External/bgp-2",
            "external/name=static-1",
            "external/name=static-2",
        ],
    );
    s.bad(
        "EXP-05",
        [
            "external/name=bgp-2",
            "vpc={\"name\":\"vpc-2\"}",
            "External/bgp-1 ipv4Namespace=ipv4-2",
            "VPC/vpc-1 ipv4Namespace=ipv4-2",
            "External/bgp-1 ipv4Namespace=nowhere",
        ],
    );
    s.good(
        "EXP-05",
        [
            "External/bgp-1 -ipv4Namespace",
            "External/bgp-1 ipv4Namespace=",
            "VPC/vpc-1 ipv4Namespace=default",
            "External/bgp-1 ipv4Namespace=ipv4-2 ; VPC/vpc-1 ipv4Namespace=ipv4-2",
            "vpc={\"name\":\"vpc-2\"} ; external/name=bgp-2",
        ],
    );
    s.bad(
        "EXP-06",
        [
            "VPC/vpc-1 -subnets/second",
            "vpc/subnets=[\"default\",\"second\",\"third\"]",
        ],
    );
    s.good(
        "EXP-06",
        [
            "vpc/subnets=[\"second\",\"default\"]",
            "VPC/vpc-1 -subnets/second ; vpc/subnets=[\"default\"]",
        ],
    );
    s.on("vpc-2--bgp-2").at("permit");
    s.bad("EXP-04", ["!VPC/vpc-2", "!External/bgp-2"]);
    s.bad(
        "EXP-05",
        [
            "external/name=bgp-1",
            "vpc/name=vpc-1",
            "VPC/vpc-2 ipv4Namespace=default",
            "VPC/vpc-2 -ipv4Namespace",
            "External/bgp-2 -ipv4Namespace",
        ],
    );
    s.good(
        "EXP-07",
        ["+ExternalPeering/twin {permit: {vpc: {name: vpc-2}, external: {name: bgp-2}}}"],
    );
    s.on("vpc-1--static-2").at("permit");
    s.bad("EXP-05", ["External/static-2 ipv4Namespace=ipv4-2"]);
    s.good(
        "EXP-05",
        [
            "External/static-2 ipv4Namespace=default",
            "external/name=bgp-1",
        ],
    );
    sheet
}
