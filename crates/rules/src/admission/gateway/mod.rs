//! Gateway and GatewayGroup: the catalogue's §13 and §14.

/// A Gateway in an example.
macro_rules! gateway {
    ($name:literal, $spec:literal) => {
        concat!(
            "apiVersion: gateway.githedgehog.com/v1alpha1\nkind: Gateway\nmetadata:\n  name: ",
            $name,
            "\nspec:\n",
            $spec
        )
    };
}

mod addresses;
mod defaults;
mod groups;
mod interfaces;
mod neighbors;
mod workers;

use crate::catalogue::Family;
use crate::engine::{Entry, Spot};
use crate::facts::{Field, Gateway};

pub(crate) const FAMILY: Family = Family {
    title: "Gateway",
    about: "Gateways and their groups. What hydration fills in is asked for only where the fabric is hydrated.",
    parts: &[
        defaults::RULES,
        workers::RULES,
        addresses::RULES,
        interfaces::RULES,
        neighbors::RULES,
        groups::RULES,
    ],
};

/// Returns where a field stands, or the gateway's name where it is absent.
fn spot<T>(gateway: &Entry<'_, Gateway>, field: &Field<T>) -> Spot {
    field
        .span()
        .map_or_else(|| gateway.name_spot(), |span| gateway.spot(span))
}
