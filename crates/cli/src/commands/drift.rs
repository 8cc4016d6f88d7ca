//! `hnp drift`

mod show;

use std::collections::BTreeSet;
use std::io::Read as _;
use std::path::Path;

use hnp_git::Oid;
use hnp_local::AnyGui;
use hnp_model::manifests;
use hnp_report::Format;
use hnp_rules::Settings;
use hnp_rules::normalise::Admission;
use hnp_state::config::Fabric;
use hnp_state::layout::Area;
use hnp_sync::drift::{self, Actual, Desired, Inputs, MAX_BYTES, Report};
use hnp_sync::fabric::{area_of, is_yaml};
use hnp_sync::gui::{Gui as _, Snapshot};
use hnp_yaml::{Options, Stream, parse};
use rayon::prelude::*;

use super::diff::{Unreadable, managed_of, named, problems, tree_set, value_of};
use crate::args::{DriftArgs, FabricArgs, Global};
use crate::context::{Context, work_dir};
use crate::failure::Failure;
use crate::git_tree::{GitTree, Trees};
use crate::output::Output;

pub(super) use show::{resource as one, summary};

/// What was found of one fabric.
pub(super) struct Found {
    pub(super) fabric: String,
    /// The commit compared with; `None` for the files as they are.
    rev: Option<String>,
    pub(super) report: Report,
    /// Documents of Git that could not be read.
    unreadable: Vec<Unreadable>,
}

impl Found {
    /// Counts the resources that have drift.
    pub(super) fn drifted(&self) -> usize {
        let resources = self.report.resources.iter();
        resources.filter(|one| one.has_drift()).count()
    }

    fn code(&self) -> u8 {
        u8::from(self.report.has_drift() || !self.unreadable.is_empty())
    }
}

pub(super) fn run(global: &Global, args: &DriftArgs) -> Result<Output, Failure> {
    let actual = match &args.gui {
        Some(path) => {
            let place = work_dir(global)?.join(path);
            // To a synchronisation that is a GUI that holds nothing yet; here it would be a cluster without drift.
            if !place.exists() {
                return Err(Failure::Environment(format!(
                    "--gui {}: there is no such file",
                    path.display()
                )));
            }
            let snapshot = AnyGui::named(path, &work_dir(global)?).snapshot()?;
            of_gui(&snapshot, args.fabrics.fabric.first().map(String::as_str))
        }
        None => read_all(&work_dir(global)?, &args.files)?,
    };
    let found = match &args.rev {
        Some(rev) => in_commit(global, rev, &args.fabrics, &actual, args.complete)?,
        None => {
            let context = Context::open(global)?;
            let fabrics = context.fabrics(&args.fabrics)?;
            let (name, fabric) = only(fabrics.iter().copied())?;
            in_worktree(&context, name, fabric, &actual, args.complete)?
        }
    };
    let output = if global.format == Format::Json {
        Output::json(&show::json(&found))
    } else {
        Output::of(show::text(global, &found))
    };
    Ok(output.code(found.code()))
}

/// A cluster is one fabric's.
fn only<'f>(
    mut fabrics: impl Iterator<Item = (&'f str, &'f Fabric)>,
) -> Result<(&'f str, &'f Fabric), Failure> {
    match (fabrics.next(), fabrics.next()) {
        (Some(one), None) => Ok(one),
        (None, _) => Err(Failure::Usage("no fabric is configured".to_owned())),
        (Some(_), Some(_)) => Err(Failure::Usage(
            "a cluster runs one fabric, and several are configured: name it with --fabric"
                .to_owned(),
        )),
    }
}

/// Compares the files of the worktree; what the last commit holds says what cannot have reached the cluster yet.
pub(super) fn in_worktree(
    context: &Context,
    name: &str,
    fabric: &Fabric,
    actual: &[Actual],
    complete: bool,
) -> Result<Found, Failure> {
    let mut paths = context.list(&fabric.directories)?.files;
    paths.retain(|path| is_yaml(path) && area_of(fabric, path) == Some(Area::Managed));
    let files: Vec<(String, Stream)> = context
        .read_bounded(&paths)?
        .into_par_iter()
        .map(|file| (file.path, parse(file.bytes, &Options::default())))
        .collect();
    let mut unreadable = Vec::new();
    for (path, stream) in &files {
        unreadable.extend(stream.problems().iter().map(|problem| Unreadable {
            side: "git",
            path: path.clone(),
            line: stream.lines().position(problem.span.start as usize).line,
            message: problem.message.clone(),
        }));
    }
    let desired: Vec<Desired> = files
        .par_iter()
        .flat_map_iter(|(path, stream)| drift::desired(path, stream))
        .collect();
    let settings = context.settings(Some(name), None)?;
    let mut report = compare(
        &desired,
        actual,
        &settings,
        complete,
        !unreadable.is_empty(),
    );
    if report.asks_for_commit() {
        report.commit_holds(&committed(context, fabric)?);
    }
    Ok(Found {
        fabric: name.to_owned(),
        rev: None,
        report,
        unreadable,
    })
}

