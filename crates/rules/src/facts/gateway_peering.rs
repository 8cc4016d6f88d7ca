//! What rules need to know of a GatewayPeering: who exposes what to whom.

use hnp_yaml::{Kind, Span, Value};

use super::{Field, Reference, Str, flag, map, text};
use crate::pack::packed;

/// What stands before the name of an External where a VPC's could stand.
const EXTERNAL: &str = "ext.";

/// A GatewayPeering.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GatewayPeering {
    /// `spec.gatewayGroup`.
    pub group: Field<Str>,
    /// Where the key `peering` stands; wrong where its value is no map.
    pub peering: Field<()>,
    /// `spec.peering`, in source order: two where all is well.
    pub parties: Vec<Party>,
    /// Every subnet of a VPC that `spec.acl` names.
    pub subnets: Vec<SubnetMatch>,
}

/// A VPC or an External, with what it exposes to the other one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    /// Its key: the name of a VPC, or `ext.` and the name of an External.
    pub name: Str,
    /// Where that stands.
    pub key: Span,
    /// Whether nothing stands there.
    pub is_null: bool,
    /// `expose`; what is no map is left out.
    pub exposes: Vec<Expose>,
}

/// An entry of `expose`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expose {
    /// Where it stands.
    pub span: Span,
    /// Where `default` stands, where that is true.
    pub default: Option<Span>,
    /// Whether lists are lists of maps and maps are maps; of one that is not, little is known.
    pub is_whole: bool,
    /// `ips`.
    pub ips: Vec<Block>,
    /// `as`.
    pub translated: Vec<Block>,
    /// `nat`.
    pub nat: Option<Nat>,
}

/// An entry of `ips` or `as`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Where it stands.
    pub span: Span,
    /// `cidr`.
    pub cidr: Field<Str>,
    /// `not`.
    pub not: Field<Str>,
    /// `vpcSubnet`.
    pub subnet: Field<Str>,
}

/// How addresses are translated: where the key of each way stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nat {
    /// Where the key `nat` stands.
    pub key: Span,
    /// `masquerade`.
    pub masquerade: Option<Span>,
    /// `portForward`.
    pub forward: Option<Span>,
    /// `static`.
    pub fixed: Option<Span>,
}

/// A subnet that a rule of the ACL names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubnetMatch {
    /// `from` of the rule.
    pub from: Field<Str>,
    /// `to` of the rule.
    pub to: Field<Str>,
    /// Whether it stands in `src`; else in `dst`.
    pub is_source: bool,
    /// The subnet's name.
    pub subnet: Str,
    /// Where that stands.
    pub span: Span,
}

impl GatewayPeering {
    pub(super) fn read(spec: Option<Value<'_>>) -> Self {
        let mut peering = Self::default();
        for entry in spec.into_iter().flat_map(Value::entries) {
            let value = entry.value;
            match entry.key {
                "gatewayGroup" => peering.group = text(value),
                "peering" => {
                    peering.peering = match map(value) {
                        Some(_) => Field::Set((), entry.key_span),
                        None if value.is_null() => Field::Absent,
                        None => Field::Wrong(entry.key_span),
                    };
                    peering.parties = value
                        .entries()
                        .map(|party| Party {
                            name: Str::new(party.key),
                            key: party.key_span,
                            is_null: party.value.is_null(),
                            exposes: items(party.value, "expose").map(Expose::read).collect(),
                        })
                        .collect();
                }
                "acl" => peering.subnets = subnets(value),
                _ => {}
            }
        }
        peering
    }

    /// Returns the two parties, where there are exactly two.
    #[must_use]
    pub fn pair(&self) -> Option<(&Party, &Party)> {
        match &self.parties[..] {
            [a, b] => Some((a, b)),
            _ => None,
        }
    }

    /// Returns the group that admission sees.
    #[must_use]
    pub fn group_or_default(&self) -> Option<&str> {
        self.group.or_default("default")
    }

    /// Returns the party in which the subnet of an ACL's rule should be: the one that is named, or the other than the
    /// one that is named.
    #[must_use]
    pub fn holder(&self, subnet: &SubnetMatch) -> Option<&Party> {
        let (a, b) = self.pair()?;
        let (own, other) = match subnet.is_source {
            true => (&subnet.from, &subnet.to),
            false => (&subnet.to, &subnet.from),
        };
        if let Some(name) = own.text() {
            return [a, b].into_iter().find(|party| party.name == name);
        }
        let other = other.text().filter(|_| own.is_missing())?;
        match (a.name == other, b.name == other) {
            (true, _) => Some(b),
            (_, true) => Some(a),
            _ => None,
        }
    }

