//! What the mutating webhook makes of a GatewayPeering, what only the cluster can tell, and what was before.

use crate::catalogue::{Class, NEW, Rule};
use crate::engine::Check;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "GWP-01",
        title: "defaults of a GatewayPeering",
        what: "`gatewayGroup` becomes `default`, `idleTimeout` two minutes, `acl.default` becomes `deny-unless-exposed`, `scope` of a rule becomes `flow`, and labels for the two parties are added. Of this nothing happens where there are not two parties.",
        why: "The resource in the cluster then differs from the file, which is no drift.",
        fix: "Nothing to do.",
        class: Class::Default,
        check: Check::Never("the webhook fills it in; hnp does the same before it compares"),
        ..NEW
    },
    Rule {
        code: "GWP-14",
        title: "the dataplane's own check of a peering",
        what: "Admission builds the whole configuration of the gateway that would serve the peering and has the dataplane's validator judge it.",
        why: "A peering that no rule here finds fault with may still be refused by the cluster.",
        fix: "Ask the cluster: `kubectl apply --dry-run=server`.",
        class: Class::Cross,
        check: Check::Never(
            "the validator is part of the dataplane, and is not to be had outside the cluster",
        ),
        ..NEW
    },
    Rule {
        code: "GWP-15",
        title: "what a GatewayPeering does not guard",
        what: "Nothing of a GatewayPeering is immutable, and a VPC, a subnet, an External or a GatewayGroup may go while a peering refers to it.",
        why: "Admission lets it through, and the peering stops working. TR-06 and TR-08 say so when two trees are compared.",
        fix: "Change the peering first.",
        class: Class::Gap,
        check: Check::Never(
            "TR-06 and TR-08 report it, and GWP-08 to GWP-10 what is missing afterwards",
        ),
        ..NEW
    },
    Rule {
        code: "GWP-16",
        title: "the kind Peering",
        what: "Before 26.01 the kind was `Peering`. It had the same `peering`, `expose`, `ips` and `as`, another form of `nat`, and neither `gatewayGroup`, `default` nor `acl`.",
        why: "Releases from 26.01 on do not know it; the schema of the chosen release says so.",
        fix: "Write a GatewayPeering, with `nat` as it is now.",
        releases: Some("`Peering` until 25.05, `GatewayPeering` from 26.01."),
        class: Class::Own,
        check: Check::Never("the schema of the chosen release knows one of the two kinds"),
        ..NEW
    },
];
