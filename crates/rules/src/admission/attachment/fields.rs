//! What an attachment must say.

use hnp_yaml::{Kind, Value};

use crate::catalogue::{Class, NEW, Rule};
use crate::engine::{Check, Doc, One, Report};
use crate::facts::VpcAttachment;
use crate::net::Prefix;

/// The annotation that gives an attachment a point-to-point link of its own.
const LINK: &str = "fabric.githedgehog.com/p2p-link";

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "ATT-01",
        title: "default subnet of an attachment",
        what: "`subnet: vpc-1` becomes `vpc-1/default`; `vpc-1/` does not.",
        why: "The resource in the cluster then differs from the file, which is no drift.",
        fix: "Nothing to do.",
        class: Class::Default,
        check: Check::Never("the webhook fills it in; hnp does the same before it compares"),
        ..NEW
    },
    Rule {
        code: "ATT-02",
        title: "attachment without a VPC",
        what: "`subnet` is absent or empty, or names no VPC before its slash.",
        why: "The admission webhook refuses the attachment.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPCAttachment
metadata:
  name: vpc-1--server-01
spec:
  connection: server-01--unbundled--leaf-01
",
        ),
        right: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPCAttachment
metadata:
  name: vpc-1--server-01
spec:
  connection: server-01--unbundled--leaf-01
  subnet: vpc-1/default
",
        ),
        fix: "Write `subnet: <vpc>/<subnet>`.",
        upstream: Some("subnet is required"),
        class: Class::Webhook,
        check: Check::One(One::VpcAttachment(subnet)),
        ..NEW
    },
    Rule {
        code: "ATT-03",
        title: "attachment without a connection",
        what: "`connection` is absent or empty.",
        why: "The admission webhook refuses the attachment.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPCAttachment
metadata:
  name: vpc-1--server-01
spec:
  subnet: vpc-1/default
",
        ),
        right: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPCAttachment
metadata:
  name: vpc-1--server-01
spec:
  connection: server-01--unbundled--leaf-01
  subnet: vpc-1/default
",
        ),
        fix: "Name the server's Connection.",
        upstream: Some("connection is required"),
        class: Class::Webhook,
        check: Check::One(One::VpcAttachment(connection)),
        ..NEW
    },
    Rule {
        code: "ATT-04",
        title: "point-to-point link of an attachment",
        what: "The annotation `fabric.githedgehog.com/p2p-link` is there, and its value is not an IPv4 prefix of length 31.",
        why: "The admission webhook refuses the attachment.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPCAttachment
metadata:
  name: vpc-1--server-01
  annotations:
    fabric.githedgehog.com/p2p-link: 10.9.0.0/30
spec:
  connection: server-01--unbundled--leaf-01
  subnet: vpc-1/default
",
        ),
        right: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPCAttachment
metadata:
  name: vpc-1--server-01
  annotations:
    fabric.githedgehog.com/p2p-link: 10.9.0.0/31
spec:
  connection: server-01--unbundled--leaf-01
  subnet: vpc-1/default
",
        ),
        fix: "Write a prefix such as 10.9.0.0/31, or take the annotation out.",
        class: Class::Webhook,
        check: Check::One(One::VpcAttachment(link)),
        ..NEW
    },
];

fn subnet(doc: &Doc<'_, VpcAttachment>, report: &mut Report) {
    let field = &doc.facts.subnet;
    if field.is_missing() {
        report
            .at(
                field.span_or(doc.spec_span()),
                "the attachment names no subnet",
            )
            .field("spec.subnet");
    } else if let Some(("", _)) = doc.facts.target() {
        report.at(
            field.span_or(doc.spec_span()),
            "there is no VPC before the slash",
        );
    }
}

fn connection(doc: &Doc<'_, VpcAttachment>, report: &mut Report) {
    let field = &doc.facts.connection;
    if field.is_missing() {
        report
            .at(
                field.span_or(doc.spec_span()),
                "the attachment names no connection",
            )
            .field("spec.connection");
    }
}

fn link(doc: &Doc<'_, VpcAttachment>, report: &mut Report) {
    let annotations = doc.manifest.metadata().and_then(|m| m.get("annotations"));
    let Some(value) = annotations.and_then(|all| all.get(LINK)) else {
        return;
    };
    // Any other type is refused as an annotation.
    let Some(text) = string(value) else { return };
    let fits = Prefix::parse(text).is_some_and(|prefix| prefix.addr.is_v4() && prefix.bits == 31);
    if !fits {
        report
            .at(
                value.span(),
                format!("`{text}` is not an IPv4 prefix of length 31"),
            )
            .field(format!("metadata.annotations[\"{LINK}\"]"));
    }
}

fn string(value: Value<'_>) -> Option<&str> {
    (value.kind() == Kind::Scalar)
        .then(|| value.as_str())
        .flatten()
}
