//! `hnp status`

use std::fmt::Write as _;

use hnp_model::canonical::sha256_hex;
use hnp_model::{Severity, kind};
use hnp_report::Format;
use hnp_state::config::Fabric;
use hnp_state::ledger::{OperationType, Record, Status};
use hnp_state::state_file::{self, State};
use hnp_sync::directory::{self, Structure};
use hnp_yaml::{Options, parse};
use serde_json::json;

use super::holds::{self, Hold};
use crate::args::{FabricArgs, Global};
use crate::context::Context;
use crate::failure::Failure;
use crate::output::{Output, Progress, clean};

/// One fabric's state of affairs.
struct Report {
    name: String,
    directory: String,
    structure: Structure,
    resources: usize,
    errors: usize,
    warnings: usize,
    changed_by_hand: Vec<String>,
    gone: Vec<String>,
    not_recorded: usize,
    last_sync: Option<String>,
    /// Open conflicts, and the findings about those that are open for too long.
    conflicts: Vec<serde_json::Value>,
    conflict_lines: Vec<String>,
    escalated: Vec<hnp_model::Finding>,
    /// What waits for `hnp retry`.
    holds: Vec<Hold>,
}

pub(super) fn run(global: &Global, args: &FabricArgs) -> Result<Output, Failure> {
    let context = Context::open_unconfigured(global)?;
    let pending = hnp_local::journal::is_pending(&context.hnp_dir);
    let running = hnp_local::lock::Lock::is_held(&context.hnp_dir);
    let holder = hnp_local::lock::Lock::holder(&context.hnp_dir);
    let state = context.files.state.as_deref().map(state_file::parse);
    let records = super::log::records(&context, 50).unwrap_or_default();
    let past = super::sync::past(&context);
    let only = context.config.fabrics.len() == 1;
    let mut reports = Vec::new();
    {
        let _progress = Progress::start(global, "Looking");
        for (name, fabric) in context.fabrics(args)? {
            let state = match &state {
                Some(Ok(state)) => Some(state),
                _ => None,
            };
            let mut report = look(&context, name, fabric, state, &records)?;
            if let Some(state) = state {
                add_conflicts(&context, state, &mut report)?;
            }
            report.holds = holds::of(&past, name, only);
            reports.push(report);
        }
    }
    let state_word = match &state {
        None => "missing",
        Some(Ok(_)) => "fine",
        Some(Err(_)) => "damaged",
    };
    let mut next = next_steps(&context, &reports, state_word, pending);
    next.extend(super::bot_branches::torn(&context)?);
    // What is open for too long is to be noticed where a status is looked at by a program too.
    let code = if reports.iter().any(|report| !report.escalated.is_empty()) {
        4
    } else {
        0
    };
    if global.format == Format::Json {
        return Ok(Output::json(&json!({
            "version": 1,
            "initialized": context.files.config.is_some(),
            "state": state_word,
            "interrupted_run": pending,
            "running": running,
            "running_operation": holder,
            "branch": context.repo.branch(),
            "commit": context.repo.head(),
            "fabrics": reports.iter().map(as_json).collect::<Vec<_>>(),
            "next": next,
        }))
        .code(code));
    }
    let mut text = String::new();
    if running {
        text.push_str(&match &holder {
            Some(holder) => super::cancel::told(holder),
            None => "Another hnp is at work here right now.\n".to_owned(),
        });
    }
    for report in &reports {
        text.push_str(&as_text(report, global.verbose > 0));
    }
    for line in &next {
        let _ = writeln!(text, "Next: {line}");
    }
    Ok(Output::of(text).code(code))
}

/// Adds the open conflicts of a fabric, with their age from the ledger.
fn add_conflicts(context: &Context, state: &State, report: &mut Report) -> Result<(), Failure> {
    let prefix = format!("{}/", report.name);
    let mut found = super::conflicts::everywhere(context, state)?;
    found.retain(|one| one.conflict.resource.starts_with(&prefix));
    let known = super::conflicts::known(context, &found)?;
    report.escalated = super::conflicts::findings(context, &known);
    for one in &known {
        report.conflicts.push(one.json());
        let name = super::conflicts::name(&one.conflict.resource);
        let here = format!(" in {}", clean(&report.name));
        report.conflict_lines.push(format!(
            "{} {} ({}), {}, open {}{}",
            one.conflict.id,
            name.strip_suffix(&here).unwrap_or(&name),
            one.severity(),
            one.status().replace('_', " "),
            one.open_for(),
            super::conflicts::on_branch(one.branch),
        ));
    }
    Ok(())
}

