//! `hnp clean`

use std::collections::BTreeSet;

use hnp_git::Backup;
use hnp_local::cache::Cache;
use hnp_model::SourceFile;
use hnp_report::Format;
use hnp_state::config::Retention;
use hnp_state::layout::{Area, PLACEHOLDER};
use hnp_state::ledger::OperationType;
use hnp_sync::fabric::area_of;
use hnp_sync::plan::Plan;
use hnp_sync::retention::{Aged, Keep, cut, expired, last_archives};
use serde_json::json;

use super::clean_leftovers::Leftovers;
use super::fabric::archived;
use crate::args::{CleanArgs, Global};
use crate::clock;
use crate::context::Context;
use crate::failure::Failure;
use crate::operation::{self, Done, Operation};
use crate::output::{Output, clean};

/// How many of each sort are named before the rest is counted.
const SHOWN: usize = 10;

/// What goes.
struct Waste {
    backups: Vec<Backup>,
    /// Records in the ledger, and how many of the newest stay.
    records: usize,
    records_kept: usize,
    processed: Vec<SourceFile>,
    cache: Vec<String>,
    leftovers: Leftovers,
}

impl Waste {
    fn is_empty(&self) -> bool {
        self.backups.is_empty()
            && self.records == self.records_kept
            && self.processed.is_empty()
            && self.cache.is_empty()
            && self.leftovers.is_empty()
    }

    fn records_dropped(&self) -> usize {
        self.records - self.records_kept
    }
}

pub(super) fn run(global: &Global, args: &CleanArgs) -> Result<Output, Failure> {
    let mut output = Output::default();
    let lock = if args.yes {
        Some(operation::begin(&Context::open_bare(global)?, &mut output)?)
    } else {
        None
    };
    let context = Context::open(global)?;
    let waste = find(&context)?;
    let done = match &lock {
        Some(lock) if !waste.is_empty() => remove(&context, lock, args, &waste)?,
        _ => Done::default(),
    };
    output.notes.extend(done.problems.clone());
    if !done.problems.is_empty() {
        output.code = 3;
    }
    if global.format == Format::Json {
        output.text = Output::json(&json!({
            "version": 1,
            "success": done.problems.is_empty(),
            "dry_run": !args.yes,
            "operation_id": done.id,
            "commit_sha": done.commit,
            "backups": waste.backups.iter().map(|backup| json!({
                "reference": backup.name,
                "time": clock::rfc3339(backup.seconds),
                "title": backup.title,
            })).collect::<Vec<_>>(),
            "ledger": { "records": waste.records, "kept": waste.records_kept, "dropped": waste.records_dropped() },
            "processed": waste.processed.iter().map(|file| &file.path).collect::<Vec<_>>(),
            "cache": waste.cache,
            "lost": waste.leftovers.lost_json(),
            "log": waste.leftovers.records_json(),
            "errors": done.problems,
        }))
        .text;
    } else if !global.quiet || output.code != 0 {
        output.text = text(args, &waste, &done);
    }
    Ok(output)
}

fn find(context: &Context) -> Result<Waste, Failure> {
    let now = clock::now();
    let Retention {
        backups,
        backups_days,
        ledger,
        ledger_days,
        processed_days,
        cache_days,
    } = context.config.retention;
    let keep = |newest: u32, days| Keep {
        newest: newest as usize,
        days,
        now,
    };
    let none = BTreeSet::new();

    let all = context.repo.backups()?;
    let aged: Vec<Aged> = all
        .iter()
        .map(|backup| Aged {
            name: backup.name.clone(),
            seconds: backup.seconds,
        })
        .collect();
    let archives = all
        .iter()
        .zip(&aged)
        .filter_map(|(backup, aged)| Some((archived(&backup.title)?, aged)));
    let held = last_archives(archives, |name| context.config.fabrics.contains_key(name));
    let going: BTreeSet<String> = expired(&aged, keep(backups, backups_days), &held)
        .into_iter()
        .map(|aged| aged.name)
        .collect();

    let times: Vec<i64> = context
        .repo
        .log_entries()?
        .iter()
        .map(|entry| entry.seconds)
        .collect();
    let written: Vec<Aged> = cache(context)
        .list()
        .into_iter()
        .map(|(name, seconds)| Aged { name, seconds })
        .collect();
    Ok(Waste {
        backups: all
            .into_iter()
            .filter(|backup| going.contains(&backup.name))
            .collect(),
        records: times.len(),
        records_kept: cut(&times, keep(ledger, ledger_days)),
        processed: processed(context, keep(0, processed_days))?,
        cache: expired(&written, keep(0, cache_days), &none)
            .into_iter()
            .map(|aged| aged.name)
            .collect(),
        leftovers: Leftovers::find(
            context,
            keep(backups, backups_days),
            keep(ledger, ledger_days),
        )?,
    })
}

fn cache(context: &Context) -> Cache {
    Cache::new(context.repo.common_dir().join("hnp").join("cache"))
}

