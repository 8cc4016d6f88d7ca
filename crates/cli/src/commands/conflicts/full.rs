//! One conflict in full: three columns, who changed what and when, and what refers to the resource.

use hnp_merge::Rules;
use hnp_model::ResourceId;
use hnp_report::Format;
use hnp_state::state_file::State;
use hnp_sync::reconcile::{Conflict, FieldConflict, id_of_key};
use serde_json::{Value, json};

use super::{
    FieldChange, Found, Known, changes, columns, expanded, findings, findings_json, findings_text,
    known, list, name, path, pick_word, rows,
};
use crate::args::Global;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::{Output, clean};

/// What surrounds a conflict.
pub(in crate::commands) struct About {
    pub(in crate::commands) id: Option<ResourceId>,
    /// The file that holds the resource, or held it.
    file: Option<String>,
    refers_to: Vec<Value>,
    referred_by: Vec<Value>,
    /// Of each field, who changed it in Git.
    pub(in crate::commands) history: Vec<Vec<FieldChange>>,
}

/// Looks around: the resource's file and its history, and the reference graph.
///
/// # Errors
///
/// Exit 3 where the fabric cannot be read.
pub(in crate::commands) fn about(
    context: &Context,
    state: &State,
    conflict: &Conflict,
) -> Result<About, Failure> {
    let mut about = About {
        id: None,
        file: None,
        refers_to: Vec::new(),
        referred_by: Vec::new(),
        history: vec![Vec::new(); conflict.fields.len()],
    };
    let Some((fabric_name, rest)) = conflict.resource.split_once('/') else {
        return Ok(about);
    };
    let (Some(id), Some(fabric)) = (id_of_key(rest), context.config.fabrics.get(fabric_name))
    else {
        return Ok(about);
    };
    let settings = context.settings(Some(fabric_name), None)?;
    let (outcome, _) = super::super::validate::one_fabric(context, fabric, &settings)?;
    let holds = outcome.files.iter().find(|file| {
        file.role == hnp_rules::Role::Managed
            && file
                .facts
                .iter()
                .any(|facts| facts.id.key(fabric_name) == conflict.resource)
    });
    about.file = match holds {
        Some(file) => Some(file.path.clone()),
        None => state
            .resources
            .get(&conflict.resource)
            .map(|entry| entry.path.clone()),
    };
    let impact =
        super::super::impact::impact(context, &outcome.files, &settings, &id.kind, &id.name);
    let items = |value: Value| match value {
        Value::Array(items) => items,
        _ => Vec::new(),
    };
    about.refers_to = items(impact.refers_to);
    about.referred_by = items(impact.referred_by);
    if let Some(file) = &about.file {
        about.history = changes(context, &id, file, conflict);
    }
    about.id = Some(id);
    Ok(about)
}

impl About {
    /// What refers to the resource, a line each.
    pub(in crate::commands) fn referrers(&self) -> String {
        let word = |value: &Value, key: &str| clean(value[key].as_str().unwrap_or_default());
        let lines = self.referred_by.iter().map(|one| {
            format!(
                "  {}/{} ({}:{}:{})\n",
                word(one, "kind"),
                word(one, "name"),
                word(one, "file"),
                one["line"],
                one["column"]
            )
        });
        let lines: String = lines.collect();
        if lines.is_empty() {
            "Nothing here refers to it.\n".to_owned()
        } else {
            format!("Referred to by\n{lines}")
        }
    }
}

pub(super) fn run(
    global: &Global,
    context: &Context,
    state: &State,
    found: &Found,
) -> Result<Output, Failure> {
    let found = Found {
        conflict: expanded(context, &found.conflict),
        ..found.clone()
    };
    let all = known(context, [&found])?;
    let Some(one) = all.first() else {
        return Ok(Output::default());
    };
    let conflict = &found.conflict;
    let about = about(context, state, conflict)?;
    let escalated = findings(context, &all);
    if global.format == Format::Json {
        let mut value = json!({ "version": 1 });
        if let (Some(into), Value::Object(fields)) = (value.as_object_mut(), one.json()) {
            into.extend(fields);
        }
        for (field, history) in about.history.iter().enumerate() {
            let history: Vec<Value> = history.iter().map(FieldChange::json).collect();
            value["fields"][field]["history"] = json!(history);
        }
        value["file"] = json!(about.file);
        value["refers_to"] = json!(about.refers_to);
        value["referred_by"] = json!(about.referred_by);
        value["findings"] = findings_json(&escalated);
        return Ok(Output::json(&value).code(4));
    }
    let mut text = head(one, &about);
    for (field, history) in conflict.fields.iter().zip(&about.history) {
        text.push_str(&format!("\n{}\n", path(field)));
        text.push_str(&field_columns(global, conflict, field, about.id.as_ref()));
        if let Some(pick) = one.resolution.and_then(|r| r.pick(&field.path)) {
            text.push_str(&format!("  answer: {}\n", clean(&pick_word(pick))));
        }
        if !history.is_empty() {
            text.push_str("  changed in Git\n");
        }
        for change in history {
            text.push_str(&format!("    {}\n", change.line(&field.path)));
        }
    }
    text.push('\n');
    text.push_str(&about.referrers());
    if let Some(note) = one.resolution.and_then(|r| r.note.as_deref()) {
        text.push_str(&format!("Note: {}\n", clean(note)));
    }
    text.push_str(&findings_text(&escalated));
    Ok(Output::of(text).code(4))
}

fn head(one: &Known<'_>, about: &About) -> String {
    let conflict = one.conflict;
    let mut text = format!("conflict  {}\n", conflict.id);
    let mut line = |title: &str, value: &str| text.push_str(&format!("{title:<9} {value}\n"));
    line("resource", &name(&conflict.resource));
    if let Some(file) = &about.file {
        line("file", &clean(file));
    }
    line(
        "type",
        &format!("{}, severity {}", clean(&conflict.kind), one.severity()),
    );
    line("status", list::words(one.status()));
    if let Some(branch) = one.branch {
        line("branch", &clean(branch));
    }
    if let Some(met) = &one.met {
        let by = met
            .by
            .as_deref()
            .map_or_else(String::new, |by| format!(" by {by}"));
        let at = met.at.as_deref().unwrap_or("an unknown time");
        line(
            "found",
            &clean(&format!(
                "{at} in operation {}{by}, open {}",
                met.operation,
                one.open_for()
            )),
        );
        let mut gui = Vec::new();
        gui.extend(
            met.gui_updated
                .as_ref()
                .map(|at| format!("changed last at {at}")),
        );
        gui.extend(
            met.gui_commit
                .as_ref()
                .map(|commit| format!("made from commit {commit}")),
        );
        if !gui.is_empty() {
            line("gui", &clean(&gui.join(", ")));
        }
    }
    if let Some(message) = &conflict.message {
        line("reason", &clean(message));
    }
    text
}

/// A field's values in three columns.
pub(in crate::commands) fn field_columns(
    global: &Global,
    conflict: &Conflict,
    field: &FieldConflict,
    id: Option<&ResourceId>,
) -> String {
    let rules = id.map_or_else(|| Rules::of("", ""), |id| Rules::of(&id.group, &id.kind));
    let rows = rows::rows(rules, conflict, field);
    columns::table(&rows, columns::width(global))
}
