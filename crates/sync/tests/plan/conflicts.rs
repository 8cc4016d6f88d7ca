use hnp_state::config::Sync;
use hnp_sync::reconcile::{Conflict, FieldConflict, LargeValue, Outcome};
use hnp_yaml::Node;

use crate::reconcile_support::{CONFIG, World, is_conflict, item, node, path};

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

fn manifest(kind: &str, group: &str, name: &str, spec: &str) -> String {
    format!(
        "apiVersion: {group}.githedgehog.com/v1beta1\nkind: {kind}\nmetadata:\n  name: {name}\nspec:\n  {spec}\n"
    )
}

fn with_vpc() -> World {
    let mut world = World::new();
    for (path, text) in [
        (
            "externals/ipv4namespace_default.yaml",
            manifest("IPv4Namespace", "vpc", "default", "subnets: [10.0.0.0/8]"),
        ),
        (
            "externals/vlannamespace_default.yaml",
            manifest(
                "VLANNamespace",
                "wiring",
                "default",
                "ranges: [{from: 1000, to: 2000}]",
            ),
        ),
        (
            "vpcs/v.yaml",
            manifest(
                "VPC",
                "vpc",
                "v",
                "subnets: {default: {subnet: 10.1.0.0/24, vlan: 1001}}",
            ),
        ),
        (
            "vpcs/w.yaml",
            manifest(
                "VPC",
                "vpc",
                "w",
                "subnets: {default: {subnet: 10.2.0.0/24, vlan: 1002}}",
            ),
        ),
    ] {
        world.files.insert(format!("lab/managed/{path}"), text);
    }
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
