//! Ports that a connection names and its switches have.

use std::collections::HashSet;

use crate::catalogue::{Class, NEW, Rule};
use crate::engine::{Check, Report, Tree};
use crate::facts::connection::Device;
use crate::facts::{Connection, Switch};
use crate::schema::Release;

pub(super) const RULES: &[Rule] = &[Rule {
    code: "CON-17",
    title: "port that the switch does not have",
    what: "A port of a connection is none of its switch's: the profile does not have it, or the port is not broken out into so many lanes. A port that can be broken out may be named by itself, which means its first lane. Switches of profiles of which only the name is known are not judged.",
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
      switch: { port: leaf-1/E1/99 }
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
    fix: "Name a port that the switch has, or break the port out.",
    upstream: Some("port leaf-1/E1/99 is not allowed for switch leaf-1"),
    class: Class::Cross,
    since: Release::R24_09,
    check: Check::Tree(has_port),
    ..NEW
}];

fn has_port(tree: &Tree<'_>, report: &mut Report) {
    if tree.is_outside("Switch") {
        return;
    }
    for connection in tree.managed::<Connection>() {
        if connection.it.is_mclag() {
            continue;
        }
        let mut switches: Option<HashSet<&str>> = None;
        for end in &connection.it.ends {
            let Some((device, port)) = end.split() else {
                continue;
            };
            let Some(layout) = tree.layout(device) else {
                continue;
            };
            if layout.has_port(port) {
                continue;
            }
            // Admission goes by the name before the slash: a server that is called as one of the connection's switches is one.
            if end.device != Device::Switch {
                let names = switches.get_or_insert_with(|| {
                    let ends = connection.it.at(Device::Switch);
                    ends.filter_map(|end| Some(end.split()?.0)).collect()
                });
                if !names.contains(device) {
                    continue;
                }
            }
            let draft = report.at(
                connection.spot(end.port_span()),
                format!("switch `{device}` has no port `{port}`"),
            );
            if let Some(switch) = tree.find::<Switch>(device).found() {
                draft.with(
                    switch.spot(switch.it.profile.span_or(switch.facts.name_span)),
                    "the profile says which it has",
                );
            }
            let near = layout.nearest(port, 4);
            if !near.is_empty() {
                let list: Vec<_> = near.iter().map(|name| format!("`{name}`")).collect();
                draft.help(format!("the nearest that it has: {}", list.join(", ")));
            }
        }
    }
}
