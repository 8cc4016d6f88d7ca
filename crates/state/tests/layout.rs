//! Standard paths and areas.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use hnp_model::{ResourceId, kind};
use hnp_state::config::Template;
use hnp_state::layout::{Area, area, directories, managed_path, placeholders};
use proptest::prelude::*;

fn id(kind: &str, namespace: &str, name: &str) -> ResourceId {
    let group = kind::KINDS
        .iter()
        .find(|info| info.kind == kind)
        .map_or("example.com", |info| info.group);
    ResourceId {
        kind: kind.to_owned(),
        group: group.to_owned(),
        namespace: namespace.to_owned(),
        name: name.to_owned(),
    }
}

fn standard(kind: &str, namespace: &str, name: &str) -> String {
    managed_path("f", Template::Standard, &id(kind, namespace, name), None)
}

#[test]
fn standard_paths_are_by_topic() {
    assert_eq!(
        standard("VPC", "default", "vpc-1"),
        "f/managed/vpcs/vpc-1.yaml"
    );
    assert_eq!(
        standard("VPCAttachment", "default", "a"),
        "f/managed/vpcs/vpcattachment_a.yaml"
    );
    assert_eq!(
        standard("IPv4Namespace", "default", "default"),
        "f/managed/externals/ipv4namespace_default.yaml"
    );
    assert_eq!(
        standard("VLANNamespace", "prod", "default"),
        "f/managed/externals/prod__vlannamespace_default.yaml"
    );
    assert_eq!(
        standard("Switch", "prod", "leaf-1"),
        "f/managed/switches/prod__leaf-1.yaml"
    );
    assert_eq!(
        standard("ServerProfile", "default", "p"),
        "f/managed/servers/serverprofile_p.yaml"
    );
    assert_eq!(
        standard("Peering", "default", "p"),
        "f/managed/gateways/peering_p.yaml"
    );
    assert_eq!(
        standard("Fabricator", "default", "default"),
        "f/managed/fabricator/fabricator_default.yaml"
    );
    assert_eq!(
        managed_path("", Template::Standard, &id("VPC", "default", "v"), None),
        "managed/vpcs/v.yaml"
    );
}

#[test]
fn per_kind_paths_are_as_hnp_has_them() {
    let path = |kind: &str, name: &str| {
        managed_path("f", Template::PerKind, &id(kind, "default", name), None)
    };
    assert_eq!(
        path("VPCAttachment", "a"),
        "f/managed/vpcattachments/a.yaml"
    );
    assert_eq!(
        path("IPv4Namespace", "default"),
        "f/managed/ipv4namespaces/default.yaml"
    );
    assert_eq!(
        path("Connection", "s--mclag"),
        "f/managed/connections/s--mclag.yaml"
    );
}

#[test]
fn foreign_kinds_lie_under_the_name_of_their_definition() {
    let widget = id("Widget", "default", "w");
    assert_eq!(
        managed_path("f", Template::Standard, &widget, Some("widgets")),
        "f/managed/widgets.example.com/w.yaml"
    );
    assert_eq!(
        managed_path("f", Template::PerKind, &widget, None),
        "f/managed/widget.example.com/w.yaml"
    );
    let map = ResourceId {
        group: String::new(),
        kind: "ConfigMap".to_owned(),
        ..widget
    };
    assert_eq!(
        managed_path("f", Template::Standard, &map, None),
        "f/managed/configmap.core/w.yaml"
    );
}

#[test]
fn names_that_cannot_be_used_are_made_safe_and_stay_apart() {
    let paths: Vec<String> = [
        "..",
        "../../etc/passwd",
        "a/b",
        "a\\b",
        "A",
        "a_b",
        "con",
        "nul.x",
        "-a",
        "a.",
        "",
        "é",
        "a\nb",
        "a\0b",
    ]
    .iter()
    .map(|name| standard("VPC", "default", name))
    .collect();
    insta::assert_snapshot!("odd_names", paths.join("\n"));
    let long = standard("VPC", "default", &"a".repeat(253));
    assert!(long.len() < 220, "{long}");
    assert_eq!(
        standard("VPC", "default", &"a".repeat(200)),
        format!("f/managed/vpcs/{}.yaml", "a".repeat(200))
    );
    // Windows minds the device only before the first dot, and not behind a prefix.
    assert_eq!(
        standard("VPCPeering", "default", "con"),
        "f/managed/vpcs/vpcpeering_con.yaml"
    );
    assert_ne!(
        standard("VPC", "default", "A"),
        standard("VPC", "default", "a")
    );
}

