//! A managed file that cannot be read: written anew from what both sides last held, or from what the GUI has.

use std::collections::BTreeSet;

use hnp_model::manifests;
use hnp_report::Format;
use hnp_state::STATE_PATH;
use hnp_state::ledger::{OperationType, Resolution as Word};
use hnp_state::state_file::{self, State};
use hnp_sync::gui::{Gui, Snapshot, managed};
use hnp_sync::plan::Plan;
use hnp_sync::reconcile::{Conflict, Pick, Resolution};
use hnp_yaml::{Options, emit_document, parse};
use serde_json::json;

use crate::args::{Global, ResolveArgs};
use crate::commands::{conflicts, fabric_side};
use crate::context::Context;
use crate::failure::Failure;
use crate::named_gui;
use crate::operation::{self, Done, Operation};
use crate::output::{Output, clean};

/// Tells whether a conflict is a file that cannot be read.
pub(super) fn is_meant(conflict: &Conflict) -> bool {
    conflict.kind == "file_corruption"
}

/// Writes the file anew, after a backup of its fabric.
///
/// # Errors
///
/// Exit 2 where what it held is not known, 3 where it cannot be written.
pub(super) fn run(
    global: &Global,
    args: &ResolveArgs,
    conflict: &Conflict,
) -> Result<Output, Failure> {
    let take = match args.take.as_deref() {
        Some(take @ ("base" | "gui")) if args.field.is_empty() => take,
        _ => {
            return Err(Failure::Usage(format!(
                "conflict {} is a file that cannot be read: mend it by hand, or have it written anew by --take base or --take gui",
                conflict.id
            )));
        }
    };
    let mut output = Output::default();
    let lock = if args.writing.dry_run {
        None
    } else {
        Some(operation::begin(&Context::open_bare(global)?, &mut output)?)
    };
    let context = Context::open(global)?;
    let mut state = conflicts::state(&context)?;
    let path = match state.resources.get(&conflict.resource) {
        Some(entry) if state.conflicts.contains_key(&conflict.id) => entry.path.clone(),
        _ => {
            return Err(Failure::Usage(format!(
                "conflict {} is not open any more",
                conflict.id
            )));
        }
    };
    let snapshot = if take == "gui" {
        Some(snapshot(global, args, &context, &state)?)
    } else {
        None
    };
    let before = context.worktree.read_if_there(&path)?;
    let (text, keys) = text(&context, &state, &path, snapshot.as_ref())?;
    let state_before = context.files.state.clone().unwrap_or_default();
    state.conflicts.remove(&conflict.id);
    let mut plan = Plan::default();
    plan.write(path.clone(), text.clone().into_bytes(), before.as_deref());
    plan.write(
        STATE_PATH,
        state_file::write(&state),
        Some(state_before.as_bytes()),
    );
    let mut done = Done::default();
    let mut backup = None;
    if let Some(lock) = &lock {
        let name = conflict.resource.split('/').next().unwrap_or_default();
        if let Some(fabric) = context.config.fabrics.get(name) {
            let title = format!("Backup of {name} before {path} is written anew");
            backup = Some(fabric_side::backup(
                &context,
                fabric,
                &title,
                &[STATE_PATH],
            )?);
        }
        let mut answer = Resolution {
            resource: conflict.resource.clone(),
            note: args.note.clone(),
            ..Resolution::default()
        };
        answer
            .picks
            .extend(Pick::side(take).map(|pick| (String::new(), pick)));
        let (was, config) = (state_file::parse(&state_before), &context.config.sync);
        done = operation::perform(
            &context,
            lock,
            &Operation {
                kind: OperationType::ConflictResolution,
                fabric: Some(name.to_owned()),
                title: format!("hnp: Write {path} anew from the {}", word(take)),
                plan: &plan,
                commit: args.writing.commit,
                resources: keys.clone(),
                fill: &|record| {
                    let count = keys.len() as u64;
                    (record.resources_targeted, record.resources_processed) = (count, count);
                    record.resources_updated = count;
                    (record.conflicts_detected, record.conflicts_resolved) = (1, 1);
                    record.conflict_resolution_strategy = Some(Word::UserGuided);
                    record.conflicts = vec![conflict.id.clone()];
                    let details = &mut record.details;
                    conflicts::record::note_answered(details, config, &[(conflict, &answer)]);
                    if let Ok(was) = &was {
                        let mut was = was.clone();
                        was.resolutions
                            .insert(conflict.id.clone(), answer.to_fields());
                        conflicts::record::note_closed(details, config, &was, &state);
                    }
                },
            },
        )?;
    }
    done.tell(&mut output);
    if !done.problems.is_empty() {
        output.code = 3;
    }
    if global.format == Format::Json {
        let one = conflicts::json_of(&context.config.sync, conflict, None);
        output.text = Output::json(&json!({
            "version": 1,
            "success": done.problems.is_empty(),
            "dry_run": args.writing.dry_run,
            "operation_id": done.id,
            "commit_sha": done.commit,
            "conflicts": [one],
            "findings": [],
            "written": path,
            "backup": backup,
        }))
        .text;
    } else if !global.quiet {
        let verb = if args.writing.dry_run {
            "would be"
        } else {
            "is"
        };
        let kept = backup.map_or_else(String::new, |name| {
            format!(" What the fabric held is kept as {name}.")
        });
        output.text = format!(
            "{} {verb} written anew from the {}: {}.{kept}\n",
            clean(&path),
            word(take),
            keys.iter()
                .map(|key| conflicts::name(key))
                .collect::<Vec<_>>()
                .join(", ")
        );
    }
    Ok(output)
}

