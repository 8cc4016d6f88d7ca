//! What the rules would say of answers, before they are taken.

use std::collections::BTreeSet;

use hnp_model::Finding;
use hnp_sync::reconcile::{Conflict, Pick, Resolution, judge};
use serde_json::Value;

use super::Answer;
use crate::commands::{conflicts, fabric_side};
use crate::context::Context;
use crate::failure::Failure;
use crate::output::clean;

/// The verdict over some answers.
#[derive(Debug, Default)]
pub(super) struct Judged {
    findings: Vec<Finding>,
    unknown: Vec<(String, String)>,
}

/// Judges answers together with those that wait already: in Git's tree as it stands, fabric by fabric.
///
/// # Errors
///
/// Exit 3 where a file cannot be read.
pub(super) fn of(context: &Context, answers: &[Answer]) -> Result<Judged, Failure> {
    let state = conflicts::state(context)?;
    let waiting: Vec<Answer> = conflicts::open(&state)
        .into_iter()
        .filter(|one| answers.iter().all(|(answered, _)| answered.id != one.id))
        .filter_map(|one| {
            let resolution = conflicts::resolution(&state, &one.id)?;
            Some((one, resolution))
        })
        .collect();
    let names: BTreeSet<&str> = answers
        .iter()
        .filter_map(|(conflict, _)| conflict.resource.split('/').next())
        .collect();
    let mut judged = Judged::default();
    for name in names {
        let Some((name, fabric)) = context.config.fabrics.get_key_value(name) else {
            continue;
        };
        let side = fabric_side::side(context, name, fabric)?;
        let all: Vec<(&Conflict, &Resolution)> = answers
            .iter()
            .chain(&waiting)
            .map(|(conflict, resolution)| (conflict, resolution))
            .collect();
        let found = judge(
            &side.fabric,
            &side.settings,
            context.config.limits.yaml(),
            &all,
        );
        judged.findings.extend(found.findings);
        judged.unknown.extend(found.unknown);
    }
    Ok(judged)
}

impl Judged {
    /// Tells whether the rules have nothing against it.
    pub(super) fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }

    /// Tells whether the answers must not be taken: a person gave a value by hand, and it would not be valid. A side's
    /// value is taken all the same: `hnp sync` judges it again, with what the GUI has besides. But what is wrong in a
    /// resource by itself nothing else can mend.
    pub(super) fn refuses(&self, answers: &[Answer]) -> bool {
        let by_hand = answers.iter().any(|(_, resolution)| {
            let mut picks = resolution.picks.values();
            picks.any(|pick| matches!(pick, Pick::Value(_)))
        });
        let alone = |finding: &Finding| finding.code.starts_with("SCH");
        by_hand && !self.is_clean() || self.findings.iter().any(alone)
    }

    /// The findings, a line each.
    pub(super) fn text(&self) -> String {
        conflicts::findings_text(&self.findings)
    }

    pub(super) fn json(&self) -> Value {
        conflicts::findings_json(&self.findings)
    }

    /// What to say beside the result.
    pub(super) fn notes(&self) -> Vec<String> {
        let mut notes: Vec<String> = self
            .unknown
            .iter()
            .map(|(key, why)| {
                format!(
                    "note: {} is not judged, {}; `hnp sync` judges it",
                    conflicts::name(key),
                    clean(why)
                )
            })
            .collect();
        if !self.is_clean() {
            notes.push(format!(
                "warning: `hnp sync` will refuse this, unless the GUI changes something else too:\n{}",
                self.text().trim_end()
            ));
        }
        notes
    }
}
