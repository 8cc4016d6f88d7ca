//! The redundancy group behind an ESLAG connection.

use hnp_model::Severity;
use hnp_yaml::Span;

use crate::catalogue::{Class, NEW, Rule};
use crate::engine::{Check, Entry, Lookup, Report, Spot, Tree};
use crate::facts::connection::Type;
use crate::facts::{Connection, Field, Str, Switch};
use crate::schema::Release;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "CON-18",
        title: "switches of an ESLAG connection",
        what: "The switches of an ESLAG connection are not all in one redundancy group, or the group is not of type `eslag`.",
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
  groups: [pair-1]
  redundancy: { group: pair-1, type: eslag }
---
apiVersion: wiring.githedgehog.com/v1beta1
kind: Switch
metadata:
  name: leaf-2
spec:
  role: server-leaf
  profile: dell-s5232f-on
  boot: { mac: \"0c:20:12:fe:00:02\" }
  groups: [pair-2]
  redundancy: { group: pair-2, type: eslag }
---
apiVersion: wiring.githedgehog.com/v1beta1
kind: Connection
metadata:
  name: server-1--eslag--leaf-1--leaf-2
spec:
  eslag:
    links:
    - server: { port: server-1/eth0 }
      switch: { port: leaf-1/E1/1 }
    - server: { port: server-1/eth1 }
      switch: { port: leaf-2/E1/1 }
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
  groups: [pair-1]
  redundancy: { group: pair-1, type: eslag }
---
apiVersion: wiring.githedgehog.com/v1beta1
kind: Switch
metadata:
  name: leaf-2
spec:
  role: server-leaf
  profile: dell-s5232f-on
  boot: { mac: \"0c:20:12:fe:00:02\" }
  groups: [pair-1]
  redundancy: { group: pair-1, type: eslag }
---
apiVersion: wiring.githedgehog.com/v1beta1
kind: Connection
metadata:
  name: server-1--eslag--leaf-1--leaf-2
spec:
  eslag:
    links:
    - server: { port: server-1/eth0 }
      switch: { port: leaf-1/E1/1 }
    - server: { port: server-1/eth1 }
      switch: { port: leaf-2/E1/1 }
",
        ),
        fix: "Put the switches in one redundancy group of type `eslag`, or link the server to switches of one group.",
        upstream: Some(
            "all switches in ESLAG connection should belong to the same redundancy group, found leaf-2 in pair-1",
        ),
        class: Class::Cross,
        since: Release::R24_09,
        check: Check::Tree(group),
        ..NEW
    },
    Rule {
        code: "CON-18-G",
        severity: Severity::Warning,
        title: "switch of an ESLAG connection without a group",
        what: "One switch of an ESLAG connection is in no redundancy group, and another one is.",
        why: "Admission overlooks a switch without a group; the link to it is no part of the group.",
        wrong: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Switch
metadata:
  name: leaf-1
spec:
  role: server-leaf
  profile: dell-s5232f-on
  boot: { mac: \"0c:20:12:fe:00:01\" }
  groups: [pair-1]
  redundancy: { group: pair-1, type: eslag }
---
apiVersion: wiring.githedgehog.com/v1beta1
kind: Switch
metadata:
  name: leaf-2
spec:
  role: server-leaf
  profile: dell-s5232f-on
  boot: { mac: \"0c:20:12:fe:00:02\" }
---
apiVersion: wiring.githedgehog.com/v1beta1
kind: Connection
metadata:
  name: server-1--eslag--leaf-1--leaf-2
spec:
  eslag:
    links:
    - server: { port: server-1/eth0 }
      switch: { port: leaf-1/E1/1 }
    - server: { port: server-1/eth1 }
      switch: { port: leaf-2/E1/1 }
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
  groups: [pair-1]
  redundancy: { group: pair-1, type: eslag }
---
apiVersion: wiring.githedgehog.com/v1beta1
kind: Switch
metadata:
  name: leaf-2
spec:
  role: server-leaf
  profile: dell-s5232f-on
  boot: { mac: \"0c:20:12:fe:00:02\" }
  groups: [pair-1]
  redundancy: { group: pair-1, type: eslag }
---
apiVersion: wiring.githedgehog.com/v1beta1
kind: Connection
metadata:
  name: server-1--eslag--leaf-1--leaf-2
spec:
  eslag:
    links:
    - server: { port: server-1/eth0 }
      switch: { port: leaf-1/E1/1 }
    - server: { port: server-1/eth1 }
      switch: { port: leaf-2/E1/1 }
",
        ),
        fix: "Put the switch in the same redundancy group.",
        class: Class::Gap,
        since: Release::R24_09,
        check: Check::Tree(without),
        ..NEW
    },
];

/// A switch of the connection, with where its port stands in it.
struct Member<'f> {
    switch: Entry<'f, Switch>,
    port: Span,
}

impl<'f> Member<'f> {
    fn at(&self, field: &Field<Str>) -> Spot {
        self.switch.spot(field.span_or(self.switch.facts.name_span))
    }

