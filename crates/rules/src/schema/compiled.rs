//! The form the walk reads: one table of nodes, one of properties, sorted, nothing to allocate on the way.

use std::sync::OnceLock;

use regex::Regex;
use serde_json::Value as Json;

use super::model::{Additional, Schema, Type};
use super::numbers::Num;
use super::overlay::{self, IntType};
use super::path::Step;
use super::pattern;

/// Index of a node.
pub(crate) type NodeId = u32;

/// A kind's schema, ready for the walk.
#[derive(Debug)]
pub struct Compiled {
    pub(crate) group: String,
    pub(crate) kind: String,
    nodes: Vec<Node>,
    properties: Vec<Property>,
    patterns: Vec<Pattern>,
}

/// What may lie at a place.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) kind: Option<Type>,
    pub(crate) int_or_string: bool,
    pub(crate) nullable: bool,
    pub(crate) embedded: bool,
    /// Range in the table of properties, sorted by name.
    properties: (u32, u32),
    pub(crate) extra: Extra,
    pub(crate) items: Option<NodeId>,
    /// Only what few nodes have.
    pub(crate) rules: Option<Box<Rules>>,
}

/// Keys beside the declared ones.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Extra {
    Closed,
    Any,
    Node(NodeId),
}

#[derive(Debug)]
struct Property {
    name: Box<str>,
    node: NodeId,
}

/// Constraints on a value.
#[derive(Debug, Default)]
pub(crate) struct Rules {
    /// Fields that must be there, without those that admission fills in.
    pub(crate) required: Vec<Box<str>>,
    pub(crate) values: Vec<Json>,
    /// Index into the patterns.
    pub(crate) pattern: Option<usize>,
    pub(crate) minimum: Option<(Num, bool)>,
    pub(crate) maximum: Option<(Num, bool)>,
    pub(crate) multiple_of: Option<Num>,
    pub(crate) length: Bounds,
    pub(crate) items: Bounds,
    pub(crate) properties: Bounds,
    pub(crate) unique: Unique,
    pub(crate) int32: bool,
    pub(crate) int: Option<IntType>,
    pub(crate) not: Option<NodeId>,
    pub(crate) all_of: Vec<NodeId>,
    pub(crate) any_of: Vec<NodeId>,
    pub(crate) one_of: Vec<NodeId>,
}

/// Smallest and largest count.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Bounds {
    pub(crate) min: Option<u64>,
    pub(crate) max: Option<u64>,
}

/// What must differ between the items of a list.
#[derive(Debug, Default)]
pub(crate) enum Unique {
    #[default]
    No,
    Whole,
    Keys(Vec<Box<str>>),
}

#[derive(Debug)]
pub(crate) struct Pattern {
    pub(crate) source: String,
    regex: OnceLock<Option<Regex>>,
}

impl Pattern {
    /// Tells whether a text fits; a pattern that import would have refused fits everything.
    pub(crate) fn fits(&self, text: &str) -> bool {
        self.regex
            .get_or_init(|| pattern::compile(&self.source).ok())
            .as_ref()
            .is_none_or(|regex| regex.is_match(text))
    }
}

impl Compiled {
    /// Compiles the schema of one version of a kind.
    #[must_use]
    pub fn new(group: &str, kind: &str, schema: &Schema) -> Self {
        let mut compiled = Self {
            group: group.to_owned(),
            kind: kind.to_owned(),
            nodes: Vec::new(),
            properties: Vec::new(),
            patterns: Vec::new(),
        };
        let mut path = String::new();
        compiled.add(schema, &mut path, false);
        compiled
    }

    /// Returns the group.
    #[must_use]
    pub fn group(&self) -> &str {
        &self.group
    }

    /// Returns the kind.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// Returns the root's declared fields beside `apiVersion`, `kind`, `metadata` and `status`, such as `spec`, sorted.
    pub fn root_fields(&self) -> impl Iterator<Item = &str> {
        self.names(self.root()).filter(|name| *name != "metadata")
    }

