//! What rules need to know of a VPC.

use hnp_yaml::{Span, Value};

use super::{Field, Reference, Str, flag, map, number, text};
use crate::net::{Addr, Prefix};
use crate::pack::packed;

/// A VPC.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vpc {
    /// `spec.ipv4Namespace`.
    pub ipv4_namespace: Field<Str>,
    /// `spec.vlanNamespace`.
    pub vlan_namespace: Field<Str>,
    /// `spec.mode`.
    pub mode: Field<Str>,
    /// Where the key `subnets` stands.
    pub subnets_key: Option<Span>,
    /// Whether `subnets` is there and no map.
    pub subnets_wrong: bool,
    /// `spec.subnets`, in source order.
    pub subnets: Vec<Subnet>,
}

/// A subnet of a VPC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subnet {
    /// Its name.
    pub name: Str,
    /// Where the name stands.
    pub key: Span,
    /// Whether it is a map; of anything else nothing is known.
    pub is_map: bool,
    /// Whether it is null.
    pub is_null: bool,
    /// `subnet`: the prefix as written.
    pub subnet: Field<Str>,
    /// The prefix, where it can be read.
    pub prefix: Option<Prefix>,
    /// `gateway`.
    pub gateway: Field<Str>,
    /// `vlan`.
    pub vlan: Field<i64>,
    /// `hostBGP`.
    pub host_bgp: bool,
    /// `dhcp.enable`.
    pub dhcp: bool,
    /// `dhcp.relayVPC`.
    pub relay_vpc: Field<Str>,
    /// `dhcp.options.interfaceMTU`.
    pub mtu: Field<i64>,
}

impl Subnet {
    /// Returns the gateway that admission sees: the one written, or the address after the network's.
    #[must_use]
    pub fn gateway_address(&self) -> Option<Addr> {
        match &self.gateway {
            Field::Wrong(_) => None,
            gateway => match gateway.text() {
                Some(text) => Addr::parse(text),
                None if self.host_bgp => None,
                None => self.prefix?.first().plus(1),
            },
        }
    }

    /// Returns where the prefix stands, or the subnet's name where it has none.
    #[must_use]
    pub fn prefix_span(&self) -> Span {
        self.subnet.span_or(self.key)
    }
}

impl Vpc {
    pub(super) fn read(spec: Option<Value<'_>>) -> Self {
        let mut vpc = Self::default();
        let Some(spec) = spec else { return vpc };
        for entry in spec.entries() {
            match entry.key {
                "ipv4Namespace" => vpc.ipv4_namespace = text(entry.value),
                "vlanNamespace" => vpc.vlan_namespace = text(entry.value),
                "mode" => vpc.mode = text(entry.value),
                "subnets" => {
                    vpc.subnets_key = Some(entry.key_span);
                    vpc.subnets_wrong = map(entry.value).is_none() && !entry.value.is_null();
                    vpc.subnets = entry
                        .value
                        .entries()
                        .map(|subnet| Subnet::read(subnet.key, subnet.key_span, subnet.value))
                        .collect();
                }
                _ => {}
            }
        }
        vpc
    }

    pub(super) fn references<'f>(&'f self, sink: &mut dyn FnMut(Reference<'f>)) {
        for (field, kind) in [
            (&self.ipv4_namespace, "IPv4Namespace"),
            (&self.vlan_namespace, "VLANNamespace"),
        ] {
            if let Some(name) = field.or_default("default") {
                sink(Reference {
                    kind,
                    name,
                    span: field.at().map(|(_, span)| span),
                });
            }
        }
        for subnet in &self.subnets {
            if let Some((name, span)) = subnet.relay_vpc.at() {
                sink(Reference {
                    kind: "VPC",
                    name,
                    span: Some(span),
                });
            }
        }
    }

    /// Finds a subnet by its name.
    #[must_use]
    pub fn subnet(&self, name: &str) -> Option<&Subnet> {
        self.subnets.iter().find(|subnet| subnet.name == name)
    }

    /// Returns the IPv4 namespace that admission sees.
    #[must_use]
    pub fn ipv4ns(&self) -> Option<&str> {
        self.ipv4_namespace.or_default("default")
    }

    /// Returns the VLAN namespace that admission sees.
    #[must_use]
    pub fn vlanns(&self) -> Option<&str> {
        self.vlan_namespace.or_default("default")
    }
}

impl Subnet {
    fn read(name: &str, key: Span, value: Value<'_>) -> Self {
        let mut subnet = Self {
            name: Str::new(name),
            key,
            is_map: map(value).is_some(),
            is_null: value.is_null(),
            subnet: Field::Absent,
            prefix: None,
            gateway: Field::Absent,
            vlan: Field::Absent,
            host_bgp: false,
            dhcp: false,
            relay_vpc: Field::Absent,
            mtu: Field::Absent,
        };
        for entry in value.entries() {
            match entry.key {
                "subnet" => {
                    subnet.subnet = text(entry.value);
                    subnet.prefix = subnet.subnet.text().and_then(Prefix::parse);
                }
                "gateway" => subnet.gateway = text(entry.value),
                "vlan" => subnet.vlan = number(entry.value),
                "hostBGP" => subnet.host_bgp = flag(entry.value),
                "dhcp" => {
                    for entry in entry.value.entries() {
                        match entry.key {
                            "enable" => subnet.dhcp = flag(entry.value),
                            "relayVPC" => subnet.relay_vpc = text(entry.value),
                            "options" => {
                                let mtu = entry.value.get("interfaceMTU");
                                subnet.mtu = mtu.map_or(Field::Absent, number);
                            }
                            _ => {}
                        }
                    }
                }
                _ => {}
            }
        }
        subnet
    }
}

packed! {
    Vpc { ipv4_namespace, vlan_namespace, mode, subnets_key, subnets_wrong, subnets }
    Subnet {
        name,
        key,
        is_map,
        is_null,
        subnet,
        prefix,
        gateway,
        vlan,
        host_bgp,
        dhcp,
        relay_vpc,
        mtu,
    }
}
