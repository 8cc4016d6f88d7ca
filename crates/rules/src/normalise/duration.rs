//! Durations as Go reads and writes them: `120s` is kept as `2m0s`.

const SECOND: i128 = 1_000_000_000;

/// Reads a duration, in nanoseconds.
pub(super) fn parse(text: &str) -> Option<i64> {
    let (negative, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Some(0);
    }
    if rest.is_empty() {
        return None;
    }
    let mut total: i128 = 0;
    while !rest.is_empty() {
        let (whole, after) = digits(rest);
        let (fraction, after) = match after.strip_prefix('.') {
            Some(after) => digits(after),
            None => ("", after),
        };
        if whole.is_empty() && fraction.is_empty() {
            return None;
        }
        let end = after
            .find(|c: char| c == '.' || c.is_ascii_digit())
            .unwrap_or(after.len());
        let unit = unit(&after[..end])?;
        total += number(whole)?.checked_mul(unit)?;
        // Digits past the eighteenth are below a nanosecond whatever the unit.
        let fraction = fraction.get(..18).unwrap_or(fraction);
        let scale = 10i128.pow(u32::try_from(fraction.len()).ok()?);
        total += number(fraction)? * unit / scale;
        if total > i128::from(i64::MAX) + 1 {
            return None;
        }
        rest = &after[end..];
    }
    i64::try_from(if negative { -total } else { total }).ok()
}

/// Writes a duration as Go does.
pub(super) fn text(nanoseconds: i64) -> String {
    let total = i128::from(nanoseconds).abs();
    let sign = if nanoseconds < 0 { "-" } else { "" };
    match total {
        0 => "0s".to_owned(),
        1..1_000 => format!("{sign}{total}ns"),
        1_000..1_000_000 => format!("{sign}{}µs", decimal(total, 1_000)),
        1_000_000..SECOND => format!("{sign}{}ms", decimal(total, 1_000_000)),
        _ => {
            let (minutes, rest) = (total / (60 * SECOND), total % (60 * SECOND));
            let seconds = decimal(rest, SECOND);
            match (minutes / 60, minutes % 60) {
                (0, 0) => format!("{sign}{seconds}s"),
                (0, minutes) => format!("{sign}{minutes}m{seconds}s"),
                (hours, minutes) => format!("{sign}{hours}h{minutes}m{seconds}s"),
            }
        }
    }
}

/// Writes `total / unit` without trailing zeros.
fn decimal(total: i128, unit: i128) -> String {
    let width = unit.ilog10() as usize;
    let text = format!("{}.{:0width$}", total / unit, total % unit);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn digits(text: &str) -> (&str, &str) {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    text.split_at(end)
}

fn number(digits: &str) -> Option<i128> {
    if digits.is_empty() {
        return Some(0);
    }
    // More than an i64 of anything is out of range.
    digits.parse::<i64>().ok().map(i128::from)
}

fn unit(name: &str) -> Option<i128> {
    Some(match name {
        "ns" => 1,
        // U+00B5 and U+03BC are both in use.
        "us" | "µs" | "μs" => 1_000,
        "ms" => 1_000_000,
        "s" => SECOND,
        "m" => 60 * SECOND,
        "h" => 3_600 * SECOND,
        _ => return None,
    })
}
