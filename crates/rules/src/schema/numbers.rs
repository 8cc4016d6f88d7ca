//! Numbers as schemas bound them.

use std::cmp::Ordering;

use hnp_yaml::Reading;
use serde_json::Number;

/// A number, exact where it is whole.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Num {
    Int(i128),
    Float(f64),
}

impl Num {
    pub(crate) fn of(number: &Number) -> Self {
        if let Some(n) = number.as_i64() {
            Self::Int(i128::from(n))
        } else if let Some(n) = number.as_u64() {
            Self::Int(i128::from(n))
        } else {
            Self::Float(number.as_f64().unwrap_or_default())
        }
    }

    pub(crate) fn read(reading: &Reading<'_>) -> Option<Self> {
        match (reading.as_integer(), reading) {
            (Some(n), _) => Some(Self::Int(n)),
            (None, Reading::Float(f)) => Some(Self::Float(*f)),
            _ => None,
        }
    }

    #[allow(clippy::cast_precision_loss)]
    fn float(self) -> f64 {
        match self {
            Self::Int(n) => n as f64,
            Self::Float(f) => f,
        }
    }

    pub(crate) fn compare(self, other: Self) -> Ordering {
        match (self, other) {
            (Self::Int(a), Self::Int(b)) => a.cmp(&b),
            (a, b) => a.float().total_cmp(&b.float()),
        }
    }

    pub(crate) fn is_multiple_of(self, other: Self) -> bool {
        match (self, other) {
            (Self::Int(a), Self::Int(b)) => b != 0 && a % b == 0,
            (a, b) => {
                let ratio = a.float() / b.float();
                (ratio - ratio.round()).abs() < 1e-9
            }
        }
    }
}

impl std::fmt::Display for Num {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Int(n) => write!(f, "{n}"),
            Self::Float(n) => f.write_str(&hnp_yaml::scalar::float_text(*n)),
        }
    }
}
