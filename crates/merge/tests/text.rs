//! The merge of YAML files: cases.
#![allow(clippy::unwrap_used)]

use hnp_merge::{How, Labels, MergedText, merge_text};

const VPC: &str =
    "apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPC\nmetadata:\n  name: vpc-1\nspec:\n";
const LABELS: Labels<'_> = Labels {
    ours: "HEAD",
    theirs: "topic",
    marker_size: 7,
};

fn vpc(spec: &str) -> String {
    format!("{VPC}{spec}")
}

fn named(name: &str, spec: &str) -> String {
    vpc(spec).replace("vpc-1", name)
}

fn run(base: &str, ours: &str, theirs: &str) -> (MergedText, String) {
    let merged = merge_text(base.as_bytes(), ours.as_bytes(), theirs.as_bytes(), LABELS);
    let text = String::from_utf8(merged.text.clone()).unwrap();
    assert_eq!(merged.conflicted, text.contains("<<<<<<< HEAD"), "{text}");
    assert_eq!(merged.conflicted, text.contains(">>>>>>> topic"), "{text}");
    (merged, text)
}

#[track_caller]
fn clean(base: &str, ours: &str, theirs: &str) -> String {
    let (merged, text) = run(base, ours, theirs);
    assert!(!merged.conflicted, "{:?}\n{text}", merged.conflicts);
    assert!(!matches!(merged.how, How::Lines(_)), "{:?}", merged.how);
    text
}

#[track_caller]
fn conflicts(base: &str, ours: &str, theirs: &str, paths: &[&str]) -> String {
    let (merged, text) = run(base, ours, theirs);
    let found: Vec<String> = merged
        .conflicts
        .iter()
        .map(|found| found.conflict.path.to_string())
        .collect();
    assert_eq!(found, paths, "{:?}\n{text}", merged.how);
    assert!(merged.conflicted);
    text
}

/// Takes one side of every conflict.
fn take(text: &str, ours: bool) -> String {
    let mut side = None;
    let mut out = String::new();
    for line in text.split_inclusive('\n') {
        if line.starts_with("<<<<<<<") {
            side = Some(true);
        } else if line.trim_end() == "=======" && side.is_some() {
            side = Some(false);
        } else if line.starts_with(">>>>>>>") {
            side = None;
        } else if side.is_none_or(|side| side == ours) {
            out.push_str(line);
        }
    }
    out
}

const A: &str = "    a: {subnet: 10.0.1.0/24, vlan: 1001}\n";
const B: &str = "    b:\n      subnet: 10.0.2.0/24\n      vlan: 1002\n";

fn subnets(parts: &[&str]) -> String {
    vpc(&format!("  subnets:\n{}", parts.concat()))
}

#[test]
fn one_line_changed_in_two_fields_by_both() {
    let base = subnets(&[A, B]);
    let text = clean(
        &base,
        &base.replace("10.0.1.0", "10.0.7.0"),
        &base.replace("1001", "1007"),
    );
    assert!(
        text.contains("a: {subnet: 10.0.7.0/24, vlan: 1007}"),
        "{text}"
    );
}

#[test]
fn comments_of_both_sides_stay() {
    let base = subnets(&[A, B]);
    let ours = base
        .replace("  subnets:\n", "  # ours above\n  subnets: # ours behind\n")
        .replace("vlan: 1002", "vlan: 1012");
    let theirs = base.replace(
        "    b:\n      subnet: 10.0.2.0/24\n      vlan: 1002\n",
        "    # theirs above\n    b:\n      subnet: 10.0.2.0/24 # theirs behind\n      vlan: 1002\n      isolated: true # new\n",
    );
    let text = clean(&base, &ours, &theirs);
    for comment in [
        "  # ours above\n  subnets: # ours behind",
        "    # theirs above\n    b:",
        "10.0.2.0/24 # theirs behind",
        "isolated: true # new",
    ] {
        assert!(text.contains(comment), "{comment}\n{text}");
    }
}

#[test]
fn a_comment_that_both_changed_stays_twice() {
    let base = subnets(&[A, B]).replace("vlan: 1002", "vlan: 1002 # old");
    let ours = base.replace("# old", "# ours");
    let theirs = base
        .replace("# old", "# theirs")
        .replace("10.0.2.0", "10.0.9.0");
    let text = clean(&base, &ours, &theirs);
    assert!(
        text.contains("# ours") && text.contains("# theirs") && !text.contains("# old"),
        "{text}"
    );
}

