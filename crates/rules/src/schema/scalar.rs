//! The walk at its leaves: types as Kubernetes reads them, ranges, enums, patterns.

use hnp_yaml::{Kind, Reading, Style, Value, scalar};
use serde_json::Value as Json;

use super::check::{At, Counted, Walk, choices};
use super::compiled::{Node, Rules};
use super::model::Type;
use super::numbers::Num;
use super::overlay;
use super::path::{Path, excerpt};
use super::suggest;
use super::violation::{Level, SchemaFix, Violation};

impl Walk<'_> {
    /// Checks a scalar; `false` where it is of another type.
    pub(super) fn scalar(
        &mut self,
        value: Value<'_>,
        node: &Node,
        path: &Path<'_>,
        at: At,
    ) -> bool {
        let reading = value.read();
        let fits = match node.kind {
            Some(Type::String) => matches!(reading, Reading::Str(_)),
            Some(Type::Boolean) => matches!(reading, Reading::Bool(_)),
            // A number without a fraction is an integer to JSON: 1001.0 is 1001.
            Some(Type::Integer) => reading.type_name() == "integer",
            Some(Type::Number) => matches!(
                reading,
                Reading::Int(_) | Reading::UInt(_) | Reading::Float(_)
            ),
            Some(Type::Object | Type::Array) => false,
            None if node.int_or_string => {
                matches!(reading, Reading::Str(_)) || reading.type_name() == "integer"
            }
            None => true,
        };
        // A null that is allowed has no value to check.
        if reading == Reading::Null {
            return node.nullable || fits;
        }
        if !fits {
            return false;
        }
        if node.kind == Some(Type::Integer) && !self.integer(value, &reading, node, path) {
            return true;
        }
        if let Some(rules) = &node.rules {
            if let Some(number) = Num::read(&reading) {
                self.bounds(value, number, rules, path);
            }
            self.choice(value, rules, path, at);
            if let Reading::Str(text) = &reading {
                self.text(value, text, rules, path, at);
            }
        }
        true
    }

    /// Checks an integer's width; `false` where a wrong one was reported.
    fn integer(
        &mut self,
        value: Value<'_>,
        reading: &Reading<'_>,
        node: &Node,
        path: &Path<'_>,
    ) -> bool {
        let rules = node.rules.as_deref();
        let int32 = rules.is_some_and(|rules| rules.int32);
        let (range, name) = match rules.and_then(|rules| rules.int) {
            Some(int) => (int.range(), int.name()),
            // Of a 32-bit field the CRD does not say whether Go's type has a sign.
            None if int32 => (
                (i128::from(i32::MIN), i128::from(u32::MAX)),
                "a 32-bit integer",
            ),
            None => ((i128::from(i64::MIN), i128::from(i64::MAX)), "int64"),
        };
        let number = reading.as_integer();
        if number.is_none_or(|n| n < range.0 || n > range.1) {
            let path = path.text();
            self.report(Violation {
                message: format!(
                    "`{path}` is {}, outside {} to {}, the range of its type ({name})",
                    excerpt(value.text()),
                    range.0,
                    range.1,
                ),
                help: Some("admission cannot decode it and refuses the resource".to_owned()),
                ..Violation::new("SCH-09", value.span(), path)
            });
            return false;
        }
        if int32 && number.is_some_and(|n| n > i128::from(i32::MAX)) {
            let enforced = self.settings.release.enforces_int32();
            let path = path.text();
            self.report(Violation {
                level: if enforced { Level::Error } else { Level::Warning },
                message: format!(
                    "`{path}` is {}, above {}, the largest number of its `format: int32`",
                    excerpt(value.text()),
                    i32::MAX,
                ),
                help: Some(if enforced {
                    "the API server enforces this from 26.03 (Kubernetes 1.36) on; choose a smaller number".to_owned()
                } else {
                    format!(
                        "{} admits it, releases from 26.03 (Kubernetes 1.36) on do not; choose a smaller number before the upgrade",
                        self.settings.release
                    )
                }),
                ..Violation::new("SCH-10", value.span(), path)
            });
            return !enforced;
        }
        true
    }

    fn bounds(&mut self, value: Value<'_>, number: Num, rules: &Rules, path: &Path<'_>) {
        let wrong = |walk: &mut Self, code, message: String| {
            let path = path.text();
            walk.report(Violation {
                message: format!("`{path}` is {number}; {message}"),
                ..Violation::new(code, value.span(), path)
            });
        };
        if let Some((min, exclusive)) = rules.minimum {
            let order = number.compare(min);
            if order.is_lt() || exclusive && order.is_eq() {
                let word = if exclusive { "more than" } else { "at least" };
                wrong(self, "SCH-06", format!("it must be {word} {min}"));
            }
        }
        if let Some((max, exclusive)) = rules.maximum {
            let order = number.compare(max);
            if order.is_gt() || exclusive && order.is_eq() {
                let word = if exclusive { "less than" } else { "at most" };
                wrong(self, "SCH-06", format!("it must be {word} {max}"));
            }
        }
        if let Some(unit) = rules.multiple_of
            && !number.is_multiple_of(unit)
        {
            wrong(self, "SCH-11", format!("it must be a multiple of {unit}"));
        }
    }

    fn choice(&mut self, value: Value<'_>, rules: &Rules, path: &Path<'_>, at: At) {
        if rules.values.is_empty() || rules.values.iter().any(|allowed| same(allowed, value)) {
            return;
        }
        let path = path.text();
        let words = rules.values.iter().filter_map(Json::as_str);
        let near = suggest::nearest(value.text(), words.filter(|word| !word.is_empty()));
        let fix = near
            .filter(|_| !at.shared && is_bare(value))
            .map(|near| SchemaFix {
                title: format!("replace `{}` by `{near}`", excerpt(value.text())),
                span: value.span(),
                replacement: as_string(near),
                safe: false,
            });
        self.report(Violation {
            message: format!(
                "`{path}` must be {}, not `{}`",
                choices(&rules.values),
                excerpt(value.text())
            ),
            help: near.map(|near| format!("did you mean `{near}`?")),
            fix,
            ..Violation::new("SCH-04", value.span(), path)
        });
    }

    fn text(&mut self, value: Value<'_>, text: &str, rules: &Rules, path: &Path<'_>, at: At) {
        if rules.length.min.is_some() || rules.length.max.is_some() {
            let count = text.chars().count();
            let counted = Counted {
                code: "SCH-08",
                what: "character",
                count,
                bounds: rules.length,
            };
            self.count(&counted, value, path, at);
        }
        let Some(pattern) = rules.pattern.map(|index| self.schema.pattern(index)) else {
            return;
        };
        if pattern.fits(text) {
            return;
        }
        let path = path.text();
        let (message, help) = match overlay::pattern_in_words(&pattern.source) {
            Some(words) => (
                format!("`{path}` is `{}`, not {words}", excerpt(text)),
                Some(format!("the schema's pattern is `{}`", pattern.source)),
            ),
            None => (
                format!(
                    "`{path}` is `{}`, which does not fit `{}`",
                    excerpt(text),
                    pattern.source
                ),
                None,
            ),
        };
        self.report(Violation {
            message,
            help,
            ..Violation::new("SCH-05", value.span(), path)
        });
    }

    pub(super) fn wrong_type(&mut self, value: Value<'_>, node: &Node, path: &Path<'_>, at: At) {
        let wanted = match node.kind {
            Some(kind) => kind.noun(),
            None => "an integer or a string",
        };
        let path = path.text();
        let (found, help, fix) = match value.kind() {
            Kind::Map => ("a map".to_owned(), None, None),
            Kind::Seq => ("a list".to_owned(), None, None),
            _ => {
                let (help, fix) = mend(value, node.kind, at);
                (found(value), help, fix)
            }
        };
        let message = match respelled(value) {
            Some(text) => {
                format!("`{path}` must be {wanted}, but Kubernetes reads `{text}` as {found}")
            }
            None => format!("`{path}` must be {wanted}, not {found}"),
        };
        // A block map or list starts a line below the key that a reader looks at.
        let span = match (value.kind(), value.style(), at.key) {
            (Kind::Map | Kind::Seq, Style::Block, Some(key)) => key,
            _ => value.span(),
        };
        self.report(Violation {
            message,
            help,
            fix,
            ..Violation::new("SCH-02", span, path)
        });
    }
}

