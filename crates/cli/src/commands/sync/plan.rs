//! What is to be done, worked out from what was read.

use std::collections::HashSet;

use hnp_state::state_file::State;
use hnp_sync::fabric::FabricFiles;
use hnp_sync::gui::Snapshot;
use hnp_sync::reconcile::{Change, Inputs, Options, Outcome, SyncPlan, plan_sync};

use super::ask::{self, Answers};
use super::git_history::GitHistory;
use super::{Asked, past};
use crate::clock;
use crate::context::Context;
use crate::failure::Failure;

/// Makes the plan of one fabric.
///
/// # Errors
///
/// Exit 2 for settings that are wrong.
pub(super) fn plan(
    context: &Context,
    files: &FabricFiles<'_>,
    state: &State,
    snapshot: &Snapshot,
    asked: &Asked<'_>,
) -> Result<SyncPlan, Failure> {
    let (args, only) = (asked.args, asked.only);
    let settings = context.settings(Some(files.name), None)?;
    let accept = |key: &str| only.iter().any(|wanted| wanted.is_key(key));
    let revision = args.base.as_deref().unwrap_or("HEAD");
    let git = GitHistory::new(context, files.fabric, revision);
    let make = |answers: &Answers| {
        plan_sync(&Inputs {
            fabric: files,
            config: &context.config,
            settings: &settings,
            state,
            snapshot,
            git: &git,
            options: Options {
                direction: args.direction,
                only: if only.is_empty() { None } else { Some(&accept) },
                confirm_deletes: args.confirm_deletes,
                strategy: args.strategy,
                force: args.force,
                unattended: !past::trigger(args).is_by_person(),
                seconds: Some(&clock::seconds),
                past: Some(&|| past::read(context)),
                carried: Some(&|key| asked.carried(context, key)),
                answers: Some(answers),
            },
        })
    };
    let plan = make(&Answers::new());
    let answers = if asked.dry_run {
        Answers::new()
    } else {
        ask::on_terminal(&plan)
    };
    let mut plan = if answers.is_empty() {
        plan
    } else {
        make(&answers)
    };
    if asked.read_only {
        narrow(&mut plan, snapshot, files.name);
    }
    Ok(plan)
}

/// Takes out what a GUI that can only be read neither says nor takes: most resources are not in an event at all.
fn narrow(plan: &mut SyncPlan, snapshot: &Snapshot, fabric: &str) {
    plan.gui.clear();
    plan.marks.clear();
    let said: HashSet<String> = snapshot
        .resources
        .iter()
        .map(|one| one.id.key(fabric))
        .collect();
    plan.items.retain(|item| said.contains(&item.key));
    for item in &mut plan.items {
        let nothing = item.git == Change::Keep && item.gui == Change::Keep;
        if nothing && item.outcome == Outcome::Changed {
            item.outcome = Outcome::Synced;
        }
    }
}
