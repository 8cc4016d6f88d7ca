use hnp_state::config::Sync;
use hnp_sync::reconcile::{Conflict, FieldConflict, LargeValue, Outcome};
use hnp_yaml::Node;

use crate::reconcile_support::{CONFIG, World, is_conflict, item, node, path};
use crate::vpcs::{self, manifest};

#[test]
fn a_file_that_cannot_be_read_is_one_conflict_by_its_path_and_bytes() {
    let file = "lab/managed/servers/all.yaml";
    let mut world = World::new();
    let server = crate::reconcile_support::server;
    world.files.insert(
        file.to_owned(),
        format!("{}---\n{}", server("a", "x"), server("b", "x")),
    );
    world.git("c", Some("x"));
    world.sync();
    world.files.insert(file.to_owned(), "a: [".to_owned());
    world.gui("c", Some("goes on"));
    let plan = world.sync();
    assert_eq!(plan.conflicts.len(), 1, "{plan:#?}");
    let conflict = &plan.conflicts[0];
    assert_eq!(
        (conflict.kind.as_str(), conflict.severity()),
        ("file_corruption", "high")
    );
    assert_eq!(conflict.options(), ["gui", "base"]);
    assert!(conflict.message.as_deref().unwrap().contains(file));
    assert!(is_conflict(&plan, "a") && is_conflict(&plan, "b"));
    assert_eq!(world.git_has("c").as_deref(), Some("goes on"));
    let before = world.everything();
    world.sync();
    assert_eq!(world.everything(), before, "it is known");
    // Other bytes are another conflict; a repaired file is none.
    let id = conflict.id.clone();
    world.files.insert(file.to_owned(), "a: [b".to_owned());
    assert_ne!(world.sync().conflicts[0].id, id);
    assert_eq!(world.state.conflicts.len(), 1);
    world.files.insert(
        file.to_owned(),
        format!("{}---\n{}", server("a", "x"), server("b", "w")),
    );
    world.sync();
    assert!(world.state.conflicts.is_empty());
    assert_eq!(world.gui_has("b").as_deref(), Some("w"));
    // Where the GUI does not have it either, nothing is known and nothing is said.
    world.files.remove(file);
    world.confirm = true;
    world.sync();
    world.files.insert(file.to_owned(), "a: [".to_owned());
    assert!(world.sync().conflicts.is_empty());
}

fn with_vpc() -> World {
    let mut world = vpcs::two();
    world.sync();
    world
}

fn draft(world: &mut World, text: &str) {
    let draft = node(text);
    world.edit_gui(|items| items.push(Node::Map(vec![("draft".to_owned(), draft)])));
}

#[test]
fn what_refers_to_nothing_and_what_is_referred_to() {
    let peering = |one: &str, other: &str| {
        manifest(
            "VPCPeering",
            "vpc",
            "p",
            &format!("permit: [{{{one}: {{}}, {other}: {{}}}}]"),
        )
    };
    // The GUI refers to a VPC that is nowhere.
    let mut world = with_vpc();
    draft(&mut world, &peering("v", "nowhere"));
    let plan = world.sync();
    assert_eq!(plan.conflicts[0].kind, "missing_resource", "{plan:#?}");
    assert_eq!(plan.conflicts[0].severity(), "critical");
    // The GUI deletes what Git has begun to refer to.
    let mut world = with_vpc();
    world.files.insert(
        "lab/managed/vpcs/vpcpeering_p.yaml".to_owned(),
        peering("v", "w"),
    );
    world.edit_gui(|items| {
        let one = items.iter_mut().find(|one| {
            let name = one
                .get("desired")
                .and_then(|value| value.get("metadata")?.get("name"));
            name == Some(&Node::Str("v".to_owned()))
        });
        let Some(Node::Map(entries)) = one else {
            panic!()
        };
        entries.push(("deleted".to_owned(), Node::Bool(true)));
    });
    let plan = world.sync();
    assert_eq!(plan.conflicts[0].kind, "dependency_violation", "{plan:#?}");
    assert!(world.files.contains_key("lab/managed/vpcs/v.yaml"));
}

#[test]
fn an_error_elsewhere_is_blamed_on_the_change_that_brings_it() {
    let change = |world: &mut World, name: &str, kind: &str, text: &str| {
        let draft = node(text);
        world.edit_gui(|items| {
            let one = items.iter_mut().find(|one| {
                let of = |key: &str| one.get("desired").and_then(|value| value.get(key)).cloned();
                let named = one
                    .get("desired")
                    .and_then(|value| value.get("metadata")?.get("name"));
                named == Some(&Node::Str(name.to_owned()))
                    && of("kind") == Some(Node::Str(kind.to_owned()))
            });
            let Some(Node::Map(entries)) = one else {
                panic!()
            };
            entries.push(("draft".to_owned(), draft));
        });
    };
    for (kind, group, narrow) in [
        ("IPv4Namespace", "vpc", "subnets: [10.2.0.0/16]"),
        (
            "VLANNamespace",
            "wiring",
            "ranges: [{from: 1002, to: 2000}]",
        ),
    ] {
        let mut world = with_vpc();
        for name in ["a", "z"] {
            world.git(name, Some("x"));
        }
        world.sync();
        for name in ["a", "z"] {
            world.gui(name, Some("goes on"));
        }
        change(
            &mut world,
            "default",
            kind,
            &manifest(kind, group, "default", narrow),
        );
        let plan = world.sync();
        let found: Vec<_> = plan
            .conflicts
            .iter()
            .map(|one| one.resource.as_str())
            .collect();
        assert_eq!(found, [format!("lab/{kind}/default/default")], "{plan:#?}");
        for name in ["a", "z"] {
            assert_eq!(world.git_has(name).as_deref(), Some("goes on"));
        }
    }
}

