//! What a connection refers to: switches, servers, gateways, a VPC.

use std::collections::{HashMap, HashSet};

use hnp_model::Severity;

use crate::catalogue::{Class, NEW, Rule};
use crate::engine::{Check, Lookup, Report, Tree};
use crate::facts::connection::{Device, Type};
use crate::facts::{Connection, Gateway, Known, Server, Switch, Vpc};
use crate::schema::suggest;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "CON-13",
        title: "VPC of a static external connection is missing",
        what: "`staticExternal.withinVPC` names a VPC that is not there.",
        why: "The admission webhook refuses the connection.",
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
kind: Connection
metadata:
  name: leaf-1--static-external
spec:
  staticExternal:
    withinVPC: vpc-9
    link:
      switch:
        port: leaf-1/E1/1
        ip: 192.168.1.2/24
        nextHop: 192.168.1.1
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
  name: leaf-1--static-external
spec:
  staticExternal:
    withinVPC: vpc-1
    link:
      switch:
        port: leaf-1/E1/1
        ip: 192.168.1.2/24
        nextHop: 192.168.1.1
",
        ),
        fix: "Name a VPC that is there.",
        class: Class::Cross,
        check: Check::Tree(vpc),
        ..NEW
    },
    Rule {
        code: "CON-16",
        title: "switch of a connection is missing",
        what: "A port belongs to a switch that is not there. That the switch's own profile is there is SW-08's to say.",
        why: "The admission webhook refuses the connection.",
        wrong: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Switch
metadata:
  name: leaf-1
spec:
  role: server-leaf
  profile: dell-s5232f-on
  boot: { mac: \"0c:20:12:fe:00:01\" }
---
apiVersion: wiring.githedgehog.com/v1beta1
kind: Connection
metadata:
  name: server-1--unbundled--leaf-1
spec:
  unbundled:
    link:
      server: { port: server-1/eth0 }
      switch: { port: leaf-11/E1/1 }
",
        ),
        right: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Switch
metadata:
  name: leaf-1
spec:
  role: server-leaf
  profile: dell-s5232f-on
  boot: { mac: \"0c:20:12:fe:00:01\" }
---
apiVersion: wiring.githedgehog.com/v1beta1
kind: Connection
metadata:
  name: server-1--unbundled--leaf-1
spec:
  unbundled:
    link:
      server: { port: server-1/eth0 }
      switch: { port: leaf-1/E1/1 }
",
        ),
        fix: "Name a switch that is there.",
        upstream: Some("switch leaf-11 not found"),
        class: Class::Cross,
        check: Check::Tree(switches),
        ..NEW
    },
    Rule {
        code: "CON-19",
        title: "server of a connection is missing",
        what: "A port belongs to a server that is not there. The port itself is free text.",
        why: "The admission webhook refuses the connection.",
        wrong: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata:
  name: server-1
spec: {}
---
apiVersion: wiring.githedgehog.com/v1beta1
kind: Connection
metadata:
  name: server-1--unbundled--leaf-1
spec:
  unbundled:
    link:
      server: { port: server-11/eth0 }
      switch: { port: leaf-1/E1/1 }
",
        ),
        right: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata:
  name: server-1
spec: {}
---
apiVersion: wiring.githedgehog.com/v1beta1
kind: Connection
metadata:
  name: server-1--unbundled--leaf-1
spec:
  unbundled:
    link:
      server: { port: server-1/eth0 }
      switch: { port: leaf-1/E1/1 }
