//! `hnp restore`

use std::sync::Arc;

use hnp_git::{ObjectDirectories, ObjectStore, Oid, Snapshot};
use hnp_report::Format;
use hnp_state::STATE_PATH;
use hnp_state::config::Fabric;
use hnp_state::ledger::OperationType;
use hnp_state::state_file;
use hnp_sync::plan::{Before, FileOp, Plan};
use hnp_sync::reversal::{self, Restore, Reversal, Texts};
use serde_json::{Value, json};

use super::conflicts;
use super::fabric_side::{backup, side};
use super::show::{Wanted, wanted};
use super::undo::{fill, resources_json, resources_text, stopped_json, stopped_text};
use crate::args::{Global, RestoreArgs};
use crate::clock;
use crate::context::Context;
use crate::failure::Failure;
use crate::operation::{self, Done, Operation};
use crate::output::{Output, Progress, clean};
use crate::plans;
use crate::tree_source::TreeSource;

pub(super) fn run(global: &Global, args: &RestoreArgs) -> Result<Output, Failure> {
    match &args.at {
        None => list(global, args),
        Some(at) => restore(global, args, at),
    }
}

fn list(global: &Global, args: &RestoreArgs) -> Result<Output, Failure> {
    let context = Context::open_unconfigured(global)?;
    let directories: Vec<String> = context
        .fabrics(&args.write.fabrics)?
        .iter()
        .flat_map(|(_, fabric)| fabric.directories.clone())
        .collect();
    let backups = context.repo.backups()?;
    let commits = if directories.is_empty() {
        Vec::new()
    } else {
        context.repo.past(&directories, args.limit)?
    };
    if global.format == Format::Json {
        return Ok(Output::json(&json!({
            "version": 1,
            "backups": backups.iter().map(|backup| json!({
                "id": short(&backup.name),
                "reference": backup.name,
                "commit": backup.commit,
                "time": clock::rfc3339(backup.seconds),
                "title": backup.title,
            })).collect::<Vec<_>>(),
            "commits": commits.iter().map(|commit| json!({
                "commit": commit.commit,
                "time": clock::rfc3339(commit.seconds),
                "title": commit.title,
                "operation_id": commit.operation,
            })).collect::<Vec<_>>(),
        })));
    }
    let mut text = String::new();
    if !backups.is_empty() {
        text.push_str("Backups, in this clone only:\n");
        for backup in &backups {
            text.push_str(&format!(
                "  {} {} {}\n",
                clean(short(&backup.name)),
                clock::rfc3339(backup.seconds),
                clean(&backup.title)
            ));
        }
    }
    if !commits.is_empty() {
        text.push_str("Commits that changed a fabric:\n");
        for commit in &commits {
            text.push_str(&format!(
                "  {} {} {}\n",
                &commit.commit[..12.min(commit.commit.len())],
                clock::rfc3339(commit.seconds),
                clean(&commit.title)
            ));
        }
    }
    text.push_str(if text.is_empty() {
        "There is no backup, and no commit that changed a fabric.\n"
    } else {
        "Next: `hnp restore --at ID [KIND/NAME]` brings back what one of them holds; --dry-run shows it first.\n"
    });
    Ok(Output::of(text))
}

