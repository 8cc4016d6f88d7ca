//! IPv4Namespace: the catalogue's §4.

use hnp_model::Severity;

use super::common::{Held, overlapping};
use crate::catalogue::{Class, Family, NEW, Rule};
use crate::engine::{Check, Doc, One, Report};
use crate::facts::Ipv4Namespace;
use crate::schema::Release;

pub(crate) const FAMILY: Family = Family {
    title: "IPv4Namespace",
    about: "The prefixes out of which VPCs take their subnets.",
    parts: &[RULES],
};

const RULES: &[Rule] = &[
    Rule {
        code: "IPNS-01",
        title: "subnets sorted",
        what: "The webhook sorts `subnets` as texts.",
        why: "The resource in the cluster then differs from the file, which is no drift.",
        fix: "Nothing to do.",
        class: Class::Default,
        check: Check::Never("the webhook sorts them; hnp does the same before it compares"),
        ..NEW
    },
    Rule {
        code: "IPNS-02",
        title: "number of subnets in the schema",
        what: "The schema allows 1 to 20 subnets.",
        why: "The API server refuses more, and an empty list.",
        fix: "List 1 to 10 subnets (IPNS-03).",
        check: Check::Never("the schema's bounds are reported as such"),
        ..NEW
    },
    Rule {
        code: "IPNS-03",
        title: "too many subnets",
        what: "A namespace has more than 10 subnets; the schema would allow 20.",
        why: "The admission webhook refuses the namespace.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: IPv4Namespace
metadata:
  name: default
spec:
  subnets: [10.0.0.0/24, 10.0.1.0/24, 10.0.2.0/24, 10.0.3.0/24, 10.0.4.0/24, 10.0.5.0/24,
    10.0.6.0/24, 10.0.7.0/24, 10.0.8.0/24, 10.0.9.0/24, 10.0.10.0/24]
",
        ),
        right: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: IPv4Namespace
metadata:
  name: default
spec:
  subnets: [10.0.0.0/20]
",
        ),
        fix: "Join subnets into wider ones, or use a second namespace.",
        releases: Some("Since 25.05."),
        class: Class::Webhook,
        since: Release::R25_05,
        check: Check::One(One::Ipv4Namespace(count)),
        ..NEW
    },
    Rule {
        code: "IPNS-04",
        title: "IPv4Namespace name too long",
        what: "The name of an IPv4Namespace has more than 11 characters.",
        why: "It becomes part of a VRF's name on the switches, which has no more room. The admission webhook refuses the namespace.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: IPv4Namespace
metadata:
  name: production-1
spec:
  subnets: [10.0.0.0/16]
",
        ),
        right: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: IPv4Namespace
metadata:
  name: prod-1
spec:
  subnets: [10.0.0.0/16]
",
        ),
        fix: "Shorten the name to 11 characters, here and in all that refers to it.",
        class: Class::Webhook,
        check: Check::One(One::Ipv4Namespace(length)),
        ..NEW
    },
    Rule {
        code: "IPNS-05",
        title: "subnets of an IPv4Namespace",
        what: "A subnet is no prefix, or shares addresses with another one of the same namespace.",
        why: "The admission webhook refuses the namespace.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: IPv4Namespace
metadata:
  name: default
spec:
  subnets:
  - 10.0.0.0/16
  - 10.0.128.0/17
",
        ),
        right: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: IPv4Namespace
metadata:
  name: default
spec:
  subnets:
  - 10.0.0.0/17
  - 10.0.128.0/17
",
        ),
        fix: "Write prefixes such as 10.0.0.0/16 that do not overlap.",
        class: Class::Webhook,
        check: Check::One(One::Ipv4Namespace(prefixes)),
        ..NEW
    },
    Rule {
        code: "IPNS-06",
        title: "reserved subnet in an IPv4Namespace",
        what: "A subnet shares addresses with one that the fabric keeps for itself: management, protocol, VTEP and fabric addresses and the like.",
        why: "The admission webhook refuses the namespace.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: IPv4Namespace
metadata:
  name: default
spec:
  subnets: [172.16.0.0/12]
",
        ),
        right: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: IPv4Namespace
metadata:
  name: default
spec:
  subnets: [172.16.0.0/13]
