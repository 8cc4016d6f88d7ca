//! The External and the connection of an attachment.

use crate::catalogue::{Class, NEW, Rule};
use crate::engine::{Check, Lookup, Report, Tree};
use crate::facts::{Connection, External, ExternalAttachment, connection::Type};

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "EXA-04",
        title: "External of an attachment is missing",
        what: "`external` names one that is not there.",
        why: "The admission webhook refuses the attachment.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: External
metadata:
  name: isp-1
spec: {}
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: ExternalAttachment
metadata:
  name: leaf-01--isp-2
spec:
  external: isp-2
  connection: leaf-01--external
  switch: { ip: 203.0.113.1/31 }
  neighbor: { asn: 64500, ip: 203.0.113.0 }
",
        ),
        right: Some(BGP),
        fix: "Name an External that is there.",
        class: Class::Cross,
        check: Check::Tree(external),
        ..NEW
    },
    Rule {
        code: "EXA-05",
        title: "attachment and External of different kinds",
        what: "An attachment with `static` is of an External without, or the other way round.",
        why: "The admission webhook refuses the attachment.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: External
metadata:
  name: isp-1
spec:
  static:
    prefixes: [0.0.0.0/0]
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
",
        ),
        right: Some(BGP),
        fix: "Make both static, or neither.",
        class: Class::Cross,
        check: Check::Tree(kind),
        ..NEW
    },
    Rule {
        code: "EXA-06",
        title: "connection of an External's attachment",
        what: "`connection` names one that is not there, or one that is not of type external.",
        why: "The admission webhook refuses the attachment.",
        wrong: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
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
kind: ExternalAttachment
metadata:
  name: leaf-01--isp-1
spec:
  external: isp-1
  connection: server-01--unbundled
  switch: { ip: 203.0.113.1/31 }
  neighbor: { asn: 64500, ip: 203.0.113.0 }
",
        ),
        right: Some(
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
kind: ExternalAttachment
metadata:
  name: leaf-01--isp-1
spec:
  external: isp-1
  connection: leaf-01--external
  switch: { ip: 203.0.113.1/31 }
  neighbor: { asn: 64500, ip: 203.0.113.0 }
",
        ),
        fix: "Name a Connection of type external.",
        class: Class::Cross,
        check: Check::Tree(connection),
        ..NEW
    },
];

const BGP: &str = "apiVersion: vpc.githedgehog.com/v1beta1
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
";

fn external(tree: &Tree<'_>, report: &mut Report) {
    for attachment in tree.managed::<ExternalAttachment>() {
        if let Some((name, span)) = attachment.it.external.at()
            && tree.find::<External>(name).is_missing()
        {
            tree.dangling::<External>(report, attachment.spot(span), name);
        }
    }
}

fn kind(tree: &Tree<'_>, report: &mut Report) {
    for attachment in tree.managed::<ExternalAttachment>() {
        let Some((name, span)) = attachment.it.external.at() else {
            continue;
        };
        let Some(external) = tree.find::<External>(name).found() else {
            continue;
        };
        if external.it.is_static() == attachment.it.is_static {
            continue;
        }
        let message = if attachment.it.is_static {
            format!("the attachment is static, and External `{name}` speaks BGP")
        } else {
            format!("the attachment speaks BGP, and External `{name}` is static")
        };
        let place = external.it.static_key.unwrap_or(external.facts.name_span);
        report
            .at(attachment.spot(span), message)
            .with(external.spot(place), format!("External `{name}`"));
    }
}

fn connection(tree: &Tree<'_>, report: &mut Report) {
    for attachment in tree.managed::<ExternalAttachment>() {
        let Some((name, span)) = attachment.it.connection.at() else {
            continue;
        };
        let spot = attachment.spot(span);
        match tree.find::<Connection>(name) {
            Lookup::Missing => tree.dangling::<Connection>(report, spot, name),
            Lookup::Found(found) => {
                let types = &found.it.types;
                let fits = types.iter().any(|(of, _)| *of == Type::External);
                // One without any type is not judged here.
                if let (false, Some((of, key))) = (fits, types.first()) {
                    report
                        .at(
                            spot,
                            format!(
                                "Connection `{name}` is of type {}; an External is attached to one of type external",
                                of.key()
                            ),
                        )
                        .with(found.spot(*key), "its type");
                }
            }
            Lookup::Unknown => {}
        }
    }
}
