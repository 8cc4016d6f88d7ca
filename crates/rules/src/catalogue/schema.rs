//! What the schema of a kind refuses.

use super::{Family, NEW, Rule};

pub(super) const FAMILY: Family = Family {
    title: "Schema",
    about: "The fields of a resource against the schema of its kind in the Hedgehog release of the fabric. Fields that the admission webhook fills in may be left out. Fidelity is promised for 26.03-preview; older releases have schemas of their own.",
    parts: &[RULES],
};

static RULES: &[Rule] = &[
    Rule {
        code: "SCH-01",
        title: "unknown field",
        what: "The kind has no such field at that place in the release of the fabric. The finding says which field was probably meant, where it belongs, or which release has it.",
        why: "The API server drops the field without a word, or refuses the manifest: what was meant never happens.",
        wrong: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata:
  name: server-01
spec:
  descripton: rack 4
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
        fix: "Correct the name or the indentation. For a field of a newer release, set `release` in .hnp/config.toml or import its schemas with `hnp schema import`.",
        upstream: Some("strict decoding error: unknown field \"spec.descripton\""),
        releases: Some(
            "An error in every release; which fields are known differs in nearly every one.",
        ),
        ..NEW
    },
    Rule {
        code: "SCH-02",
        title: "wrong type",
        what: "A value is of another type than its field: a number where text is wanted, text where a number is, a map for a list. What counts is what Kubernetes reads: `yes`, `on`, `0755` and `1e3` without quotes are no text to it, although YAML 1.2 tools read some of them so.",
        why: "The API server refuses the resource.",
        wrong: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata:
  name: server-01
spec:
  description: 0755
",
        ),
        right: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata:
  name: server-01
spec:
  description: \"0755\"
",
        ),
        fix: "Put text in quotes, take the quotes from a number, or write the map or list that the finding asks for. Fixes about quotes are safe.",
        upstream: Some("spec.description in body must be of type string: \"integer\""),
        ..NEW
    },
    Rule {
        code: "SCH-03",
        title: "required field missing",
        what: "A field that the schema requires is missing or null, and the admission webhook does not fill it in.",
        why: "The API server refuses the resource.",
        wrong: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Switch
metadata:
  name: leaf-01
spec:
  profile: vs
  boot:
    mac: 0c:20:12:ff:00:01
",
        ),
        right: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Switch
metadata:
  name: leaf-01
spec:
  role: server-leaf
  profile: vs
  boot:
    mac: 0c:20:12:ff:00:01
",
        ),
        fix: "Add the field.",
        upstream: Some("spec.role: Required value"),
        ..NEW
    },
    Rule {
        code: "SCH-04",
        title: "value not allowed",
        what: "A field takes one of a few values, and this is none of them.",
        why: "The API server refuses the resource.",
        wrong: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Switch
metadata:
  name: leaf-01
spec:
  role: leaf
  profile: vs
  boot:
    mac: 0c:20:12:ff:00:01
",
        ),
        right: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Switch
metadata:
  name: leaf-01
spec:
  role: server-leaf
  profile: vs
  boot:
    mac: 0c:20:12:ff:00:01
",
        ),
        fix: "Choose one of the values that the finding lists.",
        upstream: Some("spec.role: Unsupported value: \"leaf\""),
        ..NEW
    },
    Rule {
        code: "SCH-05",
        title: "text does not fit its pattern",
        what: "The schema gives a pattern for the text, and it does not fit. The finding says in words what an address pattern asks for.",
        why: "The API server refuses the resource.",
        wrong: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Connection
metadata:
  name: spine-01--fabric--leaf-01
spec:
  fabric:
    links:
    - leaf:
        ip: 172.30.128.1
        port: leaf-01/E1/1
      spine:
        ip: 172.30.128.0/31
        port: spine-01/E1/1
",
        ),
        right: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Connection
metadata:
  name: spine-01--fabric--leaf-01
spec:
  fabric:
    links:
    - leaf:
        ip: 172.30.128.1/31
        port: leaf-01/E1/1
      spine:
        ip: 172.30.128.0/31
        port: spine-01/E1/1
",
        ),
        fix: "Write the text in the form that the finding asks for.",
        upstream: Some("spec.fabric.links[0].leaf.ip in body should match the pattern"),
        ..NEW
    },
    Rule {
        code: "SCH-06",
        title: "number out of bounds",
        what: "A number is smaller or larger than the schema allows.",
        why: "The API server refuses the resource.",
        wrong: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Switch
metadata:
  name: leaf-01
spec:
  role: server-leaf
  profile: vs
  boot:
    mac: 0c:20:12:ff:00:01
  linkFlapErrDisable:
    flapThreshold: 60
",
        ),
        right: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Switch
