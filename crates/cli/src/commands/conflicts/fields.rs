//! Who changed a field in Git, and when.

use hnp_merge::{Change, Rules, diff};
use hnp_model::canonical::canonical_json_of as text_of;
use hnp_model::{ResourceId, manifests};
use hnp_sync::gui::managed;
use hnp_sync::reconcile::Conflict;
use hnp_yaml::{Node, Options, parse};
use serde_json::{Value, json};

use super::rows::leads;
use crate::clock;
use crate::context::Context;
use crate::output::clean;

/// How many commits of the file are looked at.
const COMMITS: usize = 100;
/// How many changes of a field are shown.
const SHOWN: usize = 5;
/// Longest value that a line shows.
const LONGEST: usize = 60;

/// One change of a field.
#[derive(Clone, Debug)]
pub(in crate::commands) struct FieldChange {
    /// `None` for what is not committed yet.
    commit: Option<hnp_git::FileCommit>,
    /// What changed: the field, something inside it, or what holds it.
    path: String,
    old: Option<Node>,
    new: Option<Node>,
}

/// Returns the newest changes of each field in conflict, newest first.
pub(in crate::commands) fn changes(
    context: &Context,
    id: &ResourceId,
    file: &str,
    conflict: &Conflict,
) -> Vec<Vec<FieldChange>> {
    let rules = Rules::of(&id.group, &id.kind);
    let mut all: Vec<Vec<FieldChange>> = vec![Vec::new(); conflict.fields.len()];
    let commits = context.repo.file_history(file);
    let read = |blob: &Option<String>| {
        let bytes = context.repo.read_blob(blob.as_deref()?)?;
        value(bytes, id)
    };
    let now = context.worktree.read_if_there(file).ok().flatten();
    let now = now.and_then(|bytes| value(bytes, id));
    let last = commits.first().and_then(|commit| read(&commit.after));
    note(
        &mut all,
        conflict,
        None,
        diff(rules, last.as_ref(), now.as_ref()),
    );
    for commit in commits.into_iter().take(COMMITS) {
        let (before, after) = (read(&commit.before), read(&commit.after));
        let changes = diff(rules, before.as_ref(), after.as_ref());
        note(&mut all, conflict, Some(&commit), changes);
        if all.iter().all(|found| found.len() >= SHOWN) {
            break;
        }
    }
    all
}

fn note(
    all: &mut [Vec<FieldChange>],
    conflict: &Conflict,
    by: Option<&hnp_git::FileCommit>,
    changes: Vec<Change>,
) {
    for change in changes {
        let path = change.path.to_string();
        for (field, found) in conflict.fields.iter().zip(all.iter_mut()) {
            let touches =
                path == field.path || leads(&field.path, &path) || leads(&path, &field.path);
            if touches && found.len() < SHOWN {
                found.push(FieldChange {
                    commit: by.cloned(),
                    path: path.clone(),
                    old: change.old.clone(),
                    new: change.new.clone(),
                });
            }
        }
    }
}

fn value(bytes: Vec<u8>, id: &ResourceId) -> Option<Node> {
    let stream = parse(bytes, &Options::default());
    let found = manifests(&stream)
        .into_iter()
        .find(|manifest| manifest.id().as_ref() == Some(id))?;
    Some(managed(&Node::from(found.value)))
}

impl FieldChange {
    /// One line: when, who, from what to what, in which commit.
    pub(in crate::commands) fn line(&self, field: &str) -> String {
        let what = match (&self.old, &self.new) {
            // The resource came or went with all that is in it.
            (None, Some(_)) if self.path.is_empty() => "created".to_owned(),
            (Some(_), None) if self.path.is_empty() => "deleted".to_owned(),
            (old, new) => {
                let at = if self.path == field {
                    String::new()
                } else {
                    format!("{}: ", clean(&self.path))
                };
                format!("{at}{} -> {}", short(old.as_ref()), short(new.as_ref()))
            }
        };
        match &self.commit {
            None => format!("not committed yet: {what}"),
            Some(commit) => format!(
                "{} {} {}: {what} ({})",
                clock::rfc3339(commit.seconds),
                &commit.commit[..10.min(commit.commit.len())],
                clean(&commit.author),
                clean(&commit.title),
            ),
        }
    }

    pub(in crate::commands) fn json(&self) -> Value {
        let value = |node: &Option<Node>| {
            let text = node.as_ref().map(text_of);
            text.and_then(|text| serde_json::from_str::<Value>(&text).ok())
        };
        let commit = self.commit.as_ref();
        json!({
            "commit": commit.map(|one| one.commit.clone()),
            "author": commit.map(|one| one.author.clone()),
            "at": commit.map(|one| clock::rfc3339(one.seconds)),
            "title": commit.map(|one| one.title.clone()),
            "by_hnp": commit.map(|one| one.by_hnp),
            "field": self.path,
            "was_there": self.old.is_some(),
            "old": value(&self.old),
            "is_there": self.new.is_some(),
            "new": value(&self.new),
        })
    }
}

fn short(node: Option<&Node>) -> String {
    let Some(node) = node else {
        return "(absent)".to_owned();
    };
    let text = text_of(node);
    if text.chars().count() <= LONGEST {
        return clean(&text);
    }
    let start: String = text.chars().take(LONGEST - 3).collect();
    format!("{}...", clean(&start))
}
