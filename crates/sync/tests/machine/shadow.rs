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
    /// Edits that made the same value on another branch. A merge keeps one value and both edits: who saw either of them saw
    /// the value, and nothing is lost when it is replaced.
    twins: [BTreeSet<Edit>; FIELDS + 1],
    pub(crate) seen: BTreeSet<Edit>,
    /// The last deletion here, one that only took back what nobody had seen included.
    pub(crate) gone: Edit,
    /// The value that was last clear, where it is not clear now.
    pub(crate) last: Option<Value>,
    /// What both sides last had in common, as far as this side knows: who goes back to it has changed nothing.
    agreed: (u32, Option<Fields>, [Edit; FIELDS + 1]),
}

const THERE: usize = FIELDS;

impl Cell {
    /// An edit made what is there now.
    fn set(&mut self, at: usize, edit: Edit) {
        self.tops[at] = edit;
        self.twins[at].clear();
    }

    /// What is there now is what another cell has.
    fn take(&mut self, at: usize, other: &Self) {
        self.tops[at] = other.tops[at];
        self.twins[at].clone_from(&other.twins[at]);
    }

    /// Tells whether a person took it out where nothing is clear.
    fn is_taken_out(&self, now: &Value) -> bool {
        let there = self.last.as_ref().is_some_and(Value::is_here);
        *now == Value::Unclear && there && self.gone > self.tops[THERE]
    }

    /// Another edit made the same as what is there now.
    pub(crate) fn is_also(&mut self, at: usize, edit: Edit) {
        self.twins[at].insert(edit);
    }

    /// Tells whether one that has seen these edits knows what is there now.
    fn is_known(&self, at: usize, seen: &BTreeSet<Edit>) -> bool {
        let mut edits = self.twins[at].iter().chain([&self.tops[at]]);
        edits.any(|edit| *edit == 0 || seen.contains(edit))
    }
}

/// All resources on one side.
#[derive(Clone, Default, Debug)]
pub(crate) struct Side {
    pub(crate) cells: BTreeMap<&'static str, Cell>,
}

impl Side {
    pub(crate) fn cell(&mut self, name: &'static str) -> &mut Cell {
        self.cells.entry(name).or_default()
    }

    pub(crate) fn get(&self, name: &'static str) -> Cell {
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
            cell.set(THERE, if back { agreed.2[THERE] } else { edit });
        }
        if let Some(new) = new {
            for field in 0..FIELDS {
                let value = &new.0[field];
                let same = old.is_some_and(|old| old.0[field] == *value);
                if value.is_none() && (old.is_none() || agreed.1.is_none()) {
                    // Not there because it never was is no edit.
                    cell.set(field, 0);
                } else if !same {
                    let back = agreed
                        .1
                        .as_ref()
                        .is_some_and(|agreed| agreed.0[field] == *value);
                    cell.set(field, if back { agreed.2[field] } else { edit });
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
        let pick = |cell: &mut Cell, same_mine: bool, same_other: bool, at: usize| match (
            same_mine, same_other,
        ) {
            (true, true) => {
                let both = [mine.tops[at], other.tops[at]];
                cell.tops[at] = both[0].max(both[1]);
                cell.twins[at].extend(&other.twins[at]);
                cell.twins[at].extend(both);
            }
            (false, true) => cell.take(at, &other),
            _ => {}
        };
        pick(
            &mut cell,
            now.is_here() == ours.0.is_here(),
            now.is_here() == theirs.0.is_here(),
            THERE,
        );
        // One side removed what the other has meanwhile in common with the GUI. What the GUI never had in common with either
        // was made and taken back among people in Git: to the GUI it never was.
        let agreed = if other.agreed.0 > mine.agreed.0 {
            &other.agreed
        } else {
            &mine.agreed
        };
        let removed = match (ours.0.is_here(), theirs.0.is_here()) {
            _ if *now != Value::Absent => None,
            (true, _) => Some(other.gone),
            (_, true) => Some(mine.gone),
            // Taken out beside a file that could not be read, which is gone too: now it is seen.
            _ if mine.is_taken_out(ours.0) => Some(mine.gone),
            _ if other.is_taken_out(theirs.0) => Some(other.gone),
            _ => None,
        };
        if let Some(gone) = removed {
            let never = agreed.1.is_none();
            cell.set(THERE, if never { agreed.2[THERE] } else { gone });
        }
        cell.gone = mine.gone.max(other.gone);
        if let Some(fields) = now.fields() {
            let has = |side: &Value, field: usize| {
                side.fields()
                    .is_some_and(|side| side.0[field] == fields.0[field])
            };
            for field in 0..FIELDS {
                pick(&mut cell, has(ours.0, field), has(theirs.0, field), field);
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
    let knows = |at: usize| excused[at] || cell.is_known(at, &other.seen);
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
            cell.take(THERE, other);
        }
        for field in 0..FIELDS {
            let at = |value: &Value| value.fields().and_then(|fields| fields.0[field].clone());
            // What was not there comes as a whole: a field that it lacks is lacking because the other side has none, whatever
            // stood in it before it was deleted here.
            let comes = !before.is_here() && after.is_here();
            if comes || at(before) != at(after) {
                cell.take(field, other);
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
            cell.twins = Default::default();
            cell.seen.clone_from(&seen);
            cell.agreed = (rank, git_after.fields().cloned(), tops);
        }
    } else if gui_before != gui_after && git_before == git_after && *git_after != Value::Unclear {
        // Somebody edited in Git meanwhile. The GUI has what the plan saw there, and that is on record: a deletion in Git is
        // now one of what both sides held.
        for cell in [git_cell, gui_cell] {
            cell.agreed = (rank, gui_after.fields().cloned(), planned.0.tops);
        }
    }
}
