//! The ledger as a whole: walking it, joining two of them, and beginning it anew with what is young enough.
//!
//! A chain that was cleaned begins with a root that holds no record, but a floor: the time of the oldest record it keeps.
//! A merge of two chains holds the higher floor of both, and what lies below it is passed over. So what one clone has
//! cleaned away does not come back from another.

use std::collections::{BTreeSet, BinaryHeap, HashSet};

use crate::error::{Doing, Error};
use crate::ledger::{LOG_REF, RECORD};
use crate::objects::TreeFile;
use crate::repo::{Repo, Stamp};

/// The file that holds the floor, in the tree of a root and of a merge.
const FLOOR: &str = "floor";

/// One commit of the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEntry {
    pub(crate) id: gix::ObjectId,
    parents: Vec<gix::ObjectId>,
    message: String,
    /// When the record was appended, seconds since 1970.
    pub seconds: i64,
}

impl LogEntry {
    /// Returns the id of the operation; a root and a merge have none.
    #[must_use]
    pub fn operation(&self) -> Option<&str> {
        self.message
            .lines()
            .find_map(|line| line.strip_prefix("Hnp-Op: "))
    }
}

/// What cleaning a ledger came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cleaned {
    /// Records that went.
    pub dropped: usize,
    /// Records that stay.
    pub kept: usize,
}

/// Tells a walk of the ledger whether to go on.
pub(crate) type Visit<'v> = &'v mut dyn FnMut(&LogEntry) -> Result<bool, Error>;

impl Repo {
    /// Walks the ledger, newest first.
    pub(crate) fn walk_log(&self, visit: Visit<'_>) -> Result<(), Error> {
        self.walk_from(self.read_ref(LOG_REF)?, visit)
    }

    /// Walks a chain from its tip. Where chains were joined, commits of all of them come by time, each operation once.
    pub(crate) fn walk_from(
        &self,
        tip: Option<gix::ObjectId>,
        visit: Visit<'_>,
    ) -> Result<(), Error> {
        let Some(tip) = tip else { return Ok(()) };
        let mut floor = i64::MIN;
        let mut seen: HashSet<gix::ObjectId> = HashSet::from([tip]);
        let mut operations: BTreeSet<String> = BTreeSet::new();
        let mut is_joined = false;
        let first = self.log_entry(tip)?;
        // Newest first; a child before its parent at the same second, as it was met earlier.
        let mut order = 0_i64;
        let mut waiting = BinaryHeap::from([(first.seconds, order, first.id)]);
        while let Some((_, _, id)) = waiting.pop() {
            let entry = self.log_entry(id)?;
            if entry.parents.len() > 1 {
                is_joined = true;
                floor = floor.max(self.floor_at(id)?.unwrap_or(i64::MIN));
            }
            let below = is_joined && entry.seconds < floor;
            let again = is_joined
                && entry
                    .operation()
                    .is_some_and(|operation| !operations.insert(operation.to_owned()));
            if !below && !again && !visit(&entry)? {
                return Ok(());
            }
            for parent in &entry.parents {
                if seen.insert(*parent) {
                    order -= 1;
                    // A clock that went backwards must not put a parent before its child.
                    let seconds = self.log_entry(*parent)?.seconds.min(entry.seconds);
                    waiting.push((seconds, order, *parent));
                }
            }
        }
        Ok(())
    }

    fn log_entry(&self, id: gix::ObjectId) -> Result<LogEntry, Error> {
        let commit = self.gix.find_commit(id).doing("read the ledger")?;
        Ok(LogEntry {
            id,
            parents: commit.parent_ids().map(gix::Id::detach).collect(),
            message: commit.message_raw_sloppy().to_string(),
            seconds: commit.time().map_or(0, |time| time.seconds),
        })
    }

    fn floor_at(&self, id: gix::ObjectId) -> Result<Option<i64>, Error> {
        let bytes = self.read_file_at(id, FLOOR)?;
        Ok(bytes.and_then(|bytes| String::from_utf8_lossy(&bytes).trim().parse().ok()))
    }

    /// Returns the records' commits, newest first.
    ///
    /// # Errors
    ///
    /// Fails where one cannot be read.
    pub fn log_entries(&self) -> Result<Vec<LogEntry>, Error> {
        let mut entries = Vec::new();
        self.walk_log(&mut |entry| {
            if entry.operation().is_some() {
                entries.push(entry.clone());
            }
            Ok(true)
        })?;
        Ok(entries)
    }

    /// Returns the highest floor that a chain has on its way.
    fn floor_of(&self, tip: gix::ObjectId) -> Result<Option<i64>, Error> {
        let mut floor: Option<i64> = None;
        let mut open = vec![tip];
        let mut seen = HashSet::from([tip]);
        while let Some(id) = open.pop() {
            let entry = self.log_entry(id)?;
            if entry.operation().is_none() {
                floor = floor.max(self.floor_at(id)?);
            }
            open.extend(entry.parents.into_iter().filter(|id| seen.insert(*id)));
        }
        Ok(floor)
    }

