//! The properties of a synchronisation, as a machine: people edit on both sides, branches come and go, runs die, and after
//! every run the properties S1 to S15 of `docs/proofs.md` are looked at.
//!
//! `STEPS=100000 cargo test -p hnp-sync --test machine -- --nocapture` does at least so many steps and prints their number;
//! without `STEPS` it is a few.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod fight;
mod git;
mod gui;
mod manifest;
mod shadow;
mod undo;
mod world;

use std::cell::Cell;
use std::sync::atomic::Ordering;

use fight::Fights;
use git::How;
use gui::Mode;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};
use world::{CONFLICTS, Fault, RUNS, Step, World};

fn edits() -> BoxedStrategy<Step> {
    prop_oneof![
        4 => (0..4_u8, 0..3_u8, 0..8_u8).prop_map(|(n, f, v)| Step::GuiEdit(n, f, v)),
        4 => (0..4_u8, 0..3_u8, 0..8_u8).prop_map(|(n, f, v)| Step::GitEdit(0, n, f, v)),
        1 => (0..4_u8).prop_map(Step::GuiDelete),
        1 => (0..4_u8).prop_map(|n| Step::GitDelete(0, n)),
    ]
    .boxed()
}

fn noise() -> BoxedStrategy<Step> {
    prop_oneof![
        (0..4_u8).prop_map(Step::GuiTouch),
        (0..4_u8, 0..3_u8).prop_map(|(n, place)| Step::GitMove(0, n, place)),
        (0..4_u8, 0..2_u8).prop_map(|(n, style)| Step::GitReformat(0, n, style)),
    ]
    .boxed()
}

fn answers() -> BoxedStrategy<Step> {
    (0..4_u8, 0..4_u8)
        .prop_map(|(n, pick)| Step::Resolve(n, pick))
        .boxed()
}

/// Twice, broken, missing: what must never be taken for a deletion.
fn damage() -> BoxedStrategy<Step> {
    prop_oneof![
        (0..4_u8).prop_map(Step::GuiLose),
        (0..4_u8).prop_map(|n| Step::GitTwice(0, n)),
        prop::option::of(0..4_u8).prop_map(|n| Step::GitBreak(0, n)),
        Just(Step::GitMend(0)),
        Just(Step::GitMend(0)),
    ]
    .boxed()
}

fn branches() -> BoxedStrategy<Step> {
    let how = prop_oneof![Just(How::Merge), Just(How::Squash), Just(How::Rebase)];
    prop_oneof![
        2 => (1..3_u8).prop_map(Step::Branch),
        4 => (1..3_u8, 0..4_u8, 0..3_u8, 0..8_u8).prop_map(|(b, n, f, v)| Step::GitEdit(b, n, f, v)),
        1 => (1..3_u8, 0..4_u8).prop_map(|(b, n)| Step::GitDelete(b, n)),
        1 => (1..3_u8, 0..4_u8, 0..3_u8).prop_map(|(b, n, place)| Step::GitMove(b, n, place)),
        3 => (1..3_u8, how, any::<bool>(), prop::option::of(any::<bool>()))
            .prop_map(|(from, how, driver, take)| Step::Bring(from, 0, how, driver, take)),
        1 => (0..3_u8, 1..3_u8, any::<bool>(), prop::option::of(any::<bool>()))
            .prop_map(|(from, into, driver, take)| Step::Bring(from, into, How::Merge, driver, take)),
        1 => (1..3_u8).prop_map(Step::Close),
    ]
    .boxed()
}

fn faults() -> BoxedStrategy<Step> {
    prop_oneof![
        Just(Fault::AfterFiles),
        Just(Fault::AfterGui),
        Just(Fault::Undone),
        Just(Fault::Refused),
        Just(Fault::OtherBot),
        (0..4_u8, 0..8_u8).prop_map(|(n, v)| Fault::GuiRace(n, v)),
        (0..4_u8, 0..8_u8).prop_map(|(n, v)| Fault::GitRace(n, v)),
    ]
    .prop_map(Step::Sync)
    .boxed()
}

