//! What the GUI took over from Git, looked up in the commit that it took it from.

use std::collections::{BTreeMap, BTreeSet};

use hnp_merge::Rules;
use hnp_model::manifests;
use hnp_state::layout::Area;
use hnp_yaml::{Limits, Node, Options, parse};

use crate::fabric::{FabricFiles, is_yaml};
use crate::gui::{Snapshot, managed};
use crate::reconcile::same;

/// Values by key, of one commit.
pub type Values = BTreeMap<String, Node>;

/// A snapshot in which every value stands beside what it was made from.
#[derive(Clone, Debug, PartialEq)]
pub struct Taken {
    /// The snapshot.
    pub snapshot: Snapshot,
    /// Keys of resources whose value is just what the GUI took over: that they look like drafts here is no reason to write.
    pub untouched: BTreeSet<String>,
}

/// Returns the managed resources of a tree. One that stands twice is left out.
#[must_use]
pub fn values(fabric: &FabricFiles<'_>, limits: Limits) -> Values {
    let mut values = Values::new();
    let mut twice = BTreeSet::new();
    for file in fabric.in_area(|area| area == Area::Managed) {
        if !is_yaml(&file.path) {
            continue;
        }
        let options = Options {
            limits,
            ..Options::default()
        };
        let stream = parse(file.bytes.clone(), &options);
        for manifest in manifests(&stream) {
            let Some(id) = manifest.id().filter(|_| manifest.item.is_none()) else {
                continue;
            };
            let key = id.key(fabric.name);
            let value = managed(&Node::from(manifest.value));
            if values.insert(key.clone(), value).is_some() {
                twice.insert(key);
            }
        }
    }
    values.retain(|key, _| !twice.contains(key));
    values
}

/// Writes into a snapshot what each value was made from, where the GUI says which commit it came from: the GUI's own record
/// is newer than the state's, since a branch that is not merged leaves the state alone.
///
/// `now` is Git's side; where it has the GUI's value there is nothing to look up. `at` gives the values of a commit in its
/// history. `newer` tells of a key whether the state's record changed after a commit: an edit of the GUI's came to Git by a
/// branch, and what it was before is no base any more for what was saved since.
#[must_use]
pub fn take(
    snapshot: &Snapshot,
    fabric: &str,
    now: &Values,
    at: &mut dyn FnMut(&str) -> Option<std::rc::Rc<Values>>,
    newer: &mut dyn FnMut(&str, &str) -> bool,
) -> Taken {
    let mut taken = Taken {
        snapshot: snapshot.clone(),
        untouched: BTreeSet::new(),
    };
    for one in &mut taken.snapshot.resources {
        let of_fabric = one.fabric.as_deref().is_none_or(|name| name == fabric);
        if !of_fabric || one.draft.is_some() && !one.deleted {
            continue;
        }
        let (Some(desired), Some(commit)) = (&one.desired, &one.desired_commit) else {
            continue;
        };
        let key = one.id.key(fabric);
        let rules = Rules::of(&one.id.group, &one.id.kind);
        if one.deleted {
            let then = at(commit).and_then(|values| values.get(&key).cloned());
            one.base = one.base.take().or(then);
            continue;
        }
        let value = managed(desired);
        if same(rules, now.get(&key), Some(&value)) {
            continue;
        }
        let put = one.synced.as_ref();
        if put.is_none_or(|put| put.revision != one.revision) && newer(&key, commit) {
            continue;
        }
        let Some(then) = at(commit).and_then(|values| values.get(&key).cloned()) else {
            continue;
        };
        if same(rules, Some(&then), Some(&value)) {
            taken.untouched.insert(key);
        }
        one.draft = one.desired.take();
        one.desired = Some(then);
        one.base = None;
    }
    taken
}
