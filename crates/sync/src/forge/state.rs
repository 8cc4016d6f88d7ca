//! What `.hnp/state.toml` says on a branch.

use std::collections::BTreeSet;

use hnp_state::state_file::{Field, Fields, State};

use crate::reconcile::{Change, Item, Outcome, SyncPlan};

/// Returns the state that goes with a branch: that of its base, with what becomes true by merging the branch.
///
/// Entries change only for resources that the branch changes. What goes to the GUI is not on record here: the GUI itself knows
/// the commit that it took a value from, and a branch that did nothing but keep books would ask for people's attention.
/// `read` is the state that the plan was made with: that of the base, and the conflicts and answers of the branch as it was.
#[must_use]
pub fn branch_state(plan: &SyncPlan, base: &State, read: &State) -> State {
    let in_conflict: BTreeSet<&str> = base.conflicts.values().filter_map(resource).collect();
    let changed = |item: &Item| item.git != Change::Keep && item.outcome == Outcome::Changed;
    let left: BTreeSet<String> = plan
        .items
        .iter()
        .filter(|item| !changed(item) && !in_conflict.contains(item.key.as_str()))
        .map(|item| item.key.clone())
        .collect();
    let mut after = plan.state(read, &left);
    for item in plan.items.iter().filter(|item| !left.contains(&item.key)) {
        // The GUI does not hold what is merged before it gets it, so that is nothing that both sides last held.
        let held = item.outcome == Outcome::Agreed || changed(item) && item.gui == Change::Keep;
        let old = base.resources.get(&item.key);
        if held {
            continue;
        }
        match (after.resources.get_mut(&item.key), old) {
            (Some(entry), Some(old)) => {
                (entry.base, entry.blob) = (old.base.clone(), old.blob.clone());
            }
            (Some(entry), None) => (entry.base, entry.blob) = (None, None),
            (None, Some(old)) if !changed(item) => {
                after.resources.insert(item.key.clone(), old.clone());
            }
            (None, _) => {}
        }
    }
    // What is put on record beside the first base of a fabric waits for that base.
    let is_new = |key: &str| {
        let old = base.resources.get(key);
        old.is_none_or(|old| old.base.is_none())
    };
    let gained = after
        .resources
        .iter()
        .any(|(key, entry)| entry.base.is_some() && is_new(key));
    if !gained {
        let spoken: BTreeSet<&str> = plan.items.iter().map(|item| item.key.as_str()).collect();
        after.resources.retain(|key, entry| {
            entry.base.is_some()
                || base.resources.contains_key(key)
                || spoken.contains(key.as_str())
        });
    }
    after.conflicts.retain(|id, _| {
        base.conflicts.contains_key(id) || plan.conflicts.iter().any(|one| one.id == *id)
    });
    // An answer is needed until the branch that it made is merged; the state of the base does not have it.
    let waits = |id: &str, key: &str| {
        plan.items.iter().any(|item| {
            item.key == key && (changed(item) || item.outcome == Outcome::Conflict(id.to_owned()))
        })
    };
    for (id, table) in &read.resolutions {
        if resource(table).is_some_and(|key| waits(id, key)) {
            after.resolutions.insert(id.clone(), table.clone());
        } else if !base.resolutions.contains_key(id) {
            after.resolutions.remove(id);
        }
    }
    after
}

/// Lets a branch's state keep what it says of resources that the run did not speak of. `tip` is the state that the branch
/// has; `spoken` tells by key what the run did speak of.
pub fn keep_on(after: &mut State, tip: &State, plan: &SyncPlan, spoken: &dyn Fn(&str) -> bool) {
    for key in &plan.kept {
        match tip.resources.get(key) {
            Some(entry) => _ = after.resources.insert(key.clone(), entry.clone()),
            None => _ = after.resources.remove(key),
        }
    }
    // What went on record beside the first base of a fabric stays with it.
    let with_base = |key: &String| {
        let entry = tip.resources.get(key);
        entry.is_some_and(|entry| entry.base.is_some())
    };
    if plan.kept.iter().any(with_base) {
        for (key, entry) in &tip.resources {
            if entry.base.is_none() && !spoken(key) {
                let entry = || entry.clone();
                after.resources.entry(key.clone()).or_insert_with(entry);
            }
        }
    }
    let other = |table: &Fields| resource(table).is_some_and(|key| !spoken(key));
    let sides = [
        (&mut after.conflicts, &tip.conflicts),
        (&mut after.resolutions, &tip.resolutions),
    ];
    for (to, from) in sides {
        to.retain(|_, table| !other(table));
        let kept = from.iter().filter(|(_, table)| other(table));
        to.extend(kept.map(|(id, table)| (id.clone(), table.clone())));
    }
}

pub(super) fn resource(table: &Fields) -> Option<&str> {
    match table.get("resource") {
        Some(Field::Text(key)) => Some(key),
        _ => None,
    }
}
