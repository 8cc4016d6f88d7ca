//! `hnp log`

mod show;

use hnp_report::Format;
use hnp_state::ledger::Record;
use serde_json::json;

use crate::args::{Global, LogArgs};
use crate::context::Context;
use crate::failure::Failure;
use crate::output::Output;

/// Reads the texts of the newest records, the ledger's newest first.
pub(super) fn texts(context: &Context, limit: usize) -> Result<Vec<String>, Failure> {
    let mut texts = context.repo.read_log(limit)?;
    // Records that could not go to the ledger lie beside the journal.
    if let Ok(kept) = std::fs::read_to_string(context.hnp_dir.join("log.jsonl")) {
        texts.extend(kept.lines().map(str::to_owned));
    }
    Ok(texts)
}

/// Reads the newest records, newest first; one that cannot be read is passed over.
pub(super) fn records(context: &Context, limit: usize) -> Result<Vec<Record>, Failure> {
    let mut records: Vec<Record> = texts(context, limit)?
        .iter()
        .filter_map(|text| Record::from_json(text).ok())
        .collect();
    records.sort_by(|a, b| b.started_at.cmp(&a.started_at));
    records.truncate(limit);
    Ok(records)
}

pub(super) fn run(global: &Global, args: &LogArgs) -> Result<Output, Failure> {
    let context = Context::open_raw(global)?;
    if let Some(revision) = &args.join {
        let _lock = hnp_local::lock::Lock::take(&context.hnp_dir)?;
        context.repo.join_log(revision, &context.stamp())?;
    }
    if args.conflicts {
        return super::conflicts::history::run(global, &context, args);
    }
    let wanted = &args.fabrics.fabric;
    let limit = if args.operation.is_some() || !wanted.is_empty() {
        usize::MAX
    } else {
        args.limit
    };
    let mut records = records(&context, limit)?;
    if !wanted.is_empty() {
        records.retain(|record| {
            // What several fabrics were changed by has none of its own.
            let of_key = |key: &String| key.split('/').next().map(str::to_owned);
            let mut names = record.resources.iter().filter_map(of_key);
            let fabric = record.fabric.as_ref();
            fabric.is_some_and(|name| wanted.contains(name))
                || names.any(|name| wanted.contains(&name))
        });
        if args.operation.is_none() {
            records.truncate(args.limit);
        }
    }
    let resource = args
        .operation
        .as_deref()
        .filter(|words| words.contains('/'))
        .map(super::show::wanted)
        .transpose()?;
    let mut output = Output::default();
    if let Some(wanted) = &resource {
        records.retain(|record| record.resources.iter().any(|key| wanted.is_key(key)));
        records.truncate(args.limit);
        if records.is_empty()
            && let Ok(context) = Context::open(global)
            && let Some(why) = super::names::unknown(&context, &args.fabrics, wanted, [])?
        {
            output.notes.push(why);
            output.code = 1;
        }
    } else if let Some(start) = &args.operation {
        records.retain(|record| record.operation_id.starts_with(start.as_str()));
        if records.is_empty() {
            return Err(Failure::Usage(format!(
                "no operation's id starts with `{start}`; `hnp log` lists them"
            )));
        }
    }
    if global.format == Format::Json {
        let operations: Vec<_> = records.iter().map(show::json).collect();
        output.text = Output::json(&json!({ "version": 1, "operations": operations })).text;
        return Ok(output);
    }
    let one = args.operation.is_some() && resource.is_none();
    let mut text = String::new();
    for record in &records {
        text.push_str(&if one {
            show::in_full(record)
        } else {
            show::line(record)
        });
    }
    if records.is_empty() && output.code == 0 {
        text.push_str(if resource.is_some() {
            "No operation on record changed it.\n"
        } else {
            "Nothing was done here yet.\n"
        });
    }
    output.text = text;
    Ok(output)
}
