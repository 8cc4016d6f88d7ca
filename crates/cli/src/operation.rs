//! Doing a plan: lock, journal, commit, ledger.

mod along;
mod keep;

use std::collections::BTreeSet;

use hnp_git::{CommitRequest, Kept, LOG_REF, Stamp};
use hnp_local::journal;
use hnp_local::lock::Lock;
use hnp_model::canonical::sha256_hex;
use hnp_state::ledger::{Detail, OperationType, Record};
use hnp_sync::plan::{FileOp, Plan};
use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::failure::Failure;
use crate::output::{Output, clean, some};
use crate::{cancel, meter};

pub(crate) use along::{Along, along};

/// What follows the files: in the journal, so that whoever finishes a killed run can do it too.
#[derive(Debug, Serialize, Deserialize)]
struct After {
    id: String,
    title: String,
    seconds: i64,
    name: String,
    email: String,
    record: Record,
    commit: Option<Commit>,
    /// What `hnp undo` needs: the trees of the files before and after.
    #[serde(default)]
    kept: Option<(String, String)>,
    /// It commits what earlier runs left and does nothing else.
    #[serde(default)]
    catches_up: bool,
}

/// What stands in a journal after which nothing follows.
const NOTHING_AFTER: &str = "{}";
/// How many paths a record names that were committed along.
const TOLD: usize = 100;

#[derive(Debug, Serialize, Deserialize)]
struct Commit {
    message: String,
    trailers: Vec<String>,
    paths: Vec<String>,
}

/// What a command does to a repository.
pub(crate) struct Operation<'o> {
    /// What it is.
    pub(crate) kind: OperationType,
    /// The fabric it is about.
    pub(crate) fabric: Option<String>,
    /// One line for the log and the commit.
    pub(crate) title: String,
    /// What to do.
    pub(crate) plan: &'o Plan,
    /// Commit it.
    pub(crate) commit: bool,
    /// Keys of the resources it changes.
    pub(crate) resources: Vec<String>,
    /// Fills in the counters.
    pub(crate) fill: &'o dyn Fn(&mut Record),
}

/// What came of an operation.
#[derive(Debug, Default)]
pub(crate) struct Done {
    /// Its id, where it did something.
    pub(crate) id: Option<String>,
    /// The commit it made.
    pub(crate) commit: Option<String>,
    /// What went wrong after the files were in place.
    pub(crate) problems: Vec<String>,
    /// What else people should know.
    pub(crate) notes: Vec<String>,
}

impl Done {
    /// Tells people what went wrong and what else was done.
    pub(crate) fn tell(&self, output: &mut Output) {
        output.notes.extend(self.problems.iter().cloned());
        output.notes.extend(self.notes.iter().cloned());
    }
}

/// Takes the lock and finishes what a killed run left.
///
/// # Errors
///
/// Exit 3 where another hnp is at work or the rest cannot be finished.
pub(crate) fn begin(context: &Context, output: &mut Output) -> Result<Lock, Failure> {
    let lock = Lock::take(&context.hnp_dir)?;
    meter::begin();
    cancel::arm(context, &lock);
    cancel::acting()?;
    let mut done = Done::default();
    let recovered = journal::recover(&lock, &context.hnp_dir, &context.worktree, &mut |after| {
        finish(context, after, &mut done)
    })?;
    if let Some(applied) = recovered {
        output
            .notes
            .push("finished what an interrupted run had left".to_owned());
        for path in applied.left_alone {
            output.notes.push(format!(
                "{} was changed in between and left alone; what would have gone there is kept under {}",
                clean(&path),
                lost(context)
            ));
        }
        if !done.problems.is_empty() {
            output.code = 3;
        }
        done.tell(output);
    }
    cancel::thinking();
    hnp_local::fail::pause();
    Ok(lock)
}

/// Puts files in place that an operation begins with; its commit and record come later, by [`perform_after`]. Killed in
/// between, the files stand, and nothing says that the other side has them.
///
/// # Errors
///
/// Exit 3 where the files cannot be written; nothing is half done then.
pub(crate) fn place(context: &Context, lock: &Lock, plan: &Plan) -> Result<Vec<String>, Failure> {
    // What follows, files or not, belongs together: the GUI is written next, and the record last.
    cancel::thinking();
    cancel::acting()?;
    if plan.is_empty() {
        return Ok(Vec::new());
    }
    keep::ahead(context, plan);
    let applied = journal::apply(
        lock,
        &context.hnp_dir,
        &context.worktree,
        plan,
        "files",
        NOTHING_AFTER,
        &mut |_| Ok(()),
    )?;
    Ok(applied
        .left_alone
        .iter()
        .map(|path| {
            format!(
                "{} was changed at the same moment and left alone; what would have gone there is kept under {}",
                clean(path),
                lost(context)
            )
        })
        .collect())
}

