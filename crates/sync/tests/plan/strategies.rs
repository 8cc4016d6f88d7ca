use hnp_state::config::Strategy;
use hnp_sync::reconcile::{Lost, Outcome};
use hnp_yaml::Node;

use crate::reconcile_support::{CONFIG, World, is_conflict, item};

/// One resource that both sides changed; the GUI at 10,000 seconds.
fn both_changed(config: &str) -> World {
    let mut world = World::with(config);
    for name in ["a", "b"] {
        world.git(name, Some("x"));
    }
    world.sync();
    world.gui("a", Some("gui"));
    updated(&mut world, "a", Some("10000"));
    world.git("a", Some("git"));
    world
}

fn updated(world: &mut World, name: &str, time: Option<&str>) {
    world.edit_gui(|items| {
        for item in items {
            let Node::Map(entries) = item else { panic!() };
            let text = hnp_model::canonical::canonical_json_of(&Node::Map(entries.clone()));
            if !text.contains(&format!("\"name\":\"{name}\"")) {
                continue;
            }
            entries.retain(|(key, _)| key != "updated");
            if let Some(time) = time {
                entries.push(("updated".to_owned(), Node::Str(time.to_owned())));
            }
        }
    });
}

fn by_time() -> World {
    both_changed(&format!(
        "{CONFIG}\n[sync]\nstrategy = \"timestamp_wins\"\n"
    ))
}

#[test]
fn a_strategy_for_one_run_stands_over_policy() {
    let git_by_policy =
        format!("{CONFIG}\n[[policy]]\nmatch = {{ name = \"a\" }}\nstrategy = \"github_wins\"\n");
    let mut world = both_changed(&git_by_policy);
    world.strategy = Some(Strategy::GuiWins);
    let plan = world.sync();
    assert_eq!(world.git_has("a").as_deref(), Some("gui"));
    assert_eq!(
        item(&plan, "a").lost,
        [Lost {
            path: "spec.description".to_owned(),
            by: "gui_wins",
            winner: "gui",
            gui: None,
            git: Some("\"git\"".to_owned()),
        }]
    );
    assert!(world.sync().is_empty());
    for strategy in [Strategy::Merge, Strategy::UserGuided] {
        let mut world = both_changed(&git_by_policy);
        world.strategy = Some(strategy);
        assert!(is_conflict(&world.sync(), "a"), "{strategy:?}");
    }
    let mut world = both_changed(CONFIG);
    world.strategy = Some(Strategy::GithubWins);
    world.sync();
    assert_eq!(world.gui_has("a").as_deref(), Some("git"));
}

#[test]
fn the_later_change_wins_and_the_other_is_kept_in_the_result() {
    for (git, wins, lost) in [(10_200, "git", "gui"), (9_800, "gui", "git")] {
        let mut world = by_time();
        world.git_times.insert("a".to_owned(), git);
        let plan = world.sync();
        let item = item(&plan, "a");
        assert_eq!(world.git_has("a").as_deref(), Some(wins));
        assert_eq!(world.gui_has("a").as_deref(), Some(wins));
        let gave_way = &item.lost[0];
        assert_eq!((gave_way.by, gave_way.winner), ("timestamp_wins", wins));
        let value = if lost == "gui" {
            &gave_way.gui
        } else {
            &gave_way.git
        };
        assert_eq!(value.as_deref(), Some(format!("\"{lost}\"").as_str()));
        assert!(world.state.conflicts.is_empty());
    }
}

#[test]
fn time_decides_nothing_where_it_cannot_be_trusted() {
    let asks = |mut world: World, words: &str| {
        let before = (world.files.clone(), world.gui_has("a"));
        let plan = world.sync();
        let item = item(&plan, "a");
        assert!(
            matches!(item.outcome, Outcome::Conflict(_)),
            "{words}: {item:?}"
        );
        assert!(
            item.note.as_deref().unwrap().contains(words),
            "{:?}",
            item.note
        );
        assert_eq!((world.files.clone(), world.gui_has("a")), before);
    };
    let mut near = by_time();
    near.git_times.insert("a".to_owned(), 10_119);
    asks(near.clone(), "within 120 seconds");
    near.config.sync.clock_skew_seconds = 119;
    near.sync();
    assert_eq!(
        near.gui_has("a").as_deref(),
        Some("git"),
        "the skew is configured"
    );
    asks(by_time(), "when Git's value came about is not known");
    let mut no_gui_time = by_time();
    no_gui_time.git_times.insert("a".to_owned(), 1);
    updated(&mut no_gui_time, "a", None);
    asks(no_gui_time, "the GUI does not say");
    let mut deleted = by_time();
    deleted.git_times.insert("a".to_owned(), 1);
    deleted.git("a", None);
    asks(deleted, "one side deleted it");
    // Nobody looks on, and only the run's own flag asks for it.
    let mut unattended = both_changed(CONFIG);
    unattended.git_times.insert("a".to_owned(), 1);
    unattended.strategy = Some(Strategy::TimestampWins);
    let mut attended = unattended.clone();
    unattended.unattended = true;
    asks(unattended, "unattended only where the configuration");
    attended.sync();
    assert_eq!(attended.git_has("a").as_deref(), Some("gui"));
    let mut configured = by_time();
    configured.git_times.insert("a".to_owned(), 1);
    configured.unattended = true;
    configured.sync();
    assert_eq!(configured.git_has("a").as_deref(), Some("gui"));
}

#[test]
fn force_passes_over_policy_and_deletes_nothing_unconfirmed() {
    for policy in [
        "direction = \"disabled\"",
        "direction = \"manual_only\"",
        "auto_sync = false",
    ] {
        let mut world = World::with(CONFIG);
        for name in ["a", "b", "c"] {
            world.git(name, Some("x"));
        }
        world.sync();
        world.config =
            World::with(&format!("{CONFIG}\n[[policy]]\nmatch = {{}}\n{policy}\n")).config;
        world.gui("a", Some("gui"));
        world.git("b", None);
        let held = world.plan();
        assert!(
            matches!(item(&held, "a").outcome, Outcome::Held(_)),
            "{policy}"
        );
        assert!(item(&held, "a").code.is_some());
        world.force = true;
        let plan = world.sync();
        assert_eq!(world.git_has("a").as_deref(), Some("gui"), "{policy}");
        assert!(matches!(item(&plan, "b").outcome, Outcome::Unconfirmed(_)));
        assert!(world.gui_has("b").is_some());
        world.confirm = true;
        world.sync();
        assert!(world.gui_has("b").is_none());
    }
}