    /// Begins the ledger anew with its newest records, on a root that says from when on they are. Nothing happens where all
    /// of them are kept.
    ///
    /// # Errors
    ///
    /// Fails where the chain cannot be read or written, or moved meanwhile.
    pub fn clean_log(&self, keep: usize, stamp: &Stamp) -> Result<Cleaned, Error> {
        let Some(tip) = self.read_ref(LOG_REF)? else {
            return Ok(Cleaned::default());
        };
        let entries = self.log_entries()?;
        let (kept, dropped) = entries.split_at(keep.min(entries.len()));
        let cleaned = Cleaned {
            dropped: dropped.len(),
            kept: kept.len(),
        };
        if dropped.is_empty() {
            return Ok(cleaned);
        }
        let floor = kept.last().map_or(stamp.seconds, |oldest| oldest.seconds);
        let floor = floor.max(self.floor_of(tip)?.unwrap_or(i64::MIN));
        let tree = self.write_tree(&[floor_file(&floor.to_string())])?;
        let root = Stamp {
            seconds: floor,
            ..stamp.clone()
        };
        let mut parent = self.write_commit(tree, &[], "hnp: The ledger begins here\n", &root)?;
        for entry in kept.iter().rev() {
            parent = self.appended(entry.id, parent)?;
        }
        self.swap_ref(LOG_REF, Some(tip), parent, "hnp clean")?;
        Ok(cleaned)
    }

    /// Writes a record's commit once more on another parent; its tree, words, author and times stay.
    fn appended(&self, id: gix::ObjectId, parent: gix::ObjectId) -> Result<gix::ObjectId, Error> {
        let commit = self.gix.find_commit(id).doing("read the ledger")?;
        let decoded = commit.decode().doing("read the ledger")?;
        let mut copy = gix::objs::Commit::try_from(decoded).doing("read the ledger")?;
        copy.parents = std::iter::once(parent).collect();
        let id = self.gix.write_object(&copy).doing("write an object")?;
        Ok(id.detach())
    }

    /// Joins another chain to the ledger, by a merge or by moving on to it; returns how many records came.
    ///
    /// # Errors
    ///
    /// Fails where `revision` names no chain of records, or the ledger moved meanwhile.
    pub fn join_log(&self, revision: &str, stamp: &Stamp) -> Result<usize, Error> {
        let refuse = |why: &str| Error::Revision {
            text: revision.to_owned(),
            why: why.to_owned(),
        };
        let other = self
            .resolve(revision)
            .and_then(|hex| gix::ObjectId::from_hex(hex.as_bytes()).ok())
            .ok_or_else(|| refuse("there is no such revision"))?;
        let theirs = self
            .log_entry(other)
            .map_err(|_| refuse("this is no ledger"))?;
        let is_ledger = self.read_file_at(other, RECORD)?.is_some()
            || self.read_file_at(other, FLOOR)?.is_some();
        if !is_ledger && theirs.parents.len() < 2 {
            return Err(refuse("this is no ledger"));
        }
        let Some(tip) = self.read_ref(LOG_REF)? else {
            let before = self.count(other)?;
            self.swap_ref(LOG_REF, None, other, "hnp log --join")?;
            return Ok(before);
        };
        let before = self.count(tip)?;
        let next = if self.holds(tip, other)? {
            return Ok(0);
        } else if self.holds(other, tip)? {
            other
        } else {
            self.merge_logs(tip, other, stamp)?
        };
        let after = self.count(next)?;
        if after == before && next != other {
            // Nothing of theirs is both young enough and unknown: no merge for its own sake.
            return Ok(0);
        }
        self.swap_ref(LOG_REF, Some(tip), next, "hnp log --join")?;
        Ok(after.saturating_sub(before))
    }

    fn merge_logs(
        &self,
        ours: gix::ObjectId,
        theirs: gix::ObjectId,
        stamp: &Stamp,
    ) -> Result<gix::ObjectId, Error> {
        let floor = self.floor_of(ours)?.max(self.floor_of(theirs)?);
        let text = floor.unwrap_or(i64::MIN).to_string();
        let tree = self.write_tree(&[floor_file(&text)])?;
        self.write_commit(tree, &[ours, theirs], "hnp: Two ledgers joined\n", stamp)
    }

    fn count(&self, tip: gix::ObjectId) -> Result<usize, Error> {
        let mut count = 0;
        self.walk_from(Some(tip), &mut |entry| {
            count += usize::from(entry.operation().is_some());
            Ok(true)
        })?;
        Ok(count)
    }

    /// Tells whether a chain has a commit on its way.
    fn holds(&self, tip: gix::ObjectId, wanted: gix::ObjectId) -> Result<bool, Error> {
        let mut open = vec![tip];
        let mut seen = HashSet::from([tip]);
        while let Some(id) = open.pop() {
            if id == wanted {
                return Ok(true);
            }
            let entry = self.log_entry(id)?;
            open.extend(entry.parents.into_iter().filter(|id| seen.insert(*id)));
        }
        Ok(false)
    }
}

fn floor_file(text: &str) -> TreeFile<'_> {
    TreeFile {
        path: FLOOR,
        bytes: text.as_bytes(),
        executable: false,
    }
}
