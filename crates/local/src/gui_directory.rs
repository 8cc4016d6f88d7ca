//! The GUI that is a directory: every JSON and YAML file in it, each a resource or a list of them, and an index.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use hnp_model::ResourceId;
use hnp_sync::gui::{Gui, GuiAction, GuiWrite, Pairing, Part, Snapshot};

use crate::Error;
use crate::fail;
use crate::gui_file::{RESTLESS, TRIES, is_yaml, wrong_with};
use crate::gui_swap::{Placed, hold, read, recover, replace};

/// The file that says for the whole directory which repository it is paired with, and whether it is complete.
const INDEX: &str = "index.json";

/// A GUI in a directory.
#[derive(Clone, Debug)]
pub struct GuiDirectory {
    path: PathBuf,
}

/// A file as it was read.
struct File {
    bytes: Vec<u8>,
    part: Part,
}

impl GuiDirectory {
    /// Names the directory, which need not be there: it is a GUI that holds nothing yet then.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Returns the files by name; what begins with a dot is not the GUI's.
    fn names(&self) -> Result<Vec<String>, Error> {
        let fail = Error::io("read", &self.path);
        let entries = match fs::read_dir(&self.path) {
            Ok(entries) => entries,
            Err(error) => return Err(fail(error)),
        };
        let mut names: Vec<String> = Vec::new();
        for entry in entries {
            let entry = entry.map_err(Error::io("read", &self.path))?;
            let Ok(name) = entry.file_name().into_string() else {
                continue;
            };
            let path = Path::new(&name);
            let json = path
                .extension()
                .is_some_and(|e| e.eq_ignore_ascii_case("json"));
            if !name.starts_with('.') && (json || is_yaml(path)) && entry.path().is_file() {
                names.push(name);
            }
        }
        names.sort_unstable();
        Ok(names)
    }

    /// Puts in order what a killed run left: a removal that it did not finish has no file any more that could be listed.
    fn recover(&self) -> Result<(), Error> {
        let mut stems = self.names()?;
        for entry in fs::read_dir(&self.path).map_err(Error::io("read", &self.path))? {
            let entry = entry.map_err(Error::io("read", &self.path))?;
            let name = entry.file_name();
            if let Some((stem, _)) = name.to_string_lossy().split_once(".hnp-") {
                stems.push(stem.to_owned());
            }
        }
        stems.sort_unstable();
        stems.dedup();
        for stem in stems {
            let path = self.path.join(stem);
            recover(&path).map_err(Error::io("read", &path))?;
        }
        Ok(())
    }

    fn files(&self) -> Result<BTreeMap<String, File>, Error> {
        let mut files = BTreeMap::new();
        for name in self.names()? {
            if let Some(file) = self.file(&name)? {
                files.insert(name, file);
            }
        }
        Ok(files)
    }

    fn file(&self, name: &str) -> Result<Option<File>, Error> {
        let path = self.path.join(name);
        let Some(bytes) = read(&path).map_err(Error::io("read", &path))? else {
            return Ok(None);
        };
        let part = Part::parse(&bytes).map_err(|wrong| wrong_with(&path, &wrong))?;
        Ok(Some(File { bytes, part }))
    }

    fn join(&self, files: &BTreeMap<String, File>) -> Result<Snapshot, Error> {
        let mut joined = Snapshot {
            lineage: None,
            complete: files.is_empty(),
            resources: Vec::new(),
        };
        let mut seen: HashMap<(Option<String>, ResourceId), &str> = HashMap::new();
        for (name, file) in files {
            let snapshot = &file.part.snapshot;
            let wrong = |why: String| Err(wrong_with(&self.path.join(name), &[why]));
            match (&joined.lineage, &snapshot.lineage) {
                (Some(one), Some(other)) if one != other => {
                    return wrong(format!(
                        "its lineage is {other}, that of another file {one}"
                    ));
                }
                (None, Some(_)) => joined.lineage.clone_from(&snapshot.lineage),
                _ => {}
            }
            if name == INDEX {
                joined.complete = snapshot.complete;
            }
            for one in &snapshot.resources {
                if let Some(other) = seen.insert((one.fabric.clone(), one.id.clone()), name) {
                    return wrong(format!("{} is in {other} too", one.id));
                }
                joined.resources.push(one.clone());
            }
        }
        Ok(joined)
    }

    /// Writes to one file, which is read anew if somebody saves it at the same instant.
    fn write_file(
        &self,
        name: &str,
        pairing: Pairing<'_>,
        writes: &[GuiWrite],
    ) -> Vec<Result<(), String>> {
        let path = self.path.join(name);
        let all = |why: &str| writes.iter().map(|_| Err(why.to_owned())).collect();
        for _ in 0..TRIES {
            let file = match self.file(name) {
                Ok(file) => file,
                Err(error) => return all(&error.to_string()),
            };
            let (bytes, mut part) = match file {
                Some(file) => (Some(file.bytes), file.part),
                None => (None, Part::single()),
            };
            let results = part.apply(pairing, writes);
            if !results.iter().any(Result::is_ok) {
                return results;
            }
            let text = part.emit(is_yaml(&path));
            let text = text.as_ref().map(String::as_bytes);
            match replace(&path, bytes.as_deref(), text) {
                Ok(Placed::Done) => {
                    fail::point("gui file written");
                    return results;
                }
                Ok(Placed::Raced) => {}
                Err(error) => return all(&Error::io("write", &path)(error).to_string()),
            }
        }
        all(RESTLESS)
    }

