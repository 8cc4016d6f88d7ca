//! Switch: the catalogue's §10.

/// The text of a Switch, for examples.
macro_rules! switch {
    ($name:literal, $spec:expr) => {
        concat!(
            "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Switch\nmetadata:\n  name: ",
            $name,
            "\nspec:\n",
            $spec
        )
    };
}

mod boot;
mod fields;
mod groups;
mod hydration;
mod later;
mod namespaces;
mod ports;
mod profile;
mod shared;
mod users;

use crate::catalogue::Family;

pub(crate) const FAMILY: Family = Family {
    title: "Switch",
    about: "A Switch by itself, the ports its profile gives it, what it may not share with other Switches.",
    parts: &[
        fields::RULES,
        namespaces::RULES,
        groups::RULES,
        profile::RULES,
        ports::RULES,
        hydration::RULES,
        boot::RULES,
        later::RULES,
        users::RULES,
    ],
};
