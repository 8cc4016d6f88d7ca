//! `hnp conflicts`

use hnp_report::Format;
use hnp_state::state_file::{self, State};
use hnp_sync::reconcile::{Conflict, FieldConflict, Pick, Resolution};
use serde_json::{Value, json};

use crate::args::{ConflictsArgs, Global};
use crate::context::Context;
use crate::failure::Failure;
use crate::output::{Output, clean};

/// Longest value that the list shows.
const SHOWN: usize = 40;

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
            "no open conflict's id starts with `{}`; `hnp conflicts` lists them",
            clean(start)
        ))),
        (Some(_), Some(_)) => Err(Failure::Usage(format!(
            "several conflicts' ids start with `{}`; write more of it",
            clean(start)
        ))),
    }
}

/// Returns a conflict as JSON.
pub(super) fn as_json(conflict: &Conflict, state: &State) -> Value {
    let value = |side: &Option<String>| {
        side.as_ref()
            .and_then(|text| serde_json::from_str::<Value>(text).ok())
    };
    let resolution = state
        .resolutions
        .get(&conflict.id)
        .and_then(Resolution::from_fields);
    json!({
        "id": conflict.id,
        "resource": conflict.resource,
        "type": conflict.kind,
        "severity": conflict.severity(),
        "auto_resolvable": conflict.is_auto_resolvable(),
        "status": if resolution.is_some() { "resolving" } else { "detected" },
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

fn pick_word(pick: &Pick) -> String {
    match pick {
        Pick::Gui => "gui".to_owned(),
        Pick::Git => "git".to_owned(),
        Pick::Base => "base".to_owned(),
        Pick::Value(json) => json.clone(),
    }
}

pub(super) fn run(global: &Global, args: &ConflictsArgs) -> Result<Output, Failure> {
    let context = Context::open(global)?;
    let here = state(&context)?;
    let elsewhere = super::bot_branches::open(&context, &here)?;
    let mut found: Vec<(Conflict, &State, Option<&str>)> = open(&here)
        .into_iter()
        .map(|one| (one, &here, None))
        .collect();
    for on in &elsewhere {
        let branch = Some(on.branch.as_str());
        found.extend(
            on.conflicts
                .iter()
                .map(|one| (one.clone(), &on.state, branch)),
        );
    }
    let code = if found.is_empty() { 0 } else { 4 };
    let value = |(conflict, state, branch): &(Conflict, &State, Option<&str>)| {
        let mut value = as_json(conflict, state);
        value["branch"] = json!(branch);
        value
    };
    if let Some(start) = &args.id {
        let all: Vec<Conflict> = found.iter().map(|(one, ..)| one.clone()).collect();
        let id = &one(&all, start)?.id;
        let Some(chosen) = found.iter().find(|(one, ..)| one.id == *id) else {
            return Ok(Output::default());
        };
        if global.format == Format::Json {
            let mut value = value(chosen);
            value["version"] = json!(1);
            return Ok(Output::json(&value).code(code));
        }
        let mut text = in_full(&chosen.0, chosen.1);
        if let Some(branch) = chosen.2 {
            text.push_str(&format!("\nbranch   {}\n", clean(branch)));
        }
        return Ok(Output::of(text).code(code));
    }
    if global.format == Format::Json {
        let list: Vec<_> = found.iter().map(value).collect();
        return Ok(Output::json(&json!({ "version": 1, "conflicts": list })).code(code));
    }
    if found.is_empty() {
        return Ok(Output::of(if global.quiet {
            ""
        } else {
            "No open conflict.\n"
        }));
    }
    let mut text = String::new();
    for (conflict, state, branch) in &found {
        let place = branch.map_or_else(String::new, |name| format!("  on branch {}", clean(name)));
        text.push_str(&format!(
            "{}  {}  {} ({}){place}{}\n",
            conflict.id,
            clean(&conflict.resource),
            clean(&conflict.kind),
            conflict.severity(),
            if state.resolutions.contains_key(&conflict.id) {
                "  resolved, waits for `hnp sync`"
            } else {
                ""
            }
        ));
        if let Some(message) = &conflict.message {
            text.push_str(&format!("    {}\n", clean(message)));
        }
        for field in &conflict.fields {
            text.push_str(&format!(
                "    {}: gui {}, git {}\n",
                path(field),
                short(&field.gui),
                short(&field.git)
            ));
        }
    }
    text.push_str(
        "`hnp conflicts ID` shows one in full; `hnp resolve ID --take gui|git|base` settles it.\n",
    );
    Ok(Output::of(text).code(code))
}

fn in_full(conflict: &Conflict, state: &State) -> String {
    let mut text = format!(
        "conflict {}\nresource {}\ntype     {}, severity {}\n",
        conflict.id,
        clean(&conflict.resource),
        clean(&conflict.kind),
        conflict.severity()
    );
    if let Some(message) = &conflict.message {
        text.push_str(&format!("reason   {}\n", clean(message)));
    }
    let resolution = state
        .resolutions
        .get(&conflict.id)
        .and_then(Resolution::from_fields);
    for field in &conflict.fields {
        text.push_str(&format!("\n{}\n", path(field)));
        for (name, side) in [
            ("base", &field.base),
            ("gui", &field.gui),
            ("git", &field.git),
        ] {
            let side = side.as_deref().unwrap_or("(absent)");
            text.push_str(&format!("  {name:<5} {}\n", clean(side)));
        }
        if let Some(pick) = resolution.as_ref().and_then(|r| r.pick(&field.path)) {
            text.push_str(&format!("  -> {}\n", clean(&pick_word(pick))));
        }
    }
    let note = resolution.and_then(|resolution| resolution.note);
    if let Some(note) = note {
        text.push_str(&format!("\nnote     {}\n", clean(&note)));
    }
    text
}

fn path(field: &FieldConflict) -> String {
    if field.path.is_empty() {
        "(the whole resource)".to_owned()
    } else {
        clean(&field.path)
    }
}

fn short(side: &Option<String>) -> String {
    match side {
        None => "(absent)".to_owned(),
        Some(text) if text.chars().count() > SHOWN => {
            let start: String = text.chars().take(SHOWN - 3).collect();
            format!("{}...", clean(&start))
        }
        Some(text) => clean(text),
    }
}
