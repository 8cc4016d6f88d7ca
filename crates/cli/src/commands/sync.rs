//! `hnp sync`

mod ask;
mod base;
mod branch;
mod carry;
mod git_branch;
mod git_history;
mod git_past;
mod git_time;
mod past;
mod plan;
mod ports;
mod read;
mod record;
mod revisions;
mod show;
mod words;

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::BTreeMap;

use hnp_report::Format;
use hnp_state::state_file::{self, State};
use hnp_sync::fabric::FabricFiles;
use hnp_sync::forge::Next;
use hnp_sync::gui::{Gui, GuiAction, Snapshot};
use hnp_sync::reconcile::{Carried as WentToGit, Change, Item, Outcome, SyncPlan};

pub(super) use git_branch::GitBranches;
pub(super) use past::read as past;
use revisions::{Gone, Went};

use super::conflicts;
use super::show::Wanted;
use crate::args::{CarrierArg, Global, SyncArgs};
use crate::clock;
use crate::context::Context;
use crate::failure::Failure;
use crate::operation::{self, Done};
use crate::output::{Output, Progress};

/// What was asked for.
struct Asked<'a> {
    args: &'a SyncArgs,
    only: &'a [Wanted],
    dry_run: bool,
    /// The GUI can only be read.
    read_only: bool,
    /// What went to Git before; read where it is first asked for.
    gone: &'a OnceCell<Gone>,
}

impl Asked<'_> {
    /// Returns the edit of a resource that went to Git last. Where the ledger cannot be read none is known.
    fn carried(&self, context: &Context, key: &str) -> Option<WentToGit> {
        self.gone
            .get_or_init(|| Gone::read(context).unwrap_or_default())
            .carried(key)
    }
}

/// What became of one fabric.
struct Run {
    fabric: String,
    plan: SyncPlan,
    done: Done,
    /// Resources that could not be written, with the reason.
    failed: Vec<(String, String)>,
    /// Resources that were read back as something else than what was written.
    differ: Vec<(String, String)>,
    /// How many writes the GUI took.
    written: usize,
    /// What became of the branch, where a branch was the carrier.
    carried: Option<Carried>,
    /// Why changes that were worked out go nowhere before a person acts.
    held: Option<String>,
    /// What else people should know.
    notes: Vec<String>,
    /// Revisions that the GUI had of what went to Git.
    revisions: BTreeMap<String, Went>,
    /// What its record says of conflicts.
    details: serde_json::Map<String, serde_json::Value>,
    /// In what the cluster differs from the files, where the GUI knows the cluster.
    drift: Option<super::drift::Found>,
}

/// What became of a branch.
struct Carried {
    branch: String,
    commit: Option<String>,
    step: Next,
    /// The remote's branch that was read, where there was none here.
    remote: Option<String>,
}

impl Run {
    fn new(fabric: &str, plan: SyncPlan) -> Self {
        Self {
            fabric: fabric.to_owned(),
            plan,
            done: Done::default(),
            failed: Vec::new(),
            differ: Vec::new(),
            written: 0,
            carried: None,
            held: None,
            notes: Vec::new(),
            revisions: BTreeMap::new(),
            details: serde_json::Map::new(),
            drift: None,
        }
    }

    /// Remembers which revisions of the GUI go to Git.
    fn remember(&mut self, snapshot: &Snapshot, head: Option<&str>) {
        let goes = |item: &&Item| item.git != Change::Keep && item.outcome == Outcome::Changed;
        for item in self.plan.items.iter().filter(goes) {
            let one = snapshot.resources.iter().find(|one| {
                let fabric = one.fabric.as_deref();
                one.id == item.id && fabric.is_none_or(|name| name == self.fabric)
            });
            if let Some(one) = one.filter(|one| one.revision > 0) {
                self.revisions
                    .insert(item.key.clone(), Went::of(item, one, head));
            }
        }
    }

    /// Notes the conflicts that nobody has met before.
    fn note_met(&mut self, context: &Context, before: &State, snapshot: &Snapshot) {
        let (config, met) = (&context.config.sync, &self.plan.conflicts);
        conflicts::record::note_met(&mut self.details, config, before, met, snapshot);
    }

    fn take_over(&mut self, written: ports::Written) {
        self.failed.extend(written.failed);
        self.differ.extend(written.differ);
        self.written += written.done;
        self.notes.extend(written.unmarked);
    }
}

