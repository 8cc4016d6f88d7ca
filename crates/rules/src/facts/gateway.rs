//! What rules need to know of a Gateway.

use hnp_yaml::{Kind, Span, Value};

use super::{Field, Reference, Str, number, text};
use crate::pack::packed;

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
    /// `ips` of each of the interfaces, in the same order.
    pub ips: Vec<Vec<Field<Str>>>,
    /// Where the key `neighbors` stands.
    pub neighbors_key: Option<Span>,
    /// `spec.neighbors`; of what is no map nothing is known.
    pub neighbors: Vec<Neighbor>,
    /// Names in `spec.groups`, each with where it stands; none means `default`. An entry without a name has an empty one.
    pub groups: Vec<(Str, Span)>,
}

/// A BGP neighbor of a gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Neighbor {
    /// Where it stands.
    pub span: Span,
    /// `ip`.
    pub ip: Field<Str>,
    /// `asn`.
    pub asn: Field<i64>,
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
                    for entry in value.entries() {
                        gateway
                            .interfaces
                            .push((Str::new(entry.key), entry.key_span));
                        gateway.ips.push(ips(entry.value));
                    }
                }
                "neighbors" => {
                    gateway.neighbors_key = Some(entry.key_span);
                    gateway.neighbors = neighbors(value);
                }
                "groups" => {
                    gateway.groups = maps(value)
                        .filter_map(|item| match item.get("name").map(text) {
                            Some(Field::Set(name, span)) => Some((name, span)),
                            Some(Field::Wrong(_)) => None,
                            _ => Some((Str::default(), item.span())),
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
        for (name, span) in self.groups.iter().filter(|(name, _)| !name.is_empty()) {
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

impl Neighbor {
    fn read(value: Value<'_>) -> Self {
        let span = value.span();
        if value.kind() != Kind::Map {
            return Self::unknown(span);
        }
        Self {
            span,
            ip: value.get("ip").map_or(Field::Absent, text),
            asn: value.get("asn").map_or(Field::Absent, number),
        }
    }

    /// One of which nothing is known.
    fn unknown(span: Span) -> Self {
        Self {
            span,
            ip: Field::Wrong(span),
            asn: Field::Wrong(span),
        }
    }
}

fn neighbors(list: Value<'_>) -> Vec<Neighbor> {
    match list.kind() {
        Kind::Seq => list.items().map(Neighbor::read).collect(),
        _ if list.is_null() => Vec::new(),
        _ => vec![Neighbor::unknown(list.span())],
    }
}

fn maps(list: Value<'_>) -> impl Iterator<Item = Value<'_>> {
    list.items().filter(|item| item.kind() == Kind::Map)
}

/// The addresses of an interface. What is of the wrong type is there, but nobody can say what.
fn ips(interface: Value<'_>) -> Vec<Field<Str>> {
    if interface.kind() != Kind::Map {
        let is_there = !interface.is_null();
        return is_there
            .then_some(Field::Wrong(interface.span()))
            .into_iter()
            .collect();
    }
    match interface.get("ips") {
        Some(list) if list.kind() == Kind::Seq => list.items().map(text).collect(),
        Some(other) if !other.is_null() => vec![Field::Wrong(other.span())],
        _ => Vec::new(),
    }
}

packed! {
    Gateway {
        asn,
        protocol_ip,
        vtep_ip,
        vtep_mac,
        interfaces,
        ips,
        neighbors_key,
        neighbors,
        groups,
    }
    Neighbor { span, ip, asn }
}
