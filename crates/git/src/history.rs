//! Commits, their parents, and what two histories have in common. Nothing here needs a `git` process.

use std::collections::{BinaryHeap, HashMap, HashSet};

use gix::objs::{CommitRef, Kind, TagRef};

use crate::error::{Doing, Error};
use crate::oid::Oid;
use crate::store::ObjectStore;

/// How many tags of tags are followed.
const TAG_DEPTH: usize = 16;

/// How far clocks may be apart, in seconds: commits that are nearer in time may be met in any order.
const SKEW: i64 = 24 * 60 * 60;

/// A commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitInfo {
    /// Its tree.
    pub tree: Oid,
    /// Its parents, the first one first; none where a shallow history ends.
    pub parents: Vec<Oid>,
    /// When it was committed, seconds since 1970; 0 where it does not say.
    pub seconds: i64,
    /// First line of its message.
    pub title: String,
}

/// Commits that one history has and others have not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewCommits {
    /// The commits, parents before children.
    pub commits: Vec<Oid>,
    /// Whether these are all of them.
    pub complete: bool,
}

impl ObjectStore {
    /// Reads a commit.
    ///
    /// # Errors
    ///
    /// Fails where it is not there, or is no commit.
    pub fn commit(&self, id: Oid) -> Result<CommitInfo, Error> {
        let data = self.get(id.0, Kind::Commit)?;
        let commit = CommitRef::from_bytes(&data, self.hash()).doing("read a commit")?;
        let parents = if self.shallow.contains(&id.0) {
            Vec::new()
        } else {
            commit.parents().map(Oid).collect()
        };
        Ok(CommitInfo {
            tree: Oid(commit.tree()),
            parents,
            seconds: commit.time().map_or(0, |time| time.seconds),
            title: commit.message().title.to_string().trim().to_owned(),
        })
    }

    /// Tells whether a shallow history ends with a commit: it has parents that are not here.
    #[must_use]
    pub fn is_cut_off(&self, id: Oid) -> bool {
        self.shallow.contains(&id.0)
    }

    /// Returns the commit that a commit or a tag names; `None` for a tree, a blob, or a tag of one.
    ///
    /// # Errors
    ///
    /// Fails where an object is not there.
    pub fn commit_of(&self, id: Oid) -> Result<Option<Oid>, Error> {
        let (kind, id) = self.peel(id)?;
        Ok((kind == Kind::Commit).then_some(id))
    }

    /// Returns the tree that a tree, a commit or a tag names; `None` for a blob, or a tag of one.
    ///
    /// # Errors
    ///
    /// Fails where an object is not there.
    pub fn tree_of(&self, id: Oid) -> Result<Option<Oid>, Error> {
        let (kind, id) = self.peel(id)?;
        Ok(match kind {
            Kind::Commit => Some(self.commit(id)?.tree),
            Kind::Tree => Some(id),
            _ => None,
        })
    }

    fn peel(&self, id: Oid) -> Result<(Kind, Oid), Error> {
        let mut at = id;
        for _ in 0..TAG_DEPTH {
            let Some((kind, data)) = self.find(at.0)? else {
                return Err(Error::git(format!("read {at}"))(&"there is no such object"));
            };
            if kind != Kind::Tag {
                return Ok((kind, at));
            }
            let tag = TagRef::from_bytes(&data, self.hash()).doing("read a tag")?;
            at = Oid(tag.target());
        }
        Err(Error::git(format!("read {id}"))(
            &"it is a tag of a tag of a tag, without end",
        ))
    }

    /// Finds the newest commit that two commits both come from.
    ///
    /// # Errors
    ///
    /// Fails where one of the two is not there; a history that ends early has no more parents.
    pub fn merge_base(&self, one: Oid, other: Oid) -> Result<Option<Oid>, Error> {
        const BOTH: u8 = 3;
        const STALE: u8 = 4;
        let mut walk = Walk::new(self, STALE);
        walk.mark(one, 1)?;
        walk.mark(other, 2)?;
        let mut found: Vec<(i64, Oid)> = Vec::new();
        let mut oldest = None;
        while let Some((seconds, id, parents)) = walk.next(oldest) {
            let mut flags = walk.flags(id);
            if flags & BOTH == BOTH && flags & STALE == 0 {
                found.push((seconds, id));
                oldest = Some(oldest.map_or(seconds, |at: i64| at.min(seconds)));
                flags |= STALE;
            }
            walk.pass(parents, flags);
        }
        // A candidate that another one comes from was marked stale after it was found.
        found.retain(|(_, id)| walk.flags(*id) & STALE == 0);
        found.sort();
        Ok(found.last().map(|(_, id)| *id))
    }

