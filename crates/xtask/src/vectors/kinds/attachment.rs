//! VPCAttachments.

use crate::vectors::sheet::Sheet;

const P2P: &str = "/metadata/annotations={\"fabric.githedgehog.com/p2p-link\":";

pub(crate) fn sheet() -> Sheet {
    let mut sheet = Sheet::new("VPCAttachment", "wiring");
    let s = &mut sheet;
    alone(s);
    targets(s);
    modes(s);
    switches(s);
    among(s);
    sheet
}

fn alone(s: &mut Sheet) {
    for att in ["att-1", "att-3", "att-4", "att-5"] {
        s.on(att);
        s.bad(
            "ATT-02",
            [
                "subnet=",
                "-subnet",
                "subnet=null",
                "subnet=/default",
                "subnet=/",
            ],
        );
        s.bad("ATT-03", ["connection=", "-connection", "connection=null"]);
        s.bad(
            "ATT-04",
            [
                "",
                "192.0.2.0",
                "192.0.2.0/30",
                "192.0.2.0/32",
                "fd00::/127",
                "192.0.2.0/031",
                "x",
                "192.0.2/31",
                "::ffff:192.0.2.0/127",
            ]
            .map(|a| format!("{P2P}\"{a}\"}}")),
        );
        s.good(
            "ATT-04",
            [
                "192.0.2.0/31",
                "192.0.2.1/31",
                "10.0.1.0/31",
                "172.30.0.0/31",
                "0.0.0.0/31",
            ]
            .map(|a| format!("{P2P}\"{a}\"}}")),
        );
        s.good(
            "ATT-04",
            [
                "/metadata/annotations={\"example.com/p2p-link\":\"x\"}",
                "/metadata/annotations={}",
            ],
        );
    }
    s.on("att-3");
    s.good(
        "ATT-03",
        [
            "connection=server-02--bundled--leaf-01",
            "connection=server-01--unbundled--leaf-03 ; subnet=vpc-1/hosts",
        ],
    );
    s.on("att-5");
    s.good("ATT-02", ["subnet=vpc-2", "subnet=vpc-2/default"]);
    s.bad("ATT-05 ATT-02", ["subnet=vpc-2/"]);
}

fn targets(s: &mut Sheet) {
    for att in ["att-1", "att-2", "att-3", "att-4", "att-6"] {
        s.on(att);
        s.bad(
            "ATT-05",
            [
                "subnet=vpc-9/default",
                "subnet=vpc-9",
                "subnet=vpc-1/nowhere",
                "subnet=vpc-1/Default",
                "subnet=vpc-1/default/x",
                "subnet=Vpc-1/default",
                "subnet=vpc-1//default",
            ],
        );
        s.bad(
            "ATT-06",
            [
                "connection=nowhere",
                "connection=Server-01--unbundled--leaf-03",
                "connection=leaf-03",
            ],
        );
        for other in [
            "server-06--mclag--leaf-06",
            "spine-01--fabric--leaf-01",
            "leaf-03--mesh--leaf-04",
            "spine-01--gateway--gw-1",
            "leaf-01--vpc-loopback",
            "leaf-04--external",
            "leaf-03--static-external",
        ] {
            s.bad("ATT-06", [format!("connection={other}")]);
        }
    }
    s.on("att-1");
    s.bad("ATT-05", ["!VPC/vpc-1", "VPC/vpc-1 -subnets/default"]);
    s.bad("ATT-06", ["!Connection/server-01--unbundled--leaf-03"]);
    s.good(
        "ATT-05",
        [
            "VPC/vpc-1 -subnets/second",
            "subnet=vpc-2/default",
            "subnet=vpc-2",
        ],
    );
    s.on("att-3");
    s.bad("ATT-05", ["VPC/vpc-1 -subnets/second"]);
    s.bad("ATT-06", ["!Connection/server-02--bundled--leaf-01"]);
    s.good(
        "ATT-06",
        [
            "connection=server-03--eslag--leaf-01--leaf-02",
            "connection=server-05--unbundled--leaf-06",
        ],
    );
}

