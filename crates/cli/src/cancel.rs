//! Being stopped: Ctrl-C, SIGTERM, `hnp cancel`.
//!
//! A run that writes is either thinking, when nothing has been done yet and it may end at once, or acting, when it first
//! finishes what it has begun: that is short, and what is half done is of no use to anybody. Either way the ledger says
//! `cancelled` of what was not done any more, and the process ends with [`CODE`].

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use hnp_git::{Repo, Stamp};
use hnp_local::lock::{Holder, Lock};
use hnp_model::canonical::sha256_hex;
use hnp_state::ledger::{Detail, OperationType, Record, Status, Trigger};

use crate::context::Context;
use crate::failure::Failure;
use crate::{asked, clock, output};

/// The exit code of a run that a person stopped: what shells give for Ctrl-C.
pub(crate) const CODE: u8 = 130;

/// What the run is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// It writes nothing; it ends at once.
    Thinking,
    /// It is in the middle of something.
    Acting,
}

/// A run that writes.
struct Run {
    phase: Phase,
    asked: bool,
    repository: PathBuf,
    branch: Option<String>,
    kind: OperationType,
    stamp: Stamp,
}

static RUN: Mutex<Option<Run>> = Mutex::new(None);
/// Directories that go with the process.
static SWEPT: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());
static HANDLER: OnceLock<bool> = OnceLock::new();

fn run() -> MutexGuard<'static, Option<Run>> {
    RUN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Names the run in the lock's file, and listens to signals from now on.
pub(crate) fn arm(context: &Context, lock: &Lock) {
    let stamp = context.stamp();
    let command = command();
    lock.name(&Holder {
        pid: std::process::id(),
        by: stamp.by.name.clone(),
        command: command.clone(),
        since: clock::rfc3339(stamp.seconds),
    });
    *run() = Some(Run {
        phase: Phase::Thinking,
        asked: false,
        repository: context.worktree.root().to_owned(),
        branch: context.repo.branch(),
        kind: kind(&command),
        stamp,
    });
    // Where no handler can be set, a signal ends the process as ever, and the next run finishes what it left.
    HANDLER.get_or_init(|| ctrlc::set_handler(stop).is_ok());
}

/// Notes a directory that goes when a signal ends the process.
pub(crate) fn sweep(directory: &Path) {
    SWEPT
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(directory.to_owned());
}

/// Tells whether somebody has asked the run to stop.
pub(crate) fn is_asked() -> bool {
    // The handler runs in a thread of its own and may come a moment after the signal reached others.
    std::thread::sleep(std::time::Duration::from_millis(20));
    run().as_ref().is_some_and(|run| run.asked)
}

/// Begins to act, unless the run was asked to stop before: then that goes on record and nothing more is done. Who is acting
/// already goes on.
///
/// # Errors
///
/// Exit 130.
pub(crate) fn acting() -> Result<(), Failure> {
    let mut guard = run();
    let Some(run) = guard.as_mut() else {
        return Ok(());
    };
    if run.asked && run.phase == Phase::Thinking {
        record(run);
        return Err(Failure::Cancelled(
            "stopped as asked; what was begun before is finished, the rest was not begun"
                .to_owned(),
        ));
    }
    run.phase = Phase::Acting;
    Ok(())
}

/// What was begun is finished.
pub(crate) fn thinking() {
    if let Some(run) = run().as_mut() {
        run.phase = Phase::Thinking;
    }
}

/// What a signal does.
fn stop() {
    let mut guard = run();
    match guard.as_mut() {
        Some(run) if run.phase == Phase::Acting => {
            run.asked = true;
            output::note("stopping: what was begun is finished first");
        }
        run => {
            if let Some(run) = run {
                record(run);
            }
            let swept = SWEPT.lock().unwrap_or_else(PoisonError::into_inner);
            for directory in swept.iter() {
                let _ = std::fs::remove_dir_all(directory);
            }
            output::note("stopped as asked; nothing was done");
            // The guard is held: nobody begins to act meanwhile.
            std::process::exit(i32::from(CODE));
        }
    }
}

/// Puts on record that a run was stopped. Where that cannot be written it was stopped all the same.
fn record(run: &Run) {
    let Ok(repo) = Repo::discover(&run.repository) else {
        return;
    };
    let now = clock::rfc3339(clock::now());
    let tip = repo.resolve(hnp_git::LOG_REF).unwrap_or_default();
    let words = format!(
        "cancelled\n{}\n{}\n{tip}\n",
        run.kind.as_str(),
        run.stamp.seconds
    );
    let id = sha256_hex(words.as_bytes())[..12].to_owned();
    let mut record = Record::new(&id, run.kind.clone());
    record.trigger_type = Trigger::Cli;
    record.initiated_by = Some(run.stamp.by.name.clone());
    record.started_at = Some(clock::rfc3339(run.stamp.seconds));
    record.branch_name.clone_from(&run.branch);
    record.operation_config = asked::config();
    record.push_warning(Detail::new("cancelled", "stopped by a person or a signal"));
    record.date_details(&now);
    record.finish(&now, 0.0);
    record.status = Status::Cancelled;
    record.summarise();
    let title = format!("hnp: Stopped {}", run.kind.as_str());
    let _ = repo.append_log(&id, &title, &record.to_json(), &run.stamp);
}

/// The command's name, as it was asked.
fn command() -> String {
    let config = asked::config();
    let name = config.get("command").and_then(serde_json::Value::as_str);
    name.unwrap_or("hnp").to_owned()
}

fn kind(command: &str) -> OperationType {
    match command.split(' ').next().unwrap_or_default() {
        "init" => OperationType::DirectoryInit,
        "ingest" => OperationType::FileIngestion,
        "sync" => OperationType::Bidirectional,
        "resolve" => OperationType::ConflictResolution,
        "tidy" => OperationType::Tidy,
        "undo" => OperationType::Undo,
        "restore" => OperationType::Restore,
        "clean" => OperationType::Cleanup,
        "state" => OperationType::StateRepair,
        "fabric" | "drill" => OperationType::FabricChange,
        "retry" => OperationType::Retry,
        other => OperationType::from(other.to_owned()),
    }
}