#[test]
fn a_comment_that_one_side_took_away_is_gone() {
    let base = subnets(&[A, "    # gone\n", B]).replace("vlan: 1002", "vlan: 1002 # gone too");
    let ours = base.replace("10.0.2.0", "10.0.9.0");
    let theirs = base.replace("    # gone\n", "").replace(" # gone too", "");
    let text = clean(&base, &ours, &theirs);
    assert!(!text.contains("gone"), "{text}");
}

#[test]
fn what_both_add_in_one_gap_keeps_its_comments() {
    let base = subnets(&[A]);
    let c = "    c: # see ticket\n      subnet: 10.0.3.0/24\n      # the old one was 3\n      vlan: 1003\n";
    let text = clean(&base, &subnets(&[A, B]), &subnets(&[A, c]));
    assert!(
        text.contains("c: # see ticket")
            && text.contains("      # the old one was 3\n      vlan: 1003"),
        "{text}"
    );
}

#[test]
fn line_ends_and_byte_order_marks_stay() {
    let crlf = |text: &str| format!("\u{feff}{}", text.replace('\n', "\r\n"));
    let base = subnets(&[A]);
    let text = clean(
        &crlf(&base),
        &crlf(&subnets(&[A, B])),
        &crlf(&base.replace("1001", "1008")),
    );
    assert!(
        text.starts_with('\u{feff}') && text.contains("1008") && text.contains("1002\r\n"),
        "{text}"
    );
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
    let text = conflicts(
        &crlf(&base),
        &crlf(&base.replace("1001", "1")),
        &crlf(&base.replace("1001", "2")),
        &["spec.subnets.a.vlan"],
    );
    assert_eq!(
        text.matches('\n').count(),
        text.matches("\r\n").count(),
        "{text}"
    );
}

#[test]
fn a_file_without_a_final_line_end_can_conflict() {
    let base = subnets(&[B]);
    let cut = |text: String| text.trim_end().to_owned();
    let text = conflicts(
        &cut(base.clone()),
        &cut(base.replace("1002", "1")),
        &cut(base.replace("1002", "2")),
        &["spec.subnets.b.vlan"],
    );
    assert!(
        text.contains("vlan: 1\n=======\n      vlan: 2\n>>>>>>> topic\n"),
        "{text}"
    );
}

#[test]
fn documents_are_added_and_removed_by_both_sides() {
    let one = named("vpc-1", "  vlan: 1\n");
    let two = named("vpc-2", "  vlan: 2\n");
    let three = format!("# about three\n---\n{}", named("vpc-3", "  vlan: 3 # c\n"));
    let four = format!("---\n{}", named("vpc-4", "  vlan: 4\n"));
    let base = format!("{one}---\n{two}");
    let ours = format!("{one}---\n{two}{four}");
    let theirs = format!("{}{three}", one.replace("vlan: 1", "vlan: 9"));
    let text = clean(&base, &ours, &theirs);
    assert!(
        text.contains("vlan: 9") && !text.contains("vpc-2"),
        "{text}"
    );
    assert!(
        text.contains("# about three\n") && text.contains("vlan: 3 # c"),
        "{text}"
    );
    assert_eq!(text.matches("name: vpc-4").count(), 1);
}

#[test]
fn a_document_removed_and_changed_conflicts_as_a_whole() {
    let one = named("vpc-1", "  vlan: 1\n");
    let two = format!("---\n{}", named("vpc-2", "  vlan: 2\n"));
    let base = format!("{one}{two}");
    let changed = base.replace("vlan: 2", "vlan: 7");
    let text = conflicts(&base, &one, &changed, &[""]);
    assert_eq!(take(&text, true), one);
    assert_eq!(take(&text, false), changed);
    let text = conflicts(&base, &changed, &one, &[""]);
    assert_eq!(take(&text, true), changed);
    assert_eq!(take(&text, false), one);
}

#[test]
fn a_resource_is_matched_by_what_it_is_not_by_where() {
    let one = named("vpc-1", "  vlan: 1\n");
    let two = named("vpc-2", "  vlan: 2\n");
    let base = format!("{one}---\n{two}");
    let ours = format!("{two}---\n{one}");
    let theirs = base
        .replace("vlan: 1", "vlan: 5")
        .replace("v1beta1", "v1beta2")
        .replace("name: vpc-2", "namespace: default\n  name: vpc-2");
    let text = clean(&base, &ours, &theirs);
    assert!(text.find("vpc-2") < text.find("vpc-1"), "{text}");
    assert!(
        text.contains("vlan: 5") && text.contains("namespace: default"),
        "{text}"
    );
}

