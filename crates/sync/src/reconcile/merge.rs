//! The merge by field; a conflict is settled by a person's answer, else by the strategy, else it stays.

use hnp_merge::{Choice, Rules};
use hnp_model::canonical::canonical_json_of as json;
use hnp_state::config::{Settings, Strategy};
use hnp_yaml::Node;

use super::Inputs;
use super::conflict::Conflict;
use super::decide::{Change, decide, same};
use super::half::half_carried;
use super::plan::{Lost, Outcome};
use super::resolution::{Pick, Resolution};
use super::time::{Later, later};
use super::tree::GitTree;
use super::works::Work;
use crate::gui::{GuiResource, managed};

/// Merges by field; a conflict is settled by a person's answer, else by the strategy, else it stays.
pub(super) fn merge(
    inputs: &Inputs<'_>,
    tree: &GitTree,
    one: Option<&GuiResource>,
    rules: Rules,
    settings: &Settings,
    work: &mut Work,
) {
    let (gui, git) = (work.gui_now.clone(), work.git_now.clone());
    let mut open = decide(rules, &work.base, gui.as_ref(), git.as_ref(), &mut |_| {
        Choice::Open
    });
    work.row = open.row;
    let double = matches!(work.row, "mod/mod" | "add/add" | "del/mod" | "mod/del");
    if double && !inputs.config.features.conflict_resolution {
        work.hold(
            "feature",
            "both sides changed, and features.conflict_resolution is off",
        );
        return;
    }
    if let Some((id, pick, value)) = answered(inputs, work) {
        let (git, gui) = (git.as_ref(), gui.as_ref());
        let change = |now: Option<&Node>| match &value {
            value if same(rules, value.as_ref(), now) => Change::Keep,
            Some(node) => Change::Set(node.clone()),
            None => Change::Delete,
        };
        (open.git, open.gui) = (change(git), change(gui));
        work.lost = vec![lost(String::new(), &pick, "user_guided", gui, git)];
        (open.result, work.settled, work.resolution) = (value, 1, Some(id));
    } else if !open.conflicts.is_empty() {
        let conflict = Conflict::of_merge(&work.key, &open.conflicts);
        let (by, answer) = match answer(inputs, work, &conflict) {
            Some(answer) => (conflict.id.clone(), Some(answer)),
            None => half_carried(inputs, rules, work, &conflict).map_or_else(
                || (conflict.id.clone(), None),
                |(id, answer)| {
                    let answer = sound(work, answer, &conflict);
                    (id, answer)
                },
            ),
        };
        let strategy = inputs.options.strategy.unwrap_or(settings.strategy);
        let picked = match strategy {
            Strategy::GuiWins => Some(Pick::Gui),
            Strategy::GithubWins => Some(Pick::Git),
            Strategy::TimestampWins if answer.is_none() => {
                match later(inputs, tree, one, settings, work, &conflict) {
                    Ok(Later::Gui) => Some(Pick::Gui),
                    Ok(Later::Git) => Some(Pick::Git),
                    Err(why) => {
                        work.note = Some(why);
                        None
                    }
                }
            }
            _ => None,
        };
        let met = open.conflicts.len();
        let mut gave_way = Vec::new();
        open = decide(
            rules,
            &work.base,
            gui.as_ref(),
            git.as_ref(),
            &mut |found| {
                let path = found.path.to_string();
                let answered = answer.as_ref().and_then(|answer| answer.pick(&path));
                let by = if answered.is_some() {
                    "user_guided"
                } else {
                    strategy.as_str()
                };
                let Some(pick) = answered.or(picked.as_ref()) else {
                    return Choice::Open;
                };
                let choice = match pick {
                    Pick::Gui => Choice::Theirs,
                    Pick::Git => Choice::Ours,
                    Pick::Base => Choice::Base,
                    value => match value.node() {
                        Some(node) if path.is_empty() => Choice::Value(Some(managed(&node))),
                        Some(node) => Choice::Value(Some(node)),
                        None => return Choice::Open,
                    },
                };
                gave_way.push(lost(
                    path,
                    pick,
                    by,
                    found.theirs.as_ref(),
                    found.ours.as_ref(),
                ));
                choice
            },
        );
        if answer.is_some() {
            work.resolution = Some(by);
        }
        if !open.conflicts.is_empty() {
            work.stop = Some(Outcome::Conflict(conflict.id.clone()));
            work.conflict = Some(conflict);
            return;
        }
        (work.settled, work.lost) = (met, gave_way);
    }
    work.result = open.result;
    work.git = open.git;
    work.gui = open.gui;
}

/// Says what gives way to a choice.
fn lost(
    path: String,
    pick: &Pick,
    by: &'static str,
    gui: Option<&Node>,
    git: Option<&Node>,
) -> Lost {
    let winner = match pick {
        Pick::Gui => "gui",
        Pick::Git => "git",
        Pick::Base => "base",
        Pick::Value(_) => "value",
    };
    Lost {
        path,
        by,
        winner,
        gui: gui.filter(|_| winner != "gui").map(json),
        git: git.filter(|_| winner != "git").map(json),
    }
}

/// Finds a person's answer to a conflict: on record, else given in this run.
fn answer(inputs: &Inputs<'_>, work: &mut Work, conflict: &Conflict) -> Option<Resolution> {
    let id = conflict.id.as_str();
    let recorded = inputs.state.resolutions.get(id);
    recorded
        .and_then(Resolution::from_fields)
        .or_else(|| inputs.options.answers?.get(id).cloned())
        .filter(|found| found.resource == work.key)
        .and_then(|found| sound(work, found, conflict))
}

/// An answer that would make something else of a resource is none, whoever wrote it.
fn sound(work: &mut Work, answer: Resolution, conflict: &Conflict) -> Option<Resolution> {
    match answer.fits(&work.id, conflict) {
        Ok(()) => Some(answer),
        Err(why) => {
            work.note = Some(format!("the answer on record is void: {why}"));
            None
        }
    }
}

/// Returns the value that a person chose where the rules refuse the merged one, with the id of the answer.
fn answered(inputs: &Inputs<'_>, work: &mut Work) -> Option<(String, Pick, Option<Node>)> {
    let given = inputs
        .options
        .answers
        .is_some_and(|answers| !answers.is_empty());
    if inputs.state.resolutions.is_empty() && !given {
        return None;
    }
    let conflict = Conflict::semantic(&work.key, work.values());
    let pick = answer(inputs, work, &conflict)?.pick("")?.clone();
    let value = match &pick {
        Pick::Gui => work.gui_now.clone(),
        Pick::Git => work.git_now.clone(),
        Pick::Base => Some(work.base.value()?.clone()),
        value => Some(managed(&value.node()?)),
    };
    Some((conflict.id, pick, value))
}