/// The last part of a backup's reference.
fn short(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

/// Finds the commit that a backup's id, a time or a revision names.
pub(super) fn commit_at(
    context: &Context,
    objects: &ObjectStore,
    at: &str,
) -> Result<Oid, Failure> {
    let backups = context.repo.backups()?;
    let mut found = backups
        .iter()
        .filter(|backup| at.len() >= 4 && short(&backup.name).starts_with(at));
    match (found.next(), found.next()) {
        (Some(backup), None) => {
            return Oid::parse(&backup.commit).ok_or_else(|| {
                Failure::Environment(format!("the backup {} cannot be read", backup.name))
            });
        }
        (Some(_), Some(_)) if !backups.iter().any(|backup| short(&backup.name) == at) => {
            return Err(Failure::Usage(format!(
                "several backups' ids start with `{}`; write more of it",
                clean(at)
            )));
        }
        (Some(_), Some(_)) => {
            let exact = backups.iter().find(|backup| short(&backup.name) == at);
            if let Some(id) = exact.and_then(|backup| Oid::parse(&backup.commit)) {
                return Ok(id);
            }
        }
        _ => {}
    }
    if let Some(seconds) = clock::parse_time(at) {
        return context.repo.commit_at(seconds)?.ok_or_else(|| {
            Failure::Usage(format!(
                "--at {}: no commit of this branch is that old",
                clean(at)
            ))
        });
    }
    Ok(context.repo.commit_named(objects, at)?)
}

/// What becomes of one fabric.
struct Job {
    name: String,
    reversal: Reversal,
    backup: Option<String>,
    done: Done,
}

fn restore(global: &Global, args: &RestoreArgs, at: &str) -> Result<Output, Failure> {
    let mut output = Output::default();
    let writing = &args.write.writing;
    let lock = if writing.dry_run {
        None
    } else {
        Some(operation::begin(&Context::open_bare(global)?, &mut output)?)
    };
    let context = Context::open(global)?;
    let objects = Arc::new(context.repo.objects(&ObjectDirectories::default())?);
    let commit = commit_at(&context, &objects, at)?;
    let then = Snapshot::of(Arc::clone(&objects), commit)?;
    let only: Vec<Wanted> = args
        .resources
        .iter()
        .map(|text| wanted(text))
        .collect::<Result<_, _>>()?;
    let mut text = context.files.state.clone().unwrap_or_default();
    let mut state = conflicts::state(&context)?;
    let mut jobs = Vec::new();
    for (name, fabric) in context.fabrics(&args.write.fabrics)? {
        let _progress = Progress::start(global, &format!("Restoring {name}"));
        let files = files_at(&context, &then, fabric)?;
        if files.is_empty() {
            output
                .notes
                .push(format!("{} has nothing of {name}, so it stays", clean(at)));
            continue;
        }
        let (mut reversal, after) = plan(&context, args, &only, name, fabric, &files, &state)?;
        let mut job = Job {
            name: name.to_owned(),
            reversal: Reversal::default(),
            backup: None,
            done: Done::default(),
        };
        if !reversal.plan.is_empty() && after != state {
            reversal.write_state(&text, &after);
        }
        if let Some(lock) = &lock {
            if overwrites(&reversal.plan) {
                let title = format!(
                    "Backup of {name} before a restoration to {}",
                    commit.short()
                );
                job.backup = Some(backup(&context, fabric, &title, &[])?);
            }
            job.done = operation::perform(
                &context,
                lock,
                &Operation {
                    kind: OperationType::Restore,
                    fabric: Some(name.to_owned()),
                    title: format!("hnp: Restore {name} as of {}", commit.short()),
                    plan: &reversal.plan,
                    commit: writing.commit,
                    resources: reversal.resources.keys().cloned().collect(),
                    fill: &|record| fill(record, &reversal, "restored_from", &commit.to_string()),
                },
            )?;
        }
        if !reversal.plan.is_empty() {
            text = state_file::write(&after);
            state = after;
        }
        output.notes.extend(job.done.problems.iter().cloned());
        job.reversal = reversal;
        jobs.push(job);
    }
    output.code = code(&jobs, output.code);
    for text in missing(&only, args, &jobs) {
        output.notes.push(format!(
            "{} is neither here nor in {}",
            clean(text),
            clean(at)
        ));
        output.code = output.code.max(1);
    }
    output.text = if global.format == Format::Json {
        Output::json(&as_json(args, &commit, &jobs)).text
    } else if global.quiet && output.code == 0 {
        String::new()
    } else {
        jobs.iter()
            .map(|job| as_text(global, args, &commit, job))
            .collect()
    };
    Ok(output)
}

/// Names what was asked for and stands nowhere, then or now.
fn missing<'a>(only: &[Wanted], args: &'a RestoreArgs, jobs: &[Job]) -> Vec<&'a str> {
    let found = |wanted: &Wanted| {
        jobs.iter()
            .any(|job| job.reversal.considered.iter().any(|key| wanted.is_key(key)))
    };
    only.iter()
        .zip(&args.resources)
        .filter(|(wanted, _)| !found(wanted))
        .map(|(_, text)| text.as_str())
        .collect()
}

fn files_at(context: &Context, then: &Snapshot, fabric: &Fabric) -> Result<Texts, Failure> {
    let limit = context.config.limits.file_bytes;
    let source = TreeSource::open(then, &fabric.directories, limit)?;
    let files = hnp_sync::fabric::read(&source, &source.paths())?;
    Ok(files
        .into_iter()
        .map(|file| (file.path, file.bytes))
        .collect())
}

