//! VLANs and addresses of attachments, each by itself and among those of one connection or switch.

use std::collections::{BTreeMap, HashMap};

use hnp_model::Severity;

use crate::admission::common::{Held, overlapping, repeated};
use crate::catalogue::{Class, NEW, Rule};
use crate::engine::{Check, Entry, Report, Tree};
use crate::facts::{Connection, External, ExternalAttachment, Field};
use crate::net::Prefix;
use crate::schema::Release;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "EXA-07",
        title: "VLAN twice on an External's connection",
        what: "Two attachments of one connection have the same VLAN. None at all counts as VLAN 0, so only one can be untagged.",
        why: "The admission webhook refuses the second.",
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
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: ExternalAttachment
metadata:
  name: leaf-01--isp-2
spec:
  external: isp-2
  connection: leaf-01--external
  switch: { ip: 203.0.113.3/31 }
  neighbor: { asn: 64501, ip: 203.0.113.2 }
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
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: ExternalAttachment
metadata:
  name: leaf-01--isp-2
spec:
  external: isp-2
  connection: leaf-01--external
  switch: { ip: 203.0.113.3/31, vlan: 100 }
  neighbor: { asn: 64501, ip: 203.0.113.2 }
",
        ),
        fix: "Give each its own VLAN, or its own connection.",
        releases: Some("Since 26.01."),
        class: Class::Cross,
        since: Release::R26_01,
        check: Check::Tree(twice),
        ..NEW
    },
    Rule {
        code: "EXA-08",
        severity: Severity::Warning,
        title: "VLAN or address of an attachment",
        what: "The VLAN is beyond 4094, or one that the fabric keeps for VPCs' routed interfaces; or the switch's address shares a subnet with that of another attachment on the same switch, in the same IPv4Namespace.",
        why: "Admission does not look at it, and the switch cannot apply it.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: ExternalAttachment
metadata:
  name: leaf-01--isp-1
spec:
  external: isp-1
  connection: leaf-01--external
  switch: { ip: 203.0.113.1/31, vlan: 4095 }
  neighbor: { asn: 64500, ip: 203.0.113.0 }
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
  switch: { ip: 203.0.113.1/31, vlan: 100 }
  neighbor: { asn: 64500, ip: 203.0.113.0 }
",
        ),
        fix: "Choose another VLAN or another subnet.",
        class: Class::Gap,
        check: Check::Tree(gaps),
        ..NEW
    },
];

fn twice(tree: &Tree<'_>, report: &mut Report) {
    let all = tree.all::<ExternalAttachment>().filter_map(|attachment| {
        let vlan = match &attachment.it.vlan {
            Field::Absent => 0,
            Field::Set(vlan, _) => *vlan,
            Field::Wrong(_) => return None,
        };
        Some(((attachment.it.connection.text()?, vlan), attachment))
    });
    repeated(all, |later, first| {
        let connection = later.it.connection.text().unwrap_or_default();
        let vlan = match later.it.vlan.get() {
            None | Some(0) => "no VLAN".to_owned(),
            Some(vlan) => format!("VLAN {vlan}"),
        };
        report
            .at(
                vlan_spot(later),
                format!(
                    "ExternalAttachment `{}` has {vlan} on Connection `{connection}` too",
                    first.name()
                ),
            )
            .with(vlan_spot(*first), format!("`{}` is here", first.name()));
    });
}

/// Returns where the VLAN stands, or the connection where there is none.
fn vlan_spot(attachment: Entry<'_, ExternalAttachment>) -> crate::engine::Spot {
    let name = attachment.facts.name_span;
    let connection = attachment.it.connection.span_or(name);
    attachment.spot(attachment.it.vlan.span_or(connection))
}

fn gaps(tree: &Tree<'_>, report: &mut Report) {
    vlans(tree, report);
    subnets(tree, report);
}

fn vlans(tree: &Tree<'_>, report: &mut Report) {
    for attachment in tree.managed::<ExternalAttachment>() {
        let Some(vlan) = attachment
            .it
            .vlan
            .get()
            .and_then(|n| u16::try_from(*n).ok())
        else {
            continue;
        };
        let spot = vlan_spot(attachment);
        let kept = &tree.settings.network.irb_vlans;
        if vlan > 4094 {
            report.at(spot, format!("{vlan} is no VLAN: they are from 1 to 4094"));
        } else if let Some(range) = kept.iter().find(|range| range.contains(vlan)) {
            report.at(
                spot,
                format!("VLAN {vlan} is one of {range}, which the fabric keeps for VPCs' routed interfaces"),
            );
        }
    }
}

/// A switch by its name, and a namespace, where that is known.
type Place<'f> = (&'f str, Option<&'f str>);

fn subnets(tree: &Tree<'_>, report: &mut Report) {
    // Most trees have few attachments, each on a switch and in a namespace of its own.
    let all: Vec<_> = tree.all::<ExternalAttachment>().collect();
    let mut by_place: BTreeMap<Place<'_>, Vec<Held>> = BTreeMap::new();
    let mut namespaces: HashMap<&str, Option<&str>> = HashMap::new();
    for (owner, attachment) in (0u32..).zip(&all) {
        let (Some((text, span)), Some(connection), Some(external)) = (
            attachment.it.address.at(),
            attachment.it.connection.text(),
            attachment.it.external.text(),
        ) else {
            continue;
        };
        let Some(prefix) = Prefix::parse_cidr(text) else {
            continue;
        };
        let Some(connection) = tree.find::<Connection>(connection).found() else {
            continue;
        };
        let namespace = *namespaces.entry(external).or_insert_with(|| {
            let external = tree.find::<External>(external).found()?;
            external.it.ipv4ns()
        });
        for switch in connection.it.switches() {
            by_place.entry((switch, namespace)).or_default().push(Held {
                prefix,
                owner,
                spot: attachment.spot(span),
                context: attachment.context,
            });
        }
    }
    for ((switch, _), held) in by_place.iter().filter(|(_, held)| held.len() > 1) {
        overlapping(held, |later, earlier| {
            let other = all.get(earlier.owner as usize).map_or("", |a| a.name());
            report
                .at(
                    later.spot,
                    format!(
                        "{} shares a subnet with {} of ExternalAttachment `{other}` on switch `{switch}`",
                        later.prefix, earlier.prefix
                    ),
                )
                .with(earlier.spot, format!("`{other}` is here"));
        });
    }
}
