//! IP addresses and prefixes.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

use crate::pack::packed;

/// An IP address. IPv4 sorts before IPv6; an IPv4 address mapped into IPv6 is an IPv6 address, as in `netip`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Addr {
    v6: bool,
    bits: u128,
}

impl Addr {
    /// Reads an address as `netip.ParseAddr` does, zones left out: those fit nowhere in a fabric.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if let Ok(v4) = text.parse::<Ipv4Addr>() {
            return Some(Self {
                v6: false,
                bits: u128::from(u32::from(v4)),
            });
        }
        if !text.contains(':') {
            return None;
        }
        let v6: Ipv6Addr = text.parse().ok()?;
        Some(Self {
            v6: true,
            bits: u128::from(v6),
        })
    }

    /// Tells whether it is an IPv4 address.
    #[must_use]
    pub fn is_v4(self) -> bool {
        !self.v6
    }

    /// Returns the family and the bits: they sort as the address does.
    #[must_use]
    pub fn parts(self) -> (bool, u128) {
        (self.v6, self.bits)
    }

    /// Returns the number of bits of the family.
    #[must_use]
    pub fn width(self) -> u8 {
        if self.v6 { 128 } else { 32 }
    }

    /// Returns the address that lies `steps` further, `None` past the end of the family.
    #[must_use]
    pub fn plus(self, steps: u32) -> Option<Self> {
        let bits = self.bits.checked_add(u128::from(steps))?;
        (self.v6 || bits <= u128::from(u32::MAX)).then_some(Self { bits, ..self })
    }

    /// Tells whether it is a multicast address.
    #[must_use]
    pub fn is_multicast(self) -> bool {
        if self.v6 {
            self.bits >> 120 == 0xff
        } else {
            self.bits >> 28 == 0xe
        }
    }

    /// Tells whether it is a loopback address.
    #[must_use]
    pub fn is_loopback(self) -> bool {
        if self.v6 {
            self.bits == 1
        } else {
            self.bits >> 24 == 127
        }
    }

    /// Tells whether it is the unspecified address, `0.0.0.0` or `::`.
    #[must_use]
    pub fn is_unspecified(self) -> bool {
        self.bits == 0
    }
}

impl fmt::Display for Addr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.v6 {
            Ipv6Addr::from(self.bits).fmt(f)
        } else {
            Ipv4Addr::from(u32::try_from(self.bits).unwrap_or(u32::MAX)).fmt(f)
        }
    }
}

/// A prefix: an address, host bits and all, and a length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Prefix {
    /// The address as written.
    pub addr: Addr,
    /// The length in bits.
    pub bits: u8,
}

impl Prefix {
    /// `0.0.0.0/0`.
    pub const ZERO: Self = Self {
        addr: Addr { v6: false, bits: 0 },
        bits: 0,
    };

    /// Reads a prefix as `netip.ParsePrefix` does: no leading zeros anywhere, no zone.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (addr, bits) = text.rsplit_once('/')?;
        if bits.len() > 1 && bits.starts_with('0') {
            return None;
        }
        Self::of(addr, bits)
    }

    /// Reads a prefix as `net.ParseCIDR` does, which takes leading zeros in the length.
    #[must_use]
    pub fn parse_cidr(text: &str) -> Option<Self> {
        let (addr, bits) = text.split_once('/')?;
        Self::of(addr, bits)
    }

    fn of(addr: &str, bits: &str) -> Option<Self> {
        let addr = Addr::parse(addr)?;
        if bits.is_empty() || !bits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let bits: u8 = bits.parse().ok()?;
        (bits <= addr.width()).then_some(Self { addr, bits })
    }

    /// Makes a prefix of one address.
    #[must_use]
    pub fn host(addr: Addr) -> Self {
        Self {
            addr,
            bits: addr.width(),
        }
    }

    fn host_mask(self) -> u128 {
        let free = u32::from(self.addr.width() - self.bits.min(self.addr.width()));
        if free >= 128 {
            u128::MAX
        } else {
            (1u128 << free) - 1
        }
    }

    /// Returns the first address: the network address.
    #[must_use]
    pub fn first(self) -> Addr {
        Addr {
            bits: self.addr.bits & !self.host_mask(),
            ..self.addr
        }
    }

    /// Returns the last address: the broadcast address of IPv4.
    #[must_use]
    pub fn last(self) -> Addr {
        Addr {
            bits: self.addr.bits | self.host_mask(),
            ..self.addr
        }
    }

    /// Returns the prefix with its host bits cleared.
    #[must_use]
    pub fn masked(self) -> Self {
        Self {
            addr: self.first(),
            bits: self.bits,
        }
    }

    /// Tells whether no host bit is set.
    #[must_use]
    pub fn is_masked(self) -> bool {
        self.addr == self.first()
    }

    /// Tells whether an address lies in it; never one of the other family.
    #[must_use]
    pub fn contains(self, addr: Addr) -> bool {
        self.addr.v6 == addr.v6 && self.first() <= addr && addr <= self.last()
    }

    /// Tells whether two prefixes share an address.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.addr.v6 == other.addr.v6
            && self.first() <= other.last()
            && other.first() <= self.last()
    }

    /// Tells whether it lies in another prefix.
    #[must_use]
    pub fn is_within(self, outer: Self) -> bool {
        outer.contains(self.first()) && self.bits >= outer.bits
    }
}

impl fmt::Display for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.addr, self.bits)
    }
}

packed! {
    Addr { v6, bits }
    Prefix { addr, bits }
}
