//! `hnp diff`

use std::path::{Path, PathBuf};

use hnp_git::{Snapshot, TreeListing};
use hnp_merge::{Change, Compared, NamedStream, ResourceDiff, compare, flat};
use hnp_report::Format;
use hnp_state::config::{Config, Fabric};
use hnp_state::layout;
use hnp_yaml::{Limits, Node, Options, Stream, parse};
use rayon::prelude::*;
use serde_json::{Value, json};

use super::diff_range::compare_range;
use crate::args::{DiffArgs, Global};
use crate::context::work_dir;
use crate::failure::Failure;
use crate::git_tree::{GitTree, Trees};
use crate::output::{Output, clean, style};

/// A set of documents: files of a directory, of a revision, or one file.
pub(super) struct Set {
    files: Vec<(String, Stream)>,
}

/// A document that could not be read, so that nothing can be said of it.
pub(super) struct Unreadable {
    /// Old or new.
    pub(super) side: &'static str,
    /// Its file.
    pub(super) path: String,
    /// Where it begins to be unreadable.
    pub(super) line: u32,
    /// Why.
    pub(super) message: String,
}

pub(super) fn run(global: &Global, args: &DiffArgs) -> Result<Output, Failure> {
    if args.textconv {
        return textconv(&place(global, &args.old));
    }
    let Some(new) = &args.new else {
        if let Some(range) = as_range(global, &args.old) {
            let markdown = global.format == Format::Markdown;
            let found = compare_range(global, range, markdown)?;
            let mut output = answer(global, &found.compared, &found.unreadable);
            if markdown {
                output.text = found.markdown();
            }
            return Ok(output);
        }
        return Err(Failure::Usage(
            "name what to compare it with: a second file, directory or revision; or two revisions as A..B".to_owned(),
        ));
    };
    if global.format == Format::Markdown {
        return Err(Failure::Usage(
            "--format markdown shows what two revisions differ in: write them as A..B".to_owned(),
        ));
    }
    let (old, new) = (set(global, &args.old)?, set(global, new)?);
    let mut unreadable = problems("old", &old);
    unreadable.extend(problems("new", &new));
    let compared = compare(&named(&old), &named(&new));
    Ok(answer(global, &compared, &unreadable))
}

/// Returns a word that is a range of revisions, and no file.
fn as_range<'w>(global: &Global, word: &'w Path) -> Option<&'w str> {
    let text = word.to_str()?;
    (text.contains("..") && !place(global, word).exists()).then_some(text)
}

fn place(global: &Global, path: &Path) -> PathBuf {
    match &global.work_dir {
        Some(dir) => dir.join(path),
        None => path.to_path_buf(),
    }
}

/// Reads what a word names: a file, a directory, else a revision or `REVISION:PATH`.
fn set(global: &Global, word: &Path) -> Result<Set, Failure> {
    let path = place(global, word);
    if path.exists() {
        return read(&path);
    }
    let nothing = |why: &dyn std::fmt::Display| {
        Failure::Environment(format!(
            "{}: there is no such file, directory or revision ({why})",
            word.display()
        ))
    };
    let text = word.to_str().ok_or_else(|| nothing(&"not UTF-8"))?;
    let (revision, inside) = match text.split_once(':') {
        Some((revision, inside)) => (revision, Some(inside.trim_matches('/'))),
        None => (text, None),
    };
    let trees = Trees::open(&work_dir(global)?).map_err(|error| nothing(&error))?;
    let commit = trees
        .repo
        .commit_named(&trees.objects, revision)
        .map_err(|error| nothing(&error))?;
    revision_set(&trees.commit(commit)?, inside)
        .and_then(|found| found.ok_or_else(|| nothing(&"it has no such path")))
}

/// Reads the YAML files of a commit: those at or below a path, or all that fabrics manage in it.
fn revision_set(snapshot: &Snapshot, inside: Option<&str>) -> Result<Option<Set>, Failure> {
    let most = Limits::default().file_bytes;
    let options = Options::with_comments();
    if let Some(path) = inside
        && let Some(bytes) = snapshot.read(path, most)?
    {
        let files = vec![(String::new(), parse(bytes, &options))];
        return Ok(Some(Set { files }));
    }
    let directories = match inside {
        Some(path) => vec![path.to_owned()],
        None => GitTree::open(snapshot.clone())?
            .config
            .map_or_else(|| vec![String::new()], |config| managed(&config)),
    };
    let listing = snapshot.list(&directories)?;
    if listing.files.is_empty() && inside.is_some_and(|path| !path.is_empty()) {
        return Ok(None);
    }
    let mut set = listed_set(snapshot, &listing)?;
    if let Some(path) = inside.filter(|path| !path.is_empty()) {
        for (name, _) in &mut set.files {
            name.replace_range(..=path.len(), "");
        }
    }
    Ok(Some(set))
}

/// Reads the YAML files of a commit below directories.
pub(super) fn tree_set(snapshot: &Snapshot, directories: &[String]) -> Result<Set, Failure> {
    let listing = snapshot.list(directories)?;
    listed_set(snapshot, &listing)
}

