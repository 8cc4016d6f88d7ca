//! What comes back as one or not at all, and the plan that several of them make together.

use std::collections::{BTreeMap, BTreeSet};

use hnp_model::ResourceId;
use hnp_yaml::{Limits, Node, Options, parse};

use super::Texts;
use crate::fabric::FabricFiles;
use crate::ingest::document_bytes;
use crate::plan::{FileOp, Plan};
use crate::reconcile::shared::{Files, GitTree, Wish, find};

/// What comes back as one.
pub(super) struct Unit {
    /// Keys of the resources that it changes.
    pub(super) keys: BTreeSet<String>,
    pub(super) how: How,
}

pub(super) enum How {
    /// These files get these bytes; `None` removes one.
    Files(BTreeMap<String, Option<Vec<u8>>>),
    /// A resource gets a value, written into its file; `None` removes it.
    Value(ResourceId, Option<Node>),
}

impl Unit {
    fn key(&self) -> &str {
        self.keys.first().map_or("", String::as_str)
    }
}

/// A plan with what could not be written, by the number of its unit.
pub(super) struct Written {
    pub(super) plan: Plan,
    pub(super) refused: Vec<(usize, String)>,
    /// Path of each file that a unit writes or removes.
    pub(super) paths: BTreeMap<usize, BTreeSet<String>>,
}

/// Makes one plan of units.
pub(super) fn write(
    fabric: &FabricFiles<'_>,
    tree: &GitTree,
    units: &BTreeMap<usize, Unit>,
    limits: Limits,
) -> Written {
    let mut written = Written {
        plan: Plan::default(),
        refused: Vec::new(),
        paths: BTreeMap::new(),
    };
    let mut taken: BTreeSet<String> = BTreeSet::new();
    for (n, unit) in units {
        let How::Files(files) = &unit.how else {
            continue;
        };
        if let Some(path) = files.keys().find(|path| taken.contains(*path)) {
            written
                .refused
                .push((*n, format!("{path} is wanted by another resource")));
            continue;
        }
        for (path, bytes) in files {
            taken.insert(path.clone());
            let now = bytes_at(fabric, path);
            match (bytes, now) {
                (Some(bytes), now) => written.plan.write(path.clone(), bytes.clone(), now),
                (None, Some(now)) => written.plan.remove(path.clone(), now),
                (None, None) => {}
            }
        }
        written.paths.insert(*n, files.keys().cloned().collect());
    }
    let numbers: BTreeMap<&str, usize> = units
        .iter()
        .filter(|(_, unit)| matches!(unit.how, How::Value(..)))
        .map(|(n, unit)| (unit.key(), *n))
        .collect();
    let wishes: Vec<Wish<'_>> = units
        .values()
        .filter_map(|unit| match &unit.how {
            How::Value(id, value) => Some(Wish {
                key: unit.key(),
                id,
                value: value.as_ref(),
                old_key: None,
            }),
            How::Files(_) => None,
        })
        .collect();
    let files = Files::of(fabric, tree, &wishes, limits);
    for wish in &wishes {
        let n = numbers[wish.key];
        if let Some(why) = files.refused.get(wish.key) {
            written.refused.push((n, why.clone()));
            continue;
        }
        let path = files
            .paths
            .get(wish.key)
            .or_else(|| tree.docs.get(wish.key).map(|doc| &doc.path));
        written.paths.insert(n, path.into_iter().cloned().collect());
    }
    written.plan.files.extend(files.plan.files);
    written.plan.order();
    written
}

fn bytes_at<'f>(fabric: &'f FabricFiles<'_>, path: &str) -> Option<&'f [u8]> {
    let at = fabric
        .files
        .binary_search_by(|file| file.path.as_str().cmp(path))
        .ok()?;
    Some(fabric.files[at].bytes.as_slice())
}

/// Returns the files of a fabric as a plan leaves them.
pub(super) fn after<'c>(fabric: &FabricFiles<'c>, plan: &Plan) -> FabricFiles<'c> {
    let mut files: Texts = fabric
        .files
        .iter()
        .map(|file| (file.path.clone(), file.bytes.clone()))
        .collect();
    for op in &plan.files {
        match op {
            FileOp::Write { path, bytes, .. } => {
                files.insert(path.clone(), bytes.clone());
            }
            FileOp::Move { from, to, .. } => {
                if let Some(bytes) = files.remove(from) {
                    files.insert(to.clone(), bytes);
                }
            }
            FileOp::Remove { path, .. } => {
                files.remove(path);
            }
        }
    }
    with(fabric, files)
}

/// Returns the fabric with other files; what lies outside its directories is left out.
pub(super) fn with<'c>(fabric: &FabricFiles<'c>, files: Texts) -> FabricFiles<'c> {
    FabricFiles {
        name: fabric.name,
        fabric: fabric.fabric,
        files: files
            .into_iter()
            .filter(|(path, _)| fabric.area(path).is_some())
            .map(|(path, bytes)| hnp_model::SourceFile { path, bytes })
            .collect(),
        unseen: fabric.unseen.clone(),
    }
}

/// Returns where a resource stands and the bytes of its document; `None` where it is not there or not known.
pub(super) fn document(tree: &GitTree, key: &str, limits: Limits) -> Option<(String, Vec<u8>)> {
    let doc = tree
        .docs
        .get(key)
        .filter(|_| !tree.unknown.contains_key(key))?;
    let stream = parse(
        tree.texts.get(&doc.path)?.clone(),
        &Options {
            limits,
            comments: true,
            ..Options::default()
        },
    );
    let at = find(&stream, &doc.id)?;
    Some((
        doc.path.clone(),
        document_bytes(&stream, at).as_bytes().to_vec(),
    ))
}

/// Tells how many documents a text holds.
pub(super) fn documents(text: &str, limits: Limits) -> usize {
    parse(
        text,
        &Options {
            limits,
            ..Options::default()
        },
    )
    .documents()
    .filter(|document| document.root().is_some())
    .count()
}
