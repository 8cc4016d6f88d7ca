//! Resources as they were at another time.

use std::collections::{BTreeMap, BTreeSet};

use hnp_model::canonical::sha256_hex;
use hnp_state::STATE_PATH;
use hnp_state::layout::Area;
use hnp_state::state_file::{self, State};
use hnp_yaml::Limits;

use super::gate::added;
use super::undo::{difference, settle};
use super::unit::{How, Unit, after, document, documents, with, write};
use super::{Reversal, Side, Stopped, Texts, What, record};
use crate::fabric::{FabricFiles, is_yaml};
use crate::plan::Plan;
use crate::reconcile::shared::GitTree;

/// What a restoration is made from.
pub struct Restore<'r> {
    /// The fabric as it stands.
    pub side: &'r Side<'r>,
    /// Its files as they were.
    pub then: &'r Texts,
    /// Only resources whose key this accepts; without it everything under `managed/` comes back, and what was not there goes.
    pub wanted: Option<&'r dyn Fn(&str) -> bool>,
    /// Most resources that may go; `None` for any number.
    pub deletions: Option<usize>,
    /// Whether it is also done where the tree would be in error.
    pub in_error: bool,
    /// Limits of reading.
    pub limits: Limits,
}

/// Plans a restoration of managed files. The state is not in the plan: see [`Reversal::state`].
///
/// Of a whole fabric the very files come back. Of single resources each comes back where it stands now, or where it stood.
#[must_use]
pub fn restore(restore: &Restore<'_>) -> Reversal {
    let fabric = &restore.side.fabric;
    let now = GitTree::read(fabric, restore.limits);
    let then = GitTree::read(&with(fabric, restore.then.clone()), restore.limits);
    let mut out = Reversal::default();
    let plan = match restore.wanted {
        None => whole(restore, &then, &mut out),
        Some(wanted) => single(restore, &now, &then, wanted, &mut out),
    };
    if restore.wanted.is_none() || restore.in_error {
        out.findings = added(fabric, &plan, &restore.side.settings);
    }
    let result = GitTree::read(&after(fabric, &plan), restore.limits);
    let keys: BTreeSet<&String> = now.docs.keys().chain(result.docs.keys()).collect();
    for key in keys {
        if let Some(what) = difference(&now, &result, key, restore.limits) {
            out.resources.insert(key.clone(), what);
        }
    }
    out.plan = plan;
    if !out.findings.is_empty() && !restore.in_error {
        // What is in error comes back only on somebody's word.
        out.plan = Plan::default();
    }
    let gone: Vec<String> = out
        .resources
        .iter()
        .filter(|(_, what)| **what == What::Delete)
        .map(|(key, _)| key.clone())
        .collect();
    if restore.deletions.is_some_and(|most| gone.len() > most) {
        out.plan = Plan::default();
        out.stopped.extend(gone.into_iter().map(|key| Stopped {
            what: key,
            why: UNCONFIRMED.to_owned(),
            ..Stopped::default()
        }));
    }
    out
}

/// Why nothing is deleted where too much would be.
const UNCONFIRMED: &str =
    "it would be deleted with too many others at once; --confirm-deletes says that this is meant";

impl Reversal {
    /// Adds the state to the plan: its entries brought up to what the plan leaves.
    pub fn state(&mut self, fabric: &FabricFiles<'_>, state: &State, limits: Limits) -> State {
        let mut after = state.clone();
        if !self.plan.is_empty() {
            record::entries(&mut after, fabric, &self.plan, &self.resources, limits);
        }
        after
    }

    /// Writes a state over the text that is there.
    pub fn write_state(&mut self, now: &str, after: &State) {
        self.plan
            .write(STATE_PATH, state_file::write(after), Some(now.as_bytes()));
        self.plan.order();
    }
}

fn managed_files(fabric: &FabricFiles<'_>, files: &Texts) -> Texts {
    files
        .iter()
        .filter(|(path, _)| {
            is_yaml(path)
                && fabric
                    .area(path)
                    .is_some_and(|(_, area)| area == Area::Managed)
        })
        .map(|(path, bytes)| (path.clone(), bytes.clone()))
        .collect()
}

