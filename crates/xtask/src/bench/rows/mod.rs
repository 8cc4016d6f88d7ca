//! The rows, one file a family. A new measurement is one more item in one of them.

mod binary;
mod hooks;
mod ingest;
mod sync;
mod validate;

use super::row::Row;

/// Every row in the order of the table.
pub(crate) fn all() -> Vec<Row> {
    [
        validate::rows(),
        ingest::rows(),
        hooks::rows(),
        sync::rows(),
        binary::rows(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
