//! The carrier `branch`: Git's side is a commit, and what goes to Git is one commit on a branch of hnp's own.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use hnp_git::{LOG_REF, Oid, Repo, Snapshot as Tree};
use hnp_local::AnyGui;
use hnp_model::canonical::sha256_hex;
use hnp_state::STATE_PATH;
use hnp_state::config::{Direction, Fabric};
use hnp_state::state_file::{self, State};
use hnp_sync::forge::{
    FileChange, Forge, Next, Proposal, Source, Standing, TREE_TRAILER, Taken, Values, branch_of,
    branch_state, changes, next, source, take, values,
};
use hnp_sync::gui::{GuiWrite, Pairing, Snapshot};
use hnp_sync::reconcile::{Change, Outcome, SyncPlan};

use super::super::bot_branches;
use super::base::{Base, files_of, state_at, tip_state, values_at, with_answers};
use super::git_branch::GitBranches;
use super::{Asked, Carried, Run, past, plan, ports, record, show, words};
use crate::context::Context;
use crate::failure::Failure;
use crate::output::clean;

/// Synchronises one fabric.
///
/// # Errors
///
/// Exit 3 where something cannot be read.
pub(super) fn sync(
    context: &Context,
    asked: &Asked<'_>,
    gui: &AnyGui,
    base: &Base,
    snapshot: &Snapshot,
    (name, fabric): (&str, &Fabric),
) -> Result<Run, Failure> {
    let branch = branch_of(name);
    let at = base.id.to_string();
    let scratch = context.repo.in_memory();
    let stamp = context.stamp();
    let trial = GitBranches {
        repo: &scratch,
        objects: &base.objects,
        stamp: stamp.clone(),
    };
    let real = GitBranches {
        repo: &context.repo,
        objects: &base.objects,
        stamp: stamp.clone(),
    };
    let here = ports::call("forge.standing", || trial.standing(&branch, &at))?;
    let copies = trial.copies(&branch, &at)?;
    let (standing, remote, torn) = match source(&here, &copies) {
        Source::Remote(copy) => (copy.standing.clone(), Some(copy.name.clone()), None),
        Source::Apart(copy) => {
            let why = bot_branches::apart(&branch, copy, here.tip.is_some());
            (here, None, Some((copy.name.clone(), why)))
        }
        Source::Here | Source::Nowhere => (here, None, None),
    };
    let files = files_of(context, &base.tree, name, fabric)?;
    let state = super::conflicts::state(context)?;
    let carried_state = tip_state(base, &standing)?;
    let known = with_answers(&state, carried_state.as_ref());
    let git_now = values(&files, context.config.limits.yaml());
    let mut seen: BTreeMap<String, Option<Rc<Values>>> = BTreeMap::new();
    let mut at_commit = |commit: &str| {
        seen.entry(commit.to_owned())
            .or_insert_with(|| values_at(context, base, commit, name, fabric))
            .clone()
    };
    let mut states: BTreeMap<String, Option<State>> = BTreeMap::new();
    let mut newer = |key: &str, commit: &str| {
        let then = states
            .entry(commit.to_owned())
            .or_insert_with(|| state_at(base, commit).ok().flatten());
        let base_of = |state: &State| state.resources.get(key)?.base.clone();
        let now = base_of(&state);
        now.is_some() && then.as_ref().is_some_and(|then| base_of(then) != now)
    };
    let taken = take(snapshot, name, &git_now, &mut at_commit, &mut newer);
    let plan = plan::plan(context, &files, &known, &taken.snapshot, asked)?;
    let wish = wish(
        context,
        asked,
        base,
        (&standing, carried_state),
        &taken,
        (name, fabric),
        Facts {
            plan: &plan,
            state: &state,
            known: &known,
        },
    )?;
    let tree = match &wish {
        Wish::Tree(from, changes) => Some(ports::call("forge.tree", || trial.tree(from, changes))?),
        Wish::Nothing | Wish::AsItIs => None,
    };
    let step = match &wish {
        Wish::AsItIs => Next::Nothing,
        _ => next(&standing, &at, tree.as_deref()),
    };
    let mut notes = Vec::new();
    let step = match (step, &torn, &remote) {
        (_, Some((name, _)), _) => Next::Apart {
            remote: name.clone(),
        },
        // What a remote has is not hnp's to remove.
        (Next::Remove { .. }, None, Some(name)) => {
            notes.push(format!(
                "{} has nothing left to carry; delete it there (`{}`)",
                clean(name),
                deletion(&branch, Some(name))
            ));
            Next::Nothing
        }
        (step, ..) => step,
    };
    let mut run = Run::new(name, plan);
    run.note_met(context, &known, &taken.snapshot);
    let after = branch_state(&run.plan, &state, &known);
    super::super::conflicts::record::note_closed(
        &mut run.details,
        &context.config.sync,
        &known,
        &after,
    );
    run.carried = Some(Carried {
        branch: branch.clone(),
        commit: standing.tip.clone(),
        step: step.clone(),
        remote: remote.clone(),
    });
    run.notes.extend(notes);
    let torn = torn.map(|(_, why)| why);
    if let Some(why) = torn.or_else(|| stays(&branch, remote.as_deref(), &step)) {
        for item in &mut run.plan.items {
            if item.git != Change::Keep && item.outcome == Outcome::Changed {
                item.outcome = Outcome::Held(why.clone());
            }
        }
        if tree.is_some() || matches!(step, Next::CheckedOut { .. } | Next::Apart { .. }) {
            run.held = Some(why.clone());
        }
        run.notes.push(why);
    }
    run.remember(snapshot, Some(&at));
    run.plan.gui = gui_writes(&run.plan, &taken.untouched, name);
    run.plan.marks = if asked.read_only {
        Vec::new()
    } else {
        words::marks(&run.plan, &state, snapshot, name, &mut at_commit)
    };
    if asked.dry_run {
        return Ok(run);
    }
    let counts = show::Counts::of(&run.plan);
    let title = format!("HNP Sync: {}", counts.title(name));
    let id = record::id(
        context,
        &title,
        &stamp,
        &[&at, tree.as_deref().unwrap_or("")],
    );
    let mut moved = false;
    let result = match (&step, &wish) {
        (Next::Write { from }, Wish::Tree(start, changes)) => (|| {
            for bytes in &run.plan.blobs {
                context.repo.write_blob(bytes)?;
            }
            let tree = ports::call("forge.tree", || real.tree(start, changes))?;
            let message = message(&run.plan, asked.args.direction, &title, &id, &tree);
            let proposal = Proposal {
                branch: &branch,
                base: &at,
                tree: &tree,
                // There is none here where a remote's was read.
                from: from.as_deref().filter(|_| remote.is_none()),
                message: &message,
            };
            let commit = ports::call("forge.propose", || real.propose(&proposal))?;
            Ok(Some(commit))
        })(),
        (Next::Remove { tip }, _) => {
            ports::call("forge.withdraw", || real.withdraw(&branch, tip)).map(|()| None)
        }
        _ => Ok(standing.tip.clone()),
    };
    match result {
        Ok(commit) => {
            moved = matches!(step, Next::Write { .. } | Next::Remove { .. });
            if let Some(carried) = &mut run.carried {
                carried.commit = commit;
            }
        }
        Err(error) => {
            let why = error.to_string();
            for item in &run.plan.items {
                if item.git != Change::Keep && item.outcome == Outcome::Changed {
                    run.failed.push((item.key.clone(), why.clone()));
                }
            }
            run.done.problems.push(why);
        }
    }
    let writes = run.plan.gui.clone();
    // Looked at once more: whoever committed in between has the GUI wait for what they did.
    let again = context.repo.commit_named(&base.objects, &base.revision)?;
    if again == base.id {
        let pairing = Pairing {
            lineage: &state.lineage,
            commit: Some(&at),
            head: Some(&at),
        };
        let written = ports::write(gui, pairing, &writes, &run.plan.marks);
        run.take_over(written);
    } else if !writes.is_empty() {
        run.done.problems.push(format!(
            "{} moved while hnp was at work; what goes to the GUI waits for the next run",
            clean(&base.revision)
        ));
    }
    let op = if moved {
        Some(id)
    } else {
        unrecorded(&context.repo, &standing)?
    };
    if op.is_some()
        || run.written > 0
        || !run.failed.is_empty()
        || !run.done.problems.is_empty()
        || past::has_failed(&run.plan)
    {
        let id = op.unwrap_or_else(|| {
            record::id(context, &title, &stamp, &[&at, &run.written.to_string()])
        });
        record::keep(context, asked.args, &mut run, &id, &title, &stamp)?;
    }
    Ok(run)
}

