//! The file form of a GUI: JSON or YAML, read and written as values. `schemas/gui.schema.json` describes it.

use std::collections::{HashMap, HashSet};

use foldhash::quality::RandomState;
use hnp_model::ResourceId;
use hnp_yaml::{Limits, Node, Options, emit_document};

use super::{
    FORMAT, GuiAction, GuiResource, GuiWrite, Pairing, Snapshot, Synced, base_hash, id_of, managed,
};

/// Largest file that is read.
pub(super) const MAX_BYTES: usize = 64 << 20;

/// Reads the file form, and gives the snapshot with the value that it was read from.
///
/// # Errors
///
/// One sentence for each thing that is wrong, with the line where the text cannot be read.
pub fn parse(bytes: &[u8]) -> Result<(Snapshot, Node), Vec<String>> {
    let node = read(bytes, MAX_BYTES)?;
    snapshot(&node).map(|snapshot| (snapshot, node))
}

/// Reads one document, JSON or YAML, of a size that is given.
pub(super) fn read(bytes: &[u8], most: usize) -> Result<Node, Vec<String>> {
    let options = Options {
        limits: Limits {
            file_bytes: most,
            ..Limits::default()
        },
        ..Options::default()
    };
    if bytes.len() <= most
        && let Some(node) = super::json::read(bytes, options.limits.depth)
    {
        return Ok(node);
    }
    let stream = hnp_yaml::parse(bytes.to_vec(), &options);
    if !stream.problems().is_empty() {
        let lines = stream.lines();
        let problems = stream.problems().iter().map(|problem| {
            let line = lines.position(problem.span.start as usize).line;
            format!("line {line}: {}", problem.message)
        });
        return Err(problems.collect());
    }
    let roots: Vec<_> = stream
        .documents()
        .filter_map(hnp_yaml::Document::root)
        .collect();
    let [root] = roots.as_slice() else {
        return Err(vec![format!(
            "it holds {} documents; a GUI is one",
            roots.len()
        )]);
    };
    Ok(Node::from(*root))
}

/// Reads the file form for the snapshot alone.
///
/// # Errors
///
/// As [`parse`].
pub fn parse_snapshot(bytes: &[u8]) -> Result<Snapshot, Vec<String>> {
    take_snapshot(&mut read(bytes, MAX_BYTES)?)
}

pub(super) fn snapshot(node: &Node) -> Result<Snapshot, Vec<String>> {
    take_snapshot(&mut node.clone())
}

/// Moves the values out of the node, which is of no use afterwards.
fn take_snapshot(node: &mut Node) -> Result<Snapshot, Vec<String>> {
    let mut wrong = Vec::new();
    check_keys(
        node,
        "the file",
        &["format", "lineage", "complete", "resources"],
        &mut wrong,
    );
    match node.get("format") {
        Some(Node::Int(FORMAT)) => {}
        _ => wrong.push(format!(
            "`format` must be {FORMAT}, the form that this hnp knows"
        )),
    }
    let lineage = text(node, "lineage", "the file", &mut wrong);
    // Whoever does not say that nothing is left out is not taken to say so.
    let complete = flag(node, "complete", "the file", &mut wrong);
    let mut resources = Vec::new();
    match take(node, "resources") {
        Some(Node::Seq(mut items)) => {
            resources.reserve_exact(items.len());
            for (n, item) in items.iter_mut().enumerate() {
                if let Some(one) = take_resource(item, &format!("resources[{n}]"), &mut wrong) {
                    resources.push(one);
                }
            }
        }
        _ => wrong.push("`resources` must be a list".to_owned()),
    }
    let mut seen = HashSet::with_capacity_and_hasher(resources.len(), RandomState::default());
    for one in &resources {
        if !seen.insert((&one.fabric, &one.id)) {
            wrong.push(format!("{} is in it twice", one.id));
        }
    }
    if wrong.is_empty() {
        Ok(Snapshot {
            lineage,
            complete,
            resources,
        })
    } else {
        Err(wrong)
    }
}

