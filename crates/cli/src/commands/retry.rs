//! `hnp retry`

use hnp_report::Format;
use hnp_state::ledger::{OperationType, Past};
use hnp_sync::plan::Plan;
use serde_json::json;

use crate::args::{Global, RetryArgs};
use crate::context::Context;
use crate::failure::Failure;
use crate::operation::{self, Done, Operation};
use crate::output::{Output, clean};

pub(super) fn run(global: &Global, args: &RetryArgs) -> Result<Output, Failure> {
    let mut output = Output::default();
    let lists = args.resources.is_empty();
    let lock = if args.dry_run || lists {
        None
    } else {
        Some(operation::begin(&Context::open_bare(global)?, &mut output)?)
    };
    let context = Context::open(global)?;
    let wanted = args
        .resources
        .iter()
        .map(|text| super::show::wanted(text))
        .collect::<Result<Vec<_>, _>>()?;
    let fabrics: Vec<&str> = context
        .fabrics(&args.fabrics)?
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    let past = super::sync::past(&context);
    let held: Vec<String> = past
        .waiting()
        .filter(|key| fabrics.contains(&key.split('/').next().unwrap_or_default()))
        .filter(|key| lists || wanted.iter().any(|one| one.is_key(key)))
        .map(str::to_owned)
        .collect();
    let done = match &lock {
        Some(lock) if !held.is_empty() => release(&context, lock, &held)?,
        _ => Done::default(),
    };
    output.notes.extend(done.problems.iter().cloned());
    if !done.problems.is_empty() {
        output.code = 3;
    }
    output.text = if global.format == Format::Json {
        Output::json(&json!({
            "version": 1,
            "dry_run": args.dry_run,
            "operation_id": done.id,
            "released": if lists { &[][..] } else { &held },
            "resources": held.iter().map(|key| json!({
                "resource": key,
                "failures": past.failures(key),
                "reason": reason(&past, key),
            })).collect::<Vec<_>>(),
        }))
        .text
    } else if global.quiet {
        String::new()
    } else {
        text(args, &past, &held)
    };
    Ok(output)
}

/// Says why a resource waits, in the word that a plan has for it.
pub(super) fn reason(past: &Past, key: &str) -> &'static str {
    if past.is_on_hold(key) {
        "hold"
    } else {
        "fight"
    }
}

fn text(args: &RetryArgs, past: &Past, held: &[String]) -> String {
    if held.is_empty() {
        return if args.resources.is_empty() {
            "Nothing is on hold.\n".to_owned()
        } else {
            "None of these is on hold; nothing was done.\n".to_owned()
        };
    }
    let mut text = String::new();
    for key in held {
        let why = if past.is_on_hold(key) {
            format!("failed {} times in a row", past.failures(key))
        } else {
            "went to and fro between the same two values".to_owned()
        };
        text.push_str(&format!("  {}  {why}\n", clean(key)));
    }
    text.push_str(match (args.resources.is_empty(), args.dry_run) {
        (true, _) => "`hnp retry KIND/NAME` lets one go.\n",
        (false, true) => "Would be let go; the next sync would try again.\n",
        (false, false) => "Let go; the next `hnp sync` tries again.\n",
    });
    text
}

/// Records that nothing older counts for these resources.
fn release(
    context: &Context,
    lock: &hnp_local::lock::Lock,
    keys: &[String],
) -> Result<Done, Failure> {
    let mut fabrics: Vec<&str> = keys
        .iter()
        .filter_map(|key| key.split('/').next())
        .collect();
    fabrics.dedup();
    let fabric = match fabrics.as_slice() {
        [one] => Some((*one).to_owned()),
        _ => None,
    };
    operation::perform_after(
        context,
        lock,
        &Operation {
            kind: OperationType::Retry,
            fabric,
            title: format!("hnp: Let {} resource(s) go", keys.len()),
            plan: &Plan::default(),
            commit: false,
            resources: keys.to_vec(),
            fill: &|record| {
                record.resources_targeted = keys.len() as u64;
                record.resources_processed = keys.len() as u64;
            },
        },
        &Plan::default(),
    )
}
