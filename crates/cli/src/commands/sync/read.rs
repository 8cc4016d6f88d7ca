//! What is read before anything is planned: the GUI, and Git's side.

use std::collections::{BTreeMap, BTreeSet};

use hnp_local::AnyGui;
use hnp_model::SourceFile;
use hnp_model::canonical::sha256_hex;
use hnp_state::state_file::State;
use hnp_sync::fabric::FabricFiles;
use hnp_sync::gui::Snapshot;
use hnp_sync::plan::{FileOp, Plan};

use crate::args::{Global, SyncArgs};
use crate::context::{Context, work_dir};
use crate::failure::Failure;
use crate::output::clean;

/// Finds the GUI. A relative path is meant from where the user is, `-C` counted.
///
/// # Errors
///
/// Exit 2 for an address.
pub(super) fn gui(global: &Global, args: &SyncArgs) -> Result<AnyGui, Failure> {
    let text = args.gui.to_string_lossy();
    if text.starts_with("http://") || text.starts_with("https://") {
        return Err(Failure::Usage(
            "--gui: this version synchronises with files, directories and events; addresses are not built yet".to_owned(),
        ));
    }
    Ok(AnyGui::named(&args.gui, &work_dir(global)?))
}

/// Refuses a GUI of another pairing, and one that does not say to which fabric its resources belong.
pub(super) fn check(context: &Context, snapshot: &Snapshot, state: &State) -> Result<(), Failure> {
    if let Some(lineage) = snapshot
        .lineage
        .as_ref()
        .filter(|lineage| **lineage != state.lineage)
    {
        return Err(Failure::Usage(format!(
            "the GUI is paired with {}, this repository is {}: they were never synchronised with each other. Take `lineage` out of the GUI's file only if that is what you want",
            clean(lineage),
            state.lineage
        )));
    }
    for one in &snapshot.resources {
        match &one.fabric {
            Some(name) if !context.config.fabrics.contains_key(name) => {
                return Err(Failure::Usage(format!(
                    "the GUI has {} in fabric `{}`, which is not configured",
                    clean(&one.id.to_string()),
                    clean(name)
                )));
            }
            None if context.config.fabrics.len() > 1 => {
                return Err(Failure::Usage(format!(
                    "the GUI does not say to which fabric {} belongs; add `fabric`",
                    clean(&one.id.to_string())
                )));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Returns the first file that is no longer as it was read and then written.
///
/// # Errors
///
/// Exit 3 where one cannot be read.
pub(super) fn changed_since(
    context: &Context,
    before: &FabricFiles<'_>,
    written: &Plan,
) -> Result<Option<String>, Failure> {
    let now = FabricFiles::read(&context.worktree, before.name, before.fabric)?;
    let map = |files: &[SourceFile]| -> BTreeMap<String, String> {
        files
            .iter()
            .map(|file| (file.path.clone(), sha256_hex(&file.bytes)))
            .collect()
    };
    let (mut expected, now) = (map(&before.files), map(&now.files));
    for op in &written.files {
        match op {
            FileOp::Write { path, bytes, .. } => {
                expected.insert(path.clone(), sha256_hex(bytes));
            }
            FileOp::Remove { path, .. } => _ = expected.remove(path),
            FileOp::Move { from, to, .. } => {
                if let Some(sha256) = expected.remove(from) {
                    expected.insert(to.clone(), sha256);
                }
            }
        }
    }
    let paths: BTreeSet<&String> = expected.keys().chain(now.keys()).collect();
    Ok(paths
        .into_iter()
        .find(|path| expected.get(*path) != now.get(*path))
        .cloned())
}