/// Does an operation; an empty plan does nothing and leaves no record, unless it is to commit and something waits for that.
///
/// # Errors
///
/// Exit 3 where the files cannot be written; nothing is half done then.
pub(crate) fn perform(
    context: &Context,
    lock: &Lock,
    operation: &Operation<'_>,
) -> Result<Done, Failure> {
    if operation.plan.is_empty() && operation.commit {
        return catch_up(context, lock, operation.kind.clone());
    }
    if operation.plan.is_empty() {
        return Ok(Done::default());
    }
    perform_after(context, lock, operation, &Plan::default())
}

/// Commits what earlier runs left; where nothing waits it does nothing and leaves no record.
///
/// # Errors
///
/// Exit 3 where Git cannot be asked what waits.
pub(crate) fn catch_up(
    context: &Context,
    lock: &Lock,
    kind: OperationType,
) -> Result<Done, Failure> {
    let along = along(context)?;
    if along.waiting.is_empty() {
        return Ok(Done::default());
    }
    let operation = Operation {
        kind,
        fabric: None,
        title: "hnp: Commit what earlier runs left".to_owned(),
        plan: &Plan::default(),
        commit: true,
        resources: along.resources(),
        fill: &|_| {},
    };
    act(context, lock, &operation, &Plan::default(), true)
}

/// Does the rest of an operation whose first files are in place, and records all of it.
///
/// # Errors
///
/// As [`perform`].
pub(crate) fn perform_after(
    context: &Context,
    lock: &Lock,
    operation: &Operation<'_>,
    placed: &Plan,
) -> Result<Done, Failure> {
    act(context, lock, operation, placed, false)
}

fn act(
    context: &Context,
    lock: &Lock,
    operation: &Operation<'_>,
    placed: &Plan,
    catches_up: bool,
) -> Result<Done, Failure> {
    if placed.is_empty() {
        cancel::acting()?;
    }
    let stamp = context.stamp();
    let id = operation_id(context, operation, &stamp);
    let mut record = Record::new(&id, operation.kind.clone());
    record.fabric = operation
        .fabric
        .clone()
        .or_else(|| only_fabric(&operation.resources));
    record.initiated_by = Some(stamp.by.name.clone());
    meter::open(&mut record);
    record.branch_name = context.repo.branch();
    record.resources.clone_from(&operation.resources);
    count_files(placed, &mut record);
    count_files(operation.plan, &mut record);
    (operation.fill)(&mut record);
    meter::close(&mut record);
    // Whoever takes back a commit of what earlier runs left takes back what is in it.
    let kept = if catches_up {
        None
    } else {
        keep::both(context, placed, operation.plan)
    };
    let after = After {
        id: id.clone(),
        title: operation.title.clone(),
        seconds: stamp.seconds,
        name: stamp.by.name.clone(),
        email: stamp.by.email.clone(),
        commit: operation.commit.then(|| Commit {
            message: operation.title.clone(),
            trailers: trailers(operation),
            paths: paths(placed, operation.plan),
        }),
        record,
        kept,
        catches_up,
    };
    let words =
        serde_json::to_string(&after).map_err(|error| Failure::Environment(error.to_string()))?;
    let mut done = Done::default();
    let applied = journal::apply(
        lock,
        &context.hnp_dir,
        &context.worktree,
        operation.plan,
        &id,
        &words,
        &mut |after| finish(context, after, &mut done),
    )?;
    cancel::thinking();
    if !catches_up || done.commit.is_some() || !done.problems.is_empty() {
        done.id = Some(id);
    }
    for path in applied.left_alone {
        done.problems.push(format!(
            "{} was changed at the same moment and left alone; what would have gone there is kept under {}",
            clean(&path),
            lost(context)
        ));
    }
    Ok(done)
}

/// Returns the fabric that all resources belong to.
pub(crate) fn only_fabric(resources: &[String]) -> Option<String> {
    let mut names = resources.iter().map(|key| key.split('/').next());
    let first = names.next()??;
    names
        .all(|name| name == Some(first))
        .then(|| first.to_owned())
}

/// Names the place where bytes are kept that could not go where they were meant to.
fn lost(context: &Context) -> String {
    let lost = context.hnp_dir.join("lost");
    let shown = lost.strip_prefix(context.worktree.root()).unwrap_or(&lost);
    shown.display().to_string()
}

