//! One field as it stands in a manifest.

use hnp_yaml::{Kind, Reading, Span, Value};
use smol_str::SmolStr;

/// A text that owns itself; short ones take no allocation.
pub type Str = SmolStr;

/// A field: absent, of a type that cannot be read, or set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Field<T> {
    /// Not there, or null.
    #[default]
    Absent,
    /// There, with a value of the wrong type.
    Wrong(Span),
    /// There.
    Set(T, Span),
}

impl<T> Field<T> {
    /// Returns the value where it is set.
    pub fn get(&self) -> Option<&T> {
        match self {
            Self::Set(value, _) => Some(value),
            _ => None,
        }
    }

    /// Returns where the value stands, right or wrong.
    pub fn span(&self) -> Option<Span> {
        match self {
            Self::Absent => None,
            Self::Wrong(span) | Self::Set(_, span) => Some(*span),
        }
    }

    /// Returns where the value stands, or another place where it is absent.
    pub fn span_or(&self, other: Span) -> Span {
        self.span().unwrap_or(other)
    }

    /// Tells whether the field is not there; a wrong one is there.
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// Returns value and place where it is set, for good.
    pub fn into_set(self) -> Option<(T, Span)> {
        match self {
            Self::Set(value, span) => Some((value, span)),
            _ => None,
        }
    }

    /// Returns value and place where it is set.
    pub fn set(&self) -> Option<(&T, Span)> {
        match self {
            Self::Set(value, span) => Some((value, *span)),
            _ => None,
        }
    }
}

impl Field<Str> {
    /// Returns the text where it is set and not empty: to Hedgehog an empty text is none.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        self.get().map(Str::as_str).filter(|text| !text.is_empty())
    }

    /// Returns text and place where it is set and not empty.
    #[must_use]
    pub fn at(&self) -> Option<(&str, Span)> {
        self.set()
            .map(|(text, span)| (text.as_str(), span))
            .filter(|(text, _)| !text.is_empty())
    }

    /// Tells whether the field is absent or empty; a wrong one is neither.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        match self {
            Self::Absent => true,
            Self::Wrong(_) => false,
            Self::Set(text, _) => text.is_empty(),
        }
    }

    /// Returns the text, or what the admission webhook puts there where it is absent or empty.
    #[must_use]
    pub fn or_default<'a>(&'a self, default: &'a str) -> Option<&'a str> {
        match self {
            Self::Wrong(_) => None,
            _ => Some(self.text().unwrap_or(default)),
        }
    }
}

/// Reads a string.
#[must_use]
pub fn text(value: Value<'_>) -> Field<Str> {
    if value.kind() != Kind::Scalar {
        return Field::Wrong(value.span());
    }
    match value.read() {
        Reading::Null => Field::Absent,
        Reading::Str(text) => Field::Set(Str::new(text.as_ref()), value.span()),
        _ => Field::Wrong(value.span()),
    }
}

/// Reads a whole number.
#[must_use]
pub fn number(value: Value<'_>) -> Field<i64> {
    if value.kind() != Kind::Scalar {
        return Field::Wrong(value.span());
    }
    match value.read() {
        Reading::Null => Field::Absent,
        reading => match reading.as_integer().and_then(|n| i64::try_from(n).ok()) {
            Some(number) => Field::Set(number, value.span()),
            None => Field::Wrong(value.span()),
        },
    }
}

/// Reads a boolean; anything else, a wrong type too, is false.
#[must_use]
pub fn flag(value: Value<'_>) -> bool {
    value.kind() == Kind::Scalar && value.read() == Reading::Bool(true)
}

/// Reads a list of strings; what is no string is left out.
#[must_use]
pub fn texts(value: Value<'_>) -> Vec<(Str, Span)> {
    value
        .items()
        .filter_map(|item| match text(item) {
            Field::Set(text, span) => Some((text, span)),
            _ => None,
        })
        .collect()
}

/// Returns a map that is there: no null, no other type.
#[must_use]
pub fn map(value: Value<'_>) -> Option<Value<'_>> {
    (value.kind() == Kind::Map).then_some(value)
}
