//! Files and resources in a fabric's directories.

use hnp_model::Severity;

use super::{Family, NEW, Rule};

pub(super) const FAMILY: Family = Family {
    title: "Directories and ingestion",
    about: "Resources among one another, and files in raw/, managed/ and unmanaged/. What `hnp ingest` refuses moves to raw/errors/ with a report beside it; nothing is lost.",
    parts: &[RULES],
};

static RULES: &[Rule] = &[
    Rule {
        code: "ING-01",
        title: "resource stands twice",
        what: "Two documents under managed/ are the same resource: group, kind, namespace and name are equal. The later one is blamed, the earlier shown beside it.",
        why: "Both are applied and the last one wins, which depends on the order of files. Neither can be synced, since nobody knows which is meant.",
        wrong: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata:
  name: server-01
spec:
  description: rack 4
---
apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata:
  name: server-01
spec:
  description: rack 5
",
        ),
        right: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata:
  name: server-01
spec:
  description: rack 4
---
apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata:
  name: server-02
spec:
  description: rack 5
",
        ),
        fix: "Keep one of the two, or give one another name.",
        ..NEW
    },
    Rule {
        code: "ING-02",
        severity: Severity::Warning,
        title: "unmanaged/ repeats a managed resource",
        what: "A file under unmanaged/ holds a resource that managed/ holds too, or that a dropped file brings.",
        why: "A tool that applies both directories flips between the two.",
        fix: "Keep one. hnp never changes a file under unmanaged/.",
        ..NEW
    },
    Rule {
        code: "ING-03",
        severity: Severity::Warning,
        title: "foreign file in managed/",
        what: "A file under managed/ is no YAML and no README.",
        why: "A tool that applies the directory may choke on it, and hnp cannot manage it.",
        fix: "Move it out of managed/, for example to unmanaged/external-configs/.",
        ..NEW
    },
    Rule {
        code: "ING-04",
        severity: Severity::Info,
        title: "resource in another place",
        what: "A resource lies elsewhere than its standard place, or shares its file with others.",
        why: "Nothing is wrong with that: hnp finds resources by what they are, not by where they lie. People find them more easily at the standard place.",
        fix: "Nothing to do. `hnp tidy` moves resources to their standard places.",
        ..NEW
    },
    Rule {
        code: "ING-05",
        severity: Severity::Warning,
        title: "directory missing",
        what: "A directory of the fabric's structure is missing. Git keeps no empty directory, so a lost placeholder is enough.",
        why: "Dropped files and new resources have no place to go.",
        fix: "`hnp init --repair` makes it again and touches nothing else.",
        ..NEW
    },
    Rule {
        code: "ING-06",
        title: "dropped resource exists with another value",
        what: "A dropped file holds a resource that managed/ holds with another value. The finding lists the fields that differ. An equal value is archived quietly.",
        why: "Taking it in would overwrite what is managed, and with it what somebody changed since.",
        fix: "Edit the managed file, or run `hnp ingest --update` to change it in place.",
        ..NEW
    },
    Rule {
        code: "ING-07",
        severity: Severity::Warning,
        title: "drop repeats a resource",
        what: "The dropped files hold one resource twice with one value; it is taken once.",
        why: "One of the two may have been meant as another resource.",
        fix: "Nothing to do, or give one of them another name.",
        ..NEW
    },
    Rule {
        code: "ING-08",
        title: "drop contradicts itself",
        what: "The dropped files hold one resource twice with different values. Both are refused, and the finding lists the fields that differ.",
        why: "Nobody but the author knows which is meant.",
        fix: "Keep the one that is meant and take the other out, then run `hnp ingest --retry`.",
        ..NEW
    },
    Rule {
        code: "ING-09",
        title: "dropped document is not manageable",
        what: "A dropped document is a resource of an API group that hnp does not know.",
        why: "hnp can neither check it nor say where it belongs, so it does not take it in.",
        fix: "Keep it in unmanaged/external-configs/, or import its schema with `hnp schema import` and run `hnp ingest --retry`.",
        ..NEW
    },
    Rule {
        code: "ING-10",
        title: "not a regular file",
        what: "A symbolic link, a device or another thing that is no regular file lies where manifests are read or written.",
        why: "Following a link could read or write outside the fabric's directory.",
        fix: "Put the file itself there.",
        ..NEW
    },
    Rule {
        code: "ING-11",
        title: "bad file name",
        what: "A file's name holds control characters or is not UTF-8.",
        why: "Such a name cannot be shown, stored or recorded safely, and other systems cannot check it out.",
        fix: "Rename the file with letters, digits, `-`, `_` and `.`.",
        ..NEW
    },
    Rule {
        code: "ING-12",
        severity: Severity::Warning,
        title: "ignore comment without use",
        what: "A comment `# hnp: ignore=CODE reason` ignores nothing: what it is about is mended, or its code does not exist, or cannot be ignored. Behind something it holds for its line, on a line of its own for the next one, above a document's first content for the whole document.",
        why: "It would hide what goes wrong there later.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    default:
      subnet: 10.1.0.0/24 # hnp: ignore=VPC-12-G written as the lab has it
      vlan: 1001
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
      subnet: 10.1.0.5/24 # hnp: ignore=VPC-12-G written as the lab has it
      vlan: 1001
",
        ),
        fix: "Take the comment out.",
        ..NEW
    },
];
