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
use hnp_state::config::Sync;
use hnp_state::state_file::{self, State};
use hnp_sync::reconcile::{Conflict, FieldConflict, LargeValue, Pick, Resolution};
use serde_json::{Value, json};

use crate::args::{ConflictFilter, ConflictsArgs, Global};
use crate::context::Context;
use crate::failure::Failure;
use crate::output::{Output, clean};

pub(super) use escalation::{findings, json as findings_json, text as findings_text};
use fields::{FieldChange, changes};
pub(super) use full::{about, field_columns};
pub(super) use known::{Known, all as known};
pub(super) use list::on_branch;

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

/// An open conflict, and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) conflict: Conflict,
    /// The answer that waits for the next sync.
    pub(super) resolution: Option<Resolution>,
    /// Branch of hnp's own on which it stands; `None` where it stands in the worktree's state.
    pub(super) branch: Option<String>,
}

/// Returns the conflicts of a state.
pub(super) fn found(state: &State, branch: Option<&str>) -> Vec<Found> {
    open(state)
        .into_iter()
        .map(|conflict| Found {
            resolution: resolution(state, &conflict.id),
            branch: branch.map(str::to_owned),
            conflict,
        })
        .collect()
}

/// Returns the conflicts here, and those that stand on hnp's own branches only.
///
/// # Errors
///
/// Exit 3 where Git cannot be read.
pub(super) fn everywhere(context: &Context, here: &State) -> Result<Vec<Found>, Failure> {
    let mut all = found(here, None);
    for on in super::bot_branches::open(context, here)? {
        let mut there = found(&on.state, Some(on.name()));
        there.retain(|one| on.conflicts.iter().any(|open| open.id == one.conflict.id));
        all.extend(there);
    }
    Ok(all)
}

/// Returns the one conflict whose id starts as given.
///
/// # Errors
///
/// Exit 2 where none does, or several do.
pub(super) fn one<'c>(all: &'c [Found], start: &str) -> Result<&'c Found, Failure> {
    let mut found = all.iter().filter(|one| one.conflict.id.starts_with(start));
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
    mut all: Vec<Found>,
) -> Result<Vec<Found>, Failure> {
    // A name that is not configured is a mistake.
    context.fabrics(&filter.fabrics)?;
    let wanted = filter
        .resource
        .iter()
        .map(|text| super::show::wanted(text))
        .collect::<Result<Vec<_>, _>>()?;
    let any = |words: &[String], word: &str| words.is_empty() || words.iter().any(|w| w == word);
    all.retain(|Found { conflict, .. }| {
        let fabric = conflict.resource.split('/').next().unwrap_or_default();
        any(&filter.fabrics.fabric, fabric)
            && any(&filter.severity, conflict.severity_by(&context.config.sync))
            && any(&filter.kind, &conflict.kind)
            && (wanted.is_empty() || wanted.iter().any(|w| w.is_key(&conflict.resource)))
    });
    Ok(all)
}

/// Puts the values themselves in the place of hashes, as far as they are at hand.
pub(super) fn expanded(context: &Context, conflict: &Conflict) -> Conflict {
    let mut conflict = conflict.clone();
    let sides = conflict
        .fields
        .iter_mut()
        .flat_map(|field| [&mut field.base, &mut field.gui, &mut field.git]);
    for text in sides.flatten() {
        let large = LargeValue::parse(text);
        let bytes = large.and_then(|large| context.repo.read_blob(&large.blob));
        if let Some(whole) = bytes.and_then(|bytes| String::from_utf8(bytes).ok()) {
            *text = whole;
        }
    }
    conflict
}

/// Returns the answer to a conflict, where one waits for the next sync.
pub(super) fn resolution(state: &State, id: &str) -> Option<Resolution> {
    state.resolutions.get(id).and_then(Resolution::from_fields)
}

/// Returns a conflict as JSON: what state.toml says of it.
pub(super) fn as_json(config: &Sync, conflict: &Conflict, state: &State) -> Value {
    json_of(config, conflict, resolution(state, &conflict.id).as_ref())
}

pub(super) fn json_of(
    config: &Sync,
    conflict: &Conflict,
    resolution: Option<&Resolution>,
) -> Value {
    let value = |side: &Option<String>| side.as_deref().map(value_of);
    json!({
        "id": conflict.id,
        "resource": conflict.resource,
        "type": conflict.kind,
        "severity": conflict.severity_by(config),
        "auto_resolvable": conflict.is_auto_resolvable_by(config),
        "status": status(conflict, resolution.is_some()),
        "options": conflict.options(),
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
            "resolution": resolution.and_then(|r| r.pick(&field.path)).map(pick_word),
        })).collect::<Vec<_>>(),
    })
}

/// Reads a value of a conflict; of a large one that is not at hand, what stands for it.
fn value_of(text: &str) -> Value {
    match LargeValue::parse(text) {
        Some(large) => json!({ "$large": { "sha256": large.sha256, "bytes": large.bytes } }),
        None => serde_json::from_str(text).unwrap_or_default(),
    }
}

/// How an open conflict stands, time left aside: whether an answer waits, else whether a strategy could settle it.
fn status(conflict: &Conflict, answered: bool) -> &'static str {
    let of_merge = matches!(
        conflict.kind.as_str(),
        "concurrent_modification" | "delete_modify"
    );
    match (answered, of_merge) {
        (true, _) => "resolving",
        (false, true) => "detected",
        // No side's value alone would be right.
        (false, false) => "requires_manual",
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
        [fabric, kind, namespace, name] => clean(&format!("{kind}/{namespace}/{name} in {fabric}")),
        _ => clean(key),
    }
}

pub(super) fn run(global: &Global, args: &ConflictsArgs) -> Result<Output, Failure> {
    let context = Context::open(global)?;
    let state = state(&context)?;
    let all = everywhere(&context, &state)?;
    if let Some(start) = &args.id {
        return full::run(global, &context, &state, one(&all, start)?);
    }
    let any = !all.is_empty();
    let torn = super::bot_branches::torn(&context)?;
    let said = |mut output: Output, code: u8| {
        let notes = torn.iter().map(|why| format!("error: {why}"));
        output.notes.extend(notes);
        output.code(if torn.is_empty() || code != 0 {
            code
        } else {
            1
        })
    };
    let all = filtered(&context, &args.filter, all)?;
    let known = known(&context, &all)?;
    let code = if all.is_empty() { 0 } else { 4 };
    if global.format == Format::Json {
        let list: Vec<_> = known.iter().map(Known::json).collect();
        let findings = findings_json(&findings(&context, &known));
        let value = json!({ "version": 1, "conflicts": list, "findings": findings });
        return Ok(said(Output::json(&value), code));
    }
    if all.is_empty() {
        let text = match (global.quiet, any) {
            (true, _) => "",
            (false, false) => "No open conflict.\n",
            (false, true) => "No open conflict is like that.\n",
        };
        return Ok(said(Output::of(text), code));
    }
    Ok(said(Output::of(list::text(&context, &known)), code))
}
