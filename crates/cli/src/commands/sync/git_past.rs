//! Whether Git once held a value: what tells a revert, which takes the state back too, from an edit of the GUI.

use std::cell::{OnceCell, RefCell};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

use hnp_git::{ObjectDirectories, ObjectStore, Oid, Snapshot};
use hnp_merge::Rules;
use hnp_model::ResourceId;
use hnp_state::STATE_PATH;
use hnp_state::config::Fabric;
use hnp_sync::fabric::is_yaml;
use hnp_sync::gui::base_hash;
use hnp_sync::history::{InPast, OnLine, Sought};
use hnp_sync::reconcile::same;
use hnp_yaml::Node;

use super::git_time::value_of;
use crate::context::Context;

/// How many commits are looked at, in the files where the resource may stand.
const COMMITS: usize = 5_000;
/// In how many of them, from the newest on, it is looked for everywhere: somebody may have put it elsewhere.
const WIDE: usize = 200;

/// Commits, the newest first; nothing where they are not known.
type Line = Option<Rc<Vec<Oid>>>;

/// The history of a fabric.
pub(super) struct GitPast<'c> {
    context: &'c Context,
    fabric: &'c Fabric,
    revision: &'c str,
    objects: OnceCell<Option<(Arc<ObjectStore>, Oid)>>,
    /// The commits from one on, the newest first; nothing where Git's side does not come from it.
    since: RefCell<HashMap<Option<String>, Rc<Vec<Oid>>>>,
    /// The same along first parents, without the one from which on they count.
    lines: RefCell<HashMap<Vec<String>, Line>>,
}

impl<'c> GitPast<'c> {
    /// Takes a revision whose history counts; nothing is read before somebody asks.
    pub(super) fn new(context: &'c Context, fabric: &'c Fabric, revision: &'c str) -> Self {
        Self {
            context,
            fabric,
            revision,
            objects: OnceCell::new(),
            since: RefCell::default(),
            lines: RefCell::default(),
        }
    }

    /// Returns the repository's objects and the commit whose history counts; they are opened when first asked for.
    pub(super) fn opened(&self) -> Option<&(Arc<ObjectStore>, Oid)> {
        let opened = self.objects.get_or_init(|| {
            let directories = ObjectDirectories::from_environment();
            let objects = self.context.repo.objects(&directories).ok().map(Arc::new)?;
            let tip = self.context.repo.commit_named(&objects, self.revision);
            Some((objects, tip.ok()?))
        });
        opened.as_ref()
    }

    /// Tells whether one of the commits had the value. What cannot be read is not known, so it was not.
    pub(super) fn held(&self, asked: &InPast<'_>) -> bool {
        let Some((objects, tip)) = self.opened() else {
            return false;
        };
        let known = self
            .since
            .borrow()
            .get(&asked.since.map(str::to_owned))
            .cloned();
        let commits = known.unwrap_or_else(|| {
            let found = self.commits(objects, *tip, asked.since).unwrap_or_default();
            let found = Rc::new(found);
            let key = asked.since.map(str::to_owned);
            self.since.borrow_mut().insert(key, Rc::clone(&found));
            found
        });
        let rules = Rules::of(&asked.id.group, &asked.id.kind);
        let mut look = Look {
            past: self,
            objects,
            id: asked.id,
            paths: asked.paths,
            is: &|value| same(rules, Some(value), Some(asked.value)),
            seen: HashSet::new(),
        };
        look.at_paths(&commits) || look.everywhere(*tip, &commits)
    }

    /// Tells whether Git had something on its line of first parents and moved away from it.
    pub(super) fn on_line(&self, asked: &OnLine<'_>) -> bool {
        let Some((objects, tip)) = self.opened() else {
            return false;
        };
        let Some(line) = self.line(objects, *tip, asked.since) else {
            return false;
        };
        let rules = Rules::of(&asked.id.group, &asked.id.kind);
        let is = |value: &Node| match asked.sought {
            Sought::Value(sought) => same(rules, Some(value), Some(sought)),
            Sought::Hash(hash) => base_hash(value) == hash,
            Sought::Gone => false,
        };
        if asked.sought == Sought::Gone {
            return if asked.since.is_empty() {
                went_and_came(objects, &line, asked.key)
            } else {
                self.was_gone(objects, *tip, &line, asked)
            };
        }
        let mut look = Look {
            past: self,
            objects,
            id: asked.id,
            paths: asked.paths,
            is: &is,
            seen: HashSet::new(),
        };
        look.at_paths(&line) || look.everywhere(*tip, &line)
    }

    /// The commits of the line of first parents, newest first, after the newest of some of which one must be on it.
    fn line(&self, objects: &Arc<ObjectStore>, tip: Oid, since: &[String]) -> Line {
        if let Some(known) = self.lines.borrow().get(since) {
            return known.clone();
        }
        let ends: Vec<Oid> = since.iter().filter_map(|id| Oid::parse(id)).collect();
        let mut line = Vec::new();
        let (mut next, mut met) = (Some(tip), since.is_empty());
        while let Some(id) = next.filter(|_| line.len() < COMMITS) {
            if ends.contains(&id) {
                met = true;
                break;
            }
            line.push(id);
            next = objects.commit(id).ok()?.parents.first().copied();
        }
        let found = met.then(|| Rc::new(line));
        let mut lines = self.lines.borrow_mut();
        lines.insert(since.to_vec(), found.clone());
        found
    }

