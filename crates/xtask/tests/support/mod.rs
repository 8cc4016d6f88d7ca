//! Views on a fabric that several tests need.
#![allow(dead_code, unreachable_pub)]

use std::collections::BTreeMap;

use xtask::corpus::fabric::{Connection, Fabric, Link, Port, Vpc};
use xtask::corpus::{Layout, Recipe, generate, plan};

/// Sizes of both topologies, their recipes and the steps between them.
pub const SIZES: [usize; 9] = [40, 50, 199, 200, 500, 999, 1_250, 5_000, 10_000];

pub fn fabric(size: usize) -> Fabric {
    plan(&Recipe::new(size).unwrap())
}

/// The whole fabric as one text.
pub fn text_of(size: usize) -> String {
    generate(&Recipe::new(size).unwrap().with_layout(Layout::SingleFile))
        .remove(0)
        .text
}

/// Number of resources by kind.
pub fn kinds(fabric: &Fabric) -> BTreeMap<&'static str, usize> {
    let mut kinds = BTreeMap::new();
    for (kind, _) in names(fabric) {
        *kinds.entry(kind).or_default() += 1;
    }
    kinds
}

/// Kind and name of every resource.
pub fn names(fabric: &Fabric) -> Vec<(&'static str, String)> {
    let mut names = Vec::new();
    names.extend(
        fabric
            .switch_groups
            .iter()
            .map(|name| ("SwitchGroup", name.clone())),
    );
    names.extend(fabric.switches.iter().map(|it| ("Switch", it.name.clone())));
    names.extend(fabric.servers.iter().map(|it| ("Server", it.name.clone())));
    names.extend(
        fabric
            .connections
            .iter()
            .map(|it| ("Connection", it.name.clone())),
    );
    names.extend(
        fabric
            .ipv4_namespaces
            .iter()
            .map(|it| ("IPv4Namespace", it.name.clone())),
    );
    names.extend(
        fabric
            .vlan_namespaces
            .iter()
            .map(|it| ("VLANNamespace", it.name.clone())),
    );
    names.extend(fabric.vpcs.iter().map(|it| ("VPC", it.name.clone())));
    names.extend(
        fabric
            .attachments
            .iter()
            .map(|it| ("VPCAttachment", it.name.clone())),
    );
    names.extend(
        fabric
            .peerings
            .iter()
            .map(|it| ("VPCPeering", it.name.clone())),
    );
    names.extend(
        fabric
            .externals
            .iter()
            .map(|it| ("External", it.name.clone())),
    );
    names.extend(
        fabric
            .external_attachments
            .iter()
            .map(|it| ("ExternalAttachment", it.name.clone())),
    );
    names.extend(
        fabric
            .external_peerings
            .iter()
            .map(|it| ("ExternalPeering", it.name.clone())),
    );
    names
}

pub fn connections_by_name(fabric: &Fabric) -> BTreeMap<&str, &Connection> {
    fabric
        .connections
        .iter()
        .map(|it| (it.name.as_str(), it))
        .collect()
}

pub fn vpcs_by_name(fabric: &Fabric) -> BTreeMap<&str, &Vpc> {
    fabric
        .vpcs
        .iter()
        .map(|it| (it.name.as_str(), it))
        .collect()
}

pub fn switch_ports(connection: &Connection) -> Vec<&Port> {
    match &connection.link {
        Link::Unbundled(link) => vec![&link.switch],
        Link::Bundled(links) | Link::Eslag(links) => {
            links.iter().map(|link| &link.switch).collect()
        }
        Link::Fabric(links) => links
            .iter()
            .flat_map(|link| [&link.spine, &link.leaf])
            .collect(),
        Link::External(port) => vec![port],
        Link::StaticExternal(link) => vec![&link.switch],
    }
}

pub fn server_ports(connection: &Connection) -> Vec<&Port> {
    match &connection.link {
        Link::Unbundled(link) => vec![&link.server],
        Link::Bundled(links) | Link::Eslag(links) => {
            links.iter().map(|link| &link.server).collect()
        }
        _ => Vec::new(),
    }
}
