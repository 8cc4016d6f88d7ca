//! The ACL of a peering.

use hnp_model::Severity;
use hnp_yaml::Value;

use super::{expose::no_subnet, field, maps, ports};
use crate::catalogue::{Class, NEW, Rule};
use crate::document::is_subdomain;
use crate::engine::{Check, Doc, Lookup, One, Report, Tree};
use crate::facts::{GatewayPeering, Vpc, text};
use crate::net::Prefix;
use crate::schema::Release;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "GWP-07",
        title: "rule of an ACL",
        what: "A rule's name is longer than 64 characters or no lowercase RFC 1123 subdomain; it has neither `from` nor `to`, or one that is not one of the two parties; an end of its match has `cidr` and `vpcSubnet`, a `cidr` that is no prefix, or a port that is none; or `proto` is neither tcp, udp nor a number.",
        why: "The admission webhook refuses the peering.",
        wrong: Some(peering!(
            "  peering:
    vpc-1:
      expose:
      - ips: [{ cidr: 10.1.0.0/24 }]
    vpc-2:
      expose:
      - ips: [{ cidr: 10.2.0.0/24 }]
  acl:
    rules:
    - from: vpc-3
      action: deny
"
        )),
        right: Some(peering!(
            "  peering:
    vpc-1:
      expose:
      - ips: [{ cidr: 10.1.0.0/24 }]
    vpc-2:
      expose:
      - ips: [{ cidr: 10.2.0.0/24 }]
  acl:
    rules:
    - from: vpc-2
      action: deny
"
        )),
        fix: "Name one of the two parties; write protocols other than tcp and udp by their numbers, ICMP as \"1\".",
        upstream: Some(
            "invalid from \"vpc-3\" in ACL rule 0, it has to match one of the two VPCs of the peering",
        ),
        releases: Some("`acl` came with 26.03."),
        class: Class::Webhook,
        since: Release::R26_03Preview,
        check: Check::One(One::GatewayPeering(rules)),
        ..NEW
    },
    Rule {
        code: "GWP-07-G",
        severity: Severity::Warning,
        title: "rule of an ACL that matches nothing",
        what: "A rule goes from a party to itself, or `proto` is a number that no protocol has, not from 0 to 255.",
        why: "Admission lets it through, and the rule never matches: what goes through a gateway goes from one party to the other.",
        wrong: Some(peering!(
            "  peering:
    vpc-1:
      expose:
      - ips: [{ cidr: 10.1.0.0/24 }]
    vpc-2:
      expose:
      - ips: [{ cidr: 10.2.0.0/24 }]
  acl:
    rules:
    - from: vpc-1
      to: vpc-1
      action: deny
"
        )),
        right: Some(peering!(
            "  peering:
    vpc-1:
      expose:
      - ips: [{ cidr: 10.1.0.0/24 }]
    vpc-2:
      expose:
      - ips: [{ cidr: 10.2.0.0/24 }]
  acl:
    rules:
    - from: vpc-1
      to: vpc-2
      action: deny
"
        )),
        fix: "Correct the direction or the number, or take the rule out.",
        class: Class::Gap,
        since: Release::R26_03Preview,
        check: Check::One(One::GatewayPeering(idle)),
        ..NEW
    },
    Rule {
        code: "GWP-13",
        title: "subnet in an ACL",
        what: "`vpcSubnet` of a rule names a subnet that the VPC does not have, the one of `from` in `src`, the one of `to` in `dst`, where a missing one is the other party; or that party is an External.",
        why: "The admission webhook refuses the peering.",
        wrong: Some(concat!(
            vpc!("vpc-1", "10.1.0.0/24", "1001"),
            vpc!("vpc-2", "10.2.0.0/24", "1002"),
            peering!(
                "  peering:
    vpc-1:
      expose:
      - ips: [{ cidr: 10.1.0.0/24 }]
    vpc-2:
      expose:
      - ips: [{ cidr: 10.2.0.0/24 }]
  acl:
    rules:
    - from: vpc-1
      action: deny
      match:
        dst: [{ vpcSubnet: servers }]
"
            )
        )),
        right: Some(concat!(
            vpc!("vpc-1", "10.1.0.0/24", "1001"),
            vpc!("vpc-2", "10.2.0.0/24", "1002"),
            peering!(
                "  peering:
    vpc-1:
      expose:
      - ips: [{ cidr: 10.1.0.0/24 }]
    vpc-2:
      expose:
      - ips: [{ cidr: 10.2.0.0/24 }]
  acl:
    rules:
    - from: vpc-1
      action: deny
      match:
        dst: [{ vpcSubnet: default }]
"
            )
        )),
        fix: "Name a subnet of that party, or write its block as `cidr`.",
        upstream: Some(
            "destination VPC subnet servers referenced in ACL rule 0 does not exist in VPC vpc-2",
        ),
        releases: Some("`acl` came with 26.03."),
        class: Class::Cross,
        since: Release::R26_03Preview,
        check: Check::Tree(subnets),
        ..NEW
    },
];

