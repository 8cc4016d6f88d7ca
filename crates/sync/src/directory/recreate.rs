//! Making a fabric's directories anew, empty. The caller makes a backup first.

use hnp_model::SourceFile;
use hnp_state::STATE_PATH;
use hnp_state::config::Fabric;
use hnp_state::layout::{Area, PLACEHOLDER, area};
use hnp_state::{path, state_file};

use super::init::{Init, RepoFiles, structure};

/// Plans fresh directories: everything in `managed/` and `raw/` goes, `unmanaged/` and the rest stay.
///
/// # Errors
///
/// Fails where state.toml cannot be read, with one sentence for people.
pub fn recreate(
    name: &str,
    fabric: &Fabric,
    repo: &RepoFiles,
    files: &[SourceFile],
) -> Result<Init, String> {
    let mut init = Init {
        config: repo.config.clone().unwrap_or_default(),
        ..Init::default()
    };
    let goes = |file: &SourceFile| {
        fabric.directories.iter().any(|directory| {
            path::strip(&file.path, directory).is_some_and(|inside| {
                matches!(
                    area(inside),
                    Area::Managed | Area::RawPending | Area::RawProcessed | Area::RawErrors
                ) && !inside.ends_with(PLACEHOLDER)
            })
        })
    };
    for file in files.iter().filter(|file| goes(file)) {
        init.plan.remove(file.path.clone(), &file.bytes);
    }
    let stays: Vec<SourceFile> = files.iter().filter(|file| !goes(file)).cloned().collect();
    structure(fabric, repo, &stays, &mut init);
    if let Some(now) = &repo.state {
        let mut state = state_file::parse(now).map_err(|problems| {
            problems
                .first()
                .map(|problem| problem.message.clone())
                .unwrap_or_default()
        })?;
        let prefix = format!("{name}/");
        state.resources.retain(|key, _| !key.starts_with(&prefix));
        init.plan
            .write(STATE_PATH, state_file::write(&state), Some(now.as_bytes()));
    }
    init.plan.order();
    Ok(init)
}
