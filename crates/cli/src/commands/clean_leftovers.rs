//! What of `.git/hnp` is old: bytes that had no place to go, and records that had no ledger to go to.

use std::collections::BTreeSet;

use hnp_local::leftovers::{self, Lost};
use hnp_state::ledger::Record;
use hnp_sync::retention::{Aged, Keep, expired};
use serde_json::{Value, json};

use crate::clock;
use crate::context::Context;
use crate::failure::Failure;

/// What goes of it.
pub(super) struct Leftovers {
    /// What operations could not place, the oldest first.
    pub(super) lost: Vec<Lost>,
    /// Lines of the file of records.
    lines: Vec<String>,
    /// Which of them go.
    going: BTreeSet<usize>,
}

impl Leftovers {
    /// Finds it. What people may want back is kept as long as a backup, a record as long as one of the ledger.
    ///
    /// # Errors
    ///
    /// Exit 3 where it cannot be read.
    pub(super) fn find(context: &Context, backups: Keep, ledger: Keep) -> Result<Self, Failure> {
        let none = BTreeSet::new();
        let all = leftovers::lost(&context.hnp_dir)?;
        let aged: Vec<Aged> = all
            .iter()
            .map(|one| Aged {
                name: one.operation.clone(),
                seconds: one.seconds,
            })
            .collect();
        let lost = expired(&aged, backups, &none)
            .into_iter()
            .filter_map(|aged| all.iter().find(|one| one.operation == aged.name).cloned())
            .collect();
        let text = std::fs::read_to_string(leftovers::kept_records(&context.hnp_dir));
        let lines: Vec<String> = text
            .unwrap_or_default()
            .lines()
            .map(str::to_owned)
            .collect();
        // A line that was cut short is as old as the one before it.
        let mut last = 0;
        let aged: Vec<Aged> = lines
            .iter()
            .enumerate()
            .map(|(at, line)| {
                let record = Record::from_json(line).ok();
                let began = record.and_then(|record| clock::seconds(&record.started_at?));
                last = began.unwrap_or(last);
                Aged {
                    name: format!("{at:020}"),
                    seconds: last,
                }
            })
            .collect();
        let going = expired(&aged, ledger, &none)
            .iter()
            .filter_map(|aged| aged.name.parse().ok())
            .collect();
        Ok(Self { lost, lines, going })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lost.is_empty() && self.going.is_empty()
    }

    /// How many records there are, and how many of them go.
    pub(super) fn records(&self) -> (usize, usize) {
        (self.lines.len(), self.going.len())
    }

    /// Takes it away. Killed in between, the next run goes on.
    ///
    /// # Errors
    ///
    /// Exit 3 where something cannot be removed.
    pub(super) fn remove(&self, context: &Context) -> Result<(), Failure> {
        for one in &self.lost {
            leftovers::remove_lost(&context.hnp_dir, &one.operation)?;
            hnp_local::fail::point("lost bytes dropped");
        }
        if !self.going.is_empty() {
            let stays = self.lines.iter().enumerate();
            let stays: Vec<&str> = stays
                .filter(|(at, _)| !self.going.contains(at))
                .map(|(_, line)| line.as_str())
                .collect();
            leftovers::keep_records(&context.hnp_dir, &stays)?;
        }
        Ok(())
    }

    /// What goes of the bytes, for programs.
    pub(super) fn lost_json(&self) -> Vec<Value> {
        let one = |one: &Lost| {
            json!({
                "operation": one.operation,
                "time": clock::rfc3339(one.seconds),
                "files": one.files,
            })
        };
        self.lost.iter().map(one).collect()
    }

    /// What goes of the records, for programs.
    pub(super) fn records_json(&self) -> Value {
        let (records, dropped) = self.records();
        json!({ "records": records, "kept": records - dropped, "dropped": dropped })
    }
}
