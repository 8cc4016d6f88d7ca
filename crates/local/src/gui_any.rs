//! Whichever GUI somebody named.

use std::path::Path;

use hnp_sync::gui::{Gui, GuiWrite, Pairing, Snapshot};

use crate::gui_directory::is_directory;
use crate::{Error, GuiDirectory, GuiEvent, GuiFile};

/// A GUI that lies on this machine.
#[derive(Clone, Debug)]
pub enum AnyGui {
    /// One file.
    File(GuiFile),
    /// A directory of files.
    Directory(GuiDirectory),
    /// The payload of an event.
    Event(GuiEvent),
}

impl AnyGui {
    /// Finds out what a name means; a relative one counts from a directory. `event:FILE` is an event, `event:-` one on
    /// standard input.
    #[must_use]
    pub fn named(name: &Path, from: &Path) -> Self {
        if let Some(file) = name.to_str().and_then(|name| name.strip_prefix("event:")) {
            return Self::Event(GuiEvent::new((file != "-").then(|| from.join(file))));
        }
        let path = from.join(name);
        if is_directory(&path) {
            Self::Directory(GuiDirectory::new(path))
        } else {
            Self::File(GuiFile::new(path))
        }
    }
}

impl Gui for AnyGui {
    type Error = Error;

    fn snapshot(&self) -> Result<Snapshot, Error> {
        match self {
            Self::File(gui) => gui.snapshot(),
            Self::Directory(gui) => gui.snapshot(),
            Self::Event(gui) => gui.snapshot(),
        }
    }

    fn write(
        &self,
        pairing: Pairing<'_>,
        writes: &[GuiWrite],
    ) -> Result<Vec<Result<(), String>>, Error> {
        match self {
            Self::File(gui) => gui.write(pairing, writes),
            Self::Directory(gui) => gui.write(pairing, writes),
            Self::Event(gui) => gui.write(pairing, writes),
        }
    }

    fn pair(&self, pairing: Pairing<'_>) -> Result<(), Error> {
        match self {
            Self::File(gui) => gui.pair(pairing),
            Self::Directory(gui) => gui.pair(pairing),
            Self::Event(_) => Ok(()),
        }
    }

    fn is_read_only(&self) -> bool {
        matches!(self, Self::Event(_))
    }
}
