//! What is to be done, worked out from what was read.

use hnp_state::state_file::State;
use hnp_sync::fabric::FabricFiles;
use hnp_sync::gui::Snapshot;
use hnp_sync::reconcile::{Inputs, Options, SyncPlan, plan_sync};

use super::Asked;
use crate::context::Context;
use crate::failure::Failure;

/// Makes the plan of one fabric.
///
/// # Errors
///
/// Exit 2 for settings that are wrong.
pub(super) fn plan(
    context: &Context,
    files: &FabricFiles<'_>,
    state: &State,
    snapshot: &Snapshot,
    asked: &Asked<'_>,
) -> Result<SyncPlan, Failure> {
    let (args, only) = (asked.args, asked.only);
    let settings = context.settings(Some(files.name), None)?;
    let accept = |key: &str| only.iter().any(|wanted| wanted.is_key(key));
    Ok(plan_sync(&Inputs {
        fabric: files,
        config: &context.config,
        settings: &settings,
        state,
        snapshot,
        blob: &|id| context.repo.read_blob(id),
        blob_id: &|bytes| context.repo.blob_id(bytes).unwrap_or_default(),
        options: Options {
            direction: args.direction,
            only: if only.is_empty() { None } else { Some(&accept) },
            confirm_deletes: args.confirm_deletes,
            ..Options::default()
        },
    }))
}
