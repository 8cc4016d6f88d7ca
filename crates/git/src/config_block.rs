//! What hnp sets in a repository's configuration: one block at the end of the file, so that it can be taken out again
//! without touching a byte of anybody else's.

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;

use crate::error::{Doing, Error};
use crate::repo::Repo;

/// First line of the block; the file had a line end before it.
const BEGIN: &str =
    "# hnp begin: `hnp hooks install` wrote this, `hnp hooks uninstall` takes it out\n";
/// First line of the block where a line end was put before it.
const BEGIN_AFTER: &str = "# hnp begin, after a line end: `hnp hooks install` wrote this, `hnp hooks uninstall` takes it out\n";
/// Last line of the block.
const END: &str = "# hnp end\n";

impl Repo {
    /// Sets values in the repository's own configuration, in the order given; what an earlier call set and this one does not
    /// is gone. Keys are `section.key` or `section.subsection.key`.
    ///
    /// # Errors
    ///
    /// Fails where the file cannot be written, or another `git` holds it.
    pub fn set_config(&self, values: &[(String, String)]) -> Result<(), Error> {
        self.edit_config(|text| with(&without(text), values))
    }

    /// Takes out what [`Repo::set_config`] set. The rest of the file is as it was, byte for byte.
    ///
    /// # Errors
    ///
    /// As [`Repo::set_config`].
    pub fn unset_config(&self) -> Result<(), Error> {
        self.edit_config(without)
    }

    /// Tells whether hnp has set anything.
    #[must_use]
    pub fn has_set_config(&self) -> bool {
        fs::read_to_string(self.config_file()).is_ok_and(|text| block(&text).is_some())
    }

    fn config_file(&self) -> PathBuf {
        let file = self.common_dir().join("config");
        fs::canonicalize(&file).unwrap_or(file)
    }

    fn edit_config(&self, edit: impl FnOnce(&str) -> String) -> Result<(), Error> {
        let what = "write the repository's configuration";
        let file = self.config_file();
        let before = fs::read_to_string(&file).doing(what)?;
        let after = edit(&before);
        if after == before {
            return Ok(());
        }
        // The lock is that of Git, so that neither writes over the other.
        let mut name = file.file_name().unwrap_or_default().to_owned();
        name.push(".lock");
        let lock = file.with_file_name(name);
        let mut out = fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&lock)
            .doing(what)?;
        let written = (|| {
            if fs::read_to_string(&file)? != before {
                return Err(std::io::Error::other("it was changed at the same moment"));
            }
            out.write_all(after.as_bytes())?;
            out.set_permissions(fs::metadata(&file)?.permissions())?;
            out.sync_all()?;
            fs::rename(&lock, &file)
        })();
        if written.is_err() {
            let _ = fs::remove_file(&lock);
        }
        written.doing(what)
    }
}

/// Finds the block, with the line end that was put before it.
fn block(text: &str) -> Option<std::ops::Range<usize>> {
    let (start, begin) =
        [(BEGIN_AFTER, 1), (BEGIN, 0)]
            .into_iter()
            .find_map(|(line, before)| {
                let at = text.find(line)?;
                let whole = at == 0 || text[..at].ends_with('\n');
                whole.then_some((at - before.min(at), at))
            })?;
    let end = begin + text[begin..].find(END)? + END.len();
    Some(start..end)
}

fn without(text: &str) -> String {
    match block(text) {
        Some(range) => format!("{}{}", &text[..range.start], &text[range.end..]),
        None => text.to_owned(),
    }
}

fn with(text: &str, values: &[(String, String)]) -> String {
    if values.is_empty() {
        return text.to_owned();
    }
    let mut out = text.to_owned();
    if text.is_empty() || text.ends_with('\n') {
        out.push_str(BEGIN);
    } else {
        out.push('\n');
        out.push_str(BEGIN_AFTER);
    }
    let mut section = String::new();
    for (key, value) in values {
        let (head, name) = key.rsplit_once('.').unwrap_or(("", key));
        let header = match head.split_once('.') {
            None => format!("[{head}]\n"),
            Some((first, rest)) => format!(
                "[{first} \"{}\"]\n",
                rest.replace('\\', "\\\\").replace('"', "\\\"")
            ),
        };
        if header != section {
            out.push_str(&header);
            section = header;
        }
        out.push_str(&format!("\t{name} = {}\n", quoted(value)));
    }
    out.push_str(END);
    out
}

fn quoted(value: &str) -> String {
    let escaped = value
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
        .replace('\t', "\\t");
    format!("\"{escaped}\"")
}