    /// Tells whether the root may hold fields that the schema does not declare.
    #[must_use]
    pub fn root_is_open(&self) -> bool {
        !matches!(self.root().extra, Extra::Closed)
    }

    /// Returns the declared fields of the map at a path of map keys, `["spec", "subnets", "a"]`; nothing where no map can
    /// be there.
    #[must_use]
    pub fn fields_at(&self, keys: &[&str]) -> Vec<&str> {
        let mut node = Some(self.root());
        for key in keys {
            node = node
                .and_then(|n| self.child(n, key))
                .map(|id| self.node(id));
        }
        node.map_or_else(Vec::new, |node| self.names(node).collect())
    }

    pub(crate) fn root(&self) -> &Node {
        &self.nodes[0]
    }

    pub(crate) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id as usize]
    }

    pub(crate) fn pattern(&self, index: usize) -> &Pattern {
        &self.patterns[index]
    }

    fn slice(&self, node: &Node) -> &[Property] {
        &self.properties[node.properties.0 as usize..node.properties.1 as usize]
    }

    pub(crate) fn names<'c>(&'c self, node: &'c Node) -> impl Iterator<Item = &'c str> {
        self.slice(node).iter().map(|property| &*property.name)
    }

    pub(crate) fn property(&self, node: &Node, name: &str) -> Option<NodeId> {
        let slice = self.slice(node);
        slice
            .binary_search_by(|property| (*property.name).cmp(name))
            .ok()
            .map(|at| slice[at].node)
    }

    fn child(&self, node: &Node, key: &str) -> Option<NodeId> {
        self.property(node, key).or(match node.extra {
            Extra::Node(id) => Some(id),
            Extra::Any | Extra::Closed => None,
        })
    }

    /// Tells whether a field of this path is known.
    pub(crate) fn has(&self, steps: &[Step<'_>]) -> bool {
        let mut node = self.root();
        for step in steps {
            let next = match step {
                Step::Root => continue,
                Step::Key(key) => self.child(node, key),
                Step::Index(_) => node.items,
            };
            match next {
                Some(id) => node = self.node(id),
                None => return false,
            }
        }
        true
    }

    /// Adds a schema and what is below it; `path` names the place for the overlay. A `partial` schema, of `allOf` and its
    /// like, constrains values and says nothing about which keys are known.
    fn add(&mut self, schema: &Schema, path: &mut String, partial: bool) -> NodeId {
        let id = self.nodes.len();
        // Children come after their parent, which is filled in last.
        self.nodes.push(Node {
            kind: schema.kind,
            int_or_string: schema.int_or_string,
            nullable: schema.nullable,
            embedded: schema.embedded_resource,
            properties: (0, 0),
            extra: Extra::Any,
            items: None,
            rules: None,
        });
        let mut own = Vec::with_capacity(schema.properties.len());
        for (name, child) in &schema.properties {
            let node = self.step(
                path,
                |path| join(path, name),
                |this, path| this.add(child, path, partial),
            );
            // Metadata is checked by hnp's own rules; a CRD may only add to them.
            if id == 0 && name == "metadata" {
                self.nodes[node as usize].extra = Extra::Any;
            }
            own.push(Property {
                name: name.as_str().into(),
                node,
            });
        }
        let extra = match &schema.additional_properties {
            Some(Additional::Schema(child)) => Extra::Node(self.step(
                path,
                |path| join(path, "*"),
                |this, path| this.add(child, path, partial),
            )),
            Some(Additional::Any(true)) => Extra::Any,
            _ if partial || schema.preserve_unknown_fields => Extra::Any,
            _ => Extra::Closed,
        };
        let items = schema.items.as_deref().map(|child| {
            self.step(
                path,
                |path| path.push_str("[]"),
                |this, path| this.add(child, path, partial),
            )
        });
        let rules = self.rules(schema, path);
        let start = index(self.properties.len());
        self.properties.extend(own);
        let node = &mut self.nodes[id];
        node.properties = (start, index(self.properties.len()));
        node.extra = extra;
        node.items = items;
        node.rules = rules;
        index(id)
    }

    fn step(
        &mut self,
        path: &mut String,
        extend: impl FnOnce(&mut String),
        then: impl FnOnce(&mut Self, &mut String) -> NodeId,
    ) -> NodeId {
        let length = path.len();
        extend(path);
        let id = then(self, path);
        path.truncate(length);
        id
    }

    fn rules(&mut self, schema: &Schema, path: &mut String) -> Option<Box<Rules>> {
        let mut parts = |schemas: &[Schema]| -> Vec<NodeId> {
            schemas
                .iter()
                .map(|part| self.add(part, path, true))
                .collect()
        };
        let (all_of, any_of, one_of) = (
            parts(&schema.all_of),
            parts(&schema.any_of),
            parts(&schema.one_of),
        );
        let not = schema.not.as_deref().map(|part| self.add(part, path, true));
        let required: Vec<Box<str>> = schema
            .required
            .iter()
            .filter(|name| {
                let length = path.len();
                join(path, name);
                let filled = overlay::is_filled(&self.group, &self.kind, path);
                path.truncate(length);
                !filled
            })
            .map(|name| name.as_str().into())
            .collect();
        let unique = match schema.list_type.as_deref() {
            Some("map") if !schema.list_map_keys.is_empty() => Unique::Keys(
                schema
                    .list_map_keys
                    .iter()
                    .map(|key| key.as_str().into())
                    .collect(),
            ),
            Some("set") => Unique::Whole,
            _ if schema.unique_items => Unique::Whole,
            _ => Unique::No,
        };
        let rules = Rules {
            required,
            values: schema.values.clone(),
            pattern: schema.pattern.as_deref().map(|source| self.intern(source)),
            minimum: schema
                .minimum
                .as_ref()
                .map(|n| (Num::of(n), schema.exclusive_minimum)),
            maximum: schema
                .maximum
                .as_ref()
                .map(|n| (Num::of(n), schema.exclusive_maximum)),
            multiple_of: schema.multiple_of.as_ref().map(Num::of),
            length: Bounds {
                min: schema.min_length,
                max: schema.max_length,
            },
            items: Bounds {
                min: schema.min_items,
                max: schema.max_items,
            },
            properties: Bounds {
                min: schema.min_properties,
                max: schema.max_properties,
            },
            unique,
            int32: schema.kind == Some(Type::Integer) && schema.format.as_deref() == Some("int32"),
            int: match schema.kind {
                Some(Type::Integer) => overlay::integer(&self.group, &self.kind, path),
                _ => None,
            },
            not,
            all_of,
            any_of,
            one_of,
        };
        (!rules.is_empty()).then(|| Box::new(rules))
    }

    fn intern(&mut self, source: &str) -> usize {
        if let Some(at) = self.patterns.iter().position(|p| p.source == source) {
            return at;
        }
        self.patterns.push(Pattern {
            source: source.to_owned(),
            regex: OnceLock::new(),
        });
        self.patterns.len() - 1
    }
}

impl Rules {
    fn is_empty(&self) -> bool {
        let free = |bounds: Bounds| bounds.min.is_none() && bounds.max.is_none();
        self.required.is_empty()
            && self.values.is_empty()
            && self.pattern.is_none()
            && self.minimum.is_none()
            && self.maximum.is_none()
            && self.multiple_of.is_none()
            && free(self.length)
            && free(self.items)
            && free(self.properties)
            && matches!(self.unique, Unique::No)
            && !self.int32
            && self.int.is_none()
            && self.not.is_none()
            && self.all_of.is_empty()
            && self.any_of.is_empty()
            && self.one_of.is_empty()
    }
}

fn join(path: &mut String, name: &str) {
    if !path.is_empty() {
        path.push('.');
    }
    path.push_str(name);
}

/// Schemas are bounded by the size of their file, far below 2^32 nodes.
fn index(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
