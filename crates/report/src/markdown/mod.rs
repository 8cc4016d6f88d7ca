//! Markdown for the summary that GitHub shows of a job, and for whatever else reads its flavour of Markdown.
//!
//! The first line of each part is a comment with the counts, `<!-- hnp errors=1 … -->`: a script reads them there, since
//! nothing a repository holds can stand before it. GitHub takes 1 MiB a step and drops all of a longer summary, so each part
//! is bounded ([`FINDINGS_BYTES`], [`CHANGES_BYTES`]) and says what it leaves out.

mod changes;
mod findings;
mod text;

pub use changes::{ChangedField, ChangedResource, Changes, Touched, changes};
pub(crate) use findings::render;

/// Most bytes of the part on findings.
pub const FINDINGS_BYTES: usize = 600 * 1024;
/// Most bytes of the part on changes. With the findings it stays below GitHub's limit and leaves room for a few words.
pub const CHANGES_BYTES: usize = 360 * 1024;

/// Lines that are written as long as they fit.
struct Capped {
    text: String,
    most: usize,
}

impl Capped {
    fn new(most: usize) -> Self {
        Self {
            text: String::new(),
            most,
        }
    }

    /// Adds a line if it fits.
    fn takes(&mut self, line: &str) -> bool {
        if self.text.len() + line.len() + 1 > self.most {
            return false;
        }
        self.text.push_str(line);
        self.text.push('\n');
        true
    }
}