fn listed_set(snapshot: &Snapshot, listing: &TreeListing) -> Result<Set, Failure> {
    let most = Limits::default().file_bytes;
    let options = Options::with_comments();
    let files: Result<Vec<(String, Stream)>, hnp_git::Error> = listing
        .files
        .par_iter()
        .filter(|file| is_yaml(&file.path))
        .map(|file| {
            let bytes = snapshot.objects().blob(file.blob, most)?;
            Ok((file.path.clone(), parse(bytes, &options)))
        })
        .collect();
    Ok(Set { files: files? })
}

fn managed(config: &Config) -> Vec<String> {
    let mut directories: Vec<String> = config.fabrics.values().flat_map(managed_of).collect();
    directories.sort();
    directories.dedup();
    directories
}

/// Returns the directories in which a fabric's managed files lie.
pub(super) fn managed_of(fabric: &Fabric) -> Vec<String> {
    fabric
        .directories
        .iter()
        .map(|directory| hnp_state::path::join(directory, layout::MANAGED))
        .collect()
}

fn is_yaml(name: &str) -> bool {
    name.ends_with(".yaml") || name.ends_with(".yml")
}

/// Says what two sets differ in, wherever they come from.
fn answer(global: &Global, compared: &Compared, unreadable: &[Unreadable]) -> Output {
    let code = u8::from(
        !compared.resources.is_empty() || !unreadable.is_empty() || !compared.ambiguous.is_empty(),
    );
    let output = if global.format == Format::Json {
        Output::json(&to_json(compared, unreadable))
    } else {
        Output::of(human(global, compared, unreadable))
    };
    output.code(code)
}

pub(super) fn named(set: &Set) -> Vec<NamedStream<'_>> {
    set.files
        .iter()
        .map(|(path, stream)| NamedStream { path, stream })
        .collect()
}

pub(super) fn problems(side: &'static str, set: &Set) -> Vec<Unreadable> {
    let mut found = Vec::new();
    for (path, stream) in &set.files {
        let lines = stream.lines();
        found.extend(stream.problems().iter().map(|problem| Unreadable {
            side,
            path: path.clone(),
            line: lines.position(problem.span.start as usize).line,
            message: problem.message.clone(),
        }));
    }
    found
}

/// Reads a file, or the YAML files below a directory under their paths from there.
fn read(path: &Path) -> Result<Set, Failure> {
    let fail = |path: &Path, error: &std::io::Error| {
        Failure::Environment(format!("{}: {error}", path.display()))
    };
    let meta = std::fs::metadata(path).map_err(|error| fail(path, &error))?;
    let mut names: Vec<(String, PathBuf)> = Vec::new();
    if meta.is_dir() {
        let mut open = vec![(String::new(), path.to_path_buf())];
        while let Some((prefix, directory)) = open.pop() {
            let entries =
                std::fs::read_dir(&directory).map_err(|error| fail(&directory, &error))?;
            for entry in entries {
                let entry = entry.map_err(|error| fail(&directory, &error))?;
                let name = entry.file_name().to_string_lossy().into_owned();
                let kind = entry
                    .file_type()
                    .map_err(|error| fail(&entry.path(), &error))?;
                let full = format!("{prefix}{name}");
                if kind.is_dir() && name != ".git" {
                    open.push((format!("{full}/"), entry.path()));
                } else if kind.is_file() && is_yaml(&name) {
                    names.push((full, entry.path()));
                }
            }
        }
        names.sort();
    } else {
        // One file is set against one other, whatever they are called.
        names.push((String::new(), path.to_path_buf()));
    }
    let mut files = Vec::with_capacity(names.len());
    for (name, path) in names {
        files.push((name, stream(&path).map_err(|error| fail(&path, &error))?));
    }
    Ok(Set { files })
}

fn stream(path: &Path) -> std::io::Result<Stream> {
    use std::io::Read as _;
    let limits = Limits::default();
    let most = u64::try_from(limits.file_bytes).unwrap_or(u64::MAX);
    let mut bytes = Vec::new();
    // One byte more than is read, so that the reader sees that it is too long.
    std::fs::File::open(path)?
        .take(most.saturating_add(1))
        .read_to_end(&mut bytes)?;
    Ok(parse(bytes, &Options::with_comments()))
}

/// Prints a file for Git's textconv: whatever is in it, something is printed and all is well.
fn textconv(path: &Path) -> Result<Output, Failure> {
    let stream = stream(path)
        .map_err(|error| Failure::Environment(format!("{}: {error}", path.display())))?;
    match flat(&stream) {
        Some(text) => Ok(Output::of(text)),
        None => {
            let bytes = std::fs::read(path)
                .map_err(|error| Failure::Environment(format!("{}: {error}", path.display())))?;
            Ok(Output::of(String::from_utf8_lossy(&bytes).into_owned()))
        }
    }
}

/// What happened to a resource.
pub(super) fn change(found: &ResourceDiff) -> &'static str {
    match (&found.old_path, &found.new_path) {
        (None, _) => "added",
        (_, None) => "removed",
        _ if found.changes.is_empty() => "moved",
        _ => "changed",
    }
}

