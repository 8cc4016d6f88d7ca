//! `hnp sync`

mod show;

use std::collections::BTreeSet;
use std::path::PathBuf;

use hnp_git::BackupFile;
use hnp_local::GuiFile;
use hnp_model::SourceFile;
use hnp_model::canonical::sha256_hex;
use hnp_report::Format;
use hnp_state::STATE_PATH;
use hnp_state::config::{Direction, Fabric};
use hnp_state::layout::Area;
use hnp_state::ledger::{Detail, OperationType, Record};
use hnp_state::state_file::{self, State};
use hnp_sync::fabric::{FabricFiles, area_of, is_yaml};
use hnp_sync::gui::{Gui, GuiAction, GuiWrite, Snapshot};
use hnp_sync::plan::{FileOp, Plan};
use hnp_sync::reconcile::{Change, Inputs, Item, Options, Outcome, SyncPlan, plan_sync};

use super::conflicts;
use crate::args::{Global, SyncArgs};
use crate::clock;
use crate::context::{Context, work_dir};
use crate::failure::Failure;
use crate::operation::{self, Done, Operation};
use crate::output::{Output, Progress, clean};

/// What became of one fabric.
struct Run {
    fabric: String,
    plan: SyncPlan,
    done: Done,
    /// Resources that could not be written, with the reason.
    failed: Vec<(String, String)>,
    /// In what the cluster differs from the files, where the GUI knows the cluster.
    drift: Option<super::drift::Found>,
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
    let gui = GuiFile::new(gui_path(global, args)?);
    let mut state = conflicts::state(&context)?;
    let mut state_text = context.files.state.clone().unwrap_or_default();
    let snapshot = gui.snapshot()?;
    check(&context, &snapshot, &state)?;
    let mut runs = Vec::new();
    for (name, fabric) in context.fabrics(&args.write.fabrics)? {
        let _progress = Progress::start(global, &format!("Synchronising {name}"));
        let plan = plan(&context, name, fabric, &state, &snapshot, args, &only)?;
        let mut run = Run {
            fabric: name.to_owned(),
            plan,
            done: Done::default(),
            failed: Vec::new(),
            drift: None,
        };
        if let Some(lock) = &lock {
            let after = carry_out(&context, lock, &gui, args, &state, &state_text, &mut run)?;
            state_text = state_file::write(&after);
            state = after;
        }
        output.notes.extend(run.done.problems.iter().cloned());
        run.drift = super::drift::after_sync(&context, name, fabric, &snapshot, &mut output);
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

/// A relative path is meant from where the user is, `-C` counted.
fn gui_path(global: &Global, args: &SyncArgs) -> Result<PathBuf, Failure> {
    let text = args.gui.to_string_lossy();
    if text.starts_with("http://") || text.starts_with("https://") {
        return Err(Failure::Usage(
            "--gui: this version synchronises with a file; addresses are not built yet".to_owned(),
        ));
    }
    Ok(work_dir(global)?.join(&args.gui))
}

/// Refuses a GUI of another pairing, and one that does not say to which fabric its resources belong.
fn check(context: &Context, snapshot: &Snapshot, state: &State) -> Result<(), Failure> {
    if let Some(lineage) = snapshot
        .lineage
        .as_ref()
        .filter(|lineage| **lineage != state.lineage)
    {
        return Err(Failure::Usage(format!(
            "the GUI is paired with {}, this repository is {}: they were never synchronised with each other. Take `lineage` out of the GUI's file only if that is what you want",
            clean(lineage),
            state.lineage
        )));
    }
    for one in &snapshot.resources {
        match &one.fabric {
            Some(name) if !context.config.fabrics.contains_key(name) => {
                return Err(Failure::Usage(format!(
                    "the GUI has {} in fabric `{}`, which is not configured",
                    clean(&one.id.to_string()),
                    clean(name)
                )));
            }
            None if context.config.fabrics.len() > 1 => {
                return Err(Failure::Usage(format!(
                    "the GUI does not say to which fabric {} belongs; add `fabric`",
                    clean(&one.id.to_string())
                )));
            }
            _ => {}
        }
    }
    Ok(())
}

fn plan(
    context: &Context,
    name: &str,
    fabric: &Fabric,
    state: &State,
    snapshot: &Snapshot,
    args: &SyncArgs,
    only: &[super::show::Wanted],
) -> Result<SyncPlan, Failure> {
    let listing = context.list(&fabric.directories)?;
    let files = FabricFiles {
        name,
        fabric,
        files: context.read(&wanted_files(fabric, &listing.files))?,
    };
    let settings = context.settings(Some(name), None)?;
    let accept = |key: &str| only.iter().any(|wanted| wanted.is_key(key));
    Ok(plan_sync(&Inputs {
        fabric: &files,
        config: &context.config,
        settings: &settings,
        state,
        snapshot,
        blob: &|id| context.repo.read_blob(id),
        blob_id: &|bytes| context.repo.blob_id(bytes).unwrap_or_default(),
        options: Options {
            direction: args.direction,
            only: if only.is_empty() { None } else { Some(&accept) },
            confirm_deletes: args.confirm_deletes,
        },
    }))
}

/// What is managed, and what it is judged together with.
fn wanted_files(fabric: &Fabric, files: &[String]) -> Vec<String> {
    files
        .iter()
        .filter(|path| {
            is_yaml(path)
                && matches!(
                    area_of(fabric, path),
                    Some(
                        Area::Managed
                            | Area::Unmanaged
                            | Area::UnmanagedExternal
                            | Area::UnmanagedOverrides
                    )
                )
        })
        .cloned()
        .collect()
}

/// Git's files first, then the GUI, and the state last: killed in between, the next run finds both sides changed alike.
fn carry_out(
    context: &Context,
    lock: &hnp_local::lock::Lock,
    gui: &GuiFile,
    args: &SyncArgs,
    state: &State,
    state_text: &str,
    run: &mut Run,
) -> Result<State, Failure> {
    let plan = &run.plan;
    backup(context, &run.fabric, &plan.files)?;
    for bytes in &plan.blobs {
        context.repo.write_blob(bytes)?;
    }
    let mut problems = operation::place(context, lock, &plan.files)?;
    let blocked = !problems.is_empty();
    let mut failed: BTreeSet<String> = BTreeSet::new();
    if blocked {
        // Somebody is at work on the files: what was agreed on is looked at anew by the next run.
        failed.extend(plan.items.iter().map(|item| item.key.clone()));
    } else {
        for (write, result) in plan.gui.iter().zip(write(gui, &state.lineage, &plan.gui)) {
            if let Err(why) = result {
                let key = write.id.key(&write.fabric);
                failed.insert(key.clone());
                run.failed.push((key, why));
            }
        }
    }
    let after = plan.state(state, &failed);
    let mut rest = Plan::default();
    if after != *state {
        rest.write(
            STATE_PATH,
            state_file::write(&after),
            Some(state_text.as_bytes()),
        );
    }
    if plan.is_empty() && rest.is_empty() {
        return Ok(after);
    }
    let counts = show::Counts::of(plan);
    let resources: Vec<String> = plan
        .items
        .iter()
        .filter(|item| item.outcome == Outcome::Changed && !failed.contains(&item.key))
        .map(|item| item.key.clone())
        .collect();
    let ids: Vec<String> = plan.conflicts.iter().map(|one| one.id.clone()).collect();
    let failures = run.failed.clone();
    let fill = |record: &mut Record| {
        counts.fill(record);
        record.conflicts.clone_from(&ids);
        record.resources_skipped += failures.len() as u64;
        for (key, why) in &failures {
            record.failed_resources.push(key.clone());
            record.push_error(Detail {
                resource: Some(key.clone()),
                ..Detail::new("gui", why)
            });
        }
    };
    run.done = operation::perform_after(
        context,
        lock,
        &Operation {
            kind: match args.direction {
                Direction::GuiToGit => OperationType::GuiToGithub,
                Direction::GitToGui => OperationType::GithubToGui,
                _ => OperationType::Bidirectional,
            },
            fabric: Some(run.fabric.clone()),
            title: format!("HNP Sync: {}", counts.title(&run.fabric)),
            plan: &rest,
            commit: args.write.writing.commit,
            resources,
            fill: &fill,
        },
        &plan.files,
    )?;
    problems.append(&mut run.done.problems);
    run.done.problems = problems;
    Ok(after)
}

fn write(gui: &GuiFile, lineage: &str, writes: &[GuiWrite]) -> Vec<Result<(), String>> {
    match gui.write(lineage, writes) {
        Ok(results) => results,
        Err(error) => writes.iter().map(|_| Err(error.to_string())).collect(),
    }
}

/// Keeps what the files hold before one of them goes.
fn backup(context: &Context, name: &str, plan: &Plan) -> Result<(), Failure> {
    let goes = plan
        .files
        .iter()
        .any(|op| matches!(op, FileOp::Remove { .. }));
    let Some(fabric) = context.config.fabrics.get(name).filter(|_| goes) else {
        return Ok(());
    };
    let files: Vec<SourceFile> = context.fabric_files(fabric)?;
    let stamp = context.stamp();
    let mut words = stamp.seconds.to_string();
    for file in &files {
        words.push_str(&file.path);
        words.push_str(&sha256_hex(&file.bytes));
    }
    let files: Vec<BackupFile> = files
        .into_iter()
        .map(|file| BackupFile {
            path: file.path,
            bytes: file.bytes,
        })
        .collect();
    let title = format!("Backup of {name} before a sync that deletes");
    let id = sha256_hex(words.as_bytes());
    context.repo.backup(&id[..12], &title, &files, &stamp)?;
    Ok(())
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
