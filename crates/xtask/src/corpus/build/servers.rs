//! Servers and their connections to leaves.

use super::super::fabric::{Connection, Link, Port, Server, ServerLink};
use super::super::plan::{Numbers, RAILS, Topology, UNIT_LEAVES, UNIT_SERVERS};
use super::super::rng::Rng;
use super::leaf_name;

const PURPOSES: [&str; 8] = [
    "compute node",
    "storage node",
    "hypervisor",
    "database primary",
    "build agent",
    "monitoring stack",
    "object store gateway",
    "bare metal worker",
];

pub(super) struct Built {
    pub(super) servers: Vec<Server>,
    /// Connections in order of their servers: one a server in pods, [`RAILS`] a server in rails.
    pub(super) connections: Vec<Connection>,
}

pub(super) fn build(numbers: &Numbers, seed: u64) -> Built {
    let mut rng = Rng::keyed(seed, &["servers"]);
    match numbers.topology {
        Topology::Pods { pairs, orphans } => pods(numbers, pairs, orphans, &mut rng),
        Topology::Rails { .. } => rails(numbers, &mut rng),
    }
}

fn pods(numbers: &Numbers, pairs: usize, orphans: usize, rng: &mut Rng) -> Built {
    let mut built = Built {
        servers: Vec::new(),
        connections: Vec::new(),
    };
    // Next free server port of each leaf.
    let mut free = vec![1_usize; numbers.leaves()];
    let mut take = |leaf: usize| {
        let port = Port {
            device: leaf_name(numbers, leaf),
            name: format!("E1/{}", free[leaf]),
        };
        free[leaf] += 1;
        port
    };
    // A lab has as many single-homed servers as others; a data centre few.
    let cycle = if orphans > 0 { 4 } else { 10 };
    for index in 0..numbers.servers {
        let name = format!("server-{:03}", index + 1);
        let nic = |n: usize| Port {
            device: name.clone(),
            name: format!("enp2s{n}"),
        };
        let pair = index % pairs;
        let single = if orphans > 0 {
            2 * pairs + index / cycle % orphans
        } else {
            2 * pair + index / cycle % 2
        };
        let single_name = leaf_name(numbers, single);
        let (connection, link) = match index % cycle {
            2 => (
                format!("{name}--unbundled--{single_name}"),
                Link::Unbundled(ServerLink {
                    server: nic(1),
                    switch: take(single),
                }),
            ),
            3 => (
                format!("{name}--bundled--{single_name}"),
                Link::Bundled(
                    (1..=2)
                        .map(|n| ServerLink {
                            server: nic(n),
                            switch: take(single),
                        })
                        .collect(),
                ),
            ),
            _ => {
                let leaves = [2 * pair, 2 * pair + 1];
                (
                    format!(
                        "{name}--eslag--{}--{}",
                        leaf_name(numbers, leaves[0]),
                        leaf_name(numbers, leaves[1])
                    ),
                    Link::Eslag(
                        leaves
                            .iter()
                            .zip(1..)
                            .map(|(&leaf, n)| ServerLink {
                                server: nic(n),
                                switch: take(leaf),
                            })
                            .collect(),
                    ),
                )
            }
        };
        let mtu = rng.chance(25).then_some(9_036);
        built.connections.push(Connection {
            name: connection,
            link,
            mtu,
        });
        built.servers.push(Server {
            description: format!("{} {}", rng.pick(&PURPOSES), index + 1),
            name,
        });
    }
    built
}

fn rails(numbers: &Numbers, rng: &mut Rng) -> Built {
    let mut built = Built {
        servers: Vec::new(),
        connections: Vec::new(),
    };
    for index in 0..numbers.servers {
        let name = format!("gpu-{:04}", index + 1);
        let (unit, place) = (index / UNIT_SERVERS, index % UNIT_SERVERS);
        for rail in 0..RAILS {
            let leaf = unit * UNIT_LEAVES + rail / 2;
            let lane = 2 * place + rail % 2;
            let leaf_name = leaf_name(numbers, leaf);
            let link = ServerLink {
                server: Port {
                    device: name.clone(),
                    name: format!("enp{}s0", 16 * rail + 10),
                },
                switch: Port {
                    device: leaf_name.clone(),
                    name: format!("E1/{}/{}", lane / 4 + 1, lane % 4 + 1),
                },
            };
            built.connections.push(Connection {
                name: format!("{name}--rail-{}--unbundled--{leaf_name}", rail + 1),
                link: Link::Unbundled(link),
                mtu: Some(9_036),
            });
        }
        built.servers.push(Server {
            description: format!(
                "GPU server {}, su-{:02}, {}",
                index + 1,
                unit + 1,
                rng.pick(&["8x H100", "8x H200"])
            ),
            name,
        });
    }
    built
}
