//! `hnp init`

use hnp_git::{BackupFile, HiddenKind};
use hnp_model::SourceFile;
use hnp_report::{Format, Summary};
use hnp_state::config::Template;
use hnp_state::ledger::{Detail, OperationType};
use hnp_state::path;
use hnp_sync::directory::{
    self, Adopted, Adoption, Init, InitRequest, WORKFLOW_PATH, WorkflowStanding, add_workflow,
    remove_workflow,
};
use hnp_sync::plan::{FileOp, Plan};
use serde_json::json;

use crate::args::{Global, InitArgs, TemplateArg};
use crate::clock;
use crate::context::{Context, parse_config};
use crate::failure::Failure;
use crate::findings::Findings;
use crate::operation::{self, Done, Operation};
use crate::output::{Output, clean};
use crate::plans;

pub(super) fn run(global: &Global, args: &InitArgs) -> Result<Output, Failure> {
    let mut output = Output::default();
    let context = Context::open_raw(global)?;
    let lock = if args.writing.dry_run {
        None
    } else {
        Some(operation::begin(&context, &mut output)?)
    };
    // What was finished just now may have written the very files that count here.
    let context = Context::open_unconfigured(global)?;
    let mut job = if args.remove {
        remove(&context, args)?
    } else if args.github && only_the_workflow(&context, args) {
        Job::of(
            Init::default(),
            None,
            "Add a workflow",
            OperationType::DirectoryInit,
        )
    } else if args.adopt {
        return adopt(global, &context, args, lock.as_ref(), output);
    } else if args.repair {
        let files = all_fabric_files(&context)?;
        let known = super::state::of_head(&context)?;
        let mut init = directory::repair(&with(&context, known.as_deref()), &files, &lineage(args))
            .map_err(Failure::Usage)?;
        bring_back(known, &mut init);
        Job::of(
            init,
            None,
            "Repair the directories",
            OperationType::DirectoryInit,
        )
    } else if args.force_recreate {
        recreate(&context, args, lock.is_some())?
    } else {
        create(&context, args)?
    };
    if args.github {
        let now = context.worktree.read_if_there(WORKFLOW_PATH)?;
        if add_workflow(&mut job.init.plan, now.as_deref()) == WorkflowStanding::Other {
            output.notes.push(format!(
                "{WORKFLOW_PATH} is there and says something else, so it stays; move it away and run this again to have hnp's"
            ));
        }
    }
    let done = match &lock {
        Some(lock) => operation::perform(
            &context,
            lock,
            &Operation {
                kind: job.kind.clone(),
                fabric: job.fabric.clone(),
                title: format!("hnp: {}", job.title),
                plan: &job.init.plan,
                commit: args.writing.commit,
                resources: Vec::new(),
                fill: &|_| {},
            },
        )?,
        None => Done::default(),
    };
    finish(global, args, &context, &job, &done, output)
}

/// Tells whether the workflow is all that is wanted: there are fabrics, and no new one is named.
fn only_the_workflow(context: &Context, args: &InitArgs) -> bool {
    context.files.config.is_some()
        && !args.repair
        && args.fabric.is_none()
        && args.directory.is_none()
}

/// One form of `hnp init`, planned.
struct Job {
    init: Init,
    fabric: Option<String>,
    title: String,
    kind: OperationType,
    backup: Option<String>,
}

impl Job {
    fn of(init: Init, fabric: Option<String>, title: &str, kind: OperationType) -> Self {
        Self {
            init,
            fabric,
            title: title.to_owned(),
            kind,
            backup: None,
        }
    }
}

/// Returns the files of hnp's own, a lost state in them as it will be.
fn with(context: &Context, known: Option<&str>) -> directory::RepoFiles {
    let mut files = context.files.clone();
    if let Some(known) = known {
        files.state = Some(known.to_owned());
    }
    files
}

