//! The only clock.

use std::time::{SystemTime, UNIX_EPOCH};

/// Returns seconds since 1970; `SOURCE_DATE_EPOCH` stands in, so that a run can be repeated exactly.
#[must_use]
pub(crate) fn now() -> i64 {
    if let Some(fixed) = fixed() {
        return fixed;
    }
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| {
            i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
        })
}

/// Writes a time as RFC 3339, in UTC.
#[must_use]
pub(crate) fn rfc3339(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds).map_or_else(|_| String::new(), |time| time.to_string())
}

/// Reads a date, which means its end in UTC, or a time, in UTC where it names no zone; `None` for any other text.
#[must_use]
pub(crate) fn parse_time(text: &str) -> Option<i64> {
    if let Ok(time) = text.parse::<jiff::Timestamp>() {
        return Some(time.as_second());
    }
    let utc = |time: jiff::civil::DateTime| {
        let zoned = time.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
        Some(zoned.timestamp().as_second())
    };
    if text.len() > "2026-03-01".len() {
        return utc(text.parse().ok()?);
    }
    let date: jiff::civil::Date = text.parse().ok()?;
    utc(date.at(23, 59, 59, 0))
}

/// Makes a random UUID for a new lineage.
///
/// Nothing secret hangs on it: it only has to differ from other repositories' lineages.
#[must_use]
pub(crate) fn new_lineage() -> String {
    use std::hash::{BuildHasher, Hasher, RandomState};
    let half = || {
        let mut hasher = RandomState::new().build_hasher();
        hasher.write_i64(now());
        hasher.finish()
    };
    let (a, b) = (half(), half());
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        a >> 32,
        a >> 16 & 0xffff,
        a & 0xfff,
        0x8000 | (b >> 48 & 0x3fff),
        b & 0xffff_ffff_ffff
    )
}

fn fixed() -> Option<i64> {
    std::env::var("SOURCE_DATE_EPOCH").ok()?.parse().ok()
}

/// Tells whether the clock stands still, so that a run can be repeated exactly.
#[must_use]
pub(crate) fn is_fixed() -> bool {
    fixed().is_some()
}

/// Reads a time as [`rfc3339`] writes it.
#[must_use]
pub(crate) fn seconds(text: &str) -> Option<i64> {
    Some(text.parse::<jiff::Timestamp>().ok()?.as_second())
}