fn modes(s: &mut Sheet) {
    s.on("att-4");
    s.bad(
        "ATT-07",
        [
            "subnet=vpc-2/default",
            "subnet=vpc-2",
            "VPC/vpc-1 mode=l3vni",
        ],
    );
    s.good(
        "ATT-07",
        [
            "VPC/vpc-1 mode=",
            "subnet=vpc-2/default ; VPC/vpc-2 mode=",
            "subnet=vpc-2/default ; VPC/vpc-2 -mode",
        ],
    );
    s.bad(
        "ATT-08",
        [
            "subnet=vpc-1/hosts",
            "VPC/vpc-1 subnets/default/hostBGP=true",
        ],
    );
    s.bad("ATT-07 ATT-08", ["subnet=vpc-2/hosts"]);
    s.on("att-3");
    s.good("ATT-07", ["VPC/vpc-1 mode=l3vni", "subnet=vpc-2/default"]);
    s.bad(
        "ATT-08",
        [
            "subnet=vpc-1/hosts",
            "subnet=vpc-2/hosts",
            "VPC/vpc-1 subnets/second/hostBGP=true",
        ],
    );
    s.bad(
        "ATT-08 ATT-06",
        [
            "subnet=vpc-1/hosts ; connection=leaf-04--external",
            "subnet=vpc-1/hosts ; connection=leaf-01--vpc-loopback",
        ],
    );
    s.on("att-2");
    s.good(
        "ATT-08",
        [
            "subnet=vpc-1/hosts",
            "VPC/vpc-1 subnets/second/hostBGP=true",
            "connection=server-05--unbundled--leaf-06",
        ],
    );
    s.bad(
        "ATT-08",
        [
            "subnet=vpc-1/hosts ; connection=server-05--unbundled--leaf-06",
            "subnet=vpc-2/hosts ; connection=server-05--unbundled--leaf-06",
        ],
    );
    s.good("ATT-08", [
        "subnet=vpc-2/hosts ; connection=server-04--unbundled--leaf-04",
        "subnet=vpc-1/hosts ; connection=server-05--unbundled--leaf-06 ; Switch/leaf-06 redundancy={\"group\":\"eslag-2\",\"type\":\"eslag\"}",
    ]);
    s.on("att-7");
    s.bad(
        "ATT-08",
        ["Switch/leaf-03 redundancy={\"group\":\"mclag-1\",\"type\":\"mclag\"}"],
    );
    s.good(
        "ATT-08",
        [
            "Switch/leaf-03 redundancy={\"group\":\"eslag-2\",\"type\":\"eslag\"}",
            "-/metadata/annotations",
        ],
    );
}

fn switches(s: &mut Sheet) {
    s.on("att-6");
    s.bad("ATT-09", [
        "Switch/leaf-03 vlanNamespaces=[\"default\"]", "Switch/leaf-03 -vlanNamespaces", "Switch/leaf-03 vlanNamespaces=[]",
        "Switch/leaf-03 vlanNamespaces=[\"vlan-3\"]", "VPC/vpc-3 vlanNamespace=vlan-3", "connection=server-02--bundled--leaf-01",
        "connection=server-03--eslag--leaf-01--leaf-02", "connection=server-04--unbundled--leaf-04", "connection=server-05--unbundled--leaf-06",
        "connection=server-03--eslag--leaf-01--leaf-02 ; Switch/leaf-01 vlanNamespaces=[\"default\",\"vlan-2\"]",
    ]);
    s.good("ATT-09", [
        "Switch/leaf-03 vlanNamespaces=[\"vlan-2\"]", "Switch/leaf-03 vlanNamespaces=[\"vlan-2\",\"default\"]",
        "connection=server-03--eslag--leaf-01--leaf-02 ; Switch/leaf-01 vlanNamespaces=[\"vlan-2\"] ; Switch/leaf-02 vlanNamespaces=[\"default\",\"vlan-2\"]",
        "VPC/vpc-3 vlanNamespace=default", "VPC/vpc-3 -vlanNamespace",
    ]);
    s.on("att-3");
    s.bad(
        "ATT-09",
        [
            "Switch/leaf-01 vlanNamespaces=[\"vlan-2\"]",
            "VPC/vpc-1 vlanNamespace=vlan-2",
        ],
    );
    s.bad_through(
        "Connection/server-02--bundled--leaf-01",
        "ATT-09",
        ["!Switch/leaf-01"],
    );
    s.good(
        "ATT-09",
        [
            "Switch/leaf-01 vlanNamespaces=[]",
            "Switch/leaf-01 vlanNamespaces=[\"default\"]",
            "!Switch/leaf-02",
        ],
    );
    s.on("att-4");
    s.bad("ATT-09", ["Switch/leaf-02 vlanNamespaces=[\"vlan-2\"]"]);
    s.on("att-1");
    s.bad_through(
        "Connection/server-01--unbundled--leaf-03",
        "ATT-09",
        ["!Switch/leaf-03"],
    );
    s.on("att-4");
    s.bad_through(
        "Connection/server-03--eslag--leaf-01--leaf-02",
        "ATT-09",
        ["!Switch/leaf-01", "!Switch/leaf-02"],
    );
    s.on("att-5");
    s.bad_through(
        "Switch/leaf-04",
        "ATT-10",
        ["Switch/leaf-04 profile=nowhere"],
    );
    // leaf-04 and its profile route, and do not bridge.
    s.on("att-2");
    s.bad(
        "ATT-10",
        [
            "connection=server-04--unbundled--leaf-04",
            "Switch/leaf-03 profile=celestica-ds5000",
            "Switch/leaf-03 profile=celestica-ds4000",
            "Switch/leaf-03 profile=edgecore-dcs501",
            "Switch/leaf-03 profile=dell-z9332f-on",
        ],
    );
    s.bad_through(
        "Switch/leaf-03",
        "ATT-10",
        ["Switch/leaf-03 profile=nowhere"],
    );
    s.good(
        "ATT-10",
        [
            "Switch/leaf-03 profile=edgecore-dcs203",
            "Switch/leaf-03 profile=vs",
            "Switch/leaf-03 profile=edgecore-eps202",
            "connection=server-04--unbundled--leaf-04 ; Switch/leaf-04 profile=edgecore-dcs240",
            "connection=server-04--unbundled--leaf-04 ; VPC/vpc-1 mode=l3vni",
        ],
    );
    s.on("att-5");
    s.bad(
        "ATT-10",
        [
            "Switch/leaf-04 profile=celestica-ds4000",
            "Switch/leaf-04 profile=edgecore-dcs501",
            "Switch/leaf-04 profile=celestica-ds4101",
            "VPC/vpc-2 mode=",
            "VPC/vpc-2 -mode",
            "subnet=vpc-1/second",
        ],
    );
    s.good(
        "ATT-10",
        [
            "Switch/leaf-04 profile=dell-s5232f-on",
            "Switch/leaf-04 profile=celestica-ds2000",
            "subnet=vpc-2/hosts",
        ],
    );
    s.on("att-4");
    s.bad(
        "ATT-10",
        [
            "Switch/leaf-02 profile=celestica-ds5000",
            "Switch/leaf-01 profile=dell-z9332f-on",
        ],
    );
}

