//! What the records say of single resources: failures in a row, and values that come and go.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::{OperationType, Record};

/// So many failures in a row put a resource on hold.
pub const HOLD_AFTER: usize = 5;

/// So many changes of one resource between the same two values may happen in [`WINDOW_SECONDS`]; one more is a fight.
pub const FLIPS: usize = 3;

/// How far back changes are counted, in seconds: a day.
pub const WINDOW_SECONDS: i64 = 24 * 60 * 60;

/// Where a record keeps its steps.
const STEPS: &str = "steps";

/// A change of one resource: hashes of the value before and after, empty where there was none.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Step {
    /// Before.
    pub from: String,
    /// After.
    pub to: String,
}

impl Step {
    fn back(&self) -> Self {
        Self {
            from: self.to.clone(),
            to: self.from.clone(),
        }
    }

    fn is_between(&self, other: &Self) -> bool {
        self == other || self.from == other.to && self.to == other.from
    }
}

/// What the ledger says of single resources.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Past {
    failures: BTreeMap<String, usize>,
    steps: BTreeMap<String, Vec<Step>>,
}

impl Past {
    /// Reads records, the newest first, each with the seconds since 1970 at which it began.
    ///
    /// Only synchronisations count, and `hnp retry`, before which nothing counts for the resources it names.
    pub fn of<'r>(records: impl IntoIterator<Item = (i64, &'r Record)>, now: i64) -> Self {
        let mut past = Self::default();
        // Of these nothing older counts: they succeeded, or were let go.
        let (mut succeeded, mut released) = (BTreeSet::new(), BTreeSet::new());
        for (seconds, record) in records {
            let is_sync = matches!(
                record.operation_type,
                OperationType::GuiToGithub
                    | OperationType::GithubToGui
                    | OperationType::Bidirectional
            );
            if record.operation_type == OperationType::Retry {
                released.extend(record.resources.iter().cloned());
                continue;
            }
            if !is_sync {
                continue;
            }
            let failed = record.failed_resources.iter();
            for key in failed.filter(|_| !is_outage(record)) {
                if !succeeded.contains(key) && !released.contains(key) {
                    *past.failures.entry(key.clone()).or_default() += 1;
                }
            }
            succeeded.extend(record.resources.iter().cloned());
            if now.saturating_sub(seconds) >= WINDOW_SECONDS {
                continue;
            }
            for (key, step) in steps(record) {
                if !released.contains(&key) {
                    past.steps.entry(key).or_default().push(step);
                }
            }
        }
        past
    }

    /// Returns how often a resource failed in a row.
    #[must_use]
    pub fn failures(&self, key: &str) -> usize {
        self.failures.get(key).copied().unwrap_or_default()
    }

    /// Tells whether a resource is on hold.
    #[must_use]
    pub fn is_on_hold(&self, key: &str) -> bool {
        self.failures(key) >= HOLD_AFTER
    }

    /// Tells whether a resource changed within [`WINDOW_SECONDS`].
    #[must_use]
    pub fn has_steps(&self, key: &str) -> bool {
        self.steps.contains_key(key)
    }

    /// Returns the resources that are on hold, and those of which one more change would be a fight.
    pub fn waiting(&self) -> impl Iterator<Item = &str> {
        let keys: BTreeSet<&String> = self.failures.keys().chain(self.steps.keys()).collect();
        let fights = |key: &str| {
            let steps = self.steps.get(key).map_or(&[][..], Vec::as_slice);
            steps.iter().any(|step| self.is_fight(key, &step.back()))
        };
        keys.into_iter()
            .map(String::as_str)
            .filter(move |key| self.is_on_hold(key) || fights(key))
    }

    /// Tells whether a change would be one too many between the same two values.
    #[must_use]
    pub fn is_fight(&self, key: &str, next: &Step) -> bool {
        // A step that is on record again and again, as one that waits on a branch is, went to and fro only once.
        let mut turns = 0;
        let mut after = next;
        for step in self.steps.get(key).into_iter().flatten() {
            if step.is_between(next) && step != after {
                turns += 1;
                after = step;
            }
        }
        turns >= FLIPS
    }
}

/// Writes the steps of an operation into its record.
pub fn set_steps<'s>(record: &mut Record, steps: impl IntoIterator<Item = (&'s str, &'s Step)>) {
    let map: Map<String, Value> = steps
        .into_iter()
        .map(|(key, step)| {
            (
                key.to_owned(),
                Value::from(vec![step.from.clone(), step.to.clone()]),
            )
        })
        .collect();
    if !map.is_empty() {
        record.details.insert(STEPS.to_owned(), Value::Object(map));
    }
}

/// Tells whether everything failed for one and the same reason: then a side was out of order, and no resource is to blame.
fn is_outage(record: &Record) -> bool {
    let mut reasons = record.error_details.iter().map(|error| &error.message);
    let first = reasons.next();
    record.failed_resources.len() > 1
        && record.resources.is_empty()
        && first.is_some_and(|first| reasons.all(|reason| reason == first))
}

fn steps(record: &Record) -> Vec<(String, Step)> {
    let Some(Value::Object(map)) = record.details.get(STEPS) else {
        return Vec::new();
    };
    let step = |value: &Value| {
        let pair = value.as_array()?;
        Some(Step {
            from: pair.first()?.as_str()?.to_owned(),
            to: pair.get(1)?.as_str()?.to_owned(),
        })
    };
    map.iter()
        .filter_map(|(key, value)| Some((key.clone(), step(value)?)))
        .collect()
}
