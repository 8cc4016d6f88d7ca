//! Answers that only one side has yet: a run was killed between writing the two.

use hnp_merge::{Rules, diff};
use hnp_model::canonical::canonical_json_of as json;
use hnp_yaml::Node;

use super::Inputs;
use super::conflict::{Conflict, FieldConflict};
use super::resolution::{Pick, Resolution};
use super::works::Work;
use crate::gui::managed;

/// Finds the answer to the conflict that this one was before one side got the answer's value. Every field must be as it was,
/// except that one side holds what was chosen. That goes for fields that are in conflict no more too: where somebody settled
/// one of them otherwise, the answer was to another question.
pub(super) fn half_carried(
    inputs: &Inputs<'_>,
    rules: Rules,
    work: &Work,
    now: &Conflict,
) -> Option<(String, Resolution)> {
    let key = work.key.as_str();
    inputs.state.resolutions.iter().find_map(|(id, table)| {
        let answer = Resolution::from_fields(table).filter(|found| found.resource == key)?;
        let before = Conflict::from_fields(id, inputs.state.conflicts.get(id)?)?;
        let fits = |field: &FieldConflict| {
            let was = before.fields.iter().find(|was| was.path == field.path);
            was.is_some_and(|was| half(was, field, answer.pick(&field.path)))
        };
        let settled = |was: &FieldConflict| {
            let at = |side: Option<&Node>| value_at(rules, work.base.value(), side, was);
            let field = FieldConflict {
                path: was.path.clone(),
                base: was.base.clone(),
                gui: at(work.gui_now.as_ref()),
                git: at(work.git_now.as_ref()),
            };
            now.fields.iter().any(|now| now.path == was.path)
                || half(was, &field, answer.pick(&was.path))
        };
        let same = now.fields.iter().all(fits) && before.fields.iter().all(settled);
        same.then(|| (id.clone(), answer))
    })
}

/// What a side has in a field of a conflict.
fn value_at(
    rules: Rules,
    base: Option<&Node>,
    side: Option<&Node>,
    field: &FieldConflict,
) -> Option<String> {
    let changes = diff(rules, base, side);
    match changes
        .iter()
        .find(|change| change.path.to_string() == field.path)
    {
        Some(change) => change.new.as_ref().map(json),
        None => field.base.clone(),
    }
}

fn half(was: &FieldConflict, now: &FieldConflict, pick: Option<&Pick>) -> bool {
    let chosen = match pick {
        Some(Pick::Base) => was.base.clone(),
        Some(Pick::Gui) => was.gui.clone(),
        Some(Pick::Git) => was.git.clone(),
        Some(value) => value.node().map(|node| {
            let whole = was.path.is_empty();
            json(&if whole { managed(&node) } else { node })
        }),
        None => return false,
    };
    was.base == now.base
        && (was.gui == now.gui && now.git == chosen || was.git == now.git && now.gui == chosen)
}
