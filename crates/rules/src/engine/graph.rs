//! The reference graph: who refers to whom, and where.
//!
//! It serves delete guards, the order of application, and the question what a change touches.

use std::collections::HashMap;

use super::tree::{Entry, Tree};
use super::{Side, Spot};
use crate::facts::Detail;
use crate::file::FileCheck;
use crate::settings::Settings;

/// One reference.
#[derive(Clone, Copy)]
pub struct Edge<'f> {
    /// The resource that refers.
    pub from: Entry<'f, Detail>,
    /// Where in it; where the webhook fills the reference in, the resource's name.
    pub spot: Spot,
    /// Kind of what is referred to.
    pub kind: &'static str,
    /// Its name.
    pub name: &'f str,
}

impl<'f> Edge<'f> {
    /// Returns the kind of the resource that refers.
    #[must_use]
    pub fn from_kind(&self) -> &'f str {
        &self.from.facts.id.kind
    }
}

/// All references of a tree.
pub struct Graph<'f> {
    edges: Vec<Edge<'f>>,
    into: HashMap<(&'f str, &'f str), Vec<u32>>,
    out: HashMap<(&'f str, &'f str), Vec<u32>>,
}

impl<'f> Graph<'f> {
    /// Collects the references of a tree.
    #[must_use]
    pub fn new(tree: &Tree<'f>) -> Self {
        let mut graph = Self {
            edges: Vec::new(),
            into: HashMap::new(),
            out: HashMap::new(),
        };
        for from in tree.everything() {
            let facts = from.facts;
            facts.detail.references(&mut |reference| {
                let spot = reference
                    .span
                    .map_or_else(|| from.name_spot(), |span| from.spot(span));
                let at = u32::try_from(graph.edges.len()).unwrap_or(u32::MAX);
                graph.edges.push(Edge {
                    from,
                    spot,
                    kind: reference.kind,
                    name: reference.name,
                });
                let to = (reference.kind, reference.name);
                graph.into.entry(to).or_default().push(at);
                let of = (facts.id.kind.as_str(), facts.id.name.as_str());
                graph.out.entry(of).or_default().push(at);
            });
        }
        graph
    }

    /// Collects the references of checked files.
    #[must_use]
    pub fn of(files: &'f [FileCheck], settings: &'f Settings) -> Self {
        Self::new(&Tree::new(files, settings, Side::New))
    }

    /// Returns every reference.
    #[must_use]
    pub fn edges(&self) -> &[Edge<'f>] {
        &self.edges
    }

    /// Returns every reference to a resource, in the order of those that refer.
    #[must_use]
    pub fn to(&self, kind: &str, name: &str) -> Vec<Edge<'f>> {
        self.pick(self.into.get(&(kind, name)))
    }

    /// Returns every reference of a resource, in source order.
    #[must_use]
    pub fn from(&self, kind: &str, name: &str) -> Vec<Edge<'f>> {
        self.pick(self.out.get(&(kind, name)))
    }

    fn pick(&self, at: Option<&Vec<u32>>) -> Vec<Edge<'f>> {
        at.into_iter()
            .flatten()
            .map(|at| self.edges[*at as usize])
            .collect()
    }
}
