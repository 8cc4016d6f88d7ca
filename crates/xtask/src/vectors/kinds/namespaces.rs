//! IPv4Namespaces and VLANNamespaces.

use crate::vectors::sheet::Sheet;

fn list(items: &[&str]) -> String {
    let items: Vec<_> = items.iter().map(|item| format!("\"{item}\"")).collect();
    format!("subnets=[{}]", items.join(","))
}

fn many(count: usize) -> String {
    let items: Vec<_> = (0..count).map(|n| format!("10.{n}.0.0/16")).collect();
    list(&items.iter().map(String::as_str).collect::<Vec<_>>())
}

pub(crate) fn ipv4() -> Sheet {
    let mut sheet = Sheet::new("IPv4Namespace", "tenants");
    let s = &mut sheet;
    for name in ["default", "ipv4-2"] {
        s.on(name);
        s.good(
            "IPNS-04",
            ["abcdefghijk", "ipv4-123456", "x", "a.b.c"].map(|n| format!("/metadata/name={n}")),
        );
        s.bad(
            "IPNS-04",
            [
                "abcdefghijkl",
                "ipv4-1234567",
                "a.b.c.d.e.fg",
                "namespace-of-the-lab",
            ]
            .map(|n| format!("/metadata/name={n}")),
        );
        s.good("IPNS-03", [many(1), many(9), many(10)]);
        s.bad("IPNS-03", [many(11), many(12), many(20)]);
        s.bad(
            "IPNS-05",
            [
                "10.0.0.0",
                "x",
                "",
                "10.0.0.0/33",
                "010.0.0.0/16",
                "10.0/16",
                "10.0.0.0/016",
                "fd00::/129",
            ]
            .map(|p| list(&[p])),
        );
        s.bad("IPNS-05", [list(&["10.0.0.0/16", "x"])]);
        s.good(
            "IPNS-05",
            [
                list(&["10.0.0.0/16"]),
                list(&["10.0.0.5/16"]),
                list(&["10.0.0.0/8"]),
                list(&["10.0.0.1/32"]),
                list(&["fd00::/64"]),
                list(&["10.0.0.0/16", "10.1.0.0/16"]),
                list(&["10.0.0.0/17", "10.0.128.0/17"]),
                list(&["10.0.0.0/30", "10.0.0.4/30"]),
                list(&["10.0.0.0/16", "fd00::/64"]),
                list(&["10.0.0.9/24", "10.0.1.9/24"]),
                list(&["100.64.0.0/10", "192.168.0.0/16"]),
            ],
        );
        s.bad(
            "IPNS-05",
            [
                list(&["10.0.0.0/16", "10.0.0.0/16"]),
                list(&["10.0.0.0/16", "10.0.128.0/17"]),
                list(&["10.0.128.0/17", "10.0.0.0/16"]),
                list(&["10.0.0.1/16", "10.0.255.0/24"]),
                list(&["10.0.0.0/8", "10.200.0.1/32"]),
                list(&["fd00::/64", "fd00::1/128"]),
                list(&["10.2.0.0/16", "10.0.0.0/16", "10.0.0.0/24"]),
                list(&["10.0.0.0/30", "10.0.0.3/30"]),
            ],
        );
        for p in [
            "172.30.0.0/16",
            "172.30.0.0/24",
            "172.30.7.255/32",
            "172.30.8.0/22",
            "172.30.15.255/32",
            "172.30.16.0/24",
            "172.30.19.255/32",
            "172.30.95.0/32",
            "172.30.95.1/32",
            "172.30.96.0/20",
            "172.30.127.255/32",
            "172.30.128.0/17",
            "172.30.255.255/32",
            "172.16.0.0/12",
            "172.31.0.0/15",
        ] {
            s.bad("IPNS-06", [list(&[p]), list(&["10.0.0.0/16", p])]);
        }
        s.bad("IPNS-05 IPNS-06", [list(&["0.0.0.0/0", "10.0.0.0/16"])]);
        s.bad("IPNS-06", [list(&["0.0.0.0/0"])]);
        for p in [
            "172.30.20.0/24",
            "172.30.94.255/32",
            "172.30.95.2/31",
            "172.30.95.128/25",
            "172.29.0.0/16",
            "172.31.0.0/16",
            "172.30.20.0/22",
        ] {
            s.good("IPNS-06", [list(&[p])]);
        }
    }
    sheet
}

