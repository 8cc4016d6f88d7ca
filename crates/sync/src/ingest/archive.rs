//! Archive: where dropped files go once it is known what became of them.

use std::collections::HashMap;

use hnp_model::canonical::sha256_hex;
use hnp_model::{Finding, Severity};
use hnp_yaml::Document;

use super::read::Drop;
use super::report;
use super::{FileOutcome, Options, Status, Taken};
use crate::fabric::FabricFiles;
use crate::plan::{FileOp, Plan};

/// Adds the moves of every dropped file to the plan.
pub(super) fn archive(
    drops: &[Drop],
    taken: Vec<Vec<Taken>>,
    fabric: &FabricFiles<'_>,
    options: &Options,
    plan: &mut Plan,
    findings: &[Finding],
) -> Vec<FileOutcome> {
    let mut mover = Mover {
        fabric,
        plan,
        claimed: HashMap::new(),
    };
    drops
        .iter()
        .zip(taken)
        .map(|(drop, taken)| {
            let status = match (drop.has_bad(), taken.is_empty()) {
                (false, _) => Status::Processed,
                (true, false) => Status::Partial,
                (true, true) => Status::Refused,
            };
            let moved_to = options
                .archive
                .then(|| mover.file_away(drop, status, findings))
                .flatten();
            FileOutcome {
                path: drop.path.clone(),
                status,
                moved_to,
                documents: drop
                    .stream
                    .documents()
                    .filter(|&document| has_content(document))
                    .count(),
                resources: drop.candidates.len(),
                taken,
            }
        })
        .collect()
}

struct Mover<'m> {
    fabric: &'m FabricFiles<'m>,
    plan: &'m mut Plan,
    /// Targets given away in this plan, with their bytes' hash.
    claimed: HashMap<String, String>,
}

impl Mover<'_> {
    fn bytes_at(&self, path: &str) -> Option<&[u8]> {
        let files = &self.fabric.files;
        let at = files
            .binary_search_by(|file| file.path.as_str().cmp(path))
            .ok()?;
        Some(&files[at].bytes)
    }

    fn file_away(&mut self, drop: &Drop, status: Status, findings: &[Finding]) -> Option<String> {
        let own: Vec<&Finding> = drop
            .findings
            .iter()
            .chain(
                findings
                    .iter()
                    .filter(|finding| concerns(finding, &drop.path)),
            )
            .collect();
        let below = below_raw(&drop.path, &drop.directory);
        let old_report = report::path_for(&drop.path);
        if drop.retried
            && status == Status::Processed
            && let Some(bytes) = self.bytes_at(&old_report)
        {
            let bytes = bytes.to_owned();
            self.plan.remove(old_report.clone(), &bytes);
        }
        match status {
            Status::Processed => Some(self.move_to(drop, "processed", below, &drop.bytes)),
            Status::Refused => {
                let target = if drop.retried {
                    drop.path.clone()
                } else {
                    self.move_to(drop, "errors", below, &drop.bytes)
                };
                self.write_report(drop, &target, false, &own);
                Some(target)
            }
            Status::Partial => {
                // What was refused stays behind as a file of its own; the file as it was dropped goes to the archive.
                let rest = refused_part(drop);
                let target = self.free("errors", drop, below, rest.as_bytes());
                self.put(&target, rest.as_bytes());
                self.write_report(drop, &target, true, &own);
                if target == drop.path {
                    // Taken back from there: the rest takes its place, so it is copied to the archive, not moved.
                    let archived = self.free("processed", drop, below, &drop.bytes);
                    self.put(&archived, &drop.bytes);
                } else {
                    self.move_to(drop, "processed", below, &drop.bytes);
                }
                Some(target)
            }
        }
    }

    fn put(&mut self, target: &str, bytes: &[u8]) {
        let now = self.bytes_at(target).map(<[u8]>::to_owned);
        self.plan.write(target, bytes, now.as_deref());
    }

    fn write_report(&mut self, drop: &Drop, target: &str, partial: bool, findings: &[&Finding]) {
        let text = report::write(&drop.path, target, partial, findings);
        self.put(&report::path_for(target), text.as_bytes());
    }

    /// Moves a drop; where the very same bytes lie there already, the drop is only removed.
    fn move_to(&mut self, drop: &Drop, area: &str, below: &str, bytes: &[u8]) -> String {
        let target = self.free(area, drop, below, bytes);
        let there = self.bytes_at(&target).is_some_and(|there| there == bytes)
            || self
                .plan
                .files
                .iter()
                .any(|op| matches!(op, FileOp::Move { to, .. } if *to == target));
        if there {
            self.plan.remove(drop.path.clone(), &drop.bytes);
        } else {
            self.plan.files.push(FileOp::Move {
                from: drop.path.clone(),
                to: target.clone(),
                sha256: sha256_hex(bytes),
            });
        }
        target
    }

    /// Returns a path in an area that holds nothing else: a name taken by other bytes gets part of their hash.
    fn free(&mut self, area: &str, drop: &Drop, below: &str, bytes: &[u8]) -> String {
        let hash = sha256_hex(bytes);
        let plain = hnp_state::path::join(&drop.directory, &format!("raw/{area}/{below}"));
        let fits = |path: &str, mover: &Self| {
            mover
                .bytes_at(path)
                .is_none_or(|there| there == bytes || path == drop.path)
                && mover
                    .claimed
                    .get(path)
                    .is_none_or(|claimed| *claimed == hash)
        };
        let mut target = plain.clone();
        if !fits(&target, self) {
            let (stem, extension) = plain.rsplit_once('.').unwrap_or((plain.as_str(), "yaml"));
            target = format!("{stem}.{}.{extension}", &hash[..8]);
        }
        self.claimed.insert(target.clone(), hash);
        target
    }
}

/// Tells whether a finding belongs into the report of a file: it is about the file, or refuses what the file holds too.
fn concerns(finding: &Finding, path: &str) -> bool {
    finding.place.file == path
        || finding.severity == Severity::Error
            && finding
                .related
                .iter()
                .any(|related| related.place.file == path)
}

/// Returns the part of a path that is kept in the archive: what follows `raw/`, `raw/pending/` or `raw/errors/`.
fn below_raw<'p>(path: &'p str, directory: &str) -> &'p str {
    let inside = hnp_state::path::strip(path, directory).unwrap_or(path);
    let raw = inside.strip_prefix("raw/").unwrap_or(inside);
    raw.strip_prefix("pending/")
        .or_else(|| raw.strip_prefix("errors/"))
        .unwrap_or(raw)
}

fn has_content(document: Document<'_>) -> bool {
    document.is_broken() || document.root().is_some_and(|root| !root.is_null())
}

/// Returns what stays behind of a file whose good documents were taken: every refused document with its own text.
fn refused_part(drop: &Drop) -> String {
    let text = drop.stream.text();
    let mut parts: Vec<String> = Vec::new();
    for document in drop.stream.documents() {
        let index = document.index();
        let rest = drop
            .rest
            .iter()
            .filter(|(at, _)| *at == index)
            .map(|(_, text)| text.clone());
        let bad = drop
            .candidates
            .iter()
            .filter(|candidate| candidate.document == index && candidate.bad)
            .map(|candidate| candidate.text.clone());
        parts.extend(rest.chain(bad));
    }
    if parts.is_empty() {
        return text.to_owned();
    }
    let ended = |part: String| {
        if part.ends_with('\n') {
            part
        } else {
            part + "\n"
        }
    };
    parts
        .into_iter()
        .map(ended)
        .collect::<Vec<_>>()
        .join("---\n")
}
