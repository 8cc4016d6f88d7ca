//! When Git's value of a resource came about: the newest first-parent commit that changed what it says. Moving the file,
//! another spelling, order or comment is no change.

use std::sync::Arc;

use hnp_git::{ObjectStore, Oid, Snapshot, TreeEntry};
use hnp_merge::Rules;
use hnp_model::{ResourceId, manifests};
use hnp_state::config::Fabric;
use hnp_sync::gui::managed;
use hnp_sync::history::InGit;
use hnp_sync::reconcile::same;
use hnp_yaml::{Limits, Node, Options, parse};

/// How many commits are looked at.
const COMMITS: usize = 5_000;

/// Returns when a value came about, in seconds since 1970; nothing where it is not committed, or where the history at hand
/// does not reach back to its commit.
pub(super) fn came_about(
    objects: &Arc<ObjectStore>,
    tip: Oid,
    fabric: &Fabric,
    limits: Limits,
    value: &InGit<'_>,
) -> Option<i64> {
    let walk = Walk {
        objects,
        directories: &fabric.directories,
        limits,
        rules: Rules::of(&value.id.group, &value.id.kind),
        value,
    };
    walk.run(tip)
}

struct Walk<'w> {
    objects: &'w Arc<ObjectStore>,
    directories: &'w [String],
    limits: Limits,
    rules: Rules,
    value: &'w InGit<'w>,
}

impl Walk<'_> {
    fn run(&self, tip: Oid) -> Option<i64> {
        let mut tree = Snapshot::of(Arc::clone(self.objects), tip).ok()?;
        let mut place = self.find(&tree, self.value.path, None)?;
        let mut commit = self.objects.commit(tip).ok()?;
        let mut id = tip;
        for _ in 0..COMMITS {
            let Some(parent) = commit.parents.first().copied() else {
                // The first commit of all made it; where a history was cut off, nobody knows.
                return (!self.objects.is_cut_off(id)).then_some(commit.seconds);
            };
            let above = self.objects.commit(parent).ok()?;
            if above.tree != commit.tree {
                let before = Snapshot::of(Arc::clone(self.objects), parent).ok()?;
                match self.find(&before, &place.path, Some((&tree, &place))) {
                    Some(found) => place = found,
                    None => return Some(commit.seconds),
                }
                tree = before;
            }
            (commit, id) = (above, parent);
        }
        None
    }

    /// Finds the file in which a tree has the value: where it was, else among the files that the tree after it has not.
    fn find(
        &self,
        tree: &Snapshot,
        path: &str,
        after: Option<(&Snapshot, &TreeEntry)>,
    ) -> Option<TreeEntry> {
        if let Some(entry) = tree.find(path).ok()? {
            if after.is_some_and(|(_, place)| place.blob == entry.blob) {
                return Some(entry);
            }
            match self.value_in(&entry) {
                Some(true) => return Some(entry),
                Some(false) => return None,
                None => {}
            }
        }
        let (after, _) = after?;
        let now = after.list(self.directories).ok()?;
        let then = tree.list(self.directories).ok()?;
        let unchanged = |entry: &TreeEntry| {
            let at = now
                .files
                .binary_search_by(|file| file.path.cmp(&entry.path));
            at.is_ok_and(|at| now.files[at].blob == entry.blob)
        };
        then.files
            .iter()
            .filter(|entry| hnp_sync::fabric::is_yaml(&entry.path) && !unchanged(entry))
            .find(|entry| self.value_in(entry) == Some(true))
            .cloned()
    }

    /// Tells whether a file has the resource with this very value; nothing where it does not have the resource.
    fn value_in(&self, entry: &TreeEntry) -> Option<bool> {
        let bytes = self.objects.blob(entry.blob, self.limits.file_bytes).ok()?;
        let value = value_of(bytes, self.value.id, self.limits)?;
        Some(same(self.rules, Some(&value), Some(self.value.value)))
    }
}

/// Reads what a file has of a resource.
pub(super) fn value_of(bytes: Vec<u8>, id: &ResourceId, limits: Limits) -> Option<Node> {
    let options = Options {
        limits,
        ..Options::default()
    };
    let stream = parse(bytes, &options);
    let found = manifests(&stream)
        .into_iter()
        .find(|manifest| manifest.id().as_ref() == Some(id))?;
    Some(managed(&Node::from(found.value)))
}
