//! `hnp fabric`

use std::collections::BTreeMap;

use hnp_local::lock::Lock;
use hnp_report::Format;
use hnp_state::config::Template;
use hnp_state::ledger::OperationType;
use hnp_state::{CONFIG_PATH, STATE_PATH, path, state_file};
use hnp_sync::directory::{self, Dissolved, InitRequest, Revived};
use hnp_sync::plan::Plan;
use serde_json::{Value, json};

use super::fabric_side::backup;
use crate::args::{
    FabricAddArgs, FabricCommand, FabricDeleteArgs, FabricRecreateArgs, Global, TemplateArg,
};
use crate::clock;
use crate::context::Context;
use crate::failure::Failure;
use crate::operation::{self, Done, Operation};
use crate::output::{Output, clean};
use crate::plans;

/// What an archive holds besides the fabric's directories.
const FURTHER: [&str; 3] = [CONFIG_PATH, STATE_PATH, ".gitattributes"];

pub(super) fn run(global: &Global, command: &FabricCommand) -> Result<Output, Failure> {
    match command {
        FabricCommand::List => list(global),
        FabricCommand::Add(args) => add(global, args),
        FabricCommand::Delete(args) => delete(global, args),
        FabricCommand::Recreate(args) => recreate(global, args),
    }
}

/// Title of an archive, by which it is found again.
fn archive_title(name: &str) -> String {
    format!("Archive of the fabric {name}")
}

/// Returns the fabric whose archive a backup is, by its title.
pub(super) fn archived(title: &str) -> Option<&str> {
    title.strip_prefix("Archive of the fabric ")
}

/// An archive of a deleted fabric.
struct Archive {
    id: String,
    commit: String,
    seconds: i64,
    fabric: String,
}

/// The archives, oldest first.
fn archives(context: &Context) -> Result<Vec<Archive>, Failure> {
    Ok(context
        .repo
        .backups()?
        .into_iter()
        .filter_map(|backup| {
            Some(Archive {
                fabric: archived(&backup.title)?.to_owned(),
                id: backup.name.rsplit('/').next()?.to_owned(),
                commit: backup.commit,
                seconds: backup.seconds,
            })
        })
        .collect())
}

fn list(global: &Global) -> Result<Output, Failure> {
    let context = Context::open_unconfigured(global)?;
    let state = context
        .files
        .state
        .as_deref()
        .and_then(|text| state_file::parse(text).ok());
    let recorded = |name: &str| {
        let prefix = format!("{name}/");
        state.as_ref().map_or(0, |state| {
            state
                .resources
                .keys()
                .filter(|key| key.starts_with(&prefix))
                .count()
        })
    };
    let archives = archives(&context)?;
    let config = &context.config;
    if global.format == Format::Json {
        return Ok(Output::json(&json!({
            "version": 1,
            "fabrics": config.fabrics.iter().map(|(name, fabric)| json!({
                "name": name,
                "directories": fabric.directories,
                "template": fabric.template.as_str(),
                "release": config.release_of(name),
                "profile": fabric.profile.as_str(),
                "resources": recorded(name),
            })).collect::<Vec<_>>(),
            "archives": archives.iter().map(|archive| json!({
                "id": archive.id,
                "fabric": archive.fabric,
                "commit": archive.commit,
                "time": clock::rfc3339(archive.seconds),
            })).collect::<Vec<_>>(),
        })));
    }
    let mut text = String::new();
    for (name, fabric) in &config.fabrics {
        text.push_str(&format!(
            "{} in {}: {} resource(s) on record, release {}, profile {}\n",
            clean(name),
            clean(&fabric.directories.join(", ")),
            recorded(name),
            config.release_of(name),
            fabric.profile.as_str(),
        ));
    }
    if config.fabrics.is_empty() {
        text.push_str("No fabric. `hnp fabric add NAME --directory DIR` makes one.\n");
    }
    for archive in &archives {
        text.push_str(&format!(
            "Archive {} of {}, {}\n",
            archive.id,
            clean(&archive.fabric),
            clock::rfc3339(archive.seconds)
        ));
    }
    Ok(Output::of(text))
}

/// Begins to write, unless only a look is wanted.
fn begin(global: &Global, write: bool, output: &mut Output) -> Result<Option<Lock>, Failure> {
    if write {
        operation::begin(&Context::open_bare(global)?, output).map(Some)
    } else {
        Ok(None)
    }
}

/// What a command did, for its output.
struct Told<'t> {
    verb: &'t str,
    name: &'t str,
    plan: &'t Plan,
    done: &'t Done,
    dry_run: bool,
    /// Further lines and fields.
    text: String,
    fields: Value,
}

