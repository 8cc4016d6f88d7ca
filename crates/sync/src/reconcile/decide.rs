//! One resource: three values in, what each side is to become out.

use hnp_merge::{Base as MergeBase, Choice, Rules, diff, merge_with, normal};
use hnp_yaml::Node;

/// What both sides last held.
#[derive(Clone, Debug, PartialEq)]
pub enum Base {
    /// This.
    Value(Node),
    /// Something of which only the hash is known, and neither side has it any more.
    Lost,
    /// Nothing: both sides were synchronised without it.
    Absent,
    /// No one knows.
    Unknown,
}

impl Base {
    /// Returns the value where it is known.
    #[must_use]
    pub fn value(&self) -> Option<&Node> {
        match self {
            Self::Value(node) => Some(node),
            _ => None,
        }
    }
}

/// What is to happen to one side.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// Nothing.
    Keep,
    /// It gets this value.
    Set(Node),
    /// It loses the resource.
    Delete,
}

/// What was decided of one resource.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// Name of the row of the table of whole resources.
    pub row: &'static str,
    /// What both sides are to hold; with conflicts, what they would with Git's value in each.
    pub result: Option<Node>,
    /// What happens to Git.
    pub git: Change,
    /// What happens to the GUI.
    pub gui: Change,
    /// What keeps the sides apart; nothing happens then.
    pub conflicts: Vec<hnp_merge::Conflict>,
}

/// Decides. Nothing is deleted unless what both sides last held is known.
#[must_use]
pub fn decide(
    rules: Rules,
    base: &Base,
    gui: Option<&Node>,
    git: Option<&Node>,
    choose: &mut dyn FnMut(&hnp_merge::Conflict) -> Choice,
) -> Decision {
    let row = row(rules, base, gui, git);
    let (result, conflicts) = match (base, git, gui) {
        // Without a base the one value there is goes to the other side.
        (Base::Absent | Base::Unknown, Some(only), None)
        | (Base::Absent | Base::Unknown, None, Some(only)) => (Some(only.clone()), Vec::new()),
        // Both say the same, whatever the base: there is nothing to merge.
        (_, Some(git), Some(gui)) if git.same(gui) => (Some(normal(rules, git)), Vec::new()),
        _ => {
            let base = match base {
                Base::Value(node) => MergeBase::Value(node),
                Base::Absent => MergeBase::Absent,
                Base::Lost | Base::Unknown => MergeBase::Unknown,
            };
            let merged = merge_with(rules, base, git, gui, choose);
            (merged.value, merged.conflicts)
        }
    };
    let change = |now: Option<&Node>| match (&result, now) {
        _ if !conflicts.is_empty() => Change::Keep,
        (None, None) => Change::Keep,
        (None, Some(_)) => Change::Delete,
        (Some(value), now) if same(rules, Some(value), now) => Change::Keep,
        (Some(value), _) => Change::Set(value.clone()),
    };
    Decision {
        row,
        git: change(git),
        gui: change(gui),
        result,
        conflicts,
    }
}

/// Tells whether two values say the same.
#[must_use]
pub fn same(rules: Rules, one: Option<&Node>, other: Option<&Node>) -> bool {
    match (one, other) {
        (None, None) => true,
        // Mostly nothing changed at all, which is quickly seen.
        (Some(a), Some(b)) => a.same(b) || diff(rules, one, other).is_empty(),
        _ => false,
    }
}

fn row(rules: Rules, base: &Base, gui: Option<&Node>, git: Option<&Node>) -> &'static str {
    let known = matches!(base, Base::Value(_) | Base::Lost);
    let as_base = |side: Option<&Node>| same(rules, base.value(), side);
    match (known, gui, git) {
        (false, None, None) => "none",
        (false, None, Some(_)) => "git-add",
        (false, Some(_), None) => "gui-add",
        (false, Some(_), Some(_)) if same(rules, gui, git) => "converge-add",
        (false, Some(_), Some(_)) => "add/add",
        (true, None, None) => "converge-del",
        (true, None, Some(_)) if as_base(git) => "gui-del",
        (true, None, Some(_)) => "del/mod",
        (true, Some(_), None) if as_base(gui) => "git-del",
        (true, Some(_), None) => "mod/del",
        (true, Some(_), Some(_)) if same(rules, gui, git) => {
            if as_base(git) {
                "synced"
            } else {
                "converge-mod"
            }
        }
        (true, Some(_), Some(_)) if as_base(gui) => "git-mod",
        (true, Some(_), Some(_)) if as_base(git) => "gui-mod",
        (true, Some(_), Some(_)) => "mod/mod",
    }
}
