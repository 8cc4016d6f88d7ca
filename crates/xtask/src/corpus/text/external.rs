//! Text of externals, their attachments and peerings.

use super::super::fabric::{ExternalRoutes, Fabric};
use super::yaml::{Map, Node, plain, quoted};
use super::{Pen, VPC};

pub(super) fn externals(fabric: &Fabric, pen: &mut Pen) {
    for external in &fabric.externals {
        let spec = Map::new().put("ipv4Namespace", &external.ipv4_namespace);
        let spec = match &external.routes {
            ExternalRoutes::Bgp { inbound, outbound } => {
                // Two numbers with a colon are one number to a YAML 1.1 reader.
                spec.put("inboundCommunity", quoted(inbound))
                    .put("outboundCommunity", quoted(outbound))
            }
            ExternalRoutes::Static(prefixes) => {
                let prefixes: Vec<Node> = prefixes.iter().map(plain).collect();
                spec.put("static", Map::new().put("prefixes", prefixes))
            }
        };
        pen.write(
            VPC,
            "External",
            &external.name,
            "A way out of the fabric.",
            spec,
        );
    }
}

pub(super) fn attachments(fabric: &Fabric, pen: &mut Pen) {
    for attachment in &fabric.external_attachments {
        let spec = Map::new()
            .put("connection", &attachment.connection)
            .put("external", &attachment.external);
        let spec = match attachment.remote_asn {
            Some(asn) => spec
                .put(
                    "neighbor",
                    Map::new()
                        .put("asn", asn)
                        .put("ip", plain(attachment.remote)),
                )
                .put(
                    "switch",
                    Map::new()
                        .put("ip", plain(attachment.ip))
                        .put("vlan", u32::from(attachment.vlan)),
                ),
            None => spec.put(
                "static",
                Map::new()
                    .put("ip", plain(attachment.ip))
                    .put("remoteIP", plain(attachment.remote))
                    .put("vlan", u32::from(attachment.vlan)),
            ),
        };
        let spec = if attachment.acl {
            spec.put("inboundACL", acl())
        } else {
            spec
        };
        pen.write(
            VPC,
            "ExternalAttachment",
            &attachment.name,
            "Edge session, provider order in the wiki.",
            spec,
        );
    }
}

/// Lets the edge's answers and its web traffic in.
fn acl() -> Map {
    let statement = |seq: u32, action: &str, protocol: &str| {
        Map::new()
            .put("seq", seq)
            .put("action", action)
            .put("protocol", protocol)
    };
    let statements = vec![
        statement(10, "permit", "tcp")
            .put("srcPrefix", "any")
            .put("dstPrefix", "10.16.0.0/12")
            .put("tcpFilters", Map::new().put("established", true)),
        statement(20, "permit", "tcp")
            .put("srcPrefix", "any")
            .put("dstPrefix", "10.16.0.0/12")
            .put("portRangeBegin", 443_u32)
            .put("portRangeEnd", 443_u32),
        statement(30, "deny", "ip")
            .put("srcPrefix", "198.51.100.0/24")
            .put("dstPrefix", "any"),
    ];
    Map::new().put("statements", statements)
}

pub(super) fn peerings(fabric: &Fabric, pen: &mut Pen) {
    for peering in &fabric.external_peerings {
        let prefixes: Vec<Map> = peering
            .prefixes
            .iter()
            .map(|prefix| Map::new().put("prefix", plain(prefix)))
            .collect();
        let permit = Map::new()
            .put(
                "vpc",
                Map::new()
                    .put("name", &peering.vpc)
                    .put("subnets", peering.subnets.iter().collect::<Vec<_>>()),
            )
            .put(
                "external",
                Map::new()
                    .put("name", &peering.external)
                    .put("prefixes", prefixes),
            );
        let remark = format!("{} may reach {}.", peering.vpc, peering.external);
        pen.write(
            VPC,
            "ExternalPeering",
            &peering.name,
            &remark,
            Map::new().put("permit", permit),
        );
    }
}
