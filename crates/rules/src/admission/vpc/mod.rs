//! VPC: the catalogue's §1.

mod defaults;
mod dhcp;
mod fabric;
mod names;
mod routes;
mod subnets;

use hnp_yaml::Value;

use crate::catalogue::Family;
use crate::engine::Doc;
use crate::facts::{Vpc, vpc::Subnet};

pub(crate) const FAMILY: Family = Family {
    title: "VPC",
    about: "A VPC by itself, its namespaces, and what it may not share with other VPCs.",
    parts: &[
        defaults::RULES,
        names::RULES,
        subnets::RULES,
        dhcp::RULES,
        routes::RULES,
        fabric::RULES,
    ],
};

/// Returns the subnets that are maps, with their values.
fn subnets<'d>(doc: &Doc<'d, Vpc>) -> impl Iterator<Item = (&'d Subnet, Value<'d>)> + use<'d> {
    let values = doc.spec().and_then(|spec| spec.get("subnets"));
    values
        .into_iter()
        .flat_map(Value::entries)
        .zip(&doc.facts.subnets)
        .filter(|(_, subnet)| subnet.is_map)
        .map(|(entry, subnet)| (subnet, entry.value))
}