/// Commits and records. A refused commit does not undo the files. What fails only for now, on a full disk or where another
/// Git holds the index, is an error: the journal then stays, and the next run does it.
fn finish(context: &Context, after: &str, done: &mut Done) -> Result<(), String> {
    if after == NOTHING_AFTER {
        return Ok(());
    }
    let Ok(mut after) = serde_json::from_str::<After>(after) else {
        done.problems
            .push("the journal's last part cannot be read; the files are in place".to_owned());
        return Ok(());
    };
    let stamp = Stamp {
        by: hnp_git::Identity {
            name: after.name.clone(),
            email: after.email.clone(),
        },
        seconds: after.seconds,
    };
    if let Some(commit) = after.commit.take() {
        let (along, unknown) = match along(context) {
            Ok(along) => (along, None),
            Err(error) => (Along::default(), Some(error)),
        };
        let own: BTreeSet<String> = commit.paths.into_iter().collect();
        let about: &[String] = if after.catches_up {
            &[]
        } else {
            &after.record.resources
        };
        let told = along.to_tell(&own, about);
        let paths: Vec<String> = own.union(&along.paths).cloned().collect();
        let request = CommitRequest {
            id: &after.id,
            message: &commit.message,
            trailers: &commit.trailers,
            paths: &paths,
        };
        // A commit that may lack something is not made.
        let commit = || context.repo.commit_paths(&request, &stamp);
        let mut committed = unknown.map_or_else(commit, Err);
        if committed.is_err() && cancel::is_asked() {
            // Ctrl-C reaches a `git` of the same terminal too. What was begun is finished all the same.
            committed = context.repo.commit_paths(&request, &stamp);
        }
        match committed {
            // What waited turned out to be no change to Git.
            Ok(None) if after.catches_up => return Ok(()),
            Ok(commit) => {
                after.record.commit_sha.clone_from(&commit);
                if commit.is_some() && !told.is_empty() {
                    done.notes
                        .push(format!("committed what earlier runs left: {}", some(&told)));
                    let first: Vec<_> = told.into_iter().take(TOLD).collect();
                    after
                        .record
                        .details
                        .insert("also_committed".to_owned(), first.into());
                }
                done.commit = commit;
            }
            Err(error) if error.is_passing() => {
                return Err(format!("not committed: {error}"));
            }
            Err(error) => {
                after
                    .record
                    .push_error(Detail::new("commit", &error.to_string()));
                after.record.status = hnp_state::ledger::Status::PartiallyCompleted;
                after.record.summarise();
                done.problems.push(format!(
                    "the files are in place, but not committed: {error}"
                ));
                done.notes.push(
                    "Next: mend what kept Git from committing, then run the same again with --commit; it commits what waits"
                        .to_owned(),
                );
            }
        }
        hnp_local::fail::point("committed");
    }
    let record = after.record.to_json();
    let kept = after
        .kept
        .take()
        .map(|(before, after)| Kept { before, after });
    if let Err(error) =
        context
            .repo
            .append_log_with(&after.id, &after.title, &record, kept.as_ref(), &stamp)
    {
        keep_record(context, &after.id, &record)
            .map_err(|second| format!("the record was not kept: {error}; {second}"))?;
    }
    hnp_local::fail::point("recorded");
    Ok(())
}

/// Where references cannot be written, records go to a file beside the journal.
fn keep_record(context: &Context, id: &str, record: &str) -> std::io::Result<()> {
    use std::io::Write;
    let path = context.hnp_dir.join("log.jsonl");
    let value: serde_json::Value = serde_json::from_str(record)?;
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    // A run that was killed right here comes by again.
    if kept.lines().any(|line| line.contains(id)) {
        return Ok(());
    }
    let mut file = std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(path)?;
    // A line cut short by a full disk stays alone on its line.
    let gap = if kept.is_empty() || kept.ends_with('\n') {
        ""
    } else {
        "\n"
    };
    file.write_all(format!("{gap}{value}\n").as_bytes())
}

/// Names an operation. The same thing done twice in one second is two operations: the ledger has moved on in between.
fn operation_id(context: &Context, operation: &Operation<'_>, stamp: &Stamp) -> String {
    let mut text = format!(
        "{}\n{}\n{}\n{}\n",
        operation.kind.as_str(),
        operation.title,
        stamp.seconds,
        context.repo.resolve(LOG_REF).unwrap_or_default(),
    );
    for op in &operation.plan.files {
        for path in op.paths() {
            text.push_str(path);
            text.push('\n');
        }
        if let FileOp::Write { bytes, .. } = op {
            text.push_str(&sha256_hex(bytes));
        }
    }
    sha256_hex(text.as_bytes())[..12].to_owned()
}

fn count_files(plan: &Plan, record: &mut Record) {
    for op in &plan.files {
        record.files_processed += 1;
        match op {
            FileOp::Write { bytes, before, .. } => {
                record.total_file_size_bytes += bytes.len() as u64;
                match before {
                    hnp_sync::plan::Before::Absent => record.files_created += 1,
                    hnp_sync::plan::Before::Is(_) => record.files_updated += 1,
                }
            }
            FileOp::Move { .. } => record.files_updated += 1,
            FileOp::Remove { .. } => record.files_deleted += 1,
        }
    }
}

fn trailers(operation: &Operation<'_>) -> Vec<String> {
    let mut trailers = vec![format!("Hnp-Action: {}", operation.kind.as_str())];
    // A commit of thousands of resources names them in its diff; a few are worth naming in its message.
    if operation.resources.len() <= 20 {
        trailers.extend(
            operation
                .resources
                .iter()
                .map(|key| format!("Hnp-Resource: {key}")),
        );
    }
    trailers
}

fn paths(placed: &Plan, plan: &Plan) -> Vec<String> {
    let mut paths: Vec<String> = placed
        .files
        .iter()
        .chain(&plan.files)
        .flat_map(|op| op.paths().map(str::to_owned))
        .collect();
    paths.sort_unstable();
    paths.dedup();
    paths
}
