//! What a synchronisation says: a table for people, HNP's result for programs.

use hnp_state::config::Direction;
use hnp_state::ledger::Record;
use hnp_state::state_file::State;
use hnp_sync::forge::Next;
use hnp_sync::reconcile::{Change, Item, Lost, Outcome, SyncPlan};
use serde_json::{Value, json};

use super::super::conflicts;
use super::{Carried, Run, action_word, word};
use crate::args::{Global, SyncArgs};
use crate::clock;
use crate::context::Context;
use crate::output::clean;
use crate::plans;

/// Numbers of a plan.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    processed: u64,
    created: u64,
    updated: u64,
    deleted: u64,
    skipped: u64,
    conflicts: u64,
    settled: u64,
}

impl Counts {
    pub(super) fn of(plan: &SyncPlan) -> Self {
        let mut counts = Self::default();
        for item in &plan.items {
            counts.processed += 1;
            counts.settled += u64::from(item.settled > 0);
            match &item.outcome {
                Outcome::Changed => match (&item.git, &item.gui) {
                    (Change::Delete, _) | (_, Change::Delete) => counts.deleted += 1,
                    (Change::Keep, Change::Keep) => {}
                    _ if item.row.ends_with("-add") => counts.created += 1,
                    _ => counts.updated += 1,
                },
                Outcome::Conflict(_) => {
                    counts.conflicts += 1;
                    counts.skipped += 1;
                }
                Outcome::Synced | Outcome::Agreed => {}
                _ => counts.skipped += 1,
            }
        }
        counts
    }

    fn add(&mut self, other: Self) {
        self.processed += other.processed;
        self.created += other.created;
        self.updated += other.updated;
        self.deleted += other.deleted;
        self.skipped += other.skipped;
        self.conflicts += other.conflicts;
        self.settled += other.settled;
    }

    pub(super) fn title(self, fabric: &str) -> String {
        format!(
            "{fabric}, {} created, {} updated, {} deleted, {} conflict(s)",
            self.created, self.updated, self.deleted, self.conflicts
        )
    }

    pub(super) fn fill(self, record: &mut Record) {
        record.resources_targeted = self.processed;
        record.resources_processed = self.processed;
        record.resources_created = self.created;
        record.resources_updated = self.updated;
        record.resources_deleted = self.deleted;
        record.resources_skipped = self.skipped;
        record.conflicts_detected = self.conflicts + self.settled;
        record.conflicts_resolved = self.settled;
        record.conflicts_manual = self.conflicts;
    }
}

/// Says what gave way in a conflict.
fn gave_way(lost: &Lost) -> String {
    let side = |name: &str, value: &Option<String>| {
        value.as_ref().map(|value| format!("{name} had {value}"))
    };
    let sides: Vec<String> = [side("the GUI", &lost.gui), side("Git", &lost.git)]
        .into_iter()
        .flatten()
        .collect();
    let path = if lost.path.is_empty() {
        "the whole resource"
    } else {
        &lost.path
    };
    let gone = if sides.is_empty() {
        String::new()
    } else {
        format!("; {}", sides.join(", "))
    };
    format!("{path}: {} by {}{gone}", lost.winner, lost.by)
}

/// Which side had a resource before.
fn was_there(item: &Item) -> (bool, bool) {
    let git = !matches!(item.row, "gui-add" | "mod/del" | "git-del" | "converge-del");
    let gui = !matches!(item.row, "git-add" | "del/mod" | "gui-del" | "converge-del");
    (git, gui)
}

fn reason(outcome: &Outcome) -> (&'static str, Option<&str>) {
    match outcome {
        Outcome::Synced => ("synced", None),
        Outcome::Changed => ("changed", None),
        Outcome::Agreed => ("agreed", None),
        Outcome::Held(why) => ("held", Some(why)),
        Outcome::Unknown(why) => ("unknown", Some(why)),
        Outcome::Unconfirmed(why) => ("unconfirmed", Some(why)),
        Outcome::Conflict(id) => ("conflict", Some(id)),
        Outcome::Failed(why) => ("failed", Some(why)),
    }
}