fn whole(restore: &Restore<'_>, then: &GitTree, out: &mut Reversal) -> Plan {
    let fabric = &restore.side.fabric;
    if let Some(path) = then.unreadable.first() {
        out.stopped.push(Stopped {
            what: path.clone(),
            why: "it could not be read then either; it comes back as it was".to_owned(),
            ..Stopped::default()
        });
    }
    let current: Texts = fabric
        .files
        .iter()
        .map(|file| (file.path.clone(), file.bytes.clone()))
        .collect();
    let (current, wanted) = (
        managed_files(fabric, &current),
        managed_files(fabric, restore.then),
    );
    let mut plan = Plan::default();
    for (path, bytes) in &wanted {
        plan.write(
            path.clone(),
            bytes.clone(),
            current.get(path).map(Vec::as_slice),
        );
    }
    for (path, bytes) in &current {
        if !wanted.contains_key(path) {
            plan.remove(path.clone(), bytes);
        }
    }
    plan.order();
    plan
}

fn single(
    restore: &Restore<'_>,
    now: &GitTree,
    then: &GitTree,
    wanted: &dyn Fn(&str) -> bool,
    out: &mut Reversal,
) -> Plan {
    let mut units = BTreeMap::new();
    let keys: BTreeSet<&String> = now
        .docs
        .keys()
        .chain(then.docs.keys())
        .chain(now.unknown.keys())
        .chain(then.unknown.keys())
        .filter(|key| wanted(key))
        .collect();
    for key in keys {
        out.considered.insert(key.clone());
        match one(restore, now, then, key) {
            Ok(Some(unit)) => {
                units.insert(units.len(), unit);
            }
            Ok(None) => {}
            Err(why) => out.stopped.push(Stopped {
                what: key.clone(),
                why,
                ..Stopped::default()
            }),
        }
    }
    if restore.in_error {
        let written = write(&restore.side.fabric, now, &units, restore.limits);
        for (n, why) in written.refused {
            out.stopped.extend(units[&n].keys.iter().map(|key| Stopped {
                what: key.clone(),
                why: why.clone(),
                ..Stopped::default()
            }));
        }
        return written.plan;
    }
    settle(restore.side, now, units, restore.limits, out)
}

fn one(
    restore: &Restore<'_>,
    now: &GitTree,
    then: &GitTree,
    key: &str,
) -> Result<Option<Unit>, String> {
    for (tree, when) in [(now, "now"), (then, "then")] {
        if let Some((_, why)) = tree.unknown.get(key) {
            return Err(format!("{when} {why}"));
        }
    }
    let limits = restore.limits;
    let Some(old) = then.docs.get(key) else {
        return Err("it was not there then; delete its file if it is to go".to_owned());
    };
    let Some((old_path, old_bytes)) = document(then, key, limits) else {
        return Err("it cannot be read as it was then".to_owned());
    };
    let keys = BTreeSet::from([key.to_owned()]);
    let alone = |tree: &GitTree, path: &str| {
        tree.texts
            .get(path)
            .is_some_and(|text| documents(text, limits) == 1)
    };
    let by_value = || Unit {
        keys: keys.clone(),
        how: How::Value(old.id.clone(), Some(old.value.clone())),
    };
    let Some((path, bytes)) = document(now, key, limits) else {
        if let Some(path) = now.unreadable.first() {
            return Err(format!("it may be in {path}, which cannot be read"));
        }
        let free = !restore
            .side
            .fabric
            .files
            .iter()
            .any(|file| file.path == old_path);
        if free && alone(then, &old_path) {
            let files = BTreeMap::from([(old_path, Some(old_bytes))]);
            return Ok(Some(Unit {
                keys,
                how: How::Files(files),
            }));
        }
        return Ok(Some(by_value()));
    };
    if sha256_hex(&bytes) == sha256_hex(&old_bytes) {
        return Ok(None);
    }
    if alone(now, &path) && alone(then, &old_path) {
        let files = BTreeMap::from([(path, Some(old_bytes))]);
        return Ok(Some(Unit {
            keys,
            how: How::Files(files),
        }));
    }
    Ok(Some(by_value()))
}