impl Violation {
    /// Makes an error without a message.
    pub(super) fn new(code: &'static str, span: hnp_yaml::Span, path: String) -> Self {
        Self {
            code,
            level: Level::Error,
            span,
            path,
            message: String::new(),
            help: None,
            related: None,
            fix: None,
        }
    }
}

/// What to do about a scalar of another type, and the edit for it.
fn mend(value: Value<'_>, wanted: Option<Type>, at: At) -> (Option<String>, Option<SchemaFix>) {
    let text = value.text();
    let fix = |title: String, replacement: String| {
        (!at.shared && is_bare(value)).then(|| SchemaFix {
            title,
            span: value.span(),
            replacement,
            safe: true,
        })
    };
    match (wanted, value.style()) {
        (Some(Type::String) | None, Style::Plain) if !text.is_empty() => {
            let quoted = quote(text);
            let help = if scalar::yaml12_type(text) == "string" {
                format!("a YAML 1.2 tool reads a string here, Kubernetes does not; write {quoted}")
            } else {
                format!("write {quoted}")
            };
            (
                Some(help),
                fix(format!("put quotes around `{}`", excerpt(text)), quoted),
            )
        }
        (
            Some(wanted @ (Type::Integer | Type::Number | Type::Boolean)),
            Style::Single | Style::Double,
        ) => {
            let Ok(inner) = scalar::read_plain(text) else {
                return (None, None);
            };
            let replacement = match (wanted, &inner) {
                (Type::Boolean, Reading::Bool(flag)) => flag.to_string(),
                (Type::Integer, inner) if inner.type_name() == "integer" => text.to_owned(),
                (Type::Number, Reading::Int(_) | Reading::UInt(_) | Reading::Float(_)) => {
                    text.to_owned()
                }
                _ => return (None, None),
            };
            (
                Some(format!("quotes make it a string; write {replacement}")),
                fix(
                    format!("remove the quotes around `{}`", excerpt(text)),
                    replacement,
                ),
            )
        }
        (Some(Type::Array), _) => (
            Some("write a list, one `- ` for each item".to_owned()),
            None,
        ),
        (Some(Type::Object), _) => (
            Some("write a map, one `key: value` a line".to_owned()),
            None,
        ),
        _ => (None, None),
    }
}

