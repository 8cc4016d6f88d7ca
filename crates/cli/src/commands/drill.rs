//! `hnp drill`: deletion and recreation of a fabric, in a scratch clone, with a report.

mod report;

use std::path::{Path, PathBuf};
use std::time::Instant;

use hnp_git::BackupFile;
use hnp_model::{Severity, SourceFile};
use hnp_report::Format;
use hnp_state::config::Fabric;
use hnp_state::layout::Area;
use hnp_state::{CONFIG_PATH, STATE_PATH};
use hnp_sync::fabric::area_of;

use super::fabric::{end_of, return_of};
use crate::args::{DrillArgs, Global};
use crate::clock;
use crate::context::Context;
use crate::failure::Failure;
use crate::operation;
use crate::output::{Output, Progress, clean};

/// A directory that goes when this does.
struct Scratch(PathBuf);

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// What a repository holds of a fabric at one moment.
#[derive(Clone, Debug, Default)]
struct Tree {
    /// The files with those of hnp's own, sorted by path.
    files: Vec<SourceFile>,
    /// Name of that tree as Git has it: equal names, equal bytes.
    id: String,
    /// Errors and warnings of `hnp validate`; nothing where the fabric is not there.
    findings: Option<(usize, usize)>,
    /// Resources on record.
    resources: usize,
    /// What is wrong with state.toml.
    state_problems: usize,
}

/// One step.
struct Step {
    name: &'static str,
    operation: Option<String>,
    seconds: f64,
    files: usize,
}

/// The whole drill.
struct Drill {
    fabric: String,
    commit: Option<String>,
    started: i64,
    archive: String,
    before: Tree,
    deleted: Tree,
    after: Tree,
    steps: Vec<Step>,
    /// What is not as it was, or not gone when it should have been; nothing is as it should be.
    differences: Vec<String>,
}

pub(super) fn run(global: &Global, args: &DrillArgs) -> Result<Output, Failure> {
    let context = Context::open(global)?;
    let Some(fabric) = context.config.fabrics.get(&args.name) else {
        let known: Vec<&str> = context.config.fabrics.keys().map(String::as_str).collect();
        return Err(Failure::Usage(format!(
            "there is no fabric `{}`; known are: {}",
            clean(&args.name),
            known.join(", ")
        )));
    };
    if let Some(name) = [
        "GIT_DIR",
        "GIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_OBJECT_DIRECTORY",
    ]
    .iter()
    .find(|name| std::env::var_os(name).is_some())
    {
        return Err(Failure::Usage(format!(
            "{name} is set, so the drill would work on that repository and not on its scratch clone. Run `env -u {name} hnp drill {}`",
            clean(&args.name)
        )));
    }
    let drill = {
        let _progress = Progress::start(global, &format!("Drilling {}", args.name));
        drill(global, &context, &args.name, fabric)?
    };
    let code = u8::from(!drill.differences.is_empty());
    let (markdown, json) = (report::markdown(&drill), report::json(&drill));
    let json = Output::json(&json).text;
    let mut output = Output::default().code(code);
    if let Some(dir) = &args.report {
        let dir = crate::context::work_dir(global)?.join(dir);
        let failed = |path: &Path, error: &std::io::Error| {
            Failure::Environment(format!("cannot write {}: {error}", path.display()))
        };
        std::fs::create_dir_all(&dir).map_err(|error| failed(&dir, &error))?;
        for (extension, text) in [("md", &markdown), ("json", &json)] {
            let path = dir.join(format!("drill-{}.{extension}", args.name));
            std::fs::write(&path, text).map_err(|error| failed(&path, &error))?;
        }
    }
    output.text = if global.format == Format::Json {
        json
    } else if args.report.is_some() {
        report::line(&drill)
    } else {
        markdown
    };
    Ok(output)
}

