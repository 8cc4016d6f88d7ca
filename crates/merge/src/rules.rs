//! What the table says about a place in a resource.

use hnp_model::kind;

use crate::path::{Path, Step};
use crate::table::{ANY, KINDS, Kind, LIST, Meaning};

/// How values of one kind are merged: which of their lists are sets or keyed, which fields exclude each other.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    pub(crate) kind: &'static Kind,
    /// Steps of the path that lead to the resource itself, inside a `kind: List`.
    skip: usize,
}

impl Rules {
    /// Returns the rules of a kind; of one that is not Hedgehog's only what holds for every resource.
    #[must_use]
    pub fn of(group: &str, kind_name: &str) -> Self {
        let found = if kind::is_known_group(group) {
            KINDS.iter().find(|kind| kind.name == kind_name)
        } else if group.is_empty() && kind_name.ends_with("List") {
            Some(&LIST)
        } else {
            None
        };
        Self {
            kind: found.unwrap_or(&ANY),
            skip: 0,
        }
    }

    /// Returns the rules for a resource by its own `apiVersion` and `kind`.
    #[must_use]
    pub fn of_node(node: &hnp_yaml::Node) -> Self {
        let text = |key: &str| match node.get(key) {
            Some(hnp_yaml::Node::Str(text)) => text.as_str(),
            _ => "",
        };
        let api_version = text("apiVersion");
        let group = api_version.split_once('/').map_or("", |(group, _)| group);
        Self::of(group, text("kind"))
    }

    /// Tells whether both are of one kind.
    pub(crate) fn is(self, other: Self) -> bool {
        std::ptr::eq(self.kind, other.kind)
    }

    /// Returns the rules for what stands below `path`, which is an item of a `kind: List`.
    pub(crate) fn inside(self, path: &Path, node: &hnp_yaml::Node) -> Self {
        if self.kind.name == LIST.name && path.steps().len() == 2 {
            Self {
                skip: 2,
                ..Self::of_node(node)
            }
        } else {
            self
        }
    }

    /// Returns what is known of a place, each meaning that the table gives it.
    pub(crate) fn at<'p>(
        &self,
        path: &'p Path,
    ) -> impl Iterator<Item = &'static Meaning> + use<'p> {
        let steps = path.steps().get(self.skip..).unwrap_or_default();
        self.kind
            .rows
            .iter()
            .chain(ANY.rows)
            .filter(move |(pattern, _)| matches(pattern, steps))
            .map(|(_, meaning)| meaning)
    }

    /// Tells whether a null means that a field is absent: so it is for the declared fields of kinds that are known.
    pub(crate) fn drops_nulls(&self) -> bool {
        self.kind.name != ANY.name && self.kind.name != LIST.name
    }
}

/// Tells whether a pattern such as `spec.subnets.*.dhcp.options.dnsServers` names a place.
fn matches(pattern: &str, steps: &[Step]) -> bool {
    let mut parts = pattern.split('.');
    for step in steps {
        let Some(part) = parts.next() else {
            return false;
        };
        let fits = match step {
            Step::Key(key) => part == "*" || part == key,
            Step::Item(_) | Step::Member(_) => part == "[]",
        };
        if !fits {
            return false;
        }
    }
    parts.next().is_none()
}
