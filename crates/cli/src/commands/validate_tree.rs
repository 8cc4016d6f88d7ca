//! `hnp validate --staged` and `--rev REV`: a tree of Git instead of the worktree.

use hnp_state::config::Profile;

use crate::args::{Global, ValidateArgs};
use crate::context::work_dir;
use crate::failure::Failure;
use crate::findings::Findings;
use crate::git_tree::{Check, GitTree, Trees};
use crate::output::Progress;

/// Checks the fabrics of the index, or of a commit, by the configuration that stands in it.
pub(super) fn fabrics(global: &Global, args: &ValidateArgs) -> Result<Findings, Failure> {
    let trees = Trees::open(&work_dir(global)?)?;
    let _progress = Progress::start(global, "Checking");
    let (snapshot, what) = match &args.rev {
        Some(revision) => {
            let id = trees.repo.commit_named(&trees.objects, revision)?;
            (trees.commit(id)?, format!("`{revision}`"))
        }
        None => (trees.index()?, "the index".to_owned()),
    };
    let tree = GitTree::open(snapshot)?;
    let Some(config) = &tree.config else {
        return Err(Failure::Usage(format!(
            "there is no .hnp/config.toml in {what}. Run `hnp init --fabric NAME --directory DIR`, and commit what it made"
        )));
    };
    for name in &args.fabrics.fabric {
        if !config.fabrics.contains_key(name) {
            let known: Vec<_> = config.fabrics.keys().map(String::as_str).collect();
            return Err(Failure::Usage(format!(
                "there is no fabric `{name}` in {what}; known are: {}",
                known.join(", ")
            )));
        }
    }
    tree.check(&Check {
        config,
        schemas: &tree.schemas,
        fabrics: &args.fabrics.fabric,
        release: args.release.as_deref(),
        profile: args.profile.as_deref().and_then(Profile::find),
        cache: Some(&trees.cache),
    })
}
