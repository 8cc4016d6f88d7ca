//! Who has seen what: for every field of every resource on every side the edit that made it, and all edits that led there.
//!
//! With it a lost update is a plain question: may the version that was overwritten be overwritten by one that never saw it?

use std::collections::{BTreeMap, BTreeSet};

use crate::manifest::{FIELDS, Fields, Value};

/// An edit. Greater is later.
pub(crate) type Edit = u32;

/// One resource on one side. The last top is that of its being there or not.
#[derive(Clone, Default, Debug)]
pub(crate) struct Cell {
    pub(crate) tops: [Edit; FIELDS + 1],
    pub(crate) seen: BTreeSet<Edit>,
    /// The last deletion here, one that only took back what nobody had seen included.
    pub(crate) gone: Edit,
    /// The value that was last clear, where it is not clear now.
    pub(crate) last: Option<Value>,
    /// What both sides last had in common, as far as this side knows: who goes back to it has changed nothing.
    agreed: (u32, Option<Fields>, [Edit; FIELDS + 1]),
}

const THERE: usize = FIELDS;

/// All resources on one side.
#[derive(Clone, Default, Debug)]
pub(crate) struct Side {
    pub(crate) cells: BTreeMap<&'static str, Cell>,
}

impl Side {
    pub(crate) fn cell(&mut self, name: &'static str) -> &mut Cell {
        self.cells.entry(name).or_default()
    }

    fn get(&self, name: &'static str) -> Cell {
        self.cells.get(name).cloned().unwrap_or_default()
    }

    /// Keeps a value in mind for the time when it is not clear.
    pub(crate) fn note(&mut self, name: &'static str, value: &Value) {
        if *value != Value::Unclear {
            self.cell(name).last = Some(value.clone());
        }
    }

    /// A person edits: what differs between two values is theirs.
    pub(crate) fn edit(&mut self, name: &'static str, edit: Edit, before: &Value, after: &Value) {
        let cell = self.cell(name);
        let agreed = cell.agreed.clone();
        let (old, new) = (before.fields(), after.fields());
        if new.is_none() {
            cell.gone = edit;
        }
        if old.is_some() != new.is_some() {
            let back = new.is_some() == agreed.1.is_some();
            cell.tops[THERE] = if back { agreed.2[THERE] } else { edit };
        }
        if let Some(new) = new {
            for field in 0..FIELDS {
                let value = &new.0[field];
                let same = old.is_some_and(|old| old.0[field] == *value);
                if value.is_none() && (old.is_none() || agreed.1.is_none()) {
                    // Not there because it never was is no edit.
                    cell.tops[field] = 0;
                } else if !same {
                    let back = agreed
                        .1
                        .as_ref()
                        .is_some_and(|agreed| agreed.0[field] == *value);
                    cell.tops[field] = if back { agreed.2[field] } else { edit };
                }
            }
        }
        cell.seen.insert(edit);
    }

    /// Git merged two trees: each field is of the side whose value it has.
    pub(crate) fn merge(
        &mut self,
        name: &'static str,
        now: &Value,
        ours: (&Value, &Side),
        theirs: (&Value, &Side),
    ) {
        let (mine, other) = (ours.1.get(name), theirs.1.get(name));
        let mut cell = mine.clone();
        let pick = |same_mine: bool, same_other: bool, at: usize| match (same_mine, same_other) {
            (true, true) => mine.tops[at].max(other.tops[at]),
            (false, true) => other.tops[at],
            _ => mine.tops[at],
        };
        cell.tops[THERE] = pick(
            now.is_here() == ours.0.is_here(),
            now.is_here() == theirs.0.is_here(),
            THERE,
        );
        // One side removed what the other has meanwhile in common with the GUI.
        if *now == Value::Absent && ours.0.is_here() {
            cell.tops[THERE] = other.gone;
        } else if *now == Value::Absent && theirs.0.is_here() {
            cell.tops[THERE] = mine.gone;
        }
        cell.gone = mine.gone.max(other.gone);
        if let Some(fields) = now.fields() {
            let has = |side: &Value, field: usize| {
                side.fields()
                    .is_some_and(|side| side.0[field] == fields.0[field])
            };
            for field in 0..FIELDS {
                cell.tops[field] = pick(has(ours.0, field), has(theirs.0, field), field);
            }
        }
        cell.seen.extend(&other.seen);
        if other.agreed.0 > cell.agreed.0 {
            cell.agreed = other.agreed;
        }
        self.cells.insert(name, cell);
        self.note(name, now);
    }
}

