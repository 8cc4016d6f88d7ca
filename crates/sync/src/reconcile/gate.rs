//! The semantic gate: the whole tree that a plan would leave is judged, and what is wrong only there is blamed.

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashSet};

use hnp_model::fingerprint::fingerprints;
use hnp_model::{Finding, Severity, SourceFile};
use hnp_rules::{FileCheck, Role, Settings, check_file, check_tree};
use rayon::prelude::*;

use super::files::Files;
use super::works::Work;
use crate::fabric::FabricFiles;
use crate::ingest::tree::tree;

/// The tree as it is, judged when it is first asked for.
#[derive(Default)]
pub(super) struct Known(OnceCell<Before>);

struct Before {
    files: BTreeMap<String, (Role, Vec<u8>)>,
    checks: BTreeMap<String, FileCheck>,
    errors: HashSet<String>,
}

impl Known {
    /// Returns the errors that the tree after a plan has and the one before does not.
    pub(super) fn new_errors(
        &self,
        fabric: &FabricFiles<'_>,
        files: &Files,
        settings: &Settings,
    ) -> Vec<Finding> {
        if files.plan.is_empty() {
            return Vec::new();
        }
        let before = self.0.get_or_init(|| {
            let files = tree(fabric, None);
            let checks = check(&files, None, settings);
            let errors = fingerprints(&errors(&files, &checks, settings));
            Before {
                files,
                checks,
                errors: errors.into_iter().collect(),
            }
        });
        let after = tree(fabric, Some(&files.plan));
        let errors = errors(&after, &check(&after, Some(before), settings), settings);
        let prints = fingerprints(&errors);
        errors
            .into_iter()
            .zip(prints)
            .filter(|(_, print)| !before.errors.contains(print))
            .map(|(finding, _)| finding)
            .collect()
    }
}

/// Checks every file by itself; what did not change is known from before.
fn check(
    files: &BTreeMap<String, (Role, Vec<u8>)>,
    before: Option<&Before>,
    settings: &Settings,
) -> BTreeMap<String, FileCheck> {
    files
        .par_iter()
        .map(|(path, (role, bytes))| {
            let known = before.filter(|before| before.files.get(path) == files.get(path));
            let check = known.and_then(|before| before.checks.get(path)).cloned();
            let check = check.unwrap_or_else(|| {
                let file = SourceFile {
                    path: path.clone(),
                    bytes: bytes.clone(),
                };
                check_file(file, *role, settings)
            });
            (path.clone(), check)
        })
        .collect()
}

/// Returns all errors: of files by themselves, and of the tree as a whole.
fn errors(
    files: &BTreeMap<String, (Role, Vec<u8>)>,
    checks: &BTreeMap<String, FileCheck>,
    settings: &Settings,
) -> Vec<Finding> {
    let checks: Vec<FileCheck> = checks.values().cloned().collect();
    let texts = |_, path: &str| files.get(path).map(|(_, bytes)| bytes.clone());
    let (mut findings, _) = check_tree(&checks, settings, &texts);
    findings.extend(
        checks
            .iter()
            .flat_map(|check| check.findings.iter().cloned()),
    );
    hnp_rules::ignore::apply_to_change(&checks, &mut findings);
    findings.retain(|finding| finding.severity == Severity::Error);
    findings
}

/// Tells whether a finding is that something is referred to that is not there.
pub(super) fn is_dangling(finding: &Finding) -> bool {
    hnp_rules::catalogue::find(finding.code).is_some_and(|rule| rule.title.ends_with(" is missing"))
}

/// Says which of the changes bring an error: those whose file it names and deletions that it speaks of.
pub(super) fn blamed(finding: &Finding, works: &[Work], files: &Files) -> Vec<usize> {
    let named: HashSet<&str> = std::iter::once(&finding.place)
        .chain(finding.related.iter().map(|related| &related.place))
        .map(|place| place.file.as_str())
        .collect();
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
    pick(&|work| {
        let written = files.paths.get(&work.key).map(String::as_str);
        written.is_some_and(|path| named.contains(path)) || work.deletes() && spoken_of(work)
    })
}
