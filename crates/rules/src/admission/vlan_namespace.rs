//! VLANNamespace: the catalogue's §5.

use hnp_model::Severity;
use hnp_yaml::Span;

use crate::catalogue::{Class, Family, NEW, Rule};
use crate::engine::{Check, Doc, One, Report};
use crate::facts::{Field, VlanNamespace, namespaces::NamespaceRange};
use crate::net::VlanRange;

pub(crate) const FAMILY: Family = Family {
    title: "VLANNamespace",
    about: "The VLANs out of which VPCs take theirs.",
    parts: &[RULES],
};

const RULES: &[Rule] = &[
    Rule {
        code: "VLNS-01",
        title: "number of ranges",
        what: "The schema allows 1 to 20 ranges.",
        why: "The API server refuses more, and an empty list.",
        fix: "List 1 to 20 ranges.",
        check: Check::Never("the schema's bounds are reported as such"),
        ..NEW
    },
    Rule {
        code: "VLNS-02",
        title: "VLAN range",
        what: "A range does not lie between 1 and 4094, or ends before it starts. An absent or zero `to` means `from`.",
        why: "Hedgehog's webhook throws a list with such a range away and admits a namespace without any, in which no VPC finds a VLAN (VLNS-06).",
        wrong: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: VLANNamespace
metadata:
  name: default
spec:
  ranges:
  - { from: 1999, to: 1000 }
",
        ),
        right: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: VLANNamespace
metadata:
  name: default
spec:
  ranges:
  - { from: 1000, to: 1999 }
",
        ),
        fix: "Write `from` and `to` in order, both from 1 to 4094.",
        upstream: Some("invalid range 0: from > to"),
        class: Class::Webhook,
        check: Check::One(One::VlanNamespace(ranges)),
        ..NEW
    },
    Rule {
        code: "VLNS-03",
        title: "overlapping VLAN ranges",
        what: "A range shares VLANs with another one of the namespace, or with those that the fabric keeps for itself: 3000 to 3899 for VPCs' routed interfaces and 3900 to 3999 for switches with Tomahawk 5, unless it is installed otherwise.",
        why: "The admission webhook refuses the namespace.",
        wrong: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: VLANNamespace
metadata:
  name: default
spec:
  ranges:
  - { from: 1000, to: 3000 }
",
        ),
        right: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: VLANNamespace
metadata:
  name: default
spec:
  ranges:
  - { from: 1000, to: 2999 }
",
        ),
        fix: "Choose ranges that share no VLAN; if the fabric keeps others for itself, write them to `network` of the fabric in .hnp/config.toml.",
        class: Class::Webhook,
        check: Check::One(One::VlanNamespace(overlap)),
        ..NEW
    },
    Rule {
        code: "VLNS-04",
        title: "VLANNamespace narrowed under its VPCs",
        what: "A namespace changes so that a VPC's VLAN lies in none of its ranges any more.",
        why: "The webhook looks for the VPCs under the wrong name and mostly lets it through. VPC-36 names the VPCs, TR-05 the step.",
        fix: "Move the VPCs first.",
        class: Class::Update,
        check: Check::Never("TR-05 reports it, and VPC-36 what remains"),
        ..NEW
    },
    Rule {
        code: "VLNS-05",
        title: "VLANNamespace deleted while in use",
        what: "A namespace goes while switches or VPCs name it.",
        why: "The webhook refuses the deletion.",
        fix: "Take out what refers to it first.",
        class: Class::Update,
        check: Check::Never("TR-03 reports it, and the rules of what refers to it"),
        ..NEW
    },
    Rule {
        code: "VLNS-06",
        title: "ranges lost in admission",
        what: "Where one range is invalid, the webhook replaces the whole list by none and admits the namespace.",
        why: "A mistake of the webhook's: the namespace is there, and no VPC's VLAN lies in it.",
        fix: "Mend the range that VLNS-02 names.",
        class: Class::Gap,
        check: Check::Never("VLNS-02 reports every invalid range, as an error"),
        ..NEW
    },
    Rule {
        code: "VLNS-07",
        severity: Severity::Warning,
        title: "VLANNamespace name too long to be referred to",
        what: "The name of a VLANNamespace has more than 63 characters.",
        why: "It becomes a label of every VPC and Switch that names it, and a label has 63: none of them is admitted (LBL-01).",
        wrong: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: VLANNamespace
metadata:
  name: vlans-of-the-laboratory-in-the-second-building-of-the-north-campus
spec:
  ranges:
  - { from: 1000, to: 1999 }
",
        ),
        right: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: VLANNamespace
