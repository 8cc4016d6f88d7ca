//! Changes of a resource that hnp did not make.

use hnp_merge::{Rules, diff};
use hnp_model::{Manifest, ResourceId, manifests};
use hnp_sync::gui::managed;
use hnp_yaml::{Node, Options, parse};
use serde_json::{Value, json};

use crate::clock;
use crate::context::Context;

/// How many are kept, as HNP keeps them.
const KEPT: usize = 10;

/// How many fields of one change are named.
const FIELDS: usize = 20;

/// The newest modifications, oldest first, and the number of all of them.
pub(super) struct Modifications {
    pub(super) newest: Vec<Value>,
    pub(super) count: usize,
}

/// Finds the commits that hnp did not make and that changed what is synchronised of a resource. Comments, order and status are
/// no change.
pub(super) fn modifications(context: &Context, path: &str, id: &ResourceId) -> Modifications {
    let mut found = Modifications {
        newest: Vec::new(),
        count: 0,
    };
    for commit in context.repo.file_history(path) {
        if commit.by_hnp {
            continue;
        }
        let (before, after) = (
            value(context, commit.before.as_deref(), id),
            value(context, commit.after.as_deref(), id),
        );
        let changes = diff(
            Rules::of(&id.group, &id.kind),
            before.as_ref(),
            after.as_ref(),
        );
        if changes.is_empty() {
            continue;
        }
        found.count += 1;
        if found.newest.len() == KEPT {
            continue;
        }
        let change = match (&before, &after) {
            (None, _) => "created",
            (_, None) => "deleted",
            _ => "modified",
        };
        let fields: Vec<String> = changes
            .iter()
            .map(|change| change.path.to_string())
            .filter(|path| !path.is_empty())
            .take(FIELDS)
            .collect();
        found.newest.push(json!({
            "timestamp": clock::rfc3339(commit.seconds),
            "details": {
                "commit": commit.commit,
                "author": commit.author,
                "subject": commit.title,
                "change": change,
                "fields": fields,
            },
        }));
    }
    found.newest.reverse();
    found
}

fn value(context: &Context, blob: Option<&str>, id: &ResourceId) -> Option<Node> {
    let bytes = context.repo.read_blob(blob?)?;
    let stream = parse(bytes, &Options::default());
    manifests(&stream)
        .into_iter()
        .find(|manifest| manifest.id().as_ref() == Some(id))
        .map(|manifest: Manifest<'_>| managed(&Node::from(manifest.value)))
}
