//! The ledger: one record an operation, in a chain of commits that no branch holds.

use std::time::{Duration, Instant};

use crate::error::Error;
use crate::kept::Kept;
use crate::repo::{Repo, Stamp};

/// The reference that names the newest record.
pub const LOG_REF: &str = "refs/hnp/log";

/// The file in each commit's tree that holds the record.
pub(crate) const RECORD: &str = "record.json";

/// How many records back a repeated call looks for its own.
const HISTORY: usize = 100;

/// How long to go on where other writers are faster.
const PATIENCE: Duration = Duration::from_secs(10);

impl Repo {
    /// Appends a record; `id` is the operation's, `title` one line for people who look with Git.
    ///
    /// A record that is among the newest already is not appended again, so a killed run may repeat the call.
    ///
    /// # Errors
    ///
    /// Fails where the reference cannot be written.
    pub fn append_log(
        &self,
        id: &str,
        title: &str,
        record: &str,
        stamp: &Stamp,
    ) -> Result<(), Error> {
        self.append_log_with(id, title, record, None, stamp)
    }

    /// Appends a record together with the files that the operation touched, as they were before and after it: with the record
    /// they stay, and with it they go.
    ///
    /// # Errors
    ///
    /// As [`Repo::append_log`].
    pub fn append_log_with(
        &self,
        id: &str,
        title: &str,
        record: &str,
        kept: Option<&Kept>,
        stamp: &Stamp,
    ) -> Result<(), Error> {
        let trailer = format!("Hnp-Op: {id}");
        let until = Instant::now() + PATIENCE;
        // Another writer may win the race for the reference; its record then becomes the parent of this one.
        loop {
            let tip = self.read_ref(LOG_REF)?;
            if self.is_recorded(tip, &trailer)? {
                return Ok(());
            }
            let tree = self.write_record(record, kept)?;
            let parents: Vec<_> = tip.into_iter().collect();
            let commit =
                self.write_commit(tree, &parents, &format!("{title}\n\n{trailer}\n"), stamp)?;
            match self.swap_ref(LOG_REF, tip, commit, "hnp") {
                Err(Error::Moved(_)) if Instant::now() < until => {
                    std::thread::sleep(Duration::from_millis(2));
                }
                other => return other,
            }
        }
    }

    fn is_recorded(&self, tip: Option<gix::ObjectId>, trailer: &str) -> Result<bool, Error> {
        let (mut found, mut seen) = (false, 0);
        self.walk_from(tip, &mut |at| {
            found = at.operation().is_some_and(|id| trailer.ends_with(id));
            seen += 1;
            Ok(!found && seen < HISTORY)
        })?;
        Ok(found)
    }

    /// Returns the newest records, newest first.
    ///
    /// # Errors
    ///
    /// Fails where an object of the chain cannot be read.
    pub fn read_log(&self, limit: usize) -> Result<Vec<String>, Error> {
        let mut records = Vec::new();
        self.walk_log(&mut |at| {
            if records.len() == limit {
                return Ok(false);
            }
            if let Some(bytes) = self.read_file_at(at.id, RECORD)? {
                records.push(String::from_utf8_lossy(&bytes).into_owned());
            }
            Ok(true)
        })?;
        Ok(records)
    }
}