fn tell(global: &Global, told: Told<'_>, mut output: Output) -> Output {
    told.done.tell(&mut output);
    if !told.done.problems.is_empty() {
        output.code = 3;
    }
    if global.format == Format::Json {
        let mut value = json!({
            "version": 1,
            "success": told.done.problems.is_empty() && output.code == 0,
            "dry_run": told.dry_run,
            "action": told.verb,
            "fabric": told.name,
            "operation_id": told.done.id,
            "commit_sha": told.done.commit,
            "files": plans::json(told.plan),
            "errors": told.done.problems,
        });
        if let (Some(value), Value::Object(fields)) = (value.as_object_mut(), told.fields) {
            value.extend(fields);
        }
        output.text = Output::json(&value).text;
        return output;
    }
    if global.quiet && output.code == 0 {
        return output;
    }
    let mut text = if told.plan.is_empty() {
        "Nothing to do: everything is in place.\n".to_owned()
    } else {
        let done = match (told.verb, told.dry_run) {
            ("add", false) => "Added",
            ("delete", false) => "Deleted",
            ("recreate", false) => "Recreated",
            ("add", true) => "Would add",
            ("delete", true) => "Would delete",
            _ => "Would recreate",
        };
        format!(
            "{done} {}:\n{}",
            clean(told.name),
            plans::describe(told.plan, global.verbose > 0)
        )
    };
    if let Some(commit) = &told.done.commit {
        text.push_str(&format!(
            "Committed as {}\n",
            &commit[..12.min(commit.len())]
        ));
    }
    text.push_str(&told.text);
    output.text = text;
    output
}

fn add(global: &Global, args: &FabricAddArgs) -> Result<Output, Failure> {
    let mut output = Output::default();
    let lock = begin(global, !args.writing.dry_run, &mut output)?;
    let context = Context::open(global)?;
    if context.config.fabrics.contains_key(&args.name) {
        return Err(Failure::Usage(format!(
            "fabric `{}` is in config.toml already; `hnp init --repair` makes again what is missing of it",
            clean(&args.name)
        )));
    }
    let directory = args.directory.as_deref().unwrap_or(&args.name);
    let directory = path::normalise(directory)
        .map_err(|why| Failure::Usage(format!("--directory {}: {why}", clean(directory))))?;
    if let Some(release) = &args.release {
        hnp_rules::Release::parse(release).map_err(|error| Failure::Usage(error.to_string()))?;
    }
    // A link on the way would lead the whole fabric elsewhere.
    context
        .worktree
        .resolve(&path::join(&directory, "managed"))?;
    let files = context.read(&context.worktree.list_all(&directory)?.files)?;
    let request = InitRequest {
        profile: directory::detect_profile(&files),
        name: args.name.clone(),
        directory,
        template: match args.template {
            TemplateArg::Standard => Template::Standard,
            TemplateArg::PerKind => Template::PerKind,
        },
        release: args.release.clone(),
        lineage: clock::new_lineage(),
        move_to_raw: false,
    };
    let init = directory::init(&request, &context.files, &files).map_err(Failure::Usage)?;
    let done = perform(
        &context,
        lock.as_ref(),
        &args.name,
        "Add the fabric",
        &init.plan,
        args.writing.commit,
        &[],
    )?;
    let told = Told {
        verb: "add",
        name: &args.name,
        plan: &init.plan,
        done: &done,
        dry_run: args.writing.dry_run,
        text: "Next: drop YAML into its raw/, then run `hnp ingest`.\n".to_owned(),
        fields: json!({ "directories_created": init.directories_created }),
    };
    Ok(tell(global, told, output))
}

fn perform(
    context: &Context,
    lock: Option<&Lock>,
    name: &str,
    title: &str,
    plan: &Plan,
    commit: bool,
    resources: &[String],
) -> Result<Done, Failure> {
    let Some(lock) = lock else {
        return Ok(Done::default());
    };
    operation::perform(
        context,
        lock,
        &Operation {
            kind: OperationType::FabricChange,
            fabric: Some(name.to_owned()),
            title: format!("hnp: {title} {name}"),
            plan,
            commit,
            resources: resources.to_vec(),
            fill: &|record| {
                record.resources_targeted = resources.len() as u64;
                record.resources_processed = resources.len() as u64;
            },
        },
    )
}

/// A fabric's end, and where it is kept.
pub(super) struct Deleted {
    /// What was planned.
    pub(super) end: Dissolved,
    /// Reference of the archive.
    pub(super) archive: Option<String>,
    /// What came of it.
    pub(super) done: Done,
}

/// Archives and deletes a fabric; without a lock only the plan is made.
///
/// # Errors
///
/// Exit 2 where there is no such fabric, 3 where something cannot be written: then nothing was removed.
pub(super) fn end_of(
    context: &Context,
    lock: Option<&Lock>,
    name: &str,
    commit: bool,
) -> Result<Deleted, Failure> {
    let Some(fabric) = context.config.fabrics.get(name) else {
        let known: Vec<&str> = context.config.fabrics.keys().map(String::as_str).collect();
        return Err(Failure::Usage(format!(
            "there is no fabric `{}`; known are: {}",
            clean(name),
            known.join(", ")
        )));
    };
    let files = context.fabric_files(fabric)?;
    let end = directory::dissolve(name, &context.files, &files).map_err(Failure::Usage)?;
    let archive = match lock {
        Some(_) => Some(backup(context, fabric, &archive_title(name), &FURTHER)?),
        None => None,
    };
    let done = perform(
        context,
        lock,
        name,
        "Delete the fabric",
        &end.plan,
        commit,
        &end.resources,
    )?;
    Ok(Deleted { end, archive, done })
}

