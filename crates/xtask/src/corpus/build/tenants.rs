//! VPCs with their subnets, the attachments that bring servers into them, and peerings between them.

use std::net::Ipv4Addr;

use super::super::fabric::{Cidr, Dhcp, Subnet, Vpc, VpcAttachment, VpcPeering};
use super::super::plan::{Numbers, RAILS, Topology};
use super::{Space, servers};

const POD_SUBNETS: [&str; 3] = ["frontend", "backend", "storage"];
/// Prefix length of every VPC subnet.
const BITS: u8 = 24;

pub(super) struct Built {
    pub(super) vpcs: Vec<Vpc>,
    pub(super) attachments: Vec<VpcAttachment>,
    pub(super) peerings: Vec<VpcPeering>,
}

pub(super) fn build(numbers: &Numbers, spaces: &[Space], wired: &servers::Built) -> Built {
    let mut pools: Vec<Pool> = spaces.iter().map(Pool::new).collect();
    let vpcs: Vec<Vpc> = (0..numbers.vpcs)
        .map(|index| {
            // Two of five tenants live in the second space, where there is one.
            let space = if index % 5 >= 3 { spaces.len() - 1 } else { 0 };
            vpc(numbers, index, spaces[space].name, &mut pools[space])
        })
        .collect();
    let attachments = match numbers.topology {
        Topology::Pods { .. } => pod_attachments(numbers, &vpcs, wired),
        Topology::Rails { .. } => rail_attachments(numbers, &vpcs, wired),
    };
    let peerings = peerings(numbers, &vpcs);
    Built {
        vpcs,
        attachments,
        peerings,
    }
}

/// What is still free in a space.
struct Pool {
    next_network: u32,
    vlans: Box<dyn Iterator<Item = u16>>,
}

impl Pool {
    fn new(space: &Space) -> Self {
        let vlans = space.vlans;
        Self {
            next_network: u32::from(space.subnets[0].addr),
            vlans: Box::new(vlans.iter().flat_map(|&(from, to)| from..=to)),
        }
    }

    fn network(&mut self) -> Cidr {
        let network = Cidr::new(Ipv4Addr::from(self.next_network), BITS);
        self.next_network += 1 << (32 - BITS);
        network
    }
}

fn vpc(numbers: &Numbers, index: usize, space: &str, pool: &mut Pool) -> Vpc {
    let rails = matches!(numbers.topology, Topology::Rails { .. });
    let mut names: Vec<String> = if rails {
        (1..=RAILS)
            .map(|rail| format!("rail-{rail}"))
            .chain(["storage".to_owned()])
            .collect()
    } else {
        POD_SUBNETS.iter().map(|&name| name.to_owned()).collect()
    };
    let host_bgp = rails && index % 8 == 5;
    if host_bgp {
        names.push("bgp".to_owned());
    }
    let subnets: Vec<Subnet> = names
        .into_iter()
        .enumerate()
        .map(|(place, name)| {
            let cidr = pool.network();
            let speaks_bgp = name == "bgp";
            Subnet {
                vlan: if speaks_bgp { None } else { pool.vlans.next() },
                dhcp: dhcp(index, place, &name, cidr),
                isolated: name == "storage" && index.is_multiple_of(2),
                cidr,
                name,
            }
        })
        .collect();
    let static_routes = if index % 9 == 4 {
        vec![(
            Cidr::new(Ipv4Addr::new(192, 168, (index % 200) as u8, 0), 24),
            subnets[0].cidr.host(5),
        )]
    } else {
        Vec::new()
    };
    Vpc {
        name: if rails {
            format!("tenant-{:03}", index + 1)
        } else {
            format!("vpc-{:02}", index + 1)
        },
        ipv4_namespace: space.to_owned(),
        vlan_namespace: space.to_owned(),
        l3vni: rails && index % 10 == 9,
        permit: if index.is_multiple_of(3) {
            vec![vec![subnets[0].name.clone(), subnets[1].name.clone()]]
        } else {
            Vec::new()
        },
        subnets,
        static_routes,
    }
}

