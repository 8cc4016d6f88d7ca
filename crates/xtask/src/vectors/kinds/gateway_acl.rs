//! ACLs of gateway peerings.

use super::gateway_peering::{BAD_PORTS, GOOD_PORTS};
use crate::vectors::sheet::Sheet;

pub(crate) fn cases(s: &mut Sheet) {
    s.on("filtered").at("acl");
    s.good(
        "GWP-07",
        [
            "default=deny",
            "default=deny-unless-exposed",
            "default=",
            "-default",
            "default=null",
            "rules=[]",
            "-rules",
            "/spec/acl={}",
            "-/spec/acl",
            "/spec/acl=null",
        ],
    );
    s.bad(
        "GWP-07",
        ["default=allow", "default=Deny", "default=permit"],
    );
    s.at("acl/rules/0");
    let long = "a".repeat(64);
    let longer = "a".repeat(65);
    s.good(
        "GWP-07",
        ["", "a", "web-1", "web.1", "1", &long].map(|n| format!("name={}", serde_json::json!(n))),
    );
    s.bad(
        "GWP-07",
        [
            "Web", "web_1", "-web", "web-", "web 1", "web..1", ".web", &longer,
        ]
        .map(|n| format!("name={}", serde_json::json!(n))),
    );
    s.good(
        "GWP-07",
        [
            "-name",
            "name=null",
            "action=deny",
            "scope=flow",
            "scope=packet",
            "scope=",
            "log=true",
        ],
    );
    s.bad(
        "GWP-07",
        [
            "action=",
            "-action",
            "action=permit",
            "action=Allow",
            "action=null",
            "scope=bogus",
            "scope=Flow",
        ],
    );
    s.bad(
        "GWP-07",
        [
            "-from",
            "from=",
            "from=null",
            "from=vpc-1",
            "from=vpc-9",
            "to=vpc-2",
            "to=ext-1",
            "from=Vpc-4",
            "to=nowhere",
        ],
    );
    s.good(
        "GWP-07",
        [
            "to=ext.ext-2",
            "-from ; to=ext.ext-2",
            "from= ; to=ext.ext-2",
            "to=vpc-4 ; -match",
            "to=",
        ],
    );
    for side in ["src", "dst"] {
        let cidr = |c: &str| format!("match/{side}=[{{\"cidr\":\"{c}\"}}]");
        s.good(
            "GWP-07",
            [
                "10.0.40.0/24",
                "0.0.0.0/0",
                "10.0.40.5/24",
                "1.2.3.4/32",
                "fd00::/64",
            ]
            .map(cidr),
        );
        s.bad(
            "GWP-07",
            ["10.0.40.0", "x", "10.0.40.0/33", "010.0.40.0/24"].map(cidr),
        );
        s.bad(
            "GWP-07",
            [
                format!("match/{side}=[{{\"cidr\":\"10.0.40.0/24\",\"vpcSubnet\":\"default\"}}]"),
                format!("match/{side}=[{{\"cidr\":\"10.0.40.0/24\"}},{{\"cidr\":\"x\"}}]"),
            ],
        );
        s.good(
            "GWP-07",
            [
                format!("match/{side}=[{{\"ports\":[\"80\"]}}]"),
                format!("match/{side}=[]"),
                format!("-match/{side}"),
                format!("match/{side}=[{{\"cidr\":\"\",\"ports\":[\"1-2\"]}}]"),
            ],
        );
        s.good(
            "GWP-07",
            GOOD_PORTS
                .iter()
                .map(|p| format!("match/{side}=[{{\"cidr\":\"0.0.0.0/0\",\"ports\":[\"{p}\"]}}]")),
        );
        s.bad(
            "GWP-07",
            BAD_PORTS
                .iter()
                .map(|p| format!("match/{side}=[{{\"cidr\":\"0.0.0.0/0\",\"ports\":[\"{p}\"]}}]")),
        );
        s.bad(
            "GWP-07",
            [format!("match/{side}=[{{\"ports\":[\"80\",\"0\"]}}]")],
        );
    }
    s.good(
        "GWP-07",
        [
            "", "tcp", "udp", "1", "6", "255", "256", "-1", "0", "+6", "06",
        ]
        .map(|p| format!("match/proto=\"{p}\"")),
    );
    s.bad(
        "GWP-07",
        ["icmp", "TCP", "x", "6.0", "tcp,udp", " 6", "0x6"].map(|p| format!("match/proto=\"{p}\"")),
    );
    s.good(
        "GWP-07",
        ["-match/proto", "-match", "match={}", "match=null"],
    );
    s.at("acl/rules");
    s.bad(
        "GWP-07",
        [
            "0={}",
            "2={\"action\":\"allow\"}",
            "2={\"action\":\"allow\",\"from\":\"vpc-1\"}",
            "1/match/proto=x",
        ],
    );
    s.good(
        "GWP-07",
        [
            "2={\"action\":\"allow\",\"from\":\"vpc-4\"}",
            "2={\"action\":\"deny\",\"to\":\"vpc-4\",\"name\":\"web\"}",
            "1/from=vpc-4 ; 1/to=ext.ext-2 ; -1/match",
        ],
    );
    subnets(s);
}

