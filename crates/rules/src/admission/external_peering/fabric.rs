//! The VPC and the External of a peering.

use hnp_model::Severity;

use crate::admission::common::repeated;
use crate::admission::vpc_subnets::{lacks, report_lack};
use crate::catalogue::{Class, NEW, Rule};
use crate::engine::{Check, Report, Tree};
use crate::facts::{External, ExternalPeering, Vpc};
use crate::schema::Release;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "EXP-04",
        title: "VPC or External of a peering is missing",
        what: "`permit` names a VPC or an External that is not there.",
        why: "The admission webhook refuses the peering.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: External
metadata:
  name: isp-1
spec: {}
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: ExternalPeering
metadata:
  name: vpc-1--isp-2
spec:
  permit:
    vpc: { name: vpc-1, subnets: [default] }
    external: { name: isp-2, prefixes: [{ prefix: 0.0.0.0/0 }] }
",
        ),
        right: Some(RIGHT),
        fix: "Name a VPC and an External that are there.",
        class: Class::Cross,
        check: Check::Tree(ends),
        ..NEW
    },
    Rule {
        code: "EXP-05",
        title: "VPC and External in different namespaces",
        what: "The VPC and the External have different IPv4Namespaces; absent means `default`.",
        why: "The admission webhook refuses the peering.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  ipv4Namespace: lab
  subnets:
    default:
      subnet: 10.1.0.0/24
      vlan: 1001
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: External
metadata:
  name: isp-1
spec: {}
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: ExternalPeering
metadata:
  name: vpc-1--isp-1
spec:
  permit:
    vpc: { name: vpc-1, subnets: [default] }
    external: { name: isp-1, prefixes: [{ prefix: 0.0.0.0/0 }] }
",
        ),
        right: Some(RIGHT),
        fix: "Put both in one IPv4Namespace.",
        releases: Some("Since 26.01."),
        class: Class::Cross,
        since: Release::R26_01,
        check: Check::Tree(namespace),
        ..NEW
    },
    Rule {
        code: "EXP-06",
        title: "subnet of a peering with an External is missing",
        what: "`permit.vpc.subnets` names one that the VPC does not have.",
        why: "The admission webhook refuses the peering.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    default:
      subnet: 10.1.0.0/24
      vlan: 1001
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: ExternalPeering
metadata:
  name: vpc-1--isp-1
spec:
  permit:
    vpc: { name: vpc-1, subnets: [web] }
    external: { name: isp-1, prefixes: [{ prefix: 0.0.0.0/0 }] }
",
        ),
        right: Some(RIGHT),
        fix: "Name subnets of the VPC.",
        class: Class::Cross,
        check: Check::Tree(subnets),
        ..NEW
    },
    Rule {
        code: "EXP-07",
        severity: Severity::Warning,
        title: "peering without effect, or twice",
        what: "A peering lists no subnet or no prefix, or two peerings are of the same VPC and External.",
        why: "Admission lets it through. Without subnets or prefixes nothing is permitted; of two, taking one out does not end the peering.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: ExternalPeering
metadata:
  name: vpc-1--isp-1
spec:
  permit:
    vpc: { name: vpc-1, subnets: [default] }
    external: { name: isp-1 }
",
        ),
        right: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: ExternalPeering
metadata:
  name: vpc-1--isp-1
spec:
  permit:
    vpc: { name: vpc-1, subnets: [default] }
    external: { name: isp-1, prefixes: [{ prefix: 0.0.0.0/0 }] }
",
        ),
        fix: "List the VPC's subnets and the External's prefixes, `0.0.0.0/0` for all, in one peering.",
        class: Class::Gap,
        check: Check::Tree(gaps),
        ..NEW
    },
];

/// A peering to which there is nothing to say.
const RIGHT: &str = "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    default:
      subnet: 10.1.0.0/24
      vlan: 1001
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: External
metadata:
  name: isp-1
spec: {}
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: ExternalPeering
metadata:
  name: vpc-1--isp-1
spec:
  permit:
    vpc: { name: vpc-1, subnets: [default] }
    external: { name: isp-1, prefixes: [{ prefix: 0.0.0.0/0 }] }
";

fn ends(tree: &Tree<'_>, report: &mut Report) {
    for peering in tree.managed::<ExternalPeering>() {
        if let Some((name, span)) = peering.it.vpc.at()
            && tree.find::<Vpc>(name).is_missing()
        {
            tree.dangling::<Vpc>(report, peering.spot(span), name);
        }
        if let Some((name, span)) = peering.it.external.at()
            && tree.find::<External>(name).is_missing()
        {
            tree.dangling::<External>(report, peering.spot(span), name);
        }
    }
}

fn namespace(tree: &Tree<'_>, report: &mut Report) {
    for peering in tree.managed::<ExternalPeering>() {
        let (Some(vpc), Some((external, span))) = (peering.it.vpc.text(), peering.it.external.at())
        else {
            continue;
        };
        let (Some(vpc), Some(external)) = (
            tree.find::<Vpc>(vpc).found(),
            tree.find::<External>(external).found(),
        ) else {
            continue;
        };
        let (Some(ours), Some(theirs)) = (vpc.it.ipv4ns(), external.it.ipv4ns()) else {
            continue;
        };
        if ours != theirs {
            let of_vpc = vpc.it.ipv4_namespace.span_or(vpc.facts.name_span);
            let of_external = &external.it.ipv4_namespace;
            report
                .at(
                    peering.spot(span),
                    format!(
                        "External `{}` is in IPv4Namespace `{theirs}`, VPC `{}` in `{ours}`",
                        external.name(),
                        vpc.name()
                    ),
                )
                .with(
                    external.spot(of_external.span_or(external.facts.name_span)),
                    "the External",
                )
                .with(vpc.spot(of_vpc), "the VPC");
        }
    }
}

fn subnets(tree: &Tree<'_>, report: &mut Report) {
    for peering in tree.managed::<ExternalPeering>() {
        let Some(vpc) = peering.it.vpc.text() else {
            continue;
        };
        let Some(vpc) = tree.find::<Vpc>(vpc).found() else {
            continue;
        };
        for (name, span) in &peering.it.subnets {
            if lacks(vpc, name) {
                report_lack(report, peering.spot(*span), vpc, name);
            }
        }
    }
}

fn gaps(tree: &Tree<'_>, report: &mut Report) {
    for peering in tree.managed::<ExternalPeering>() {
        // Without names EXP-02 has said enough.
        let (Some((_, vpc)), Some((_, external))) = (peering.it.vpc.at(), peering.it.external.at())
        else {
            continue;
        };
        if peering.it.subnets.is_empty() {
            report
                .at(
                    peering.spot(vpc),
                    "the peering lists no subnet of the VPC, so it permits nothing",
                )
                .field("spec.permit.vpc.subnets");
        }
        if peering.it.prefixes == 0 {
            report
                .at(
                    peering.spot(external),
                    "the peering lists no prefix of the External, so it permits nothing",
                )
                .field("spec.permit.external.prefixes");
        }
    }
    let all = tree.all::<ExternalPeering>().filter_map(|peering| {
        let key = (peering.it.vpc.text()?, peering.it.external.text()?);
        Some((key, peering))
    });
    repeated(all, |later, first| {
        let (vpc, external) = (later.it.vpc.text(), later.it.external.text());
        report
            .at(
                later.name_spot(),
                format!(
                    "VPC `{}` and External `{}` are peered by ExternalPeering `{}` already",
                    vpc.unwrap_or_default(),
                    external.unwrap_or_default(),
                    first.name()
                ),
            )
            .with(first.name_spot(), format!("`{}` is here", first.name()));
    });
}
