//! Fail points: places where tests kill the process.
//!
//! In a release build they are nothing. In a debug build `HNP_FAIL_AT=N` aborts at the Nth fail point reached, so a
//! test can die at each of them in turn without knowing their names.

/// Passes a fail point.
#[cfg(debug_assertions)]
pub fn point(_name: &'static str) {
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicUsize, Ordering};
    static WANTED: OnceLock<Option<usize>> = OnceLock::new();
    static SEEN: AtomicUsize = AtomicUsize::new(0);
    let wanted = WANTED.get_or_init(|| std::env::var("HNP_FAIL_AT").ok()?.parse().ok());
    if let Some(wanted) = wanted
        && SEEN.fetch_add(1, Ordering::SeqCst) + 1 == *wanted
    {
        std::process::abort();
    }
}

/// Passes a fail point.
#[cfg(not(debug_assertions))]
pub fn point(_name: &'static str) {}
