//! What a resource refers to, and what refers to it.

use std::collections::BTreeMap;

use hnp_rules::Settings;
use hnp_rules::engine::{Edge, Graph, Spot};
use hnp_rules::file::FileCheck;
use hnp_yaml::LineIndex;
use serde_json::{Value, json};

use crate::context::Context;

/// Both directions, for `hnp show`.
pub(super) struct Impact {
    /// What the resource refers to.
    pub(super) refers_to: Value,
    /// What refers to it.
    pub(super) referred_by: Value,
}

/// Looks a resource up in the reference graph of its fabric.
pub(super) fn impact(
    context: &Context,
    files: &[FileCheck],
    settings: &Settings,
    kind: &str,
    name: &str,
) -> Impact {
    let graph = Graph::of(files, settings);
    let mut texts = Texts {
        context,
        files,
        read: BTreeMap::new(),
    };
    let there = |kind: &str, name: &str| {
        files
            .iter()
            .flat_map(|file| file.facts.iter())
            .any(|facts| facts.id.kind == kind && facts.id.name == name)
    };
    let refers_to = graph
        .from(kind, name)
        .iter()
        .map(|edge| {
            let mut value = texts.place(edge.spot);
            value["kind"] = json!(edge.kind);
            value["name"] = json!(edge.name);
            value["here"] = json!(there(edge.kind, edge.name));
            value
        })
        .collect();
    let mut by: Vec<Edge<'_>> = graph.to(kind, name);
    by.sort_by_key(|edge| {
        (
            edge.from_kind().to_owned(),
            edge.from.name().to_owned(),
            edge.spot,
        )
    });
    let referred_by = by
        .iter()
        .map(|edge| {
            let mut value = texts.place(edge.spot);
            value["kind"] = json!(edge.from_kind());
            value["name"] = json!(edge.from.name());
            value["here"] = json!(true);
            value
        })
        .collect();
    Impact {
        refers_to,
        referred_by,
    }
}

/// Texts of the files that references stand in, each read once.
struct Texts<'c> {
    context: &'c Context,
    files: &'c [FileCheck],
    read: BTreeMap<u32, String>,
}

impl Texts<'_> {
    fn place(&mut self, spot: Spot) -> Value {
        let path = self
            .files
            .get(spot.file as usize)
            .map_or("", |file| file.path.as_str());
        let text = self.read.entry(spot.file).or_insert_with(|| {
            let bytes = self.context.worktree.read_if_there(path);
            let bytes = bytes.ok().flatten().unwrap_or_default();
            String::from_utf8_lossy(&bytes).into_owned()
        });
        let at = LineIndex::new(text).position(spot.span.start as usize);
        json!({ "file": path, "line": at.line, "column": at.column })
    }
}
