//! Ports, each of which belongs to one connection.

use std::collections::HashMap;

use hnp_model::Severity;

use super::repeated_ends;
use crate::catalogue::{Class, NEW, Rule};
use crate::engine::{Check, Doc, Entry, One, Report, Tree};
use crate::facts::Connection;
use crate::facts::connection::End;
use crate::ports::canonical_port;
use crate::schema::Release;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "CON-21",
        title: "port used by two connections",
        what: "A port of a switch, a server or a gateway is used by another connection too. `E1/1` and its first lane `E1/1/1` are one port.",
        why: "The admission webhook refuses the connection.",
        wrong: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Connection
metadata:
  name: server-1--unbundled--leaf-1
spec:
  unbundled:
    link:
      server: { port: server-1/eth0 }
      switch: { port: leaf-1/E1/1 }
---
apiVersion: wiring.githedgehog.com/v1beta1
kind: Connection
metadata:
  name: server-2--unbundled--leaf-1
spec:
  unbundled:
    link:
      server: { port: server-2/eth0 }
      switch: { port: leaf-1/E1/1 }
",
        ),
        right: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Connection
metadata:
  name: server-1--unbundled--leaf-1
spec:
  unbundled:
    link:
      server: { port: server-1/eth0 }
      switch: { port: leaf-1/E1/1 }
---
apiVersion: wiring.githedgehog.com/v1beta1
kind: Connection
metadata:
  name: server-2--unbundled--leaf-1
spec:
  unbundled:
    link:
      server: { port: server-2/eth0 }
      switch: { port: leaf-1/E1/2 }
",
        ),
        fix: "Give each connection ports of its own.",
        upstream: Some(
            "port leaf-1/E1/1 is already used by other connection server-1--unbundled--leaf-1",
        ),
        releases: Some("Before 26.01 a port and its first lane were not taken for one."),
        class: Class::Cross,
        since: Release::R24_09,
        check: Check::Tree(between),
        ..NEW
    },
    Rule {
        code: "CON-21-G",
        severity: Severity::Warning,
        title: "port and its first lane in one connection",
        what: "A connection uses a port, such as `E1/1`, and the first lane of the same port, `E1/1/1`.",
        why: "The two are one port. Admission notices that between connections, and not within one.",
        wrong: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Connection
metadata:
  name: server-1--bundled--leaf-1
spec:
  bundled:
    links:
    - server: { port: server-1/eth0 }
      switch: { port: leaf-1/E1/1 }
    - server: { port: server-1/eth1 }
      switch: { port: leaf-1/E1/1/1 }
",
        ),
        right: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Connection
metadata:
  name: server-1--bundled--leaf-1
spec:
  bundled:
    links:
    - server: { port: server-1/eth0 }
      switch: { port: leaf-1/E1/1 }
    - server: { port: server-1/eth1 }
      switch: { port: leaf-1/E1/2 }
",
        ),
        fix: "Give each link a port of its own.",
        class: Class::Gap,
        check: Check::One(One::Connection(within)),
        ..NEW
    },
];

/// Returns the name by which admission compares a port, device and all.
pub(crate) fn canonical(port: &str) -> &str {
    let local = port.split_once('/').map_or("", |(_, local)| local);
    &port[..port.len() - (local.len() - canonical_port(local).len())]
}

/// Returns a port that is of the form `<device>/<port>`.
fn written(end: &End) -> Option<&str> {
    end.split().and(end.port.text())
}

fn between(tree: &Tree<'_>, report: &mut Report) {
    let aliases = tree.settings.release >= Release::R26_01;
    let ends = tree.all::<Connection>().map(|entry| entry.it.ends.len());
    let mut used: HashMap<&str, (Entry<'_, Connection>, &End)> = HashMap::with_capacity(ends.sum());
    for connection in tree.all::<Connection>() {
        if connection.it.is_mclag() {
            continue;
        }
        for end in &connection.it.ends {
            let Some(port) = written(end) else { continue };
            let key = if aliases { canonical(port) } else { port };
            let (first, other) = used.entry(key).or_insert((connection, end));
            // Within a connection the rules of its type and CON-21-G say so.
            if first.index == connection.index {
                continue;
            }
            let before = written(other).unwrap_or_default();
            let message = if before == port {
                format!(
                    "port `{port}` is already used by connection `{}`",
                    first.name()
                )
            } else {
                format!(
                    "port `{port}` is the same as `{before}`, which connection `{}` uses",
                    first.name()
                )
            };
            report
                .at(connection.spot(end.port_span()), message)
                .with(first.spot(other.port_span()), "used here");
        }
    }
}

fn within(doc: &Doc<'_, Connection>, report: &mut Report) {
    if doc.facts.is_mclag() {
        return;
    }
    repeated_ends(
        &doc.facts.ends,
        |end| written(end).map(canonical),
        |later, earlier| {
            let (port, before) = (written(later), written(earlier));
            if port == before {
                return;
            }
            report
                .at(
                    later.port_span(),
                    format!(
                        "port `{}` is the same as `{}` of this connection",
                        port.unwrap_or_default(),
                        before.unwrap_or_default()
                    ),
                )
                .with(earlier.port_span(), "used here");
        },
    );
}
