//! How rules are run: over one document, over a tree, over a change from one tree to another.

mod document;
mod draft;
pub mod graph;
mod locate;
pub mod switches;
pub mod tree;

pub use document::{Doc, check_document};
pub use draft::{Draft, Report, Side, Spot};
pub use graph::{Edge, Graph};
pub use locate::{Texts, locate};
pub use switches::{ProfileLookup, SwitchPorts};
pub use tree::{Change, Entry, Lookup, Tree};

use crate::facts;

/// Most findings of one rule in one resource. More say nothing new, and finding their places would cost more than all else.
pub(crate) const MOST: usize = 100;

/// What a rule looks at, and the function that does.
#[derive(Clone, Copy)]
pub enum Check {
    /// The reader, the schema walk, ingestion or the state file report this code themselves.
    Elsewhere,
    /// Nothing is ever reported: the webhook mends it, or nobody can get there; says why.
    Never(&'static str),
    /// Any of Hedgehog's resources by itself.
    Any(fn(&Doc<'_, ()>, &mut Report)),
    /// One resource by itself.
    One(One),
    /// All resources of a fabric.
    Tree(fn(&Tree<'_>, &mut Report)),
    /// The step from one tree to the next.
    Change(fn(&Change<'_>, &mut Report)),
}

impl std::fmt::Debug for Check {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Elsewhere => "Elsewhere",
            Self::Never(_) => "Never",
            Self::Any(_) | Self::One(_) => "One",
            Self::Tree(_) => "Tree",
            Self::Change(_) => "Change",
        })
    }
}

macro_rules! one {
    ($($kind:ident),*) => {
        /// A check of one resource of a kind.
        #[derive(Clone, Copy)]
        pub enum One {
            $(#[doc = concat!("Of a ", stringify!($kind), ".")] $kind(fn(&Doc<'_, facts::$kind>, &mut Report)),)*
        }

        impl One {
            /// Returns the kind it looks at.
            #[must_use]
            pub fn kind(self) -> &'static str {
                match self {
                    $(Self::$kind(_) => <facts::$kind as facts::Known>::KIND,)*
                }
            }

            fn run(self, doc: &Doc<'_, facts::Detail>, report: &mut Report) {
                match self {
                    $(Self::$kind(check) => {
                        if let Some(facts) = <facts::$kind as facts::Known>::of(doc.facts) {
                            check(&doc.of(facts), report);
                        }
                    })*
                }
            }
        }
    };
}

one!(
    Vpc,
    Ipv4Namespace,
    VlanNamespace,
    VpcAttachment,
    VpcPeering,
    External,
    ExternalAttachment,
    ExternalPeering,
    Connection,
    Switch,
    SwitchProfile,
    Server,
    Gateway,
    GatewayPeering
);
