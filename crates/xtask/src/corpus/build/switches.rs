//! Switches, their groups, and the links between spines and leaves.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use super::super::fabric::{Cidr, Connection, FabricLink, Link, Port, PortKey, Role, Switch};
use super::super::plan::{Numbers, Topology, UNIT_LEAVES};
use super::super::rng::Rng;
use super::{Space, border_leaf, leaf_name};

/// 48 ports of 25G in groups of four, then 8 of 100G.
const POD_LEAF: &str = "dell-s5248f-on";
/// 32 ports of 100G.
const POD_SPINE: &str = "celestica-ds3000";
/// 32 ports of 400G; 16 of them broken out to 64 server ports.
const RAIL_LEAF: &str = "edgecore-dcs240";
/// 64 ports of 800G, each broken out to two leaf links.
const RAIL_SPINE: &str = "celestica-ds5000";

const MANAGEMENT: Ipv4Addr = Ipv4Addr::new(172, 30, 0, 0);
const PROTOCOL: Ipv4Addr = Ipv4Addr::new(172, 30, 8, 0);
const VTEP: Ipv4Addr = Ipv4Addr::new(172, 30, 12, 0);
const FABRIC: Ipv4Addr = Ipv4Addr::new(172, 30, 128, 0);
/// The control node has the first address; a few after it are kept free.
const FIRST_MANAGEMENT_HOST: u32 = 5;
const SPINE_ASN: u32 = 65_100;
const FIRST_LEAF_ASN: u32 = 65_101;

pub(super) struct Built {
    pub(super) groups: Vec<String>,
    pub(super) switches: Vec<Switch>,
    pub(super) links: Vec<Connection>,
}

pub(super) fn build(numbers: &Numbers, spaces: &[Space], seed: u64) -> Built {
    let mut rng = Rng::keyed(seed, &["switches"]);
    let mut switches = Vec::new();
    for index in 0..numbers.spines {
        switches.push(spine(numbers, index, &mut rng));
    }
    for index in 0..numbers.leaves() {
        switches.push(leaf(numbers, spaces, index, &mut rng));
    }
    Built {
        groups: groups(numbers),
        switches,
        links: links(numbers),
    }
}

fn groups(numbers: &Numbers) -> Vec<String> {
    let mut groups: Vec<String> = match numbers.topology {
        Topology::Pods { pairs, .. } => {
            (1..=pairs).map(|pair| format!("eslag-{pair:02}")).collect()
        }
        Topology::Rails { units } => (1..=units).map(|unit| format!("su-{unit:02}")).collect(),
    };
    if groups.len() < numbers.switch_groups {
        groups.push("border".to_owned());
    }
    groups
}

fn spine_name(index: usize) -> String {
    format!("spine-{:02}", index + 1)
}

fn spine(numbers: &Numbers, index: usize, rng: &mut Rng) -> Switch {
    let (profile, broken_out) = match numbers.topology {
        Topology::Pods { .. } => (POD_SPINE, 0),
        Topology::Rails { .. } => (
            RAIL_SPINE,
            (numbers.leaves() * numbers.links_per_pair).div_ceil(2),
        ),
    };
    Switch {
        role: Role::Spine,
        asn: SPINE_ASN,
        vtep_ip: None,
        groups: Vec::new(),
        redundancy: None,
        vlan_namespaces: Vec::new(),
        breakouts: breakouts(broken_out, "2x400G"),
        group_speeds: BTreeMap::new(),
        roce: false,
        ..common(numbers, profile, spine_name(index), index, rng)
    }
}

