//! Switches: what they are, and what they refer to.

use crate::vectors::sheet::Sheet;

pub(crate) fn sheet() -> Sheet {
    let mut sheet = Sheet::new("Switch", "wiring");
    let s = &mut sheet;
    required(s);
    redundancy(s);
    references(s);
    features(s);
    super::switch_ports::cases(s);
    super::switch_hydrated::cases(s);
    sheet
}

fn required(s: &mut Sheet) {
    for switch in ["leaf-01", "leaf-03", "leaf-04", "spine-01", "spine-02"] {
        s.on(switch);
        for field in ["asn", "ip", "protocolIP", "profile"] {
            let empty = if field == "asn" { "0" } else { "" };
            s.bad(
                "SW-03",
                [
                    format!("-{field}"),
                    format!("{field}=null"),
                    format!("{field}={empty}"),
                ],
            );
        }
        if switch.starts_with("leaf") {
            s.bad("SW-03", ["-vtepIP", "vtepIP=", "vtepIP=null"]);
        } else {
            s.bad("SW-03", ["vtepIP=172.30.12.77/32", "vtepIP=x"]);
            s.good("SW-03", ["vtepIP=", "vtepIP=null"]);
        }
    }
    s.on("leaf-05");
    s.good(
        "SW-03",
        [
            "role=border-leaf",
            "role=mixed-leaf",
            "role=server-leaf",
            "role=virtual-edge",
            "role=virtual-edge ; -vtepIP",
        ],
    );
    s.bad(
        "SW-03",
        [
            "role=spine",
            "role=border-leaf ; -vtepIP",
            "role=mixed-leaf ; -vtepIP",
        ],
    );
    s.on("spine-01");
    s.bad("SW-03", ["role=server-leaf", "role=border-leaf"]);
}

fn redundancy(s: &mut Sheet) {
    for switch in ["leaf-01", "leaf-03", "spine-01"] {
        s.on(switch);
        s.bad(
            "SW-04",
            [
                "redundancy={\"group\":\"eslag-1\"}",
                "redundancy={\"type\":\"eslag\"}",
                "redundancy={\"group\":\"\",\"type\":\"eslag\"}",
                "redundancy={\"group\":\"eslag-1\",\"type\":\"\"}",
                "redundancy={\"group\":\"mclag-1\"}",
                "redundancy={\"type\":\"mclag\"}",
                "redundancy={\"group\":\"eslag-1\",\"type\":\"ESLAG\"}",
                "redundancy={\"group\":\"eslag-1\",\"type\":\"lag\"}",
            ],
        );
        s.good(
            "SW-04",
            [
                "redundancy={}",
                "redundancy=null",
                "redundancy={\"group\":\"\",\"type\":\"\"}",
                "redundancy={\"group\":\"eslag-1\",\"type\":\"eslag\"}",
                "redundancy={\"group\":\"eslag-2\",\"type\":\"eslag\"}",
                "redundancy={\"group\":\"mclag-1\",\"type\":\"mclag\"}",
            ],
        );
    }
}

