//! Facts about Hedgehog's kinds that their CRDs do not tell.

/// Go's integer types. Admission decodes documents into Go structs, so a number outside its field's type is refused
/// whatever the schema says; CRDs show `uint16` as a plain integer and `uint32` as `format: int32`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IntType {
    /// `uint8`.
    U8,
    /// `uint16`.
    U16,
    /// `uint32`.
    U32,
    /// `uint`, 64 bits on every platform that Hedgehog runs on.
    Uint,
}

impl IntType {
    /// Returns the smallest and the largest value.
    #[must_use]
    pub fn range(self) -> (i128, i128) {
        match self {
            Self::U8 => (0, i128::from(u8::MAX)),
            Self::U16 => (0, i128::from(u16::MAX)),
            Self::U32 => (0, i128::from(u32::MAX)),
            Self::Uint => (0, i128::from(u64::MAX)),
        }
    }

    /// Returns Go's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::U8 => "uint8",
            Self::U16 => "uint16",
            Self::U32 => "uint32",
            Self::Uint => "uint",
        }
    }
}

/// A required field that may be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FilledField {
    /// Kind, of a `*.githedgehog.com` group.
    pub kind: &'static str,
    /// Path; `*` stands for any key of a map, `[]` for any item of a list.
    pub path: &'static str,
    /// What fills it in.
    pub reason: &'static str,
}

const DEFAULTED: &str = "the defaulting webhook sets it before the schema is checked";
const ZERO_STRUCT: &str =
    "the webhook writes the object back with every field that Go does not omit, here an empty map";
const ZERO_STRING: &str = "the webhook writes the object back with every field that Go does not omit, here an empty string, which the enum allows";

const FILLED: &[FilledField] = &[
    filled("ExternalAttachment", "spec.neighbor", ZERO_STRUCT),
    filled("ExternalAttachment", "spec.switch", ZERO_STRUCT),
    filled("GatewayPeering", "spec.acl.default", ZERO_STRING),
    filled("VPC", "spec.subnets.*.dhcp.options.interfaceMTU", DEFAULTED),
    filled(
        "VPC",
        "spec.subnets.*.dhcp.options.leaseTimeSeconds",
        DEFAULTED,
    ),
];

const fn filled(kind: &'static str, path: &'static str, reason: &'static str) -> FilledField {
    FilledField { kind, path, reason }
}

/// Returns the fields that a schema requires and that admission fills in, so that leaving them out is no error.
#[must_use]
pub fn filled_fields() -> &'static [FilledField] {
    FILLED
}

