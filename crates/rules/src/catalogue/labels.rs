//! Labels and annotations, and names that Hedgehog makes labels of.

use hnp_model::Severity;

use super::{Family, NEW, Rule};

pub(super) const FAMILY: Family = Family {
    title: "Labels and annotations",
    about: "Kubernetes' syntax for labels and annotations, the labels that Hedgehog derives, and the names it derives them from.",
    parts: &[RULES],
};

static RULES: &[Rule] = &[
    Rule {
        code: "META-13",
        title: "invalid key of a label or annotation",
        what: "A key is not `name` or `domain/name`. The name has at most 63 letters, digits, `-`, `_` and `.` and starts and ends with a letter or digit; the domain is a lower-case subdomain.",
        why: "The API server refuses the resource.",
        wrong: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata:
  name: server-01
  labels:
    rack number: r4
spec: {}
",
        ),
        right: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata:
  name: server-01
  labels:
    example.com/rack-number: r4
spec: {}
",
        ),
        fix: "Rename the key.",
        upstream: Some(
            "metadata.labels: Invalid value: name part must consist of alphanumeric characters, '-', '_' or '.'",
        ),
        ..NEW
    },
    Rule {
        code: "META-14",
        title: "invalid value of a label",
        what: "A label's value has more than 63 characters, others than letters, digits, `-`, `_` and `.`, or no letter or digit at one of its ends. An empty value is allowed.",
        why: "The API server refuses the resource.",
        wrong: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata:
  name: server-01
  labels:
    example.com/place: rack 4, left side
spec: {}
",
        ),
        right: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata:
  name: server-01
  annotations:
    example.com/place: rack 4, left side
spec: {}
",
        ),
        fix: "Shorten the value, or make an annotation of it: annotations take any text.",
        upstream: Some(
            "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.'",
        ),
        ..NEW
    },
    Rule {
        code: "META-16",
        title: "annotations too large",
        what: "The annotations of a resource, keys and values, have more than 256 KiB together.",
        why: "The API server refuses the resource.",
        fix: "Keep large data in a file or a ConfigMap. An export may carry it in kubectl's last-applied annotation, which can go.",
        upstream: Some("metadata.annotations: Too long"),
        ..NEW
    },
    Rule {
        code: "LBL-01",
        title: "name cannot become a label",
        what: "Hedgehog's admission makes labels of the names that a resource refers to, and this one has more than 63 characters or others than a label takes. A warning on a Connection whose own name is that long, an error where such a name is referred to.",
        why: "A resource may be called by 253 characters, a label has 63. The API server then refuses the resource that refers to it, with a message about a label that nobody wrote.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPCAttachment
metadata:
  name: vpc-1--server-01
spec:
  connection: server-with-a-very-long-name-01--eslag--leaf-switch-01--leaf-switch-02
  subnet: vpc-1/default
",
        ),
        right: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPCAttachment
metadata:
  name: vpc-1--server-01
spec:
  connection: server-01--eslag--leaf-01--leaf-02
  subnet: vpc-1/default
",
        ),
        fix: "Shorten the name of what is referred to, there and here.",
        upstream: Some("metadata.labels: Invalid value: must be no more than 63 characters"),
        ..NEW
    },
    Rule {
        code: "LBL-02",
        severity: Severity::Warning,
        title: "label that Hedgehog deletes",
        what: "A label's key holds `fabric.githedgehog.com/` and is not one that Hedgehog derives. SwitchGroup, SwitchProfile and gateway kinds keep such labels.",
        why: "The admission webhook deletes every label with that text in its key and derives its own, so the label is lost and Git differs from the cluster for ever.",
        wrong: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata:
  name: server-01
  labels:
    fabric.githedgehog.com/rack: r4
spec: {}
",
        ),
        right: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata:
  name: server-01
  labels:
    example.com/rack: r4
spec: {}
",
        ),
        fix: "Use a domain of your own in the key.",
        ..NEW
    },
];
