//! `hnp ingest`

use std::fmt::Write as _;

use hnp_model::SourceFile;
use hnp_report::Format;
use hnp_state::STATE_PATH;
use hnp_state::config::{Fabric, Ingest};
use hnp_state::layout::Area;
use hnp_state::ledger::{Detail, OperationType};
use hnp_state::state_file::{self, State};
use hnp_sync::fabric::{FabricFiles, area_of, is_yaml};
use hnp_sync::ingest::{FileOutcome, How, Ingestion, Options, Status, ingest};
use serde_json::json;

use crate::args::{Global, IngestArgs};
use crate::context::Context;
use crate::failure::Failure;
use crate::findings::Findings;
use crate::operation::{self, Done, Operation};
use crate::output::{Output, Progress, clean};

pub(crate) fn run(global: &Global, args: &IngestArgs) -> Result<Output, Failure> {
    let mut output = Output::default();
    let raw = Context::open_raw(global)?;
    let lock = if args.writing.dry_run {
        None
    } else {
        Some(operation::begin(&raw, &mut output)?)
    };
    drop(raw);
    let context = Context::open(global)?;
    if !context.config.features.directory_management {
        return Err(Failure::Usage(
            "`features.directory_management` is off in .hnp/config.toml, so nothing is taken in"
                .to_owned(),
        ));
    }
    let options = Options {
        strict: if args.no_strict {
            false
        } else {
            args.strict || context.config.ingest.strict
        },
        archive: !args.no_archive && context.config.ingest.archive,
        update: args.update,
        retry: args.retry,
        patterns: args.patterns.clone(),
    };
    let usual = Ingest::default();
    let mut results = Vec::new();
    let mut state = read_state(&context)?;
    let mut state_text = context.files.state.clone();
    for (name, fabric) in context.fabrics(&args.fabrics)? {
        let _progress = Progress::start(global, &format!("Taking in {name}"));
        let settings = context.settings(Some(name), None)?;
        let listing = context.list(&fabric.directories)?;
        let files = FabricFiles {
            name,
            fabric,
            files: drop_and_context(&context, fabric, &listing.files)?,
            unseen: Vec::new(),
        };
        let mut ingestion = ingest(&files, &state, &settings, &context.config, &options);
        ingestion
            .findings
            .extend(super::validate::oddities(&listing));
        let text = state_file::write(&ingestion.state);
        if ingestion.state != state || state_text.is_none() {
            ingestion.plan.write(
                STATE_PATH,
                text.clone(),
                state_text.as_deref().map(str::as_bytes),
            );
        }
        ingestion.plan.order();
        let done = match &lock {
            Some(lock) => perform(&context, lock, name, &ingestion, args)?,
            None => Done::default(),
        };
        if !ingestion.plan.is_empty() {
            state = ingestion.state.clone();
            if ingestion
                .plan
                .files
                .iter()
                .any(|op| op.path() == STATE_PATH)
            {
                state_text = Some(text);
            }
        }
        done.tell(&mut output);
        let chosen = &context.config.ingest;
        let usual = chosen.patterns == usual.patterns && chosen.ignore == usual.ignore;
        if args.patterns.is_empty() && usual {
            let seen = &ingestion.files;
            output
                .notes
                .extend(passed_over(fabric, &listing.files, seen));
        }
        results.push((name.to_owned(), ingestion, done));
    }
    report(global, args, &options, &results, output)
}

