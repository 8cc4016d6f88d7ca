//! Conflicts that stand on hnp's own branches and not here, and answers to them.

use std::sync::Arc;

use hnp_git::{ObjectDirectories, ObjectStore, Oid, Snapshot};
use hnp_state::STATE_PATH;
use hnp_state::ledger::{OperationType, Record, Resolution as Word};
use hnp_state::state_file::{self, State};
use hnp_sync::forge::{Copy, Forge as _, Source, TREE_TRAILER, branch_of, source};
use hnp_sync::reconcile::Conflict;

use super::conflicts;
use super::resolve::Answer;
use super::sync::GitBranches;
use crate::context::Context;
use crate::failure::Failure;
use crate::meter;
use crate::output::clean;

/// A branch with the conflicts that only it has.
pub(super) struct OnBranch {
    /// Its name.
    branch: String,
    /// Its name at a remote, where there is none here.
    remote: Option<String>,
    tip: Oid,
    /// The state that it holds.
    pub(super) state: State,
    /// What is open there and not here.
    pub(super) conflicts: Vec<Conflict>,
}

impl OnBranch {
    /// Returns the name under which it is found here.
    pub(super) fn name(&self) -> &str {
        self.remote.as_deref().unwrap_or(&self.branch)
    }
}

/// Where a branch of hnp's own is to be read.
pub(super) enum Place {
    /// There is none.
    Nowhere,
    /// Here.
    Here(Oid),
    /// At a remote, under this name.
    Remote(String, Oid),
    /// Both are there and nobody can tell which counts: what to do, and the tip here.
    Apart(String, Option<Oid>),
}

/// Finds the branch of a fabric.
///
/// # Errors
///
/// Exit 3 where Git cannot be read.
fn place(context: &Context, objects: &Arc<ObjectStore>, branch: &str) -> Result<Place, Failure> {
    let here = context.repo.branch_tip(branch)?;
    let head = context.repo.head_commit()?;
    let simple = || here.map_or(Place::Nowhere, Place::Here);
    let Some(head) = head.filter(|_| {
        context
            .repo
            .remote_tips(branch)
            .is_ok_and(|tips| !tips.is_empty())
    }) else {
        return Ok(simple());
    };
    let branches = GitBranches {
        repo: &context.repo,
        objects,
        stamp: context.stamp(),
    };
    let base = head.to_string();
    let standing = branches.standing(branch, &base)?;
    let copies = branches.copies(branch, &base)?;
    Ok(match source(&standing, &copies) {
        Source::Nowhere | Source::Here => simple(),
        Source::Remote(copy) => match copy.standing.tip.as_deref().and_then(Oid::parse) {
            Some(tip) => Place::Remote(copy.name.clone(), tip),
            None => Place::Nowhere,
        },
        Source::Apart(copy) => Place::Apart(apart(branch, copy, here.is_some()), here),
    })
}

/// Says that two copies of a branch went apart, and what to do.
pub(super) fn apart(branch: &str, copy: &Copy, here: bool) -> String {
    let (remote, branch) = (clean(&copy.name), clean(branch));
    if here {
        format!(
            "{remote} holds what somebody did there and the branch {branch} here does not have; neither is touched. Take the remote's (`git branch -f {branch} {remote}`) or merge the two, then run hnp again"
        )
    } else {
        format!(
            "several remotes have a branch {branch}, and {remote} does not hold all that people did on them; none is touched. Make the branch here from the one that counts (`git branch {branch} {remote}`), then run hnp again"
        )
    }
}

/// Says of which branches nobody can tell which copy counts.
///
/// # Errors
///
/// Exit 3 where Git cannot be read.
pub(super) fn torn(context: &Context) -> Result<Vec<String>, Failure> {
    let mut torn = Vec::new();
    let mut objects = None;
    for name in context.config.fabrics.keys() {
        let branch = branch_of(name);
        if context.repo.remote_tips(&branch)?.is_empty() {
            continue;
        }
        let objects = opened(context, &mut objects)?;
        if let Place::Apart(why, _) = place(context, &objects, &branch)? {
            torn.push(why);
        }
    }
    Ok(torn)
}

fn opened(
    context: &Context,
    known: &mut Option<Arc<ObjectStore>>,
) -> Result<Arc<ObjectStore>, Failure> {
    if let Some(objects) = known {
        return Ok(Arc::clone(objects));
    }
    let directories = ObjectDirectories::from_environment();
    let objects = Arc::new(context.repo.objects(&directories)?);
    *known = Some(Arc::clone(&objects));
    Ok(objects)
}

