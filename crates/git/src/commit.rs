//! Committing paths with the user's own Git: hooks, signature and identity are theirs.

use crate::error::{Doing, Error};
use crate::repo::{Repo, Stamp};

/// What to commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitRequest<'a> {
    /// The operation; it becomes a trailer, by which a repeated call knows its own commit.
    pub id: &'a str,
    /// The message without trailers.
    pub message: &'a str,
    /// Trailer lines.
    pub trailers: &'a [String],
    /// Paths that were written or removed; nothing else is committed.
    pub paths: &'a [String],
}

impl Repo {
    /// Commits some paths as they stand, and returns the commit. Other staged changes stay staged.
    ///
    /// A call repeated after its commit was made finds that commit at HEAD and makes no other.
    ///
    /// # Errors
    ///
    /// Fails where Git refuses, for example in a hook; its words are in the error.
    pub fn commit_paths(
        &self,
        request: &CommitRequest<'_>,
        stamp: &Stamp,
    ) -> Result<Option<String>, Error> {
        let trailer = format!("Hnp-Op: {}", request.id);
        if let Some(head) = self.read_ref("HEAD")? {
            let commit = self.gix.find_commit(head).doing("read HEAD")?;
            let message = commit.message_raw_sloppy().to_string();
            if message.lines().any(|line| line == trailer) {
                return Ok(Some(head.to_string()));
            }
        }
        let list = request
            .paths
            .iter()
            .map(|path| format!(":(top,literal){path}\0"))
            .collect::<String>();
        self.run(
            &[
                "add",
                "--all",
                "--force",
                "--pathspec-from-file=-",
                "--pathspec-file-nul",
            ],
            &list,
            stamp,
        )?;
        let mut message = format!("{}\n\n{trailer}\n", request.message);
        for line in request.trailers {
            message.push_str(line);
            message.push('\n');
        }
        let file = self.hnp_dir().join("COMMIT_MSG");
        std::fs::write(&file, &message).doing("write the commit message")?;
        let committed = self.run(
            &[
                "commit",
                "--quiet",
                "--cleanup=verbatim",
                "--only",
                "--file",
                &file.to_string_lossy(),
                "--pathspec-from-file=-",
                "--pathspec-file-nul",
            ],
            &list,
            stamp,
        );
        let _ = std::fs::remove_file(&file);
        committed?;
        Ok(self.read_ref("HEAD")?.map(|id| id.to_string()))
    }

    fn run(&self, arguments: &[&str], input: &str, stamp: &Stamp) -> Result<(), Error> {
        use std::io::Write;
        use std::process::Stdio;
        let what = format!("git {}", arguments[0]);
        let mut child = self
            .git()
            .args(arguments)
            .env("GIT_COMMITTER_DATE", format!("@{} +0000", stamp.seconds))
            .env("GIT_AUTHOR_DATE", format!("@{} +0000", stamp.seconds))
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .doing(&what)?;
        if let Some(mut stdin) = child.stdin.take() {
            // Git may stop reading early when it refuses; its own words then say why.
            let _ = stdin.write_all(input.as_bytes());
        }
        let output = child.wait_with_output().doing(&what)?;
        if output.status.success() {
            return Ok(());
        }
        let words = String::from_utf8_lossy(&output.stderr);
        Err(Error::git(what)(&words.trim()))
    }
}
