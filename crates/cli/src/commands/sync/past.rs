//! The past of resources for a plan, and what a plan leaves of itself for the next ones.

use hnp_state::ledger::{Detail, Past, Record, Resolution, Trigger, set_steps};
use hnp_sync::reconcile::{Lost, Outcome, SyncPlan};
use serde_json::{Value, json};

use super::super::log;
use super::Run;
use crate::args::SyncArgs;
use crate::clock;
use crate::context::Context;

/// How many records back holds and fights are looked for.
const RECORDS: usize = 2_000;

/// Says what set a run off.
pub(super) fn trigger(args: &SyncArgs) -> Trigger {
    if let Some(trigger) = &args.trigger {
        return trigger.clone();
    }
    match std::env::var("GITHUB_EVENT_NAME") {
        Ok(event) if !event.is_empty() => Trigger::of_github_event(&event),
        _ => Trigger::Cli,
    }
}

/// Reads what the ledger says of single resources. Where it cannot be read there is no hold.
#[must_use]
pub(in super::super) fn read(context: &Context) -> Past {
    let records = log::records(context, RECORDS).unwrap_or_default();
    let dated = records.iter().map(|record| {
        let at = record.started_at.as_deref().and_then(clock::seconds);
        (at.unwrap_or_default(), record)
    });
    Past::of(dated, clock::now())
}

/// Tells whether something was tried that could not be done: that is worth a record, or nobody would count it.
pub(super) fn has_failed(plan: &SyncPlan) -> bool {
    plan.items
        .iter()
        .any(|item| matches!(item.outcome, Outcome::Failed(_)))
}

/// Fills in what later runs look for, and what gave way in conflicts.
pub(super) fn fill(record: &mut Record, run: &Run, args: &SyncArgs) {
    record.trigger_type = trigger(args);
    for item in &run.plan.items {
        if let Outcome::Failed(why) = &item.outcome {
            record.failed_resources.push(item.key.clone());
            record.push_error(Detail {
                resource: Some(item.key.clone()),
                ..Detail::new("file", why)
            });
        }
    }
    let failed = |key: &str| run.failed.iter().any(|(failed, _)| failed == key);
    let done = || {
        let items = run.plan.items.iter();
        items.filter(|item| item.outcome == Outcome::Changed && !failed(&item.key))
    };
    set_steps(
        record,
        done().filter_map(|item| Some((item.key.as_str(), item.step.as_ref()?))),
    );
    let settled: Vec<Value> = done()
        .flat_map(|item| item.lost.iter().map(|lost| as_json(Some(&item.key), lost)))
        .collect();
    let by = done().flat_map(|item| &item.lost).map(|lost| lost.by);
    // A strategy's word says more than that a person was asked, too.
    if let Some(word) = by.max_by_key(|word| *word != "user_guided") {
        record.conflict_resolution_strategy = Some(Resolution::from(word.to_owned()));
    }
    if !settled.is_empty() {
        record.details.insert("settled".to_owned(), settled.into());
    }
}

/// Writes what gave way in a conflict.
pub(super) fn as_json(resource: Option<&str>, lost: &Lost) -> Value {
    let value = |side: &Option<String>| {
        side.as_ref()
            .and_then(|text| serde_json::from_str::<Value>(text).ok())
    };
    let mut json = json!({
        "field": lost.path,
        "by": lost.by,
        "winner": lost.winner,
        "lost_gui": value(&lost.gui),
        "lost_git": value(&lost.git),
    });
    if let Some(key) = resource {
        json["resource"] = key.into();
    }
    json
}
