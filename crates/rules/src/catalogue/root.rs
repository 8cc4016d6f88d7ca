//! The root of a manifest: what kind of resource it is, and the keys beside `spec`.

use hnp_model::Severity;

use super::{Family, NEW, Rule};

pub(super) const FAMILY: Family = Family {
    title: "Manifest",
    about: "The root of a document: whether it is a resource, of which kind and version, and what stands beside its `spec`.",
    parts: &[RULES],
};

static RULES: &[Rule] = &[
    Rule {
        code: "SCH-20",
        title: "no apiVersion",
        what: "`apiVersion` is missing, empty or no string.",
        why: "Without group and version nobody knows what the document is.",
        wrong: Some(
            "kind: Server
metadata:
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
        fix: "Add `apiVersion` with group and version. A file that is no manifest belongs outside managed/.",
        upstream: Some("error validating data: apiVersion not set"),
        ..NEW
    },
    Rule {
        code: "SCH-21",
        title: "no kind",
        what: "`kind` is missing, empty or no string.",
        why: "Without a kind nobody knows what the document is.",
        wrong: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
metadata:
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
        fix: "Add `kind`. A file that is no manifest belongs outside managed/.",
        upstream: Some("error validating data: kind not set"),
        ..NEW
    },
    Rule {
        code: "SCH-22",
        title: "unknown kind",
        what: "A group of Hedgehog's has no kind of that name.",
        why: "The cluster refuses the resource, and until then nothing of it is checked.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPCAtachment
metadata:
  name: vpc-1--server-01
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
spec:
  connection: server-01--unbundled--leaf-01
  subnet: vpc-1/default
",
        ),
        fix: "Correct the kind, or the group where the kind belongs to another one. For a kind newer than hnp, import its schema with `hnp schema import`.",
        upstream: Some(
            "no matches for kind \"VPCAtachment\" in version \"vpc.githedgehog.com/v1beta1\"",
        ),
        ..NEW
    },
    Rule {
        code: "SCH-23",
        title: "unknown version",
        what: "A group of Hedgehog's has no version of that name.",
        why: "The cluster refuses the resource, and until then its fields cannot be checked.",
        wrong: Some(
            "apiVersion: wiring.githedgehog.com/v1beta2
kind: Server
metadata:
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
        fix: "Write the version that the finding names. For a version newer than hnp, import its schema with `hnp schema import`.",
        upstream: Some(
            "no matches for kind \"Server\" in version \"wiring.githedgehog.com/v1beta2\"",
        ),
        ..NEW
    },
    Rule {
        code: "SCH-24",
        severity: Severity::Warning,
        title: "foreign resource",
        what: "The API group is not one of Hedgehog's, and no schema of it was imported. A warning; `rules.unknown_group` in .hnp/config.toml makes it an error.",
        why: "hnp can neither check nor manage the resource. A group with a typing error looks the same.",
        wrong: Some(
            "apiVersion: v1
kind: ConfigMap
metadata:
  name: notes
data: {}
",
        ),
        right: None,
        fix: "Keep the resource outside managed/, for example in unmanaged/external-configs/, or import its schema with `hnp schema import`.",
        ..NEW
    },
    Rule {
        code: "SCH-25",
        title: "written by a controller",
        what: "The kind is one that a controller in the cluster writes: Agent, Catalog, DHCPSubnet, GatewayAgent or VPCInfo.",
        why: "The controller writes the resource again whenever it likes. A copy in Git would fight it at every sync.",
        wrong: Some(
            "apiVersion: dhcp.githedgehog.com/v1beta1
kind: DHCPSubnet
metadata:
  name: vpc-1--default
spec: {}
",
        ),
        right: None,
        fix: "Take the document out of Git. An export of everything in the cluster carries such resources along.",
        ..NEW
    },
    Rule {
        code: "SCH-26",
        title: "v1alpha2",
        what: "The resource has version v1alpha2 of a group that has v1beta1 now.",
        why: "v1alpha2 was renamed to v1beta1 in Beta-1 with the same fields; no cluster serves it any more.",
        wrong: Some(
            "apiVersion: wiring.githedgehog.com/v1alpha2
kind: Server
metadata:
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
        fix: "Write v1beta1; the fix is safe. `hnp init --adopt` does it for a whole repository.",
        upstream: Some(
            "no matches for kind \"Server\" in version \"wiring.githedgehog.com/v1alpha2\"",
        ),
        ..NEW
    },
    Rule {
        code: "SCH-27",
        title: "no resource",
        what: "The document is a list or a single value.",
        why: "A resource is a map with apiVersion, kind, metadata and spec.",
        wrong: Some(
            "- server-01
- server-02
",
        ),
        right: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata:
  name: server-01
spec: {}
---
apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata:
  name: server-02
spec: {}
",
        ),
        fix: "Write each resource as a map, separated by `---`, or all of them under `items` of a `kind: List`.",
        ..NEW
    },
    Rule {
        code: "SCH-28",
        title: "unknown key at the root",
        what: "A key beside apiVersion, kind, metadata and spec that the kind does not have.",
        why: "The API server drops it without a word, or refuses the manifest: what was meant never happens.",
        wrong: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata:
  name: server-01
spec: {}
description: rack 4
",
        ),
        right: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata:
  name: server-01
spec:
  description: rack 4
",
        ),
        fix: "Correct the key, or move it to where it belongs; it may only be indented too little.",
        upstream: Some("strict decoding error: unknown field \"description\""),
        ..NEW
    },
    Rule {
        code: "SCH-29",
        title: "status in Git",
        what: "The manifest holds a `status` that is not empty.",
        why: "The cluster writes the status. In Git it is out of date at once and shows as a difference for ever.",
        wrong: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata:
  name: server-01
spec: {}
status:
  conditions: []
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
        fix: "Take `status` out; the fix is safe. `kubectl get -o yaml` carries it along.",
        ..NEW
    },
    Rule {
        code: "SCH-30",
        title: "kind not in this release",
        what: "The Hedgehog release of the fabric does not have the kind, although another release does.",
        why: "The cluster refuses the resource.",
        wrong: Some(
            "apiVersion: gateway.githedgehog.com/v1alpha1
kind: Peering
metadata:
  name: vpc-1--vpc-2
spec: {}
",
        ),
        right: Some(
            "apiVersion: gateway.githedgehog.com/v1alpha1
kind: GatewayPeering
metadata:
  name: vpc-1--vpc-2
spec:
  peering:
    vpc-1: {}
    vpc-2: {}
",
        ),
        fix: "Set `release` in .hnp/config.toml to the release that the fabric runs, or use the kind of this release. For a newer one, import its schema with `hnp schema import`.",
        upstream: Some(
            "no matches for kind \"Peering\" in version \"gateway.githedgehog.com/v1alpha1\"",
        ),
        releases: Some(
            "Gateway kinds came with 25.04; `Peering` became `GatewayPeering` in 26.01.",
        ),
        ..NEW
    },
];
