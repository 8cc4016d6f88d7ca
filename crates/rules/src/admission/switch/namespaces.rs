//! The VLANNamespaces of a Switch.

use std::collections::HashSet;

use crate::catalogue::{Class, NEW, Rule};
use crate::engine::{Check, Entry, Lookup, Report, Spot, Tree};
use crate::facts::{Switch, VlanNamespace};
use crate::net::VlanRange;

/// The text of a VLANNamespace, for examples.
macro_rules! namespace {
    ($name:literal, $range:literal) => {
        concat!(
            "apiVersion: wiring.githedgehog.com/v1beta1\nkind: VLANNamespace\nmetadata:\n  name: ",
            $name,
            "\nspec:\n  ranges:\n  - ",
            $range,
            "\n"
        )
    };
}

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "SW-05",
        title: "VLANNamespace is missing",
        what: "`vlanNamespaces` names one that is not there; none means `default`.",
        why: "The admission webhook refuses the Switch.",
        wrong: Some(concat!(
            namespace!("default", "{ from: 1000, to: 2999 }"),
            "---\n",
            switch!(
                "leaf-01",
                "  role: server-leaf\n  profile: dell-s5248f-on\n  vlanNamespaces: [lab]\n"
            )
        )),
        right: Some(concat!(
            namespace!("default", "{ from: 1000, to: 2999 }"),
            "---\n",
            switch!(
                "leaf-01",
                "  role: server-leaf\n  profile: dell-s5248f-on\n  vlanNamespaces: [default]\n"
            )
        )),
        fix: "Name a VLANNamespace that is there.",
        upstream: Some("specified VLANNamespace lab does not exist"),
        class: Class::Cross,
        check: Check::Tree(exists),
        ..NEW
    },
    Rule {
        code: "SW-06",
        title: "VLANNamespaces of a Switch overlap",
        what: "Two VLANNamespaces of a Switch share a VLAN, or one is listed twice.",
        why: "A VLAN on the switch would belong to either. The admission webhook refuses the Switch.",
        wrong: Some(concat!(
            namespace!("default", "{ from: 1000, to: 2999 }"),
            "---\n",
            namespace!("lab", "{ from: 2000, to: 2099 }"),
            "---\n",
            switch!(
                "leaf-01",
                "  role: server-leaf\n  profile: dell-s5248f-on\n  vlanNamespaces: [default, lab]\n"
            )
        )),
        right: Some(concat!(
            namespace!("default", "{ from: 1000, to: 1999 }"),
            "---\n",
            namespace!("lab", "{ from: 2000, to: 2099 }"),
            "---\n",
            switch!(
                "leaf-01",
                "  role: server-leaf\n  profile: dell-s5248f-on\n  vlanNamespaces: [default, lab]\n"
            )
        )),
        fix: "Take one of them out, or give them ranges that do not overlap.",
        upstream: Some("invalid VLANNamespaces"),
        class: Class::Cross,
        check: Check::Tree(overlap),
        ..NEW
    },
];

fn exists(tree: &Tree<'_>, report: &mut Report) {
    for switch in tree.managed::<Switch>() {
        for (name, span) in switch.it.vlan_namespaces_or_default() {
            if tree.find::<VlanNamespace>(name).is_missing() {
                let span = span.unwrap_or(switch.facts.name_span);
                tree.dangling::<VlanNamespace>(report, switch.spot(span), name);
            }
        }
    }
}

/// A range with the namespace it is of, by its place in the list.
struct Owned<'f> {
    range: VlanRange,
    of: usize,
    spot: Spot,
    name: &'f str,
}

fn overlap(tree: &Tree<'_>, report: &mut Report) {
    for switch in tree.managed::<Switch>() {
        if switch.it.vlan_namespaces.len() > 1 {
            overlap_of(tree, switch, report);
        }
    }
}

fn overlap_of<'f>(tree: &Tree<'f>, switch: Entry<'f, Switch>, report: &mut Report) {
    let mut seen = HashSet::new();
    let mut ranges = Vec::new();
    let listed = &switch.it.vlan_namespaces;
    for (of, (name, span)) in listed.iter().enumerate() {
        let found = tree.find::<VlanNamespace>(name);
        if !seen.insert(name.as_str()) {
            // One without a range overlaps nothing, itself neither.
            let has_ranges = match &found {
                Lookup::Found(namespace) => namespace.it.valid_ranges().next().is_some(),
                Lookup::Missing => false,
                Lookup::Unknown => true,
            };
            if has_ranges {
                report.at(
                    switch.spot(*span),
                    format!("VLANNamespace `{name}` is listed twice, so that its ranges overlap themselves"),
                );
            }
            continue;
        }
        let Some(namespace) = found.found() else {
            continue;
        };
        // A namespace with a range that cannot be read is VLNS-02's to blame.
        if namespace.it.valid_ranges().count() < namespace.it.ranges.len() {
            continue;
        }
        for given in &namespace.it.ranges {
            ranges.extend(given.valid().map(|range| Owned {
                range,
                of,
                spot: namespace.spot(given.span),
                name: namespace.name(),
            }));
        }
    }
    ranges.sort_by_key(|owned| (owned.range.from, owned.range.to, owned.of));
    // Of the ranges before, the one that reaches furthest, and the one that does so of those of another namespace.
    let mut far: [Option<&Owned<'_>>; 2] = [None, None];
    let mut told = HashSet::new();
    for owned in &ranges {
        let other = far.into_iter().flatten().find(|far| far.of != owned.of);
        if let Some(other) = other
            && other.range.overlaps(owned.range)
        {
            let (later, earlier) = if owned.of > other.of {
                (owned, other)
            } else {
                (other, owned)
            };
            if told.insert(later.of) {
                let (_, span) = &listed[later.of];
                report
                    .at(
                        switch.spot(*span),
                        format!(
                            "VLANNamespaces `{}` ({}) and `{}` ({}) of this switch overlap",
                            earlier.name, earlier.range, later.name, later.range
                        ),
                    )
                    .with(earlier.spot, format!("range of `{}`", earlier.name))
                    .with(later.spot, format!("range of `{}`", later.name));
            }
        }
        far = match far {
            [Some(first), _] if owned.range.to > first.range.to && owned.of != first.of => {
                [Some(owned), Some(first)]
            }
            [Some(first), second] if owned.range.to > first.range.to => [Some(owned), second],
            [Some(first), second] if owned.of != first.of => {
                let further = second.filter(|second| second.range.to >= owned.range.to);
                [Some(first), further.or(Some(owned))]
            }
            [None, _] => [Some(owned), None],
            same => same,
        };
    }
}