/// Returns what of a fabric the last commit holds; nothing where there is none.
fn committed(
    context: &Context,
    fabric: &Fabric,
) -> Result<BTreeSet<hnp_model::ResourceId>, Failure> {
    let Some(head) = context.repo.head().as_deref().and_then(Oid::parse) else {
        return Ok(BTreeSet::new());
    };
    let trees = Trees::open(context.worktree.root())?;
    let set = tree_set(&trees.commit(head)?, &managed_of(fabric))?;
    let streams = named(&set);
    let ids = streams.iter().flat_map(|file| manifests(file.stream));
    Ok(ids.filter_map(hnp_model::Manifest::id).collect())
}

fn in_commit(
    global: &Global,
    rev: &str,
    fabrics: &FabricArgs,
    actual: &[Actual],
    complete: bool,
) -> Result<Found, Failure> {
    let trees = Trees::open(&work_dir(global)?)?;
    let id = trees.repo.commit_named(&trees.objects, rev)?;
    let tree = GitTree::open(trees.commit(id)?)?;
    let config = tree.config.clone().ok_or_else(|| {
        Failure::Usage(format!(
            "there is no .hnp/config.toml in {rev}; that commit is from before `hnp init`"
        ))
    })?;
    let asked = &fabrics.fabric;
    if let Some(unknown) = asked
        .iter()
        .find(|name| !config.fabrics.contains_key(*name))
    {
        return Err(Failure::Usage(format!(
            "there is no fabric `{unknown}` in {rev}"
        )));
    }
    let (name, fabric) = only(
        config
            .fabrics
            .iter()
            .filter(|(name, _)| asked.is_empty() || asked.contains(name))
            .map(|(name, fabric)| (name.as_str(), fabric)),
    )?;
    let set = tree_set(&tree.snapshot, &managed_of(fabric))?;
    let unreadable = problems("git", &set);
    let desired: Vec<Desired> = named(&set)
        .par_iter()
        .flat_map_iter(|file| drift::desired(file.path, file.stream))
        .collect();
    let settings = hnp_sync::fabric::settings(&config, Some(name), None).map_err(Failure::Usage)?;
    Ok(Found {
        fabric: name.to_owned(),
        rev: Some(id.to_string()),
        report: compare(
            &desired,
            actual,
            &settings,
            complete,
            !unreadable.is_empty(),
        ),
        unreadable,
    })
}

fn compare(
    desired: &[Desired],
    actual: &[Actual],
    settings: &Settings,
    complete: bool,
    unreadable: bool,
) -> Report {
    drift::drift(&Inputs {
        desired,
        actual,
        admission: Admission {
            release: settings.release,
        },
        outside: &settings.outside,
        complete,
        unreadable,
    })
}

/// Returns what a GUI knows of the cluster: of all fabrics, or of one.
pub(super) fn of_gui(snapshot: &Snapshot, fabric: Option<&str>) -> Vec<Actual> {
    let of_fabric = |one: &&hnp_sync::gui::GuiResource| {
        one.fabric.is_none() || fabric.is_none() || one.fabric.as_deref() == fabric
    };
    let resources = snapshot.resources.iter().filter(of_fabric);
    resources
        .filter_map(|one| {
            Some(Actual {
                id: one.id.clone(),
                manifest: value_of(one.actual.as_ref()?),
                listed: true,
            })
        })
        .collect()
}

/// Compares after a synchronisation, where the GUI knows the cluster. What goes wrong here undoes nothing of it.
pub(super) fn after_sync(
    context: &Context,
    name: &str,
    fabric: &Fabric,
    snapshot: &Snapshot,
    output: &mut Output,
) -> Option<Found> {
    let actual = of_gui(snapshot, Some(name));
    if actual.is_empty() {
        return None;
    }
    match in_worktree(context, name, fabric, &actual, false) {
        Ok(found) => Some(found),
        Err(error) => {
            output
                .notes
                .push(format!("drift was not looked at: {error}"));
            None
        }
    }
}

/// Reads what kubectl printed.
pub(super) fn read_all(here: &Path, files: &[String]) -> Result<Vec<Actual>, Failure> {
    if files.iter().filter(|file| *file == "-").count() > 1 {
        return Err(Failure::Usage(
            "standard input (`-`) can be read once".to_owned(),
        ));
    }
    let mut all = Vec::new();
    for file in files {
        let name = if file == "-" { "standard input" } else { file };
        let cannot = |why: &dyn std::fmt::Display| {
            Failure::Environment(format!(
                "{name} cannot be read, so nothing was compared: {why}"
            ))
        };
        let most = u64::try_from(MAX_BYTES)
            .unwrap_or(u64::MAX)
            .saturating_add(1);
        let mut bytes = Vec::new();
        if file == "-" {
            std::io::stdin().lock().take(most).read_to_end(&mut bytes)
        } else {
            std::fs::File::open(here.join(file))
                .and_then(|open| open.take(most).read_to_end(&mut bytes))
        }
        .map_err(|error| cannot(&error))?;
        all.extend(drift::read(&bytes).map_err(|error| cannot(&error))?);
    }
    Ok(all)
}
