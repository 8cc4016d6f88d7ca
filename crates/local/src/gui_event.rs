//! The GUI that is an event: what somebody just edited, and nothing that could be written to.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::PathBuf;

use hnp_sync::gui::{EVENT_BYTES, Gui, GuiWrite, Pairing, Snapshot, parse_event};

use crate::Error;
use crate::gui_file::wrong_with;

/// The payload of a `repository_dispatch`, in a file or on standard input.
#[derive(Clone, Debug)]
pub struct GuiEvent {
    /// `None` is standard input.
    path: Option<PathBuf>,
}

impl GuiEvent {
    /// Names the file; `None` is standard input.
    #[must_use]
    pub fn new(path: Option<PathBuf>) -> Self {
        Self { path }
    }
}

impl Gui for GuiEvent {
    type Error = Error;

    fn snapshot(&self) -> Result<Snapshot, Error> {
        let shown = self
            .path
            .clone()
            .unwrap_or_else(|| PathBuf::from("standard input"));
        let mut bytes = Vec::new();
        let most = EVENT_BYTES as u64 + 1;
        let read = match &self.path {
            Some(path) => File::open(path).and_then(|file| file.take(most).read_to_end(&mut bytes)),
            None => io::stdin().lock().take(most).read_to_end(&mut bytes),
        };
        read.map_err(Error::io("read", &shown))?;
        if bytes.len() > EVENT_BYTES {
            let why = format!("it is larger than {EVENT_BYTES} bytes, which no event is");
            return Err(wrong_with(&shown, &[why]));
        }
        parse_event(&bytes).map_err(|wrong| wrong_with(&shown, &wrong))
    }

    fn write(
        &self,
        _pairing: Pairing<'_>,
        writes: &[GuiWrite],
    ) -> Result<Vec<Result<(), String>>, Error> {
        let why = "an event can only be read";
        Ok(writes.iter().map(|_| Err(why.to_owned())).collect())
    }

    fn is_read_only(&self) -> bool {
        true
    }
}
