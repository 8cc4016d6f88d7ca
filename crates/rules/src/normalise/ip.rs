//! The addresses that admission derives from a subnet.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The longest prefix whose DHCP range admission fills in (VPC-03).
const LONGEST: u8 = 30;

/// Returns the gateway that a subnet gets where it names none: the address after the network address (VPC-02).
///
/// `address` may have host bits. There is none for a length outside the family and past the last address.
#[must_use]
pub fn default_gateway(address: IpAddr, length: u8) -> Option<IpAddr> {
    bounds(address, length)?.after_first(1)
}

/// Returns the first and the last address of the DHCP range that a subnet gets where it names none: the second address
/// after the network address, and the last address, the broadcast address included (VPC-05).
///
/// There is none for a prefix longer than 30 bits, of either family (VPC-03).
#[must_use]
pub fn default_dhcp_range(address: IpAddr, length: u8) -> Option<(IpAddr, IpAddr)> {
    if length > LONGEST {
        return None;
    }
    let bounds = bounds(address, length)?;
    Some((bounds.after_first(2)?, bounds.address(bounds.last)))
}

/// Reads a prefix: an address without zone or leading zeros, and a length.
pub(super) fn parse(text: &str) -> Option<(IpAddr, u8)> {
    let (address, length) = text.rsplit_once('/')?;
    let digits = length.bytes().all(|b| b.is_ascii_digit());
    if !digits || (length.len() > 1 && length.starts_with('0')) {
        return None;
    }
    let address: IpAddr = address.parse().ok()?;
    let length: u8 = length.parse().ok()?;
    (length <= width(address)).then_some((address, length))
}

struct Bounds {
    v4: bool,
    first: u128,
    last: u128,
}

impl Bounds {
    fn after_first(&self, steps: u128) -> Option<IpAddr> {
        let at = self.first.checked_add(steps)?;
        (!self.v4 || at <= u128::from(u32::MAX)).then(|| self.address(at))
    }

    fn address(&self, bits: u128) -> IpAddr {
        match u32::try_from(bits) {
            Ok(bits) if self.v4 => IpAddr::V4(Ipv4Addr::from(bits)),
            _ => IpAddr::V6(Ipv6Addr::from(bits)),
        }
    }
}

fn bounds(address: IpAddr, length: u8) -> Option<Bounds> {
    let host = u32::from(width(address).checked_sub(length)?);
    let bits = match address {
        IpAddr::V4(v4) => u128::from(u32::from(v4)),
        IpAddr::V6(v6) => u128::from(v6),
    };
    let mask = 1u128.checked_shl(host).map_or(u128::MAX, |bit| bit - 1);
    Some(Bounds {
        v4: address.is_ipv4(),
        first: bits & !mask,
        last: bits | mask,
    })
}

fn width(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}
