//! GatewayPeering: the catalogue's §15.

/// A GatewayPeering in an example.
macro_rules! peering {
    ($spec:literal) => {
        peering!("app--db", $spec)
    };
    ($name:literal, $spec:literal) => {
        concat!(
            "apiVersion: gateway.githedgehog.com/v1alpha1\nkind: GatewayPeering\nmetadata:\n  name: ",
            $name,
            "\nspec:\n",
            $spec
        )
    };
}

/// A VPC with one subnet in an example, before another document.
macro_rules! vpc {
    ($name:literal, $subnet:literal, $vlan:literal) => {
        concat!(
            "apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPC\nmetadata:\n  name: ",
            $name,
            "\nspec:\n  subnets:\n    default:\n      subnet: ",
            $subnet,
            "\n      vlan: ",
            $vlan,
            "\n---\n"
        )
    };
}

mod acl;
mod defaults;
mod duration;
mod expose;
mod nat;
mod overlap;
mod parties;
mod ports;

use hnp_yaml::{Kind, Value};

use crate::catalogue::Family;
use crate::engine::Doc;
use crate::facts::{Field, GatewayPeering, Str, text};

pub(crate) const FAMILY: Family = Family {
    title: "GatewayPeering",
    about: "What two VPCs, or a VPC and an External, expose to each other through gateways.",
    parts: &[
        defaults::RULES,
        parties::RULES,
        expose::RULES,
        nat::RULES,
        ports::RULES,
        acl::RULES,
        overlap::RULES,
        duration::RULES,
    ],
};

/// Returns the value of each `nat`, with the name of the party that translates.
fn nats<'d>(doc: &Doc<'d, GatewayPeering>) -> impl Iterator<Item = (&'d str, Value<'d>)> + use<'d> {
    let parties = doc.spec().and_then(|spec| spec.get("peering"));
    parties
        .into_iter()
        .flat_map(Value::entries)
        .flat_map(|party| {
            let exposes = party.value.get("expose").into_iter().flat_map(Value::items);
            exposes.filter_map(move |expose| Some((party.key, expose.get("nat")?)))
        })
}

/// Returns the maps in a list of a map.
fn maps<'d>(value: Value<'d>, key: &str) -> impl Iterator<Item = Value<'d>> + use<'d> {
    let list = value.get(key).into_iter().flat_map(Value::items);
    list.filter(|item| item.kind() == Kind::Map)
}

/// Reads a text of a map.
fn field(map: Value<'_>, key: &str) -> Field<Str> {
    map.get(key).map_or(Field::Absent, text)
}
