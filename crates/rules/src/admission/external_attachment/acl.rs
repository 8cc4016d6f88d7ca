//! The list of packets that an attachment lets in.

use hnp_yaml::{Kind, Value};

use super::{of, part};
use crate::admission::common::repeated;
use crate::catalogue::{Class, NEW, Rule};
use crate::engine::{Check, Doc, One, Report};
use crate::facts::{ExternalAttachment, Field, flag, number, text};
use crate::net::Prefix;
use crate::schema::{Release, suggest};

pub(super) const RULES: &[Rule] = &[Rule {
    code: "EXA-09",
    title: "statement of an inbound ACL",
    what: "A statement has a `seq` below 10 or one that another has; an `action` other than permit, deny, discard and transit; a `protocol` other than ip, tcp, udp and icmp; a prefix that is neither `any` nor a prefix; TCP flags without tcp, `established` beside other flags, or a flag beside its opposite; an ICMP type or code without icmp; or ports without tcp or udp, or not in order, both given.",
    why: "The admission webhook refuses the attachment.",
    wrong: Some(
        "apiVersion: vpc.githedgehog.com/v1beta1
kind: ExternalAttachment
metadata:
  name: leaf-01--isp-1
spec:
  external: isp-1
  connection: leaf-01--external
  switch: { ip: 203.0.113.1/31 }
  neighbor: { asn: 64500, ip: 203.0.113.0 }
  inboundACL:
    statements:
    - seq: 10
      action: permit
      protocol: tcp
      srcPrefix: any
      dstPrefix: 10.1.0.0/24
      portRangeBegin: 443
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
  switch: { ip: 203.0.113.1/31 }
  neighbor: { asn: 64500, ip: 203.0.113.0 }
  inboundACL:
    statements:
    - seq: 10
      action: permit
      protocol: tcp
      srcPrefix: any
      dstPrefix: 10.1.0.0/24
      portRangeBegin: 443
      portRangeEnd: 443
",
    ),
    fix: "Mend the statement as the message says.",
    upstream: Some("portRangeBegin must be <= portRangeEnd in statement 10"),
    releases: Some("Since 26.02."),
    class: Class::Webhook,
    since: Release::R26_02,
    check: Check::One(One::ExternalAttachment(statements)),
    ..NEW
}];

const ACTIONS: [&str; 4] = ["permit", "deny", "discard", "transit"];
const PROTOCOLS: [&str; 4] = ["ip", "tcp", "udp", "icmp"];
const FLAGS: [(&str, &str); 6] = [
    ("fin", "notFin"),
    ("syn", "notSyn"),
    ("rst", "notRst"),
    ("psh", "notPsh"),
    ("ack", "notAck"),
    ("urg", "notUrg"),
];

fn statements(doc: &Doc<'_, ExternalAttachment>, report: &mut Report) {
    let Some(list) = of(part(doc, "inboundACL"), "statements") else {
        return;
    };
    let all = || list.items().filter(|item| item.kind() == Kind::Map);
    for statement in all() {
        sequence(statement, report);
        word(statement, "action", &ACTIONS, report);
        word(statement, "protocol", &PROTOCOLS, report);
        prefixes(statement, report);
        flags(statement, report);
        icmp(statement, report);
        ports(statement, report);
    }
    let numbered = all().filter_map(|statement| {
        let (seq, span) = statement.get("seq").map(number)?.into_set()?;
        Some((seq, (seq, span)))
    });
    repeated(numbered, |(seq, span), (_, first)| {
        report
            .at(span, format!("two statements have number {seq}"))
            .with(*first, "the first is here");
    });
}

fn sequence(statement: Value<'_>, report: &mut Report) {
    let seq = statement.get("seq").map_or(Field::Absent, number);
    // Below zero it does not fit its type, which the schema says; where it is absent likewise.
    if let Some((seq @ 0..10, span)) = seq.into_set() {
        report.at(
            span,
            format!("number {seq} is below 10, which is kept for the fabric's own statements"),
        );
    }
}

