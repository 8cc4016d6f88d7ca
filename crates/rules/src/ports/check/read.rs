//! Fields as the checks see them, and the way to them.

use std::fmt::Write as _;

use hnp_yaml::{Entry, Kind, Reading, Span, Value};

/// A text field. Go makes no difference between absent, null and empty.
pub(super) enum Field<'s> {
    Missing,
    Text(&'s str, Span),
    /// Of another type, about which the schema has spoken.
    Wrong,
}

pub(super) fn field<'s>(map: Value<'s>, name: &str) -> Field<'s> {
    text(map.get(name))
}

pub(super) fn text(value: Option<Value<'_>>) -> Field<'_> {
    let Some(value) = value.filter(|value| !value.is_null()) else {
        return Field::Missing;
    };
    match value.as_str() {
        Some("") => Field::Missing,
        Some(text) => Field::Text(text, value.span()),
        None => Field::Wrong,
    }
}

/// A truth value; `None` for one of the wrong type.
pub(super) fn flag(value: Option<Value<'_>>) -> Option<bool> {
    match value.map(Value::read) {
        None | Some(Reading::Null) => Some(false),
        Some(Reading::Bool(flag)) => Some(flag),
        Some(_) => None,
    }
}

/// A part that is there or not: absent and null are one.
pub(super) fn part<'s>(map: Value<'s>, name: &str) -> Option<Value<'s>> {
    map.get(name).filter(|value| value.kind() == Kind::Map)
}

pub(super) fn entries(value: Option<Value<'_>>) -> impl Iterator<Item = Entry<'_>> {
    value.into_iter().flat_map(Value::entries)
}

/// Reads a number as Go's `strconv.Atoi` does: a sign and leading zeros are good.
pub(super) fn number(text: &str) -> Option<i64> {
    text.parse().ok()
}

/// Longest key that a path repeats.
const LONGEST: usize = 60;

/// The way to a field, on the stack: text is made of it only when there is a problem.
#[derive(Clone, Copy)]
pub(super) struct At<'a> {
    parent: Option<&'a At<'a>>,
    step: Step<'a>,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Key(&'a str),
    Index(usize),
}

impl<'a> At<'a> {
    pub(super) fn root(key: &'a str) -> Self {
        Self {
            parent: None,
            step: Step::Key(key),
        }
    }

    pub(super) fn key(&'a self, key: &'a str) -> Self {
        Self {
            parent: Some(self),
            step: Step::Key(key),
        }
    }

    pub(super) fn index(&'a self, index: usize) -> Self {
        Self {
            parent: Some(self),
            step: Step::Index(index),
        }
    }

    pub(super) fn text(&self) -> String {
        let mut text = self.parent.map(At::text).unwrap_or_default();
        match self.step {
            Step::Index(index) => {
                let _ = write!(text, "[{index}]");
            }
            Step::Key(key) if is_plain(key) => {
                if !text.is_empty() {
                    text.push('.');
                }
                text.push_str(key);
            }
            Step::Key(key) => {
                let short: String = key.chars().take(LONGEST).collect();
                let _ = write!(text, "[{short:?}]");
            }
        }
        text
    }
}

fn is_plain(key: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    !key.is_empty() && key.len() <= LONGEST && key.bytes().all(plain)
}
