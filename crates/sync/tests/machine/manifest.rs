//! Resources as text in Git's files, and what people do to it.

use std::collections::BTreeMap;

use hnp_model::manifests;
use hnp_yaml::{Node, Options, parse};

use crate::git::Tree;

/// The resources that are played with.
pub(crate) const NAMES: [&str; 4] = ["s0", "s1", "s2", "s3"];
/// One that is always there, so that a side is never left empty.
pub(crate) const KEEPER: &str = "keeper";
pub(crate) const KEEPERS_FILE: &str = "lab/managed/servers/keeper.yaml";
const BROKEN: &str = "lab/managed/servers/broken.yaml";
const TORN: &str = "---\ntorn: [\n";

/// The fields that are played with: description, profile and a label.
pub(crate) const FIELDS: usize = 3;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Fields(pub(crate) [Option<String>; FIELDS]);

impl Fields {
    pub(crate) fn of(node: &Node) -> Self {
        let text = |node: Option<&Node>| match node {
            Some(Node::Str(text)) => Some(text.clone()),
            _ => None,
        };
        let spec = |key: &str| text(node.get("spec").and_then(|spec| spec.get(key)));
        let label = node
            .get("metadata")
            .and_then(|metadata| metadata.get("labels")?.get("team"));
        Self([spec("description"), spec("profile"), text(label)])
    }
}

/// What a side has of a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    Absent,
    Here(Fields),
    /// Twice, or perhaps in a file that cannot be read.
    Unclear,
}

impl Value {
    pub(crate) fn fields(&self) -> Option<&Fields> {
        match self {
            Self::Here(fields) => Some(fields),
            _ => None,
        }
    }

    pub(crate) fn is_here(&self) -> bool {
        self.fields().is_some()
    }
}

pub(crate) type Values = BTreeMap<&'static str, Value>;

/// Writes a manifest, in one of the forms that people choose.
pub(crate) fn text(name: &str, fields: &Fields, style: u8) -> String {
    let Fields([description, profile, label]) = fields;
    let line = |key: &str, value: &Option<String>, quote: &str| {
        value.as_ref().map_or(String::new(), |value| {
            format!("  {key}: {quote}{value}{quote}\n")
        })
    };
    let spec = if description.is_none() && profile.is_none() {
        "spec: {}\n"
    } else {
        "spec:\n"
    };
    match style % 2 {
        0 => format!(
            "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\nmetadata:\n  name: {name}\n{}{spec}{}{}",
            label.as_ref().map_or(String::new(), |label| format!(
                "  labels:\n    team: {label}\n"
            )),
            line("description", description, ""),
            line("profile", profile, ""),
        ),
        _ => format!(
            "# {name}, by hand\nkind: \"Server\"\nmetadata: {{{} name: '{name}'}} # kept\napiVersion: wiring.githedgehog.com/v1beta1\n\n{spec}{}{}",
            label.as_ref().map_or(String::new(), |label| format!(
                "labels: {{team: \"{label}\"}},"
            )),
            line("profile", profile, "\""),
            line("description", description, "'"),
        ),
    }
}

/// Finds the resources of a tree, and says whether all of it could be read.
fn find(tree: &Tree) -> (BTreeMap<&'static str, Vec<Fields>>, bool) {
    let mut found: BTreeMap<&'static str, Vec<Fields>> = BTreeMap::new();
    let mut broken = false;
    for (_, text) in tree.iter().filter(|(path, _)| path.contains("/managed/")) {
        let stream = parse(text.clone(), &Options::default());
        broken |= !stream.problems().is_empty();
        for manifest in manifests(&stream) {
            match manifest
                .id()
                .and_then(|id| NAMES.into_iter().find(|name| *name == id.name))
            {
                Some(name) => found
                    .entry(name)
                    .or_default()
                    .push(Fields::of(&Node::from(manifest.value))),
                None => broken |= manifest.id().is_none(),
            }
        }
    }
    (found, !broken)
}

/// Tells whether all of a tree can be read.
pub(crate) fn is_whole(tree: &Tree) -> bool {
    find(tree).1
}

