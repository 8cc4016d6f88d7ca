//! Taking a fabric out whole: its files, its configuration, its entries in the state. The caller makes an archive first.

use hnp_model::SourceFile;
use hnp_state::config::{self, Config, Fabric};
use hnp_state::layout::{Area, PLACEHOLDER, area};
use hnp_state::state_file::{self, State};
use hnp_state::{CONFIG_PATH, STATE_PATH, path};

use super::attributes;
use super::init::{ATTRIBUTES_PATH, RepoFiles, first};
use crate::plan::Plan;

/// A fabric's end.
#[derive(Clone, Debug, Default)]
pub struct Dissolved {
    /// What to do.
    pub plan: Plan,
    /// Files under the fabric's directories that are not hnp's, and stay.
    pub left: Vec<String>,
    /// Keys of the resources that were on record.
    pub resources: Vec<String>,
}

/// Plans the end of a fabric: everything in `managed/` and `raw/` goes, and so do placeholders, configuration, attributes and
/// entries. What people keep in `unmanaged/` or beside it stays.
///
/// # Errors
///
/// Fails where the configuration or the state cannot be read, has no such fabric, or names it elsewhere too.
pub fn dissolve(name: &str, repo: &RepoFiles, files: &[SourceFile]) -> Result<Dissolved, String> {
    let text = repo
        .config
        .as_deref()
        .ok_or("there is no .hnp/config.toml, so there is no fabric to delete")?;
    let config = Config::parse(text).map_err(|errors| first(&errors))?;
    let Some(fabric) = config.fabrics.get(name) else {
        return Err(format!("there is no fabric `{name}`"));
    };
    let mut end = Dissolved::default();
    for file in files {
        let Some(inside) = inside(fabric, &file.path) else {
            continue;
        };
        if goes(inside, &file.bytes) {
            end.plan.remove(file.path.clone(), &file.bytes);
        } else {
            end.left.push(file.path.clone());
        }
    }
    if config
        .policies
        .iter()
        .any(|policy| policy.matches.fabric.as_deref() == Some(name))
    {
        return Err(format!(
            "a [[policy]] in {CONFIG_PATH} names the fabric `{name}`, and would be wrong without it. Take that policy out, then run the command again"
        ));
    }
    let edited = config::edit::remove_fabric(text, name).map_err(|error| error.to_string())?;
    end.plan.write(CONFIG_PATH, edited, Some(text.as_bytes()));
    if let Some(now) = &repo.attributes {
        let text = attributes::without(now, &fabric.directories, false);
        end.plan.write(ATTRIBUTES_PATH, text, Some(now.as_bytes()));
    }
    if let Some(now) = &repo.state {
        let mut state = state_file::parse(now)
            .map_err(|_| ".hnp/state.toml is damaged. Run `hnp state rebuild` first".to_owned())?;
        end.resources = forget(&mut state, name);
        end.plan
            .write(STATE_PATH, state_file::write(&state), Some(now.as_bytes()));
    }
    end.plan.order();
    Ok(end)
}

pub(super) fn inside<'p>(fabric: &Fabric, file: &'p str) -> Option<&'p str> {
    fabric
        .directories
        .iter()
        .find_map(|directory| path::strip(file, directory))
}

/// Tells whether a file goes with its fabric.
pub(super) fn goes(inside: &str, bytes: &[u8]) -> bool {
    let is_placeholder = bytes.is_empty() && inside.rsplit('/').next() == Some(PLACEHOLDER);
    is_placeholder
        || matches!(
            area(inside),
            Area::Managed | Area::RawPending | Area::RawProcessed | Area::RawErrors
        )
}

/// Takes everything about a fabric out of the state; returns the keys of its entries.
pub(super) fn forget(state: &mut State, name: &str) -> Vec<String> {
    let prefix = format!("{name}/");
    let keys: Vec<String> = state
        .resources
        .keys()
        .filter(|key| key.starts_with(&prefix))
        .cloned()
        .collect();
    state.resources.retain(|key, _| !key.starts_with(&prefix));
    state
        .conflicts
        .retain(|_, fields| !is_about(fields, &prefix));
    state
        .resolutions
        .retain(|_, fields| !is_about(fields, &prefix));
    keys
}

/// Tells whether a conflict or a resolution is about a resource of a fabric.
pub(super) fn is_about(fields: &state_file::Fields, prefix: &str) -> bool {
    matches!(fields.get("resource"), Some(state_file::Field::Text(key)) if key.starts_with(prefix))
}