#[test]
fn the_items_of_a_list_are_resources() {
    let item = |name: &str, vlan: u16| {
        format!(
            "- apiVersion: vpc.githedgehog.com/v1beta1\n  kind: VPC\n  metadata: {{name: {name}}}\n  spec:\n    subnets:\n      a: {{vlan: {vlan}, subnet: 10.0.0.0/24}}\n"
        )
    };
    let list = |items: &[String]| format!("apiVersion: v1\nkind: List\nitems:\n{}", items.concat());
    let base = list(&[item("a", 1), item("b", 2)]);
    let text = clean(
        &base,
        &list(&[item("a", 1), item("b", 2), item("c", 3)]),
        &list(&[item("a", 7), item("d", 4)]),
    );
    assert!(
        text.contains("vlan: 7") && text.contains("name: c") && text.contains("name: d"),
        "{text}"
    );
    assert!(!text.contains("name: b"), "{text}");
}

#[test]
fn nulls_follow_what_the_field_is() {
    // A declared field that is null is absent: no change.
    let base = vpc("  vlan: 1\n");
    let text = clean(
        &base,
        &vpc("  vlan: 1\n  mode: null\n"),
        &vpc("  vlan: 2\n"),
    );
    assert!(
        text.contains("vlan: 2") && text.contains("mode: null"),
        "{text}"
    );
    // In a map of names null is an empty object, and its name counts.
    let peering = |permit: &str| {
        format!(
            "apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPCPeering\nmetadata: {{name: p}}\nspec:\n  permit:\n  - {permit}\n"
        )
    };
    let text = clean(
        &peering("{vpc-1: {}}"),
        &peering("{vpc-1: null, vpc-2: {}}"),
        &peering("{vpc-1: {subnets: [a]}}"),
    );
    assert!(text.contains("subnets") && text.contains("vpc-2"), "{text}");
}

#[test]
fn sets_and_keys_that_together_overlap_conflict() {
    let kind = |kind: &str, group: &str, spec: &str| {
        format!(
            "apiVersion: {group}.githedgehog.com/v1beta1\nkind: {kind}\nmetadata: {{name: x}}\nspec:\n{spec}"
        )
    };
    let ranges = |more: &str| {
        kind(
            "VLANNamespace",
            "wiring",
            &format!("  ranges:\n  - {{from: 100, to: 199}}\n{more}"),
        )
    };
    conflicts(
        &ranges(""),
        &ranges("  - {from: 300, to: 400}\n"),
        &ranges("  - {from: 350, to: 450}\n"),
        &["spec.ranges[from=300]", "spec.ranges[from=350]"],
    );
    clean(
        &ranges(""),
        &ranges("  - {from: 300, to: 349}\n"),
        &ranges("  - {from: 350, to: 450}\n"),
    );
    let networks = |more: &str| {
        kind(
            "IPv4Namespace",
            "vpc",
            &format!("  subnets:\n  - 10.0.0.0/16\n{more}"),
        )
    };
    conflicts(
        &networks(""),
        &networks("  - 10.2.0.0/16\n"),
        &networks("  - 10.2.8.0/24\n"),
        &["spec.subnets"],
    );
    conflicts(
        &subnets(&[A]),
        &subnets(&[A, B]),
        &subnets(&[A, "    c: {subnet: 10.0.3.0/24, vlan: 1002}\n"]),
        &["spec.subnets.b", "spec.subnets.c"],
    );
    let external = |spec: &str| kind("External", "vpc", spec);
    conflicts(
        &external("  ipv4Namespace: a\n"),
        &external("  ipv4Namespace: a\n  inboundCommunity: 1\n"),
        &external("  ipv4Namespace: a\n  static: {prefixes: [0.0.0.0/0]}\n"),
        &["spec.inboundCommunity", "spec.static"],
    );
}

