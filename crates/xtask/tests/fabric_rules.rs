//! What a generated fabric promises as a network: names, ports, VLANs and addresses that clash nowhere and refer to what
//! exists.
#![allow(clippy::unwrap_used)]

mod support;

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use support::{SIZES, fabric};
use xtask::corpus::fabric::{Cidr, Dhcp, ExternalRoutes, Fabric, Link, Role};

fn net(text: &str) -> Cidr {
    let (addr, bits) = text.split_once('/').unwrap();
    Cidr::new(addr.parse().unwrap(), bits.parse().unwrap())
}

fn assert_unique<T: Ord + std::fmt::Debug>(what: &str, values: impl IntoIterator<Item = T>) {
    let mut seen = BTreeSet::new();
    for value in values {
        assert!(!seen.contains(&value), "{what}: {value:?} twice");
        seen.insert(value);
    }
}

#[test]
fn names_are_unique_and_within_their_limits() {
    for size in SIZES {
        let fabric = fabric(size);
        let resources = support::names(&fabric);
        assert_unique(
            "name",
            resources.iter().map(|(kind, name)| (*kind, name.clone())),
        );
        for (kind, name) in &resources {
            let limit = match *kind {
                "VPC" | "External" | "IPv4Namespace" => 11,
                "VPCAttachment" | "ExternalAttachment" | "VPCPeering" | "ExternalPeering" => 253,
                _ => 63,
            };
            assert!(name.len() <= limit, "{kind} {name}");
            assert!(
                name.bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'),
                "{name}"
            );
        }
    }
}

#[test]
fn hydrated_values_are_unique_and_in_range() {
    for size in SIZES {
        let fabric = fabric(size);
        let leaves = || {
            fabric
                .switches
                .iter()
                .filter(|switch| switch.role != Role::Spine)
        };
        assert_unique("ip", fabric.switches.iter().map(|s| s.ip.addr));
        assert_unique("protocolIP", fabric.switches.iter().map(|s| s.protocol_ip));
        assert_unique("vtepIP", leaves().map(|s| s.vtep_ip.unwrap()));
        assert_unique("leaf ASN", leaves().map(|s| s.asn));
        assert_unique("serial", fabric.switches.iter().map(|s| &s.serial));
        assert_unique("MAC", fabric.switches.iter().map(|s| &s.mac));
        for switch in &fabric.switches {
            assert!(net("172.30.0.0/21").contains(switch.ip.addr) && switch.ip.bits == 21);
            assert!(
                switch.ip.addr < Ipv4Addr::new(172, 30, 4, 0)
                    && switch.ip.addr > Ipv4Addr::new(172, 30, 0, 1)
            );
            assert!(
                net("172.30.8.0/22").contains(switch.protocol_ip.addr)
                    && switch.protocol_ip.bits == 32
            );
            if switch.role == Role::Spine {
                assert!(switch.asn == 65_100 && switch.vtep_ip.is_none());
            } else {
                assert!((65_101..=65_533).contains(&switch.asn));
                let vtep = switch.vtep_ip.unwrap();
                assert!(net("172.30.12.0/22").contains(vtep.addr) && vtep.bits == 32);
            }
        }
        let mut addresses = Vec::new();
        for connection in &fabric.connections {
            if let Link::Fabric(links) = &connection.link {
                for link in links {
                    assert!(link.spine_ip.bits == 31 && link.leaf_ip.bits == 31);
                    assert!(
                        link.spine_ip.contains(link.leaf_ip.addr)
                            && link.spine_ip.addr != link.leaf_ip.addr
                    );
                    assert!(net("172.30.128.0/17").contains(link.spine_ip.addr));
                    addresses.extend([link.spine_ip.addr, link.leaf_ip.addr]);
                }
            }
        }
        assert_unique("link address", addresses);
    }
}

