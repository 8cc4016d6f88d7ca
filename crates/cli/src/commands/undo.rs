//! `hnp undo`

use std::collections::BTreeSet;

use hnp_git::BackupFile;
use hnp_report::Format;
use hnp_state::STATE_PATH;
use hnp_state::ledger::{Detail, OperationType, Record, Status};
use hnp_sync::reversal::{self, Clash, Reversal, Stopped, Texts, Undo};
use serde_json::{Value, json};

use super::fabric_side::side;
use crate::args::{Global, UndoArgs};
use crate::context::Context;
use crate::failure::Failure;
use crate::operation::{self, Done, Operation};
use crate::output::{Output, Progress, clean};
use crate::plans;

/// Longest value that is shown.
const SHOWN: usize = 60;

/// An operation that is to be taken back.
struct Target {
    id: String,
    kind: Option<OperationType>,
    fabric: Option<String>,
    before: Texts,
    after: Texts,
}

pub(super) fn run(global: &Global, args: &UndoArgs) -> Result<Output, Failure> {
    let mut output = Output::default();
    let lock = if args.writing.dry_run {
        None
    } else {
        Some(operation::begin(&Context::open_bare(global)?, &mut output)?)
    };
    let context = Context::open_unconfigured(global)?;
    let target = find(&context, &args.operation)?;
    let reversal = {
        let _progress = Progress::start(global, &format!("Undoing {}", target.id));
        plan(&context, &target)?
    };
    let resources: Vec<String> = reversal.resources.keys().cloned().collect();
    let done = match &lock {
        Some(lock) => operation::perform(
            &context,
            lock,
            &Operation {
                kind: OperationType::Undo,
                fabric: target.fabric.clone(),
                title: format!("hnp: Undo {}", words(&target)),
                plan: &reversal.plan,
                commit: args.writing.commit,
                resources: resources.clone(),
                fill: &|record| fill(record, &reversal, "undone", &target.id),
            },
        )?,
        None => Done::default(),
    };
    done.tell(&mut output);
    if !done.problems.is_empty() {
        output.code = 3;
    } else if !reversal.stopped.is_empty() && output.code == 0 {
        output.code = 4;
    }
    if global.format == Format::Json {
        output.text = Output::json(&json!({
            "version": 1,
            "success": done.problems.is_empty() && reversal.stopped.is_empty(),
            "dry_run": args.writing.dry_run,
            "operation_id": done.id,
            "undone_operation_id": target.id,
            "commit_sha": done.commit,
            "resources": resources_json(&reversal),
            "conflicts": stopped_json(&reversal.stopped),
            "files": plans::json(&reversal.plan),
            "errors": done.problems,
        }))
        .text;
    } else if !global.quiet || output.code != 0 {
        output.text = text(global, args, &target, &reversal, &done);
    }
    Ok(output)
}

fn words(target: &Target) -> String {
    match &target.kind {
        Some(kind) => format!("{} ({})", target.id, kind.as_str()),
        None => target.id.clone(),
    }
}

/// Fills a record's counters from what is taken back.
pub(super) fn fill(record: &mut Record, reversal: &Reversal, word: &str, of: &str) {
    use hnp_sync::reversal::What;
    record.details.insert(word.to_owned(), Value::from(of));
    record.resources_targeted = (reversal.resources.len() + reversal.stopped.len()) as u64;
    record.resources_processed = record.resources_targeted;
    record.resources_skipped = reversal.stopped.len() as u64;
    for what in reversal.resources.values() {
        match what {
            What::Create => record.resources_created += 1,
            What::Update | What::Move => record.resources_updated += 1,
            What::Delete => record.resources_deleted += 1,
        }
    }
    for stopped in &reversal.stopped {
        if stopped.clashes.is_empty() {
            record.push_warning(Detail::new(
                "left_alone",
                &format!("{}: {}", stopped.what, stopped.why),
            ));
        } else {
            record.conflicts_detected += 1;
            record.conflicts_manual += 1;
        }
    }
}

