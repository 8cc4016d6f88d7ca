//! Which type a connection has, and whether the fabric takes it.

use hnp_model::Severity;
use hnp_yaml::{Kind, Value};

use crate::catalogue::{Class, NEW, Rule};
use crate::engine::{Check, Doc, One, Report};
use crate::facts::Connection;
use crate::facts::connection::Type;
use crate::schema::Release;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "CON-01",
        title: "connection without a type",
        what: "`spec` has none of the types `unbundled`, `bundled`, `eslag`, `fabric`, `mesh`, `gateway`, `vpcLoopback`, `external` and `staticExternal`.",
        why: "The admission webhook refuses the connection.",
        wrong: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Connection
metadata:
  name: server-1--unbundled--leaf-1
spec: {}
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
        fix: "Put exactly one type in `spec`.",
        upstream: Some("exactly one connection type must be used"),
        class: Class::Webhook,
        check: Check::One(One::Connection(no_type)),
        ..NEW
    },
    Rule {
        code: "CON-01-G",
        severity: Severity::Warning,
        title: "connection with several types",
        what: "`spec` has more than one type.",
        why: "It is admitted: the first in Hedgehog's own order counts, and nobody checks the devices and ports of the others.",
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
  external:
    link:
      switch: { port: leaf-1/E1/2 }
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
  name: leaf-1--external
spec:
  external:
    link:
      switch: { port: leaf-1/E1/2 }
",
        ),
        fix: "Make one connection of each type.",
        class: Class::Gap,
        check: Check::One(One::Connection(several_types)),
        ..NEW
    },
    Rule {
        code: "CON-02",
        severity: Severity::Warning,
        title: "MCLAG connection",
        what: "The connection is of type `mclag` or `mclagDomain`.",
        why: "Hedgehog admits it with a warning of its own and does nothing with it: its ports are not checked, and it carries no traffic.",
        wrong: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Connection
metadata:
  name: server-1--mclag--leaf-1--leaf-2
spec:
  mclag:
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
        fix: "Use `eslag` instead, in a new connection.",
        upstream: Some("MCLAG is deprecated and no longer supported"),
        releases: Some("Before 26.03 MCLAG was supported."),
        class: Class::Webhook,
        since: Release::R26_03Preview,
        check: Check::One(One::Connection(mclag)),
        ..NEW
    },
    Rule {
        code: "CON-15",
        title: "connection not for this fabric mode",
        what: "An `eslag` or `gateway` connection stands in a fabric that is not of mode `spine-leaf`.",
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
        fix: "Use another type, or correct the fabric's mode in hnp's settings.",
        upstream: Some("eslag connection is not allowed in current fabric configuration"),
        class: Class::Webhook,
        check: Check::One(One::Connection(mode)),
        ..NEW
    },
];

fn no_type(doc: &Doc<'_, Connection>, report: &mut Report) {
    if !doc.facts.types.is_empty() || doc.facts.unreadable {
        return;
    }
    let spec = doc
        .manifest
        .value
        .get("spec")
        .filter(|spec| !spec.is_null());
    // What is no map, and a type that nobody knows, is the schema's to say: once is enough.
    if spec.is_some_and(|spec| spec.kind() != Kind::Map || has_unknown(spec)) {
        return;
    }
    report
        .at(doc.spec_span(), "the connection has no type")
        .field("spec");
}

fn has_unknown(spec: Value<'_>) -> bool {
    spec.entries()
        .any(|entry| Type::of_key(entry.key).is_none())
}

fn several_types(doc: &Doc<'_, Connection>, report: &mut Report) {
    let Some(((counts, first), others)) = doc.facts.types.split_first() else {
        return;
    };
    for (other, span) in others {
        report
            .at(
                *span,
                format!(
                    "the connection has type `{}` beside `{}`, and only `{1}` counts",
                    other.key(),
                    counts.key()
                ),
            )
            .with(*first, "this one counts");
    }
}

fn mclag(doc: &Doc<'_, Connection>, report: &mut Report) {
    if doc.facts.is_mclag()
        && let Some(key) = doc.facts.key()
    {
        report.at(
            key,
            "MCLAG is no longer supported: the connection is admitted and never applied",
        );
    }
}

fn mode(doc: &Doc<'_, Connection>, report: &mut Report) {
    if doc.settings.network.spine_leaf || doc.facts.is_mclag() {
        return;
    }
    for of in [Type::Eslag, Type::Gateway] {
        if let Some(key) = doc.facts.key_of(of) {
            report.at(
                key,
                format!(
                    "{} needs a fabric of mode `spine-leaf`, and this one has another",
                    super::called(of)
                ),
            );
        }
    }
}