#[test]
fn an_empty_fabric_shows_its_directories() {
    let list = directories(Template::Standard);
    assert!(
        list.contains(&"managed/gateways".to_owned()) && list.contains(&"raw/errors".to_owned())
    );
    assert_eq!(list.len(), 11);
    let files = placeholders("gitops/f", Template::Standard);
    assert!(files.contains(&"gitops/f/unmanaged/external-configs/.gitkeep".to_owned()));
    let per_kind = directories(Template::PerKind);
    for plural in [
        "vpcs",
        "vpcattachments",
        "ipv4namespaces",
        "vlannamespaces",
        "switchgroups",
        "externalpeerings",
    ] {
        assert!(per_kind.contains(&format!("managed/{plural}")), "{plural}");
    }
    assert!(!per_kind.contains(&"managed/agents".to_owned()));
}

#[test]
fn plurals_are_unique_so_that_directories_are() {
    let mut seen = BTreeMap::new();
    for info in kind::KINDS {
        assert_eq!(seen.insert(info.plural, info.kind), None, "{}", info.plural);
    }
}

#[test]
fn places_have_their_meaning() {
    for (path, meaning) in [
        ("managed/vpcs/a.yaml", Area::Managed),
        ("managed/a.yaml", Area::Managed),
        ("raw/pending/a.yaml", Area::RawPending),
        ("raw/a.yaml", Area::RawPending),
        ("raw/from-bob/a.yaml", Area::RawPending),
        ("raw/processed/a.yaml", Area::RawProcessed),
        ("raw/processed", Area::RawPending),
        ("raw/errors/a.yaml.report.json", Area::RawErrors),
        ("unmanaged/external-configs/x", Area::UnmanagedExternal),
        ("unmanaged/manual-overrides/x/y", Area::UnmanagedOverrides),
        ("unmanaged/x", Area::Unmanaged),
        (".hnp/manifest.yaml", Area::HnpMeta),
        ("vpcs.yaml", Area::Root),
        ("other/a.yaml", Area::Foreign),
        ("../managed/a.yaml", Area::Foreign),
        ("/managed/a.yaml", Area::Foreign),
        ("", Area::Foreign),
    ] {
        assert_eq!(area(path), meaning, "{path}");
    }
}

fn kinds() -> impl Strategy<Value = (String, String)> {
    let known = proptest::sample::select(
        kind::KINDS
            .iter()
            .map(|info| (info.kind.to_owned(), info.group.to_owned()))
            .collect::<Vec<_>>(),
    );
    let foreign = ("[A-Z][A-Za-z]{0,5}", "[a-z]{1,3}(\\.[a-z]{1,3}){0,2}");
    prop_oneof![4 => known, 1 => foreign]
}

/// Identities whose names Kubernetes accepts, close enough to each other to meet.
fn valid_ids() -> impl Strategy<Value = ResourceId> {
    let name = "(vpc|peering|a|default|con)([.-]?(vpc|a|1)){0,3}";
    (kinds(), "(default|prod|vpc|a)", name).prop_map(|((kind, group), namespace, name)| {
        ResourceId {
            kind,
            group,
            namespace,
            name,
        }
    })
}

fn any_ids() -> impl Strategy<Value = ResourceId> {
    let word = prop_oneof![any::<String>(), "[./\\\\_~-]{0,6}", "[a-z.]{0,300}"];
    (word.clone(), word.clone(), word.clone(), word).prop_map(|(kind, group, namespace, name)| {
        ResourceId {
            kind,
            group,
            namespace,
            name,
        }
    })
}

proptest! {
    #[test]
    fn valid_names_never_share_a_path(a in valid_ids(), b in valid_ids(), template in prop_oneof![Just(Template::Standard), Just(Template::PerKind)]) {
        let path = |id: &ResourceId| managed_path("f", template, id, None).to_lowercase();
        // Kinds that differ in case alone share the fallback for their plural; Kubernetes has no such two in a group.
        let folded = |id: &ResourceId| (id.kind.to_lowercase(), id.group.clone(), id.namespace.clone(), id.name.clone());
        prop_assert_eq!(path(&a) == path(&b), folded(&a) == folded(&b));
    }

    #[test]
    fn a_path_never_leaves_the_directory(
        id in prop_oneof![any_ids(), (kinds(), any::<String>(), any::<String>()).prop_map(|((kind, group), namespace, name)| ResourceId { kind, group, namespace, name })],
        plural in proptest::option::of(any::<String>()),
        template in prop_oneof![Just(Template::Standard), Just(Template::PerKind)],
    ) {
        let path = managed_path("f", template, &id, plural.as_deref());
        let parts: Vec<&str> = path.split('/').collect();
        prop_assert_eq!(parts.len(), 4, "{}", path);
        prop_assert_eq!(&parts[..2], &["f", "managed"]);
        for part in &parts[2..] {
            prop_assert!(part.len() <= 255 && !part.is_empty());
            prop_assert!(part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_.".contains(c)), "{}", part);
            prop_assert!(!part.starts_with('.') && !part.ends_with('.') && !part.contains(".."), "{}", part);
        }
        prop_assert!(parts[3].ends_with(".yaml"));
        prop_assert_eq!(area(&path[2..]), Area::Managed);
    }
}
