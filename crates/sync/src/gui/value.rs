//! What of a manifest is synchronised.

use hnp_model::canonical::{CANON, canonical_json_of, sha256_hex};
use hnp_model::{DEFAULT_NAMESPACE, ResourceId, manifests};
use hnp_yaml::{Node, Options, emit_document, parse};

/// What the server owns and no side may bring.
const SERVER_OWNED: [&str; 6] = [
    "uid",
    "resourceVersion",
    "generation",
    "creationTimestamp",
    "managedFields",
    "selfLink",
];

/// Returns a manifest without what is not synchronised: status, what the server owns, and annotations and labels that
/// tools keep for themselves. Maps of labels and annotations that are empty then go too.
#[must_use]
pub fn managed(node: &Node) -> Node {
    into_managed(node.clone())
}

/// The same of a value that nobody needs any more.
pub(crate) fn into_managed(node: Node) -> Node {
    let Node::Map(mut entries) = node else {
        return node;
    };
    entries.retain(|(key, _)| key != "status");
    for (key, value) in &mut entries {
        if key == "metadata"
            && let Node::Map(metadata) = value
        {
            metadata.retain_mut(|(key, value)| is_managed(key, value));
        }
    }
    Node::Map(entries)
}

/// Tells whether all of a manifest is synchronised: whether [`managed`] returns just it.
pub(crate) fn is_all_managed(node: &Node) -> bool {
    let Node::Map(entries) = node else {
        return true;
    };
    let all = |(key, value): &(String, Node)| match (key.as_str(), value) {
        (key, _) if SERVER_OWNED.contains(&key) => false,
        ("namespace", Node::Str(name)) => name != DEFAULT_NAMESPACE,
        ("labels" | "annotations", Node::Map(inner)) => {
            !inner.is_empty() && !inner.iter().any(|(name, _)| is_tools_own(name))
        }
        _ => true,
    };
    entries.iter().all(|(key, value)| match value {
        _ if key == "status" => false,
        Node::Map(metadata) if key == "metadata" => metadata.iter().all(all),
        _ => true,
    })
}

/// Tells whether a field of the metadata is synchronised, and takes out of it what is not.
fn is_managed(key: &str, value: &mut Node) -> bool {
    match (key, value) {
        (key, _) if SERVER_OWNED.contains(&key) => false,
        // `default` is what its absence means.
        ("namespace", Node::Str(name)) => name != DEFAULT_NAMESPACE,
        ("labels" | "annotations", Node::Map(inner)) => {
            inner.retain(|(name, _)| !is_tools_own(name));
            !inner.is_empty()
        }
        _ => true,
    }
}

fn is_tools_own(name: &str) -> bool {
    let prefix = name.split_once('/').map_or("", |(prefix, _)| prefix);
    prefix == "githedgehog.com"
        || prefix.ends_with(".githedgehog.com")
        || name == "kubectl.kubernetes.io/last-applied-configuration"
        || name == "argocd.argoproj.io/tracking-id"
}

/// Returns the canonical JSON of a value.
#[must_use]
pub fn canonical(node: &Node) -> String {
    canonical_json_of(node)
}

/// Returns the hash that state.toml has as `base`.
#[must_use]
pub fn base_hash(node: &Node) -> String {
    format!("{CANON}:{}", sha256_hex(canonical(node).as_bytes()))
}

/// Returns which resource a manifest is.
#[must_use]
pub fn id_of(node: &Node) -> Option<ResourceId> {
    let text = |node: &Node, key: &str| match node.get(key) {
        Some(Node::Str(text)) => Some(text.clone()),
        _ => None,
    };
    let kind = text(node, "kind")?;
    // Of a list the first item counts, which is what reading it as a document says.
    if kind.ends_with("List") && matches!(node.get("items"), Some(Node::Seq(_))) {
        let stream = parse(emit_document(node), &Options::default());
        return manifests(&stream).first()?.id();
    }
    let api_version = text(node, "apiVersion")?;
    let metadata = node.get("metadata")?;
    Some(ResourceId {
        group: api_version
            .split_once('/')
            .map_or("", |(group, _)| group)
            .to_owned(),
        kind,
        namespace: text(metadata, "namespace")
            .filter(|text| !text.is_empty())
            .unwrap_or_else(|| DEFAULT_NAMESPACE.to_owned()),
        name: text(metadata, "name").filter(|text| !text.is_empty())?,
    })
}
