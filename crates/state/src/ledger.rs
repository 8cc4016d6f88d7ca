//! The record of one operation, as `refs/hnp/log` keeps it.
//!
//! Fields bear the names that HNP's `SyncOperation` has; every one of them is written, `null` where nothing is known.
//! Fields beside those are hnp's own. The clock is the caller's: times come as RFC 3339 texts.

mod past;
mod record;
mod trailer;
mod words;

pub use past::{FLIPS, HOLD_AFTER, Past, Step, WINDOW_SECONDS, set_steps};
pub use record::{Detail, Record, RecordError};
pub use trailer::{Trailer, format_trailers, parse_trailers};
pub use words::{OperationType, Resolution, Status, SyncDirection, Trigger};

/// Version of the record's form.
pub const VERSION: u32 = 1;

/// Most errors that one record keeps, the newest; all are counted.
pub const MAX_ERRORS: usize = 100;

/// Most warnings that one record keeps, the newest; all are counted.
pub const MAX_WARNINGS: usize = 50;
