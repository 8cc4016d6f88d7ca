//! Groups of switches: those they list, and those that stand in for each other.

use std::collections::HashMap;

use hnp_model::Severity;

use crate::admission::common::repeated;
use crate::catalogue::{Class, NEW, Rule};
use crate::engine::{Check, Entry, Report, Tree};
use crate::facts::{Switch, SwitchGroup};

/// Most switches that an ESLAG connection reaches, and so a redundancy group makes use of.
const MOST: usize = 4;

/// The text of a SwitchGroup, for examples.
macro_rules! group {
    ($name:literal) => {
        concat!(
            "apiVersion: wiring.githedgehog.com/v1beta1\nkind: SwitchGroup\nmetadata:\n  name: ",
            $name,
            "\nspec: {}\n"
        )
    };
}

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "SW-07",
        title: "SwitchGroup is missing",
        what: "`groups` or `redundancy.group` names a SwitchGroup that is not there, or a group's name is empty.",
        why: "The redundancy group counts among the groups. The admission webhook refuses the Switch.",
        wrong: Some(concat!(
            group!("pair-1"),
            "---\n",
            switch!(
                "leaf-01",
                "  role: server-leaf\n  profile: dell-s5248f-on\n  redundancy:\n    group: pair-2\n    type: eslag\n"
            )
        )),
        right: Some(concat!(
            group!("pair-1"),
            "---\n",
            switch!(
                "leaf-01",
                "  role: server-leaf\n  profile: dell-s5248f-on\n  redundancy:\n    group: pair-1\n    type: eslag\n"
            )
        )),
        fix: "Add the SwitchGroup, or name one that is there.",
        upstream: Some("switch group pair-2 does not exist"),
        class: Class::Cross,
        check: Check::Tree(exists),
        ..NEW
    },
    Rule {
        code: "SW-24",
        severity: Severity::Warning,
        title: "redundancy group of two types",
        what: "Switches of one redundancy group have different redundancy types.",
        why: "Admission lets it through; then the fabric cannot build the switches' configuration, and nothing more is applied to them.",
        wrong: Some(concat!(
            switch!(
                "leaf-01",
                "  role: server-leaf\n  profile: dell-s5248f-on\n  redundancy:\n    group: pair-1\n    type: eslag\n"
            ),
            "---\n",
            switch!(
                "leaf-02",
                "  role: server-leaf\n  profile: dell-s5248f-on\n  redundancy:\n    group: pair-1\n    type: mclag\n"
            )
        )),
        right: Some(concat!(
            switch!(
                "leaf-01",
                "  role: server-leaf\n  profile: dell-s5248f-on\n  redundancy:\n    group: pair-1\n    type: eslag\n"
            ),
            "---\n",
            switch!(
                "leaf-02",
                "  role: server-leaf\n  profile: dell-s5248f-on\n  redundancy:\n    group: pair-1\n    type: eslag\n"
            )
        )),
        fix: "Give all switches of the group one type.",
        class: Class::Runtime,
        check: Check::Tree(types),
        ..NEW
    },
    Rule {
        code: "SW-25",
        severity: Severity::Warning,
        title: "odd redundancy group",
        what: "A redundancy group has more than four switches, or switches of different profiles.",
        why: "Nobody refuses it. A server's ESLAG connection reaches four switches at most, and switches that stand in for each other should be able to do the same. A group of one is left alone: its second switch may come later.",
        wrong: Some(concat!(
            switch!(
                "leaf-01",
                "  role: server-leaf\n  profile: dell-s5248f-on\n  redundancy:\n    group: pair-1\n    type: eslag\n"
            ),
            "---\n",
            switch!(
                "leaf-02",
                "  role: server-leaf\n  profile: dell-s5232f-on\n  redundancy:\n    group: pair-1\n    type: eslag\n"
            )
        )),
        right: Some(concat!(
            switch!(
                "leaf-01",
                "  role: server-leaf\n  profile: dell-s5248f-on\n  redundancy:\n    group: pair-1\n    type: eslag\n"
            ),
            "---\n",
            switch!(
                "leaf-02",
                "  role: server-leaf\n  profile: dell-s5248f-on\n  redundancy:\n    group: pair-1\n    type: eslag\n"
            )
        )),
        fix: "Make groups of two to four switches of one profile.",
        class: Class::Gap,
        check: Check::Tree(members),
        ..NEW
    },
];

fn exists(tree: &Tree<'_>, report: &mut Report) {
    for switch in tree.managed::<Switch>() {
        for (name, span) in &switch.it.groups {
            if name.is_empty() {
                report.at(switch.spot(*span), "the name of a switch group is empty");
            } else if tree.find::<SwitchGroup>(name).is_missing() {
                tree.dangling::<SwitchGroup>(report, switch.spot(*span), name);
            }
        }
        if let Some((name, span)) = switch.it.redundancy_group.at()
            && tree.find::<SwitchGroup>(name).is_missing()
            && !switch.it.groups.iter().any(|(group, _)| group == name)
        {
            tree.dangling::<SwitchGroup>(report, switch.spot(span), name);
        }
    }
}

/// Returns the switches in redundancy groups, each with its group.
fn grouped<'t, 'f>(
    tree: &'t Tree<'f>,
) -> impl Iterator<Item = (&'f str, Entry<'f, Switch>)> + use<'t, 'f> {
    tree.all::<Switch>()
        .filter_map(|switch| Some((switch.it.redundancy_group.text()?, switch)))
}

fn types(tree: &Tree<'_>, report: &mut Report) {
    let typed = grouped(tree).filter(|(_, switch)| switch.it.redundancy_type.at().is_some());
    repeated(
        typed.map(|(group, switch)| (group, (group, switch))),
        |(group, later), (_, first)| {
            let (of, with) = (&later.it.redundancy_type, &first.it.redundancy_type);
            if let (Some((of, span)), Some((with, first_span))) = (of.at(), with.at())
                && of != with
            {
                report
                    .at(
                        later.spot(span),
                        format!(
                            "Switch `{}` is of type {of} and Switch `{}` of type {with}, in one redundancy group `{group}`",
                            later.name(),
                            first.name()
                        ),
                    )
                    .with(first.spot(first_span), "the other type");
            }
        },
    );
}

fn members(tree: &Tree<'_>, report: &mut Report) {
    let mut groups: HashMap<&str, (Entry<'_, Switch>, usize)> = HashMap::new();
    for (group, switch) in grouped(tree) {
        let (first, count) = groups.entry(group).or_insert((switch, 0));
        *count += 1;
        if *count == MOST + 1
            && let Some(span) = switch.it.redundancy_group.span()
        {
            report.at(
                switch.spot(span),
                format!("redundancy group `{group}` has more than {MOST} switches"),
            );
        }
        if let (Some((profile, span)), Some((of_first, first_span))) =
            (switch.it.profile.at(), first.it.profile.at())
            && profile != of_first
        {
            report
                .at(
                    switch.spot(span),
                    format!(
                        "Switch `{}` has profile `{profile}` and Switch `{}` has `{of_first}`, in one redundancy group `{group}`",
                        switch.name(),
                        first.name()
                    ),
                )
                .with(first.spot(first_span), "the other profile");
        }
    }
}
