//! The catalogue: every code that hnp reports, with what it means, why it matters and what to do.
//!
//! A rule is one [`Rule`] in the file of its family; `hnp explain` and `docs/rules.md` are made of it. A new family is a
//! file with its rules and one line in [`FAMILIES`].

mod git;
mod ingest;
mod labels;
mod metadata;
mod render;
mod root;
mod schema;
mod state;
mod yaml;

use hnp_model::Severity;

use crate::engine::Check;
use crate::schema::{Release, suggest};

pub use render::{explain_text, markdown};

/// One rule.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Stable code, such as `YAML-05`.
    pub code: &'static str,
    /// The severity it usually has in `managed/`; in `raw/` an error shows as a warning.
    pub severity: Severity,
    /// What is wrong, in a few words.
    pub title: &'static str,
    /// When the rule speaks.
    pub what: &'static str,
    /// Why it matters.
    pub why: &'static str,
    /// A text that breaks it.
    pub wrong: Option<&'static str>,
    /// The same text put right.
    pub right: Option<&'static str>,
    /// What to do.
    pub fix: &'static str,
    /// What Kubernetes or Hedgehog itself says, where it says something.
    pub upstream: Option<&'static str>,
    /// How older Hedgehog releases differ, where they do.
    pub releases: Option<&'static str>,
    /// Who refuses what the rule finds.
    pub class: Class,
    /// First release in which the rule holds.
    pub since: Release,
    /// First release in which it holds no longer.
    pub until: Option<Release>,
    /// Where the rule looks, and the function that does.
    pub check: Check,
}

/// Who refuses what a rule finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// Kubernetes or hnp: the text, the schema, the repository.
    Own,
    /// Nobody: the mutating webhook fills in or rewrites, and hnp compares what it makes of it.
    Default,
    /// The validating webhook, from the resource alone.
    Webhook,
    /// The validating webhook, from other resources too.
    Cross,
    /// The validating webhook, when a resource changes or goes.
    Update,
    /// A controller or an agent, after admission: accepted and not applied.
    Runtime,
    /// Nobody; it is most likely a mistake all the same.
    Gap,
    /// Nobody or the webhook: a step between two trees that goes wrong.
    Transition,
}

/// A rule that says nothing.
pub(crate) static RULE: Rule = NEW;

/// What rules without examples, message or history leave out.
pub(crate) const NEW: Rule = Rule {
    code: "",
    severity: Severity::Error,
    title: "",
    what: "",
    why: "",
    wrong: None,
    right: None,
    fix: "",
    upstream: None,
    releases: None,
    class: Class::Own,
    since: Release::Beta1,
    until: None,
    check: Check::Elsewhere,
};

impl Rule {
    /// Tells whether the rule holds in a release.
    #[must_use]
    pub fn holds_in(&self, release: Release) -> bool {
        self.since <= release && self.until.is_none_or(|until| release < until)
    }
}

/// Rules that belong together.
#[derive(Debug)]
pub struct Family {
    /// Heading for people.
    pub title: &'static str,
    /// What the rules have in common, in a sentence or two.
    pub about: &'static str,
    /// The rules, by code, in the files that hold them.
    pub parts: &'static [&'static [Rule]],
}

impl Family {
    /// Returns the rules in the order of their codes.
    #[must_use]
    pub fn rules(&self) -> Vec<&'static Rule> {
        let mut rules: Vec<_> = self.parts.iter().copied().flatten().collect();
        rules.sort_by_key(|rule| rule.code);
        rules
    }
}

/// Every family, in the order in which a document meets them.
pub static FAMILIES: &[Family] = &[
    yaml::FAMILY,
    root::FAMILY,
    metadata::FAMILY,
    labels::FAMILY,
    schema::FAMILY,
    ingest::FAMILY,
    state::FAMILY,
    git::FAMILY,
    crate::admission::general::FAMILY,
    crate::admission::ipv4_namespace::FAMILY,
    crate::admission::vlan_namespace::FAMILY,
    crate::admission::vpc::FAMILY,
    crate::admission::attachment::FAMILY,
    crate::admission::peering::FAMILY,
    crate::admission::external::FAMILY,
    crate::admission::external_attachment::FAMILY,
    crate::admission::external_peering::FAMILY,
    crate::admission::connection::FAMILY,
    crate::admission::switch::FAMILY,
    crate::admission::switch_profile::FAMILY,
    crate::admission::server::FAMILY,
    crate::admission::gateway::FAMILY,
    crate::admission::gateway_peering::FAMILY,
    crate::admission::transition::FAMILY,
];

/// Returns every rule, by code.
#[must_use]
pub fn all() -> Vec<&'static Rule> {
    let mut rules: Vec<_> = FAMILIES.iter().flat_map(Family::rules).collect();
    rules.sort_by_key(|rule| rule.code);
    rules
}

/// Finds a rule by its code, as people type it: in any case, with `_`, a blank or nothing for the hyphen, and with
/// leading zeros left out.
#[must_use]
pub fn find(code: &str) -> Option<&'static Rule> {
    let wanted = parts(code)?;
    FAMILIES
        .iter()
        .flat_map(Family::rules)
        .find(|rule| parts(rule.code).as_ref() == Some(&wanted))
}

/// Returns the code that was probably meant by one that [`find`] does not know.
#[must_use]
pub fn nearest(code: &str) -> Option<&'static str> {
    suggest::nearest(code.trim(), all().into_iter().map(|rule| rule.code))
}

/// Returns the family of a rule.
#[must_use]
pub fn family(rule: &Rule) -> Option<&'static Family> {
    FAMILIES
        .iter()
        .find(|family| family.rules().iter().any(|other| other.code == rule.code))
}

/// Splits a code into its letters, its number and what follows: `gw-5-ip` into `GW`, 5 and `IP`.
fn parts(code: &str) -> Option<(String, u32, String)> {
    let code = code.trim();
    let blank = |c: char| matches!(c, '-' | '_' | ' ');
    let digits = code.find(|c: char| c.is_ascii_digit())?;
    let (word, rest) = code.split_at(digits);
    let end = rest
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(rest.len());
    let (number, tail) = rest.split_at(end);
    let word = word.trim_end_matches(blank).to_ascii_uppercase();
    let tail = tail.trim_start_matches(blank).to_ascii_uppercase();
    Some((word, number.parse().ok()?, tail))
}
