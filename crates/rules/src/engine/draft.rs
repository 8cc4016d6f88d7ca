//! What rules report, before it has lines and columns.

use hnp_model::Severity;
use hnp_yaml::Span;

use crate::catalogue::Rule;

/// Which of two trees a file belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Side {
    /// The tree that is judged.
    #[default]
    New,
    /// The tree before it.
    Old,
}

/// A place in one of the files of a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Spot {
    /// Which tree.
    pub side: Side,
    /// Which of its files.
    pub file: u32,
    /// Where in it.
    pub span: Span,
}

/// A place in the document that is being checked.
impl From<Span> for Spot {
    fn from(span: Span) -> Self {
        Self {
            side: Side::New,
            file: 0,
            span,
        }
    }
}

/// A change that mends a finding.
#[derive(Clone, Debug)]
pub(crate) struct DraftFix {
    pub(crate) title: String,
    pub(crate) safe: bool,
    pub(crate) edits: Vec<(Spot, String)>,
}

/// A finding to be.
#[derive(Clone, Debug)]
pub struct Draft {
    pub(crate) rule: &'static Rule,
    pub(crate) severity: Severity,
    pub(crate) spot: Spot,
    pub(crate) message: String,
    pub(crate) field: Option<String>,
    pub(crate) related: Vec<(Spot, String)>,
    pub(crate) help: Option<String>,
    pub(crate) fix: Option<DraftFix>,
}

impl Draft {
    /// Adds how many more of the same were left out.
    pub(crate) fn say_more(&mut self, left: usize) {
        let message = &mut self.message;
        message.push_str(&format!("; and {left} more of the kind in this resource"));
    }

    /// Shows a second place.
    pub fn with(&mut self, spot: impl Into<Spot>, message: impl Into<String>) -> &mut Self {
        self.related.push((spot.into(), message.into()));
        self
    }

    /// Says what to do, where the rule's own advice can be made more exact.
    pub fn help(&mut self, help: impl Into<String>) -> &mut Self {
        self.help = Some(help.into());
        self
    }

    /// Names the field, where it is not the one that stands at the place: one that is absent, say.
    pub fn field(&mut self, field: impl Into<String>) -> &mut Self {
        self.field = Some(field.into());
        self
    }

    /// Gives another severity than the rule's.
    pub fn severity(&mut self, severity: Severity) -> &mut Self {
        self.severity = severity;
        self
    }

    /// Offers to replace what stands at a place. `safe` means: certain to be what the author meant.
    pub fn fix(
        &mut self,
        title: impl Into<String>,
        safe: bool,
        spot: impl Into<Spot>,
        with: impl Into<String>,
    ) -> &mut Self {
        self.fix = Some(DraftFix {
            title: title.into(),
            safe,
            edits: vec![(spot.into(), with.into())],
        });
        self
    }
}

/// Takes what a rule reports.
#[derive(Debug)]
pub struct Report {
    pub(crate) rule: &'static Rule,
    pub(crate) drafts: Vec<Draft>,
}

impl Report {
    pub(crate) fn new() -> Self {
        Self {
            rule: &crate::catalogue::RULE,
            drafts: Vec::new(),
        }
    }

    /// Drops what the running rule reported beyond the limit, and says so in the last one that stays.
    pub(crate) fn bound(&mut self, before: usize) {
        let count = self.drafts.len() - before;
        if count > super::MOST {
            self.drafts.truncate(before + super::MOST);
            if let Some(last) = self.drafts.last_mut() {
                last.say_more(count - super::MOST);
            }
        }
    }

    /// Reports a finding of the rule that is running.
    pub fn at(&mut self, spot: impl Into<Spot>, message: impl Into<String>) -> &mut Draft {
        let index = self.drafts.len();
        self.drafts.push(Draft {
            rule: self.rule,
            severity: self.rule.severity,
            spot: spot.into(),
            message: message.into(),
            field: None,
            related: Vec::new(),
            help: None,
            fix: None,
        });
        &mut self.drafts[index]
    }
}
