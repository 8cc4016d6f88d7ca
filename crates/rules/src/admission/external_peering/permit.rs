//! What a peering must say.

use hnp_model::Severity;
use hnp_yaml::{Kind, Span, Value};

use crate::catalogue::{Class, NEW, Rule};
use crate::engine::{Check, Doc, One, Report};
use crate::facts::{ExternalPeering, Field, Str, text};
use crate::net::Prefix;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "EXP-01",
        title: "subnets and prefixes sorted",
        what: "The webhook sorts `subnets` and `prefixes`.",
        why: "The resource in the cluster then differs from the file, which is no drift.",
        fix: "Nothing to do.",
        class: Class::Default,
        check: Check::Never("the webhook sorts them; hnp does the same before it compares"),
        ..NEW
    },
    Rule {
        code: "EXP-02",
        title: "peering without VPC or External",
        what: "`permit.vpc.name` or `permit.external.name` is absent or empty.",
        why: "The admission webhook refuses the peering.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: ExternalPeering
metadata:
  name: vpc-1--isp-1
spec:
  permit:
    vpc: { name: vpc-1, subnets: [default] }
    external: { prefixes: [{ prefix: 0.0.0.0/0 }] }
",
        ),
        right: Some(RIGHT),
        fix: "Name the VPC and the External.",
        class: Class::Webhook,
        check: Check::One(One::ExternalPeering(names)),
        ..NEW
    },
    Rule {
        code: "EXP-03",
        title: "empty prefix of a peering",
        what: "An entry of `permit.external.prefixes` has no `prefix`.",
        why: "The admission webhook refuses the peering.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: ExternalPeering
metadata:
  name: vpc-1--isp-1
spec:
  permit:
    vpc: { name: vpc-1, subnets: [default] }
    external: { name: isp-1, prefixes: [{}] }
",
        ),
        right: Some(RIGHT),
        fix: "Write a prefix, `0.0.0.0/0` for all, or take the entry out.",
        class: Class::Webhook,
        check: Check::One(One::ExternalPeering(empty)),
        ..NEW
    },
    Rule {
        code: "EXP-03-G",
        severity: Severity::Warning,
        title: "prefix of a peering is none",
        what: "A `prefix` is not one, or has host bits set.",
        why: "Admission takes any text; the switches cannot make a route map of it.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: ExternalPeering
metadata:
  name: vpc-1--isp-1
spec:
  permit:
    vpc: { name: vpc-1, subnets: [default] }
    external: { name: isp-1, prefixes: [{ prefix: 0.0.0.0 }] }
",
        ),
        right: Some(RIGHT),
        fix: "Write a prefix, `0.0.0.0/0` for all.",
        class: Class::Gap,
        check: Check::One(One::ExternalPeering(format)),
        ..NEW
    },
];

const RIGHT: &str = "apiVersion: vpc.githedgehog.com/v1beta1
kind: ExternalPeering
metadata:
  name: vpc-1--isp-1
spec:
  permit:
    vpc: { name: vpc-1, subnets: [default] }
    external: { name: isp-1, prefixes: [{ prefix: 0.0.0.0/0 }] }
";

/// Returns the value below some keys, and where it stands or the innermost thing that should hold it does.
fn below<'d>(doc: &Doc<'d, ExternalPeering>, keys: &[&str]) -> (Option<Value<'d>>, Span) {
    let mut span = doc.spec_span();
    let mut at = doc.spec();
    for key in keys {
        let entry = at.and_then(|value| value.entry(key));
        if let Some(entry) = entry {
            span = entry.key_span;
        }
        at = entry.map(|entry| entry.value);
    }
    (at, span)
}

fn names(doc: &Doc<'_, ExternalPeering>, report: &mut Report) {
    for (field, key, word) in [
        (&doc.facts.vpc, "vpc", "VPC"),
        (&doc.facts.external, "external", "External"),
    ] {
        if field.is_missing() {
            let (_, holder) = below(doc, &["permit", key]);
            report
                .at(
                    field.span_or(holder),
                    format!("the peering names no {word}"),
                )
                .field(format!("spec.permit.{key}.name"));
        }
    }
}

/// Returns the prefixes, each with where its entry stands.
fn prefixes<'d>(doc: &Doc<'d, ExternalPeering>) -> impl Iterator<Item = (Field<Str>, Span)> + 'd {
    let (list, _) = below(doc, &["permit", "external", "prefixes"]);
    list.into_iter()
        .flat_map(Value::items)
        .filter(|item| item.kind() == Kind::Map)
        .map(|item| (item.get("prefix").map_or(Field::Absent, text), item.span()))
}

fn empty(doc: &Doc<'_, ExternalPeering>, report: &mut Report) {
    for (n, (prefix, entry)) in prefixes(doc).enumerate() {
        if prefix.is_missing() {
            report
                .at(prefix.span_or(entry), "the entry has no prefix")
                .field(format!("spec.permit.external.prefixes[{n}].prefix"));
        }
    }
}

fn format(doc: &Doc<'_, ExternalPeering>, report: &mut Report) {
    for (prefix, _) in prefixes(doc) {
        let Some((text, span)) = prefix.at() else {
            continue;
        };
        match Prefix::parse(text) {
            None => {
                report.at(
                    span,
                    format!("`{text}` is not a prefix such as 203.0.113.0/24"),
                );
            }
            Some(prefix) if !prefix.is_masked() => {
                let masked = prefix.masked();
                report
                    .at(
                        span,
                        format!("{prefix} has host bits set; the network is {masked}"),
                    )
                    .fix(format!("write {masked}"), false, span, masked.to_string());
            }
            Some(_) => {}
        }
    }
}