fn delete(global: &Global, args: &FabricDeleteArgs) -> Result<Output, Failure> {
    let mut output = Output::default();
    let write = args.yes && !args.writing.dry_run;
    let lock = begin(global, write, &mut output)?;
    let context = Context::open(global)?;
    let deleted = end_of(&context, lock.as_ref(), &args.name, args.writing.commit)?;
    let mut text = String::new();
    if !deleted.end.left.is_empty() {
        text.push_str(&format!(
            "{} file(s) that are not hnp's stay, such as {}\n",
            deleted.end.left.len(),
            clean(&deleted.end.left[0])
        ));
    }
    if let Some(archive) = &deleted.archive {
        text.push_str(&format!(
            "Archived as {archive}; `hnp fabric recreate {}` brings it back.\nThe GUI was not touched.\n",
            clean(&args.name)
        ));
    }
    if !write && !args.writing.dry_run {
        output.code = 1;
        text.push_str("Nothing was done yet: say --yes if this is what you want.\n");
    }
    let told = Told {
        verb: "delete",
        name: &args.name,
        plan: &deleted.end.plan,
        done: &deleted.done,
        dry_run: !write,
        text,
        fields: json!({
            "backup_location": deleted.archive,
            "resources": deleted.end.resources,
            "left": deleted.end.left,
        }),
    };
    Ok(tell(global, told, output))
}

/// Brings a fabric back from its archive; without a lock only the plan is made.
///
/// # Errors
///
/// Exit 2 where it exists or there is no archive of it, 3 where something cannot be read or written.
pub(super) fn return_of(
    context: &Context,
    lock: Option<&Lock>,
    name: &str,
    from: Option<&str>,
    anew: bool,
    commit: bool,
) -> Result<(Revived, Done, String), Failure> {
    if context.config.fabrics.contains_key(name) {
        return Err(Failure::Usage(format!(
            "fabric `{}` exists. `hnp init --force-recreate --fabric {}` empties it; delete it to bring it back from an archive",
            clean(name),
            clean(name)
        )));
    }
    let archives = archives(context)?;
    let archive = archives
        .iter()
        .rev()
        .filter(|archive| archive.fabric == name)
        .find(|archive| from.is_none_or(|id| archive.id.starts_with(id)))
        .ok_or_else(|| {
            Failure::Usage(format!(
                "there is no such archive of `{}` in this clone; `hnp fabric list` shows them, and `hnp fabric add {} --directory DIR` makes it anew",
                clean(name),
                clean(name)
            ))
        })?;
    let old: BTreeMap<String, Vec<u8>> = context
        .repo
        .files_of(&archive.commit)?
        .into_iter()
        .map(|file| (file.path, file.bytes))
        .collect();
    let config = old.get(CONFIG_PATH).and_then(|bytes| {
        let text = std::str::from_utf8(bytes).ok()?;
        hnp_state::config::Config::parse(text).ok()
    });
    let mut now = BTreeMap::new();
    if let Some(fabric) = config.as_ref().and_then(|config| config.fabrics.get(name)) {
        for file in context.fabric_files(fabric)? {
            now.insert(file.path, file.bytes);
        }
    }
    let back = directory::revive(name, &context.files, &old, &now, anew).map_err(Failure::Usage)?;
    let done = perform(
        context,
        lock,
        name,
        "Recreate the fabric",
        &back.plan,
        commit,
        &back.resources,
    )?;
    Ok((back, done, archive.id.clone()))
}

fn recreate(global: &Global, args: &FabricRecreateArgs) -> Result<Output, Failure> {
    let mut output = Output::default();
    let lock = begin(global, !args.writing.dry_run, &mut output)?;
    let context = Context::open_unconfigured(global)?;
    let (back, done, archive) = return_of(
        &context,
        lock.as_ref(),
        &args.name,
        args.from.as_deref(),
        args.anew,
        args.writing.commit,
    )?;
    let mut text = String::new();
    if !back.kept.is_empty() {
        text.push_str(&format!(
            "{} file(s) that are not hnp's were changed since and stay so, such as {}\n",
            back.kept.len(),
            clean(&back.kept[0])
        ));
    }
    let told = Told {
        verb: "recreate",
        name: &args.name,
        plan: &back.plan,
        done: &done,
        dry_run: args.writing.dry_run,
        text,
        fields: json!({
            "archive": archive,
            "resources": back.resources,
            "kept": back.kept,
        }),
    };
    Ok(tell(global, told, output))
}
