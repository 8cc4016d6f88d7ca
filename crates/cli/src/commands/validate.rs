//! `hnp validate`

use std::io::Read;
use std::path::{Path, PathBuf};

use hnp_local::Worktree;
use hnp_local::worktree::{Listing, OddityKind};
use hnp_model::{Finding, Place, Severity, SourceFile};
use hnp_report::Summary;
use hnp_rules::{Role, Settings, codes};
use hnp_state::config::{Config, Fabric, Profile};
use hnp_sync::baseline::Baseline;
use hnp_sync::validate::{Outcome, validate, validate_with};
use hnp_sync::{directory, fabric};

use crate::args::{Global, ValidateArgs};
use crate::context::{self, Context};
use crate::failure::Failure;
use crate::findings::Findings;
use crate::output::{Output, Progress};

pub(super) fn run(global: &Global, args: &ValidateArgs) -> Result<Output, Failure> {
    if let Some(profile) = &args.profile
        && Profile::find(profile).is_none()
    {
        return Err(Failure::Usage(format!(
            "unknown profile `{profile}`; known are authoring, live, day2 and auto"
        )));
    }
    let mut notes = Vec::new();
    if args.fix {
        notes.extend(super::fix::run(global, args)?);
    }
    let mut found = if let Some(range) = &args.diff {
        super::validate_change::fabrics(global, args, range)?
    } else if args.staged || args.rev.is_some() {
        super::validate_tree::fabrics(global, args)?
    } else if args.paths.is_empty() {
        fabrics(global, args)?
    } else {
        paths(global, args)?
    };
    if let Some(file) = &args.write_baseline {
        return write_baseline(global, file, &found);
    }
    mark_baseline(global, args, &mut found)?;
    let code = u8::from(found.errors() > 0);
    let mut output = Output::of(found.render(global)?).code(code);
    if global.quiet && found.all.is_empty() {
        output.text.clear();
    }
    output.notes = notes;
    Ok(output)
}

/// Writes the findings down as the baseline.
fn write_baseline(global: &Global, file: &str, found: &Findings) -> Result<Output, Failure> {
    let path = context::work_dir(global)?.join(file);
    std::fs::write(&path, Baseline::write(&found.all))
        .map_err(|error| Failure::Environment(format!("--write-baseline {file}: {error}")))?;
    Ok(Output::of(format!(
        "{file} lists what was found, {} in all; `--baseline {file}`, or `baseline` under [rules] in .hnp/config.toml, marks them as old\n",
        found.all.len()
    )))
}

/// Marks what the baseline lists: that of the command line, else that of the configuration.
fn mark_baseline(
    global: &Global,
    args: &ValidateArgs,
    found: &mut Findings,
) -> Result<(), Failure> {
    let path = match &args.baseline {
        Some(file) => context::work_dir(global)?.join(file),
        None => {
            let Ok(context) = Context::open_unconfigured(global) else {
                return Ok(());
            };
            match &context.config.rules.baseline {
                Some(file) => context.worktree.resolve(file)?,
                None => return Ok(()),
            }
        }
    };
    let name = args
        .baseline
        .clone()
        .unwrap_or_else(|| "the configured baseline".to_owned());
    let text = std::fs::read_to_string(&path).map_err(|error| {
        Failure::Usage(format!(
            "{name}: {error}. Write one with `hnp validate --write-baseline FILE`"
        ))
    })?;
    Baseline::parse(&text)
        .map_err(|why| Failure::Usage(format!("{name}: {why}")))?
        .mark(&mut found.all);
    Ok(())
}

/// Checks the configured fabrics.
pub(super) fn fabrics(global: &Global, args: &ValidateArgs) -> Result<Findings, Failure> {
    let context = Context::open(global)?;
    let _progress = Progress::start(global, "Checking");
    let mut all = Findings::default();
    for (name, fabric) in context.fabrics(&args.fabrics)? {
        let mut settings = context.settings(Some(name), args.release.as_deref())?;
        if let Some(profile) = args.profile.as_deref().and_then(Profile::find) {
            fabric::apply_profile(&mut settings, profile);
        }
        let (outcome, layout) = one_fabric(&context, fabric, &settings)?;
        take(&mut all, outcome);
        all.all.extend(layout);
    }
    hnp_model::finding::sort(&mut all.all);
    Ok(all)
}

/// Checks one fabric as it stands in the worktree.
pub(super) fn one_fabric(
    context: &Context,
    fabric: &Fabric,
    settings: &Settings,
) -> Result<(Outcome, Vec<Finding>), Failure> {
    let listing = context.list(&fabric.directories)?;
    let files = roles(fabric, &listing);
    let worktree = &context.worktree;
    let limit = settings.limits.file_bytes;
    let outcome = validate_with(
        files,
        &|path| worktree.read_bounded(path, limit),
        settings,
        &context.config,
    )?;
    let mut layout = directory::outline(fabric, &listing.files);
    layout.extend(oddities(&listing));
    Ok((outcome, layout))
}

fn roles(fabric: &Fabric, listing: &Listing) -> Vec<(String, Role)> {
    listing
        .files
        .iter()
        .filter_map(|path| {
            let area = fabric::area_of(fabric, path)?;
            Some((path.clone(), fabric::role(area, path)?))
        })
        .collect()
}

