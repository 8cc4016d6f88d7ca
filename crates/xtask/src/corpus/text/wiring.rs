//! Text of switches, switch groups, servers and connections.

use super::super::fabric::{Fabric, Link, Port, Role, ServerLink, Switch};
use super::yaml::{Map, Node, plain, quoted};
use super::{Pen, WIRING};

pub(super) fn groups(fabric: &Fabric, pen: &mut Pen) {
    for name in &fabric.switch_groups {
        pen.write(
            WIRING,
            "SwitchGroup",
            name,
            "Switches that are maintained together.",
            Map::new(),
        );
    }
}

pub(super) fn switches(fabric: &Fabric, pen: &mut Pen) {
    for switch in &fabric.switches {
        let remark = format!("{}\nserial {}", switch.description, switch.serial);
        pen.write(WIRING, "Switch", &switch.name, &remark, switch_spec(switch));
    }
}

fn switch_spec(switch: &Switch) -> Map {
    let mut spec = Map::new()
        .put_noted("role", switch.role.word(), "see the rack plan")
        .put("description", quoted(&switch.description))
        .put("profile", switch.profile)
        .put(
            "boot",
            Map::new()
                .put("serial", &switch.serial)
                .put("mac", quoted(&switch.mac)),
        )
        .put("asn", switch.asn)
        .put_noted("ip", plain(switch.ip), "management")
        .put_noted("protocolIP", plain(switch.protocol_ip), "router id");
    if let Some(vtep) = switch.vtep_ip {
        spec = spec.put("vtepIP", plain(vtep));
    }
    if !switch.groups.is_empty() {
        spec = spec.put("groups", switch.groups.iter().collect::<Vec<_>>());
    }
    if let Some(group) = &switch.redundancy {
        spec = spec.put(
            "redundancy",
            Map::new().put("group", group).put("type", "eslag"),
        );
    }
    if !switch.vlan_namespaces.is_empty() {
        spec = spec.put(
            "vlanNamespaces",
            switch.vlan_namespaces.iter().collect::<Vec<_>>(),
        );
    }
    if !switch.breakouts.is_empty() {
        let modes = switch
            .breakouts
            .iter()
            .fold(Map::new(), |map, (port, mode)| {
                map.put(port.to_string(), *mode)
            });
        spec = spec.put("portBreakouts", modes);
    }
    if !switch.group_speeds.is_empty() {
        let speeds = switch
            .group_speeds
            .iter()
            .fold(Map::new(), |map, (group, speed)| {
                map.put(format!("\"{group}\""), *speed)
            });
        spec = spec.put("portGroupSpeeds", speeds);
    }
    if switch.roce {
        spec = spec.put("roce", true);
    }
    spec.put_if(switch.role == Role::Spine, "enableAllPorts", true)
}

pub(super) fn servers(fabric: &Fabric, pen: &mut Pen) {
    for server in &fabric.servers {
        let spec = Map::new().put("description", quoted(&server.description));
        pen.write(WIRING, "Server", &server.name, &server.description, spec);
    }
}

pub(super) fn connections(fabric: &Fabric, pen: &mut Pen) {
    for connection in &fabric.connections {
        let (word, remark, body) = match &connection.link {
            Link::Unbundled(link) => (
                "unbundled",
                "Single-homed.",
                Map::new().put("link", server_link(link)),
            ),
            Link::Bundled(links) => (
                "bundled",
                "Port channel to one switch.",
                Map::new().put("links", server_links(links)),
            ),
            Link::Eslag(links) => (
                "eslag",
                "Dual-homed, both links active.",
                Map::new().put("links", server_links(links)),
            ),
            Link::Fabric(links) => {
                let links: Vec<Map> = links
                    .iter()
                    .map(|link| {
                        let end = |port: &Port, ip| {
                            Map::new().put("port", plain(port)).put("ip", plain(ip))
                        };
                        Map::new()
                            .put("spine", end(&link.spine, link.spine_ip))
                            .put("leaf", end(&link.leaf, link.leaf_ip))
                    })
                    .collect();
                (
                    "fabric",
                    "Uplinks, see the cabling sheet.",
                    Map::new().put("links", links),
                )
            }
            Link::External(switch) => (
                "external",
                "Towards the edge routers.",
                Map::new().put("link", Map::new().put("switch", port(switch))),
            ),
            Link::StaticExternal(link) => {
                let switch = Map::new()
                    .put("port", plain(&link.switch))
                    .put("ip", plain(link.ip))
                    .put("nextHop", plain(link.next_hop))
                    .put("vlan", u32::from(link.vlan))
                    .put(
                        "subnets",
                        link.subnets.iter().map(plain).collect::<Vec<Node>>(),
                    );
                let body = Map::new()
                    .put("link", Map::new().put("switch", switch))
                    .put("withinVPC", &link.within_vpc);
                ("staticExternal", "Appliance without BGP.", body)
            }
        };
        let body = match connection.mtu {
            Some(mtu) => body.put_noted("mtu", mtu, "largest for servers"),
            None => body,
        };
        pen.write(
            WIRING,
            "Connection",
            &connection.name,
            remark,
            Map::new().put(word, body),
        );
    }
}

fn server_links(links: &[ServerLink]) -> Vec<Map> {
    links.iter().map(server_link).collect()
}

fn server_link(link: &ServerLink) -> Map {
    Map::new()
        .put("server", port(&link.server))
        .put("switch", port(&link.switch))
}

fn port(port: &Port) -> Map {
    Map::new().put_noted("port", plain(port), "as labelled")
}