/// A side before and after a sync.
pub(crate) struct Step<'s> {
    pub(crate) name: &'static str,
    /// Which side, for messages.
    pub(crate) word: &'static str,
    pub(crate) before: &'s Value,
    pub(crate) after: &'s Value,
    pub(crate) cell: &'s Cell,
}

/// Says what was lost on a side that a sync wrote to, if anything was. `excused` are fields that a person settled.
pub(crate) fn lost(
    step: &Step<'_>,
    other: &Cell,
    other_before: &Value,
    deletes: &BTreeSet<Edit>,
    excused: &[bool; FIELDS + 1],
) -> Result<(), String> {
    let Step {
        name,
        word,
        before,
        after,
        cell,
    } = step;
    let knows =
        |at: usize| excused[at] || cell.tops[at] == 0 || other.seen.contains(&cell.tops[at]);
    match (before.fields(), after.fields()) {
        (Some(old), Some(new)) => {
            for (field, forgiven) in excused.iter().enumerate().take(FIELDS) {
                if old.0[field] == new.0[field] {
                    continue;
                }
                if !knows(field) {
                    return Err(format!(
                        "S1: {word} loses field {field} of {name}: {:?} became {:?} by a side that never saw it",
                        old.0[field], new.0[field]
                    ));
                }
                let from = other_before
                    .fields()
                    .and_then(|fields| fields.0[field].as_ref());
                if !forgiven && from != new.0[field].as_ref() {
                    return Err(format!(
                        "S1: field {field} of {name} in {word} became {:?}, which nobody wrote",
                        new.0[field]
                    ));
                }
            }
        }
        (Some(_), None) => {
            if !excused[THERE] && !deletes.contains(&other.tops[THERE]) {
                return Err(format!(
                    "S5: {name} went from {word}, and nobody deleted it"
                ));
            }
            if let Some(field) = (0..=FIELDS).find(|at| !knows(*at)) {
                return Err(format!(
                    "S1: {name} went from {word} with an edit of field {field} that the deletion never saw"
                ));
            }
        }
        (None, Some(_)) if deletes.contains(&cell.tops[THERE]) && !knows(THERE) => {
            return Err(format!(
                "S5: {name} came back to {word}, where it was deleted"
            ));
        }
        _ => {}
    }
    Ok(())
}

/// What each side has seen after a sync: of the other what the plan saw. A conflict leaves both as they are.
pub(crate) fn join(
    rank: u32,
    git: (&mut Cell, &Value, &Value),
    gui: (&mut Cell, &Value, &Value),
    planned: &(Cell, Cell),
) {
    let (git_cell, git_before, git_after) = git;
    let (gui_cell, gui_before, gui_after) = gui;
    let absorb = |cell: &mut Cell, before: &Value, after: &Value, other: &Cell| {
        if before == after {
            return;
        }
        if before.is_here() != after.is_here() {
            cell.tops[THERE] = other.tops[THERE];
        }
        for field in 0..FIELDS {
            let at = |value: &Value| value.fields().and_then(|fields| fields.0[field].clone());
            if at(before) != at(after) {
                cell.tops[field] = other.tops[field];
            }
        }
        cell.seen.extend(&other.seen);
    };
    absorb(git_cell, git_before, git_after, &planned.1);
    absorb(gui_cell, gui_before, gui_after, &planned.0);
    if git_after == gui_after && *git_after != Value::Unclear {
        let tops = std::array::from_fn(|at| git_cell.tops[at].max(gui_cell.tops[at]));
        let seen: BTreeSet<Edit> = git_cell.seen.union(&gui_cell.seen).copied().collect();
        for cell in [git_cell, gui_cell] {
            cell.tops = tops;
            cell.seen.clone_from(&seen);
            cell.agreed = (rank, git_after.fields().cloned(), tops);
        }
    }
}
