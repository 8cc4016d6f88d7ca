//! What waits in `raw/`: tried out by pre-commit, and taken in where that was asked for.

use std::collections::HashSet;
use std::fmt::Write as _;

use hnp_git::TreeListing;
use hnp_model::{Severity, SourceFile};
use hnp_state::config::{Config, Fabric};
use hnp_state::layout::Area;
use hnp_state::path;
use hnp_state::state_file::{self, State};
use hnp_sync::fabric::{FabricFiles, area_of, settings, with_imported};
use hnp_sync::ingest::{How, Options, Status, ingest};

use super::show::count;
use crate::args::{FabricArgs, Global, IngestArgs, Writing};
use crate::commands;
use crate::failure::Failure;
use crate::git_tree::{GitTree, Trees};
use crate::output::{Output, clean};

/// The lineage of a state that is only tried out: it is never written.
const NO_LINEAGE: &str = "00000000-0000-0000-0000-000000000000";

/// Tells whether a file waits to be taken in.
fn waits(config: &Config, fabric: &Fabric, file: &str) -> bool {
    area_of(fabric, file) == Some(Area::RawPending)
        && fabric.directories.iter().any(|directory| {
            path::strip(file, &path::join(directory, "raw"))
                .is_some_and(|inside| config.ingest.takes(inside))
        })
}

/// Counts the files of a tree that wait to be taken in.
pub(super) fn waiting(tree: &GitTree, config: &Config) -> Result<usize, Failure> {
    let mut found = 0;
    for fabric in config.fabrics.values() {
        let listing = tree.snapshot.list(&fabric.directories)?;
        found += listing
            .files
            .iter()
            .filter(|file| waits(config, fabric, &file.path))
            .count();
    }
    Ok(found)
}

/// Tries out what the changed files in `raw/` would become. Nothing of it stops a commit.
pub(super) fn look(
    tree: &GitTree,
    config: &Config,
    changed: &HashSet<String>,
) -> Result<String, Failure> {
    let mut text = String::new();
    if !config.features.directory_management {
        return Ok(text);
    }
    for (name, fabric) in &config.fabrics {
        if !changed.iter().any(|file| waits(config, fabric, file)) {
            continue;
        }
        let listing = tree.snapshot.list(&fabric.directories)?;
        let files = FabricFiles {
            name,
            fabric,
            files: read(tree, config, &listing)?,
            unseen: Vec::new(),
        };
        let settings = settings(config, Some(name), None).map_err(Failure::Usage)?;
        let settings = with_imported(settings, &tree.schemas).map_err(Failure::Usage)?;
        let state = tree
            .state(config.limits.state_bytes)?
            .and_then(|text| state_file::parse(&text).ok())
            .unwrap_or_else(|| State::new(NO_LINEAGE));
        let options = Options {
            strict: config.ingest.strict,
            archive: config.ingest.archive,
            ..Options::default()
        };
        let ingestion = ingest(&files, &state, &settings, config, &options);
        for file in &ingestion.files {
            if !changed.contains(&file.path) {
                continue;
            }
            let same = file
                .taken
                .iter()
                .filter(|taken| taken.how == How::Unchanged)
                .count();
            let what = match file.status {
                Status::Processed if same == file.taken.len() => "holds nothing new",
                Status::Processed => "can be taken in",
                Status::Partial => "can be taken in in part",
                Status::Refused => "would be refused",
            };
            let _ = writeln!(
                text,
                "hnp: {} {what}: {}.",
                clean(&file.path),
                count(file.resources, "resource")
            );
            for finding in &ingestion.findings {
                if finding.place.file == file.path && finding.severity == Severity::Error {
                    let _ = writeln!(
                        text,
                        "  {}: {} [{}]",
                        clean(&finding.place.to_string()),
                        clean(&finding.message),
                        finding.code
                    );
                }
            }
        }
    }
    if !text.is_empty() {
        text.push_str("hnp: run `hnp ingest` to take in what waits in raw/; this commit is not held up by it.\n");
    }
    Ok(text)
}

fn read(
    tree: &GitTree,
    config: &Config,
    listing: &TreeListing,
) -> Result<Vec<SourceFile>, Failure> {
    let objects = tree.snapshot.objects();
    listing
        .files
        .iter()
        .map(|file| {
            Ok(SourceFile {
                path: file.path.clone(),
                bytes: objects.blob(file.blob, config.limits.file_bytes)?,
            })
        })
        .collect()
}

/// Takes in what waits in the worktree, and returns what to say where something did: the commit is stopped then, for a
/// look at what was written.
pub(super) fn take_in(
    global: &Global,
    trees: &Trees,
    tree: &GitTree,
    config: &Config,
) -> Result<Option<Output>, Failure> {
    if waiting(tree, config)? == 0 {
        return Ok(None);
    }
    if let Some(path) = first_difference(trees, tree, config)? {
        return Ok(Some(
            Output::of(format!(
                "hnp: {} in the worktree is not as it is staged, so nothing was taken in: what is written would mix the two. `git add` it or `git stash` it, then commit again; or run `hnp ingest` yourself.\n",
                clean(&path)
            ))
            .code(1),
        ));
    }
    let args = IngestArgs {
        patterns: Vec::new(),
        fabrics: FabricArgs::default(),
        strict: false,
        no_strict: false,
        no_archive: false,
        update: false,
        retry: false,
        writing: Writing::default(),
    };
    let mut output = commands::ingest(global, &args)?;
    output.text.push_str("hnp: what waited in raw/ was taken in. Look at it, `git add --all` what you want, and commit again.\n");
    output.code = output.code.max(1);
    Ok(Some(output))
}

/// Finds a file of a fabric that differs between index and worktree, or stands in one of them only.
fn first_difference(
    trees: &Trees,
    tree: &GitTree,
    config: &Config,
) -> Result<Option<String>, Failure> {
    let worktree = hnp_local::Worktree::new(trees.repo.worktree_root()?);
    let listing = tree.relevant(config)?;
    let objects = tree.snapshot.objects();
    for file in &listing.files {
        let staged = objects.blob(file.blob, usize::MAX - 1)?;
        if worktree.read_if_there(&file.path)? != Some(staged) {
            return Ok(Some(file.path.clone()));
        }
    }
    let staged: HashSet<&str> = listing
        .files
        .iter()
        .map(|file| file.path.as_str())
        .collect();
    for fabric in config.fabrics.values() {
        for directory in &fabric.directories {
            for file in worktree.list_all(directory)?.files {
                let counts = matches!(
                    area_of(fabric, &file),
                    Some(Area::RawPending | Area::Managed)
                );
                if counts && !staged.contains(file.as_str()) {
                    return Ok(Some(file));
                }
            }
        }
    }
    Ok(None)
}
