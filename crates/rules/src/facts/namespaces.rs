//! What rules need to know of IPv4 and VLAN namespaces.

use hnp_yaml::{Span, Value};

use super::{Field, Reference, Str, number, text};
use crate::net::{Prefix, VlanRange};
use crate::pack::packed;

/// An IPv4Namespace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ipv4Namespace {
    /// Where the key `subnets` stands.
    pub subnets_key: Option<Span>,
    /// `spec.subnets`, in source order.
    pub subnets: Vec<NamespaceSubnet>,
}

/// A subnet of an IPv4Namespace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamespaceSubnet {
    /// The text as written.
    pub text: Field<Str>,
    /// Where it stands.
    pub span: Span,
    /// The prefix, where it can be read.
    pub prefix: Option<Prefix>,
}

impl Ipv4Namespace {
    pub(super) fn read(spec: Option<Value<'_>>) -> Self {
        let entry = spec.and_then(|spec| spec.entry("subnets"));
        Self {
            subnets_key: entry.map(|entry| entry.key_span),
            subnets: entry
                .into_iter()
                .flat_map(|entry| entry.value.items())
                .map(|item| {
                    let text = text(item);
                    let prefix = text.text().and_then(Prefix::parse);
                    NamespaceSubnet {
                        text,
                        span: item.span(),
                        prefix,
                    }
                })
                .collect(),
        }
    }

    pub(super) fn references<'f>(&'f self, _: &mut dyn FnMut(Reference<'f>)) {}
}

/// A VLANNamespace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VlanNamespace {
    /// Where the key `ranges` stands.
    pub ranges_key: Option<Span>,
    /// `spec.ranges`, in source order.
    pub ranges: Vec<NamespaceRange>,
}

/// A range of a VLANNamespace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamespaceRange {
    /// Where it stands.
    pub span: Span,
    /// `from`.
    pub from: Field<i64>,
    /// `to`.
    pub to: Field<i64>,
}

impl NamespaceRange {
    /// Returns the range as admission sees it where it is valid: an absent or zero `to` means `from`, both lie between 1
    /// and 4094, in order.
    #[must_use]
    pub fn valid(&self) -> Option<VlanRange> {
        let from = *self.from.get()?;
        let to = match &self.to {
            Field::Wrong(_) => return None,
            to => to.get().copied().filter(|to| *to != 0).unwrap_or(from),
        };
        let vlan = |n: i64| u16::try_from(n).ok().filter(|n| (1..=4094).contains(n));
        let (from, to) = (vlan(from)?, vlan(to)?);
        (from <= to).then_some(VlanRange { from, to })
    }
}

impl VlanNamespace {
    pub(super) fn read(spec: Option<Value<'_>>) -> Self {
        let entry = spec.and_then(|spec| spec.entry("ranges"));
        Self {
            ranges_key: entry.map(|entry| entry.key_span),
            ranges: entry
                .into_iter()
                .flat_map(|entry| entry.value.items())
                .map(|item| NamespaceRange {
                    span: item.span(),
                    from: item.get("from").map_or(Field::Absent, number),
                    to: item.get("to").map_or(Field::Absent, number),
                })
                .collect(),
        }
    }

    pub(super) fn references<'f>(&'f self, _: &mut dyn FnMut(Reference<'f>)) {}

    /// Returns the ranges that are valid.
    pub fn valid_ranges(&self) -> impl Iterator<Item = VlanRange> + '_ {
        self.ranges.iter().filter_map(NamespaceRange::valid)
    }
}

packed! {
    Ipv4Namespace { subnets_key, subnets }
    NamespaceSubnet { text, span, prefix }
    VlanNamespace { ranges_key, ranges }
    NamespaceRange { span, from, to }
}