/// Returns the rules with a word for each.
fn each<'d>(doc: &Doc<'d, GatewayPeering>) -> impl Iterator<Item = (String, Value<'d>)> + use<'d> {
    let acl = doc.spec().and_then(|spec| spec.get("acl"));
    let rules = acl.into_iter().flat_map(|acl| maps(acl, "rules"));
    rules.enumerate().map(|(n, rule)| {
        let word = match field(rule, "name").text() {
            Some(name) => format!("rule `{name}`"),
            None => format!("rule {n}"),
        };
        (word, rule)
    })
}

fn rules(doc: &Doc<'_, GatewayPeering>, report: &mut Report) {
    for (word, rule) in each(doc) {
        if let Some((name, span)) = field(rule, "name").at() {
            if name.len() > 64 {
                report.at(
                    span,
                    format!(
                        "the rule's name has {} characters; at most 64 are allowed",
                        name.len()
                    ),
                );
            } else if !is_subdomain(name) {
                report
                    .at(span, format!("`{name}` cannot be the name of a rule"))
                    .help("use lower-case letters, digits, `-` and `.`, with a letter or digit at both ends of each part");
            }
        }
        direction(doc, &word, rule, report);
        let Some(matched) = rule.get("match") else {
            continue;
        };
        for key in ["src", "dst"] {
            for end in maps(matched, key) {
                one_end(&word, key, end, report);
            }
        }
        let proto = field(matched, "proto");
        if let Some((proto, span)) = proto.at()
            && !matches!(proto, "tcp" | "udp")
            && proto.parse::<i64>().is_err()
        {
            let draft = report.at(
                span,
                format!("protocol `{proto}` of {word} is neither tcp, udp nor a number"),
            );
            let lower = proto.to_ascii_lowercase();
            if matches!(lower.as_str(), "tcp" | "udp") {
                draft.fix(format!("write `{lower}`"), true, span, lower);
            }
        }
    }
}

fn direction(doc: &Doc<'_, GatewayPeering>, word: &str, rule: Value<'_>, report: &mut Report) {
    let (from, to) = (field(rule, "from"), field(rule, "to"));
    if from.is_missing() && to.is_missing() {
        report
            .at(rule.span(), format!("{word} has neither `from` nor `to`"))
            .help("name the party from which, or to which, the traffic goes");
    }
    // Where there are not two parties nobody knows which one is missing.
    let Some((a, b)) = doc.facts.pair() else {
        return;
    };
    for (key, party) in [("from", from), ("to", to)] {
        if let Some((name, span)) = party.at()
            && a.name != name
            && b.name != name
        {
            report
                .at(
                    span,
                    format!("`{key}` of {word} names `{name}`, which is not in the peering"),
                )
                .help(format!("name `{}` or `{}`", a.name, b.name));
        }
    }
}

fn one_end(word: &str, key: &str, end: Value<'_>, report: &mut Report) {
    let (cidr, subnet) = (field(end, "cidr"), field(end, "vpcSubnet"));
    if let (Some((_, first)), Some((_, span))) = (cidr.at(), subnet.at()) {
        report
            .at(
                span,
                format!(
                    "an entry of `{key}` of {word} has `cidr` and `vpcSubnet`; it can have one"
                ),
            )
            .with(first, "`cidr`")
            .help("make an entry of each");
    }
    if let Some((text, span)) = cidr.at()
        && Prefix::parse(text).is_none()
    {
        report.at(
            span,
            format!("cidr `{text}` in `{key}` of {word} is not a prefix such as 10.1.0.0/24"),
        );
    }
    for port in end.get("ports").into_iter().flat_map(Value::items) {
        let port = text(port);
        if let Some((text, span)) = port.set()
            && text.is_empty()
        {
            report.at(span, format!("a port in `{key}` of {word} is empty"));
        }
        ports::judge(&port, &format!("a port in `{key}` of {word}"), report);
    }
}

fn idle(doc: &Doc<'_, GatewayPeering>, report: &mut Report) {
    for (word, rule) in each(doc) {
        let (from, to) = (field(rule, "from"), field(rule, "to"));
        if let (Some((from, first)), Some((to, span))) = (from.at(), to.at())
            && from == to
            && doc.facts.parties.iter().any(|party| party.name == to)
        {
            report
                .at(span, format!("{word} goes from `{from}` to itself"))
                .with(first, "`from`");
        }
        let proto = rule.get("match").map(|matched| field(matched, "proto"));
        if let Some((text, span)) = proto.as_ref().and_then(|proto| proto.at())
            && text
                .parse::<i64>()
                .is_ok_and(|number| !(0..=255).contains(&number))
        {
            report.at(
                span,
                format!("no protocol has the number {text}, as {word} asks for"),
            );
        }
    }
}

fn subnets(tree: &Tree<'_>, report: &mut Report) {
    for peering in tree.managed::<GatewayPeering>() {
        for subnet in &peering.it.subnets {
            let Some(party) = peering.it.holder(subnet) else {
                continue;
            };
            if let Some(external) = party.external() {
                report
                    .at(
                        peering.spot(subnet.span),
                        format!("External `{external}` has no subnet `{}`", subnet.subnet),
                    )
                    .with(peering.spot(party.key), "the party of this end")
                    .help("write the block as `cidr`");
            } else if let Lookup::Found(vpc) = tree.find::<Vpc>(&party.name)
                && vpc.it.subnet(&subnet.subnet).is_none()
            {
                no_subnet(&peering, &vpc, &subnet.subnet, subnet.span, report);
            }
        }
    }
}
