//! What admission asks of every resource, beside names and namespaces, which the reader of metadata judges.

use crate::catalogue::{Class, Family, NEW, Rule};
use crate::engine::{Check, Doc, Report};
use crate::schema::Release;

pub(crate) const FAMILY: Family = Family {
    title: "Any kind",
    about: "What Hedgehog's admission asks of resources of several kinds.",
    parts: &[RULES],
};

const RULES: &[Rule] = &[
    Rule {
        code: "META-01",
        title: "default namespace",
        what: "An absent or empty `metadata.namespace` becomes `default`.",
        why: "Both spellings are one resource, and hnp takes them for one.",
        fix: "Nothing to do.",
        class: Class::Default,
        check: Check::Never("the webhook fills it in; hnp does the same before it compares"),
        ..NEW
    },
    Rule {
        code: "META-06",
        title: "gateway kind without gateways",
        what: "A Gateway, GatewayGroup or GatewayPeering stands in a fabric whose settings say that gateways are off.",
        why: "The admission webhook refuses every gateway kind until the fabric is installed with gateways.",
        wrong: Some(
            "apiVersion: gateway.githedgehog.com/v1alpha1
kind: GatewayGroup
metadata:
  name: edge
spec: {}
",
        ),
        right: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: SwitchGroup
metadata:
  name: edge
spec: {}
",
        ),
        fix: "Take the resource out, or turn gateways on in the fabric and in `network` of the fabric in .hnp/config.toml.",
        upstream: Some("gateway support is not enabled"),
        releases: Some(
            "Before 26.01 gateways had an admission of their own, which knew no such switch.",
        ),
        class: Class::Webhook,
        since: Release::R26_01,
        check: Check::Any(gateways),
        ..NEW
    },
];

fn gateways(doc: &Doc<'_, ()>, report: &mut Report) {
    let judged = matches!(doc.info.kind, "Gateway" | "GatewayGroup" | "GatewayPeering");
    if judged && doc.settings.network.gateway == Some(false) {
        let kind = doc.manifest.value.entry("kind");
        let span = kind.map_or_else(|| doc.name_span(), |kind| kind.value.span());
        report.at(
            span,
            format!(
                "gateways are off in this fabric, so no {} is admitted",
                doc.info.kind
            ),
        );
    }
}
