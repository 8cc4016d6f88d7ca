//! The file steps, and what they and the rules take out of the plan again.

use super::Inputs;
use super::conflict::Conflict;
use super::decide::Change;
use super::files::{Files, Wish};
use super::gate;
use super::plan::Outcome;
use super::tree::GitTree;
use super::works::Work;

/// Works the file steps out, and takes out what cannot be written or what the rules refuse in the tree that would result.
pub(super) fn settle(inputs: &Inputs<'_>, tree: &GitTree, works: &mut [Work]) -> Files {
    let limits = inputs.config.limits.yaml();
    loop {
        let wishes: Vec<Wish<'_>> = works
            .iter()
            .filter(|work| work.is_going())
            .filter_map(|work| {
                let value = match &work.git {
                    Change::Keep => return None,
                    Change::Set(value) => Some(value),
                    Change::Delete => None,
                };
                Some(Wish {
                    key: &work.key,
                    id: &work.id,
                    value,
                })
            })
            .collect();
        let files = Files::of(inputs.fabric, tree, &wishes, limits);
        let mut again = false;
        for work in works.iter_mut() {
            if let Some(why) = files.refused.get(&work.key) {
                work.stop = Some(Outcome::Failed(why.clone()));
                again = true;
            }
        }
        if again {
            continue;
        }
        for finding in gate::new_errors(inputs.fabric, &files, inputs.settings) {
            for at in gate::blamed(&finding, works, &files) {
                let work = &mut works[at];
                let kind = if work.is_deletion() {
                    "dependency_violation"
                } else if finding.code.starts_with("SCH") {
                    "schema_mismatch"
                } else {
                    "semantic"
                };
                let message = format!("{}: {}", finding.code, finding.message);
                let conflict = Conflict::whole(&work.key, kind, work.values(), Some(message));
                work.stop = Some(Outcome::Conflict(conflict.id.clone()));
                work.conflict = Some(conflict);
                work.settled = 0;
                again = true;
            }
        }
        if !again {
            return files;
        }
    }
}