    /// Finds the commits that come with some tips and were not known before, at most a number of them.
    ///
    /// Clocks that go backwards may make a commit count as new that is not; never the other way round.
    ///
    /// # Errors
    ///
    /// Fails where a tip is not there. Known commits that are not there are passed over.
    pub fn new_commits(
        &self,
        tips: &[Oid],
        known: &[Oid],
        most: usize,
    ) -> Result<NewCommits, Error> {
        const NEW: u8 = 1;
        const KNOWN: u8 = 2;
        let mut walk = Walk::new(self, KNOWN);
        for id in known {
            if let Ok(Some(commit)) = self.commit_of(*id) {
                walk.mark(commit, KNOWN)?;
            }
        }
        for id in tips {
            if let Some(commit) = self.commit_of(*id)? {
                walk.mark(commit, NEW)?;
            }
        }
        let mut found = Vec::new();
        let mut oldest = None;
        while let Some((seconds, id, parents)) = walk.next(oldest) {
            let flags = walk.flags(id);
            if flags & KNOWN == 0 {
                if found.len() == most {
                    return Ok(NewCommits {
                        commits: self.in_order(&found)?,
                        complete: false,
                    });
                }
                found.push(id);
                oldest = Some(oldest.map_or(seconds, |at: i64| at.min(seconds)));
            }
            walk.pass(parents, flags);
        }
        found.retain(|id| walk.flags(*id) & KNOWN == 0);
        Ok(NewCommits {
            commits: self.in_order(&found)?,
            complete: true,
        })
    }

    /// Sorts commits so that parents come first; the order found decides among others.
    fn in_order(&self, newest_first: &[Oid]) -> Result<Vec<Oid>, Error> {
        let among: HashSet<Oid> = newest_first.iter().copied().collect();
        let mut done = HashSet::new();
        let mut sorted = Vec::with_capacity(newest_first.len());
        for start in newest_first.iter().rev() {
            let mut waiting = vec![(*start, false)];
            while let Some((id, parents_done)) = waiting.pop() {
                if parents_done {
                    sorted.push(id);
                } else if done.insert(id) {
                    waiting.push((id, true));
                    let parents = self.commit(id)?.parents;
                    waiting.extend(
                        parents
                            .into_iter()
                            .filter(|parent| among.contains(parent) && !done.contains(parent))
                            .map(|parent| (parent, false)),
                    );
                }
            }
        }
        Ok(sorted)
    }
}

/// A walk from children to parents, the newest first, that carries marks along.
struct Walk<'s> {
    store: &'s ObjectStore,
    /// A commit with this mark is of no interest: the walk ends when no other waits.
    dull: u8,
    queue: BinaryHeap<(i64, Oid)>,
    /// The parents of the commits in the queue.
    waiting: HashMap<Oid, Vec<Oid>>,
    interesting: usize,
    marks: HashMap<Oid, u8>,
}

impl<'s> Walk<'s> {
    fn new(store: &'s ObjectStore, dull: u8) -> Self {
        Self {
            store,
            dull,
            queue: BinaryHeap::new(),
            waiting: HashMap::new(),
            interesting: 0,
            marks: HashMap::new(),
        }
    }

    /// Marks a commit, and lets it be looked at again where that is news.
    fn mark(&mut self, id: Oid, mark: u8) -> Result<(), Error> {
        let before = self.flags(id);
        let after = before | mark;
        if before == after {
            return Ok(());
        }
        if self.waiting.contains_key(&id) {
            self.interesting -= usize::from(before & self.dull == 0);
        } else {
            let commit = self.store.commit(id)?;
            self.waiting.insert(id, commit.parents);
            self.queue.push((commit.seconds, id));
        }
        self.interesting += usize::from(after & self.dull == 0);
        self.marks.insert(id, after);
        Ok(())
    }

    /// Takes the newest commit, with its parents; `None` when no commit of interest waits, and none that is as new as
    /// what was found, less the time that clocks may differ by.
    fn next(&mut self, oldest_found: Option<i64>) -> Option<(i64, Oid, Vec<Oid>)> {
        if self.interesting == 0 {
            let (seconds, _) = self.queue.peek()?;
            if *seconds < oldest_found?.saturating_sub(SKEW) {
                return None;
            }
        }
        let (seconds, id) = self.queue.pop()?;
        self.interesting -= usize::from(self.flags(id) & self.dull == 0);
        Some((seconds, id, self.waiting.remove(&id).unwrap_or_default()))
    }

    /// Hands marks on to parents. One that is not there ends the history, as in a clone that was cut off.
    fn pass(&mut self, parents: Vec<Oid>, marks: u8) {
        for parent in parents {
            let _ = self.mark(parent, marks);
        }
    }

    fn flags(&self, id: Oid) -> u8 {
        self.marks.get(&id).copied().unwrap_or_default()
    }
}
