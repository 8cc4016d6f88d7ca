//! config.toml, state.toml, the record of the ledger, and where files stand in a repository.
//!
//! Texts in, values out, and back: no file is opened here, no clock is read, nothing is drawn at random.
//!
//! * [`config`]: what people write in `.hnp/config.toml`, read, checked and edited with their comments kept.
//! * [`state_file`]: what hnp writes in `.hnp/state.toml`, with verification and salvage.
//! * [`ledger`]: the record of one operation under `refs/hnp/log`, and the commit trailers that name it.
//! * [`layout`]: the standard path of a resource and the area of a fabric directory that a path lies in.

pub mod config;
pub mod glob;
pub mod layout;
pub mod ledger;
pub mod path;
pub mod state_file;
mod suggest;

/// Where people write their settings, from the root of the repository.
pub const CONFIG_PATH: &str = ".hnp/config.toml";

/// Where hnp keeps what both sides last agreed on, from the root of the repository.
pub const STATE_PATH: &str = ".hnp/state.toml";
