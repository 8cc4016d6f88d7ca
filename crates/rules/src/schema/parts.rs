//! The walk at what no Hedgehog kind uses and other operators' kinds do: combinators, and items that must differ.

use std::collections::HashMap;
use std::fmt::Write as _;

use hnp_yaml::{Kind, Reading, Span, Value};

use super::check::{At, Walk};
use super::compiled::{Rules, Unique};
use super::path::Path;
use super::violation::Violation;

impl Walk<'_> {
    pub(super) fn unique(&mut self, value: Value<'_>, unique: &Unique, path: &Path<'_>) {
        if matches!(unique, Unique::No) {
            return;
        }
        let mut seen: HashMap<String, (usize, Span)> = HashMap::new();
        for (index, item) in value.items().enumerate() {
            let mut identity = String::new();
            match unique {
                Unique::Keys(keys) => {
                    for key in keys {
                        if let Some(part) = item.get(key) {
                            identify(part, &mut identity);
                        }
                        identity.push('\u{0}');
                    }
                }
                Unique::Whole | Unique::No => identify(item, &mut identity),
            }
            if let Some((first, span)) = seen.get(&identity) {
                let path = path.index(index).text();
                self.report(Violation {
                    message: format!("`{path}` repeats item {first}, and the items must differ"),
                    related: Some((*span, "the first of them".to_owned())),
                    ..Violation::new("SCH-11", item.span(), path)
                });
            } else {
                seen.insert(identity, (index, item.span()));
            }
        }
    }

    /// The combinators.
    pub(super) fn parts(&mut self, value: Value<'_>, rules: &Rules, path: &Path<'_>, at: At) {
        for part in &rules.all_of {
            self.value(value, *part, path, at);
        }
        let wrong = |walk: &mut Self, message: String| {
            let path = path.text();
            walk.report(Violation {
                message: format!("`{path}` {message}"),
                ..Violation::new("SCH-11", at.key.unwrap_or(value.span()), path)
            });
        };
        if !rules.any_of.is_empty() && !rules.any_of.iter().any(|part| self.fits(value, *part)) {
            wrong(
                self,
                format!(
                    "fits none of the {} forms its schema allows (anyOf)",
                    rules.any_of.len()
                ),
            );
        }
        if !rules.one_of.is_empty() {
            let fitting = rules
                .one_of
                .iter()
                .filter(|part| self.fits(value, **part))
                .count();
            if fitting != 1 {
                wrong(
                    self,
                    format!(
                        "fits {fitting} of the {} forms of which its schema allows exactly one (oneOf)",
                        rules.one_of.len()
                    ),
                );
            }
        }
        if rules.not.is_some_and(|part| self.fits(value, part)) {
            wrong(
                self,
                "has the form that its schema forbids (not)".to_owned(),
            );
        }
    }
}

/// Writes a value so that equal values give equal text: map order does not count.
fn identify(value: Value<'_>, out: &mut String) {
    match value.kind() {
        Kind::Map => {
            let mut entries: Vec<_> = value.entries().map(|e| (e.key, e.value)).collect();
            entries.sort_by_key(|(key, _)| *key);
            out.push('{');
            for (key, value) in entries {
                let _ = write!(out, "{key:?}:");
                identify(value, out);
            }
            out.push('}');
        }
        Kind::Seq => {
            out.push('[');
            for item in value.items() {
                identify(item, out);
                out.push(',');
            }
            out.push(']');
        }
        Kind::Scalar | Kind::Alias => match value.read() {
            Reading::Str(text) => {
                let _ = write!(out, "{text:?}");
            }
            other => match other.as_integer() {
                Some(n) => {
                    let _ = write!(out, "{n}");
                }
                None => out.push_str(&other.key_text()),
            },
        },
    }
}