/// Finds the operation in the ledger, else in the history of HEAD.
fn find(context: &Context, wanted: &str) -> Result<Target, Failure> {
    let records: Vec<Record> = context
        .repo
        .read_log(usize::MAX)?
        .iter()
        .filter_map(|text| Record::from_json(text).ok())
        .collect();
    let did_something =
        |record: &&Record| !matches!(record.status, Status::Failed | Status::Cancelled);
    let found: Vec<&Record> = if wanted == "last" {
        last(context, records.iter().filter(did_something))?
            .into_iter()
            .collect()
    } else {
        records
            .iter()
            .filter(|record| !wanted.is_empty() && record.operation_id.starts_with(wanted))
            .collect()
    };
    let ids: BTreeSet<&str> = found
        .iter()
        .map(|record| record.operation_id.as_str())
        .collect();
    if ids.len() > 1 {
        return Err(several(wanted, &ids));
    }
    if let Some(record) = found.first() {
        let files = match context.repo.read_logged(&record.operation_id)? {
            Some(logged) => logged.files,
            None => None,
        };
        let (before, after) = match (files, &record.commit_sha) {
            (Some(files), _) => files,
            (None, Some(commit)) => context.repo.changed_files(commit)?,
            (None, None) => {
                return Err(Failure::Usage(format!(
                    "of operation {} it is not on record which files it changed, so it cannot be undone; `hnp restore --list` shows what else there is to go back to",
                    record.operation_id
                )));
            }
        };
        return Ok(Target {
            id: record.operation_id.clone(),
            kind: Some(record.operation_type.clone()),
            fabric: record.fabric.clone(),
            before: texts(before),
            after: texts(after),
        });
    }
    // Another clone's ledger is not here, but its commits are.
    let commits = context.repo.commits_of_operation(wanted)?;
    let ids: BTreeSet<&str> = commits.iter().map(|(_, id)| id.as_str()).collect();
    if ids.len() > 1 {
        return Err(several(wanted, &ids));
    }
    let Some((commit, id)) = commits.first() else {
        return Err(Failure::Usage(if wanted == "last" {
            "nothing was done here yet, so there is nothing to undo".to_owned()
        } else {
            format!(
                "no operation's id starts with `{}`; `hnp log` lists them",
                clean(wanted)
            )
        }));
    };
    let (before, after) = context.repo.changed_files(commit)?;
    Ok(Target {
        id: id.clone(),
        kind: None,
        fabric: None,
        before: texts(before),
        after: texts(after),
    })
}

/// Finds the newest operation that is not known to belong to another branch: all worktrees of a repository write one ledger.
fn last<'r>(
    context: &Context,
    records: impl Iterator<Item = &'r Record>,
) -> Result<Option<&'r Record>, Failure> {
    let mut elsewhere = None;
    for record in records {
        if belongs_here(context, record)? {
            return Ok(Some(record));
        }
        elsewhere.get_or_insert(record);
    }
    match elsewhere {
        None => Ok(None),
        Some(record) => Err(Failure::Usage(format!(
            "nothing was done on this branch yet: the newest operation, {}, was done on {}. Undo it there, or name it here by its id",
            record.operation_id,
            clean(
                record
                    .branch_name
                    .as_deref()
                    .unwrap_or("a branch that is gone")
            )
        ))),
    }
}

/// Tells whether an operation is part of what is here: its commit is in the history of HEAD, something that it wrote stands
/// as it left it, or it was done on this very branch.
fn belongs_here(context: &Context, record: &Record) -> Result<bool, Failure> {
    let branch = context.repo.branch();
    if record.branch_name.is_none() || record.branch_name == branch {
        return Ok(true);
    }
    if let Some(commit) = &record.commit_sha
        && context.repo.is_in_history(commit)
    {
        return Ok(true);
    }
    let files = context
        .repo
        .read_logged(&record.operation_id)?
        .and_then(|logged| logged.files);
    let Some((before, after)) = files else {
        return Ok(false);
    };
    let (before, after) = (texts(before), texts(after));
    for path in before.keys().chain(after.keys()) {
        let (was, left) = (before.get(path), after.get(path));
        if path != STATE_PATH
            && was != left
            && context.worktree.read_if_there(path)?.as_ref() == left
            && (left.is_some() || !after.values().any(|bytes| !bytes.is_empty()))
        {
            return Ok(true);
        }
    }
    Ok(false)
}

fn several(wanted: &str, ids: &BTreeSet<&str>) -> Failure {
    let shown: Vec<&str> = ids.iter().copied().take(5).collect();
    Failure::Usage(format!(
        "several operations' ids start with `{}`: {}; write more of it",
        clean(wanted),
        shown.join(", ")
    ))
}

fn texts(files: Vec<BackupFile>) -> Texts {
    files
        .into_iter()
        .map(|file| (file.path, file.bytes))
        .collect()
}

