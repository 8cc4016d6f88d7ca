//! The way out: externals, their connections on border leaves, attachments and peerings.

use std::net::Ipv4Addr;

use super::super::fabric::{
    Cidr, Connection, External, ExternalAttachment, ExternalPeering, ExternalRoutes, Link, Port,
    StaticLink, Vpc,
};
use super::super::plan::{Numbers, Topology};
use super::{Space, border_leaf, leaf_name};

/// First VLAN towards edge devices, outside every VLAN namespace.
const FIRST_EDGE_VLAN: u16 = 301;
const STATIC_EXTERNAL_VLAN: u16 = 351;
const STATIC_CONNECTION_VLAN: u16 = 361;
/// The networks between border leaves and edge devices, a /30 each.
const EDGE: Cidr = Cidr::new(Ipv4Addr::new(100, 64, 0, 0), 16);
const STATIC_PREFIX: Cidr = Cidr::new(Ipv4Addr::new(192, 0, 2, 0), 24);
const EVERYWHERE: Cidr = Cidr::new(Ipv4Addr::UNSPECIFIED, 0);

pub(super) struct Built {
    pub(super) connections: Vec<Connection>,
    pub(super) externals: Vec<External>,
    pub(super) attachments: Vec<ExternalAttachment>,
    pub(super) peerings: Vec<ExternalPeering>,
}

pub(super) fn build(numbers: &Numbers, spaces: &[Space], vpcs: &[Vpc]) -> Built {
    let externals = externals(numbers, spaces);
    let connections = connections(numbers, vpcs);
    let attachments = attachments(numbers, &externals, &connections);
    let peerings = peerings(numbers, &externals, vpcs);
    Built {
        connections,
        externals,
        attachments,
        peerings,
    }
}

fn externals(numbers: &Numbers, spaces: &[Space]) -> Vec<External> {
    let bgp = (0..numbers.bgp_externals).map(|index| External {
        name: format!("edge-{}", index + 1),
        ipv4_namespace: spaces[index % spaces.len()].name.to_owned(),
        routes: ExternalRoutes::Bgp {
            inbound: format!("65102:{}", 5_000 + index),
            outbound: format!("50000:{}", 50_001 + index),
        },
    });
    let fixed = (0..numbers.static_externals).map(|_| External {
        name: "campus".to_owned(),
        ipv4_namespace: spaces[0].name.to_owned(),
        routes: ExternalRoutes::Static(vec![STATIC_PREFIX]),
    });
    bgp.chain(fixed).collect()
}

fn connections(numbers: &Numbers, vpcs: &[Vpc]) -> Vec<Connection> {
    // Pods keep their last server ports for it; a border leaf of rails has nothing else.
    let (edge_port, static_port) = match numbers.topology {
        Topology::Pods { .. } => ("E1/48", "E1/47"),
        Topology::Rails { .. } => ("E1/1", "E1/2"),
    };
    let mut connections: Vec<Connection> = (0..numbers.external_connections)
        .map(|nth| {
            let leaf = leaf_name(numbers, border_leaf(numbers, nth));
            Connection {
                name: format!("{leaf}--external"),
                link: Link::External(Port {
                    device: leaf,
                    name: edge_port.to_owned(),
                }),
                mtu: None,
            }
        })
        .collect();
    for _ in 0..numbers.static_external_connections {
        let leaf = leaf_name(numbers, border_leaf(numbers, 1));
        let ip = Cidr::new(Ipv4Addr::new(192, 168, 255, 1), 30);
        connections.push(Connection {
            name: format!("{leaf}--static-external"),
            link: Link::StaticExternal(StaticLink {
                switch: Port {
                    device: leaf,
                    name: static_port.to_owned(),
                },
                ip,
                next_hop: ip.host(1),
                subnets: vec![
                    Cidr::new(Ipv4Addr::new(192, 168, 240, 0), 24),
                    Cidr::new(Ipv4Addr::new(192, 168, 244, 0), 22),
                ],
                vlan: STATIC_CONNECTION_VLAN,
                within_vpc: vpcs[0].name.clone(),
            }),
            mtu: None,
        });
    }
    connections
}

fn attachments(
    numbers: &Numbers,
    externals: &[External],
    connections: &[Connection],
) -> Vec<ExternalAttachment> {
    let mut attachments = Vec::new();
    for (place, external) in externals.iter().enumerate() {
        let fixed = matches!(external.routes, ExternalRoutes::Static(_));
        let used = if fixed {
            1
        } else {
            numbers.external_connections
        };
        for connection in &connections[..used] {
            let network = EDGE.host(4 * attachments.len() as u32);
            let ip = Cidr::new(Cidr::new(network, 30).host(1), 30);
            attachments.push(ExternalAttachment {
                name: format!("{}--{}", connection.name, external.name),
                external: external.name.clone(),
                connection: connection.name.clone(),
                vlan: if fixed {
                    STATIC_EXTERNAL_VLAN
                } else {
                    FIRST_EDGE_VLAN + place as u16
                },
                ip,
                remote: ip.host(1),
                remote_asn: (!fixed).then_some(64_500 + place as u32),
                acl: numbers.static_externals > 0 && place == 0,
            });
        }
    }
    attachments
}

/// Peers VPCs with the externals of their IPv4 namespace, each external in turn.
fn peerings(numbers: &Numbers, externals: &[External], vpcs: &[Vpc]) -> Vec<ExternalPeering> {
    (0..numbers.external_peerings)
        .filter_map(|index| {
            let external = &externals[index % externals.len()];
            let vpc = vpcs
                .iter()
                .filter(|vpc| vpc.ipv4_namespace == external.ipv4_namespace)
                .nth(index / externals.len())?;
            let mut subnets: Vec<String> = vpc
                .subnets
                .iter()
                .take(1 + index % 2)
                .map(|s| s.name.clone())
                .collect();
            subnets.sort();
            Some(ExternalPeering {
                name: format!("{}--{}", vpc.name, external.name),
                vpc: vpc.name.clone(),
                subnets,
                external: external.name.clone(),
                prefixes: match &external.routes {
                    ExternalRoutes::Bgp { .. } => vec![EVERYWHERE],
                    ExternalRoutes::Static(prefixes) => prefixes.clone(),
                },
            })
        })
        .collect()
}
