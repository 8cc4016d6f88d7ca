//! Whether a step from one tree to the next changes the state without the manifests that it speaks of.

use hnp_git::{Oid, TreeListing};
use hnp_model::{Finding, Place, Severity};
use hnp_state::STATE_PATH;
use hnp_state::config::Config;
use hnp_state::state_file::{self, State};
use hnp_sync::agreed::check_manifests;
use hnp_sync::validate::apply_levels;
use hnp_yaml::{LineIndex, Span};

use crate::failure::Failure;
use crate::git_tree::GitTree;

/// Finds entries of a tree's state that the trees before do not have so, while the manifest is as it was and says otherwise.
///
/// # Errors
///
/// Exit 3 where an object cannot be read.
pub(crate) fn alone(
    tree: &GitTree,
    parents: &[&GitTree],
    config: &Config,
) -> Result<Vec<Finding>, Failure> {
    let limit = config.limits.state_bytes;
    let read_state = |tree: &GitTree| -> Result<Option<(String, State)>, Failure> {
        let text = tree.state(limit)?;
        Ok(text.and_then(|text| {
            let state = state_file::parse(&text).ok()?;
            Some((text, state))
        }))
    };
    // Without a tree before there is no step.
    let Some((text, state)) = read_state(tree)?.filter(|_| !parents.is_empty()) else {
        return Ok(Vec::new());
    };
    let mut olds = Vec::new();
    for parent in parents {
        olds.extend(read_state(parent)?.map(|(_, state)| state));
    }
    let now = tree.relevant(config)?;
    let before = parents
        .iter()
        .map(|parent| parent.relevant(config))
        .collect::<Result<Vec<_>, _>>()?;
    let objects = tree.snapshot.objects();
    let limit = config.limits.yaml().file_bytes;
    let unchanged = |path: &str| {
        let blob = blob(&now, path)?;
        let is_old = before.iter().any(|old| self::blob(old, path) == Some(blob));
        objects.blob(Some(blob).filter(|_| is_old)?, limit).ok()
    };
    let read = |id: &str| objects.blob(Oid::parse(id)?, limit).ok();
    let lines = LineIndex::new(&text);
    let mut found: Vec<Finding> = check_manifests(&text, &state, &olds, &unchanged, &read)
        .into_iter()
        .map(|problem| {
            let span = Span::new(problem.span.start, problem.span.end);
            Finding::new(
                problem.code,
                Severity::Warning,
                Place::new(STATE_PATH, &lines, span),
                problem.message,
            )
            .help(problem.help)
        })
        .collect();
    apply_levels(&mut found, config);
    Ok(found)
}

fn blob(listing: &TreeListing, path: &str) -> Option<Oid> {
    let at = listing
        .files
        .binary_search_by(|file| file.path.as_str().cmp(path))
        .ok()?;
    Some(listing.files[at].blob)
}
