//! Static routes and permissions between subnets.

use hnp_model::Severity;
use hnp_yaml::Value;

use crate::admission::common::repeated;
use crate::catalogue::{Class, NEW, Rule};
use crate::engine::{Check, Doc, One, Report};
use crate::facts::{Field, Vpc, text, texts};
use crate::net::{Addr, Prefix};

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "VPC-31",
        title: "permission between subnets",
        what: "An entry of `permit` names less than two subnets, one that the VPC does not have, or one twice.",
        why: "The admission webhook refuses the VPC.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    a:
      subnet: 10.1.0.0/24
      vlan: 1001
    b:
      subnet: 10.1.1.0/24
      vlan: 1002
  permit:
  - [a, c]
",
        ),
        right: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    a:
      subnet: 10.1.0.0/24
      vlan: 1001
    b:
      subnet: 10.1.1.0/24
      vlan: 1002
  permit:
  - [a, b]
",
        ),
        fix: "Name two or more of the VPC's own subnets, each once.",
        class: Class::Webhook,
        check: Check::One(One::Vpc(permit)),
        ..NEW
    },
    Rule {
        code: "VPC-32",
        title: "static route",
        what: "An entry of `staticRoutes` has no prefix, one that cannot be read or has host bits set, or no next hop.",
        why: "The admission webhook refuses the VPC.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    default:
      subnet: 10.1.0.0/24
      vlan: 1001
  staticRoutes:
  - prefix: 10.9.0.1/16
    nextHops: [10.1.0.9]
",
        ),
        right: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    default:
      subnet: 10.1.0.0/24
      vlan: 1001
  staticRoutes:
  - prefix: 10.9.0.0/16
    nextHops: [10.1.0.9]
",
        ),
        fix: "Write the network's own address, and at least one next hop.",
        class: Class::Webhook,
        check: Check::One(One::Vpc(routes)),
        ..NEW
    },
    Rule {
        code: "VPC-32-G",
        severity: Severity::Warning,
        title: "next hop of a static route",
        what: "A next hop is no IP address.",
        why: "Nobody checks it before the switches fail to apply it.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    default:
      subnet: 10.1.0.0/24
      vlan: 1001
  staticRoutes:
  - prefix: 10.9.0.0/16
    nextHops: [gateway-1]
",
        ),
        right: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    default:
      subnet: 10.1.0.0/24
      vlan: 1001
  staticRoutes:
  - prefix: 10.9.0.0/16
    nextHops: [10.1.0.9]
",
        ),
        fix: "Write the address.",
        class: Class::Gap,
        check: Check::One(One::Vpc(next_hops)),
        ..NEW
    },
];

fn permit(doc: &Doc<'_, Vpc>, report: &mut Report) {
    let permit = doc.spec().and_then(|spec| spec.get("permit"));
    for entry in permit.into_iter().flat_map(Value::items) {
        if entry.is_null() {
            continue;
        }
        let names = texts(entry);
        if entry.items().count() < 2 {
            report.at(
                entry.span(),
                "a permission needs two subnets or more between which it holds",
            );
        }
        for (name, span) in &names {
            if doc.facts.subnet(name).is_none() {
                report.at(*span, format!("the VPC has no subnet `{name}`"));
            }
        }
        repeated(
            names.iter().map(|(name, span)| (name, (name, *span))),
            |(name, span), (_, first)| {
                report
                    .at(
                        span,
                        format!("subnet `{name}` stands twice in a permission"),
                    )
                    .with(*first, "first here");
            },
        );
    }
}

fn static_routes<'d>(doc: &Doc<'d, Vpc>) -> impl Iterator<Item = Value<'d>> + use<'d> {
    doc.spec()
        .and_then(|spec| spec.get("staticRoutes"))
        .into_iter()
        .flat_map(Value::items)
        .filter(|route| !route.is_null())
}

fn routes(doc: &Doc<'_, Vpc>, report: &mut Report) {
    for route in static_routes(doc) {
        let prefix = route.get("prefix").map_or(Field::Absent, text);
        if prefix.is_missing() {
            report.at(prefix.span_or(route.span()), "a static route has no prefix");
        }
        if let Some((text, span)) = prefix.at() {
            match Prefix::parse(text) {
                None => {
                    report.at(span, format!("`{text}` of a static route is not a prefix"));
                }
                Some(read) if !read.is_masked() => {
                    let masked = read.masked().to_string();
                    report
                        .at(
                            span,
                            format!("`{text}` of a static route has host bits set; the network is {masked}"),
                        )
                        .fix(format!("write {masked}"), false, span, masked);
                }
                Some(_) => {}
            }
        }
        let hops = route.get("nextHops");
        if hops.is_none_or(|hops| hops.items().next().is_none()) {
            report.at(
                hops.filter(|hops| !hops.is_null())
                    .map_or(route.span(), Value::span),
                "a static route has no next hop",
            );
        }
    }
}

fn next_hops(doc: &Doc<'_, Vpc>, report: &mut Report) {
    for route in static_routes(doc) {
        for (hop, span) in route.get("nextHops").map(texts).unwrap_or_default() {
            if Addr::parse(&hop).is_none() {
                report.at(span, format!("next hop `{hop}` is not an IP address"));
            }
        }
    }
}
