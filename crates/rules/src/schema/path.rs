//! The way from the root to a value, on the stack: text is made of it only when something is reported.

use std::fmt::Write as _;

/// Longest piece of the user's text that a message repeats, in characters: a hostile key would fill memory otherwise.
const EXCERPT: usize = 60;

/// Shortens a text from the document for a message.
pub(crate) fn excerpt(text: &str) -> String {
    let mut chars = text.chars();
    let plain = |c: char| if c.is_control() { ' ' } else { c };
    let mut short: String = chars.by_ref().take(EXCERPT).map(plain).collect();
    if chars.next().is_some() {
        short.push('…');
    }
    short
}

/// One step with the steps before it.
#[derive(Clone, Copy)]
pub(crate) struct Path<'p> {
    parent: Option<&'p Path<'p>>,
    step: Step<'p>,
}

/// One step into a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step<'p> {
    Root,
    Key(&'p str),
    Index(usize),
}

impl<'p> Path<'p> {
    pub(crate) const ROOT: Path<'static> = Path {
        parent: None,
        step: Step::Root,
    };

    pub(crate) fn key(&'p self, key: &'p str) -> Self {
        Self {
            parent: Some(self),
            step: Step::Key(key),
        }
    }

    pub(crate) fn index(&'p self, index: usize) -> Self {
        Self {
            parent: Some(self),
            step: Step::Index(index),
        }
    }

    /// Returns the steps from the root on.
    pub(crate) fn steps(&self) -> Vec<Step<'p>> {
        let mut steps = Vec::new();
        let mut at = Some(self);
        while let Some(path) = at {
            if path.step != Step::Root {
                steps.push(path.step);
            }
            at = path.parent;
        }
        steps.reverse();
        steps
    }

    /// Returns the path as people read it: `spec.portSpeeds["E1/1"]`.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        for step in self.steps() {
            match step {
                Step::Root => {}
                Step::Index(index) => {
                    let _ = write!(text, "[{index}]");
                }
                Step::Key(key) if is_plain(key) => {
                    if !text.is_empty() {
                        text.push('.');
                    }
                    text.push_str(key);
                }
                Step::Key(key) => {
                    let _ = write!(text, "[{:?}]", excerpt(key));
                }
            }
        }
        text
    }
}

fn is_plain(key: &str) -> bool {
    !key.is_empty()
        && key.len() <= EXCERPT
        && key
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}
