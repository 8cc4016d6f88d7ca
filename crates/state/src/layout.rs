//! Where files stand in a fabric directory.
//!
//! Identity never comes from a path: these are the places where hnp puts things, and what it takes a place to mean.

mod area;
mod name;

use hnp_model::{Owner, ResourceId, kind};

pub use area::{Area, area};

use crate::config::Template;
use crate::path::join;

/// Directory for manifests that wait to be taken in.
pub const RAW_PENDING: &str = "raw/pending";
/// Directory for manifests that were taken in.
pub const RAW_PROCESSED: &str = "raw/processed";
/// Directory for manifests that were refused, with their reports.
pub const RAW_ERRORS: &str = "raw/errors";
/// Directory for foreign configuration, never touched.
pub const EXTERNAL_CONFIGS: &str = "unmanaged/external-configs";
/// Directory for people's overrides, never touched.
pub const MANUAL_OVERRIDES: &str = "unmanaged/manual-overrides";
/// Directory of the truth for Git.
pub const MANAGED: &str = "managed";
/// Name of the empty file that makes Git show a directory.
pub const PLACEHOLDER: &str = ".gitkeep";

/// Directories by topic, in the order in which people think of them.
const TOPICS: [&str; 6] = [
    "vpcs",
    "connections",
    "switches",
    "servers",
    "externals",
    "gateways",
];

/// Returns the standard path of a resource, from the root of the repository.
///
/// `plural` is that of the kind's definition, for kinds that hnp does not know by itself; without it the kind in lower
/// case stands in. Such kinds lie in a directory named as Kubernetes names their definition, `<plural>.<group>`.
///
/// The result lies below `managed/` in the fabric directory whatever the names hold, and two resources with valid
/// names never share it. A name that no Kubernetes resource may have, that Windows reserves or that makes a file name
/// longer than 200 bytes is made safe and followed by the first eight digits of a hash of the whole identity.
#[must_use]
pub fn managed_path(
    directory: &str,
    template: Template,
    id: &ResourceId,
    plural: Option<&str>,
) -> String {
    let known = kind::find(&id.group, &id.kind);
    let file = match (template, known) {
        (Template::Standard, Some(info)) if !info.owns_directory() => name::file(id, true),
        _ => name::file(id, false),
    };
    let inside = match (template, known) {
        (Template::Standard, Some(info)) => info.directory.to_owned(),
        (Template::PerKind, Some(info)) => info.plural.to_owned(),
        (_, None) => name::foreign_directory(id, plural),
    };
    join(directory, &format!("{MANAGED}/{inside}/{file}"))
}

/// Returns the directories of a fabric that exist even when empty, from the fabric directory.
#[must_use]
pub fn directories(template: Template) -> Vec<String> {
    let mut directories: Vec<String> = [
        RAW_PENDING,
        RAW_PROCESSED,
        RAW_ERRORS,
        EXTERNAL_CONFIGS,
        MANUAL_OVERRIDES,
    ]
    .into_iter()
    .map(str::to_owned)
    .collect();
    match template {
        Template::Standard => {
            directories.extend(TOPICS.iter().map(|topic| format!("{MANAGED}/{topic}")));
        }
        Template::PerKind => directories.extend(
            kind::KINDS
                .iter()
                .filter(|info| info.owner == Owner::People && TOPICS.contains(&info.directory))
                .map(|info| format!("{MANAGED}/{}", info.plural)),
        ),
    }
    directories
}

/// Returns the placeholder files for [`directories`], from the root of the repository.
#[must_use]
pub fn placeholders(directory: &str, template: Template) -> Vec<String> {
    directories(template)
        .iter()
        .map(|inside| join(directory, &format!("{inside}/{PLACEHOLDER}")))
        .collect()
}
