//! The tree that an ingestion would leave: what is wrong only there is blamed on the file that brought it.

use std::collections::{BTreeMap, HashMap, HashSet};

use hnp_model::fingerprint::fingerprints;
use hnp_model::{Finding, Place, Severity, SourceFile};
use hnp_rules::{FileCheck, Role, Settings, check_file, check_tree};
use rayon::prelude::*;

use super::Taken;
use super::read::Drop;
use crate::fabric::{FabricFiles, is_yaml, role};
use crate::plan::{FileOp, Plan};

/// A resource of a drop that the resulting tree refuses.
pub(super) struct Blame {
    /// Which drop.
    pub(super) drop: usize,
    /// Which of its candidates.
    pub(super) candidate: usize,
    /// Why, with its places in the dropped files.
    pub(super) finding: Finding,
}

/// Compares the tree before with the tree after, and returns the errors that the drops bring.
pub(super) fn blame(
    drops: &[Drop],
    taken: &[Vec<Taken>],
    plan: &Plan,
    fabric: &FabricFiles<'_>,
    settings: &Settings,
) -> Vec<Blame> {
    let written: HashMap<&str, (usize, usize)> = origins(drops, taken, fabric.name);
    if written.is_empty() {
        return Vec::new();
    }
    let before = tree(fabric, None);
    let after = tree(fabric, Some(plan));
    let known: HashSet<String> = fingerprints(&errors(&before, settings))
        .into_iter()
        .collect();
    let errors = errors(&after, settings);
    let prints = fingerprints(&errors);
    errors
        .into_iter()
        .zip(prints)
        .filter(|(_, print)| !known.contains(print))
        .filter_map(|(finding, _)| {
            let files = std::iter::once(&finding.place)
                .chain(finding.related.iter().map(|related| &related.place));
            let (drop, candidate) = files
                .filter_map(|place| written.get(place.file.as_str()))
                .copied()
                .next()?;
            Some(Blame {
                drop,
                candidate,
                finding: moved(finding, drops, &written),
            })
        })
        .collect()
}

/// Which candidate each file under `managed/` comes from.
fn origins<'t>(
    drops: &[Drop],
    taken: &'t [Vec<Taken>],
    fabric: &str,
) -> HashMap<&'t str, (usize, usize)> {
    let mut origins = HashMap::new();
    for (index, (drop, taken)) in drops.iter().zip(taken).enumerate() {
        let keys: HashMap<String, usize> = drop
            .candidates
            .iter()
            .enumerate()
            .map(|(n, candidate)| (candidate.id.key(fabric), n))
            .collect();
        for one in taken {
            if let Some(candidate) = keys.get(&one.key) {
                origins.insert(one.path.as_str(), (index, *candidate));
            }
        }
    }
    origins
}

/// Puts the places of a finding into the dropped files: those under `managed/` will not be there.
fn moved(mut finding: Finding, drops: &[Drop], written: &HashMap<&str, (usize, usize)>) -> Finding {
    let place = |place: &Place| match written.get(place.file.as_str()) {
        Some((drop, candidate)) => drops[*drop].candidates[*candidate].place.clone(),
        None => place.clone(),
    };
    finding.place = place(&finding.place);
    for related in &mut finding.related {
        related.place = place(&related.place);
    }
    finding.fix = None;
    finding
}

/// The managed files and their context, as they are or as a plan would leave them.
pub(crate) fn tree(
    fabric: &FabricFiles<'_>,
    plan: Option<&Plan>,
) -> BTreeMap<String, (Role, Vec<u8>)> {
    let mut files = BTreeMap::new();
    let of = |path: &str| {
        let (_, area) = fabric.area(path)?;
        role(area, path).filter(|role| *role != Role::Pending && is_yaml(path))
    };
    for file in &fabric.files {
        if let Some(role) = of(&file.path) {
            files.insert(file.path.clone(), (role, file.bytes.clone()));
        }
    }
    for op in plan.into_iter().flat_map(|plan| &plan.files) {
        match op {
            FileOp::Write { path, bytes, .. } => {
                if let Some(role) = of(path) {
                    files.insert(path.clone(), (role, bytes.clone()));
                }
            }
            FileOp::Move { from, to, .. } => {
                if let (Some((_, bytes)), Some(role)) = (files.remove(from), of(to)) {
                    files.insert(to.clone(), (role, bytes));
                }
            }
            FileOp::Remove { path, .. } => {
                files.remove(path);
            }
        }
    }
    files
}

pub(crate) fn errors(
    files: &BTreeMap<String, (Role, Vec<u8>)>,
    settings: &Settings,
) -> Vec<Finding> {
    let checks: Vec<FileCheck> = files
        .par_iter()
        .map(|(path, (role, bytes))| {
            let file = SourceFile {
                path: path.clone(),
                bytes: bytes.clone(),
            };
            check_file(file, *role, settings)
        })
        .collect();
    let texts = |_, path: &str| files.get(path).map(|(_, bytes)| bytes.clone());
    let (mut findings, _) = check_tree(&checks, settings, &texts);
    hnp_rules::ignore::apply_to_change(&checks, &mut findings);
    findings.retain(|finding| finding.severity == Severity::Error);
    findings
}
