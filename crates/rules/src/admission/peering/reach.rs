//! Switches that a VPC reaches by peering.

use std::collections::HashMap;

use hnp_model::Severity;

use crate::admission::carriers::{Carriers, switches};
use crate::catalogue::{Class, NEW, Rule};
use crate::engine::{Check, Entry, Report, Tree};
use crate::facts::{Connection, ExternalAttachment, ExternalPeering, Switch, Vpc};

pub(super) const RULES: &[Rule] = &[Rule {
    code: "PEER-10",
    severity: Severity::Warning,
    title: "switch lacks the VLAN namespace of a peered VPC",
    what: "A VPC is peered with an External, and a switch to which that is attached does not list the VPC's VLANNamespace. Between VPCs PEER-06 and ATT-09 leave no room for it.",
    why: "Admission lets it through. The switch's agent then refuses its whole configuration, so that nothing changes on that switch any more.",
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
  role: border-leaf
  profile: vs
  boot: { mac: 0c:20:12:ff:00:01 }
---
apiVersion: wiring.githedgehog.com/v1beta1
kind: Connection
metadata:
  name: leaf-01--external
spec:
  external:
    link:
      switch: { port: leaf-01/E1/1 }
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: External
metadata:
  name: isp-1
spec: {}
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: ExternalAttachment
metadata:
  name: leaf-01--isp-1
spec:
  external: isp-1
  connection: leaf-01--external
  switch: { ip: 203.0.113.1/31 }
  neighbor: { asn: 64500, ip: 203.0.113.0 }
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: ExternalPeering
metadata:
  name: vpc-1--isp-1
spec:
  permit:
    vpc: { name: vpc-1, subnets: [default] }
    external: { name: isp-1, prefixes: [{ prefix: 0.0.0.0/0 }] }
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
  role: border-leaf
  profile: vs
  boot: { mac: 0c:20:12:ff:00:01 }
  vlanNamespaces: [default, lab]
---
apiVersion: wiring.githedgehog.com/v1beta1
kind: Connection
metadata:
  name: leaf-01--external
spec:
  external:
    link:
      switch: { port: leaf-01/E1/1 }
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: External
metadata:
  name: isp-1
spec: {}
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: ExternalAttachment
metadata:
  name: leaf-01--isp-1
spec:
  external: isp-1
  connection: leaf-01--external
  switch: { ip: 203.0.113.1/31 }
  neighbor: { asn: 64500, ip: 203.0.113.0 }
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: ExternalPeering
metadata:
  name: vpc-1--isp-1
spec:
  permit:
    vpc: { name: vpc-1, subnets: [default] }
    external: { name: isp-1, prefixes: [{ prefix: 0.0.0.0/0 }] }
",
    ),
    fix: "List the VPC's VLANNamespace in `vlanNamespaces` of the switch.",
    upstream: Some("switch leaf-01 doesn't have vlan namespace lab while gets vpc vpc-1"),
    class: Class::Runtime,
    check: Check::Tree(reach),
    ..NEW
}];

fn reach(tree: &Tree<'_>, report: &mut Report) {
    let attached = attached(tree);
    if attached.is_empty() {
        return;
    }
    let carriers = Carriers::new(tree);
    // Many VPCs of one namespace are peered with one External: each pair of those is looked at once.
    let mut lacking: HashMap<(&str, &str), Option<Entry<'_, Switch>>> = HashMap::new();
    for peering in tree.managed::<ExternalPeering>() {
        let (Some((name, span)), Some(external)) =
            (peering.it.vpc.at(), peering.it.external.text())
        else {
            continue;
        };
        let Some(vpc) = tree.find::<Vpc>(name).found() else {
            continue;
        };
        let (Some(namespace), Some(reached)) = (vpc.it.vlanns(), attached.get(external)) else {
            continue;
        };
        let lacks = lacking.entry((external, namespace)).or_insert_with(|| {
            let mut reached = reached.iter().copied();
            reached.find(|switch| !carriers.carries(*switch, namespace))
        });
        if let Some(switch) = lacks {
            let list = switch.it.vlan_namespaces.first();
            let place = list.map_or(switch.facts.name_span, |(_, span)| *span);
            report
                .at(
                    peering.spot(span),
                    format!(
                        "VPC `{name}` reaches switch `{}` by External `{external}`, and that switch does not carry VLANNamespace `{namespace}`",
                        switch.name()
                    ),
                )
                .with(switch.spot(place), "what the switch carries");
        }
    }
}

/// Returns the switches to which each External is attached.
fn attached<'f>(tree: &Tree<'f>) -> HashMap<&'f str, Vec<Entry<'f, Switch>>> {
    let mut all: HashMap<&str, Vec<Entry<'_, Switch>>> = HashMap::new();
    for attachment in tree.all::<ExternalAttachment>() {
        let (Some(external), Some(connection)) = (
            attachment.it.external.text(),
            attachment.it.connection.text(),
        ) else {
            continue;
        };
        if let Some(connection) = tree.find::<Connection>(connection).found() {
            let of = all.entry(external).or_default();
            of.extend(switches(tree, connection));
        }
    }
    all
}
