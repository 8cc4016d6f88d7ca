//! What ends a command early, and with which exit code.

use std::fmt;

/// A failure with its exit code.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Exit 2: how hnp was called, or what the configuration says.
    Usage(String),
    /// Exit 3: Git, the disk, the machine.
    Environment(String),
    /// Exit 130: a person stopped it.
    Cancelled(String),
}

impl Failure {
    /// Returns the exit code.
    #[must_use]
    pub(crate) fn code(&self) -> u8 {
        match self {
            Self::Usage(_) => 2,
            Self::Environment(_) => 3,
            Self::Cancelled(_) => crate::cancel::CODE,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(text) | Self::Environment(text) | Self::Cancelled(text) => {
                f.write_str(text)
            }
        }
    }
}

impl From<hnp_local::Error> for Failure {
    fn from(error: hnp_local::Error) -> Self {
        Self::Environment(error.to_string())
    }
}

impl From<hnp_git::Error> for Failure {
    fn from(error: hnp_git::Error) -> Self {
        if matches!(error, hnp_git::Error::Revision { .. }) {
            return Self::Usage(error.to_string());
        }
        Self::Environment(error.to_string())
    }
}