#[test]
fn an_error_that_names_no_change_has_its_culprit_searched_for() {
    let mut world = with_vpc();
    world.files.insert(
        "lab/managed/connections/c.yaml".to_owned(),
        manifest(
            "Connection",
            "wiring",
            "c",
            "unbundled: {link: {server: {port: s-1/enp2s1}, switch: {port: leaf-1/E1/1}}}",
        ),
    );
    world.sync();
    // With the first server in the tree it shows that the connection's own is not there.
    draft(
        &mut world,
        &manifest("Server", "wiring", "other", "description: x"),
    );
    let peering = manifest("VPCPeering", "vpc", "p", "permit: [{v: {}, w: {}}]");
    draft(&mut world, &peering);
    let plan = world.sync();
    let found: Vec<_> = plan
        .conflicts
        .iter()
        .map(|one| one.resource.as_str())
        .collect();
    assert_eq!(found, ["lab/Server/default/other"], "{plan:#?}");
    assert_eq!(item(&plan, "p").outcome, Outcome::Changed);
}

#[test]
fn thresholds_are_configured() {
    let conflict = |fields: usize| Conflict {
        id: String::new(),
        resource: String::new(),
        kind: "concurrent_modification".to_owned(),
        fields: (0..fields)
            .map(|n| FieldConflict {
                path: format!("spec.f{n}"),
                base: None,
                gui: None,
                git: None,
            })
            .collect(),
        message: None,
    };
    let default = Sync::default();
    assert!(conflict(3).is_auto_resolvable() && !conflict(4).is_auto_resolvable());
    assert_eq!(
        (conflict(5).severity(), conflict(6).severity()),
        ("medium", "high")
    );
    let narrow = Sync {
        auto_resolvable_fields: 1,
        high_severity_fields: 2,
        ..default
    };
    assert!(!conflict(2).is_auto_resolvable_by(&narrow));
    assert_eq!(conflict(3).severity_by(&narrow), "high");
    assert_eq!(
        conflict(1).options(),
        ["gui", "git", "value"],
        "there is no base to go back to"
    );
}

#[test]
fn large_values_are_kept_by_hash() {
    let mut world = World::with(&format!("{CONFIG}\n[limits]\nconflict_value_bytes = 20\n"));
    for name in ["a", "b"] {
        world.git(name, Some("x"));
    }
    world.sync();
    let long = "long ".repeat(30).trim().to_owned();
    world.gui("a", Some(&long));
    world.git("a", Some("short"));
    let plan = world.sync();
    let field = &plan.conflicts[0].fields[0];
    let large = LargeValue::parse(field.gui.as_deref().unwrap()).unwrap();
    assert_eq!(world.blobs[&large.blob], format!("\"{long}\"").into_bytes());
    assert_eq!(field.git.as_deref(), Some("\"short\""));
    assert!(LargeValue::parse("\"short\"").is_none());
    let before = world.everything();
    world.sync();
    assert_eq!(world.everything(), before);
    let id = plan.conflicts[0].id.clone();
    // The id is of the values: another limit finds the same conflict.
    world.config.limits.conflict_value_bytes = 4096;
    assert_eq!(world.sync().conflicts[0].id, id);
}

#[test]
fn without_conflict_resolution_every_double_change_waits() {
    let mut world = World::with(&format!(
        "{CONFIG}\n[features]\nconflict_resolution = false\n[sync]\nstrategy = \"gui_wins\"\n"
    ));
    for name in ["a", "b", "c", "d"] {
        world.git(name, Some("x"));
    }
    world.sync();
    world.gui("a", Some("gui"));
    world.git("a", Some("git"));
    world.gui("b", None);
    world.git("b", Some("git"));
    world.gui("c", Some("alone"));
    let plan = world.sync();
    for name in ["a", "b"] {
        assert!(
            matches!(item(&plan, name).outcome, Outcome::Held(_)),
            "{name}"
        );
        assert_eq!(item(&plan, name).code, Some("feature"));
    }
    assert!(world.state.conflicts.is_empty());
    assert_eq!(world.git_has("c").as_deref(), Some("alone"));
    assert!(world.files.contains_key(&path("b")));
}
