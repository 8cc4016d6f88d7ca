//! The Git side's changes as file steps: values written in by splice, so that comments and layout stay.

use std::collections::{BTreeMap, HashSet};

use hnp_merge::{Rules, normal};
use hnp_model::{ResourceId, canonical::sha256_hex, kind};
use hnp_state::layout::managed_path;
use hnp_yaml::edit::{Edit, Path, apply_within, difference, remove_document};
use hnp_yaml::{Limits, Node, Options, Problem, emit_document, parse};

use super::decide::same;
use super::kustomization;
use super::tree::{GitTree, find};
use crate::fabric::FabricFiles;
use crate::gui::{id_of, managed};
use crate::ingest::document_bytes;
use crate::plan::Plan;

/// Returns where a resource stands unless people put it elsewhere.
pub(super) fn place(fabric: &FabricFiles<'_>, id: &ResourceId) -> String {
    let directory = fabric.fabric.directories.first().map_or("", String::as_str);
    let plural = kind::find(&id.group, &id.kind).map(|info| info.plural);
    managed_path(directory, fabric.fabric.template, id, plural)
}

/// What one resource needs of Git.
pub(crate) struct Wish<'w> {
    pub(crate) key: &'w str,
    pub(crate) id: &'w ResourceId,
    /// `None` removes it.
    pub(crate) value: Option<&'w Node>,
    /// Key under which it stands in Git, where it is to have another name.
    pub(crate) old_key: Option<&'w str>,
}

/// Files as they will be.
pub(crate) struct Files {
    pub(crate) plan: Plan,
    /// Text by path, of those that change; `None` where the file goes.
    texts: BTreeMap<String, Option<String>>,
    /// Where each resource stands that is written.
    pub(crate) paths: BTreeMap<String, String>,
    /// Resources that could not be written, with the reason.
    pub(crate) refused: BTreeMap<String, String>,
}

impl Files {
    pub(crate) fn of(
        fabric: &FabricFiles<'_>,
        tree: &GitTree,
        wishes: &[Wish<'_>],
        limits: Limits,
    ) -> Self {
        let mut files = Self {
            plan: Plan::default(),
            texts: BTreeMap::new(),
            paths: BTreeMap::new(),
            refused: BTreeMap::new(),
        };
        let taken: HashSet<&str> = fabric.files.iter().map(|file| file.path.as_str()).collect();
        for wish in wishes {
            if let Err(why) = files.fulfil(fabric, tree, wish, limits, &taken) {
                files.refused.insert(wish.key.to_owned(), why);
            }
        }
        let mut unlisted = kustomization::follow(fabric, tree, &mut files.texts, limits);
        for wish in wishes {
            let path = files
                .paths
                .get(wish.key)
                .or_else(|| tree.docs.get(wish.key).map(|doc| &doc.path));
            if let Some(why) = path.and_then(|path| unlisted.remove(path)) {
                files.refused.insert(wish.key.to_owned(), why);
            }
        }
        for (path, text) in &files.texts {
            let now = tree.texts.get(path).map(String::as_bytes);
            match (text, now) {
                (Some(text), now) => files.plan.write(path.clone(), text.as_bytes(), now),
                (None, Some(now)) => files.plan.remove(path.clone(), now),
                (None, None) => {}
            }
        }
        files.plan.order();
        files
    }

    fn fulfil(
        &mut self,
        fabric: &FabricFiles<'_>,
        tree: &GitTree,
        wish: &Wish<'_>,
        limits: Limits,
        taken: &HashSet<&str>,
    ) -> Result<(), String> {
        let options = Options {
            limits,
            comments: true,
            ..Options::default()
        };
        if wish
            .value
            .is_some_and(|value| id_of(value).as_ref() != Some(wish.id))
        {
            return Err("what it is to become is not this resource".to_owned());
        }
        let Some(doc) = tree.docs.get(wish.old_key.unwrap_or(wish.key)) else {
            let Some(value) = wish.value else {
                return Ok(());
            };
            let path = place(fabric, wish.id);
            if taken.contains(path.as_str()) || self.texts.contains_key(&path) {
                return Err(format!("its place {path} is taken by another file"));
            }
            self.texts.insert(path.clone(), Some(emit_document(value)));
            self.paths.insert(wish.key.to_owned(), path);
            return Ok(());
        };
        let now = match self.texts.get(&doc.path) {
            Some(text) => text.clone(),
            None => tree.texts.get(&doc.path).cloned(),
        };
        let now = now.ok_or("its file is gone")?;
        let stream = parse(now, &options);
        let at = find(&stream, &doc.id).ok_or("it is no longer in its file")?;
        let Some(value) = wish.value else {
            // What cannot be read stays too: it may be a resource that a person is about to mend.
            let unread = |problem: &Problem| problem.document != Some(at);
            let others = stream.problems().iter().any(unread)
                || hnp_model::manifests(&stream)
                    .iter()
                    .any(|manifest| manifest.document.index() != at);
            let text = if others {
                let edited = remove_document(&stream, at).map_err(|error| error.to_string())?;
                Some(edited.text)
            } else {
                None
            };
            self.texts.insert(doc.path.clone(), text);
            return Ok(());
        };
        let rules = Rules::of(&wish.id.group, &wish.id.kind);
        let edits: Vec<Edit> = difference(&Path::root(), &normal(rules, &doc.value), value)
            .into_iter()
            .map(|edit| match edit {
                // A null that says nothing may stand there.
                Edit::Insert { path, value } => Edit::Set { path, value },
                other => other,
            })
            .collect();
        let edited =
            apply_within(&stream, at, &edits, &limits).map_err(|error| error.to_string())?;
        let read = parse(edited.text.clone(), &options);
        let written = read
            .document(at)
            .and_then(hnp_yaml::Document::root)
            .map(|root| managed(&Node::from(root)));
        if !same(rules, written.as_ref(), Some(value)) {
            return Err(format!(
                "{} is laid out so that the change cannot be written into it; make it by hand",
                doc.path
            ));
        }
        let alone = hnp_model::manifests(&stream).len() == 1;
        let new = place(fabric, wish.id);
        let free = !taken.contains(new.as_str()) && !self.texts.contains_key(&new);
        // A file that bears its resource's name goes with it.
        let path = if wish.old_key.is_some() && alone && free && place(fabric, &doc.id) == doc.path
        {
            self.texts.insert(doc.path.clone(), None);
            new
        } else {
            doc.path.clone()
        };
        self.texts.insert(path.clone(), Some(edited.text));
        self.paths.insert(wish.key.to_owned(), path);
        Ok(())
    }

    /// Returns path, SHA-256 and bytes of a resource's document as it will stand.
    pub(crate) fn document(
        &self,
        tree: &GitTree,
        key: &str,
        id: &ResourceId,
        limits: Limits,
    ) -> Option<(String, String, Vec<u8>)> {
        let path = self
            .paths
            .get(key)
            .or_else(|| tree.docs.get(key).map(|doc| &doc.path))?;
        let text = match self.texts.get(path) {
            Some(text) => text.clone()?,
            None => tree.texts.get(path)?.clone(),
        };
        let options = Options {
            limits,
            comments: true,
            ..Options::default()
        };
        let stream = parse(text, &options);
        let bytes = document_bytes(&stream, find(&stream, id)?)
            .as_bytes()
            .to_vec();
        Some((path.clone(), sha256_hex(&bytes), bytes))
    }
}