fn among(s: &mut Sheet) {
    s.on("att-2");
    s.bad(
        "ATT-11",
        [
            "subnet=vpc-1/default",
            "subnet=vpc-1",
            "subnet=vpc-3/default",
            "subnet=vpc-3",
            "subnet=vpc-2/hosts",
        ],
    );
    s.good(
        "ATT-11",
        [
            "subnet=vpc-1/hosts",
            "subnet=vpc-2/default",
            "subnet=vpc-2",
            "subnet=vpc-1/default ; !VPCAttachment/att-1",
        ],
    );
    s.bad(
        "ATT-11",
        [
            "+VPCAttachment/twin {subnet: vpc-1/second, connection: server-01--unbundled--leaf-03}",
            "VPCAttachment/att-3 connection=server-01--unbundled--leaf-03",
        ],
    );
    s.good(
        "ATT-11",
        ["+VPCAttachment/twin {subnet: vpc-1/second, connection: server-05--unbundled--leaf-06}"],
    );
    s.on("att-3");
    s.bad(
        "ATT-11",
        [
            "connection=server-01--unbundled--leaf-03",
            "subnet=vpc-1/default ; connection=server-03--eslag--leaf-01--leaf-02",
        ],
    );
    s.good("ATT-11", ["subnet=vpc-1/default"]);
    s.on("att-5");
    s.bad("ATT-11", ["+VPCAttachment/twin {subnet: vpc-2, connection: server-04--unbundled--leaf-04}", "+VPCAttachment/twin {subnet: vpc-2/default, connection: server-04--unbundled--leaf-04}"]);
    s.on("att-2");
    s.bad("ATT-12", ["nativeVLAN=true"]);
    s.good(
        "ATT-12",
        [
            "nativeVLAN=false",
            "nativeVLAN=null",
            "nativeVLAN=true ; !VPCAttachment/att-1",
            "nativeVLAN=true ; VPCAttachment/att-1 nativeVLAN=false",
        ],
    );
    s.on("att-1");
    s.bad(
        "ATT-12",
        [
            "VPCAttachment/att-2 nativeVLAN=true",
            "VPCAttachment/att-7 nativeVLAN=true",
        ],
    );
    s.good(
        "ATT-12",
        [
            "nativeVLAN=false ; VPCAttachment/att-2 nativeVLAN=true",
            "VPCAttachment/att-3 nativeVLAN=true",
            "-nativeVLAN",
        ],
    );
    for att in ["att-6", "att-7"] {
        s.on(att);
        s.bad("ATT-12", ["nativeVLAN=true"]);
        s.good(
            "ATT-12",
            ["nativeVLAN=true ; VPCAttachment/att-1 -nativeVLAN"],
        );
    }
    for att in ["att-3", "att-4", "att-5"] {
        s.on(att);
        s.good("ATT-12", ["nativeVLAN=true"]);
    }
}
