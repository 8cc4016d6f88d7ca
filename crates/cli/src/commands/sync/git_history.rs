//! What Git keeps beside its tree, for a plan that asks.

use hnp_state::config::Fabric;
use hnp_sync::history::{History, InGit, InPast, OnLine};

use super::git_past::GitPast;
use super::git_time;
use crate::context::Context;

/// A repository's objects, and the history of one revision.
pub(super) struct GitHistory<'c> {
    context: &'c Context,
    fabric: &'c Fabric,
    past: GitPast<'c>,
}

impl<'c> GitHistory<'c> {
    /// Takes a revision whose history counts; nothing is read before a plan asks.
    pub(super) fn new(context: &'c Context, fabric: &'c Fabric, revision: &'c str) -> Self {
        Self {
            context,
            fabric,
            past: GitPast::new(context, fabric, revision),
        }
    }
}

impl History for GitHistory<'_> {
    fn blob(&self, id: &str) -> Option<Vec<u8>> {
        self.context.repo.read_blob(id)
    }

    fn blob_id(&self, bytes: &[u8]) -> String {
        self.context.repo.blob_id(bytes).unwrap_or_default()
    }

    fn changed_at(&self, value: &InGit<'_>) -> Option<i64> {
        let (objects, tip) = self.past.opened()?;
        let limits = self.context.config.limits.yaml();
        git_time::came_about(objects, *tip, self.fabric, limits, value)
    }

    fn held(&self, value: &InPast<'_>) -> Option<bool> {
        Some(self.past.held(value))
    }

    fn on_line(&self, sought: &OnLine<'_>) -> bool {
        self.past.on_line(sought)
    }
}
