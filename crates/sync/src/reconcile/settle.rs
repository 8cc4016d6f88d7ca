//! The file steps, and what they and the rules take out of the plan again.

use hnp_model::Finding;

use super::Inputs;
use super::conflict::Conflict;
use super::decide::Change;
use super::files::{Files, Wish};
use super::gate;
use super::plan::Outcome;
use super::tree::GitTree;
use super::works::Work;

/// Works the file steps out, and takes out what cannot be written or what the rules refuse in the tree that would result.
/// `waiting` are the changes that a limit lets wait: one of them follows for each that turns out to need it.
pub(super) fn settle(
    inputs: &Inputs<'_>,
    tree: &GitTree,
    works: &mut [Work],
    waiting: Vec<usize>,
) -> Files {
    let mut waiting = waiting.into_iter().peekable();
    let known = gate::Known::default();
    loop {
        let files = files(inputs, tree, works);
        let mut again = false;
        for work in works.iter_mut() {
            if let Some(why) = files.refused.get(&work.key) {
                work.stop = Some(Outcome::Failed(why.clone()));
                again = true;
            }
        }
        again |= hold_pairs(works);
        if again {
            continue;
        }
        for finding in known.new_errors(inputs.fabric, &files, inputs.settings) {
            let mut blamed = gate::blamed(&finding, works, &files);
            // Once something is taken out, the error may be gone with it.
            if blamed.is_empty() && !again {
                blamed = search(inputs, tree, works, &known, &finding);
            }
            for at in blamed {
                again = true;
                // What it needs may be among what waits.
                if let Some(next) = waiting.next() {
                    works[at].hold(
                        "limit",
                        "limits.changes: what it needs comes first; it waits for the next run",
                    );
                    works[next].stop = None;
                    works[next].code = None;
                    continue;
                }
                refuse(&finding, &mut works[at]);
            }
        }
        again |= hold_pairs(works);
        if !again {
            return files;
        }
    }
}

fn files(inputs: &Inputs<'_>, tree: &GitTree, works: &[Work]) -> Files {
    let wishes: Vec<Wish<'_>> = works
        .iter()
        .filter(|work| work.is_going())
        .filter_map(|work| {
            let value = match &work.git {
                Change::Keep => return None,
                Change::Set(value) => Some(value),
                // Its document goes on under its new name.
                Change::Delete if work.other_name.is_some() => return None,
                Change::Delete => None,
            };
            Some(Wish {
                key: &work.key,
                id: &work.id,
                value,
                old_key: work.renamed_from.as_deref(),
            })
        })
        .collect();
    Files::of(inputs.fabric, tree, &wishes, inputs.config.limits.yaml())
}

/// An old name goes only where the new one comes, and the other way round.
fn hold_pairs(works: &mut [Work]) -> bool {
    let mut again = false;
    for at in 0..works.len() {
        let Some(other) = works[at].other_name else {
            continue;
        };
        if works[at].is_going() && !works[other].is_going() {
            let why = format!("it was given another name, and {} waits", works[other].key);
            works[at].hold("renamed", why);
            again = true;
        }
    }
    again
}

/// Makes the conflict of a change that the rules refuse.
fn refuse(finding: &Finding, work: &mut Work) {
    let kind = if work.deletes() {
        "dependency_violation"
    } else if finding.code.starts_with("SCH") {
        "schema_mismatch"
    } else if gate::is_dangling(finding) {
        "missing_resource"
    } else {
        "semantic"
    };
    let message = format!("{}: {}", finding.code, finding.message);
    let conflict = Conflict::whole(&work.key, kind, work.values(), Some(message));
    // An answer to this very conflict that comes to this again would come to it for ever: another one is needed.
    if work.resolution.as_deref() == Some(conflict.id.as_str()) {
        work.resolution = None;
        work.note = Some(format!(
            "the answer on record cannot be carried out and is void: {}: {}",
            finding.code, finding.message
        ));
    }
    work.stop = Some(Outcome::Conflict(conflict.id.clone()));
    work.conflict = Some(conflict);
    work.settled = 0;
}

/// Finds the change that brings an error which names none: the last of the shortest run of changes that has it.
fn search(
    inputs: &Inputs<'_>,
    tree: &GitTree,
    works: &mut [Work],
    known: &gate::Known,
    finding: &Finding,
) -> Vec<usize> {
    let going: Vec<usize> = (0..works.len())
        .filter(|at| works[*at].is_going() && works[*at].git != Change::Keep)
        .collect();
    let (mut without, mut with) = (0, going.len());
    while with > without + 1 {
        let middle = without + (with - without) / 2;
        for at in &going[middle..] {
            works[*at].stop = Some(Outcome::Synced);
        }
        let files = files(inputs, tree, works);
        let there = known
            .new_errors(inputs.fabric, &files, inputs.settings)
            .iter()
            .any(|one| one.code == finding.code && one.message == finding.message);
        for at in &going[middle..] {
            works[*at].stop = None;
        }
        if there {
            with = middle;
        } else {
            without = middle;
        }
    }
    going
        .get(with.saturating_sub(1))
        .copied()
        .into_iter()
        .collect()
}