    /// Tells whether a resource stood nowhere in one of the commits.
    fn was_gone(
        &self,
        objects: &Arc<ObjectStore>,
        tip: Oid,
        line: &[Oid],
        asked: &OnLine<'_>,
    ) -> bool {
        let files = |commit: Oid| -> Option<HashMap<Oid, String>> {
            let tree = Snapshot::of(Arc::clone(objects), commit).ok()?;
            let listing = tree.list(&self.fabric.directories).ok()?;
            let files = listing.files.iter().filter(|entry| is_yaml(&entry.path));
            Some(
                files
                    .map(|entry| (entry.blob, entry.path.clone()))
                    .collect(),
            )
        };
        let Some(now) = files(tip) else {
            return false;
        };
        let mut look = Look {
            past: self,
            objects,
            id: asked.id,
            paths: asked.paths,
            is: &|_| true,
            seen: HashSet::new(),
        };
        // Of what is there now, only the file where the resource stands can have it: it stands once.
        let holds: HashSet<Oid> = now
            .iter()
            .filter(|(_, path)| asked.paths.contains(path))
            .map(|(blob, _)| *blob)
            .filter(|blob| look.is_in(*blob))
            .collect();
        let mut known: HashMap<Oid, bool> = HashMap::new();
        line.iter().take(WIDE).any(|commit| {
            let Some(then) = files(*commit) else {
                return false;
            };
            let mut has = |blob: &Oid| *known.entry(*blob).or_insert_with(|| look.is_in(*blob));
            !then
                .keys()
                .any(|blob| holds.contains(blob) || !now.contains_key(blob) && has(blob))
        })
    }

    fn commits(
        &self,
        objects: &Arc<ObjectStore>,
        tip: Oid,
        since: Option<&str>,
    ) -> Option<Vec<Oid>> {
        let Some(since) = since else {
            let all = objects.new_commits(&[tip], &[], COMMITS).ok()?;
            return Some(all.commits.into_iter().rev().collect());
        };
        let since = Oid::parse(since).filter(|id| objects.has(*id))?;
        if !self.context.repo.comes_from(objects, tip, since).ok()? {
            return None;
        }
        let new = objects.new_commits(&[tip], &[since], COMMITS).ok()?;
        Some(new.commits.into_iter().rev().chain([since]).collect())
    }
}

struct Look<'l> {
    past: &'l GitPast<'l>,
    objects: &'l Arc<ObjectStore>,
    id: &'l ResourceId,
    paths: &'l [String],
    /// Tells whether a value is the one that is looked for.
    is: &'l dyn Fn(&Node) -> bool,
    /// Contents that do not have the value.
    seen: HashSet<Oid>,
}

impl Look<'_> {
    fn at_paths(&mut self, commits: &[Oid]) -> bool {
        let mut trees = HashSet::new();
        commits.iter().any(|commit| {
            let Some(tree) = self.tree(*commit) else {
                return false;
            };
            let new = tree.tree().is_none_or(|id| trees.insert(id));
            new && self.paths.iter().any(|path| {
                let entry = tree.find(path).ok().flatten();
                entry.is_some_and(|entry| self.is_in(entry.blob))
            })
        })
    }

    fn everywhere(&mut self, tip: Oid, commits: &[Oid]) -> bool {
        let directories = &self.past.fabric.directories;
        // What Git has now is known not to be the value, and mostly that is what it had before.
        let Some(now) = self.tree(tip).and_then(|tree| tree.list(directories).ok()) else {
            return false;
        };
        self.seen.extend(now.files.iter().map(|entry| entry.blob));
        commits.iter().take(WIDE).any(|commit| {
            let listing = self
                .tree(*commit)
                .and_then(|tree| tree.list(directories).ok());
            listing.is_some_and(|listing| {
                let files = listing.files.iter().filter(|entry| is_yaml(&entry.path));
                files.into_iter().any(|entry| self.is_in(entry.blob))
            })
        })
    }

    fn tree(&self, commit: Oid) -> Option<Snapshot> {
        Snapshot::of(Arc::clone(self.objects), commit).ok()
    }

    /// Tells whether a content has the value; each is looked at once.
    fn is_in(&mut self, blob: Oid) -> bool {
        if !self.seen.insert(blob) {
            return false;
        }
        let limits = self.past.context.config.limits.yaml();
        let Ok(bytes) = self.objects.blob(blob, limits.file_bytes) else {
            return false;
        };
        value_of(bytes, self.id, limits).is_some_and(|value| (self.is)(&value))
    }
}

/// Tells whether the state had a resource, and then had it no more.
fn went_and_came(objects: &Arc<ObjectStore>, line: &[Oid], key: &str) -> bool {
    let quoted = format!("\"{key}\"");
    let mut known: HashMap<Oid, bool> = HashMap::new();
    let mut has = |commit: &Oid| -> Option<bool> {
        let tree = Snapshot::of(Arc::clone(objects), *commit).ok()?;
        let entry = tree.find(STATE_PATH).ok()??;
        if let Some(known) = known.get(&entry.blob) {
            return Some(*known);
        }
        let text = objects.blob(entry.blob, usize::MAX - 1).ok()?;
        let has = String::from_utf8_lossy(&text).contains(&quoted);
        known.insert(entry.blob, has);
        Some(has)
    };
    let mut line = line.iter();
    line.any(|commit| has(commit) == Some(false)) && line.any(|commit| has(commit) == Some(true))
}
