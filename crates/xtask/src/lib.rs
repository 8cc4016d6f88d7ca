//! Parts of the development tasks that tests and benches of other crates use too.

pub mod corpus;
pub mod vectors;
