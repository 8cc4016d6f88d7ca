//! What set an operation off and what it takes: time, CPU time, memory.

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use hnp_state::ledger::{Record, Trigger};
use nix::sys::resource::{Usage, UsageWho, getrusage};
use nix::sys::time::TimeVal;

use crate::{asked, clock};

/// Where the operation at hand began.
#[derive(Clone, Copy)]
struct Begun {
    /// For durations.
    instant: Instant,
    /// Seconds since 1970.
    seconds: i64,
    cpu: Option<f64>,
}

/// One process may do several operations, one after another: the demo does.
static BEGUN: Mutex<Option<Begun>> = Mutex::new(None);

impl Begun {
    fn now() -> Self {
        Self {
            instant: Instant::now(),
            seconds: clock::now(),
            cpu: cpu(),
        }
    }
}

/// Says that an operation begins.
pub(crate) fn begin() {
    *BEGUN.lock().unwrap_or_else(PoisonError::into_inner) = Some(Begun::now());
}

/// Returns where the operation at hand began; now where nobody said.
fn begun() -> Begun {
    *BEGUN
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .get_or_insert_with(Begun::now)
}

/// Writes into a record when its operation began, what set it off, and how it was asked.
pub(crate) fn open(record: &mut Record) {
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    record.started_at = Some(clock::rfc3339(begun().seconds));
    record.trigger_type = Trigger::Cli;
    if let Some(event) = set("GITHUB_EVENT_NAME") {
        record.trigger_type = Trigger::of_github_event(&event);
        if let Some(actor) = set("GITHUB_ACTOR") {
            record.initiated_by = Some(actor);
        }
    }
    record.operation_config = asked::config();
    let program = concat!("hnp/", env!("CARGO_PKG_VERSION"));
    let agent = ("user_agent".to_owned(), program.into());
    record.client_info.extend([agent]);
}

/// Writes into a record that its operation is over, and what it took.
pub(crate) fn close(record: &mut Record) {
    (record.cpu_time_seconds, record.memory_peak_mb) = used();
    let now = clock::rfc3339(clock::now());
    record.date_details(&now);
    // A fixed clock asks for a run that can be repeated exactly.
    let seconds = if clock::is_fixed() {
        0.0
    } else {
        begun().instant.elapsed().as_secs_f64()
    };
    record.finish(&now, seconds);
}

/// Returns the CPU seconds that the operation took so far, of `git` too where it called it, and the most memory that this
/// process had in use, in MiB. Nothing where a fixed clock asks for a run that can be repeated exactly.
fn used() -> (Option<f64>, Option<u64>) {
    if clock::is_fixed() {
        return (None, None);
    }
    let since = begun().cpu;
    let cpu = cpu().zip(since).map(|(now, then)| {
        // Milliseconds are what the kernel's figures are good for.
        ((now - then).max(0.0) * 1000.0).round() / 1000.0
    });
    (cpu, memory())
}

fn cpu() -> Option<f64> {
    let of = |who| {
        getrusage(who)
            .ok()
            .map(|usage: Usage| seconds(usage.user_time()) + seconds(usage.system_time()))
    };
    Some(of(UsageWho::RUSAGE_SELF)? + of(UsageWho::RUSAGE_CHILDREN)?)
}

#[allow(clippy::cast_precision_loss)]
fn seconds(time: TimeVal) -> f64 {
    time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6
}

fn memory() -> Option<u64> {
    let most = getrusage(UsageWho::RUSAGE_SELF).ok()?.max_rss();
    // Linux counts KiB, macOS bytes.
    let kib = if cfg!(target_os = "macos") {
        most / 1024
    } else {
        most
    };
    Some(u64::try_from(kib).ok()?.div_ceil(1024))
}
