//! Speeds and breakout modes: `25G`, `4x25G`.

use std::fmt;

/// Megabits a second by name: every speed that a profile may offer (SP-05).
const SPEEDS: [(&str, u32); 12] = [
    ("1G", 1_000),
    ("2.5G", 2_500),
    ("5G", 5_000),
    ("10G", 10_000),
    ("20G", 20_000),
    ("25G", 25_000),
    ("40G", 40_000),
    ("50G", 50_000),
    ("100G", 100_000),
    ("200G", 200_000),
    ("400G", 400_000),
    ("800G", 800_000),
];

/// Into how many lanes a port can be broken out.
const LANES: [(&str, u8); 4] = [("1", 1), ("2", 2), ("4", 4), ("8", 8)];

/// The FEC modes of `portFECs`.
pub const FEC_MODES: [&str; 4] = ["auto", "disabled", "fc", "rs"];

/// The speed of a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Speed(u32);

impl Speed {
    /// Every speed there is, the slowest first.
    pub fn all() -> impl Iterator<Item = Self> {
        SPEEDS.into_iter().map(|(_, megabits)| Self(megabits))
    }

    /// Reads a speed as profiles write it, without the prefix that [`plain_speed`] takes off.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (_, megabits) = SPEEDS.into_iter().find(|(name, _)| *name == text)?;
        Some(Self(megabits))
    }

    /// Returns megabits a second.
    #[must_use]
    pub fn megabits(self) -> u32 {
        self.0
    }
}

impl fmt::Display for Speed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, tenths) = (self.0 / 1_000, self.0 % 1_000 / 100);
        if tenths == 0 {
            write!(f, "{whole}G")
        } else {
            write!(f, "{whole}.{tenths}G")
        }
    }
}

/// How a port is broken out: lanes of one speed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mode {
    /// Number of lanes: 1, 2, 4 or 8.
    pub lanes: u8,
    /// Speed of each.
    pub speed: Speed,
}

impl Mode {
    /// Reads a mode such as `4x25G`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (number, speed) = text.split_once('x')?;
        let (_, lanes) = LANES.into_iter().find(|(name, _)| *name == number)?;
        let speed = Speed::parse(speed)?;
        Some(Self { lanes, speed })
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}", self.lanes, self.speed)
    }
}

/// Takes off the prefix that admission takes off speeds of a Switch (SW-01): `SPEED_25G` is `25G`.
#[must_use]
pub fn plain_speed(text: &str) -> &str {
    text.strip_prefix("SPEED_").unwrap_or(text)
}