",
        ),
        fix: "Name a server that is there.",
        upstream: Some("server server-11 not found"),
        class: Class::Cross,
        check: Check::Tree(servers),
        ..NEW
    },
    Rule {
        code: "CON-20",
        severity: Severity::Warning,
        title: "gateway or interface of a connection is missing",
        what: "A port of a gateway connection belongs to a gateway that is not there, or to an interface that it does not have.",
        why: "The connection is admitted, and the gateway never brings the link up; hydration by hhfab fails.",
        wrong: Some(
            "apiVersion: gateway.githedgehog.com/v1alpha1
kind: Gateway
metadata:
  name: gateway-1
spec:
  asn: 65534
  protocolIP: 172.30.8.9/32
  vtepIP: 172.30.12.9/32
  vtepMAC: \"02:ca:fe:00:00:09\"
  interfaces:
    enp2s1: { ips: [172.30.128.1/31] }
  neighbors:
  - { asn: 65101, ip: 172.30.128.0, source: enp2s1 }
---
apiVersion: wiring.githedgehog.com/v1beta1
kind: Connection
metadata:
  name: leaf-1--gateway--gateway-1
spec:
  gateway:
    links:
    - switch: { port: leaf-1/E1/1 }
      gateway: { port: gateway-1/enp2s2 }
",
        ),
        right: Some(
            "apiVersion: gateway.githedgehog.com/v1alpha1
kind: Gateway
metadata:
  name: gateway-1
spec:
  asn: 65534
  protocolIP: 172.30.8.9/32
  vtepIP: 172.30.12.9/32
  vtepMAC: \"02:ca:fe:00:00:09\"
  interfaces:
    enp2s1: { ips: [172.30.128.1/31] }
  neighbors:
  - { asn: 65101, ip: 172.30.128.0, source: enp2s1 }
---
apiVersion: wiring.githedgehog.com/v1beta1
kind: Connection
metadata:
  name: leaf-1--gateway--gateway-1
spec:
  gateway:
    links:
    - switch: { port: leaf-1/E1/1 }
      gateway: { port: gateway-1/enp2s1 }
",
        ),
        fix: "Name an interface that the gateway has.",
        class: Class::Gap,
        check: Check::Tree(gateways),
        ..NEW
    },
];

fn vpc(tree: &Tree<'_>, report: &mut Report) {
    for connection in tree.managed::<Connection>() {
        if let Some((name, span)) = connection.it.within_vpc.at()
            && tree.find::<Vpc>(name).is_missing()
        {
            tree.dangling::<Vpc>(report, connection.spot(span), name);
        }
    }
}

fn switches(tree: &Tree<'_>, report: &mut Report) {
    missing::<Switch>(tree, Device::Switch, report);
}

fn servers(tree: &Tree<'_>, report: &mut Report) {
    missing::<Server>(tree, Device::Server, report);
}

/// Reports the devices of a kind that are not there, each once a connection.
fn missing<T: Known>(tree: &Tree<'_>, device: Device, report: &mut Report) {
    if tree.is_outside(T::KIND) {
        return;
    }
    for connection in tree.managed::<Connection>() {
        if connection.it.is_mclag() {
            continue;
        }
        let mut told = HashSet::new();
        for end in connection.it.at(device) {
            if let Some((name, _)) = end.split()
                && tree.find::<T>(name).is_missing()
                && told.insert(name)
            {
                tree.dangling::<T>(report, connection.spot(end.port_span()), name);
            }
        }
    }
}

fn gateways(tree: &Tree<'_>, report: &mut Report) {
    let mut interfaces: HashMap<&str, HashSet<&str>> = HashMap::new();
    for connection in tree.managed::<Connection>() {
        if connection.it.of() != Some(Type::Gateway) {
            continue;
        }
        let mut told = HashSet::new();
        for end in connection.it.at(Device::Gateway) {
            let Some((name, port)) = end.split() else {
                continue;
            };
            let spot = connection.spot(end.port_span());
            match tree.find::<Gateway>(name) {
                Lookup::Missing if told.insert(name) => {
                    tree.dangling::<Gateway>(report, spot, name);
                }
                Lookup::Found(gateway) => {
                    let has = interfaces.entry(gateway.name()).or_insert_with(|| {
                        let names = gateway.it.interfaces.iter();
                        names.map(|(name, _)| name.as_str()).collect()
                    });
                    if has.contains(port) {
                        continue;
                    }
                    let draft =
                        report.at(spot, format!("Gateway `{name}` has no interface `{port}`"));
                    draft.with(gateway.name_spot(), "the gateway");
                    let names = gateway.it.interfaces.iter();
                    if let Some(near) = suggest::nearest(port, names.map(|(name, _)| name.as_str()))
                    {
                        draft.help(format!("did you mean `{near}`?"));
                    }
                }
                _ => {}
            }
        }
    }
}
