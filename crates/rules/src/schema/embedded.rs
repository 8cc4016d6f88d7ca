//! The schema files that are part of the binary.

use std::sync::OnceLock;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::release::Release;
use super::set::{Slot, Source, VersionSlot};

const FILES: [&str; Release::ALL.len()] = [
    include_str!("../../../../schemas/hedgehog/beta-1.json"),
    include_str!("../../../../schemas/hedgehog/24.09.json"),
    include_str!("../../../../schemas/hedgehog/25.03.json"),
    include_str!("../../../../schemas/hedgehog/25.04.json"),
    include_str!("../../../../schemas/hedgehog/25.05.json"),
    include_str!("../../../../schemas/hedgehog/26.01.json"),
    include_str!("../../../../schemas/hedgehog/26.02.json"),
    include_str!("../../../../schemas/hedgehog/26.03-preview.json"),
];

static SLOTS: [OnceLock<Vec<Slot>>; Release::ALL.len()] =
    [const { OnceLock::new() }; Release::ALL.len()];

/// The heads of a file's kinds; the schemas are kept as text until one is asked for.
#[derive(Deserialize)]
struct Heads {
    #[serde(borrow)]
    kinds: Vec<Head<'static>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Head<'t> {
    group: &'t str,
    kind: &'t str,
    plural: &'t str,
    #[serde(default)]
    controller_owned: bool,
    #[serde(borrow)]
    versions: Vec<VersionHead<'t>>,
}

#[derive(Deserialize)]
struct VersionHead<'t> {
    name: &'t str,
    served: bool,
    #[serde(borrow, default)]
    schema: Option<&'t RawValue>,
}

/// Returns the kinds of a release, sorted by group and kind.
pub(crate) fn slots(release: Release) -> &'static [Slot] {
    SLOTS[release.index()].get_or_init(|| {
        // The files are part of the build and a test reads each of them, so there is nobody to tell of a failure here.
        let heads: Heads =
            serde_json::from_str(FILES[release.index()]).unwrap_or(Heads { kinds: Vec::new() });
        heads.kinds.into_iter().map(slot).collect()
    })
}

fn slot(head: Head<'static>) -> Slot {
    Slot {
        group: head.group.into(),
        kind: head.kind.into(),
        plural: head.plural.into(),
        controller_owned: head.controller_owned,
        versions: head
            .versions
            .into_iter()
            .map(|version| {
                VersionSlot::new(
                    version.name,
                    version.served,
                    version.schema.map(|raw| Source::Text(raw.get())),
                )
            })
            .collect(),
    }
}
