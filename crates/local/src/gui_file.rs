//! The GUI that is a file: JSON, or YAML where its name says so.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use hnp_sync::gui::{self, Gui, GuiWrite, Pairing, Snapshot};

use crate::Error;
use crate::fail;

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
        match fs::read(&self.path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::io("read", &self.path)(error)),
        }
    }

    fn parse(&self, bytes: &[u8]) -> Result<(Snapshot, hnp_yaml::Node), Error> {
        gui::parse(bytes).map_err(|wrong| Error::Gui {
            path: self.path.clone(),
            why: wrong.join("; "),
        })
    }

    fn is_yaml(&self) -> bool {
        let extension = self.path.extension().and_then(|e| e.to_str());
        extension.is_some_and(|e| e.eq_ignore_ascii_case("yaml") || e.eq_ignore_ascii_case("yml"))
    }
}

impl Gui for GuiFile {
    type Error = Error;

    fn snapshot(&self) -> Result<Snapshot, Error> {
        match self.bytes()? {
            None => Ok(Snapshot::empty()),
            Some(bytes) => Ok(self.parse(&bytes)?.0),
        }
    }

    /// Reads the file once more, so that what somebody saved since the snapshot is seen, and puts the new one in its place
    /// in one step.
    fn write(
        &self,
        pairing: Pairing<'_>,
        writes: &[GuiWrite],
    ) -> Result<Vec<Result<(), String>>, Error> {
        if writes.is_empty() {
            return Ok(Vec::new());
        }
        let now = self.bytes()?;
        let node = match &now {
            Some(bytes) => Some(self.parse(bytes)?.1),
            None => None,
        };
        let (after, results) = gui::apply(node.as_ref(), pairing, writes);
        if results.iter().any(Result::is_ok) {
            let text = gui::emit(&after, self.is_yaml());
            replace(&self.path, text.as_bytes()).map_err(Error::io("write", &self.path))?;
            fail::point("gui written");
        }
        Ok(results)
    }
}

fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // Beside its target, whose links are followed: a rename would put a file in the place of a link.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let mut name = target.file_name().unwrap_or_default().to_owned();
    name.push(".hnp-new");
    let temporary = target.with_file_name(name);
    let mut file = fs::File::create(&temporary)?;
    file.write_all(bytes)?;
    if let Ok(meta) = fs::metadata(&target) {
        file.set_permissions(meta.permissions())?;
    }
    file.sync_all()?;
    fail::point("gui staged");
    fs::rename(&temporary, &target)
}
