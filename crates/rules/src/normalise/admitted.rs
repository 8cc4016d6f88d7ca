//! What admission does to one kind.

use serde_json::{Map, Value};

use super::Admission;

/// Fills in and sorts a spec in place.
pub(super) type Defaults = fn(&mut Map<String, Value>, &Admission);

/// Returns the labels that follow from a spec.
pub(super) type Derive = fn(&Map<String, Value>, &Admission) -> Vec<(String, String)>;

/// What admission does to one kind, and which of its zero values say something.
///
/// Paths start at the manifest; `*` stands for any key of a map, `[]` for any item of a list.
pub(super) struct Admitted {
    pub(super) defaults: Defaults,
    pub(super) labels: Labels,
    /// Annotations that the webhook writes.
    pub(super) annotations: &'static [&'static str],
    /// Maps with keys that people choose: an entry stays whatever its value is.
    pub(super) maps: &'static [(&'static str, Entry)],
    /// Fields whose presence says something by itself, pointers in upstream's types: only null means absence.
    pub(super) pointers: &'static [&'static str],
    /// Fields whose presence says something to the defaults, and nothing once those are filled in.
    pub(super) until_filled: &'static [&'static str],
}

/// What the entries of a map are; null reads as their zero value.
#[derive(Clone, Copy)]
pub(super) enum Entry {
    Struct,
    Text,
    Flag,
}

impl Entry {
    pub(super) fn zero(self) -> Value {
        match self {
            Self::Struct => Value::Object(Map::new()),
            Self::Text => Value::String(String::new()),
            Self::Flag => Value::Bool(false),
        }
    }
}

/// What happens to the labels.
#[derive(Clone, Copy)]
pub(super) enum Labels {
    /// Nothing.
    Kept,
    /// All with the fabric's prefix go and are derived anew.
    Fabric(Derive),
    /// Those of the gateway are added, and stale ones stay.
    Gateway(Derive),
}

/// No labels follow from the spec, but the fabric's are cleared.
pub(super) const CLEARED: Labels = Labels::Fabric(|_, _| Vec::new());
