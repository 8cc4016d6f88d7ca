use hnp_state::config::Direction;
use hnp_sync::reconcile::Outcome;
use hnp_yaml::Node;

use crate::reconcile_support::{World, item, node};
use crate::vpcs::{self, manifest};

const V: &str = "lab/managed/vpcs/v.yaml";

/// Two VPCs and a peering of both, with comments.
fn world() -> World {
    let mut world = vpcs::two();
    let first = format!("# The first\n{} # kept\n", world.files[V].trim_end());
    world.files.insert(V.to_owned(), first);
    let peering = "permit:\n  - v: {} # us\n    w: {}";
    world.files.insert(
        "lab/managed/vpcs/vpcpeering_p.yaml".to_owned(),
        format!(
            "# Who talks\n{}",
            manifest("VPCPeering", "vpc", "p", peering)
        ),
    );
    world.sync();
    assert!(world.sync().is_empty());
    world
}

fn rename(world: &mut World, from: &str, to: &str) {
    let text = world.files[V].replace("name: v", &format!("name: {to}"));
    world.edit_gui(|items| {
        let one = items.iter_mut().find(|one| {
            let name = one
                .get("desired")
                .and_then(|value| value.get("metadata")?.get("name"));
            name == Some(&Node::Str(from.to_owned()))
        });
        let Some(Node::Map(entries)) = one else {
            panic!()
        };
        entries.push(("deleted".to_owned(), Node::Bool(true)));
        items.push(Node::Map(vec![("draft".to_owned(), node(&text))]));
    });
}

#[test]
fn a_new_name_in_the_gui_keeps_comments_and_takes_what_refers_to_it_along() {
    let mut world = world();
    let old = world.files[V].clone();
    rename(&mut world, "v", "blue");
    let plan = world.sync();
    assert_eq!(
        item(&plan, "blue").renamed_from.as_deref(),
        Some("lab/VPC/default/v"),
        "{plan:#?}"
    );
    assert_eq!(
        world.files["lab/managed/vpcs/blue.yaml"],
        old.replace("name: v", "name: blue")
    );
    assert!(!world.files.contains_key(V));
    let peering = &world.files["lab/managed/vpcs/vpcpeering_p.yaml"];
    assert!(
        peering.contains("blue: {}")
            && !peering.contains("v: {}")
            && peering.contains("# Who talks"),
        "{peering}"
    );
    let names: Vec<String> = world
        .snapshot()
        .resources
        .iter()
        .map(|one| one.id.name.clone())
        .collect();
    assert!(
        names.contains(&"blue".to_owned()) && !names.contains(&"v".to_owned()),
        "{names:?}"
    );
    let in_gui = world
        .snapshot()
        .resources
        .iter()
        .find(|one| one.id.name == "p")
        .map(|one| hnp_model::canonical::canonical_json_of(one.value().unwrap()))
        .unwrap();
    assert!(in_gui.contains("blue"), "{in_gui}");
    assert!(world.state.conflicts.is_empty());
    assert!(world.sync().is_empty());
}

#[test]
fn a_document_among_others_gets_its_name_in_place() {
    let mut world = world();
    let both = format!(
        "{}---\n{}",
        world.files[V], world.files["lab/managed/vpcs/w.yaml"]
    );
    world.files.remove("lab/managed/vpcs/w.yaml");
    let text = world.files[V].clone();
    world.files.insert(V.to_owned(), both);
    world.sync();
    let keep = world.files[V].clone();
    world.files.insert(V.to_owned(), text);
    let mut renamed = world.clone();
    renamed.files.insert(V.to_owned(), keep.clone());
    rename_in(&mut renamed, &keep);
    renamed.sync();
    let after = &renamed.files[V];
    assert!(
        after.contains("name: blue") && after.contains("name: w") && after.contains("# The first"),
        "{after}"
    );
}

fn rename_in(world: &mut World, text: &str) {
    let first = text
        .split("---\n")
        .next()
        .unwrap()
        .replace("name: v", "name: blue");
    world.edit_gui(|items| {
        for one in items.iter_mut() {
            let name = one
                .get("desired")
                .and_then(|value| value.get("metadata")?.get("name"))
                .cloned();
            if name == Some(Node::Str("v".to_owned())) {
                let Node::Map(entries) = one else { panic!() };
                entries.push(("deleted".to_owned(), Node::Bool(true)));
            }
        }
        items.push(Node::Map(vec![("draft".to_owned(), node(&first))]));
    });
}

#[test]
fn a_rename_that_cannot_be_carried_through_waits_as_a_whole() {
    let mut world = world();
    world.direction = Direction::GuiToGit;
    let before = world.files.clone();
    rename(&mut world, "v", "blue");
    let plan = world.sync();
    assert_eq!(world.files, before);
    for name in ["v", "blue"] {
        assert!(
            matches!(item(&plan, name).outcome, Outcome::Held(_)),
            "{plan:#?}"
        );
        assert_eq!(item(&plan, name).code, Some("renamed"));
    }
}
