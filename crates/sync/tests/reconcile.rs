//! The plan of a sync, through its public interface: the table of whole resources, fields, guards, properties.
#![allow(clippy::unwrap_used)]

mod reconcile_support;

use hnp_state::config::Direction;
use hnp_sync::reconcile::{Change, Outcome, Pick, Resolution};
use hnp_yaml::Node;
use proptest::prelude::*;
use reconcile_support::{World, is_conflict, item, node, path, server};

/// One row: what both last held, what the GUI and Git hold now, and what each holds after a sync.
#[track_caller]
fn row(
    name: &str,
    [base, gui, git]: [Option<&str>; 3],
    [gui_after, git_after]: [Option<&str>; 2],
) -> World {
    // Others are there too, so that no deletion is that of the last resource.
    let mut world = World::new();
    world.git("other", Some("o"));
    if let Some(base) = base {
        world.git("a", Some(base));
    }
    world.sync();
    if gui != base {
        world.gui("a", gui);
    }
    world.git("a", git);
    let plan = world.sync();
    if name != "none" {
        assert_eq!(item(&plan, "a").row, name);
    }
    assert_eq!(world.gui_has("a").as_deref(), gui_after, "{name}: GUI");
    assert_eq!(world.git_has("a").as_deref(), git_after, "{name}: Git");
    let before = world.everything();
    world.sync();
    assert_eq!(world.everything(), before, "{name}: the second run is idle");
    world
}

#[test]
fn the_fifteen_rows() {
    let (x, y, z) = (Some("x"), Some("w"), Some("z"));
    row("none", [None, None, None], [None, None]);
    row("git-add", [None, None, x], [x, x]);
    row("gui-add", [None, x, None], [x, x]);
    row("converge-add", [None, x, x], [x, x]);
    assert_eq!(
        row("add/add", [None, x, y], [x, y]).state.conflicts.len(),
        1
    );
    row("synced", [x, x, x], [x, x]);
    let world = row("converge-del", [x, None, None], [None, None]);
    assert!(!world.state.resources.contains_key("lab/Server/default/a"));
    row("gui-del", [x, None, x], [None, None]);
    row("git-del", [x, x, None], [None, None]);
    assert_eq!(
        row("del/mod", [x, None, y], [None, y])
            .state
            .conflicts
            .len(),
        1
    );
    assert_eq!(
        row("mod/del", [x, y, None], [y, None])
            .state
            .conflicts
            .len(),
        1
    );
    row("git-mod", [x, x, y], [y, y]);
    row("gui-mod", [x, y, x], [y, y]);
    row("converge-mod", [x, y, y], [y, y]);
    assert_eq!(row("mod/mod", [x, y, z], [y, z]).state.conflicts.len(), 1);
}

fn two(name: &str, one: &str, other: &str) -> String {
    format!(
        "# About {name}\n{}  profile: {other} # kept\n",
        server(name, one)
    )
}

#[test]
fn both_sides_changed_different_fields() {
    let mut world = World::new();
    world.files.insert(path("a"), two("a", "x", "p"));
    world.sync();
    let draft = node(&two("a", "from-gui", "p"));
    world.edit_gui(|items| {
        let Node::Map(entries) = &mut items[0] else {
            panic!()
        };
        entries.push(("draft".to_owned(), draft));
    });
    world.files.insert(path("a"), two("a", "x", "from-git"));
    let plan = world.sync();
    assert_eq!(item(&plan, "a").outcome, Outcome::Changed);
    assert_eq!(
        world.files[&path("a")],
        two("a", "from-gui", "from-git"),
        "comments stay"
    );
    assert_eq!(world.gui_has("a").as_deref(), Some("from-gui"));
    assert!(world.sync().is_empty());
}

