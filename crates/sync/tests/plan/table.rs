//! The table of directions, and what docs/sync.md says of it. `UPDATE_DOCS=1` writes it there anew.

use std::fmt::Write as _;
use std::path::Path;

use hnp_state::config::Direction;
use hnp_state::ledger::Trigger;
use hnp_sync::reconcile::{Asked, Changed, Outcome, Way, way};
use proptest::prelude::*;

use crate::reconcile_support::{CONFIG, World, item};

const DIRECTIONS: [Direction; 5] = [
    Direction::Bidirectional,
    Direction::GuiToGit,
    Direction::GitToGui,
    Direction::ManualOnly,
    Direction::Disabled,
];
const CHANGED: [Changed; 3] = [Changed::Gui, Changed::Git, Changed::Both];
const BEGIN: &str = "<!-- directions: written by a test -->\n";
const END: &str = "<!-- end of directions -->\n";

fn cell(asked: &Asked) -> String {
    let mut words = Vec::new();
    for changed in CHANGED {
        words.push(match way(asked, changed) {
            Way::Goes => "goes",
            Way::Held { code, .. } => code,
        });
    }
    if words.iter().all(|word| *word == words[0]) {
        let word = words[0];
        return if word == "goes" {
            "all go".to_owned()
        } else {
            format!("held `{word}`")
        };
    }
    let parts = ["GUI", "Git", "both"]
        .iter()
        .zip(words)
        .map(|(side, word)| match word {
            "goes" => format!("{side} goes"),
            code => format!("{side} `{code}`"),
        });
    parts.collect::<Vec<_>>().join(", ")
}

fn table() -> String {
    let person: Vec<&str> = Trigger::WORDS
        .iter()
        .copied()
        .filter(|word| Trigger::from((*word).to_owned()).is_by_person())
        .collect();
    let machine: Vec<&str> = Trigger::WORDS
        .iter()
        .copied()
        .filter(|word| !person.contains(word))
        .collect();
    let mut text = format!(
        "| policy | auto_sync | {0}, all | {0}, named | {1}, all | {1}, named |\n|---|---|---|---|---|---|\n",
        person.join("/"),
        machine.join("/"),
    );
    for policy in DIRECTIONS {
        for auto_sync in [true, false] {
            let _ = write!(text, "| {} | {auto_sync} |", policy.as_str());
            for (unattended, named) in [(false, false), (false, true), (true, false), (true, true)]
            {
                let asked = Asked {
                    policy,
                    auto_sync,
                    unattended,
                    named,
                    ..Asked::default()
                };
                let _ = write!(text, " {} |", cell(&asked));
            }
            text.push('\n');
        }
    }
    text
}

#[test]
fn the_documentation_has_the_table() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/sync.md");
    let text = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = text.split_once(BEGIN).unwrap();
    let (now, after) = rest.split_once(END).unwrap();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, format!("{before}{BEGIN}{}{END}{after}", table())).unwrap();
        return;
    }
    assert_eq!(
        now,
        table(),
        "run UPDATE_DOCS=1 cargo test -p hnp-sync --test plan"
    );
}

fn direction() -> impl proptest::strategy::Strategy<Value = Direction> {
    prop::sample::select(DIRECTIONS.to_vec())
}

proptest! {
    /// What the table says is what a plan does, and what is held is neither lost nor overwritten.
    #[test]
    fn plans_follow_the_table(
        policy in direction(), run in 0..3_usize, auto_sync: bool, named: bool, unattended: bool, force: bool,
        changed in prop::sample::select(CHANGED.to_vec()),
    ) {
        let run = DIRECTIONS[run];
        let mut world = World::new();
        for name in ["a", "b"] {
            world.files.insert(
                crate::reconcile_support::path(name),
                format!("{}  profile: p\n", crate::reconcile_support::server(name, "x")),
            );
        }
        world.sync();
        world.config = World::with(&format!(
            "{CONFIG}\n[[policy]]\nmatch = {{}}\ndirection = \"{}\"\nauto_sync = {auto_sync}\n", policy.as_str(),
        )).config;
        (world.direction, world.unattended, world.force) = (run, unattended, force);
        // The GUI edits one field, Git the other, so that they can be merged.
        if changed != Changed::Git {
            let draft = format!("{}  profile: p\n", crate::reconcile_support::server("a", "gui"));
            world.edit_gui(|items| {
                let hnp_yaml::Node::Map(entries) = &mut items[0] else { panic!() };
                entries.push(("draft".to_owned(), crate::reconcile_support::node(&draft)));
            });
        }
        if changed != Changed::Gui {
            let text = format!("{}  profile: git\n", crate::reconcile_support::server("a", "x"));
            world.files.insert(crate::reconcile_support::path("a"), text);
        }
        let before = (world.files.clone(), world.snapshot());
        let only: Option<&dyn Fn(&str) -> bool> = if named { Some(&|_| true) } else { None };
        let plan = world.plan_only(only);
        world.carry_out(&plan);
        let asked = Asked { policy, auto_sync, run, named, unattended, force };
        match way(&asked, changed) {
            Way::Goes => {
                prop_assert_eq!(&item(&plan, "a").outcome, &Outcome::Changed);
                prop_assert_eq!(world.git_has("a"), world.gui_has("a"));
            }
            Way::Held { code, why } => {
                prop_assert_eq!(&item(&plan, "a").outcome, &Outcome::Held(why.to_owned()));
                prop_assert_eq!(item(&plan, "a").code, Some(code));
                prop_assert!(plan.is_empty());
                prop_assert_eq!((world.files.clone(), world.snapshot()), before);
            }
        }
    }
}

#[test]
fn what_did_not_change_is_not_held() {
    let mut world = World::synced(&[("a", "x"), ("b", "x")]);
    world.config = World::with(&format!(
        "{CONFIG}\n[[policy]]\nmatch = {{}}\ndirection = \"disabled\"\n"
    ))
    .config;
    assert_eq!(item(&world.sync(), "a").outcome, Outcome::Synced);
    // A conflict of a resource that takes no part is none.
    world.gui("a", Some("gui"));
    world.git("a", Some("git"));
    let plan = world.sync();
    assert_eq!(item(&plan, "a").code, Some("disabled"));
    assert!(plan.conflicts.is_empty() && world.state.conflicts.is_empty());
}
