//! `hnp sync`

mod carry;
mod plan;
mod read;
mod show;

use hnp_local::GuiFile;
use hnp_report::Format;
use hnp_state::state_file;
use hnp_sync::gui::{Gui, GuiAction};
use hnp_sync::reconcile::{Change, Item, Outcome, SyncPlan};

use super::conflicts;
use crate::args::{Global, SyncArgs};
use crate::clock;
use crate::context::Context;
use crate::failure::Failure;
use crate::operation::{self, Done};
use crate::output::{Output, Progress};

/// What became of one fabric.
struct Run {
    fabric: String,
    plan: SyncPlan,
    done: Done,
    /// Resources that could not be written, with the reason.
    failed: Vec<(String, String)>,
    /// What the record says besides.
    details: serde_json::Map<String, serde_json::Value>,
}

pub(super) fn run(global: &Global, args: &SyncArgs) -> Result<Output, Failure> {
    let (started, started_at) = (std::time::Instant::now(), clock::now());
    let dry_run = args.write.writing.dry_run;
    let mut output = Output::default();
    let lock = if dry_run {
        None
    } else {
        Some(operation::begin(&Context::open_raw(global)?, &mut output)?)
    };
    let context = Context::open(global)?;
    if !context.config.features.bidirectional_sync {
        return Err(Failure::Usage(
            "features.bidirectional_sync is off in .hnp/config.toml".to_owned(),
        ));
    }
    let only: Vec<super::show::Wanted> = args
        .resources
        .iter()
        .map(|text| super::show::wanted(text))
        .collect::<Result<_, _>>()?;
    let gui = GuiFile::new(read::gui_path(global, args)?);
    let mut state = conflicts::state(&context)?;
    let mut state_text = context.files.state.clone().unwrap_or_default();
    let snapshot = gui.snapshot()?;
    read::check(&context, &snapshot, &state)?;
    let mut runs = Vec::new();
    for (name, fabric) in context.fabrics(&args.write.fabrics)? {
        let _progress = Progress::start(global, &format!("Synchronising {name}"));
        let files = read::files(&context, name, fabric)?;
        let plan = plan::plan(&context, &files, &state, &snapshot, args, &only)?;
        let mut run = Run {
            fabric: name.to_owned(),
            plan,
            done: Done::default(),
            failed: Vec::new(),
            details: serde_json::Map::new(),
        };
        let met = &run.plan.conflicts;
        conflicts::record::note_met(&mut run.details, &state, met, &snapshot);
        if let Some(lock) = &lock {
            let after =
                carry::carry_out(&context, lock, &gui, args, &state, &state_text, &mut run)?;
            state_text = state_file::write(&after);
            state = after;
        }
        output.notes.extend(run.done.problems.iter().cloned());
        runs.push(run);
    }
    output.code = code(&runs, output.code);
    let seconds = if std::env::var_os("SOURCE_DATE_EPOCH").is_some() {
        0.0
    } else {
        started.elapsed().as_secs_f64()
    };
    output.text = if global.format == Format::Json {
        Output::json(&show::json(
            &context,
            args,
            &runs,
            &state,
            (started_at, seconds),
        ))
        .text
    } else {
        show::text(global, args, &runs)
    };
    Ok(output)
}

/// 3 where something failed, 4 where a conflict is open, 1 where something needs a person's word or is not known.
fn code(runs: &[Run], now: u8) -> u8 {
    let items = || runs.iter().flat_map(|run| &run.plan.items);
    let any = |wanted: &dyn Fn(&Item) -> bool| items().any(wanted);
    let failed = runs
        .iter()
        .any(|run| !run.failed.is_empty() || !run.done.problems.is_empty());
    if now == 3 || failed || any(&|item| matches!(item.outcome, Outcome::Failed(_))) {
        3
    } else if any(&|item| matches!(item.outcome, Outcome::Conflict(_))) {
        4
    } else if any(&|item| matches!(item.outcome, Outcome::Unknown(_) | Outcome::Unconfirmed(_))) {
        1
    } else {
        now
    }
}

/// Names a change for people and programs.
fn word(change: &Change, was_there: bool) -> &'static str {
    match change {
        Change::Keep => "none",
        Change::Set(_) if was_there => "update",
        Change::Set(_) => "create",
        Change::Delete => "delete",
    }
}

fn action_word(action: &GuiAction) -> &'static str {
    match action {
        GuiAction::Put(_) => "put",
        GuiAction::Delete => "delete",
        GuiAction::Orphan => "orphan",
    }
}
