//! Addresses, prefixes, hardware addresses and VLANs, read as Go's standard library reads them.
//!
//! Hedgehog parses with `netip` in most places and with `net` in a few; where they differ there are two functions.

mod mac;
mod prefix;
mod sweep;
mod vlan;

pub use mac::Mac;
pub use prefix::{Addr, Prefix};
pub use sweep::{Clash, Owned, clashes};
pub use vlan::{VlanRange, in_ranges};