    fn write_index(
        &self,
        pairing: Pairing<'_>,
        files: &BTreeMap<String, File>,
    ) -> Result<(), Error> {
        let path = self.path.join(INDEX);
        let now = files.get(INDEX);
        let told = now.and_then(|file| file.part.snapshot.lineage.as_deref());
        if told == Some(pairing.lineage) {
            return Ok(());
        }
        let mut part = match now {
            Some(file) => file.part.clone(),
            // Of files that are there already nobody has said that they are all.
            None => Part::index(files.is_empty()),
        };
        part.apply(pairing, &[]);
        let text = part.emit(false).unwrap_or_default();
        let bytes = now.map(|file| file.bytes.as_slice());
        match replace(&path, bytes, Some(text.as_bytes())) {
            Ok(Placed::Done) => Ok(()),
            Ok(Placed::Raced) => Err(wrong_with(&path, &[RESTLESS.to_owned()])),
            Err(error) => Err(Error::io("write", &path)(error)),
        }
    }
}

/// Returns the file of a resource that is new.
fn standard_name(write: &GuiWrite, yaml: bool) -> String {
    let id = &write.id;
    let mut name = String::new();
    for part in [
        &write.fabric,
        &id.kind.to_lowercase(),
        &id.namespace,
        &id.name,
    ] {
        if !name.is_empty() {
            name.push('_');
        }
        for byte in part.bytes() {
            if byte.is_ascii_alphanumeric() || b"-.".contains(&byte) && !name.is_empty() {
                name.push(char::from(byte));
            } else {
                name.push_str(&format!("%{byte:02x}"));
            }
        }
    }
    name.push_str(if yaml { ".yaml" } else { ".json" });
    name
}

impl Gui for GuiDirectory {
    type Error = Error;

    fn snapshot(&self) -> Result<Snapshot, Error> {
        if !self.path.exists() {
            return Ok(Snapshot::empty());
        }
        let _held = hold(&self.path.join(INDEX));
        self.recover()?;
        self.join(&self.files()?)
    }

    /// Writes file by file, each in one step; a resource that is new gets a file of its own.
    fn write(
        &self,
        pairing: Pairing<'_>,
        writes: &[GuiWrite],
    ) -> Result<Vec<Result<(), String>>, Error> {
        if writes.is_empty() {
            return Ok(Vec::new());
        }
        fs::create_dir_all(&self.path).map_err(Error::io("make", &self.path))?;
        let _held = hold(&self.path.join(INDEX));
        let files = self.files()?;
        self.write_index(pairing, &files)?;
        fail::point("gui index written");
        let mut places: HashMap<&ResourceId, Vec<(Option<&str>, &str)>> = HashMap::new();
        for (name, file) in &files {
            for one in &file.part.snapshot.resources {
                let place = (one.fabric.as_deref(), name.as_str());
                places.entry(&one.id).or_default().push(place);
            }
        }
        let yaml = files.keys().any(|name| is_yaml(Path::new(name)))
            && files
                .keys()
                .all(|name| name == INDEX || is_yaml(Path::new(name)));
        // In the order of the writes, as far as files allow: what others refer to comes first.
        let mut order: Vec<String> = Vec::new();
        let mut by_file: HashMap<String, Vec<usize>> = HashMap::new();
        for (n, write) in writes.iter().enumerate() {
            let found = places.get(&write.id).and_then(|places| {
                let fits = |fabric: &Option<&str>| fabric.is_none_or(|name| name == write.fabric);
                places.iter().find(|(fabric, _)| fits(fabric))
            });
            let name = match found {
                Some((_, name)) => (*name).to_owned(),
                None if matches!(write.action, GuiAction::Put(_)) => standard_name(write, yaml),
                None => String::new(),
            };
            by_file
                .entry(name.clone())
                .or_insert_with(|| {
                    order.push(name);
                    Vec::new()
                })
                .push(n);
        }
        let mut results: Vec<Result<(), String>> = writes.iter().map(|_| Ok(())).collect();
        for name in order {
            let chosen = by_file.remove(&name).unwrap_or_default();
            if name.is_empty() {
                for n in chosen {
                    if writes[n].before.is_some() {
                        results[n] = Err(format!(
                            "{} is no longer in the GUI; run `hnp sync` again",
                            writes[n].id
                        ));
                    }
                }
                continue;
            }
            let of_file: Vec<GuiWrite> = chosen.iter().map(|n| writes[*n].clone()).collect();
            for (n, result) in chosen.iter().zip(self.write_file(&name, pairing, &of_file)) {
                results[*n] = result;
            }
        }
        fail::point("gui written");
        Ok(results)
    }

    fn pair(&self, pairing: Pairing<'_>) -> Result<(), Error> {
        if !self.path.exists() {
            return Ok(());
        }
        let _held = hold(&self.path.join(INDEX));
        let files = self.files()?;
        if self.join(&files)?.lineage.is_some() {
            return Ok(());
        }
        self.write_index(pairing, &files)
    }
}

/// Tells whether a path names a directory.
#[must_use]
pub fn is_directory(path: &Path) -> bool {
    match fs::metadata(path) {
        Ok(meta) => meta.is_dir(),
        Err(error) => {
            error.kind() == io::ErrorKind::NotFound
                && path.as_os_str().to_string_lossy().ends_with('/')
        }
    }
}
