//! YAML as Kubernetes reads it, with byte spans and edits by splice.
//!
//! One parse gives a [`Stream`]: the documents of a file with a span for every key and value, and a [`Problem`] for
//! everything refused. A [`Value`] reads scalars as kubectl and the API server do. Nothing here knows Hedgehog.

pub mod edit;
mod emit;
mod fast;
mod limits;
mod node;
mod parse;
mod problem;
mod quote;
pub mod scalar;
mod span;
mod split;
mod stream;
mod tape;
mod value;

pub use emit::emit_document;
pub use limits::Limits;
pub use node::Node;
#[doc(hidden)]
pub use parse::Road;
pub use parse::{Options, parse};
pub use problem::{Problem, ProblemKind};
pub use quote::emit_scalar;
pub use scalar::Reading;
pub use span::{LineIndex, Position, Positions, Span};
pub use stream::{Comment, Document, Stream};
pub use tape::{Kind, Style};
pub use value::{Entries, Entry, Items, Value};