fn word(statement: Value<'_>, key: &str, known: &[&'static str], report: &mut Report) {
    let word = statement.get(key).map_or(Field::Absent, text);
    let Some((text, span)) = word.set() else {
        return;
    };
    if known.contains(&text.as_str()) {
        return;
    }
    let draft = report.at(
        span,
        format!("there is no {key} `{text}`; there are {}", known.join(", ")),
    );
    if let Some(near) = suggest::nearest(text, known.iter().copied()) {
        draft.help(format!("did you mean `{near}`?"));
    }
}

fn prefixes(statement: Value<'_>, report: &mut Report) {
    for key in ["srcPrefix", "dstPrefix"] {
        let prefix = statement.get(key).map_or(Field::Absent, text);
        if let Some((text, span)) = prefix.set()
            && text != "any"
            && Prefix::parse_cidr(text).is_none()
        {
            report.at(
                span,
                format!("`{text}` is neither `any` nor a prefix such as 10.1.0.0/24"),
            );
        }
    }
}

/// Tells whether the protocol is one that is known and none of these; a wrong one is said already.
fn is_other(statement: Value<'_>, wanted: &[&str]) -> bool {
    let protocol = statement.get("protocol").map_or(Field::Absent, text);
    protocol
        .text()
        .is_some_and(|text| PROTOCOLS.contains(&text) && !wanted.contains(&text))
}

fn flags(statement: Value<'_>, report: &mut Report) {
    let Some(filters) = statement
        .entry("tcpFilters")
        .filter(|entry| entry.value.kind() == Kind::Map)
    else {
        return;
    };
    if is_other(statement, &["tcp"]) {
        report.at(
            filters.key_span,
            "`tcpFilters` needs protocol tcp, and this statement has another",
        );
    }
    let on = |key: &str| filters.value.entry(key).filter(|entry| flag(entry.value));
    if let Some(established) = on("established") {
        let mut others = FLAGS.iter().flat_map(|(flag, not)| [*flag, *not]);
        if let Some((other, entry)) = others.find_map(|other| Some((other, on(other)?))) {
            report
                .at(
                    established.key_span,
                    format!("`established` stands alone, and here `{other}` is on too"),
                )
                .with(entry.key_span, format!("`{other}`"));
        }
    }
    for (flag, not) in FLAGS {
        if let (Some(flagged), Some(negated)) = (on(flag), on(not)) {
            report
                .at(
                    negated.key_span,
                    format!("`{flag}` and `{not}` contradict each other"),
                )
                .with(flagged.key_span, format!("`{flag}`"));
        }
    }
}

fn icmp(statement: Value<'_>, report: &mut Report) {
    if !is_other(statement, &["icmp"]) {
        return;
    }
    for key in ["icmpType", "icmpCode"] {
        if let Some(entry) = statement.entry(key).filter(|entry| !entry.value.is_null()) {
            report.at(
                entry.key_span,
                format!("`{key}` needs protocol icmp, and this statement has another"),
            );
        }
    }
}

fn ports(statement: Value<'_>, report: &mut Report) {
    let read = |key| {
        let entry = statement.entry(key);
        match entry.map_or(Field::Absent, |entry| number(entry.value)) {
            Field::Absent => Some((0, None)),
            Field::Set(port @ 0..=0xffff, span) => Some((port, Some(span))),
            // What does not fit the field's type is the schema's to say.
            _ => None,
        }
    };
    let (Some((begin, begin_span)), Some((end, end_span))) =
        (read("portRangeBegin"), read("portRangeEnd"))
    else {
        return;
    };
    if begin == 0 && end == 0 {
        return;
    }
    let span = if begin > 0 { begin_span } else { end_span };
    let span = span.unwrap_or(statement.span());
    if is_other(statement, &["tcp", "udp"]) {
        report.at(
            span,
            "ports need protocol tcp or udp, and this statement has another",
        );
    }
    if begin == 0 {
        report.at(
            span,
            format!("the ports end at {end}, and `portRangeBegin` is not there; it is at least 1"),
        );
    } else if end == 0 {
        report
            .at(
                span,
                format!("the ports begin at {begin}, and `portRangeEnd` is not there"),
            )
            .help(format!("for one port write `portRangeEnd: {begin}` too"));
    } else if begin > end {
        report.at(span, format!("the ports begin at {begin} and end at {end}"));
    }
}