#[test]
fn the_first_sync_creates_everything_and_deletes_nothing() {
    let mut world = World::new();
    for n in 0..30 {
        world.git(&format!("s{n}"), Some("x"));
    }
    let before = world.files.clone();
    let plan = world.sync();
    assert_eq!(plan.gui.len(), 30);
    assert!(plan.files.is_empty());
    assert_eq!(world.files, before);
    assert!(
        world
            .state
            .resources
            .values()
            .all(|entry| entry.base.is_some())
    );
    // The GUI lost, and the state with it: nothing goes, everything comes back.
    let mut lost = world.clone();
    lost.gui = None;
    let plan = lost.sync();
    assert!(plan.is_empty(), "nothing proves a deletion: {plan:?}");
    assert!(
        plan.items
            .iter()
            .all(|item| matches!(item.outcome, Outcome::Unknown(_)))
    );
}

#[test]
fn an_equal_gui_is_adopted() {
    let mut world = World::new();
    world.git("a", Some("x"));
    world.sync();
    world.state.resources.clear();
    let (files, gui, _) = world.everything();
    let plan = world.sync();
    assert!(plan.is_empty());
    assert_eq!(item(&plan, "a").outcome, Outcome::Agreed);
    let after = world.everything();
    assert_eq!((after.0, after.1), (files, gui));
    // Without a record any difference is a conflict.
    world.state.resources.clear();
    world.git("a", Some("w"));
    assert!(is_conflict(&world.sync(), "a"));
}

#[test]
fn many_deletions_need_a_word() {
    let names: Vec<String> = (0..20).map(|n| format!("s{n}")).collect();
    let servers: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "x")).collect();
    let mut world = World::synced(&servers);
    for name in &names[..5] {
        world.git(name, None);
    }
    let mut five = world.clone();
    assert_eq!(five.sync().gui.len(), 5, "five are within the limit");
    world.git(&names[5], None);
    world.gui(&names[10], Some("an edit goes on"));
    let plan = world.sync();
    assert!(
        plan.gui.iter().all(|write| write.id.name == names[10]),
        "{plan:?}"
    );
    assert!(matches!(item(&plan, "s0").outcome, Outcome::Unconfirmed(_)));
    assert_eq!(
        world.git_has(&names[10]).as_deref(),
        Some("an edit goes on")
    );
    world.confirm = true;
    world.sync();
    assert_eq!(world.gui_has("s0"), None);
}

#[test]
fn the_last_resource_stays() {
    let mut world = World::synced(&[("a", "x")]);
    world.git("a", None);
    assert!(matches!(
        item(&world.sync(), "a").outcome,
        Outcome::Unconfirmed(_)
    ));
    assert!(world.gui_has("a").is_some());
}

#[test]
fn what_is_not_known_is_left_alone() {
    let mut world = World::synced(&[("a", "x"), ("b", "x")]);
    // A file that cannot be read may hold what seems to be gone.
    world.git("a", None);
    world.files.insert(
        "lab/managed/servers/broken.yaml".to_owned(),
        "a: [".to_owned(),
    );
    assert!(matches!(
        item(&world.sync(), "a").outcome,
        Outcome::Unknown(_)
    ));
    assert!(world.gui_has("a").is_some());
    // Twice in Git: neither counts.
    let mut twice = World::synced(&[("a", "x"), ("b", "x")]);
    twice
        .files
        .insert("lab/managed/servers/copy.yaml".to_owned(), server("a", "w"));
    assert!(matches!(
        item(&twice.sync(), "a").outcome,
        Outcome::Unknown(_)
    ));
    // A snapshot that says that it is not complete proves nothing.
    let mut part = World::synced(&[("a", "x"), ("b", "x")]);
    part.edit_gui(|items| _ = items.remove(0));
    assert!(part.sync().is_empty());
}

#[test]
fn a_moved_file_is_no_change() {
    let mut world = World::synced(&[("a", "x")]);
    let text = world.files.remove(&path("a")).unwrap();
    world
        .files
        .insert("lab/managed/here/there.yaml".to_owned(), text);
    let before = world.everything();
    assert!(world.sync().is_empty());
    assert_eq!(world.everything(), before);
    world.gui("a", Some("w"));
    world.sync();
    assert!(world.files["lab/managed/here/there.yaml"].contains("description: w"));
}