/// Says what Kubernetes reads.
fn found(value: Value<'_>) -> String {
    match value.read() {
        Reading::Null => "nothing".to_owned(),
        Reading::Bool(flag) => format!("the boolean {flag}"),
        Reading::Str(text) => format!("the string {}", quote(&excerpt(&text))),
        number => format!("the {} {}", number.type_name(), number.key_text()),
    }
}

/// The text as written where Kubernetes makes something else of it, such as `on` or `0755`.
fn respelled(value: Value<'_>) -> Option<String> {
    let text = value.text();
    if value.kind() != Kind::Scalar || value.style() != Style::Plain || text.is_empty() {
        return None;
    }
    match value.read() {
        Reading::Str(_) => None,
        other => (other.key_text() != text).then(|| excerpt(text)),
    }
}

/// Whether nothing but the scalar itself stands at its place, so that it may be replaced.
fn is_bare(value: Value<'_>) -> bool {
    value.tag().is_none() && value.anchor().is_none() && !value.is_alias()
}

fn same(allowed: &Json, value: Value<'_>) -> bool {
    match (allowed, value.kind()) {
        (Json::Object(map), Kind::Map) => {
            map.len() == value.entries().count()
                && map
                    .iter()
                    .all(|(key, allowed)| value.get(key).is_some_and(|value| same(allowed, value)))
        }
        (Json::Array(items), Kind::Seq) => {
            items.len() == value.items().count()
                && items.iter().zip(value.items()).all(|(a, b)| same(a, b))
        }
        (Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_), Kind::Scalar) => {
            match (allowed, value.read()) {
                (Json::Null, Reading::Null) => true,
                (Json::Bool(a), Reading::Bool(b)) => *a == b,
                (Json::String(a), Reading::Str(b)) => *a == b,
                (Json::Number(a), b) => {
                    Num::read(&b).is_some_and(|b| Num::of(a).compare(b).is_eq())
                }
                _ => false,
            }
        }
        _ => false,
    }
}

fn quote(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Writes a word so that Kubernetes reads that string.
pub(super) fn as_string(word: &str) -> String {
    let plain = word
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_' || b == b'/')
        && word.bytes().next().is_some_and(|b| b.is_ascii_alphabetic())
        && matches!(scalar::read_plain(word), Ok(Reading::Str(_)));
    if plain { word.to_owned() } else { quote(word) }
}