metadata:
  name: north-lab-2
spec:
  ranges:
  - { from: 1000, to: 1999 }
",
        ),
        fix: "Shorten the name.",
        class: Class::Gap,
        check: Check::One(One::VlanNamespace(length)),
        ..NEW
    },
];

fn length(doc: &Doc<'_, VlanNamespace>, report: &mut Report) {
    let name = doc.name();
    if name.len() > 63 {
        report.at(
            doc.name_span(),
            format!(
                "the name has {} characters; over 63 no VPC or Switch can name this VLANNamespace",
                name.len()
            ),
        );
    }
}

fn ranges(doc: &Doc<'_, VlanNamespace>, report: &mut Report) {
    for range in &doc.facts.ranges {
        if range.valid().is_none() {
            invalid(range, report);
        }
    }
}

fn invalid(range: &NamespaceRange, report: &mut Report) {
    // What does not fit the field's type is the schema's to say.
    let read = |field: &Field<i64>| match field {
        Field::Absent => Some(0),
        Field::Wrong(_) => None,
        Field::Set(number, _) => Some(*number).filter(|n| (0..=i64::from(u16::MAX)).contains(n)),
    };
    let (Some(from), Some(to)) = (read(&range.from), read(&range.to)) else {
        return;
    };
    let from_span = range.from.span_or(range.span);
    if from == 0 {
        report.at(
            from_span,
            "the range has no `from`: VLANs are from 1 to 4094",
        );
    } else if from > 4094 {
        report.at(
            from_span,
            format!("{from} is no VLAN: they are from 1 to 4094"),
        );
    }
    if to > 4094 {
        report.at(
            range.to.span_or(range.span),
            format!("{to} is no VLAN: they are from 1 to 4094"),
        );
    } else if to != 0 && from <= 4094 && from > to {
        report
            .at(
                range.to.span_or(range.span),
                format!("the range ends at {to}, before it starts at {from}"),
            )
            .with(from_span, "it starts here");
    }
}

fn overlap(doc: &Doc<'_, VlanNamespace>, report: &mut Report) {
    let mut ranges: Vec<(VlanRange, Span)> = doc
        .facts
        .ranges
        .iter()
        .filter_map(|range| Some((range.valid()?, range.span)))
        .collect();
    let network = &doc.settings.network;
    for (range, span) in &ranges {
        for (reserved, whose) in [
            (&network.irb_vlans, "VPCs' routed interfaces"),
            (&network.th5_vlans, "switches with Tomahawk 5"),
        ] {
            if let Some(other) = reserved.iter().find(|other| other.overlaps(*range)) {
                report.at(
                    *span,
                    format!("VLANs {range} overlap {other}, which the fabric keeps for {whose}"),
                );
            }
        }
    }
    // By their first VLAN, each compared with the one that reaches furthest so far: linear, however many there are.
    ranges.sort_by_key(|(range, span)| (range.from, span.start));
    let mut furthest: Option<(VlanRange, Span)> = None;
    for (range, span) in ranges {
        if let Some((other, other_span)) = furthest.filter(|(other, _)| other.overlaps(range)) {
            let ((later, at), (earlier, there)) = if span.start > other_span.start {
                ((range, span), (other, other_span))
            } else {
                ((other, other_span), (range, span))
            };
            report
                .at(
                    at,
                    format!("VLANs {later} overlap {earlier} of the same namespace"),
                )
                .with(there, format!("{earlier} is here"));
        }
        if furthest.is_none_or(|(other, _)| range.to > other.to) {
            furthest = Some((range, span));
        }
    }
}
