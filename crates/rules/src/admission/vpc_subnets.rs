//! Subnets of VPCs as other resources name them.

use hnp_yaml::Span;

use crate::engine::{Entry, Report, Spot};
use crate::facts::Vpc;
use crate::schema::suggest;

/// Most subnets of a VPC that is admitted.
const MOST: usize = 20;

/// Tells whether a VPC lacks a subnet. One without subnets, or with too many, is VPC-10's to blame.
pub(super) fn lacks(vpc: Entry<'_, Vpc>, name: &str) -> bool {
    (1..=MOST).contains(&vpc.it.subnets.len()) && vpc.it.subnet(name).is_none()
}

/// Reports that a VPC lacks a subnet, with the one of the nearest name, or all that it has.
pub(super) fn report_lack(report: &mut Report, spot: Spot, vpc: Entry<'_, Vpc>, name: &str) {
    let subnets = &vpc.it.subnets;
    let names = || subnets.iter().map(|subnet| subnet.name.as_str());
    let near = suggest::nearest(name, names()).and_then(|near| vpc.it.subnet(near));
    let draft = report.at(spot, format!("VPC `{}` has no subnet `{name}`", vpc.name()));
    if let Some(near) = near {
        draft.with(vpc.spot(near.key), format!("`{}` is here", near.name));
        draft.help(format!("did you mean `{}`?", near.name));
        return;
    }
    let key: Span = vpc.it.subnets_key.unwrap_or(vpc.facts.name_span);
    draft.with(vpc.spot(key), "its subnets are here");
    let known: Vec<String> = names().map(|name| format!("`{name}`")).collect();
    draft.help(format!(
        "name one of its subnets, {}, or add this one to it",
        known.join(", ")
    ));
}
