//! VPCPeering: the catalogue's §3.

mod fabric;
mod permit;
mod reach;

use crate::catalogue::Family;

pub(crate) const FAMILY: Family = Family {
    title: "VPCPeering",
    about: "Traffic between two VPCs, by subnets.",
    parts: &[permit::RULES, fabric::RULES, reach::RULES],
};
