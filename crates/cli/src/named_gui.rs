//! Which GUI is meant: the one that `--gui` names, else the one of the configuration.

use std::path::Path;

use hnp_local::AnyGui;

use crate::args::Global;
use crate::context::{Context, work_dir};
use crate::failure::Failure;

/// Finds the GUI that a command line names. A relative path is meant from where the user is, `-C` counted.
///
/// # Errors
///
/// Exit 2 for an address.
pub(crate) fn given(global: &Global, gui: &Path) -> Result<AnyGui, Failure> {
    refuse_address("--gui", &gui.to_string_lossy())?;
    Ok(AnyGui::named(gui, &work_dir(global)?))
}

/// Finds the GUI that the configuration names, from the root of the repository; nothing where it names none.
///
/// # Errors
///
/// Exit 2 for an address.
pub(crate) fn configured(context: &Context) -> Result<Option<AnyGui>, Failure> {
    let Some(gui) = &context.config.sync.gui else {
        return Ok(None);
    };
    refuse_address("sync.gui in .hnp/config.toml", gui)?;
    Ok(Some(AnyGui::named(Path::new(gui), context.worktree.root())))
}

fn refuse_address(place: &str, gui: &str) -> Result<(), Failure> {
    if gui.contains("://") {
        return Err(Failure::Usage(format!(
            "{place}: this version synchronises with files, directories and events; addresses are not built yet"
        )));
    }
    Ok(())
}
