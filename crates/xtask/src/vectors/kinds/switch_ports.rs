//! What switches say of their ports.

use crate::vectors::sheet::Sheet;

pub(crate) fn cases(s: &mut Sheet) {
    groups(s);
    speeds(s);
    breakouts(s);
    auto_negotiation(s);
    fec(s);
    lanes(s);
}

fn groups(s: &mut Sheet) {
    let set = |group: &str, speed: &str| format!("portGroupSpeeds={{\"{group}\":\"{speed}\"}}");
    s.on("leaf-03");
    s.good(
        "SW-09",
        [
            set("1", "10G"),
            set("1", "25G"),
            set("12", "10G"),
            set("1", "SPEED_10G"),
            "portGroupSpeeds={}".to_owned(),
            "-portGroupSpeeds".to_owned(),
            "portGroupSpeeds={\"1\":\"10G\",\"2\":\"25G\"}".to_owned(),
        ],
    );
    s.bad(
        "SW-09",
        [
            set("0", "10G"),
            set("13", "10G"),
            set("01", "10G"),
            set("E1/1", "10G"),
            set("", "10G"),
            set("1", "1G"),
            set("1", "40G"),
            set("1", "10"),
            set("1", ""),
            set("1", "10g"),
            set("1", "100G"),
            set("1", "speed_10G"),
            "portGroupSpeeds={\"1\":\"10G\",\"13\":\"10G\"}".to_owned(),
        ],
    );
    s.on("leaf-06");
    s.good("SW-09", [set("1", "10G"), set("4", "25G")]);
    s.bad("SW-09", [set("5", "10G"), set("4", "1G")]);
    for switch in ["leaf-01", "leaf-04", "leaf-05", "spine-01"] {
        s.on(switch);
        s.bad("SW-09", [set("1", "10G"), set("1", "25G")]);
        s.good("SW-09", ["portGroupSpeeds={}"]);
    }
}

fn speeds(s: &mut Sheet) {
    let set = |port: &str, speed: &str| format!("portSpeeds={{\"{port}\":\"{speed}\"}}");
    s.on("leaf-01");
    s.good(
        "SW-10",
        [
            set("E1/32", "40G"),
            set("E1/32", "100G"),
            set("E1/33", "1G"),
            set("E1/34", "10G"),
            set("E1/33", "SPEED_1G"),
            "portSpeeds={}".to_owned(),
            "-portSpeeds".to_owned(),
        ],
    );
    s.bad(
        "SW-10",
        [
            set("E1/1", "100G"),
            set("E1/31", "40G"),
            set("E1/5/1", "25G"),
            set("M1", "1G"),
            set("E1/35", "10G"),
            set("E1/33/1", "1G"),
            set("E1/32", "10G"),
            set("E1/33", "25G"),
            set("E1/33", ""),
            set("E1/33", "1"),
            set("33", "1G"),
            set("", "1G"),
            set("e1/33", "1G"),
            "portSpeeds={\"E1/33\":\"1G\",\"E1/1\":\"100G\"}".to_owned(),
        ],
    );
    s.on("leaf-03");
    s.bad(
        "SW-10",
        [
            set("E1/1", "10G"),
            set("E1/48", "25G"),
            set("E1/49", "100G"),
            set("M1", "1G"),
            set("1", "10G"),
        ],
    );
    s.on("leaf-05");
    s.good(
        "SW-10",
        [
            set("E1/1", "1G"),
            set("E1/36", "2.5G"),
            set("E1/37", "10G"),
            set("E1/49", "25G"),
            set("E1/52", "1G"),
        ],
    );
    s.bad(
        "SW-10",
        [
            set("E1/1", "10G"),
            set("E1/36", "5G"),
            set("E1/37", "2.5G"),
            set("E1/49", "2.5G"),
            set("E1/53", "100G"),
            set("E1/55", "1G"),
        ],
    );
    s.on("leaf-06");
    s.good("SW-10", [set("E1/56", "40G"), set("E1/57", "1G")]);
    s.bad(
        "SW-10",
        [
            set("E1/1", "10G"),
            set("E1/55", "100G"),
            set("E1/56", "25G"),
        ],
    );
    s.on("leaf-04");
    s.good("SW-10", [set("E1/65", "25G"), set("E1/66", "1G")]);
    s.bad("SW-10", [set("E1/64", "400G"), set("E1/65", "40G")]);
}