fn subnets(s: &mut Sheet) {
    s.on("filtered").at("acl/rules");
    s.bad(
        "GWP-13",
        [
            "0/match/src/0/vpcSubnet=nowhere",
            "0/match/src/0/vpcSubnet=Default",
            "0/match/dst=[{\"vpcSubnet\":\"default\"}]",
            "1/match/dst/0/vpcSubnet=nowhere",
            "1/match/src=[{\"vpcSubnet\":\"default\"}]",
            "0/from=ext.ext-2 ; 0/to=vpc-4",
            "-0/from ; 0/to=vpc-4",
            "1/to=ext.ext-2 ; 1/from=vpc-4",
            "0/match/src=[{\"cidr\":\"10.0.40.0/24\"},{\"vpcSubnet\":\"second\"}]",
        ],
    );
    s.good("GWP-13", [
        "-0/from ; 0/to=ext.ext-2", "-1/from", "-1/to ; 1/from=ext.ext-2", "0/match/src/0/vpcSubnet=second ; VPC/vpc-4 subnets/second={\"subnet\":\"10.0.41.0/24\",\"vlan\":1041}",
        "0/match/src=[{\"vpcSubnet\":\"default\"},{\"vpcSubnet\":\"default\"}]",
    ]);
    s.on("plain");
    let rule = |from: &str, to: &str, src: &str, dst: &str| {
        format!(
            "acl={{\"rules\":[{{\"action\":\"allow\",\"from\":\"{from}\",\"to\":\"{to}\",\"match\":{{\"src\":[{{\"vpcSubnet\":\"{src}\"}}],\"dst\":[{{\"vpcSubnet\":\"{dst}\"}}]}}}}]}}"
        )
    };
    s.good(
        "GWP-13",
        [
            rule("vpc-1", "vpc-2", "second", "wide"),
            rule("vpc-2", "vpc-1", "wide", "second"),
            rule("vpc-1", "", "second", "wide"),
            rule("", "vpc-1", "wide", "second"),
        ],
    );
    s.bad(
        "GWP-13",
        [
            rule("vpc-1", "vpc-2", "wide", "second"),
            rule("vpc-2", "vpc-1", "second", "wide"),
            rule("", "vpc-1", "second", "wide"),
            rule("vpc-1", "", "wide", "wide"),
            rule("vpc-1", "vpc-2", "second", "second"),
        ],
    );
    s.bad(
        "GWP-07",
        [
            rule("", "", "second", "wide"),
            rule("vpc-3", "vpc-2", "default", "wide"),
        ],
    );
    // Both ends may be the same side.
    s.good(
        "GWP-07",
        ["acl={\"rules\":[{\"action\":\"allow\",\"from\":\"vpc-1\",\"to\":\"vpc-1\"}]}"],
    );
}
