//! Namespaces that shrink below what uses them, and Externals that turn.

use crate::catalogue::{Class, NEW, Rule};
use crate::engine::{Change, Check, Report};
use crate::facts::{External, ExternalAttachment, Ipv4Namespace, VlanNamespace, Vpc};
use crate::net::in_ranges;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "TR-04",
        title: "IPv4Namespace shrinks below its VPCs",
        what: "An IPv4Namespace loses addresses in which a VPC had a subnet.",
        why: "The webhook refuses the update as long as the VPC has that subnet; whether the VPC moves first is up to chance.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: IPv4Namespace
metadata:
  name: default
spec:
  subnets: [10.0.0.0/16, 10.1.0.0/16]
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    default:
      subnet: 10.1.0.0/24
      vlan: 1001
# afterwards
apiVersion: vpc.githedgehog.com/v1beta1
kind: IPv4Namespace
metadata:
  name: default
spec:
  subnets: [10.0.0.0/16]
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    default:
      subnet: 10.0.0.0/24
      vlan: 1001
",
        ),
        right: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: IPv4Namespace
metadata:
  name: default
spec:
  subnets: [10.0.0.0/16, 10.1.0.0/16]
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    default:
      subnet: 10.0.0.0/24
      vlan: 1001
# afterwards
apiVersion: vpc.githedgehog.com/v1beta1
kind: IPv4Namespace
metadata:
  name: default
spec:
  subnets: [10.0.0.0/16]
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    default:
      subnet: 10.0.0.0/24
      vlan: 1001
",
        ),
        fix: "Do it in two separate deliveries: move the VPC, then shrink the namespace.",
        class: Class::Transition,
        check: Check::Change(ipv4),
        ..NEW
    },
    Rule {
        code: "TR-05",
        title: "VLANNamespace shrinks below its VPCs",
        what: "A VLANNamespace loses a VLAN that a VPC used.",
        why: "The webhook means to refuse this and looks for the wrong VPCs, so it goes through and the VPC can no longer be changed.",
        wrong: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: VLANNamespace
metadata:
  name: default
spec:
  ranges:
  - { from: 1000, to: 1999 }
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    default:
      subnet: 10.1.0.0/24
      vlan: 1900
# afterwards
apiVersion: wiring.githedgehog.com/v1beta1
kind: VLANNamespace
metadata:
  name: default
spec:
  ranges:
  - { from: 1000, to: 1799 }
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    default:
      subnet: 10.1.0.0/24
      vlan: 1700
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
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    default:
      subnet: 10.1.0.0/24
      vlan: 1700
# afterwards
apiVersion: wiring.githedgehog.com/v1beta1
kind: VLANNamespace
metadata:
  name: default
spec:
  ranges:
  - { from: 1000, to: 1799 }
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    default:
      subnet: 10.1.0.0/24
      vlan: 1700
",
        ),
        fix: "Do it in two separate deliveries: move the VPC, then shrink the namespace.",
        class: Class::Transition,
        check: Check::Change(vlan),
        ..NEW
    },
    Rule {
        code: "TR-07",
        title: "External turns between BGP and static",
        what: "An External changes between BGP and static while attachments refer to it.",
        why: "Admission lets it through, and the attachments no longer fit: their next update is refused.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: External
metadata:
  name: internet
spec:
  inboundCommunity: 65102:5000
  outboundCommunity: 5000:65102
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: ExternalAttachment
metadata:
  name: internet--leaf-1
spec:
  external: internet
  connection: leaf-1--external
  switch: { ip: 10.99.0.1/30, vlan: 10 }
  neighbor: { asn: 65000, ip: 10.99.0.2 }
# afterwards
apiVersion: vpc.githedgehog.com/v1beta1
kind: External
metadata:
  name: internet
spec:
  static:
    prefixes: [0.0.0.0/0]
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: ExternalAttachment
metadata:
  name: internet--leaf-1
spec:
  external: internet
  connection: leaf-1--external
  switch: {}
  neighbor: {}
  static: { ip: 10.99.0.1/30, remoteIP: 10.99.0.2, vlan: 10 }
",
        ),
        right: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: External
metadata:
  name: internet