/// Finds archived files that are old: by the commit that last changed them, else by the time they were written.
fn processed(context: &Context, keep: Keep) -> Result<Vec<SourceFile>, Failure> {
    let mut paths = Vec::new();
    let mut directories = Vec::new();
    for fabric in context.config.fabrics.values() {
        directories.extend(
            fabric
                .directories
                .iter()
                .map(|directory| hnp_state::path::join(directory, "raw/processed")),
        );
        paths.extend(
            context
                .list(&fabric.directories)?
                .files
                .into_iter()
                .filter(|path| {
                    area_of(fabric, path) == Some(Area::RawProcessed)
                        && !path.ends_with(PLACEHOLDER)
                }),
        );
    }
    let times = context.repo.last_changes(&directories)?;
    let written = |path: &str| -> Option<i64> {
        let full = context.worktree.resolve(path).ok()?;
        let modified = std::fs::metadata(full).ok()?.modified().ok()?;
        let since = modified.duration_since(std::time::UNIX_EPOCH).ok()?;
        i64::try_from(since.as_secs()).ok()
    };
    let aged: Vec<Aged> = paths
        .into_iter()
        .filter_map(|path| {
            let seconds = times.get(&path).copied().or_else(|| written(&path))?;
            Some(Aged {
                name: path,
                seconds,
            })
        })
        .collect();
    let mut going: Vec<String> = expired(&aged, keep, &BTreeSet::new())
        .into_iter()
        .map(|aged| aged.name)
        .collect();
    going.sort();
    context.read(&going)
}

/// Takes references and cache first, then cuts the ledger; the files follow by the journal, with the record of it all, which
/// so is the newest of the new ledger. Killed in between, the next run goes on.
fn remove(
    context: &Context,
    lock: &hnp_local::lock::Lock,
    args: &CleanArgs,
    waste: &Waste,
) -> Result<Done, Failure> {
    for backup in &waste.backups {
        context.repo.drop_backup(backup)?;
        hnp_local::fail::point("backup dropped");
    }
    for name in &waste.cache {
        cache(context).remove(name);
    }
    waste.leftovers.remove(context)?;
    if waste.records_dropped() > 0 {
        context
            .repo
            .clean_log(waste.records_kept, &context.stamp())?;
        hnp_local::fail::point("ledger cut");
    }
    let mut plan = Plan::default();
    for file in &waste.processed {
        plan.remove(file.path.clone(), &file.bytes);
    }
    operation::perform_after(
        context,
        lock,
        &Operation {
            kind: OperationType::Cleanup,
            fabric: None,
            title: "hnp: Clean up what is old".to_owned(),
            plan: &plan,
            commit: args.writing.commit && !plan.is_empty(),
            resources: Vec::new(),
            fill: &|record| {
                for (name, count) in [
                    ("backups_removed", waste.backups.len()),
                    ("records_removed", waste.records_dropped()),
                    ("processed_removed", waste.processed.len()),
                    ("cache_files_removed", waste.cache.len()),
                    ("lost_removed", waste.leftovers.lost.len()),
                    ("log_lines_removed", waste.leftovers.records().1),
                ] {
                    record.details.insert(name.to_owned(), json!(count));
                }
            },
        },
        &Plan::default(),
    )
}

fn text(args: &CleanArgs, waste: &Waste, done: &Done) -> String {
    if waste.is_empty() {
        return "Nothing to clean: all is younger than [retention] keeps.\n".to_owned();
    }
    let mut text = if args.yes {
        "Removed:\n".to_owned()
    } else {
        "Would remove:\n".to_owned()
    };
    list(
        &mut text,
        "backup(s)",
        waste
            .backups
            .iter()
            .map(|backup| format!("{} {}", backup.name, backup.title)),
    );
    if waste.records_dropped() > 0 {
        text.push_str(&format!(
            "  {} record(s) of the ledger, with what undoing them needs; {} stay\n",
            waste.records_dropped(),
            waste.records_kept
        ));
    }
    list(
        &mut text,
        "archived file(s)",
        waste.processed.iter().map(|file| file.path.clone()),
    );
    list(
        &mut text,
        "file(s) of the cache",
        waste.cache.iter().cloned(),
    );
    list(
        &mut text,
        "operation(s) whose files had no place to go, in .git/hnp/lost",
        waste.leftovers.lost.iter().map(|one| {
            let day = clock::rfc3339(one.seconds);
            let day = day.split('T').next().unwrap_or_default();
            format!("{} {} file(s), {day}", one.operation, one.files)
        }),
    );
    let (records, dropped) = waste.leftovers.records();
    if dropped > 0 {
        text.push_str(&format!(
            "  {dropped} record(s) in .git/hnp/log.jsonl; {} stay\n",
            records - dropped
        ));
    }
    if let Some(commit) = &done.commit {
        text.push_str(&format!(
            "Committed as {}\n",
            &commit[..12.min(commit.len())]
        ));
    }
    if !args.yes {
        text.push_str(
            "Next: `hnp clean --yes` does it; [retention] in .hnp/config.toml says what is kept.\n",
        );
    }
    text
}

fn list(text: &mut String, what: &str, names: impl ExactSizeIterator<Item = String>) {
    let count = names.len();
    if count == 0 {
        return;
    }
    text.push_str(&format!("  {count} {what}\n"));
    for name in names.take(SHOWN) {
        text.push_str(&format!("    {}\n", clean(&name)));
    }
    if count > SHOWN {
        text.push_str(&format!("    and {} more\n", count - SHOWN));
    }
}