    pub(super) fn references<'f>(&'f self, sink: &mut dyn FnMut(Reference<'f>)) {
        if let Some((name, span)) = self.group.at() {
            sink(Reference {
                kind: "GatewayGroup",
                name,
                span: Some(span),
            });
        }
        if self.group.is_missing() {
            sink(Reference {
                kind: "GatewayGroup",
                name: "default",
                span: None,
            });
        }
        for party in &self.parties {
            let (kind, name) = match party.external() {
                Some(name) => ("External", name),
                None => ("VPC", party.name.as_str()),
            };
            sink(Reference {
                kind,
                name,
                span: Some(party.key),
            });
        }
    }
}

impl Party {
    /// Returns the External's name where it is one.
    #[must_use]
    pub fn external(&self) -> Option<&str> {
        self.name.strip_prefix(EXTERNAL)
    }

    /// Returns what the other party gets to see: the translated blocks where addresses are translated.
    pub fn advertised(&self) -> impl Iterator<Item = &Block> {
        let exposes = self.exposes.iter().filter(|e| e.default.is_none());
        exposes.flat_map(|expose| match expose.translated.is_empty() {
            true => &expose.ips,
            false => &expose.translated,
        })
    }
}

impl Expose {
    fn read(value: Value<'_>) -> Self {
        let mut expose = Self {
            span: value.span(),
            default: None,
            is_whole: true,
            ips: Vec::new(),
            translated: Vec::new(),
            nat: None,
        };
        for entry in value.entries() {
            let value = entry.value;
            let wanted = match entry.key {
                "default" => {
                    expose.default = flag(value).then(|| value.span());
                    continue;
                }
                "ips" => {
                    expose.ips = blocks(value);
                    Kind::Seq
                }
                "as" => {
                    expose.translated = blocks(value);
                    Kind::Seq
                }
                "nat" => {
                    expose.nat = map(value).map(|nat| Nat::read(entry.key_span, nat));
                    Kind::Map
                }
                _ => continue,
            };
            expose.is_whole &= value.is_null()
                || value.kind() == wanted && value.items().all(|item| item.kind() == Kind::Map);
        }
        expose
    }
}

impl Nat {
    fn read(key: Span, value: Value<'_>) -> Self {
        let way = |key: &str| {
            let entry = value.entry(key).filter(|way| !way.value.is_null())?;
            Some(entry.key_span)
        };
        Self {
            key,
            masquerade: way("masquerade"),
            forward: way("portForward"),
            fixed: way("static"),
        }
    }

    /// Returns the ways that are set, with the names of their keys.
    pub fn ways(&self) -> impl Iterator<Item = (&'static str, Span)> {
        [
            ("masquerade", self.masquerade),
            ("portForward", self.forward),
            ("static", self.fixed),
        ]
        .into_iter()
        .filter_map(|(name, span)| Some((name, span?)))
    }
}

/// The maps in a list of a map.
fn items<'s>(value: Value<'s>, key: &str) -> impl Iterator<Item = Value<'s>> + use<'s> {
    let list = value.get(key).into_iter().flat_map(Value::items);
    list.filter(|item| item.kind() == Kind::Map)
}

fn blocks(list: Value<'_>) -> Vec<Block> {
    list.items()
        .filter(|item| item.kind() == Kind::Map)
        .map(|item| {
            let mut block = Block {
                span: item.span(),
                cidr: Field::Absent,
                not: Field::Absent,
                subnet: Field::Absent,
            };
            for entry in item.entries() {
                match entry.key {
                    "cidr" => block.cidr = text(entry.value),
                    "not" => block.not = text(entry.value),
                    "vpcSubnet" => block.subnet = text(entry.value),
                    _ => {}
                }
            }
            block
        })
        .collect()
}

fn subnets(acl: Value<'_>) -> Vec<SubnetMatch> {
    let mut subnets = Vec::new();
    for rule in items(acl, "rules") {
        let Some(matched) = rule.get("match") else {
            continue;
        };
        let field = |key: &str| rule.get(key).map_or(Field::Absent, text);
        for (key, is_source) in [("src", true), ("dst", false)] {
            for end in items(matched, key) {
                let subnet = end.get("vpcSubnet").map_or(Field::Absent, text);
                if let Some((name, span)) = subnet.at() {
                    subnets.push(SubnetMatch {
                        from: field("from"),
                        to: field("to"),
                        is_source,
                        subnet: Str::new(name),
                        span,
                    });
                }
            }
        }
    }
    subnets
}

packed! {
    GatewayPeering { group, peering, parties, subnets }
    Party { name, key, is_null, exposes }
    Expose { span, default, is_whole, ips, translated, nat }
    Block { span, cidr, not, subnet }
    Nat { key, masquerade, forward, fixed }
    SubnetMatch { from, to, is_source, subnet, span }
}