const KEYS: [&str; 12] = [
    "id",
    "fabric",
    "revision",
    "updated",
    "desired",
    "desired_commit",
    "synced",
    "draft",
    "base",
    "actual",
    "deleted",
    "orphan",
];

fn resource(node: &Node, place: &str, wrong: &mut Vec<String>) -> Option<GuiResource> {
    take_resource(&mut node.clone(), place, wrong)
}

/// Takes the value of a key out, and leaves a null.
fn take(node: &mut Node, key: &str) -> Option<Node> {
    let Node::Map(entries) = node else {
        return None;
    };
    let (_, value) = entries.iter_mut().find(|(name, _)| name == key)?;
    Some(std::mem::replace(value, Node::Null)).filter(|value| *value != Node::Null)
}

fn take_resource(node: &mut Node, place: &str, wrong: &mut Vec<String>) -> Option<GuiResource> {
    check_keys(node, place, &KEYS, wrong);
    let mut manifest = |key: &str| take(node, key);
    let (desired, draft, base) = (manifest("desired"), manifest("draft"), manifest("base"));
    let actual = manifest("actual");
    let named = node.get("id").filter(|value| **value != Node::Null);
    let mut ids: Vec<(&str, Option<ResourceId>)> = Vec::new();
    if let Some(named) = named {
        ids.push(("id", identity(named)));
    }
    for (key, value) in [
        ("desired", &desired),
        ("draft", &draft),
        ("base", &base),
        ("actual", &actual),
    ] {
        if let Some(value) = value {
            ids.push((key, id_of(value)));
        }
    }
    for (key, id) in &ids {
        if id.is_none() {
            wrong.push(format!(
                "{place}.{key} does not say which resource it is: apiVersion, kind and a name are needed"
            ));
        }
    }
    let revision = match node.get("revision") {
        None => 0,
        Some(Node::Int(revision)) if *revision >= 0 => *revision,
        Some(_) => {
            wrong.push(format!("{place}.revision must be a whole number from 0"));
            0
        }
    };
    let fabric = text(node, "fabric", place, wrong);
    let desired_commit = text(node, "desired_commit", place, wrong);
    let synced = synced(node, place, wrong);
    let updated = text(node, "updated", place, wrong);
    let deleted = flag(node, "deleted", place, wrong);
    let orphan = flag(node, "orphan", place, wrong);
    if ids.is_empty() {
        wrong.push(format!("{place} has none of `desired`, `draft` and `id`"));
        return None;
    }
    let (_, Some(id)) = ids.swap_remove(0) else {
        return None;
    };
    if let Some(why) = odd_name(&id) {
        wrong.push(format!("{place}: {why}"));
    }
    if ids.iter().any(|(_, other)| other.as_ref() != Some(&id)) {
        wrong.push(format!("{place} holds manifests of different resources"));
    }
    if !deleted && desired.is_none() && draft.is_none() {
        wrong.push(format!("{place} ({id}) has no value and is not deleted"));
    }
    Some(GuiResource {
        id,
        fabric,
        desired,
        draft,
        base,
        actual,
        desired_commit,
        revision,
        updated,
        synced,
        deleted,
        orphan,
    })
}

/// Reads what hnp left there. Of another form, or half of it, says nothing: a newer hnp may write more.
fn synced(node: &Node, place: &str, wrong: &mut Vec<String>) -> Option<Synced> {
    let found = node.get("synced").filter(|value| **value != Node::Null)?;
    let Node::Map(_) = found else {
        wrong.push(format!("`synced` of {place} must be a map"));
        return None;
    };
    match (found.get("base"), found.get("head"), found.get("revision")) {
        (Some(Node::Str(base)), Some(Node::Str(head)), Some(Node::Int(revision))) => Some(Synced {
            base: base.clone(),
            head: head.clone(),
            revision: *revision,
        }),
        _ => None,
    }
}

