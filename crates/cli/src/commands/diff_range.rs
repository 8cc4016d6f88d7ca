//! `hnp diff A..B`: two commits, fabric by fabric; in Markdown also what the change touches.

use std::collections::BTreeSet;

use hnp_merge::{Change, Compared, compare};
use hnp_model::{ResourceId, SourceFile};
use hnp_report::markdown::{ChangedField, ChangedResource, Changes, Touched, changes};
use hnp_rules::engine::{Edge, Graph};
use hnp_rules::{FileCheck, Settings, check_file};
use hnp_state::config::Fabric;
use hnp_yaml::Node;
use rayon::prelude::*;

use super::diff::{Set, Unreadable, change, managed_of, named, problems, tree_set, value_of};
use crate::args::Global;
use crate::context::work_dir;
use crate::failure::Failure;
use crate::git_tree::{Check, GitTree, Trees, roles, settings};

/// What two commits differ in.
pub(super) struct RangeDiff {
    /// By resource and field, all fabrics together.
    pub(super) compared: Compared,
    /// Documents that could not be read.
    pub(super) unreadable: Vec<Unreadable>,
    fabrics: Vec<FabricDiff>,
}

/// One fabric of them.
struct FabricDiff {
    name: String,
    compared: Compared,
    /// For each resource that differs, in the same order.
    neighbours: Vec<Neighbours>,
}

/// What a resource that differs is tied to.
#[derive(Clone, Default)]
struct Neighbours {
    used_by: Vec<Touched>,
    uses: Vec<Touched>,
}

/// Compares the ends of `A..B`, or of `A...B` from the merge base on.
///
/// # Errors
///
/// Exit 2 where it is no range or a configuration is wrong, 3 where an object cannot be read.
pub(super) fn compare_range(
    global: &Global,
    range: &str,
    with_touched: bool,
) -> Result<RangeDiff, Failure> {
    let trees = Trees::open(&work_dir(global)?)?;
    let ends = trees.repo.compare(&trees.objects, range)?;
    let before = GitTree::open(trees.commit(ends.base)?)?;
    let after = GitTree::open(trees.commit(ends.head)?)?;
    let fabrics = |tree: &GitTree| tree.config.clone().unwrap_or_default().fabrics;
    let (then, now) = (fabrics(&before), fabrics(&after));
    let mut found = RangeDiff {
        compared: Compared::default(),
        unreadable: Vec::new(),
        fabrics: Vec::new(),
    };
    let names: BTreeSet<&String> = then.keys().chain(now.keys()).collect();
    for name in &names {
        // A fabric may have lain elsewhere, or not at all.
        let Some(old) = then.get(*name).or(now.get(*name)) else {
            continue;
        };
        let new = now.get(*name).unwrap_or(old);
        let old_set = tree_set(&before.snapshot, &managed_of(old))?;
        let new_set = tree_set(&after.snapshot, &managed_of(new))?;
        let compared = found.add(&old_set, &new_set);
        let neighbours = if with_touched {
            neighbours(&compared, (&before, old), (&after, new), name)?
        } else {
            Vec::new()
        };
        found.fabrics.push(FabricDiff {
            name: (*name).clone(),
            compared,
            neighbours,
        });
    }
    if names.is_empty() {
        // A repository without hnp: all YAML that is in it.
        let everywhere = [String::new()];
        let (old, new) = (
            tree_set(&before.snapshot, &everywhere)?,
            tree_set(&after.snapshot, &everywhere)?,
        );
        let compared = found.add(&old, &new);
        found.fabrics.push(FabricDiff {
            name: String::new(),
            compared,
            neighbours: Vec::new(),
        });
    }
    Ok(found)
}

impl RangeDiff {
    fn add(&mut self, old: &Set, new: &Set) -> Compared {
        self.unreadable.extend(problems("old", old));
        self.unreadable.extend(problems("new", new));
        let compared = compare(&named(old), &named(new));
        self.compared.same += compared.same;
        self.compared.resources.extend(compared.resources.clone());
        self.compared.ambiguous.extend(compared.ambiguous.clone());
        compared
    }

    /// Writes the difference in Markdown, with what it touches.
    pub(super) fn markdown(&self) -> String {
        let many = self.fabrics.len() > 1;
        let mut all = Changes {
            same: self.compared.same,
            ..Changes::default()
        };
        for fabric in &self.fabrics {
            for (at, found) in fabric.compared.resources.iter().enumerate() {
                let Neighbours { used_by, uses } =
                    fabric.neighbours.get(at).cloned().unwrap_or_default();
                let (old, new) = (found.old_path.as_deref(), found.new_path.as_deref());
                let mut name = found
                    .resource
                    .as_ref()
                    .map_or_else(|| "document".to_owned(), ToString::to_string);
                if many {
                    name = format!("{name} ({})", fabric.name);
                }
                all.resources.push(ChangedResource {
                    name,
                    what: change(found),
                    place: match (old, new) {
                        (Some(old), Some(new)) if old != new => format!("{old} -> {new}"),
                        (old, new) => new.or(old).unwrap_or_default().to_owned(),
                    },
                    fields: found.changes.iter().flat_map(fields).collect(),
                    used_by,
                    uses,
                });
            }
        }
        // What goes away and what is changed is looked at before what is new.
        let rank = |what: &str| {
            ["removed", "changed", "added"]
                .iter()
                .position(|w| *w == what)
        };
        all.resources
            .sort_by_key(|resource| rank(resource.what).unwrap_or(3));
        all.not_compared = self
            .unreadable
            .iter()
            .map(|one| {
                format!(
                    "{}, line {} of the {} side, which cannot be read: {}",
                    one.path, one.line, one.side, one.message
                )
            })
            .chain(
                self.compared
                    .ambiguous
                    .iter()
                    .map(|id| format!("{id}, which stands more than once on one side")),
            )
            .collect();
        changes(&all)
    }
}