fn plan(
    context: &Context,
    args: &RestoreArgs,
    only: &[Wanted],
    name: &str,
    fabric: &Fabric,
    then: &Texts,
    state: &state_file::State,
) -> Result<(Reversal, state_file::State), Failure> {
    let side = side(context, name, fabric)?;
    let accept = |key: &str| only.iter().any(|wanted| wanted.is_key(key));
    let prefix = format!("{name}/");
    let resources = state
        .resources
        .keys()
        .filter(|key| key.starts_with(&prefix))
        .count();
    let limits = context.config.limits.yaml();
    let mut reversal = reversal::restore(&Restore {
        side: &side,
        then,
        wanted: if only.is_empty() { None } else { Some(&accept) },
        deletions: (!args.confirm_deletes).then(|| context.config.limits.deletions_of(resources)),
        in_error: args.force,
        limits,
    });
    let after = reversal.state(&side.fabric, state, limits);
    Ok((reversal, after))
}

/// Tells whether bytes go that were there.
fn overwrites(plan: &Plan) -> bool {
    plan.files.iter().any(|op| {
        op.path() != STATE_PATH
            && !matches!(
                op,
                FileOp::Write {
                    before: Before::Absent,
                    ..
                }
            )
    })
}

fn code(jobs: &[Job], now: u8) -> u8 {
    if now == 3 || jobs.iter().any(|job| !job.done.problems.is_empty()) {
        3
    } else if jobs.iter().any(|job| {
        !job.reversal.stopped.is_empty()
            || !job.reversal.findings.is_empty() && job.reversal.plan.is_empty()
    }) {
        1
    } else {
        now
    }
}

fn as_json(args: &RestoreArgs, commit: &Oid, jobs: &[Job]) -> Value {
    let fabrics: Vec<Value> = jobs
        .iter()
        .map(|job| {
            json!({
                "fabric": job.name,
                "operation_id": job.done.id,
                "commit_sha": job.done.commit,
                "backup_location": job.backup,
                "resources": resources_json(&job.reversal),
                "left": stopped_json(&job.reversal.stopped),
                "new_errors": job.reversal.findings.iter().map(|finding| json!({
                    "code": finding.code,
                    "message": finding.message,
                    "file": finding.place.file,
                    "line": finding.place.start.line,
                })).collect::<Vec<_>>(),
                "files": plans::json(&job.reversal.plan),
                "errors": job.done.problems,
            })
        })
        .collect();
    json!({
        "version": 1,
        "success": code(jobs, 0) == 0,
        "dry_run": args.write.writing.dry_run,
        "restored_from": commit.to_string(),
        "fabrics": fabrics,
    })
}

fn as_text(global: &Global, args: &RestoreArgs, commit: &Oid, job: &Job) -> String {
    let reversal = &job.reversal;
    let mut text = String::new();
    let refused = !reversal.findings.is_empty() && reversal.plan.is_empty();
    if refused {
        text.push_str(&format!(
            "{}: nothing was restored, for the tree would then have errors that it does not have now:\n",
            clean(&job.name)
        ));
    } else if reversal.plan.is_empty() && reversal.stopped.is_empty() {
        text.push_str(&format!(
            "{}: nothing to do, it is as {} has it.\n",
            clean(&job.name),
            commit.short()
        ));
    } else if !reversal.plan.is_empty() {
        let verb = if args.write.writing.dry_run {
            "would be restored"
        } else {
            "restored"
        };
        text.push_str(&format!(
            "{}: {verb} as of {}\n",
            clean(&job.name),
            commit.short()
        ));
        text.push_str(&resources_text(reversal));
        text.push_str(&plans::describe(&reversal.plan, global.verbose > 0));
    }
    for finding in &reversal.findings {
        text.push_str(&format!(
            "  {} {}:{} {}\n",
            finding.code,
            clean(&finding.place.file),
            finding.place.start.line,
            clean(&finding.message)
        ));
    }
    if refused {
        text.push_str("  --force does it all the same\n");
    }
    if !reversal.stopped.is_empty() {
        text.push_str("Left as it is:\n");
        text.push_str(&stopped_text(&reversal.stopped));
    }
    if let Some(backup) = &job.backup {
        text.push_str(&format!(
            "What was there is kept as {backup}; `hnp restore --at {}` brings it back.\n",
            short(backup)
        ));
    }
    if let Some(commit) = &job.done.commit {
        text.push_str(&format!(
            "Committed as {}\n",
            &commit[..12.min(commit.len())]
        ));
    }
    text
}
