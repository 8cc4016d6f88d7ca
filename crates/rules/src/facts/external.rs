//! What rules need to know of an External.

use hnp_yaml::{Span, Value};

use super::{Field, Reference, Str, map, text};
use crate::pack::packed;

/// An External.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct External {
    /// `spec.ipv4Namespace`.
    pub ipv4_namespace: Field<Str>,
    /// Where the key `static` stands, where that is there.
    pub static_key: Option<Span>,
}

impl External {
    pub(super) fn read(spec: Option<Value<'_>>) -> Self {
        let mut external = Self::default();
        for entry in spec.into_iter().flat_map(Value::entries) {
            match entry.key {
                "ipv4Namespace" => external.ipv4_namespace = text(entry.value),
                "static" if map(entry.value).is_some() => {
                    external.static_key = Some(entry.key_span);
                }
                _ => {}
            }
        }
        external
    }

    /// Tells whether its routes are static; else it speaks BGP.
    #[must_use]
    pub fn is_static(&self) -> bool {
        self.static_key.is_some()
    }

    /// Returns the IPv4 namespace that admission sees.
    #[must_use]
    pub fn ipv4ns(&self) -> Option<&str> {
        self.ipv4_namespace.or_default("default")
    }

    pub(super) fn references<'f>(&'f self, sink: &mut dyn FnMut(Reference<'f>)) {
        if let Some(name) = self.ipv4ns() {
            sink(Reference {
                kind: "IPv4Namespace",
                name,
                span: self.ipv4_namespace.at().map(|(_, span)| span),
            });
        }
    }
}

packed! {
    External { ipv4_namespace, static_key }
}
