//! A sheet of cases of one kind, filled by the tables.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::edit::Patch;
use super::rules;

/// One case.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) base: &'static str,
    /// The rules that it touches; where it is refused, by them.
    pub(crate) rules: Vec<String>,
    /// The document of the base that it is about.
    pub(crate) of: String,
    pub(crate) patch: Patch,
    pub(crate) config: Option<Value>,
    pub(crate) reject: bool,
    /// Another object that is refused itself, and for which this one is.
    pub(crate) through: Option<String>,
}

impl Case {
    /// `Kind/name` of the judged object, after the patch.
    pub(crate) fn subject(&self) -> String {
        let renamed = self
            .patch
            .set
            .get(&self.of)
            .and_then(|fields| fields.get("/metadata/name"))
            .and_then(Value::as_str);
        match renamed {
            Some(name) => format!("{}/{name}", self.kind()),
            None => self.of.clone(),
        }
    }

    pub(crate) fn kind(&self) -> &str {
        self.of.split_once('/').map_or("", |(kind, _)| kind)
    }

    /// The case as it stands in a file.
    pub(crate) fn write(&self) -> Value {
        let mut case = Map::new();
        let subject = self.subject();
        case.insert("name".to_owned(), json!(self.name));
        case.insert("subject".to_owned(), json!(subject));
        if !self.rules.is_empty() {
            case.insert("rules".to_owned(), json!(self.rules));
        }
        if let Some(config) = &self.config {
            case.insert("config".to_owned(), config.clone());
        }
        self.patch.write(&subject, &mut case);
        if let Some(through) = &self.through {
            case.insert("through".to_owned(), json!(through));
        }
        if self.reject
            && self
                .rules
                .iter()
                .any(|rule| rules::WEBHOOK.contains(&rule.as_str()))
        {
            case.insert("webhook".to_owned(), json!(true));
        }
        let verdict = if self.reject { "reject" } else { "accept" };
        case.insert("verdict".to_owned(), json!(verdict));
        Value::Object(case)
    }
}

/// Cases of one kind, with what the next ones have in common.
#[derive(Debug)]
pub(crate) struct Sheet {
    pub(crate) kind: &'static str,
    pub(crate) cases: Vec<Case>,
    base: &'static str,
    subject: String,
    prefix: String,
    config: Option<Value>,
    through: Option<String>,
    numbers: HashMap<String, usize>,
}

impl Sheet {
    pub(crate) fn new(kind: &'static str, base: &'static str) -> Self {
        Self {
            kind,
            cases: Vec::new(),
            base,
            subject: String::new(),
            prefix: "/spec".to_owned(),
            config: None,
            through: None,
            numbers: HashMap::new(),
        }
    }

    /// The base of its cases.
    pub(crate) fn base(&self) -> &'static str {
        self.base
    }

    /// The next cases are about this document of the kind; paths start at its spec.
    pub(crate) fn on(&mut self, name: &str) -> &mut Self {
        self.subject = format!("{}/{name}", self.kind);
        self.at("")
    }

    /// The paths of the next edits start below the spec.
    pub(crate) fn at(&mut self, below: &str) -> &mut Self {
        self.prefix = match below {
            "" => "/spec".to_owned(),
            below => format!("/spec/{below}"),
        };
        self
    }

    /// The next cases have this configuration.
    pub(crate) fn configured(&mut self, config: Value) -> &mut Self {
        self.config = Some(config).filter(|config| !config.is_null());
        self
    }

    /// Adds cases that are refused by one of `rules`, one for each text of edits.
    pub(crate) fn bad<T: AsRef<str>>(&mut self, rules: &str, edits: impl IntoIterator<Item = T>) {
        self.add(rules, edits, true);
    }

    /// Adds cases that are refused by one of `rules`, because of another object that is refused itself.
    pub(crate) fn bad_through<T: AsRef<str>>(
        &mut self,
        other: &str,
        rules: &str,
        edits: impl IntoIterator<Item = T>,
    ) {
        self.through = Some(other.to_owned());
        self.add(rules, edits, true);
        self.through = None;
    }

    /// Adds cases that touch `rules` and keep to them.
    pub(crate) fn good<T: AsRef<str>>(&mut self, rules: &str, edits: impl IntoIterator<Item = T>) {
        self.add(rules, edits, false);
    }

    fn add<T: AsRef<str>>(
        &mut self,
        rules: &str,
        edits: impl IntoIterator<Item = T>,
        reject: bool,
    ) {
        for edits in edits {
            let patch = Patch::read(edits.as_ref(), &self.subject, &self.prefix);
            self.put(rules, patch, reject);
        }
    }

    /// Adds one case.
    pub(crate) fn put(&mut self, rules: &str, patch: Patch, reject: bool) {
        let rules: Vec<String> = rules.split_whitespace().map(str::to_owned).collect();
        // Some tables meet, as where one case stands at the boundary of two rules.
        let known = |case: &Case| {
            case.of == self.subject
                && case.patch == patch
                && case.config == self.config
                && case.reject == reject
        };
        if self.cases.iter().any(known) {
            return;
        }
        let about = rules.first().map_or("whole", String::as_str);
        let word = if reject { "bad" } else { "good" };
        let stem = format!("{}-{word}", about.to_lowercase());
        let number = self.numbers.entry(stem.clone()).or_default();
        *number += 1;
        self.cases.push(Case {
            name: format!("{stem}-{number}"),
            base: self.base,
            rules,
            of: self.subject.clone(),
            patch,
            config: self.config.clone(),
            reject,
            through: self.through.clone(),
        });
    }
}
