//! `hnp conflicts`

mod columns;
mod escalation;
mod fields;
mod full;
pub(super) mod history;
mod known;
mod list;
pub(super) mod record;
mod rows;

use hnp_report::Format;
use hnp_state::state_file::{self, State};
use hnp_sync::reconcile::{Conflict, FieldConflict, Pick, Resolution};
use serde_json::{Value, json};

use crate::args::{ConflictFilter, ConflictsArgs, Global};
use crate::context::Context;
use crate::failure::Failure;
use crate::output::{Output, clean};

pub(super) use escalation::{findings, json as findings_json, text as findings_text};
use fields::{FieldChange, changes};
pub(super) use full::{about, field_columns};
pub(super) use known::{Known, all as known};

/// Reads state.toml.
///
/// # Errors
///
/// Exit 2 where it is not there or damaged.
pub(super) fn state(context: &Context) -> Result<State, Failure> {
    let Some(text) = &context.files.state else {
        return Err(Failure::Usage(
            "there is no .hnp/state.toml. Run `hnp init --repair`".to_owned(),
        ));
    };
    state_file::parse(text).map_err(|_| {
        Failure::Usage(".hnp/state.toml is damaged. Run `hnp state rebuild`".to_owned())
    })
}

/// Returns the open conflicts, by resource.
pub(super) fn open(state: &State) -> Vec<Conflict> {
    let mut found: Vec<Conflict> = state
        .conflicts
        .iter()
        .filter_map(|(id, table)| Conflict::from_fields(id, table))
        .collect();
    found.sort_by(|a, b| (&a.resource, &a.id).cmp(&(&b.resource, &b.id)));
    found
}

/// Returns the one conflict whose id starts as given.
///
/// # Errors
///
/// Exit 2 where none does, or several do.
pub(super) fn one<'c>(conflicts: &'c [Conflict], start: &str) -> Result<&'c Conflict, Failure> {
    let mut found = conflicts
        .iter()
        .filter(|conflict| conflict.id.starts_with(start));
    match (found.next(), found.next()) {
        (Some(one), None) => Ok(one),
        (None, _) => Err(Failure::Usage(format!(
            "no open conflict's id starts with `{}`; `hnp conflicts` lists them, `hnp log --conflicts` also those that are settled",
            clean(start)
        ))),
        (Some(_), Some(_)) => Err(Failure::Usage(format!(
            "several conflicts' ids start with `{}`; write more of it",
            clean(start)
        ))),
    }
}

/// Keeps the conflicts that are asked for.
///
/// # Errors
///
/// Exit 2 for a fabric that is not configured, or a resource that no one can have.
pub(super) fn filtered(
    context: &Context,
    filter: &ConflictFilter,
    conflicts: Vec<Conflict>,
) -> Result<Vec<Conflict>, Failure> {
    let fabrics: Vec<&str> = context
        .fabrics(&filter.fabrics)?
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    let wanted = filter
        .resource
        .iter()
        .map(|text| super::show::wanted(text))
        .collect::<Result<Vec<_>, _>>()?;
    let any = |words: &[String], word: &str| words.is_empty() || words.iter().any(|w| w == word);
    Ok(conflicts
        .into_iter()
        .filter(|one| {
            let fabric = one.resource.split('/').next().unwrap_or_default();
            (filter.fabrics.fabric.is_empty() || fabrics.contains(&fabric))
                && any(&filter.severity, one.severity())
                && any(&filter.kind, &one.kind)
                && (wanted.is_empty() || wanted.iter().any(|w| w.is_key(&one.resource)))
        })
        .collect())
}

/// Returns the answer to a conflict, where one waits for the next sync.
pub(super) fn resolution(state: &State, id: &str) -> Option<Resolution> {
    state.resolutions.get(id).and_then(Resolution::from_fields)
}

/// Returns a conflict as JSON: what state.toml says of it.
pub(super) fn as_json(conflict: &Conflict, state: &State) -> Value {
    let value = |side: &Option<String>| {
        side.as_ref()
            .and_then(|text| serde_json::from_str::<Value>(text).ok())
    };
    let resolution = resolution(state, &conflict.id);
    json!({
        "id": conflict.id,
        "resource": conflict.resource,
        "type": conflict.kind,
        "severity": conflict.severity(),
        "auto_resolvable": conflict.is_auto_resolvable(),
        "status": status(conflict, resolution.is_some()),
        "options": ["gui", "git", "base", "value"],
        "message": conflict.message,
        "fields": conflict.fields.iter().map(|field| json!({
            "field": field.path,
            "base": value(&field.base),
            "gui": value(&field.gui),
            "git": value(&field.git),
            // Without these nobody could tell a null from nothing.
            "in_base": field.base.is_some(),
            "in_gui": field.gui.is_some(),
            "in_git": field.git.is_some(),
            "resolution": resolution.as_ref().and_then(|r| r.pick(&field.path)).map(pick_word),
        })).collect::<Vec<_>>(),
    })
}

/// How an open conflict stands, time left aside: whether an answer waits, else whether a strategy could settle it.
fn status(conflict: &Conflict, answered: bool) -> &'static str {
    if answered {
        "resolving"
    } else if conflict.is_auto_resolvable() {
        "detected"
    } else {
        "requires_manual"
    }
}

pub(super) fn pick_word(pick: &Pick) -> String {
    match pick {
        Pick::Gui => "gui".to_owned(),
        Pick::Git => "git".to_owned(),
        Pick::Base => "base".to_owned(),
        Pick::Value(json) => json.clone(),
    }
}

/// Names a field.
pub(super) fn path(field: &FieldConflict) -> String {
    if field.path.is_empty() {
        "(the whole resource)".to_owned()
    } else {
        clean(&field.path)
    }
}

/// Names a resource for people: `VPC/vpc-1 in lab`, the namespace only where it is not `default`.
pub(super) fn name(key: &str) -> String {
    let parts: Vec<&str> = key.splitn(4, '/').collect();
    match parts.as_slice() {
        [fabric, kind, "default", name] => clean(&format!("{kind}/{name} in {fabric}")),
        [fabric, kind, namespace, name] => {
            clean(&format!("{kind}/{namespace}/{name} in {fabric}"))
        }
        _ => clean(key),
    }
}

pub(super) fn run(global: &Global, args: &ConflictsArgs) -> Result<Output, Failure> {
    let context = Context::open(global)?;
    let state = state(&context)?;
    let conflicts = open(&state);
    if let Some(start) = &args.id {
        let conflict = one(&conflicts, start)?;
        return full::run(global, &context, &state, conflict);
    }
    let any = !conflicts.is_empty();
    let conflicts = filtered(&context, &args.filter, conflicts)?;
    let known = known(&context, &state, &conflicts)?;
    let code = if conflicts.is_empty() { 0 } else { 4 };
    if global.format == Format::Json {
        let list: Vec<_> = known.iter().map(|one| one.json(&state)).collect();
        let findings = escalation::json(&findings(&context, &known));
        let value = json!({ "version": 1, "conflicts": list, "findings": findings });
        return Ok(Output::json(&value).code(code));
    }
    if conflicts.is_empty() {
        return Ok(Output::of(match (global.quiet, any) {
            (true, _) => "",
            (false, false) => "No open conflict.\n",
            (false, true) => "No open conflict is like that.\n",
        }));
    }
    Ok(Output::of(list::text(&context, &known)).code(code))
}