fn plan(context: &Context, target: &Target) -> Result<Reversal, Failure> {
    let mut now = Texts::new();
    let touched = target.before.keys().chain(target.after.keys());
    for path in touched.map(String::as_str).chain([STATE_PATH]) {
        if let Some(bytes) = context.worktree.read_if_there(path)? {
            now.insert(path.to_owned(), bytes);
        }
    }
    let mut sides = Vec::new();
    for (name, fabric) in &context.config.fabrics {
        sides.push(side(context, name, fabric)?);
    }
    Ok(reversal::undo(&Undo {
        sides: &sides,
        before: &target.before,
        after: &target.after,
        now: &now,
        limits: context.config.limits.yaml(),
    }))
}

/// Shows what happens to resources, as JSON.
pub(super) fn resources_json(reversal: &Reversal) -> Value {
    reversal
        .resources
        .iter()
        .map(|(key, what)| json!({ "resource": key, "action": what.word() }))
        .collect()
}

/// Shows what was left, as JSON.
pub(super) fn stopped_json(stopped: &[Stopped]) -> Value {
    let value = |text: &Option<String>| -> Value {
        text.as_deref()
            .and_then(|text| serde_json::from_str(text).ok())
            .unwrap_or(Value::Null)
    };
    stopped
        .iter()
        .map(|one| {
            json!({
                "resource": one.what,
                "reason": one.why,
                "fields": one.clashes.iter().map(|clash| json!({
                    "path": clash.path,
                    "after_operation": value(&clash.left),
                    "now": value(&clash.now),
                    "before_operation": value(&clash.before),
                })).collect::<Vec<_>>(),
            })
        })
        .collect()
}

/// Shows what happens to resources, a line each.
pub(super) fn resources_text(reversal: &Reversal) -> String {
    reversal
        .resources
        .iter()
        .map(|(key, what)| format!("  {:7} {}\n", what.word(), clean(key)))
        .collect()
}

/// Shows what was left and why.
pub(super) fn stopped_text(stopped: &[Stopped]) -> String {
    let mut text = String::new();
    for one in stopped {
        text.push_str(&format!("  {}: {}\n", clean(&one.what), clean(&one.why)));
        for clash in &one.clashes {
            text.push_str(&clash_text(clash));
        }
    }
    text
}

fn clash_text(clash: &Clash) -> String {
    let shown = |value: &Option<String>| match value {
        None => "nothing".to_owned(),
        Some(value) if value.chars().count() > SHOWN => {
            let start: String = value.chars().take(SHOWN).collect();
            format!("{}...", clean(&start))
        }
        Some(value) => clean(value),
    };
    let path = if clash.path.is_empty() {
        "the whole resource"
    } else {
        &clash.path
    };
    format!(
        "    {}: before {}, the operation left {}, now {}\n",
        clean(path),
        shown(&clash.before),
        shown(&clash.left),
        shown(&clash.now)
    )
}

fn text(
    global: &Global,
    args: &UndoArgs,
    target: &Target,
    reversal: &Reversal,
    done: &Done,
) -> String {
    let mut text = String::new();
    if reversal.plan.is_empty() && reversal.stopped.is_empty() {
        text.push_str(&format!(
            "Nothing to do: of {} there is nothing left in the files.\n",
            words(target)
        ));
    } else if reversal.plan.is_empty() {
        text.push_str(&format!("Nothing of {} was undone.\n", words(target)));
    } else {
        let verb = if args.writing.dry_run {
            "Would undo"
        } else {
            "Undid"
        };
        text.push_str(&format!("{verb} {}:\n", words(target)));
        text.push_str(&resources_text(reversal));
        text.push_str(&plans::describe(&reversal.plan, global.verbose > 0));
    }
    if !reversal.stopped.is_empty() {
        text.push_str("Left as it is:\n");
        text.push_str(&stopped_text(&reversal.stopped));
    }
    if let Some(commit) = &done.commit {
        text.push_str(&format!(
            "Committed as {}\n",
            &commit[..12.min(commit.len())]
        ));
    }
    if !reversal.resources.is_empty()
        && matches!(
            target.kind,
            Some(
                OperationType::Bidirectional
                    | OperationType::GithubToGui
                    | OperationType::GuiToGithub
            )
        )
    {
        text.push_str("Next: `hnp sync` carries it to the GUI.\n");
    }
    text
}
