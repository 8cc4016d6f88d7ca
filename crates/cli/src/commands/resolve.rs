//! `hnp resolve`

use hnp_report::Format;
use hnp_state::STATE_PATH;
use hnp_state::ledger::{OperationType, Resolution as Word};
use hnp_state::state_file;
use hnp_sync::plan::Plan;
use hnp_sync::reconcile::{Conflict, Pick, Resolution};
use serde_json::json;

use super::conflicts;
use crate::args::{Global, ResolveArgs};
use crate::context::Context;
use crate::failure::Failure;
use crate::operation::{self, Done, Operation};
use crate::output::{Output, clean};

pub(super) fn run(global: &Global, args: &ResolveArgs) -> Result<Output, Failure> {
    let mut output = Output::default();
    let lock = if args.writing.dry_run {
        None
    } else {
        Some(operation::begin(&Context::open_raw(global)?, &mut output)?)
    };
    let context = Context::open(global)?;
    if !context.config.features.conflict_resolution {
        return Err(Failure::Usage(
            "features.conflict_resolution is off in .hnp/config.toml".to_owned(),
        ));
    }
    let before = context.files.state.clone().unwrap_or_default();
    let mut state = conflicts::state(&context)?;
    let open = conflicts::open(&state);
    if let Some(answered) = super::bot_branches::answer(global, args, &context, &open, &state)? {
        return Ok(answered);
    }
    let chosen: Vec<&Conflict> = match &args.id {
        Some(start) => vec![conflicts::one(&open, start)?],
        None => open.iter().collect(),
    };
    let mut resolved = Vec::new();
    for conflict in chosen {
        let resolution = answer(conflict, args)?;
        state
            .resolutions
            .insert(conflict.id.clone(), resolution.to_fields());
        resolved.push(conflict);
    }
    let mut plan = Plan::default();
    plan.write(
        STATE_PATH,
        state_file::write(&state),
        Some(before.as_bytes()),
    );
    let keys: Vec<String> = resolved.iter().map(|one| one.resource.clone()).collect();
    let ids: Vec<String> = resolved.iter().map(|one| one.id.clone()).collect();
    let done = match &lock {
        Some(lock) => operation::perform(
            &context,
            lock,
            &Operation {
                kind: OperationType::ConflictResolution,
                fabric: None,
                title: format!("hnp: Resolve {} conflict(s)", resolved.len()),
                plan: &plan,
                commit: args.writing.commit,
                resources: keys.clone(),
                fill: &|record| {
                    record.resources_targeted = keys.len() as u64;
                    record.resources_processed = keys.len() as u64;
                    record.conflicts_detected = keys.len() as u64;
                    record.conflict_resolution_strategy = Some(Word::UserGuided);
                    record.conflicts.clone_from(&ids);
                },
            },
        )?,
        None => Done::default(),
    };
    output.notes.extend(done.problems.clone());
    if !done.problems.is_empty() {
        output.code = 3;
    }
    if global.format == Format::Json {
        output.text = Output::json(&json!({
            "version": 1,
            "success": done.problems.is_empty(),
            "dry_run": args.writing.dry_run,
            "operation_id": done.id,
            "commit_sha": done.commit,
            "conflicts": resolved.iter().map(|one| conflicts::as_json(one, &state)).collect::<Vec<_>>(),
        }))
        .text;
        return Ok(output);
    }
    if !global.quiet {
        output.text = if resolved.is_empty() {
            "No open conflict.\n".to_owned()
        } else {
            let verb = if args.writing.dry_run {
                "would be"
            } else {
                "is"
            };
            let lines: String = resolved
                .iter()
                .map(|one| format!("  {} {}\n", one.id, clean(&one.resource)))
                .collect();
            format!(
                "{lines}{} conflict(s): the answer {verb} on record; `hnp sync` carries it out.\n",
                resolved.len()
            )
        };
    }
    Ok(output)
}

/// Reads the answer, and refuses one that leaves a field open or names one that is not in conflict.
pub(super) fn answer(conflict: &Conflict, args: &ResolveArgs) -> Result<Resolution, Failure> {
    let mut resolution = Resolution {
        resource: conflict.resource.clone(),
        note: args.note.clone(),
        ..Resolution::default()
    };
    if let Some(side) = args.take.as_deref().and_then(Pick::side) {
        resolution.picks.insert(String::new(), side);
    }
    for text in &args.field {
        let (path, pick) = field(conflict, text)?;
        resolution.picks.insert(path, pick);
    }
    for field in &conflict.fields {
        match resolution.pick(&field.path) {
            None => {
                return Err(Failure::Usage(format!(
                    "{} is in conflict too; add --field '{}=gui|git|VALUE', or --take for all others",
                    clean(&field.path),
                    clean(&field.path)
                )));
            }
            Some(Pick::Base)
                if field.base.is_none() && conflict.kind == "concurrent_modification" =>
            {
                return Err(Failure::Usage(format!(
                    "of {} in {} it is not known what both sides started from; take gui or git",
                    clean(&field.path),
                    clean(&conflict.resource)
                )));
            }
            Some(_) => {}
        }
    }
    Ok(resolution)
}

/// Reads `PATH=gui`; a path may hold `=` itself, so the longest path that is in conflict counts.
fn field(conflict: &Conflict, text: &str) -> Result<(String, Pick), Failure> {
    let found = conflict
        .fields
        .iter()
        .filter_map(|field| {
            let rest = text.strip_prefix(&field.path)?.strip_prefix('=')?;
            Some((field.path.clone(), rest))
        })
        .max_by_key(|(path, _)| path.len());
    let Some((path, word)) = found else {
        let known: Vec<String> = conflict
            .fields
            .iter()
            .map(|field| clean(&field.path))
            .collect();
        return Err(Failure::Usage(format!(
            "--field '{}': write PATH=gui, PATH=git or PATH=VALUE; in conflict are: {}",
            clean(text),
            known.join(", ")
        )));
    };
    let pick = match Pick::side(word) {
        Some(side) => side,
        None => Pick::value(word).map_err(Failure::Usage)?,
    };
    Ok((path, pick))
}
