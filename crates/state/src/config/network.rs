//! `[fabric.NAME.network]`: the fabric's own configuration, which Hedgehog's admission rules depend on.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::toggle::Toggle;

/// Configuration of a fabric with upstream's defaults. Subnets are prefixes without host bits, checked when read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Network {
    /// Management network of the switches.
    pub management_subnet: String,
    /// Virtual address of the control nodes, as a /32.
    pub control_vip: String,
    /// First address that management DHCP hands out.
    pub management_dhcp_start: String,
    /// Last address that management DHCP hands out.
    pub management_dhcp_end: String,
    /// Where the switches' protocol (BGP router) addresses come from.
    pub protocol_subnet: String,
    /// Where VTEP addresses come from.
    pub vtep_subnet: String,
    /// Where addresses of links between switches come from.
    pub fabric_subnet: String,
    /// Addresses for proxied layer 2 externals.
    pub l2_proxy_external_subnet: String,
    /// Addresses of the VPC loopback workaround.
    pub vpc_loopback_subnet: String,
    /// Addresses of MCLAG sessions.
    pub mclag_session_subnet: String,
    /// Subnets that no VPC may overlap; unset means the seven above.
    pub reserved_subnets: Option<Vec<String>>,
    /// ASN of all spines.
    pub spine_asn: u32,
    /// First ASN of leaves.
    pub leaf_asn_start: u32,
    /// Last ASN of leaves.
    pub leaf_asn_end: u32,
    /// ASN of all gateways.
    pub gateway_asn: u32,
    /// VLANs for VPCs' routed interfaces, as ranges `from-to`.
    pub vpc_irb_vlans: Vec<String>,
    /// VLANs of the workaround for Tomahawk 5 switches, as ranges `from-to`.
    pub th5_workaround_vlans: Vec<String>,
    /// VLANs for VPC peering, as ranges `from-to`.
    pub vpc_peering_vlans: Vec<String>,
    /// MTU between switches, in bytes.
    pub fabric_mtu: u16,
    /// What a server-facing MTU must stay below `fabric_mtu`, in bytes.
    pub server_facing_mtu_offset: u16,
    /// Topology.
    pub fabric_mode: FabricMode,
    /// Whether VPC peering is refused.
    pub vpc_peering_disabled: bool,
    /// Whether gateway kinds are admitted; `Auto` means when the tree holds one.
    pub enable_gateway: Toggle,
    /// Whether switch profiles beside the built-in ones are admitted.
    pub allow_extra_switch_profiles: bool,
    /// BGP community by priority; their number bounds the members of a gateway group.
    pub gateway_communities: BTreeMap<String, String>,
}

/// Topology of a fabric.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FabricMode {
    /// Leaves and spines.
    #[default]
    SpineLeaf,
    /// Leaves alone; only older releases have it.
    CollapsedCore,
}

impl Default for Network {
    fn default() -> Self {
        let ranges = |range: &str| vec![range.to_owned()];
        Self {
            management_subnet: "172.30.0.0/21".to_owned(),
            control_vip: "172.30.0.1/32".to_owned(),
            management_dhcp_start: "172.30.4.0".to_owned(),
            management_dhcp_end: "172.30.7.254".to_owned(),
            protocol_subnet: "172.30.8.0/22".to_owned(),
            vtep_subnet: "172.30.12.0/22".to_owned(),
            fabric_subnet: "172.30.128.0/17".to_owned(),
            l2_proxy_external_subnet: "172.30.16.0/22".to_owned(),
            vpc_loopback_subnet: "172.30.96.0/19".to_owned(),
            mclag_session_subnet: "172.30.95.0/31".to_owned(),
            reserved_subnets: None,
            spine_asn: 65_100,
            leaf_asn_start: 65_101,
            leaf_asn_end: 65_533,
            gateway_asn: 65_534,
            vpc_irb_vlans: ranges("3000-3899"),
            th5_workaround_vlans: ranges("3900-3999"),
            vpc_peering_vlans: ranges("100-3999"),
            fabric_mtu: 9_100,
            server_facing_mtu_offset: 64,
            fabric_mode: FabricMode::SpineLeaf,
            vpc_peering_disabled: false,
            enable_gateway: Toggle::Auto,
            allow_extra_switch_profiles: false,
            gateway_communities: (0..10)
                .map(|priority| (priority.to_string(), format!("50001:{priority}")))
                .collect(),
        }
    }
}

impl Network {
    /// Returns the subnets that no VPC may overlap.
    #[must_use]
    pub fn reserved(&self) -> Vec<&str> {
        if let Some(subnets) = &self.reserved_subnets {
            return subnets.iter().map(String::as_str).collect();
        }
        vec![
            &self.management_subnet,
            &self.fabric_subnet,
            &self.protocol_subnet,
            &self.vtep_subnet,
            &self.vpc_loopback_subnet,
            &self.mclag_session_subnet,
            &self.l2_proxy_external_subnet,
        ]
    }

    /// Returns the largest MTU that a server-facing port may have, in bytes.
    #[must_use]
    pub fn server_mtu_max(&self) -> u16 {
        self.fabric_mtu
            .saturating_sub(self.server_facing_mtu_offset)
    }
}

/// Reads a range of VLANs, `from-to` or one number, each from 1 to 4094.
#[must_use]
pub fn vlan_range(text: &str) -> Option<(u16, u16)> {
    let (from, to) = text.split_once('-').unwrap_or((text, text));
    let vlan = |text: &str| {
        let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        text.parse()
            .ok()
            .filter(|id| digits && (1..=4094).contains(id))
    };
    let (from, to) = (vlan(from)?, vlan(to)?);
    (from <= to).then_some((from, to))
}
