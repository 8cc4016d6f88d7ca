//! Reads `hnp-vectors/2`: cases as changes of a base fabric.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;

use hnp_model::canonical::canonical_json;
use hnp_yaml::{Options, parse};
use serde_json::{Map, Value};

/// A document of a fabric: its text, and its value for changes.
#[derive(Clone)]
struct Document {
    identity: Arc<str>,
    /// Which document of which base it is, as long as nothing changed it.
    unchanged: Option<Place>,
    value: Arc<Value>,
    text: Arc<str>,
}

/// A base and a document of it.
pub(crate) type Place = (Arc<str>, usize);

/// One file of a tree.
pub(crate) struct File {
    pub(crate) path: String,
    pub(crate) text: Arc<str>,
    pub(crate) unchanged: Option<Place>,
}

/// A tree of files, and where the subject stands: a file and a part of its text.
pub(crate) struct Tree {
    pub(crate) files: Vec<File>,
    pub(crate) subject: (usize, std::ops::Range<usize>),
}

impl Tree {
    /// The text of the subject.
    pub(crate) fn subject(&self) -> &str {
        let (file, range) = &self.subject;
        &self.files[*file].text[range.clone()]
    }
}

/// The files of a folder of vectors, and its bases.
#[derive(Default)]
pub(crate) struct Folder {
    bases: BTreeMap<String, Vec<Document>>,
    files: BTreeMap<String, HashMap<String, Value>>,
}

impl Folder {
    /// Reads the bases of a folder; files follow one by one, before the cases that name theirs.
    pub(crate) fn read(folder: &Path) -> Self {
        let mut bases = BTreeMap::new();
        for file in std::fs::read_dir(folder.join("bases"))
            .into_iter()
            .flatten()
        {
            let file = file.unwrap().path();
            let name = file.file_stem().unwrap().to_string_lossy().into_owned();
            let mut base = documents(&std::fs::read_to_string(file).unwrap());
            let of: Arc<str> = name.as_str().into();
            for (at, document) in base.iter_mut().enumerate() {
                document.unchanged = Some((of.clone(), at));
            }
            bases.insert(name, base);
        }
        Self {
            bases,
            files: BTreeMap::new(),
        }
    }

    /// Keeps the cases of a file for those that name them.
    pub(crate) fn keep(&mut self, stem: &str, file: &Value) {
        let cases = file["cases"].as_array().unwrap();
        let by_name = cases
            .iter()
            .map(|case| (case["name"].as_str().unwrap().to_owned(), case.clone()))
            .collect();
        self.files.insert(stem.to_owned(), by_name);
    }

    /// Builds the tree of a case.
    pub(crate) fn tree(&self, file: &Value, case: &Value) -> Tree {
        let base = case["base"].as_str().or(file["base"].as_str()).unwrap();
        let mut tree = self.bases[base].clone();
        for name in case["of"].as_array().into_iter().flatten() {
            let (stem, name) = name.as_str().unwrap().split_once('/').unwrap();
            change(&mut tree, &self.files[stem][name]);
        }
        change(&mut tree, case);
        render(&tree, case["subject"].as_str().unwrap())
    }
}

fn documents(text: &str) -> Vec<Document> {
    let stream = parse(text.to_owned().into_bytes(), &Options::default());
    assert!(
        stream.problems().is_empty(),
        "{text}: {:?}",
        stream.problems()
    );
    stream
        .documents()
        .filter_map(hnp_yaml::Document::root)
        .filter(|root| !root.is_null())
        .map(|root| document(serde_json::from_str(&canonical_json(root)).unwrap()))
        .collect()
}

fn document(value: Value) -> Document {
    let identity = format!(
        "{}/{}",
        value["kind"].as_str().unwrap_or_default(),
        value["metadata"]["name"].as_str().unwrap_or_default()
    );
    Document {
        identity: identity.into(),
        unchanged: None,
        text: value.to_string().into(),
        value: Arc::new(value),
    }
}

