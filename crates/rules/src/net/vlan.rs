//! Ranges of VLAN ids.

use std::fmt;

/// A range of VLAN ids, both ends inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VlanRange {
    /// First id.
    pub from: u16,
    /// Last id.
    pub to: u16,
}

impl VlanRange {
    /// Tells whether an id lies in it.
    #[must_use]
    pub fn contains(self, vlan: u16) -> bool {
        (self.from..=self.to).contains(&vlan)
    }

    /// Tells whether two ranges share an id.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.from <= other.to && other.from <= self.to
    }

    /// Returns how many ids it holds.
    #[must_use]
    pub fn count(self) -> usize {
        usize::from(self.to.saturating_sub(self.from)) + usize::from(self.from <= self.to)
    }
}

impl fmt::Display for VlanRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.from == self.to {
            write!(f, "{}", self.from)
        } else {
            write!(f, "{}-{}", self.from, self.to)
        }
    }
}

/// Tells whether one of several ranges holds an id.
#[must_use]
pub fn in_ranges(ranges: &[VlanRange], vlan: u16) -> bool {
    ranges.iter().any(|range| range.contains(vlan))
}
