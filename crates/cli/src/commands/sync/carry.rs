//! Doing what was planned: files, GUI, state, record.

use std::collections::BTreeSet;

use hnp_git::BackupFile;
use hnp_local::AnyGui;
use hnp_model::SourceFile;
use hnp_model::canonical::sha256_hex;
use hnp_state::STATE_PATH;
use hnp_state::config::Direction;
use hnp_state::ledger::OperationType;
use hnp_state::state_file::{self, State};
use hnp_sync::fabric::FabricFiles;
use hnp_sync::gui::{Gui as _, Pairing};
use hnp_sync::plan::{FileOp, Plan};
use hnp_sync::reconcile::{Change, Outcome, SyncPlan};

use super::{Run, past, ports, read, record, show};
use crate::args::SyncArgs;
use crate::context::Context;
use crate::failure::Failure;
use crate::operation::{self, Operation};
use crate::output::clean;

/// What is synchronised with what.
pub(super) struct Sides<'s> {
    /// The GUI.
    pub(super) gui: &'s AnyGui,
    /// Git's side, as it was read.
    pub(super) files: &'s FabricFiles<'s>,
    /// What both sides last agreed on.
    pub(super) state: &'s State,
    /// The same as it stands in the file.
    pub(super) state_text: &'s str,
}

/// Names what a run is for the ledger.
pub(super) fn kind(direction: Direction) -> OperationType {
    match direction {
        Direction::GuiToGit => OperationType::GuiToGithub,
        Direction::GitToGui => OperationType::GithubToGui,
        _ => OperationType::Bidirectional,
    }
}

/// Git's files first, then the GUI, and the state last: killed in between, the next run finds both sides changed alike.
/// Returns the new state; nothing where it stays as it is.
pub(super) fn carry_out(
    context: &Context,
    lock: &hnp_local::lock::Lock,
    args: &SyncArgs,
    sides: &Sides<'_>,
    run: &mut Run,
) -> Result<Option<State>, Failure> {
    let plan = &run.plan;
    backup(context, &run.fabric, plan)?;
    for bytes in &plan.blobs {
        ports::call("git.blob", || context.repo.write_blob(bytes))?;
    }
    let mut problems = operation::place(context, lock, &plan.files)?;
    if plan.is_empty() && plan.keeps_state(sides.state) && !past::has_failed(plan) {
        return Ok(None);
    }
    // Somebody is at work on the files: what was agreed on is looked at anew by the next run.
    let blocked = !problems.is_empty();
    let late = if blocked || plan.gui.is_empty() {
        None
    } else {
        read::changed_since(context, sides.files, &plan.files)?
    };
    let head = context.repo.head_commit()?.map(|id| id.to_string());
    let pairing = Pairing {
        lineage: &sides.state.lineage,
        commit: None,
        head: head.as_deref(),
    };
    let mut failed: BTreeSet<String> = BTreeSet::new();
    if blocked {
        failed.extend(plan.items.iter().map(|item| item.key.clone()));
    } else if let Some(path) = late {
        problems.push(format!(
            "{} changed while hnp was at work; what goes to the GUI waits for the next run",
            clean(&path)
        ));
        failed.extend(plan.gui.iter().map(|write| write.id.key(&write.fabric)));
        // What went to Git went there, whatever became of it since.
        let written = ports::write(sides.gui, pairing, &[], &plan.marks);
        run.take_over(written);
    } else {
        let written = ports::write(sides.gui, pairing, &plan.gui, &plan.marks);
        run.take_over(written);
        let odd = run.failed.iter().chain(&run.differ);
        failed.extend(odd.map(|(key, _)| key.clone()));
    }
    let plan = &run.plan;
    let after = plan.state(sides.state, &failed);
    let mut rest = Plan::default();
    if after != *sides.state {
        rest.write(
            STATE_PATH,
            state_file::write(&after),
            Some(sides.state_text.as_bytes()),
        );
    }
    if !rest.is_empty() && plan.gui.is_empty() && !sides.gui.is_read_only() {
        sides.gui.pair(Pairing {
            lineage: &after.lineage,
            commit: None,
            head: head.as_deref(),
        })?;
    }
    if plan.is_empty() && rest.is_empty() && !past::has_failed(plan) {
        return Ok(Some(after));
    }
    let config = &context.config.sync;
    super::super::conflicts::record::note_closed(&mut run.details, config, sides.state, &after);
    let resources: Vec<String> = plan
        .items
        .iter()
        .filter(|item| item.outcome == Outcome::Changed && !failed.contains(&item.key))
        .map(|item| item.key.clone())
        .collect();
    let done = operation::perform_after(
        context,
        lock,
        &Operation {
            kind: kind(args.direction),
            fabric: Some(run.fabric.clone()),
            title: format!("HNP Sync: {}", show::Counts::of(plan).title(&run.fabric)),
            plan: &rest,
            commit: args.write.writing.commit,
            resources,
            fill: &|record| record::fill(record, run, args),
        },
        &plan.files,
    )?;
    run.done = done;
    problems.append(&mut run.done.problems);
    run.done.problems = problems;
    Ok(Some(after))
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
