//! What rules need to know of a resource, read once from its manifest: values with where they stand.
//!
//! Facts own their texts, so that a tree of facts outlives the files it was read from. A value of the wrong type is
//! [`Field::Wrong`]: the schema has said so already, and no rule takes it for absent.

pub mod attachments;
pub mod connection;
pub mod devices;
pub mod external;
mod field;
pub mod gateway;
pub mod gateway_peering;
pub mod namespaces;
pub mod peerings;
pub mod switch;
pub mod switch_profile;
pub mod vpc;

use hnp_model::Manifest;
use hnp_yaml::{Kind, Value};

use crate::pack::{In, Out, Pack};

pub use attachments::{ExternalAttachment, VpcAttachment};
pub use connection::Connection;
pub use devices::{GatewayGroup, Server, ServerProfile, SwitchGroup};
pub use external::External;
pub use field::{Field, Str, flag, map, number, text, texts};
pub use gateway::Gateway;
pub use gateway_peering::GatewayPeering;
pub use namespaces::{Ipv4Namespace, VlanNamespace};
pub use peerings::{ExternalPeering, VpcPeering};
pub use switch::Switch;
pub use switch_profile::SwitchProfile;
pub use vpc::Vpc;

/// A kind whose resources rules look into.
pub trait Known: Sized + 'static {
    /// The kind's name.
    const KIND: &'static str;

    /// Returns the facts where they are of this kind.
    fn of(detail: &Detail) -> Option<&Self>;

    /// Reads the facts of a `spec`; `None` where there is none.
    fn read(spec: Option<Value<'_>>) -> Detail;

    /// Passes on every reference to another resource.
    fn references<'f>(&'f self, sink: &mut dyn FnMut(Reference<'f>));
}

/// A reference to another resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reference<'f> {
    /// Kind of what is referred to.
    pub kind: &'static str,
    /// Its name.
    pub name: &'f str,
    /// Where the reference stands; `None` where the webhook fills it in.
    pub span: Option<hnp_yaml::Span>,
}

macro_rules! kinds {
    ($($variant:ident($facts:ty) = $kind:literal, $reads:expr, $refers:expr;)*) => {
        /// The facts of one resource by kind.
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub enum Detail {
            /// A kind that no rule looks into.
            #[default]
            None,
            $(#[doc = concat!("A ", $kind, ".")] $variant(Box<$facts>),)*
        }

        $(impl Known for $facts {
            const KIND: &'static str = $kind;

            fn of(detail: &Detail) -> Option<&Self> {
                match detail {
                    Detail::$variant(facts) => Some(facts),
                    _ => None,
                }
            }

            fn read(spec: Option<Value<'_>>) -> Detail {
                let read: fn(Option<Value<'_>>) -> Self = $reads;
                Detail::$variant(Box::new(read(spec)))
            }

            fn references<'f>(&'f self, sink: &mut dyn FnMut(Reference<'f>)) {
                let refer: for<'a> fn(&'a Self, &mut dyn FnMut(Reference<'a>)) = $refers;
                refer(self, sink);
            }
        })*

        /// Reads the facts of a manifest of one of Hedgehog's kinds.
        #[must_use]
        pub fn read(kind: &str, manifest: Manifest<'_>) -> Detail {
            let spec = manifest.value.get("spec").filter(|spec| spec.kind() == Kind::Map);
            match kind {
                $($kind => <$facts as Known>::read(spec),)*
                _ => Detail::None,
            }
        }

        impl Detail {
            /// Tells whether these are the facts that are read of a kind.
            pub(crate) fn is_of(&self, kind: &str) -> bool {
                match kind {
                    $($kind => matches!(self, Self::$variant(_)),)*
                    _ => matches!(self, Self::None),
                }
            }

            pub(crate) fn pack(&self, out: &mut Out<'_>) {
                match self {
                    Self::None => {}
                    $(Self::$variant(facts) => facts.pack(out),)*
                }
            }

            pub(crate) fn unpack(kind: &str, input: &mut In<'_>) -> Option<Self> {
                Some(match kind {
                    $($kind => Self::$variant(Box::new(Pack::unpack(input)?)),)*
                    _ => Self::None,
                })
            }

            /// Passes on every reference to another resource.
            pub fn references<'f>(&'f self, sink: &mut dyn FnMut(Reference<'f>)) {
                match self {
                    Self::None => {}
                    $(Self::$variant(facts) => facts.references(sink),)*
                }
            }
        }
    };
}

kinds! {
    Vpc(Vpc) = "VPC", Vpc::read, Vpc::references;
    Ipv4Namespace(Ipv4Namespace) = "IPv4Namespace", Ipv4Namespace::read, Ipv4Namespace::references;
    VlanNamespace(VlanNamespace) = "VLANNamespace", VlanNamespace::read, VlanNamespace::references;
    VpcAttachment(VpcAttachment) = "VPCAttachment", VpcAttachment::read, VpcAttachment::references;
    VpcPeering(VpcPeering) = "VPCPeering", VpcPeering::read, VpcPeering::references;
    External(External) = "External", External::read, External::references;
    ExternalAttachment(ExternalAttachment) = "ExternalAttachment", ExternalAttachment::read, ExternalAttachment::references;
    ExternalPeering(ExternalPeering) = "ExternalPeering", ExternalPeering::read, ExternalPeering::references;
    Connection(Connection) = "Connection", Connection::read, Connection::references;
    Switch(Switch) = "Switch", Switch::read, Switch::references;
    SwitchProfile(SwitchProfile) = "SwitchProfile", SwitchProfile::read, SwitchProfile::references;
    SwitchGroup(SwitchGroup) = "SwitchGroup", SwitchGroup::read, SwitchGroup::references;
    Server(Server) = "Server", Server::read, Server::references;
    ServerProfile(ServerProfile) = "ServerProfile", ServerProfile::read, ServerProfile::references;
    Gateway(Gateway) = "Gateway", Gateway::read, Gateway::references;
    GatewayGroup(GatewayGroup) = "GatewayGroup", GatewayGroup::read, GatewayGroup::references;
    GatewayPeering(GatewayPeering) = "GatewayPeering", GatewayPeering::read, GatewayPeering::references;
}
