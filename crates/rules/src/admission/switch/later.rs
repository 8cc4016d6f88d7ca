//! Rules of which nothing is reported here, and why.

use crate::catalogue::{Class, NEW, Rule};
use crate::engine::Check;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "SW-01",
        title: "what admission fills in",
        what: "`SPEED_` is taken off the speeds, `vlanNamespaces` becomes `[default]` where it is empty, the redundancy group joins `groups`, `linkFlapErrDisable` gets what it lacks, and lists are sorted.",
        why: "The Switch in the cluster says more than the one in Git; hnp takes the two for the same.",
        fix: "Nothing to do.",
        class: Class::Default,
        check: Check::Never("the webhook mends it"),
        ..NEW
    },
    Rule {
        code: "SW-02",
        title: "role missing or unknown",
        what: "`role` is missing, or none of spine, server-leaf, border-leaf, mixed-leaf and virtual-edge.",
        why: "The API server refuses the Switch; the rules of the schema say so.",
        fix: "Give one of the roles.",
        check: Check::Never("the schema says so: SCH-03 and SCH-04"),
        ..NEW
    },
    Rule {
        code: "SW-20",
        title: "breakout changed while RoCE is on",
        what: "`portBreakouts` changes while `roce` is on, before or after.",
        why: "The webhook refuses the update. TR-02 says so when two trees are compared.",
        fix: "Turn RoCE off first.",
        class: Class::Update,
        check: Check::Never("TR-02 reports it"),
        ..NEW
    },
    Rule {
        code: "SW-21",
        title: "Switch deleted while in use",
        what: "A Switch goes while Connections refer to it.",
        why: "The webhook refuses the deletion. TR-03 says so when two trees are compared.",
        fix: "Take out the Connections first.",
        class: Class::Update,
        check: Check::Never("TR-03 reports it, and the rules of what refers to it"),
        ..NEW
    },
    Rule {
        code: "SW-23",
        title: "Switch changed under what refers to it",
        what: "Breakouts, profile, VLANNamespaces or redundancy of a Switch change while Connections and attachments rely on them.",
        why: "Admission lets it through and does not look at them again. hnp judges the whole tree each time, so it says so at the Connection or the attachment.",
        fix: "Change what refers to it first.",
        class: Class::Gap,
        check: Check::Never("CON-17, CON-18, ATT-09 and ATT-10 report what breaks"),
        ..NEW
    },
    Rule {
        code: "SW-26",
        title: "wiring before hydration",
        what: "Switches as people author them have no ASN and no addresses; hhfab fills those in.",
        why: "SW-03 and SW-16 to SW-19 speak only where the tree is hydrated: where some switch or gateway has one of these fields, or the configuration says so.",
        fix: "Set `hydrated` in .hnp/config.toml where hnp guesses wrong.",
        class: Class::Gap,
        check: Check::Never("it decides whether other rules speak"),
        ..NEW
    },
];