fn look(
    context: &Context,
    name: &str,
    fabric: &Fabric,
    state: Option<&State>,
    records: &[Record],
) -> Result<Report, Failure> {
    let settings = context.settings(Some(name), None)?;
    let (outcome, layout) = super::validate::one_fabric(context, fabric, &settings)?;
    let files = context.look_at_files(fabric)?;
    let structure = directory::inspect(name, fabric, &context.config.ingest, &files);
    // The same findings that `hnp validate` shows.
    let count = |severity| {
        let all = outcome.findings.iter().chain(&layout);
        all.filter(|finding| finding.severity == severity).count()
    };
    let mut report = Report {
        name: name.to_owned(),
        directory: fabric.directories.join(", "),
        resources: outcome
            .files
            .iter()
            .filter(|file| file.role == hnp_rules::Role::Managed)
            .flat_map(|file| file.facts.iter())
            .filter(|facts| kind::find(&facts.id.group, &facts.id.kind).is_some())
            .count(),
        errors: count(Severity::Error),
        warnings: count(Severity::Warning),
        structure,
        changed_by_hand: Vec::new(),
        gone: Vec::new(),
        not_recorded: 0,
        last_sync: last_sync(records, name),
        conflicts: Vec::new(),
        conflict_lines: Vec::new(),
        escalated: Vec::new(),
        holds: Vec::new(),
    };
    if let Some(state) = state {
        compare(name, state, &files, &outcome, &mut report);
    }
    Ok(report)
}

/// Finds what people did since hnp last wrote: information, never an error.
fn compare(
    name: &str,
    state: &State,
    files: &[hnp_model::SourceFile],
    outcome: &hnp_sync::validate::Outcome,
    report: &mut Report,
) {
    let prefix = format!("{name}/");
    let mut seen = std::collections::HashSet::new();
    for check in outcome
        .files
        .iter()
        .filter(|check| check.role == hnp_rules::Role::Managed)
    {
        let bytes = files
            .binary_search_by(|file| file.path.cmp(&check.path))
            .ok()
            .map(|at| &files[at].bytes);
        let one = check.documents == 1;
        let stream = (!one)
            .then(|| bytes.map(|bytes| parse(bytes.clone(), &Options::default())))
            .flatten();
        for facts in check.facts.iter() {
            // Foreign kinds are never recorded.
            if kind::find(&facts.id.group, &facts.id.kind).is_none() {
                continue;
            }
            let key = facts.id.key(name);
            seen.insert(key.clone());
            match state.resources.get(&key) {
                None => report.not_recorded += 1,
                Some(entry) => {
                    let now = match (&stream, bytes) {
                        (Some(stream), _) => sha256_hex(
                            hnp_sync::ingest::document_bytes(stream, facts.document).as_bytes(),
                        ),
                        (None, Some(bytes)) => sha256_hex(bytes),
                        (None, None) => continue,
                    };
                    if now != entry.sha256 {
                        report.changed_by_hand.push(facts.id.to_string());
                    }
                }
            }
        }
    }
    for key in state
        .resources
        .keys()
        .filter(|key| key.starts_with(&prefix) && !seen.contains(*key))
    {
        report.gone.push(key[prefix.len()..].to_owned());
    }
}

fn last_sync(records: &[Record], fabric: &str) -> Option<String> {
    records
        .iter()
        .find(|record| {
            let counts = matches!(
                record.operation_type,
                OperationType::FileIngestion
                    | OperationType::Adoption
                    | OperationType::GithubToGui
                    | OperationType::GuiToGithub
                    | OperationType::Bidirectional
            );
            let done = matches!(
                record.status,
                Status::Completed | Status::PartiallyCompleted
            );
            counts && done && record.fabric.as_deref().is_none_or(|name| name == fabric)
        })
        .and_then(|record| record.completed_at.clone())
}

fn next_steps(context: &Context, reports: &[Report], state: &str, pending: bool) -> Vec<String> {
    let mut next = Vec::new();
    if context.files.config.is_none() {
        next.push("`hnp init --fabric NAME --directory DIR` makes the first fabric".to_owned());
        return next;
    }
    if pending {
        next.push(
            "`hnp ingest` or any other command that writes finishes an interrupted run".to_owned(),
        );
    }
    match state {
        "missing" => next.push("`hnp state rebuild` makes .hnp/state.toml again".to_owned()),
        "damaged" => next.push("`hnp state verify` shows what is wrong with .hnp/state.toml, `hnp state rebuild` mends it".to_owned()),
        _ => {}
    }
    if reports.iter().any(|report| !report.structure.is_complete()) {
        next.push("`hnp init --repair` makes the missing directories".to_owned());
    }
    if reports.iter().any(|report| report.errors > 0) {
        next.push("`hnp validate` shows the errors".to_owned());
    }
    let waits = |status: &str| {
        let mut all = reports.iter().flat_map(|report| &report.conflicts);
        all.any(|one| (one["status"] == "resolving") == (status == "resolving"))
    };
    if waits("open") {
        next.push("`hnp conflicts` shows the conflicts, `hnp resolve` settles them".to_owned());
    }
    if reports.iter().any(|report| !report.holds.is_empty()) {
        next.push(
            "mend what keeps a resource on hold, then `hnp retry KIND/NAME` lets it go".to_owned(),
        );
    }
    if waits("resolving") {
        next.push("`hnp sync` carries out the answers to conflicts".to_owned());
    }
    if reports
        .iter()
        .any(|report| !report.structure.refused.is_empty())
    {
        next.push("mend the files in raw/errors/, then `hnp ingest --retry`".to_owned());
    }
    if reports
        .iter()
        .any(|report| !report.structure.pending.is_empty())
    {
        next.push("`hnp ingest` takes in what waits in raw/".to_owned());
    }
    next
}

