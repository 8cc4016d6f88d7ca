//! SwitchProfiles, where the fabric allows such as are not built in.

use serde_json::json;

use crate::vectors::sheet::Sheet;

pub(crate) fn sheet() -> Sheet {
    let mut sheet = Sheet::new("SwitchProfile", "profiles");
    let s = &mut sheet;
    s.on("lab-switch");
    s.bad("SP-01", ["", "/metadata/name=other"]);
    s.configured(json!({"allow_extra_switch_profiles": false}));
    s.bad("SP-01", ["", "/metadata/name=dell"]);
    s.configured(json!({"allow_extra_switch_profiles": true}));
    s.good("SP-01", ["", "/metadata/name=other"]);
    heads(s);
    management(s);
    data(s);
    breakout(s);
    parts(s);
    sheet
}

fn heads(s: &mut Sheet) {
    for field in ["displayName", "switchSilicon", "nosType", "platform"] {
        s.bad(
            "SP-02",
            [
                format!("-{field}"),
                format!("{field}="),
                format!("{field}=null"),
            ],
        );
    }
    s.good(
        "SP-02",
        [
            "displayName=x",
            "switchSilicon=x",
            "platform=x",
            "otherNames=[]",
            "-otherNames",
            "otherNames=null",
            "notes=x",
        ],
    );
    s.good(
        "SP-02",
        [
            "sonic-bcm-base",
            "sonic-bcm-campus",
            "sonic-bcm-vs",
            "sonic-cls-plus-broadcom",
            "sonic-cls-plus-marvell",
            "sonic-cls-plus-vs",
        ]
        .map(|n| format!("nosType={n}")),
    );
    s.bad(
        "SP-02",
        [
            "sonic",
            "SONIC-BCM-BASE",
            "sonic-bcm",
            "cumulus",
            "sonic-bcm-base ",
        ]
        .map(|n| format!("nosType=\"{n}\"")),
    );
    let names = |n: usize| {
        format!(
            "otherNames={}",
            json!((0..n).map(|n| format!("name {n}")).collect::<Vec<_>>())
        )
    };
    s.good("SP-02", [names(1), names(4), names(5)]);
    s.bad("SP-02", [names(6), names(7), names(20)]);
    s.bad(
        "SP-02",
        [
            "otherNames=[\"\"]",
            "otherNames=[\"a\",\"a\"]",
            "otherNames=[\"a\",\"\"]",
            "otherNames=[\"a\",\"b\",\"a\"]",
        ],
    );
}

fn management(s: &mut Sheet) {
    s.at("ports");
    s.bad(
        "SP-03",
        [
            "-M1/nos",
            "M1/nos=",
            "M1/nos=Ethernet0",
            "M1/nos=Management",
            "M1/nos=management0",
            "M1/nos=Management-1",
            "M1/nos=Managementx",
            "-M1/oniePortName",
            "M1/oniePortName=",
            "M1/oniePortName=eth",
            "M1/oniePortName=ens0",
            "M1/oniePortName=ethx",
            "M1/oniePortName=eth-1",
            "M1/group=\"1\"",
            "M1/profile=SFP28-25G",
            "M1/baseNOSName=Management0",
            "M1/management=false",
            "-M1/management",
            "-M1 ; M0={\"nos\":\"Management0\",\"oniePortName\":\"eth0\",\"management\":true}",
            "-M1 ; MX={\"nos\":\"Management0\",\"oniePortName\":\"eth0\",\"management\":true}",
            "-M1 ; M={\"nos\":\"Management0\",\"oniePortName\":\"eth0\",\"management\":true}",
            "-M1 ; N1={\"nos\":\"Management0\",\"oniePortName\":\"eth0\",\"management\":true}",
            "M2={\"nos\":\"Management0\",\"oniePortName\":\"eth1\",\"management\":true}",
        ],
    );
    s.good(
        "SP-03",
        [
            "M1/nos=Management1",
            "M1/nos=Management15",
            "M1/oniePortName=eth1",
            "M1/oniePortName=eth15",
            "M2={\"nos\":\"Management1\",\"oniePortName\":\"eth1\",\"management\":true}",
            "M2={\"nos\":\"Management1\",\"oniePortName\":\"eth0\",\"management\":true}",
            "-M1",
            "M1/group=",
            "M1/profile=",
            "M1/baseNOSName=",
        ],
    );
}

