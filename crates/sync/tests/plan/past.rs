//! Limits, holds, fights.

use hnp_state::ledger::{Detail, OperationType, Past, Record, WINDOW_SECONDS, set_steps};
use hnp_sync::reconcile::{Outcome, SyncPlan};

use crate::reconcile_support::{CONFIG, World, is_conflict, item, node, path};

/// The ledger of a test, the newest record first.
#[derive(Default)]
struct Ledger(Vec<(i64, Record)>);

impl Ledger {
    fn add(
        &mut self,
        seconds: i64,
        kind: OperationType,
        keys: &[&str],
        failed: &[&str],
    ) -> &mut Record {
        let mut record = Record::new("op", kind);
        record.resources = keys.iter().map(|key| (*key).to_owned()).collect();
        record.failed_resources = failed.iter().map(|key| (*key).to_owned()).collect();
        self.0.insert(0, (seconds, record));
        &mut self.0[0].1
    }

    fn sync(&mut self, seconds: i64, plan: &SyncPlan) {
        let record = self.add(seconds, OperationType::Bidirectional, &[], &[]);
        let steps = plan
            .items
            .iter()
            .filter_map(|item| Some((item.key.as_str(), item.step.as_ref()?)));
        set_steps(record, steps);
    }

    fn past(&self, now: i64) -> Past {
        Past::of(self.0.iter().map(|(at, record)| (*at, record)), now)
    }
}

const A: &str = "lab/Server/default/a";

#[test]
fn five_failures_in_a_row_are_a_hold() {
    let mut world = World::synced(&[("a", "x"), ("b", "x")]);
    world.gui("a", Some("w"));
    world.gui("b", Some("goes on"));
    let mut ledger = Ledger::default();
    for n in 0..5 {
        world.past = ledger.past(100);
        assert_eq!(
            item(&world.plan(), "a").outcome,
            Outcome::Changed,
            "after {n}"
        );
        ledger.add(n, OperationType::Bidirectional, &[], &[A]);
    }
    world.past = ledger.past(100);
    let plan = world.plan();
    let Outcome::Held(why) = &item(&plan, "a").outcome else {
        panic!("{plan:#?}")
    };
    assert!(why.contains("`hnp retry Server/a`"), "{why}");
    assert_eq!(item(&plan, "a").code, Some("hold"));
    assert_eq!(item(&plan, "b").outcome, Outcome::Changed, "others go on");
    // Success, a person's word, or force.
    for release in [OperationType::Retry, OperationType::Bidirectional] {
        let mut ledger = Ledger(ledger.0.clone());
        ledger.add(50, release, &[A], &[]);
        world.past = ledger.past(100);
        assert_eq!(item(&world.plan(), "a").outcome, Outcome::Changed);
    }
    ledger.add(50, OperationType::FileIngestion, &[A], &[]);
    world.past = ledger.past(100);
    assert!(matches!(item(&world.plan(), "a").outcome, Outcome::Held(_)));
    world.force = true;
    assert_eq!(item(&world.plan(), "a").outcome, Outcome::Changed);
    // A hold says nothing where nothing is to be done.
    let mut idle = World::synced(&[("a", "x")]);
    idle.past = ledger.past(100);
    assert_eq!(item(&idle.plan(), "a").outcome, Outcome::Synced);
}

#[test]
fn an_outage_is_nobodys_failure() {
    let mut world = World::synced(&[("a", "x"), ("b", "x")]);
    world.gui("a", Some("w"));
    let mut ledger = Ledger::default();
    for n in 0..7 {
        let record = ledger.add(
            n,
            OperationType::Bidirectional,
            &[],
            &[A, "lab/Server/default/b"],
        );
        for _ in 0..2 {
            record.push_error(Detail::new("gui", "the GUI does not answer"));
        }
    }
    world.past = ledger.past(100);
    assert_eq!(item(&world.plan(), "a").outcome, Outcome::Changed);
    // Each for a reason of its own: they are to blame.
    for n in 10..15 {
        let record = ledger.add(
            n,
            OperationType::Bidirectional,
            &[],
            &[A, "lab/Server/default/b"],
        );
        for reason in ["a is locked", "b is locked"] {
            record.push_error(Detail::new("gui", reason));
        }
    }
    world.past = ledger.past(100);
    assert_eq!(item(&world.plan(), "a").code, Some("hold"));
}

#[test]
fn what_waits_on_a_branch_is_no_fight() {
    let mut world = World::synced(&[("a", "x"), ("b", "x")]);
    world.gui("a", Some("w"));
    let mut ledger = Ledger::default();
    for n in 0..6 {
        world.past = ledger.past(100);
        let plan = world.plan();
        assert_eq!(item(&plan, "a").outcome, Outcome::Changed, "run {n}");
        ledger.sync(n, &plan);
    }
    assert_eq!(ledger.past(100).waiting().count(), 0);
}

#[test]
fn two_writers_that_undo_each_other_are_stopped() {
    let mut world = World::synced(&[("a", "x"), ("b", "x")]);
    let mut ledger = Ledger::default();
    let mut now = 1000;
    let mut flips = 0;
    // A robot in Git sets it one way, one in the GUI the other.
    let held = loop {
        now += 60;
        if flips % 2 == 0 {
            world.git("a", Some("w"));
        } else {
            world.gui("a", Some("x"));
        }
        world.past = ledger.past(now);
        let plan = world.sync();
        if matches!(item(&plan, "a").outcome, Outcome::Held(_)) {
            break plan;
        }
        flips += 1;
        assert!(flips < 10);
        ledger.sync(now, &plan);
    };
    assert_eq!(flips, 3, "the fourth is one too many");
    assert_eq!(item(&held, "a").code, Some("fight"));
    let before = world.everything();
    world.sync();
    assert_eq!(world.everything(), before, "held is idle");
    // Another value is no part of the fight.
    let mut other = world.clone();
    other.gui("a", Some("another value"));
    assert_eq!(item(&other.sync(), "a").outcome, Outcome::Changed);
    // A day later, or after a word, it goes on.
    let mut later = world.clone();
    later.past = ledger.past(now + WINDOW_SECONDS);
    assert_eq!(item(&later.sync(), "a").outcome, Outcome::Changed);
    ledger.add(now, OperationType::Retry, &[A], &[]);
    world.past = ledger.past(now);
    assert_eq!(item(&world.sync(), "a").outcome, Outcome::Changed);
}