#[test]
fn vpc_subnets_and_vlans_stay_in_their_namespaces_and_never_meet() {
    let reserved = [
        "172.30.0.0/21",
        "172.30.8.0/22",
        "172.30.12.0/22",
        "172.30.128.0/17",
        "172.30.16.0/22",
        "172.30.96.0/19",
    ];
    for size in SIZES {
        let fabric = fabric(size);
        let mut cidrs = Vec::new();
        let mut vlans = Vec::new();
        for vpc in &fabric.vpcs {
            let space = fabric
                .ipv4_namespaces
                .iter()
                .find(|ns| ns.name == vpc.ipv4_namespace)
                .unwrap();
            let ranges = &fabric
                .vlan_namespaces
                .iter()
                .find(|ns| ns.name == vpc.vlan_namespace)
                .unwrap()
                .ranges;
            assert!((1..=20).contains(&vpc.subnets.len()));
            assert_unique("subnet name", vpc.subnets.iter().map(|s| &s.name));
            for subnet in &vpc.subnets {
                assert!(
                    space
                        .subnets
                        .iter()
                        .any(|s| s.contains(subnet.cidr.addr) && s.bits <= subnet.cidr.bits)
                );
                assert!(reserved.iter().all(|r| !net(r).overlaps(subnet.cidr)));
                cidrs.push((space.name.clone(), subnet.cidr));
                match subnet.vlan {
                    Some(vlan) => {
                        assert!(
                            ranges.iter().any(|&(from, to)| (from..=to).contains(&vlan)),
                            "{} {vlan}",
                            vpc.name
                        );
                        vlans.push((vpc.vlan_namespace.clone(), vlan));
                    }
                    None => assert_eq!(subnet.dhcp, Dhcp::Off),
                }
                if let Dhcp::On {
                    range: Some((start, end)),
                    fixed,
                    ..
                } = &subnet.dhcp
                {
                    assert!(
                        start < end && subnet.cidr.contains(*start) && subnet.cidr.contains(*end)
                    );
                    assert!(fixed.iter().all(|(_, ip)| subnet.cidr.contains(*ip)));
                }
            }
        }
        // Every subnet is a canonical /24, so equal values are the only overlaps.
        assert!(
            cidrs
                .iter()
                .all(|(_, cidr)| cidr.bits == 24 && cidr.addr.octets()[3] == 0)
        );
        assert_unique("subnet", cidrs);
        assert_unique("VLAN", vlans);
        let mut ranges: Vec<(u16, u16)> = fabric
            .vlan_namespaces
            .iter()
            .flat_map(|ns| ns.ranges.clone())
            .collect();
        ranges.sort_unstable();
        assert!(
            ranges.windows(2).all(|pair| pair[0].1 < pair[1].0),
            "one switch carries all of them"
        );
        assert!(
            ranges
                .iter()
                .all(|&(from, to)| from >= 1 && from <= to && (to < 3000 || from > 3999))
        );
    }
}

#[test]
fn attachments_and_peerings_refer_to_what_exists() {
    for size in SIZES {
        let fabric = fabric(size);
        let connections = support::connections_by_name(&fabric);
        let vpcs = support::vpcs_by_name(&fabric);
        let mut native = Vec::new();
        for attachment in &fabric.attachments {
            let vpc = vpcs[attachment.vpc.as_str()];
            let subnet = vpc
                .subnets
                .iter()
                .find(|s| s.name == attachment.subnet)
                .unwrap();
            match &connections[attachment.connection.as_str()].link {
                Link::Unbundled(_) => {}
                Link::Bundled(_) => assert!(subnet.vlan.is_some()),
                Link::Eslag(_) => assert!(subnet.vlan.is_some() && !vpc.l3vni),
                other => panic!("{} attaches to {other:?}", attachment.name),
            }
            for port in support::switch_ports(connections[attachment.connection.as_str()]) {
                let switch = fabric
                    .switches
                    .iter()
                    .find(|s| s.name == port.device)
                    .unwrap();
                assert!(switch.vlan_namespaces.contains(&vpc.vlan_namespace));
            }
            if attachment.native {
                native.push(&attachment.connection);
            }
        }
        assert_unique(
            "attachment",
            fabric
                .attachments
                .iter()
                .map(|a| (&a.connection, &a.vpc, &a.subnet)),
        );
        assert_unique("native VLAN", native);
        let mut pairs = Vec::new();
        for peering in &fabric.peerings {
            let [(a, some_a), (b, some_b)] = &peering.permit;
            let (vpc_a, vpc_b) = (vpcs[a.as_str()], vpcs[b.as_str()]);
            assert_eq!(
                (&vpc_a.ipv4_namespace, &vpc_a.vlan_namespace),
                (&vpc_b.ipv4_namespace, &vpc_b.vlan_namespace)
            );
            for (vpc, some) in [(vpc_a, some_a), (vpc_b, some_b)] {
                assert!(
                    some.iter()
                        .all(|name| vpc.subnets.iter().any(|s| s.name == *name))
                );
            }
            pairs.push(BTreeSet::from([a, b]));
        }
        assert_unique("peering", pairs);
    }
}

