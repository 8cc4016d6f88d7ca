//! S14: two writers undo each other, and the guard of fights trips, neither too late nor too early. The clock is given.

use std::collections::BTreeMap;

use hnp_state::ledger::{OperationType, Past, Record, set_steps};
use hnp_sync::reconcile::{Outcome, SyncPlan};

use crate::manifest::{NAMES, Value, Values};

const DAY: i64 = 24 * 60 * 60;
const MOST: usize = 3;

/// A clock, the ledger, and what went to and fro.
#[derive(Clone, Default)]
pub(crate) struct Fights {
    pub(crate) now: i64,
    /// The newest first.
    ledger: Vec<(i64, Record)>,
    /// What both sides last had in common.
    common: BTreeMap<&'static str, Value>,
    /// When what became of what, the oldest first.
    turns: Vec<(i64, &'static str, Value, Value)>,
}

impl Fights {
    pub(crate) fn past(&self) -> Past {
        Past::of(
            self.ledger.iter().map(|(at, record)| (*at, record)),
            self.now,
        )
    }

    /// Tells whether one more change is one too many between the same two values within a day.
    fn is_fight(&self, name: &str, from: &Value, to: &Value) -> bool {
        let pair = [(from, to), (to, from)];
        let mut between: Vec<(&Value, &Value)> = self
            .turns
            .iter()
            .filter(|(at, of, ..)| *of == name && self.now - at < DAY)
            .map(|(_, _, from, to)| (from, to))
            .filter(|turn| pair.contains(turn))
            .collect();
        between.push((from, to));
        // What is carried over twice in the same direction, by way of a third value, is no turn.
        between.dedup();
        between.len() > MOST
    }

    /// Looks at a run after which nothing went wrong, and keeps its record.
    pub(crate) fn look(
        &mut self,
        plan: &SyncPlan,
        [git, git_after, gui, gui_after]: [&Values; 4],
    ) -> Result<(), String> {
        for name in NAMES {
            let held = self.common.get(name).cloned().unwrap_or(Value::Absent);
            let (git, gui) = (&git[name], &gui[name]);
            let item = plan.items.iter().find(|item| item.id.name == name);
            let stopped = item.is_some_and(|item| item.code == Some("fight"));
            let to = match (*git == held, *gui == held) {
                (true, false) => Some(gui),
                (false, true) => Some(git),
                _ => None,
            };
            let fight = to.is_some_and(|to| self.is_fight(name, &held, to));
            let changed = item.is_some_and(|item| item.outcome == Outcome::Changed);
            // What waits for another reason is not carried over either.
            if to.is_some() && (fight && changed || stopped && !fight) {
                return Err(format!(
                    "S14: {name} goes from {held:?} to {to:?}, held for a fight: {stopped}, and it is one: {fight}"
                ));
            }
            if git_after[name] == gui_after[name] {
                let now = git_after[name].clone();
                // That something comes for the first time is no turn yet: it begins when it goes.
                let first = held == Value::Absent
                    && !self
                        .turns
                        .iter()
                        .any(|(at, of, ..)| *of == name && self.now - at < DAY);
                if changed && now != held && to.is_some() && !first {
                    self.turns.push((self.now, name, held, now.clone()));
                }
                self.common.insert(name, now);
            }
        }
        let mut record = Record::new("op", OperationType::Bidirectional);
        let steps = plan.items.iter();
        set_steps(
            &mut record,
            steps.filter_map(|item| Some((item.key.as_str(), item.step.as_ref()?))),
        );
        self.ledger.insert(0, (self.now, record));
        Ok(())
    }
}