/// Integer fields of the kinds that people write. A field that is not here is held to its `format` alone: the types of
/// `Gateway` `flowTableCapacity`, `SwitchProfile` `maxPorts` and the metrics intervals under `Fabricator` `gateway` could
/// not be confirmed.
const INTEGERS: &[(&str, &str, IntType)] = &[
    ("Connection", "spec.bundled.mtu", IntType::U16),
    ("Connection", "spec.eslag.mtu", IntType::U16),
    ("Connection", "spec.mclag.mtu", IntType::U16),
    (
        "Connection",
        "spec.staticExternal.link.switch.vlan",
        IntType::U16,
    ),
    ("Connection", "spec.unbundled.mtu", IntType::U16),
    (
        "ExternalAttachment",
        "spec.inboundACL.statements[].icmpCode",
        IntType::U8,
    ),
    (
        "ExternalAttachment",
        "spec.inboundACL.statements[].icmpType",
        IntType::U8,
    ),
    (
        "ExternalAttachment",
        "spec.inboundACL.statements[].portRangeBegin",
        IntType::U16,
    ),
    (
        "ExternalAttachment",
        "spec.inboundACL.statements[].portRangeEnd",
        IntType::U16,
    ),
    (
        "ExternalAttachment",
        "spec.inboundACL.statements[].seq",
        IntType::U16,
    ),
    ("ExternalAttachment", "spec.neighbor.asn", IntType::U32),
    ("ExternalAttachment", "spec.static.vlan", IntType::U16),
    ("ExternalAttachment", "spec.switch.vlan", IntType::U16),
    (
        "Fabricator",
        "spec.config.fabric.defaultAlloyConfig.agentScrapeIntervalSeconds",
        IntType::Uint,
    ),
    (
        "Fabricator",
        "spec.config.fabric.defaultAlloyConfig.prometheusTargets.*.sendIntervalSeconds",
        IntType::Uint,
    ),
    (
        "Fabricator",
        "spec.config.fabric.defaultAlloyConfig.unixScrapeIntervalSeconds",
        IntType::Uint,
    ),
    ("Fabricator", "spec.config.fabric.leafASNEnd", IntType::U32),
    (
        "Fabricator",
        "spec.config.fabric.leafASNStart",
        IntType::U32,
    ),
    (
        "Fabricator",
        "spec.config.fabric.observability.agent.metricsInterval",
        IntType::Uint,
    ),
    (
        "Fabricator",
        "spec.config.fabric.observability.unix.metricsInterval",
        IntType::Uint,
    ),
    ("Fabricator", "spec.config.fabric.spineASN", IntType::U32),
    (
        "Fabricator",
        "spec.config.fabric.th5WorkaroundVLANs[].from",
        IntType::U16,
    ),
    (
        "Fabricator",
        "spec.config.fabric.th5WorkaroundVLANs[].to",
        IntType::U16,
    ),
    (
        "Fabricator",
        "spec.config.fabric.vpcIRBVLANs[].from",
        IntType::U16,
    ),
    (
        "Fabricator",
        "spec.config.fabric.vpcIRBVLANs[].to",
        IntType::U16,
    ),
    (
        "Fabricator",
        "spec.config.fabric.vpcWorkaroundVLANs[].from",
        IntType::U16,
    ),
    (
        "Fabricator",
        "spec.config.fabric.vpcWorkaroundVLANs[].to",
        IntType::U16,
    ),
    ("Fabricator", "spec.config.gateway.asn", IntType::U32),
    ("Gateway", "spec.asn", IntType::U32),
    ("Gateway", "spec.groups[].priority", IntType::U32),
    ("Gateway", "spec.interfaces.*.mtu", IntType::U32),
    ("Gateway", "spec.neighbors[].asn", IntType::U32),
    ("Gateway", "spec.vtepMTU", IntType::U32),
    ("Gateway", "spec.workers", IntType::U8),
    ("Switch", "spec.asn", IntType::U32),
    (
        "Switch",
        "spec.linkFlapErrDisable.flapThreshold",
        IntType::U8,
    ),
    (
        "Switch",
        "spec.linkFlapErrDisable.recoveryInterval",
        IntType::U32,
    ),
    (
        "Switch",
        "spec.linkFlapErrDisable.samplingInterval",
        IntType::U32,
    ),
    ("SwitchProfile", "spec.config.maxPathsEBGP", IntType::U32),
    ("VLANNamespace", "spec.ranges[].from", IntType::U16),
    ("VLANNamespace", "spec.ranges[].to", IntType::U16),
    (
        "VPC",
        "spec.subnets.*.dhcp.options.interfaceMTU",
        IntType::U16,
    ),
    (
        "VPC",
        "spec.subnets.*.dhcp.options.leaseTimeSeconds",
        IntType::U32,
    ),
    ("VPC", "spec.subnets.*.vlan", IntType::U16),
];

/// Returns kind, path and Go type of every integer field that is known more exactly than its CRD says.
#[must_use]
pub fn integer_fields() -> &'static [(&'static str, &'static str, IntType)] {
    INTEGERS
}

fn is_hedgehog(group: &str) -> bool {
    group.ends_with(hnp_model::kind::GROUP_SUFFIX)
}

pub(crate) fn integer(group: &str, kind: &str, path: &str) -> Option<IntType> {
    if !is_hedgehog(group) {
        return None;
    }
    INTEGERS
        .iter()
        .find(|(k, p, _)| *k == kind && *p == path)
        .map(|(_, _, int)| *int)
}

pub(crate) fn is_filled(group: &str, kind: &str, path: &str) -> bool {
    is_hedgehog(group) && FILLED.iter().any(|f| f.kind == kind && f.path == path)
}

/// Says in words what the unreadable patterns of Hedgehog's schemas ask for.
pub(crate) fn pattern_in_words(pattern: &str) -> Option<&'static str> {
    let ipv4 = pattern.strip_prefix("^((25[0-5]|")?;
    if ipv4.ends_with("){4}$") {
        Some("an IPv4 address, such as 10.0.0.1")
    } else if ipv4.ends_with("/([1-2]?[0-9]|3[0-2])$") {
        Some("an IPv4 address with its prefix length, such as 172.30.128.1/31")
    } else {
        None
    }
}
