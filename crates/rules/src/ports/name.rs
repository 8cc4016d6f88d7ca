//! Names of ports: `M1`, `E1/4`, `E1/4/1`.

use std::fmt;

/// A port's place on the switch. Management ports come first, then ASIC by ASIC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The ASIC, from 1; 0 stands for the management ports.
    pub asic: u32,
    /// The port, from 1.
    pub port: u32,
}

impl Place {
    /// Tells whether it is a management port's.
    #[must_use]
    pub fn is_management(self) -> bool {
        self.asic == 0
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_management() {
            write!(f, "M{}", self.port)
        } else {
            write!(f, "E{}/{}", self.asic, self.port)
        }
    }
}

/// A port's name in the form that profiles use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PortName {
    /// The port.
    pub place: Place,
    /// The lane of a breakout port, from 1, where the name has one.
    pub lane: Option<u32>,
}

impl PortName {
    /// Reads a name. Names are compared as text by Hedgehog, so `E1/04`, `e1/4` and `E1/4/01` are none.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        if let Some(number) = name.strip_prefix('M') {
            let port = number_of(number)?;
            return Some(Self {
                place: Place { asic: 0, port },
                lane: None,
            });
        }
        let (asic, rest) = name.strip_prefix('E')?.split_once('/')?;
        let (port, lane) = match rest.split_once('/') {
            Some((port, lane)) => (port, Some(number_of(lane)?)),
            None => (rest, None),
        };
        let place = Place {
            asic: number_of(asic)?,
            port: number_of(port)?,
        };
        Some(Self { place, lane })
    }
}

impl fmt::Display for PortName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.lane {
            Some(lane) => write!(f, "{}/{lane}", self.place),
            None => self.place.fmt(f),
        }
    }
}

/// Reads a number from 1 on as it is written without a sign or leading zeros.
pub(super) fn number_of(text: &str) -> Option<u32> {
    let canonical = matches!(text.as_bytes().first(), Some(b'1'..=b'9'))
        && text.bytes().all(|b| b.is_ascii_digit());
    if canonical { text.parse().ok() } else { None }
}

/// Returns the name by which a port is known when Hedgehog looks for ports used twice (CON-21): there the first lane and the
/// port are one, `E1/4/1` is `E1/4`. The name is that on its device, without the device.
///
/// Hedgehog judges by the form alone, whatever the profile and the kind of device, and so does this: any name of three parts
/// whose last is `1` is the name of its first two.
#[must_use]
pub fn canonical_port(name: &str) -> &str {
    match name.strip_suffix("/1") {
        Some(port) if port.bytes().filter(|&b| b == b'/').count() == 1 => port,
        _ => name,
    }
}
