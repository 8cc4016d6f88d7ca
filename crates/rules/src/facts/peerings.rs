//! What rules need to know of peerings between VPCs, and between VPCs and Externals.

use hnp_yaml::{Kind, Span, Value};

use super::{Field, Reference, Str, text, texts};
use crate::pack::packed;

/// A VPCPeering.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VpcPeering {
    /// `spec.remote`.
    pub remote: Field<Str>,
    /// `spec.permit`, in source order.
    pub permit: Vec<Permit>,
}

/// An entry of `permit`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permit {
    /// Where it stands.
    pub span: Span,
    /// The VPCs it names.
    pub vpcs: Vec<Peer>,
}

/// A VPC of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer {
    /// Its name.
    pub vpc: Str,
    /// Where the name stands.
    pub key: Span,
    /// Names of its subnets with where they stand; none means all.
    pub subnets: Vec<(Str, Span)>,
}

impl VpcPeering {
    pub(super) fn read(spec: Option<Value<'_>>) -> Self {
        let mut peering = Self::default();
        for entry in spec.into_iter().flat_map(Value::entries) {
            match entry.key {
                "remote" => peering.remote = text(entry.value),
                "permit" => {
                    peering.permit = entry
                        .value
                        .items()
                        .filter(|item| item.kind() == Kind::Map)
                        .map(|item| Permit {
                            span: item.span(),
                            vpcs: item
                                .entries()
                                .map(|peer| Peer {
                                    vpc: Str::new(peer.key),
                                    key: peer.key_span,
                                    subnets: peer
                                        .value
                                        .get("subnets")
                                        .map(texts)
                                        .unwrap_or_default(),
                                })
                                .collect(),
                        })
                        .collect();
                }
                _ => {}
            }
        }
        peering
    }

    /// Returns every VPC that an entry names.
    pub fn peers(&self) -> impl Iterator<Item = &Peer> {
        self.permit.iter().flat_map(|permit| &permit.vpcs)
    }

    /// Returns the two VPCs, in order of their names, where there are exactly two.
    #[must_use]
    pub fn pair(&self) -> Option<(&str, &str)> {
        let mut names: Vec<&str> = self.peers().map(|peer| peer.vpc.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        match names[..] {
            [a, b] => Some((a, b)),
            _ => None,
        }
    }

    pub(super) fn references<'f>(&'f self, sink: &mut dyn FnMut(Reference<'f>)) {
        for peer in self.peers() {
            sink(Reference {
                kind: "VPC",
                name: &peer.vpc,
                span: Some(peer.key),
            });
        }
    }
}

/// An ExternalPeering.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExternalPeering {
    /// `spec.permit.vpc.name`.
    pub vpc: Field<Str>,
    /// `spec.permit.vpc.subnets`.
    pub subnets: Vec<(Str, Span)>,
    /// `spec.permit.external.name`.
    pub external: Field<Str>,
    /// How many prefixes `spec.permit.external.prefixes` holds.
    pub prefixes: usize,
}

impl ExternalPeering {
    pub(super) fn read(spec: Option<Value<'_>>) -> Self {
        let mut peering = Self::default();
        let Some(permit) = spec.and_then(|spec| spec.get("permit")) else {
            return peering;
        };
        if let Some(vpc) = permit.get("vpc") {
            peering.vpc = vpc.get("name").map_or(Field::Absent, text);
            peering.subnets = vpc.get("subnets").map(texts).unwrap_or_default();
        }
        if let Some(external) = permit.get("external") {
            peering.external = external.get("name").map_or(Field::Absent, text);
            peering.prefixes = external
                .get("prefixes")
                .map_or(0, |prefixes| prefixes.items().count());
        }
        peering
    }

    pub(super) fn references<'f>(&'f self, sink: &mut dyn FnMut(Reference<'f>)) {
        for (field, kind) in [(&self.vpc, "VPC"), (&self.external, "External")] {
            if let Some((name, span)) = field.at() {
                sink(Reference {
                    kind,
                    name,
                    span: Some(span),
                });
            }
        }
    }
}

packed! {
    VpcPeering { remote, permit }
    Permit { span, vpcs }
    Peer { vpc, key, subnets }
    ExternalPeering { vpc, subnets, external, prefixes }
}
