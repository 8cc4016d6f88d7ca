//! The connection of an attachment.

use hnp_model::Severity;

use super::{Attached, attached};
use crate::catalogue::{Class, NEW, Rule};
use crate::engine::{Check, Entry, Lookup, Report, Tree};
use crate::facts::{Connection, VpcAttachment, connection::Type};
use crate::schema::Release;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "ATT-06",
        title: "connection of an attachment",
        what: "`connection` names one that is not there, or one that is not of type unbundled, bundled or eslag.",
        why: "The admission webhook refuses the attachment: VPCs reach servers, and the other types lead elsewhere.",
        wrong: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Connection
metadata:
  name: leaf-01--external
spec:
  external:
    link:
      switch: { port: leaf-01/E1/1 }
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPCAttachment
metadata:
  name: vpc-1--server-01
spec:
  connection: leaf-01--external
  subnet: vpc-1/default
",
        ),
        right: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Connection
metadata:
  name: server-01--unbundled--leaf-01
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
  connection: server-01--unbundled--leaf-01
  subnet: vpc-1/default
",
        ),
        fix: "Name a Connection that leads to a server.",
        upstream: Some("vpc can be attached only to Unbundled, Bundled or ESLAG connections"),
        releases: Some("Before 26.03 VPCs could be attached to mclag connections too."),
        class: Class::Cross,
        check: Check::Tree(connection),
        ..NEW
    },
    Rule {
        code: "ATT-07",
        title: "VPC mode on an ESLAG connection",
        what: "A VPC of mode `l3vni` is attached to an eslag connection.",
        why: "The admission webhook refuses the attachment: ESLAG needs layer 2.",
        wrong: Some(
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
kind: Connection
metadata:
  name: server-01--eslag
spec:
  eslag:
    links:
    - server: { port: server-01/eth0 }
      switch: { port: leaf-01/E1/1 }
    - server: { port: server-01/eth1 }
      switch: { port: leaf-02/E1/1 }
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPCAttachment
metadata:
  name: vpc-1--server-01
spec:
  connection: server-01--eslag
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
apiVersion: wiring.githedgehog.com/v1beta1
kind: Connection
metadata:
  name: server-01--eslag
spec:
  eslag:
    links:
    - server: { port: server-01/eth0 }
      switch: { port: leaf-01/E1/1 }
    - server: { port: server-01/eth1 }
      switch: { port: leaf-02/E1/1 }
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPCAttachment
metadata:
  name: vpc-1--server-01
spec:
  connection: server-01--eslag
  subnet: vpc-1/default
",
        ),
        fix: "Take `mode` out of the VPC, or attach it to another connection.",
        class: Class::Cross,
        since: Release::R25_03,
        check: Check::Tree(eslag),
        ..NEW
    },
    Rule {
        code: "ATT-08",
        title: "host BGP on a connection that cannot carry it",
        what: "A subnet with `hostBGP` is attached to a connection that is not unbundled, or to a switch of an MCLAG pair.",
        why: "The admission webhook refuses the attachment: the host speaks BGP with one switch over one link.",
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
---
apiVersion: wiring.githedgehog.com/v1beta1
kind: Connection
metadata:
  name: server-01--bundled
spec:
  bundled:
    links:
    - server: { port: server-01/eth0 }
      switch: { port: leaf-01/E1/1 }
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPCAttachment
metadata:
  name: vpc-1--server-01
spec:
  connection: server-01--bundled
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
      hostBGP: true
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
        fix: "Attach it to an unbundled connection, or turn `hostBGP` off.",
        releases: Some("Since 26.01."),
        class: Class::Cross,
        since: Release::R26_01,
        check: Check::Tree(host_bgp),
        ..NEW
    },
    Rule {
        code: "ATT-14",
        severity: Severity::Warning,
        title: "settings of subnet and connection that do not go together",
        what: "`nativeVLAN` is on for a subnet with `hostBGP`, or DHCP gives out a larger MTU than the connection has.",
        why: "Nobody checks it. The first has no effect; with the second, servers send frames that the switch drops.",
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
  nativeVLAN: true
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
        fix: "Take `nativeVLAN` out; give the connection the MTU of the subnet, or the subnet that of the connection.",
        class: Class::Gap,
        check: Check::Tree(together),
        ..NEW
    },
];

