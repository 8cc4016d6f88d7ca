//! Rules of one resource.

use std::collections::HashMap;
use std::sync::LazyLock;

use hnp_model::{KindInfo, Manifest};
use hnp_yaml::{Kind, Span, Value};

use super::{Check, Report, locate};
use crate::Settings;
use crate::catalogue::{self, Rule};
use crate::facts::Detail;
use crate::sink::Sink;

/// A resource under check.
pub struct Doc<'d, T> {
    /// What was read from it.
    pub facts: &'d T,
    /// Its kind.
    pub info: &'static KindInfo,
    /// The whole of it, for what the facts leave out.
    pub manifest: Manifest<'d>,
    /// What the check depends on.
    pub settings: &'d Settings,
}

impl<'d, T> Doc<'d, T> {
    pub(super) fn of<U>(&self, facts: &'d U) -> Doc<'d, U> {
        Doc {
            facts,
            info: self.info,
            manifest: self.manifest,
            settings: self.settings,
        }
    }

    /// Returns the resource's name; empty where it has none.
    #[must_use]
    pub fn name(&self) -> &'d str {
        self.manifest.name().unwrap_or_default()
    }

    /// Returns where the name stands.
    #[must_use]
    pub fn name_span(&self) -> Span {
        self.manifest.name_span()
    }

    /// Returns `spec` where it is a map.
    #[must_use]
    pub fn spec(&self) -> Option<Value<'d>> {
        self.manifest
            .value
            .get("spec")
            .filter(|spec| spec.kind() == Kind::Map)
    }

    /// Returns where the key `spec` stands, or the name where there is none: the place of what is missing in it.
    #[must_use]
    pub fn spec_span(&self) -> Span {
        self.manifest
            .value
            .entry("spec")
            .map_or_else(|| self.name_span(), |entry| entry.key_span)
    }
}

struct Rules {
    any: Vec<&'static Rule>,
    by_kind: HashMap<&'static str, Vec<&'static Rule>>,
}

static RULES: LazyLock<Rules> = LazyLock::new(|| {
    let mut rules = Rules {
        any: Vec::new(),
        by_kind: HashMap::new(),
    };
    for rule in catalogue::FAMILIES
        .iter()
        .flat_map(catalogue::Family::rules)
    {
        match rule.check {
            Check::Any(_) => rules.any.push(rule),
            Check::One(one) => rules.by_kind.entry(one.kind()).or_default().push(rule),
            _ => {}
        }
    }
    rules
});

/// Runs the rules of one resource.
pub fn check_document(
    manifest: Manifest<'_>,
    info: &'static KindInfo,
    detail: &Detail,
    settings: &Settings,
    sink: &mut Sink<'_>,
) {
    let doc = Doc {
        facts: detail,
        info,
        manifest,
        settings,
    };
    let mut report = Report::new();
    let of_kind = RULES.by_kind.get(info.kind);
    for rule in RULES.any.iter().chain(of_kind.into_iter().flatten()) {
        if !rule.holds_in(settings.release) {
            continue;
        }
        report.rule = rule;
        let before = report.drafts.len();
        match rule.check {
            Check::Any(check) => check(&doc.of(&()), &mut report),
            Check::One(one) => one.run(&doc, &mut report),
            _ => {}
        }
        report.bound(before);
    }
    for draft in report.drafts {
        let field = draft
            .field
            .clone()
            .or_else(|| locate::field(manifest, draft.spot.span));
        let place = |spot: super::Spot| sink.place(spot.span);
        let finding = locate::finding(draft, &place, field, sink.resource.clone());
        sink.push(finding);
    }
}
