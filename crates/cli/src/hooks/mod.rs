//! Git's hooks, a file each. What decides is pure (`trust`, `updates`, `script`); what reads is `judge`; the rest says it.
//!
//! No hook writes anything but hnp's own cache. pre-commit with `--ingest` is the one exception, and says so.

mod budget;
mod drop;
mod judge;
mod post_merge;
mod pre_commit;
mod pre_push;
mod pre_receive;
mod quick;
pub(crate) mod script;
mod show;
mod trust;
mod updates;

use std::io::{IsTerminal as _, Read as _};
use std::time::Instant;

use crate::args::{Global, HookArgs, HookName};
use crate::failure::Failure;
use crate::output::Output;

/// Runs a hook.
///
/// # Errors
///
/// Exit 2 or 3: Git stops at either, as it does at 1.
pub(crate) fn run(global: &Global, args: &HookArgs, start: Instant) -> Result<Output, Failure> {
    match args.name {
        HookName::PreCommit => pre_commit::run(global, args),
        HookName::PreMergeCommit => pre_commit::merge(global, args),
        HookName::PrePush => pre_push::run(global, args),
        HookName::PreReceive => pre_receive::run(global, args, start),
        HookName::PostMerge => post_merge::run(global),
    }
}

/// Reads what Git says of a push.
fn standard_input() -> Result<String, Failure> {
    let mut input = std::io::stdin();
    if input.is_terminal() {
        return Err(Failure::Usage(
            "this hook reads from standard input what Git says of a push; `hnp validate --rev REV` checks a commit by hand"
                .to_owned(),
        ));
    }
    let mut bytes = Vec::new();
    input
        .read_to_end(&mut bytes)
        .map_err(|error| Failure::Environment(format!("cannot read standard input: {error}")))?;
    // Names of references may hold any bytes; they are only shown.
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
