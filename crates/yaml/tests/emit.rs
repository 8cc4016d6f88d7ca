//! Emission: one canonical form that reads back as the same value everywhere.
#![allow(clippy::unwrap_used)]

use hnp_yaml::scalar::{self, read_plain};
use hnp_yaml::{Node, Options, Reading, emit_document, emit_scalar, parse};
use proptest::prelude::*;

fn read(text: &str) -> Node {
    let stream = parse(text, &Options::default());
    assert_eq!(stream.problems(), [], "{text}");
    assert_eq!(stream.documents().len(), 1, "{text}");
    stream
        .document(0)
        .and_then(hnp_yaml::Document::root)
        .map_or(Node::Null, Node::from)
}

#[test]
fn the_form_is_kubectls() {
    let text = "spec: {vni: 100, subnets: {b: {vlan: 2}, a: {}}, hosts: [x, {k: 1, l: [m]}, [p, [o]], []]}\nkind: VPC\nextra: 1\nmetadata: {namespace: default, name: v}\napiVersion: vpc.githedgehog.com/v1beta1\n";
    assert_eq!(
        emit_document(&read(text)),
        "apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPC\nmetadata:\n  namespace: default\n  name: v\nspec:\n  vni: 100\n  subnets:\n    b:\n      vlan: 2\n    a: {}\n  hosts:\n  - x\n  - k: 1\n    l:\n    - m\n  - - p\n    - - o\n  - []\nextra: 1\n"
    );
    assert_eq!(emit_document(&Node::Map(Vec::new())), "{}\n");
    assert_eq!(emit_document(&Node::Null), "null\n");
    assert_eq!(emit_document(&Node::Float(1e21)), "1.0e+21\n");
    assert_eq!(emit_document(&Node::Float(0.5)), "0.5\n");
    assert_eq!(
        emit_document(&Node::UInt(u64::MAX)),
        "18446744073709551615\n"
    );
}

/// Strings that some reader takes for something else, or that are not legal without quotes.
const QUOTED: &[&str] = &[
    "",
    "~",
    "null",
    "Null",
    "NULL",
    "true",
    "False",
    "TRUE",
    "yes",
    "No",
    "ON",
    "off",
    "y",
    "Y",
    "n",
    "N",
    "0",
    "-1",
    "+1",
    "017",
    "0o17",
    "08",
    "0x1F",
    "0b11",
    "1_000",
    "1e3",
    "12e03",
    "1.0",
    ".5",
    "1.",
    "-.5",
    "1.5e400",
    ".inf",
    "-.INF",
    "+.Inf",
    ".nan",
    "22:22",
    "1:20:30",
    "10:20:30:40:50:10",
    "190:20:30.15",
    "2024-01-01",
    "2001-1-1",
    "2001-12-14t21:59:43.10-05:00",
    "2024-01-01 00:00:00",
    "=",
    "<<",
    ".",
    "...",
    "---",
    "--- x",
    "-",
    "- a",
    "?",
    "? a",
    ":",
    "a:",
    "a: b",
    "a #b",
    "#a",
    " a",
    "a ",
    "*a",
    "&a",
    "!a",
    "%a",
    "@a",
    "`a",
    "'a",
    "\"a",
    "|a",
    ">a",
    "[a",
    "]a",
    "{a",
    "}a",
    ",a",
    "a\nb",
    "a\tb",
    "\u{7f}",
    "\u{85}",
    "\u{2028}",
    "a\u{2029}",
    "\u{feff}a",
    "\u{1b}[0m",
    "\u{0}",
    "685_230.15",
    "_.5_0",
    "1,2\n",
    "9223372036854775808",
    "18446744073709551616",
    "0.1e-400",
    "0x",
    "1__0",
];

/// Strings that every reader takes for themselves.
const PLAIN: &[&str] = &[
    "a",
    "a b",
    "vpc-1",
    "10.0.0.1/24",
    "10.0.0.1",
    "0c:20:12:fe:01:00",
    "52:54:00:ab:cd:ef",
    "spine-01/E1/1",
    "a:b",
    "a#b",
    "-a",
    ":a",
    "?a",
    "tRUE",
    "nO",
    "Ethernet1:2x",
    "é",
    "日本",
    "😀",
    "100-200",
    "v1.2.3",
    "it's",
    "a\"b",
    "a\\b",
    "~a",
    "1.2.3",
    "2024-01",
    "a,b",
    "a]",
    "=a",
    "<<a",
    "e3",
    "0xg",
    "1:99",
    "http://x",
    "_1",
    "_",
];

#[test]
fn strings_are_quoted_exactly_when_needed() {
    for text in PLAIN {
        assert_eq!(emit_scalar(text), *text);
    }
    for text in QUOTED.iter().filter(|text| **text != "_.5_0") {
        assert!(emit_scalar(text).starts_with('"'), "{text:?}");
    }
    assert_eq!(
        emit_scalar("a\n\t\"\\\u{85}\u{feff}\u{7}😀"),
        "\"a\\n\\t\\\"\\\\\\u0085\\uFEFF\\u0007😀\""
    );
}

