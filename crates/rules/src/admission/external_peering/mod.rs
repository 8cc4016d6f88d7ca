//! ExternalPeering: the catalogue's §8.

mod fabric;
mod permit;

use crate::catalogue::Family;

pub(crate) const FAMILY: Family = Family {
    title: "ExternalPeering",
    about: "Traffic between a VPC and an External, by subnets and prefixes.",
    parts: &[permit::RULES, fabric::RULES],
};
