//! Git as hnp sees it: objects, references, the ledger.
//!
//! gix reads and writes objects and references; no type of its own leaves this crate. What gix cannot do, such as
//! committing with the user's hooks and signature, `git` does.

mod backup;
mod blob;
mod branch;
mod commit;
mod config_block;
mod differences;
mod error;
mod file_history;
mod hidden;
mod history;
mod hooks_dir;
mod kept;
mod ledger;
mod ledger_walk;
mod objects;
mod oid;
mod pack_cache;
mod past;
mod refs;
mod repo;
mod revision;
mod snapshot;
mod store;

pub use backup::{Backup, BackupFile};
pub use branch::{Ahead, TreeChange};
pub use commit::CommitRequest;
pub use differences::{Differ, Difference, Directory};
pub use error::Error;
pub use file_history::FileCommit;
pub use hidden::{Hidden, HiddenKind};
pub use history::{CommitInfo, NewCommits};
pub use hooks_dir::HooksDirectory;
pub use kept::{Kept, Logged, Touched};
pub use ledger::LOG_REF;
pub use ledger_walk::{Cleaned, LogEntry};
pub use oid::Oid;
pub use past::PastCommit;
pub use repo::{Identity, Repo, Stamp};
pub use revision::Comparison;
pub use snapshot::{Snapshot, TreeEntry, TreeListing, TreeOddity, TreeOddityKind};
pub use store::{ObjectDirectories, ObjectStore};