fn ranges(ranges: &[(&str, &str)]) -> String {
    let ranges: Vec<_> = ranges
        .iter()
        .map(|(from, to)| match *to {
            "" => format!("{{\"from\":{from}}}"),
            to => format!("{{\"from\":{from},\"to\":{to}}}"),
        })
        .collect();
    format!("ranges=[{}]", ranges.join(","))
}

pub(crate) fn vlan() -> Sheet {
    let mut sheet = Sheet::new("VLANNamespace", "tenants");
    let s = &mut sheet;
    for name in ["default", "vlan-2"] {
        s.on(name);
        s.good(
            "VLNS-02",
            [
                ranges(&[("1", "1")]),
                ranges(&[("1", "")]),
                ranges(&[("1", "0")]),
                ranges(&[("1", "2999")]),
                ranges(&[("4000", "4094")]),
                ranges(&[("4094", "4094")]),
                ranges(&[("4094", "")]),
                ranges(&[("1000", "1999"), ("2100", "")]),
                ranges(&[("2000", "null")]),
            ],
        );
        // Upstream's Default() throws such a list away, and the object passes: hnp refuses it.
        s.good(
            "VLNS-02 VLNS-06",
            [
                ranges(&[("0", "100")]),
                ranges(&[("0", "")]),
                ranges(&[("100", "99")]),
                ranges(&[("4000", "4095")]),
                ranges(&[("4095", "")]),
                ranges(&[("4095", "4095")]),
                ranges(&[("2", "1")]),
                ranges(&[("1000", "1999"), ("0", "5")]),
                "ranges=[{}]".to_owned(),
                "ranges=[{\"to\":100}]".to_owned(),
                ranges(&[("65535", "65535")]),
            ],
        );
        s.bad(
            "VLNS-03",
            [
                ranges(&[("100", "200"), ("200", "300")]),
                ranges(&[("200", "300"), ("100", "200")]),
                ranges(&[("100", "200"), ("100", "200")]),
                ranges(&[("100", "300"), ("150", "")]),
                ranges(&[("100", "300"), ("300", "")]),
                ranges(&[("150", ""), ("150", "")]),
                ranges(&[("1", "10"), ("20", "30"), ("5", "6")]),
                ranges(&[("100", "300"), ("1", "400")]),
                ranges(&[("2999", "3000")]),
                ranges(&[("3000", "")]),
                ranges(&[("3000", "3899")]),
                ranges(&[("3899", "")]),
                ranges(&[("3900", "")]),
                ranges(&[("3999", "")]),
                ranges(&[("3999", "4000")]),
                ranges(&[("2000", "4094")]),
                ranges(&[("1", "4094")]),
                ranges(&[("1000", "1999"), ("3500", "3510")]),
                ranges(&[("3950", "3960"), ("1000", "1999")]),
            ],
        );
        s.good(
            "VLNS-03",
            [
                ranges(&[("100", "200"), ("201", "300")]),
                ranges(&[("201", "300"), ("100", "200")]),
                ranges(&[("1", ""), ("2", ""), ("3", "")]),
                ranges(&[("2999", "")]),
                ranges(&[("2000", "2999")]),
                ranges(&[("4000", "")]),
                ranges(&[("2000", "2999"), ("4000", "4094")]),
                ranges(&[("1000", "1999"), ("2100", "2199")]),
            ],
        );
        s.configured(serde_json::json!({"vpc_irb_vlans": ["2500-2600"]}));
        s.bad(
            "VLNS-03",
            [
                ranges(&[("2600", "2700")]),
                ranges(&[("2400", "2500")]),
                ranges(&[("3900", "")]),
            ],
        );
        s.good(
            "VLNS-03",
            [
                ranges(&[("2601", "2700")]),
                ranges(&[("2400", "2499")]),
                ranges(&[("3000", "3899")]),
            ],
        );
        s.configured(serde_json::Value::Null);
    }
    sheet
}