fn to_json(compared: &Compared, unreadable: &[Unreadable]) -> Value {
    let resource = |id: &hnp_model::ResourceId| {
        json!({
            "group": id.group,
            "kind": id.kind,
            "namespace": id.namespace,
            "name": id.name,
        })
    };
    let resources: Vec<Value> = compared
        .resources
        .iter()
        .map(|found| {
            json!({
                "resource": found.resource.as_ref().map(resource),
                "change": change(found),
                "old_path": shown(&found.old_path),
                "new_path": shown(&found.new_path),
                "fields": found.changes.iter().map(field).collect::<Vec<_>>(),
            })
        })
        .collect();
    let count = |what: &str| {
        compared
            .resources
            .iter()
            .filter(|found| change(found) == what)
            .count()
    };
    json!({
        "version": 1,
        "resources": resources,
        "unreadable": unreadable
            .iter()
            .map(|found| json!({
                "side": found.side,
                "path": Some(&found.path).filter(|path| !path.is_empty()),
                "line": found.line,
                "message": found.message,
            }))
            .collect::<Vec<_>>(),
        "ambiguous": compared.ambiguous.iter().map(resource).collect::<Vec<_>>(),
        "summary": {
            "added": count("added"),
            "removed": count("removed"),
            "changed": count("changed"),
            "moved": count("moved"),
            "same": compared.same,
        },
    })
}

fn shown(path: &Option<String>) -> Option<&str> {
    path.as_deref().filter(|path| !path.is_empty())
}

/// A side without the field has no key, for null is a value.
fn field(change: &Change) -> Value {
    let mut out = json!({ "path": change.path.to_string() });
    for (key, value) in [("old", &change.old), ("new", &change.new)] {
        if let Some(node) = value {
            out[key] = value_of(node);
        }
    }
    out
}

pub(super) fn value_of(node: &Node) -> Value {
    match node {
        Node::Null => Value::Null,
        Node::Bool(b) => json!(b),
        Node::Int(n) => json!(n),
        Node::UInt(n) => json!(n),
        Node::Float(f) => json!(f),
        Node::Str(text) => json!(text),
        Node::Seq(items) => items.iter().map(value_of).collect(),
        Node::Map(entries) => Value::Object(
            entries
                .iter()
                .map(|(key, value)| (key.clone(), value_of(value)))
                .collect(),
        ),
    }
}

fn human(global: &Global, compared: &Compared, unreadable: &[Unreadable]) -> String {
    let color = style(global).color;
    let paint = |code: &str, text: &str| {
        if color {
            format!("\x1b[{code}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    };
    let mut out = String::new();
    for found in &compared.resources {
        let name = match (
            &found.resource,
            shown(&found.old_path).or(shown(&found.new_path)),
        ) {
            (Some(id), _) => id.to_string(),
            (None, Some(path)) => format!("document in {path}"),
            (None, None) => "document".to_owned(),
        };
        let what = change(found);
        let place = match (shown(&found.old_path), shown(&found.new_path)) {
            (Some(old), Some(new)) if old != new => format!(" ({old} -> {new})"),
            (Some(path), _) | (_, Some(path)) => format!(" ({path})"),
            (None, None) => String::new(),
        };
        out.push_str(&format!("{} {what}{}\n", clean(&name), clean(&place)));
        if matches!(what, "added" | "removed") && global.verbose == 0 {
            continue;
        }
        for change in &found.changes {
            out.push_str(&line(change, &paint));
            out.push('\n');
        }
    }
    for found in unreadable {
        let path = if found.path.is_empty() {
            found.side
        } else {
            &found.path
        };
        out.push_str(&format!(
            "{} ({}), line {}: cannot be read, so it was not compared: {}\n",
            clean(path),
            found.side,
            found.line,
            clean(&found.message)
        ));
    }
    for id in &compared.ambiguous {
        out.push_str(&format!(
            "{} stands more than once on one side, so it was not compared\n",
            clean(&id.to_string())
        ));
    }
    if out.is_empty() && !global.quiet {
        out.push_str(&format!(
            "No difference in {} resource(s).\n",
            compared.same
        ));
    }
    out
}

fn line(change: &Change, paint: &dyn Fn(&str, &str) -> String) -> String {
    let path = clean(&change.path.to_string());
    let side = |node: &Node| {
        let text = value_of(node).to_string();
        let short = if text.chars().count() > 120 {
            format!("{}...", text.chars().take(117).collect::<String>())
        } else {
            text
        };
        clean(&short)
    };
    let is_member = matches!(change.path.steps().last(), Some(hnp_merge::Step::Member(_)));
    match (&change.old, &change.new) {
        (Some(_), None) if is_member => paint("31", &format!("  - {path}")),
        (None, Some(_)) if is_member => paint("32", &format!("  + {path}")),
        (Some(old), None) => paint("31", &format!("  - {path}: {}", side(old))),
        (None, Some(new)) => paint("32", &format!("  + {path}: {}", side(new))),
        (Some(old), Some(new)) => {
            paint("33", &format!("  ~ {path}: {} -> {}", side(old), side(new)))
        }
        (None, None) => String::new(),
    }
}