fn references(s: &mut Sheet) {
    for switch in ["leaf-01", "leaf-03", "leaf-05", "spine-01"] {
        s.on(switch);
        s.bad(
            "SW-05",
            [
                "vlanNamespaces=[\"nowhere\"]",
                "vlanNamespaces=[\"default\",\"nowhere\"]",
                "vlanNamespaces=[\"\"]",
                "vlanNamespaces=[\"Default\"]",
                "!VLANNamespace/default",
            ],
        );
        s.good(
            "SW-05",
            [
                "vlanNamespaces=[\"default\"]",
                "vlanNamespaces=[\"vlan-2\"]",
                "vlanNamespaces=[]",
                "-vlanNamespaces",
                "vlanNamespaces=null",
                "vlanNamespaces=[\"vlan-2\",\"default\"]",
                "vlanNamespaces=[\"default\",\"vlan-3\"]",
            ],
        );
        s.bad("SW-06", [
            "vlanNamespaces=[\"vlan-2\",\"vlan-3\"]", "vlanNamespaces=[\"vlan-3\",\"default\",\"vlan-2\"]", "vlanNamespaces=[\"default\",\"default\"]",
            "vlanNamespaces=[\"default\",\"vlan-2\"] ; VLANNamespace/vlan-2 ranges=[{\"from\":1999,\"to\":2099}]",
            "vlanNamespaces=[\"default\",\"vlan-2\"] ; VLANNamespace/vlan-2 ranges=[{\"from\":2000,\"to\":2099},{\"from\":1500}]",
            "vlanNamespaces=[\"default\",\"vlan-2\"] ; VLANNamespace/vlan-2 ranges=[{\"from\":1,\"to\":2500}]",
        ]);
        s.good("SW-06", [
            "vlanNamespaces=[\"default\",\"vlan-2\"]", "vlanNamespaces=[\"default\",\"vlan-2\"] ; VLANNamespace/vlan-2 ranges=[{\"from\":2000}]",
            "vlanNamespaces=[\"vlan-2\",\"vlan-3\"] ; VLANNamespace/vlan-3 ranges=[{\"from\":2100,\"to\":2199}]",
            "vlanNamespaces=[\"default\",\"vlan-2\"] ; VLANNamespace/vlan-2 ranges=[{\"from\":999},{\"from\":2000}]",
        ]);
        s.bad(
            "SW-07",
            [
                "groups=[\"nowhere\"]",
                "groups=[\"racks\",\"nowhere\"]",
                "groups=[\"\"]",
                "groups=[\"Racks\"]",
            ],
        );
        s.good(
            "SW-07",
            [
                "groups=[\"racks\"]",
                "groups=[\"racks\",\"eslag-2\"]",
                "groups=[]",
                "-groups",
                "groups=null",
            ],
        );
        s.bad(
            "SW-08",
            [
                "profile=nowhere",
                "profile=Dell-S5232F-ON",
                "profile=dell-s5232f",
            ],
        );
    }
    s.on("leaf-01");
    s.bad(
        "SW-07",
        [
            "redundancy={\"group\":\"nowhere\",\"type\":\"eslag\"}",
            "!SwitchGroup/eslag-1",
        ],
    );
    s.good("SW-07", ["!SwitchGroup/eslag-2", "groups=[\"eslag-1\"]"]);
    s.on("leaf-06");
    s.bad(
        "SW-07",
        [
            "!SwitchGroup/mclag-1",
            "redundancy={\"group\":\"nowhere\",\"type\":\"mclag\"}",
        ],
    );
    s.on("leaf-03");
    s.bad("SW-05", ["!VLANNamespace/vlan-2"]);
    s.bad("SW-07", ["!SwitchGroup/racks"]);
    s.on("leaf-06");
    s.good(
        "SW-08",
        [
            "dell-s5248f-on",
            "dell-s5232f-on",
            "vs",
            "edgecore-dcs204",
            "celestica-ds3000",
            "edgecore-eps203",
            "celestica-ds5000",
        ]
        .map(|p| format!("profile={p}")),
    );
}

fn features(s: &mut Sheet) {
    let eslag = "redundancy={\"group\":\"eslag-2\",\"type\":\"eslag\"}";
    s.on("leaf-06");
    // Profiles that can and that cannot.
    for (profile, roce, qpn, lag) in [
        ("celestica-ds2000", false, false, true),
        ("celestica-ds3000", true, false, true),
        ("celestica-ds4000", true, false, false),
        ("celestica-ds4101", true, true, false),
        ("celestica-ds5000", true, true, false),
        ("dell-s5232f-on", true, false, true),
        ("dell-z9332f-on", true, false, false),
        ("edgecore-dcs203", true, false, true),
        ("edgecore-dcs240", true, false, true),
        ("edgecore-dcs501", false, false, false),
        ("edgecore-eps202", false, false, true),
        ("edgecore-eps203", false, false, true),
        ("vs", true, false, true),
    ] {
        for (edit, can) in [
            ("roce=true", roce),
            ("ecmp={\"roceQPN\":true}", qpn),
            (eslag, lag),
            ("roce=true ; ecmp={\"roceQPN\":true}", roce && qpn),
        ] {
            let edits = format!("profile={profile} ; {edit}");
            if can {
                s.good("SW-14", [edits]);
            } else {
                s.bad("SW-14", [edits]);
            }
        }
        s.good(
            "SW-14",
            [
                format!("profile={profile}"),
                format!("profile={profile} ; roce=false ; ecmp={{\"roceQPN\":false}}"),
                format!("profile={profile} ; ecmp={{}}"),
                format!(
                    "profile={profile} ; redundancy={{\"group\":\"mclag-1\",\"type\":\"mclag\"}}"
                ),
            ],
        );
    }
}