fn word(take: &str) -> &'static str {
    if take == "gui" { "GUI" } else { "base" }
}

/// Reads the GUI that --gui or the configuration names.
fn snapshot(
    global: &Global,
    args: &ResolveArgs,
    context: &Context,
    state: &State,
) -> Result<Snapshot, Failure> {
    let gui = match &args.gui {
        Some(gui) => Some(named_gui::given(global, gui)?),
        None => named_gui::configured(context)?,
    };
    let gui = gui.ok_or_else(|| {
        Failure::Usage("--take gui needs the GUI itself here; add --gui FILE".to_owned())
    })?;
    let snapshot = gui.snapshot()?;
    match &snapshot.lineage {
        Some(other) if *other != state.lineage => Err(Failure::Usage(format!(
            "the GUI is paired with {}, this repository is {}",
            clean(other),
            state.lineage
        ))),
        _ => Ok(snapshot),
    }
}

/// Returns the new text of a file, with the keys of all that is on record as standing in it.
fn text(
    context: &Context,
    state: &State,
    path: &str,
    snapshot: Option<&Snapshot>,
) -> Result<(String, Vec<String>), Failure> {
    let mut documents = Vec::new();
    let mut keys = Vec::new();
    for (key, entry) in state
        .resources
        .iter()
        .filter(|(_, entry)| entry.path == path)
    {
        let fabric = key.split('/').next().unwrap_or_default();
        let in_gui = snapshot.and_then(|snapshot| {
            let mut all = snapshot.resources.iter();
            let one = all.find(|one| {
                one.fabric.as_deref().is_none_or(|name| name == fabric)
                    && one.id.key(fabric) == *key
            })?;
            one.value().map(|value| emit_document(&managed(value)))
        });
        // What the GUI does not have it has either never had or removed: only the base can say what that was.
        let base = || {
            let bytes = context.repo.read_blob(entry.blob.as_deref()?)?;
            String::from_utf8(bytes).ok()
        };
        let Some(text) = in_gui.or_else(base) else {
            return Err(Failure::Usage(format!(
                "what both sides last held of {} is not known, so {} cannot be written anew; mend it by hand",
                conflicts::name(key),
                clean(path)
            )));
        };
        documents.push(text);
        keys.push(key.clone());
    }
    let mut whole = String::new();
    for text in &documents {
        if !whole.is_empty() && !text.starts_with("---") {
            whole.push_str("---\n");
        }
        whole.push_str(text);
        if !text.ends_with('\n') {
            whole.push('\n');
        }
    }
    let stream = parse(whole.clone(), &Options::default());
    let held: BTreeSet<String> = manifests(&stream)
        .iter()
        .filter_map(|manifest| manifest.id())
        .flat_map(|id| {
            let fabrics = keys.iter().filter_map(|key| key.split('/').next());
            fabrics.map(|fabric| id.key(fabric)).collect::<Vec<_>>()
        })
        .collect();
    if !stream.problems().is_empty() || !keys.iter().all(|key| held.contains(key)) {
        return Err(Failure::Environment(format!(
            "the new text of {} would not hold what it is to hold; mend it by hand",
            clean(path)
        )));
    }
    Ok((whole, keys))
}