fn drill(global: &Global, user: &Context, name: &str, fabric: &Fabric) -> Result<Drill, Failure> {
    let started = clock::now();
    let mut steps = Vec::new();
    let mut watch = Watch::start();
    let scratch = scratch(user)?;
    let files = user_files(user, fabric)?;
    for file in &files {
        put(&scratch.0, file)?;
    }
    let inner = Global {
        work_dir: Some(scratch.0.clone()),
        output: Vec::new(),
        quiet: true,
        ..global.clone()
    };
    let context = Context::open(&inner)?;
    let before = look(&context, name, fabric)?;
    steps.push(watch.step("copy into a scratch clone", None, files.len()));
    let mut output = Output::default();
    let lock = operation::begin(&context, &mut output)?;
    let deleted = end_of(&context, Some(&lock), name, false)?;
    steps.push(watch.step(
        "delete",
        deleted.done.id.clone(),
        deleted.end.plan.files.len(),
    ));
    let context = Context::open_unconfigured(&inner)?;
    let gone = look(&context, name, fabric)?;
    let (back, done, archive) = return_of(&context, Some(&lock), name, None, false, false)?;
    steps.push(watch.step("recreate", done.id.clone(), back.plan.files.len()));
    drop(lock);
    let context = Context::open(&inner)?;
    let after = look(&context, name, fabric)?;
    let mut differences = Vec::new();
    still_there(fabric, &gone, name, &deleted.end.left, &mut differences);
    compare(&before, &after, &mut differences);
    for problem in deleted.done.problems.iter().chain(&done.problems) {
        differences.push(format!("an operation had trouble: {problem}"));
    }
    let recorded = context.repo.read_log(10)?.len();
    if recorded != 2 {
        differences.push(format!("the ledger holds {recorded} records instead of 2"));
    }
    // The user's own files are what they were: nothing here may have reached them.
    if user_files(user, fabric)? != files {
        differences.push("files of the repository itself changed meanwhile".to_owned());
    }
    steps.push(watch.step("verify", None, after.files.len()));
    Ok(Drill {
        fabric: name.to_owned(),
        commit: user.repo.head(),
        started,
        archive,
        before,
        deleted: gone,
        after,
        steps,
        differences,
    })
}

/// Measures steps; a fixed clock asks for a report that can be repeated exactly.
struct Watch(Instant);

impl Watch {
    fn start() -> Self {
        Self(Instant::now())
    }

    fn step(&mut self, name: &'static str, operation: Option<String>, files: usize) -> Step {
        let now = Instant::now();
        let seconds = if std::env::var_os("SOURCE_DATE_EPOCH").is_some() {
            0.0
        } else {
            (now - self.0).as_secs_f64()
        };
        self.0 = now;
        Step {
            name,
            operation,
            seconds,
            files,
        }
    }
}

fn scratch(user: &Context) -> Result<Scratch, Failure> {
    let root = std::env::temp_dir().join(format!("hnp-drill-{}", std::process::id()));
    // Made here and nowhere else: a directory that is there already may be somebody's trap.
    std::fs::create_dir(&root).map_err(|error| {
        Failure::Environment(format!("cannot make {}: {error}", root.display()))
    })?;
    crate::cancel::sweep(&root);
    let scratch = Scratch(root);
    user.repo.scratch_clone(&scratch.0)?;
    Ok(scratch)
}