#[test]
fn one_document_of_several_goes_alone() {
    let mut world = World::new();
    let file = "lab/managed/servers/all.yaml";
    world.files.insert(
        file.to_owned(),
        format!(
            "# one\n{}---\n# two\n{}",
            server("a", "x"),
            server("b", "x")
        ),
    );
    world.sync();
    world.gui("a", None);
    world.gui("b", Some("w"));
    world.sync();
    let text = &world.files[file];
    assert!(
        !text.contains("name: a") && text.contains("# two"),
        "{text}"
    );
    assert!(text.contains("description: w"), "{text}");
    assert!(world.sync().is_empty());
}

#[test]
fn directions() {
    let mut world = World::synced(&[("a", "x"), ("b", "x")]);
    world.gui("a", Some("gui"));
    world.git("b", Some("git"));
    world.direction = Direction::GuiToGit;
    let mut there = world.clone();
    let plan = there.sync();
    assert!(matches!(item(&plan, "b").outcome, Outcome::Held(_)));
    assert_eq!(there.git_has("a").as_deref(), Some("gui"));
    assert_eq!(there.gui_has("b").as_deref(), Some("x"));
    world.direction = Direction::GitToGui;
    let plan = world.sync();
    assert!(matches!(item(&plan, "a").outcome, Outcome::Held(_)));
    assert_eq!(world.git_has("a").as_deref(), Some("x"));
    assert_eq!(world.gui_has("b").as_deref(), Some("git"));
    world.direction = Direction::Bidirectional;
    world.sync();
    assert_eq!(
        world.git_has("a").as_deref(),
        Some("gui"),
        "held is not lost"
    );
}

#[test]
fn policies() {
    let with = |policy: &str| {
        let mut world = World::with(&format!(
            "{}\n[[policy]]\nmatch = {{ name = \"a\" }}\n{policy}\n",
            reconcile_support::CONFIG
        ));
        world.git("a", Some("x"));
        world.git("b", Some("x"));
        world.plan_named();
        world
    };
    for policy in [
        "direction = \"disabled\"",
        "direction = \"manual_only\"",
        "auto_sync = false",
    ] {
        let mut world = with(policy);
        world.gui("a", Some("w"));
        assert!(
            matches!(item(&world.sync(), "a").outcome, Outcome::Held(_)),
            "{policy}"
        );
    }
    let mut gui_wins = with("strategy = \"gui_wins\"");
    gui_wins.gui("a", Some("gui"));
    gui_wins.git("a", Some("git"));
    assert_eq!(item(&gui_wins.sync(), "a").settled, 1);
    assert_eq!(gui_wins.git_has("a").as_deref(), Some("gui"));
    let mut git_wins = with("strategy = \"github_wins\"");
    git_wins.gui("a", Some("gui"));
    git_wins.git("a", Some("git"));
    git_wins.sync();
    assert_eq!(git_wins.gui_has("a").as_deref(), Some("git"));
    let mut orphan = with("on_git_delete = \"orphan\"");
    orphan.git("a", None);
    orphan.sync();
    assert!(orphan.gui_has("a").is_some() && orphan.git_has("a").is_none());
    let before = orphan.everything();
    orphan.sync();
    assert_eq!(orphan.everything(), before, "an orphan does not come back");
}

impl World {
    /// A sync of everything by name, as a person asks for it.
    fn plan_named(&mut self) {
        let plan = self.plan_only(Some(&|_| true));
        self.carry_out(&plan);
    }
}

#[test]
fn a_filter_touches_nothing_else() {
    let mut world = World::synced(&[("a", "x"), ("b", "x")]);
    world.git("a", Some("w"));
    world.git("b", None);
    let plan = world.plan_only(Some(&|key| key.ends_with("/a")));
    world.carry_out(&plan);
    assert_eq!(world.gui_has("a").as_deref(), Some("w"));
    assert_eq!(world.gui_has("b").as_deref(), Some("x"));
}

fn resolve(world: &mut World, pick: Pick) -> String {
    let (id, resource) = {
        let (id, table) = world.state.conflicts.iter().next().unwrap();
        let conflict = hnp_sync::reconcile::Conflict::from_fields(id, table).unwrap();
        (id.clone(), conflict.resource)
    };
    let resolution = Resolution {
        resource,
        picks: [(String::new(), pick)].into(),
        note: None,
    };
    world
        .state
        .resolutions
        .insert(id.clone(), resolution.to_fields());
    id
}

