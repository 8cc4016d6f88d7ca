//! What an operation takes: time, CPU time, memory.

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use nix::sys::resource::{Usage, UsageWho, getrusage};
use nix::sys::time::TimeVal;

use crate::clock;

/// Where the operation at hand began.
#[derive(Clone, Copy)]
pub(crate) struct Begun {
    /// For durations.
    pub(crate) instant: Instant,
    /// Seconds since 1970.
    pub(crate) seconds: i64,
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
pub(crate) fn begun() -> Begun {
    *BEGUN
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .get_or_insert_with(Begun::now)
}

/// Returns the CPU seconds that the operation took so far, of `git` too where it called it, and the most memory that this
/// process had in use, in MiB. Nothing where a fixed clock asks for a run that can be repeated exactly.
pub(crate) fn used() -> (Option<f64>, Option<u64>) {
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
