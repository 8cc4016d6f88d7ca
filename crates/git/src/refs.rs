//! References, moved by compare-and-swap only.

use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use gix::refs::transaction::PreviousValue;

use crate::error::{Doing, Error};
use crate::repo::Repo;

/// How long a lock must stand unchanged before its owner counts as dead.
const DEAD_AFTER: Duration = Duration::from_secs(1);

/// Where the references are that nobody but hnp writes. On hnp's branches people commit too.
const OWN: &str = "refs/hnp/";

impl Repo {
    /// gix cannot read reftable, so `git` is asked there.
    pub(crate) fn uses_reftable(&self) -> bool {
        self.config("extensions.refStorage")
            .is_some_and(|storage| storage.eq_ignore_ascii_case("reftable"))
    }

    pub(crate) fn read_ref(&self, name: &str) -> Result<Option<gix::ObjectId>, Error> {
        if self.uses_reftable() {
            let output = self
                .git()
                .args(["rev-parse", "--verify", "--quiet", name])
                .output()
                .doing("run git")?;
            let text = String::from_utf8_lossy(&output.stdout);
            return match text.trim() {
                "" => Ok(None),
                hex => gix::ObjectId::from_hex(hex.as_bytes())
                    .map(Some)
                    .doing("read a reference"),
            };
        }
        match self
            .gix
            .try_find_reference(name)
            .doing("read a reference")?
        {
            Some(reference) => Ok(reference.try_id().map(gix::Id::detach)),
            None => Ok(None),
        }
    }

    /// Returns the commit that HEAD names, on a branch or detached; `None` before the first commit.
    pub(crate) fn head_id(&self) -> Result<Option<gix::ObjectId>, Error> {
        if self.uses_reftable() {
            return self.read_ref("HEAD");
        }
        Ok(self
            .gix
            .head()
            .doing("read HEAD")?
            .id()
            .map(gix::Id::detach))
    }

    /// Moves a reference from one commit to another; `None` means that it does not exist yet.
    pub(crate) fn swap_ref(
        &self,
        name: &str,
        from: Option<gix::ObjectId>,
        to: gix::ObjectId,
        why: &str,
    ) -> Result<(), Error> {
        if std::env::var_os("GIT_QUARANTINE_PATH").is_some() {
            return Err(Error::git(format!("move {name}"))(
                &"references must not move while a push is being checked",
            ));
        }
        if self.uses_reftable() {
            let old = from.map_or_else(|| "0".repeat(to.kind().len_in_hex()), |id| id.to_string());
            let output = self
                .git()
                .args(["update-ref", "-m", why, name, &to.to_string(), &old])
                .output()
                .doing("run git")?;
            return if output.status.success() {
                Ok(())
            } else {
                Err(Error::Moved(name.to_owned()))
            };
        }
        let expected = from.map_or(PreviousValue::MustNotExist, |id| {
            PreviousValue::MustExistAndMatch(id.into())
        });
        for try_again in [true, false] {
            match self.gix.reference(name, to, expected.clone(), why) {
                Ok(_) => return Ok(()),
                Err(_) if try_again && self.clear_dead_lock(name) => {}
                Err(error) if self.read_ref(name)? == from => {
                    let known = self.in_the_way(name);
                    return Err(known.unwrap_or_else(|| Error::git(format!("move {name}"))(&error)));
                }
                Err(_) => break,
            }
        }
        Err(Error::Moved(name.to_owned()))
    }

