//! What every merge of values must keep to.
#![allow(clippy::unwrap_used)]

mod support;

use std::collections::BTreeSet;

use hnp_merge::{
    Base, Choice, Conflict, ConflictKind, Merged, Path, Side, Step, merge, merge_with,
};
use hnp_yaml::Node;
use proptest::prelude::*;
use support::{Leaves, Made, Numbers, leaves, permute, sorted};

/// Three values of one kind.
#[derive(Clone)]
struct Three {
    made: Made,
    base: Node,
    ours: Node,
    theirs: Node,
}

impl std::fmt::Debug for Three {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let yaml = hnp_yaml::emit_document;
        write!(
            f,
            "{:?}\n# base\n{}# ours\n{}# theirs\n{}",
            self.made,
            yaml(&self.base),
            yaml(&self.ours),
            yaml(&self.theirs)
        )
    }
}

impl Three {
    fn merge(&self) -> Merged {
        self.with(&self.base, &self.ours, &self.theirs)
    }

    fn with(&self, base: &Node, ours: &Node, theirs: &Node) -> Merged {
        merge(
            self.made.rules(),
            Base::Value(base),
            Some(ours),
            Some(theirs),
        )
    }

    /// A peering's list is told apart by its length, which the leaves do not know.
    fn has_plain_leaves(&self) -> bool {
        let permit = |node: &Node| {
            node.get("spec")
                .and_then(|spec| spec.get("permit"))
                .cloned()
        };
        self.made != Made::Peering
            || [&self.base, &self.ours, &self.theirs]
                .iter()
                .all(|node| matches!(permit(node), Some(Node::Seq(items)) if items.len() == 1))
    }

    fn choosing(&self, choice: &Choice) -> Merged {
        merge_with(
            self.made.rules(),
            Base::Value(&self.base),
            Some(&self.ours),
            Some(&self.theirs),
            &mut |_| choice.clone(),
        )
    }
}

fn three() -> impl Strategy<Value = Three> {
    (
        0..3_usize,
        any::<u64>(),
        any::<u64>(),
        any::<u64>(),
        0..6_usize,
        0..6_usize,
    )
        .prop_map(|(kind, a, b, c, ours, theirs)| {
            let made = Made::ALL[kind];
            let base = made.make(&mut Numbers::new(a));
            Three {
                made,
                ours: made.mutate(&base, ours, &mut Numbers::new(b)),
                theirs: made.mutate(&base, theirs, &mut Numbers::new(c)),
                base,
            }
        })
}

fn paths(conflicts: &[Conflict]) -> BTreeSet<String> {
    conflicts.iter().map(|c| c.path.to_string()).collect()
}

/// Whether a conflict speaks of a leaf. One at a list or a union speaks of all that is in it.
fn covered(conflicts: &[Conflict], leaf: &Path) -> bool {
    conflicts.iter().any(|c| leaf.starts_with(&c.path))
}

