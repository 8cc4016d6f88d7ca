//! The ends of a connection's links: which devices, which ports, and how many of them.

use hnp_model::Severity;
use hnp_yaml::{Kind, Value};

use super::{called, path, repeated_ends};
use crate::catalogue::{Class, NEW, Rule};
use crate::engine::{Check, Doc, One, Report};
use crate::facts::Connection;
use crate::facts::connection::{Device, End, Type};

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "CON-03",
        title: "port of a connection",
        what: "A port is missing, or is not of the form `<device>/<port>` with both parts there; what follows the first slash is the port.",
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
      switch: { port: leaf-1 }
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
",
        ),
        fix: "Write the device's name, a slash and the port.",
        upstream: Some("invalid port name leaf-1, should be \"<device>/<port>\" format"),
        class: Class::Webhook,
        check: Check::One(One::Connection(form)),
        ..NEW
    },
    Rule {
        code: "CON-04",
        title: "ends of an unbundled connection",
        what: "The two ends of an unbundled connection are the same port.",
        why: "The admission webhook refuses the connection.",
        wrong: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Connection
metadata:
  name: server-1--unbundled--leaf-1
spec:
  unbundled:
    link:
      server: { port: leaf-1/E1/1 }
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
",
        ),
        fix: "Name a port of the server and a port of the switch.",
        upstream: Some("two unique ports must be used for unbundled connection"),
        class: Class::Webhook,
        check: Check::One(One::Connection(unbundled)),
        ..NEW
    },
    Rule {
        code: "CON-05",
        title: "ends of a bundled connection",
        what: "A bundled connection has no link, links of several switches or servers, or one port twice.",
        why: "The admission webhook refuses the connection.",
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
      switch: { port: leaf-2/E1/1 }
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
        fix: "Link one server to one switch, each link by ports of its own; for several switches there is `eslag`.",
        upstream: Some("one switch must be used for bundled connection"),
        class: Class::Webhook,
        check: Check::One(One::Connection(bundled)),
        ..NEW
    },
    Rule {
        code: "CON-06",
        title: "ends of an ESLAG connection",
        what: "An ESLAG connection has no link, links of several servers or of more than four switches, or one port twice.",
        why: "The admission webhook refuses the connection.",
        wrong: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Connection
metadata:
  name: server-1--eslag--leaf-1--leaf-2
spec:
  eslag:
    links:
    - server: { port: server-1/eth0 }
      switch: { port: leaf-1/E1/1 }
    - server: { port: server-2/eth0 }
      switch: { port: leaf-2/E1/1 }
",
        ),
        right: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
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
        fix: "Link one server to at most four switches, each link by ports of its own.",
        upstream: Some("one server must be used for eslag connection"),
        class: Class::Webhook,
        check: Check::One(One::Connection(eslag)),
        ..NEW
    },
    Rule {
        code: "CON-07",
        title: "ends of a fabric or mesh connection",
        what: "A fabric or mesh connection does not have exactly two switches, or has one port twice.",
        why: "The admission webhook refuses the connection.",
        wrong: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Connection
metadata:
  name: spine-1--fabric--leaf-1
spec:
  fabric:
    links:
    - spine: { port: spine-1/E1/1 }
      leaf: { port: leaf-1/E1/1 }
    - spine: { port: spine-1/E1/2 }
      leaf: { port: leaf-2/E1/1 }
",
        ),
        right: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Connection
metadata:
  name: spine-1--fabric--leaf-1
spec:
  fabric:
    links:
    - spine: { port: spine-1/E1/1 }
      leaf: { port: leaf-1/E1/1 }
    - spine: { port: spine-1/E1/2 }
      leaf: { port: leaf-1/E1/2 }
",
        ),
        fix: "Make one connection for each pair of switches.",
        upstream: Some("two switches must be used for fabric connection"),
        class: Class::Webhook,
        check: Check::One(One::Connection(between_switches)),
        ..NEW
    },
    Rule {
        code: "CON-08",
        title: "ends of a gateway connection",
        what: "A gateway connection has no link, links of several switches, or one port twice.",
        why: "The admission webhook refuses the connection.",
        wrong: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Connection
metadata:
  name: leaf-1--gateway--gateway-1
spec:
  gateway:
    links:
    - switch: { port: leaf-1/E1/1 }
      gateway: { port: gateway-1/enp2s1 }
    - switch: { port: leaf-2/E1/1 }
      gateway: { port: gateway-1/enp2s2 }
",
        ),
        right: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Connection
metadata:
  name: leaf-1--gateway--gateway-1
