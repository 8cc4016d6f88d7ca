//! pre-push: the last tree of each reference that is pushed, or every new commit.

use hnp_git::Oid;
use hnp_report::Format;

use super::judge::{Terms, judge};
use super::show::Gathered;
use super::updates::{self, Update};
use crate::args::{Global, HookArgs};
use crate::context::work_dir;
use crate::failure::Failure;
use crate::git_tree::{GitTree, Trees};
use crate::output::{self, Output};

/// Most new commits that `--each` looks at.
pub(super) const MOST_COMMITS: usize = 10_000;

/// Judges a push before it leaves.
pub(super) fn run(global: &Global, args: &HookArgs) -> Result<Output, Failure> {
    let updates = updates::pushed(&super::standard_input()?).map_err(Failure::Usage)?;
    let trees = Trees::open(&work_dir(global)?)?;
    let remote = args
        .rest
        .first()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let push = Push {
        trees: &trees,
        remote: &remote,
    };
    let mut all = Gathered::new(global.format, output::style(global));
    for update in &updates {
        let Some(new) = update.new else { continue };
        let Some(commit) = trees.objects.commit_of(new)? else {
            continue;
        };
        let tip = GitTree::open(trees.commit(commit)?)?;
        let old = push.old_side(update, commit)?;
        let old = old.and_then(|id| trees.commit(id).and_then(GitTree::open).ok());
        let config = tip
            .config
            .as_ref()
            .or_else(|| old.as_ref()?.config.as_ref());
        let Some(config) = config else { continue };
        if !updates::is_checked(&config.hooks.refs, &update.reference) {
            continue;
        }
        let terms = Terms {
            server: None,
            block_old: args.block_old || config.hooks.block_old,
            cache: Some(&trees.cache),
        };
        let each = args.each || config.hooks.each;
        let mut steps = Vec::new();
        if each {
            steps = push.new_commits(&updates, commit)?;
        }
        steps.retain(|id| *id != commit);
        for id in steps {
            let tree = GitTree::open(trees.commit(id)?)?;
            let parents = parents_of(&trees, id)?;
            all.add(&update.reference, Some(id), &judge(&tree, &parents, terms)?);
        }
        let parents: Vec<GitTree> = if each {
            parents_of(&trees, commit)?
        } else {
            old.into_iter().collect()
        };
        all.add(&update.reference, None, &judge(&tip, &parents, terms)?);
    }
    let mut text = all.render();
    if all.blocking > 0 && global.format == Format::Human {
        text.push_str("hnp: the push is stopped. Mend what is named above in a new commit, or amend, and push again.\n");
    }
    Ok(Output::of(text).code(u8::from(all.blocking > 0)))
}

/// Returns the trees of a commit's parents.
pub(super) fn parents_of(trees: &Trees, id: Oid) -> Result<Vec<GitTree>, Failure> {
    let mut parents = Vec::new();
    for parent in trees.objects.commit(id)?.parents {
        if let Ok(tree) = trees.commit(parent).and_then(GitTree::open) {
            parents.push(tree);
        }
    }
    Ok(parents)
}

struct Push<'p> {
    trees: &'p Trees,
    remote: &'p str,
}

impl Push<'_> {
    /// The commit that a pushed one is compared with: the remote's old tip; for a new reference the merge base with the
    /// remote's default branch, and so too where the old tip is not here, as after somebody else's forced push.
    fn old_side(&self, update: &Update, new: Oid) -> Result<Option<Oid>, Failure> {
        let objects = &self.trees.objects;
        if let Some(old) = update.old
            && objects.has(old)
        {
            return Ok(objects.commit_of(old)?);
        }
        for candidate in self.bases(update)? {
            if let Ok(Some(commit)) = objects.commit_of(candidate)
                && let Some(base) = objects.merge_base(commit, new)?
            {
                return Ok(Some(base));
            }
        }
        Ok(None)
    }

    fn bases(&self, update: &Update) -> Result<Vec<Oid>, Failure> {
        let repo = &self.trees.repo;
        let mut names = Vec::new();
        if !self.remote.is_empty() {
            if let Some(branch) = update.reference.strip_prefix("refs/heads/") {
                names.push(format!("refs/remotes/{}/{branch}", self.remote));
            }
            for branch in ["HEAD", "main", "master"] {
                names.push(format!("refs/remotes/{}/{branch}", self.remote));
            }
        }
        let mut found = Vec::new();
        for name in names {
            found.extend(repo.commit_named(&self.trees.objects, &name).ok());
        }
        if found.is_empty() {
            // A push to an address has no remote-tracking branches: what any remote has is not new.
            found = repo.targets_under(&["refs/remotes/"])?;
        }
        Ok(found)
    }

    fn new_commits(&self, updates: &[Update], tip: Oid) -> Result<Vec<Oid>, Failure> {
        let own = format!("refs/remotes/{}/", self.remote);
        let mut known = self.trees.repo.targets_under(&[&own])?;
        if known.is_empty() {
            known = self.trees.repo.targets_under(&["refs/remotes/"])?;
        }
        known.extend(updates.iter().filter_map(|update| update.old));
        let new = self
            .trees
            .objects
            .new_commits(&[tip], &known, MOST_COMMITS)?;
        if !new.complete {
            return Err(Failure::Usage(format!(
                "more than {MOST_COMMITS} commits are new; push them in parts, or without `hooks.each`"
            )));
        }
        Ok(new.commits)
    }
}