fn dhcp(index: usize, place: usize, name: &str, cidr: Cidr) -> Dhcp {
    match name {
        "bgp" => Dhcp::Off,
        "storage" if index % 7 == 3 => Dhcp::Relay(Cidr::new(Ipv4Addr::new(10, 99, 0, 10), 32)),
        "storage" => Dhcp::Off,
        _ => Dhcp::On {
            range: ((index + place) % 4 != 3).then(|| (cidr.host(10), cidr.host(199))),
            options: (index + place).is_multiple_of(2),
            fixed: if index % 6 == 1 && place == 0 {
                let low = index as u32;
                (0..2)
                    .map(|n| {
                        let mac = format!("02:42:0a:{:02x}:{:02x}:{:02x}", low >> 8, low & 0xff, n);
                        (mac, cidr.host(220 + n))
                    })
                    .collect()
            } else {
                Vec::new()
            },
        },
    }
}

/// Every connection in turn gets one untagged subnet; who is left over starts again with a tagged one.
fn pod_attachments(numbers: &Numbers, vpcs: &[Vpc], wired: &servers::Built) -> Vec<VpcAttachment> {
    (0..numbers.attachments)
        .map(|index| {
            let (server, round) = (index % numbers.servers, index / numbers.servers);
            let vpc = &vpcs[(server + round / POD_SUBNETS.len()) % vpcs.len()];
            let subnet = &vpc.subnets[round % POD_SUBNETS.len()];
            VpcAttachment {
                name: format!(
                    "{}--{}--{}",
                    vpc.name, subnet.name, wired.servers[server].name
                ),
                vpc: vpc.name.clone(),
                subnet: subnet.name.clone(),
                connection: wired.connections[server].name.clone(),
                native: round == 0,
            }
        })
        .collect()
}

/// Every rail of a server is untagged in its tenant's subnet of that rail; what is left over brings storage (or a BGP
/// subnet, where the tenant has one) to the servers, tagged.
fn rail_attachments(numbers: &Numbers, vpcs: &[Vpc], wired: &servers::Built) -> Vec<VpcAttachment> {
    (0..numbers.attachments)
        .map(|index| {
            let first = index < numbers.servers * RAILS;
            let extra = index.saturating_sub(numbers.servers * RAILS);
            let (server, rail) = if first {
                (index / RAILS, index % RAILS)
            } else {
                (extra % numbers.servers, extra / numbers.servers)
            };
            let vpc = &vpcs[server * vpcs.len() / numbers.servers];
            let subnet = if first {
                &vpc.subnets[rail]
            } else {
                // Storage is the ninth subnet; a BGP subnet, the tenth, goes to every other server.
                vpc.subnets
                    .get(RAILS + server % 2)
                    .unwrap_or(&vpc.subnets[RAILS])
            };
            VpcAttachment {
                name: format!(
                    "{}--{}--{}--rail-{}",
                    vpc.name,
                    subnet.name,
                    wired.servers[server].name,
                    rail + 1
                ),
                vpc: vpc.name.clone(),
                subnet: subnet.name.clone(),
                connection: wired.connections[server * RAILS + rail].name.clone(),
                native: first,
            }
        })
        .collect()
}

/// Peers neighbours of one space, the spaces one after the other.
fn peerings(numbers: &Numbers, vpcs: &[Vpc]) -> Vec<VpcPeering> {
    let mut spaces: Vec<&str> = vpcs.iter().map(|vpc| vpc.vlan_namespace.as_str()).collect();
    spaces.sort_unstable();
    spaces.dedup();
    let mut pairs: Vec<(&Vpc, &Vpc)> = Vec::new();
    for space in spaces {
        let members: Vec<&Vpc> = vpcs
            .iter()
            .filter(|vpc| vpc.vlan_namespace == space)
            .collect();
        pairs.extend(members.windows(2).map(|pair| (pair[0], pair[1])));
    }
    pairs
        .into_iter()
        .take(numbers.peerings)
        .enumerate()
        .map(|(index, (a, b))| {
            let permitted = |vpc: &Vpc| {
                let some = if index % 2 == 1 {
                    vec![vpc.subnets[0].name.clone()]
                } else {
                    Vec::new()
                };
                (vpc.name.clone(), some)
            };
            VpcPeering {
                name: format!("{}--{}", a.name, b.name),
                permit: [permitted(a), permitted(b)],
            }
        })
        .collect()
}
