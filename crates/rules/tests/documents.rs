//! Rules of one document: what they say, where, and what they leave alone.
#![allow(clippy::unwrap_used)]

mod support;

use hnp_model::{Severity, SourceFile};
use hnp_rules::schema::Set;
use hnp_rules::{Release, Role, Settings, check_file};

use support::check;

fn manifest(group: &str, kind: &str, metadata: &str, spec: &str) -> String {
    format!(
        "apiVersion: {group}.githedgehog.com/v1beta1\nkind: {kind}\nmetadata:\n{metadata}spec:{spec}\n"
    )
}

fn server(metadata: &str) -> String {
    manifest("wiring", "Server", metadata, " {}")
}

/// Codes with line and column, in order.
fn places(text: impl Into<Vec<u8>>) -> Vec<String> {
    places_by(text, &Settings::default())
}

fn places_by(text: impl Into<Vec<u8>>, settings: &Settings) -> Vec<String> {
    check(text, settings)
        .iter()
        .map(|finding| {
            let at = finding.place.start;
            format!("{} {}:{}", finding.code, at.line, at.column)
        })
        .collect()
}

fn help(text: impl Into<Vec<u8>>) -> String {
    check(text, &Settings::default())[0].help.clone().unwrap()
}

#[test]
fn names() {
    let max = "s".repeat(253);
    for name in ["a", "0", "a-b", "1.2", max.as_str()] {
        let found = places(server(&format!("  name: \"{name}\"\n")));
        assert!(
            found.iter().all(|f| f.starts_with("META-05")),
            "{name}: {found:?}"
        );
    }
    for name in ["A", "a_b", "-a", "a-", ".a", "a..b", "a b", "é", "a/b"] {
        let found = places(server(&format!("  name: \"{name}\"\n")));
        assert_eq!(found, ["META-03 4:9"], "{name}");
    }
    assert_eq!(
        places(server(&format!("  name: {max}s\n"))),
        ["META-04 4:9"]
    );
    assert_eq!(places(server("  name: a.b\n")), ["META-05 4:9"]);
    for name in ["", " ~", " null"] {
        assert_eq!(
            places(server(&format!("  name:{name}\n"))),
            ["META-10 3:1"],
            "{name}"
        );
    }
    assert_eq!(places(server("  name: [a]\n")), ["META-12 4:9"]);
    assert_eq!(places(server("  name: 5\n")), ["META-12 4:9"]);
}

#[test]
fn an_empty_name_is_no_name() {
    assert_eq!(places(server("  name: \"\"\n")).len(), 1);
}

#[test]
fn metadata_must_be_there_and_a_map() {
    let head = "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\n";
    assert_eq!(places(format!("{head}spec: {{}}\n")), ["META-10 1:1"]);
    assert_eq!(places(format!("{head}metadata:\nspec: {{}}\n")).len(), 1);
    assert_eq!(
        places(format!("{head}metadata: x\nspec: {{}}\n")),
        ["META-12 3:11"]
    );
    assert_eq!(
        places(format!(
            "{head}metadata: {{generateName: s-}}\nspec: {{}}\n"
        )),
        ["META-10 3:1"]
    );
}

#[test]
fn namespaces() {
    for namespace in ["default", "\"\"", "~", ""] {
        assert!(places(server(&format!("  name: a\n  namespace: {namespace}\n"))).is_empty());
    }
    assert_eq!(
        places(server("  name: a\n  namespace: fab\n")),
        ["META-02 5:14"]
    );
    let fab = |namespace: &str| {
        places(manifest(
            "fabricator",
            "Fabricator",
            &format!("  name: a\n  namespace: {namespace}\n"),
            " {}",
        ))
    };
    assert!(fab("fab").is_empty());
    assert_eq!(fab("default"), ["META-02 5:14"]);
}