/// Two that write the same few values, one on each side, and a clock.
fn flips() -> BoxedStrategy<Step> {
    prop_oneof![
        4 => (0..2_u8, 1..3_u8).prop_map(|(n, v)| Step::GuiEdit(n, 0, v)),
        4 => (0..2_u8, 1..3_u8).prop_map(|(n, v)| Step::GitEdit(0, n, 0, v)),
        1 => (0..2_u8).prop_map(Step::GuiDelete),
        1 => (0..2_u8).prop_map(|n| Step::GitDelete(0, n)),
        1 => (1..9_u8).prop_map(Step::Wait),
    ]
    .boxed()
}

fn undo() -> BoxedStrategy<Step> {
    Just(Step::Undo).boxed()
}

fn sync() -> BoxedStrategy<Step> {
    Just(Step::Sync(Fault::None)).boxed()
}

/// A kind of world: how its GUI keeps edits, and what happens in it.
struct Kind {
    name: &'static str,
    mode: Mode,
    steps: fn() -> BoxedStrategy<Step>,
    /// Of all steps, in hundredths.
    share: usize,
    /// There is a clock and a ledger, and the guard of fights is at work.
    guarded: bool,
}

const KINDS: [Kind; 7] = [
    Kind {
        name: "edits, saves without meaning, moves, answers, undos",
        mode: Mode::Draft,
        steps: || {
            prop_oneof![8 => edits(), 2 => noise(), 1 => answers(), 1 => undo(), 4 => sync()]
                .boxed()
        },
        share: 15,
        guarded: false,
    },
    Kind {
        name: "a GUI without drafts",
        mode: Mode::Desired,
        steps: || {
            prop_oneof![8 => edits(), 2 => noise(), 1 => answers(), 1 => undo(), 4 => sync()]
                .boxed()
        },
        share: 15,
        guarded: false,
    },
    Kind {
        name: "files twice, broken, exports with gaps",
        mode: Mode::Draft,
        steps: || prop_oneof![8 => edits(), 1 => noise(), 4 => damage(), 4 => sync()].boxed(),
        share: 15,
        guarded: false,
    },
    Kind {
        name: "branches merged, squashed, rebased, closed",
        mode: Mode::Draft,
        steps: || {
            prop_oneof![4 => edits(), 1 => noise(), 8 => branches(), 1 => answers(), 1 => undo(), 4 => sync()]
                .boxed()
        },
        share: 20,
        guarded: false,
    },
    Kind {
        name: "runs that die, are refused, are thrown away or raced",
        mode: Mode::Draft,
        steps: || {
            prop_oneof![8 => edits(), 1 => noise(), 1 => answers(), 3 => sync(), 3 => faults()]
                .boxed()
        },
        share: 15,
        guarded: false,
    },
    Kind {
        name: "all of it",
        mode: Mode::Draft,
        steps: || {
            prop_oneof![6 => edits(), 1 => noise(), 1 => answers(), 1 => damage(), 4 => branches(), 3 => sync(), 2 => faults(), 1 => Just(Step::Revert), 1 => undo()].boxed()
        },
        share: 20,
        guarded: false,
    },
    Kind {
        name: "two writers who undo each other, with a clock",
        mode: Mode::Draft,
        steps: || prop_oneof![5 => flips(), 3 => sync()].boxed(),
        share: 5,
        guarded: true,
    },
];

const LENGTH: usize = 50;

