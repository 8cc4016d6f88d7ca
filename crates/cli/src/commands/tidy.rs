//! `hnp tidy`

use hnp_report::Format;
use hnp_state::STATE_PATH;
use hnp_state::ledger::OperationType;
use hnp_state::state_file;
use hnp_sync::directory;
use hnp_sync::plan::Plan;
use serde_json::json;

use crate::args::{Global, WriteArgs};
use crate::context::Context;
use crate::failure::Failure;
use crate::operation::{self, Done, Operation};
use crate::output::{Output, clean};

pub(super) fn run(global: &Global, args: &WriteArgs) -> Result<Output, Failure> {
    let mut output = Output::default();
    let lock = if args.writing.dry_run {
        None
    } else {
        Some(operation::begin(&Context::open_bare(global)?, &mut output)?)
    };
    let context = Context::open(global)?;
    let Some(before) = context.files.state.clone() else {
        return Err(Failure::Usage(
            "there is no .hnp/state.toml. Run `hnp state rebuild`".to_owned(),
        ));
    };
    let mut state = state_file::parse(&before).map_err(|_| {
        Failure::Usage(".hnp/state.toml is damaged. Run `hnp state rebuild`".to_owned())
    })?;
    let old = state.clone();
    let (mut plan, mut moves, mut left) = (Plan::default(), Vec::new(), Vec::new());
    for (name, fabric) in context.fabrics(&args.fabrics)? {
        let tidied = directory::tidy(name, fabric, &context.fabric_files(fabric)?, &state);
        plan.files.extend(tidied.plan.files);
        moves.extend(tidied.moves);
        left.extend(tidied.left);
        state = tidied.state;
    }
    if state != old {
        plan.write(
            STATE_PATH,
            state_file::write(&state),
            Some(before.as_bytes()),
        );
    }
    plan.order();
    let done = match &lock {
        Some(lock) => operation::perform(
            &context,
            lock,
            &Operation {
                kind: OperationType::Tidy,
                fabric: None,
                title: format!(
                    "hnp: Move {} resource(s) to their standard places",
                    moves.len()
                ),
                plan: &plan,
                commit: args.writing.commit,
                resources: moves.iter().map(|moved| moved.key.clone()).collect(),
                fill: &|record| {
                    record.resources_processed = moves.len() as u64;
                    record.resources_targeted = record.resources_processed;
                },
            },
        )?,
        None => Done::default(),
    };
    done.tell(&mut output);
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
            "moves": moves.iter().map(|moved| json!({"resource": moved.resource, "from": moved.from, "to": moved.to})).collect::<Vec<_>>(),
            "left": left.iter().map(|(path, why)| json!({"file": path, "reason": why})).collect::<Vec<_>>(),
        }))
        .text;
        return Ok(output);
    }
    let mut text = String::new();
    for moved in &moves {
        text.push_str(&format!(
            "  {}: {} -> {}\n",
            clean(&moved.resource),
            clean(&moved.from),
            clean(&moved.to)
        ));
    }
    for (path, why) in &left {
        text.push_str(&format!("  {} stays: {}\n", clean(path), clean(why)));
    }
    let verb = if args.writing.dry_run {
        "would move"
    } else {
        "moved"
    };
    if moves.is_empty() {
        text.push_str("Nothing to do: every resource lies in its place.\n");
    } else {
        text.push_str(&format!("{} resource(s) {verb}.\n", moves.len()));
    }
    output.text = if global.quiet { String::new() } else { text };
    Ok(output)
}
