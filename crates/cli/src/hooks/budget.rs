//! The time that pre-receive gives itself. A server that waits longer kills the hook without a word, or lets the push in.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::output;

/// How many references were judged, for what is said when time is up.
static JUDGED: AtomicUsize = AtomicUsize::new(0);

/// Counts a reference as judged.
pub(super) fn count() {
    JUDGED.fetch_add(1, Ordering::Relaxed);
}

/// Refuses the push when time is up, wherever the check stands then. Nothing is ever written, so stopping is safe.
pub(super) fn watch(start: Instant, milliseconds: u32, references: usize, prefix: &'static str) {
    let end = start + Duration::from_millis(u64::from(milliseconds));
    let message = move || {
        let judged = JUDGED.load(Ordering::Relaxed);
        let lines = [
            format!(
                "hnp: refused: the push could not be checked within {} s ({judged} of {references} reference(s) done).",
                seconds(milliseconds)
            ),
            "hnp: push less at once, such as half of the commits or one branch; `hnp validate --rev REV` checks without a limit.".to_owned(),
            "hnp: an administrator may raise hooks.pre_receive_milliseconds in the hnp/config.toml of the repository on the server, if the server waits that long.".to_owned(),
        ];
        lines.map(|line| format!("{prefix}{line}\n")).concat()
    };
    let started = std::thread::Builder::new().spawn(move || {
        std::thread::sleep(end.saturating_duration_since(Instant::now()));
        let _ = output::print(&message());
        std::process::exit(3);
    });
    if started.is_err() {
        let _ = output::print(&format!(
            "{prefix}hnp: refused: the time of the check cannot be watched, since no thread could be started.\n"
        ));
        std::process::exit(3);
    }
}

fn seconds(milliseconds: u32) -> String {
    format!("{}.{}", milliseconds / 1000, milliseconds % 1000 / 100)
}