/// Returns the branches with conflicts of their own, those that only a remote has included.
///
/// # Errors
///
/// Exit 3 where Git cannot be read.
pub(super) fn open(context: &Context, here: &State) -> Result<Vec<OnBranch>, Failure> {
    let mut found = Vec::new();
    let mut objects = None;
    for name in context.config.fabrics.keys() {
        let branch = branch_of(name);
        let none = context.repo.branch_tip(&branch)?.is_none();
        if none && context.repo.remote_tips(&branch)?.is_empty() {
            continue;
        }
        let objects = opened(context, &mut objects)?;
        let (remote, tip) = match place(context, &objects, &branch)? {
            Place::Here(tip) | Place::Apart(_, Some(tip)) => (None, tip),
            Place::Remote(name, tip) => (Some(name), tip),
            Place::Nowhere | Place::Apart(_, None) => continue,
        };
        let tree = Snapshot::of(objects, tip)?;
        let text = tree.read(STATE_PATH, usize::MAX - 1)?;
        // One that is damaged is remade by the next sync.
        let Some(state) =
            text.and_then(|text| state_file::parse(&String::from_utf8_lossy(&text)).ok())
        else {
            continue;
        };
        let conflicts: Vec<Conflict> = conflicts::open(&state)
            .into_iter()
            .filter(|one| !here.conflicts.contains_key(&one.id))
            .collect();
        if !conflicts.is_empty() {
            found.push(OnBranch {
                branch,
                remote,
                tip,
                state,
                conflicts,
            });
        }
    }
    Ok(found)
}

/// Puts answers on record that are meant for conflicts on branches, by a commit on each branch; one that only a remote has is
/// made here from it. Returns what there is to push.
///
/// # Errors
///
/// Exit 2 where a branch is checked out, 3 where it cannot be moved.
pub(super) fn write(
    context: &Context,
    here: &State,
    answers: &[Answer],
) -> Result<Vec<String>, Failure> {
    let mut said = Vec::new();
    for mut on in open(context, here)? {
        let chosen: Vec<&Answer> = answers
            .iter()
            .filter(|(conflict, _)| on.conflicts.iter().any(|one| one.id == conflict.id))
            .collect();
        if chosen.is_empty() {
            continue;
        }
        for (conflict, resolution) in &chosen {
            on.state
                .resolutions
                .insert(conflict.id.clone(), resolution.to_fields());
        }
        commit(context, &on, &chosen)?;
        if let Some(remote) = &on.remote {
            let (branch, remote) = (clean(&on.branch), clean(remote));
            said.push(format!(
                "Branch {branch} was made here from {remote}; push it (`git push {} {branch}`), or nobody else has the answer.\n",
                remote.strip_suffix(&format!("/{branch}")).unwrap_or("origin")
            ));
        }
    }
    Ok(said)
}

fn commit(context: &Context, on: &OnBranch, chosen: &[&Answer]) -> Result<(), Failure> {
    if let Some(place) = context.repo.checked_out_in(&on.branch)? {
        return Err(Failure::Usage(format!(
            "branch {} is checked out in {}; run `hnp resolve` there",
            clean(&on.branch),
            clean(&place.display().to_string())
        )));
    }
    // Made here where only a remote has it.
    let from = on.remote.is_none().then_some(on.tip);
    let stamp = context.stamp();
    let text = state_file::write(&on.state);
    let change = hnp_git::TreeChange {
        path: STATE_PATH,
        bytes: Some(text.as_bytes()),
    };
    let tree = context.repo.write_changed_tree(on.tip, &[change])?;
    let title = format!("hnp: Resolve {} conflict(s)", chosen.len());
    let (tip, tree_id) = (on.tip.to_string(), tree.to_string());
    let words = [title.as_str(), tip.as_str(), tree_id.as_str()].join("\n");
    let id = hnp_model::canonical::sha256_hex(words.as_bytes())[..12].to_owned();
    let mut message = format!("{title}\n\nHnp-Op: {id}\nHnp-Action: conflict_resolution\n");
    for (conflict, _) in chosen {
        message.push_str(&format!("Hnp-Conflict: {}\n", conflict.id));
    }
    message.push_str(&format!("{TREE_TRAILER}: {tree}\n"));
    let commit = context
        .repo
        .write_commit_on(on.tip, tree, &message, &stamp)?;
    context
        .repo
        .move_branch(&on.branch, from, commit, "hnp resolve")?;
    let mut record = Record::new(&id, OperationType::ConflictResolution);
    record.initiated_by = Some(stamp.by.name.clone());
    meter::open(&mut record);
    record.branch_name = Some(on.branch.clone());
    record.commit_sha = Some(commit.to_string());
    record.conflict_resolution_strategy = Some(Word::UserGuided);
    record.resources = chosen.iter().map(|(one, _)| one.resource.clone()).collect();
    record.conflicts = chosen.iter().map(|(one, _)| one.id.clone()).collect();
    let raw = conflicts::open(&on.state);
    let pairs: Vec<_> = chosen
        .iter()
        .filter_map(|(one, answer)| Some((raw.iter().find(|raw| raw.id == one.id)?, answer)))
        .collect();
    conflicts::record::note_answered(&mut record.details, &context.config.sync, &pairs);
    let count = chosen.len() as u64;
    (record.resources_targeted, record.resources_processed) = (count, count);
    record.conflicts_detected = count;
    meter::close(&mut record);
    Ok(context
        .repo
        .append_log(&id, &title, &record.to_json(), &stamp)?)
}