/// What the branch should hold.
enum Wish {
    /// Nothing: it need not be there.
    Nothing,
    /// What it holds: this run says nothing about it.
    AsItIs,
    /// The tree of this commit with these changes.
    Tree(String, Vec<FileChange>),
}

/// What a wish is made from.
#[derive(Clone, Copy)]
struct Facts<'f> {
    plan: &'f SyncPlan,
    state: &'f State,
    known: &'f State,
}

fn wish(
    context: &Context,
    asked: &Asked<'_>,
    base: &Base,
    (standing, carried): (&Standing, Option<State>),
    taken: &Taken,
    (name, fabric): (&str, &Fabric),
    facts: Facts<'_>,
) -> Result<Wish, Failure> {
    let at = base.id.to_string();
    if asked.args.direction == Direction::GitToGui {
        return Ok(Wish::AsItIs);
    }
    let partial = !taken.snapshot.complete || !asked.only.is_empty();
    let of = |plan: &SyncPlan, start: &Tree, from: String, state: &State, known: &State| {
        let read = |path: &str| start.read(path, usize::MAX - 1).ok().flatten();
        let mut files = changes(&plan.files, &read);
        let after = branch_state(plan, state, known);
        if after != *state {
            files.push(FileChange {
                path: STATE_PATH.to_owned(),
                bytes: Some(state_file::write(&after).into_bytes()),
            });
        }
        (from, files)
    };
    // What this run does not know of stays on the branch as it is.
    if partial
        && let (Some(tip), Some(carried), true) = (&standing.tip, carried, standing.is_current(&at))
    {
        let start = Tree::of(
            Arc::clone(&base.objects),
            Oid::parse(tip).unwrap_or(base.id),
        )?;
        let files = files_of(context, &start, name, fabric)?;
        let plan = plan::plan(context, &files, &carried, &taken.snapshot, asked)?;
        let (from, files) = of(&plan, &start, tip.clone(), &carried, &carried);
        return Ok(if files.is_empty() {
            Wish::AsItIs
        } else {
            Wish::Tree(from, files)
        });
    }
    let (from, files) = of(facts.plan, &base.tree, at, facts.state, facts.known);
    Ok(match (files.is_empty(), partial) {
        (true, true) => Wish::AsItIs,
        (true, false) => Wish::Nothing,
        (false, _) => Wish::Tree(from, files),
    })
}