/// Says what keeps an identity from being one: names become parts of paths and keys.
fn odd_name(id: &ResourceId) -> Option<String> {
    let odd = |text: &str| {
        let bad = |c: char| c == '/' || c == '\\' || c.is_control();
        text.is_empty() || text.len() > 253 || text.starts_with('.') || text.contains(bad)
    };
    [
        ("name", &id.name),
        ("namespace", &id.namespace),
        ("kind", &id.kind),
    ]
    .into_iter()
    .find(|(_, text)| odd(text))
    .map(|(what, text)| {
        let shown: String = text.chars().take(40).collect();
        format!(
            "`{}` cannot be the {what} of a resource",
            shown.escape_debug()
        )
    })
}

/// Reads `{apiVersion, kind, namespace, name}`.
fn identity(node: &Node) -> Option<ResourceId> {
    let word = |key: &str| match node.get(key) {
        Some(Node::Str(text)) => Some(text.clone()),
        _ => None,
    };
    let mut metadata = vec![("name".to_owned(), Node::Str(word("name")?))];
    if let Some(namespace) = word("namespace") {
        metadata.push(("namespace".to_owned(), Node::Str(namespace)));
    }
    id_of(&Node::Map(vec![
        ("apiVersion".to_owned(), Node::Str(word("apiVersion")?)),
        ("kind".to_owned(), Node::Str(word("kind")?)),
        ("metadata".to_owned(), Node::Map(metadata)),
    ]))
}

fn check_keys(node: &Node, place: &str, known: &[&str], wrong: &mut Vec<String>) {
    let Node::Map(entries) = node else {
        wrong.push(format!("{place} must be a map"));
        return;
    };
    for (key, _) in entries {
        if !known.contains(&key.as_str()) {
            wrong.push(format!(
                "{place} has a key `{}` that is not known; known are {}",
                key.escape_debug(),
                known.join(", ")
            ));
        }
    }
}

fn text(node: &Node, key: &str, place: &str, wrong: &mut Vec<String>) -> Option<String> {
    match node.get(key) {
        None | Some(Node::Null) => None,
        Some(Node::Str(text)) => Some(text.clone()),
        Some(_) => {
            wrong.push(format!("`{key}` of {place} must be a text"));
            None
        }
    }
}

fn flag(node: &Node, key: &str, place: &str, wrong: &mut Vec<String>) -> bool {
    match node.get(key) {
        None | Some(Node::Null) => false,
        Some(Node::Bool(flag)) => *flag,
        Some(_) => {
            wrong.push(format!("`{key}` of {place} must be true or false"));
            false
        }
    }
}

