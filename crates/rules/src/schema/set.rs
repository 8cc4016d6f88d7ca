//! The kinds a fabric is checked by: those of its release and those imported beside them.

use std::sync::{Arc, OnceLock};

use super::compiled::Compiled;
use super::embedded::{self, Embedded};
use super::model::{KindSchema, Schema};
use super::release::Release;

/// The kinds of a release with imported ones; an imported kind replaces the release's kind of the same name.
///
/// A schema is read and compiled when it is first asked for.
#[derive(Clone, Debug)]
pub struct Set {
    release: Release,
    imported: Vec<Arc<Slot>>,
}

/// One version of one kind of a [`Set`].
#[derive(Clone, Copy, Debug)]
pub struct KindRef<'s> {
    /// API group.
    pub group: &'s str,
    /// Version.
    pub version: &'s str,
    /// Kind.
    pub kind: &'s str,
    /// Plural in lower case.
    pub plural: &'s str,
    /// Whether a controller of Hedgehog writes it.
    pub controller_owned: bool,
    /// Whether the API server accepts this version.
    pub served: bool,
}

#[derive(Debug)]
pub(crate) struct Slot {
    pub(crate) group: Box<str>,
    pub(crate) kind: Box<str>,
    pub(crate) plural: Box<str>,
    pub(crate) controller_owned: bool,
    pub(crate) versions: Vec<VersionSlot>,
}

#[derive(Debug)]
pub(crate) struct VersionSlot {
    name: Box<str>,
    served: bool,
    source: Option<Source>,
    compiled: OnceLock<Option<Compiled>>,
}

#[derive(Debug)]
pub(crate) enum Source {
    Text(&'static str),
    Tree(Box<Schema>),
}

impl VersionSlot {
    pub(crate) fn new(name: &str, served: bool, source: Option<Source>) -> Self {
        Self {
            name: name.into(),
            served,
            source,
            compiled: OnceLock::new(),
        }
    }

    fn compiled(&self, group: &str, kind: &str) -> Option<&Compiled> {
        self.compiled
            .get_or_init(|| match self.source.as_ref()? {
                Source::Tree(schema) => Some(Compiled::new(group, kind, schema)),
                Source::Text(text) => serde_json::from_str(text)
                    .ok()
                    .map(|schema: Schema| Compiled::new(group, kind, &schema)),
            })
            .as_ref()
    }
}

impl Set {
    /// Returns the kinds of a release.
    #[must_use]
    pub fn embedded(release: Release) -> Self {
        Self {
            release,
            imported: Vec::new(),
        }
    }

    /// Adds imported kinds; of two of one name the later stands.
    #[must_use]
    pub fn with_imported(mut self, kinds: Vec<KindSchema>) -> Self {
        for kind in kinds {
            self.imported
                .retain(|slot| (&*slot.group, &*slot.kind) != (&kind.group, &kind.kind));
            self.imported.push(Arc::new(Slot {
                versions: kind
                    .versions
                    .into_iter()
                    .map(|version| {
                        VersionSlot::new(
                            &version.name,
                            version.served,
                            version.schema.map(|schema| Source::Tree(Box::new(schema))),
                        )
                    })
                    .collect(),
                group: kind.group.into(),
                kind: kind.kind.into(),
                plural: kind.plural.into(),
                controller_owned: kind.controller_owned,
            }));
        }
        self.imported
            .sort_by(|a, b| (&a.group, &a.kind).cmp(&(&b.group, &b.kind)));
        self
    }

    /// Returns the release.
    #[must_use]
    pub fn release(&self) -> Release {
        self.release
    }

    /// Returns the schema of a version of a kind that the API server accepts; none where there is no such kind or version
    /// ([`Set::kinds`] tells) and where the set holds no schema of it.
    #[must_use]
    pub fn kind(&self, group: &str, version: &str, kind: &str) -> Option<&Compiled> {
        self.slot(group, kind)?
            .versions
            .iter()
            .find(|v| v.served && &*v.name == version)?
            .compiled(group, kind)
    }

    /// Tells whether any kind of the group is known.
    #[must_use]
    pub fn has_group(&self, group: &str) -> bool {
        self.imported.iter().any(|slot| &*slot.group == group)
            || embedded::kinds(self.release)
                .iter()
                .any(|kind| kind.group == group)
    }

    /// Returns every version of every kind: imported ones first, then those of the release, each by group and kind.
    pub fn kinds(&self) -> impl Iterator<Item = KindRef<'_>> {
        self.slots().flat_map(|slot| {
            slot.versions.iter().map(|version| KindRef {
                group: &slot.group,
                version: &version.name,
                kind: &slot.kind,
                plural: &slot.plural,
                controller_owned: slot.controller_owned,
                served: version.served,
            })
        })
    }

    /// Returns the schema of a kind in its first version, for looking elsewhere.
    pub(crate) fn any_version(&self, group: &str, kind: &str) -> Option<&Compiled> {
        self.slot(group, kind)?
            .versions
            .first()?
            .compiled(group, kind)
    }

    fn slot(&self, group: &str, kind: &str) -> Option<&Slot> {
        self.own(group, kind).or_else(|| {
            embedded::kinds(self.release)
                .iter()
                .find(|other| other.kind == kind && other.group == group)
                .map(Embedded::slot)
        })
    }

    fn own(&self, group: &str, kind: &str) -> Option<&Slot> {
        self.imported
            .iter()
            .find(|slot| &*slot.kind == kind && &*slot.group == group)
            .map(AsRef::as_ref)
    }

    fn slots(&self) -> impl Iterator<Item = &Slot> {
        self.imported.iter().map(AsRef::as_ref).chain(
            embedded::kinds(self.release)
                .iter()
                .filter(|kind| self.own(kind.group, kind.kind).is_none())
                .map(Embedded::slot),
        )
    }
}