fn breakouts(s: &mut Sheet) {
    let set = |port: &str, mode: &str| format!("portBreakouts={{\"{port}\":\"{mode}\"}}");
    for switch in ["leaf-01", "leaf-02", "spine-01"] {
        s.on(switch);
        s.good(
            "SW-11",
            [
                set("E1/20", "1x100G"),
                set("E1/20", "1x40G"),
                set("E1/20", "4x25G"),
                set("E1/20", "4x10G"),
                set("E1/20", "2x50G"),
                set("E1/20", "1x10G"),
                set("E1/1", "4x25G"),
                set("E1/31", "4x25G"),
                "portBreakouts={}".to_owned(),
                "-portBreakouts".to_owned(),
            ],
        );
        s.bad(
            "SW-11",
            [
                set("E1/20", "1x400G"),
                set("E1/20", "8x10G"),
                set("E1/20", "4x100G"),
                set("E1/20", ""),
                set("E1/20", "100G"),
                set("E1/20", "4x"),
                set("E1/20", "4X25G"),
                set("E1/20", "4x25"),
                set("E1/32", "4x25G"),
                set("E1/32", "1x100G"),
                set("E1/33", "1x10G"),
                set("E1/35", "4x25G"),
                set("M1", "1x100G"),
                set("E1/20/1", "4x25G"),
                set("", "4x25G"),
                set("E2/1", "4x25G"),
                set("E1/020", "4x25G"),
                "portBreakouts={\"E1/20\":\"4x25G\",\"E1/21\":\"8x10G\"}".to_owned(),
            ],
        );
    }
    s.on("leaf-03");
    s.good("SW-11", [set("E1/49", "4x10G"), set("E1/56", "2x50G")]);
    s.bad(
        "SW-11",
        [
            set("E1/48", "4x10G"),
            set("E1/1", "1x25G"),
            set("E1/57", "4x10G"),
            set("E1/49", "4x100G"),
        ],
    );
    s.on("leaf-05");
    s.good("SW-11", [set("E1/53", "4x10G"), set("E1/54", "1x40G")]);
    s.bad(
        "SW-11",
        [
            set("E1/52", "1x25G"),
            set("E1/53", "2x50G"),
            set("E1/55", "4x10G"),
        ],
    );
    s.on("leaf-04");
    s.good(
        "SW-11",
        [set("E1/1", "2x400G"), set("E1/9", "1x800G")].map(|e| format!("{e} ; -portAutoNegs")),
    );
    s.bad(
        "SW-11",
        [
            set("E1/1", "4x400G"),
            set("E1/1", "8x50G"),
            set("E1/65", "1x25G"),
        ],
    );
}

fn auto_negotiation(s: &mut Sheet) {
    let set = |port: &str, on: bool| format!("portAutoNegs={{\"{port}\":{on}}}");
    s.on("leaf-05");
    for on in [true, false] {
        s.good(
            "SW-12",
            [
                set("E1/1", on),
                set("E1/36", on),
                set("E1/37", on),
                set("E1/48", on),
            ],
        );
        s.bad(
            "SW-12",
            [
                set("E1/49", on),
                set("E1/52", on),
                set("M1", on),
                set("E1/55", on),
                set("E1/1/1", on),
                set("", on),
                set("e1/1", on),
            ],
        );
    }
    s.good("SW-12", ["portAutoNegs={}", "-portAutoNegs"]);
    s.on("leaf-04");
    for on in [true, false] {
        s.good(
            "SW-12",
            [
                set("E1/9/1", on),
                set("E1/2/1", on),
                set("E1/2/8", on),
                set("E1/64/1", on),
            ],
        );
        s.bad(
            "SW-12",
            [
                set("E1/9", on),
                set("E1/2", on),
                set("E1/2/9", on),
                set("E1/9/2", on),
                set("E1/9/0", on),
                set("E1/65", on),
                set("E1/65/1", on),
                set("M1", on),
            ],
        );
    }
    s.bad(
        "SW-12",
        [
            "portBreakouts={} ; portAutoNegs={\"E1/2/2\":true}".to_owned(),
            "portBreakouts={\"E1/2\":\"4x200G\"} ; portAutoNegs={\"E1/2/5\":true}".to_owned(),
        ],
    );
    s.good(
        "SW-12",
        ["portBreakouts={\"E1/2\":\"4x200G\"} ; portAutoNegs={\"E1/2/4\":true}"],
    );
    for switch in ["leaf-01", "leaf-03", "spine-01"] {
        s.on(switch);
        s.bad(
            "SW-12",
            [
                set("E1/20", true),
                set("E1/20/1", false),
                set("E1/33", true),
                set("E1/1", false),
            ],
        );
    }
    s.on("leaf-06");
    s.bad(
        "SW-12",
        [set("E1/1", true), set("E1/48", false), set("E1/57", true)],
    );
}

