//! Ingestion: what waits in `raw/` becomes one resource a file under `managed/`.
//!
//! The stages are discovery (`discover`), validation and classification (`read`), processing (`settle`) and
//! archive (`archive`). Together they make one [`Plan`]; nothing is written here.

mod archive;
mod discover;
mod pieces;
mod read;
mod report;
mod settle;
pub(crate) mod tree;

use hnp_model::{Finding, SourceFile, finding};
use hnp_rules::Settings;
use hnp_state::config::Config;
use hnp_state::state_file::State;

use crate::fabric::FabricFiles;
use crate::plan::Plan;

pub use pieces::{Piece, cut};
pub use report::FileReport;
pub use settle::document_bytes;

/// How to ingest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// A file with one bad document is refused whole.
    pub strict: bool,
    /// What was taken in moves to `raw/processed/`, what was refused to `raw/errors/`.
    pub archive: bool,
    /// A resource that exists with another value is changed in place instead of refused.
    pub update: bool,
    /// Files in `raw/errors/` are tried again.
    pub retry: bool,
    /// Only files that match one of these; empty means those of the configuration.
    pub patterns: Vec<String>,
}

/// What became of one resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The resource, as people name it.
    pub resource: String,
    /// Its key in the state and the ledger.
    pub key: String,
    /// Its file.
    pub path: String,
    /// What happened.
    pub how: How,
}

/// What happened to a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// It is new.
    Created,
    /// It existed and changed.
    Updated,
    /// It existed with the same value, or stood in the drop twice.
    Unchanged,
}

/// What became of one dropped file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileOutcome {
    /// The file.
    pub path: String,
    /// What became of it.
    pub status: Status,
    /// Where it went.
    pub moved_to: Option<String>,
    /// Documents in it that hold something.
    pub documents: usize,
    /// Resources in it, taken or refused.
    pub resources: usize,
    /// Its resources.
    pub taken: Vec<Taken>,
}

/// What became of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Every document was taken.
    Processed,
    /// Some documents were taken, the others refused.
    Partial,
    /// Nothing was taken.
    Refused,
}

/// The whole outcome.
#[derive(Clone, Debug)]
pub struct Ingestion {
    /// What to do.
    pub plan: Plan,
    /// What became of each file, by path.
    pub files: Vec<FileOutcome>,
    /// Everything found on the way, in the order in which it is shown.
    pub findings: Vec<Finding>,
    /// Texts of the files that findings point into.
    pub texts: Vec<(String, String)>,
    /// The state afterwards.
    pub state: State,
}

impl Ingestion {
    /// Counts resources by what happened to them.
    #[must_use]
    pub fn count(&self, how: How) -> usize {
        self.files
            .iter()
            .flat_map(|file| &file.taken)
            .filter(|taken| taken.how == how)
            .count()
    }

    /// Counts files by what became of them.
    #[must_use]
    pub fn count_files(&self, status: Status) -> usize {
        self.files
            .iter()
            .filter(|file| file.status == status)
            .count()
    }
}

/// Plans the ingestion of everything that waits in a fabric.
#[must_use]
pub fn ingest(
    fabric: &FabricFiles<'_>,
    state: &State,
    settings: &Settings,
    config: &Config,
    options: &Options,
) -> Ingestion {
    let found = discover::discover(fabric, config, options);
    let mut drops: Vec<read::Drop> = found
        .iter()
        .map(|file| read::read(file, settings, config))
        .collect();
    let existing = settle::Existing::read(fabric, settings);
    let mut settled = settle_in_tree(&mut drops, &existing, fabric, state, settings, options);
    let taken = settled.taken;
    let files = archive::archive(
        &drops,
        taken,
        fabric,
        options,
        &mut settled.plan,
        &settled.findings,
    );
    settled.plan.order();

    let mut findings: Vec<Finding> = drops
        .iter()
        .flat_map(|drop| drop.findings.iter().cloned())
        .collect();
    findings.extend(settled.findings);
    finding::sort(&mut findings);
    let texts = drops
        .iter()
        .map(|drop| (drop.path.clone(), drop.stream.text().to_owned()))
        .chain(existing.texts())
        .filter(|(path, _)| {
            findings.iter().any(|finding| {
                finding.place.file == *path
                    || finding
                        .related
                        .iter()
                        .any(|related| related.place.file == *path)
            })
        })
        .collect();
    Ingestion {
        plan: settled.plan,
        files,
        findings,
        texts,
        state: settled.state,
    }
}

/// Each round refuses at least one candidate more; a chain of references longer than this ends with what is left taken in,
/// where `hnp validate` shows it.
const ROUNDS: usize = 16;

/// Settles what is taken, and again without what the resulting tree refuses, until it refuses nothing more.
fn settle_in_tree(
    drops: &mut [read::Drop],
    existing: &settle::Existing,
    fabric: &FabricFiles<'_>,
    state: &State,
    settings: &Settings,
    options: &Options,
) -> settle::Settled {
    let mut refused: Vec<Vec<bool>> = drops
        .iter()
        .map(|drop| drop.candidates.iter().map(|one| one.bad).collect())
        .collect();
    let mut rounds = 0;
    loop {
        rounds += 1;
        for (drop, refused) in drops.iter_mut().zip(&refused) {
            for (candidate, refused) in drop.candidates.iter_mut().zip(refused) {
                candidate.bad = *refused;
            }
        }
        let settled = settle::settle(drops, existing, fabric, state, options);
        let blames = tree::blame(drops, &settled.taken, &settled.plan, fabric, settings);
        if blames.is_empty() || rounds > ROUNDS {
            return settled;
        }
        for blame in blames {
            refused[blame.drop][blame.candidate] = true;
            drops[blame.drop].findings.push(blame.finding);
        }
    }
}

/// A file that waits.
#[derive(Clone, Debug)]
pub(crate) struct Waiting<'f> {
    pub(crate) file: &'f SourceFile,
    /// The fabric directory it lies in.
    pub(crate) directory: &'f str,
    /// It is taken back from `raw/errors/`.
    pub(crate) retried: bool,
}
