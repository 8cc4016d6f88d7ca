//! `metadata`: names, namespaces, and what belongs to the API server.

use hnp_model::Severity;

use super::{Family, NEW, Rule};

pub(super) const FAMILY: Family = Family {
    title: "Metadata",
    about: "What Kubernetes asks of every resource's metadata, and what Hedgehog asks besides.",
    parts: &[RULES],
};

static RULES: &[Rule] = &[
    Rule {
        code: "META-02",
        title: "wrong namespace",
        what: "`metadata.namespace` is set and is not `default`; for kinds of fabricator.githedgehog.com, not `fab`. Left out or empty it is filled in.",
        why: "Hedgehog's admission takes resources in that one namespace only.",
        wrong: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata:
  name: server-01
  namespace: rack-4
spec: {}
",
        ),
        right: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata:
  name: server-01
  namespace: default
spec: {}
",
        ),
        fix: "Write the namespace that the finding names, or leave it out.",
        upstream: Some("invalid resource namespace: only default namespace is currently supported"),
        ..NEW
    },
    Rule {
        code: "META-03",
        title: "invalid name",
        what: "`metadata.name` is no lowercase RFC 1123 subdomain: lower-case letters, digits, `-` and `.`, with a letter or digit at both ends of each part.",
        why: "The API server refuses the resource.",
        wrong: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata:
  name: Server_01
spec: {}
",
        ),
        right: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata:
  name: server-01
spec: {}
",
        ),
        fix: "Rename the resource, and what refers to it.",
        upstream: Some("invalid resource name: name does not match a lowercase RFC 1123 subdomain"),
        ..NEW
    },
    Rule {
        code: "META-04",
        title: "name too long",
        what: "`metadata.name` has more than 253 characters.",
        why: "The API server refuses the resource. Long before that, labels derived from the name fail (LBL-01).",
        fix: "Shorten the name, and what refers to it.",
        upstream: Some("metadata.name: Invalid value: must be no more than 253 characters"),
        ..NEW
    },
    Rule {
        code: "META-05",
        severity: Severity::Warning,
        title: "name with a dot",
        what: "`metadata.name` has a dot. Kubernetes and Hedgehog admit it.",
        why: "The NetBox plugin stores names without dots only, so the resource cannot reach the GUI.",
        wrong: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata:
  name: server-01.r4
spec: {}
",
        ),
        right: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata:
  name: server-01-r4
spec: {}
",
        ),
        fix: "Use `-` in place of `.` where the resource is to be edited in the GUI.",
        ..NEW
    },
    Rule {
        code: "META-10",
        title: "no name",
        what: "`metadata` or `metadata.name` is missing. `generateName` does not count.",
        why: "A resource without a name has no identity: it cannot be compared, updated or referred to. `generateName` makes another resource at every apply.",
        wrong: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata:
  generateName: server-
spec: {}
",
        ),
        right: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata:
  name: server-01
spec: {}
",
        ),
        fix: "Add `name` under `metadata`.",
        upstream: Some("metadata.name: Required value: name or generateName is required"),
        ..NEW
    },
    Rule {
        code: "META-11",
        title: "unknown key in metadata",
        what: "A key under `metadata` that Kubernetes' ObjectMeta does not have.",
        why: "The API server drops it without a word, or refuses the manifest: what was meant never happens.",
        wrong: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata:
  name: server-01
  label:
    example.com/rack: r4
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
        fix: "Correct the key. Data of your own belongs in labels or annotations.",
        upstream: Some("strict decoding error: unknown field \"metadata.label\""),
        ..NEW
    },
    Rule {
        code: "META-12",
        title: "wrong type in metadata",
        what: "`metadata`, labels or annotations are no map, or a name, label or annotation is no string. Kubernetes reads `5`, `on`, `yes` and `0755` without quotes as numbers and booleans.",
        why: "The API server refuses the resource.",
        wrong: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata:
  name: server-01
  labels:
    example.com/spare: on
spec: {}
",
        ),
        right: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata:
  name: server-01
  labels:
    example.com/spare: \"on\"
spec: {}
",
        ),
        fix: "Put the value in quotes; the fix is safe.",
        upstream: Some(
            "json: cannot unmarshal bool into Go struct field ObjectMeta.metadata.labels of type string",
        ),
        ..NEW
    },
    Rule {
        code: "META-15",
        severity: Severity::Warning,
        title: "metadata of the API server",
        what: "The manifest holds metadata that only the API server or kubectl writes: uid, resourceVersion, generation, creationTimestamp, deletionTimestamp, selfLink, managedFields, or kubectl's last-applied annotation.",
        why: "Every apply and every sync sees a difference, and an old resourceVersion makes an update fail.",
        wrong: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata:
  creationTimestamp: \"2026-03-01T09:30:00Z\"
  name: server-01
spec: {}
",
        ),
        right: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata:
  name: server-01
spec: {}
",
        ),
        fix: "Take it out; the fix is safe. `kubectl get -o yaml` carries it along.",
        ..NEW
    },
];
