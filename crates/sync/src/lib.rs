//! Plans: directories, ingestion, adoption.
//!
//! Everything here is a function from values to values. What acts on a [`plan::Plan`] stands in other rooms.

pub mod agreed;
pub mod baseline;
pub mod diff;
pub mod directory;
pub mod drift;
pub mod drivers;
pub mod fabric;
pub mod forge;
pub mod gui;
pub mod history;
pub mod ingest;
pub mod kept_basis;
pub mod merge_state;
pub mod plan;
pub mod reconcile;
pub mod retention;
pub mod reversal;
pub mod validate;
pub mod verdicts;
