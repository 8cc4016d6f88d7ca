//! How many workers a gateway has.

use crate::catalogue::{Class, NEW, Rule};
use crate::engine::{Check, Doc, One, Report};
use crate::facts::{Gateway, number};

pub(super) const RULES: &[Rule] = &[Rule {
    code: "GW-02",
    title: "number of workers",
    what: "`workers` is above 64; zero and absent mean 4. Of `logs.rateLimit` nothing can be wrong that the schema lets through: zeros are filled in.",
    why: "The admission webhook refuses the gateway.",
    wrong: Some(gateway!(
        "gateway-1",
        "  workers: 65
  interfaces:
    enp2s1: {}
"
    )),
    right: Some(gateway!(
        "gateway-1",
        "  workers: 64
  interfaces:
    enp2s1: {}
"
    )),
    fix: "Choose a number from 1 to 64, or leave it out.",
    upstream: Some("workers should be between 1 and 64"),
    class: Class::Webhook,
    check: Check::One(One::Gateway(workers)),
    ..NEW
}];

fn workers(doc: &Doc<'_, Gateway>, report: &mut Report) {
    let Some(value) = doc.spec().and_then(|spec| spec.get("workers")) else {
        return;
    };
    // What does not fit a uint8 is refused before admission counts, and the schema says so.
    if let Some((workers @ 65..=255, span)) = number(value).set() {
        report.at(span, format!("{workers} workers; a gateway has 1 to 64"));
    }
}
