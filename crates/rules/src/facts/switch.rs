//! What rules need to know of a Switch.

use hnp_yaml::{Span, Value};

use super::{Field, Reference, Str, flag, number, text, texts};
use crate::pack::packed;

/// A Switch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Switch {
    /// `spec.role`.
    pub role: Field<Str>,
    /// `spec.profile`.
    pub profile: Field<Str>,
    /// `spec.asn`.
    pub asn: Field<i64>,
    /// `spec.ip`: the management address.
    pub ip: Field<Str>,
    /// `spec.protocolIP`.
    pub protocol_ip: Field<Str>,
    /// `spec.vtepIP`.
    pub vtep_ip: Field<Str>,
    /// `spec.vlanNamespaces`; none means `default`.
    pub vlan_namespaces: Vec<(Str, Span)>,
    /// `spec.groups`.
    pub groups: Vec<(Str, Span)>,
    /// `spec.redundancy.type`.
    pub redundancy_type: Field<Str>,
    /// `spec.redundancy.group`.
    pub redundancy_group: Field<Str>,
    /// `spec.boot.serial`.
    pub serial: Field<Str>,
    /// `spec.boot.mac`.
    pub mac: Field<Str>,
    /// `spec.roce`.
    pub roce: bool,
    /// `spec.ecmp.roceQPN`, where it is on.
    pub roce_qpn: Option<Span>,
    /// Where `spec.roce` stands, where it is on.
    pub roce_span: Option<Span>,
    /// `spec.portGroupSpeeds`.
    pub group_speeds: Vec<Setting>,
    /// `spec.portSpeeds`.
    pub speeds: Vec<Setting>,
    /// `spec.portBreakouts`.
    pub breakouts: Vec<Setting>,
    /// `spec.portAutoNegs`; values are left out.
    pub auto_negs: Vec<Setting>,
    /// `spec.portFECs`.
    pub fecs: Vec<Setting>,
}

/// A setting of one port, or of one group of ports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The port or group.
    pub port: Str,
    /// Where that stands.
    pub key: Span,
    /// The value, where it is a text.
    pub value: Field<Str>,
}

impl Switch {
    pub(super) fn read(spec: Option<Value<'_>>) -> Self {
        let mut switch = Self::default();
        let Some(spec) = spec else { return switch };
        for entry in spec.entries() {
            let value = entry.value;
            match entry.key {
                "role" => switch.role = text(value),
                "profile" => switch.profile = text(value),
                "asn" => switch.asn = number(value),
                "ip" => switch.ip = text(value),
                "protocolIP" => switch.protocol_ip = text(value),
                "vtepIP" => switch.vtep_ip = text(value),
                "vlanNamespaces" => switch.vlan_namespaces = texts(value),
                "groups" => switch.groups = texts(value),
                "redundancy" => {
                    switch.redundancy_type = value.get("type").map_or(Field::Absent, text);
                    switch.redundancy_group = value.get("group").map_or(Field::Absent, text);
                }
                "boot" => {
                    switch.serial = value.get("serial").map_or(Field::Absent, text);
                    switch.mac = value.get("mac").map_or(Field::Absent, text);
                }
                "roce" => {
                    switch.roce = flag(value);
                    switch.roce_span = switch.roce.then(|| value.span());
                }
                "ecmp" => {
                    let qpn = value.get("roceQPN").filter(|qpn| flag(*qpn));
                    switch.roce_qpn = qpn.map(Value::span);
                }
                "portGroupSpeeds" => switch.group_speeds = settings(value),
                "portSpeeds" => switch.speeds = settings(value),
                "portBreakouts" => switch.breakouts = settings(value),
                "portAutoNegs" => switch.auto_negs = settings(value),
                "portFECs" => switch.fecs = settings(value),
                _ => {}
            }
        }
        switch
    }

    /// Tells whether it is a spine.
    #[must_use]
    pub fn is_spine(&self) -> bool {
        self.role.text() == Some("spine")
    }

    /// Tells whether it is a leaf of any kind.
    #[must_use]
    pub fn is_leaf(&self) -> bool {
        self.role.text().is_some_and(|role| role.ends_with("-leaf"))
    }

    /// Tells whether it has anything that hydration fills in.
    #[must_use]
    pub fn is_hydrated(&self) -> bool {
        !self.asn.is_absent()
            || [&self.ip, &self.protocol_ip, &self.vtep_ip]
                .into_iter()
                .any(|field| !field.is_missing())
    }

    /// Returns the VLAN namespaces that admission sees, each with where it stands.
    pub fn vlan_namespaces_or_default(&self) -> impl Iterator<Item = (&str, Option<Span>)> {
        let default = self.vlan_namespaces.is_empty().then_some(("default", None));
        self.vlan_namespaces
            .iter()
            .map(|(name, span)| (name.as_str(), Some(*span)))
            .chain(default)
    }

    /// Tells whether it carries a VLAN namespace.
    #[must_use]
    pub fn carries(&self, namespace: &str) -> bool {
        self.vlan_namespaces_or_default()
            .any(|(name, _)| name == namespace)
    }

    pub(super) fn references<'f>(&'f self, sink: &mut dyn FnMut(Reference<'f>)) {
        for (name, span) in self.vlan_namespaces_or_default() {
            sink(Reference {
                kind: "VLANNamespace",
                name,
                span,
            });
        }
        let mut one = |kind, (name, span): (&'f str, Span)| {
            sink(Reference {
                kind,
                name,
                span: Some(span),
            });
        };
        for (name, span) in &self.groups {
            one("SwitchGroup", (name, *span));
        }
        if let Some(at) = self.redundancy_group.at() {
            one("SwitchGroup", at);
        }
        if let Some(at) = self.profile.at() {
            one("SwitchProfile", at);
        }
    }
}

fn settings(map: Value<'_>) -> Vec<Setting> {
    map.entries()
        .map(|entry| Setting {
            port: Str::new(entry.key),
            key: entry.key_span,
            value: text(entry.value),
        })
        .collect()
}

packed! {
    Switch {
        role,
        profile,
        asn,
        ip,
        protocol_ip,
        vtep_ip,
        vlan_namespaces,
        groups,
        redundancy_type,
        redundancy_group,
        serial,
        mac,
        roce,
        roce_qpn,
        roce_span,
        group_speeds,
        speeds,
        breakouts,
        auto_negs,
        fecs,
    }
    Setting { port, key, value }
}