fn data(s: &mut Sheet) {
    for port in ["E1~11", "E1~13"] {
        s.bad(
            "SP-03",
            [
                "-nos",
                "nos=",
                "nos=Ethernet",
                "nos=ethernet0",
                "nos=1/1",
                "nos=Ethernet-1",
                "nos=Ethernetx",
                "-label",
                "label=",
            ]
            .map(|e| match e.strip_prefix('-') {
                Some(field) => format!("-{port}/{field}"),
                None => format!("{port}/{e}"),
            }),
        );
    }
    s.bad(
        "SP-03",
        [
            "E1~13/nos=Ethernet0",
            "E1~11/nos=Ethernet1",
            "E1~13/baseNOSName=Ethernet0",
            "E1~12/baseNOSName=Ethernet4",
            "E1~13/label=\"1\"",
            "E1~12/label=\"4\"",
            "E1~13/group=\"1\"",
            "E1~11/profile=SFP28-25G",
            "-E1~12/group",
            "E1~12/group=",
            "E1~12/group=\"9\"",
            "E1~13/profile=none",
            "E1~13/pipeline=left",
            "E1~11/pipeline=left",
            "E1~14/pipeline=right",
        ],
    );
    let port = |name: &str| {
        format!("{name}={{\"nos\":\"Ethernet40\",\"label\":\"40\",\"profile\":\"SFP28-25G\"}}")
    };
    s.good(
        "SP-03",
        [port("E1~16"), port("E1~1100"), port("E2~11"), port("E9~19")],
    );
    s.bad(
        "SP-03",
        [
            port("E0~11"),
            port("E1~10"),
            port("E1"),
            port("1~16"),
            port("E1~16~11"),
            port("e1~16"),
            port("E"),
            port("X"),
            port("Eth1~16"),
            port("E~16"),
            port("E1~1"),
        ],
    );
    s.good(
        "SP-03",
        [
            "E1~13/nos=Ethernet99",
            "E1~13/label=\"M1\"",
            "E1~13/label=p3",
            "-E1~13/baseNOSName",
            "E1~13/baseNOSName=Ethernet77",
            "E1~15/pipeline=left",
            "-E1~14/pipeline",
            "E1~13/management=false",
            "E1~13/group=",
        ],
    );
}

fn breakout(s: &mut Sheet) {
    s.bad(
        "SP-03",
        [
            "E1~14/nos=Ethernet4",
            "E1~14/nos=1/",
            "E1~14/nos=1/x",
            "E1~14/nos=2/4",
            "E1~14/nos=14",
            "-E1~14/nos",
            "-E1~14/baseNOSName",
            "E1~14/baseNOSName=",
            "E1~14/baseNOSName=1/4",
            "E1~14/baseNOSName=Ethernet",
            "E1~14/baseNOSName=Ethernet-4",
            "E1~15/nos=1/4",
            "E1~15/baseNOSName=Ethernet4",
        ],
    );
    s.good(
        "SP-03",
        [
            "E1~14/nos=1/44",
            "E1~14/baseNOSName=Ethernet400",
            "E1~15/nos=1/6",
        ],
    );
}

