//! What checks depend on besides the documents.

use hnp_model::Severity;
use hnp_yaml::Limits;

use crate::net::{Addr, Prefix, VlanRange};
use crate::schema::{Release, Set};

/// Settings of one fabric's checks.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Name of the fabric, where one is known.
    pub fabric: Option<String>,
    /// The Hedgehog release whose rules hold.
    pub release: Release,
    /// Schemas of that release, and imported ones.
    pub schemas: Set,
    /// Severity of a resource whose API group hnp does not know.
    pub unknown_group: Severity,
    /// Bounds of the reader.
    pub limits: Limits,
    /// Whether hydration rules speak; `None` lets the switches of the tree decide.
    pub hydrated: Option<bool>,
    /// Kinds that are kept elsewhere, so that references to them are unknown and not wrong.
    pub outside: Outside,
    /// The fabric's own configuration.
    pub network: Network,
}

impl Settings {
    /// Says everything but imported schemas in a text: equal texts, equal settings.
    #[must_use]
    pub fn describe(&self) -> String {
        // Every setting stands here, or this does not compile.
        let Self {
            fabric,
            release,
            schemas: _,
            unknown_group,
            limits,
            hydrated,
            outside,
            network,
        } = self;
        format!(
            "{:?}",
            (
                fabric,
                release,
                unknown_group,
                limits,
                hydrated,
                outside,
                network
            )
        )
    }

    /// Returns the settings of a release with everything else at its default.
    #[must_use]
    pub fn new(release: Release) -> Self {
        Self {
            fabric: None,
            release,
            schemas: Set::embedded(release),
            unknown_group: Severity::Warning,
            limits: Limits::default(),
            hydrated: None,
            outside: Outside::Auto,
            network: Network::default(),
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self::new(Release::default())
    }
}

/// Which kinds a tree does not hold because they are kept elsewhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Outside {
    /// Those of which the tree holds nothing.
    #[default]
    Auto,
    /// Exactly these.
    Kinds(Vec<String>),
}

/// The fabric's own configuration, which rules depend on; the defaults are Hedgehog's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Network {
    /// Addresses of switches' management ports.
    pub management: Prefix,
    /// The control nodes' shared address.
    pub control_vip: Prefix,
    /// First address that management DHCP gives out; switches stay below it.
    pub management_dhcp_start: Addr,
    /// Protocol addresses of switches and gateways.
    pub protocol: Prefix,
    /// VTEP addresses of leaves and gateways.
    pub vtep: Prefix,
    /// Addresses of links between switches.
    pub fabric: Prefix,
    /// Subnets that no VPC may overlap.
    pub reserved: Vec<Prefix>,
    /// ASN of all spines.
    pub spine_asn: u32,
    /// ASNs of leaves, both ends inclusive.
    pub leaf_asn: (u32, u32),
    /// ASN of all gateways.
    pub gateway_asn: u32,
    /// VLANs of VPCs' routed interfaces.
    pub irb_vlans: Vec<VlanRange>,
    /// VLANs of the workaround for Tomahawk 5 switches.
    pub th5_vlans: Vec<VlanRange>,
    /// Largest MTU between switches.
    pub fabric_mtu: u16,
    /// Largest MTU of a server-facing port.
    pub server_mtu: u16,
    /// Whether the topology is leaves and spines.
    pub spine_leaf: bool,
    /// Whether VPC peering is refused.
    pub vpc_peering_disabled: bool,
    /// Whether gateway kinds are admitted; `None` means when there is one.
    pub gateway: Option<bool>,
    /// Whether switch profiles beside the built-in ones are admitted.
    pub extra_switch_profiles: bool,
    /// How many members a gateway group may have.
    pub gateway_communities: usize,
}

impl Default for Network {
    fn default() -> Self {
        let v4 = |text: &str| Prefix::parse(text).unwrap_or(Prefix::ZERO);
        let [management, protocol, vtep, fabric] = [
            "172.30.0.0/21",
            "172.30.8.0/22",
            "172.30.12.0/22",
            "172.30.128.0/17",
        ]
        .map(v4);
        let [proxy, loopback, session] =
            ["172.30.16.0/22", "172.30.96.0/19", "172.30.95.0/31"].map(v4);
        Self {
            management,
            control_vip: v4("172.30.0.1/32"),
            management_dhcp_start: v4("172.30.4.0/32").addr,
            protocol,
            vtep,
            fabric,
            reserved: vec![management, fabric, protocol, vtep, loopback, session, proxy],
            spine_asn: 65_100,
            leaf_asn: (65_101, 65_533),
            gateway_asn: 65_534,
            irb_vlans: vec![VlanRange {
                from: 3000,
                to: 3899,
            }],
            th5_vlans: vec![VlanRange {
                from: 3900,
                to: 3999,
            }],
            fabric_mtu: 9_100,
            server_mtu: 9_036,
            spine_leaf: true,
            vpc_peering_disabled: false,
            gateway: None,
            extra_switch_profiles: false,
            gateway_communities: 10,
        }
    }
}