/// Applies writes to a file's value. A write whose resource is not as it must be is left out, with the reason in its place.
#[must_use]
pub fn apply(
    node: Option<&Node>,
    pairing: Pairing<'_>,
    writes: &[GuiWrite],
) -> (Node, Vec<Result<(), String>>) {
    let mut items: Vec<Node> = match node.and_then(|node| node.get("resources")) {
        Some(Node::Seq(items)) => items.clone(),
        _ => Vec::new(),
    };
    let mut known: Vec<Option<GuiResource>> = items
        .iter()
        .map(|item| resource(item, "", &mut Vec::new()))
        .collect();
    let mut places: HashMap<ResourceId, Vec<usize>> = HashMap::new();
    for (at, one) in known.iter().enumerate() {
        if let Some(one) = one {
            places.entry(one.id.clone()).or_default().push(at);
        }
    }
    let mut gone = HashSet::new();
    let mut results = Vec::with_capacity(writes.len());
    for write in writes {
        let of_fabric = |at: &usize| {
            let fabric = known[*at].as_ref().and_then(|one| one.fabric.as_ref());
            fabric.is_none_or(|fabric| *fabric == write.fabric)
        };
        let found = places.get(&write.id).into_iter().flatten();
        let at = found.copied().find(of_fabric);
        let now = at.and_then(|at| known[at].as_ref());
        if now.map(|one| one.revision) != write.before {
            results.push(Err(format!(
                "{} was changed in the GUI at the same moment; run `hnp sync` again",
                write.id
            )));
            continue;
        }
        let revision = now.map_or(1, |one| one.revision.saturating_add(1));
        match (&write.action, at) {
            (GuiAction::Delete, Some(at)) => _ = gone.insert(at),
            (GuiAction::Delete, None) => {}
            (GuiAction::Orphan, at) => {
                if let Some(at) = at {
                    set(&mut items[at], "revision", Some(Node::Int(revision)));
                    set(&mut items[at], "orphan", Some(Node::Bool(true)));
                }
            }
            (GuiAction::Mark, at) => {
                let held = now.and_then(GuiResource::value).map(managed);
                if let (Some(at), Some(now), Some(held)) = (at, now, held) {
                    let revision = now.revision;
                    mark(&mut items[at], pairing, &held, revision);
                }
            }
            (GuiAction::Put(value), at) => {
                let at = at.unwrap_or_else(|| {
                    items.push(Node::Map(vec![(
                        "fabric".to_owned(),
                        Node::Str(write.fabric.clone()),
                    )]));
                    known.push(None);
                    items.len() - 1
                });
                let item = &mut items[at];
                for key in ["id", "draft", "base", "deleted", "orphan"] {
                    set(item, key, None);
                }
                set(item, "revision", Some(Node::Int(revision)));
                set(item, "desired", Some(value.clone()));
                mark(item, pairing, &managed(value), revision);
            }
        }
        results.push(Ok(()));
    }
    let mut n = 0;
    items.retain(|_| {
        n += 1;
        !gone.contains(&(n - 1))
    });
    let mut out = match node {
        Some(Node::Map(entries)) => Node::Map(entries.clone()),
        _ => Node::Map(vec![
            ("format".to_owned(), Node::Int(FORMAT)),
            ("lineage".to_owned(), Node::Null),
            ("complete".to_owned(), Node::Bool(true)),
        ]),
    };
    set(
        &mut out,
        "lineage",
        Some(Node::Str(pairing.lineage.to_owned())),
    );
    set(&mut out, "resources", Some(Node::Seq(items)));
    (out, results)
}

/// Leaves word of a value that both sides hold, and of where Git stands.
fn mark(item: &mut Node, pairing: Pairing<'_>, value: &Node, revision: i64) {
    let commit = pairing.commit.map(|commit| Node::Str(commit.to_owned()));
    let synced = pairing.head.map(|head| {
        Node::Map(vec![
            ("base".to_owned(), Node::Str(base_hash(value))),
            ("head".to_owned(), Node::Str(head.to_owned())),
            ("revision".to_owned(), Node::Int(revision)),
        ])
    });
    // Both go to the end, as they always did.
    for (key, value) in [("desired_commit", commit), ("synced", synced)] {
        set(item, key, None);
        set(item, key, value);
    }
}

fn set(node: &mut Node, key: &str, value: Option<Node>) {
    let Node::Map(entries) = node else {
        return;
    };
    let at = entries.iter().position(|(name, _)| name == key);
    match (at, value) {
        (Some(at), Some(value)) => entries[at].1 = value,
        (Some(at), None) => _ = entries.remove(at),
        (None, Some(value)) => entries.push((key.to_owned(), value)),
        (None, None) => {}
    }
}

/// Writes a file's value, as YAML or as JSON.
#[must_use]
pub fn emit(node: &Node, yaml: bool) -> String {
    if yaml {
        return emit_document(node);
    }
    let mut text = serde_json::to_string_pretty(&json(node)).unwrap_or_default();
    text.push('\n');
    text
}

fn json(node: &Node) -> serde_json::Value {
    use serde_json::Value;
    match node {
        Node::Null => Value::Null,
        Node::Bool(flag) => Value::from(*flag),
        Node::Int(number) => Value::from(*number),
        Node::UInt(number) => Value::from(*number),
        Node::Float(number) => Value::from(*number),
        Node::Str(text) => Value::from(text.as_str()),
        Node::Seq(items) => items.iter().map(json).collect(),
        Node::Map(entries) => Value::Object(
            entries
                .iter()
                .map(|(key, value)| (key.clone(), json(value)))
                .collect(),
        ),
    }
}
