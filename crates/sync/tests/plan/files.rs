//! Lists of files that follow, several documents in a file, and a history that was rewritten.

use hnp_sync::reconcile::Outcome;

use crate::reconcile_support::{World, is_conflict, item, path, server};

const LIST: &str = "lab/managed/servers/kustomization.yaml";

fn listed(text: &str) -> World {
    let mut world = World::new();
    for name in ["a", "c"] {
        world.git(name, Some("x"));
    }
    world.files.insert(LIST.to_owned(), text.to_owned());
    world.sync();
    assert!(world.sync().is_empty());
    world
}

#[test]
fn a_list_of_files_follows_them() {
    let text = "# All servers\nkind: Kustomization\nresources:\n  - a.yaml # the first\n  # then\n  - ./c.yaml\n";
    let mut world = listed(text);
    world.gui("b", Some("x"));
    let plan = world.sync();
    assert_eq!(plan.files.files.len(), 2, "one plan: {plan:#?}");
    assert_eq!(
        world.files[LIST],
        "# All servers\nkind: Kustomization\nresources:\n  - a.yaml # the first\n  - b.yaml\n  # then\n  - ./c.yaml\n"
    );
    world.gui("c", None);
    world.gui("a", Some("changed"));
    world.sync();
    assert!(!world.files.contains_key(&path("c")));
    let list = &world.files[LIST];
    assert!(
        !list.contains("c.yaml") && list.contains("# the first") && list.contains("b.yaml"),
        "{list}"
    );
    assert!(world.sync().is_empty());
}

#[test]
fn a_list_of_something_else_is_left_alone() {
    for text in [
        "kind: Kustomization\nnamePrefix: x\n",
        "kind: Kustomization\nresources: ../base\n",
        "kind: Kustomization\nresources:\n  - a.yaml\n  - b.yaml\n  - c.yaml\n",
    ] {
        let mut world = listed(text);
        world.gui("b", Some("x"));
        world.sync();
        assert!(world.files.contains_key(&path("b")));
        assert_eq!(world.files[LIST], text);
    }
    // The list above names single files of the directory, or the directory.
    let above = "lab/managed/kustomization.yaml";
    for (text, follows) in [
        ("resources: [servers/a.yaml, servers/c.yaml]\n", true),
        ("resources: [servers]\n", false),
    ] {
        let mut world = World::new();
        for name in ["a", "c"] {
            world.git(name, Some("x"));
        }
        world.files.insert(above.to_owned(), text.to_owned());
        world.sync();
        world.gui("b", Some("x"));
        world.sync();
        assert_eq!(world.files[above].contains("servers/b.yaml"), follows);
    }
    // One that cannot be read keeps the file out that it should name.
    let mut world = listed("resources: [a.yaml\n");
    world.gui("b", Some("x"));
    world.gui("a", Some("goes on"));
    let plan = world.sync();
    assert!(
        matches!(item(&plan, "b").outcome, Outcome::Failed(_)),
        "{plan:#?}"
    );
    assert!(!world.files.contains_key(&path("b")));
    assert_eq!(world.git_has("a").as_deref(), Some("goes on"));
}

#[test]
fn documents_of_one_file_change_side_by_side() {
    let file = "lab/managed/servers/all.yaml";
    let mut world = World::new();
    world.files.insert(
        file.to_owned(),
        format!(
            "# one\n{}---\n# two\n{}---\n# three\n{}",
            server("a", "x"),
            server("b", "x"),
            server("c", "x")
        ),
    );
    world.git("keeper", Some("x"));
    world.sync();
    world.gui("a", Some("first"));
    world.gui("b", None);
    world.gui("c", Some("third"));
    world.sync();
    assert_eq!(
        world.files[file],
        format!(
            "# one\n{}---\n# three\n{}",
            server("a", "first"),
            server("c", "third")
        )
    );
    assert!(world.sync().is_empty());
    world.gui("a", None);
    world.gui("c", None);
    world.sync();
    assert!(
        !world.files.contains_key(file),
        "the last document takes the file along"
    );
}

#[test]
fn a_history_that_was_rewritten_proves_no_deletion() {
    let gone_in_git = |world: &mut World| world.git("a", None);
    let gone_in_gui = |world: &mut World| world.gui("a", None);
    for gone in [gone_in_git as fn(&mut World), gone_in_gui] {
        let mut world = World::synced(&[("a", "x"), ("b", "x")]);
        gone(&mut world);
        let mut proven = world.clone();
        // The objects of the history that was forced away are not there any more.
        world.blobs.clear();
        let plan = world.sync();
        assert!(plan.is_empty(), "{plan:#?}");
        assert!(matches!(item(&plan, "a").outcome, Outcome::Unknown(_)));
        assert!(!proven.sync().is_empty());
        // A change beside it goes on: both sides have what they last held.
        world.gui("b", Some("goes on"));
        world.sync();
        assert_eq!(world.git_has("b").as_deref(), Some("goes on"));
    }
    // Changed on one side, gone on the other, and nobody knows what there was: for a person.
    let mut world = World::synced(&[("a", "x"), ("b", "x")]);
    world.blobs.clear();
    world.git("a", None);
    world.edit_gui(|items| {
        let hnp_yaml::Node::Map(entries) = &mut items[0] else {
            panic!()
        };
        entries.retain(|(key, _)| key != "desired");
        entries.push((
            "desired".to_owned(),
            crate::reconcile_support::node(&server("a", "w")),
        ));
    });
    let plan = world.sync();
    assert!(is_conflict(&plan, "a") && plan.is_empty());
}
