//! The worktree: files, journal, lock.
//!
//! Everything that changes a worktree goes through [`journal::apply`]: killed at any instant, the next run finishes it.

pub mod cache;
pub mod error;
pub mod fail;
pub mod gui_file;
pub mod journal;
pub mod lock;
mod step;
pub mod worktree;

pub use cache::Cache;
pub use error::Error;
pub use gui_file::GuiFile;
pub use worktree::Worktree;