#[test]
fn labels_and_annotations() {
    let with =
        |field: &str, entry: &str| places(server(&format!("  name: a\n  {field}:\n    {entry}\n")));
    let sixty_three = "v".repeat(63);
    for entry in [
        "a: \"\"".to_owned(),
        "a: A-b_c.d".to_owned(),
        format!("a: {sixty_three}"),
        format!("{sixty_three}: a"),
        "example.com/a: b".to_owned(),
    ] {
        assert!(with("labels", &entry).is_empty(), "{entry}");
        assert!(with("annotations", &entry).is_empty(), "{entry}");
    }
    for key in ["a b", "-a", "a/b/c", "/a", "a/", "Example.com/a", "ä"] {
        for field in ["labels", "annotations"] {
            assert_eq!(
                with(field, &format!("\"{key}\": x")),
                ["META-13 6:5"],
                "{key}"
            );
        }
    }
    assert_eq!(
        with("labels", &format!("{sixty_three}k: x")),
        ["META-13 6:5"]
    );
    for value in ["a b", "-a", "a/b", "ä"] {
        let entry = format!("k: \"{value}\"");
        assert_eq!(with("labels", &entry), ["META-14 6:8"], "{value}");
        assert!(with("annotations", &entry).is_empty(), "{value}");
    }
    for value in ["5", "true", "{}", "[]", "1.5"] {
        assert_eq!(
            with("labels", &format!("k: {value}")),
            ["META-12 6:8"],
            "{value}"
        );
    }
    for field in ["labels", "annotations"] {
        assert_eq!(
            places(server(&format!("  name: a\n  {field}: x\n"))).len(),
            1
        );
        assert!(places(server(&format!("  name: a\n  {field}:\n"))).is_empty());
    }
}

#[test]
fn annotations_together_have_a_limit() {
    let with = |bytes: usize| {
        let half = "x".repeat(bytes / 2 - 1);
        places(server(&format!(
            "  name: a\n  annotations:\n    a: {half}\n    b: {half}\n"
        )))
    };
    assert!(with(256 << 10).is_empty());
    assert_eq!(with((256 << 10) + 2), ["META-16 5:3"]);
}

#[test]
fn labels_that_hedgehog_deletes() {
    let lost = |kind: &str, key: &str, spec: &str| {
        places(manifest(
            "wiring",
            kind,
            &format!("  name: a\n  labels:\n    {key}: x\n"),
            spec,
        ))
    };
    assert_eq!(
        lost("Server", "fabric.githedgehog.com/mine", " {}"),
        ["LBL-02 6:5"]
    );
    // What Hedgehog derives itself comes back with every export.
    assert!(lost("Server", "fabric.githedgehog.com/vpc", " {}").is_empty());
    assert!(lost("Server", "switch.fabric.githedgehog.com/leaf-1", " {}").is_empty());
    assert!(lost("SwitchGroup", "fabric.githedgehog.com/mine", " {}").is_empty());
    assert!(lost("Server", "githedgehog.com/mine", " {}").is_empty());
}

#[test]
fn names_that_become_labels() {
    let long = "c".repeat(64);
    let fits = "c".repeat(63);
    let attachment = |connection: &str, subnet: &str| {
        places(manifest(
            "vpc",
            "VPCAttachment",
            "  name: a\n",
            &format!("\n  connection: {connection}\n  subnet: {subnet}"),
        ))
    };
    assert!(attachment(&fits, &format!("v/{fits}")).is_empty());
    assert_eq!(attachment(&long, "v/s"), ["LBL-01 6:15"]);
    assert_eq!(attachment("c", &format!("v/{long}")), ["LBL-01 7:11"]);
    assert_eq!(attachment("c", &format!("{long}/s")), ["LBL-01 7:11"]);
    let connection = |name: &str, device: &str| {
        check(
            manifest(
                "wiring",
                "Connection",
                &format!("  name: {name}\n"),
                &format!(
                    "\n  unbundled:\n    link:\n      server:\n        port: {device}/p1\n      switch:\n        port: leaf/E1/1"
                ),
            ),
            &Settings::default(),
        )
    };
    assert!(connection(&fits, &fits).is_empty());
    let own = connection(&long, "s");
    assert_eq!(
        (own[0].code, own[0].severity),
        ("LBL-01", Severity::Warning)
    );
    let device = connection("c", &long);
    assert_eq!(
        (device[0].code, device[0].severity),
        ("LBL-01", Severity::Error)
    );
    assert_eq!(
        device[0].field.as_deref(),
        Some("spec.unbundled.link.server.port")
    );
}

