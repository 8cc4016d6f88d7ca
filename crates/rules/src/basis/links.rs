//! By what resources are found that a change to another one may concern.
//!
//! A link is a hash. Two resources with one link may have to do with each other; that two have one by chance costs time and
//! nothing else.

use std::hash::{BuildHasher, Hash};

use foldhash::fast::FixedState;

use crate::admission::connection::ports::canonical;
use crate::facts::connection::Type;
use crate::facts::{Connection, Detail, Switch};
use crate::file::Facts;
use crate::net::{Mac, Prefix};

fn hash(of: impl Hash) -> u64 {
    FixedState::with_seed(0x686e_7021).hash_one(of)
}

/// The link under which a resource of one of Hedgehog's kinds is found.
pub(super) fn name(kind: &str, name: &str) -> u64 {
    hash((kind, name))
}

/// The link of all that refer to a resource.
pub(super) fn reference(kind: &str, name: &str) -> u64 {
    hash(("reference", kind, name))
}

/// The link of connections that take a port channel on a switch.
pub(super) fn channel(switch: &str) -> u64 {
    hash(("channel", switch))
}

/// The link of switches of a redundancy group.
pub(super) fn group(name: &str) -> u64 {
    hash(("group", name))
}

/// The hash of the namespace that the subnets of a VPC lie in.
pub(super) fn namespace(name: &str) -> u64 {
    hash(("namespace", name))
}

/// Passes on every link of a resource: one for each reference, one for each thing that only one resource may have.
///
/// What a rule compares among resources of a kind has to stand here, or a change passes unseen that brings two of them
/// together. `tests/basis.rs` holds every rule's example to it.
pub(super) fn each(facts: &Facts, sink: &mut dyn FnMut(u64)) {
    facts.detail.references(&mut |reference_to| {
        sink(reference(reference_to.kind, reference_to.name));
    });
    shared(facts, sink);
}

/// Passes on the links of what only one resource may have.
pub(super) fn shared(facts: &Facts, sink: &mut dyn FnMut(u64)) {
    match &facts.detail {
        Detail::Vpc(vpc) => {
            if let Some(namespace) = vpc.vlanns() {
                for (vlan, _) in vpc.subnets.iter().filter_map(|subnet| subnet.vlan.set()) {
                    sink(hash(("vlan", namespace, *vlan)));
                }
            }
        }
        Detail::VpcAttachment(attachment) => {
            if let Some(connection) = attachment.connection.text() {
                if let Some(target) = attachment.target() {
                    sink(hash(("attached", connection, target)));
                }
                if attachment.native_vlan {
                    sink(hash(("native", connection)));
                }
            }
        }
        Detail::VpcPeering(peering) => {
            if let Some(pair) = peering.pair() {
                sink(hash(("peered", pair)));
            }
        }
        Detail::ExternalPeering(peering) => {
            if let Some(pair) = peering.vpc.text().zip(peering.external.text()) {
                sink(hash(("external", pair)));
            }
        }
        Detail::GatewayPeering(peering) => {
            for party in &peering.parties {
                sink(hash(("party", party.name.as_str())));
            }
        }
        Detail::Connection(connection) => of_connection(connection, sink),
        Detail::Switch(switch) => of_switch(switch, sink),
        // Of these there are few, and where one changes all are looked at, or the whole tree is.
        _ => {}
    }
}

fn of_connection(connection: &Connection, sink: &mut dyn FnMut(u64)) {
    for port in connection.ends.iter().filter_map(|end| end.port.text()) {
        sink(hash(("port", canonical(port))));
    }
    for (one, other) in connection.numbered_pairs() {
        for end in [one, other] {
            if let Some(prefix) = end.ip.text().and_then(Prefix::parse) {
                sink(hash(("link", prefix.addr)));
            }
        }
    }
    if takes_channel(connection) {
        for switch in connection.switches() {
            sink(channel(switch));
        }
    }
}

/// Tells whether a connection takes a port channel.
pub(super) fn takes_channel(connection: &Connection) -> bool {
    connection.key_of(Type::Bundled).is_some() || connection.key_of(Type::Eslag).is_some()
}

fn of_switch(switch: &Switch, sink: &mut dyn FnMut(u64)) {
    if let Some(name) = switch.redundancy_group.text() {
        sink(group(name));
    }
    for (what, field) in [("serial", &switch.serial), ("mac", &switch.mac)] {
        if let Some(text) = field.text() {
            match Mac::parse(text) {
                Some(mac) => sink(hash((what, mac.to_string()))),
                None => sink(hash((what, text))),
            }
        }
    }
    let addresses = [
        ("ip", &switch.ip),
        ("protocol", &switch.protocol_ip),
        ("vtep", &switch.vtep_ip),
    ];
    for (what, field) in addresses {
        if let Some(text) = field.text() {
            sink(hash((what, text)));
            if let Some(prefix) = Prefix::parse(text) {
                sink(hash((what, prefix.addr)));
            }
        }
    }
    if let Some(asn) = switch.asn.get() {
        sink(hash(("asn", *asn)));
    }
}
