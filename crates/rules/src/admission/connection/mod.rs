//! Connection: the catalogue's §9.

mod devices;
mod ends;
mod fabric;
mod later;
pub(crate) mod limits;
mod links;
mod mtu;
pub(crate) mod ports;
mod redundancy;
mod static_external;
mod switch_ports;
mod types;

use crate::catalogue::Family;
use crate::facts::connection::{End, Type};

pub(crate) const FAMILY: Family = Family {
    title: "Connection",
    about: "A Connection by itself, the devices it names, and what it may not share with other Connections.",
    parts: &[
        types::RULES,
        ends::RULES,
        mtu::RULES,
        static_external::RULES,
        devices::RULES,
        switch_ports::RULES,
        redundancy::RULES,
        ports::RULES,
        links::RULES,
        fabric::RULES,
        limits::RULES,
        later::RULES,
    ],
};

/// Returns how the type is called in sentences, with its article.
fn called(of: Type) -> &'static str {
    match of {
        Type::Unbundled => "an unbundled connection",
        Type::Bundled => "a bundled connection",
        Type::Eslag => "an ESLAG connection",
        Type::Fabric => "a fabric connection",
        Type::Mesh => "a mesh connection",
        Type::Gateway => "a gateway connection",
        Type::VpcLoopback => "a loopback connection",
        Type::External => "an external connection",
        Type::StaticExternal => "a static external connection",
        Type::Mclag | Type::MclagDomain => "an MCLAG connection",
    }
}

/// Returns the path of a field at the end of a link.
fn path(of: Type, end: &End, field: &str) -> String {
    let (key, role) = (of.key(), end.role);
    match of {
        Type::Unbundled | Type::External | Type::StaticExternal => {
            format!("spec.{key}.link.{role}.{field}")
        }
        _ => format!("spec.{key}.links[{}].{role}.{field}", end.link),
    }
}

/// Passes on the ends that have a key which an earlier one has, with that one.
fn repeated_ends<'c>(
    ends: &'c [End],
    key: impl Fn(&'c End) -> Option<&'c str>,
    mut each: impl FnMut(&'c End, &'c End),
) {
    // Nearly all connections have a few ends, for which comparing costs less than a map.
    if ends.len() <= 16 {
        for (n, later) in ends.iter().enumerate() {
            let Some(wanted) = key(later) else { continue };
            let earlier = ends[..n].iter().find(|end| key(end) == Some(wanted));
            if let Some(earlier) = earlier {
                each(later, earlier);
            }
        }
    } else {
        let keyed = ends.iter().filter_map(|end| Some((key(end)?, end)));
        super::common::repeated(keyed, |later, earlier| each(later, earlier));
    }
}
