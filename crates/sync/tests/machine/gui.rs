//! The GUI in its file form, and what people do in it.

use std::collections::BTreeMap;

use hnp_sync::gui::{self, Snapshot};
use hnp_yaml::{Node, Options, parse};

use crate::git::PAIRING;
use crate::manifest::{Fields, NAMES, Value, Values, text};

/// How a GUI keeps an edit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Beside what it took from Git.
    Draft,
    /// In its place.
    Desired,
}

#[derive(Clone)]
pub(crate) struct Gui {
    pub(crate) node: Node,
    /// What its last export left out.
    missing: BTreeMap<&'static str, Node>,
}

fn node(text: &str) -> Node {
    let stream = parse(text, &Options::default());
    Node::from(stream.document(0).unwrap().root().unwrap())
}

fn put(item: &mut Node, key: &str, value: Option<Node>) {
    let Node::Map(entries) = item else { return };
    entries.retain(|(name, _)| name != key);
    if let Some(value) = value {
        entries.push((key.to_owned(), value));
    }
}

fn name_of(item: &Node) -> Option<&str> {
    let metadata = |key: &str| {
        item.get(key)
            .and_then(|value| value.get("metadata")?.get("name"))
    };
    let named = metadata("desired")
        .or_else(|| metadata("draft"))
        .or_else(|| item.get("id")?.get("name"));
    match named {
        Some(Node::Str(name)) => Some(name),
        _ => None,
    }
}

fn revise(item: &mut Node) {
    let now = match item.get("revision") {
        Some(Node::Int(n)) => *n,
        _ => 0,
    };
    put(item, "revision", Some(Node::Int(now + 1)));
}

impl Gui {
    pub(crate) fn new() -> Self {
        Self {
            node: gui::apply(None, PAIRING, &[]).0,
            missing: BTreeMap::new(),
        }
    }

    fn items(&mut self) -> &mut Vec<Node> {
        let Node::Map(entries) = &mut self.node else {
            panic!()
        };
        let found = entries.iter_mut().find(|(key, _)| key == "resources");
        let Some((_, Node::Seq(items))) = found else {
            panic!()
        };
        items
    }

    fn item(&mut self, name: &str) -> Option<&mut Node> {
        self.items()
            .iter_mut()
            .find(|item| name_of(item) == Some(name))
    }

    pub(crate) fn text(&self) -> String {
        gui::emit(&self.node, false)
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        gui::parse(self.text().as_bytes()).unwrap().0
    }

    pub(crate) fn values(&self) -> Values {
        let snapshot = self.snapshot();
        let value = |name: &'static str| {
            let one = snapshot.resources.iter().find(|one| one.id.name == name);
            one.and_then(gui::GuiResource::value)
                .map_or(Value::Absent, |value| Value::Here(Fields::of(value)))
        };
        NAMES.into_iter().map(|name| (name, value(name))).collect()
    }

    /// A person saves new values.
    pub(crate) fn save(&mut self, name: &'static str, fields: &Fields, mode: Mode) {
        let manifest = node(&text(name, fields, 0));
        let Some(item) = self.item(name) else {
            let key = if mode == Mode::Draft {
                "draft"
            } else {
                "desired"
            };
            self.items().push(Node::Map(vec![
                ("fabric".to_owned(), Node::Str("lab".to_owned())),
                ("revision".to_owned(), Node::Int(1)),
                (key.to_owned(), manifest),
            ]));
            return;
        };
        revise(item);
        put(item, "deleted", None);
        let key = if mode == Mode::Draft || item.get("draft").is_some() {
            "draft"
        } else {
            "desired"
        };
        put(item, key, Some(manifest));
        put(item, "id", None);
    }

    /// A person deletes. It stays as a tombstone until hnp has seen it.
    pub(crate) fn delete(&mut self, name: &'static str) {
        let Some(item) = self.item(name) else { return };
        revise(item);
        put(item, "draft", None);
        put(item, "deleted", Some(Node::Bool(true)));
        if item.get("desired").is_none() {
            let id = [
                ("apiVersion", "wiring.githedgehog.com/v1beta1"),
                ("kind", "Server"),
                ("name", name),
            ];
            let id = id.map(|(key, value)| (key.to_owned(), Node::Str(value.to_owned())));
            put(item, "id", Some(Node::Map(id.to_vec())));
        }
    }

    /// A save that means nothing.
    pub(crate) fn touch(&mut self, name: &'static str, n: u32) {
        let Some(item) = self.item(name) else { return };
        revise(item);
        put(
            item,
            "updated",
            Some(Node::Str(format!("2025-08-06T17:36:{:02}Z", n % 60))),
        );
        let Node::Map(entries) = item else { return };
        entries.rotate_left(1);
        for (key, value) in entries {
            if let (true, Node::Map(manifest)) = (key == "desired" || key == "draft", value) {
                manifest.rotate_left(1);
                for (key, value) in manifest.iter_mut().filter(|(key, _)| key == "metadata") {
                    debug_assert_eq!(key, "metadata");
                    let stamp = (
                        "hnp.githedgehog.com/last-synced".to_owned(),
                        Node::Str(n.to_string()),
                    );
                    put(value, "annotations", Some(Node::Map(vec![stamp])));
                }
            }
        }
    }

    /// An export that leaves one out, or has it again.
    pub(crate) fn lose(&mut self, name: &'static str) {
        let at = self
            .items()
            .iter()
            .position(|item| name_of(item) == Some(name));
        match (at, self.missing.remove(name)) {
            (Some(at), _) => {
                let item = self.items().remove(at);
                self.missing.insert(name, item);
            }
            (None, Some(item)) => self.items().push(item),
            (None, None) => {}
        }
    }

    /// Both sides are without it: it does not come back by itself.
    pub(crate) fn forget(&mut self, name: &'static str) {
        self.missing.remove(name);
    }

    pub(crate) fn is_missing(&self, name: &'static str) -> bool {
        self.missing.contains_key(name)
    }
}
