//! The merge of two state.toml: the typed merge, applied to entries.
//!
//! An entry says what both sides of a pairing last agreed on. Where two branches say different things of one resource,
//! nobody knows which holds in the merged tree, so its `base` and `blob` go and its `path` stays: without a base nothing is
//! ever deleted, and equal values are agreed on again. So entries never conflict; only two lineages do.

use std::collections::BTreeMap;

use hnp_merge::{Labels, merge_lines, two_way};
use hnp_state::state_file::{Entry, Fields, State, parse, write};

/// The result of merging two state files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MergedState {
    /// The merged bytes.
    pub text: Vec<u8>,
    /// Whether conflict markers stand in them.
    pub conflicted: bool,
}

/// Merges two state files that grew from one.
///
/// A `base` that is empty means that both sides made the file; one that cannot be read, as the virtual one of a
/// criss-cross merge, is no base. A side that cannot be read, or is of a newer form, is merged as lines.
#[must_use]
pub fn merge_state_text(
    base: &[u8],
    ours: &[u8],
    theirs: &[u8],
    labels: Labels<'_>,
) -> MergedState {
    if ours == theirs || base == theirs {
        return taken(ours);
    }
    if base == ours {
        return taken(theirs);
    }
    let read = |bytes: &[u8]| parse(std::str::from_utf8(bytes).ok()?).ok();
    let (Some(our_state), Some(their_state)) = (read(ours), read(theirs)) else {
        return by_lines(base, ours, theirs, labels);
    };
    let base_state = read(base);
    let base_state = match &base_state {
        Some(state) => StateBase::Known(state),
        None if base.iter().all(u8::is_ascii_whitespace) => StateBase::Absent,
        None => StateBase::Unknown,
    };
    match merge_states(base_state, &our_state, &their_state) {
        Some(merged) => taken(write(&merged).as_bytes()),
        None => marked(two_way(ours, theirs, labels)),
    }
}

fn taken(text: &[u8]) -> MergedState {
    MergedState {
        text: text.to_vec(),
        conflicted: false,
    }
}

fn marked(lines: hnp_merge::LineMerge) -> MergedState {
    MergedState {
        text: lines.text,
        conflicted: lines.conflicts,
    }
}

/// Merges as lines what cannot be read, and passes a result without markers on only if it has no fault that neither side
/// had.
fn by_lines(base: &[u8], ours: &[u8], theirs: &[u8], labels: Labels<'_>) -> MergedState {
    let lines = merge_lines(base, ours, theirs, labels);
    let faults = |bytes: &[u8]| -> Vec<&'static str> {
        match parse(&String::from_utf8_lossy(bytes)) {
            Ok(_) => Vec::new(),
            Err(problems) => problems.iter().map(|problem| problem.code).collect(),
        }
    };
    if !lines.conflicts {
        let mut known = faults(ours);
        known.extend(faults(theirs));
        if faults(&lines.text).iter().any(|code| !known.contains(code)) {
            return marked(two_way(ours, theirs, labels));
        }
    }
    marked(lines)
}

/// What both states grew from.
#[derive(Clone, Copy, Debug)]
pub enum StateBase<'s> {
    /// This state.
    Known(&'s State),
    /// None: both sides made the file.
    Absent,
    /// No one knows.
    Unknown,
}

/// Merges two states; nothing where they are of different lineages, which are never joined.
#[must_use]
pub fn merge_states(base: StateBase<'_>, ours: &State, theirs: &State) -> Option<State> {
    if ours.lineage != theirs.lineage {
        return None;
    }
    let known = match base {
        // A base of another pairing says nothing of this one.
        StateBase::Known(state) if state.lineage == ours.lineage => Some(state),
        _ => None,
    };
    let is_known = known.is_some() || matches!(base, StateBase::Absent);
    let none = State::new(&ours.lineage);
    let base = known.unwrap_or(&none);
    Some(State {
        resources: join(
            is_known,
            [&base.resources, &ours.resources, &theirs.resources],
            entry,
        ),
        conflicts: join(
            is_known,
            [&base.conflicts, &ours.conflicts, &theirs.conflicts],
            // An id is a hash of what is in conflict, so both mean one conflict; either says it.
            |_, ours, theirs| smaller(ours, theirs),
        ),
        resolutions: join(
            is_known,
            [&base.resolutions, &ours.resolutions, &theirs.resolutions],
            // Two different answers to one question: it is asked again.
            |_, _, _| None,
        ),
        ..ours.clone()
    })
}

/// Merges tables by key: what one side changed alone is taken from it, what both changed is `settled`.
fn join<T: Clone + PartialEq>(
    is_known: bool,
    [base, ours, theirs]: [&BTreeMap<String, T>; 3],
    settle: impl Fn(Option<&T>, Option<&T>, Option<&T>) -> Option<T>,
) -> BTreeMap<String, T> {
    let mut out = BTreeMap::new();
    for key in ours.keys().chain(theirs.keys()) {
        if out.contains_key(key) {
            continue;
        }
        let (b, o, t) = (base.get(key), ours.get(key), theirs.get(key));
        let merged = if o == t {
            o.cloned()
        } else if is_known && b == o {
            t.cloned()
        } else if is_known && b == t {
            o.cloned()
        } else {
            settle(b, o, t)
        };
        if let Some(merged) = merged {
            out.insert(key.clone(), merged);
        }
    }
    out
}

/// Settles an entry of which the sides say different things.
fn entry(base: Option<&Entry>, ours: Option<&Entry>, theirs: Option<&Entry>) -> Option<Entry> {
    let (Some(o), Some(t)) = (ours, theirs) else {
        return ours.or(theirs).map(|entry| Entry {
            base: None,
            blob: None,
            ..entry.clone()
        });
    };
    // The place is a hint: who moved the file alone is right, of two moves either will do, but always the same one.
    let hint = |get: fn(&Entry) -> &String| {
        let (b, o, t) = (base.map(get), get(o), get(t));
        let chosen = if Some(o) == b {
            t
        } else if Some(t) == b {
            o
        } else {
            o.min(t)
        };
        chosen.clone()
    };
    Some(Entry {
        path: hint(|entry| &entry.path),
        sha256: hint(|entry| &entry.sha256),
        base: None,
        blob: None,
    })
}

fn smaller(ours: Option<&Fields>, theirs: Option<&Fields>) -> Option<Fields> {
    match (ours, theirs) {
        (Some(o), Some(t)) => {
            let key = |fields: &Fields| format!("{fields:?}");
            Some(if key(o) <= key(t) { o } else { t }.clone())
        }
        _ => ours.or(theirs).cloned(),
    }
}
