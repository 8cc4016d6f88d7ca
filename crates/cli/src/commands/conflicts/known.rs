//! An open conflict with what the ledger knows of it: since when, and what the GUI said of its change.

use std::collections::BTreeMap;

use hnp_state::config::Config;
use hnp_state::ledger::Record;
use hnp_sync::reconcile::{Conflict, Resolution};
use serde_json::{Value, json};

use super::Found;
use super::record::{self, Met};
use crate::clock;
use crate::context::Context;
use crate::failure::Failure;

/// An open conflict.
pub(in crate::commands) struct Known<'c> {
    pub(in crate::commands) conflict: &'c Conflict,
    /// The answer that waits for the next sync.
    pub(in crate::commands) resolution: Option<&'c Resolution>,
    /// Branch of hnp's own on which it stands.
    pub(in crate::commands) branch: Option<&'c str>,
    config: &'c Config,
    /// The first record that met it.
    pub(in crate::commands) met: Option<Met>,
    /// Seconds since then.
    pub(in crate::commands) age: Option<u64>,
    /// How many seconds it may be open.
    pub(in crate::commands) patience: Option<u64>,
}

/// Looks conflicts up in the ledger.
///
/// # Errors
///
/// Exit 3 where the ledger cannot be read.
pub(in crate::commands) fn all<'c>(
    context: &'c Context,
    found: impl IntoIterator<Item = &'c Found>,
) -> Result<Vec<Known<'c>>, Failure> {
    let found: Vec<&Found> = found.into_iter().collect();
    let conflicts: Vec<&Conflict> = found.iter().map(|one| &one.conflict).collect();
    let mut first = first(context, &conflicts)?;
    let now = clock::now();
    let config = &context.config;
    Ok(found
        .into_iter()
        .map(|one| {
            let met = first.remove(one.conflict.id.as_str());
            let age = met
                .as_ref()
                .and_then(|met| clock::seconds(met.at.as_deref()?))
                .map(|then| u64::try_from(now - then).unwrap_or(0));
            let severity = one.conflict.severity_by(&config.sync);
            Known {
                conflict: &one.conflict,
                resolution: one.resolution.as_ref(),
                branch: one.branch.as_deref(),
                config,
                met,
                age,
                patience: config.conflicts.escalate_after.of(severity),
            }
        })
        .collect())
}

/// Finds the oldest record that names each conflict. Only records in whose text an id stands are read as records.
fn first<'c>(
    context: &Context,
    conflicts: &[&'c Conflict],
) -> Result<BTreeMap<&'c str, Met>, Failure> {
    let mut found = BTreeMap::new();
    if conflicts.is_empty() {
        return Ok(found);
    }
    // Newest first, so that the oldest one is what stays.
    for text in super::super::log::texts(context, usize::MAX)? {
        let named: Vec<&Conflict> = conflicts
            .iter()
            .copied()
            .filter(|one| text.contains(&one.id))
            .collect();
        let Some(record) = (!named.is_empty())
            .then(|| Record::from_json(&text).ok())
            .flatten()
        else {
            continue;
        };
        for one in named {
            if record.conflicts.contains(&one.id) && record::is_sync(&record) {
                found.insert(one.id.as_str(), record::met(&record, &one.id));
            }
        }
    }
    Ok(found)
}

impl Known<'_> {
    /// Tells whether it is open for too long, and nobody has answered it.
    pub(in crate::commands) fn is_escalated(&self) -> bool {
        let late = self.age.zip(self.patience);
        self.resolution.is_none() && late.is_some_and(|(age, patience)| age > patience)
    }

    /// How bad it is.
    pub(in crate::commands) fn severity(&self) -> &'static str {
        self.conflict.severity_by(&self.config.sync)
    }

    /// How it stands, in the words of a resource's `conflict_status`.
    pub(in crate::commands) fn status(&self) -> &'static str {
        if self.is_escalated() {
            "escalated"
        } else {
            super::status(self.conflict, self.resolution.is_some())
        }
    }

    /// The same in the words of a conflict resolution's `resolution_status`.
    pub(in crate::commands) fn resolution_status(&self) -> &'static str {
        match self.status() {
            "resolving" => "in_progress",
            "escalated" => "escalated",
            "requires_manual" => "manual_required",
            _ => "pending",
        }
    }

    /// How long it is open, for people.
    pub(in crate::commands) fn open_for(&self) -> String {
        self.age.map_or_else(
            || "since an unknown time".to_owned(),
            |age| format!("for {}", span(age)),
        )
    }

    /// What state.toml and the ledger say of it.
    pub(in crate::commands) fn json(&self) -> Value {
        let mut value = super::json_of(&self.config.sync, self.conflict, self.resolution);
        value["branch"] = json!(self.branch);
        let met = self.met.as_ref();
        value["status"] = json!(self.status());
        value["resolution_status"] = json!(self.resolution_status());
        value["detected_at"] = json!(met.and_then(|met| met.at.clone()));
        value["detected_by"] = json!(met.and_then(|met| met.by.clone()));
        value["sync_operation"] = json!(met.map(|met| met.operation.clone()));
        value["age_seconds"] = json!(self.age);
        value["escalates_after_seconds"] = json!(self.patience);
        value["gui_modification_time"] = json!(met.and_then(|met| met.gui_updated.clone()));
        value["gui_desired_commit"] = json!(met.and_then(|met| met.gui_commit.clone()));
        value["note"] = json!(self.resolution.and_then(|one| one.note.clone()));
        value
    }
}

/// Writes a span of time for people.
pub(super) fn span(seconds: u64) -> String {
    let (count, unit) = match seconds {
        0..60 => return "less than a minute".to_owned(),
        60..7_200 => (seconds / 60, "minute"),
        7_200..172_800 => (seconds / 3_600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural}")
}
