//! The semantic gate: the whole tree that a plan would leave is judged, and what is wrong only there is blamed.

use std::collections::HashSet;

use hnp_model::Finding;
use hnp_model::fingerprint::fingerprints;
use hnp_rules::Settings;

use super::decide::Change;
use super::files::Files;
use super::works::Work;
use crate::fabric::FabricFiles;
use crate::ingest::tree::{errors, tree};

/// Returns the errors that the tree after a plan has and the one before does not.
pub(super) fn new_errors(
    fabric: &FabricFiles<'_>,
    files: &Files,
    settings: &Settings,
) -> Vec<Finding> {
    if files.plan.is_empty() {
        return Vec::new();
    }
    let known: HashSet<String> = fingerprints(&errors(&tree(fabric, None), settings))
        .into_iter()
        .collect();
    let after = errors(&tree(fabric, Some(&files.plan)), settings);
    let prints = fingerprints(&after);
    after
        .into_iter()
        .zip(prints)
        .filter(|(_, print)| !known.contains(print))
        .map(|(finding, _)| finding)
        .collect()
}

/// Says which of the changes bring an error: those whose file it names and deletions that it speaks of; where there is none
/// of these, every deletion; and where there is none at all, every change of Git.
pub(super) fn blamed(finding: &Finding, works: &[Work], files: &Files) -> Vec<usize> {
    let named: HashSet<&str> = std::iter::once(&finding.place)
        .chain(finding.related.iter().map(|related| &related.place))
        .map(|place| place.file.as_str())
        .collect();
    let going = |work: &Work| work.git == Change::Delete || work.gui == Change::Delete;
    let pick = |wanted: &dyn Fn(&Work) -> bool| -> Vec<usize> {
        works
            .iter()
            .enumerate()
            .filter(|(_, work)| work.is_going() && wanted(work))
            .map(|(n, _)| n)
            .collect()
    };
    let spoken_of = |work: &Work| {
        finding
            .message
            .split(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '.')))
            .any(|word| word == work.id.name)
    };
    let first = pick(&|work| {
        let written = files.paths.get(&work.key).map(String::as_str);
        written.is_some_and(|path| named.contains(path)) || going(work) && spoken_of(work)
    });
    if !first.is_empty() {
        return first;
    }
    let deletions = pick(&going);
    if !deletions.is_empty() {
        return deletions;
    }
    pick(&|work| work.git != Change::Keep)
}
