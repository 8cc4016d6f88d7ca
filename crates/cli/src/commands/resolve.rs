//! `hnp resolve`

mod answer;
mod interactive;
mod repair;
mod verdict;

use hnp_report::Format;
use hnp_state::STATE_PATH;
use hnp_state::ledger::{OperationType, Resolution as Word};
use hnp_state::state_file::{self, State};
use hnp_sync::forge::BRANCH_PREFIX;
use hnp_sync::plan::Plan;
use hnp_sync::reconcile::{Conflict, Resolution};
use serde_json::json;

use super::bot_branches;
use super::conflicts::{self, Found};
use crate::args::{Global, ResolveArgs};
use crate::context::Context;
use crate::failure::Failure;
use crate::operation::{self, Done, Operation};
use crate::output::{Output, clean};

/// How many records back the last synchronisation is looked for.
const RECORDS: usize = 100;

/// A conflict and the answer to it.
pub(super) type Answer = (Conflict, Resolution);

pub(super) fn run(global: &Global, args: &ResolveArgs) -> Result<Output, Failure> {
    let context = Context::open(global)?;
    if !context.config.features.conflict_resolution {
        return Err(Failure::Usage(
            "features.conflict_resolution is off in .hnp/config.toml".to_owned(),
        ));
    }
    // Whoever is asked takes time to think: nothing is locked until the last answer is given.
    let state = conflicts::state(&context)?;
    let mut chosen = chosen(&context, &state, args)?;
    let mut output = Output::default();
    if let (Some(_), [one]) = (&args.id, chosen.as_slice())
        && repair::is_meant(&one.conflict)
    {
        return repair::run(global, args, &one.conflict);
    }
    chosen.retain(|one| {
        let file = repair::is_meant(&one.conflict);
        if file {
            output.notes.push(format!(
                "note: conflict {} is a file that cannot be read; `hnp resolve {} --take base|gui` writes it anew",
                one.conflict.id, one.conflict.id
            ));
        }
        !file
    });
    let files = !output.notes.is_empty();
    let answers: Vec<Answer> = if args.interactive {
        match interactive::ask(global, &context, &chosen, args)? {
            Some(answers) => answers,
            None => return Ok(Output::of(said(global, "Nothing is written.\n"))),
        }
    } else {
        chosen
            .iter()
            .map(|one| Ok((one.conflict.clone(), answer::of(&one.conflict, args)?)))
            .collect::<Result<_, Failure>>()?
    };
    let verdict = verdict::of(&context, &answers)?;
    if verdict.refuses(&answers) {
        return Ok(refused(global, args, &verdict));
    }
    let mut pushes = Vec::new();
    let on_branch = chosen.iter().any(|one| one.branch.is_some());
    let done = if args.writing.dry_run || answers.is_empty() {
        Done::default()
    } else if on_branch {
        let torn = bot_branches::torn(&context)?;
        if !torn.is_empty() {
            output
                .notes
                .extend(torn.iter().map(|why| format!("error: {why}")));
            return Ok(output.code(1));
        }
        pushes = bot_branches::write(&context, &state, &answers)?;
        Done::default()
    } else {
        write(global, args, &answers, &mut output)?
    };
    done.tell(&mut output);
    output.notes.extend(verdict.notes());
    if !done.problems.is_empty() {
        output.code = 3;
    }
    if global.format == Format::Json {
        let list: Vec<_> = answers
            .iter()
            .map(|(one, answer)| conflicts::json_of(&context.config.sync, one, Some(answer)))
            .collect();
        output.text = Output::json(&json!({
            "version": 1,
            "success": done.problems.is_empty(),
            "dry_run": args.writing.dry_run,
            "operation_id": done.id,
            "commit_sha": done.commit,
            "conflicts": list,
            "findings": verdict.json(),
        }))
        .text;
        return Ok(output);
    }
    let later = !on_branch && !args.writing.commit && past_is_branch(&context);
    output.text = said(global, &text(args, &chosen, &answers, files, later));
    output.text.push_str(&said(global, &pushes.concat()));
    if let Some(commit) = done.commit.as_ref().filter(|_| !global.quiet) {
        output.text.push_str(&format!(
            "Committed as {}\n",
            &commit[..12.min(commit.len())]
        ));
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

/// The conflicts that are meant: with their values, however large, and here rather than on a branch.
fn chosen(context: &Context, state: &State, args: &ResolveArgs) -> Result<Vec<Found>, Failure> {
    let all = conflicts::everywhere(context, state)?;
    let mut chosen = match &args.id {
        Some(start) => vec![conflicts::one(&all, start)?.clone()],
        None => conflicts::filtered(context, &args.filter, all)?,
    };
    if chosen.iter().any(|one| one.branch.is_none()) {
        chosen.retain(|one| one.branch.is_none());
    }
    for one in &mut chosen {
        one.conflict = conflicts::expanded(context, &one.conflict);
    }
    Ok(chosen)
}

/// Puts the answers on record.
fn write(
    global: &Global,
    args: &ResolveArgs,
    answers: &[Answer],
    output: &mut Output,
) -> Result<Done, Failure> {
    let lock = operation::begin(&Context::open_bare(global)?, output)?;
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
    let keys: Vec<String> = answers
        .iter()
        .map(|(one, _)| one.resource.clone())
        .collect();
    let ids: Vec<String> = answers.iter().map(|(one, _)| one.id.clone()).collect();
    let open = conflicts::open(&state);
    let pairs: Vec<(&Conflict, &Resolution)> = answers
        .iter()
        .filter_map(|(one, answer)| Some((open.iter().find(|open| open.id == one.id)?, answer)))
        .collect();
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
                conflicts::record::note_answered(&mut record.details, &context.config.sync, &pairs);
            },
        },
    )
}

/// Tells whether a branch was what carried the last synchronisation here: it reads answers from commits only.
fn past_is_branch(context: &Context) -> bool {
    let records = super::log::records(context, RECORDS).unwrap_or_default();
    let last = records.iter().find(|record| {
        matches!(
            record.operation_type,
            OperationType::Bidirectional | OperationType::GuiToGithub | OperationType::GithubToGui
        )
    });
    let branch = last.and_then(|record| record.branch_name.as_deref());
    branch.is_some_and(|name| name.starts_with(BRANCH_PREFIX))
}

/// `later` says that the answers must be committed before they count.
fn text(
    args: &ResolveArgs,
    chosen: &[Found],
    answers: &[Answer],
    files: bool,
    later: bool,
) -> String {
    if answers.is_empty() {
        return if args.interactive {
            "No conflict is answered; nothing is written.\n".to_owned()
        } else if files {
            "No other conflict is open.\n".to_owned()
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
        .map(|(one, _)| {
            let found = chosen.iter().find(|found| found.conflict.id == one.id);
            let branch = found.and_then(|found| found.branch.as_deref());
            format!(
                "  {} {}{}\n",
                one.id,
                clean(&one.resource),
                conflicts::on_branch(branch)
            )
        })
        .collect();
    let (there, to) = if chosen.iter().any(|one| one.branch.is_some()) {
        (" there", " --to branch")
    } else if later {
        ("", " --to branch` after `git commit .hnp/state.toml")
    } else {
        ("", "")
    };
    format!(
        "{lines}{} conflict(s): the answer {verb} on record{there}; `hnp sync{to}` carries it out.\n",
        answers.len()
    )
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
