//! What rules need to know of servers and of kinds that are but names.

use hnp_yaml::Value;

use super::{Field, Reference, Str, text};
use crate::pack::packed;

/// A Server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Server {
    /// `spec.profile`.
    pub profile: Field<Str>,
}

impl Server {
    pub(super) fn read(spec: Option<Value<'_>>) -> Self {
        Self {
            profile: spec
                .and_then(|spec| spec.get("profile"))
                .map_or(Field::Absent, text),
        }
    }

    pub(super) fn references<'f>(&'f self, sink: &mut dyn FnMut(Reference<'f>)) {
        if let Some((name, span)) = self.profile.at() {
            sink(Reference {
                kind: "ServerProfile",
                name,
                span: Some(span),
            });
        }
    }
}

macro_rules! names {
    ($($kind:ident),*) => {$(
        #[doc = concat!("A ", stringify!($kind), ", of which only the name counts.")]
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub struct $kind;

        impl $kind {
            pub(super) fn read(_: Option<Value<'_>>) -> Self {
                Self
            }

            pub(super) fn references<'f>(&'f self, _: &mut dyn FnMut(Reference<'f>)) {}
        }
    )*};
}

names!(SwitchGroup, ServerProfile, GatewayGroup);

packed! {
    Server { profile }
    SwitchGroup {}
    ServerProfile {}
    GatewayGroup {}
}
