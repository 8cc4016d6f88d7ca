//! The manifests in a file: one a document, or one an item of a `kind: List`.

use hnp_yaml::{Document, Kind, Span, Stream, Value};

use crate::finding::ResourceRef;
use crate::identity::{DEFAULT_NAMESPACE, ResourceId};

/// A document, or an item of a list, that says it is a Kubernetes resource, or tries to.
#[derive(Clone, Copy, Debug)]
pub struct Manifest<'s> {
    /// The map that holds apiVersion, kind, metadata and spec.
    pub value: Value<'s>,
    /// The document it stands in.
    pub document: Document<'s>,
    /// Its position in the `items` of a list.
    pub item: Option<usize>,
}

impl<'s> Manifest<'s> {
    /// Returns `apiVersion` where it is a string.
    #[must_use]
    pub fn api_version(self) -> Option<&'s str> {
        self.value.get("apiVersion")?.as_str()
    }

    /// Returns the group of `apiVersion`; empty for the core group.
    #[must_use]
    pub fn group(self) -> Option<&'s str> {
        let api_version = self.api_version()?;
        Some(api_version.split_once('/').map_or("", |(group, _)| group))
    }

    /// Returns the version of `apiVersion`.
    #[must_use]
    pub fn version(self) -> Option<&'s str> {
        let api_version = self.api_version()?;
        Some(
            api_version
                .split_once('/')
                .map_or(api_version, |(_, version)| version),
        )
    }

    /// Returns `kind` where it is a string.
    #[must_use]
    pub fn kind(self) -> Option<&'s str> {
        self.value.get("kind")?.as_str()
    }

    /// Returns `metadata` where it is a map.
    #[must_use]
    pub fn metadata(self) -> Option<Value<'s>> {
        self.value
            .get("metadata")
            .filter(|metadata| metadata.kind() == Kind::Map)
    }

    /// Returns `metadata.name` where it is a string that is not empty.
    #[must_use]
    pub fn name(self) -> Option<&'s str> {
        self.metadata()?
            .get("name")?
            .as_str()
            .filter(|name| !name.is_empty())
    }

    /// Returns `metadata.namespace`, `default` where it is absent, null or empty.
    #[must_use]
    pub fn namespace(self) -> &'s str {
        self.metadata()
            .and_then(|metadata| metadata.get("namespace")?.as_str())
            .filter(|namespace| !namespace.is_empty())
            .unwrap_or(DEFAULT_NAMESPACE)
    }

    /// Returns the identity where kind, group and name are there.
    #[must_use]
    pub fn id(self) -> Option<ResourceId> {
        Some(ResourceId {
            kind: self.kind()?.to_owned(),
            group: self.group()?.to_owned(),
            namespace: self.namespace().to_owned(),
            name: self.name()?.to_owned(),
        })
    }

    /// Returns what is known of the resource, for findings.
    #[must_use]
    pub fn resource_ref(self, fabric: Option<&str>) -> ResourceRef {
        ResourceRef {
            fabric: fabric.map(str::to_owned),
            kind: self.kind().map(str::to_owned),
            namespace: Some(self.namespace().to_owned()),
            name: self.name().map(str::to_owned),
        }
    }

    /// Returns where the name stands, or the whole manifest where it has none.
    #[must_use]
    pub fn name_span(self) -> Span {
        self.metadata()
            .and_then(|metadata| metadata.get("name"))
            .map_or(self.value.span(), Value::span)
    }
}

/// Tells whether a root is a list of resources: `kind: List`, or any kind that ends in `List` and has `items`.
#[must_use]
pub fn is_list(root: Value<'_>) -> bool {
    root.get("kind")
        .and_then(Value::as_str)
        .is_some_and(|kind| kind.ends_with("List"))
        && root
            .get("items")
            .is_some_and(|items| items.kind() == Kind::Seq)
}

/// Returns the manifests of a stream in source order; broken and empty documents have none.
#[must_use]
pub fn manifests(stream: &Stream) -> Vec<Manifest<'_>> {
    let mut found = Vec::with_capacity(stream.documents().len());
    for document in stream.documents() {
        let Some(root) = document.root() else {
            continue;
        };
        match root.get("items") {
            Some(items) if is_list(root) => {
                found.extend(items.items().enumerate().map(|(item, value)| Manifest {
                    value,
                    document,
                    item: Some(item),
                }));
            }
            _ => found.push(Manifest {
                value: root,
                document,
                item: None,
            }),
        }
    }
    found
}