    fn group(&self) -> Option<&'f str> {
        self.switch.it.redundancy_group.text()
    }

    fn kind(&self) -> Option<&'f str> {
        self.switch.it.redundancy_type.text()
    }
}

/// Returns the switches that are there, and whether those are all.
fn members<'f>(tree: &Tree<'f>, connection: Entry<'f, Connection>) -> (Vec<Member<'f>>, bool) {
    let mut whole = !connection.it.unreadable;
    let mut members = Vec::new();
    for (name, end) in connection.it.switch_ends() {
        match tree.find::<Switch>(name) {
            Lookup::Found(switch) => {
                whole &= !matches!(switch.it.redundancy_group, Field::Wrong(_))
                    && !matches!(switch.it.redundancy_type, Field::Wrong(_));
                let port = end.port_span();
                members.push(Member { switch, port });
            }
            _ => whole = false,
        }
    }
    (members, whole)
}

/// Returns the connections with `eslag` in them: admission asks for it whatever type counts.
fn eslags<'f>(tree: &Tree<'f>) -> impl Iterator<Item = (Entry<'f, Connection>, Span)> {
    tree.managed::<Connection>().filter_map(|connection| {
        let key = connection.it.key_of(Type::Eslag)?;
        (!connection.it.is_mclag()).then_some((connection, key))
    })
}

fn group(tree: &Tree<'_>, report: &mut Report) {
    for (connection, key) in eslags(tree) {
        let (members, whole) = members(tree, connection);
        let agrees = same(&members, &connection, report);
        // The type is compared even where the groups differ; it is one mistake all the same.
        if !agrees || members.is_empty() {
            continue;
        }
        let grouped = members.iter().any(|member| member.group().is_some());
        if !grouped && whole {
            report
                .at(
                    connection.spot(key),
                    "no switch of the ESLAG connection is in a redundancy group",
                )
                .with(members[0].switch.name_spot(), "one of the switches");
            continue;
        }
        match members.iter().find(|member| member.kind().is_some()) {
            Some(member) if member.kind() != Some("eslag") => {
                let kind = member.kind().unwrap_or_default();
                report
                    .at(
                        connection.spot(member.port),
                        format!(
                            "the redundancy type of switch `{}` is `{kind}`, and an ESLAG connection needs `eslag`",
                            member.switch.name()
                        ),
                    )
                    .with(member.at(&member.switch.it.redundancy_type), "the type");
            }
            None if whole => {
                report
                    .at(
                        connection.spot(key),
                        "no switch of the ESLAG connection has a redundancy type",
                    )
                    .with(members[0].switch.name_spot(), "one of the switches");
            }
            _ => {}
        }
    }
}

/// Reports the first switch whose group or type is another one than that of those before it.
fn same(members: &[Member<'_>], connection: &Entry<'_, Connection>, report: &mut Report) -> bool {
    let mut groups = members.iter().filter(|member| member.group().is_some());
    if let Some(first) = groups.next()
        && let Some(other) = groups.find(|member| member.group() != first.group())
    {
        report
            .at(
                connection.spot(other.port),
                format!(
                    "switch `{}` is in redundancy group `{}`, and switch `{}` in `{}`",
                    other.switch.name(),
                    other.group().unwrap_or_default(),
                    first.switch.name(),
                    first.group().unwrap_or_default(),
                ),
            )
            .with(other.at(&other.switch.it.redundancy_group), "one group")
            .with(first.at(&first.switch.it.redundancy_group), "the other");
        return false;
    }
    let mut kinds = members.iter().filter(|member| member.kind().is_some());
    if let Some(first) = kinds.next()
        && let Some(other) = kinds.find(|member| member.kind() != first.kind())
    {
        report
            .at(
                connection.spot(other.port),
                format!(
                    "the redundancy type of switch `{}` is `{}`, and that of switch `{}` is `{}`",
                    other.switch.name(),
                    other.kind().unwrap_or_default(),
                    first.switch.name(),
                    first.kind().unwrap_or_default(),
                ),
            )
            .with(other.at(&other.switch.it.redundancy_type), "one type")
            .with(first.at(&first.switch.it.redundancy_type), "the other");
        return false;
    }
    true
}

fn without(tree: &Tree<'_>, report: &mut Report) {
    for (connection, _) in eslags(tree) {
        let (members, _) = members(tree, connection);
        let Some(grouped) = members.iter().find(|member| member.group().is_some()) else {
            continue;
        };
        let alone = members
            .iter()
            .filter(|member| member.switch.it.redundancy_group.is_missing());
        for member in alone {
            report
                .at(
                    connection.spot(member.port),
                    format!(
                        "switch `{}` is in no redundancy group, and switch `{}` is in `{}`",
                        member.switch.name(),
                        grouped.switch.name(),
                        grouped.group().unwrap_or_default(),
                    ),
                )
                .with(member.switch.name_spot(), "the switch")
                .with(
                    grouped.at(&grouped.switch.it.redundancy_group),
                    "the group of the other",
                );
        }
    }
}
