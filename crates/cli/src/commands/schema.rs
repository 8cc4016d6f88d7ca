//! `hnp schema`

use std::path::{Path, PathBuf};

use hnp_model::{Owner, kind};
use hnp_report::Format;
use hnp_rules::schema::{self, SchemaFile};
use serde_json::json;

use crate::args::{Global, SchemaCommand};
use crate::context::{Context, SCHEMA_DIR, work_dir};
use crate::failure::Failure;
use crate::output::Output;

pub(super) fn run(global: &Global, command: &SchemaCommand) -> Result<Output, Failure> {
    match command {
        SchemaCommand::List { release } => list(global, release.as_deref()),
        SchemaCommand::Show { kind, release } => show(global, kind, release.as_deref()),
        SchemaCommand::Import { files, to } => import(global, files, to.as_deref()),
    }
}

fn settings(global: &Global, release: Option<&str>) -> Result<hnp_rules::Settings, Failure> {
    match Context::open_unconfigured(global) {
        Ok(context) => context.settings(None, release),
        // Schemas are of use outside a repository too.
        Err(Failure::Environment(_)) => {
            hnp_sync::fabric::settings(&hnp_state::config::Config::default(), None, release)
                .map_err(Failure::Usage)
        }
        Err(failure) => Err(failure),
    }
}

fn list(global: &Global, release: Option<&str>) -> Result<Output, Failure> {
    let settings = settings(global, release)?;
    let kinds: Vec<_> = settings.schemas.kinds().collect();
    if global.format == Format::Json {
        let kinds: Vec<_> = kinds
            .iter()
            .map(|kind| {
                json!({
                    "group": kind.group,
                    "version": kind.version,
                    "kind": kind.kind,
                    "plural": kind.plural,
                    "controller_owned": kind.controller_owned,
                })
            })
            .collect();
        return Ok(Output::json(
            &json!({ "version": 1, "release": settings.release.name(), "kinds": kinds }),
        ));
    }
    let mut text = format!("Kinds of Hedgehog {}\n", settings.release);
    for kind in kinds {
        let owner = if kind.controller_owned {
            "  written by a controller, never in Git"
        } else {
            ""
        };
        text.push_str(&format!(
            "  {:20} {}/{}{owner}\n",
            kind.kind, kind.group, kind.version
        ));
    }
    Ok(Output::of(text))
}

fn show(global: &Global, word: &str, release: Option<&str>) -> Result<Output, Failure> {
    let settings = settings(global, release)?;
    let unknown = || {
        let near = hnp_rules::suggest::nearest(word, kind::KINDS.iter().map(|info| info.kind));
        let hint = near.map_or_else(
            || "`hnp schema list` shows them".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        Failure::Usage(format!("there is no kind `{word}`; {hint}"))
    };
    let known = settings
        .schemas
        .kinds()
        .find(|kind| kind.kind.eq_ignore_ascii_case(word) || kind.plural.eq_ignore_ascii_case(word))
        .map(|kind| {
            (
                kind.group.to_owned(),
                kind.version.to_owned(),
                kind.kind.to_owned(),
            )
        })
        .or_else(|| {
            kind::find_by_word(word).map(|info| {
                (
                    info.group.to_owned(),
                    info.version.to_owned(),
                    info.kind.to_owned(),
                )
            })
        });
    let (group, version, name) = known.ok_or_else(unknown)?;
    let Some(compiled) = settings.schemas.kind(&group, &version, &name) else {
        let why = match kind::find(&group, &name) {
            Some(info) if info.owner == Owner::Controller => {
                "a controller writes it, so hnp keeps no schema of it".to_owned()
            }
            _ => format!("Hedgehog {} does not have it", settings.release),
        };
        return Err(Failure::Usage(format!("{name} has no schema here: {why}")));
    };
    let fields = compiled.fields();
    if global.format == Format::Json {
        let fields: Vec<_> = fields
            .iter()
            .map(|(path, what)| json!({ "field": path, "type": what }))
            .collect();
        return Ok(Output::json(&json!({
            "version": 1, "release": settings.release.name(), "group": group, "kind": name, "fields": fields,
        })));
    }
    let mut text = format!(
        "{name} ({group}/{version}) in Hedgehog {}\n",
        settings.release
    );
    for (path, what) in fields {
        text.push_str(&format!("  {path}: {what}\n"));
    }
    Ok(Output::of(text))
}

fn import(global: &Global, files: &[PathBuf], to: Option<&Path>) -> Result<Output, Failure> {
    let dir = work_dir(global)?;
    let mut paths = Vec::new();
    for file in files {
        let full = dir.join(file);
        if full.is_dir() {
            let worktree = hnp_local::Worktree::new(&full);
            let listing = worktree.list_all("")?;
            paths.extend(
                listing
                    .files
                    .iter()
                    .filter(|file| hnp_sync::fabric::is_yaml(file))
                    .map(|inside| full.join(inside)),
            );
        } else {
            paths.push(full);
        }
    }
    let mut kinds = Vec::new();
    for path in &paths {
        let shown = path
            .strip_prefix(&dir)
            .unwrap_or(path)
            .display()
            .to_string();
        let bytes =
            std::fs::read(path).map_err(|error| Failure::Usage(format!("{shown}: {error}")))?;
        let text = String::from_utf8(bytes)
            .map_err(|_| Failure::Usage(format!("{shown} is not UTF-8")))?;
        let imported = schema::import_text(&text).map_err(|error| {
            let at = hnp_yaml::LineIndex::new(&text).position(error.span.start as usize);
            Failure::Usage(format!(
                "{shown}:{}:{}: {}",
                at.line, at.column, error.message
            ))
        })?;
        kinds.extend(imported);
    }
    if kinds.is_empty() {
        return Err(Failure::Usage(
            "there is no CustomResourceDefinition in these files".to_owned(),
        ));
    }
    let count = kinds.len();
    let text = schema::to_json(&SchemaFile {
        release: None,
        sources: Vec::new(),
        kinds,
    });
    if to.is_some_and(|to| to.as_os_str() == "-") {
        return Ok(Output::of(text));
    }
    let target = match to {
        Some(to) => dir.join(to),
        None => Context::open_raw(global)?
            .worktree
            .root()
            .join(SCHEMA_DIR)
            .join("imported.json"),
    };
    let failed = |error: std::io::Error| {
        Failure::Environment(format!("cannot write {}: {error}", target.display()))
    };
    if let Some(parent) = target.parent() {
        std::fs::create_dir_all(parent).map_err(failed)?;
    }
    // Whole or not at all: a reader never sees half a schema.
    let beside = target.with_extension("json.hnp-tmp");
    std::fs::write(&beside, &text).map_err(failed)?;
    std::fs::rename(&beside, &target).map_err(failed)?;
    Ok(Output::of(format!(
        "{count} kind(s) imported into {}\n",
        target.strip_prefix(&dir).unwrap_or(&target).display()
    )))
}
