//! `[conflicts]`: when an open conflict is more than somebody's work of the day.

use serde::{Deserialize, Serialize};

/// `[conflicts]`: when an open conflict is escalated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Conflicts {
    /// How long a conflict may be open, by severity.
    pub escalate_after: EscalateAfter,
}

/// How long a conflict of each severity may be open before it is escalated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EscalateAfter {
    /// Labels and annotations only.
    pub low: Patience,
    /// A few fields.
    pub medium: Patience,
    /// A deletion against a change, or many fields.
    pub high: Patience,
    /// The merged tree would not be valid.
    pub critical: Patience,
}

impl Default for EscalateAfter {
    fn default() -> Self {
        Self {
            low: Patience::NEVER,
            medium: Patience::seconds(7 * DAY),
            high: Patience::seconds(3 * DAY),
            critical: Patience::seconds(DAY),
        }
    }
}

impl EscalateAfter {
    /// Returns how many seconds a conflict of a severity may be open; `None` for as long as it takes.
    #[must_use]
    pub fn of(&self, severity: &str) -> Option<u64> {
        let patience = match severity {
            "low" => self.low,
            "high" => self.high,
            "critical" => self.critical,
            _ => self.medium,
        };
        patience.0
    }
}

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// The longest number before a unit.
const DIGITS: usize = 6;

/// A time to wait: `30m`, `72h`, `7d` or `never`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Patience(Option<u64>);

impl Patience {
    /// For as long as it takes.
    pub const NEVER: Self = Self(None);

    /// Waits a number of seconds.
    #[must_use]
    pub const fn seconds(seconds: u64) -> Self {
        Self(Some(seconds))
    }

    /// Reads what people write: a whole number of minutes, hours or days, or `never`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text == "never" {
            return Some(Self::NEVER);
        }
        let unit = match text.chars().next_back()? {
            'm' => MINUTE,
            'h' => HOUR,
            'd' => DAY,
            _ => return None,
        };
        let number = &text[..text.len() - 1];
        let plain = number.len() <= DIGITS
            && number.bytes().all(|byte| byte.is_ascii_digit())
            && !number.starts_with('0');
        let number: u64 = number.parse().ok().filter(|_| plain)?;
        Some(Self::seconds(number * unit))
    }
}

impl TryFrom<String> for Patience {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text).ok_or_else(|| "write a time to wait as `72h`".to_owned())
    }
}

impl From<Patience> for String {
    fn from(patience: Patience) -> Self {
        match patience.0 {
            None => "never".to_owned(),
            Some(seconds) if seconds % DAY == 0 => format!("{}d", seconds / DAY),
            Some(seconds) if seconds % HOUR == 0 => format!("{}h", seconds / HOUR),
            Some(seconds) => format!("{}m", seconds / MINUTE),
        }
    }
}
