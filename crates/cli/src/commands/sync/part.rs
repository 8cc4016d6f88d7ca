//! A run that does not speak of every resource, and what it leaves on the branch.

use std::collections::HashMap;
use std::sync::Arc;

use hnp_git::{Oid, Snapshot as Tree};
use hnp_state::config::Fabric;
use hnp_sync::forge::{Standing, Values, values};
use hnp_sync::gui::{GuiResource, Snapshot};

use super::super::show::Wanted;
use super::Asked;
use super::base::{Base, files_of};
use super::plan::Kept;
use crate::context::Context;
use crate::failure::Failure;

/// Which resources a run speaks of.
pub(super) struct Part<'p> {
    /// Not of all.
    pub(super) is_partial: bool,
    /// What the GUI said, by key.
    pub(super) gui: HashMap<String, &'p GuiResource>,
    only: &'p [Wanted],
    complete: bool,
}

impl<'p> Part<'p> {
    pub(super) fn new(asked: &Asked<'p>, snapshot: &'p Snapshot, fabric: &str) -> Self {
        let here = snapshot.resources.iter();
        let here = here.filter(|one| one.fabric.as_deref().is_none_or(|name| name == fabric));
        Self {
            is_partial: !snapshot.complete || !asked.only.is_empty(),
            gui: here.map(|one| (one.id.key(fabric), one)).collect(),
            only: asked.only,
            complete: snapshot.complete,
        }
    }

    /// Tells whether the run says what becomes of a resource.
    pub(super) fn speaks_of(&self, key: &str) -> bool {
        let named = self.only.is_empty() || self.only.iter().any(|wanted| wanted.is_key(key));
        named && (self.complete || self.gui.contains_key(key))
    }

    /// Returns what the branch has of all other resources, where that is not what its base has.
    ///
    /// # Errors
    ///
    /// Exit 3 where an object cannot be read.
    pub(super) fn kept(
        &self,
        context: &Context,
        base: &Base,
        standing: &Standing,
        (name, fabric): (&str, &Fabric),
        now: &Values,
    ) -> Result<Kept, Failure> {
        let Some(tip) = standing.tip.as_deref().and_then(Oid::parse) else {
            return Ok(Kept::new());
        };
        let tree = Tree::of(Arc::clone(&base.objects), tip)?;
        let then = values(
            &files_of(context, &tree, name, fabric)?,
            context.config.limits.yaml(),
        );
        let differs = |key: &&String| then.get(*key) != now.get(*key) && !self.speaks_of(key);
        let keys = now.keys().chain(then.keys()).filter(differs);
        Ok(keys
            .map(|key| (key.clone(), then.get(key).cloned()))
            .collect())
    }
}
