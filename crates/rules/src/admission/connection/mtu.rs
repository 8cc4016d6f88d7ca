//! The MTU of connections to servers.

use hnp_model::Severity;

use crate::catalogue::{Class, NEW, Rule};
use crate::engine::{Check, Doc, One, Report};
use crate::facts::connection::Type;
use crate::facts::{Connection, number};

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "CON-11",
        title: "MTU of a server connection",
        what: "`mtu` of an `unbundled` or `bundled` connection is larger than the fabric's own MTU leaves room for: 9036 unless configured otherwise. 0 and absent mean the default.",
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
    mtu: 9216
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
    mtu: 9036
",
        ),
        fix: "Write a smaller MTU, or leave it out.",
        upstream: Some(
            "unbundled connection mtu 9216 is greater than fabric mtu 9100 - server facing mtu offset 64",
        ),
        class: Class::Webhook,
        check: Check::One(One::Connection(checked)),
        ..NEW
    },
    Rule {
        code: "CON-11-G",
        severity: Severity::Warning,
        title: "MTU of an ESLAG connection",
        what: "`mtu` of an `eslag` connection is larger than the fabric's own MTU leaves room for.",
        why: "Nobody checks it there, while unbundled and bundled connections with it are refused; frames of that size do not get through the fabric.",
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
    - server: { port: server-1/eth1 }
      switch: { port: leaf-2/E1/1 }
    mtu: 9216
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
    mtu: 9036
",
        ),
        fix: "Write a smaller MTU, or leave it out.",
        class: Class::Gap,
        check: Check::One(One::Connection(unchecked)),
        ..NEW
    },
];

fn checked(doc: &Doc<'_, Connection>, report: &mut Report) {
    mtu(doc, Type::Unbundled, report);
    mtu(doc, Type::Bundled, report);
}

fn unchecked(doc: &Doc<'_, Connection>, report: &mut Report) {
    mtu(doc, Type::Eslag, report);
}

/// Types that do not count are looked at too, as admission does.
fn mtu(doc: &Doc<'_, Connection>, of: Type, report: &mut Report) {
    if doc.facts.is_mclag() || doc.facts.key_of(of).is_none() {
        return;
    }
    let value = doc.spec().and_then(|spec| spec.get(of.key())?.get("mtu"));
    let Some(value) = value else { return };
    let most = doc.settings.network.server_mtu;
    // What does not fit the field's type is refused for that.
    if let Some((mtu, span)) = number(value).set()
        && u16::try_from(*mtu).is_ok_and(|mtu| mtu > most)
    {
        report.at(
            span,
            format!("MTU {mtu} is more than {most}, the most that the fabric carries to a server"),
        );
    }
}
