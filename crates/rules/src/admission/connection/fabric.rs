//! The roles of the switches in a connection between switches.

use std::collections::HashSet;

use hnp_model::Severity;

use crate::catalogue::{Class, NEW, Rule};
use crate::engine::{Check, Report, Tree};
use crate::facts::connection::{Device, End, Type};
use crate::facts::{Connection, Switch};

pub(super) const RULES: &[Rule] = &[Rule {
    code: "CON-25",
    severity: Severity::Warning,
    title: "switch with another role than its end asks for",
    what: "The `spine` end of a fabric connection is a leaf, or a spine stands at a `leaf` end, in a mesh connection or in a loopback.",
    why: "Nobody checks the roles at admission; the two ends may have been mixed up, and the switches are configured for links that they do not have.",
    wrong: Some(
        "apiVersion: wiring.githedgehog.com/v1beta1
kind: Switch
metadata:
  name: spine-1
spec:
  role: spine
  profile: dell-s5232f-on
  boot: { mac: \"0c:20:12:fe:00:01\" }
---
apiVersion: wiring.githedgehog.com/v1beta1
kind: Switch
metadata:
  name: leaf-1
spec:
  role: server-leaf
  profile: dell-s5232f-on
  boot: { mac: \"0c:20:12:fe:00:02\" }
---
apiVersion: wiring.githedgehog.com/v1beta1
kind: Connection
metadata:
  name: spine-1--fabric--leaf-1
spec:
  fabric:
    links:
    - spine: { port: leaf-1/E1/1 }
      leaf: { port: spine-1/E1/1 }
",
    ),
    right: Some(
        "apiVersion: wiring.githedgehog.com/v1beta1
kind: Switch
metadata:
  name: spine-1
spec:
  role: spine
  profile: dell-s5232f-on
  boot: { mac: \"0c:20:12:fe:00:01\" }
---
apiVersion: wiring.githedgehog.com/v1beta1
kind: Switch
metadata:
  name: leaf-1
spec:
  role: server-leaf
  profile: dell-s5232f-on
  boot: { mac: \"0c:20:12:fe:00:02\" }
---
apiVersion: wiring.githedgehog.com/v1beta1
kind: Connection
metadata:
  name: spine-1--fabric--leaf-1
spec:
  fabric:
    links:
    - spine: { port: spine-1/E1/1 }
      leaf: { port: leaf-1/E1/1 }
",
    ),
    fix: "Put spines at the `spine` end and leaves everywhere else.",
    class: Class::Gap,
    check: Check::Tree(roles),
    ..NEW
}];

fn roles(tree: &Tree<'_>, report: &mut Report) {
    for connection in tree.managed::<Connection>() {
        let Some(of) = connection.it.of() else {
            continue;
        };
        if !matches!(of, Type::Fabric | Type::Mesh | Type::VpcLoopback) {
            continue;
        }
        let mut told = HashSet::new();
        for end in connection.it.at(Device::Switch) {
            let Some((name, _)) = end.split() else {
                continue;
            };
            let Some(switch) = tree.find::<Switch>(name).found() else {
                continue;
            };
            let Some(wanted) = mistaken(of, end, switch.it) else {
                continue;
            };
            if told.insert(name) {
                report
                    .at(
                        connection.spot(end.port_span()),
                        format!(
                            "`{}` of {} should be a {wanted}, and switch `{name}` is a {}",
                            end.role,
                            super::called(of),
                            switch.it.role.text().unwrap_or_default()
                        ),
                    )
                    .with(
                        switch.spot(switch.it.role.span_or(switch.facts.name_span)),
                        "its role",
                    );
            }
        }
    }
}

/// Returns what the end asks for, where the switch is the opposite; of other roles nothing is said.
fn mistaken(of: Type, end: &End, switch: &Switch) -> Option<&'static str> {
    if of == Type::Fabric && end.role == "spine" {
        switch.is_leaf().then_some("spine")
    } else {
        switch.is_spine().then_some("leaf")
    }
}
