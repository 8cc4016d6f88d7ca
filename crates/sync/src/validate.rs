//! Checks of a fabric: every file by itself in parallel, then all of them together.

use std::collections::{HashMap, HashSet};
use std::convert::Infallible;

use hnp_model::{Finding, SourceFile, finding, fingerprint::fingerprints};
use hnp_rules::engine::{Side, Texts};
use hnp_rules::{FileCheck, Role, Settings, check_change, check_file, check_tree, ignore};
use hnp_state::config::{Config, Level};
use rayon::prelude::*;

/// What a validation found.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Findings in the order in which they are shown.
    pub findings: Vec<Finding>,
    /// The checked files, sorted by path, with the text of those that have findings.
    pub files: Vec<FileCheck>,
    /// How many findings comments ignore.
    pub ignored: usize,
    /// How many findings only the whole tree shows, ignored ones and those of no severity too.
    pub of_tree: usize,
}

impl Outcome {
    /// Counts the documents that were judged.
    #[must_use]
    pub fn documents(&self) -> usize {
        self.judged().map(|file| file.documents).sum()
    }

    /// Counts the resources that were judged.
    #[must_use]
    pub fn resources(&self) -> usize {
        self.judged().map(|file| file.facts.len()).sum()
    }

    /// Returns the files that were judged; context is not.
    pub fn judged(&self) -> impl Iterator<Item = &FileCheck> {
        self.files.iter().filter(|file| file.role != Role::Context)
    }

    /// Returns the text of a file that findings point into.
    #[must_use]
    pub fn text(&self, path: &str) -> Option<&str> {
        let at = self
            .files
            .binary_search_by(|file| file.path.as_str().cmp(path))
            .ok()?;
        self.files[at].text.as_deref()
    }

    /// Takes another outcome in.
    pub fn join(&mut self, other: Self) {
        self.findings.extend(other.findings);
        finding::sort(&mut self.findings);
        self.ignored += other.ignored;
        self.of_tree += other.of_tree;
        self.files.extend(other.files);
        self.files.sort_by(|a, b| a.path.cmp(&b.path));
    }
}

/// Checks files as one tree.
#[must_use]
pub fn validate(files: Vec<(SourceFile, Role)>, settings: &Settings, config: &Config) -> Outcome {
    let roles = files
        .iter()
        .map(|(file, role)| (file.path.clone(), *role))
        .collect();
    let bytes: HashMap<String, Vec<u8>> = files
        .into_iter()
        .map(|(file, _)| (file.path, file.bytes))
        .collect();
    let read = |path: &str| Ok::<_, Infallible>(bytes.get(path).cloned().unwrap_or_default());
    match validate_with(roles, &read, settings, config) {
        Ok(outcome) => outcome,
        Err(never) => match never {},
    }
}

/// Reads and checks files as one tree; each is read by the thread that checks it, so that few are held at once.
///
/// # Errors
///
/// Fails where a file cannot be read.
pub fn validate_with<E: Send>(
    files: Vec<(String, Role)>,
    read: &(dyn Fn(&str) -> Result<Vec<u8>, E> + Sync),
    settings: &Settings,
    config: &Config,
) -> Result<Outcome, E> {
    let files: Result<Vec<FileCheck>, E> = files
        .into_par_iter()
        .map(|(path, role)| {
            let bytes = read(&path)?;
            Ok(check_file(SourceFile { path, bytes }, role, settings))
        })
        .collect();
    Ok(together(files?, settings, config, read))
}

/// Judges files that were checked one by one as one tree. `read` gives the text of a file that a finding points into.
pub fn together<E>(
    mut files: Vec<FileCheck>,
    settings: &Settings,
    config: &Config,
    read: &(dyn Fn(&str) -> Result<Vec<u8>, E> + Sync),
) -> Outcome {
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let mut findings: Vec<Finding> = files
        .iter_mut()
        .flat_map(|file| std::mem::take(&mut file.findings))
        .collect();
    let (of_tree, mut texts) = check_tree(&files, settings, &|side, path| match side {
        Side::New => read(path).ok(),
        Side::Old => None,
    });
    let count = of_tree.len();
    findings.extend(of_tree);
    for file in &mut files {
        if let Some(text) = texts.remove(&file.path) {
            file.text.get_or_insert(text);
        }
    }
    let ignored = if config.rules.ignore == Some(false) {
        0
    } else {
        ignore::apply(&files, &mut findings)
    };
    apply_levels(&mut findings, config);
    finding::sort(&mut findings);
    Outcome {
        findings,
        files,
        ignored,
        of_tree: count,
    }
}

/// Adds to the outcome of a tree what the step to it from another one does, and marks as old what that one had already.
/// What a step does is never old.
pub fn compare(
    before: &Outcome,
    after: &mut Outcome,
    settings: &Settings,
    config: &Config,
    texts: Texts<'_>,
) {
    mark_old(&mut after.findings, &before.findings);
    let (mut step, mut pointed) = check_change(&before.files, &after.files, settings, texts);
    if config.rules.ignore != Some(false) {
        ignore::apply_to_change(&after.files, &mut step);
    }
    apply_levels(&mut step, config);
    after.findings.extend(step);
    finding::sort(&mut after.findings);
    for file in &mut after.files {
        if let Some(text) = pointed.remove(&file.path) {
            file.text.get_or_insert(text);
        }
    }
}

/// Marks as old the findings that were there before, wherever they stand now.
pub fn mark_old(findings: &mut [Finding], before: &[Finding]) {
    let known: HashSet<String> = fingerprints(before).into_iter().collect();
    let prints = fingerprints(findings);
    for (finding, print) in findings.iter_mut().zip(prints) {
        finding.old |= known.contains(&print);
    }
}

/// Applies the severities that the configuration sets by code.
pub fn apply_levels(findings: &mut Vec<Finding>, config: &Config) {
    if config.rules.severity.is_empty() {
        return;
    }
    findings.retain_mut(|finding| match config.rules.severity.get(finding.code) {
        None => true,
        Some(Level::Off) => false,
        Some(level) => {
            if let Some(severity) = level.severity() {
                finding.severity = severity;
            }
            true
        }
    });
}
