//! VPCPeerings.

use serde_json::{Value, json};

use crate::vectors::sheet::Sheet;

pub(crate) fn sheet() -> Sheet {
    let mut sheet = Sheet::new("VPCPeering", "tenants");
    let s = &mut sheet;
    s.on("vpc-1--vpc-2");
    s.configured(json!({"vpc_peering_disabled": true}));
    s.bad(
        "PEER-02",
        [
            "",
            "permit=[{\"vpc-1\":null,\"vpc-2\":null}]",
            "/metadata/name=other",
            "remote=",
        ],
    );
    s.configured(json!({"vpc_peering_disabled": false}));
    s.good("PEER-02", ["", "/metadata/name=other"]);
    s.configured(Value::Null);
    s.bad(
        "PEER-03",
        [
            "remote=border",
            "remote=racks",
            "remote=\" \"",
            "remote=vpc-1",
        ],
    );
    s.good("PEER-03", ["remote=", "remote=null"]);
    let entries = [
        (r#"[{"vpc-1":{}}]"#, false),
        (r#"[{}]"#, false),
        (r#"[{"vpc-1":{},"vpc-2":{},"vpc-5":{}}]"#, false),
        (r#"[{"vpc-1":{},"vpc-2":{}},{"vpc-1":{}}]"#, false),
        (
            r#"[{"vpc-1":{},"vpc-2":{}},{"vpc-1":{},"vpc-4":{}}]"#,
            false,
        ),
        (
            r#"[{"vpc-1":{},"vpc-2":{}},{"vpc-3":{},"vpc-4":{}}]"#,
            false,
        ),
        (r#"[{"vpc-2":null}]"#, false),
        (r#"[{"vpc-1":{},"vpc-2":{}},{}]"#, false),
        (r#"[{"vpc-1":{}},{"vpc-2":{}}]"#, false),
        ("[]", false),
        (r#"[{"vpc-1":{},"vpc-2":{}}]"#, true),
        (r#"[{"vpc-1":null,"vpc-2":null}]"#, true),
        (r#"[{"vpc-2":{},"vpc-1":{}}]"#, true),
        (r#"[{"vpc-1":{},"vpc-2":{}},{"vpc-1":{},"vpc-2":{}}]"#, true),
        (
            r#"[{"vpc-1":{"subnets":["small"]},"vpc-2":{}},{"vpc-2":{"subnets":["edge"]},"vpc-1":{}}]"#,
            true,
        ),
    ];
    for (permit, good) in entries {
        let edit = format!("permit={permit}");
        if good {
            s.good("PEER-04", [edit]);
        } else {
            s.bad("PEER-04", [edit]);
        }
    }
    s.bad("PEER-04", ["-permit", "permit=null"]);
    s.good(
        "PEER-08",
        ["+VPCPeering/twin {permit: [{vpc-1: {}, vpc-2: {}}]}"],
    );
    let pair = |a: &str, b: &str| format!("permit=[{{\"{a}\":{{}},\"{b}\":{{}}}}]");
    s.bad(
        "PEER-05",
        [
            pair("vpc-1", "vpc-9"),
            pair("vpc-9", "vpc-8"),
            pair("vpc-2", ""),
            pair("Vpc-1", "vpc-2"),
            pair("vpc-1/default", "vpc-2"),
            pair("aaa", "vpc-2"),
            "!VPC/vpc-1".to_owned(),
            "!VPC/vpc-2".to_owned(),
            "!VPC/vpc-1 ; !VPC/vpc-2".to_owned(),
        ],
    );
    s.good("PEER-05", ["+VPC/vpc-9 {subnets: {default: {subnet: 10.0.90.0/24, vlan: 1090}}} ; permit=[{\"vpc-1\":{},\"vpc-9\":{}}]"]);
    for other in ["vpc-3", "vpc-4", "vpc-5"] {
        s.bad("PEER-06", [pair("vpc-1", other), pair("vpc-2", other)]);
    }
    s.bad(
        "PEER-06",
        [
            pair("vpc-3", "vpc-4"),
            pair("vpc-3", "vpc-5"),
            pair("vpc-4", "vpc-5"),
        ],
    );
    s.bad(
        "PEER-06",
        [
            "VPC/vpc-2 ipv4Namespace=ipv4-2",
            "VPC/vpc-1 vlanNamespace=vlan-2",
            "VPC/vpc-2 ipv4Namespace=ipv4-2 ; VPC/vpc-2 vlanNamespace=vlan-2",
        ],
    );
    s.good(
        "PEER-06",
        [
            "VPC/vpc-2 ipv4Namespace=default",
            "VPC/vpc-1 ipv4Namespace=",
            "VPC/vpc-1 vlanNamespace=default ; VPC/vpc-2 vlanNamespace=",
            "VPC/vpc-1 ipv4Namespace=ipv4-2 ; VPC/vpc-2 ipv4Namespace=ipv4-2",
            "VPC/vpc-1 vlanNamespace=vlan-2 ; VPC/vpc-2 vlanNamespace=vlan-2",
        ],
    );
    s.good(
        "PEER-06",
        ["VPC/vpc-4 vlanNamespace=default ; permit=[{\"vpc-4\":{},\"vpc-1\":{}}]"],
    );
    s.bad(
        "PEER-07",
        [
            r#"permit/0/vpc-1/subnets=["nowhere"]"#,
            r#"permit/0/vpc-1/subnets=["default","nowhere"]"#,
            r#"permit/0/vpc-2/subnets=["backend"]"#,
            r#"permit/0/vpc-2={"subnets":["default","Edge"]}"#,
            r#"permit/0/vpc-2={"subnets":[""]}"#,
            "VPC/vpc-1 -subnets/backend",
            r#"permit=[{"vpc-1":{},"vpc-2":{}},{"vpc-1":{"subnets":["edge"]},"vpc-2":{}}]"#,
            r#"permit/0/vpc-1/subnets=["vpc-1/default"]"#,
        ],
    );
    s.good(
        "PEER-07",
        [
            r#"permit/0/vpc-1/subnets=["hosts"]"#,
            r#"permit/0/vpc-1/subnets=["default","backend","hosts","small"]"#,
            r#"permit/0/vpc-2={"subnets":["default","edge"]}"#,
            r#"permit/0/vpc-1/subnets=["default","default"]"#,
            "permit/0/vpc-1=null",
            "-permit/0/vpc-1/subnets",
            "VPC/vpc-1 -subnets/small",
            "VPC/vpc-2 -subnets/edge",
        ],
    );
    sheet
}
