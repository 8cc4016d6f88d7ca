//! `hnp merge-driver`
//!
//! Git takes an exit code from 1 to 128 for a conflict and the file as it lies for its result, with markers or without. So
//! nothing here may end in one of those unless markers stand in the file: every failure is 129, on which Git gives the
//! merge up and leaves the tree as it was.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::ExitCode;

use hnp_merge::{ConflictKind, FileConflict, How, Labels, Side, merge_lines, merge_text};
use hnp_sync::merge_state::merge_state_text;

use crate::args::{DriverKind, MergeDriverArgs};
use crate::failure::Failure;
use crate::output::{Output, clean};

/// The exit code of everything but a result: Git aborts the merge.
const ABORT: u8 = 129;

/// Most conflicts that are named one by one.
const NAMED: usize = 20;

/// Tells whether a command line asks for a merge driver, so that its exit codes are for Git.
pub(crate) fn is_asked(args: impl Iterator<Item = OsString>) -> bool {
    let mut args = args.skip(1);
    while let Some(arg) = args.next() {
        let text = arg.to_string_lossy();
        if matches!(text.as_ref(), "-C" | "--format" | "--output" | "--color") {
            args.next();
        } else if !text.starts_with('-') {
            return text == "merge-driver";
        }
    }
    false
}

/// Runs hnp so that only a result ends in 0 or 1.
pub(crate) fn guarded(run: fn() -> u8) -> ExitCode {
    match catch_unwind(run) {
        Ok(code @ (0 | 1)) => ExitCode::from(code),
        _ => ExitCode::from(ABORT),
    }
}

pub(super) fn run(args: &MergeDriverArgs) -> Result<Output, Failure> {
    trip("start");
    let read = |path: &Path| {
        fs::read(path).map_err(|error| {
            Failure::Environment(format!(
                "{}: {error}; nothing was merged, and the file is as it was",
                path.display()
            ))
        })
    };
    let (base, ours, theirs) = (read(&args.base)?, read(&args.ours)?, read(&args.theirs)?);
    let [path, _, ours_label, theirs_label] = [0, 1, 2, 3].map(|at| {
        args.names
            .get(at)
            .map(|name| name.to_string_lossy().into_owned())
    });
    let ours_label = label(ours_label, "%X", "ours");
    let theirs_label = label(theirs_label, "%Y", "theirs");
    let labels = Labels {
        ours: &ours_label,
        theirs: &theirs_label,
        marker_size: args
            .marker_size
            .parse()
            .unwrap_or(Labels::default().marker_size),
    };
    let name = path.unwrap_or_else(|| args.ours.to_string_lossy().into_owned());
    // What is merged comes from people: should it ever break the merge, the lines are merged instead.
    let result = catch_unwind(AssertUnwindSafe(|| {
        trip("merge");
        match args.kind {
            DriverKind::Yaml if !is_manifest(&name) => lines(&base, &ours, &theirs, labels, None),
            kind => merged(kind, &base, &ours, &theirs, labels),
        }
    }))
    .unwrap_or_else(|_| {
        let note = "hnp broke over it, which is a bug; the lines were merged";
        lines(&base, &ours, &theirs, labels, Some(note))
    });
    trip("write");
    replace(&args.ours, &result.text).map_err(|error| {
        Failure::Environment(format!(
            "{}: {error}; nothing was merged, and the file is as it was",
            args.ours.display()
        ))
    })?;
    let mut output = Output::default().code(u8::from(result.conflicted));
    output.notes = result
        .notes
        .into_iter()
        .map(|note| format!("hnp: {}: {}", clean(&name), clean(&note)))
        .collect();
    Ok(output)
}

/// What goes into the file, and what is said of it.
struct Written {
    text: Vec<u8>,
    conflicted: bool,
    notes: Vec<String>,
}

