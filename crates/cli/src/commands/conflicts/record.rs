//! What records of the ledger say about conflicts: met by a sync, answered by a person, settled by a later sync.

use hnp_state::config::Sync;
use hnp_state::ledger::{OperationType, Record};
use hnp_state::state_file::State;
use hnp_sync::gui::Snapshot;
use hnp_sync::reconcile::{Conflict, FieldConflict, Pick, Resolution};
use serde_json::{Map, Value, json};

use super::{open, pick_word, resolution, value_of};

/// Conflicts that a sync met for the first time.
const MET: &str = "conflicts_met";
/// Answers that a person gave.
const ANSWERED: &str = "conflicts_answered";
/// Conflicts that were open before and are not any more.
const CLOSED: &str = "conflicts_closed";

/// What the first record of a conflict says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::commands) struct Met {
    /// When, RFC 3339.
    pub(in crate::commands) at: Option<String>,
    /// Who ran the sync that met it.
    pub(in crate::commands) by: Option<String>,
    /// The operation.
    pub(in crate::commands) operation: String,
    /// When the GUI's value was changed last, where the GUI says so.
    pub(in crate::commands) gui_updated: Option<String>,
    /// The commit that the GUI had taken over.
    pub(in crate::commands) gui_commit: Option<String>,
}

/// Tells whether a record is of a synchronisation.
pub(super) fn is_sync(record: &Record) -> bool {
    matches!(
        record.operation_type,
        OperationType::GuiToGithub | OperationType::GithubToGui | OperationType::Bidirectional
    )
}

/// Reads what a record says of a conflict that it met.
pub(super) fn met(record: &Record, id: &str) -> Met {
    let noted = entries(record, MET).find(|one| one["conflict_id"] == id);
    let text = |name: &str| {
        let value = &noted?[name];
        value.as_str().map(str::to_owned)
    };
    Met {
        at: record.started_at.clone(),
        by: record.initiated_by.clone(),
        operation: record.operation_id.clone(),
        gui_updated: text("gui_updated"),
        gui_commit: text("gui_desired_commit"),
    }
}

/// Returns what a record says of conflicts, by sort: met, answered, closed.
pub(super) fn all(record: &Record) -> impl Iterator<Item = (Sort, &Value)> {
    [
        (MET, Sort::Met),
        (ANSWERED, Sort::Answered),
        (CLOSED, Sort::Closed),
    ]
    .into_iter()
    .flat_map(|(name, sort)| entries(record, name).map(move |one| (sort, one)))
}

/// What a record says of a conflict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    Met,
    Answered,
    Closed,
}

fn entries<'r>(record: &'r Record, name: &str) -> impl Iterator<Item = &'r Value> + use<'r> {
    record
        .details
        .get(name)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

/// Notes the conflicts of a sync that were not open before.
pub(in crate::commands) fn note_met(
    details: &mut Map<String, Value>,
    config: &Sync,
    before: &State,
    conflicts: &[Conflict],
    snapshot: &Snapshot,
) {
    let news: Vec<Value> = conflicts
        .iter()
        .filter(|one| !before.conflicts.contains_key(&one.id))
        .map(|one| {
            let fabric = one.resource.split('/').next().unwrap_or_default();
            let gui = snapshot
                .resources
                .iter()
                .find(|found| found.id.key(fabric) == one.resource);
            let mut value = about(config, one);
            value["gui_updated"] = json!(gui.and_then(|gui| gui.updated.clone()));
            value["gui_desired_commit"] = json!(gui.and_then(|gui| gui.desired_commit.clone()));
            value
        })
        .collect();
    put(details, MET, news);
}

/// Notes the answers of a person.
pub(in crate::commands) fn note_answered(
    details: &mut Map<String, Value>,
    config: &Sync,
    answers: &[(&Conflict, &Resolution)],
) {
    let all = answers
        .iter()
        .map(|(conflict, resolution)| {
            let mut value = about(config, conflict);
            value["decisions"] = decisions(conflict, resolution);
            value["note"] = json!(resolution.note);
            value
        })
        .collect();
    put(details, ANSWERED, all);
}

/// Notes the conflicts that a sync closed: by a person's answer, with what gave way, or because there is none any more.
pub(in crate::commands) fn note_closed(
    details: &mut Map<String, Value>,
    config: &Sync,
    before: &State,
    after: &State,
) {
    let closed = open(before)
        .iter()
        .filter(|one| !after.conflicts.contains_key(&one.id))
        .map(|one| {
            let mut value = about(config, one);
            match resolution(before, &one.id) {
                Some(answer) => {
                    value["outcome"] = json!("resolved");
                    value["decisions"] = decisions(one, &answer);
                    value["note"] = json!(answer.note);
                }
                // One side was changed so that they agree, or so that they are in another conflict.
                None => value["outcome"] = json!("abandoned"),
            }
            value
        })
        .collect();
    put(details, CLOSED, closed);
}

fn put(details: &mut Map<String, Value>, name: &str, values: Vec<Value>) {
    if !values.is_empty() {
        details.insert(name.to_owned(), Value::Array(values));
    }
}

fn about(config: &Sync, conflict: &Conflict) -> Value {
    json!({
        "conflict_id": conflict.id,
        "resource": conflict.resource,
        "conflict_type": conflict.kind,
        "severity": conflict.severity_by(config),
        "auto_resolvable": conflict.is_auto_resolvable_by(config),
        "conflicting_fields": conflict.fields.iter().map(|field| field.path.clone()).collect::<Vec<_>>(),
        "gui_state": side(conflict, |field| &field.gui),
        "github_state": side(conflict, |field| &field.git),
    })
}

/// One side's values by field; a field that the side does not have is left out.
fn side(conflict: &Conflict, get: impl Fn(&FieldConflict) -> &Option<String>) -> Value {
    let values = conflict.fields.iter().filter_map(|field| {
        let text = get(field).as_ref()?;
        Some((field.path.clone(), value_of(text)))
    });
    Value::Object(values.collect())
}

/// What holds for each field, and what gave way for it.
fn decisions(conflict: &Conflict, resolution: &Resolution) -> Value {
    let one = |field: &FieldConflict, pick: &Pick| {
        let now = match pick {
            Pick::Gui => field.gui.clone(),
            Pick::Git => field.git.clone(),
            Pick::Base => field.base.clone(),
            Pick::Value(text) => Some(text.clone()),
        };
        let mut lost = Map::new();
        for (name, side) in [("gui", &field.gui), ("git", &field.git)] {
            if *side != now {
                lost.insert(
                    name.to_owned(),
                    side.as_deref().map_or(Value::Null, value_of),
                );
            }
        }
        json!({
            "field": field.path,
            "take": match pick {
                Pick::Value(_) => "value".to_owned(),
                side => pick_word(side),
            },
            "value": now.as_deref().map(value_of),
            "lost": lost,
        })
    };
    conflict
        .fields
        .iter()
        .filter_map(|field| Some(one(field, resolution.pick(&field.path)?)))
        .collect()
}
