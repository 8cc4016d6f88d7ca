//! The commits that changed a file, through renames.

use crate::repo::Repo;

/// How many commits of a file are looked at, at most.
const MOST: &str = "1000";

/// One commit of a file's history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileCommit {
    /// Its id.
    pub commit: String,
    /// When it was committed, seconds since 1970.
    pub seconds: i64,
    /// Name of its author.
    pub author: String,
    /// First line of its message.
    pub title: String,
    /// Whether a trailer names an operation of hnp that made it.
    pub by_hnp: bool,
    /// The blob before it; `None` where there was none.
    pub before: Option<String>,
    /// The blob after it; `None` where it removed the file.
    pub after: Option<String>,
}

impl Repo {
    /// Returns the commits that changed a file, newest first, followed through renames; merges that took over one side's
    /// file as it was are none. Empty where there is no commit, or no worktree.
    #[must_use]
    pub fn file_history(&self, path: &str) -> Vec<FileCommit> {
        let output = self
            .git()
            .args(["--literal-pathspecs", "-c", "core.quotePath=false", "log"])
            .args(["--follow", "--raw", "--no-abbrev", "--no-color", "-n", MOST])
            .arg("--format=%x01%H%x02%ct%x02%an%x02%(trailers:key=Hnp-Op,valueonly,separator=%x20)%x02%s")
            .args(["--", path])
            .output();
        match output {
            Ok(output) if output.status.success() => {
                parse(&String::from_utf8_lossy(&output.stdout))
            }
            _ => Vec::new(),
        }
    }
}

fn parse(text: &str) -> Vec<FileCommit> {
    text.split('\u{1}').skip(1).filter_map(commit).collect()
}

fn commit(text: &str) -> Option<FileCommit> {
    let mut lines = text.lines();
    let mut words = lines.next()?.splitn(5, '\u{2}');
    let (commit, seconds, author, operation, title) = (
        words.next()?,
        words.next()?,
        words.next()?,
        words.next()?,
        words.next()?,
    );
    // `:<mode> <mode> <blob> <blob> <status>\t<paths>`; a merge that changed nothing by itself has no such line.
    let raw = lines.find(|line| line.starts_with(':'))?;
    let mut fields = raw.split(' ').skip(2);
    let blob = |id: &str| (!id.bytes().all(|byte| byte == b'0')).then(|| id.to_owned());
    Some(FileCommit {
        commit: commit.to_owned(),
        seconds: seconds.parse().ok()?,
        author: author.to_owned(),
        title: title.to_owned(),
        by_hnp: !operation.is_empty(),
        before: blob(fields.next()?),
        after: blob(fields.next()?),
    })
}
