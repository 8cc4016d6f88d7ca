//! The record of a run that leaves worktree, index and HEAD alone.

use hnp_git::{LOG_REF, Stamp};
use hnp_state::ledger::{Detail, Record};
use hnp_sync::forge::Next;
use hnp_sync::reconcile::Outcome;

use serde_json::{Map, Value};

use super::{Run, carry, past, show};
use crate::args::SyncArgs;
use crate::context::Context;
use crate::failure::Failure;
use crate::meter;

/// Where a record keeps the revisions of the GUI that went to Git.
pub(super) const REVISIONS: &str = "gui_revisions";

/// Names an operation. The same thing done twice in one second is two operations: the ledger has moved on in between.
pub(super) fn id(context: &Context, title: &str, stamp: &Stamp, words: &[&str]) -> String {
    let log = context.repo.resolve(LOG_REF).unwrap_or_default();
    let seconds = stamp.seconds.to_string();
    let mut all = vec![title, seconds.as_str(), log.as_str()];
    all.extend(words);
    super::branch::digest(&all)
}

/// Fills in what every record of a synchronisation says.
pub(super) fn fill(record: &mut Record, run: &Run, args: &SyncArgs) {
    show::Counts::of(&run.plan).fill(record);
    record.conflicts = run
        .plan
        .conflicts
        .iter()
        .map(|one| one.id.clone())
        .collect();
    past::fill(record, run, args);
    record.details.extend(run.details.clone());
    record.resources_skipped += run.failed.len() as u64;
    for (key, why) in &run.failed {
        record.failed_resources.push(key.clone());
        record.push_error(Detail {
            resource: Some(key.clone()),
            ..Detail::new("gui", why)
        });
    }
    // By these an event that comes late or twice is known: nothing but the ledger counts what the GUI counts.
    let taken: Map<String, Value> = run
        .revisions
        .iter()
        .filter(|(key, _)| run.failed.iter().all(|(failed, _)| failed != *key))
        .map(|(key, went)| (key.clone(), went.to_json()))
        .collect();
    if !taken.is_empty() {
        record
            .details
            .insert(REVISIONS.to_owned(), Value::Object(taken));
    }
    for (key, why) in &run.differ {
        record.push_warning(Detail {
            resource: Some(key.clone()),
            ..Detail::new("read_back", why)
        });
    }
}

/// Records a run.
///
/// # Errors
///
/// Exit 3 where the ledger cannot be written.
pub(super) fn keep(
    context: &Context,
    args: &SyncArgs,
    run: &mut Run,
    id: &str,
    title: &str,
    stamp: &Stamp,
) -> Result<(), Failure> {
    let mut record = Record::new(id, carry::kind(args.direction));
    record.fabric = Some(run.fabric.clone());
    record.initiated_by = Some(stamp.by.name.clone());
    meter::open(&mut record);
    record.resources = run
        .plan
        .items
        .iter()
        .filter(|item| item.outcome == Outcome::Changed)
        .map(|item| item.key.clone())
        .filter(|key| run.failed.iter().all(|(failed, _)| failed != key))
        .collect();
    if let Some(carried) = &run.carried {
        record.branch_name = Some(carried.branch.clone());
        if matches!(carried.step, Next::Write { .. } | Next::Nothing) {
            record.commit_sha.clone_from(&carried.commit);
        }
        if matches!(carried.step, Next::Write { .. }) {
            record.files_processed = run.plan.files.files.len() as u64;
        }
    }
    fill(&mut record, run, args);
    for problem in &run.done.problems {
        record.push_error(Detail::new("carrier", problem));
    }
    meter::close(&mut record);
    context
        .repo
        .append_log(id, title, &record.to_json(), stamp)?;
    hnp_local::fail::point("recorded");
    run.done.id = Some(id.to_owned());
    Ok(())
}
