//! The walk: one pass over a parsed document beside its schema.

use std::fmt::Write as _;

use hnp_yaml::{Entry, Kind, Span, Value};

use super::compiled::{Bounds, Compiled, Extra, Node, NodeId, Rules};
use super::model::Type;
use super::path::Path;
use super::release::Release;
use super::violation::{Level, Violation};

/// How to check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The release that the fabric runs.
    pub release: Release,
    /// Most violations reported for one document; more say nothing new and cost time.
    pub limit: usize,
}

impl Settings {
    /// Returns the settings for a release, with 100 violations a document.
    #[must_use]
    pub fn new(release: Release) -> Self {
        Self {
            release,
            limit: 100,
        }
    }
}

/// Checks a resource against the schema of its kind and passes on every violation, a map's own before those inside it.
/// Returns whether all were passed on; `false` means that the limit was reached.
///
/// `apiVersion`, `kind`, `metadata`, `status` and unknown fields of the root have rules of their own elsewhere. A null in
/// a declared field counts as absent, a null value in a map of maps as an empty map, as admission reads them.
pub fn check(
    root: Value<'_>,
    schema: &Compiled,
    settings: &Settings,
    sink: &mut dyn FnMut(Violation),
) -> bool {
    let mut walk = Walk {
        schema,
        settings,
        sink,
        left: settings.limit,
        truncated: false,
    };
    walk.root(root);
    !walk.truncated
}

pub(super) struct Walk<'w> {
    pub(super) schema: &'w Compiled,
    pub(super) settings: &'w Settings,
    sink: &'w mut dyn FnMut(Violation),
    left: usize,
    truncated: bool,
}

/// How many of something a value holds.
pub(super) struct Counted {
    pub(super) code: &'static str,
    pub(super) what: &'static str,
    pub(super) count: usize,
    pub(super) bounds: Bounds,
}

/// Where a value hangs.
#[derive(Clone, Copy)]
pub(super) struct At {
    /// Its key, or the key that holds the list it is in.
    pub(super) key: Option<Span>,
    /// Whether an alias or a merge key brought it, so that an edit would change other places too.
    pub(super) shared: bool,
}

impl<'w> Walk<'w> {
    /// Tells whether nothing more is wanted, and notes that there would have been more.
    pub(super) fn is_full(&mut self) -> bool {
        self.truncated |= self.left == 0;
        self.truncated
    }

    pub(super) fn report(&mut self, violation: Violation) {
        if self.is_full() {
            return;
        }
        self.left -= 1;
        (self.sink)(violation);
    }

    fn root(&mut self, root: Value<'_>) {
        let node = self.schema.root();
        let path = Path::ROOT;
        let at = At {
            key: root.entries().next().map(|entry| entry.key_span),
            shared: false,
        };
        if let Some(rules) = &node.rules {
            self.required(root, node, rules, &path, at);
        }
        for entry in root.entries() {
            if matches!(entry.key, "apiVersion" | "kind" | "status") {
                continue;
            }
            let child = match (self.schema.property(node, entry.key), node.extra) {
                (Some(child), _) => child,
                (None, Extra::Node(child)) if entry.key != "metadata" => child,
                _ => continue,
            };
            if !entry.value.is_null() {
                self.value(entry.value, child, &path.key(entry.key), at.under(&entry));
            }
        }
        if let Some(rules) = &node.rules {
            self.parts(root, rules, &path, at);
        }
    }

    pub(super) fn value(&mut self, value: Value<'_>, id: NodeId, path: &Path<'_>, at: At) {
        if self.truncated {
            return;
        }
        let node = self.schema.node(id);
        let at = At {
            shared: at.shared || value.is_alias(),
            ..at
        };
        let fits = match value.kind() {
            Kind::Map => {
                let fits = matches!(node.kind, Some(Type::Object) | None) && !node.int_or_string;
                if fits {
                    self.map(value, node, path, at);
                }
                fits
            }
            Kind::Seq => {
                let fits = matches!(node.kind, Some(Type::Array) | None) && !node.int_or_string;
                if fits {
                    self.list(value, node, path, at);
                }
                fits
            }
            Kind::Scalar | Kind::Alias => self.scalar(value, node, path, at),
        };
        if !fits {
            self.wrong_type(value, node, path, at);
        } else if let Some(rules) = &node.rules {
            self.parts(value, rules, path, at);
        }
    }

    fn map(&mut self, value: Value<'_>, node: &Node, path: &Path<'_>, at: At) {
        if let Some(rules) = &node.rules {
            self.required(value, node, rules, path, at);
            if rules.properties.min.is_some() || rules.properties.max.is_some() {
                let count = value
                    .entries()
                    .filter(|entry| !self.is_dropped(node, entry))
                    .count();
                let counted = Counted {
                    code: "SCH-11",
                    what: "field",
                    count,
                    bounds: rules.properties,
                };
                self.count(&counted, value, path, at);
            }
        }
        for entry in value.entries() {
            let path = path.key(entry.key);
            let under = at.under(&entry);
            if let Some(child) = self.schema.property(node, entry.key) {
                if !entry.value.is_null() {
                    self.value(entry.value, child, &path, under);
                }
                continue;
            }
            match node.extra {
                Extra::Any => {}
                Extra::Closed if node.embedded && is_resource_field(entry.key) => {}
                Extra::Closed => self.unknown(value, node, &entry, &path, under),
                Extra::Node(child) => {
                    if entry.value.is_null() {
                        self.null_in_map(entry.value, child, &path, under);
                    } else {
                        self.value(entry.value, child, &path, under);
                    }
                }
            }
        }
    }

