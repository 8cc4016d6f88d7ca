//! What a party exposes: blocks of addresses.

use crate::catalogue::{Class, NEW, Rule};
use crate::engine::{Check, Doc, Entry, Lookup, One, Report, Tree};
use crate::facts::gateway_peering::{Block, Expose, Party};
use crate::facts::{Field, GatewayPeering, Str, Vpc};
use crate::net::{Addr, Prefix};
use crate::schema::suggest;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "GWP-03",
        title: "what is exposed",
        what: "An entry of `expose` has `default: true` and something else, or neither that nor `ips`; an entry of `ips` does not have exactly one of `cidr`, `not` and `vpcSubnet`, one of `as` not exactly one of `cidr` and `not`; a `cidr` or `not` is no prefix; or an External has `vpcSubnet`.",
        why: "The admission webhook refuses the peering.",
        wrong: Some(peering!(
            "  peering:
    vpc-1:
      expose:
      - ips: [{ cidr: 10.1.0.0/24, not: 10.1.0.1/32 }]
    vpc-2:
      expose:
      - ips: [{ cidr: 10.2.0.0/24 }]
"
        )),
        right: Some(peering!(
            "  peering:
    vpc-1:
      expose:
      - ips: [{ cidr: 10.1.0.0/24 }, { not: 10.1.0.1/32 }]
    vpc-2:
      expose:
      - ips: [{ cidr: 10.2.0.0/24 }]
"
        )),
        fix: "Write one block an entry; `default: true` stands alone.",
        upstream: Some(
            "exactly one of cidr, not or vpcSubnet must be set in peering expose IPs of VPC vpc-1",
        ),
        class: Class::Webhook,
        check: Check::One(One::GatewayPeering(exposes)),
        ..NEW
    },
    Rule {
        code: "GWP-10",
        title: "exposed block outside the VPC",
        what: "A `cidr` in `ips` does not lie within one subnet of the VPC, or `vpcSubnet` names none of its subnets. Of Externals nothing is known.",
        why: "The admission webhook refuses the peering.",
        wrong: Some(concat!(
            vpc!("vpc-1", "10.1.0.0/24", "1001"),
            vpc!("vpc-2", "10.2.0.0/24", "1002"),
            peering!(
                "  peering:
    vpc-1:
      expose:
      - ips: [{ cidr: 10.1.0.0/16 }]
    vpc-2:
      expose:
      - ips: [{ cidr: 10.2.0.0/24 }]
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
      - ips: [{ cidr: 10.1.0.0/25 }]
    vpc-2:
      expose:
      - ips: [{ cidr: 10.2.0.0/24 }]
"
            )
        )),
        fix: "Expose a subnet of the VPC or a part of one; of several subnets make an entry each.",
        upstream: Some("CIDR 10.1.0.0/16 is not part of VPC vpc-1"),
        releases: Some("Before 26.02 a prefix wider than the subnet could slip in."),
        class: Class::Cross,
        check: Check::Tree(inside),
        ..NEW
    },
];

fn exposes(doc: &Doc<'_, GatewayPeering>, report: &mut Report) {
    for party in &doc.facts.parties {
        for expose in party.exposes.iter().filter(|expose| expose.is_whole) {
            one_expose(party, expose, report);
        }
    }
}

fn one_expose(party: &Party, expose: &Expose, report: &mut Report) {
    let name = &party.name;
    if let Some(default) = expose.default {
        let second = expose
            .ips
            .first()
            .or(expose.translated.first())
            .map(|block| block.span)
            .or_else(|| expose.nat.as_ref().map(|nat| nat.key));
        if let Some(second) = second {
            report
                .at(
                    default,
                    format!("`default: true` of `{name}` does not stand alone"),
                )
                .with(second, "this stands beside it")
                .help("give the default an entry of its own in `expose`");
        }
        return;
    }
    if expose.ips.is_empty() {
        report.at(
            expose.span,
            format!("an entry of `expose` of `{name}` has neither `ips` nor `default: true`"),
        );
    }
    for block in &expose.ips {
        let fields = [
            ("cidr", &block.cidr),
            ("not", &block.not),
            ("vpcSubnet", &block.subnet),
        ];
        one_block("ips", name, block, &fields, report);
        if let (Some(external), Some((_, span))) = (party.external(), block.subnet.at()) {
            report
                .at(
                    span,
                    format!("External `{external}` has no subnets to expose by name"),
                )
                .help("write the block as `cidr`");
        }
    }
    for block in &expose.translated {
        let fields = [("cidr", &block.cidr), ("not", &block.not)];
        one_block("as", name, block, &fields, report);
    }
}