pub(super) fn text(global: &Global, args: &SyncArgs, runs: &[Run]) -> String {
    let mut text = String::new();
    let mut total = Counts::default();
    for run in runs {
        total.add(Counts::of(&run.plan));
        for item in &run.plan.items {
            if matches!(item.outcome, Outcome::Synced | Outcome::Agreed) && global.verbose == 0 {
                continue;
            }
            let (git, gui) = was_there(item);
            let (name, why) = reason(&item.outcome);
            let what = match why {
                Some(id) if name == "conflict" => {
                    format!("conflict {id}: both sides stay as they are")
                }
                Some(why) => format!("{name}: {}", clean(why)),
                None => format!(
                    "{name}: git {}, gui {}",
                    word(&item.git, git),
                    word(&item.gui, gui)
                ),
            };
            text.push_str(&format!(
                "  {:<13} {}  {what}\n",
                item.row,
                clean(&item.id.to_string())
            ));
            for line in item.lost.iter().map(gave_way).chain(item.note.clone()) {
                text.push_str(&format!("                {}\n", clean(&line)));
            }
        }
        for (key, why) in &run.failed {
            text.push_str(&format!("  failed        {}  {}\n", clean(key), clean(why)));
        }
        if global.verbose > 0 {
            text.push_str(&plans::describe(&run.plan.files, true));
        }
        if let Some(carried) = &run.carried
            && let Some(line) = branch_line(carried, args.write.writing.dry_run)
        {
            text.push_str(&line);
        }
        if let Some(commit) = &run.done.commit {
            text.push_str(&format!(
                "Committed as {}\n",
                &commit[..12.min(commit.len())]
            ));
        }
    }
    let drifted: usize = runs
        .iter()
        .filter_map(|run| run.drift.as_ref())
        .map(super::super::drift::Found::drifted)
        .sum();
    let drift = if drifted > 0 {
        format!(
            "Drift: {drifted} resource(s) differ between Git and the cluster; `hnp drift --gui` shows them.\n"
        )
    } else {
        String::new()
    };
    if global.quiet {
        return text + &drift;
    }
    let would = if args.write.writing.dry_run {
        "would be "
    } else {
        ""
    };
    let idle = runs.iter().all(|run| run.done.id.is_none());
    if idle && text.is_empty() && !args.write.writing.dry_run {
        return format!("Nothing to do: Git and the GUI hold the same.\n{drift}");
    }
    text.push_str(&format!(
        "{} resource(s): {} {would}created, {} {would}updated, {} {would}deleted, {} in conflict, {} left alone.\n",
        total.processed,
        total.created,
        total.updated,
        total.deleted,
        total.conflicts,
        total.skipped - total.conflicts
    ));
    if total.conflicts > 0 {
        text.push_str("Next: `hnp conflicts` shows them, `hnp resolve` settles them.\n");
    }
    text + &drift
}

/// Says what became of a branch.
fn branch_line(carried: &Carried, dry_run: bool) -> Option<String> {
    let name = clean(&carried.branch);
    let at = carried
        .commit
        .as_ref()
        .map_or("", |commit| &commit[..12.min(commit.len())]);
    Some(match (&carried.step, dry_run) {
        (Next::Write { .. }, false) if carried.remote.is_some() => {
            let remote = carried.remote.as_deref().map(clean).unwrap_or_default();
            let of = remote.strip_suffix(&format!("/{name}")).unwrap_or("origin");
            format!(
                "Branch {name} was made here, at {at}, in place of {remote}; push it (`git push --force-with-lease {of} {name}`) and merge it, and the next sync finishes\n"
            )
        }
        (Next::Nothing, _) if carried.remote.is_some() => {
            let remote = carried.remote.as_deref().map(clean).unwrap_or_default();
            format!("Branch {remote} is as it was, at {at}\n")
        }
        (Next::Write { from: None }, true) => format!("Branch {name} would be made\n"),
        (Next::Write { .. }, true) => format!("Branch {name} would be made anew\n"),
        (Next::Write { .. }, false) => {
            format!("Branch {name} is at {at}; merge it, and the next sync finishes\n")
        }
        (Next::Remove { .. }, true) => format!("Branch {name} would be removed\n"),
        (Next::Remove { .. }, false) => {
            format!("Branch {name} was removed: there is nothing left to carry\n")
        }
        (Next::Nothing, _) if carried.commit.is_some() => {
            format!("Branch {name} is as it was, at {at}\n")
        }
        _ => return None,
    })
}