    fn required(&mut self, value: Value<'_>, node: &Node, rules: &Rules, path: &Path<'_>, at: At) {
        for name in &rules.required {
            let found = value.entry(name);
            let child = self
                .schema
                .property(node, name)
                .map(|child| self.schema.node(child));
            let nullable = child.is_some_and(|child| child.nullable);
            let (span, how) = match found {
                Some(entry) if !entry.value.is_null() || nullable => continue,
                Some(entry) => (entry.key_span, "empty"),
                None => {
                    let first = value.entries().next().map(|entry| entry.key_span);
                    (at.key.or(first).unwrap_or(value.span()), "missing")
                }
            };
            let help = match child.and_then(|child| child.rules.as_deref()) {
                Some(rules) if !rules.values.is_empty() => {
                    format!("set `{name}` to {}", choices(&rules.values))
                }
                _ => format!("set `{name}`"),
            };
            let path = path.key(name).text();
            self.report(Violation {
                message: format!("`{path}` is required and is {how}"),
                help: Some(help),
                ..Violation::new("SCH-03", span, path)
            });
        }
    }

    /// Whether admission reads the field as absent: a null where a field is declared and null is no value of its own.
    fn is_dropped(&self, node: &Node, entry: &Entry<'_>) -> bool {
        entry.value.is_null()
            && self
                .schema
                .property(node, entry.key)
                .is_some_and(|child| !self.schema.node(child).nullable)
    }

    fn list(&mut self, value: Value<'_>, node: &Node, path: &Path<'_>, at: At) {
        if let Some(rules) = &node.rules {
            if rules.items.min.is_some() || rules.items.max.is_some() {
                let count = value.items().count();
                let counted = Counted {
                    code: "SCH-07",
                    what: "item",
                    count,
                    bounds: rules.items,
                };
                self.count(&counted, value, path, at);
            }
            self.unique(value, &rules.unique, path);
        }
        let Some(child) = node.items else {
            return;
        };
        for (index, item) in value.items().enumerate() {
            let path = path.index(index);
            if item.is_null() && !self.schema.node(child).nullable {
                let expected = self.schema.node(child);
                self.null_item(item, expected, &path);
            } else {
                // An item has no key of its own; what is missing in it is shown at its first key.
                let own = item.entries().next().map(|entry| entry.key_span);
                self.value(item, child, &path, At { key: own, ..at });
            }
        }
    }

    fn null_item(&mut self, item: Value<'_>, expected: &Node, path: &Path<'_>) {
        let path = path.text();
        let what = expected.kind.map_or("a value", Type::noun);
        self.report(Violation {
            message: format!("`{path}` must be {what}, and the item is empty"),
            help: Some("give the item a value, or remove its `-`".to_owned()),
            ..Violation::new("SCH-02", item.span(), path)
        });
    }

    /// Null in a map of maps means an empty map, of scalars the zero value, which an enum may refuse.
    fn null_in_map(&mut self, value: Value<'_>, id: NodeId, path: &Path<'_>, at: At) {
        let node = self.schema.node(id);
        let Some(rules) = &node.rules else { return };
        if node.nullable || rules.values.is_empty() || rules.values.iter().any(is_zero) {
            return;
        }
        let path = path.text();
        self.report(Violation {
            message: format!("`{path}` is empty and must be {}", choices(&rules.values)),
            help: Some("give it one of these values, or remove the key".to_owned()),
            ..Violation::new("SCH-04", at.key.unwrap_or(value.span()), path)
        });
    }

    /// Checks a count of what a value holds.
    pub(super) fn count(&mut self, counted: &Counted, value: Value<'_>, path: &Path<'_>, at: At) {
        let count = counted.count as u64;
        let (limit, word, verb) = match (counted.bounds.min, counted.bounds.max) {
            (Some(min), _) if count < min => (min, "least", "needed"),
            (_, Some(max)) if count > max => (max, "most", "allowed"),
            _ => return,
        };
        let path = path.text();
        let span = match value.kind() {
            Kind::Map | Kind::Seq => at.key.unwrap_or(value.span()),
            _ => value.span(),
        };
        self.report(Violation {
            message: format!(
                "`{path}` holds {count} {}{}; at {word} {limit} {} {verb}",
                counted.what,
                if count == 1 { "" } else { "s" },
                if limit == 1 { "is" } else { "are" },
            ),
            ..Violation::new(counted.code, span, path)
        });
    }

    /// Tells whether a value fits a node, without reporting.
    pub(super) fn fits(&self, value: Value<'_>, id: NodeId) -> bool {
        let mut fits = true;
        let mut sink = |violation: Violation| fits &= violation.level != Level::Error;
        let mut walk = Walk {
            schema: self.schema,
            settings: self.settings,
            sink: &mut sink,
            left: usize::MAX,
            truncated: false,
        };
        walk.value(
            value,
            id,
            &Path::ROOT,
            At {
                key: None,
                shared: true,
            },
        );
        fits
    }
}

impl At {
    fn under(self, entry: &Entry<'_>) -> Self {
        Self {
            key: Some(entry.key_span),
            shared: self.shared || entry.merged,
        }
    }
}

fn is_resource_field(key: &str) -> bool {
    matches!(key, "apiVersion" | "kind" | "metadata")
}

fn is_zero(value: &serde_json::Value) -> bool {
    value == "" || value == 0 || value == false
}

/// Lists allowed values as people read them.
pub(super) fn choices(values: &[serde_json::Value]) -> String {
    let mut text = String::new();
    for (index, value) in values.iter().enumerate() {
        let word = match value {
            serde_json::Value::String(word) if !word.is_empty() => word.clone(),
            other => other.to_string(),
        };
        let sep = match index {
            0 => "",
            _ if index + 1 == values.len() => " or ",
            _ => ", ",
        };
        let _ = write!(text, "{sep}`{word}`");
    }
    text
}
