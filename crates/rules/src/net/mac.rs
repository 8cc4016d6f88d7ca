//! Hardware addresses.

use std::fmt;

/// A hardware address of 6, 8 or 20 octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Mac {
    octets: [u8; 20],
    length: u8,
}

impl Mac {
    /// Reads an address as `net.ParseMAC` does: octets with `:` or `-` between them, or pairs of octets with `.`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        if bytes.len() < 14 {
            return None;
        }
        let (separator, width) = match (bytes[2], bytes[4]) {
            (b':' | b'-', _) => (bytes[2], 2),
            (_, b'.') => (b'.', 4),
            _ => return None,
        };
        if !(bytes.len() + 1).is_multiple_of(width + 1) {
            return None;
        }
        let length = (bytes.len() + 1) / (width + 1) * (width / 2);
        if !matches!(length, 6 | 8 | 20) {
            return None;
        }
        let mut octets = [0; 20];
        let mut at = 0;
        for part in bytes.split(|b| *b == separator) {
            if part.len() != width {
                return None;
            }
            for pair in part.chunks_exact(2) {
                *octets.get_mut(at)? = digit(pair[0])? << 4 | digit(pair[1])?;
                at += 1;
            }
        }
        Some(Self {
            octets,
            length: u8::try_from(length).ok()?,
        })
    }

    /// Returns the octets.
    #[must_use]
    pub fn octets(&self) -> &[u8] {
        &self.octets[..usize::from(self.length)]
    }

    /// Tells whether all octets are zero.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.octets().iter().all(|octet| *octet == 0)
    }

    /// Tells whether it addresses a group: the lowest bit of the first octet is set.
    #[must_use]
    pub fn is_multicast(&self) -> bool {
        self.octets[0] & 1 == 1
    }
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte)
        .to_digit(16)
        .and_then(|digit| u8::try_from(digit).ok())
}

/// Lower case, with colons.
impl fmt::Display for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, octet) in self.octets().iter().enumerate() {
            if n > 0 {
                f.write_str(":")?;
            }
            write!(f, "{octet:02x}")?;
        }
        Ok(())
    }
}
