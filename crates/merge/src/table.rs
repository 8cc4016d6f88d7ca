//! The one table of what lists and maps mean, by kind and path.
//!
//! A list that is not here is atomic: it is one value, and both sides changing it is a conflict. So is a list whose key
//! is missing or stands twice on any side. Patterns are keys joined by dots, `*` for any key, `[]` for an item. Sources:
//! what Hedgehog's admission sorts (sets), what it looks up by (keys), and what it reads in order (atomic).

/// What a list or map means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// A list whose order does not count and whose items are told apart by these fields.
    Keyed(&'static [&'static str]),
    /// A list whose order does not count and whose items are their own key.
    Set,
    /// A list with one item that is merged as that item, with any other number a set.
    One,
    /// A list whose order counts: one value.
    Atomic,
    /// The items of a `kind: List`, told apart as resources are.
    Resources,
    /// Fields of a map that exclude each other; none named means all of them.
    Union(&'static [&'static str]),
    /// A map with keys of people's choice: a null in it is an empty object, and its key stays.
    Objects,
    /// A map with keys of people's choice and scalars in it: a null in it stays.
    Scalars,
    /// Networks in this field of the items, or the items themselves where it is empty, must not overlap.
    Networks(&'static str),
    /// Items are ranges from the one field to the other, which must not overlap.
    Ranges(&'static str, &'static str),
    /// The values of these fields of all items are different.
    Distinct(&'static [&'static str]),
    /// Keys are MAC addresses, none of which stands there twice in different notation.
    Macs,
    /// No field of the first group stands beside one of the second.
    Apart(&'static [&'static str], &'static [&'static str]),
}

impl Meaning {
    /// Tells whether it forbids something that a merge could bring together.
    pub(crate) fn is_check(&self) -> bool {
        matches!(
            self,
            Self::Networks(_) | Self::Ranges(..) | Self::Distinct(_) | Self::Macs | Self::Apart(..)
        )
    }
}

use Meaning::{
    Apart, Atomic, Distinct, Keyed, Macs, Networks, Objects, One, Ranges, Resources, Scalars, Set,
    Union,
};

/// A kind with what is known of its fields.
#[derive(Debug)]
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    pub(crate) rows: &'static [(&'static str, Meaning)],
}

