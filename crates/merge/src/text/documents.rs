//! The documents of a file and what tells them apart.

use std::collections::{HashMap, HashSet};

use hnp_model::{Manifest, ResourceId};
use hnp_yaml::{Node, Stream};

use crate::{Rules, normal};

/// Why files whose documents are no resources are merged as lines.
pub(super) const NO_IDENTITY: &str = "documents without identity cannot be matched";

/// What a document is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Ident {
    /// A resource.
    Resource(ResourceId),
    /// The n-th of the documents that are none.
    Plain(usize),
}

impl Ident {
    pub(super) fn resource(&self) -> Option<&ResourceId> {
        match self {
            Self::Resource(id) => Some(id),
            Self::Plain(_) => None,
        }
    }
}

/// A document with a value.
#[derive(Debug)]
pub(super) struct Doc {
    pub(super) ident: Ident,
    /// Its number in the stream.
    pub(super) index: usize,
    /// Its value without nulls that say nothing.
    pub(super) node: Node,
    pub(super) rules: Rules,
}

/// One of the three texts.
#[derive(Debug)]
pub(super) struct Side<'s> {
    pub(super) stream: &'s Stream,
    pub(super) docs: Vec<Doc>,
    by_ident: HashMap<Ident, usize>,
    /// Whether a document that is not here is known not to be there.
    pub(super) is_complete: bool,
}

impl<'s> Side<'s> {
    /// Reads a side of which everything must be known.
    pub(super) fn whole(stream: &'s Stream) -> Result<Self, &'static str> {
        if !stream.problems().is_empty() {
            return Err("it cannot be read");
        }
        let side = Self::read(stream);
        if side.is_complete {
            Ok(side)
        } else {
            Err("a resource stands in it twice")
        }
    }

    /// Reads the base, of which what can be read is taken.
    pub(super) fn base(stream: &'s Stream) -> Self {
        let mut side = Self::read(stream);
        side.is_complete &= stream.problems().is_empty();
        side
    }

    fn read(stream: &'s Stream) -> Self {
        let docs = docs(stream);
        let mut by_ident = HashMap::new();
        let mut twice = HashSet::new();
        for (at, doc) in docs.iter().enumerate() {
            if by_ident.insert(doc.ident.clone(), at).is_some() {
                twice.insert(doc.ident.clone());
            }
        }
        for ident in &twice {
            by_ident.remove(ident);
        }
        Self {
            stream,
            docs,
            by_ident,
            is_complete: twice.is_empty(),
        }
    }

    pub(super) fn get(&self, ident: &Ident) -> Option<&Doc> {
        self.by_ident.get(ident).map(|at| &self.docs[*at])
    }

    pub(super) fn idents(&self) -> Vec<Ident> {
        self.docs.iter().map(|doc| doc.ident.clone()).collect()
    }

    fn plain(&self) -> usize {
        self.docs
            .iter()
            .filter(|doc| doc.ident.resource().is_none())
            .count()
    }
}

/// The three texts.
#[derive(Debug)]
pub(super) struct Sides<'s> {
    pub(super) base: Side<'s>,
    pub(super) ours: Side<'s>,
    pub(super) theirs: Side<'s>,
}

impl Sides<'_> {
    /// Refuses documents that nothing tells apart: where each side has one at most they belong together, else nobody knows.
    /// One that is no map, as YAML reads any text, is refused too.
    pub(super) fn check(&self) -> Result<(), &'static str> {
        let sides = [&self.base, &self.ours, &self.theirs];
        let is_text = |doc: &Doc| !matches!(doc.node, Node::Map(_));
        if sides
            .iter()
            .any(|side| side.plain() > 1 || side.docs.iter().any(is_text))
        {
            return Err(NO_IDENTITY);
        }
        Ok(())
    }
}

/// Returns the documents of a stream that have a value.
pub(super) fn docs(stream: &Stream) -> Vec<Doc> {
    let mut plain = 0;
    stream
        .documents()
        .filter_map(|document| {
            let root = document.root()?;
            let manifest = Manifest {
                value: root,
                document,
                item: None,
            };
            let ident = match manifest.id() {
                Some(id) => Ident::Resource(id),
                None => {
                    plain += 1;
                    Ident::Plain(plain - 1)
                }
            };
            let node = Node::from(root);
            let rules = Rules::of_node(&node);
            Some(Doc {
                ident,
                index: document.index(),
                node: normal(rules, &node),
                rules,
            })
        })
        .collect()
}

/// Counts the resources that stand in a stream more than once.
pub(super) fn identities_twice(stream: &Stream) -> usize {
    let mut seen = HashSet::new();
    docs(stream)
        .into_iter()
        .filter(|doc| doc.ident.resource().is_some())
        .filter(|doc| !seen.insert(doc.ident.clone()))
        .count()
}

/// Returns the text of a document with the comments directly above its separator, without those of the next document.
pub(super) fn extent(stream: &Stream, index: usize) -> std::ops::Range<usize> {
    let end = if index + 1 < stream.documents().len() {
        start(stream, index + 1)
    } else {
        stream.text().len()
    };
    let from = start(stream, index);
    from..end.max(from)
}

fn start(stream: &Stream, index: usize) -> usize {
    let text = stream.text();
    let Some(document) = stream.document(index) else {
        return text.len();
    };
    let mut start = document.separator().start as usize;
    let Some(before) = index.checked_sub(1).and_then(|at| stream.document(at)) else {
        return start.min(document.body().start as usize);
    };
    let floor = match before.root() {
        Some(root) => last_end(root),
        None => before.body().start as usize,
    };
    while start > floor {
        let above = text[..start - 1].rfind('\n').map_or(0, |at| at + 1);
        if above < floor || !text[above..start].starts_with('#') {
            break;
        }
        start = above;
    }
    start
}

/// Returns the end of the last value below a value.
pub(super) fn last_end(value: hnp_yaml::Value<'_>) -> usize {
    let own = value.span().end as usize;
    if value.is_alias() {
        return own;
    }
    let inner = value
        .own_entries()
        .last()
        .map(|entry| entry.value)
        .or_else(|| value.items().last());
    inner.map_or(own, |inner| own.max(last_end(inner)))
}
