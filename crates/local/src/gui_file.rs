//! The GUI that is a file: JSON, or YAML where its name says so.

use std::path::{Path, PathBuf};

use hnp_sync::gui::{self, Gui, GuiWrite, Pairing, Snapshot};

use crate::Error;
use crate::fail;
use crate::gui_swap::{Placed, hold, read, recover, replace};

/// How often a file is written anew that somebody saves at the same instant.
pub(crate) const TRIES: usize = 5;

/// What a write is told that never came to its turn.
pub(crate) const RESTLESS: &str =
    "the GUI's file is being saved again and again; run `hnp sync` again";

/// A GUI in one file.
#[derive(Clone, Debug)]
pub struct GuiFile {
    path: PathBuf,
}

impl GuiFile {
    /// Names the file, which need not be there: it is a GUI that holds nothing yet then.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Tells whether the file is there.
    #[must_use]
    pub fn exists(&self) -> bool {
        self.path.exists()
    }

    fn bytes(&self) -> Result<Option<Vec<u8>>, Error> {
        read(&self.path).map_err(Error::io("read", &self.path))
    }

    fn parse(&self, bytes: &[u8]) -> Result<(Snapshot, hnp_yaml::Node), Error> {
        gui::parse(bytes).map_err(|wrong| wrong_with(&self.path, &wrong))
    }
}

/// Says what is wrong with a file.
pub(crate) fn wrong_with(path: &Path, wrong: &[String]) -> Error {
    Error::Gui {
        path: path.to_owned(),
        why: wrong.join("; "),
    }
}

/// Tells whether a file's name says YAML.
pub(crate) fn is_yaml(path: &Path) -> bool {
    let extension = path.extension().and_then(|e| e.to_str());
    extension.is_some_and(|e| e.eq_ignore_ascii_case("yaml") || e.eq_ignore_ascii_case("yml"))
}

impl Gui for GuiFile {
    type Error = Error;

    fn snapshot(&self) -> Result<Snapshot, Error> {
        let _held = hold(&self.path);
        recover(&self.path).map_err(Error::io("read", &self.path))?;
        match self.bytes()? {
            None => Ok(Snapshot::empty()),
            Some(bytes) => {
                gui::parse_snapshot(&bytes).map_err(|wrong| wrong_with(&self.path, &wrong))
            }
        }
    }

    /// Reads the file once more, so that what somebody saved since the snapshot is seen, and puts the new one in its place
    /// in one step. Who saves in that very instant is seen too: their file gets its place back, and the writes are made anew.
    fn write(
        &self,
        pairing: Pairing<'_>,
        writes: &[GuiWrite],
    ) -> Result<Vec<Result<(), String>>, Error> {
        if writes.is_empty() {
            return Ok(Vec::new());
        }
        let _held = hold(&self.path);
        for _ in 0..TRIES {
            let now = self.bytes()?;
            let node = match &now {
                Some(bytes) => Some(self.parse(bytes)?.1),
                None => None,
            };
            let (after, results) = gui::apply(node.as_ref(), pairing, writes);
            if !results.iter().any(Result::is_ok) {
                return Ok(results);
            }
            let text = gui::emit(&after, is_yaml(&self.path));
            let placed = replace(&self.path, now.as_deref(), Some(text.as_bytes()))
                .map_err(Error::io("write", &self.path))?;
            fail::point("gui written");
            if placed == Placed::Done {
                return Ok(results);
            }
        }
        Ok(writes.iter().map(|_| Err(RESTLESS.to_owned())).collect())
    }

    fn pair(&self, pairing: Pairing<'_>) -> Result<(), Error> {
        let _held = hold(&self.path);
        for _ in 0..TRIES {
            let Some(bytes) = self.bytes()? else {
                return Ok(());
            };
            let (snapshot, node) = self.parse(&bytes)?;
            if snapshot.lineage.is_some() {
                return Ok(());
            }
            let text = gui::emit(
                &gui::apply(Some(&node), pairing, &[]).0,
                is_yaml(&self.path),
            );
            let placed = replace(&self.path, Some(&bytes), Some(text.as_bytes()))
                .map_err(Error::io("write", &self.path))?;
            if placed == Placed::Done {
                return Ok(());
            }
        }
        Err(wrong_with(&self.path, &[RESTLESS.to_owned()]))
    }
}
