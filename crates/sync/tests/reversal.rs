//! Undoing is the inverse of the operation where nobody interfered, and keeps later edits where somebody did.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use hnp_model::SourceFile;
use hnp_rules::{Release, Settings};
use hnp_state::config::Fabric;
use hnp_sync::fabric::FabricFiles;
use hnp_sync::plan::{FileOp, Plan};
use hnp_sync::reversal::{Restore, Reversal, Side, Texts, Undo, restore, undo};
use hnp_yaml::Limits;
use proptest::prelude::*;

const NAMES: [&str; 4] = ["a", "b", "c", "d"];

/// What a server says in its three fields; `None` where it is not there. The last number is the comment above it.
type Server = Option<[u8; 3]>;
type World = [Server; 4];

/// a and b share a file, c and d have one each.
fn texts(world: &World, moved: bool) -> Texts {
    let mut files: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, server) in NAMES.iter().zip(world) {
        let Some([description, profile, label]) = server else {
            continue;
        };
        let file = match *name {
            "a" | "b" => "net/managed/servers/ab.yaml".to_owned(),
            "d" if moved => "net/managed/odd/d.yaml".to_owned(),
            _ => format!("net/managed/servers/{name}.yaml"),
        };
        files.entry(file).or_default().push(format!(
            "# about {name}\napiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\nmetadata:\n  name: {name}\n  labels:\n    x: l{label}\nspec:\n  description: d{description} # said\n  profile: p{profile}\n"
        ));
    }
    files
        .into_iter()
        .map(|(path, texts)| (path, texts.join("---\n").into_bytes()))
        .collect()
}

fn world() -> impl Strategy<Value = World> {
    let server = || proptest::option::weighted(0.8, [0..3u8, 0..3u8, 0..2u8]);
    [server(), server(), server(), server()]
}

fn side<'s>(fabric: &'s Fabric, files: &Texts) -> Side<'s> {
    Side {
        fabric: FabricFiles {
            name: "lab",
            fabric,
            files: files
                .iter()
                .map(|(path, bytes)| SourceFile {
                    path: path.clone(),
                    bytes: bytes.clone(),
                })
                .collect(),
            unseen: Vec::new(),
        },
        settings: Settings::new(Release::parse("26.02").unwrap().release),
    }
}

fn inverse(fabric: &Fabric, before: &Texts, after: &Texts, now: &Texts) -> Reversal {
    undo(&Undo {
        sides: &[side(fabric, now)],
        before,
        after,
        now,
        limits: Limits::default(),
    })
}

fn apply(files: &Texts, plan: &Plan) -> Texts {
    let mut files = files.clone();
    for op in &plan.files {
        match op {
            FileOp::Write { path, bytes, .. } => {
                files.insert(path.clone(), bytes.clone());
            }
            FileOp::Move { from, to, .. } => {
                let bytes = files.remove(from).unwrap();
                files.insert(to.clone(), bytes);
            }
            FileOp::Remove { path, .. } => {
                files.remove(path).unwrap();
            }
        }
    }
    files
}

/// Reads the world back from files.
fn read(files: &Texts) -> World {
    NAMES.map(|name| {
        let text = files
            .values()
            .map(|bytes| std::str::from_utf8(bytes).unwrap())
            .flat_map(|text| text.split("---\n"))
            .find(|text| text.contains(&format!("  name: {name}\n")))?;
        let number = |before: &str| {
            let at = text.find(before).unwrap() + before.len();
            text[at..=at].parse().unwrap()
        };
        Some([
            number("description: d"),
            number("profile: p"),
            number("x: l"),
        ])
    })
}

proptest! {
    /// S10, first half: nobody interferes, and every byte comes back; so does the operation when the undo is undone.
    #[test]
    fn without_interference_an_undo_is_the_inverse(before in world(), after in world(), moved: bool) {
        let fabric = Fabric::in_directory("net");
        let (before, after) = (texts(&before, false), texts(&after, moved));
        let back = inverse(&fabric, &before, &after, &after);
        prop_assert!(back.stopped.is_empty(), "{:?}", back.stopped);
        prop_assert_eq!(&apply(&after, &back.plan), &before);
        let again = inverse(&fabric, &after, &before, &before);
        prop_assert_eq!(&apply(&before, &again.plan), &after);
        // Undone once, it is undone.
        prop_assert!(inverse(&fabric, &before, &after, &before).plan.is_empty());
    }

    /// S10, second half: what was edited later stays, what only the operation changed goes back, and what both changed
    /// differently is said and stays.
    #[test]
    fn later_edits_stay(before in world(), after in world(), now in world(), moved: bool) {
        let fabric = Fabric::in_directory("net");
        let (then, left, files) = (texts(&before, false), texts(&after, false), texts(&now, moved));
        let back = inverse(&fabric, &then, &left, &files);
        let result = read(&apply(&files, &back.plan));
        for n in 0..NAMES.len() {
            let key = format!("lab/Server/default/{}", NAMES[n]);
            let stopped = back.stopped.iter().any(|stopped| stopped.what == key);
            let (b, l, c, r) = (before[n], after[n], now[n], result[n]);
            if stopped {
                prop_assert_eq!(r, c, "what is stopped stays: {}", key);
                prop_assert!(b != l && c != l, "only what both changed is stopped: {}", key);
                continue;
            }
            match (b, l, c) {
                (b, l, c) if b == l => prop_assert_eq!(r, c),
                (b, l, c) if c == l || c == b => prop_assert_eq!(r, b),
                (Some(b), Some(l), Some(c)) => {
                    for field in 0..3 {
                        let expected = if b[field] == l[field] { c[field] } else { b[field] };
                        prop_assert_eq!(r.unwrap()[field], expected);
                    }
                }
                // One of them is gone: nothing but a conflict could have come of it, unless the others agree.
                (b, _, c) => prop_assert!(b == c, "{:?} {:?} {:?}", b, l, c),
            }
        }
    }

    /// A restoration of everything gives the files as they were; of one resource, that one and no other.
    #[test]
    fn a_restoration_gives_what_was(then in world(), now in world(), moved: bool, pick in 0..4usize) {
        let fabric = Fabric::in_directory("net");
        let (old, files) = (texts(&then, false), texts(&now, moved));
        let side = side(&fabric, &files);
        let whole = restore(&Restore {
            side: &side, then: &old, wanted: None, deletions: None, in_error: false, limits: Limits::default(),
        });
        prop_assert_eq!(&apply(&files, &whole.plan), &old);
        let key = format!("lab/Server/default/{}", NAMES[pick]);
        let accept = |one: &str| one == key;
        let single = restore(&Restore {
            side: &side, then: &old, wanted: Some(&accept), deletions: None, in_error: false, limits: Limits::default(),
        });
        let result = read(&apply(&files, &single.plan));
        for n in 0..NAMES.len() {
            let expected = if n == pick && then[n].is_some() && single.stopped.is_empty() { then[n] } else { now[n] };
            prop_assert_eq!(result[n], expected);
        }
    }
}
