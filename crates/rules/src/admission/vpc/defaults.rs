//! What the mutating webhook makes of a VPC, and what nobody ever gets to see.

use crate::catalogue::{Class, NEW, Rule};
use crate::engine::Check;

const DEFAULT: Check =
    Check::Never("the webhook fills it in; hnp does the same before it compares");

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "VPC-01",
        title: "default namespaces of a VPC",
        what: "An absent or empty `ipv4Namespace` or `vlanNamespace` becomes `default`.",
        why: "The resource in the cluster then differs from the file, which is no drift.",
        fix: "Nothing to do.",
        class: Class::Default,
        check: DEFAULT,
        ..NEW
    },
    Rule {
        code: "VPC-02",
        title: "default gateway of a subnet",
        what: "An absent gateway becomes the address after the network's own; not where `hostBGP` is on.",
        why: "Rules that compare with the gateway look at this address.",
        fix: "Nothing to do.",
        class: Class::Default,
        check: DEFAULT,
        ..NEW
    },
    Rule {
        code: "VPC-03",
        title: "no defaults for a tiny subnet",
        what: "A prefix longer than /30 gets no other defaults.",
        why: "VPC-12 refuses it anyway.",
        fix: "Nothing to do.",
        class: Class::Default,
        check: DEFAULT,
        ..NEW
    },
    Rule {
        code: "VPC-04",
        title: "DHCP settings dropped while DHCP is off",
        what: "Where `dhcp.enable` is false, `dhcp.range` and `dhcp.options` are dropped.",
        why: "What stands in the file has no effect, and the cluster does not show it.",
        fix: "Turn DHCP on, or take the settings out.",
        class: Class::Default,
        check: DEFAULT,
        ..NEW
    },
    Rule {
        code: "VPC-05",
        title: "default DHCP range",
        what: "An absent start of the range becomes the second address after the network's, an absent end the last address of the prefix, the broadcast address included.",
        why: "Rules that compare with the range look at these addresses.",
        fix: "Nothing to do.",
        class: Class::Default,
        check: DEFAULT,
        ..NEW
    },
    Rule {
        code: "VPC-06",
        title: "default DHCP options",
        what: "Options that are all empty are dropped; else the MTU becomes 9036, the lease 3600 seconds, and servers and routes are sorted.",
        why: "The resource in the cluster then differs from the file, which is no drift.",
        fix: "Nothing to do.",
        class: Class::Default,
        check: DEFAULT,
        ..NEW
    },
    Rule {
        code: "VPC-07",
        title: "hardware addresses rewritten",
        what: "Keys of `dhcp.static` become lower case with colons.",
        why: "The resource in the cluster then differs from the file, which is no drift.",
        fix: "Nothing to do.",
        class: Class::Default,
        check: DEFAULT,
        ..NEW
    },
];
