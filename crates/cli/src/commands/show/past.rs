//! What the ledger says of one resource.

use hnp_state::ledger::{OperationType, Past, Record};

use crate::clock;

/// What is derived from the records.
#[derive(Default)]
pub(super) struct History {
    /// When an operation last changed it.
    pub(super) last_sync: Option<String>,
    /// How long that took, in milliseconds.
    pub(super) duration_ms: Option<f64>,
    /// Failures in a row.
    pub(super) errors: usize,
    /// Message and time of the last failure, where none of its operations went well since.
    pub(super) last_error: Option<(String, Option<String>)>,
    /// Five failures in a row, and nobody let it go.
    pub(super) on_hold: bool,
    /// The newest pull request that carried it.
    pub(super) pull_request: Option<String>,
    /// When a record first named its open conflict.
    pub(super) conflict_since: Option<String>,
    /// How often its open conflict was answered.
    pub(super) attempts: usize,
    /// A conflict of it was settled once.
    pub(super) was_settled: bool,
}

/// Looks through the records, newest first.
pub(super) fn history(
    records: &[Record],
    fabric: &str,
    key: &str,
    short: &str,
    conflict: Option<&str>,
) -> History {
    let mut found = History::default();
    let of_fabric = |record: &&Record| record.fabric.as_deref().is_none_or(|name| name == fabric);
    for record in records.iter().filter(of_fabric) {
        if let Some(id) = conflict
            && record.conflicts.iter().any(|known| known == id)
        {
            found.conflict_since.clone_from(&record.started_at);
            found.attempts +=
                usize::from(record.operation_type == OperationType::ConflictResolution);
        }
        let is = |known: &String| known == key || known == short;
        if record.failed_resources.iter().any(is)
            && found.last_sync.is_none()
            && found.last_error.is_none()
        {
            let message = record
                .error_details
                .iter()
                .rev()
                .find(|detail| detail.resource.as_deref() == Some(key))
                .map(|detail| detail.message.clone())
                .or_else(|| record.last_error_message.clone());
            found.last_error = Some((message.unwrap_or_default(), record.completed_at.clone()));
        }
        if !record.resources.iter().any(is) {
            continue;
        }
        if record.operation_type == OperationType::ConflictResolution {
            found.was_settled = true;
            continue;
        }
        if found.pull_request.is_none() {
            found.pull_request.clone_from(&record.pull_request_url);
        }
        if found.last_sync.is_none() && record.operation_type != OperationType::Retry {
            found.last_sync.clone_from(&record.completed_at);
            found.duration_ms = record
                .processing_time_seconds
                .map(|seconds| (seconds * 1000.0).round());
        }
    }
    let dated = records.iter().map(|record| {
        let began = record.started_at.as_deref().and_then(clock::seconds);
        (began.unwrap_or_default(), record)
    });
    let past = Past::of(dated, clock::now());
    found.errors = past.failures(key);
    found.on_hold = past.is_on_hold(key);
    if found.errors == 0 {
        found.last_error = None;
    }
    found
}
