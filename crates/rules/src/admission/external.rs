//! External: the catalogue's §6.

use hnp_yaml::Value;

use super::common::{Held, overlapping};
use crate::catalogue::{Class, Family, NEW, Rule};
use crate::engine::{Check, Doc, One, Report, Tree};
use crate::facts::{External, Field, Ipv4Namespace, text, texts};
use crate::net::Prefix;
use crate::schema::Release;

pub(crate) const FAMILY: Family = Family {
    title: "External",
    about: "Another network, which speaks BGP or is reached by static routes.",
    parts: &[RULES],
};

const RULES: &[Rule] = &[
    Rule {
        code: "EXT-01",
        title: "default namespace of an External",
        what: "An absent or empty `ipv4Namespace` becomes `default`.",
        why: "The resource in the cluster then differs from the file, which is no drift.",
        fix: "Nothing to do.",
        class: Class::Default,
        check: Check::Never("the webhook fills it in; hnp does the same before it compares"),
        ..NEW
    },
    Rule {
        code: "EXT-02",
        title: "External name too long",
        what: "The name of an External has more than 11 characters.",
        why: "It becomes part of names on the switches, which have no more room. The admission webhook refuses the External.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: External
metadata:
  name: provider-one
spec: {}
",
        ),
        right: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: External
metadata:
  name: provider-1
spec: {}
",
        ),
        fix: "Shorten the name to 11 characters, here and in all that refers to it.",
        releases: Some("Since 25.04."),
        class: Class::Webhook,
        since: Release::R25_04,
        check: Check::One(One::External(length)),
        ..NEW
    },
    Rule {
        code: "EXT-03",
        title: "BGP community of an External",
        what: "`inboundCommunity` or `outboundCommunity` is not two numbers from 0 to 65535 with a colon between them, without leading zeros.",
        why: "The admission webhook refuses the External. Communities of four octets and large ones are not supported.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: External
metadata:
  name: isp-1
spec:
  inboundCommunity: 65102:70000
  outboundCommunity: 50000:50001
",
        ),
        right: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: External
metadata:
  name: isp-1
spec:
  inboundCommunity: 65102:5000
  outboundCommunity: 50000:50001
",
        ),
        fix: "Write a community such as 65102:5000.",
        releases: Some("Before 26.02 both had to be there."),
        class: Class::Webhook,
        check: Check::One(One::External(communities)),
        ..NEW
    },
    Rule {
        code: "EXT-04",
        title: "static External",
        what: "An External with `static` has a BGP community, no prefix, one that is no prefix, or two that overlap. `0.0.0.0/0` overlaps every other.",
        why: "The admission webhook refuses the External.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: External
metadata:
  name: isp-1
spec:
  static:
    prefixes: [0.0.0.0/0, 203.0.113.0/24]
",
        ),
        right: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: External
metadata:
  name: isp-1
spec:
  static:
    prefixes: [0.0.0.0/0]
",
        ),
        fix: "List prefixes that do not overlap, and take the communities out.",
        class: Class::Webhook,
        since: Release::R26_01,
        check: Check::One(One::External(routes)),
        ..NEW
    },
    Rule {
        code: "EXT-05",
        title: "IPv4Namespace of an External is missing",
        what: "`ipv4Namespace` names one that is not there; absent means `default`.",
        why: "The admission webhook refuses the External.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: IPv4Namespace
metadata:
  name: lab
spec:
  subnets: [10.0.0.0/16]
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: External
metadata:
  name: isp-1
spec: {}
",
        ),
        right: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: IPv4Namespace
metadata:
  name: lab
spec:
  subnets: [10.0.0.0/16]
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: External
metadata:
  name: isp-1
spec:
  ipv4Namespace: lab
