//! Plans: directories, ingestion, adoption.
//!
//! Everything here is a function from values to values. What acts on a [`plan::Plan`] stands in other rooms.

pub mod plan;
