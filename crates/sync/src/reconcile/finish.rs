//! Last step: from what is left, the plan.

use hnp_merge::Rules;
use hnp_model::kind;
use hnp_state::state_file::Entry;
use hnp_yaml::{Node, Options as ReadOptions, parse};

use super::Inputs;
use super::base::base;
use super::decide::{Base, Change, same};
use super::files::Files;
use super::first;
use super::marks::mark;
use super::plan::{Item, Outcome, SyncPlan};
use super::tree::GitTree;
use super::works::Work;
use crate::gui::{GuiAction, GuiWrite, base_hash, managed};

pub(super) fn finish(
    inputs: &Inputs<'_>,
    tree: &GitTree,
    works: &[Work],
    files: Files,
) -> SyncPlan {
    let limits = inputs.config.limits.yaml();
    let ever = first::ever(inputs);
    let mut plan = SyncPlan::default();
    for work in works {
        let decided = work.is_going() || matches!(work.stop, Some(Outcome::Conflict(_)));
        if decided {
            plan.decided.insert(work.key.clone());
        }
        if !work.is_going()
            && let Some(id) = &work.resolution
        {
            plan.waiting.insert(id.clone());
        }
        if let Some(conflict) = &work.conflict {
            let most = inputs.config.limits.conflict_value_bytes;
            let conflict = conflict.shortened(most, inputs.git, &mut plan.blobs);
            plan.conflicts.push(conflict);
        }
        let entry = if work.is_going() {
            entry(inputs, tree, &files, work, limits, &mut plan.blobs)
        } else {
            None
        };
        let agreed = ever && entry.is_some();
        plan.marks.extend(mark(inputs.fabric.name, work, agreed));
        let outcome = match &work.stop {
            Some(outcome) => outcome.clone(),
            None if work.is_change() => Outcome::Changed,
            None if entry.is_some() => Outcome::Agreed,
            None => Outcome::Synced,
        };
        if let Some(entry) = entry {
            plan.entries.insert(work.key.clone(), entry);
        }
        let (git, gui) = if work.is_going() {
            (work.git.clone(), work.gui.clone())
        } else {
            (Change::Keep, Change::Keep)
        };
        if work.row != "none" || work.stop.is_some() {
            plan.items.push(Item {
                key: work.key.clone(),
                id: work.id.clone(),
                row: work.row,
                git,
                gui,
                outcome,
                settled: work.settled,
                code: work.code,
                lost: if work.is_going() {
                    work.lost.clone()
                } else {
                    Vec::new()
                },
                step: work.step.clone().filter(|_| work.is_going()),
                note: work.note.clone(),
                renamed_from: work.renamed_from.clone().filter(|_| work.is_going()),
            });
        }
    }
    first::remember(inputs, tree, &files, limits, &mut plan);
    plan.gui = gui_writes(inputs.fabric.name, works);
    plan.files = files.plan;
    plan
}

/// Returns the new entry of a resource, `Some(None)` to drop it, or nothing where it stays as it is.
pub(super) fn entry(
    inputs: &Inputs<'_>,
    tree: &GitTree,
    files: &Files,
    work: &Work,
    limits: hnp_yaml::Limits,
    blobs: &mut Vec<Vec<u8>>,
) -> Option<Option<Entry>> {
    let old = inputs.state.resources.get(&work.key);
    let Some(value) = &work.result else {
        return old.map(|_| None);
    };
    let rules = Rules::of(&work.id.group, &work.id.kind);
    let recorded = old.is_some_and(|entry| entry.base.is_some());
    // On record already: another order or spelling is no news. A draft has a base of its own, which says nothing here.
    if recorded
        && recorded_value(inputs, old, value)
            .is_some_and(|base| same(rules, Some(&base), Some(value)))
    {
        return None;
    }
    let (path, sha256, bytes) = files.document(tree, &work.key, &work.id, limits)?;
    let stream = parse(bytes.clone(), &ReadOptions::default());
    let written = stream.documents().find_map(hnp_yaml::Document::root)?;
    let entry = Entry {
        path,
        sha256,
        base: Some(base_hash(&managed(&Node::from(written)))),
        blob: Some(inputs.git.blob_id(&bytes)),
    };
    blobs.push(bytes);
    Some(Some(entry))
}

pub(super) fn recorded_value(
    inputs: &Inputs<'_>,
    entry: Option<&Entry>,
    value: &Node,
) -> Option<Node> {
    match base(inputs, None, entry, true, Some(value), None) {
        Base::Value(node) => Some(node),
        _ => None,
    }
}

/// Puts the writes in the order in which they are safe: what others refer to comes first and goes last.
pub(super) fn gui_writes(fabric: &str, works: &[Work]) -> Vec<GuiWrite> {
    let mut writes: Vec<((bool, i64), GuiWrite)> = Vec::new();
    for work in works.iter().filter(|work| work.is_going()) {
        let action = match (&work.gui, &work.result) {
            (Change::Set(value), _) => GuiAction::Put(value.clone()),
            (Change::Delete, _) if work.orphan => GuiAction::Orphan,
            (Change::Delete, _) => GuiAction::Delete,
            (Change::Keep, Some(value)) if work.absorb => GuiAction::Put(value.clone()),
            (Change::Keep, None) if work.absorb => GuiAction::Delete,
            (Change::Keep, _) => continue,
        };
        let order = i64::try_from(kind::apply_order(&work.id.group, &work.id.kind)).unwrap_or(0);
        let rank = match action {
            GuiAction::Put(_) => (false, order),
            GuiAction::Delete | GuiAction::Orphan | GuiAction::Mark => (true, -order),
        };
        writes.push((
            rank,
            GuiWrite {
                id: work.id.clone(),
                fabric: fabric.to_owned(),
                before: work.revision,
                action,
            },
        ));
    }
    writes.sort_by_key(|(rank, _)| *rank);
    writes.into_iter().map(|(_, write)| write).collect()
}