/// Applies what one case changes. Documents keep the identity that they have in the base.
fn change(tree: &mut Vec<Document>, case: &Value) {
    for identity in case["remove"].as_array().into_iter().flatten() {
        let before = tree.len();
        tree.retain(|document| *document.identity != *identity.as_str().unwrap());
        assert!(tree.len() < before, "{case}: no {identity}");
    }
    if let Some(text) = case["documents"].as_str() {
        let mut new = documents(text);
        if let [only] = new.as_mut_slice() {
            // The spelling matters.
            only.text = text.into();
        }
        for document in new {
            match tree
                .iter_mut()
                .find(|old| old.identity == document.identity)
            {
                Some(old) => *old = document,
                None => tree.push(document),
            }
        }
    }
    let of = |name: &str| match name {
        "." => case["subject"].as_str().unwrap().to_owned(),
        name => name.to_owned(),
    };
    let mut changed: BTreeMap<String, Value> = BTreeMap::new();
    let mut edit = |name: &str, with: &dyn Fn(&mut Value)| {
        let identity = of(name);
        let value = changed.entry(identity.clone()).or_insert_with(|| {
            let document = tree.iter().find(|old| *old.identity == *identity);
            let document = document.unwrap_or_else(|| panic!("{case}: no {identity}"));
            document.value.as_ref().clone()
        });
        with(value);
    };
    for (name, pointers) in case["drop"].as_object().into_iter().flatten() {
        for pointer in pointers.as_array().unwrap() {
            edit(name, &|value| drop_field(value, pointer.as_str().unwrap()));
        }
    }
    for (name, fields) in case["set"].as_object().into_iter().flatten() {
        for (pointer, new) in fields.as_object().unwrap() {
            edit(name, &|value| *place(value, pointer) = new.clone());
        }
    }
    for (identity, value) in changed {
        let old = tree
            .iter_mut()
            .find(|old| *old.identity == *identity)
            .unwrap();
        old.text = value.to_string().into();
        old.unchanged = None;
        old.value = Arc::new(value);
    }
}

fn parts(pointer: &str) -> impl Iterator<Item = String> + '_ {
    let part = |part: &str| part.replace("~1", "/").replace("~0", "~");
    pointer.split('/').skip(1).map(part)
}

/// Finds the place of a pointer, and makes it where it is missing.
fn place<'v>(root: &'v mut Value, pointer: &str) -> &'v mut Value {
    parts(pointer).fold(root, |at, part| {
        if let Value::Array(items) = at {
            let index: usize = part.parse().unwrap();
            if index == items.len() {
                items.push(Value::Null);
            }
            return &mut items[index];
        }
        if !at.is_object() {
            *at = Value::Object(Map::new());
        }
        at.as_object_mut()
            .unwrap()
            .entry(part)
            .or_insert(Value::Null)
    })
}

/// Takes a field away; one that is not there is as good.
fn drop_field(root: &mut Value, pointer: &str) {
    let (parent, _) = pointer.rsplit_once('/').unwrap();
    let last = parts(pointer).last().unwrap();
    match root.pointer_mut(parent) {
        Some(Value::Object(map)) => {
            map.shift_remove(&last);
        }
        Some(Value::Array(items)) => {
            items.remove(last.parse().unwrap());
        }
        _ => {}
    }
}

/// Writes each document as a file, the subject as the last.
fn render(tree: &[Document], subject: &str) -> Tree {
    let is_subject = |document: &&Document| {
        let (kind, name) = subject.split_once('/').unwrap();
        document.value["kind"] == kind && document.value["metadata"]["name"] == name
    };
    let judged = tree.iter().find(is_subject);
    let judged = judged.unwrap_or_else(|| panic!("no {subject} in the tree"));
    let others = tree.iter().filter(|document| !is_subject(document));
    let file = |at: usize, document: &Document| File {
        path: format!("lab/managed/{at:03}.yaml"),
        text: document.text.clone(),
        unchanged: document.unchanged.clone(),
    };
    let mut files: Vec<_> = others
        .enumerate()
        .map(|(at, other)| file(at, other))
        .collect();
    let subject = (files.len(), 0..judged.text.len());
    files.push(file(files.len(), judged));
    Tree { files, subject }
}