spec:
  gateway:
    links:
    - switch: { port: leaf-1/E1/1 }
      gateway: { port: gateway-1/enp2s1 }
    - switch: { port: leaf-1/E1/2 }
      gateway: { port: gateway-1/enp2s2 }
",
        ),
        fix: "Make one connection for each switch.",
        upstream: Some("one switches must be used for gateway connection"),
        class: Class::Webhook,
        check: Check::One(One::Connection(gateway)),
        ..NEW
    },
    Rule {
        code: "CON-08-G",
        severity: Severity::Warning,
        title: "several gateways in a connection",
        what: "A gateway connection has links to more than one gateway.",
        why: "It is admitted, since nobody counts them; a connection is meant for one switch and one gateway.",
        wrong: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Connection
metadata:
  name: leaf-1--gateway--gateway-1
spec:
  gateway:
    links:
    - switch: { port: leaf-1/E1/1 }
      gateway: { port: gateway-1/enp2s1 }
    - switch: { port: leaf-1/E1/2 }
      gateway: { port: gateway-2/enp2s1 }
",
        ),
        right: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Connection
metadata:
  name: leaf-1--gateway--gateway-1
spec:
  gateway:
    links:
    - switch: { port: leaf-1/E1/1 }
      gateway: { port: gateway-1/enp2s1 }
    - switch: { port: leaf-1/E1/2 }
      gateway: { port: gateway-1/enp2s2 }
",
        ),
        fix: "Make one connection for each gateway.",
        class: Class::Gap,
        check: Check::One(One::Connection(gateways)),
        ..NEW
    },
    Rule {
        code: "CON-09",
        title: "ends of a loopback connection",
        what: "A loopback connection has no link, links of several switches, or one port twice.",
        why: "The admission webhook refuses the connection.",
        wrong: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Connection
metadata:
  name: leaf-1--vpc-loopback
spec:
  vpcLoopback:
    links:
    - switch1: { port: leaf-1/E1/1 }
      switch2: { port: leaf-2/E1/1 }
",
        ),
        right: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Connection
metadata:
  name: leaf-1--vpc-loopback
spec:
  vpcLoopback:
    links:
    - switch1: { port: leaf-1/E1/1 }
      switch2: { port: leaf-1/E1/2 }
",
        ),
        fix: "Link two ports of one switch.",
        upstream: Some("one switches must be used for vpc-loopback connection"),
        class: Class::Webhook,
        check: Check::One(One::Connection(loopback)),
        ..NEW
    },
];

/// Returns the type that counts, where all of its links can be read and admission looks at them.
fn judged(connection: &Connection) -> Option<Type> {
    connection
        .of()
        .filter(|of| !of.is_mclag() && !connection.unreadable)
}

fn form(doc: &Doc<'_, Connection>, report: &mut Report) {
    let Some(of) = judged(doc.facts) else { return };
    for end in &doc.facts.ends {
        if end.split().is_some() {
            continue;
        }
        let span = end.port_span();
        match end.port.text() {
            Some(text) => {
                let draft = report.at(
                    span,
                    format!("port `{text}` is not of the form <device>/<port>"),
                );
                // A name alone is a device more often than a port.
                if !text.contains('/') {
                    draft.help(format!("write the port too, such as {text}/E1/1"));
                }
            }
            None => {
                report
                    .at(span, format!("the {} end of a link has no port", end.role))
                    .field(path(of, end, "port"));
            }
        }
    }
}

fn unbundled(doc: &Doc<'_, Connection>, report: &mut Report) {
    if judged(doc.facts) == Some(Type::Unbundled) {
        ports_once(doc, report);
    }
}

fn bundled(doc: &Doc<'_, Connection>, report: &mut Report) {
    if judged(doc.facts) == Some(Type::Bundled) && some_link(doc, Type::Bundled, report) {
        one(doc, Device::Switch, report);
        one(doc, Device::Server, report);
        ports_once(doc, report);
    }
}

fn eslag(doc: &Doc<'_, Connection>, report: &mut Report) {
    if judged(doc.facts) == Some(Type::Eslag) && some_link(doc, Type::Eslag, report) {
        let (switches, more) = distinct::<4>(doc.facts);
        if let Some((end, name)) = more {
            let draft = report.at(
                end.port_span(),
                format!("an ESLAG connection has at most four switches, and `{name}` is one more"),
            );
            for (first, name) in switches.iter().flatten() {
                draft.with(first.port_span(), format!("`{name}`"));
            }
        }
        one(doc, Device::Server, report);
        ports_once(doc, report);
    }
}

