//! The merge by field; a conflict is settled by a person's answer, else by the strategy, else it stays.

use hnp_merge::{Choice, Rules};
use hnp_state::config::Strategy;
use hnp_yaml::Node;

use super::Inputs;
use super::conflict::Conflict;
use super::decide::{Change, decide, same};
use super::plan::Outcome;
use super::resolution::{Pick, Resolution};
use super::works::Work;

/// Merges by field; a conflict is settled by a person's answer, else by the strategy, else it stays.
pub(super) fn merge(inputs: &Inputs<'_>, rules: Rules, strategy: Strategy, work: &mut Work) {
    let (gui, git) = (work.gui_now.clone(), work.git_now.clone());
    let mut open = decide(rules, &work.base, gui.as_ref(), git.as_ref(), &mut |_| {
        Choice::Open
    });
    work.row = open.row;
    let key = work.key.clone();
    let resolution = |id: &str| {
        let table = inputs.state.resolutions.get(id)?;
        Resolution::from_fields(table).filter(|found| found.resource == key)
    };
    if let Some((id, value)) = answered(inputs, work, &resolution) {
        let change = |now: &Option<Node>| match &value {
            value if same(rules, value.as_ref(), now.as_ref()) => Change::Keep,
            Some(node) => Change::Set(node.clone()),
            None => Change::Delete,
        };
        (open.git, open.gui) = (change(&git), change(&gui));
        (open.result, work.settled, work.resolution) = (value, 1, Some(id));
    } else if !open.conflicts.is_empty() {
        let conflict = Conflict::of_merge(&work.key, &open.conflicts);
        let answer = resolution(&conflict.id);
        let met = open.conflicts.len();
        open = decide(
            rules,
            &work.base,
            gui.as_ref(),
            git.as_ref(),
            &mut |found| {
                let pick = answer
                    .as_ref()
                    .and_then(|answer| answer.pick(&found.path.to_string()));
                match (pick, strategy) {
                    (Some(Pick::Gui), _) | (None, Strategy::GuiWins) => Choice::Theirs,
                    (Some(Pick::Git), _) | (None, Strategy::GithubWins) => Choice::Ours,
                    (Some(Pick::Base), _) => Choice::Base,
                    (Some(value), _) => value
                        .node()
                        .map_or(Choice::Open, |node| Choice::Value(Some(node))),
                    (None, _) => Choice::Open,
                }
            },
        );
        if answer.is_some() {
            work.resolution = Some(conflict.id.clone());
        }
        if !open.conflicts.is_empty() {
            work.stop = Some(Outcome::Conflict(conflict.id.clone()));
            work.conflict = Some(conflict);
            return;
        }
        work.settled = met;
    }
    if !inputs.config.features.conflict_resolution && matches!(work.row, "mod/mod" | "add/add") {
        work.stop = Some(Outcome::Held(
            "both sides changed, and features.conflict_resolution is off".to_owned(),
        ));
        return;
    }
    work.result = open.result;
    work.git = open.git;
    work.gui = open.gui;
}

/// Returns the value that a person chose where the rules refuse the merged one, with the id of the answer.
pub(super) fn answered(
    inputs: &Inputs<'_>,
    work: &Work,
    resolution: &dyn Fn(&str) -> Option<Resolution>,
) -> Option<(String, Option<Node>)> {
    if inputs.state.resolutions.is_empty() {
        return None;
    }
    let id = Conflict::semantic_id(&work.key, work.values());
    let value = match resolution(&id)?.pick("")? {
        Pick::Gui => work.gui_now.clone(),
        Pick::Git => work.git_now.clone(),
        Pick::Base => Some(work.base.value()?.clone()),
        value => Some(value.node()?),
    };
    Some((id, value))
}
