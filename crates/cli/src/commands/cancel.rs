//! `hnp cancel`

use std::time::{Duration, Instant};

use hnp_local::lock::{Holder, Lock};
use hnp_report::Format;
use serde_json::json;

use crate::args::{CancelArgs, Global};
use crate::context::Context;
use crate::failure::Failure;
use crate::output::{Output, clean};

/// How often to look whether the other run has ended.
const GLANCE: Duration = Duration::from_millis(50);

/// Says who is at work.
pub(super) fn told(holder: &Holder) -> String {
    format!(
        "At work here: hnp {}, by {}, process {}, since {}. `hnp cancel` stops it.\n",
        clean(&holder.command),
        clean(&holder.by),
        holder.pid,
        clean(&holder.since)
    )
}

pub(super) fn run(global: &Global, args: &CancelArgs) -> Result<Output, Failure> {
    let context = Context::open_raw(global)?;
    if !Lock::is_held(&context.hnp_dir) {
        let output = if global.format == Format::Json {
            Output::json(&json!({ "version": 1, "success": true, "cancelled": null }))
        } else {
            Output::of("Nothing is at work here.\n")
        };
        return Ok(output);
    }
    // Whoever has just taken the lock writes its name in a moment.
    let until = Instant::now() + Duration::from_secs(1);
    let holder = loop {
        match Lock::holder(&context.hnp_dir) {
            Some(holder) => break holder,
            None if Instant::now() < until => std::thread::sleep(GLANCE),
            None => {
                return Err(Failure::Environment(
                    "another hnp is at work, and does not say who it is: it may be an older version".to_owned(),
                ));
            }
        }
    };
    holder.ask_to_stop().map_err(|error| {
        Failure::Environment(format!(
            "process {} cannot be asked to stop: {error}. It may be on another machine, or somebody else's",
            holder.pid
        ))
    })?;
    let until = Instant::now() + Duration::from_secs(args.wait);
    while Lock::holder(&context.hnp_dir).is_some_and(|now| now == holder) {
        if Instant::now() >= until {
            return Err(Failure::Environment(format!(
                "process {} was asked to stop and is still finishing what it had begun; `hnp status` shows when it is done",
                holder.pid
            )));
        }
        std::thread::sleep(GLANCE);
    }
    if global.format == Format::Json {
        return Ok(Output::json(&json!({
            "version": 1,
            "success": true,
            "cancelled": holder,
        })));
    }
    Ok(Output::of(format!(
        "Stopped hnp {} of {}, process {}. `hnp log` says how far it came.\n",
        clean(&holder.command),
        clean(&holder.by),
        holder.pid
    )))
}