/// Names what was passed over.
pub(crate) fn oddities(listing: &Listing) -> Vec<Finding> {
    listing
        .oddities
        .iter()
        .map(|oddity| match oddity.kind {
            OddityKind::NotAFile => Finding::new(
                codes::NOT_A_FILE,
                Severity::Warning,
                Place::file(&oddity.path),
                "this is a symbolic link or another thing that is no file; hnp never follows it",
            )
            .help("put the file itself here"),
            OddityKind::BadName => Finding::new(
                codes::BAD_FILE_NAME,
                Severity::Error,
                Place::file(&oddity.path),
                "the name has control characters or is not UTF-8; hnp does not touch it",
            )
            .help("rename it"),
        })
        .collect()
}

fn take(all: &mut Findings, mut outcome: Outcome) {
    all.summary = Summary {
        files: all.summary.files + outcome.judged().count(),
        documents: all.summary.documents + outcome.documents(),
        resources: all.summary.resources + outcome.resources(),
        ..all.summary
    };
    all.all.append(&mut outcome.findings);
    for file in outcome.files {
        if let Some(text) = file.text {
            all.texts.insert(file.path, text);
        }
    }
}

/// Checks files and directories by name, in a repository or not.
fn paths(global: &Global, args: &ValidateArgs) -> Result<Findings, Failure> {
    let context = match Context::open_unconfigured(global) {
        Ok(context) => Some(context),
        // Files outside a repository are checked with the defaults; a configuration that is wrong is said so.
        Err(Failure::Environment(_)) => None,
        Err(failure) => return Err(failure),
    };
    let dir = context::work_dir(global)?;
    let config = context
        .as_ref()
        .map_or_else(Config::default, |context| context.config.clone());
    let mut groups: Vec<(Option<String>, Vec<SourceFile>)> = Vec::new();
    let mut layout = Vec::new();
    for path in &args.paths {
        for file in read(path, &dir, context.as_ref(), &mut layout)? {
            let fabric = config
                .locate(&file.path)
                .map(|location| location.name.to_owned());
            match groups.iter_mut().find(|(name, _)| *name == fabric) {
                Some((_, files)) => {
                    if files.iter().all(|known| known.path != file.path) {
                        files.push(file);
                    }
                }
                None => groups.push((fabric, vec![file])),
            }
        }
    }
    let mut all = Findings {
        not_fixable: true,
        ..Findings::default()
    };
    for (fabric, files) in groups {
        let settings = match &context {
            Some(context) => context.settings(fabric.as_deref(), args.release.as_deref())?,
            None => fabric::settings(&config, fabric.as_deref(), args.release.as_deref())
                .map_err(Failure::Usage)?,
        };
        let mut settings = settings;
        if let Some(profile) = args.profile.as_deref().and_then(Profile::find) {
            fabric::apply_profile(&mut settings, profile);
        }
        let files = files
            .into_iter()
            .map(|file| (file, Role::Managed))
            .collect();
        take(&mut all, validate(files, &settings, &config));
    }
    all.all.extend(layout);
    hnp_model::finding::sort(&mut all.all);
    Ok(all)
}

/// Reads a file, the YAML in a directory, or standard input.
fn read(
    path: &str,
    dir: &Path,
    context: Option<&Context>,
    layout: &mut Vec<Finding>,
) -> Result<Vec<SourceFile>, Failure> {
    if path == "-" {
        let mut bytes = Vec::new();
        std::io::stdin().read_to_end(&mut bytes).map_err(|error| {
            Failure::Environment(format!("cannot read standard input: {error}"))
        })?;
        return Ok(vec![SourceFile {
            path: "<stdin>".to_owned(),
            bytes,
        }]);
    }
    let full = dir.join(path);
    let refuse = |error: std::io::Error| Failure::Usage(format!("{path}: {error}"));
    let meta = std::fs::metadata(&full).map_err(refuse)?;
    let shown = |full: &Path| shown(full, path, dir, context);
    if !meta.is_dir() {
        return Ok(vec![SourceFile {
            path: shown(&full),
            bytes: std::fs::read(&full).map_err(refuse)?,
        }]);
    }
    let worktree = Worktree::new(full.clone());
    let limit = context.map_or_else(
        || Config::default().limits.file_bytes,
        |context| context.config.limits.file_bytes,
    );
    let listing = worktree.list_all("")?;
    let base = shown(&full);
    let prefixed = |inside: &str| {
        if base.is_empty() || base == "." {
            inside.to_owned()
        } else {
            format!("{base}/{inside}")
        }
    };
    layout.extend(oddities(&listing).into_iter().map(|mut finding| {
        finding.place.file = prefixed(&finding.place.file);
        finding
    }));
    listing
        .files
        .iter()
        .filter(|file| fabric::is_yaml(file))
        .map(|file| {
            Ok(SourceFile {
                path: prefixed(file),
                bytes: worktree.read_bounded(file, limit)?,
            })
        })
        .collect()
}

/// Returns a path as it is shown: from the root of the repository where it lies in one, else as it was given.
fn shown(full: &Path, given: &str, dir: &Path, context: Option<&Context>) -> String {
    let canonical = std::fs::canonicalize(full).unwrap_or_else(|_| full.to_owned());
    if let Some(context) = context
        && let Ok(inside) = canonical.strip_prefix(context.worktree.root())
    {
        return context::slashes(inside);
    }
    let relative: PathBuf = if Path::new(given).is_absolute() {
        canonical
            .strip_prefix(dir)
            .map_or_else(|_| PathBuf::from(given), Path::to_owned)
    } else {
        PathBuf::from(given)
    };
    relative
        .to_string_lossy()
        .trim_end_matches('/')
        .trim_start_matches("./")
        .to_owned()
}
