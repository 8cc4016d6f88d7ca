//! An answer as the command line gives it.

use hnp_sync::reconcile::{Conflict, Pick, Resolution, id_of_key};

use crate::args::ResolveArgs;
use crate::commands::conflicts;
use crate::failure::Failure;
use crate::output::clean;

/// Reads the answer, and refuses one that leaves a field open or names one that is not in conflict.
pub(super) fn of(conflict: &Conflict, args: &ResolveArgs) -> Result<Resolution, Failure> {
    let mut resolution = Resolution {
        resource: conflict.resource.clone(),
        note: args.note.clone(),
        ..Resolution::default()
    };
    if let Some(side) = args.take.as_deref().and_then(Pick::side) {
        resolution.picks.insert(String::new(), side);
    }
    for text in &args.field {
        let (path, pick) = field(conflict, text)?;
        resolution.picks.insert(path, pick);
    }
    fits(conflict, &resolution).map_err(Failure::Usage)?;
    for field in &conflict.fields {
        match resolution.pick(&field.path) {
            None => {
                return Err(Failure::Usage(format!(
                    "{} is in conflict too; add --field '{}=gui|git|VALUE', or --take for all others",
                    clean(&field.path),
                    clean(&field.path)
                )));
            }
            Some(Pick::Base) if !has_base(conflict, field) => {
                return Err(Failure::Usage(format!(
                    "of {} in {} it is not known what both sides started from; take gui or git",
                    clean(&field.path),
                    clean(&conflict.resource)
                )));
            }
            Some(_) => {}
        }
    }
    Ok(resolution)
}

/// Refuses a value for a whole resource that is not this resource.
pub(super) fn fits(conflict: &Conflict, resolution: &Resolution) -> Result<(), String> {
    let id = conflict
        .resource
        .split_once('/')
        .and_then(|(_, rest)| id_of_key(rest));
    let refuse = |why| {
        format!(
            "{}: {why}; nothing is written",
            conflicts::name(&conflict.resource)
        )
    };
    id.map_or(Ok(()), |id| resolution.fits(&id, conflict))
        .map_err(refuse)
}

/// Tells whether what both sides started from can be taken.
pub(super) fn has_base(conflict: &Conflict, field: &hnp_sync::reconcile::FieldConflict) -> bool {
    field.base.is_some() || conflict.knows_absence()
}

/// Reads `PATH=gui`; a path may hold `=` itself, so the longest path that is in conflict counts.
fn field(conflict: &Conflict, text: &str) -> Result<(String, Pick), Failure> {
    let found = conflict
        .fields
        .iter()
        .filter_map(|field| {
            let rest = text.strip_prefix(&field.path)?.strip_prefix('=')?;
            Some((field.path.clone(), rest))
        })
        .max_by_key(|(path, _)| path.len());
    let Some((path, word)) = found else {
        let known: Vec<String> = conflict
            .fields
            .iter()
            .map(|field| clean(&field.path))
            .collect();
        return Err(Failure::Usage(format!(
            "--field '{}': write PATH=gui, PATH=git or PATH=VALUE; in conflict are: {}",
            clean(text),
            known.join(", ")
        )));
    };
    let pick = match Pick::side(word) {
        Some(side) => side,
        None => Pick::value(word).map_err(Failure::Usage)?,
    };
    Ok((path, pick))
}
