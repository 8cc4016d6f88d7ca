//! Answers that only one side has yet: a run was killed between writing the two.

use super::Inputs;
use super::conflict::{Conflict, FieldConflict};
use super::json::json;
use super::resolution::{Pick, Resolution};

/// Finds the answer to the conflict that this one was before one side got the answer's value. Every field must be as it was,
/// except that one side holds what was chosen.
pub(super) fn half_carried(
    inputs: &Inputs<'_>,
    key: &str,
    now: &Conflict,
) -> Option<(String, Resolution)> {
    inputs.state.resolutions.iter().find_map(|(id, table)| {
        let answer = Resolution::from_fields(table).filter(|found| found.resource == key)?;
        let before = Conflict::from_fields(id, inputs.state.conflicts.get(id)?)?;
        let fits = |field: &FieldConflict| {
            let was = before.fields.iter().find(|was| was.path == field.path);
            was.is_some_and(|was| half(was, field, answer.pick(&field.path)))
        };
        now.fields.iter().all(fits).then(|| (id.clone(), answer))
    })
}

fn half(was: &FieldConflict, now: &FieldConflict, pick: Option<&Pick>) -> bool {
    let chosen = match pick {
        Some(Pick::Base) => was.base.clone(),
        Some(Pick::Gui) => was.gui.clone(),
        Some(Pick::Git) => was.git.clone(),
        Some(value) => value.node().as_ref().map(json),
        None => return false,
    };
    was.base == now.base
        && (was.gui == now.gui && now.git == chosen || was.git == now.git && now.gui == chosen)
}
