//! Values of conflicts that are too large for state.toml.

use std::fmt;

/// What stands for a value of which state.toml holds the hash only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LargeValue {
    /// SHA-256 of its JSON.
    pub sha256: String,
    /// Git object that holds the JSON, in the clone in which the conflict was found.
    pub blob: String,
    /// Length of the JSON.
    pub bytes: usize,
}

impl LargeValue {
    /// Reads what stands for a large value; nothing where a text is a value itself.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        // No JSON begins with this sign.
        let mut parts = text.strip_prefix('@')?.split(' ');
        let value = Self {
            sha256: parts.next()?.strip_prefix("sha256:")?.to_owned(),
            blob: parts.next()?.strip_prefix("blob:")?.to_owned(),
            bytes: parts.next()?.strip_prefix("bytes:")?.parse().ok()?,
        };
        parts.next().is_none().then_some(value)
    }
}

impl fmt::Display for LargeValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "@sha256:{} blob:{} bytes:{}",
            self.sha256, self.blob, self.bytes
        )
    }
}
