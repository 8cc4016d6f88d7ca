//! Ports, forwarded and matched.

use super::{field, maps, nats};
use crate::catalogue::{Class, NEW, Rule};
use crate::engine::{Check, Doc, One, Report};
use crate::facts::{Field, GatewayPeering, Str};

pub(super) const RULES: &[Rule] = &[Rule {
    code: "GWP-05",
    title: "forwarded ports",
    what: "`portForward` has no port; or `port` or `as` is missing or is neither a port nor a range such as 8000-8099, from 1 to 65535.",
    why: "The admission webhook refuses the peering.",
    wrong: Some(peering!(
        "  peering:
    vpc-1:
      expose:
      - ips: [{ cidr: 10.1.0.7/32 }]
        as: [{ cidr: 192.168.1.7/32 }]
        nat:
          portForward:
            ports: [{ proto: tcp, port: \"80,443\", as: \"8080\" }]
    vpc-2:
      expose:
      - ips: [{ cidr: 10.2.0.0/24 }]
"
    )),
    right: Some(peering!(
        "  peering:
    vpc-1:
      expose:
      - ips: [{ cidr: 10.1.0.7/32 }]
        as: [{ cidr: 192.168.1.7/32 }]
        nat:
          portForward:
            ports: [{ proto: tcp, port: \"80\", as: \"8080\" }]
    vpc-2:
      expose:
      - ips: [{ cidr: 10.2.0.0/24 }]
"
    )),
    fix: "Write one port or one range an entry, in quotes.",
    upstream: Some("invalid port \"80,443\": should be a single port or range"),
    class: Class::Webhook,
    check: Check::One(One::GatewayPeering(forwarded)),
    ..NEW
}];

fn forwarded(doc: &Doc<'_, GatewayPeering>, report: &mut Report) {
    for (name, nat) in nats(doc) {
        let Some(forward) = nat
            .entry("portForward")
            .filter(|forward| forward.value.kind() == hnp_yaml::Kind::Map)
        else {
            continue;
        };
        let ports = forward.value.entry("ports");
        let none = ports.is_none_or(|ports| {
            ports.value.is_null()
                || ports.value.kind() == hnp_yaml::Kind::Seq && ports.value.items().next().is_none()
        });
        if none {
            report.at(
                ports.map_or(forward.key_span, |ports| ports.key_span),
                format!("`portForward` of `{name}` forwards no port"),
            );
        }
        for entry in maps(forward.value, "ports") {
            for key in ["port", "as"] {
                let port = field(entry, key);
                if port.is_missing() {
                    report.at(
                        port.span_or(entry.span()),
                        format!("a forwarded port of `{name}` has no `{key}`"),
                    );
                }
                judge(
                    &port,
                    &format!("`{key}` of a forwarded port of `{name}`"),
                    report,
                );
            }
        }
    }
}

/// Reports a text that is not a port or a range of ports; an empty one is left to others.
pub(super) fn judge(port: &Field<Str>, of: &str, report: &mut Report) {
    if let Some((text, span)) = port.at()
        && let Some(fault) = fault(text)
    {
        report.at(span, format!("`{text}`, {of}, {fault}"));
    }
}

/// What is wrong with a text that should be a port or a range of ports.
fn fault(text: &str) -> Option<&'static str> {
    if text.trim() != text {
        return Some("has a blank at an end");
    }
    if text.contains(',') {
        return Some("is more than one port or range");
    }
    let Some((start, end)) = text.split_once('-') else {
        return number(text).err();
    };
    if end.contains('-') {
        return Some("is not a range such as 8000-8099");
    }
    let (start, end) = (start.trim(), end.trim());
    if start.is_empty() || end.is_empty() {
        return Some("is a range without an end");
    }
    match (number(start), number(end)) {
        (Err(fault), _) | (_, Err(fault)) => Some(fault),
        (Ok(start), Ok(end)) => (start > end).then_some("is a range whose start is above its end"),
    }
}

/// Reads a number as Go's `Atoi` does: a sign and leading zeros are taken.
fn number(text: &str) -> Result<i64, &'static str> {
    match text.parse() {
        Ok(port @ 1..=65535) => Ok(port),
        Ok(_) => Err("is not from 1 to 65535"),
        Err(_) => Err("is not a number"),
    }
}

#[cfg(test)]
mod tests {
    use super::fault;

    #[test]
    fn ports_are_read_as_admission_reads_them() {
        for good in [
            "1", "65535", "080", "+80", "80-80", "80-90", "80 - 90", "1-65535",
        ] {
            assert_eq!(fault(good), None, "{good}");
        }
        for bad in [
            "0",
            "65536",
            "80-79",
            "80-",
            "-80",
            "0-80",
            "1-65536",
            " 80",
            "80 ",
            "80,81",
            "80-90,91",
            "a",
            "80-90-100",
            "8_0",
            "0x50",
            "99999999999999999999",
            "1-99999999999999999999",
            "-",
            "+",
            "8 0",
            "٨٠",
        ] {
            assert!(fault(bad).is_some(), "{bad}");
        }
    }
}
