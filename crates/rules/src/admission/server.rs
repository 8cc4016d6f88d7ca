//! Server, ServerProfile and SwitchGroup: the catalogue's §11. Admission looks at their metadata only.

use hnp_model::Severity;

use crate::catalogue::{Class, Family, NEW, Rule};
use crate::engine::{Check, Report, Tree};
use crate::facts::{Server, ServerProfile};

pub(crate) const FAMILY: Family = Family {
    title: "Server",
    about: "What a Server refers to. Of ServerProfiles and SwitchGroups admission looks at nothing.",
    parts: &[RULES],
};

const RULES: &[Rule] = &[Rule {
    code: "SRV-01",
    severity: Severity::Warning,
    title: "ServerProfile is missing",
    what: "`spec.profile` of a Server names a ServerProfile that is not there.",
    why: "The server is admitted, since nobody looks; most likely the name is misspelt.",
    wrong: Some(
        "apiVersion: wiring.githedgehog.com/v1beta1
kind: ServerProfile
metadata:
  name: storage
spec: {}
---
apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata:
  name: server-1
spec:
  profile: storge
",
    ),
    right: Some(
        "apiVersion: wiring.githedgehog.com/v1beta1
kind: ServerProfile
metadata:
  name: storage
spec: {}
---
apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata:
  name: server-1
spec:
  profile: storage
",
    ),
    fix: "Name a ServerProfile that is there, or take `profile` out.",
    class: Class::Gap,
    check: Check::Tree(profile),
    ..NEW
}];

fn profile(tree: &Tree<'_>, report: &mut Report) {
    for server in tree.managed::<Server>() {
        if let Some((name, span)) = server.it.profile.at()
            && tree.find::<ServerProfile>(name).is_missing()
        {
            tree.dangling::<ServerProfile>(report, server.spot(span), name);
        }
    }
}