/// Plays worlds of a kind, at least so many steps, and shrinks what breaks a property. Returns how many steps were played,
/// those of a world that broke a property and of its shrinking not counted.
fn play(kind: &Kind, steps: usize, seed: u8) -> (usize, Result<(), String>) {
    let config = Config {
        cases: u32::try_from(steps.div_ceil(LENGTH)).unwrap(),
        failure_persistence: None,
        max_shrink_iters: 20_000,
        ..Config::default()
    };
    // Of these, half are longer than they need to be.
    let worlds = prop::collection::vec((kind.steps)(), 0..2 * LENGTH);
    let (played, broken) = (Cell::new(0), Cell::new(false));
    for round in 0_u8.. {
        if played.get() >= steps {
            break;
        }
        let mut bytes = [seed; 32];
        bytes[0] = round;
        let random = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
        let mut runner = TestRunner::new_with_rng(config.clone(), random);
        let result = runner.run(&worlds, |steps| {
            let mut world = World::new(kind.mode);
            world.fights = kind.guarded.then(Fights::default);
            for step in steps.iter().chain(&[Step::Sync(Fault::None)]) {
                if let Err(why) = world.run(step) {
                    broken.set(true);
                    return Err(TestCaseError::fail(why));
                }
            }
            if !broken.get() {
                played.set(played.get() + steps.len() + 1);
            }
            Ok(())
        });
        let why = match result {
            Ok(()) => continue,
            Err(TestError::Fail(why, steps)) => {
                let steps: Vec<String> =
                    steps.iter().map(|step| format!("    {step:?}\n")).collect();
                format!("{}: {why}\n{}", kind.name, steps.concat())
            }
            Err(error) => format!("{}: {error}", kind.name),
        };
        return (played.get(), Err(why));
    }
    (played.get(), Ok(()))
}

#[test]
fn every_property_holds_in_every_world() {
    let number = |name: &str| std::env::var(name).ok()?.parse::<usize>().ok();
    let all = number("STEPS").unwrap_or(1_500);
    let seed = number("SEED").map_or(0, |seed| u8::try_from(seed % 256).unwrap());
    // A thread a kind: they share nothing but the counters.
    let results = std::thread::scope(|scope| {
        let run = |(n, kind): (u8, &'static Kind)| {
            scope.spawn(move || {
                let steps = (all * kind.share).div_ceil(100);
                let (played, result) = play(kind, steps, seed.wrapping_mul(13).wrapping_add(n));
                let word = if result.is_ok() {
                    ""
                } else {
                    ", then a property broke"
                };
                println!("{played:>8} steps: {}{word}", kind.name);
                (played, result)
            })
        };
        let threads: Vec<_> = (101..).zip(&KINDS).map(run).collect();
        let results = threads.into_iter().map(|thread| thread.join().unwrap());
        results.collect::<Vec<_>>()
    });
    let steps: usize = results.iter().map(|(played, _)| played).sum();
    println!(
        "{steps:>8} steps in all (SEED={seed}), {} plans, {} conflicts met",
        RUNS.load(Ordering::Relaxed),
        CONFLICTS.load(Ordering::Relaxed)
    );
    let broken: Vec<String> = results
        .into_iter()
        .filter_map(|(_, result)| result.err())
        .collect();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
    assert!(steps >= all);
    println!("no property broken");
}

/// S14: fights are few among the steps of a quick run, so they get some of their own.
#[test]
fn the_guard_trips_at_the_fourth_turn_and_not_before() {
    let guarded = KINDS.iter().find(|kind| kind.guarded).unwrap();
    let (_, result) = play(guarded, 2_000, 7);
    assert_eq!(result, Ok(()));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// S4 and S9: edits of different resources can come in any order, with runs anywhere between, several or none.
    #[test]
    fn the_order_of_what_has_nothing_to_do_with_each_other_does_not_matter(
        begin in prop::collection::vec(edits(), 0..12),
        one in prop::collection::vec((any::<bool>(), 0..3_u8, 1..3_u8), 4),
        order in Just(vec![0_usize, 1, 2, 3]).prop_shuffle(),
        runs in prop::collection::vec(0..3_u8, 4),
    ) {
        let mut world = World::new(Mode::Draft);
        for step in &begin {
            world.run(step).map_err(TestCaseError::fail)?;
        }
        world.run(&Step::Sync(Fault::None)).map_err(TestCaseError::fail)?;
        let play = |order: &[usize], runs: &[u8]| {
            let mut world = world.clone();
            for (n, runs) in order.iter().zip(runs) {
                let (gui, field, value) = one[*n];
                let name = u8::try_from(*n).unwrap();
                let step = if gui { Step::GuiEdit(name, field, value) } else { Step::GitEdit(0, name, field, value) };
                world.run(&step)?;
                for _ in 0..*runs {
                    world.run(&Step::Sync(Fault::None))?;
                }
            }
            world.run(&Step::Sync(Fault::None))?;
            Ok::<_, String>(world.picture())
        };
        let straight = play(&[0, 1, 2, 3], &[0; 4]).map_err(TestCaseError::fail)?;
        let other = play(&order, &runs).map_err(TestCaseError::fail)?;
        prop_assert_eq!(straight, other);
    }
}