fn merged(
    kind: DriverKind,
    base: &[u8],
    ours: &[u8],
    theirs: &[u8],
    labels: Labels<'_>,
) -> Written {
    match kind {
        DriverKind::Yaml => {
            let merged = merge_text(base, ours, theirs, labels);
            let mut notes: Vec<String> =
                merged.conflicts.iter().take(NAMED).map(describe).collect();
            if merged.conflicts.len() > NAMED {
                notes.push(format!("and {} more", merged.conflicts.len() - NAMED));
            }
            if let How::Lines(why) = merged.how {
                notes.push(format!("merged by line, for {why}"));
            }
            Written {
                text: merged.text,
                conflicted: merged.conflicted,
                notes,
            }
        }
        DriverKind::State => {
            let merged = merge_state_text(base, ours, theirs, labels);
            let notes = if merged.conflicted {
                vec![
                    "the two sides cannot be joined: take one of them, or run `hnp state rebuild`"
                        .to_owned(),
                ]
            } else {
                Vec::new()
            };
            Written {
                text: merged.text,
                conflicted: merged.conflicted,
                notes,
            }
        }
    }
}

fn lines(
    base: &[u8],
    ours: &[u8],
    theirs: &[u8],
    labels: Labels<'_>,
    note: Option<&str>,
) -> Written {
    let lines = merge_lines(base, ours, theirs, labels);
    Written {
        conflicted: lines.conflicts,
        text: lines.text,
        notes: note.map(str::to_owned).into_iter().collect(),
    }
}

/// Tells whether a file is YAML by its name: directories of manifests hold other files too, and any text reads as YAML.
fn is_manifest(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let other = name
        .rsplit_once('.')
        .is_some_and(|(_, ending)| !matches!(ending, "yaml" | "yml" | "json"));
    !other
}

fn describe(found: &FileConflict) -> String {
    let place = match (&found.resource, found.conflict.path.to_string()) {
        (Some(id), path) if path.is_empty() => id.to_string(),
        (Some(id), path) => format!("{id} {path}"),
        (None, path) if path.is_empty() => "the document".to_owned(),
        (None, path) => path,
    };
    let what = match found.conflict.kind {
        ConflictKind::Changed => "both sides changed it",
        ConflictKind::Added => "both sides added it, differently",
        ConflictKind::Removed(Side::Ours) => "removed by us, changed by them",
        ConflictKind::Removed(Side::Theirs) => "changed by us, removed by them",
        ConflictKind::Union => "the sides chose fields that exclude each other",
        ConflictKind::Overlap => "each side is sound alone, together they overlap",
        ConflictKind::NoBase => "the sides differ, and what they grew from cannot be read",
    };
    format!("conflict at {place}: {what}")
}

/// Returns a label; Git before 2.44 leaves the placeholder.
fn label(given: Option<String>, placeholder: &str, word: &str) -> String {
    given
        .filter(|label| !label.is_empty() && label != placeholder)
        .unwrap_or_else(|| word.to_owned())
}

/// Puts bytes in the place of a file's in one step: killed at any instant, the file is the old one or the new one.
fn replace(target: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let directory = target
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or_else(|| Path::new("."));
    let mut name = OsString::from(".");
    name.push(target.file_name().unwrap_or(OsStr::new("merge")));
    name.push(format!(".hnp-{}", std::process::id()));
    let temporary = directory.join(name);
    let written = (|| {
        let mut file = fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&temporary)?;
        file.write_all(bytes)?;
        file.set_permissions(fs::metadata(target)?.permissions())?;
        drop(file);
        fs::rename(&temporary, target)
    })();
    if written.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    written
}

/// Panics where a test asks for it, in debug builds only.
fn trip(point: &str) {
    #[cfg(debug_assertions)]
    if std::env::var_os("HNP_PANIC_AT").is_some_and(|wanted| wanted == point) {
        panic!("asked to panic at {point}");
    }
    #[cfg(not(debug_assertions))]
    let _ = point;
}
