//! What goes along with a commit: what its state speaks of, and what earlier runs left.
//!
//! Another clone takes the state of a commit for what both sides agreed on, and the files beside it for what Git holds now.
//! Were an entry committed without its file, that clone would read it as an edit of Git, and carry the old value to the GUI.
//! So a state never goes into a commit without the files of all that it newly says.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use hnp_git::Error;
use hnp_state::config::Config;
use hnp_state::ledger::Record;
use hnp_state::state_file::{self, Entry};
use hnp_state::{CONFIG_PATH, STATE_PATH, layout, path};

use crate::context::Context;

/// How many records back uncommitted work is looked for.
const HISTORY: usize = 100;

/// Attributes that hnp gives its files.
const ATTRIBUTES_PATH: &str = ".gitattributes";

/// What belongs in the next commit, beside what its own operation writes.
#[derive(Debug, Default)]
pub(crate) struct Along {
    /// All paths; what Git has already is no harm.
    pub(crate) paths: BTreeSet<String>,
    /// Those of them that are not as HEAD has them.
    pub(crate) waiting: BTreeSet<String>,
    /// Keys of the resources of which the state newly says something, by the path they stand or stood at.
    spoken_of: BTreeMap<String, BTreeSet<String>>,
}

impl Along {
    /// Returns the resources of which the state newly says something, sorted.
    pub(crate) fn resources(&self) -> Vec<String> {
        let keys: BTreeSet<&String> = self.spoken_of.values().flatten().collect();
        keys.into_iter().cloned().collect()
    }

    /// Returns what an operation does not commit on its own account: neither does it write it, nor is it about it.
    pub(super) fn to_tell(&self, own: &BTreeSet<String>, resources: &[String]) -> Vec<String> {
        let about: HashSet<&String> = resources.iter().collect();
        self.waiting
            .difference(own)
            .filter(|path| {
                let keys = self.spoken_of.get(*path);
                keys.is_none_or(|keys| keys.iter().any(|key| !about.contains(key)))
            })
            .cloned()
            .collect()
    }
}

/// Finds what belongs in the next commit as the files stand.
///
/// # Errors
///
/// Fails where Git or the ledger cannot be read.
pub(crate) fn along(context: &Context) -> Result<Along, Error> {
    let mut along = Along::default();
    let speaks = state(context, &mut along);
    let first = first(context);
    let touched = context.repo.touched(HISTORY).unwrap_or_default();
    let is_committed =
        |record: &str| Record::from_json(record).is_ok_and(|record| record.commit_sha.is_some());
    let runs: Vec<_> = touched
        .into_iter()
        .map(|run| (is_committed(&run.record), run.left))
        .collect();
    if !speaks && first.is_empty() && runs.iter().all(|(committed, _)| *committed) {
        return Ok(along);
    }
    let changed = context.repo.uncommitted()?;
    along
        .paths
        .extend(first.into_iter().filter(|path| changed.contains(path)));
    // What a later run left at a path counts, and nothing before it.
    let mut seen = HashSet::new();
    for (committed, left) in runs {
        for (path, left) in left {
            if seen.contains(&path) {
                continue;
            }
            if !committed && changed.contains(&path) && is_still(context, &path, left.as_deref()) {
                along.paths.insert(path.clone());
            }
            seen.insert(path);
        }
    }
    along.waiting = along
        .paths
        .iter()
        .filter(|path| changed.contains(*path))
        .cloned()
        .collect();
    Ok(along)
}

/// Adds the state and what it says that HEAD's does not. Where it cannot be read it says nothing.
fn state(context: &Context, along: &mut Along) -> bool {
    let Ok(Some(bytes)) = context.worktree.read_if_there(STATE_PATH) else {
        return false;
    };
    let head = context.repo.read_at_head(STATE_PATH);
    if head.as_ref() == Some(&bytes) {
        return false;
    }
    let Ok(now) = state_file::parse(&String::from_utf8_lossy(&bytes)) else {
        return false;
    };
    along.paths.insert(STATE_PATH.to_owned());
    let mut before = head
        .map(|bytes| state_file::salvage(&String::from_utf8_lossy(&bytes)))
        .map(|salvage| salvage.into_state(&now.lineage).resources)
        .unwrap_or_default();
    for (key, entry) in &now.resources {
        let old = before.remove(key);
        if old.as_ref() != Some(entry) {
            speak(context, along, key, entry);
            if let Some(old) = old.filter(|old| old.path != entry.path) {
                speak(context, along, key, &old);
            }
        }
    }
    for (key, gone) in &before {
        speak(context, along, key, gone);
    }
    true
}

fn speak(context: &Context, along: &mut Along, key: &str, entry: &Entry) {
    // A path may be anything: only a file, or its absence, goes along.
    let usable = path::is_normal(&entry.path)
        && context
            .worktree
            .resolve(&entry.path)
            .is_ok_and(|full| !full.is_dir());
    if usable {
        along.paths.insert(entry.path.clone());
        let keys = along.spoken_of.entry(entry.path.clone()).or_default();
        keys.insert(key.to_owned());
    }
}

/// Returns what makes a fabric, where no commit has it yet: entries without a configuration belong to nothing.
fn first(context: &Context) -> Vec<String> {
    if context.repo.read_at_head(CONFIG_PATH).is_some() {
        return Vec::new();
    }
    let config = context.worktree.read_if_there(CONFIG_PATH);
    let Ok(Some(config)) = config
        .map(|bytes| bytes.and_then(|bytes| Config::parse(&String::from_utf8_lossy(&bytes)).ok()))
    else {
        return Vec::new();
    };
    let mut paths = vec![CONFIG_PATH.to_owned(), ATTRIBUTES_PATH.to_owned()];
    for fabric in config.fabrics.values() {
        for directory in &fabric.directories {
            for inside in layout::directories(fabric.template) {
                let full = path::join(directory, &inside);
                paths.push(format!("{full}/{}", layout::PLACEHOLDER));
            }
        }
    }
    paths
}

/// Tells whether a file is as a run left it.
fn is_still(context: &Context, path: &str, left: Option<&str>) -> bool {
    let Ok(now) = context.worktree.read_if_there(path) else {
        return false;
    };
    match (now, left) {
        (None, None) => true,
        (Some(bytes), Some(left)) => context.repo.blob_id(&bytes).is_ok_and(|id| id == left),
        _ => false,
    }
}
