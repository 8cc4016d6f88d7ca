//! `hnp validate --diff BASE..HEAD`: the tree of HEAD, what BASE had already marked as old, and the step between them.

use hnp_state::STATE_PATH;
use hnp_state::config::Profile;

use crate::args::{Global, ValidateArgs};
use crate::context::work_dir;
use crate::failure::Failure;
use crate::findings::Findings;
use crate::git_tree::{Check, GitTree, Trees};
use crate::output::Progress;

/// Checks the fabrics of HEAD by the configuration that stands in it, and the step from BASE.
pub(super) fn fabrics(
    global: &Global,
    args: &ValidateArgs,
    range: &str,
) -> Result<Findings, Failure> {
    let trees = Trees::open(&work_dir(global)?)?;
    let _progress = Progress::start(global, "Comparing");
    let ends = trees.repo.compare(&trees.objects, range)?;
    let before = GitTree::open(trees.commit(ends.base)?)?;
    let after = GitTree::open(trees.commit(ends.head)?)?;
    let Some(config) = &after.config else {
        return Err(Failure::Usage(format!(
            "there is no .hnp/config.toml at the end of `{range}`. Run `hnp init --fabric NAME --directory DIR`, and commit what it made"
        )));
    };
    let mut found = after.compare(
        &before,
        &Check {
            config,
            schemas: &after.schemas,
            fabrics: &args.fabrics.fabric,
            release: args.release.as_deref(),
            profile: args.profile.as_deref().and_then(Profile::find),
            cache: Some(&trees.cache),
        },
    )?;
    let alone = crate::state_step::alone(&after, &[&before], config)?;
    if !alone.is_empty() {
        let text = after.state(config.limits.state_bytes)?.unwrap_or_default();
        found.texts.insert(STATE_PATH.to_owned(), text);
        found.all.extend(alone);
        hnp_model::finding::sort(&mut found.all);
    }
    Ok(found)
}