metadata:
  name: leaf-01
spec:
  role: server-leaf
  profile: vs
  boot:
    mac: 0c:20:12:ff:00:01
  linkFlapErrDisable:
    flapThreshold: 5
",
        ),
        fix: "Choose a number inside the bounds that the finding names.",
        upstream: Some(
            "spec.linkFlapErrDisable.flapThreshold in body should be less than or equal to 50",
        ),
        ..NEW
    },
    Rule {
        code: "SCH-07",
        title: "too few or too many items",
        what: "A list has fewer or more items than the schema allows.",
        why: "The API server refuses the resource.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: IPv4Namespace
metadata:
  name: default
spec:
  subnets: []
",
        ),
        right: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: IPv4Namespace
metadata:
  name: default
spec:
  subnets:
  - 10.0.0.0/16
",
        ),
        fix: "Add or remove items, or leave the field out where it is not required.",
        upstream: Some("spec.subnets in body should have at least 1 items"),
        ..NEW
    },
    Rule {
        code: "SCH-08",
        title: "text too short or too long",
        what: "A text has fewer or more characters than the schema allows. No kind of Hedgehog's bounds a text so; kinds that were imported may.",
        why: "The API server refuses the resource.",
        wrong: Some(
            "apiVersion: example.com/v1
kind: Rack
metadata:
  name: r4
spec:
  room: r
",
        ),
        right: Some(
            "apiVersion: example.com/v1
kind: Rack
metadata:
  name: r4
spec:
  room: room-2
",
        ),
        fix: "Shorten or lengthen the text.",
        upstream: Some("spec.room in body should be at least 3 chars long"),
        ..NEW
    },
    Rule {
        code: "SCH-09",
        title: "number outside its Go type",
        what: "A number does not fit the integer type that Hedgehog's code gives the field, such as 0 to 65535 for `uint16`. The schema itself does not say so.",
        why: "The admission webhook cannot decode the resource and refuses it.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    default:
      subnet: 10.0.1.0/24
      vlan: 70000
",
        ),
        right: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    default:
      subnet: 10.0.1.0/24
      vlan: 1007
",
        ),
        fix: "Choose a number inside the range that the finding names.",
        upstream: Some(
            "json: cannot unmarshal number 70000 into Go struct field VPCSubnet.spec.subnets.vlan of type uint16",
        ),
        ..NEW
    },
    Rule {
        code: "SCH-10",
        title: "number above its int32 format",
        what: "A number fits the field's type, an unsigned 32-bit integer, but is above 2147483647, the largest of the schema's `format: int32`. Four-byte AS numbers are the usual case.",
        why: "Kubernetes enforces the format from 1.36 on, and Hedgehog 26.03 brings that version: an AS number that worked before is refused after the upgrade.",
        wrong: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Switch
metadata:
  name: leaf-01
spec:
  role: server-leaf
  profile: vs
  boot:
    mac: 0c:20:12:ff:00:01
  asn: 4200000001
  ip: 172.30.0.8/21
  protocolIP: 172.30.8.2/32
  vtepIP: 172.30.12.0/32
",
        ),
        right: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Switch
metadata:
  name: leaf-01
spec:
  role: server-leaf
  profile: vs
  boot:
    mac: 0c:20:12:ff:00:01
  asn: 65101
  ip: 172.30.0.8/21
  protocolIP: 172.30.8.2/32
  vtepIP: 172.30.12.0/32
",
        ),
        fix: "Choose a smaller number, before the upgrade where the fabric runs an older release.",
        releases: Some("A warning before 26.03, an error from 26.03-preview on."),
        ..NEW
    },
    Rule {
        code: "SCH-11",
        title: "schema constraint",
        what: "A value breaks another constraint of its schema: items that must differ, a count of fields, a multiple of a number, or anyOf, oneOf and not. No kind of Hedgehog's has one; kinds that were imported may.",
        why: "The API server refuses the resource.",
        wrong: Some(
            "apiVersion: example.com/v1
kind: Rack
metadata:
  name: r4
spec:
  room: room-2
  units:
  - 1
  - 1
",
        ),
        right: Some(
            "apiVersion: example.com/v1
kind: Rack
metadata:
  name: r4
spec:
  room: room-2
  units:
  - 1
  - 2
",
        ),
        fix: "Change the value so that it fits what the finding names.",
        upstream: Some("spec.units[1]: Duplicate value: 1"),
        ..NEW
    },
];
