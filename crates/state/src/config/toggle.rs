//! A setting that is on, off, or found out from the tree.

use serde::{Deserialize, Serialize};

/// `true`, `false` or `"auto"`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "Written", into = "Written")]
pub enum Toggle {
    /// Found out from the tree.
    #[default]
    Auto,
    /// On.
    On,
    /// Off.
    Off,
}

impl Toggle {
    /// Returns the setting, or what the tree shows where the tree decides.
    #[must_use]
    pub fn or(self, found: bool) -> bool {
        match self {
            Self::Auto => found,
            Self::On => true,
            Self::Off => false,
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Written {
    Fixed(bool),
    Found(Auto),
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Auto {
    Auto,
}

impl From<Written> for Toggle {
    fn from(written: Written) -> Self {
        match written {
            Written::Fixed(true) => Self::On,
            Written::Fixed(false) => Self::Off,
            Written::Found(Auto::Auto) => Self::Auto,
        }
    }
}

impl From<Toggle> for Written {
    fn from(toggle: Toggle) -> Self {
        match toggle {
            Toggle::Auto => Self::Found(Auto::Auto),
            Toggle::On => Self::Fixed(true),
            Toggle::Off => Self::Fixed(false),
        }
    }
}
