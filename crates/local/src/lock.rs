//! One writer at a time.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::Path;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::Error;

/// How often, and how long, a writer waits for one who only looks at the lock.
const GLANCES: u32 = 5;
const GLANCE: Duration = Duration::from_millis(20);

/// Longest text that is read from a lock's file.
const LONGEST: u64 = 4096;

/// Who holds a lock, as its file says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// Number of the process.
    pub pid: u32,
    /// Whose run it is.
    pub by: String,
    /// What it does: the command's name.
    pub command: String,
    /// When it began, RFC 3339.
    pub since: String,
}

/// Holds the lock of a repository until dropped; the system gives it back when the process dies.
#[derive(Debug)]
pub struct Lock {
    file: File,
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
            .read(true)
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(Error::io("open", &path))?;
        for _ in 0..GLANCES {
            match file.try_lock() {
                Ok(()) => return Ok(Self { file }),
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

    /// Writes down who holds the lock, for others to read. A disk that is full is no reason to stop.
    pub fn name(&self, holder: &Holder) {
        let mut file = &self.file;
        if let Ok(text) = serde_json::to_string(holder) {
            let _ = file
                .set_len(0)
                .and_then(|()| file.rewind())
                .and_then(|()| file.write_all(text.as_bytes()));
        }
    }

    /// Returns who holds the lock; `None` where nobody does, or it is not written down.
    #[must_use]
    pub fn holder(hnp_dir: &Path) -> Option<Holder> {
        if !Self::is_held(hnp_dir) {
            return None;
        }
        let mut text = String::new();
        let file = File::open(hnp_dir.join("lock")).ok()?;
        file.take(LONGEST).read_to_string(&mut text).ok()?;
        serde_json::from_str(&text).ok()
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = self.file.set_len(0);
    }
}

impl Holder {
    /// Asks the process to stop, as a terminal does for Ctrl-C.
    ///
    /// # Errors
    ///
    /// Fails where there is no such process here, it is somebody else's, or this system has no such call.
    #[cfg(unix)]
    pub fn ask_to_stop(&self) -> std::io::Result<()> {
        use nix::sys::signal::{Signal, kill};
        let pid = i32::try_from(self.pid)
            .ok()
            // 0 and 1 are not processes that hold a lock, and to `kill` they mean others too.
            .filter(|pid| *pid > 1)
            .ok_or(std::io::ErrorKind::NotFound)?;
        kill(nix::unistd::Pid::from_raw(pid), Signal::SIGTERM).map_err(Into::into)
    }

    /// Asks the process to stop.
    ///
    /// # Errors
    ///
    /// Always: this system has no such call.
    #[cfg(not(unix))]
    pub fn ask_to_stop(&self) -> std::io::Result<()> {
        Err(std::io::ErrorKind::Unsupported.into())
    }
}
