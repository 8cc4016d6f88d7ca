//! Text of namespaces, VPCs, attachments and VPC peerings.

use super::super::fabric::{Dhcp, Fabric, Subnet, Vpc};
use super::yaml::{Map, Node, plain};
use super::{Pen, VPC, WIRING};

pub(super) fn namespaces(fabric: &Fabric, pen: &mut Pen) {
    for namespace in &fabric.ipv4_namespaces {
        let spec = Map::new().put(
            "subnets",
            namespace.subnets.iter().map(plain).collect::<Vec<Node>>(),
        );
        pen.write(
            VPC,
            "IPv4Namespace",
            &namespace.name,
            "Addresses for tenants.",
            spec,
        );
    }
    for namespace in &fabric.vlan_namespaces {
        let ranges: Vec<Map> = namespace
            .ranges
            .iter()
            .map(|&(from, to)| {
                Map::new()
                    .put("from", u32::from(from))
                    .put("to", u32::from(to))
            })
            .collect();
        let remark = "VLANs towards servers; 3000 to 3999 belong to the fabric.";
        pen.write(
            WIRING,
            "VLANNamespace",
            &namespace.name,
            remark,
            Map::new().put("ranges", ranges),
        );
    }
}

pub(super) fn vpcs(fabric: &Fabric, pen: &mut Pen) {
    for vpc in &fabric.vpcs {
        let remark = format!("Tenant {}", vpc.name);
        pen.write(VPC, "VPC", &vpc.name, &remark, vpc_spec(vpc));
    }
}

fn vpc_spec(vpc: &Vpc) -> Map {
    // The default namespaces may be left out.
    let explicit =
        vpc.ipv4_namespace != "default" || vpc.subnets[0].cidr.addr.octets()[2].is_multiple_of(2);
    let mut spec = Map::new()
        .put_if(explicit, "ipv4Namespace", &vpc.ipv4_namespace)
        .put_if(explicit, "vlanNamespace", &vpc.vlan_namespace)
        .put_if(vpc.l3vni, "mode", "l3vni");
    if !vpc.permit.is_empty() {
        let permit: Vec<Node> = vpc
            .permit
            .iter()
            .map(|names| Node::from(names.iter().collect::<Vec<_>>()))
            .collect();
        spec = spec.put("permit", permit);
    }
    if !vpc.static_routes.is_empty() {
        let routes: Vec<Map> = vpc
            .static_routes
            .iter()
            .map(|(prefix, hop)| {
                Map::new()
                    .put("prefix", plain(prefix))
                    .put("nextHops", vec![plain(hop)])
            })
            .collect();
        spec = spec.put("staticRoutes", routes);
    }
    let subnets = vpc.subnets.iter().fold(Map::new(), |map, subnet| {
        map.put(&subnet.name, subnet_map(subnet))
    });
    spec.put("subnets", subnets)
}

fn subnet_map(subnet: &Subnet) -> Map {
    let mut map = Map::new().put("subnet", plain(subnet.cidr));
    match subnet.vlan {
        Some(vlan) => {
            map = map
                .put_noted(
                    "gateway",
                    plain(subnet.cidr.host(1)),
                    "anycast on every leaf",
                )
                .put("vlan", u32::from(vlan));
        }
        None => map = map.put("hostBGP", true),
    }
    map = map.put_if(subnet.isolated, "isolated", true);
    match &subnet.dhcp {
        Dhcp::Off => map,
        Dhcp::Relay(server) => map.put("dhcp", Map::new().put("relay", plain(server))),
        Dhcp::On {
            range,
            options,
            fixed,
        } => {
            let mut dhcp = Map::new().put("enable", true);
            if let Some((start, end)) = range {
                dhcp = dhcp.put(
                    "range",
                    Map::new().put("start", plain(start)).put("end", plain(end)),
                );
            }
            if *options {
                let options = Map::new()
                    .put("dnsServers", vec!["1.1.1.1", "9.9.9.9"])
                    .put("timeServers", vec!["10.0.100.1"])
                    .put_noted("interfaceMTU", 9_036_u32, "jumbo")
                    .put("leaseTimeSeconds", 3_600_u32);
                dhcp = dhcp.put("options", options);
            }
            if !fixed.is_empty() {
                let fixed = fixed.iter().fold(Map::new(), |map, (mac, ip)| {
                    map.put(format!("\"{mac}\""), Map::new().put("ip", plain(ip)))
                });
                dhcp = dhcp.put("static", fixed);
            }
            map.put("dhcp", dhcp)
        }
    }
}

pub(super) fn attachments(fabric: &Fabric, pen: &mut Pen) {
    for attachment in &fabric.attachments {
        let spec = Map::new()
            .put("connection", &attachment.connection)
            .put(
                "subnet",
                plain(format_args!("{}/{}", attachment.vpc, attachment.subnet)),
            )
            .put_if(attachment.native, "nativeVLAN", true);
        let remark = format!("{} of {}", attachment.subnet, attachment.vpc);
        pen.write(VPC, "VPCAttachment", &attachment.name, &remark, spec);
    }
}

pub(super) fn peerings(fabric: &Fabric, pen: &mut Pen) {
    for peering in &fabric.peerings {
        let permit = peering
            .permit
            .iter()
            .fold(Map::new(), |map, (vpc, subnets)| {
                let some = Map::new().put_if(
                    !subnets.is_empty(),
                    "subnets",
                    subnets.iter().collect::<Vec<_>>(),
                );
                map.put(vpc, some)
            });
        let remark = agreement(&peering.permit[0].0, &peering.permit[1].0);
        pen.write(
            VPC,
            "VPCPeering",
            &peering.name,
            &remark,
            Map::new().put("permit", vec![permit]),
        );
    }
}

fn agreement(a: &str, b: &str) -> String {
    format!("Agreed between the owners of {a} and {b}.")
}