#[test]
fn a_conflict_keeps_its_id_and_a_resolution_dies_with_it() {
    let mut world = World::synced(&[("a", "x"), ("b", "x")]);
    world.gui("a", Some("gui"));
    world.git("a", Some("git"));
    world.gui("b", Some("others go on"));
    world.sync();
    assert_eq!(world.git_has("b").as_deref(), Some("others go on"));
    for (pick, after) in [
        (Pick::Gui, "gui"),
        (Pick::Git, "git"),
        (Pick::Base, "x"),
        (Pick::value("by hand").unwrap(), "by hand"),
    ] {
        let mut world = world.clone();
        let id = resolve(&mut world, pick);
        let plan = world.sync();
        assert_eq!(item(&plan, "a").settled, 1);
        assert_eq!(world.git_has("a").as_deref(), Some(after));
        assert_eq!(world.gui_has("a").as_deref(), Some(after));
        assert!(
            world.state.conflicts.is_empty() && world.state.resolutions.is_empty(),
            "{id}"
        );
        assert!(world.sync().is_empty());
    }
    let id = resolve(&mut world, Pick::Gui);
    world.git("a", Some("git again"));
    world.sync();
    assert!(
        !world.state.conflicts.contains_key(&id),
        "it is another conflict now"
    );
    assert!(
        world.state.resolutions.is_empty(),
        "and the answer was to the old one"
    );
    assert_eq!(world.git_has("a").as_deref(), Some("git again"));
}

#[test]
fn two_sound_sides_whose_merge_is_not() {
    let vpc = |name: &str, vlan: u32, subnet: &str| {
        format!(
            "apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPC\nmetadata:\n  name: {name}\nspec:\n  subnets:\n    default:\n      subnet: {subnet}\n      vlan: {vlan}\n"
        )
    };
    let file = |name: &str| format!("lab/managed/vpcs/{name}.yaml");
    let mut world = World::new();
    world.files.insert(file("a"), vpc("a", 1001, "10.1.0.0/24"));
    world.files.insert(
        "lab/managed/externals/ipv4namespace_default.yaml".to_owned(),
        "apiVersion: vpc.githedgehog.com/v1beta1\nkind: IPv4Namespace\nmetadata:\n  name: default\nspec:\n  subnets: [10.0.0.0/8]\n".to_owned(),
    );
    world.files.insert(
        "lab/managed/externals/vlannamespace_default.yaml".to_owned(),
        "apiVersion: wiring.githedgehog.com/v1beta1\nkind: VLANNamespace\nmetadata:\n  name: default\nspec:\n  ranges: [{from: 1000, to: 2000}]\n".to_owned(),
    );
    world.sync();
    // Git takes a VLAN for one VPC, the GUI the same for another.
    world.files.insert(file("b"), vpc("b", 1002, "10.2.0.0/24"));
    let other = node(&vpc("c", 1002, "10.3.0.0/24"));
    world.edit_gui(|items| {
        items.push(Node::Map(vec![("draft".to_owned(), other)]));
    });
    let files = world.files.clone();
    let plan = world.sync();
    assert!(is_conflict(&plan, "c"), "{plan:#?}");
    assert_eq!(plan.conflicts[0].kind, "semantic");
    assert_eq!(world.files, files, "Git keeps what it has");
    assert_eq!(
        item(&plan, "b").gui,
        Change::Set(node(&vpc("b", 1002, "10.2.0.0/24")))
    );
    let before = world.everything();
    world.sync();
    assert_eq!(world.everything(), before);
}

