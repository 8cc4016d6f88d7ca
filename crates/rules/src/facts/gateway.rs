//! What rules need to know of a Gateway.

use hnp_yaml::{Span, Value};

use super::{Field, Reference, Str, number, text};

/// A Gateway.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gateway {
    /// `spec.asn`.
    pub asn: Field<i64>,
    /// `spec.protocolIP`.
    pub protocol_ip: Field<Str>,
    /// `spec.vtepIP`.
    pub vtep_ip: Field<Str>,
    /// `spec.vtepMAC`.
    pub vtep_mac: Field<Str>,
    /// `spec.interfaces`: names with where they stand.
    pub interfaces: Vec<(Str, Span)>,
    /// Names in `spec.groups`, each with where it stands; none means `default`.
    pub groups: Vec<(Str, Span)>,
}

impl Gateway {
    pub(super) fn read(spec: Option<Value<'_>>) -> Self {
        let mut gateway = Self::default();
        for entry in spec.into_iter().flat_map(Value::entries) {
            let value = entry.value;
            match entry.key {
                "asn" => gateway.asn = number(value),
                "protocolIP" => gateway.protocol_ip = text(value),
                "vtepIP" => gateway.vtep_ip = text(value),
                "vtepMAC" => gateway.vtep_mac = text(value),
                "interfaces" => {
                    gateway.interfaces = value
                        .entries()
                        .map(|entry| (Str::new(entry.key), entry.key_span))
                        .collect();
                }
                "groups" => {
                    gateway.groups = value
                        .items()
                        .filter_map(|item| match item.get("name").map(text)? {
                            Field::Set(name, span) => Some((name, span)),
                            _ => None,
                        })
                        .collect();
                }
                _ => {}
            }
        }
        gateway
    }

    /// Tells whether it has anything that hydration fills in.
    #[must_use]
    pub fn is_hydrated(&self) -> bool {
        !self.asn.is_absent()
            || [&self.protocol_ip, &self.vtep_ip, &self.vtep_mac]
                .into_iter()
                .any(|field| !field.is_missing())
    }

    pub(super) fn references<'f>(&'f self, sink: &mut dyn FnMut(Reference<'f>)) {
        for (name, span) in &self.groups {
            sink(Reference {
                kind: "GatewayGroup",
                name,
                span: Some(*span),
            });
        }
        if self.groups.is_empty() {
            sink(Reference {
                kind: "GatewayGroup",
                name: "default",
                span: None,
            });
        }
    }
}
