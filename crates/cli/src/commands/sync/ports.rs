//! Calls of ports, each a place where a run can die, be refused, or miss the answer.

use hnp_local::AnyGui;
use hnp_local::fail::{self, Fault};
use hnp_sync::gui::{Gui, GuiAction, GuiWrite, Pairing, Snapshot, canonical, managed};

use crate::failure::Failure;

/// Calls a port.
///
/// # Errors
///
/// What the call fails with.
pub(super) fn call<T, E: Into<Failure>>(
    name: &'static str,
    make: impl FnOnce() -> Result<T, E>,
) -> Result<T, Failure> {
    fail::point(name);
    let fault = fail::fault(name);
    if fault == Fault::Refused {
        return Err(Failure::Environment(format!("{name}: {}", fault.words())));
    }
    let result = make().map_err(Into::into);
    fail::point(name);
    if fault == Fault::Lost {
        return Err(Failure::Environment(format!("{name}: {}", fault.words())));
    }
    result
}

/// Reads the GUI.
///
/// # Errors
///
/// Exit 3 where it cannot be read.
pub(super) fn snapshot(gui: &AnyGui) -> Result<Snapshot, Failure> {
    call("gui.snapshot", || gui.snapshot())
}

/// What came of writes to a GUI.
#[derive(Debug, Default)]
pub(super) struct Written {
    /// Keys of resources that were not written as far as anybody knows, with the reason.
    pub(super) failed: Vec<(String, String)>,
    /// Keys of resources that were written and read back as something else.
    pub(super) differ: Vec<(String, String)>,
    /// How many were written.
    pub(super) done: usize,
    /// Warnings of words that could not be left.
    pub(super) unmarked: Vec<String>,
}

/// Writes to the GUI, and reads back what it then holds.
///
/// Marks go along, and are not what the run is about: that one could not be left is said and fails nothing.
pub(super) fn write(
    gui: &AnyGui,
    pairing: Pairing<'_>,
    writes: &[GuiWrite],
    marks: &[GuiWrite],
) -> Written {
    let mut written = Written::default();
    if writes.is_empty() && marks.is_empty() || gui.is_read_only() {
        return written;
    }
    let mut unmarked: Vec<(&GuiWrite, String)> = Vec::new();
    let marks: Vec<&GuiWrite> = marks
        .iter()
        .filter(|mark| {
            fail::point("gui.mark");
            let fault = fail::fault("gui.mark");
            if fault != Fault::None {
                unmarked.push((*mark, fault.words().to_owned()));
            }
            fault == Fault::None
        })
        .collect();
    let faults: Vec<Fault> = writes
        .iter()
        .map(|_| {
            fail::point("gui.write");
            fail::fault("gui.write")
        })
        .collect();
    let made: Vec<GuiWrite> = writes
        .iter()
        .zip(&faults)
        .filter(|(_, fault)| **fault != Fault::Refused)
        .map(|(write, _)| write.clone())
        .chain(marks.iter().map(|mark| (*mark).clone()))
        .collect();
    let mut answers = match gui.write(pairing, &made) {
        Ok(answers) => answers,
        Err(error) => made.iter().map(|_| Err(error.to_string())).collect(),
    }
    .into_iter();
    let mut certain = Vec::new();
    for (write, fault) in writes.iter().zip(&faults) {
        fail::point("gui.written");
        let answer = match fault {
            Fault::Refused => Err(fault.words().to_owned()),
            Fault::Lost => {
                let _ = answers.next();
                Err(fault.words().to_owned())
            }
            Fault::None => answers
                .next()
                .unwrap_or_else(|| Err("the GUI did not answer for it".to_owned())),
        };
        match answer {
            Ok(()) => certain.push(write),
            Err(why) => written.failed.push((write.id.key(&write.fabric), why)),
        }
    }
    fail::point("gui.marked");
    let refused = marks.into_iter().zip(answers);
    unmarked.extend(refused.filter_map(|(mark, answer)| Some((mark, answer.err()?))));
    written.unmarked = unmarked
        .into_iter()
        .map(|(mark, why)| {
            let key = mark.id.key(&mark.fabric);
            format!("warning: {key}: the GUI could not be told that both sides hold it, so a revert in Git may come back as an edit: {why}")
        })
        .collect();
    written.done = certain.len();
    if certain.is_empty() {
        return written;
    }
    match snapshot(gui) {
        Ok(now) => written.differ = differences(&now, &certain),
        Err(error) => written.differ.extend(certain.iter().map(|write| {
            let why = format!("it was written, and could not be read back: {error}");
            (write.id.key(&write.fabric), why)
        })),
    }
    written
}

/// Compares what a GUI holds with what was written to it.
fn differences(now: &Snapshot, writes: &[&GuiWrite]) -> Vec<(String, String)> {
    let mut differ = Vec::new();
    for write in writes {
        let one = now.resources.iter().find(|one| {
            let fabric = one.fabric.as_deref();
            one.id == write.id && fabric.is_none_or(|name| name == write.fabric)
        });
        let why = match (&write.action, one) {
            (GuiAction::Put(_), None) => Some("it was written, and the GUI does not have it"),
            (GuiAction::Put(value), Some(one)) => {
                let held = one.value().map(|value| canonical(&managed(value)));
                (held.as_deref() != Some(canonical(&managed(value)).as_str()))
                    .then_some("it was written, and the GUI holds something else")
            }
            (GuiAction::Delete, Some(_)) => Some("it was deleted, and the GUI still has it"),
            (GuiAction::Orphan, Some(one)) if !one.orphan => {
                Some("it was marked as an orphan, and the GUI does not say so")
            }
            (GuiAction::Delete | GuiAction::Orphan | GuiAction::Mark, _) => None,
        };
        if let Some(why) = why {
            differ.push((write.id.key(&write.fabric), why.to_owned()));
        }
    }
    differ
}