    /// Removes a reference that still names what it is thought to; one that is gone already is no error.
    pub(crate) fn drop_ref(&self, name: &str, expected: gix::ObjectId) -> Result<(), Error> {
        use gix::refs::transaction::{Change, RefEdit, RefLog};
        if self.uses_reftable() {
            let output = self
                .git()
                .args(["update-ref", "-d", name, &expected.to_string()])
                .output()
                .doing("run git")?;
            return if output.status.success() || self.read_ref(name)?.is_none() {
                Ok(())
            } else {
                Err(Error::Moved(name.to_owned()))
            };
        }
        let edit = || -> Result<RefEdit, Error> {
            Ok(RefEdit {
                change: Change::Delete {
                    expected: PreviousValue::MustExistAndMatch(expected.into()),
                    log: RefLog::AndReference,
                },
                name: name.try_into().doing("name a reference")?,
                deref: false,
            })
        };
        for try_again in [true, false] {
            match self.gix.edit_reference(edit()?) {
                Ok(_) => return Ok(()),
                Err(_) if self.read_ref(name)?.is_none() => return Ok(()),
                Err(_) if try_again && self.clear_dead_lock(name) => {}
                Err(error) if self.read_ref(name)? == Some(expected) => {
                    return Err(Error::git(format!("remove {name}"))(&error));
                }
                Err(_) => break,
            }
        }
        Err(Error::Moved(name.to_owned()))
    }

    /// Waits for the lock of a reference, and takes it away where it is one of hnp's own and its owner is dead; tells whether
    /// the reference may be tried again.
    ///
    /// Whoever is alive holds such a lock for milliseconds. One that stands unchanged for a second was left by a killed run,
    /// and nobody else would ever remove it.
    pub(crate) fn clear_dead_lock(&self, name: &str) -> bool {
        let lock = self.lock_of(name);
        let stamp = || {
            std::fs::metadata(&lock)
                .and_then(|meta| meta.modified())
                .ok()
        };
        let Some(first) = stamp() else {
            return name.starts_with(OWN);
        };
        let until = Instant::now() + DEAD_AFTER;
        while Instant::now() < until {
            std::thread::sleep(Duration::from_millis(50));
            if stamp() != Some(first) {
                return true;
            }
        }
        name.starts_with(OWN) && std::fs::remove_file(&lock).is_ok()
    }

    fn lock_of(&self, name: &str) -> PathBuf {
        self.gix.common_dir().join(format!("{name}.lock"))
    }

    /// Says what stands in the way of a reference, as far as that can be seen.
    pub(crate) fn in_the_way(&self, name: &str) -> Option<Error> {
        let lock = self.lock_of(name);
        if lock.exists() {
            return Some(Error::RefLocked {
                name: name.to_owned(),
                path: lock.display().to_string(),
            });
        }
        let below = self.refs_under(&format!("{name}/")).unwrap_or_default();
        let parts: Vec<&str> = name.split('/').collect();
        let above = (3..parts.len()).map(|end| parts[..end].join("/"));
        let above = above
            .into_iter()
            .find(|above| matches!(self.read_ref(above), Ok(Some(_))));
        let other = below.into_iter().map(|(name, _)| name).next().or(above)?;
        Some(Error::git(format!("make {name}"))(&format!(
            "{other} is there, and Git cannot have one beside the other. Give it another name (`git branch -m`) or delete it"
        )))
    }

    /// Returns the references under a prefix with their targets, sorted by name.
    pub(crate) fn refs_under(&self, prefix: &str) -> Result<Vec<(String, gix::ObjectId)>, Error> {
        if self.uses_reftable() {
            let output = self
                .git()
                .args(["for-each-ref", "--format=%(refname) %(objectname)", prefix])
                .output()
                .doing("run git")?;
            return String::from_utf8_lossy(&output.stdout)
                .lines()
                .filter_map(|line| line.split_once(' '))
                .map(|(name, hex)| {
                    let id = gix::ObjectId::from_hex(hex.as_bytes()).doing("read a reference")?;
                    Ok((name.to_owned(), id))
                })
                .collect();
        }
        let platform = self.gix.references().doing("read references")?;
        let mut found = Vec::new();
        for reference in platform.prefixed(prefix).doing("read references")? {
            let reference = reference.doing("read a reference")?;
            if let Some(id) = reference.try_id() {
                found.push((reference.name().as_bstr().to_string(), id.detach()));
            }
        }
        found.sort();
        Ok(found)
    }

    /// Returns a `git` that works on this repository.
    pub(crate) fn git(&self) -> Command {
        let mut command = Command::new("git");
        command.current_dir(self.gix.workdir().unwrap_or_else(|| self.gix.git_dir()));
        command
    }
}
