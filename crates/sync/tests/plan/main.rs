//! What a plan makes of strategies, limits, the past, directions, sorts of conflicts and the files around a change.
#![allow(clippy::unwrap_used)]

#[path = "../reconcile_support/mod.rs"]
mod reconcile_support;

mod conflicts;
mod files;
mod idle;
mod past;
mod renames;
mod strategies;
mod table;
mod vpcs;
