//! What a branch carries already and a run says nothing about: it goes along, unasked and uncounted.

use hnp_model::ResourceId;
use hnp_yaml::Node;

use super::Inputs;
use super::decide::{Base, Change};
use super::tree::GitTree;
use super::works::Work;

/// Returns what is kept of a resource, where something is.
pub(super) fn kept<'i>(inputs: &'i Inputs<'_>, key: &str) -> Option<&'i Option<Node>> {
    inputs.options.kept?.get(key)
}

/// Makes the work of a resource that is to be as the branch has it. It was judged when it went there.
pub(super) fn keep(tree: &GitTree, key: String, id: ResourceId, value: &Option<Node>) -> Work {
    let git_now = tree.docs.get(&key).map(|doc| doc.value.clone());
    let (row, git) = match (value, &git_now) {
        (Some(value), Some(_)) => ("gui-mod", Change::Set(value.clone())),
        (Some(value), None) => ("gui-add", Change::Set(value.clone())),
        (None, Some(_)) => ("gui-del", Change::Delete),
        (None, None) => ("none", Change::Keep),
    };
    Work {
        row,
        git,
        kept: true,
        result: value.clone(),
        gui_now: value.clone(),
        ..Work::new(
            key,
            id,
            git_now.clone().map_or(Base::Absent, Base::Value),
            git_now,
        )
    }
}
