//! The value that a cluster would hold: what Hedgehog's admission webhook makes of a manifest, for comparing only.
//!
//! A manifest in Git and its copy in a cluster differ in much that means nothing: defaults filled in, lists sorted, labels
//! derived, zero values written out. [`same`] compares them as if both had just been admitted; [`comparable`] is the value
//! it compares. Nothing made here is ever written to a file.
//!
//! The rules are those of class D in Hedgehog's admission, by the ids of [`crate::catalogue`]. Where upstream's result
//! depends on chance or would lose what a person wrote, this module keeps what was written, and says so at the place:
//!
//! * VLNS-06: upstream empties an invalid list of VLAN ranges. Here it stays, so that it shows as a difference.
//! * VPC-07: hardware addresses are rewritten whether or not DHCP is on; upstream does so at the next update at the latest.
//! * Fields that a release does not know stay; the API server drops them, and validation says so.
//!
//! No default depends on the fabric's network settings: the MTU that DHCP announces is a constant of the webhook and does
//! not follow `fabric_mtu`.

mod admitted;
mod connection;
mod duration;
mod externals;
mod gateway;
mod gateway_peering;
mod ip;
mod json;
mod labels;
mod namespaces;
mod server;
mod shape;
mod strip;
mod switch;
mod vpc;
mod vpc_attachment;
mod vpc_peering;

use serde_json::{Map, Value};

use crate::schema::Release;
use admitted::Admitted;
pub use ip::{default_dhcp_range, default_gateway};
pub use strip::strip;

/// What admission depends on besides the manifest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Admission {
    /// The Hedgehog release that admits.
    pub release: Release,
}

const VPC: &str = "vpc.githedgehog.com";
const WIRING: &str = "wiring.githedgehog.com";
const GATEWAY: &str = "gateway.githedgehog.com";

/// What admission does, by group and kind. A kind that is not here keeps its spec as it is.
static KINDS: &[(&str, &str, &Admitted)] = &[
    (VPC, "VPC", &vpc::VPC),
    (VPC, "VPCAttachment", &vpc_attachment::VPC_ATTACHMENT),
    (VPC, "VPCPeering", &vpc_peering::VPC_PEERING),
    (VPC, "IPv4Namespace", &namespaces::IPV4_NAMESPACE),
    (VPC, "External", &externals::EXTERNAL),
    (VPC, "ExternalAttachment", &externals::EXTERNAL_ATTACHMENT),
    (VPC, "ExternalPeering", &externals::EXTERNAL_PEERING),
    (WIRING, "VLANNamespace", &namespaces::VLAN_NAMESPACE),
    (WIRING, "Connection", &connection::CONNECTION),
    (WIRING, "Switch", &switch::SWITCH),
    (WIRING, "SwitchGroup", &switch::SWITCH_GROUP),
    (WIRING, "SwitchProfile", &switch::SWITCH_PROFILE),
    (WIRING, "Server", &server::SERVER),
    (WIRING, "ServerProfile", &server::SERVER_PROFILE),
    (GATEWAY, "Gateway", &gateway::GATEWAY),
    (GATEWAY, "GatewayGroup", &gateway::GATEWAY_GROUP),
    (GATEWAY, "GatewayPeering", &gateway_peering::GATEWAY_PEERING),
    (GATEWAY, "Peering", &gateway_peering::PEERING),
];

/// Returns the value of a manifest as the cluster would hold it after admission; zero values that mean absence are left out.
///
/// Idempotent. A field of the wrong type is left alone, since such a manifest is never admitted.
#[must_use]
pub fn normalise(manifest: &Value, admission: &Admission) -> Value {
    let mut value = manifest.clone();
    shape::whole_numbers(&mut value);
    let kind = admitted(&value);
    let Value::Object(root) = &mut value else {
        return value;
    };
    if let Some(kind) = kind {
        // First, so that what amounts to nothing is nothing to the defaults too.
        shape::leave_out_zeros(root, kind, false);
        if let Some(spec) = json::object(root, "spec") {
            (kind.defaults)(spec, admission);
        }
        shape::leave_out_zeros(root, kind, true);
    }
    if let Some(metadata) = json::object(root, "metadata") {
        json::fill(metadata, "namespace", hnp_model::DEFAULT_NAMESPACE);
    }
    if let Some(kind) = kind {
        labels::derive(root, kind, admission);
    }
    shape::leave_out_metadata_zeros(root);
    value
}

/// Returns what of a manifest counts when it is compared: [`normalise`], then [`strip`].
#[must_use]
pub fn comparable(manifest: &Value, admission: &Admission) -> Value {
    strip(&normalise(manifest, admission))
}

/// Tells whether two manifests say the same once admitted, such as one in Git and its copy in the cluster.
#[must_use]
pub fn same(one: &Value, other: &Value, admission: &Admission) -> bool {
    comparable(one, admission) == comparable(other, admission)
}

/// Returns the value of a parsed document, scalars read as Kubernetes reads them.
#[must_use]
pub fn from_yaml(value: hnp_yaml::Value<'_>) -> Option<Value> {
    serde_json::from_str(&hnp_model::canonical::canonical_json(value)).ok()
}

/// Finds what admission does to a manifest by its group and kind; the version does not count.
fn admitted(manifest: &Value) -> Option<&'static Admitted> {
    let root = manifest.as_object()?;
    let (group, _) = json::text(root, "apiVersion").split_once('/')?;
    let kind = json::text(root, "kind");
    KINDS
        .iter()
        .find(|(of, name, _)| *name == kind && *of == group)
        .map(|(_, _, admitted)| *admitted)
}

/// A kind whose spec admission leaves alone.
fn untouched(_: &mut Map<String, Value>, _: &Admission) {}