fn parts(s: &mut Sheet) {
    s.at("");
    s.bad("SP-04", [
        "portGroups/2={\"nos\":\"2\",\"profile\":\"SFP28-10-25G\"}", "portGroups/1/nos=", "-portGroups/1/nos", "portGroups/1/nos=\"0\"", "portGroups/1/nos=\"-1\"",
        "portGroups/1/nos=one", "portGroups/1/profile=", "-portGroups/1/profile", "portGroups/1/profile=none", "portGroups/1/profile=QSFP28-100G",
        "portGroups/1/profile=SFP28-25G", "portProfiles/SFP28-10-25G/autoNegAllowed=true",
        "portProfiles/UNUSED={\"speed\":{\"default\":\"25G\",\"supported\":[\"25G\"]}}",
        "portProfiles/UNUSED={\"breakout\":{\"default\":\"1x100G\",\"supported\":{\"1x100G\":{\"offsets\":[\"0\"]}}}}",
    ]);
    s.good(
        "SP-04",
        [
            "portGroups/1/nos=\"7\"",
            "portGroups/1/nos=\"01\"",
            "portProfiles/SFP28-10-25G/autoNegAllowed=false",
        ],
    );
    s.at("portProfiles");
    for speed in [
        "1G", "2.5G", "5G", "10G", "20G", "25G", "40G", "50G", "100G", "200G", "400G", "800G",
    ] {
        s.good(
            "SP-05",
            [format!(
                "SFP28-25G/speed={{\"default\":\"{speed}\",\"supported\":[\"{speed}\"]}}"
            )],
        );
        for lanes in [1, 2, 4, 8] {
            s.good(
                "SP-05",
                [format!(
                    "QSFP28-100G/breakout/supported/{lanes}x{speed}={{\"offsets\":[\"0\"]}}"
                )],
            );
        }
    }
    for speed in ["", "3G", "25", "25g", "1000G", "G", "25GB", "2,5G", "100M"] {
        s.bad(
            "SP-05",
            [format!("SFP28-25G/speed/supported=[\"25G\",\"{speed}\"]")],
        );
    }
    for mode in [
        "3x25G", "16x25G", "0x25G", "4x3G", "4x", "x25G", "25G", "4X25G", "4x25",
    ] {
        s.bad(
            "SP-05",
            [format!(
                "QSFP28-100G/breakout/supported/{mode}={{\"offsets\":[\"0\"]}}"
            )],
        );
    }
    s.bad("SP-05", [
        "SFP28-25G/speed/default=", "-SFP28-25G/speed/default", "SFP28-25G/speed/default=40G", "SFP28-25G/speed/supported=[]", "-SFP28-25G/speed/supported",
        "SFP28-25G/breakout={\"default\":\"1x100G\",\"supported\":{\"1x100G\":{\"offsets\":[\"0\"]}}}", "-SFP28-25G/speed", "SFP28-25G/speed=null",
        "SFP28-25G/autoNegAllowed=false", "-SFP28-25G/autoNegAllowed", "QSFP28-100G/breakout/default=", "-QSFP28-100G/breakout/default",
        "QSFP28-100G/breakout/default=2x50G", "QSFP28-100G/breakout/supported={}", "-QSFP28-100G/breakout/supported", "QSFP28-100G/autoNegDefault=true",
        "QSFP28-100G/breakout/supported/4x25G={\"offsets\":[]}", "QSFP28-100G/breakout/supported/4x25G={}", "QSFP28-100G/breakout/supported/4x25G/offsets=null",
        "/spec/pipelines/left/maxPorts=0", "-/spec/pipelines/left/maxPorts", "/spec/pipelines/left={}", "/spec/pipelines/right={\"maxPorts\":0}",
        "/spec/pipelines/left/maxPorts=-1",
    ]);
    s.good(
        "SP-05",
        [
            "SFP28-25G/autoNegDefault=false",
            "-SFP28-25G/autoNegDefault ; -SFP28-25G/autoNegAllowed",
            "QSFP28-100G/autoNegAllowed=true ; QSFP28-100G/autoNegDefault=true",
            "QSFP28-100G/autoNegAllowed=true",
            "/spec/pipelines/left/maxPorts=1",
            "/spec/pipelines/right={\"maxPorts\":4}",
            "QSFP28-100G/breakout/default=4x25G",
            "SFP28-25G/breakout=null",
            "QSFP28-100G/speed=null",
        ],
    );
}