fn fec(s: &mut Sheet) {
    let set = |port: &str| format!("portFECs={{\"{port}\":\"rs\"}}");
    s.on("leaf-01");
    s.good(
        "SW-13",
        [
            "E1/1", "E1/1/1", "E1/31", "E1/32", "E1/33", "E1/34", "E1/5/1", "E1/5/4", "E1/6",
            "E1/6/1",
        ]
        .map(set),
    );
    s.bad(
        "SW-13",
        [
            "E1/5", "E1/5/5", "E1/5/0", "E1/1/2", "E1/32/1", "E1/35", "M1", "", "e1/1", "1",
            "E1/6/2",
        ]
        .map(set),
    );
    s.good(
        "SW-13",
        [
            "portFECs={}",
            "-portFECs",
            "portFECs={\"E1/1\":\"fc\"}",
            "portFECs={\"E1/1\":\"auto\"}",
            "portFECs={\"E1/1\":\"disabled\"}",
        ],
    );
    s.good(
        "SW-13",
        ["portBreakouts={\"E1/5\":\"1x100G\"} ; portFECs={\"E1/5\":\"rs\"}"],
    );
    s.bad(
        "SW-13",
        [
            "portBreakouts={\"E1/1\":\"2x50G\"} ; portFECs={\"E1/1\":\"rs\"}",
            "portBreakouts={\"E1/5\":\"2x50G\"} ; portFECs={\"E1/5/3\":\"rs\"}",
        ],
    );
    s.on("leaf-03");
    s.good("SW-13", ["E1/1", "E1/48", "E1/49", "E1/49/1"].map(set));
    s.bad("SW-13", ["E1/1/1", "E1/49/2", "E1/57", "M1"].map(set));
    s.on("leaf-05");
    s.good("SW-13", ["E1/1", "E1/52", "E1/53", "E1/54/1"].map(set));
    s.bad("SW-13", ["E1/55", "E1/52/1", "E1/53/2"].map(set));
    s.on("spine-02");
    s.good(
        "SW-13",
        ["E1/1/1", "E1/1/4", "E1/5/8", "E1/2", "E1/33"].map(set),
    );
    s.bad("SW-13", ["E1/1", "E1/5", "E1/1/5", "E1/34"].map(set));
}

/// Lanes in use: ds4000 has 32 ports of 1 lane, one of a plain speed, 144 lanes in all and 18 to four ports.
fn lanes(s: &mut Sheet) {
    let modes = |ports: &[(u32, &str)]| {
        let list: Vec<_> = ports
            .iter()
            .map(|(port, mode)| format!("\"E1/{port}\":\"{mode}\""))
            .collect();
        format!("portBreakouts={{{}}}", list.join(","))
    };
    s.on("spine-02");
    s.good(
        "SW-15",
        [
            modes(&[(1, "8x50G"), (2, "8x50G")]),
            modes(&[(1, "8x25G"), (2, "4x100G"), (3, "4x100G")]),
            modes(&[(5, "8x10G"), (6, "8x10G")]),
            modes(&[(29, "8x50G"), (32, "8x50G")]),
            modes(&[(4, "8x50G"), (5, "8x50G")]),
            modes(&[(1, "4x25G"), (2, "4x25G"), (3, "4x25G"), (4, "4x25G")]),
            modes(&[(1, "8x50G"), (2, "4x100G"), (3, "4x100G"), (4, "2x200G")]),
        ],
    );
    s.bad(
        "SW-15",
        [
            modes(&[(1, "8x50G"), (2, "8x50G"), (3, "8x50G")]),
            modes(&[(1, "8x50G"), (2, "8x50G"), (3, "2x200G")]),
            modes(&[(29, "8x50G"), (30, "8x50G"), (31, "4x100G")]),
            modes(&[(1, "8x50G"), (2, "4x100G"), (3, "4x100G"), (4, "4x100G")]),
            modes(&[(5, "8x10G"), (6, "8x10G"), (7, "8x25G"), (8, "1x400G")]),
            modes(&[(1, "8x50G"), (2, "8x50G"), (4, "2x40G")]),
        ],
    );
    // Every pipeline full: 8 times 18 and the plain port is one lane too many.
    let full = |last: &'static str| {
        let mut ports = Vec::new();
        for pipeline in 0..8 {
            let first = pipeline * 4 + 1;
            let fourth = if pipeline == 7 { last } else { "1x400G" };
            ports.extend([
                (first, "8x50G"),
                (first + 1, "8x50G"),
                (first + 2, "1x400G"),
                (first + 3, fourth),
            ]);
        }
        modes(&ports)
    };
    s.bad("SW-15", [full("1x400G")]);
    let less = |mode: &'static str| {
        let mut ports: Vec<_> = (1..=28)
            .map(|n| {
                (
                    n,
                    if n % 4 == 1 || n % 4 == 2 {
                        "8x50G"
                    } else {
                        "1x400G"
                    },
                )
            })
            .collect();
        ports.extend([(29, "8x50G"), (30, mode)]);
        modes(&ports)
    };
    s.good("SW-15", [less("4x100G"), less("1x400G"), less("2x200G")]);
    s.bad("SW-15", [less("8x50G")]);
    // 320 lanes and 10 to a pair of ports.
    s.on("leaf-04");
    s.good(
        "SW-15",
        [
            modes(&[(1, "8x100G"), (4, "2x400G")]),
            modes(&[(2, "8x100G"), (4, "8x100G")]),
            modes(&[(1, "4x200G"), (4, "4x200G")]),
        ],
    );
    s.bad(
        "SW-15",
        [
            modes(&[(1, "8x100G"), (4, "4x200G")]),
            modes(&[(2, "8x100G"), (3, "8x100G")]),
            modes(&[(63, "4x200G"), (62, "8x100G")]),
        ],
    );
    // Without a limit nothing is counted.
    s.on("leaf-01");
    let all: Vec<_> = (1..=31).map(|n| (n, "4x25G")).collect();
    s.good("SW-15", [modes(&all)]);
}
