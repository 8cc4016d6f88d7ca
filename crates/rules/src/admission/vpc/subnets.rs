//! The subnets of a VPC, each by itself and among one another.

use hnp_model::Severity;

use super::subnets as of;
use crate::admission::common::{Held, overlapping, repeated};
use crate::catalogue::{Class, NEW, Rule};
use crate::engine::{Check, Doc, One, Report};
use crate::facts::{Field, Vpc};
use crate::net::Addr;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "VPC-10",
        title: "number of subnets",
        what: "A VPC has no subnet, or more than 20.",
        why: "The admission webhook refuses the VPC.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  ipv4Namespace: default
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
",
        ),
        fix: "Add a subnet, or split the VPC.",
        upstream: Some("at least one subnet is required"),
        class: Class::Webhook,
        check: Check::One(One::Vpc(count)),
        ..NEW
    },
    Rule {
        code: "VPC-12",
        title: "subnet prefix missing or unreadable",
        what: "A subnet has no `subnet`, or one that is no prefix, or one longer than /30. Leading zeros are not read.",
        why: "The admission webhook refuses the VPC.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    default:
      subnet: 10.1.0.0
      vlan: 1001
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
",
        ),
        fix: "Write a prefix such as 10.1.0.0/24, of at most 30 bits.",
        upstream: Some("subnet default: failed to parse subnet 10.1.0.0"),
        class: Class::Webhook,
        check: Check::One(One::Vpc(prefix)),
        ..NEW
    },
    Rule {
        code: "VPC-12-G",
        severity: Severity::Warning,
        title: "subnet with host bits",
        what: "The address of `subnet` is not the network's first.",
        why: "Hedgehog takes it and masks it, people read it as another network. It is most likely a typing mistake.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    default:
      subnet: 10.1.0.5/24
      vlan: 1001
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
",
        ),
        fix: "Write the network's own address.",
        class: Class::Gap,
        check: Check::One(One::Vpc(host_bits)),
        ..NEW
    },
    Rule {
        code: "VPC-13",
        title: "subnet overlaps a reserved one",
        what: "A subnet overlaps one that the fabric uses itself: management, protocol, VTEP, links between switches, the loopback workaround, MCLAG sessions or the proxy of layer 2 externals.",
        why: "The admission webhook refuses the VPC.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    default:
      subnet: 172.30.8.0/24
      vlan: 1001
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
",
        ),
        fix: "Choose another prefix; if the fabric is installed with others, write them to `network` of the fabric in .hnp/config.toml.",
        upstream: Some("subnet default: subnet 172.30.8.0/24 is reserved"),
        class: Class::Webhook,
        check: Check::One(One::Vpc(reserved)),
        ..NEW
    },
    Rule {
        code: "VPC-14",
        title: "host BGP with DHCP",
        what: "A subnet has `hostBGP` and `dhcp.enable`.",
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
      hostBGP: true
      dhcp:
        enable: true
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
      hostBGP: true
",
        ),
        fix: "Turn one of the two off.",
        upstream: Some("subnet default: dhcp should not be enabled for hostBGP subnets"),
        class: Class::Webhook,
        check: Check::One(One::Vpc(host_bgp)),
        ..NEW
    },
    Rule {
        code: "VPC-15",
        title: "gateway or VLAN of a subnet",
        what: "A subnet without `hostBGP` has no VLAN, or a gateway that is no address or lies outside the subnet.",
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
      gateway: 10.2.0.1
      vlan: 1001
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
      gateway: 10.1.0.1
      vlan: 1001
",
        ),
        fix: "Give it a VLAN of the VLANNamespace, and a gateway in the subnet, or none.",
        upstream: Some("subnet default: gateway 10.2.0.1 is not in the subnet"),
        class: Class::Webhook,
        check: Check::One(One::Vpc(gateway)),
        ..NEW
    },
    Rule {
        code: "VPC-15-G",
        severity: Severity::Warning,
        title: "gateway is the network's or broadcast address",
        what: "The gateway is the first or last address of the subnet.",
        why: "Hedgehog takes it, hosts do not.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    default:
      subnet: 10.1.0.0/24
      gateway: 10.1.0.0
      vlan: 1001
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
      gateway: 10.1.0.1
      vlan: 1001
",
        ),
        fix: "Choose an address between the two.",
        class: Class::Gap,
        check: Check::One(One::Vpc(gateway_edge)),
        ..NEW
    },
    Rule {
        code: "VPC-29",
        title: "VLAN twice in a VPC",
        what: "Two subnets of one VPC have one VLAN; those with `hostBGP` do not count.",
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
      vlan: 1001
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
",
        ),
        fix: "Give each its own.",
        upstream: Some("duplicate subnet VLANs"),
        class: Class::Webhook,
        check: Check::One(One::Vpc(vlans)),
        ..NEW
    },
    Rule {
        code: "VPC-30",
        title: "overlapping subnets in a VPC",
        what: "Two subnets of one VPC share addresses; those with `hostBGP` count.",
        why: "The admission webhook refuses the VPC.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    a:
      subnet: 10.1.0.0/23
      vlan: 1001
    b:
      subnet: 10.1.1.0/24
      vlan: 1002
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
",
        ),
        fix: "Choose prefixes that do not overlap.",
        upstream: Some("subnets overlap"),
        class: Class::Webhook,
        check: Check::One(One::Vpc(overlap)),
        ..NEW
    },
    Rule {
        code: "VPC-42",
        title: "too many subnets for the VNIs of a VPC",
        what: "A VPC has 100 VNIs, so at most 99 subnets.",
        why: "VPC-10 allows 20, so nobody gets here.",
        fix: "Nothing to do.",
        class: Class::Runtime,
        check: Check::Never("VPC-10 stops it long before"),
        ..NEW
    },
    Rule {
        code: "VPC-43",
        severity: Severity::Warning,
        title: "VLAN out of range",
        what: "A VLAN is not between 1 and 4094.",
        why: "Only the ranges of the VLANNamespace bound it; where that is kept elsewhere nobody else would notice.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    default:
      subnet: 10.1.0.0/24
      vlan: 5000
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
",
        ),
        fix: "Choose a VLAN from 1 to 4094.",
        class: Class::Gap,
        check: Check::One(One::Vpc(vlan_range)),
        ..NEW
    },
    Rule {
        code: "VPC-44",
        title: "empty subnet",
        what: "A subnet is null.",
        why: "The admission webhook fails on it with an internal error, so the VPC is refused with a message that says nothing.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    default:
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
",
        ),
        fix: "Fill the subnet in, or take it out.",
        upstream: Some("Internal error occurred: failed calling webhook"),
        class: Class::Webhook,
        check: Check::One(One::Vpc(null)),
        ..NEW
    },
];

