//! Conflicts that stand on hnp's own branches and not here, and answers to them.

use std::sync::Arc;

use hnp_git::{ObjectDirectories, Oid, Snapshot};
use hnp_report::Format;
use hnp_state::STATE_PATH;
use hnp_state::ledger::{OperationType, Record, Resolution as Word, Trigger};
use hnp_state::state_file::{self, State};
use hnp_sync::forge::{TREE_TRAILER, branch_of};
use hnp_sync::reconcile::Conflict;
use serde_json::json;

use super::{conflicts, resolve};
use crate::args::{Global, ResolveArgs};
use crate::clock;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::{Output, clean};

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

/// Answers conflicts that stand on a branch only, by a commit there; `None` where what was asked about stands here.
///
/// # Errors
///
/// Exit 2 for an answer that is wrong, 3 where the branch cannot be moved.
pub(super) fn answer(
    global: &Global,
    args: &ResolveArgs,
    context: &Context,
    here: &[Conflict],
    state: &State,
) -> Result<Option<Output>, Failure> {
    let meant_here = match &args.id {
        Some(start) => here.iter().any(|one| one.id.starts_with(start)),
        None => !here.is_empty(),
    };
    if meant_here {
        return Ok(None);
    }
    let (mut lines, mut list) = (String::new(), Vec::new());
    for mut on in open(context, state)? {
        let chosen: Vec<Conflict> = match &args.id {
            Some(start) if !on.conflicts.iter().any(|one| one.id.starts_with(start)) => continue,
            Some(start) => vec![conflicts::one(&on.conflicts, start)?.clone()],
            None => on.conflicts.clone(),
        };
        for conflict in &chosen {
            let resolution = resolve::answer(conflict, args)?;
            on.state
                .resolutions
                .insert(conflict.id.clone(), resolution.to_fields());
            lines.push_str(&format!(
                "  {} {} on branch {}\n",
                conflict.id,
                clean(&conflict.resource),
                clean(&on.branch)
            ));
        }
        if !args.writing.dry_run {
            commit(context, &on, &chosen)?;
        }
        list.extend(chosen.iter().map(|one| conflicts::as_json(one, &on.state)));
    }
    if list.is_empty() {
        return Ok(None);
    }
    if global.format == Format::Json {
        return Ok(Some(Output::json(&json!({
            "version": 1,
            "success": true,
            "dry_run": args.writing.dry_run,
            "operation_id": null,
            "commit_sha": null,
            "conflicts": list,
        }))));
    }
    let verb = if args.writing.dry_run {
        "would be"
    } else {
        "is"
    };
    Ok(Some(Output::of(if global.quiet {
        String::new()
    } else {
        format!(
            "{lines}{} conflict(s): the answer {verb} on record there; `hnp sync --to branch` carries it out.\n",
            list.len()
        )
    })))
}

fn commit(context: &Context, on: &OnBranch, chosen: &[Conflict]) -> Result<(), Failure> {
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
    for conflict in chosen {
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
    record.trigger_type = Trigger::Cli;
    record.initiated_by = Some(stamp.by.name.clone());
    record.started_at = Some(clock::rfc3339(stamp.seconds));
    record.branch_name = Some(on.branch.clone());
    record.commit_sha = Some(commit.to_string());
    record.conflict_resolution_strategy = Some(Word::UserGuided);
    record.resources = chosen.iter().map(|one| one.resource.clone()).collect();
    record.conflicts = chosen.iter().map(|one| one.id.clone()).collect();
    let count = chosen.len() as u64;
    (record.resources_targeted, record.resources_processed) = (count, count);
    record.conflicts_detected = count;
    record.finish(&clock::rfc3339(clock::now()), 0.0);
    Ok(context
        .repo
        .append_log(&id, &title, &record.to_json(), &stamp)?)
}
