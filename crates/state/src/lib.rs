//! config.toml, state.toml and the record of the ledger.