fn count(doc: &Doc<'_, Vpc>, report: &mut Report) {
    let subnets = doc.facts.subnets.len();
    if doc.facts.subnets_wrong {
        // Of another type, which the schema says.
    } else if subnets == 0 {
        report
            .at(
                doc.facts.subnets_key.unwrap_or_else(|| doc.spec_span()),
                "the VPC has no subnet; it needs at least one",
            )
            .field("spec.subnets");
    } else if let Some(extra) = doc.facts.subnets.get(20) {
        report.at(
            extra.key,
            format!("the VPC has {subnets} subnets; at most 20 are allowed"),
        );
    }
}

fn null(doc: &Doc<'_, Vpc>, report: &mut Report) {
    for subnet in doc.facts.subnets.iter().filter(|subnet| subnet.is_null) {
        report.at(
            subnet.key,
            format!(
                "subnet `{}` is empty; Hedgehog's webhook fails on it",
                subnet.name
            ),
        );
    }
}

fn prefix(doc: &Doc<'_, Vpc>, report: &mut Report) {
    for subnet in doc.facts.subnets.iter().filter(|subnet| subnet.is_map) {
        let name = &subnet.name;
        match (&subnet.subnet, subnet.prefix) {
            (field, _) if field.is_missing() => {
                report
                    .at(
                        field.span_or(subnet.key),
                        format!("subnet `{name}` has no prefix"),
                    )
                    .field(format!("spec.subnets.{name}.subnet"));
            }
            (Field::Set(text, span), None) => {
                report.at(
                    *span,
                    format!("`{text}` of subnet `{name}` is not a prefix such as 10.1.0.0/24"),
                );
            }
            (Field::Set(_, span), Some(prefix)) if prefix.bits > 30 => {
                report.at(
                    *span,
                    format!("`{prefix}` of subnet `{name}` is longer than /30"),
                );
            }
            _ => {}
        }
    }
}

fn host_bits(doc: &Doc<'_, Vpc>, report: &mut Report) {
    for subnet in &doc.facts.subnets {
        if let Some(prefix) = subnet.prefix
            && prefix.bits <= 30
            && !prefix.is_masked()
        {
            let masked = prefix.masked();
            let span = subnet.prefix_span();
            report
                .at(
                    span,
                    format!(
                        "`{prefix}` of subnet `{}` has host bits set; the network is {masked}",
                        subnet.name
                    ),
                )
                .fix(format!("write {masked}"), false, span, masked.to_string());
        }
    }
}

