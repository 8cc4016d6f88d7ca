//! What is reported under other codes, or concerns the step from one tree to the next.

use crate::catalogue::{Class, NEW, Rule};
use crate::engine::Check;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "CON-10",
        title: "form of link addresses",
        what: "`ip` and `nextHop` of links have to be IPv4, `ip` with a prefix length.",
        why: "The schema has a pattern for them; SCH-05 says so.",
        fix: "Write an address such as 172.30.128.0/31.",
        class: Class::Own,
        check: Check::Never("SCH-05 reports it"),
        ..NEW
    },
    Rule {
        code: "CON-14",
        title: "VPC of a static external connection changed",
        what: "`staticExternal.withinVPC` cannot change.",
        why: "The webhook refuses the update. TR-01 says so when two trees are compared.",
        fix: "Delete the connection in one delivery and create it anew in another.",
        class: Class::Update,
        check: Check::Never("TR-01 reports it"),
        ..NEW
    },
    Rule {
        code: "CON-23",
        title: "type of a connection changed",
        what: "The type of a connection cannot change.",
        why: "The webhook refuses the update. TR-01 says so when two trees are compared.",
        fix: "Delete the connection in one delivery and create it anew in another.",
        upstream: Some("connection type is immutable"),
        class: Class::Update,
        check: Check::Never("TR-01 reports it"),
        ..NEW
    },
    Rule {
        code: "CON-24",
        title: "connection deleted while in use",
        what: "A connection goes while VPCAttachments or ExternalAttachments refer to it.",
        why: "The webhook refuses the deletion. TR-03 says so when two trees are compared.",
        fix: "Take out the attachments first.",
        upstream: Some("connection has attachments"),
        class: Class::Update,
        check: Check::Never("TR-03 reports it, and the rules of what refers to it"),
        ..NEW
    },
    Rule {
        code: "CON-26",
        title: "links changed under attachments",
        what: "Links and switches of a connection may change while attachments use it.",
        why: "Admission lets it through, and the attachments may no longer fit; the rules of attachments judge them against the connection as it is now.",
        fix: "Nothing to do here.",
        class: Class::Gap,
        check: Check::Never("ATT-07 to ATT-10 report what no longer fits"),
        ..NEW
    },
    Rule {
        code: "CON-29",
        title: "older names and types",
        what: "Until 25.03 the switch of a gateway link was called `spine`; `mesh` came with 25.04; `management` and `nat` are gone.",
        why: "A document of another release has fields that this one does not know.",
        fix: "Use the names of the fabric's release.",
        class: Class::Own,
        check: Check::Never("SCH-01 reports fields that the release does not have"),
        ..NEW
    },
];
