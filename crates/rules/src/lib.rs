//! Schemas by Hedgehog release and the rules of its admission.
//!
//! [`check_file`] judges one file by itself and keeps the facts that [`check_tree`] needs to judge all of them together.
//! Both are pure: the same files and [`Settings`] give the same findings, in whatever order and on however many threads.

mod admission;
pub mod basis;
pub mod catalogue;
pub mod codes;
pub mod document;
pub mod engine;
pub mod facts;
pub mod file;
pub mod ignore;
pub mod net;
pub mod normalise;
pub mod pack;
pub mod ports;
mod reader;
mod removal;
pub mod schema;
pub mod settings;
pub mod sink;
pub mod tree;

pub use file::{Facts, FileCheck, Role, check_file, check_stream};
pub use schema::{Release, suggest};
pub use settings::{Network, Outside, Settings};
pub use tree::{check_change, check_tree, reference};
