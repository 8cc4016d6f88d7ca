//! Resources that go while others refer to them.

use std::cell::OnceCell;

use super::super::common::gone_subnet;
use crate::catalogue::{Class, NEW, Rule};
use crate::engine::{Change, Check, Edge, Entry, Graph, Report};
use crate::facts::{
    Connection, External, ExternalPeering, GatewayGroup, Ipv4Namespace, Known, Server, Switch,
    SwitchGroup, VlanNamespace, Vpc, VpcAttachment, VpcPeering,
};

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "TR-03",
        title: "deleted while in use",
        what: "A VPC, Connection, External, IPv4Namespace, VLANNamespace, Switch or Server goes, and something that stays refers to it.",
        why: "The webhook refuses the deletion as long as it does. What goes together with all that refers to it is deleted in some order; a tool that prunes may need a second round.",
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
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-2
spec:
  subnets:
    default:
      subnet: 10.2.0.0/24
      vlan: 1002
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPCAttachment
metadata:
  name: vpc-1--server-1
spec:
  connection: server-1--leaf-1
  subnet: vpc-1/default
# afterwards
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-2
spec:
  subnets:
    default:
      subnet: 10.2.0.0/24
      vlan: 1002
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPCAttachment
metadata:
  name: vpc-1--server-1
spec:
  connection: server-1--leaf-1
  subnet: vpc-1/default
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
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-2
spec:
  subnets:
    default:
      subnet: 10.2.0.0/24
      vlan: 1002
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPCAttachment
metadata:
  name: vpc-1--server-1
spec:
  connection: server-1--leaf-1
  subnet: vpc-1/default
# afterwards
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-2
spec:
  subnets:
    default:
      subnet: 10.2.0.0/24
      vlan: 1002
",
        ),
        fix: "Take out what refers to it, or keep it.",
        upstream: Some("VPC has attachments"),
        class: Class::Transition,
        check: Check::Change(guarded),
        ..NEW
    },
    Rule {
        code: "TR-06",
        title: "subnet of a VPC deleted while in use",
        what: "A VPC loses a subnet that an attachment or a peering names.",
        why: "Admission lets it through, and what named the subnet stops working.",
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
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPCAttachment
metadata:
  name: vpc-1--server-1
spec:
  connection: server-1--leaf-1
  subnet: vpc-1/default
# afterwards
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    servers:
      subnet: 10.1.0.0/24
      vlan: 1001
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPCAttachment
metadata:
  name: vpc-1--server-1
spec:
  connection: server-1--leaf-1
  subnet: vpc-1/default
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
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPCAttachment
metadata:
  name: vpc-1--server-1
spec:
  connection: server-1--leaf-1
  subnet: vpc-1/default
# afterwards
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    default:
      subnet: 10.1.1.0/24
      vlan: 1001
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPCAttachment
metadata:
  name: vpc-1--server-1
spec:
  connection: server-1--leaf-1
  subnet: vpc-1/default
",
        ),
        fix: "Change what names the subnet first, or keep it.",
        class: Class::Transition,
        check: Check::Change(subnets),
        ..NEW
    },
    Rule {
        code: "TR-08",
        title: "deleted while in use, and nobody objects",
        what: "A SwitchGroup or GatewayGroup goes while something refers to it, or a VPC or External while a GatewayPeering does.",
        why: "Admission lets it through, and what refers to it stops working or can no longer be changed.",
        wrong: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: SwitchGroup
metadata:
  name: pair-1
spec:
  {}
---
apiVersion: wiring.githedgehog.com/v1beta1
kind: Switch
metadata:
  name: leaf-1
spec:
  role: server-leaf
  profile: celestica-ds3000
  groups: [pair-1]
# afterwards
apiVersion: wiring.githedgehog.com/v1beta1
kind: Switch
metadata:
  name: leaf-1
spec:
  role: server-leaf
  profile: celestica-ds3000
  groups: [pair-1]
",
        ),
        right: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: SwitchGroup
metadata:
  name: pair-1
spec:
  {}
---
apiVersion: wiring.githedgehog.com/v1beta1
kind: Switch
metadata:
  name: leaf-1
spec:
  role: server-leaf
  profile: celestica-ds3000
  groups: [pair-1]
# afterwards
apiVersion: wiring.githedgehog.com/v1beta1
kind: Switch
metadata:
  name: leaf-1
spec:
  role: server-leaf
  profile: celestica-ds3000
",
        ),
        fix: "Take out what refers to it, or keep it.",
        class: Class::Transition,
        check: Check::Change(unguarded),
        ..NEW
    },
];

