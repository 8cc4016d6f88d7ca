//! The Git side: every resource under `managed/`, found by identity.

use std::collections::BTreeMap;

use hnp_model::{ResourceId, manifests};
use hnp_state::layout::Area;
use hnp_yaml::{Limits, Node, Options, Stream, parse};

use crate::fabric::{FabricFiles, is_kustomization, is_yaml};
use crate::gui::managed;

/// A resource as Git has it.
#[derive(Clone, Debug)]
pub(crate) struct GitDoc {
    pub(crate) id: ResourceId,
    pub(crate) path: String,
    /// What is synchronised of it.
    pub(crate) value: Node,
}

/// All of them, by key.
#[derive(Debug, Default)]
pub(crate) struct GitTree {
    pub(crate) docs: BTreeMap<String, GitDoc>,
    /// Resources of which nothing can be said, with the reason.
    pub(crate) unknown: BTreeMap<String, (ResourceId, String)>,
    /// Files that cannot be read: what they hold is not absent.
    pub(crate) unreadable: Vec<String>,
    pub(crate) texts: BTreeMap<String, String>,
}

impl GitTree {
    pub(crate) fn read(fabric: &FabricFiles<'_>, limits: Limits) -> Self {
        let mut tree = Self::default();
        for file in fabric.in_area(|area| matches!(area, Area::Managed | Area::Root)) {
            if is_kustomization(&file.path)
                && let Ok(text) = String::from_utf8(file.bytes.clone())
            {
                tree.texts.insert(file.path.clone(), text);
            }
        }
        for file in fabric.in_area(|area| area == Area::Managed) {
            if !is_yaml(&file.path) || is_kustomization(&file.path) {
                continue;
            }
            let options = Options {
                limits,
                ..Options::default()
            };
            let stream = parse(file.bytes.clone(), &options);
            let found = manifests(&stream);
            let whole = found.iter().all(|manifest| manifest.id().is_some());
            if !stream.problems().is_empty() || !whole {
                tree.unreadable.push(file.path.clone());
            }
            for manifest in found {
                let Some(id) = manifest.id() else { continue };
                let key = id.key(fabric.name);
                if manifest.item.is_some() {
                    let why = format!(
                        "{} holds it in a `kind: List`; `hnp tidy` gives it a file of its own",
                        file.path
                    );
                    tree.unknown.insert(key, (id, why));
                    continue;
                }
                if let Some(first) = tree.docs.get(&key) {
                    let why = format!("it stands twice, in {} and in {}", first.path, file.path);
                    tree.unknown.insert(key, (id, why));
                    continue;
                }
                let doc = GitDoc {
                    id,
                    path: file.path.clone(),
                    value: managed(&Node::from(manifest.value)),
                };
                tree.docs.insert(key, doc);
            }
            tree.texts.insert(file.path.clone(), stream.into_text());
        }
        tree
    }

    /// Returns a file that cannot be read and may hold a resource of a name. Of one that was never on record it is enough
    /// that the file does not spell its name.
    pub(super) fn may_hold(&self, name: &str, is_new: bool) -> Option<&str> {
        let may = |path: &&String| {
            let text = self.texts.get(*path).map_or("", String::as_str);
            // A backslash may spell anything; so may what is not UTF-8.
            !is_new || text.contains(name) || text.contains(['\\', '\u{fffd}', '\0'])
        };
        self.unreadable.iter().find(may).map(String::as_str)
    }
}

/// Finds a resource's document in a file.
pub(crate) fn find(stream: &Stream, id: &ResourceId) -> Option<usize> {
    manifests(stream)
        .iter()
        .find(|manifest| manifest.item.is_none() && manifest.id().as_ref() == Some(id))
        .map(|manifest| manifest.document.index())
}
