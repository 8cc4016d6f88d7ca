//! Files that are no managed manifests: what waits in `raw/`, placeholders, configuration, attributes; and the state.

use std::collections::BTreeSet;

use hnp_merge::{Labels, merge_lines};
use hnp_state::config::Config;
use hnp_state::state_file::{self, State};
use hnp_state::{CONFIG_PATH, STATE_PATH};

use super::undo::Undo;
use super::{Reversal, Stopped};

/// A text with markers is never written, so nobody sees these names.
const LABELS: Labels<'_> = Labels {
    ours: "now",
    theirs: "before",
    marker_size: 7,
};

/// Takes one file back, where nobody changed it in between or the lines go together.
pub(super) fn file(undo: &Undo<'_>, path: &str, out: &mut Reversal) {
    let (before, after, now) = (
        undo.before.get(path),
        undo.after.get(path),
        undo.now.get(path),
    );
    if now == before {
        return;
    }
    let merged = if now == after {
        before.cloned()
    } else {
        let (Some(before), Some(after), Some(now)) = (before, after, now) else {
            let why = match now {
                None => "it is gone since",
                Some(_) => "it was changed since",
            };
            out.stopped.push(Stopped {
                what: path.to_owned(),
                why: why.to_owned(),
                ..Stopped::default()
            });
            return;
        };
        let merged = merge_lines(after, now, before, LABELS);
        let sound = path != CONFIG_PATH
            || std::str::from_utf8(&merged.text).is_ok_and(|text| Config::parse(text).is_ok());
        if merged.conflicts || !sound {
            out.stopped.push(Stopped {
                what: path.to_owned(),
                why: "its lines were changed since at the same place".to_owned(),
                ..Stopped::default()
            });
            return;
        }
        Some(merged.text)
    };
    match (merged, now) {
        (Some(bytes), now) => out.plan.write(path, bytes, now.map(Vec::as_slice)),
        (None, Some(now)) => out.plan.remove(path, now),
        (None, None) => {}
    }
}

/// Takes the state back as far as it is a matter of Git's files and of answers to conflicts.
///
/// Its bytes come back where nobody changed it in between, nothing was stopped, and the operation did not move what both sides
/// hold: only then is the old text true.
pub(super) fn state(undo: &Undo<'_>, entries: impl FnOnce(&mut State), out: &mut Reversal) {
    let text = |files: &super::Texts| {
        files
            .get(STATE_PATH)
            .map(|bytes| String::from_utf8_lossy(bytes).into_owned())
    };
    let (before, after, now) = (text(undo.before), text(undo.after), text(undo.now));
    let Some(now) = now else {
        come_back(before.filter(|_| after.is_none()), out);
        return;
    };
    let touched = before != after;
    let read = |text: &Option<String>| {
        text.as_deref()
            .and_then(|text| state_file::parse(text).ok())
    };
    let (was, left) = (read(&before), read(&after));
    if touched && Some(&now) == after.as_ref() && out.stopped.is_empty() {
        match (&before, &was, &left) {
            (None, _, _) => {
                out.plan.remove(STATE_PATH, now.as_bytes());
                return;
            }
            (Some(before), Some(was), Some(left)) if same_agreement(was, left) => {
                out.plan
                    .write(STATE_PATH, before.as_bytes(), Some(now.as_bytes()));
                return;
            }
            _ => {}
        }
    }
    let Ok(mut state) = state_file::parse(&now) else {
        out.stopped.push(Stopped {
            what: STATE_PATH.to_owned(),
            why: "it is damaged; run `hnp state rebuild`".to_owned(),
            ..Stopped::default()
        });
        return;
    };
    let old = state.clone();
    entries(&mut state);
    if touched {
        let none = State::new(&state.lineage);
        resolutions(
            &mut state,
            was.as_ref().unwrap_or(&none),
            left.as_ref().unwrap_or(&none),
        );
    }
    if state != old {
        out.plan
            .write(STATE_PATH, state_file::write(&state), Some(now.as_bytes()));
    }
}

/// Brings a state back that the operation took away. Of what stays away it says nothing: that would read as a deletion.
fn come_back(before: Option<String>, out: &mut Reversal) {
    let Some(before) = before else { return };
    let bytes = match state_file::parse(&before) {
        Ok(mut state) if !out.stopped.is_empty() => {
            let stays: BTreeSet<&String> = out.stopped.iter().map(|one| &one.what).collect();
            state
                .resources
                .retain(|key, entry| !stays.contains(key) && !stays.contains(&entry.path));
            state_file::write(&state)
        }
        _ => before,
    };
    out.plan.write(STATE_PATH, bytes, None);
}

/// Tells whether two states say the same of what both sides hold, and of conflicts.
fn same_agreement(one: &State, other: &State) -> bool {
    let held = |state: &State| -> Vec<(String, Option<String>)> {
        state
            .resources
            .iter()
            .filter(|(_, entry)| entry.base.is_some())
            .map(|(key, entry)| (key.clone(), entry.base.clone()))
            .collect()
    };
    one.lineage == other.lineage && one.conflicts == other.conflicts && held(one) == held(other)
}

/// Takes answers back that still are as they were given, to conflicts that are still open.
fn resolutions(state: &mut State, before: &State, after: &State) {
    let ids: BTreeSet<&String> = before
        .resolutions
        .keys()
        .chain(after.resolutions.keys())
        .collect();
    for id in ids {
        let (was, left) = (before.resolutions.get(id), after.resolutions.get(id));
        if was == left || state.resolutions.get(id) != left {
            continue;
        }
        match was {
            Some(was) if state.conflicts.contains_key(id) => {
                state.resolutions.insert(id.clone(), was.clone());
            }
            Some(_) => {}
            None => {
                state.resolutions.remove(id);
            }
        }
    }
}
