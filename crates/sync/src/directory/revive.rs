//! Bringing a fabric back from its archive: the same bytes, the same settings, the same entries.

use std::collections::BTreeMap;

use hnp_model::SourceFile;
use hnp_state::config::{self, Config};
use hnp_state::state_file::{self, State};
use hnp_state::{CONFIG_PATH, STATE_PATH};

use super::attributes;
use super::dissolve::{forget, goes, inside, is_about};
use super::init::{ATTRIBUTES_PATH, Init, RepoFiles, first, structure};
use crate::plan::Plan;

/// A fabric's return.
#[derive(Clone, Debug, Default)]
pub struct Revived {
    /// What to do.
    pub plan: Plan,
    /// Files of the archive that stand in the way of nothing and are not brought back, since people changed them since.
    pub kept: Vec<String>,
    /// Keys of the resources that are on record again.
    pub resources: Vec<String>,
}

/// Plans the return of a fabric; `archive` holds its files with configuration, state and attributes as they were. With `anew`
/// its settings come back, and its directories are made empty.
///
/// # Errors
///
/// Fails where the fabric exists, where the archive does not hold it, and where files stand in its way.
pub fn revive(
    name: &str,
    repo: &RepoFiles,
    archive: &BTreeMap<String, Vec<u8>>,
    now: &BTreeMap<String, Vec<u8>>,
    anew: bool,
) -> Result<Revived, String> {
    let old = |path: &str| {
        archive
            .get(path)
            .map(|bytes| String::from_utf8_lossy(bytes).into_owned())
    };
    let old_config = old(CONFIG_PATH).ok_or("the archive holds no configuration")?;
    let fabric = Config::parse(&old_config)
        .map_err(|errors| first(&errors))?
        .fabrics
        .remove(name)
        .ok_or_else(|| format!("the archive holds no fabric `{name}`"))?;
    let mut back = Revived::default();
    let config = settings(name, repo.config.as_deref(), &old_config)?;
    back.plan.write(
        CONFIG_PATH,
        config,
        repo.config.as_deref().map(str::as_bytes),
    );
    if anew {
        let files: Vec<SourceFile> = now
            .iter()
            .map(|(path, bytes)| SourceFile {
                path: path.clone(),
                bytes: bytes.clone(),
            })
            .collect();
        let mut init = Init::default();
        structure(&fabric, repo, &files, &mut init);
        back.plan.files.extend(init.plan.files);
        back.plan.order();
        return Ok(back);
    }
    let mut in_the_way = Vec::new();
    for (path, bytes) in archive {
        let Some(inside) = inside(&fabric, path) else {
            continue;
        };
        match now.get(path) {
            None => back.plan.write(path.clone(), bytes.clone(), None),
            Some(there) if there == bytes => {}
            Some(_) if goes(inside, bytes) => in_the_way.push(path.clone()),
            Some(_) => back.kept.push(path.clone()),
        }
    }
    if !in_the_way.is_empty() {
        let shown: Vec<&str> = in_the_way.iter().take(5).map(String::as_str).collect();
        return Err(format!(
            "{} file(s) stand where the archive's would go: {}; move them away, then run the command again",
            in_the_way.len(),
            shown.join(", ")
        ));
    }
    let text = attributes_text(
        repo.attributes.as_deref(),
        old(ATTRIBUTES_PATH),
        &fabric.directories,
    );
    back.plan.write(
        ATTRIBUTES_PATH,
        text,
        repo.attributes.as_deref().map(str::as_bytes),
    );
    state(name, repo, old(STATE_PATH), &mut back)?;
    back.plan.order();
    Ok(back)
}

/// The old text where nothing else was changed since, else the fabric's own tables put into the new one.
fn settings(name: &str, now: Option<&str>, old: &str) -> Result<String, String> {
    let Some(now) = now else {
        return Ok(old.to_owned());
    };
    let without = config::edit::remove_fabric(old, name).map_err(|error| error.to_string())?;
    if without == now {
        return Ok(old.to_owned());
    }
    config::edit::graft_fabric(now, old, name).map_err(|error| error.to_string())
}

fn attributes_text(now: Option<&str>, old: Option<String>, directories: &[String]) -> String {
    match (now, old) {
        (now, Some(old)) if attributes::without(&old, directories, false) == now.unwrap_or("") => {
            old
        }
        (now, _) => attributes::with(now.unwrap_or(""), directories),
    }
}

/// Entries come back as they were. Of another pairing, what both sides held there says nothing here.
fn state(
    name: &str,
    repo: &RepoFiles,
    old: Option<String>,
    back: &mut Revived,
) -> Result<(), String> {
    let Some(text) = old else { return Ok(()) };
    let Ok(old) = state_file::parse(&text) else {
        return Ok(());
    };
    let mut others = old.clone();
    let own = forget(&mut others, name);
    let Some(now) = &repo.state else {
        let mut only = old;
        only.resources
            .retain(|key, _| !others.resources.contains_key(key));
        back.resources = own;
        back.plan.write(STATE_PATH, state_file::write(&only), None);
        return Ok(());
    };
    if *now == state_file::write(&others) {
        // Nothing else happened since: then the old text is true, in whichever form it was.
        back.resources = own;
        back.plan.write(STATE_PATH, text, Some(now.as_bytes()));
        return Ok(());
    }
    let mut state: State = state_file::parse(now)
        .map_err(|_| ".hnp/state.toml is damaged. Run `hnp state rebuild` first".to_owned())?;
    let prefix = format!("{name}/");
    let same = state.lineage == old.lineage;
    for (key, entry) in old.resources {
        if key.starts_with(&prefix) {
            let mut entry = entry;
            if !same {
                entry.base = None;
                entry.blob = None;
            }
            back.resources.push(key.clone());
            state.resources.insert(key, entry);
        }
    }
    if same {
        let about = |(_, fields): &(String, state_file::Fields)| is_about(fields, &prefix);
        state
            .conflicts
            .extend(old.conflicts.into_iter().filter(about));
        state
            .resolutions
            .extend(old.resolutions.into_iter().filter(about));
    }
    back.plan
        .write(STATE_PATH, state_file::write(&state), Some(now.as_bytes()));
    Ok(())
}
