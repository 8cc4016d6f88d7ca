//! `hnp metrics`

use std::collections::BTreeMap;
use std::fmt::Write as _;

use hnp_report::Format;
use hnp_state::ledger::{Record, Status};
use serde_json::{Value, json};

use crate::args::{Global, MetricsArgs};
use crate::clock;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::{Output, clean};

const DAY: i64 = 24 * 60 * 60;

/// What some operations took and brought.
#[derive(Default)]
struct Sum {
    count: u64,
    completed: u64,
    seconds: f64,
    most_seconds: f64,
    targeted: u64,
    done: u64,
    detected: u64,
    resolved: u64,
    manual: u64,
    files: u64,
    bytes: u64,
    errors: u64,
    warnings: u64,
    api_calls: u64,
    rate_limited: u64,
    cpu: f64,
    memory: Option<u64>,
}

impl Sum {
    fn add(&mut self, record: &Record) {
        let seconds = record.processing_time_seconds.unwrap_or_default();
        self.count += 1;
        self.completed += u64::from(record.status == Status::Completed);
        self.seconds += seconds;
        self.most_seconds = self.most_seconds.max(seconds);
        self.targeted += record.resources_targeted;
        let done = record
            .resources_processed
            .saturating_sub(record.resources_skipped);
        self.done += done.min(record.resources_targeted);
        self.detected += record.conflicts_detected;
        self.resolved += record.conflicts_resolved;
        self.manual += record.conflicts_manual;
        self.files += record.files_processed;
        self.bytes += record.total_file_size_bytes;
        self.errors += record.error_count;
        self.warnings += record.warning_count;
        self.api_calls += record.api_calls_made;
        self.rate_limited += u64::from(record.github_rate_limit_hit);
        self.cpu += record.cpu_time_seconds.unwrap_or_default();
        self.memory = self.memory.max(record.memory_peak_mb);
    }

    fn avg_duration(&self) -> f64 {
        rounded(self.seconds / whole(self.count.max(1)))
    }

    /// The share of the resources aimed at that were dealt with; 1 where none was.
    fn success_rate(&self) -> f64 {
        share(self.done, self.targeted)
    }

    /// The share of the operations that came to their end without an error.
    fn operation_rate(&self) -> f64 {
        share(self.completed, self.count)
    }

    fn resolution_rate(&self) -> f64 {
        share(self.resolved, self.detected)
    }
}

#[allow(clippy::cast_precision_loss)]
fn whole(count: u64) -> f64 {
    count as f64
}

fn rounded(number: f64) -> f64 {
    (number * 1000.0).round() / 1000.0
}

fn share(part: u64, all: u64) -> f64 {
    if all == 0 {
        return 1.0;
    }
    rounded(whole(part.min(all)) / whole(all))
}

pub(super) fn run(global: &Global, args: &MetricsArgs) -> Result<Output, Failure> {
    let context = Context::open_raw(global)?;
    let until = clock::now();
    let since = until.saturating_sub(i64::from(args.days).saturating_mul(DAY));
    let mut all = Sum::default();
    let mut kinds: BTreeMap<(String, String), Sum> = BTreeMap::new();
    for record in super::log::records(&context, usize::MAX)? {
        let began = record.started_at.as_deref().and_then(clock::seconds);
        let wanted = args.fabrics.fabric.is_empty()
            || record
                .fabric
                .as_ref()
                .is_some_and(|name| args.fabrics.fabric.contains(name));
        if !wanted || began.is_none_or(|began| began < since) {
            continue;
        }
        all.add(&record);
        let kind = (
            record.operation_type.as_str().to_owned(),
            record.status.as_str().to_owned(),
        );
        kinds.entry(kind).or_default().add(&record);
    }
    Ok(if global.format == Format::Json {
        Output::json(&as_json(args.days, &all, &kinds))
    } else {
        Output::of(as_text(args.days, &all, &kinds))
    })
}

fn as_json(days: u32, all: &Sum, kinds: &BTreeMap<(String, String), Sum>) -> Value {
    json!({
        "version": 1,
        "days": days,
        "count": all.count,
        "success_rate": all.operation_rate(),
        "avg_duration": all.avg_duration(),
        "operations": kinds
            .iter()
            .map(|((kind, status), sum)| json!({
                "operation_type": kind,
                "status": status,
                "count": sum.count,
                "avg_duration": sum.avg_duration(),
                "max_duration": rounded(sum.most_seconds),
                "success_rate": sum.success_rate(),
            }))
            .collect::<Vec<_>>(),
        "resources": { "targeted": all.targeted, "done": all.done, "success_rate": all.success_rate() },
        "conflicts": {
            "detected": all.detected,
            "resolved": all.resolved,
            "manual": all.manual,
            "resolution_rate": all.resolution_rate(),
        },
        "files": { "processed": all.files, "total_size_bytes": all.bytes },
        "errors": all.errors,
        "warnings": all.warnings,
        "api_calls_made": all.api_calls,
        "github_rate_limit_hits": all.rate_limited,
        "cpu_time_seconds": rounded(all.cpu),
        "memory_peak_mb": all.memory,
    })
}

fn as_text(days: u32, all: &Sum, kinds: &BTreeMap<(String, String), Sum>) -> String {
    if all.count == 0 {
        return format!("Nothing was done here in {days} day(s).\n");
    }
    let percent = |share: f64| format!("{:.1} %", share * 100.0);
    let mut text = format!(
        "{} operation(s) in {days} day(s), {} of them without an error\n",
        all.count,
        percent(all.operation_rate())
    );
    for ((kind, status), sum) in kinds {
        let _ = writeln!(
            text,
            "  {:<19} {:<19} {:>5}  {:.3} s on average, {:.3} s at most, {} of the resources",
            clean(kind),
            clean(status),
            sum.count,
            sum.avg_duration(),
            sum.most_seconds,
            percent(sum.success_rate())
        );
    }
    let _ = writeln!(
        text,
        "resources  {} of {} done\nconflicts  {} met, {} settled, {} left to people\nfiles      {} ({} bytes)\nerrors     {}, warnings {}",
        all.done,
        all.targeted,
        all.detected,
        all.resolved,
        all.manual,
        all.files,
        all.bytes,
        all.errors,
        all.warnings
    );
    let _ = writeln!(
        text,
        "network    {} call(s), {} run(s) held up by a rate limit",
        all.api_calls, all.rate_limited
    );
    if let Some(memory) = all.memory {
        let _ = writeln!(
            text,
            "machine    {:.3} s of CPU time, {memory} MiB at most",
            all.cpu
        );
    }
    text
}
