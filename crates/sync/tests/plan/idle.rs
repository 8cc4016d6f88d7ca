//! A run that has nothing to do is seen to have nothing to do without a merge; whatever is out of the ordinary is not.
//! That both ways make the same plan, every test of a plan checks (`World::plan_by`).

use hnp_sync::reconcile::Road;

use crate::reconcile_support::{World, path, server};

/// Servers, a VPC in another order than the GUI writes, and files that say what need not be said.
fn world() -> World {
    let mut world = World::new();
    for name in ["a", "b"] {
        world.git(name, Some("x"));
    }
    world.files.insert(
        path("c"),
        server("c", "\"1\"").replace("name: c", "namespace: default\n  name: c"),
    );
    world.files.insert(
        "lab/managed/vpcs/vpc-1.yaml".to_owned(),
        "kind: VPC\nspec: {subnets: {default: {vlan: 1001, subnet: 10.0.1.0/24}}}\nmetadata: {name: vpc-1}\napiVersion: vpc.githedgehog.com/v1beta1\n".to_owned(),
    );
    world.sync();
    assert!(world.sync().is_empty());
    world
}

#[track_caller]
fn road(world: &World) -> Road {
    let (plan, road) = world.plan_by(None);
    if road == Road::Short {
        assert!(plan.is_empty());
        assert_eq!(plan.items.len(), 4);
    }
    road
}

#[test]
fn nothing_to_do_is_seen_without_a_merge() {
    assert_eq!(road(&world()), Road::Short);
}

#[test]
fn a_comment_and_another_order_are_nothing_to_do() {
    let mut world = world();
    world.files.insert(
        path("a"),
        "# The first\nspec:\n  description: x\nmetadata:\n  name: a\nkind: Server\napiVersion: wiring.githedgehog.com/v1beta1\n".to_owned(),
    );
    assert_eq!(road(&world), Road::Short);
}

#[test]
fn what_is_out_of_the_ordinary_goes_the_full_way() {
    type Change = fn(&mut World);
    let changes: [(&str, Change); 10] = [
        ("an edit in Git", |world| world.git("a", Some("y"))),
        ("an edit in the GUI", |world| world.gui("a", Some("y"))),
        ("the same edit on both sides", |world| {
            world.git("a", Some("y"));
            world.gui("a", Some("y"));
        }),
        ("a new file", |world| world.git("d", Some("x"))),
        ("a new resource in the GUI", |world| {
            world.gui("d", Some("x"));
        }),
        ("a file that is gone", |world| world.git("a", None)),
        ("a resource that stands twice", |world| {
            let text = server("a", "x");
            world.files.insert(path("again"), text);
        }),
        ("one twice in place of another", |world| {
            world.files.insert(path("b"), server("a", "x"));
        }),
        ("a file that cannot be read", |world| {
            world.files.insert(path("d"), "a: [\n".to_owned());
        }),
        ("a record that is gone", |world| {
            world.state.resources.remove("lab/Server/default/a");
        }),
    ];
    for (what, change) in changes {
        let mut world = world();
        change(&mut world);
        assert_eq!(road(&world), Road::Full, "{what}");
    }
}

#[test]
fn a_null_goes_the_full_way() {
    let mut world = world();
    let text = server("a", "x") + "  profile: null\n";
    world.files.insert(path("a"), text);
    assert_eq!(road(&world), Road::Full);
}
