//! Backups: the fabric directory as it stands, as a commit under `refs/hnp/backup/`.

use crate::error::{Doing, Error};
use crate::objects::TreeFile;
use crate::repo::{Repo, Stamp};

const PREFIX: &str = "refs/hnp/backup/";

/// A file to back up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackupFile {
    /// Path from the root of the repository.
    pub path: String,
    /// Its bytes as they stand on disk, ignored and untracked files included.
    pub bytes: Vec<u8>,
}

/// A backup that exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backup {
    /// Its reference.
    pub name: String,
    /// Its commit.
    pub commit: String,
    /// When it was made, seconds since 1970.
    pub seconds: i64,
    /// Why, in one line.
    pub title: String,
}

impl Repo {
    /// Makes a backup, and returns its reference. The same call twice makes one backup.
    ///
    /// # Errors
    ///
    /// Fails where objects or the reference cannot be written.
    pub fn backup(
        &self,
        id: &str,
        title: &str,
        files: &[BackupFile],
        stamp: &Stamp,
    ) -> Result<String, Error> {
        let name = format!("{PREFIX}{id}");
        let tree_files: Vec<_> = files
            .iter()
            .map(|file| TreeFile {
                path: &file.path,
                bytes: &file.bytes,
                executable: false,
            })
            .collect();
        let tree = self.write_tree(&tree_files)?;
        let commit = self.write_commit(tree, &[], &format!("{title}\n\nHnp-Op: {id}\n"), stamp)?;
        // A backup is never moved: of two under one id the second gets a number.
        let mut free = name.clone();
        for n in 2.. {
            match self.read_ref(&free)? {
                None => {
                    self.swap_ref(&free, None, commit, "hnp backup")?;
                    break;
                }
                Some(there) if there == commit => break,
                Some(_) => free = format!("{name}-{n}"),
            }
        }
        Ok(free)
    }

    /// Removes a backup's reference; its objects go when Git next tidies up.
    ///
    /// # Errors
    ///
    /// Fails where it names another commit by now, or cannot be removed.
    pub fn drop_backup(&self, backup: &Backup) -> Result<(), Error> {
        let id = gix::ObjectId::from_hex(backup.commit.as_bytes()).doing("read an id")?;
        self.drop_ref(&backup.name, id)
    }

    /// Returns the backups, oldest first.
    ///
    /// # Errors
    ///
    /// Fails where one cannot be read.
    pub fn backups(&self) -> Result<Vec<Backup>, Error> {
        let mut backups = Vec::new();
        for (name, id) in self.refs_under(PREFIX)? {
            let commit = self.gix.find_commit(id).doing("read a backup")?;
            let message = commit.message_raw_sloppy().to_string();
            backups.push(Backup {
                name,
                commit: id.to_string(),
                seconds: commit.time().map_or(0, |time| time.seconds),
                title: message.lines().next().unwrap_or_default().to_owned(),
            });
        }
        backups.sort_by(|a, b| (a.seconds, &a.name).cmp(&(b.seconds, &b.name)));
        Ok(backups)
    }
}
