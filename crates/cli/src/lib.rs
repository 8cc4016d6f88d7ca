//! The hnp command line.

use std::process::ExitCode;

/// Runs hnp with the arguments of the process.
#[must_use]
pub fn main() -> ExitCode {
    ExitCode::SUCCESS
}
