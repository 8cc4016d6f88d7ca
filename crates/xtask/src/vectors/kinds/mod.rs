//! The tables: one file a kind, or a part of one.

mod attachment;
pub(crate) mod common;
mod connection;
mod connection_links;
mod connection_ports;
mod external;
mod external_attachment;
mod gateway;
mod gateway_acl;
mod gateway_peering;
mod namespaces;
mod peering;
mod profile;
mod server;
mod switch;
mod switch_hydrated;
mod switch_ports;
mod vpc;
mod vpc_dhcp;

use super::sheet::Sheet;

/// Every kind with a webhook.
pub(crate) fn sheets() -> Vec<Sheet> {
    vec![
        namespaces::ipv4(),
        namespaces::vlan(),
        switch::sheet(),
        profile::sheet(),
        server::servers(),
        connection::sheet(),
        vpc::sheet(),
        attachment::sheet(),
        peering::sheet(),
        external::externals(),
        external_attachment::sheet(),
        external::peerings(),
        server::gateway_groups(),
        gateway::sheet(),
        gateway_peering::sheet(),
    ]
}
