//! The worktree: files, journal, lock.
//!
//! Everything that changes a worktree goes through [`journal::apply`]: killed at any instant, the next run finishes it.

pub mod cache;
pub mod error;
pub mod fail;
mod gui_any;
pub mod gui_directory;
pub mod gui_event;
pub mod gui_file;
mod gui_swap;
pub mod journal;
pub mod leftovers;
pub mod lock;
mod step;
pub mod worktree;

pub use cache::Cache;
pub use error::Error;
pub use gui_any::AnyGui;
pub use gui_directory::GuiDirectory;
pub use gui_event::GuiEvent;
pub use gui_file::GuiFile;
pub use worktree::Worktree;
