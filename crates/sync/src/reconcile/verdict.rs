//! What would come of answers to conflicts, as far as Git's side alone can tell: the GUI is not asked.

use hnp_merge::{Rules, put};
use hnp_model::Finding;
use hnp_rules::Settings;
use hnp_yaml::{Limits, Node};

use super::conflict::{Conflict, FieldConflict};
use super::files::{Files, Wish};
use super::gate::Known;
use super::resolution::{Pick, Resolution, parse_value};
use super::tree::GitTree;
use super::works::id_of_key;
use crate::fabric::FabricFiles;

/// What the rules say of Git's tree with some answers carried out in it.
#[derive(Clone, Debug, Default)]
pub struct Verdict {
    /// The errors that it has and the tree before has not.
    pub findings: Vec<Finding>,
    /// Keys of the resources of which nothing can be said, with the reason.
    pub unknown: Vec<(String, String)>,
}

/// Returns the value that an answer gives a field, `None` inside where the field goes; nothing where it cannot be read.
#[must_use]
pub fn taken(field: &FieldConflict, pick: &Pick) -> Option<Option<Node>> {
    let side = match pick {
        Pick::Gui => &field.gui,
        Pick::Git => &field.git,
        Pick::Base => &field.base,
        Pick::Value(text) => return parse_value(text).map(Some),
    };
    match side {
        None => Some(None),
        Some(text) => parse_value(text).map(Some),
    }
}

/// Judges answers to conflicts of one fabric together. A field without an answer keeps Git's value.
#[must_use]
pub fn judge(
    fabric: &FabricFiles<'_>,
    settings: &Settings,
    limits: Limits,
    answers: &[(&Conflict, &Resolution)],
) -> Verdict {
    let tree = GitTree::read(fabric, limits);
    let mut verdict = Verdict::default();
    let mut results = Vec::new();
    for (conflict, resolution) in answers {
        let id = conflict
            .resource
            .strip_prefix(&format!("{}/", fabric.name))
            .and_then(id_of_key);
        let Some(id) = id else { continue };
        let now = tree.docs.get(&conflict.resource).map(|doc| &doc.value);
        if let Err(why) = resolution.fits(&id, conflict) {
            verdict.unknown.push((conflict.resource.clone(), why));
            continue;
        }
        match result(Rules::of(&id.group, &id.kind), now, conflict, resolution) {
            Ok(value) => results.push((conflict.resource.clone(), id, value)),
            Err(why) => verdict.unknown.push((conflict.resource.clone(), why)),
        }
    }
    let wishes: Vec<Wish<'_>> = results
        .iter()
        .map(|(key, id, value)| Wish {
            key,
            id,
            value: value.as_ref(),
            old_key: None,
        })
        .collect();
    let files = Files::of(fabric, &tree, &wishes, limits);
    let refused = files.refused.iter();
    verdict
        .unknown
        .extend(refused.map(|(key, why)| (key.clone(), why.clone())));
    verdict.findings = Known::default().new_errors(fabric, &files, settings);
    verdict
}

fn result(
    rules: Rules,
    now: Option<&Node>,
    conflict: &Conflict,
    resolution: &Resolution,
) -> Result<Option<Node>, String> {
    let mut value = now.cloned();
    for field in &conflict.fields {
        let Some(pick) = resolution.pick(&field.path) else {
            continue;
        };
        let node = taken(field, pick).ok_or("the value is not at hand")?;
        if field.path.is_empty() {
            value = node;
            continue;
        }
        let was = field.git.as_deref().and_then(parse_value);
        let Some(whole) = &value else {
            return Err("Git no longer has it".to_owned());
        };
        value = if *pick == Pick::Git {
            Some(whole.clone())
        } else {
            let put = put(rules, whole, &field.path, was.as_ref(), node.as_ref());
            // Taking out what is not there changes nothing.
            match (put, &node) {
                (Some(value), _) => Some(value),
                (None, None) => Some(whole.clone()),
                (None, Some(_)) => return Err("Git's value has changed since".to_owned()),
            }
        };
    }
    Ok(value)
}