/// The fabric's files with those of hnp's own.
fn user_files(context: &Context, fabric: &Fabric) -> Result<Vec<SourceFile>, Failure> {
    let mut files = context.fabric_files(fabric)?;
    for path in [CONFIG_PATH, STATE_PATH, ".gitattributes"] {
        if let Some(bytes) = context.worktree.read_if_there(path)? {
            files.push(SourceFile {
                path: path.to_owned(),
                bytes,
            });
        }
    }
    for schema in &context.schemas {
        files.push(schema.clone());
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files.dedup_by(|a, b| a.path == b.path);
    Ok(files)
}

fn put(root: &Path, file: &SourceFile) -> Result<(), Failure> {
    let path = root.join(&file.path);
    let write = || {
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::write(&path, &file.bytes)
    };
    write()
        .map_err(|error| Failure::Environment(format!("cannot write {}: {error}", path.display())))
}

fn look(context: &Context, name: &str, fabric: &Fabric) -> Result<Tree, Failure> {
    let files = user_files(context, fabric)?;
    let listed: Vec<BackupFile> = files
        .iter()
        .map(|file| BackupFile {
            path: file.path.clone(),
            bytes: file.bytes.clone(),
        })
        .collect();
    let findings = if context.config.fabrics.contains_key(name) {
        let settings = context.settings(Some(name), None)?;
        let (outcome, layout) = super::validate::one_fabric(context, fabric, &settings)?;
        let count = |severity| {
            let all = outcome.findings.iter().chain(&layout);
            all.filter(|finding| finding.severity == severity).count()
        };
        Some((count(Severity::Error), count(Severity::Warning)))
    } else {
        None
    };
    let prefix = format!("{name}/");
    let resources = context
        .files
        .state
        .as_deref()
        .and_then(|text| hnp_state::state_file::parse(text).ok())
        .map_or(0, |state| {
            state
                .resources
                .keys()
                .filter(|key| key.starts_with(&prefix))
                .count()
        });
    Ok(Tree {
        id: context.repo.write_files(&listed)?,
        findings,
        resources,
        state_problems: super::state::problems(context).map_or(0, |problems| problems.len()),
        files,
    })
}

/// Names what the deletion should have taken.
fn still_there(
    fabric: &Fabric,
    gone: &Tree,
    name: &str,
    left: &[String],
    differences: &mut Vec<String>,
) {
    for file in &gone.files {
        let hnps = matches!(
            area_of(fabric, &file.path),
            Some(Area::Managed | Area::RawPending | Area::RawProcessed | Area::RawErrors)
        );
        if hnps && !left.contains(&file.path) {
            differences.push(format!("{} was still there after the deletion", file.path));
        }
    }
    if gone.findings.is_some() {
        differences.push(format!("{name} was still configured after the deletion"));
    }
    if gone.resources > 0 {
        differences.push(format!(
            "{} resource(s) were still on record after the deletion",
            gone.resources
        ));
    }
}

fn compare(before: &Tree, after: &Tree, differences: &mut Vec<String>) {
    let find = |tree: &Tree, path: &str| -> Option<Vec<u8>> {
        tree.files
            .binary_search_by(|file| file.path.as_str().cmp(path))
            .ok()
            .map(|at| tree.files[at].bytes.clone())
    };
    for file in &before.files {
        match find(after, &file.path) {
            None => differences.push(format!("{} did not come back", file.path)),
            Some(bytes) if bytes != file.bytes => {
                differences.push(format!("{} came back with other bytes", file.path));
            }
            Some(_) => {}
        }
    }
    for file in &after.files {
        if find(before, &file.path).is_none() {
            differences.push(format!("{} was not there before", file.path));
        }
    }
    for (what, one, other) in [
        (
            "findings",
            format!("{:?}", before.findings),
            format!("{:?}", after.findings),
        ),
        (
            "resources on record",
            before.resources.to_string(),
            after.resources.to_string(),
        ),
        (
            "faults of state.toml",
            before.state_problems.to_string(),
            after.state_problems.to_string(),
        ),
    ] {
        if one != other {
            differences.push(format!("{what}: {one} before, {other} afterwards"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Drill, Tree, compare, report, still_there};
    use hnp_model::SourceFile;
    use hnp_state::config::Fabric;

    fn tree(files: &[(&str, &str)]) -> Tree {
        Tree {
            files: files
                .iter()
                .map(|(path, text)| SourceFile {
                    path: (*path).to_owned(),
                    bytes: text.as_bytes().to_vec(),
                })
                .collect(),
            ..Tree::default()
        }
    }

    #[test]
    fn whatever_differs_is_named() {
        let before = tree(&[("net/managed/a.yaml", "a"), ("net/managed/b.yaml", "b")]);
        let mut after = tree(&[("net/managed/b.yaml", "other"), ("net/managed/c.yaml", "c")]);
        after.resources = 1;
        let mut differences = Vec::new();
        compare(&before, &after, &mut differences);
        let fabric = Fabric::in_directory("net");
        let gone = tree(&[("net/README", "ours"), ("net/managed/a.yaml", "a")]);
        still_there(
            &fabric,
            &gone,
            "lab",
            &["net/README".to_owned()],
            &mut differences,
        );
        assert_eq!(
            differences,
            [
                "net/managed/a.yaml did not come back",
                "net/managed/b.yaml came back with other bytes",
                "net/managed/c.yaml was not there before",
                "resources on record: 0 before, 1 afterwards",
                "net/managed/a.yaml was still there after the deletion",
            ]
        );
        let drill = Drill {
            fabric: "a`b|<i>".to_owned(),
            commit: None,
            started: 0,
            archive: String::new(),
            before,
            deleted: gone,
            after,
            steps: Vec::new(),
            differences,
        };
        let text = report::markdown(&drill);
        assert!(
            text.contains("**Failed.**") && text.contains("``a`b\\|<i>``"),
            "{text}"
        );
        assert_eq!(report::json(&drill)["success"], false);
    }
}
