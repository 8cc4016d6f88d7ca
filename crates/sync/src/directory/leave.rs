//! Taking hnp out of a repository; the YAML stays.

use hnp_model::SourceFile;
use hnp_state::config::{self, Config};
use hnp_state::layout::{PLACEHOLDER, directories};
use hnp_state::state_file;
use hnp_state::{CONFIG_PATH, STATE_PATH, path};

use super::attributes;
use super::init::{ATTRIBUTES_PATH, RepoFiles};
use crate::plan::Plan;

/// Plans the removal of hnp from one fabric, or from all of them.
///
/// # Errors
///
/// Fails where the configuration cannot be read or has no such fabric, with one sentence for people.
pub fn leave(name: Option<&str>, repo: &RepoFiles, files: &[SourceFile]) -> Result<Plan, String> {
    let text = repo
        .config
        .as_deref()
        .ok_or("there is no .hnp/config.toml, so there is nothing to remove")?;
    let config = Config::parse(text)
        .map_err(|errors| errors.first().map(ToString::to_string).unwrap_or_default())?;
    if let Some(name) = name
        && !config.fabrics.contains_key(name)
    {
        return Err(format!("there is no fabric `{name}`"));
    }
    let leaving: Vec<_> = config
        .fabrics
        .iter()
        .filter(|(known, _)| name.is_none_or(|name| *known == name))
        .collect();
    let all = leaving.len() == config.fabrics.len();
    let mut plan = Plan::default();
    let mut dirs = Vec::new();
    for (_, fabric) in &leaving {
        for directory in &fabric.directories {
            dirs.push(directory.clone());
            for inside in directories(fabric.template) {
                let placeholder = path::join(directory, &format!("{inside}/{PLACEHOLDER}"));
                if let Some(file) = files
                    .iter()
                    .find(|file| file.path == placeholder && file.bytes.is_empty())
                {
                    plan.remove(placeholder, &file.bytes);
                }
            }
        }
    }
    if let Some(now) = &repo.attributes {
        let text = attributes::without(now, &dirs, all);
        if text.is_empty() {
            plan.remove(ATTRIBUTES_PATH, now.as_bytes());
        } else {
            plan.write(ATTRIBUTES_PATH, text, Some(now.as_bytes()));
        }
    }
    if all {
        plan.remove(CONFIG_PATH, text.as_bytes());
        if let Some(state) = &repo.state {
            plan.remove(STATE_PATH, state.as_bytes());
        }
    } else {
        let mut edited = text.to_owned();
        for (name, _) in &leaving {
            edited =
                config::edit::remove_fabric(&edited, name).map_err(|error| error.to_string())?;
        }
        plan.write(CONFIG_PATH, edited, Some(text.as_bytes()));
        if let Some(now) = &repo.state
            && let Ok(mut state) = state_file::parse(now)
        {
            state.resources.retain(|key, _| {
                !leaving
                    .iter()
                    .any(|(name, _)| key.starts_with(&format!("{name}/")))
            });
            plan.write(STATE_PATH, state_file::write(&state), Some(now.as_bytes()));
        }
    }
    plan.order();
    Ok(plan)
}