#[test]
fn kinds_and_groups() {
    let of = |api_version: &str, kind: &str| {
        format!("apiVersion: {api_version}\nkind: {kind}\nmetadata:\n  name: a\nspec: {{}}\n")
    };
    let vpc = "vpc.githedgehog.com/v1beta1";
    assert_eq!(places(of(vpc, "VCP")), ["SCH-22 2:7"]);
    assert!(help(of(vpc, "VCP")).contains("`VPC`"));
    // Of another group.
    assert_eq!(places(of(vpc, "Switch")), ["SCH-22 2:7"]);
    assert!(help(of(vpc, "Switch")).contains("wiring.githedgehog.com/v1beta1"));
    // Nothing near.
    assert!(help(of(vpc, "Wardrobe")).contains("hnp schema"));
    assert_eq!(
        places(of("wiring.githedgehog.com/v9", "Switch")),
        ["SCH-23 1:13"]
    );
    for (api_version, kind) in [
        ("agent.githedgehog.com/v1beta1", "Agent"),
        ("agent.githedgehog.com/v1beta1", "Catalog"),
        ("dhcp.githedgehog.com/v1beta1", "DHCPSubnet"),
        ("gwint.githedgehog.com/v1alpha1", "GatewayAgent"),
        ("gateway.githedgehog.com/v1alpha1", "VPCInfo"),
    ] {
        assert_eq!(places(of(api_version, kind)), ["SCH-25 2:7"], "{kind}");
    }
}

#[test]
fn foreign_groups_are_a_warning_unless_configured() {
    let foreign = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: A_b\n  labels: {a: 5}\nspec: {x: 1}\n";
    let found = check(foreign, &Settings::default());
    assert_eq!(
        (found[0].code, found[0].severity),
        ("SCH-24", Severity::Warning)
    );
    // Its metadata is Kubernetes' all the same; what its name may be is not ours to say.
    let codes: Vec<_> = found.iter().map(|finding| finding.code).collect();
    assert_eq!(codes, ["SCH-24", "META-12"]);
    let strict = Settings {
        unknown_group: Severity::Error,
        ..Settings::default()
    };
    assert_eq!(check(foreign, &strict)[0].severity, Severity::Error);
    let near =
        "apiVersion: wirng.githedgehog.com/v1beta1\nkind: Server\nmetadata:\n  name: a\nspec: {}\n";
    assert!(help(near).contains("`wiring.githedgehog.com`"));
}

#[test]
fn imported_kinds_are_checked_by_their_schema() {
    let crd = "
kind: CustomResourceDefinition
apiVersion: apiextensions.k8s.io/v1
metadata: {name: racks.example.com}
spec:
  group: example.com
  names: {kind: Rack, plural: racks}
  scope: Namespaced
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            properties:
              units: {type: integer}
";
    let settings = Settings {
        schemas: Set::embedded(Release::default())
            .with_imported(hnp_rules::schema::import_text(crd).unwrap()),
        ..Settings::default()
    };
    let rack = |spec: &str| {
        format!("apiVersion: example.com/v1\nkind: Rack\nmetadata:\n  name: a\nspec:\n  {spec}\n")
    };
    assert!(places_by(rack("units: 4"), &settings).is_empty());
    assert_eq!(places_by(rack("units: many"), &settings), ["SCH-02 6:10"]);
    assert_eq!(places_by(rack("unit: 4"), &settings), ["SCH-01 6:3"]);
    assert_eq!(places(rack("units: 4")), ["SCH-24 1:13"]);
}

#[test]
fn kinds_of_another_release() {
    let gateway = "apiVersion: gateway.githedgehog.com/v1alpha1\nkind: GatewayPeering\nmetadata:\n  name: a\nspec: {peering: {vpc-1: {}, vpc-2: {}}}\n";
    assert!(places(gateway).is_empty());
    for release in [Release::Beta1, Release::R25_03, Release::R25_05] {
        let settings = Settings::new(release);
        assert_eq!(places_by(gateway, &settings), ["SCH-30 2:7"], "{release}");
    }
    // Beta-1 has a ControlNode among its wiring, which later releases have elsewhere.
    let node = "apiVersion: wiring.githedgehog.com/v1beta1\nkind: ControlNode\nmetadata:\n  name: a\nspec: {}\n";
    assert!(places_by(node, &Settings::new(Release::Beta1)).is_empty());
    assert_eq!(places(node), ["SCH-22 2:7"]);
}