fn leaf(numbers: &Numbers, spaces: &[Space], index: usize, rng: &mut Rng) -> Switch {
    let border = (0..numbers.external_connections).any(|nth| border_leaf(numbers, nth) == index);
    let mut groups = Vec::new();
    let mut redundancy = None;
    if border && numbers.switch_groups > pairs_or_units(numbers) {
        groups.push("border".to_owned());
    }
    let base = common(
        numbers,
        if matches!(numbers.topology, Topology::Pods { .. }) {
            POD_LEAF
        } else {
            RAIL_LEAF
        },
        leaf_name(numbers, index),
        numbers.spines + index,
        rng,
    );
    let mut group_speeds = BTreeMap::new();
    let (role, broken_out) = match numbers.topology {
        Topology::Pods { pairs, .. } => {
            if index < 2 * pairs {
                let group = format!("eslag-{:02}", index / 2 + 1);
                groups.push(group.clone());
                redundancy = Some(group);
            }
            if index % 4 == 1 {
                group_speeds = BTreeMap::from([(10, "10G"), (11, "10G")]);
            }
            (
                if border {
                    Role::MixedLeaf
                } else {
                    Role::ServerLeaf
                },
                0,
            )
        }
        Topology::Rails { .. } if border => (Role::BorderLeaf, 0),
        Topology::Rails { .. } => {
            groups.push(format!("su-{:02}", index / UNIT_LEAVES + 1));
            (Role::ServerLeaf, 16)
        }
    };
    Switch {
        role,
        asn: FIRST_LEAF_ASN + index as u32,
        vtep_ip: Some(Cidr::new(Cidr::new(VTEP, 22).host(index as u32 + 1), 32)),
        groups,
        redundancy,
        vlan_namespaces: spaces.iter().map(|space| space.name.to_owned()).collect(),
        breakouts: breakouts(broken_out, "4x100G"),
        group_speeds,
        roce: broken_out > 0,
        ..base
    }
}

fn pairs_or_units(numbers: &Numbers) -> usize {
    match numbers.topology {
        Topology::Pods { pairs, .. } => pairs,
        Topology::Rails { units } => units,
    }
}

/// Fills in what every switch has; `place` counts all switches.
fn common(
    numbers: &Numbers,
    profile: &'static str,
    name: String,
    place: usize,
    rng: &mut Rng,
) -> Switch {
    let place32 = place as u32;
    let draw = rng.draw();
    let racks = if numbers.leaves() > 20 { 40 } else { 8 };
    let description = format!("{name}, rack {:02}, U{}", place % racks + 1, 38 + draw % 5);
    Switch {
        name,
        role: Role::Spine,
        profile,
        asn: SPINE_ASN,
        ip: Cidr::new(
            Cidr::new(MANAGEMENT, 21).host(FIRST_MANAGEMENT_HOST + place32),
            21,
        ),
        protocol_ip: Cidr::new(Cidr::new(PROTOCOL, 22).host(place32 + 1), 32),
        vtep_ip: None,
        groups: Vec::new(),
        redundancy: None,
        vlan_namespaces: Vec::new(),
        breakouts: BTreeMap::new(),
        group_speeds: BTreeMap::new(),
        serial: format!("SN{:06X}{place:04}", draw >> 40),
        mac: format!(
            "0c:20:12:{:02x}:{:02x}:{:02x}",
            (draw >> 32) & 0xff,
            place >> 8,
            place & 0xff
        ),
        roce: false,
        description,
    }
}

fn breakouts(ports: usize, mode: &'static str) -> BTreeMap<PortKey, &'static str> {
    (1..=ports as u32)
        .map(|port| (PortKey(port), mode))
        .collect()
}

/// One connection a pair of a spine and a leaf; addresses are counted through in order of the connections.
fn links(numbers: &Numbers) -> Vec<Connection> {
    let mut next = 0_u32;
    let mut connections = Vec::new();
    for spine in 0..numbers.spines {
        for leaf in 0..numbers.leaves() {
            let (spine_name, leaf_name) = (spine_name(spine), leaf_name(numbers, leaf));
            let links = (0..numbers.links_per_pair)
                .map(|link| {
                    let addresses = Cidr::new(Cidr::new(FABRIC, 17).host(next), 31);
                    next += 2;
                    FabricLink {
                        spine: Port {
                            device: spine_name.clone(),
                            name: spine_port(numbers, leaf * numbers.links_per_pair + link),
                        },
                        spine_ip: addresses,
                        leaf: Port {
                            device: leaf_name.clone(),
                            name: uplink_port(numbers, spine * numbers.links_per_pair + link),
                        },
                        leaf_ip: Cidr::new(addresses.host(1), 31),
                    }
                })
                .collect();
            connections.push(Connection {
                name: format!("{spine_name}--fabric--{leaf_name}"),
                link: Link::Fabric(links),
                mtu: None,
            });
        }
    }
    connections
}

fn spine_port(numbers: &Numbers, slot: usize) -> String {
    match numbers.topology {
        Topology::Pods { .. } => format!("E1/{}", slot + 1),
        Topology::Rails { .. } => format!("E1/{}/{}", slot / 2 + 1, slot % 2 + 1),
    }
}

fn uplink_port(numbers: &Numbers, slot: usize) -> String {
    let first = match numbers.topology {
        Topology::Pods { .. } => 49,
        Topology::Rails { .. } => 17,
    };
    format!("E1/{}", first + slot)
}