#[test]
fn only_what_overlaps_is_in_conflict() {
    const MOVED: &str = "    b: {subnet: 10.0.2.0/24, vlan: 1600}\n";
    const C: &str = "    c: {subnet: 10.0.50.0/24, vlan: 1550}\n";
    const D: &str = "    d: {subnet: 10.0.51.0/24, vlan: 1550}\n";
    let text = conflicts(
        &subnets(&[A, B]),
        &subnets(&[A, MOVED, C]),
        &subnets(&[A, B, D]),
        &["spec.subnets.c", "spec.subnets.d"],
    );
    for ours in [true, false] {
        let taken = take(&text, ours);
        assert!(taken.contains("vlan: 1600"), "{taken}");
        assert_eq!(taken.contains("10.0.50.0/24"), ours, "{taken}");
        assert_eq!(taken.contains("10.0.51.0/24"), !ours, "{taken}");
    }
    // What is freed by taking something apart may be taken on the other side: that is part of the same conflict.
    let swapped = "    b: {subnet: 10.0.2.0/24, vlan: 1700}\n";
    let in_its_place = "    e: {subnet: 10.0.3.0/24, vlan: 1002}\n";
    let taken = "    f: {subnet: 10.0.4.0/24, vlan: 1700}\n";
    conflicts(
        &subnets(&[A, B]),
        &subnets(&[A, B, taken]),
        &subnets(&[A, swapped, in_its_place]),
        &["spec.subnets.b", "spec.subnets.f", "spec.subnets.e"],
    );
}

#[test]
fn a_union_has_one_member() {
    let connection = |spec: &str| {
        format!(
            "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Connection\nmetadata: {{name: c}}\nspec:\n{spec}"
        )
    };
    let link = "    link:\n      server: {port: s/1}\n      switch: {port: l/1}\n";
    let base = connection(&format!("  unbundled:\n{link}"));
    let bundled = connection(
        "  bundled:\n    links:\n    - server: {port: s/1}\n      switch: {port: l/1}\n",
    );
    clean(&base, &base, &bundled);
    conflicts(&base, &bundled, &base.replace("l/1", "l/2"), &["spec"]);
    conflicts(
        &base,
        &bundled,
        &bundled.replace("bundled", "mclag"),
        &["spec"],
    );
}

#[test]
fn a_base_that_cannot_be_read_is_no_base() {
    let ours = subnets(&[A, B]);
    let theirs = subnets(&[A, B]).replace("1002", "1009");
    let base = "<<<<<<< x\na: 1\n=======\na: 2\n>>>>>>> y\n";
    conflicts(base, &ours, &theirs, &["spec.subnets.b.vlan"]);
    // One side alone has a field: nobody knows whether it was added or removed.
    let (merged, _) = run(base, &ours, &subnets(&[A]));
    assert!(merged.conflicted);
    // An empty one is known: both made the file.
    clean("", &ours, &subnets(&[A]));
}

#[test]
fn what_is_no_yaml_is_merged_as_lines() {
    let base = "{{ if x }}\na: 1\n{{ end }}\nb: 1\nc: 1\nd: 1\n";
    let (merged, text) = run(
        base,
        &base.replace("a: 1", "a: 2"),
        &base.replace("d: 1", "d: 2"),
    );
    assert!(matches!(merged.how, How::Lines(_)));
    assert_eq!(text, base.replace("a: 1", "a: 2").replace("d: 1", "d: 2"));
    let (merged, text) = run(
        base,
        &base.replace("a: 1", "a: 2"),
        &base.replace("a: 1", "a: 3"),
    );
    assert!(merged.conflicted, "{text}");
    assert!(
        text.contains("<<<<<<< HEAD\na: 2\n=======\na: 3\n>>>>>>> topic\n"),
        "{text}"
    );
}

#[test]
fn lines_never_bring_a_fault_that_no_side_had() {
    // One document cannot be read, so the file is merged as lines; both sides add one key to the other document.
    let base = "{{ x }}\n---\na: 1\nb: 1\nc: 1\nd: 1\n";
    let ours = base.replace("a: 1\n", "a: 1\nnew: 1\n");
    let theirs = base.replace("c: 1\n", "c: 1\nnew: 2\n");
    let (merged, text) = run(base, &ours, &theirs);
    assert!(merged.conflicted, "{text}");
    assert_eq!((take(&text, true), take(&text, false)), (ours, theirs));
}

#[test]
fn a_resource_that_stands_twice_is_not_guessed_at() {
    let one = named("vpc-1", "  vlan: 1\n");
    let twice = format!("{one}---\n{}", one.replace("vlan: 1", "vlan: 2"));
    let (merged, text) = run(&one, &twice, &one.replace("vlan: 1", "vlan: 3"));
    assert!(merged.conflicted, "{text}");
}

#[test]
fn bytes_that_are_no_text_are_kept() {
    let base = b"a\xff\nb\nc\nd\n".to_vec();
    let mut theirs = base.clone();
    theirs.extend_from_slice(b"e\n");
    let ours = [b"z\n".as_slice(), &base].concat();
    let merged = merge_text(&base, &ours, &theirs, LABELS);
    assert_eq!(merged.text, b"z\na\xff\nb\nc\nd\ne\n");
    assert!(!merged.conflicted);
}

