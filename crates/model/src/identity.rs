//! Which resource a document is.

use std::fmt;

use crate::kind;

/// The namespace of a resource that names none.
pub const DEFAULT_NAMESPACE: &str = "default";

/// Identity of a resource inside a fabric: group, kind, namespace and name. The version is no part of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ResourceId {
    /// Kind, such as `VPC`.
    pub kind: String,
    /// API group.
    pub group: String,
    /// Namespace, `default` where the manifest names none.
    pub namespace: String,
    /// Name.
    pub name: String,
}

impl ResourceId {
    /// Returns the kind as keys show it: plain for Hedgehog's groups, `<Kind>.<group>` for foreign ones.
    #[must_use]
    pub fn qualified_kind(&self) -> String {
        if kind::is_known_group(&self.group) {
            self.kind.clone()
        } else {
            format!("{}.{}", self.kind, self.group)
        }
    }

    /// Returns the key of this resource in a fabric's state.
    #[must_use]
    pub fn key(&self, fabric: &str) -> String {
        format!(
            "{fabric}/{}/{}/{}",
            self.qualified_kind(),
            self.namespace,
            self.name
        )
    }
}

/// Short form for people: `VPC/vpc-1`, with the namespace only where it is not `default`.
impl fmt::Display for ResourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.namespace == DEFAULT_NAMESPACE {
            write!(f, "{}/{}", self.qualified_kind(), self.name)
        } else {
            write!(
                f,
                "{}/{}/{}",
                self.qualified_kind(),
                self.namespace,
                self.name
            )
        }
    }
}
