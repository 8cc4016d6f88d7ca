//! pre-commit and pre-merge-commit: the tree that the commit will have, in the index that Git names.

use hnp_report::Format;

use super::judge::{Judged, Terms, judge};
use super::{drop, show};
use crate::args::{Global, HookArgs};
use crate::context::work_dir;
use crate::failure::Failure;
use crate::git_tree::{GitTree, Trees};
use crate::output::{self, Output};

/// Judges the commit in the making.
pub(super) fn run(global: &Global, args: &HookArgs) -> Result<Output, Failure> {
    let staged = Staged::open(global)?;
    let Some(config) = staged.config() else {
        return Ok(Output::default());
    };
    if args.ingest || config.hooks.ingest {
        let output = drop::take_in(global, &staged.trees, &staged.tree, config)?;
        if let Some(output) = output {
            return Ok(output);
        }
    }
    let judged = staged.judge(args)?;
    let mut output = answer(global, &judged, "commit");
    if global.format == Format::Human {
        let seen = drop::look(&staged.tree, config, &judged.changed)?;
        output.text.push_str(&seen);
    }
    Ok(output)
}

/// Judges the merge commit in the making.
pub(super) fn merge(global: &Global, args: &HookArgs) -> Result<Output, Failure> {
    let staged = Staged::open(global)?;
    if staged.config().is_none() {
        return Ok(Output::default());
    }
    Ok(answer(global, &staged.judge(args)?, "merge"))
}

/// The index and the commits that the next commit comes from.
struct Staged {
    trees: Trees,
    tree: GitTree,
    parents: Vec<GitTree>,
}

impl Staged {
    fn open(global: &Global) -> Result<Self, Failure> {
        let trees = Trees::open(&work_dir(global)?)?;
        let tree = GitTree::open(trees.index()?)?;
        let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
        let mut parents = Vec::new();
        for id in trees.repo.parents_in_the_making(names)? {
            // A commit that cannot be read tells nothing of what was there before.
            if let Ok(parent) = trees.commit(id).and_then(GitTree::open) {
                parents.push(parent);
            }
        }
        Ok(Self {
            trees,
            tree,
            parents,
        })
    }

    fn config(&self) -> Option<&hnp_state::config::Config> {
        let own = self.tree.config.as_ref();
        own.or_else(|| {
            self.parents
                .iter()
                .find_map(|parent| parent.config.as_ref())
        })
    }

    fn judge(&self, args: &HookArgs) -> Result<Judged, Failure> {
        let block_old =
            args.block_old || self.config().is_some_and(|config| config.hooks.block_old);
        let terms = Terms {
            server: None,
            block_old,
            cache: Some(&self.trees.cache),
        };
        judge(&self.tree, &self.parents, terms)
    }
}

/// Says the verdict on a commit.
fn answer(global: &Global, judged: &Judged, what: &str) -> Output {
    let mut text = show::verdict(judged, global.format, &output::style(global));
    let blocking = judged.blocking();
    if global.format == Format::Human {
        let old = judged.old_errors();
        if old > 0 {
            text.push_str(&format!(
                "{} stood there before and did not stop this {what}.\n",
                show::count(old, "old error")
            ));
        }
        if blocking > 0 {
            text.push_str(&format!(
                "hnp: this {what} would bring {}, so it is stopped. Mend what is named above and `git add` it; `hnp validate --staged` shows everything, `hnp explain CODE` says more.\n",
                show::count(blocking, "error")
            ));
        }
    }
    Output::of(text).code(u8::from(blocking > 0))
}
