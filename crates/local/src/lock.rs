//! One writer at a time.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;

use crate::Error;

/// Holds the lock of a repository until dropped; the system gives it back when the process dies.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock in hnp's directory of a repository, made if need be.
    ///
    /// # Errors
    ///
    /// Fails where another process holds it, or the directory cannot be written.
    pub fn take(hnp_dir: &Path) -> Result<Self, Error> {
        std::fs::create_dir_all(hnp_dir).map_err(Error::io("make", hnp_dir))?;
        let path = hnp_dir.join("lock");
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(Error::io("open", &path))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(Error::Locked { path }),
            Err(TryLockError::Error(source)) => Err(Error::io("lock", &path)(source)),
        }
    }

    /// Tells whether another process holds the lock, without taking it for longer than the question.
    #[must_use]
    pub fn is_held(hnp_dir: &Path) -> bool {
        File::open(hnp_dir.join("lock"))
            .is_ok_and(|file| matches!(file.try_lock(), Err(TryLockError::WouldBlock)))
    }
}