pub(super) fn run(global: &Global, args: &SyncArgs) -> Result<Output, Failure> {
    let (started, started_at) = (std::time::Instant::now(), clock::now());
    carrier(args)?;
    let gui = read::gui(global, args)?;
    let args = &revisions::only_to_git(&gui, args)?;
    let dry_run = args.write.writing.dry_run;
    let mut output = Output::default();
    let lock = if dry_run {
        None
    } else {
        Some(operation::begin(&Context::open_bare(global)?, &mut output)?)
    };
    let mut context = Context::open(global)?;
    let base = if args.to == CarrierArg::Branch {
        Some(base::Base::open(&mut context, args.base.as_deref())?)
    } else {
        None
    };
    if !context.config.features.bidirectional_sync {
        return Err(Failure::Usage(
            "features.bidirectional_sync is off in .hnp/config.toml".to_owned(),
        ));
    }
    let only: Vec<Wanted> = args
        .resources
        .iter()
        .map(|text| super::show::wanted(text))
        .collect::<Result<_, _>>()?;
    let gone = OnceCell::new();
    let asked = Asked {
        args,
        only: &only,
        dry_run,
        read_only: gui.is_read_only(),
        gone: &gone,
    };
    let mut state = conflicts::state(&context)?;
    let mut state_text = Cow::from(context.files.state.as_deref().unwrap_or_default());
    let mut snapshot = ports::snapshot(&gui)?;
    read::check(&context, &snapshot, &state)?;
    let drafts = snapshot.resources.iter().any(|one| one.draft.is_some());
    if asked.read_only || drafts {
        let read = Gone::read(&context)?;
        if asked.read_only {
            output.notes.extend(read.pass_over(&context, &mut snapshot));
        }
        read.advance(&context, &mut snapshot, &state);
        let _ = gone.set(read);
    }
    let mut runs = Vec::new();
    for (name, fabric) in context.fabrics(&args.write.fabrics)? {
        let _progress = Progress::start(global, &format!("Synchronising {name}"));
        let mut run = if let Some(base) = &base {
            branch::sync(&context, &asked, &gui, base, &snapshot, (name, fabric))?
        } else {
            let files = FabricFiles::read(&context.worktree, name, fabric)?;
            let plan = plan::plan(&context, &files, &state, &snapshot, &asked)?;
            let mut run = Run::new(name, plan);
            let head = context.repo.head_commit()?.map(|id| id.to_string());
            run.remember(&snapshot, head.as_deref());
            run.note_met(&context, &state, &snapshot);
            if let Some(lock) = &lock {
                let sides = carry::Sides {
                    gui: &gui,
                    files: &files,
                    state: &state,
                    state_text: &state_text,
                };
                if let Some(after) = carry::carry_out(&context, lock, args, &sides, &mut run)? {
                    state_text = state_file::write(&after).into();
                    state = after;
                }
            }
            leave(files);
            run
        };
        output.notes.extend(run.notes.iter().cloned());
        output.notes.extend(run.done.problems.iter().cloned());
        run.drift = super::drift::after_sync(&context, name, fabric, &snapshot, &mut output);
        output.notes.extend(
            run.differ
                .iter()
                .map(|(key, why)| format!("warning: {key}: {why}")),
        );
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
    leave((runs, state, snapshot));
    Ok(output)
}

/// Leaves to the end of the process, which is near, what is given back to it as one piece: to give back value after value
/// would take a tenth of a run that has nothing to do.
fn leave<T>(values: T) {
    std::mem::forget(values);
}

/// Refuses carriers and options that do not go together.
fn carrier(args: &SyncArgs) -> Result<(), Failure> {
    let wrong = match args.to {
        CarrierArg::Pr => {
            "--to pr: pull requests are not built yet. Use `--to branch`, then push the branch hnp-sync-FABRIC and open the pull request yourself"
        }
        CarrierArg::Branch if args.write.writing.commit => {
            "--commit goes with --to worktree; --to branch always makes a commit"
        }
        CarrierArg::Worktree if args.base.is_some() => "--base goes with --to branch",
        _ => return Ok(()),
    };
    Err(Failure::Usage(wrong.to_owned()))
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
    } else if runs.iter().any(|run| run.held.is_some())
        || any(&|item| matches!(item.outcome, Outcome::Unknown(_) | Outcome::Unconfirmed(_)))
    {
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
        GuiAction::Mark => "mark",
    }
}