/// 300 saves that change nothing but what means nothing.
#[test]
fn a_storm_of_saves_that_change_nothing() {
    let mut world = World::new();
    let file = path("a");
    world.files.insert(
        file,
        "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\nmetadata:\n  name: a\n  annotations:\n    note: n\nspec:\n  description: x\n".to_owned(),
    );
    world.git("b", Some("x"));
    world.sync();
    let (files, _, state) = world.everything();
    for n in 0..300_i64 {
        world.edit_gui(|items| {
            let Node::Map(entries) = &mut items[0] else {
                panic!()
            };
            entries.retain(|(key, _)| key != "updated");
            entries.push((
                "updated".to_owned(),
                Node::Str(format!("2026-11-25T00:00:{:02}Z", n % 60)),
            ));
            entries.rotate_left(usize::try_from(n % 3).unwrap());
            for (key, value) in entries {
                let Node::Map(manifest) = value else { continue };
                if key != "desired" {
                    continue;
                }
                manifest.rotate_left(1);
                for (key, value) in manifest {
                    let Node::Map(metadata) = value else { continue };
                    if key != "metadata" {
                        continue;
                    }
                    metadata.rotate_left(1);
                    for (key, value) in metadata {
                        let Node::Map(notes) = value else { continue };
                        if key == "annotations" {
                            notes.retain(|(key, _)| !key.contains('/'));
                            notes.push((
                                "hnp.githedgehog.com/last-synced".to_owned(),
                                Node::Str(n.to_string()),
                            ));
                        }
                    }
                }
            }
        });
        let plan = world.sync();
        assert!(plan.is_empty(), "save {n}: {plan:#?}");
        let after = world.everything();
        assert_eq!((&after.0, &after.2), (&files, &state));
    }
}

#[derive(Clone, Debug)]
enum Step {
    Git(u8, Option<u8>),
    Gui(u8, Option<u8>),
    Move(u8),
    Sync,
}

fn step() -> impl Strategy<Value = Step> {
    let value = prop_oneof![4 => (0..4_u8).prop_map(Some), 1 => Just(None)];
    prop_oneof![
        (0..3_u8, value.clone()).prop_map(|(n, v)| Step::Git(n, v)),
        (0..3_u8, value).prop_map(|(n, v)| Step::Gui(n, v)),
        (0..3_u8).prop_map(Step::Move),
        Just(Step::Sync),
    ]
}

fn run(world: &mut World, step: &Step) {
    let name = |n: &u8| format!("s{n}");
    let text = |v: &Option<u8>| v.map(|v| format!("v{v}"));
    match step {
        Step::Git(n, v) => {
            let name = name(n);
            world.files.retain(|path, text| {
                !path.contains("/servers/") || !text.contains(&format!("name: {name}\n"))
            });
            world.git(&name, text(v).as_deref());
        }
        Step::Gui(n, v) => world.gui(&name(n), text(v).as_deref()),
        Step::Move(n) => {
            if let Some(text) = world.files.remove(&path(&name(n))) {
                world
                    .files
                    .insert(format!("lab/managed/servers/moved-{n}.yaml"), text);
            }
        }
        Step::Sync => _ = world.sync(),
    }
}