/// Reads what a tree is found to hold of one resource; what cannot be read is not looked at.
pub(crate) fn count(tree: &Tree, name: &str) -> Value {
    match find(tree).0.get(name).map(Vec::as_slice) {
        None => Value::Absent,
        Some([one]) => Value::Here(one.clone()),
        Some(_) => Value::Unclear,
    }
}

/// Reads what a tree holds.
pub(crate) fn read(tree: &Tree) -> Values {
    let (found, whole) = find(tree);
    let value = |name: &'static str| match found.get(name).map(Vec::as_slice) {
        None if !whole => Value::Unclear,
        None => Value::Absent,
        Some([one]) => Value::Here(one.clone()),
        Some(_) => Value::Unclear,
    };
    NAMES.into_iter().map(|name| (name, value(name))).collect()
}

pub(crate) fn path(name: &str, place: u8) -> String {
    match place % 3 {
        0 => format!("lab/managed/servers/{name}.yaml"),
        1 => format!("lab/managed/elsewhere/moved-{name}.yaml"),
        _ => "lab/managed/servers/all.yaml".to_owned(),
    }
}

fn holds(document: &str, name: &str) -> bool {
    document.contains(&format!("name: {name}\n")) || document.contains(&format!("name: '{name}'"))
}

/// Tells whether a document of a resource stands anywhere, in a file that can be read or not.
pub(crate) fn stands(tree: &Tree, name: &str) -> bool {
    tree.iter()
        .any(|(path, text)| path.contains("/managed/") && holds(text, name))
}

fn documents(text: &str) -> Vec<String> {
    text.split("---\n").map(str::to_owned).collect()
}

/// Takes a resource's document out, and says where it was and what stood there.
pub(crate) fn take(tree: &mut Tree, name: &str) -> Option<(String, String)> {
    let (path, text) = tree
        .iter()
        .find(|(path, text)| path.contains("/managed/") && holds(text, name))?;
    let (path, mut documents) = (path.clone(), documents(text));
    let at = documents
        .iter()
        .position(|document| holds(document, name))?;
    let document = documents.remove(at);
    if documents.iter().all(|document| document.trim().is_empty()) {
        tree.remove(&path);
    } else {
        tree.insert(path.clone(), documents.join("---\n"));
    }
    Some((path, document))
}

/// Puts a document into a file, behind what is there.
pub(crate) fn put(tree: &mut Tree, path: &str, document: &str) {
    let now = tree.entry(path.to_owned()).or_default();
    if !now.is_empty() {
        if !now.ends_with('\n') {
            now.push('\n');
        }
        now.push_str("---\n");
    }
    now.push_str(document);
}

/// Writes new values into a resource where it stands, in the form it has.
pub(crate) fn set(tree: &mut Tree, name: &str, fields: &Fields) {
    let Some(path) = tree
        .iter()
        .find(|(path, text)| path.contains("/managed/") && holds(text, name))
        .map(|(path, _)| path.clone())
    else {
        put(tree, &path(name, 0), &text(name, fields, 0));
        return;
    };
    let mut documents = documents(&tree[&path]);
    for document in documents
        .iter_mut()
        .filter(|document| holds(document, name))
    {
        let style = u8::from(document.contains("by hand"));
        *document = text(name, fields, style);
    }
    tree.insert(path, documents.join("---\n"));
}

/// Makes a file that cannot be read, or one that can no longer be.
pub(crate) fn break_(tree: &mut Tree, name: Option<&str>) {
    let own = name.and_then(|name| {
        tree.iter()
            .find(|(_, text)| holds(text, name))
            .map(|(path, _)| path.clone())
    });
    match own {
        Some(path) if !tree[&path].contains(TORN) => tree.get_mut(&path).unwrap().push_str(TORN),
        _ => _ = tree.insert(BROKEN.to_owned(), "a: [".to_owned()),
    }
}

pub(crate) fn mend(tree: &mut Tree) {
    tree.remove(BROKEN);
    for text in tree.values_mut() {
        *text = text.replace(TORN, "");
    }
    // Who mends a file of which nothing else is left removes it.
    tree.retain(|_, text| !text.trim().is_empty());
}
