//! Kinds, identity, canonical values and findings of Hedgehog resources.
//!
//! The vocabulary that every other room speaks. Nothing here decides anything.

pub mod finding;
pub mod identity;
pub mod kind;

pub use finding::{Finding, Fix, Place, Related, ResourceRef, Severity, TextEdit};
pub use identity::{DEFAULT_NAMESPACE, ResourceId};
pub use kind::{KindInfo, Owner};
