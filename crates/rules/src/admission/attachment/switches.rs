//! The switches that an attachment brings its VPC to.

use super::attached;
use crate::admission::carriers::Carriers;
use crate::catalogue::{Class, NEW, Rule};
use crate::engine::{Check, Report, Tree};
use crate::schema::Release;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "ATT-09",
        title: "switch without the VPC's VLAN namespace",
        what: "A switch of the connection does not list the VLANNamespace of the VPC in its `vlanNamespaces`; a switch without such a list has `default`.",
        why: "The admission webhook refuses the attachment: the VPC's VLANs could be taken on that switch.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  vlanNamespace: lab
  subnets:
    default:
      subnet: 10.1.0.0/24
      vlan: 1001
---
apiVersion: wiring.githedgehog.com/v1beta1
kind: Switch
metadata:
  name: leaf-01
spec:
  role: server-leaf
  profile: vs
  boot: { mac: 0c:20:12:ff:00:01 }
---
apiVersion: wiring.githedgehog.com/v1beta1
kind: Connection
metadata:
  name: server-01--unbundled
spec:
  unbundled:
    link:
      server: { port: server-01/eth0 }
      switch: { port: leaf-01/E1/1 }
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPCAttachment
metadata:
  name: vpc-1--server-01
spec:
  connection: server-01--unbundled
  subnet: vpc-1/default
",
        ),
        right: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  vlanNamespace: lab
  subnets:
    default:
      subnet: 10.1.0.0/24
      vlan: 1001
---
apiVersion: wiring.githedgehog.com/v1beta1
kind: Switch
metadata:
  name: leaf-01
spec:
  role: server-leaf
  profile: vs
  boot: { mac: 0c:20:12:ff:00:01 }
  vlanNamespaces: [lab]
---
apiVersion: wiring.githedgehog.com/v1beta1
kind: Connection
metadata:
  name: server-01--unbundled
spec:
  unbundled:
    link:
      server: { port: server-01/eth0 }
      switch: { port: leaf-01/E1/1 }
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPCAttachment
metadata:
  name: vpc-1--server-01
spec:
  connection: server-01--unbundled
  subnet: vpc-1/default
",
        ),
        fix: "List the VPC's VLANNamespace in `vlanNamespaces` of the switch, or put the VPC in another.",
        class: Class::Cross,
        check: Check::Tree(namespaces),
        ..NEW
    },
    Rule {
        code: "ATT-10",
        title: "switch that cannot carry the VPC",
        what: "The profile of a switch of the connection lacks a feature: a VPC without mode needs layer 2 and layer 3 VXLAN, one of mode `l3vni` layer 3 VXLAN.",
        why: "The admission webhook refuses the attachment.",
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
apiVersion: wiring.githedgehog.com/v1beta1
kind: Switch
metadata:
  name: leaf-01
spec:
  role: server-leaf
  profile: celestica-ds5000
  boot: { mac: 0c:20:12:ff:00:01 }
---
apiVersion: wiring.githedgehog.com/v1beta1
kind: Connection
metadata:
  name: server-01--unbundled
spec:
  unbundled:
    link:
      server: { port: server-01/eth0 }
      switch: { port: leaf-01/E1/1 }
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPCAttachment
metadata:
  name: vpc-1--server-01
spec:
  connection: server-01--unbundled
  subnet: vpc-1/default
",
        ),
        right: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  mode: l3vni
  subnets:
    default:
      subnet: 10.1.0.0/24
      vlan: 1001
---
apiVersion: wiring.githedgehog.com/v1beta1
kind: Switch
metadata:
  name: leaf-01
spec:
  role: server-leaf
  profile: celestica-ds5000
  boot: { mac: 0c:20:12:ff:00:01 }
---
apiVersion: wiring.githedgehog.com/v1beta1
kind: Connection
metadata:
  name: server-01--unbundled
spec:
  unbundled:
    link:
      server: { port: server-01/eth0 }
      switch: { port: leaf-01/E1/1 }
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPCAttachment
metadata:
  name: vpc-1--server-01
spec:
  connection: server-01--unbundled
  subnet: vpc-1/default
",
        ),
        fix: "Attach the VPC to another switch, or give it a mode that this one can carry.",
        releases: Some("Since 25.03."),
        class: Class::Cross,
        since: Release::R25_03,
        check: Check::Tree(features),
        ..NEW
    },
];

fn namespaces(tree: &Tree<'_>, report: &mut Report) {
    let carriers = Carriers::new(tree);
    for one in attached(tree) {
        let Some(namespace) = one.vpc.it.vlanns() else {
            continue;
        };
        for switch in one.switches(tree) {
            if carriers.carries(switch, namespace) {
                continue;
            }
            let list = switch.it.vlan_namespaces.first();
            let place = list.map_or(switch.facts.name_span, |(_, span)| *span);
            let given = one.vpc.it.vlan_namespace.span();
            report
                .at(
                    one.connection_spot(),
                    format!(
                        "switch `{}` of this connection does not carry VLANNamespace `{namespace}` of VPC `{}`",
                        switch.name(),
                        one.vpc.name()
                    ),
                )
                .with(switch.spot(place), "what the switch carries")
                .with(
                    one.vpc.spot(given.unwrap_or(one.vpc.facts.name_span)),
                    "the VPC's namespace",
                );
        }
    }
}

fn features(tree: &Tree<'_>, report: &mut Report) {
    for one in attached(tree) {
        let mode = &one.vpc.it.mode;
        let routed = match mode.text() {
            None if mode.is_missing() => false,
            Some("l3vni") => true,
            // Any other mode is VPC-11's to say.
            _ => continue,
        };
        for switch in one.switches(tree) {
            let Some((name, span)) = switch.it.profile.at() else {
                continue;
            };
            let Some(profile) = tree.profile(name).known() else {
                continue;
            };
            let features = &profile.features;
            let lacks = match (features.l2vni || routed, features.l3vni) {
                (true, true) => continue,
                (false, true) => "layer 2 VXLAN (l2vni)",
                (true, false) => "layer 3 VXLAN (l3vni)",
                (false, false) => "VXLAN (l2vni and l3vni)",
            };
            let of = if routed {
                "of mode l3vni"
            } else {
                "without mode"
            };
            report
                .at(
                    one.connection_spot(),
                    format!(
                        "switch `{}` of this connection has no {lacks}, which VPC `{}` {of} needs",
                        switch.name(),
                        one.vpc.name()
                    ),
                )
                .with(switch.spot(span), format!("its profile, `{name}`"));
        }
    }
}
