//! Unknown fields: what was meant, and which release knows them.

use hnp_yaml::{Entry, Value};

use super::check::{At, Walk};
use super::compiled::Node;
use super::path::{Path, Step, excerpt};
use super::release::Release;
use super::scalar::as_string;
use super::set::Set;
use super::suggest;
use super::violation::{SchemaFix, Violation};

/// Most known fields that a message lists.
const LISTED: usize = 12;

const IMPORT: &str = "If a newer release has the field, add its CRDs with `hnp schema import`";

impl Walk<'_> {
    pub(super) fn unknown(
        &mut self,
        map: Value<'_>,
        node: &Node,
        entry: &Entry<'_>,
        path: &Path<'_>,
        at: At,
    ) {
        if self.is_full() {
            return;
        }
        let steps = path.steps();
        let text = path.text();
        let key = excerpt(entry.key);
        let near = suggest::find(entry.key, self.schema.names(node));
        let fix = near
            .filter(|near| !at.shared && map.get(near.word).is_none())
            .map(|near| SchemaFix {
                title: format!("rename `{key}` to `{}`", near.word),
                span: entry.key_span,
                replacement: as_string(near.word),
                // Certain only where no other field is as near and the value fits there.
                safe: near.distance <= 1
                    && near.unique
                    && self
                        .schema
                        .property(node, near.word)
                        .is_some_and(|child| self.fits(entry.value, child)),
            });
        let written = entry.key_span.range();
        let source = map.stream().text().get(written).unwrap_or_default();
        let respelled = !source.starts_with(['"', '\'']) && source != entry.key;
        let help = if let Some(near) = near {
            format!("did you mean `{}`? {IMPORT}", near.word)
        } else if let Some(owner) = self.owner(&steps) {
            format!("`{key}` is a field of `{owner}`; check the indentation")
        } else if let Some(release) = self.release_with(&steps) {
            release
        } else if respelled {
            format!(
                "Kubernetes reads the key `{}` as `{key}`; put it in quotes",
                excerpt(source)
            )
        } else {
            self.known(node)
        };
        self.report(Violation {
            message: format!(
                "unknown field `{text}`: {} has no such field in Hedgehog {}",
                self.schema.kind(),
                self.settings.release
            ),
            help: Some(help),
            fix,
            ..Violation::new("SCH-01", entry.key_span, text)
        });
    }

    /// The nearest map above that knows the field.
    fn owner(&self, steps: &[Step<'_>]) -> Option<String> {
        let (own, above) = steps.split_last()?;
        (1..above.len()).rev().find_map(|length| {
            let mut candidate = above[..length].to_vec();
            // Any key fits a map of named things, so only declared fields tell something.
            let keys: Vec<&str> = candidate
                .iter()
                .map(|step| match step {
                    Step::Key(key) => Some(*key),
                    _ => None,
                })
                .collect::<Option<_>>()?;
            let Step::Key(name) = own else { return None };
            if !self.schema.fields_at(&keys).contains(name) {
                return None;
            }
            candidate.truncate(length);
            Some(keys.join("."))
        })
    }

    fn release_with(&self, steps: &[Step<'_>]) -> Option<String> {
        let ours = self.settings.release;
        let other = neighbours(ours).find(|other| {
            Set::embedded(*other)
                .any_version(self.schema.group(), self.schema.kind())
                .is_some_and(|schema| schema.has(steps))
        })?;
        Some(if other > ours {
            format!(
                "Hedgehog knows it from {other} on; set the release in hnp's config if the fabric runs that"
            )
        } else {
            format!("Hedgehog knew it until {other}; remove it")
        })
    }

    fn known(&self, node: &Node) -> String {
        let names: Vec<_> = self.schema.names(node).collect();
        let list = names
            .iter()
            .take(LISTED)
            .map(|name| format!("`{name}`"))
            .collect::<Vec<_>>()
            .join(", ");
        match names.len() {
            0 => format!("no field may stand here. {IMPORT}"),
            n if n > LISTED => format!("known here are {list} and {} more. {IMPORT}", n - LISTED),
            _ => format!("known here: {list}. {IMPORT}"),
        }
    }
}

/// The releases beside `release` in the order in which to look for a field that it does not know.
fn neighbours(release: Release) -> impl Iterator<Item = Release> {
    let later = Release::ALL.into_iter().filter(move |r| *r > release);
    later.chain(Release::ALL.into_iter().rev().filter(move |r| *r < release))
}