/// Tells whether VPCs may be attached to a connection. One without any type is not judged here.
fn leads_to_server(connection: Entry<'_, Connection>, release: Release) -> bool {
    let types = &connection.it.types;
    types.is_empty()
        || types.iter().any(|(of, _)| match of {
            Type::Unbundled | Type::Bundled | Type::Eslag => true,
            Type::Mclag => release < Release::R26_03Preview,
            _ => false,
        })
}

fn has(connection: Entry<'_, Connection>, wanted: Type) -> bool {
    connection.it.types.iter().any(|(of, _)| *of == wanted)
}

fn connection(tree: &Tree<'_>, report: &mut Report) {
    let release = tree.settings.release;
    for attachment in tree.managed::<VpcAttachment>() {
        let Some((name, span)) = attachment.it.connection.at() else {
            continue;
        };
        let spot = attachment.spot(span);
        match tree.find::<Connection>(name) {
            Lookup::Missing => tree.dangling::<Connection>(report, spot, name),
            Lookup::Found(found) if !leads_to_server(found, release) => {
                let of = found.it.of().map_or("", Type::key);
                let key = found.it.key().unwrap_or(found.facts.name_span);
                report
                    .at(
                        spot,
                        format!(
                            "Connection `{name}` is of type {of}; a VPC can be attached to unbundled, bundled and eslag ones only"
                        ),
                    )
                    .with(found.spot(key), "its type");
            }
            _ => {}
        }
    }
}

fn eslag(tree: &Tree<'_>, report: &mut Report) {
    for one in attached(tree) {
        let Some((mode @ "l3vni", mode_span)) = one.vpc.it.mode.at() else {
            continue;
        };
        if has(one.connection, Type::Eslag) {
            report
                .at(
                    one.connection_spot(),
                    format!(
                        "VPC `{}` has mode {mode}, with which it cannot be attached to an eslag connection",
                        one.vpc.name()
                    ),
                )
                .with(one.vpc.spot(mode_span), "its mode");
        }
    }
}

fn host_bgp(tree: &Tree<'_>, report: &mut Report) {
    let release = tree.settings.release;
    for one in attached(tree).filter(|one| one.subnet.host_bgp) {
        // A type that no VPC can be attached to is ATT-06's to say.
        if one.connection.it.types.is_empty() || !leads_to_server(one.connection, release) {
            continue;
        }
        let subnet = one.vpc.spot(one.subnet.key);
        let name = &one.subnet.name;
        if !has(one.connection, Type::Unbundled) {
            let of = one.connection.it.of().map_or("", Type::key);
            report
                .at(
                    one.connection_spot(),
                    format!(
                        "subnet `{name}` has hostBGP, which works on unbundled connections only; this one is {of}"
                    ),
                )
                .with(subnet, "the subnet");
            continue;
        }
        for switch in one.switches(tree) {
            if let Some(("mclag", span)) = switch.it.redundancy_type.at() {
                report
                    .at(
                        one.connection_spot(),
                        format!(
                            "subnet `{name}` has hostBGP, which does not work on switch `{}` of an MCLAG pair",
                            switch.name()
                        ),
                    )
                    .with(switch.spot(span), "the switch is one of a pair")
                    .with(subnet, "the subnet");
            }
        }
    }
}

fn together(tree: &Tree<'_>, report: &mut Report) {
    for one in attached(tree) {
        native(&one, report);
        mtu(&one, report);
    }
}

fn native(one: &Attached<'_>, report: &mut Report) {
    if one.attachment.it.native_vlan && one.subnet.host_bgp {
        report
            .at(
                one.attachment.spot(one.attachment.it.native_span()),
                format!(
                    "subnet `{}` has hostBGP and so no VLAN that could be native",
                    one.subnet.name
                ),
            )
            .with(one.vpc.spot(one.subnet.key), "the subnet");
    }
}

fn mtu(one: &Attached<'_>, report: &mut Report) {
    let (Some((given, given_span)), Some((limit, limit_span))) =
        (one.subnet.mtu.set(), one.connection.it.mtu.set())
    else {
        return;
    };
    if one.subnet.dhcp && *limit > 0 && given > limit {
        report
            .at(
                one.connection_spot(),
                format!(
                    "DHCP of subnet `{}` gives out an MTU of {given}, and Connection `{}` has {limit}",
                    one.subnet.name,
                    one.connection.name()
                ),
            )
            .with(one.vpc.spot(given_span), "the subnet's")
            .with(one.connection.spot(limit_span), "the connection's");
    }
}