",
        ),
        fix: "Choose other prefixes; if the fabric is installed with others of its own, write them to `network` of the fabric in .hnp/config.toml.",
        class: Class::Webhook,
        check: Check::One(One::Ipv4Namespace(reserved)),
        ..NEW
    },
    Rule {
        code: "IPNS-07",
        title: "IPv4Namespace narrowed under its VPCs",
        what: "A namespace changes so that the subnet of a VPC lies in none of its prefixes any more.",
        why: "The webhook refuses the change. VPC-35 names the VPCs, TR-04 the step.",
        fix: "Move the VPCs first.",
        class: Class::Update,
        check: Check::Never("TR-04 reports it, and VPC-35 what remains"),
        ..NEW
    },
    Rule {
        code: "IPNS-08",
        title: "IPv4Namespace deleted while in use",
        what: "A namespace goes while VPCs or Externals name it.",
        why: "The webhook refuses the deletion.",
        fix: "Take out what refers to it first.",
        class: Class::Update,
        check: Check::Never("TR-03 reports it, and the rules of what refers to it"),
        ..NEW
    },
    Rule {
        code: "IPNS-09",
        severity: Severity::Warning,
        title: "odd prefix in an IPv4Namespace",
        what: "A subnet is an IPv6 prefix, or has host bits set.",
        why: "Admission takes both. IPv6 prefixes are of no use to VPCs, and host bits mean nothing: most likely another prefix is meant.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: IPv4Namespace
metadata:
  name: default
spec:
  subnets: [10.0.1.0/16]
",
        ),
        right: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: IPv4Namespace
metadata:
  name: default
spec:
  subnets: [10.0.0.0/16]
",
        ),
        fix: "Write an IPv4 prefix without host bits.",
        class: Class::Gap,
        check: Check::One(One::Ipv4Namespace(odd)),
        ..NEW
    },
];

fn count(doc: &Doc<'_, Ipv4Namespace>, report: &mut Report) {
    let subnets = &doc.facts.subnets;
    // Over 20 the schema says it.
    if let 11..=20 = subnets.len() {
        report.at(
            subnets[10].span,
            format!(
                "the namespace has {} subnets; at most 10 are admitted",
                subnets.len()
            ),
        );
    }
}

fn length(doc: &Doc<'_, Ipv4Namespace>, report: &mut Report) {
    let name = doc.name();
    if name.len() > 11 {
        report.at(
            doc.name_span(),
            format!(
                "the name has {} characters; an IPv4Namespace's has at most 11",
                name.len()
            ),
        );
    }
}

fn prefixes(doc: &Doc<'_, Ipv4Namespace>, report: &mut Report) {
    let mut held = Vec::with_capacity(doc.facts.subnets.len());
    for (owner, subnet) in (0u32..).zip(&doc.facts.subnets) {
        match (subnet.prefix, subnet.text.get()) {
            (Some(prefix), _) => held.push(Held {
                prefix,
                owner,
                spot: subnet.span.into(),
                context: false,
            }),
            (None, Some(text)) => {
                report.at(
                    subnet.span,
                    format!("`{text}` is not a prefix such as 10.0.0.0/16"),
                );
            }
            (None, None) => {}
        }
    }
    overlapping(&held, |later, earlier| {
        report
            .at(
                later.spot,
                format!(
                    "{} overlaps {} of the same namespace",
                    later.prefix, earlier.prefix
                ),
            )
            .with(earlier.spot, format!("{} is here", earlier.prefix));
    });
}

fn reserved(doc: &Doc<'_, Ipv4Namespace>, report: &mut Report) {
    let reserved = &doc.settings.network.reserved;
    for subnet in &doc.facts.subnets {
        if let Some(prefix) = subnet.prefix
            && let Some(other) = reserved.iter().find(|other| other.overlaps(prefix))
        {
            report.at(
                subnet.span,
                format!("{prefix} overlaps {other}, which the fabric reserves for itself"),
            );
        }
    }
}

fn odd(doc: &Doc<'_, Ipv4Namespace>, report: &mut Report) {
    for subnet in &doc.facts.subnets {
        let Some(prefix) = subnet.prefix else {
            continue;
        };
        if !prefix.addr.is_v4() {
            report.at(
                subnet.span,
                format!("{prefix} is an IPv6 prefix; VPCs have IPv4 subnets"),
            );
        } else if !prefix.is_masked() {
            let masked = prefix.masked();
            report
                .at(
                    subnet.span,
                    format!("{prefix} has host bits set; the network is {masked}"),
                )
                .fix(
                    format!("write {masked}"),
                    false,
                    subnet.span,
                    masked.to_string(),
                );
        }
    }
}
