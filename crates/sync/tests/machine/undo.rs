//! S10: what hnp did last is taken back, as `hnp undo` does it: by a new change in Git, which the next run carries on.

use std::collections::BTreeMap;

use hnp_state::state_file::State;
use hnp_sync::plan::{FileOp, Plan};
use hnp_sync::reversal::{Reversal, Side, Texts, Undo, undo};
use hnp_yaml::Limits;

use crate::git::{STATE, Tree};
use crate::manifest::{FIELDS, Fields, NAMES, Value, count, is_whole};
use crate::world::World;

/// The files that differ between two trees, and the state, as a third one has them.
fn texts(of: &Tree, before: &Tree, after: &Tree) -> Texts {
    of.iter()
        .filter(|(path, _)| *path == STATE || before.get(*path) != after.get(*path))
        .map(|(path, text)| (path.clone(), text.as_bytes().to_vec()))
        .collect()
}

fn applied(tree: &Tree, plan: &Plan) -> Tree {
    let mut tree = tree.clone();
    for op in &plan.files {
        match op {
            FileOp::Write { path, bytes, .. } => {
                let text = String::from_utf8(bytes.clone()).unwrap();
                tree.insert(path.clone(), text);
            }
            FileOp::Move { from, to, .. } => {
                let text = tree.remove(from).unwrap();
                tree.insert(to.clone(), text);
            }
            FileOp::Remove { path, .. } => _ = tree.remove(path),
        }
    }
    tree
}

fn without_state(tree: &Tree) -> Tree {
    let mut tree = tree.clone();
    tree.remove(STATE);
    tree
}

fn bases(state: &State) -> BTreeMap<&String, &String> {
    let entries = state.resources.iter();
    entries
        .filter_map(|(key, entry)| Some((key, entry.base.as_ref()?)))
        .collect()
}

impl World {
    fn inverse(&self, before: &Tree, after: &Tree, now: &Tree) -> Reversal {
        let side = Side {
            fabric: self.files(now),
            settings: self.settings.clone(),
        };
        undo(&Undo {
            sides: &[side],
            before: &texts(before, before, after),
            after: &texts(after, before, after),
            now: &texts(now, before, after),
            limits: Limits::default(),
        })
    }

    /// Takes back what hnp committed last, whatever people committed since.
    pub(crate) fn undo(&mut self) -> Result<(), String> {
        if !self.interrupted.is_empty() {
            return Ok(());
        }
        let tip = self.git.tips[&0];
        let mut at = tip;
        let parent = loop {
            let commit = &self.git.commits[at];
            let Some(parent) = commit.parents.first().copied() else {
                return Ok(());
            };
            if commit.by_hnp {
                break parent;
            }
            at = parent;
        };
        let [before, after, now] = [parent, at, tip].map(|at| self.git.commits[at].tree.clone());
        let back = self.inverse(&before, &after, &now);
        let result = applied(&now, &back.plan);
        if bases(&self.state(&result)) != bases(&self.state(&now)) {
            return Err("S10: an undo changes what is on record as held by both".to_owned());
        }
        for name in NAMES {
            let values = [&before, &after, &now, &result].map(|tree| count(tree, name));
            is_taken_back(name, &values, &back, is_whole(&now))?;
        }
        let clear = [&before, &after]
            .iter()
            .all(|tree| is_whole(tree) && NAMES.iter().all(|n| count(tree, n) != Value::Unclear));
        if at == tip && clear {
            if let Some(stopped) = back.stopped.first() {
                return Err(format!("S10: nobody came after it: {stopped:?}"));
            }
            if without_state(&result) != without_state(&before) {
                return Err("S10: an undo of the last commit is not its inverse".to_owned());
            }
            let again = self.inverse(&after, &before, &result);
            if without_state(&applied(&result, &again.plan)) != without_state(&after) {
                return Err("S10: an undo that is undone is not what was there".to_owned());
            }
        }
        self.in_git(0, &mut |tree| tree.clone_from(&result));
        Ok(())
    }
}

/// S10: what only the operation changed goes back, what was edited later stays, and what both changed differently is said and
/// stays too.
fn is_taken_back(
    name: &str,
    values: &[Value; 4],
    back: &Reversal,
    whole: bool,
) -> Result<(), String> {
    let [before, left, now, result] = values;
    let key = format!("lab/Server/default/{name}");
    let wrong = |what: &str| Err(format!("S10: {what}: {name}, {values:?}"));
    let stopped = back.stopped.iter().any(|stopped| stopped.what == key);
    if stopped || [before, left, now].contains(&&Value::Unclear) {
        let both = before != left && now != left && now != before;
        return match stopped {
            _ if result != now => wrong("an undo changes what it stops at"),
            // Where something cannot be read, what is not found may be there.
            true if whole && !both && ![before, left, now].contains(&&Value::Unclear) => {
                wrong("an undo stops at what nobody edited later")
            }
            _ => Ok(()),
        };
    }
    let expected = match (before.fields(), left.fields(), now.fields()) {
        _ if before == left => now.clone(),
        _ if now == left || now == before => before.clone(),
        // One that the operation took away and somebody made anew is merged field by field, as two that were both added are.
        (Some(b), l, Some(n)) => {
            let none = Fields::default();
            let l = l.unwrap_or(&none);
            let mut fields = n.clone();
            for field in 0..FIELDS {
                if n.0[field] == l.0[field] {
                    fields.0[field].clone_from(&b.0[field]);
                } else if b.0[field] != l.0[field] && b.0[field] != n.0[field] {
                    return wrong("an undo did not stop at what both changed");
                }
            }
            Value::Here(fields)
        }
        _ => return wrong("an undo did not stop at what one of them lacks"),
    };
    if *result == expected {
        Ok(())
    } else {
        wrong("an undo is not the merge with what came later")
    }
}
