//! The worktree: files, journal, lock.