",
        ),
        fix: "Name an IPv4Namespace that is there.",
        class: Class::Cross,
        check: Check::Tree(namespace),
        ..NEW
    },
    Rule {
        code: "EXT-06",
        title: "External deleted while in use",
        what: "An External goes while attachments or peerings refer to it.",
        why: "The webhook refuses the deletion, except where only a GatewayPeering refers to it.",
        fix: "Take out what refers to it first.",
        class: Class::Update,
        check: Check::Never("TR-03 and TR-08 report it, and the rules of what refers to it"),
        ..NEW
    },
    Rule {
        code: "EXT-07",
        title: "External changed between BGP and static",
        what: "An External gains or loses `static` while attachments refer to it.",
        why: "Admission lets it through, and refuses the attachments the next time that they change. EXA-05 names the attachments, TR-07 the step.",
        fix: "Change the attachments with it.",
        class: Class::Gap,
        check: Check::Never("TR-07 reports the step, and EXA-05 the attachments that do not fit"),
        ..NEW
    },
];

fn length(doc: &Doc<'_, External>, report: &mut Report) {
    let name = doc.name();
    if name.len() > 11 {
        report.at(
            doc.name_span(),
            format!(
                "the name has {} characters; an External's has at most 11",
                name.len()
            ),
        );
    }
}

/// Tells whether a text is a community as admission reads it.
fn is_community(text: &str) -> bool {
    let half = |half: &str| {
        half.bytes().all(|b| b.is_ascii_digit())
            && (half == "0" || !half.starts_with('0'))
            && half.parse::<u16>().is_ok()
    };
    text.split_once(':')
        .is_some_and(|(a, b)| half(a) && half(b))
}

const COMMUNITIES: [&str; 2] = ["inboundCommunity", "outboundCommunity"];

fn field<'d>(doc: &Doc<'d, External>, key: &str) -> Field<crate::facts::Str> {
    let value = doc.spec().and_then(|spec: Value<'d>| spec.get(key));
    value.map_or(Field::Absent, text)
}

fn communities(doc: &Doc<'_, External>, report: &mut Report) {
    if doc.facts.is_static() {
        return;
    }
    for key in COMMUNITIES {
        let community = field(doc, key);
        if let Some((text, span)) = community.at() {
            if !is_community(text) {
                report.at(
                    span,
                    format!("`{text}` is not a BGP community such as 65102:5000"),
                );
            }
        } else if community.is_missing() && doc.settings.release < Release::R26_02 {
            report
                .at(
                    community.span_or(doc.spec_span()),
                    format!("the External has no `{key}`, which was required before 26.02"),
                )
                .field(format!("spec.{key}"));
        }
    }
}

fn routes(doc: &Doc<'_, External>, report: &mut Report) {
    let Some(key) = doc.facts.static_key else {
        return;
    };
    for name in COMMUNITIES {
        if let Some((_, span)) = field(doc, name).at() {
            report
                .at(
                    span,
                    format!("`{name}` is for BGP, and this External is static"),
                )
                .with(key, "static");
        }
    }
    let list = doc
        .spec()
        .and_then(|spec| spec.get("static"))
        .and_then(|routes| routes.entry("prefixes"));
    let prefixes = list.map(|list| texts(list.value)).unwrap_or_default();
    if list.is_none_or(|list| list.value.items().next().is_none()) {
        report
            .at(
                list.map_or(key, |list| list.key_span),
                "a static External needs at least one prefix",
            )
            .field("spec.static.prefixes");
    }
    let mut held = Vec::with_capacity(prefixes.len());
    for (owner, (text, span)) in (0u32..).zip(&prefixes) {
        match Prefix::parse(text) {
            Some(prefix) => held.push(Held {
                prefix,
                owner,
                spot: (*span).into(),
                context: false,
            }),
            None => {
                report.at(
                    *span,
                    format!("`{text}` is not a prefix such as 203.0.113.0/24"),
                );
            }
        }
    }
    overlapping(&held, |later, earlier| {
        report
            .at(
                later.spot,
                format!(
                    "{} overlaps {} of the same External",
                    later.prefix, earlier.prefix
                ),
            )
            .with(earlier.spot, format!("{} is here", earlier.prefix));
    });
}

fn namespace(tree: &Tree<'_>, report: &mut Report) {
    for external in tree.managed::<External>() {
        if let Some(name) = external.it.ipv4ns()
            && tree.find::<Ipv4Namespace>(name).is_missing()
        {
            let span = external.it.ipv4_namespace.span_or(external.facts.name_span);
            tree.dangling::<Ipv4Namespace>(report, external.spot(span), name);
        }
    }
}
