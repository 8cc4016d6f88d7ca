//! The whole tree that would result is judged; what brings an error stays as it is.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use hnp_model::fingerprint::fingerprints;
use hnp_model::{Finding, kind, manifests};
use hnp_rules::{Outside, Role, Settings};
use hnp_yaml::{Options, parse};

use super::unit::{How, Unit, Written};
use crate::fabric::FabricFiles;
use crate::ingest::tree::{errors, tree};
use crate::plan::Plan;

/// Returns the errors that a plan would add to a fabric.
pub(super) fn added(fabric: &FabricFiles<'_>, plan: &Plan, settings: &Settings) -> Vec<Finding> {
    if plan.is_empty() {
        return Vec::new();
    }
    let (before, after) = (tree(fabric, None), tree(fabric, Some(plan)));
    let settings = comparing(settings, [&before, &after]);
    let known: HashSet<String> = fingerprints(&errors(&before, &settings))
        .into_iter()
        .collect();
    let after = errors(&after, &settings);
    let prints = fingerprints(&after);
    after
        .into_iter()
        .zip(prints)
        .filter(|(_, print)| !known.contains(print))
        .map(|(finding, _)| finding)
        .collect()
}

/// A kind that one of the trees holds is not kept elsewhere in the other: who takes the last one away leaves references
/// dangling.
fn comparing(settings: &Settings, trees: [&BTreeMap<String, (Role, Vec<u8>)>; 2]) -> Settings {
    let mut settings = settings.clone();
    if settings.outside != Outside::Auto {
        return settings;
    }
    let mut present: HashSet<&'static str> = HashSet::new();
    for (_, bytes) in trees.iter().flat_map(|tree| tree.values()) {
        let stream = parse(
            bytes.clone(),
            &Options {
                limits: settings.limits,
                ..Options::default()
            },
        );
        for id in manifests(&stream).iter().filter_map(|found| found.id()) {
            present.extend(kind::find(&id.group, &id.kind).map(|info| info.kind));
        }
    }
    // Profiles that nobody wrote down are Hedgehog's own, unless the fabric admits others.
    let own_profiles = !settings.network.extra_switch_profiles;
    settings.outside = Outside::Kinds(
        kind::KINDS
            .iter()
            .map(|info| info.kind)
            .filter(|kind| !(present.contains(kind) || own_profiles && *kind == "SwitchProfile"))
            .map(str::to_owned)
            .collect(),
    );
    settings
}

/// Says which units bring an error: those whose files it names or whose resource it speaks of; where there is none of these,
/// those that take something away, and where there is none at all, every one.
pub(super) fn blamed(
    finding: &Finding,
    units: &BTreeMap<usize, Unit>,
    written: &Written,
) -> Vec<usize> {
    let named: BTreeSet<&str> = std::iter::once(&finding.place)
        .chain(finding.related.iter().map(|related| &related.place))
        .map(|place| place.file.as_str())
        .collect();
    let words: HashSet<&str> = finding
        .message
        .split(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '.')))
        .collect();
    let pick = |wanted: &dyn Fn(usize, &Unit) -> bool| -> Vec<usize> {
        units
            .iter()
            .filter(|(n, unit)| wanted(**n, unit))
            .map(|(n, _)| *n)
            .collect()
    };
    let speaks_of = |unit: &Unit| {
        unit.keys
            .iter()
            .any(|key| words.contains(key.rsplit('/').next().unwrap_or(key)))
    };
    let writes = |n: usize| {
        written
            .paths
            .get(&n)
            .is_some_and(|paths| paths.iter().any(|path| named.contains(path.as_str())))
    };
    let takes = |unit: &Unit| match &unit.how {
        How::Files(files) => files.values().any(Option::is_none),
        How::Value(_, value) => value.is_none(),
    };
    let first = pick(&|n, unit| writes(n) || takes(unit) && speaks_of(unit));
    if !first.is_empty() {
        return first;
    }
    let deletions = pick(&|_, unit| takes(unit));
    if !deletions.is_empty() {
        return deletions;
    }
    pick(&|_, _| true)
}
