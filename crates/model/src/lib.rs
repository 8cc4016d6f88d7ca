//! Kinds, identity, canonical values and findings of Hedgehog resources.
//!
//! The vocabulary that every other room speaks. Nothing here decides anything.

pub mod canonical;
pub mod finding;
pub mod fingerprint;
pub mod identity;
pub mod kind;
pub mod manifest;
pub mod source;

pub use finding::{Finding, Fix, Place, Related, ResourceRef, Severity, TextEdit};
pub use identity::{DEFAULT_NAMESPACE, ResourceId};
pub use kind::{KindInfo, Owner};
pub use manifest::{Manifest, manifests};
pub use source::{Seen, Source, SourceFile, Unseen};
