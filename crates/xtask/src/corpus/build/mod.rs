//! Builds a fabric from its numbers: wiring first, then tenants on it, then the way out.

mod externals;
mod servers;
mod switches;
mod tenants;

use std::net::Ipv4Addr;

use super::fabric::{Cidr, Fabric, Ipv4Namespace, VlanNamespace};
use super::plan::{Numbers, Topology};

/// A pair of an IPv4 and a VLAN namespace of one name, with what VPCs may take from it.
struct Space {
    name: &'static str,
    /// Canonical networks, sorted as text; VPC subnets come from the first.
    subnets: &'static [Cidr],
    /// VLANs outside the ranges that the fabric itself uses (3000–3999).
    vlans: &'static [(u16, u16)],
}

const fn net(a: u8, b: u8, bits: u8) -> Cidr {
    Cidr::new(Ipv4Addr::new(a, b, 0, 0), bits)
}

const SPACES: [Space; 2] = [
    Space {
        name: "default",
        subnets: &[net(10, 16, 12)],
        vlans: &[(1000, 1999)],
    },
    Space {
        name: "tenants-b",
        subnets: &[net(10, 64, 12), net(10, 80, 14)],
        vlans: &[(2000, 2499), (2600, 2999)],
    },
];

/// Builds the fabric of the given numbers.
pub(crate) fn fabric(numbers: &Numbers, seed: u64) -> Fabric {
    let spaces = &SPACES[..numbers.namespaces];
    let switches = switches::build(numbers, spaces, seed);
    let wired = servers::build(numbers, seed);
    let tenants = tenants::build(numbers, spaces, &wired);
    let edge = externals::build(numbers, spaces, &tenants.vpcs);

    let mut connections = switches.links;
    connections.extend(wired.connections);
    connections.extend(edge.connections);
    Fabric {
        switch_groups: switches.groups,
        switches: switches.switches,
        servers: wired.servers,
        connections,
        ipv4_namespaces: spaces
            .iter()
            .map(|space| Ipv4Namespace {
                name: space.name.to_owned(),
                subnets: space.subnets.to_vec(),
            })
            .collect(),
        vlan_namespaces: spaces
            .iter()
            .map(|space| VlanNamespace {
                name: space.name.to_owned(),
                ranges: space.vlans.to_vec(),
            })
            .collect(),
        vpcs: tenants.vpcs,
        attachments: tenants.attachments,
        peerings: tenants.peerings,
        externals: edge.externals,
        external_attachments: edge.attachments,
        external_peerings: edge.peerings,
    }
}

/// Name of the leaf with the given index.
fn leaf_name(numbers: &Numbers, index: usize) -> String {
    match numbers.topology {
        Topology::Rails { units } if index >= units * super::plan::UNIT_LEAVES => {
            format!("border-{:02}", index - units * super::plan::UNIT_LEAVES + 1)
        }
        _ => format!("leaf-{:02}", index + 1),
    }
}

/// Index of the `nth` leaf that has external connections.
fn border_leaf(numbers: &Numbers, nth: usize) -> usize {
    match numbers.topology {
        Topology::Pods { .. } => nth,
        Topology::Rails { units } => units * super::plan::UNIT_LEAVES + nth,
    }
}
