//! What is read before anything is planned: the GUI, and Git's side.

use std::path::PathBuf;

use hnp_state::config::Fabric;
use hnp_state::layout::Area;
use hnp_state::state_file::State;
use hnp_sync::fabric::{FabricFiles, area_of, is_yaml};
use hnp_sync::gui::Snapshot;

use crate::args::{Global, SyncArgs};
use crate::context::{Context, work_dir};
use crate::failure::Failure;
use crate::output::clean;

/// A relative path is meant from where the user is, `-C` counted.
pub(super) fn gui_path(global: &Global, args: &SyncArgs) -> Result<PathBuf, Failure> {
    let text = args.gui.to_string_lossy();
    if text.starts_with("http://") || text.starts_with("https://") {
        return Err(Failure::Usage(
            "--gui: this version synchronises with a file; addresses are not built yet".to_owned(),
        ));
    }
    Ok(work_dir(global)?.join(&args.gui))
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

/// Reads a fabric's files: what is managed, and what it is judged together with.
///
/// # Errors
///
/// Exit 3 where one cannot be read.
pub(super) fn files<'c>(
    context: &Context,
    name: &'c str,
    fabric: &'c Fabric,
) -> Result<FabricFiles<'c>, Failure> {
    let listing = context.list(&fabric.directories)?;
    Ok(FabricFiles {
        name,
        fabric,
        files: context.read(&wanted_files(fabric, &listing.files))?,
    })
}

fn wanted_files(fabric: &Fabric, files: &[String]) -> Vec<String> {
    files
        .iter()
        .filter(|path| {
            is_yaml(path)
                && matches!(
                    area_of(fabric, path),
                    Some(
                        Area::Managed
                            | Area::Unmanaged
                            | Area::UnmanagedExternal
                            | Area::UnmanagedOverrides
                    )
                )
        })
        .cloned()
        .collect()
}
