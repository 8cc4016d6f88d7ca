//! What rules need to know of attachments: of VPCs and Externals to connections.

use hnp_yaml::{Span, Value};

use super::{Field, Reference, Str, flag, map, number, text};
use crate::pack::packed;

/// A VPCAttachment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VpcAttachment {
    /// `spec.subnet`: `<vpc>/<subnet>`, or the VPC alone for its subnet `default`.
    pub subnet: Field<Str>,
    /// `spec.connection`.
    pub connection: Field<Str>,
    /// `spec.nativeVLAN`.
    pub native_vlan: bool,
    /// Where `spec.nativeVLAN` stands, where it is on.
    native_at: Span,
}

impl VpcAttachment {
    pub(super) fn read(spec: Option<Value<'_>>) -> Self {
        let mut attachment = Self::default();
        for entry in spec.into_iter().flat_map(Value::entries) {
            match entry.key {
                "subnet" => attachment.subnet = text(entry.value),
                "connection" => attachment.connection = text(entry.value),
                "nativeVLAN" => {
                    attachment.native_vlan = flag(entry.value);
                    attachment.native_at = entry.value.span();
                }
                _ => {}
            }
        }
        attachment
    }

    /// Returns where `spec.nativeVLAN` stands, where it is there.
    #[must_use]
    pub fn native_span(&self) -> Span {
        self.native_at
    }

    /// Returns VPC and subnet as admission sees them.
    #[must_use]
    pub fn target(&self) -> Option<(&str, &str)> {
        let text = self.subnet.text()?;
        Some(text.split_once('/').unwrap_or((text, "default")))
    }

    pub(super) fn references<'f>(&'f self, sink: &mut dyn FnMut(Reference<'f>)) {
        if let (Some((name, _)), Some(span)) = (self.target(), self.subnet.span()) {
            sink(Reference {
                kind: "VPC",
                name,
                span: Some(span),
            });
        }
        if let Some((name, span)) = self.connection.at() {
            sink(Reference {
                kind: "Connection",
                name,
                span: Some(span),
            });
        }
    }
}

/// An ExternalAttachment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExternalAttachment {
    /// `spec.external`.
    pub external: Field<Str>,
    /// `spec.connection`.
    pub connection: Field<Str>,
    /// Whether `spec.static` is there.
    pub is_static: bool,
    /// The VLAN: of `static` where that is there, else of `switch`.
    pub vlan: Field<i64>,
    /// `spec.switch.ip`.
    pub switch_ip: Field<Str>,
    /// The switch's address: `static.ip` where `static` is there, else `switch.ip`.
    pub address: Field<Str>,
}

impl ExternalAttachment {
    pub(super) fn read(spec: Option<Value<'_>>) -> Self {
        let mut attachment = Self::default();
        let Some(spec) = spec else { return attachment };
        let (mut static_part, mut switch_part) = (None, None);
        for entry in spec.entries() {
            match entry.key {
                "external" => attachment.external = text(entry.value),
                "connection" => attachment.connection = text(entry.value),
                "static" => static_part = map(entry.value),
                "switch" => switch_part = map(entry.value),
                _ => {}
            }
        }
        attachment.is_static = static_part.is_some();
        let vlan = static_part
            .or(switch_part)
            .and_then(|part| part.get("vlan"));
        attachment.vlan = vlan.map_or(Field::Absent, number);
        let ip = switch_part.and_then(|part| part.get("ip"));
        attachment.switch_ip = ip.map_or(Field::Absent, text);
        let address = static_part.map(|part| part.get("ip"));
        attachment.address = address.unwrap_or(ip).map_or(Field::Absent, text);
        attachment
    }

    pub(super) fn references<'f>(&'f self, sink: &mut dyn FnMut(Reference<'f>)) {
        for (field, kind) in [
            (&self.external, "External"),
            (&self.connection, "Connection"),
        ] {
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
    VpcAttachment { subnet, connection, native_vlan, native_at }
    ExternalAttachment { external, connection, is_static, vlan, switch_ip, address }
}
