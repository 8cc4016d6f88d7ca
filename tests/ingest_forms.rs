//! Ingestion of what people, kubectl and HNP really write: banners, lists, line ends, several fabrics and directories.
#![allow(clippy::unwrap_used)]

mod common;

use common::{Sandbox, documents, server};

/// Takes one drop in and returns the managed files.
fn take(drop: impl AsRef<[u8]>) -> (Sandbox, Vec<(String, String)>) {
    let lab = Sandbox::with_fabric();
    lab.write("net/raw/drop.yaml", drop);
    lab.hnp(&["ingest"]).code(0);
    lab.hnp(&["validate"]).code(0);
    lab.hnp(&["state", "verify"]).code(0);
    let managed = lab
        .managed()
        .into_iter()
        .map(|(name, text)| {
            let short = name.strip_prefix("net/managed/").unwrap().to_owned();
            (short, text)
        })
        .collect();
    (lab, managed)
}

fn pair(name: &str, text: impl Into<String>) -> (String, String) {
    (format!("servers/{name}.yaml"), text.into())
}

#[test]
fn a_banner_belongs_to_the_document_below_it() {
    let (a, b) = (server("a", "x"), server("b", "x"));
    for (what, drop, want_a, want_b) in [
        (
            "above the separator",
            format!("{a}#\n# Banner\n#\n---\n{b}"),
            a.clone(),
            format!("#\n# Banner\n#\n{b}"),
        ),
        (
            "below the separator",
            format!("{a}---\n# Banner\n{b}"),
            a.clone(),
            format!("# Banner\n{b}"),
        ),
        (
            "on the separator's line",
            format!("{a}--- # Banner\n{b}"),
            a.clone(),
            format!("# Banner\n{b}"),
        ),
        (
            "between two separators",
            format!("{a}---\n# Banner\n---\n{b}"),
            a.clone(),
            format!("# Banner\n{b}"),
        ),
        (
            "at the end, it stays with the last",
            format!("{a}---\n{b}# The end\n"),
            a.clone(),
            format!("{b}# The end\n"),
        ),
        (
            "at the top of the file",
            format!("# Top\n---\n{a}---\n{b}"),
            format!("# Top\n{a}"),
            b.clone(),
        ),
        (
            "a final comment document",
            format!("{a}---\n{b}---\n# Over\n"),
            a.clone(),
            format!("{b}# Over\n"),
        ),
        (
            "indented, it belongs to what is above",
            format!("{a}  # more on a\n---\n{b}"),
            format!("{a}  # more on a\n"),
            b.clone(),
        ),
    ] {
        let (_, managed) = take(&drop);
        assert_eq!(managed, [pair("a", want_a), pair("b", want_b)], "{what}");
    }
}