#[test]
fn markers_have_their_size_and_no_odd_characters() {
    let base = subnets(&[B]);
    let labels = Labels {
        ours: "a\nb\u{1b}[0m",
        theirs: "",
        marker_size: 11,
    };
    let merged = merge_text(
        base.as_bytes(),
        base.replace("1002", "1").as_bytes(),
        base.replace("1002", "2").as_bytes(),
        labels,
    );
    let text = String::from_utf8(merged.text).unwrap();
    assert!(text.contains("\n<<<<<<<<<<< ab[0m\n"), "{text}");
    assert!(
        text.contains("\n===========\n") && text.ends_with("\n>>>>>>>>>>>\n"),
        "{text}"
    );
}

#[test]
fn anchors_are_merged_or_shown() {
    let base = vpc("  x: &a {vlan: 1}\n  y: *a\n  z: 1\n");
    let (merged, text) = run(
        &base,
        &base.replace("z: 1", "z: 2"),
        &base.replace("vlan: 1", "vlan: 2"),
    );
    assert!(!merged.conflicted);
    assert!(text.contains("z: 2") && text.contains("vlan: 2"), "{text}");
    // An edit of what an alias repeats is refused, so both sides are shown.
    let ours = base.replace("z: 1", "z: 1\n  w: 1");
    let theirs = base
        .replace("  z: 1\n", "  z: 1\n  v: 1\n")
        .replace("vlan: 1", "vlan: 5");
    let (merged, text) = run(&base, &ours, &theirs);
    if merged.conflicted {
        assert!(
            take(&text, false).contains("vlan: 5") && take(&text, true).contains("w: 1"),
            "{text}"
        );
    } else {
        assert!(text.contains("vlan: 5") && text.contains("w: 1"), "{text}");
    }
}

#[test]
fn what_theirs_adds_is_written_as_they_wrote_it() {
    let connection = |links: &str| {
        format!(
            "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Connection\nmetadata:\n  name: c\nspec:\n  eslag:\n    links:\n{links}"
        )
    };
    let link = |n: u8| {
        format!("    - server: {{port: s/{n}}}\n      switch: {{port: \"l/{n}\"}} # link {n}\n")
    };
    let base = connection(&format!("{}{}", link(1), link(2)));
    let ours = format!("{base}{}", link(3));
    // Theirs indents otherwise, and a list further in.
    let theirs = format!("{base}{}", link(4))
        .replace("\n    - ", "\n      - ")
        .replace("\n      switch", "\n        switch");
    let text = clean(&base, &ours, &theirs);
    assert_eq!(text, format!("{ours}{}", link(4)));
    let text = clean(
        &subnets(&[A]),
        &subnets(&[A, B]),
        &subnets(&[
            A,
            "    c: {vlan: 7, # seven\n        subnet: 10.0.3.0/24}\n",
        ]),
    );
    assert!(
        text.ends_with("    c: {vlan: 7, # seven\n        subnet: 10.0.3.0/24}\n"),
        "{text}"
    );
    let permits = |more: &str| vpc(&format!("  permit:\n    - [a, b]\n{more}"));
    let text = clean(
        &permits(""),
        &permits("    - [a, c]\n"),
        &permits("    - [b, c]\n"),
    );
    assert_eq!(text, permits("    - [a, c]\n    - [b, c]\n"));
}

#[test]
fn one_mac_in_two_notations_is_one() {
    let hosts = |more: &str| {
        vpc(&format!(
            "  subnets:\n    a:\n      subnet: 10.0.1.0/24\n      dhcp:\n        static:\n          \"00:00:00:00:00:01\": {{ip: 10.0.1.5}}\n{more}"
        ))
    };
    conflicts(
        &hosts(""),
        &hosts("          \"0a:00:00:00:00:02\": {ip: 10.0.1.6}\n"),
        &hosts("          \"0A-00-00-00-00-02\": {ip: 10.0.1.7}\n"),
        &[
            "spec.subnets.a.dhcp.static[\"0a:00:00:00:00:02\"]",
            "spec.subnets.a.dhcp.static.0A-00-00-00-00-02",
        ],
    );
    clean(
        &hosts(""),
        &hosts("          \"0a:00:00:00:00:02\": {ip: 10.0.1.6}\n"),
        &hosts("          \"0a:00:00:00:00:03\": {ip: 10.0.1.7}\n"),
    );
}
