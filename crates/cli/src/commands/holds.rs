//! What waits for `hnp retry`, as `hnp status` shows it.

use hnp_state::ledger::Past;
use serde_json::json;

use crate::output::clean;

/// A resource that no sync touches before somebody lets it go.
pub(super) struct Hold {
    key: String,
    /// `hold` or `fight`.
    reason: &'static str,
    failures: usize,
    /// The command that lets it go.
    command: String,
}

impl Hold {
    /// One line for people.
    pub(super) fn line(&self) -> String {
        let why = match self.reason {
            "hold" => format!("failed {} times in a row", self.failures),
            _ => "went to and fro between the same two values".to_owned(),
        };
        let name = super::conflicts::name(&self.key);
        let name = name.split(" in ").next().unwrap_or(&name);
        format!("{name}: {why}; `{}` lets it go", clean(&self.command))
    }

    /// The same for programs.
    pub(super) fn json(&self) -> serde_json::Value {
        json!({
            "resource": self.key,
            "reason": self.reason,
            "failures": self.failures,
            "command": self.command,
        })
    }
}

/// Finds what of a fabric waits. Where it is not the `only` one, the command names it.
pub(super) fn of(past: &Past, fabric: &str, only: bool) -> Vec<Hold> {
    let prefix = format!("{fabric}/");
    let held = past.waiting().filter(|key| key.starts_with(&prefix));
    held.map(|key| {
        let mut parts = key[prefix.len()..].split('/');
        let (kind, name) = (parts.next().unwrap_or(""), parts.next_back().unwrap_or(""));
        let mut command = format!("hnp retry {kind}/{name}");
        if !only {
            command.push_str(&format!(" --fabric {fabric}"));
        }
        Hold {
            key: key.to_owned(),
            reason: super::retry::reason(past, key),
            failures: past.failures(key),
            command,
        }
    })
    .collect()
}