/// Names what became of a branch for programs.
fn step_word(step: &Next) -> &'static str {
    match step {
        Next::Nothing => "unchanged",
        Next::Write { .. } => "written",
        Next::Remove { .. } => "removed",
        Next::Frozen { .. } => "frozen",
        Next::CheckedOut { .. } => "checked_out",
        Next::Apart { .. } => "apart",
    }
}

pub(super) fn json(
    context: &Context,
    args: &SyncArgs,
    runs: &[Run],
    state: &State,
    (started_at, seconds): (i64, f64),
) -> Value {
    let mut total = Counts::default();
    let (mut errors, mut warnings) = (Vec::new(), Vec::new());
    for run in runs {
        total.add(Counts::of(&run.plan));
        errors.extend(run.done.problems.iter().cloned());
        errors.extend(run.failed.iter().map(|(key, why)| format!("{key}: {why}")));
        warnings.extend(run.notes.iter().cloned());
        warnings.extend(run.differ.iter().map(|(key, why)| format!("{key}: {why}")));
        for item in &run.plan.items {
            let line = |why: &str| format!("{}: {why}", item.key);
            match &item.outcome {
                Outcome::Failed(why) => errors.push(line(why)),
                Outcome::Conflict(id) => warnings.push(line(&format!("conflict {id}"))),
                Outcome::Held(why) | Outcome::Unknown(why) | Outcome::Unconfirmed(why) => {
                    warnings.push(line(why));
                }
                _ => {}
            }
        }
    }
    let files: usize = runs.iter().map(|run| run.plan.files.files.len()).sum();
    let first = |get: &dyn Fn(&Run) -> Option<String>| runs.iter().find_map(get);
    json!({
        "version": 1,
        "success": errors.is_empty(),
        "dry_run": args.write.writing.dry_run,
        "operation_id": first(&|run| run.done.id.clone()),
        "direction": match args.direction {
            Direction::GuiToGit => "gui_to_github",
            Direction::GitToGui => "github_to_gui",
            _ => "bidirectional",
        },
        "started_at": clock::rfc3339(started_at),
        "completed_at": clock::rfc3339(clock::now()),
        "statistics": {
            "resources_processed": total.processed,
            "resources_created": total.created,
            "resources_updated": total.updated,
            "resources_deleted": total.deleted,
            "conflicts_detected": total.conflicts + total.settled,
            "conflicts_resolved": total.settled,
        },
        "github_integration": {
            "commit_sha": first(&|run| match &run.carried {
                Some(carried) => carried.commit.clone(),
                None => run.done.commit.clone(),
            }),
            "pull_request_url": null,
            "branch_name": first(&|run| run.carried.as_ref().map(|carried| carried.branch.clone()))
                .or_else(|| context.repo.branch()),
        },
        "errors": errors,
        "warnings": warnings,
        "performance": {
            "processing_time_seconds": seconds,
            "api_calls_made": 0,
            "files_transferred": files,
        },
        "fabrics": runs.iter().map(|run| json!({
            "fabric": run.fabric,
            "operation_id": run.done.id,
            "branch": run.carried.as_ref().map(|carried| json!({
                "name": carried.branch,
                "commit": carried.commit,
                "outcome": step_word(&carried.step),
                "remote": carried.remote,
            })),
            "files": plans::json(&run.plan.files),
            "gui": run.plan.gui.iter().map(|write| json!({
                "resource": write.id.key(&write.fabric),
                "action": action_word(&write.action),
            })).collect::<Vec<_>>(),
            "resources": run.plan.items.iter().map(resource).collect::<Vec<_>>(),
            "conflicts": run.plan.conflicts.iter().map(|one| conflicts::as_json(&context.config.sync, one, state)).collect::<Vec<_>>(),
            "drift": run.drift.as_ref().map(super::super::drift::summary),
        })).collect::<Vec<_>>(),
    })
}

fn resource(item: &Item) -> Value {
    let (git, gui) = was_there(item);
    let (outcome, reason) = reason(&item.outcome);
    json!({
        "resource": item.key,
        "row": item.row,
        "git": word(&item.git, git),
        "gui": word(&item.gui, gui),
        "outcome": outcome,
        "reason": reason,
        "fields_settled": item.settled,
        "code": item.code,
        "note": item.note,
        "renamed_from": item.renamed_from,
        "settled": item.lost.iter().map(|lost| super::past::as_json(None, lost)).collect::<Vec<_>>(),
    })
}
