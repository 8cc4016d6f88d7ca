//! Fail points: places where tests kill the process, or have it told a lie.
//!
//! In a release build they are nothing. In a debug build `HNP_FAIL_AT=N` aborts at the Nth fail point reached, so a
//! test can die at each of them in turn without knowing their names. `HNP_FAULT=refuse:N` has the Nth call of a port fail
//! before it does anything, `HNP_FAULT=lose:N` lets it do everything and loses the answer.

/// What becomes of a call of a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is made.
    None,
    /// It is refused.
    Refused,
    /// It is made, and whoever made it never hears.
    Lost,
}

impl Fault {
    /// Says what a caller is told.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::None => "no fault",
            Self::Refused => "refused (a test's fault)",
            Self::Lost => "no answer (a test's fault)",
        }
    }
}

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

/// Waits as long as `HNP_PAUSE_MS` says, so that a test has time to interrupt.
#[cfg(debug_assertions)]
pub fn pause() {
    let asked = std::env::var("HNP_PAUSE_MS").ok();
    if let Some(milliseconds) = asked.and_then(|text| text.parse().ok()) {
        std::thread::sleep(std::time::Duration::from_millis(milliseconds));
    }
}

/// Waits as long as a test says.
#[cfg(not(debug_assertions))]
pub fn pause() {}

/// Asks what becomes of a call of a port.
#[cfg(debug_assertions)]
#[must_use]
pub fn fault(_name: &'static str) -> Fault {
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicUsize, Ordering};
    static WANTED: OnceLock<Option<(Fault, usize)>> = OnceLock::new();
    static SEEN: AtomicUsize = AtomicUsize::new(0);
    let wanted = WANTED.get_or_init(|| {
        let text = std::env::var("HNP_FAULT").ok()?;
        let (word, n) = text.split_once(':')?;
        let fault = match word {
            "refuse" => Fault::Refused,
            "lose" => Fault::Lost,
            _ => return None,
        };
        Some((fault, n.parse().ok()?))
    });
    match wanted {
        Some((fault, n)) if SEEN.fetch_add(1, Ordering::SeqCst) + 1 == *n => *fault,
        _ => Fault::None,
    }
}

/// Passes a fail point.
#[cfg(not(debug_assertions))]
pub fn point(_name: &'static str) {}

/// Asks what becomes of a call of a port.
#[cfg(not(debug_assertions))]
#[must_use]
pub fn fault(_name: &'static str) -> Fault {
    Fault::None
}
