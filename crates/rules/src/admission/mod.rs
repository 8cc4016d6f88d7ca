//! The rules of Hedgehog's admission, one family a kind: what each says, why, an example, and the function that checks it.
//!
//! A rule is one item in the file of its topic. `Check::One` sees one resource, `Check::Tree` all of a fabric,
//! `Check::Change` two trees. Rules that nothing is ever reported for stand here too, so that `hnp explain` knows them.

pub(crate) mod attachment;
mod carriers;
mod common;
pub(crate) mod connection;
pub(crate) mod external;
pub(crate) mod external_attachment;
pub(crate) mod external_peering;
pub(crate) mod gateway;
pub(crate) mod gateway_peering;
pub(crate) mod general;
pub(crate) mod ipv4_namespace;
pub(crate) mod peering;
pub(crate) mod server;
pub(crate) mod switch;
pub(crate) mod switch_profile;
pub(crate) mod transition;
pub(crate) mod vlan_namespace;
pub(crate) mod vpc;
mod vpc_subnets;
