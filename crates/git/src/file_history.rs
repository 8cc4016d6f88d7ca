//! Who changed a file, and when. `git` is asked, since this is rarely needed.

use crate::repo::Repo;

/// A commit that changed a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileVersion {
    /// Its id.
    pub commit: String,
    /// When it was committed, seconds since 1970.
    pub seconds: i64,
    /// Who wrote it.
    pub author: String,
    /// First line of its message.
    pub title: String,
    /// The operation that made it, by its trailer.
    pub operation: Option<String>,
    /// The file's path in it: a file that was moved had another one.
    pub path: String,
}

impl Repo {
    /// Returns the newest commits of HEAD that changed a file, newest first, moves followed; none where Git cannot say.
    #[must_use]
    pub fn file_history(&self, path: &str, limit: usize) -> Vec<FileVersion> {
        let output = self
            .git()
            .args(["--literal-pathspecs", "log", "-z", "--follow", "--name-only"])
            .arg("--format=%x01%H%x1f%ct%x1f%an%x1f%s%x1f%(trailers:key=Hnp-Op,valueonly,separator=%x2C)")
            .arg(format!("--max-count={limit}"))
            .args(["HEAD", "--", path])
            .output();
        let Ok(output) = output else {
            return Vec::new();
        };
        let text = String::from_utf8_lossy(&output.stdout);
        let mut versions: Vec<FileVersion> = Vec::new();
        for token in text.split('\0') {
            if let Some(header) = token.strip_prefix('\u{1}') {
                versions.extend(version(header, path));
            } else if let Some(last) = versions.last_mut() {
                let name = token.trim_start_matches('\n');
                if !name.is_empty() {
                    name.clone_into(&mut last.path);
                }
            }
        }
        versions
    }

    /// Reads a file as a commit has it; `None` where it does not have it, or cannot be read.
    #[must_use]
    pub fn read_at(&self, commit: &str, path: &str) -> Option<Vec<u8>> {
        let id = gix::ObjectId::from_hex(commit.as_bytes()).ok()?;
        self.read_file_at(id, path).ok()?
    }

    /// Returns a commit's first parent; `None` for the first commit, and where a shallow history ends.
    #[must_use]
    pub fn parent_of(&self, commit: &str) -> Option<String> {
        let id = gix::ObjectId::from_hex(commit.as_bytes()).ok()?;
        let commit = self.gix.find_commit(id).ok()?;
        let parent = commit.parent_ids().next()?.detach();
        self.gix.find_commit(parent).ok()?;
        Some(parent.to_string())
    }
}

fn version(header: &str, path: &str) -> Option<FileVersion> {
    let mut fields = header.split('\u{1f}');
    Some(FileVersion {
        commit: fields.next()?.to_owned(),
        seconds: fields.next()?.parse().ok()?,
        author: fields.next()?.to_owned(),
        title: fields.next()?.to_owned(),
        operation: fields
            .next()
            .and_then(|ids| ids.split(',').next())
            .map(str::trim)
            .filter(|id| !id.is_empty())
            .map(str::to_owned),
        path: path.to_owned(),
    })
}
