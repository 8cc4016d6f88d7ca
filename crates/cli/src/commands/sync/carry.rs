//! Doing what was planned: files, GUI, state, record.

use std::collections::BTreeSet;

use hnp_git::BackupFile;
use hnp_local::GuiFile;
use hnp_model::SourceFile;
use hnp_model::canonical::sha256_hex;
use hnp_state::STATE_PATH;
use hnp_state::config::Direction;
use hnp_state::ledger::{Detail, OperationType, Record};
use hnp_state::state_file::{self, State};
use hnp_sync::gui::{Gui, GuiWrite};
use hnp_sync::plan::{FileOp, Plan};
use hnp_sync::reconcile::{Change, Outcome, SyncPlan};

use super::super::conflicts;
use super::{Run, show};
use crate::args::SyncArgs;
use crate::context::Context;
use crate::failure::Failure;
use crate::operation::{self, Operation};

/// Git's files first, then the GUI, and the state last: killed in between, the next run finds both sides changed alike.
pub(super) fn carry_out(
    context: &Context,
    lock: &hnp_local::lock::Lock,
    gui: &GuiFile,
    args: &SyncArgs,
    state: &State,
    state_text: &str,
    run: &mut Run,
) -> Result<State, Failure> {
    let plan = &run.plan;
    backup(context, &run.fabric, plan)?;
    for bytes in &plan.blobs {
        context.repo.write_blob(bytes)?;
    }
    let mut problems = operation::place(context, lock, &plan.files)?;
    let blocked = !problems.is_empty();
    let mut failed: BTreeSet<String> = BTreeSet::new();
    if blocked {
        // Somebody is at work on the files: what was agreed on is looked at anew by the next run.
        failed.extend(plan.items.iter().map(|item| item.key.clone()));
    } else {
        for (write, result) in plan.gui.iter().zip(write(gui, &state.lineage, &plan.gui)) {
            if let Err(why) = result {
                let key = write.id.key(&write.fabric);
                failed.insert(key.clone());
                run.failed.push((key, why));
            }
        }
    }
    let after = plan.state(state, &failed);
    let mut rest = Plan::default();
    if after != *state {
        rest.write(
            STATE_PATH,
            state_file::write(&after),
            Some(state_text.as_bytes()),
        );
    }
    if plan.is_empty() && rest.is_empty() {
        return Ok(after);
    }
    let counts = show::Counts::of(plan);
    let resources: Vec<String> = plan
        .items
        .iter()
        .filter(|item| item.outcome == Outcome::Changed && !failed.contains(&item.key))
        .map(|item| item.key.clone())
        .collect();
    let ids: Vec<String> = plan.conflicts.iter().map(|one| one.id.clone()).collect();
    let failures = run.failed.clone();
    let mut details = run.details.clone();
    conflicts::record::note_closed(&mut details, state, &after);
    let fill = |record: &mut Record| {
        counts.fill(record);
        record.conflicts.clone_from(&ids);
        record.details.extend(details.clone());
        record.resources_skipped += failures.len() as u64;
        for (key, why) in &failures {
            record.failed_resources.push(key.clone());
            record.push_error(Detail {
                resource: Some(key.clone()),
                ..Detail::new("gui", why)
            });
        }
    };
    run.done = operation::perform_after(
        context,
        lock,
        &Operation {
            kind: match args.direction {
                Direction::GuiToGit => OperationType::GuiToGithub,
                Direction::GitToGui => OperationType::GithubToGui,
                _ => OperationType::Bidirectional,
            },
            fabric: Some(run.fabric.clone()),
            title: format!("HNP Sync: {}", counts.title(&run.fabric)),
            plan: &rest,
            commit: args.write.writing.commit,
            resources,
            fill: &fill,
        },
        &plan.files,
    )?;
    problems.append(&mut run.done.problems);
    run.done.problems = problems;
    Ok(after)
}

fn write(gui: &GuiFile, lineage: &str, writes: &[GuiWrite]) -> Vec<Result<(), String>> {
    match gui.write(lineage, writes) {
        Ok(results) => results,
        Err(error) => writes.iter().map(|_| Err(error.to_string())).collect(),
    }
}

/// Keeps what the files hold before one of them goes, or a value that lost a conflict.
fn backup(context: &Context, name: &str, plan: &SyncPlan) -> Result<(), Failure> {
    let removes = plan
        .files
        .files
        .iter()
        .any(|op| matches!(op, FileOp::Remove { .. }));
    let settles = plan
        .items
        .iter()
        .any(|item| item.settled > 0 && item.git != Change::Keep);
    let goes = removes || settles;
    let Some(fabric) = context.config.fabrics.get(name).filter(|_| goes) else {
        return Ok(());
    };
    let files: Vec<SourceFile> = context.fabric_files(fabric)?;
    let stamp = context.stamp();
    let mut words = stamp.seconds.to_string();
    for file in &files {
        words.push_str(&file.path);
        words.push_str(&sha256_hex(&file.bytes));
    }
    let files: Vec<BackupFile> = files
        .into_iter()
        .map(|file| BackupFile {
            path: file.path,
            bytes: file.bytes,
        })
        .collect();
    let title = format!("Backup of {name} before a sync that deletes or settles conflicts");
    let id = sha256_hex(words.as_bytes());
    context.repo.backup(&id[..12], &title, &files, &stamp)?;
    Ok(())
}
