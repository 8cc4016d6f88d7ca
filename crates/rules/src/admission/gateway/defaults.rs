//! What the mutating webhook makes of a Gateway, and what only the cluster can tell.

use crate::catalogue::{Class, NEW, Rule};
use crate::engine::Check;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "GW-01",
        title: "defaults of a Gateway",
        what: "`logs.default` becomes `info`, `logs.tags` becomes `all: info`, `workers` becomes 4; groups are sorted by name, and no groups become the group `default` with priority 0.",
        why: "The resource in the cluster then differs from the file, which is no drift.",
        fix: "Nothing to do.",
        class: Class::Default,
        check: Check::Never("the webhook fills it in; hnp does the same before it compares"),
        ..NEW
    },
    Rule {
        code: "GW-11",
        title: "the dataplane's own check of a gateway",
        what: "Admission builds the whole configuration of the gateway's agent and has the dataplane's validator judge it.",
        why: "A gateway that no rule here finds fault with may still be refused by the cluster.",
        fix: "Ask the cluster: `kubectl apply --dry-run=server`.",
        class: Class::Cross,
        check: Check::Never(
            "the validator is part of the dataplane, and is not to be had outside the cluster",
        ),
        ..NEW
    },
    Rule {
        code: "GW-12",
        title: "gateway or group deleted while in use",
        what: "A Gateway or a GatewayGroup goes while connections, gateways or peerings refer to it.",
        why: "Admission lets it through, and what refers to it stops working. TR-08 says so when two trees are compared.",
        fix: "Take out what refers to it first.",
        class: Class::Gap,
        check: Check::Never("TR-08 reports it, and the rules of what refers to it"),
        ..NEW
    },
    Rule {
        code: "GWG-01",
        title: "where a GatewayGroup is admitted",
        what: "A GatewayGroup has to be in the namespace `default`, in a fabric with gateways.",
        why: "The admission webhook refuses anything else. A group has no other fields.",
        fix: "Leave the namespace out.",
        class: Class::Webhook,
        check: Check::Never(
            "META-02 reports the namespace; whether there are gateways, META-06 asks for all their kinds",
        ),
        ..NEW
    },
    Rule {
        code: "GWG-02",
        title: "the group `default`",
        what: "The fabric makes the GatewayGroup `default` by itself, so it is there whether a file holds it or not.",
        why: "Gateways and peerings that name no group belong to it.",
        fix: "Nothing to do.",
        class: Class::Default,
        check: Check::Never("the group is always there"),
        ..NEW
    },
    Rule {
        code: "GWG-03",
        title: "VPCInfo",
        what: "A VPCInfo is written by the fabric for each VPC and External, with a network number that is not zero and subnets that can be read.",
        why: "People do not write it: SCH-25 refuses it in a file.",
        fix: "Take it out of Git.",
        class: Class::Webhook,
        check: Check::Never("a controller writes it; a file with one is refused whatever it holds"),
        ..NEW
    },
];