#[test]
fn a_list_is_taken_apart_with_its_comments() {
    let drop = "\
# The list
apiVersion: v1
kind: List
metadata: {resourceVersion: \"\"}
items:
# First
- apiVersion: wiring.githedgehog.com/v1beta1
  kind: Server
  metadata:
    name: a  # its name
  spec:
    # what it is
    description: x
# Second
- {apiVersion: wiring.githedgehog.com/v1beta1, kind: Server, metadata: {name: b}, spec: {description: 'y'}}
# Last words
";
    let (lab, managed) = take(drop);
    let names: Vec<_> = managed.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["servers/a.yaml", "servers/b.yaml"]);
    let (a, b) = (&managed[0].1, &managed[1].1);
    for comment in ["# The list", "# First", "# its name", "# what it is"] {
        assert!(
            a.contains(comment) && !b.contains(comment),
            "{comment}: {a}"
        );
    }
    for comment in ["# Second", "# Last words"] {
        assert!(
            b.contains(comment) && !a.contains(comment),
            "{comment}: {b}"
        );
    }
    assert!(a.contains("\nkind: Server\n") && !a.contains("List"), "{a}");
    assert_eq!(
        lab.hnp(&["show", "server/b", "--format", "json"]).json()["desired_spec"]["description"],
        "y"
    );
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_are_read() {
    let a = format!(
        "# Erste\r\n{}",
        server("a", "ä  # hm").replace('\n', "\r\n")
    );
    let b = server("b", "x").replace('\n', "\r\n");
    let (_, managed) = take(format!("\u{feff}{a}---\r\n{b}"));
    assert_eq!(managed, [pair("a", a), pair("b", b)]);
}

#[test]
fn a_file_without_a_final_line_end_gets_one() {
    let a = server("a", "x");
    let (_, managed) = take(a.trim_end());
    assert_eq!(managed, [pair("a", a)]);
}

#[test]
fn anchors_are_read_and_each_document_stands_alone() {
    let a = "apiVersion: &v wiring.githedgehog.com/v1beta1\nkind: Server\nmetadata:\n  name: &n a\nspec:\n  description: *n\n";
    let (lab, managed) = take(a);
    assert_eq!(managed, [pair("a", a)]);
    assert_eq!(
        lab.hnp(&["show", "Server/a", "--format", "json"]).json()["desired_spec"]["description"],
        "a"
    );
}

#[test]
fn empty_files_and_lone_comments_are_archived() {
    let lab = Sandbox::with_fabric();
    for (name, text) in [
        ("empty", ""),
        ("blank", "\n\n"),
        ("comment", "# nothing\n"),
        ("dashes", "---\n---\n"),
        ("null", "null\n"),
    ] {
        lab.write(&format!("net/raw/{name}.yaml"), text);
        lab.hnp(&["ingest"]).code(0);
        assert_eq!(lab.read(&format!("net/raw/processed/{name}.yaml")), text);
    }
    assert!(lab.managed().is_empty());
    lab.hnp(&["status"]).code(0).never_says("pending");
}

#[test]
fn folders_in_raw_are_read_and_kept_in_the_archive() {
    let lab = Sandbox::with_fabric();
    lab.write("net/raw/site/rack/a.yaml", server("a", "x"));
    lab.write("net/raw/pending/site/b.yaml", server("b", "x"));
    lab.hnp(&["ingest"]).code(0);
    assert_eq!(lab.managed().len(), 2);
    assert!(
        lab.has("net/raw/processed/site/rack/a.yaml") && lab.has("net/raw/processed/site/b.yaml")
    );
}

#[test]
fn each_kind_goes_to_its_directory_and_a_namespace_is_in_the_name() {
    let lab = Sandbox::with_fabric();
    let drop = documents(&[
        "apiVersion: wiring.githedgehog.com/v1beta1\nkind: SwitchGroup\nmetadata: {name: g}\nspec: {}\n",
        "apiVersion: wiring.githedgehog.com/v1beta1\nkind: VLANNamespace\nmetadata: {name: v}\nspec: {ranges: [{from: 1000, to: 2000}]}\n",
        "apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPCPeering\nmetadata: {name: p}\nspec: {permit: [{a: {}, b: {}}]}\n",
        "apiVersion: fabricator.githedgehog.com/v1beta1\nkind: ControlNode\nmetadata: {name: c, namespace: fab}\nspec: {bootstrap: {disk: /dev/sda}, management: {ip: 172.30.0.5/21, interface: eth0}, external: {ip: dhcp, interface: eth1}}\n",
    ]);
    lab.write("net/raw/drop.yaml", drop);
    let run = lab.hnp(&["ingest"]).code(0);
    assert_eq!(
        lab.managed().into_keys().collect::<Vec<_>>(),
        [
            "net/managed/externals/vlannamespace_v.yaml",
            "net/managed/fabricator/fab__controlnode_c.yaml",
            "net/managed/switches/switchgroup_g.yaml",
            "net/managed/vpcs/vpcpeering_p.yaml",
        ],
        "{}",
        run.out
    );
    lab.hnp(&["validate"]).code(0).never_says("META-02");
    lab.hnp(&["show", "ControlNode/c"])
        .code(0)
        .says("fab__controlnode_c.yaml");
    let before = lab.snapshot();
    lab.hnp(&["tidy"]).code(0).says("Nothing to do");
    assert_eq!(lab.snapshot(), before);
}

#[test]
fn a_standard_place_that_is_taken_gets_part_of_a_hash() {
    let lab = Sandbox::with_fabric();
    // Somebody moved another resource to where `a` would go.
    lab.write("net/managed/servers/a.yaml", server("other", "x"));
    lab.write("net/raw/a.yaml", server("a", "x"));
    lab.hnp(&["ingest"]).code(0);
    let managed = lab.managed();
    assert_eq!(managed.len(), 2, "{:?}", managed.keys());
    assert_eq!(managed["net/managed/servers/a.yaml"], server("other", "x"));
    let name = managed
        .keys()
        .find(|name| name.contains("/a.") && *name != "net/managed/servers/a.yaml")
        .unwrap();
    assert_eq!(managed[name], server("a", "x"));
    assert_eq!(
        name.len(),
        "net/managed/servers/a.12345678.yaml".len(),
        "{name}"
    );
}

#[test]
fn fabrics_are_taken_in_one_by_one_or_together() {
    let lab = Sandbox::with_fabric();
    lab.hnp(&["init", "--fabric", "prod", "--directory", "sites/prod"])
        .code(0);
    lab.write("net/raw/a.yaml", server("a", "lab"));
    lab.write("sites/prod/raw/a.yaml", server("a", "prod"));
    lab.hnp(&["ingest", "--fabric", "prod"]).code(0);
    assert_eq!(
        lab.managed().into_keys().collect::<Vec<_>>(),
        ["sites/prod/managed/servers/a.yaml"]
    );
    lab.hnp(&["ingest"]).code(0);
    assert_eq!(lab.managed().len(), 2);
    let state = lab.read(".hnp/state.toml");
    for key in ["lab/Server/default/a", "prod/Server/default/a"] {
        assert!(state.contains(&format!("[resource.\"{key}\"]")), "{state}");
    }
    lab.hnp(&["validate"]).code(0);
    lab.hnp(&["ingest", "--fabric", "prd"])
        .code(2)
        .says("did you mean");
    lab.write("net/raw/b.yaml", server("b", "lab"));
    lab.write("sites/prod/raw/b.yaml", server("b", "prod"));
    let run = lab.hnp(&["ingest", "--format", "json"]).code(0).json();
    assert_eq!(run["fabrics"].as_array().unwrap().len(), 2);
    lab.hnp(&["state", "verify"]).code(0);
    assert_eq!(lab.managed().len(), 4);
    let before = lab.snapshot();
    lab.hnp(&["ingest"]).code(0);
    assert_eq!(lab.snapshot(), before);
}

#[test]
fn one_fabric_may_have_two_directories() {
    let lab = Sandbox::with_fabric();
    let config = lab.read(".hnp/config.toml");
    let config = config.replace(
        "directory = \"net\"",
        "directories = [\"net\", \"more/net\"]",
    );
    assert!(config.contains("more/net"), "{config}");
    lab.write(".hnp/config.toml", config);
    lab.hnp(&["status"]).code(0).says("hnp init --repair");
    lab.hnp(&["init", "--repair"]).code(0);
    lab.write("net/raw/a.yaml", server("a", "x"));
    lab.write("more/net/raw/b.yaml", server("b", "x"));
    lab.hnp(&["ingest"]).code(0);
    assert_eq!(
        lab.managed().into_keys().collect::<Vec<_>>(),
        [
            "more/net/managed/servers/b.yaml",
            "net/managed/servers/a.yaml"
        ],
        "each stays on its side"
    );
    // One identity, whatever the directory.
    lab.write("more/net/raw/a.yaml", server("a", "z"));
    lab.hnp(&["ingest"]).code(1).says("ING-06");
    lab.write("more/net/managed/servers/a.yaml", server("a", "x"));
    lab.hnp(&["validate"]).code(1).says("ING-01");
}

#[test]
fn the_words_of_a_resource_survive_bit_by_bit() {
    // Quoting, order, odd indentation and trailing blanks are the author's own.
    let a = "kind:   Server\napiVersion: 'wiring.githedgehog.com/v1beta1'\nspec:\n      description:    \"two\\u0020words\"   # so\n\nmetadata: { name: a ,   labels: {b: 'yes'} }\n";
    let (_, managed) = take(format!("\n\n{a}\n\n---\n\n{}\n", server("b", "x")));
    assert_eq!(managed, [pair("a", a), pair("b", server("b", "x"))]);
}
