//! `hnp resolve`

mod answer;
mod interactive;
mod verdict;

use hnp_report::Format;
use hnp_state::STATE_PATH;
use hnp_state::ledger::{OperationType, Resolution as Word};
use hnp_state::state_file;
use hnp_sync::plan::Plan;
use hnp_sync::reconcile::{Conflict, Resolution};
use serde_json::json;

use super::conflicts;
use crate::args::{Global, ResolveArgs};
use crate::context::Context;
use crate::failure::Failure;
use crate::operation::{self, Done, Operation};
use crate::output::{Output, clean};

/// A conflict and the answer to it.
type Answer = (Conflict, Resolution);

pub(super) fn run(global: &Global, args: &ResolveArgs) -> Result<Output, Failure> {
    let context = Context::open(global)?;
    if !context.config.features.conflict_resolution {
        return Err(Failure::Usage(
            "features.conflict_resolution is off in .hnp/config.toml".to_owned(),
        ));
    }
    // Whoever is asked takes time to think: nothing is locked until the last answer is given.
    let chosen = chosen(&context, args)?;
    let answers: Vec<Answer> = if args.interactive {
        match interactive::ask(global, &context, &chosen, args)? {
            Some(answers) => answers,
            None => return Ok(Output::of(said(global, "Nothing is written.\n"))),
        }
    } else {
        chosen
            .into_iter()
            .map(|conflict| {
                let resolution = answer::of(&conflict, args)?;
                Ok((conflict, resolution))
            })
            .collect::<Result<_, Failure>>()?
    };
    let verdict = verdict::of(&context, &answers)?;
    if verdict.refuses(&answers) {
        return Ok(refused(global, args, &verdict));
    }
    let mut output = Output::default();
    let done = if args.writing.dry_run {
        Done::default()
    } else {
        write(global, args, &answers, &mut output)?
    };
    output.notes.extend(done.problems.iter().cloned());
    output.notes.extend(verdict.notes());
    if !done.problems.is_empty() {
        output.code = 3;
    }
    if global.format == Format::Json {
        output.text = json_of(&context, args, &answers, &done, &verdict)?;
        return Ok(output);
    }
    output.text = said(global, &text(args, &answers));
    if let Some(commit) = done.commit.as_ref().filter(|_| !global.quiet) {
        output
            .text
            .push_str(&format!("Committed as {}\n", &commit[..12.min(commit.len())]));
    }
    Ok(output)
}

fn said(global: &Global, text: &str) -> String {
    if global.quiet {
        String::new()
    } else {
        text.to_owned()
    }
}

/// The conflicts that are meant.
fn chosen(context: &Context, args: &ResolveArgs) -> Result<Vec<Conflict>, Failure> {
    let state = conflicts::state(context)?;
    let open = conflicts::open(&state);
    match &args.id {
        Some(start) => Ok(vec![conflicts::one(&open, start)?.clone()]),
        None => conflicts::filtered(context, &args.filter, open),
    }
}

/// Puts the answers on record.
fn write(
    global: &Global,
    args: &ResolveArgs,
    answers: &[Answer],
    output: &mut Output,
) -> Result<Done, Failure> {
    if answers.is_empty() {
        return Ok(Done::default());
    }
    let lock = operation::begin(&Context::open_raw(global)?, output)?;
    let context = Context::open(global)?;
    let before = context.files.state.clone().unwrap_or_default();
    let mut state = conflicts::state(&context)?;
    for (conflict, resolution) in answers {
        if !state.conflicts.contains_key(&conflict.id) {
            return Err(Failure::Usage(format!(
                "conflict {} is not open any more: one side was changed meanwhile; nothing is written. `hnp conflicts` shows how things stand",
                conflict.id
            )));
        }
        state
            .resolutions
            .insert(conflict.id.clone(), resolution.to_fields());
    }
    let mut plan = Plan::default();
    plan.write(
        STATE_PATH,
        state_file::write(&state),
        Some(before.as_bytes()),
    );
    let keys: Vec<String> = answers.iter().map(|(one, _)| one.resource.clone()).collect();
    let ids: Vec<String> = answers.iter().map(|(one, _)| one.id.clone()).collect();
    let pairs: Vec<(&Conflict, &Resolution)> = answers.iter().map(|(c, r)| (c, r)).collect();
    operation::perform(
        &context,
        &lock,
        &Operation {
            kind: OperationType::ConflictResolution,
            fabric: None,
            title: format!("hnp: Resolve {} conflict(s)", answers.len()),
            plan: &plan,
            commit: args.writing.commit,
            resources: keys.clone(),
            fill: &|record| {
                record.resources_targeted = keys.len() as u64;
                record.resources_processed = keys.len() as u64;
                record.conflicts_detected = keys.len() as u64;
                record.conflict_resolution_strategy = Some(Word::UserGuided);
                record.conflicts.clone_from(&ids);
                conflicts::record::note_answered(&mut record.details, &pairs);
            },
        },
    )
}

fn text(args: &ResolveArgs, answers: &[Answer]) -> String {
    if answers.is_empty() {
        return if args.interactive {
            "No conflict is answered; nothing is written.\n".to_owned()
        } else {
            "No open conflict.\n".to_owned()
        };
    }
    let verb = if args.writing.dry_run {
        "would be"
    } else {
        "is"
    };
    let lines: String = answers
        .iter()
        .map(|(one, _)| format!("  {} {}\n", one.id, clean(&one.resource)))
        .collect();
    format!(
        "{lines}{} conflict(s): the answer {verb} on record; `hnp sync` carries it out.\n",
        answers.len()
    )
}

fn json_of(
    context: &Context,
    args: &ResolveArgs,
    answers: &[Answer],
    done: &Done,
    verdict: &verdict::Judged,
) -> Result<String, Failure> {
    let mut state = conflicts::state(context)?;
    for (conflict, resolution) in answers {
        state
            .resolutions
            .insert(conflict.id.clone(), resolution.to_fields());
    }
    Ok(Output::json(&json!({
        "version": 1,
        "success": done.problems.is_empty(),
        "dry_run": args.writing.dry_run,
        "operation_id": done.id,
        "commit_sha": done.commit,
        "conflicts": answers.iter().map(|(one, _)| conflicts::as_json(one, &state)).collect::<Vec<_>>(),
        "findings": verdict.json(),
    }))
    .text)
}

/// A value that a person gave, and that the rules refuse.
fn refused(global: &Global, args: &ResolveArgs, verdict: &verdict::Judged) -> Output {
    if global.format == Format::Json {
        return Output::json(&json!({
            "version": 1,
            "success": false,
            "dry_run": args.writing.dry_run,
            "operation_id": null,
            "commit_sha": null,
            "conflicts": [],
            "findings": verdict.json(),
        }))
        .code(1);
    }
    let mut output = Output::of(verdict.text()).code(1);
    output.notes.push(
        "error: that would not be valid, so the answer is not taken; nothing is written".to_owned(),
    );
    output
}