/// Says why a branch is not touched, and how to go on.
fn stays(branch: &str, remote: Option<&str>, step: &Next) -> Option<String> {
    match step {
        Next::Frozen { commit, by } => Some(format!(
            "branch {} holds commit {} by {}, which hnp did not make, and is left alone. Merge the branch, or delete it (`{}`), then run `hnp sync` again",
            clean(remote.unwrap_or(branch)),
            &commit[..12.min(commit.len())],
            clean(by),
            deletion(branch, remote)
        )),
        Next::CheckedOut { place } => Some(format!(
            "branch {branch} is checked out in {} and is left alone. Switch to another branch there, then run `hnp sync` again",
            clean(place)
        )),
        _ => None,
    }
}

/// The command that deletes a branch, here or at a remote.
fn deletion(branch: &str, remote: Option<&str>) -> String {
    let branch = clean(branch);
    let Some(remote) = remote.map(clean) else {
        return format!("git branch -D {branch}");
    };
    let of = remote.strip_suffix(&format!("/{branch}"));
    format!("git push {} --delete {branch}", of.unwrap_or("origin"))
}

/// Returns what may go to the GUI before the branch is merged, and what the GUI should know of where it stands.
fn gui_writes(
    plan: &SyncPlan,
    untouched: &std::collections::BTreeSet<String>,
    fabric: &str,
) -> Vec<GuiWrite> {
    let item = |key: &str| plan.items.iter().find(|item| item.key == key);
    let goes = |write: &&GuiWrite| {
        let key = write.id.key(fabric);
        item(&key).is_none_or(|item| {
            item.git == Change::Keep && !(item.gui == Change::Keep && untouched.contains(&key))
        })
    };
    plan.gui.iter().filter(goes).cloned().collect()
}

/// Writes a commit's message.
fn message(plan: &SyncPlan, direction: Direction, title: &str, id: &str, tree: &str) -> String {
    let mut text = format!("{title}\n\n");
    for conflict in &plan.conflicts {
        text.push_str(&format!(
            "Conflict {}: {}\n",
            conflict.id,
            clean(&conflict.resource)
        ));
    }
    if !plan.conflicts.is_empty() {
        text.push('\n');
    }
    let kind = super::carry::kind(direction);
    text.push_str(&format!("Hnp-Op: {id}\nHnp-Action: {}\n", kind.as_str()));
    let changed: Vec<&str> = plan
        .items
        .iter()
        .filter(|item| item.git != Change::Keep && item.outcome == Outcome::Changed)
        .map(|item| item.key.as_str())
        .collect();
    if changed.len() <= 20 {
        for key in changed {
            text.push_str(&format!("Hnp-Resource: {}\n", clean(key)));
        }
    }
    text.push_str(&format!("{TREE_TRAILER}: {tree}\n"));
    text
}

/// Returns the operation that made the branch, where a killed run did not come to record it.
fn unrecorded(repo: &Repo, standing: &Standing) -> Result<Option<String>, Failure> {
    let Some(last) = standing.ahead.first().filter(|commit| commit.is_own()) else {
        return Ok(None);
    };
    // A clone without a ledger cannot tell.
    if repo.resolve(LOG_REF).is_none() {
        return Ok(None);
    }
    let id = last
        .message
        .lines()
        .find_map(|line| line.strip_prefix("Hnp-Op: "));
    let Some(id) = id else { return Ok(None) };
    let known = repo.read_log(100)?.iter().any(|record| record.contains(id));
    Ok((!known).then(|| id.to_owned()))
}

/// A name for what a run does.
#[must_use]
pub(super) fn digest(words: &[&str]) -> String {
    sha256_hex(words.join("\n").as_bytes())[..12].to_owned()
}
