//! How long a translation is remembered.

use super::{field, nats};
use crate::catalogue::{Class, NEW, Rule};
use crate::engine::{Check, Doc, One, Report};
use crate::facts::GatewayPeering;

pub(super) const RULES: &[Rule] = &[Rule {
    code: "GWP-19",
    title: "idle timeout",
    what: "`idleTimeout` is not a duration such as 2m0s or 90s: numbers, each with one of the units h, m, s, ms, us and ns.",
    why: "The API server cannot read the peering, so it is refused before admission looks at it.",
    wrong: Some(peering!(
        "  peering:
    vpc-1:
      expose:
      - ips: [{ cidr: 10.1.0.0/24 }]
        as: [{ cidr: 192.168.1.0/31 }]
        nat: { masquerade: { idleTimeout: 5 minutes } }
    vpc-2:
      expose:
      - ips: [{ cidr: 10.2.0.0/24 }]
"
    )),
    right: Some(peering!(
        "  peering:
    vpc-1:
      expose:
      - ips: [{ cidr: 10.1.0.0/24 }]
        as: [{ cidr: 192.168.1.0/31 }]
        nat: { masquerade: { idleTimeout: 5m } }
    vpc-2:
      expose:
      - ips: [{ cidr: 10.2.0.0/24 }]
"
    )),
    fix: "Write a number and its unit without a blank, such as `5m`; leave it out for two minutes.",
    upstream: Some("time: unknown unit \" minutes\" in duration \"5 minutes\""),
    class: Class::Webhook,
    check: Check::One(One::GatewayPeering(timeouts)),
    ..NEW
}];

fn timeouts(doc: &Doc<'_, GatewayPeering>, report: &mut Report) {
    for (name, nat) in nats(doc) {
        for way in ["masquerade", "portForward"] {
            let Some(way) = nat.get(way) else { continue };
            let timeout = field(way, "idleTimeout");
            if let Some((text, span)) = timeout.set()
                && !is_duration(text)
            {
                report.at(
                    span,
                    format!("idleTimeout `{text}` of `{name}` is not a duration such as 2m0s"),
                );
            }
        }
    }
}

/// Tells whether Go's `time.ParseDuration` reads a text.
fn is_duration(text: &str) -> bool {
    let signed = text.strip_prefix(['-', '+']);
    let mut rest = signed.unwrap_or(text);
    if rest == "0" {
        return true;
    }
    if rest.is_empty() {
        return false;
    }
    let mut total: u128 = 0;
    while !rest.is_empty() {
        let (whole, after) = digits(rest);
        let (part, after) = match after.strip_prefix('.') {
            Some(after) => digits(after),
            None => ("", after),
        };
        if whole.is_empty() && part.is_empty() {
            return false;
        }
        let end = after
            .find(|c: char| c == '.' || c.is_ascii_digit())
            .unwrap_or(after.len());
        let (unit, after) = after.split_at(end);
        let Some(unit) = nanoseconds(unit) else {
            return false;
        };
        // What is longer than 292 years does not fit; a fraction adds less than one unit.
        let whole = if whole.is_empty() { "0" } else { whole };
        let Ok(whole) = whole.parse::<u64>() else {
            return false;
        };
        total += u128::from(whole) * u128::from(unit);
        if total > u128::from(u64::MAX >> 1) {
            return false;
        }
        rest = after;
    }
    true
}

fn digits(text: &str) -> (&str, &str) {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    text.split_at(end)
}

fn nanoseconds(unit: &str) -> Option<u64> {
    Some(match unit {
        "ns" => 1,
        "us" | "µs" | "μs" => 1_000,
        "ms" => 1_000_000,
        "s" => 1_000_000_000,
        "m" => 60_000_000_000,
        "h" => 3_600_000_000_000,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::is_duration;

    #[test]
    fn durations_are_read_as_go_reads_them() {
        for good in [
            "0",
            "2m0s",
            "90s",
            "1.5h",
            ".5s",
            "5.s",
            "-3s",
            "+3s",
            "1h2m3s4ms5us6ns",
            "2562047h",
            "0s",
        ] {
            assert!(is_duration(good), "{good}");
        }
        for bad in [
            "",
            "-",
            "5",
            "5 minutes",
            "5 m",
            "5M",
            "m",
            ".s",
            "5m ",
            "2562048h",
            "1d",
            "5m3",
            "99999999999999999999s",
        ] {
            assert!(!is_duration(bad), "{bad}");
        }
    }
}
