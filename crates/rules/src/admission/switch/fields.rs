//! What a Switch says of itself.

use hnp_model::Severity;

use crate::catalogue::{Class, NEW, Rule};
use crate::engine::{Check, Doc, One, Report};
use crate::facts::Switch;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "SW-02-G",
        severity: Severity::Warning,
        title: "role `virtual-edge`",
        what: "`role` is `virtual-edge`.",
        why: "The schema has the role and admission takes it, yet hhfab refuses it and no rule of the fabric knows what such a switch is.",
        wrong: Some(switch!("edge-01", "  role: virtual-edge\n  profile: vs\n")),
        right: Some(switch!("edge-01", "  role: border-leaf\n  profile: vs\n")),
        fix: "Give the role that the switch has: spine, server-leaf, border-leaf or mixed-leaf.",
        class: Class::Gap,
        check: Check::One(One::Switch(virtual_edge)),
        ..NEW
    },
    Rule {
        code: "SW-04",
        title: "redundancy with half of what it needs",
        what: "`redundancy` has a group without a type, or a type without a group.",
        why: "The admission webhook refuses the Switch.",
        wrong: Some(switch!(
            "leaf-01",
            "  role: server-leaf\n  profile: dell-s5248f-on\n  redundancy:\n    group: pair-1\n"
        )),
        right: Some(switch!(
            "leaf-01",
            "  role: server-leaf\n  profile: dell-s5248f-on\n  redundancy:\n    group: pair-1\n    type: eslag\n"
        )),
        fix: "Give both, or neither.",
        upstream: Some("redundancy group specified without type"),
        class: Class::Webhook,
        check: Check::One(One::Switch(redundancy)),
        ..NEW
    },
];

fn virtual_edge(doc: &Doc<'_, Switch>, report: &mut Report) {
    if let Some(("virtual-edge", span)) = doc.facts.role.at() {
        report.at(span, "hhfab refuses a switch of role `virtual-edge`");
    }
}

fn redundancy(doc: &Doc<'_, Switch>, report: &mut Report) {
    let (of, group) = (&doc.facts.redundancy_type, &doc.facts.redundancy_group);
    if let Some((name, span)) = group.at()
        && of.is_missing()
    {
        report.at(
            span,
            format!("redundancy group `{name}` is given without `redundancy.type`"),
        );
    }
    if let Some((of, span)) = of.at()
        && group.is_missing()
    {
        report.at(
            span,
            format!("redundancy type `{of}` is given without `redundancy.group`"),
        );
    }
}
