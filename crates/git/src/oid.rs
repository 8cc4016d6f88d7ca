//! Names of objects.

use std::fmt;

/// The name of an object, of either hash.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Oid(pub(crate) gix::ObjectId);

impl Oid {
    /// Reads a full name in hexadecimal digits.
    #[must_use]
    pub fn parse(hex: &str) -> Option<Self> {
        gix::ObjectId::from_hex(hex.trim().as_bytes())
            .ok()
            .map(Self)
    }

    /// Returns its bytes: 20 or 32.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.0.as_slice()
    }

    /// Tells whether this is the name of nothing, all zeros: in a push, a reference that is not there yet or no more.
    #[must_use]
    pub fn is_null(&self) -> bool {
        self.0.is_null()
    }

    /// Returns the first ten digits, for people.
    #[must_use]
    pub fn short(&self) -> String {
        let mut hex = self.to_string();
        hex.truncate(10);
        hex
    }
}

impl fmt::Display for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