fn reserved(doc: &Doc<'_, Vpc>, report: &mut Report) {
    for subnet in &doc.facts.subnets {
        let Some(prefix) = subnet.prefix else {
            continue;
        };
        let reserved = &doc.settings.network.reserved;
        if let Some(reserved) = reserved.iter().find(|other| other.overlaps(prefix)) {
            report.at(
                subnet.prefix_span(),
                format!(
                    "`{prefix}` of subnet `{}` overlaps {reserved}, which the fabric reserves for itself",
                    subnet.name
                ),
            );
        }
    }
}

fn host_bgp(doc: &Doc<'_, Vpc>, report: &mut Report) {
    for (subnet, value) in of(doc) {
        if subnet.host_bgp && subnet.dhcp {
            let span = value
                .get("dhcp")
                .and_then(|dhcp| dhcp.get("enable"))
                .map_or(subnet.key, hnp_yaml::Value::span);
            report.at(
                span,
                format!(
                    "subnet `{}` has hostBGP, with which DHCP cannot be on",
                    subnet.name
                ),
            );
        }
    }
}

fn gateway(doc: &Doc<'_, Vpc>, report: &mut Report) {
    for subnet in &doc.facts.subnets {
        if !subnet.is_map || subnet.host_bgp {
            continue;
        }
        let name = &subnet.name;
        if let Some((text, span)) = subnet.gateway.at() {
            match (Addr::parse(text), subnet.prefix) {
                (None, _) => {
                    report.at(
                        span,
                        format!("gateway `{text}` of subnet `{name}` is not an IP address"),
                    );
                }
                (Some(gateway), Some(prefix)) if !prefix.contains(gateway) => {
                    report
                        .at(
                            span,
                            format!("gateway {gateway} of subnet `{name}` lies outside {prefix}"),
                        )
                        .with(subnet.prefix_span(), "the subnet");
                }
                _ => {}
            }
        }
        let no_vlan = subnet.vlan.is_absent() || subnet.vlan.get() == Some(&0);
        if no_vlan {
            report
                .at(
                    subnet.vlan.span_or(subnet.key),
                    format!("subnet `{name}` has no VLAN"),
                )
                .field(format!("spec.subnets.{name}.vlan"));
        }
    }
}

fn gateway_edge(doc: &Doc<'_, Vpc>, report: &mut Report) {
    for subnet in doc.facts.subnets.iter().filter(|subnet| !subnet.host_bgp) {
        let (Some((text, span)), Some(prefix)) = (subnet.gateway.at(), subnet.prefix) else {
            continue;
        };
        let Some(gateway) = Addr::parse(text) else {
            continue;
        };
        let edge = if gateway == prefix.first() {
            "the network's own address"
        } else if gateway == prefix.last() {
            "the broadcast address"
        } else {
            continue;
        };
        report
            .at(
                span,
                format!("gateway {gateway} of subnet `{}` is {edge}", subnet.name),
            )
            .with(subnet.prefix_span(), "the subnet");
    }
}

fn vlans(doc: &Doc<'_, Vpc>, report: &mut Report) {
    let vlans = doc.facts.subnets.iter().filter(|s| !s.host_bgp);
    let vlans = vlans.filter_map(|subnet| {
        let (vlan, span) = subnet.vlan.set()?;
        (*vlan != 0).then_some((*vlan, (subnet, span)))
    });
    repeated(vlans, |(subnet, span), (other, first)| {
        report
            .at(
                span,
                format!(
                    "subnets `{}` and `{}` have the same VLAN",
                    other.name, subnet.name
                ),
            )
            .with(*first, format!("subnet `{}` has it here", other.name));
    });
}

fn overlap(doc: &Doc<'_, Vpc>, report: &mut Report) {
    let held: Vec<_> = (0u32..)
        .zip(&doc.facts.subnets)
        .filter_map(|(owner, subnet)| {
            Some(Held {
                prefix: subnet.prefix?,
                owner,
                spot: subnet.prefix_span().into(),
                context: false,
            })
        })
        .collect();
    overlapping(&held, |later, earlier| {
        let name = |held: &Held| &doc.facts.subnets[held.owner as usize].name;
        report
            .at(
                later.spot,
                format!(
                    "{} of subnet `{}` overlaps {} of subnet `{}`",
                    later.prefix,
                    name(later),
                    earlier.prefix,
                    name(earlier)
                ),
            )
            .with(earlier.spot, format!("subnet `{}`", name(earlier)));
    });
}

fn vlan_range(doc: &Doc<'_, Vpc>, report: &mut Report) {
    for subnet in &doc.facts.subnets {
        if let Some((vlan, span)) = subnet.vlan.set()
            && *vlan != 0
            && (4095..=65535).contains(vlan)
        {
            report.at(
                span,
                format!(
                    "VLAN {vlan} of subnet `{}` is not from 1 to 4094",
                    subnet.name
                ),
            );
        }
    }
}