#[test]
fn the_root() {
    let body = "metadata:\n  name: a\nspec: {}\n";
    let api = "apiVersion: wiring.githedgehog.com/v1beta1\n";
    assert_eq!(places(format!("kind: Server\n{body}")), ["SCH-20 1:1"]);
    assert_eq!(places(format!("{api}{body}")), ["SCH-21 1:1"]);
    assert_eq!(places(body), ["SCH-20 1:1", "SCH-21 1:1"]);
    assert_eq!(
        places(format!("apiVersion: 5\nkind: Server\n{body}")),
        ["SCH-20 1:13"]
    );
    assert_eq!(places(format!("{api}kind: [a]\n{body}")), ["SCH-21 2:7"]);
    assert_eq!(places(format!("{api}kind: \"\"\n{body}")), ["SCH-21 2:7"]);
    for key in ["Spec", "data", "\"\""] {
        assert_eq!(
            places(format!("{api}kind: Server\n{body}{key}: 1\n")),
            ["SCH-28 6:1"],
            "{key}"
        );
    }
    for empty in ["", " {}", " ~"] {
        assert!(places(format!("{api}kind: Server\n{body}status:{empty}\n")).is_empty());
    }
    for full in [" {a: 1}", " []", " ready"] {
        assert_eq!(
            places(format!("{api}kind: Server\n{body}status:{full}\n")),
            ["SCH-29 6:1"],
            "{full}"
        );
    }
    for root in ["a", "5", "[]", "- a"] {
        assert_eq!(places(format!("{root}\n")), ["SCH-27 1:1"], "{root}");
    }
}

#[test]
fn empty_documents_are_nothing() {
    for text in [
        "",
        "\n",
        "# a\n",
        "---\n",
        "---\n---\n# b\n---\n",
        "---\n...\n",
        "~\n",
        "null\n",
    ] {
        assert!(places(text).is_empty(), "{text:?}: {:?}", places(text));
    }
}

#[test]
fn items_of_a_list_are_checked_one_by_one() {
    let list = |items: &str| format!("apiVersion: v1\nkind: List\nmetadata: {{}}\nitems:{items}\n");
    assert!(places(list(" []")).is_empty());
    assert_eq!(
        places(list("\n- 5\n- kind: Server")),
        ["SCH-27 5:3", "SCH-20 6:3"]
    );
    let found = check(
        list(
            "\n- {apiVersion: wiring.githedgehog.com/v1beta1, kind: Server, metadata: {name: a}, spec: {x: 1}}",
        ),
        &Settings::default(),
    );
    assert_eq!(found[0].code, "SCH-01");
    assert_eq!(
        found[0].resource.as_ref().unwrap().name.as_deref(),
        Some("a")
    );
}

#[test]
fn findings_name_their_resource_and_fabric() {
    let settings = Settings {
        fabric: Some("fabric-1".to_owned()),
        ..Settings::default()
    };
    let found = check(server("  name: a\n  namespace: b\n"), &settings);
    let resource = found[0].resource.as_ref().unwrap();
    assert_eq!(resource.fabric.as_deref(), Some("fabric-1"));
    assert_eq!(resource.kind.as_deref(), Some("Server"));
    assert_eq!(resource.namespace.as_deref(), Some("b"));
    assert_eq!(resource.name.as_deref(), Some("a"));
}

#[test]
fn roles_decide_how_loud_a_finding_is() {
    let by = |role| {
        let file = SourceFile {
            path: "f.yaml".to_owned(),
            bytes: server("  name: A\n").into_bytes(),
        };
        let found = check_file(file, role, &Settings::default());
        (
            found.findings.first().map(|finding| finding.severity),
            found.facts.len(),
        )
    };
    assert_eq!(by(Role::Managed), (Some(Severity::Error), 1));
    assert_eq!(by(Role::Pending), (Some(Severity::Warning), 1));
    assert_eq!(by(Role::Context), (None, 1));
}

#[test]
fn a_template_that_was_never_filled_in_is_called_one() {
    let text = manifest(
        "wiring",
        "Server",
        "  name: a\n",
        "\n  description: {{ rack }}",
    );
    assert_eq!(places(text.as_str()), ["YAML-14 6:17"]);
    assert!(help(text).contains("template"));
    let key = manifest("wiring", "Server", "  name: a\n", " {[a]: b}");
    assert_eq!(places(key.as_str()), ["YAML-14 5:8"]);
    assert!(!help(key).contains("template"));
}