/// The implicit types of YAML 1.1, spelled out anew, as a judge of the emitter's own test.
fn yaml11_is_string(text: &str) -> bool {
    let words = [
        "", "~", "null", "Null", "NULL", "y", "Y", "yes", "Yes", "YES", "n", "N", "no", "No", "NO",
        "true", "True", "TRUE", "false", "False", "FALSE", "on", "On", "ON", "off", "Off", "OFF",
        "=", "<<",
    ];
    if words.contains(&text) {
        return false;
    }
    let body = text.strip_prefix(['+', '-']).unwrap_or(text);
    let lower = body.to_ascii_lowercase();
    if [".inf", ".nan"].contains(&lower.as_str()) {
        return false;
    }
    let all = |text: &str, set: &str| !text.is_empty() && text.chars().all(|c| set.contains(c));
    let digits = "0123456789_";
    let integer = all(body, digits) && body.starts_with(|c: char| c.is_ascii_digit())
        || body.strip_prefix("0b").is_some_and(|t| all(t, "01_"))
        || body
            .strip_prefix("0x")
            .is_some_and(|t| all(t, "0123456789abcdefABCDEF_"));
    let (mantissa, exponent) = lower
        .split_once('e')
        .map_or((lower.as_str(), "+0"), |(m, e)| (m, e));
    let float = mantissa.split_once('.').is_some_and(|(whole, part)| {
        (whole.is_empty() || all(whole, digits) && !whole.starts_with('_'))
            && (part.is_empty() && !whole.is_empty() || all(part, digits) && !part.starts_with('_'))
    }) && exponent.starts_with(['+', '-'])
        && all(&exponent[1..], "0123456789");
    let mut groups = body.split(':');
    let sixty = all(groups.next().unwrap_or(""), digits)
        && body.contains(':')
        && body.starts_with(|c: char| c.is_ascii_digit() && c != '0')
        && groups
            .all(|g| all(g, "0123456789") && g.parse::<u32>().is_ok_and(|n| n < 60 && g.len() < 3));
    let bytes = text.as_bytes();
    let date = bytes.len() >= 8
        && bytes[..4].iter().all(u8::is_ascii_digit)
        && bytes[4] == b'-'
        && text[5..].split(['T', 't', ' ']).next().is_some_and(|rest| {
            rest.split_once('-').is_some_and(|(m, d)| {
                [m, d]
                    .iter()
                    .all(|n| matches!(n.len(), 1 | 2) && all(n, "0123456789"))
            })
        });
    !(integer || float || sixty || date)
}

fn judge(text: &str) {
    let written = emit_scalar(text);
    if written.starts_with('"') {
        assert!(
            !written
                .chars()
                .any(|c| c.is_control() || "\u{85}\u{2028}\u{2029}\u{feff}".contains(c))
        );
    } else {
        assert!(yaml11_is_string(&written), "YAML 1.1: {written}");
        assert_eq!(scalar::yaml12_type(&written), "string");
        assert_eq!(
            read_plain(&written),
            Ok(Reading::Str(written.as_str().into()))
        );
    }
    for whole in [
        Node::from(text),
        Node::Map(vec![(text.to_owned(), Node::from(text))]),
        Node::Seq(vec![Node::from(text), Node::Seq(vec![Node::from(text)])]),
    ] {
        let out = emit_document(&whole);
        assert_eq!(read(&out), whole, "{out}");
        assert_eq!(emit_document(&read(&out)), out);
    }
}

#[test]
fn adversarial_strings_round_trip() {
    for text in QUOTED.iter().chain(PLAIN) {
        judge(text);
    }
    judge(&"k".repeat(5_000));
    judge(&"\n\"".repeat(2_000));
}

#[test]
fn large_whole_floats_keep_all_their_digits() {
    for number in [
        4.768_141_312_621_704e17,
        -9e18,
        9.25e18,
        9_007_199_254_740_993e0,
        -9.25e18,
    ] {
        let node = Node::Float(number);
        let text = emit_document(&node);
        assert!(read(&text).same(&node), "{text}");
        assert_eq!(emit_document(&read(&text)), text);
    }
}

fn any_node() -> impl Strategy<Value = Node> {
    let scalar = prop_oneof![
        Just(Node::Null),
        any::<bool>().prop_map(Node::Bool),
        any::<i64>().prop_map(Node::Int),
        ((1u64 << 63)..).prop_map(Node::UInt),
        any::<f64>()
            .prop_filter("has JSON form", |f| f.is_finite())
            .prop_map(Node::Float),
        any::<String>().prop_map(Node::Str),
        "[-+.:_0-9eExobTZ #]{0,8}".prop_map(Node::Str),
    ];
    scalar.prop_recursive(5, 40, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Node::Seq),
            proptest::collection::btree_map(any::<String>(), inner, 0..5)
                .prop_map(|map| Node::Map(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_value_round_trips_and_the_form_is_a_fixed_point(node in any_node()) {
        let text = emit_document(&node);
        let back = read(&text);
        prop_assert!(back.same(&node), "{}", text);
        prop_assert_eq!(emit_document(&back), text);
    }

    #[test]
    fn strings_like_numbers_round_trip(text in "[-+.:_0-9eExobTZ]{0,12}") {
        judge(&text);
    }

    #[test]
    fn any_string_round_trips(text in any::<String>()) {
        judge(&text);
    }
}