/// Plans the return of a lost state that HEAD still has: a new one would pair with nothing.
fn bring_back(known: Option<String>, init: &mut Init) {
    if let Some(known) = known {
        init.plan.write(hnp_state::STATE_PATH, known, None);
        init.plan.order();
    }
}

fn lineage(args: &InitArgs) -> String {
    args.lineage.clone().unwrap_or_else(clock::new_lineage)
}

fn create(context: &Context, args: &InitArgs) -> Result<Job, Failure> {
    let directory = match (&args.directory, &args.fabric) {
        (Some(directory), _) => directory.clone(),
        (None, Some(name)) if context.config.fabrics.contains_key(name) => {
            context.config.fabrics[name].main_directory().to_owned()
        }
        (None, _) if !context.here.is_empty() => context.here.clone(),
        (None, Some(name)) => name.clone(),
        (None, None) => {
            return Err(Failure::Usage(
                "say which fabric: `hnp init --fabric NAME --directory DIR`, or run it inside the fabric's directory".to_owned(),
            ));
        }
    };
    let directory = path::normalise(&directory)
        .map_err(|why| Failure::Usage(format!("--directory {directory}: {why}")))?;
    if directory.is_empty() && args.fabric.is_none() {
        return Err(Failure::Usage(
            "say how the fabric is called: --fabric NAME".to_owned(),
        ));
    }
    let name = args.fabric.clone().unwrap_or_else(|| {
        directory
            .rsplit('/')
            .next()
            .unwrap_or(&directory)
            .to_owned()
    });
    if let Some(release) = &args.release {
        hnp_rules::Release::parse(release).map_err(|error| Failure::Usage(error.to_string()))?;
    }
    // A link on the way would lead the whole fabric elsewhere.
    context
        .worktree
        .resolve(&path::join(&directory, "managed"))?;
    not_inside_another(context, &directory)?;
    let files = context.read(&context.worktree.list_all(&directory)?.files)?;
    let request = InitRequest {
        profile: directory::detect_profile(&files),
        name: name.clone(),
        directory: directory.clone(),
        template: match args.template {
            TemplateArg::Standard => Template::Standard,
            TemplateArg::PerKind => Template::PerKind,
        },
        release: args.release.clone(),
        lineage: lineage(args),
        move_to_raw: args.move_to_raw,
    };
    let known = super::state::of_head(context)?;
    let mut init = directory::init(&request, &with(context, known.as_deref()), &files)
        .map_err(Failure::Usage)?;
    bring_back(known, &mut init);
    if directory::is_hnp_directory(&directory, &files) {
        init.root_yaml.clear();
    }
    Ok(Job::of(
        init,
        Some(name.clone()),
        &format!("Make the directories of {name}"),
        OperationType::DirectoryInit,
    ))
}

/// Refuses a directory of another repository: this one's Git takes nothing that lies in there.
fn not_inside_another(context: &Context, directory: &str) -> Result<(), Failure> {
    let ends = directory.match_indices('/').map(|(at, _)| at);
    let above: Vec<&str> = ends
        .chain([directory.len()])
        .map(|end| &directory[..end])
        .filter(|path| !path.is_empty())
        .collect();
    let hidden = context.repo.hidden(&[directory.to_owned()])?;
    let root = context.worktree.root();
    let other = above.into_iter().find(|path| {
        std::fs::symlink_metadata(root.join(path).join(".git")).is_ok()
            || hidden
                .iter()
                .any(|one| one.kind == HiddenKind::Submodule && one.path == **path)
    });
    match other {
        Some(other) => Err(Failure::Usage(format!(
            "--directory {}: {} is a repository of its own, a submodule perhaps, and what lies in it cannot be committed here. Run hnp in there, or take another directory",
            clean(directory),
            clean(other)
        ))),
        None => Ok(()),
    }
}

