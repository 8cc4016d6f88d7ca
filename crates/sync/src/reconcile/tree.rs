//! The Git side: every resource under `managed/`, found by identity.

use std::collections::BTreeMap;

use hnp_model::{ResourceId, SourceFile, Unseen, manifests};
use hnp_state::layout::Area;
use hnp_yaml::{Limits, Node, Options, Stream, parse};
use rayon::prelude::*;

use crate::fabric::{FabricFiles, is_kustomization, is_yaml};
use crate::gui::into_managed;

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
    /// What is there and was not read, with the reason: what it holds is not absent either.
    unseen: Vec<Unseen>,
    pub(crate) texts: BTreeMap<String, String>,
}

impl GitTree {
    pub(crate) fn read(fabric: &FabricFiles<'_>, limits: Limits) -> Self {
        let mut tree = Self::default();
        tree.unseen.clone_from(&fabric.unseen);
        for file in fabric.in_area(|area| matches!(area, Area::Managed | Area::Root)) {
            if is_kustomization(&file.path)
                && let Ok(text) = String::from_utf8(file.bytes.clone())
            {
                tree.texts.insert(file.path.clone(), text);
            }
        }
        let options = options(limits);
        let files: Vec<&SourceFile> = manifest_files(fabric).collect();
        let read: Vec<ReadFile> = files
            .par_iter()
            .map(|file| ReadFile::of(file, &options))
            .collect();
        for (file, read) in files.into_iter().zip(read) {
            if !read.whole {
                tree.unreadable.push(file.path.clone());
            }
            for (id, value) in read.found {
                let key = id.key(fabric.name);
                let Some(value) = value else {
                    let why = format!(
                        "{} holds it in a `kind: List`; `hnp tidy` gives it a file of its own",
                        file.path
                    );
                    tree.unknown.insert(key, (id, why));
                    continue;
                };
                if let Some(first) = tree.docs.get(&key) {
                    let why = format!("it stands twice, in {} and in {}", first.path, file.path);
                    tree.unknown.insert(key, (id, why));
                    continue;
                }
                let path = file.path.clone();
                tree.docs.insert(key, GitDoc { id, path, value });
            }
            tree.texts.insert(file.path.clone(), read.text);
        }
        tree
    }

    /// Says why what is not found may be there all the same, whatever its name: nothing is known of what was not read. Where it
    /// stood by the record is the likeliest place.
    pub(super) fn hides(&self, recorded: Option<&str>) -> Option<String> {
        let stood = |one: &&Unseen| {
            let path = recorded.unwrap_or_default();
            path == one.path || hnp_state::path::strip(path, &one.path).is_some()
        };
        if let Some(one) = self.unseen.iter().find(stood) {
            return Some(format!("{} {}", one.path, one.why));
        }
        let first = self.unseen.first()?;
        let more = match self.unseen.len() {
            1 => String::new(),
            n => format!(" or in {} more such places", n - 1),
        };
        Some(format!(
            "{} {}, and it may lie there{more}",
            first.path, first.why
        ))
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

/// Returns the files that hold what is synchronised.
pub(super) fn manifest_files<'f>(
    fabric: &'f FabricFiles<'_>,
) -> impl Iterator<Item = &'f SourceFile> {
    fabric
        .in_area(|area| area == Area::Managed)
        .filter(|file| is_yaml(&file.path) && !is_kustomization(&file.path))
}

/// Returns how those files are read.
pub(super) fn options(limits: Limits) -> Options {
    Options {
        limits,
        ..Options::default()
    }
}

/// What one file holds.
struct ReadFile {
    /// All of it could be read.
    whole: bool,
    /// Its resources; the value is missing of one that stands in a list.
    found: Vec<(ResourceId, Option<Node>)>,
    text: String,
}

impl ReadFile {
    fn of(file: &SourceFile, options: &Options) -> Self {
        let stream = parse(file.bytes.clone(), options);
        let found = manifests(&stream);
        let whole = found.iter().all(|manifest| manifest.id().is_some());
        let whole = whole && stream.problems().is_empty();
        let found = found
            .into_iter()
            .filter_map(|manifest| {
                let alone = manifest.item.is_none();
                let value = alone.then(|| into_managed(Node::from(manifest.value)));
                Some((manifest.id()?, value))
            })
            .collect();
        Self {
            whole,
            found,
            text: stream.into_text(),
        }
    }
}

/// Finds a resource's document in a file.
pub(crate) fn find(stream: &Stream, id: &ResourceId) -> Option<usize> {
    manifests(stream)
        .iter()
        .find(|manifest| manifest.item.is_none() && manifest.id().as_ref() == Some(id))
        .map(|manifest| manifest.document.index())
}