fn as_text(report: &Report, all: bool) -> String {
    let mut text = String::new();
    let _ = writeln!(
        text,
        "{} ({})",
        clean(&report.name),
        clean(&report.directory)
    );
    let verdict = match (report.errors, report.warnings) {
        (0, 0) => "nothing wrong".to_owned(),
        (errors, warnings) => format!("{errors} error(s), {warnings} warning(s)"),
    };
    let _ = writeln!(
        text,
        "  managed    {} resource(s), {verdict}",
        report.resources
    );
    list(
        &mut text,
        "pending",
        &report.structure.pending,
        "file(s) wait in raw/",
        all,
    );
    list(
        &mut text,
        "refused",
        &report.structure.refused,
        "file(s) in raw/errors/",
        all,
    );
    list(
        &mut text,
        "changed",
        &report.changed_by_hand,
        "resource(s) changed since hnp last wrote them",
        all,
    );
    list(
        &mut text,
        "gone",
        &report.gone,
        "recorded resource(s) are no longer there",
        all,
    );
    list(
        &mut text,
        "conflicts",
        &report.conflict_lines,
        "open conflict(s)",
        all,
    );
    let holds: Vec<String> = report.holds.iter().map(Hold::line).collect();
    list(&mut text, "on hold", &holds, "resource(s) wait", all);
    for line in super::conflicts::findings_text(&report.escalated).lines() {
        let _ = writeln!(text, "  {line}");
    }
    if report.not_recorded > 0 {
        let _ = writeln!(
            text,
            "  new        {} resource(s) that hnp has not recorded yet",
            report.not_recorded
        );
    }
    list(
        &mut text,
        "missing",
        &report.structure.missing,
        "director(ies) missing",
        all,
    );
    let misplaced = report
        .structure
        .findings
        .iter()
        .filter(|finding| finding.code == hnp_rules::codes::MISPLACED)
        .count();
    if misplaced > 0 {
        let _ = writeln!(
            text,
            "  elsewhere  {misplaced} resource(s) not in their standard place (`hnp tidy`)"
        );
    }
    text
}

fn list(text: &mut String, title: &str, items: &[String], what: &str, all: bool) {
    if items.is_empty() {
        return;
    }
    let _ = writeln!(text, "  {title:10} {} {what}", items.len());
    let shown = if all { items.len() } else { 5 };
    for item in items.iter().take(shown) {
        let _ = writeln!(text, "             {}", clean(item));
    }
    if items.len() > shown {
        let _ = writeln!(
            text,
            "             and {} more (-v shows them)",
            items.len() - shown
        );
    }
}

fn as_json(report: &Report) -> serde_json::Value {
    let structure = &report.structure;
    let issues: Vec<_> = structure
        .findings
        .iter()
        .map(|finding| format!("{}: {} [{}]", finding.place, finding.message, finding.code))
        .collect();
    json!({
        "fabric": report.name,
        "directory": report.directory,
        "initialized": structure.managed.exists,
        "structure_valid": structure.is_complete(),
        "directories": {
            "raw": {
                "exists": structure.raw.exists,
                "file_count": structure.raw.file_count,
                "pending_ingestion": structure.pending.len(),
            },
            "unmanaged": {
                "exists": structure.unmanaged.exists,
                "file_count": structure.unmanaged.file_count,
            },
            "managed": {
                "exists": structure.managed.exists,
                "file_count": structure.managed.file_count,
                "last_sync": report.last_sync,
            },
        },
        "issues": issues,
        "resources": report.resources,
        "errors": report.errors,
        "warnings": report.warnings,
        "pending": structure.pending,
        "refused": structure.refused,
        "changed_by_hand": report.changed_by_hand,
        "gone": report.gone,
        "not_recorded": report.not_recorded,
        "conflicts": report.conflicts,
        "holds": report.holds.iter().map(Hold::json).collect::<Vec<_>>(),
        "findings": super::conflicts::findings_json(&report.escalated),
    })
}