fn all_fabric_files(context: &Context) -> Result<Vec<SourceFile>, Failure> {
    let mut files = Vec::new();
    for fabric in context.config.fabrics.values() {
        files.extend(context.fabric_files(fabric)?);
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

fn recreate(context: &Context, args: &InitArgs, write: bool) -> Result<Job, Failure> {
    let name = args.fabric.clone().unwrap_or_default();
    let Some(fabric) = context.config.fabrics.get(&name) else {
        return Err(Failure::Usage(format!(
            "there is no fabric `{name}` to recreate"
        )));
    };
    let files = context.fabric_files(fabric)?;
    let init =
        directory::recreate(&name, fabric, &context.files, &files).map_err(Failure::Usage)?;
    let mut job = Job::of(
        init,
        Some(name.clone()),
        &format!("Make the directories of {name} anew"),
        OperationType::DirectoryInit,
    );
    if write && !job.init.plan.is_empty() {
        let stamp = context.stamp();
        let backup: Vec<BackupFile> = files
            .iter()
            .map(|file| BackupFile {
                path: file.path.clone(),
                bytes: file.bytes.clone(),
            })
            .collect();
        // Named after what it holds: one backup never takes the place of another.
        let mut words = stamp.seconds.to_string();
        for file in &files {
            words.push_str(&file.path);
            words.push_str(&hnp_model::canonical::sha256_hex(&file.bytes));
        }
        let id = hnp_model::canonical::sha256_hex(words.as_bytes());
        let title = format!("Backup of {name} before it was made anew");
        job.backup = Some(context.repo.backup(&id[..12], &title, &backup, &stamp)?);
    }
    Ok(job)
}

fn remove(context: &Context, args: &InitArgs) -> Result<Job, Failure> {
    let files = all_fabric_files(context)?;
    let mut plan =
        directory::leave(args.fabric.as_deref(), &context.files, &files).map_err(Failure::Usage)?;
    let leaves_all = plan
        .files
        .iter()
        .any(|op| matches!(op, FileOp::Remove { path, .. } if path == hnp_state::CONFIG_PATH));
    if leaves_all {
        // Without a configuration it could only fail.
        let now = context.worktree.read_if_there(WORKFLOW_PATH)?;
        remove_workflow(&mut plan, now.as_deref());
    }
    let init = Init {
        plan,
        ..Init::default()
    };
    Ok(Job::of(
        init,
        args.fabric.clone(),
        "Take hnp out",
        OperationType::FabricChange,
    ))
}

fn finish(
    global: &Global,
    args: &InitArgs,
    context: &Context,
    job: &Job,
    done: &Done,
    mut output: Output,
) -> Result<Output, Failure> {
    let plan = &job.init.plan;
    done.tell(&mut output);
    if !done.problems.is_empty() {
        output.code = 3;
    }
    if global.format == Format::Json {
        output.text = Output::json(&init_json(job, done, args.writing.dry_run)).text;
        return Ok(output);
    }
    if global.quiet {
        return Ok(output);
    }
    let mut text = String::new();
    if plan.is_empty() {
        text.push_str("Nothing to do: everything is in place.\n");
    } else {
        let verb = if args.writing.dry_run {
            "Would do"
        } else {
            "Done"
        };
        text.push_str(&format!("{verb}: {}\n", job.title));
        text.push_str(&plans::describe(plan, global.verbose > 0));
    }
    if let Some(backup) = &job.backup {
        text.push_str(&format!(
            "Backup: {backup}\n  get files back with: git restore --source={backup} -- {}\n",
            job.fabric
                .as_ref()
                .and_then(|name| context.config.fabrics.get(name))
                .map_or(".", |fabric| fabric.main_directory())
        ));
    }
    if let Some(commit) = &done.commit {
        text.push_str(&format!(
            "Committed as {}\n",
            &commit[..12.min(commit.len())]
        ));
    }
    if !args.remove {
        text.push_str(&next_steps(job));
    }
    output.text = text;
    Ok(output)
}

fn next_steps(job: &Job) -> String {
    if job.init.root_yaml.is_empty() {
        return "Next: drop YAML into raw/, then run `hnp ingest`; `hnp status` shows where things stand.\n".to_owned();
    }
    let mut text = format!(
        "\n{} YAML file(s) lie at the fabric's root, where nothing reads them:\n",
        job.init.root_yaml.len()
    );
    for path in job.init.root_yaml.iter().take(10) {
        text.push_str(&format!("  {}\n", clean(path)));
    }
    if job.init.root_yaml.len() > 10 {
        text.push_str(&format!("  and {} more\n", job.init.root_yaml.len() - 10));
    }
    text.push_str("Next: run `hnp init --move-to-raw` with the same --fabric and --directory to move them into raw/pending/, then `hnp ingest`.\n");
    text
}

fn init_json(job: &Job, done: &Done, dry_run: bool) -> serde_json::Value {
    let issues: Vec<String> = job
        .init
        .root_yaml
        .iter()
        .map(|path| {
            format!("{path} lies at the fabric's root; --move-to-raw moves it into raw/pending/")
        })
        .collect();
    json!({
        "version": 1,
        "success": done.problems.is_empty(),
        "message": if job.init.plan.is_empty() { "Nothing to do".to_owned() } else { job.title.clone() },
        "dry_run": dry_run,
        "operation_id": done.id,
        "fabric": job.fabric,
        "directories_created": job.init.directories_created,
        "backup_location": job.backup,
        "structure_validation": { "valid": issues.is_empty(), "issues": issues },
        "commit_sha": done.commit,
        "files": plans::json(&job.init.plan),
        "errors": done.problems,
    })
}

fn adopt(
    global: &Global,
    context: &Context,
    args: &InitArgs,
    lock: Option<&hnp_local::lock::Lock>,
    mut output: Output,
) -> Result<Output, Failure> {
    let settings = context.settings(None, args.release.as_deref())?;
    let files = context.read(&context.worktree.list_all("")?.files)?;
    let adoption = directory::adopt(&context.files, &files, &settings, &lineage(args))
        .map_err(Failure::Usage)?;
    if !adoption.init.config.is_empty() {
        parse_config(&adoption.init.config)?;
    }
    let done = match lock {
        Some(lock) => {
            let resources = adopted_keys(&adoption.init.plan);
            operation::perform(
                context,
                lock,
                &Operation {
                    kind: OperationType::Adoption,
                    fabric: match adoption.fabrics.as_slice() {
                        [only] => Some(only.name.clone()),
                        _ => None,
                    },
                    title: format!("hnp: Adopt {}", names(&adoption)),
                    plan: &adoption.init.plan,
                    commit: args.writing.commit,
                    resources,
                    fill: &|record| {
                        record.resources_processed = adoption
                            .fabrics
                            .iter()
                            .map(|fabric| fabric.resources as u64)
                            .sum();
                        record.resources_targeted = record.resources_processed;
                        for left in &adoption.left_alone {
                            record.push_warning(Detail::new(
                                "left_alone",
                                &format!("{} in {}: {}", left.what, left.path, left.why),
                            ));
                        }
                    },
                },
            )?
        }
        None => Done::default(),
    };
    done.tell(&mut output);
    if !done.problems.is_empty() {
        output.code = 3;
    }
    output.text = if global.format == Format::Json {
        adopt_findings(&adoption).render(global)?;
        Output::json(&adopt_json(&adoption, &done, args.writing.dry_run)).text
    } else {
        adopt_text(global, args, &adoption, &done)?
    };
    Ok(output)
}

/// Keys of the state entries that an adoption writes.
fn adopted_keys(plan: &Plan) -> Vec<String> {
    plan.files
        .iter()
        .filter_map(|op| match op {
            hnp_sync::plan::FileOp::Write { path, bytes, .. } if path == hnp_state::STATE_PATH => {
                std::str::from_utf8(bytes).ok()
            }
            _ => None,
        })
        .filter_map(|text| hnp_state::state_file::parse(text).ok())
        .flat_map(|state| state.resources.into_keys())
        .collect()
}

fn names(adoption: &Adoption) -> String {
    let names: Vec<_> = adoption
        .fabrics
        .iter()
        .map(|fabric| fabric.name.as_str())
        .collect();
    names.join(", ")
}

fn adopt_text(
    global: &Global,
    args: &InitArgs,
    adoption: &Adoption,
    done: &Done,
) -> Result<String, Failure> {
    let mut text = String::new();
    if adoption.init.plan.is_empty() {
        return Ok("Nothing to do: nothing of HNP's is left here.\n".to_owned());
    }
    let verb = if args.writing.dry_run {
        "Would adopt"
    } else {
        "Adopted"
    };
    for fabric in &adoption.fabrics {
        text.push_str(&format!(
            "{verb} {} in {}: {} resources; timestamps taken out of {} files, {} documents brought to v1beta1\n",
            clean(&fabric.name),
            clean(&fabric.directory),
            fabric.resources,
            fabric.cleaned,
            fabric.upgraded
        ));
    }
    text.push_str(&plans::describe(&adoption.init.plan, global.verbose > 0));
    if !adoption.left_alone.is_empty() {
        text.push_str("\nLeft alone:\n");
        for left in &adoption.left_alone {
            text.push_str(&format!(
                "  {} ({}): {}\n",
                clean(&left.what),
                clean(&left.path),
                left.why
            ));
        }
    }
    if !adoption.findings.is_empty() {
        text.push('\n');
        text.push_str(&adopt_findings(adoption).render(global)?);
    }
    if let Some(commit) = &done.commit {
        text.push_str(&format!(
            "Committed as {}\n",
            &commit[..12.min(commit.len())]
        ));
    } else if !args.writing.dry_run {
        text.push_str("\nNext: look at `git diff`, then commit it as one change.\n");
    }
    Ok(text)
}

fn adopt_findings(adoption: &Adoption) -> Findings {
    let sum = |count: fn(&Adopted) -> usize| adoption.fabrics.iter().map(count).sum();
    Findings {
        summary: Summary {
            files: sum(|fabric| fabric.files),
            documents: sum(|fabric| fabric.documents),
            resources: sum(|fabric| fabric.resources),
            ..Summary::default()
        },
        all: adoption.findings.clone(),
        texts: adoption.texts.iter().cloned().collect(),
        ..Findings::default()
    }
}

fn adopt_json(adoption: &Adoption, done: &Done, dry_run: bool) -> serde_json::Value {
    let findings: Vec<_> = adoption
        .findings
        .iter()
        .map(|finding| {
            json!({
                "code": finding.code,
                "severity": finding.severity,
                "message": finding.message,
                "file": finding.place.file,
                "line": finding.place.start.line,
                "column": finding.place.start.column,
            })
        })
        .collect();
    json!({
        "version": 1,
        "success": done.problems.is_empty(),
        "message": if adoption.init.plan.is_empty() { "Nothing to do".to_owned() } else { format!("Adopted {}", names(adoption)) },
        "dry_run": dry_run,
        "operation_id": done.id,
        "fabrics": adoption.fabrics.iter().map(|fabric| json!({
            "name": fabric.name,
            "directory": fabric.directory,
            "resources": fabric.resources,
            "files_cleaned": fabric.cleaned,
            "documents_upgraded": fabric.upgraded,
        })).collect::<Vec<_>>(),
        "left_alone": adoption.left_alone.iter().map(|left| json!({
            "file": left.path,
            "resource": left.what,
            "reason": left.why,
        })).collect::<Vec<_>>(),
        "findings": findings,
        "directories_created": adoption.init.directories_created,
        "backup_location": null,
        "structure_validation": { "valid": true, "issues": [] },
        "commit_sha": done.commit,
        "files": plans::json(&adoption.init.plan),
        "errors": done.problems,
    })
}
