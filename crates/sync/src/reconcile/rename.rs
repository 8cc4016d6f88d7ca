//! A resource that a person gave another name in the GUI: gone there under one name, new under another, else the same.
//!
//! In Git its document is edited in place, so that comments stay, and what refers to the old name is made to refer to the
//! new one on both sides, in the same plan.

use hnp_model::canonical::canonical_json_of as json;
use hnp_model::{ResourceId, SourceFile};
use hnp_rules::engine::Graph;
use hnp_rules::{Role, check_file};
use hnp_state::config::Direction;
use hnp_yaml::{Document, Node, Options, emit_document, parse};

use super::Inputs;
use super::decide::{Change, same};
use super::works::Work;

/// Finds the pairs, and lets what refers to them follow.
pub(super) fn find(inputs: &Inputs<'_>, works: &mut [Work]) {
    let pairs = pairs(works);
    for (old, new) in pairs {
        let to = works[new].id.name.clone();
        let from = works[old].id.clone();
        if !follow(inputs, works, &from, &to) {
            let why =
                "it was given another name, and what refers to it cannot follow in this direction";
            works[old].hold("renamed", why);
            works[new].hold("renamed", why);
            continue;
        }
        works[old].other_name = Some(new);
        works[new].other_name = Some(old);
        works[new].renamed_from = Some(works[old].key.clone());
    }
}

/// Returns old and new of every resource of which there is exactly one of each.
fn pairs(works: &[Work]) -> Vec<(usize, usize)> {
    let of = |row: &str| -> Vec<usize> {
        let found = works.iter().enumerate();
        found
            .filter(|(_, work)| work.is_going() && work.row == row)
            .map(|(at, _)| at)
            .collect()
    };
    let (old, new) = (of("gui-del"), of("gui-add"));
    if old.is_empty() || new.is_empty() {
        return Vec::new();
    }
    let alike = |a: usize, b: usize| {
        let (one, other) = (&works[a], &works[b]);
        let place = |id: &ResourceId| (id.group.clone(), id.kind.clone(), id.namespace.clone());
        place(&one.id) == place(&other.id)
            && one.git_now.as_ref().map(unnamed) == other.gui_now.as_ref().map(unnamed)
    };
    old.iter()
        .filter_map(|a| {
            let mut matches = new.iter().filter(|b| alike(*a, **b));
            let b = *matches.next().filter(|_| matches.next().is_none())?;
            let only = old.iter().filter(|other| alike(**other, b)).count() == 1;
            only.then_some((*a, b))
        })
        .collect()
}

/// Returns what a value says besides its name.
fn unnamed(node: &Node) -> String {
    let mut node = node.clone();
    if let Node::Map(entries) = &mut node {
        for (key, value) in entries {
            if let Node::Map(metadata) = value
                && key == "metadata"
            {
                metadata.retain(|(key, _)| key != "name");
            }
        }
    }
    json(&node)
}

/// Gives everything that refers to a name the new one; says whether both sides may be written that far.
fn follow(inputs: &Inputs<'_>, works: &mut [Work], from: &ResourceId, to: &str) -> bool {
    let mut found = Vec::new();
    for (at, work) in works.iter().enumerate() {
        let Some(result) = work.result.as_ref().filter(|_| work.is_going()) else {
            continue;
        };
        if let Some(value) = referring(inputs, result, from, to) {
            let rules = hnp_merge::Rules::of(&work.id.group, &work.id.kind);
            let change = |now: Option<&Node>| {
                if same(rules, Some(&value), now) {
                    Change::Keep
                } else {
                    Change::Set(value.clone())
                }
            };
            let (git, gui) = (change(work.git_now.as_ref()), change(work.gui_now.as_ref()));
            let policy = inputs
                .config
                .settings_for(inputs.fabric.name, &work.id)
                .direction;
            let closed = |towards| policy == towards || inputs.options.direction == towards;
            if git != Change::Keep && closed(Direction::GitToGui)
                || gui != Change::Keep && closed(Direction::GuiToGit)
                || policy == Direction::Disabled
            {
                return false;
            }
            found.push((at, value, git, gui));
        }
    }
    for (at, value, git, gui) in found {
        let work = &mut works[at];
        (work.result, work.git, work.gui) = (Some(value), git, gui);
        if work.row == "synced" {
            work.row = "gui-mod";
        }
    }
    true
}

/// Returns a value with its references to one name changed to another; nothing where it has none.
fn referring(inputs: &Inputs<'_>, value: &Node, from: &ResourceId, to: &str) -> Option<Node> {
    if !json(value).contains(&from.name) {
        return None;
    }
    let text = emit_document(value);
    let file = SourceFile {
        path: "value.yaml".to_owned(),
        bytes: text.clone().into_bytes(),
    };
    let checks = [check_file(file, Role::Managed, inputs.settings)];
    let graph = Graph::of(&checks, inputs.settings);
    let mut spans: Vec<std::ops::Range<usize>> = graph
        .to(&from.kind, &from.name)
        .iter()
        .map(|edge| edge.spot.span.range())
        .collect();
    spans.sort_by_key(|span| std::cmp::Reverse(span.start));
    spans.dedup();
    let mut edited = text;
    for span in spans {
        let written = edited.get(span.clone())?;
        let renamed = replace_word(written, &from.name, to)?;
        edited.replace_range(span, &renamed);
    }
    let stream = parse(edited, &Options::default());
    let root = stream.document(0).and_then(Document::root)?;
    let node = Node::from(root);
    (json(&node) != json(value)).then_some(node)
}

/// Replaces a name where it stands by itself, as in `vpc-1/default`.
fn replace_word(text: &str, from: &str, to: &str) -> Option<String> {
    let is_part =
        |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || matches!(c, '-' | '.'));
    let at = text.match_indices(from).map(|(at, _)| at).find(|at| {
        !is_part(text[..*at].chars().next_back())
            && !is_part(text[at + from.len()..].chars().next())
    })?;
    Some(format!("{}{to}{}", &text[..at], &text[at + from.len()..]))
}