const fn kind(name: &'static str, rows: &'static [(&'static str, Meaning)]) -> Kind {
    Kind { name, rows }
}

/// What holds for every resource, and all that is known of a kind that is not in the table.
pub(crate) static ANY: Kind = kind(
    "",
    &[
        ("metadata.labels", Scalars),
        ("metadata.annotations", Scalars),
        ("metadata.finalizers", Set),
    ],
);

/// A list of resources.
pub(crate) static LIST: Kind = kind("List", &[("items", Resources)]);

/// A rule of the ports that links join: none is used twice.
const SERVER_PORTS: Meaning = Distinct(&["server.port", "switch.port"]);
const SWITCH_PORTS: Meaning = Distinct(&["switch1.port", "switch2.port"]);

/// Every kind with a list, a union or a map of people's keys; a new kind is one entry.
pub(crate) static KINDS: &[Kind] = &[
    kind(
        "VPC",
        &[
            ("spec.permit", Set),
            ("spec.permit.[]", Set),
            ("spec.staticRoutes", Keyed(&["prefix"])),
            ("spec.staticRoutes.[].nextHops", Set),
            ("spec.subnets", Objects),
            ("spec.subnets", Networks("subnet")),
            ("spec.subnets", Distinct(&["vlan"])),
            ("spec.subnets.*.dhcp.static", Objects),
            ("spec.subnets.*.dhcp.static", Distinct(&["ip"])),
            ("spec.subnets.*.dhcp.static", Macs),
            ("spec.subnets.*.dhcp.options.dnsServers", Set),
            ("spec.subnets.*.dhcp.options.timeServers", Set),
            (
                "spec.subnets.*.dhcp.options.advertisedRoutes",
                Keyed(&["destination"]),
            ),
        ],
    ),
    kind(
        "VPCPeering",
        &[
            ("spec.permit", One),
            ("spec.permit.[]", Objects),
            ("spec.permit.[].*.subnets", Set),
        ],
    ),
    kind(
        "IPv4Namespace",
        &[("spec.subnets", Set), ("spec.subnets", Networks(""))],
    ),
    kind(
        "External",
        &[
            (
                "spec",
                Apart(&["static"], &["inboundCommunity", "outboundCommunity"]),
            ),
            ("spec.static.prefixes", Set),
            ("spec.static.prefixes", Networks("")),
        ],
    ),
    kind("VPCAttachment", &[]),
    kind(
        "ExternalAttachment",
        &[
            ("spec", Apart(&["static"], &["neighbor", "switch"])),
            ("spec.inboundACL.statements", Keyed(&["seq"])),
        ],
    ),
    kind(
        "ExternalPeering",
        &[
            ("spec.permit.vpc.subnets", Set),
            ("spec.permit.external.prefixes", Keyed(&["prefix"])),
        ],
    ),
    kind(
        "Connection",
        &[
            ("spec", Union(&[])),
            ("spec.bundled.links", Keyed(&["server.port"])),
            ("spec.bundled.links", SERVER_PORTS),
            ("spec.eslag.links", Keyed(&["server.port"])),
            ("spec.eslag.links", SERVER_PORTS),
            ("spec.mclag.links", Keyed(&["server.port"])),
            ("spec.mclag.links", SERVER_PORTS),
            ("spec.fabric.links", Keyed(&["leaf.port"])),
            ("spec.fabric.links", Distinct(&["leaf.port", "spine.port"])),
            ("spec.mesh.links", Keyed(&["leaf1.port"])),
            ("spec.mesh.links", Distinct(&["leaf1.port", "leaf2.port"])),
            ("spec.gateway.links", Keyed(&["gateway.port"])),
            ("spec.vpcLoopback.links", Keyed(&["switch1.port"])),
            ("spec.vpcLoopback.links", SWITCH_PORTS),
            ("spec.mclagDomain.peerLinks", Keyed(&["switch1.port"])),
            ("spec.mclagDomain.peerLinks", SWITCH_PORTS),
            ("spec.mclagDomain.sessionLinks", Keyed(&["switch1.port"])),
            ("spec.mclagDomain.sessionLinks", SWITCH_PORTS),
            ("spec.staticExternal.link.switch.subnets", Set),
            ("spec.staticExternal.link.switch.subnets", Networks("")),
        ],
    ),
    kind("Server", &[]),
    kind(
        "ServerProfile",
        &[
            ("spec.nics", Keyed(&["name"])),
            ("spec.nics.[].ports", Keyed(&["name"])),
        ],
    ),
    kind(
        "Switch",
        &[
            ("spec.groups", Set),
            ("spec.vlanNamespaces", Set),
            ("spec.portAutoNegs", Scalars),
            ("spec.portBreakouts", Scalars),
            ("spec.portFECs", Scalars),
            ("spec.portGroupSpeeds", Scalars),
            ("spec.portSpeeds", Scalars),
        ],
    ),
    kind("SwitchGroup", &[]),
    kind(
        "SwitchProfile",
        &[
            ("spec.otherNames", Atomic),
            ("spec.pipelines", Objects),
            ("spec.portGroups", Objects),
            ("spec.portProfiles", Objects),
            ("spec.portProfiles.*.breakout.supported", Objects),
            ("spec.portProfiles.*.breakout.supported.*.offsets", Atomic),
            ("spec.portProfiles.*.speed.supported", Atomic),
            ("spec.ports", Objects),
        ],
    ),
    kind(
        "VLANNamespace",
        &[
            ("spec.ranges", Keyed(&["from"])),
            ("spec.ranges", Ranges("from", "to")),
        ],
    ),
    kind(
        "Gateway",
        &[
            ("spec.groups", Keyed(&["name"])),
            ("spec.interfaces", Objects),
            ("spec.interfaces.*.ips", Set),
            ("spec.logs.tags", Scalars),
            ("spec.neighbors", Keyed(&["ip"])),
        ],
    ),
    kind("GatewayGroup", &[]),
    kind(
        "GatewayPeering",
        &[
            ("spec.acl.rules", Atomic),
            ("spec.acl.rules.[].match.dst", Atomic),
            ("spec.acl.rules.[].match.dst.[].ports", Set),
            ("spec.acl.rules.[].match.src", Atomic),
            ("spec.acl.rules.[].match.src.[].ports", Set),
            ("spec.peering", Objects),
            ("spec.peering.*.expose", Atomic),
            ("spec.peering.*.expose.[].as", Set),
            ("spec.peering.*.expose.[].ips", Set),
            (
                "spec.peering.*.expose.[].nat",
                Union(&["masquerade", "portForward", "static"]),
            ),
            (
                "spec.peering.*.expose.[].nat.portForward.ports",
                Keyed(&["proto", "port"]),
            ),
        ],
    ),
    kind(
        "Peering",
        &[
            ("spec.peering", Objects),
            ("spec.peering.*.expose", Atomic),
            ("spec.peering.*.expose.[].as", Set),
            ("spec.peering.*.expose.[].ips", Set),
        ],
    ),
    // Where the lists below mean an order, it is the order in which they are read; none is merged.
    kind("Fabricator", &[]),
    kind("ControlNode", &[]),
    kind("FabNode", &[]),
];
