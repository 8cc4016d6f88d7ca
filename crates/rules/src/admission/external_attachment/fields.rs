//! What an attachment must say, by BGP and with static routes.

use hnp_model::Severity;
use hnp_yaml::{Entry, Span};

use super::{of, part};
use crate::catalogue::{Class, NEW, Rule};
use crate::engine::{Check, Doc, One, Report};
use crate::facts::{ExternalAttachment, Field, Str, flag, number, text};
use crate::net::{Addr, Prefix};
use crate::schema::Release;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "EXA-01",
        title: "attachment without External or connection",
        what: "`external` or `connection` is absent or empty.",
        why: "The admission webhook refuses the attachment.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: ExternalAttachment
metadata:
  name: leaf-01--isp-1
spec:
  external: isp-1
  switch: { ip: 203.0.113.1/31 }
  neighbor: { asn: 64500, ip: 203.0.113.0 }
",
        ),
        right: Some(BGP),
        fix: "Name the External and the Connection.",
        class: Class::Webhook,
        check: Check::One(One::ExternalAttachment(required)),
        ..NEW
    },
    Rule {
        code: "EXA-02",
        title: "BGP session of an attachment",
        what: "An attachment without `static` has no `switch.ip` with a length, no `neighbor.ip`, or no `neighbor.asn`.",
        why: "The admission webhook refuses the attachment.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: ExternalAttachment
metadata:
  name: leaf-01--isp-1
spec:
  external: isp-1
  connection: leaf-01--external
  switch: { ip: 203.0.113.1 }
  neighbor: { asn: 64500, ip: 203.0.113.0 }
",
        ),
        right: Some(BGP),
        fix: "Write `switch.ip` with its length, such as 203.0.113.1/31, `neighbor.ip` without, and the neighbour's ASN.",
        upstream: Some("switch.ip is not a valid IP CIDR"),
        class: Class::Webhook,
        check: Check::One(One::ExternalAttachment(bgp)),
        ..NEW
    },
    Rule {
        code: "EXA-02-G",
        severity: Severity::Warning,
        title: "neighbour that the switch does not reach",
        what: "`neighbor.ip` lies outside the subnet of `switch.ip`, or is the switch's own address.",
        why: "Admission does not compare the two, and the BGP session never comes up.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: ExternalAttachment
metadata:
  name: leaf-01--isp-1
spec:
  external: isp-1
  connection: leaf-01--external
  switch: { ip: 203.0.113.1/31 }
  neighbor: { asn: 64500, ip: 203.0.113.2 }
",
        ),
        right: Some(BGP),
        fix: "Give both an address of one subnet.",
        class: Class::Gap,
        check: Check::One(One::ExternalAttachment(session)),
        ..NEW
    },
    Rule {
        code: "EXA-03",
        title: "static attachment",
        what: "An attachment with `static` has `switch` or `neighbor` fields set, a `remoteIP` that is no address, both or neither of `ip` and `proxy: true`, or an `ip` without length.",
        why: "The admission webhook refuses the attachment.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: ExternalAttachment
metadata:
  name: leaf-01--isp-1
spec:
  external: isp-1
  connection: leaf-01--external
  static:
    remoteIP: 203.0.113.0
    ip: 203.0.113.1/31
    proxy: true
",
        ),
        right: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: ExternalAttachment
metadata:
  name: leaf-01--isp-1
spec:
  external: isp-1
  connection: leaf-01--external
  static:
    remoteIP: 203.0.113.0
    ip: 203.0.113.1/31
",
        ),
        fix: "Write `remoteIP` and one of `ip` and `proxy` under `static`, and take `switch` and `neighbor` out.",
        upstream: Some(
            "either static.ip or static.proxy must be set for static external attachment",
        ),
        class: Class::Webhook,
        since: Release::R26_01,
        check: Check::One(One::ExternalAttachment(routes)),
        ..NEW
    },
    Rule {
        code: "EXA-10",
        title: "ExternalAttachment deleted",
        what: "An attachment goes while its External is peered with VPCs.",
        why: "The webhook lets it go; the VPCs lose that way out.",
        fix: "Nothing to do.",
        class: Class::Update,
        check: Check::Never("upstream lets it go, and nothing refers to an attachment"),
        ..NEW
    },
];

const BGP: &str = "apiVersion: vpc.githedgehog.com/v1beta1
kind: ExternalAttachment
metadata:
  name: leaf-01--isp-1
spec:
  external: isp-1
  connection: leaf-01--external
  switch: { ip: 203.0.113.1/31 }
  neighbor: { asn: 64500, ip: 203.0.113.0 }
";

fn required(doc: &Doc<'_, ExternalAttachment>, report: &mut Report) {
    for (field, key, word) in [
        (&doc.facts.external, "external", "External"),
        (&doc.facts.connection, "connection", "Connection"),
    ] {
        if field.is_missing() {
            report
                .at(
                    field.span_or(doc.spec_span()),
                    format!("the attachment names no {word}"),
                )
                .field(format!("spec.{key}"));
        }
    }
}

