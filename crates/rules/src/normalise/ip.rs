//! The addresses that admission derives from a subnet.

use crate::net::{Addr, Prefix};

/// The longest prefix whose DHCP range admission fills in (VPC-03).
const LONGEST: u8 = 30;

/// Returns the gateway that a subnet gets where it names none: the address after the network address (VPC-02).
///
/// The subnet may have host bits. There is none past the last address.
#[must_use]
pub fn default_gateway(subnet: Prefix) -> Option<Addr> {
    subnet.first().plus(1)
}

/// Returns the first and the last address of the DHCP range that a subnet gets where it names none: the second address
/// after the network address, and the last address, the broadcast address included (VPC-05).
///
/// There is none for a prefix longer than 30 bits, of either family (VPC-03).
#[must_use]
pub fn default_dhcp_range(subnet: Prefix) -> Option<(Addr, Addr)> {
    if subnet.bits > LONGEST {
        return None;
    }
    Some((subnet.first().plus(2)?, subnet.last()))
}
