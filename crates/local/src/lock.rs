//! One writer at a time.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;
use std::time::Duration;

use crate::Error;

/// How often, and how long, a writer waits for one who only looks at the lock.
const GLANCES: u32 = 5;
const GLANCE: Duration = Duration::from_millis(20);

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
        for _ in 0..GLANCES {
            match file.try_lock() {
                Ok(()) => return Ok(Self { _file: file }),
                // Perhaps somebody only asked whether it is held.
                Err(TryLockError::WouldBlock) => std::thread::sleep(GLANCE),
                Err(TryLockError::Error(source)) => return Err(Error::io("lock", &path)(source)),
            }
        }
        Err(Error::Locked { path })
    }

    /// Tells whether another process holds the lock, without taking it for longer than the question.
    #[must_use]
    pub fn is_held(hnp_dir: &Path) -> bool {
        File::open(hnp_dir.join("lock"))
            .is_ok_and(|file| matches!(file.try_lock(), Err(TryLockError::WouldBlock)))
    }
}