/// S12, with state.toml: it goes back with the manifests, and only what hnp left in the GUI tells a revert from an edit.
#[test]
fn a_revert_of_the_whole_commit_sticks() {
    let mut world = World::new(Mode::Draft);
    world.revert_state = true;
    for step in [
        Step::GitEdit(0, 0, 0, 3),
        Step::Sync(Fault::None),
        Step::GuiEdit(0, 0, 3),
        Step::Sync(Fault::None),
        Step::Revert,
    ] {
        world.run(&step).unwrap();
    }
    let reverted = world.git_values();
    world.run(&Step::Sync(Fault::None)).unwrap();
    assert_eq!(world.git_values(), reverted, "Git keeps what it took back");
    assert_eq!(world.gui.values(), reverted, "and the GUI gets it");
}

/// S7, as the machine found it: the order of keys in a file is no part of a conflict.
#[test]
fn a_conflict_keeps_its_id_when_keys_are_reordered() {
    let mut world = World::new(Mode::Draft);
    for step in [
        Step::GuiEdit(1, 1, 1),
        Step::GuiEdit(1, 0, 3),
        Step::GitEdit(0, 1, 0, 1),
        Step::GitEdit(0, 1, 1, 2),
        Step::Sync(Fault::None),
        Step::GitReformat(0, 1, 1),
        Step::Sync(Fault::None),
    ] {
        world.run(&step).unwrap();
    }
}

/// S8, as the machine found it: an answer to a conflict of two fields is void when somebody settles one of them otherwise.
/// The field that is left has the values it had, and looks as if a run had died half-way through the answer.
#[test]
fn an_answer_is_void_when_one_of_its_fields_was_settled_otherwise() {
    let mut world = World::new(Mode::Draft);
    for step in [
        Step::GuiEdit(2, 1, 2),
        Step::Sync(Fault::None),
        Step::GuiEdit(2, 1, 0),
        Step::GuiEdit(2, 0, 1),
        Step::GitEdit(0, 2, 1, 1),
        Step::GitEdit(0, 2, 0, 2),
        Step::Sync(Fault::None),
        Step::Resolve(0, 0),
        Step::GuiEdit(2, 0, 2),
        Step::Sync(Fault::None),
    ] {
        world.run(&step).unwrap();
    }
}

/// S6, as the machine found it: a file does not go with its one resource while something else in it cannot be read.
#[test]
fn what_cannot_be_read_does_not_go_with_the_resource_before_it() {
    let mut world = World::new(Mode::Draft);
    for step in [
        Step::GuiEdit(1, 0, 3),
        Step::Sync(Fault::None),
        Step::GitBreak(0, Some(1)),
        Step::GuiDelete(1),
        Step::Sync(Fault::None),
    ] {
        world.run(&step).unwrap();
    }
    let tree = &world.git.tip(0).tree;
    let torn: Vec<&String> = tree
        .values()
        .filter(|text| text.contains("torn: ["))
        .collect();
    assert_eq!(torn.len(), 1, "{tree:#?}");
    assert!(!manifest::stands(tree, "s1"), "{tree:#?}");
}

/// S5: what a run brought whose part in Git was thrown away, and a person then deleted in the GUI, does not come back there.
#[test]
fn a_deletion_without_a_record_stays() {
    let mut world = World::new(Mode::Draft);
    world.run(&Step::GitEdit(0, 0, 0, 3)).unwrap();
    world.run(&Step::Sync(Fault::Undone)).unwrap();
    assert!(world.gui.values()["s0"].is_here());
    world.gui.delete("s0");
    world.run(&Step::Sync(Fault::None)).unwrap();
    assert!(!world.gui.values()["s0"].is_here());
}