/// Finds who refers to each resource that differs, and what each refers to.
fn neighbours(
    compared: &Compared,
    (before, old): (&GitTree, &Fabric),
    (after, new): (&GitTree, &Fabric),
    name: &str,
) -> Result<Vec<Neighbours>, Failure> {
    if compared.resources.is_empty() {
        return Ok(Vec::new());
    }
    let (then, then_settings) = checked(before, old, name)?;
    let (now, now_settings) = checked(after, new, name)?;
    let then_graph = Graph::of(&then, &then_settings);
    let now_graph = Graph::of(&now, &now_settings);
    Ok(compared
        .resources
        .iter()
        .map(|found| {
            let Some(id) = &found.resource else {
                return Neighbours::default();
            };
            let uses = if found.new_path.is_some() {
                now_graph.from(&id.kind, &id.name)
            } else {
                then_graph.from(&id.kind, &id.name)
            };
            // Of a removed resource too: those that still refer to it.
            let used_by = now_graph.to(&id.kind, &id.name);
            Neighbours {
                used_by: users(id, &used_by, &now),
                uses: used(id, &uses),
            }
        })
        .collect())
}

fn users(id: &ResourceId, edges: &[Edge<'_>], files: &[FileCheck]) -> Vec<Touched> {
    let all: BTreeSet<Touched> = edges
        .iter()
        .map(|edge| &edge.from.facts.id)
        .zip(edges)
        .filter(|(from, _)| *from != id)
        .map(|(from, edge)| Touched {
            name: from.to_string(),
            place: files
                .get(edge.spot.file as usize)
                .map_or_else(String::new, |file| file.path.clone()),
        })
        .collect();
    all.into_iter().collect()
}

fn used(id: &ResourceId, edges: &[Edge<'_>]) -> Vec<Touched> {
    let all: BTreeSet<Touched> = edges
        .iter()
        .filter(|edge| (edge.kind, edge.name) != (id.kind.as_str(), id.name.as_str()))
        .map(|edge| Touched {
            name: format!("{}/{}", edge.kind, edge.name),
            place: String::new(),
        })
        .collect();
    all.into_iter().collect()
}

/// Reads the facts of a fabric, by the settings that stand beside it.
fn checked(
    tree: &GitTree,
    fabric: &Fabric,
    name: &str,
) -> Result<(Vec<FileCheck>, Settings), Failure> {
    let config = tree.config.clone().unwrap_or_default();
    let settings = settings(
        &Check {
            config: &config,
            schemas: &tree.schemas,
            fabrics: &[],
            release: None,
            profile: None,
            cache: None,
        },
        name,
    )?;
    let listing = tree.snapshot.list(&fabric.directories)?;
    let files: Result<Vec<FileCheck>, hnp_git::Error> = roles(fabric, &listing)
        .into_par_iter()
        .map(|(at, role)| {
            let file = &listing.files[at];
            let path = file.path.clone();
            let limit = settings.limits.file_bytes;
            let bytes = tree.snapshot.objects().blob(file.blob, limit)?;
            Ok(check_file(SourceFile { path, bytes }, role, &settings))
        })
        .collect();
    let mut files = files?;
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok((files, settings))
}

/// Splits the change of a whole value, such as that of a new resource, into its fields.
fn fields(change: &Change) -> Vec<ChangedField> {
    let mut all = Vec::new();
    let path = change.path.to_string();
    let both = change.old.is_some() && change.new.is_some();
    if both {
        all.push(ChangedField {
            path,
            old: change.old.as_ref().map(shown),
            new: change.new.as_ref().map(shown),
        });
        return all;
    }
    if let Some(node) = &change.old {
        leaves(&path, node, &mut |path, value| {
            all.push(ChangedField {
                path,
                old: Some(value),
                new: None,
            });
        });
    }
    if let Some(node) = &change.new {
        leaves(&path, node, &mut |path, value| {
            all.push(ChangedField {
                path,
                old: None,
                new: Some(value),
            });
        });
    }
    all
}

/// Calls `take` with every field below a value. What a resource is called stands above its fields already.
fn leaves(path: &str, node: &Node, take: &mut dyn FnMut(String, String)) {
    if matches!(path, "apiVersion" | "kind" | "metadata.name") {
        return;
    }
    match node {
        Node::Map(entries) if !entries.is_empty() => {
            for (key, value) in entries {
                let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
                let bare = !key.is_empty() && key.chars().all(plain);
                let inside = match (path.is_empty(), bare) {
                    (true, true) => key.clone(),
                    (false, true) => format!("{path}.{key}"),
                    (_, false) => format!("{path}[{key:?}]"),
                };
                leaves(&inside, value, take);
            }
        }
        _ => take(path.to_owned(), shown(node)),
    }
}

fn shown(node: &Node) -> String {
    value_of(node).to_string()
}