fn one_block(
    list: &str,
    name: &str,
    block: &Block,
    fields: &[(&str, &Field<Str>)],
    report: &mut Report,
) {
    let mut set = fields.iter().filter(|(_, field)| !field.is_missing());
    match (set.next(), set.next()) {
        (None, _) => {
            let names: Vec<_> = fields.iter().map(|(key, _)| format!("`{key}`")).collect();
            report.at(
                block.span,
                format!(
                    "an entry of `{list}` of `{name}` has none of {}",
                    names.join(", ")
                ),
            );
        }
        (Some((first, one)), Some((second, other))) => {
            let draft = report.at(
                other.span_or(block.span),
                format!(
                    "an entry of `{list}` of `{name}` has `{first}` and `{second}`; it can have one"
                ),
            );
            if let Some(span) = one.span() {
                draft.with(span, format!("`{first}`"));
            }
        }
        _ => {}
    }
    for (key, field) in [("cidr", &block.cidr), ("not", &block.not)] {
        let Some((text, span)) = field.at() else {
            continue;
        };
        if Prefix::parse(text).is_some() {
            continue;
        }
        let draft = report.at(
            span,
            format!("{key} `{text}` in `{list}` of `{name}` is not a prefix such as 10.1.0.0/24"),
        );
        if let Some(addr) = Addr::parse(text) {
            let prefix = Prefix::host(addr).to_string();
            draft.fix(format!("write `{prefix}`"), false, span, prefix);
        }
    }
}

fn inside(tree: &Tree<'_>, report: &mut Report) {
    for peering in tree.managed::<GatewayPeering>() {
        for party in peering.it.parties.iter().filter(|p| p.external().is_none()) {
            let Lookup::Found(vpc) = tree.find::<Vpc>(&party.name) else {
                continue;
            };
            let exposes = party.exposes.iter().filter(|e| e.default.is_none());
            for block in exposes.flat_map(|expose| &expose.ips) {
                one_inside(&peering, &vpc, block, report);
            }
        }
    }
}

fn one_inside(
    peering: &Entry<'_, GatewayPeering>,
    vpc: &Entry<'_, Vpc>,
    block: &Block,
    report: &mut Report,
) {
    if let Some((text, span)) = block.cidr.at()
        && let Some(prefix) = Prefix::parse(text)
    {
        let within = |outer: Option<Prefix>| outer.is_some_and(|outer| prefix.is_within(outer));
        // A subnet that cannot be read might be the one: VPC-12 says what is wrong with it.
        let known = vpc.it.subnets.iter().all(|subnet| subnet.prefix.is_some());
        if known && !vpc.it.subnets.iter().any(|subnet| within(subnet.prefix)) {
            report
                .at(
                    peering.spot(span),
                    format!("{text} lies in no subnet of VPC `{}`", vpc.name()),
                )
                .with(vpc.name_spot(), "the VPC");
        }
    }
    if let Some((name, span)) = block.subnet.at()
        && vpc.it.subnet(name).is_none()
    {
        no_subnet(peering, vpc, name, span, report);
    }
}

/// Reports that a VPC does not have a subnet.
pub(super) fn no_subnet(
    peering: &Entry<'_, GatewayPeering>,
    vpc: &Entry<'_, Vpc>,
    name: &str,
    span: hnp_yaml::Span,
    report: &mut Report,
) {
    let names = vpc.it.subnets.iter().map(|subnet| subnet.name.as_str());
    let near = suggest::nearest(name, names).and_then(|near| vpc.it.subnet(near));
    let draft = report.at(
        peering.spot(span),
        format!("VPC `{}` has no subnet `{name}`", vpc.name()),
    );
    match near {
        Some(near) => draft
            .with(vpc.spot(near.key), format!("`{}` is here", near.name))
            .help(format!("did you mean `{}`?", near.name)),
        None => draft.with(vpc.name_spot(), "the VPC"),
    };
}