#[test]
fn the_way_out_refers_to_what_exists() {
    for size in SIZES {
        let fabric = fabric(size);
        let connections = support::connections_by_name(&fabric);
        let vpcs = support::vpcs_by_name(&fabric);
        let external = |name: &str| fabric.externals.iter().find(|e| e.name == *name).unwrap();
        for attachment in &fabric.external_attachments {
            assert!(matches!(
                connections[attachment.connection.as_str()].link,
                Link::External(_)
            ));
            let fixed = matches!(
                external(&attachment.external).routes,
                ExternalRoutes::Static(_)
            );
            assert_eq!(fixed, attachment.remote_asn.is_none());
            assert!(
                attachment.ip.contains(attachment.remote)
                    && attachment.ip.addr != attachment.remote
            );
        }
        assert_unique(
            "external VLAN",
            fabric
                .external_attachments
                .iter()
                .map(|a| (&a.connection, a.vlan)),
        );
        for peering in &fabric.external_peerings {
            let vpc = vpcs[peering.vpc.as_str()];
            assert_eq!(
                vpc.ipv4_namespace,
                external(&peering.external).ipv4_namespace
            );
            assert!(
                peering
                    .subnets
                    .iter()
                    .all(|name| vpc.subnets.iter().any(|s| s.name == *name))
            );
            assert!(
                peering.subnets.is_sorted()
                    && !peering.subnets.is_empty()
                    && !peering.prefixes.is_empty()
            );
        }
        assert_unique(
            "external peering",
            fabric
                .external_peerings
                .iter()
                .map(|p| (&p.vpc, &p.external)),
        );
        for connection in &fabric.connections {
            if let Link::StaticExternal(link) = &connection.link {
                assert!(
                    link.ip.contains(link.next_hop) && vpcs.contains_key(link.within_vpc.as_str())
                );
            }
        }
    }
}

#[test]
fn wiring_refers_to_what_exists_and_uses_a_port_once() {
    for size in SIZES {
        let fabric = fabric(size);
        let servers: BTreeSet<&str> = fabric.servers.iter().map(|s| s.name.as_str()).collect();
        let mut ports = Vec::new();
        for connection in &fabric.connections {
            for port in support::switch_ports(connection) {
                assert!(
                    fabric
                        .switches
                        .iter()
                        .any(|switch| switch.name == port.device),
                    "{port}"
                );
                // Without a lane a breakout port means its first.
                let first_lane = if port.name.matches('/').count() == 1 {
                    "/1"
                } else {
                    ""
                };
                ports.push(format!("{port}{first_lane}"));
            }
            for port in support::server_ports(connection) {
                assert!(servers.contains(port.device.as_str()), "{port}");
                ports.push(port.to_string());
            }
            check_redundancy(&fabric, &connection.link);
        }
        assert_unique("port", ports);
        for switch in &fabric.switches {
            assert!(
                switch
                    .groups
                    .iter()
                    .all(|group| fabric.switch_groups.contains(group))
            );
            assert!(switch.groups.is_sorted());
            assert!(
                switch
                    .redundancy
                    .iter()
                    .all(|group| switch.groups.contains(group))
            );
        }
    }
}

/// The switches of an ESLAG connection form one redundancy group.
fn check_redundancy(fabric: &Fabric, link: &Link) {
    if let Link::Eslag(links) = link {
        assert!(links.len() >= 2);
        let groups: BTreeSet<Option<&String>> = links
            .iter()
            .map(|link| {
                let switch = fabric
                    .switches
                    .iter()
                    .find(|s| s.name == link.switch.device)
                    .unwrap();
                switch.redundancy.as_ref()
            })
            .collect();
        assert!(groups.len() == 1 && !groups.contains(&None));
    }
}
