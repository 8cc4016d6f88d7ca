//! One file of a GUI that is a directory: several resources in the usual form, or one.

use hnp_yaml::Node;

use super::format::{MAX_BYTES, apply, emit, read, snapshot};
use super::{FORMAT, GuiWrite, Pairing, Snapshot};

/// A file of a directory.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// What it holds.
    pub snapshot: Snapshot,
    node: Node,
    /// The file is a resource, not a list of them.
    single: bool,
}

impl Part {
    /// Makes the file of a resource that is new.
    #[must_use]
    pub fn single() -> Self {
        Self {
            snapshot: Snapshot::empty(),
            node: wrap(Vec::new()),
            single: true,
        }
    }

    /// Makes an index: it holds no resource, and says what counts for the directory.
    #[must_use]
    pub fn index(complete: bool) -> Self {
        let mut node = wrap(Vec::new());
        if let Node::Map(entries) = &mut node {
            entries.insert(1, ("complete".to_owned(), Node::Bool(complete)));
        }
        Self {
            snapshot: Snapshot::empty(),
            node,
            single: false,
        }
    }

    /// Reads a file.
    ///
    /// # Errors
    ///
    /// One sentence for each thing that is wrong.
    pub fn parse(bytes: &[u8]) -> Result<Self, Vec<String>> {
        let node = read(bytes, MAX_BYTES)?;
        let single = node.get("resources").is_none() && node.get("format").is_none();
        let node = if single { wrap(vec![node]) } else { node };
        Ok(Self {
            snapshot: snapshot(&node)?,
            node,
            single,
        })
    }

    /// Applies writes. A write whose resource is not as it must be is left out, with the reason in its place.
    pub fn apply(&mut self, pairing: Pairing<'_>, writes: &[GuiWrite]) -> Vec<Result<(), String>> {
        let (node, results) = apply(Some(&self.node), pairing, writes);
        self.node = node;
        results
    }

    /// Writes the file out; `None` where it holds one resource no more.
    #[must_use]
    pub fn emit(&self, yaml: bool) -> Option<String> {
        if !self.single {
            return Some(emit(&self.node, yaml));
        }
        match self.node.get("resources") {
            Some(Node::Seq(items)) => items.first().map(|item| emit(item, yaml)),
            _ => None,
        }
    }
}

fn wrap(items: Vec<Node>) -> Node {
    Node::Map(vec![
        ("format".to_owned(), Node::Int(FORMAT)),
        ("resources".to_owned(), Node::Seq(items)),
    ])
}