#[test]
fn one_who_creates_and_one_who_deletes_are_stopped() {
    let mut world = World::synced(&[("a", "x"), ("b", "x")]);
    let mut ledger = Ledger::default();
    let mut turns = 0;
    // A robot in Git deletes it, one in the GUI makes it again.
    let held = loop {
        if turns % 2 == 0 {
            world.git("a", None);
        } else {
            world.gui("a", Some("x"));
        }
        world.past = ledger.past(1000);
        let plan = world.sync();
        if matches!(item(&plan, "a").outcome, Outcome::Held(_)) {
            break plan;
        }
        turns += 1;
        assert!(turns < 10);
        ledger.sync(1000, &plan);
    };
    assert_eq!(turns, 3, "the fourth is one too many");
    assert_eq!(item(&held, "a").code, Some("fight"));
}

#[test]
fn a_limit_takes_the_most_urgent_first_and_the_next_runs_do_the_rest() {
    let mut world = World::with(&format!(
        "{CONFIG}\n[limits]\nchanges = 2\n[[policy]]\nmatch = {{ name = \"s4\" }}\npriority = 1\n"
    ));
    for n in 0..5 {
        world.git(&format!("s{n}"), Some("x"));
    }
    let plan = world.sync();
    assert_eq!(plan.gui.len(), 2, "{plan:#?}");
    assert!(world.gui_has("s4").is_some() && world.gui_has("s0").is_some());
    assert_eq!(item(&plan, "s3").code, Some("limit"));
    assert!(matches!(item(&plan, "s3").outcome, Outcome::Held(_)));
    assert_eq!(world.sync().gui.len(), 2);
    assert_eq!(world.sync().gui.len(), 1);
    assert!(world.sync().is_empty());
    assert!((0..5).all(|n| world.gui_has(&format!("s{n}")).is_some()));
}

#[test]
fn what_a_limit_cuts_off_is_no_conflict() {
    let mut world = World::with(&format!(
        "{CONFIG}\n[limits]\nchanges = 1\n[[policy]]\nmatch = {{ kind = \"VPC\" }}\npriority = 50\n"
    ));
    // The VPC comes first by priority, and needs the namespaces that come later.
    for (kind, name, group, spec) in [
        (
            "VPC",
            "v",
            "vpc",
            "subnets: {default: {subnet: 10.1.0.0/24, vlan: 1001}}",
        ),
        ("IPv4Namespace", "default", "vpc", "subnets: [10.0.0.0/8]"),
        (
            "VLANNamespace",
            "default",
            "wiring",
            "ranges: [{from: 1000, to: 2000}]",
        ),
    ] {
        let text = format!(
            "apiVersion: {group}.githedgehog.com/v1beta1\nkind: {kind}\nmetadata:\n  name: {name}\nspec:\n  {spec}\n"
        );
        world.edit_gui(|items| {
            items.push(hnp_yaml::Node::Map(vec![("draft".to_owned(), node(&text))]));
        });
    }
    world.git("other", Some("x"));
    let mut runs = 0;
    while !world.sync().is_empty() {
        assert!(
            world.state.conflicts.is_empty(),
            "{:#?}",
            world.state.conflicts
        );
        runs += 1;
        assert!(runs < 10, "every run gets on");
    }
    assert!(world.files.contains_key("lab/managed/vpcs/v.yaml"));
    assert!(world.files.len() == 4 && world.gui_has("other").is_some());
}

#[test]
fn one_bad_resource_blocks_no_other() {
    let mut world = World::synced(&[("a", "x"), ("b", "x"), ("c", "x")]);
    world.gui("a", Some("goes on"));
    world.git("c", Some("goes on too"));
    // It breaks the schema.
    let bad = "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\nmetadata: {name: b}\nspec: {descripton: x}\n";
    world.edit_gui(|items| {
        let hnp_yaml::Node::Map(entries) = &mut items[1] else {
            panic!()
        };
        entries.push(("draft".to_owned(), node(bad)));
    });
    let plan = world.sync();
    assert!(is_conflict(&plan, "b"), "{plan:#?}");
    assert_eq!(plan.conflicts[0].kind, "schema_mismatch");
    assert_eq!(world.git_has("a").as_deref(), Some("goes on"));
    assert_eq!(world.gui_has("c").as_deref(), Some("goes on too"));
    // A file that nobody can read keeps no new resource out, unless it spells its name.
    world.files.insert(
        "lab/managed/servers/broken.yaml".to_owned(),
        "a: [".to_owned(),
    );
    world.gui("new", Some("x"));
    world.sync();
    assert!(world.files.contains_key(&path("new")));
    world.files.insert(
        "lab/managed/servers/broken.yaml".to_owned(),
        "a: [newer".to_owned(),
    );
    world.gui("newer", Some("x"));
    assert!(matches!(
        item(&world.sync(), "newer").outcome,
        Outcome::Unknown(_)
    ));
}