/// Who keeps what from being deleted.
const GUARDS: &[(&str, &[&str])] = &[
    (
        "VPC",
        &[
            "VPCAttachment",
            "VPCPeering",
            "ExternalPeering",
            "Connection",
        ],
    ),
    ("IPv4Namespace", &["VPC", "External"]),
    ("VLANNamespace", &["VPC", "Switch"]),
    ("External", &["ExternalAttachment", "ExternalPeering"]),
    ("Connection", &["VPCAttachment", "ExternalAttachment"]),
    ("Switch", &["Connection"]),
    ("Server", &["Connection"]),
];

/// Who is left broken without anybody objecting.
const BROKEN: &[(&str, &[&str])] = &[
    ("SwitchGroup", &["Switch"]),
    ("GatewayGroup", &["Gateway", "GatewayPeering"]),
    ("VPC", &["GatewayPeering"]),
    ("External", &["GatewayPeering"]),
];

fn guarded(change: &Change<'_>, report: &mut Report) {
    let graph = OnceCell::new();
    let verdict = "the webhook refuses to delete it";
    deleted::<Vpc>(change, &graph, GUARDS, verdict, report);
    deleted::<Ipv4Namespace>(change, &graph, GUARDS, verdict, report);
    deleted::<VlanNamespace>(change, &graph, GUARDS, verdict, report);
    deleted::<External>(change, &graph, GUARDS, verdict, report);
    deleted::<Connection>(change, &graph, GUARDS, verdict, report);
    deleted::<Switch>(change, &graph, GUARDS, verdict, report);
    deleted::<Server>(change, &graph, GUARDS, verdict, report);
}

fn unguarded(change: &Change<'_>, report: &mut Report) {
    let graph = OnceCell::new();
    let verdict = "nobody refuses it, and this is left broken";
    deleted::<SwitchGroup>(change, &graph, BROKEN, verdict, report);
    deleted::<GatewayGroup>(change, &graph, BROKEN, verdict, report);
    deleted::<Vpc>(change, &graph, BROKEN, verdict, report);
    deleted::<External>(change, &graph, BROKEN, verdict, report);
}

/// Reports each reference of a guarding kind to what is gone.
fn deleted<'f, T: Known>(
    change: &Change<'f>,
    graph: &OnceCell<Graph<'f>>,
    table: &[(&str, &[&str])],
    verdict: &str,
    report: &mut Report,
) {
    let users = table
        .iter()
        .find(|(kind, _)| *kind == T::KIND)
        .map_or(&[][..], |(_, users)| users);
    for gone in change.gone::<T>() {
        // Most steps take nothing away, and then nobody asks who refers to it.
        let graph = graph.get_or_init(|| Graph::new(&change.new));
        for edge in graph.to(T::KIND, gone.name()) {
            if users.contains(&edge.from_kind()) {
                say::<T>(&gone, &edge, verdict, report);
            }
        }
    }
}

fn say<T: Known>(gone: &Entry<'_, T>, edge: &Edge<'_>, verdict: &str, report: &mut Report) {
    report
        .at(
            edge.spot,
            format!(
                "{} `{}` goes, and {} `{}` still refers to it: {verdict}",
                T::KIND,
                gone.name(),
                edge.from_kind(),
                edge.from.name()
            ),
        )
        .with(
            gone.name_spot(),
            format!("{} `{}` was here", T::KIND, gone.name()),
        );
}

fn subnets(change: &Change<'_>, report: &mut Report) {
    for attachment in change.new.managed::<VpcAttachment>() {
        if let (Some((vpc, subnet)), Some(span)) = (attachment.target(), attachment.subnet.span())
            && let Some(was) = gone_subnet(change, vpc, subnet)
        {
            report
                .at(
                    attachment.spot(span),
                    format!("VPC `{vpc}` loses subnet `{subnet}`, which this attachment names"),
                )
                .with(was, "the subnet was here");
        }
    }
    for peering in change.new.managed::<VpcPeering>() {
        for peer in peering.it.peers() {
            for (subnet, span) in &peer.subnets {
                if let Some(was) = gone_subnet(change, &peer.vpc, subnet) {
                    report
                        .at(
                            peering.spot(*span),
                            format!(
                                "VPC `{}` loses subnet `{subnet}`, which this peering names",
                                peer.vpc
                            ),
                        )
                        .with(was, "the subnet was here");
                }
            }
        }
    }
    for peering in change.new.managed::<ExternalPeering>() {
        let Some(vpc) = peering.it.vpc.text() else {
            continue;
        };
        for (subnet, span) in &peering.it.subnets {
            if let Some(was) = gone_subnet(change, vpc, subnet) {
                report
                    .at(
                        peering.spot(*span),
                        format!("VPC `{vpc}` loses subnet `{subnet}`, which this peering names"),
                    )
                    .with(was, "the subnet was here");
            }
        }
    }
}