fn text_of(part: Option<Entry<'_>>, key: &str) -> Field<Str> {
    of(part, key).map_or(Field::Absent, text)
}

/// Returns where a part's key stands, or where the part should.
fn holder(doc: &Doc<'_, ExternalAttachment>, part: Option<Entry<'_>>) -> Span {
    part.map_or_else(|| doc.spec_span(), |part| part.key_span)
}

fn bgp(doc: &Doc<'_, ExternalAttachment>, report: &mut Report) {
    if doc.facts.is_static {
        return;
    }
    let (switch, neighbor) = (part(doc, "switch"), part(doc, "neighbor"));
    let switch_ip = &doc.facts.switch_ip;
    if switch_ip.is_missing() {
        report
            .at(
                switch_ip.span_or(holder(doc, switch)),
                "the switch has no address for the BGP session",
            )
            .field("spec.switch.ip");
    } else if let Some((text, span)) = switch_ip.at()
        && Prefix::parse_cidr(text).is_none()
    {
        report.at(
            span,
            format!("`{text}` is not an address with its length, such as 203.0.113.1/31"),
        );
    }
    let asn = of(neighbor, "asn").map_or(Field::Absent, number);
    if asn.is_absent() || asn.get() == Some(&0) {
        report
            .at(
                asn.span_or(holder(doc, neighbor)),
                "the neighbour has no ASN",
            )
            .field("spec.neighbor.asn");
    }
    let ip = text_of(neighbor, "ip");
    if ip.is_missing() {
        report
            .at(
                ip.span_or(holder(doc, neighbor)),
                "the neighbour has no address",
            )
            .field("spec.neighbor.ip");
    } else if let Some((text, span)) = ip.at()
        && Addr::parse(text).is_none()
    {
        report.at(span, format!("`{text}` is not an IP address"));
    }
}

fn session(doc: &Doc<'_, ExternalAttachment>, report: &mut Report) {
    if doc.facts.is_static {
        return;
    }
    let Some((text, switch_span)) = doc.facts.switch_ip.at() else {
        return;
    };
    let neighbor = text_of(part(doc, "neighbor"), "ip");
    let (Some(subnet), Some((text, span))) = (Prefix::parse_cidr(text), neighbor.at()) else {
        return;
    };
    let Some(ip) = Addr::parse(text) else { return };
    if ip == subnet.addr {
        report
            .at(span, format!("neighbour {ip} has the switch's own address"))
            .with(switch_span, "the switch's address");
    } else if !subnet.contains(ip) {
        report
            .at(
                span,
                format!("neighbour {ip} lies outside {}", subnet.masked()),
            )
            .with(switch_span, "the switch's address");
    }
}

fn routes(doc: &Doc<'_, ExternalAttachment>, report: &mut Report) {
    let Some(routes) = part(doc, "static").filter(|_| doc.facts.is_static) else {
        return;
    };
    for (key, fields) in [("switch", ["ip", "vlan"]), ("neighbor", ["asn", "ip"])] {
        for field in fields {
            let Some(value) = of(part(doc, key), field) else {
                continue;
            };
            let set = text(value).text().is_some() || number(value).get().is_some_and(|n| *n != 0);
            if set {
                report
                    .at(
                        value.span(),
                        format!("`{key}.{field}` is for BGP, and this attachment is static"),
                    )
                    .with(routes.key_span, "static");
            }
        }
    }
    let remote = text_of(Some(routes), "remoteIP");
    // Where it is absent the schema says so.
    if let Some((text, span)) = remote.set() {
        if text.is_empty() {
            report.at(span, "`remoteIP` is empty; it is the External's address");
        } else if Addr::parse(text).is_none() {
            report.at(span, format!("`{text}` is not an IP address"));
        }
    }
    let ip = text_of(Some(routes), "ip");
    let proxy = of(Some(routes), "proxy");
    let is_proxy = proxy.is_some_and(flag);
    match ip.at() {
        Some((text, span)) => {
            if let Some(proxy) = proxy.filter(|_| is_proxy) {
                report
                    .at(
                        proxy.span(),
                        "`static` has both `ip` and `proxy`; it must have one of them",
                    )
                    .with(span, "`ip` is here");
            }
            if Prefix::parse_cidr(text).is_none() {
                report.at(
                    span,
                    format!("`{text}` is not an address with its length, such as 203.0.113.1/31"),
                );
            }
        }
        None if ip.is_missing() && !is_proxy => {
            report
                .at(
                    ip.span_or(routes.key_span),
                    "`static` has neither `ip` nor `proxy: true`; it must have one of them",
                )
                .field("spec.static.ip");
        }
        None => {}
    }
}
