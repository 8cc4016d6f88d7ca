//! What is wrong with a config.toml.

use std::fmt;
use std::ops::Range;

use hnp_yaml::{LineIndex, Position};

/// One thing that is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// What is wrong, without a place.
    pub message: String,
    /// The bytes it is about.
    pub span: Range<usize>,
    /// What would be right, where that is known.
    pub help: Option<String>,
}

impl ConfigError {
    /// Returns where the error starts in the text it was found in.
    #[must_use]
    pub fn position(&self, text: &str) -> Position {
        LineIndex::new(text).position(self.span.start)
    }

    /// Returns where the error ends in the text it was found in, exclusive.
    #[must_use]
    pub fn end(&self, text: &str) -> Position {
        LineIndex::new(text).position(self.span.end)
    }
}

/// Message and help on one line.
impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if let Some(help) = &self.help {
            write!(f, " ({help})")?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigError {}