fn values(world: &World) -> Vec<(Option<String>, Option<String>)> {
    (0..3)
        .map(|n| {
            let name = format!("s{n}");
            let git = world
                .files
                .values()
                .find(|text| text.contains(&format!("name: {name}\n")))
                .map(|text| reconcile_support::description(text));
            (git, world.gui_has(&name))
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, ..ProptestConfig::default() })]

    /// After a sync both sides are one, or the resource is in conflict or not known; a second run changes nothing.
    #[test]
    fn sides_converge_and_the_second_run_is_idle(steps in prop::collection::vec(step(), 0..24)) {
        let mut world = World::new();
        world.confirm = true;
        world.git("keeper", Some("k"));
        world.sync();
        for step in &steps {
            run(&mut world, step);
        }
        let plan = world.sync();
        for (n, (git, gui)) in values(&world).into_iter().enumerate() {
            let item = plan.items.iter().find(|item| item.id.name == format!("s{n}"));
            let open = item.is_some_and(|item| matches!(item.outcome, Outcome::Conflict(_) | Outcome::Unknown(_)));
            prop_assert!(git == gui || open, "s{n}: git {git:?}, gui {gui:?}, {item:?}");
        }
        let before = world.everything();
        let again = world.sync();
        prop_assert!(again.is_empty(), "{again:#?}");
        prop_assert_eq!(world.everything(), before);
    }

    /// An edit is there after a sync, or both sides stand as they were.
    #[test]
    fn no_update_is_lost(steps in prop::collection::vec(step(), 0..24), n in 0..3_u8, git in prop::option::of(0..4_u8), gui in prop::option::of(0..4_u8)) {
        let mut world = World::new();
        world.confirm = true;
        world.git("keeper", Some("k"));
        world.sync();
        for step in &steps {
            run(&mut world, step);
        }
        world.sync();
        prop_assume!(world.state.conflicts.is_empty());
        let n_ = usize::from(n);
        let old = values(&world)[n_].clone();
        prop_assume!(old.0 == old.1);
        run(&mut world, &Step::Git(n, git));
        run(&mut world, &Step::Gui(n, gui));
        let edited = values(&world)[n_].clone();
        world.sync();
        let after = values(&world)[n_].clone();
        let (git_changed, gui_changed) = (edited.0 != old.0, edited.1 != old.1);
        let expected = match (git_changed, gui_changed) {
            (true, false) => (edited.0.clone(), edited.0.clone()),
            (false, true) => (edited.1.clone(), edited.1.clone()),
            // Both: the same, or a conflict that leaves both as they are.
            _ => edited.clone(),
        };
        prop_assert_eq!(after, expected, "old {:?}, edited {:?}", old, edited);
    }

    /// What Git did and the GUI did could have been the other way round.
    #[test]
    fn the_sides_are_symmetric(base in prop::option::of(0..3_u8), one in prop::option::of(0..3_u8), two in prop::option::of(0..3_u8)) {
        let outcome = |git: Option<u8>, gui: Option<u8>| {
            let mut world = World::new();
            world.confirm = true;
            world.git("keeper", Some("k"));
            run(&mut world, &Step::Git(0, base));
            world.sync();
            if git != base { run(&mut world, &Step::Git(0, git)); }
            if gui != base { run(&mut world, &Step::Gui(0, gui)); }
            world.sync();
            (values(&world)[0].clone(), world.state.conflicts.len())
        };
        let ((git, gui), conflicts) = outcome(one, two);
        let (mirrored, same) = outcome(two, one);
        prop_assert_eq!(((gui, git), conflicts), (mirrored, same));
    }
}

#[test]
fn the_base_is_what_the_draft_was_made_from() {
    let mut world = World::synced(&[("a", "x")]);
    world.git("a", Some("news"));
    world.sync();
    // A draft that was begun before the news came in: it does not say that the news is to go.
    let (old, edited) = (node(&server("a", "x")), node(&server("a", "edit")));
    let (files, _, _) = world.everything();
    world.edit_gui(|items| {
        let Node::Map(entries) = &mut items[0] else {
            panic!()
        };
        entries.push(("draft".to_owned(), edited));
        entries.push(("base".to_owned(), old));
    });
    let plan = world.sync();
    assert!(is_conflict(&plan, "a"), "{plan:#?}");
    assert_eq!(world.files, files);
}

#[test]
fn the_order_of_a_set_is_no_change_on_either_side() {
    let file = "lab/managed/externals/ipv4namespace_default.yaml";
    let namespace = |subnets: &str| {
        format!(
            "apiVersion: vpc.githedgehog.com/v1beta1\nkind: IPv4Namespace\nmetadata:\n  name: default\nspec:\n  subnets: {subnets}\n"
        )
    };
    let mut world = World::new();
    let first = namespace("[10.0.0.0/16, 10.1.0.0/16]");
    world.files.insert(file.to_owned(), first);
    world.sync();
    let other = namespace("[\"10.1.0.0/16\", 10.0.0.0/16] # turned");
    world.files.insert(file.to_owned(), other.clone());
    let before = world.everything();
    assert!(world.sync().is_empty());
    assert_eq!(world.everything(), before, "in Git");
    world.edit_gui(|items| {
        let Node::Map(entries) = &mut items[0] else {
            panic!()
        };
        entries.push(("draft".to_owned(), node(&other)));
    });
    let (files, _, state) = world.everything();
    assert!(world.sync().files.is_empty());
    let after = world.everything();
    assert_eq!((after.0, after.2), (files, state), "in the GUI");
}