fn between_switches(doc: &Doc<'_, Connection>, report: &mut Report) {
    let Some(of) = judged(doc.facts).filter(|of| matches!(of, Type::Fabric | Type::Mesh)) else {
        return;
    };
    if !some_link(doc, of, report) {
        return;
    }
    let (switches, more) = distinct::<2>(doc.facts);
    if let Some((end, name)) = more {
        let draft = report.at(
            end.port_span(),
            format!(
                "{} has two switches, and `{name}` is a third one",
                called(of)
            ),
        );
        for (first, name) in switches.iter().flatten() {
            draft.with(first.port_span(), format!("`{name}`"));
        }
    } else if let [Some((first, name)), None] = switches
        && let Some(other) = doc.facts.ends.get(1)
        && doc.facts.ends.iter().all(|end| end.split().is_some())
    {
        report
            .at(
                other.port_span(),
                format!(
                    "{} has two switches, and this one has `{name}` at both ends",
                    called(of)
                ),
            )
            .with(first.port_span(), "the other end");
    }
    ports_once(doc, report);
}

fn gateway(doc: &Doc<'_, Connection>, report: &mut Report) {
    if judged(doc.facts) == Some(Type::Gateway) && some_link(doc, Type::Gateway, report) {
        one(doc, Device::Switch, report);
        ports_once(doc, report);
    }
}

fn gateways(doc: &Doc<'_, Connection>, report: &mut Report) {
    if judged(doc.facts) == Some(Type::Gateway) {
        one(doc, Device::Gateway, report);
    }
}

fn loopback(doc: &Doc<'_, Connection>, report: &mut Report) {
    if judged(doc.facts) == Some(Type::VpcLoopback) && some_link(doc, Type::VpcLoopback, report) {
        one(doc, Device::Switch, report);
        ports_once(doc, report);
    }
}

/// Reports a connection without links, and tells whether there is one. Where the schema counts them it has said so.
fn some_link(doc: &Doc<'_, Connection>, of: Type, report: &mut Report) -> bool {
    if doc.facts.links > 0 {
        return true;
    }
    let links = doc
        .spec()
        .and_then(|spec| spec.get(of.key())?.get("links"))
        .filter(|links| links.kind() == Kind::Seq);
    if links.is_none() || of == Type::Bundled {
        let key = doc.facts.key_of(of).unwrap_or_else(|| doc.spec_span());
        report
            .at(
                links.map_or(key, Value::span),
                format!("{} has one link or more, and this one has none", called(of)),
            )
            .field(format!("spec.{}.links", of.key()));
    }
    false
}

/// Reports the first end that is at another device of a kind than the ends before it.
fn one(doc: &Doc<'_, Connection>, device: Device, report: &mut Report) {
    let Some(of) = doc.facts.of() else { return };
    let mut named = doc
        .facts
        .at(device)
        .filter_map(|end| Some((end, end.split()?.0)));
    let Some((first, name)) = named.next() else {
        return;
    };
    if let Some((end, other)) = named.find(|(_, other)| *other != name) {
        let word = match device {
            Device::Switch => "switch",
            Device::Server => "server",
            Device::Gateway => "gateway",
        };
        report
            .at(
                end.port_span(),
                format!(
                    "{} has one {word}, and this link goes to `{other}`, others to `{name}`",
                    called(of)
                ),
            )
            .with(first.port_span(), format!("`{name}`"));
    }
}

type Named<'c> = (&'c End, &'c str);

/// Returns the first `N` switches of different names, each with its first end, and the first of one more.
fn distinct<const N: usize>(
    connection: &Connection,
) -> ([Option<Named<'_>>; N], Option<Named<'_>>) {
    let mut known = [None; N];
    for end in connection.at(Device::Switch) {
        let Some((name, _)) = end.split() else {
            continue;
        };
        let slot = known
            .iter_mut()
            .find(|slot| slot.is_none_or(|(_, other)| other == name));
        match slot {
            Some(Some(_)) => {}
            Some(free) => *free = Some((end, name)),
            None => return (known, Some((end, name))),
        }
    }
    (known, None)
}

fn ports_once(doc: &Doc<'_, Connection>, report: &mut Report) {
    repeated_ends(
        &doc.facts.ends,
        |end| end.split().and(end.port.text()),
        |later, earlier| {
            let port = later.port.text().unwrap_or_default();
            report
                .at(
                    later.port_span(),
                    format!("port `{port}` stands twice in the connection"),
                )
                .with(earlier.port_span(), "first here");
        },
    );
}
