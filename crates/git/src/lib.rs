//! Git as hnp sees it: objects, references, the ledger.
//!
//! gix reads and writes objects and references; no type of its own leaves this crate. What gix cannot do, such as
//! committing with the user's hooks and signature, `git` does.

mod backup;
mod commit;
mod error;
mod ledger;
mod objects;
mod refs;
mod repo;

pub use backup::{Backup, BackupFile};
pub use commit::CommitRequest;
pub use error::Error;
pub use ledger::LOG_REF;
pub use repo::{Identity, Repo, Stamp};