spec:
  inboundCommunity: 65102:5000
  outboundCommunity: 5000:65102
# afterwards
apiVersion: vpc.githedgehog.com/v1beta1
kind: External
metadata:
  name: internet
spec:
  static:
    prefixes: [0.0.0.0/0]
",
        ),
        fix: "Do it in two separate deliveries: delete the attachments, then change the External and attach it anew.",
        class: Class::Transition,
        check: Check::Change(external),
        ..NEW
    },
];

fn ipv4(change: &Change<'_>, report: &mut Report) {
    for vpc in change.old.all::<Vpc>() {
        let Some(namespace) = vpc.it.ipv4ns() else {
            continue;
        };
        let (Some(old), Some(new)) = (
            change.old.find::<Ipv4Namespace>(namespace).found(),
            change.new.find::<Ipv4Namespace>(namespace).found(),
        ) else {
            continue;
        };
        if change.new.find::<Vpc>(vpc.name()).found().is_none() {
            continue;
        }
        let holds = |namespace: &Ipv4Namespace, prefix: crate::net::Prefix| {
            namespace
                .subnets
                .iter()
                .filter_map(|subnet| subnet.prefix)
                .any(|outer| prefix.is_within(outer))
        };
        for subnet in &vpc.it.subnets {
            if let Some(prefix) = subnet.prefix
                && holds(old.it, prefix)
                && !holds(new.it, prefix)
            {
                let spot = new.spot(new.it.subnets_key.unwrap_or(new.facts.name_span));
                report
                    .at(
                        spot,
                        format!(
                            "IPv4Namespace `{namespace}` no longer holds {prefix}, which VPC `{}` has until it changes",
                            vpc.name()
                        ),
                    )
                    .with(
                        vpc.spot(subnet.prefix_span()),
                        format!("VPC `{}` as it was", vpc.name()),
                    );
            }
        }
    }
}

fn vlan(change: &Change<'_>, report: &mut Report) {
    for vpc in change.old.all::<Vpc>() {
        let Some(namespace) = vpc.it.vlanns() else {
            continue;
        };
        let (Some(old), Some(new)) = (
            change.old.find::<VlanNamespace>(namespace).found(),
            change.new.find::<VlanNamespace>(namespace).found(),
        ) else {
            continue;
        };
        if change.new.find::<Vpc>(vpc.name()).found().is_none() {
            continue;
        }
        let (was, is): (Vec<_>, Vec<_>) = (
            old.it.valid_ranges().collect(),
            new.it.valid_ranges().collect(),
        );
        for subnet in vpc.it.subnets.iter().filter(|subnet| !subnet.host_bgp) {
            let Some((vlan, span)) = subnet.vlan.set() else {
                continue;
            };
            let Ok(vlan) = u16::try_from(*vlan) else {
                continue;
            };
            if in_ranges(&was, vlan) && !in_ranges(&is, vlan) {
                let spot = new.spot(new.it.ranges_key.unwrap_or(new.facts.name_span));
                report
                    .at(
                        spot,
                        format!(
                            "VLANNamespace `{namespace}` no longer holds VLAN {vlan}, which VPC `{}` has until it changes",
                            vpc.name()
                        ),
                    )
                    .with(vpc.spot(span), format!("VPC `{}` as it was", vpc.name()));
            }
        }
    }
}

fn external(change: &Change<'_>, report: &mut Report) {
    for (old, new) in change.kept::<External>() {
        if old.it.is_static() == new.it.is_static() {
            continue;
        }
        let kept = change
            .kept::<ExternalAttachment>()
            .find(|(_, new_one)| new_one.it.external.text() == Some(new.name()));
        if let Some((attachment, _)) = kept {
            let word = |external: &External| {
                if external.is_static() {
                    "static"
                } else {
                    "BGP"
                }
            };
            report
                .at(
                    new.spot(new.it.static_key.unwrap_or(new.facts.name_span)),
                    format!(
                        "External `{}` turns from {} to {} while it is attached",
                        new.name(),
                        word(old.it),
                        word(new.it)
                    ),
                )
                .with(
                    attachment.name_spot(),
                    format!("attached by `{}`", attachment.name()),
                );
        }
    }
}
