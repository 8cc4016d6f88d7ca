//! The kinds of Hedgehog's API groups, as facts.

/// Group suffix that all of Hedgehog's API groups share.
pub const GROUP_SUFFIX: &str = ".githedgehog.com";

/// Who writes resources of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Owner {
    /// People, in Git or in the GUI.
    People,
    /// A controller in the cluster; in Git such a resource is an export that fights its owner.
    Controller,
}

/// One kind of a Hedgehog API group.
#[derive(Debug, PartialEq, Eq)]
pub struct KindInfo {
    /// API group, such as `vpc.githedgehog.com`.
    pub group: &'static str,
    /// The version served today.
    pub version: &'static str,
    /// Kind, such as `VPC`.
    pub kind: &'static str,
    /// Plural in lower case, as in the API's paths.
    pub plural: &'static str,
    /// Short name that kubectl takes, if any.
    pub short: &'static str,
    /// Who writes it.
    pub owner: Owner,
    /// Directory under `managed/` in the `standard` template.
    pub directory: &'static str,
    /// Whether resources of this kind are wiring: authored at installation, often kept outside a day-2 repository.
    pub wiring: bool,
}

impl KindInfo {
    /// Returns `group/version`.
    #[must_use]
    pub fn api_version(&self) -> String {
        format!("{}/{}", self.group, self.version)
    }

    /// Tells whether the `standard` template names the file after the resource alone.
    #[must_use]
    pub fn owns_directory(&self) -> bool {
        self.plural == self.directory
    }
}

const VPC: &str = "vpc.githedgehog.com";
const WIRING: &str = "wiring.githedgehog.com";
const GATEWAY: &str = "gateway.githedgehog.com";
const FABRICATOR: &str = "fabricator.githedgehog.com";

const fn authored(
    group: &'static str,
    version: &'static str,
    kind: &'static str,
    names: (&'static str, &'static str),
    directory: &'static str,
) -> KindInfo {
    KindInfo {
        group,
        version,
        kind,
        plural: names.0,
        short: names.1,
        owner: Owner::People,
        directory,
        wiring: false,
    }
}

const fn wiring(
    kind: &'static str,
    names: (&'static str, &'static str),
    directory: &'static str,
) -> KindInfo {
    KindInfo {
        wiring: true,
        ..authored(WIRING, "v1beta1", kind, names, directory)
    }
}

const fn controller(
    group: &'static str,
    version: &'static str,
    kind: &'static str,
    names: (&'static str, &'static str),
) -> KindInfo {
    KindInfo {
        owner: Owner::Controller,
        ..authored(group, version, kind, names, names.0)
    }
}

/// Every kind that hnp knows, in the order in which resources are safely applied.
///
/// A new kind is one line here; its schema comes with the release that brings it.
pub static KINDS: &[KindInfo] = &[
    authored(
        VPC,
        "v1beta1",
        "IPv4Namespace",
        ("ipv4namespaces", "ipns"),
        "externals",
    ),
    wiring("VLANNamespace", ("vlannamespaces", "vlanns"), "externals"),
    wiring("SwitchGroup", ("switchgroups", "sg"), "switches"),
    wiring("SwitchProfile", ("switchprofiles", "sp"), "switches"),
    authored(
        GATEWAY,
        "v1alpha1",
        "GatewayGroup",
        ("gatewaygroups", "gwgr"),
        "gateways",
    ),
    wiring("Switch", ("switches", "sw"), "switches"),
    wiring("ServerProfile", ("serverprofiles", ""), "servers"),
    wiring("Server", ("servers", "srv"), "servers"),
    authored(
        GATEWAY,
        "v1alpha1",
        "Gateway",
        ("gateways", "gw"),
        "gateways",
    ),
    authored(VPC, "v1beta1", "VPC", ("vpcs", ""), "vpcs"),
    wiring("Connection", ("connections", "conn"), "connections"),
    authored(
        VPC,
        "v1beta1",
        "External",
        ("externals", "ext"),
        "externals",
    ),
    authored(
        VPC,
        "v1beta1",
        "VPCAttachment",
        ("vpcattachments", "vpcattach"),
        "vpcs",
    ),
    authored(
        VPC,
        "v1beta1",
        "ExternalAttachment",
        ("externalattachments", "extattach"),
        "externals",
    ),
    authored(
        VPC,
        "v1beta1",
        "VPCPeering",
        ("vpcpeerings", "vpcpeer"),
        "vpcs",
    ),
    authored(
        VPC,
        "v1beta1",
        "ExternalPeering",
        ("externalpeerings", "extpeer"),
        "externals",
    ),
    authored(
        GATEWAY,
        "v1alpha1",
        "GatewayPeering",
        ("gatewaypeerings", "gwpeer"),
        "gateways",
    ),
    authored(
        GATEWAY,
        "v1alpha1",
        "Peering",
        ("peerings", "peer"),
        "gateways",
    ),
    authored(
        FABRICATOR,
        "v1beta1",
        "Fabricator",
        ("fabricators", "fab"),
        "fabricator",
    ),
    authored(
        FABRICATOR,
        "v1beta1",
        "ControlNode",
        ("controlnodes", ""),
        "fabricator",
    ),
    authored(
        FABRICATOR,
        "v1beta1",
        "FabNode",
        ("fabnodes", "fn"),
        "fabricator",
    ),
    controller(
        "agent.githedgehog.com",
        "v1beta1",
        "Agent",
        ("agents", "ag"),
    ),
    controller(
        "agent.githedgehog.com",
        "v1beta1",
        "Catalog",
        ("catalogs", ""),
    ),
    controller(
        "dhcp.githedgehog.com",
        "v1beta1",
        "DHCPSubnet",
        ("dhcpsubnets", "dhcp"),
    ),
    controller(
        "gwint.githedgehog.com",
        "v1alpha1",
        "GatewayAgent",
        ("gatewayagents", "gwag"),
    ),
    controller(GATEWAY, "v1alpha1", "VPCInfo", ("vpcinfos", "gwvpc")),
];

/// Finds a kind by group and kind.
#[must_use]
pub fn find(group: &str, kind: &str) -> Option<&'static KindInfo> {
    KINDS
        .iter()
        .find(|info| info.kind == kind && info.group == group)
}

/// Finds a kind as people type it: the kind in any case, its plural or its short name.
#[must_use]
pub fn find_by_word(word: &str) -> Option<&'static KindInfo> {
    KINDS.iter().find(|info| {
        info.kind.eq_ignore_ascii_case(word)
            || info.plural.eq_ignore_ascii_case(word)
            || (!info.short.is_empty() && info.short.eq_ignore_ascii_case(word))
    })
}

/// Tells whether a group is one of Hedgehog's that hnp knows.
#[must_use]
pub fn is_known_group(group: &str) -> bool {
    KINDS.iter().any(|info| info.group == group)
}

/// Returns the position in the safe apply order; kinds that hnp does not know come last.
#[must_use]
pub fn apply_order(group: &str, kind: &str) -> usize {
    KINDS
        .iter()
        .position(|info| info.kind == kind && info.group == group)
        .unwrap_or(KINDS.len())
}