fn same(a: Option<&Node>, b: Option<&Node>) -> bool {
    a.map(sorted) == b.map(sorted)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn m1_who_changed_alone_has_it(t in three()) {
        let changed = t.with(&t.base, &t.base, &t.theirs);
        prop_assert!(changed.is_clean());
        prop_assert!(same(changed.value.as_ref(), Some(&t.theirs)));
        let changed = t.with(&t.base, &t.ours, &t.base);
        prop_assert!(changed.is_clean());
        prop_assert!(same(changed.value.as_ref(), Some(&t.ours)));
        let both = t.with(&t.base, &t.ours, &t.ours);
        prop_assert!(both.is_clean());
        prop_assert!(same(both.value.as_ref(), Some(&t.ours)));
    }

    #[test]
    fn m2_sides_can_be_exchanged(t in three()) {
        let there = t.merge();
        let back = t.with(&t.base, &t.theirs, &t.ours);
        prop_assert_eq!(paths(&there.conflicts), paths(&back.conflicts));
        if there.is_clean() {
            prop_assert!(same(there.value.as_ref(), back.value.as_ref()));
        }
        for conflict in &there.conflicts {
            let twin = back.conflicts.iter().find(|c| c.path == conflict.path).unwrap();
            prop_assert!(same(conflict.ours.as_ref(), twin.theirs.as_ref()));
            prop_assert!(same(conflict.theirs.as_ref(), twin.ours.as_ref()));
            let mirrored = match conflict.kind {
                ConflictKind::Removed(Side::Ours) => ConflictKind::Removed(Side::Theirs),
                ConflictKind::Removed(Side::Theirs) => ConflictKind::Removed(Side::Ours),
                other => other,
            };
            prop_assert_eq!(mirrored, twin.kind);
        }
    }

    #[test]
    fn m3_changes_of_different_places_go_together(t in three()) {
        if !t.has_plain_leaves() {
            return Ok(());
        }
        let (b, o, r) = (leaves(Some(&t.base)), leaves(Some(&t.ours)), leaves(Some(&t.theirs)));
        let changed = |side: &Leaves| -> BTreeSet<Path> {
            let all: BTreeSet<&Path> = b.keys().chain(side.keys()).collect();
            all.into_iter().filter(|p| b.get(*p) != side.get(*p)).cloned().collect()
        };
        let (ours, theirs) = (changed(&o), changed(&r));
        // Different top fields are certainly different places.
        let tops = |paths: &BTreeSet<Path>| -> BTreeSet<Vec<Step>> {
            paths.iter().map(|p| p.steps().iter().take(2).cloned().collect()).collect()
        };
        if tops(&ours).is_disjoint(&tops(&theirs)) && t.made != Made::Connection {
            let merged = t.merge();
            prop_assert!(merged.is_clean(), "{:?}", merged.conflicts);
            let m = leaves(merged.value.as_ref());
            for path in &ours {
                prop_assert_eq!(m.get(path), o.get(path));
            }
            for path in &theirs {
                prop_assert_eq!(m.get(path), r.get(path));
            }
        }
    }

    #[test]
    fn m4_nothing_is_invented(t in three()) {
        if !t.has_plain_leaves() {
            return Ok(());
        }
        let merged = t.merge();
        let sides = [&t.base, &t.ours, &t.theirs].map(|node| leaves(Some(node)));
        for (path, value) in leaves(merged.value.as_ref()) {
            prop_assert!(sides.iter().any(|side| side.get(&path) == Some(&value)), "{path}");
        }
    }

    #[test]
    fn m5_nothing_is_lost(t in three()) {
        let merged = t.merge();
        if !t.has_plain_leaves() {
            return Ok(());
        }
        let (b, o, r) = (leaves(Some(&t.base)), leaves(Some(&t.ours)), leaves(Some(&t.theirs)));
        let m = leaves(merged.value.as_ref());
        let all: BTreeSet<&Path> = b.keys().chain(o.keys()).chain(r.keys()).collect();
        for path in all {
            if covered(&merged.conflicts, path) {
                continue;
            }
            let (b, o, r, m) = (b.get(path), o.get(path), r.get(path), m.get(path));
            if o == r || b == r {
                prop_assert_eq!(m, o, "{}", path);
            } else if b == o {
                prop_assert_eq!(m, r, "{}", path);
            } else {
                prop_assert!(false, "{} was changed by both and is in no conflict", path);
            }
        }
    }

    #[test]
    fn m6_nothing_comes_back_in_part(t in three()) {
        for merged in [t.merge(), t.choosing(&Choice::Ours), t.choosing(&Choice::Theirs)] {
            let spec = merged.value.as_ref().unwrap().get("spec").unwrap();
            if let Some(Node::Map(subnets)) = spec.get("subnets") {
                for (name, subnet) in subnets {
                    prop_assert!(subnet.get("subnet").is_some() && subnet.get("vlan").is_some(), "{name}");
                }
            }
            for tag in ["eslag", "mclag"] {
                if let Some(Node::Seq(links)) = spec.get(tag).and_then(|union| union.get("links")) {
                    for link in links {
                        prop_assert!(link.get("server").is_some() && link.get("switch").is_some());
                    }
                }
            }
        }
    }

    #[test]
    fn m7_a_strategy_settles_conflicts_and_nothing_else(t in three()) {
        let open = t.merge();
        for choice in [Choice::Ours, Choice::Theirs, Choice::Base] {
            let settled = t.choosing(&choice);
            prop_assert!(settled.is_clean());
            let (a, b) = (leaves(open.value.as_ref()), leaves(settled.value.as_ref()));
            let all: BTreeSet<&Path> = a.keys().chain(b.keys()).collect();
            for path in all {
                if !covered(&open.conflicts, path) {
                    prop_assert_eq!(a.get(path), b.get(path), "{}", path);
                }
            }
        }
    }

    #[test]
    fn m8_order_and_notation_mean_nothing(t in three(), seed in any::<u64>()) {
        let numbers = &mut Numbers::new(seed);
        let plain = t.merge();
        let shuffled = t.with(
            &permute(&t.base, "", numbers),
            &permute(&t.ours, "", numbers),
            &permute(&t.theirs, "", numbers),
        );
        prop_assert_eq!(paths(&plain.conflicts), paths(&shuffled.conflicts));
        prop_assert!(same(plain.value.as_ref(), shuffled.value.as_ref()));
    }

    #[test]
    fn m9_without_a_key_a_list_is_one_value(t in three(), seed in any::<u64>(), side in 0..3_usize) {
        if t.made != Made::Connection {
            return Ok(());
        }
        let mut sides = [t.base.clone(), t.ours.clone(), t.theirs.clone()];
        let tags = sides.clone().map(|node| match node.get("spec") {
            Some(Node::Map(spec)) => spec[0].0.clone(),
            _ => String::new(),
        });
        if tags[0] != tags[1] || tags[1] != tags[2] {
            return Ok(());
        }
        let spec = support::entries(&mut sides[side]).iter_mut().find(|(k, _)| k == "spec").unwrap();
        let union = &mut support::entries(&mut spec.1)[0].1;
        let links = support::items(&mut support::entries(union)[0].1);
        prop_assume!(!links.is_empty());
        let which = Numbers::new(seed).below(links.len());
        if seed % 2 == 0 {
            let twin = links[which].clone();
            links.push(twin);
        } else {
            links[which] = support::map([("switch", support::text("x"))]);
        }
        let [base, ours, theirs] = sides;
        let merged = t.with(&base, &ours, &theirs);
        let list = |node: &Node| {
            let Some(Node::Map(spec)) = node.get("spec") else { return None };
            spec.first().and_then(|(_, union)| union.get("links").map(|links| format!("{links:?}")))
        };
        let result = list(merged.value.as_ref().unwrap());
        prop_assert!([&base, &ours, &theirs].iter().any(|side| list(side) == result));
    }

    #[test]
    fn m10_nothing_overlaps_that_did_not(t in three()) {
        if t.made == Made::Peering {
            return Ok(());
        }
        let values = |node: &Node, name: &str| -> Vec<String> {
            leaves(Some(node))
                .into_iter()
                .filter(|(path, _)| {
                    let keys: Vec<&str> = path.steps().iter().filter_map(|step| match step {
                        Step::Key(key) => Some(key.as_str()),
                        _ => None,
                    }).collect();
                    keys.last() == Some(&name)
                })
                .map(|(_, value)| value)
                .collect()
        };
        let clash = |node: &Node| ["vlan", "port", "subnet"].iter().any(|name| {
            let all = values(node, name);
            all.iter().collect::<BTreeSet<_>>().len() < all.len()
        });
        let merged = t.merge();
        if merged.is_clean() && !clash(&t.ours) && !clash(&t.theirs) {
            prop_assert!(!clash(merged.value.as_ref().unwrap()));
        }
    }

    #[test]
    fn m11_one_leaf_is_merged_as_the_whole_is(base in 0..4_u8, ours in 0..4_u8, theirs in 0..4_u8) {
        let value = |n: u8| support::map([("spec", if n == 0 {
            support::map([])
        } else {
            support::map([("ipv4Namespace", support::text(n.to_string()))])
        })]);
        let rules = Made::Vpc.rules();
        let (b, o, r) = (value(base), value(ours), value(theirs));
        let merged = merge(rules, Base::Value(&b), Some(&o), Some(&r));
        let expected = if ours == theirs || base == theirs {
            Some(ours)
        } else if base == ours {
            Some(theirs)
        } else {
            None
        };
        match expected {
            Some(n) => {
                prop_assert!(merged.is_clean());
                prop_assert!(same(merged.value.as_ref(), Some(&value(n))));
            }
            None => prop_assert_eq!(merged.conflicts.len(), 1),
        }
        // And the whole resource, 0 standing for one that is not there.
        let whole = |n: u8| (n > 0).then(|| value(n));
        let (b, o, r) = (whole(base), whole(ours), whole(theirs));
        let was = b.as_ref().map_or(Base::Absent, Base::Value);
        let merged = merge(rules, was, o.as_ref(), r.as_ref());
        match expected {
            Some(n) => {
                prop_assert!(merged.is_clean());
                prop_assert!(same(merged.value.as_ref(), whole(n).as_ref()));
            }
            None => prop_assert_eq!(merged.conflicts.len(), 1),
        }
    }

    #[test]
    fn m12_the_order_of_merges_does_not_matter(t in three(), seed in any::<u64>(), times in 0..4_usize) {
        let third = t.made.mutate(&t.base, times, &mut Numbers::new(seed));
        let (a, b) = (t.with(&t.base, &third, &t.ours), t.with(&t.base, &third, &t.theirs));
        if !a.is_clean() || !b.is_clean() {
            return Ok(());
        }
        // The second merge starts from what main and the branch share, which is the base.
        let ab = t.with(&t.base, a.value.as_ref().unwrap(), &t.theirs);
        let ba = t.with(&t.base, b.value.as_ref().unwrap(), &t.ours);
        if ab.is_clean() && ba.is_clean() {
            prop_assert!(same(ab.value.as_ref(), ba.value.as_ref()));
        }
    }

    #[test]
    fn without_a_base_every_difference_is_a_conflict(t in three()) {
        let merged = merge(t.made.rules(), Base::Unknown, Some(&t.ours), Some(&t.theirs));
        let (o, r) = (leaves(Some(&t.ours)), leaves(Some(&t.theirs)));
        let all: BTreeSet<&Path> = o.keys().chain(r.keys()).collect();
        for path in all {
            if o.get(path) != r.get(path) && t.made != Made::Peering {
                prop_assert!(covered(&merged.conflicts, path), "{path}");
            }
        }
        prop_assert!(same(merged.value.as_ref(), Some(&t.ours)));
    }

    #[test]
    fn a_known_absence_merges_what_one_side_has(t in three()) {
        if t.made != Made::Vpc {
            return Ok(());
        }
        let merged = merge(t.made.rules(), Base::Absent, Some(&t.ours), Some(&t.theirs));
        let (o, r) = (leaves(Some(&t.ours)), leaves(Some(&t.theirs)));
        let m = leaves(merged.value.as_ref());
        let all: BTreeSet<&Path> = o.keys().chain(r.keys()).collect();
        for path in all {
            if covered(&merged.conflicts, path) {
                continue;
            }
            prop_assert_eq!(m.get(path), o.get(path).or(r.get(path)));
            if let (Some(a), Some(b)) = (o.get(path), r.get(path)) {
                prop_assert_eq!(a, b);
            }
        }
    }
}