/// Reads what waits in full, since it is moved, and the rest to the size limit, since it is only looked at.
fn drop_and_context(
    context: &Context,
    fabric: &Fabric,
    paths: &[String],
) -> Result<Vec<SourceFile>, Failure> {
    let waits = |path: &String| {
        matches!(
            area_of(fabric, path),
            Some(Area::RawPending | Area::RawErrors)
        )
    };
    let (waiting, others): (Vec<String>, Vec<String>) = paths.iter().cloned().partition(waits);
    let mut files = context.read(&waiting)?;
    files.extend(context.read_bounded(&others)?);
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

/// Names files that validation reads and that the usual patterns leave out, such as `a.json`: a person would wait for them
/// in vain. Whoever chose patterns knows what they leave out.
fn passed_over(fabric: &Fabric, files: &[String], seen: &[FileOutcome]) -> Vec<String> {
    files
        .iter()
        .filter(|path| {
            is_yaml(path)
                && area_of(fabric, path) == Some(Area::RawPending)
                && seen
                    .binary_search_by(|file| file.path.as_str().cmp(path))
                    .is_err()
        })
        .map(|path| {
            format!(
                "{} is passed over: `ingest.patterns` takes *.yaml and *.yml; name it on the command line to take it in",
                clean(path)
            )
        })
        .collect()
}

fn read_state(context: &Context) -> Result<State, Failure> {
    match &context.files.state {
        None => Err(Failure::Usage(
            "there is no .hnp/state.toml. Run `hnp state rebuild`".to_owned(),
        )),
        Some(text) => state_file::parse(text).map_err(|problems| {
            let why = problems.first().map_or_else(String::new, |problem| {
                let at = problem.position(text);
                format!(
                    "{STATE_PATH}:{}:{}: {}",
                    at.line, at.column, problem.message
                )
            });
            Failure::Usage(format!(
                "{why}\nRun `hnp state verify` to see everything, `hnp state rebuild` to mend it"
            ))
        }),
    }
}

fn perform(
    context: &Context,
    lock: &hnp_local::lock::Lock,
    name: &str,
    ingestion: &Ingestion,
    args: &IngestArgs,
) -> Result<Done, Failure> {
    let changed: Vec<String> = ingestion
        .files
        .iter()
        .flat_map(|file| &file.taken)
        .filter(|taken| taken.how != How::Unchanged)
        .map(|taken| taken.key.clone())
        .collect();
    let count = changed.len();
    operation::perform(
        context,
        lock,
        &Operation {
            kind: OperationType::FileIngestion,
            fabric: Some(name.to_owned()),
            title: format!("hnp: Take {count} resource(s) into {name}"),
            plan: &ingestion.plan,
            commit: args.writing.commit,
            resources: changed,
            fill: &|record| {
                record.resources_created = ingestion.count(How::Created) as u64;
                record.resources_updated = ingestion.count(How::Updated) as u64;
                let unchanged = ingestion.count(How::Unchanged) as u64;
                let taken = record.resources_created + record.resources_updated + unchanged;
                // What was refused was aimed at, looked at and left out.
                let all: usize = ingestion.files.iter().map(|file| file.resources).sum();
                record.resources_targeted = taken.max(all as u64);
                record.resources_processed = record.resources_targeted;
                record.resources_skipped = record.resources_targeted - taken;
                for finding in &ingestion.findings {
                    let mut detail = Detail::new(finding.code, &finding.message);
                    detail.place = Some(finding.place.to_string());
                    if finding.severity == hnp_model::Severity::Error {
                        record.push_error(detail);
                    } else {
                        record.push_warning(detail);
                    }
                }
            },
        },
    )
}

fn report(
    global: &Global,
    args: &IngestArgs,
    options: &Options,
    results: &[(String, Ingestion, Done)],
    mut output: Output,
) -> Result<Output, Failure> {
    let mut findings = Findings {
        not_fixable: true,
        ..Findings::default()
    };
    for (_, ingestion, done) in results {
        findings.all.extend(ingestion.findings.iter().cloned());
        findings.texts.extend(ingestion.texts.iter().cloned());
        if !done.problems.is_empty() {
            output.code = 3;
        }
    }
    hnp_model::finding::sort(&mut findings.all);
    if output.code == 0 && findings.errors() > 0 {
        output.code = 1;
    }
    findings.summary.files = results
        .iter()
        .map(|(_, ingestion, _)| ingestion.files.len())
        .sum();
    let files = || {
        results
            .iter()
            .flat_map(|(_, ingestion, _)| &ingestion.files)
    };
    findings.summary.documents = files().map(|file| file.documents).sum();
    findings.summary.resources = files().map(|file| file.resources).sum();
    if global.format == Format::Json {
        // For the files of --output.
        findings.render(global)?;
        output.text = Output::json(&as_json(args, options, results)).text;
        return Ok(output);
    }
    if global.format != Format::Human {
        output.text = findings.render(global)?;
        return Ok(output);
    }
    let mut text = String::new();
    if !findings.all.is_empty() {
        text.push_str(&findings.render(global)?);
        text.push('\n');
    }
    if !global.quiet {
        for (name, ingestion, done) in results {
            text.push_str(&summary(global, args, name, ingestion, done));
        }
    }
    output.text = text;
    Ok(output)
}

fn summary(
    global: &Global,
    args: &IngestArgs,
    name: &str,
    ingestion: &Ingestion,
    done: &Done,
) -> String {
    let mut text = String::new();
    if ingestion.files.is_empty() {
        return format!("{}: nothing waits in raw/.\n", clean(name));
    }
    for file in &ingestion.files {
        let what = match file.status {
            Status::Processed => "taken in",
            Status::Partial => "taken in part",
            Status::Refused => "refused",
        };
        let _ = write!(
            text,
            "  {}: {what}, {} resource(s)",
            clean(&file.path),
            file.taken.len()
        );
        if let Some(to) = &file.moved_to {
            let _ = write!(text, " -> {}", clean(to));
        }
        text.push('\n');
        if global.verbose > 0 {
            for taken in &file.taken {
                let how = match taken.how {
                    How::Created => "new",
                    How::Updated => "changed",
                    How::Unchanged => "same",
                };
                let _ = writeln!(
                    text,
                    "    {how:8} {} {}",
                    clean(&taken.resource),
                    clean(&taken.path)
                );
            }
        }
    }
    let would = if args.writing.dry_run {
        "would be "
    } else {
        ""
    };
    let _ = writeln!(
        text,
        "{}: {} resource(s) {would}new, {} {would}changed, {} the same; {} file(s) taken in, {} in part, {} refused.",
        clean(name),
        ingestion.count(How::Created),
        ingestion.count(How::Updated),
        ingestion.count(How::Unchanged),
        ingestion.count_files(Status::Processed),
        ingestion.count_files(Status::Partial),
        ingestion.count_files(Status::Refused),
    );
    if let Some(commit) = &done.commit {
        let _ = writeln!(text, "Committed as {}", &commit[..12.min(commit.len())]);
    }
    if ingestion.count_files(Status::Refused) + ingestion.count_files(Status::Partial) > 0
        && !args.writing.dry_run
    {
        text.push_str("Next: mend the files in raw/errors/ (a report lies beside each), then run `hnp ingest --retry`.\n");
    } else if done.id.is_some() && done.commit.is_none() {
        text.push_str("Next: `hnp validate`, then commit.\n");
    }
    text
}

fn as_json(
    args: &IngestArgs,
    options: &Options,
    results: &[(String, Ingestion, Done)],
) -> serde_json::Value {
    let fabrics: Vec<_> = results
        .iter()
        .map(|(name, ingestion, done)| {
            json!({
                "fabric": name,
                "operation_id": done.id,
                "commit_sha": done.commit,
                "files_processed": ingestion.count_files(Status::Processed),
                "files_partial": ingestion.count_files(Status::Partial),
                "files_failed": ingestion.count_files(Status::Refused),
                "resources_created": ingestion.count(How::Created),
                "resources_updated": ingestion.count(How::Updated),
                "resources_unchanged": ingestion.count(How::Unchanged),
                "files": ingestion.files.iter().map(|file| json!({
                    "path": file.path,
                    "status": match file.status { Status::Processed => "processed", Status::Partial => "partial", Status::Refused => "failed" },
                    "moved_to": file.moved_to,
                    "resources": file.taken.iter().map(|taken| json!({
                        "resource": taken.resource,
                        "path": taken.path,
                        "action": match taken.how { How::Created => "created", How::Updated => "updated", How::Unchanged => "unchanged" },
                    })).collect::<Vec<_>>(),
                })).collect::<Vec<_>>(),
            })
        })
        .collect();
    let said = |severity| -> Vec<String> {
        results
            .iter()
            .flat_map(|(_, ingestion, _)| &ingestion.findings)
            .filter(|finding| finding.severity == severity)
            .map(|finding| format!("{}: {} [{}]", finding.place, finding.message, finding.code))
            .collect()
    };
    let mut errors = said(hnp_model::Severity::Error);
    errors.extend(
        results
            .iter()
            .flat_map(|(_, _, done)| done.problems.clone()),
    );
    json!({
        "version": 1,
        "success": errors.is_empty(),
        "dry_run": args.writing.dry_run,
        "file_patterns": args.patterns,
        "validation_strict": options.strict,
        "archive_processed": options.archive,
        "fabrics": fabrics,
        "errors": errors,
        "warnings": said(hnp_model::Severity::Warning),
    })
}
