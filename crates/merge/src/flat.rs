//! A file as lines of fields, for tools that compare lines.

use hnp_model::{Manifest, manifest::is_list, manifests};
use hnp_yaml::{Node, Stream};

use crate::items::{ListKind, scalar_json};
use crate::path::{Path, Step};
use crate::{Rules, normal};

/// Returns a readable stream as one line a field, `VPC/vpc-1 spec.subnets.a.vlan: 1001`, in an order and notation that
/// depend on what is said only; then the comments, which are part of the file too. Nothing where something cannot be read.
#[must_use]
pub fn flat(stream: &Stream) -> Option<String> {
    if !stream.problems().is_empty() {
        return None;
    }
    let mut resources: Vec<(String, Vec<String>)> = Vec::new();
    for manifest in manifests(stream) {
        let name = manifest
            .id()
            .map_or_else(|| "document".to_owned(), |id| id.to_string());
        let node = Node::from(manifest.value);
        let rules = Rules::of_node(&node);
        let mut lines = Vec::new();
        walk(
            rules,
            &mut Path::default(),
            &normal(rules, &node),
            &mut lines,
        );
        let comments = comments(stream, &manifest);
        lines.extend(comments);
        resources.push((name, lines));
    }
    // Where a resource stands in the file is no difference.
    resources.sort();
    let mut out = String::new();
    for (name, lines) in resources {
        for line in lines {
            out.push_str(&name);
            out.push(' ');
            out.push_str(&line);
            out.push('\n');
        }
    }
    Some(out)
}

/// Returns the comments of a manifest's document; those of a list go to its first item.
fn comments<'s>(
    stream: &'s Stream,
    manifest: &Manifest<'s>,
) -> impl Iterator<Item = String> + use<'s> {
    let first = manifest.item.is_none_or(|item| item == 0)
        || manifest.document.root().is_some_and(|root| !is_list(root));
    let comments = if first {
        manifest.document.comments()
    } else {
        &[]
    };
    comments
        .iter()
        .map(|comment| stream.text()[comment.span.range()].to_owned())
}

fn walk(rules: Rules, path: &mut Path, node: &Node, out: &mut Vec<String>) {
    match node {
        Node::Map(entries) if !entries.is_empty() => {
            let mut entries: Vec<_> = entries.iter().collect();
            entries.sort_by(|a, b| a.0.cmp(&b.0));
            for (key, value) in entries {
                path.push(Step::Key(key.clone()));
                walk(rules, path, value, out);
                path.pop();
            }
        }
        Node::Seq(items) if !items.is_empty() => {
            let kind = rules.list(path, &[items]);
            let steps = match kind {
                ListKind::Atomic => None,
                _ => rules.steps(path, kind, items),
            };
            let ordered = steps.is_none();
            let steps = steps.unwrap_or_else(|| {
                (0..items.len())
                    .map(|at| Step::Member(at.to_string()))
                    .collect()
            });
            let mut items: Vec<_> = steps.into_iter().zip(items).collect();
            if !ordered {
                items.sort_by(|a, b| a.0.cmp(&b.0));
            }
            for (step, item) in items {
                let member = !ordered && matches!(step, Step::Member(_));
                path.push(step);
                if member {
                    out.push(path.to_string());
                } else {
                    walk(rules, path, item, out);
                }
                path.pop();
            }
        }
        Node::Map(_) => out.push(format!("{path}: {{}}")),
        Node::Seq(_) => out.push(format!("{path}: []")),
        scalar => out.push(format!("{path}: {}", scalar_json(scalar))),
    }
}
