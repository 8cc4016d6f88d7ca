//! Schemas: what fields a kind has in a Hedgehog release, and whether a document fits them.
//!
//! [`import()`] turns CustomResourceDefinitions into [`KindSchema`]s; [`to_json`] and [`from_json`] are their text form, of
//! which one file per [`Release`] is part of the binary. A [`Set`] finds the [`Compiled`] form of a kind, and [`check()`]
//! walks a parsed document once against it.
//!
//! Kept but not evaluated: `x-kubernetes-validations` (CEL) and the `format` of strings. No Hedgehog kind uses them where
//! people write.

mod check;
mod compiled;
mod embedded;
mod fields;
mod import;
mod model;
mod numbers;
mod overlay;
mod parts;
mod path;
mod pattern;
mod release;
mod scalar;
mod set;
pub mod suggest;
mod text;
mod unknown;
mod violation;

pub use check::{Settings, check};
pub use compiled::Compiled;
pub use import::{ImportError, import, import_text};
pub use model::{Additional, KindSchema, Schema, Type, VersionSchema};
pub use overlay::{FilledField, IntType, filled_fields, integer_fields};
pub use release::{ParsedRelease, Release, UnknownRelease};
pub use set::{KindRef, Set};
pub use text::{SchemaFile, from_json, to_json};
pub use violation::{Level, SchemaFix, Violation};
