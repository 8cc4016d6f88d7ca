//! Conflicts that stand on hnp's own branches and not here, and answers to them.

use std::sync::Arc;

use hnp_git::{ObjectDirectories, Oid, Snapshot};
use hnp_state::STATE_PATH;
use hnp_state::ledger::{OperationType, Record, Resolution as Word};
use hnp_state::state_file::{self, State};
use hnp_sync::forge::{TREE_TRAILER, branch_of};
use hnp_sync::reconcile::Conflict;

use super::conflicts;
use super::resolve::Answer;
use crate::context::Context;
use crate::failure::Failure;
use crate::meter;
use crate::output::clean;

/// A branch with the conflicts that only it has.
pub(super) struct OnBranch {
    /// Its name.
    pub(super) branch: String,
    tip: Oid,
    /// The state that it holds.
    pub(super) state: State,
    /// What is open there and not here.
    pub(super) conflicts: Vec<Conflict>,
}

/// Returns the branches with conflicts of their own.
///
/// # Errors
///
/// Exit 3 where Git cannot be read.
pub(super) fn open(context: &Context, here: &State) -> Result<Vec<OnBranch>, Failure> {
    let mut found = Vec::new();
    let mut objects = None;
    for name in context.config.fabrics.keys() {
        let branch = branch_of(name);
        let Some(tip) = context.repo.branch_tip(&branch)? else {
            continue;
        };
        if objects.is_none() {
            let opened = context
                .repo
                .objects(&ObjectDirectories::from_environment())?;
            objects = Some(Arc::new(opened));
        }
        let Some(objects) = &objects else { continue };
        let tree = Snapshot::of(Arc::clone(objects), tip)?;
        let text = tree.read(STATE_PATH, usize::MAX - 1)?;
        // One that is damaged is remade by the next sync.
        let Some(state) =
            text.and_then(|text| state_file::parse(&String::from_utf8_lossy(&text)).ok())
        else {
            continue;
        };
        let conflicts: Vec<Conflict> = conflicts::open(&state)
            .into_iter()
            .filter(|one| !here.conflicts.contains_key(&one.id))
            .collect();
        if !conflicts.is_empty() {
            found.push(OnBranch {
                branch,
                tip,
                state,
                conflicts,
            });
        }
    }
    Ok(found)
}

/// Puts answers on record that are meant for conflicts on branches, by a commit on each branch.
///
/// # Errors
///
/// Exit 2 where a branch is checked out, 3 where it cannot be moved.
pub(super) fn write(context: &Context, here: &State, answers: &[Answer]) -> Result<(), Failure> {
    for mut on in open(context, here)? {
        let chosen: Vec<&Answer> = answers
            .iter()
            .filter(|(conflict, _)| on.conflicts.iter().any(|one| one.id == conflict.id))
            .collect();
        if chosen.is_empty() {
            continue;
        }
        for (conflict, resolution) in &chosen {
            on.state
                .resolutions
                .insert(conflict.id.clone(), resolution.to_fields());
        }
        commit(context, &on, &chosen)?;
    }
    Ok(())
}

fn commit(context: &Context, on: &OnBranch, chosen: &[&Answer]) -> Result<(), Failure> {
    if let Some(place) = context.repo.checked_out_in(&on.branch)? {
        return Err(Failure::Usage(format!(
            "branch {} is checked out in {}; run `hnp resolve` there",
            clean(&on.branch),
            clean(&place.display().to_string())
        )));
    }
    let stamp = context.stamp();
    let text = state_file::write(&on.state);
    let change = hnp_git::TreeChange {
        path: STATE_PATH,
        bytes: Some(text.as_bytes()),
    };
    let tree = context.repo.write_changed_tree(on.tip, &[change])?;
    let title = format!("hnp: Resolve {} conflict(s)", chosen.len());
    let (tip, tree_id) = (on.tip.to_string(), tree.to_string());
    let words = [title.as_str(), tip.as_str(), tree_id.as_str()].join("\n");
    let id = hnp_model::canonical::sha256_hex(words.as_bytes())[..12].to_owned();
    let mut message = format!("{title}\n\nHnp-Op: {id}\nHnp-Action: conflict_resolution\n");
    for (conflict, _) in chosen {
        message.push_str(&format!("Hnp-Conflict: {}\n", conflict.id));
    }
    message.push_str(&format!("{TREE_TRAILER}: {tree}\n"));
    let commit = context
        .repo
        .write_commit_on(on.tip, tree, &message, &stamp)?;
    context
        .repo
        .move_branch(&on.branch, Some(on.tip), commit, "hnp resolve")?;
    let mut record = Record::new(&id, OperationType::ConflictResolution);
    record.initiated_by = Some(stamp.by.name.clone());
    meter::open(&mut record);
    record.branch_name = Some(on.branch.clone());
    record.commit_sha = Some(commit.to_string());
    record.conflict_resolution_strategy = Some(Word::UserGuided);
    record.resources = chosen.iter().map(|(one, _)| one.resource.clone()).collect();
    record.conflicts = chosen.iter().map(|(one, _)| one.id.clone()).collect();
    let raw = conflicts::open(&on.state);
    let pairs: Vec<_> = chosen
        .iter()
        .filter_map(|(one, answer)| Some((raw.iter().find(|raw| raw.id == one.id)?, answer)))
        .collect();
    conflicts::record::note_answered(&mut record.details, &context.config.sync, &pairs);
    let count = chosen.len() as u64;
    (record.resources_targeted, record.resources_processed) = (count, count);
    record.conflicts_detected = count;
    meter::close(&mut record);
    Ok(context
        .repo
        .append_log(&id, &title, &record.to_json(), &stamp)?)
}
