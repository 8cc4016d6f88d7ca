//! Git's side where it is a commit: its tree, hnp's own files in it, and what its history says.

use std::rc::Rc;
use std::sync::Arc;

use hnp_git::{ObjectDirectories, ObjectStore, Oid, Snapshot as Tree};
use hnp_state::STATE_PATH;
use hnp_state::config::Fabric;
use hnp_state::state_file::{self, State};
use hnp_sync::fabric::FabricFiles;
use hnp_sync::forge::{Standing, Values, values};

use crate::context::Context;
use crate::failure::Failure;
use crate::git_tree::GitTree;
use crate::output::clean;
use crate::tree_source::TreeSource;

/// What stands for Git, and hnp's own files as they are there.
pub(super) struct Base {
    /// Its commit.
    pub(super) id: Oid,
    /// Its tree.
    pub(super) tree: Tree,
    /// The repository's objects.
    pub(super) objects: Arc<ObjectStore>,
    /// What was asked for, so that it can be looked at again.
    pub(super) revision: String,
}

impl Base {
    /// Finds the commit, and has the context hold its configuration, schemas and state in place of the worktree's.
    ///
    /// # Errors
    ///
    /// Exit 2 where there is no such commit or it was never initialised.
    pub(super) fn open(context: &mut Context, revision: Option<&str>) -> Result<Self, Failure> {
        let objects = Arc::new(
            context
                .repo
                .objects(&ObjectDirectories::from_environment())?,
        );
        let revision = revision.unwrap_or("HEAD").to_owned();
        if revision == "HEAD" && context.repo.head_commit()?.is_none() {
            return Err(Failure::Usage(
                "--to branch: there is no commit yet that a branch could start from; commit first"
                    .to_owned(),
            ));
        }
        let id = context.repo.commit_named(&objects, &revision)?;
        let tree = Tree::of(Arc::clone(&objects), id)?;
        let open = GitTree::open(tree.clone())?;
        let state = open.state(hnp_state::config::MAX_BYTES.max(64 << 20))?;
        let Some(config) = open.config else {
            return Err(Failure::Usage(format!(
                "--to branch: {} has no .hnp/config.toml; commit it first, or use --to worktree",
                clean(&revision)
            )));
        };
        context.config = config;
        context.schemas = open.schemas;
        context.files.state = state;
        Ok(Self {
            id,
            tree,
            objects,
            revision,
        })
    }
}

/// Reads a fabric's files from a tree.
///
/// # Errors
///
/// Exit 3 where an object cannot be read.
pub(super) fn files_of<'c>(
    context: &Context,
    tree: &Tree,
    name: &'c str,
    fabric: &'c Fabric,
) -> Result<FabricFiles<'c>, Failure> {
    let limit = context.config.limits.file_bytes;
    let source = TreeSource::open(tree, &fabric.directories, limit)?;
    Ok(FabricFiles::read(&source, name, fabric)?)
}

/// Reads the state that the branch holds.
pub(super) fn tip_state(base: &Base, standing: &Standing) -> Result<Option<State>, Failure> {
    standing
        .tip
        .as_deref()
        .map_or(Ok(None), |tip| state_at(base, tip))
}

/// Reads the state of a commit.
pub(super) fn state_at(base: &Base, commit: &str) -> Result<Option<State>, Failure> {
    let Some(commit) = Oid::parse(commit).filter(|id| base.objects.has(*id)) else {
        return Ok(None);
    };
    let tree = Tree::of(Arc::clone(&base.objects), commit)?;
    let text = tree.read(STATE_PATH, usize::MAX - 1)?;
    // A damaged one on a branch that is made anew is no loss.
    Ok(text.and_then(|text| state_file::parse(&String::from_utf8_lossy(&text)).ok()))
}

/// Adds the conflicts and answers of the branch: an answer is bound to what it answers, so it can come from anywhere.
pub(super) fn with_answers(state: &State, branch: Option<&State>) -> State {
    let mut known = state.clone();
    if let Some(branch) = branch.filter(|branch| branch.lineage == state.lineage) {
        for (id, table) in &branch.conflicts {
            known
                .conflicts
                .entry(id.clone())
                .or_insert_with(|| table.clone());
        }
        for (id, table) in &branch.resolutions {
            known
                .resolutions
                .entry(id.clone())
                .or_insert_with(|| table.clone());
        }
    }
    known
}

/// Returns the values of a commit that the base comes from.
pub(super) fn values_at(
    context: &Context,
    base: &Base,
    commit: &str,
    name: &str,
    fabric: &Fabric,
) -> Option<Rc<Values>> {
    let commit = Oid::parse(commit)?;
    let known = base.objects.has(commit)
        && context
            .repo
            .comes_from(&base.objects, base.id, commit)
            .ok()?;
    if !known {
        return None;
    }
    let tree = Tree::of(Arc::clone(&base.objects), commit).ok()?;
    let files = files_of(context, &tree, name, fabric).ok()?;
    Some(Rc::new(values(&files, context.config.limits.yaml())))
}
