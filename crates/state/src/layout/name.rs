//! Names of files and directories that are safe on every file system.

use hnp_model::{DEFAULT_NAMESPACE, ResourceId};
use sha2::{Digest as _, Sha256};

/// Longest stem of a file name that is used as it is, in bytes: file systems take 255, suffixes must fit too.
const MAX_STEM: usize = 200;

/// Names that Windows keeps for devices, whatever follows their first dot.
const RESERVED: [&str; 4] = ["con", "prn", "aux", "nul"];

/// Returns `[<namespace>__][<kind>_]<name>.yaml`.
pub(super) fn file(id: &ResourceId, with_kind: bool) -> String {
    let kind = id.kind.to_ascii_lowercase();
    let namespace = (id.namespace != DEFAULT_NAMESPACE).then_some(id.namespace.as_str());
    let parts = namespace
        .into_iter()
        .chain(with_kind.then_some(kind.as_str()))
        .chain([id.name.as_str()]);
    let plain = parts.clone().all(is_plain);
    let mut stem = String::new();
    if let Some(namespace) = namespace {
        stem = format!("{namespace}__");
    }
    if with_kind {
        stem = format!("{stem}{kind}_");
    }
    stem.push_str(&id.name);
    if plain && stem.len() <= MAX_STEM && !is_reserved(&stem) {
        return format!("{stem}.yaml");
    }
    format!("{}.{}.yaml", safe(&stem), digest(id))
}

/// Returns `<plural>.<group>`, the name of the kind's definition; the core group's name is `core`.
pub(super) fn foreign_directory(id: &ResourceId, plural: Option<&str>) -> String {
    let kind = id.kind.to_ascii_lowercase();
    let plural = plural.unwrap_or(&kind);
    let group = if id.group.is_empty() {
        "core"
    } else {
        &id.group
    };
    let whole = format!("{plural}.{group}");
    if is_plain(plural)
        && !plural.contains('.')
        && is_plain(group)
        && whole.len() <= MAX_STEM
        && !is_reserved(&whole)
    {
        return whole;
    }
    let digest = hex(&[plural, group]);
    format!("{}.{digest}", safe(&whole))
}

/// What Kubernetes accepts as a name: lower case letters, digits, `-` and `.`, each part between dots starting and
/// ending with a letter or digit. No file system minds such a name, and none holds an underscore.
fn is_plain(text: &str) -> bool {
    text.split('.').all(|part| {
        let bytes = part.as_bytes();
        let edge = |b: Option<&u8>| b.is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        edge(bytes.first())
            && edge(bytes.last())
            && bytes
                .iter()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'-')
    })
}

fn is_reserved(stem: &str) -> bool {
    let base = stem.split('.').next().unwrap_or(stem);
    let numbered = |device: &str| {
        base.strip_prefix(device)
            .is_some_and(|rest| rest.len() == 1 && rest.bytes().all(|b| b.is_ascii_digit()))
    };
    RESERVED.contains(&base) || numbered("com") || numbered("lpt")
}

/// Makes a stem that starts with a letter or digit and holds nothing but letters, digits, `-`, `_` and single dots.
fn safe(stem: &str) -> String {
    let mut out = String::new();
    for c in stem.chars() {
        if out.len() >= MAX_STEM - 20 {
            break;
        }
        let c = c.to_ascii_lowercase();
        let c = if c.is_ascii_lowercase() || c.is_ascii_digit() || "._-".contains(c) {
            c
        } else {
            '-'
        };
        let leading = out.is_empty() && !c.is_ascii_alphanumeric();
        let doubled = c == '.' && out.ends_with('.');
        if !leading && !doubled {
            out.push(c);
        }
    }
    let out = out.trim_end_matches(['.', '-', '_']);
    if out.is_empty() {
        return "unnamed".to_owned();
    }
    if is_reserved(out) {
        let (base, rest) = out.split_at(out.find('.').unwrap_or(out.len()));
        return format!("{base}-{rest}");
    }
    out.to_owned()
}

fn digest(id: &ResourceId) -> String {
    hex(&[&id.group, &id.kind, &id.namespace, &id.name])
}

/// First eight hexadecimal digits of the SHA-256 of parts, which a NUL keeps apart.
fn hex(parts: &[&str]) -> String {
    let hash = Sha256::digest(parts.join("\0").as_bytes());
    hash.iter()
        .take(4)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
