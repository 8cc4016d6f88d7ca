//! The schema files that are part of the binary.

use std::sync::OnceLock;

use memchr::memmem;
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

/// One kind's text, read when it is first asked for: a process that checks one VPC does not pay for twenty kinds.
#[derive(Debug)]
pub(crate) struct Embedded {
    pub(crate) group: &'static str,
    pub(crate) kind: &'static str,
    text: &'static str,
    slot: OnceLock<Slot>,
}

static KINDS: [OnceLock<Vec<Embedded>>; Release::ALL.len()] =
    [const { OnceLock::new() }; Release::ALL.len()];

/// What is read of a kind before its schema is: the schemas stay text.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Head<'t> {
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
pub(crate) fn kinds(release: Release) -> &'static [Embedded] {
    KINDS[release.index()].get_or_init(|| index(FILES[release.index()]))
}

/// Finds the kinds in a file by its layout, which [`super::to_json`] fixes and a test holds it to: each begins and ends with
/// a brace four columns in, and its first two lines are group and kind.
fn index(file: &'static str) -> Vec<Embedded> {
    let (open, close) = ("\n    {\n", "\n    }");
    memmem::find_iter(file.as_bytes(), open)
        .filter_map(|start| {
            let text = &file[start + 1..];
            let end = memmem::find(text.as_bytes(), close.as_bytes())?;
            let text = &text[..end + close.len()];
            let mut words = text.split('"').skip(1).step_by(2);
            let (_, group, _, kind) = (words.next()?, words.next()?, words.next()?, words.next()?);
            Some(Embedded {
                group,
                kind,
                text,
                slot: OnceLock::new(),
            })
        })
        .collect()
}

impl Embedded {
    pub(crate) fn slot(&self) -> &Slot {
        self.slot.get_or_init(|| {
            // The files are part of the build and a test reads each of them, so there is nobody to tell of a failure here.
            let head: Head<'static> = serde_json::from_str(self.text).unwrap_or(Head {
                plural: "",
                controller_owned: false,
                versions: Vec::new(),
            });
            Slot {
                group: self.group.into(),
                kind: self.kind.into(),
                plural: head.plural.into(),
                controller_owned: head.controller_owned,
                versions: head.versions.iter().map(version).collect(),
            }
        })
    }
}

fn version(head: &VersionHead<'static>) -> VersionSlot {
    let source = head.schema.map(|raw| Source::Text(raw.get()));
    VersionSlot::new(head.name, head.served, source)
}
