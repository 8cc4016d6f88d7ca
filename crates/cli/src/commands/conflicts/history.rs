//! `hnp log --conflicts`: what became of conflicts, from the ledger, under the names of HNP's `ConflictResolution`.

use std::collections::{BTreeMap, HashMap};

use hnp_report::Format;
use hnp_state::ledger::Record;
use hnp_state::state_file::State;
use serde_json::{Map, Value, json};

use super::record::{self, Sort};
use super::{everywhere, known, name, state};
use crate::args::{Global, LogArgs};
use crate::clock;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::{Output, clean};

/// One conflict from the day it was found. The same one may be found, settled, and found again.
#[derive(Clone, Debug, Default)]
struct Story {
    id: String,
    /// What the newest record says of it.
    about: Value,
    found: Option<Event>,
    answered: Option<Event>,
    closed: Option<Event>,
    /// A sync that tried to carry the answer out and failed at the resource.
    failed: bool,
    /// How an open one stands now.
    now: Option<&'static str>,
}

/// What an operation did.
#[derive(Clone, Debug, Default)]
struct Event {
    at: Option<String>,
    by: Option<String>,
    operation: String,
}

impl Event {
    fn of(record: &Record) -> Self {
        Self {
            at: record.started_at.clone(),
            by: record.initiated_by.clone(),
            operation: record.operation_id.clone(),
        }
    }

    fn text(&self) -> String {
        let at = self.at.as_deref().unwrap_or("at an unknown time");
        let by = self
            .by
            .as_deref()
            .map_or_else(String::new, |by| format!(" by {by}"));
        clean(&format!("{at}{by} ({})", self.operation))
    }
}

pub(in crate::commands) fn run(
    global: &Global,
    context: &Context,
    args: &LogArgs,
) -> Result<Output, Failure> {
    let mut stories = stories(context)?;
    if let Some(words) = &args.operation {
        if words.contains('/') {
            let wanted = super::super::show::wanted(words)?;
            stories.retain(|one| wanted.is_key(one.text("resource")));
        } else {
            stories.retain(|one| one.id.starts_with(words.as_str()));
        }
    }
    stories.truncate(args.limit);
    if global.format == Format::Json {
        let all: Vec<Value> = stories.iter().map(Story::json).collect();
        return Ok(Output::json(&json!({ "version": 1, "conflicts": all })));
    }
    if stories.is_empty() {
        return Ok(Output::of("No conflict is on record.\n"));
    }
    Ok(Output::of(
        stories.iter().map(Story::as_text).collect::<String>(),
    ))
}

/// Tells the stories, the newest first.
fn stories(context: &Context) -> Result<Vec<Story>, Failure> {
    let mut stories: Vec<Story> = Vec::new();
    let mut current: HashMap<String, usize> = HashMap::new();
    let mut texts = super::super::log::texts(context, usize::MAX)?;
    texts.reverse();
    for text in texts {
        // Most records say nothing of conflicts, and need not be read.
        let open = stories.iter().any(|one| one.closed.is_none());
        if !open && !text.contains("\"conflict_id\"") && !text.contains("\"settled\"") {
            continue;
        }
        let Ok(record) = Record::from_json(&text) else {
            continue;
        };
        stories.extend(by_strategy(&record));
        for (sort, about) in record::all(&record) {
            let Some(id) = about["conflict_id"].as_str() else {
                continue;
            };
            let known = current
                .get(id)
                .copied()
                .filter(|at| sort != Sort::Met || stories[*at].closed.is_none());
            let at = known.unwrap_or_else(|| {
                stories.push(Story {
                    id: id.to_owned(),
                    ..Story::default()
                });
                stories.len() - 1
            });
            current.insert(id.to_owned(), at);
            let story = &mut stories[at];
            story.about = about.clone();
            let event = Some(Event::of(&record));
            match sort {
                Sort::Met => story.found = event,
                Sort::Answered => (story.answered, story.failed) = (event, false),
                Sort::Closed => story.closed = event,
            }
        }
        for story in stories.iter_mut().filter(|one| one.closed.is_none()) {
            let key = story.text("resource").to_owned();
            story.failed |= story.answered.is_some() && record.failed_resources.contains(&key);
        }
    }
    if let Ok(state) = state(context) {
        mark_open(context, &state, &mut stories, &current)?;
    }
    stories.reverse();
    Ok(stories)
}

/// Returns the conflicts that a strategy settled in the sync that met them: they never stood in the state.
fn by_strategy(record: &Record) -> Vec<Story> {
    let mut stories: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
    let settled = record.details.get("settled").and_then(Value::as_array);
    for one in settled.into_iter().flatten() {
        if let (Some(key), true) = (one["resource"].as_str(), one["by"] != "user_guided") {
            stories.entry(key).or_default().push(one);
        }
    }
    let event = Some(Event::of(record));
    stories
        .into_iter()
        .map(|(key, fields)| {
            let decisions: Vec<Value> = fields
                .iter()
                .map(|one| {
                    let winner = one["winner"].as_str().unwrap_or_default();
                    let loser = if winner == "gui" { "git" } else { "gui" };
                    let mut lost = Map::new();
                    lost.insert(loser.to_owned(), one[format!("lost_{loser}")].clone());
                    json!({
                        "field": one["field"], "take": winner, "value": null, "lost": lost,
                    })
                })
                .collect();
            Story {
                about: json!({
                    "resource": key,
                    "conflict_type": "concurrent_modification",
                    "conflicting_fields": fields.iter().map(|one| &one["field"]).collect::<Vec<_>>(),
                    "strategy": fields.first().map(|one| one["by"].clone()),
                    "outcome": "resolved",
                    "decisions": decisions,
                }),
                found: event.clone(),
                closed: event.clone(),
                ..Story::default()
            }
        })
        .collect()
}

/// Says of each conflict that is open how it stands; one whose record is not here begins a story of its own.
fn mark_open(
    context: &Context,
    state: &State,
    stories: &mut [Story],
    current: &HashMap<String, usize>,
) -> Result<(), Failure> {
    for one in known(context, &everywhere(context, state)?)? {
        if let Some(at) = current.get(&one.conflict.id) {
            stories[*at].now = Some(one.resolution_status());
        }
    }
    Ok(())
}

impl Story {
    fn text(&self, field: &str) -> &str {
        self.about[field].as_str().unwrap_or_default()
    }

    fn decisions(&self) -> &[Value] {
        self.about["decisions"]
            .as_array()
            .map_or(&[], Vec::as_slice)
    }

    /// A word of `resolution_status`.
    fn status(&self) -> &'static str {
        match (&self.closed, self.now) {
            (Some(_), _) if self.about["outcome"] == "resolved" => "resolved",
            (None, Some(_)) if self.failed => "failed",
            (None, Some(now)) => now,
            // Nobody answered: one side was changed, and it is no conflict any more, or another one.
            _ => "abandoned",
        }
    }

    /// A word of `resolution_strategy`: one side throughout is a decision, anything else a merge by hand.
    fn strategy(&self) -> Option<String> {
        if let Some(word) = self.about["strategy"].as_str() {
            return Some(word.to_owned());
        }
        let takes: Vec<&Value> = self.decisions().iter().map(|one| &one["take"]).collect();
        let first = takes.first()?;
        let one_side = takes.iter().all(|take| take == first) && **first != "value";
        let word = if one_side {
            "user_decision"
        } else {
            "merge_manual"
        };
        Some(word.to_owned())
    }

    fn json(&self) -> Value {
        let by_field = |name: &str| {
            let pairs = self.decisions().iter().map(|one| {
                let field = one["field"].as_str().unwrap_or_default();
                (field.to_owned(), one[name].clone())
            });
            pairs.collect::<Map<String, Value>>()
        };
        let at = |event: &Option<Event>| event.as_ref().and_then(|event| event.at.clone());
        let operation = |event: &Option<Event>| event.as_ref().map(|event| event.operation.clone());
        let resolved = self.status() == "resolved";
        // A strategy's record tells who gave way, and not what the winner had.
        let by_itself = self.about["strategy"].is_string();
        let note = self.about["note"].as_str();
        let seconds = |event: &Option<Event>| {
            let text = event.as_ref()?.at.as_deref()?;
            clock::seconds(text)
        };
        let took = seconds(&self.answered)
            .zip(seconds(&self.closed))
            .map(|(from, to)| to - from)
            .filter(|_| resolved);
        json!({
            "conflict_id": Some(&self.id).filter(|id| !id.is_empty()),
            "resource": self.about["resource"],
            "sync_operation": operation(&self.found),
            "conflict_type": self.about["conflict_type"],
            "severity": self.about["severity"],
            "auto_resolvable": self.about["auto_resolvable"],
            "detected_at": at(&self.found),
            "gui_state": self.about["gui_state"],
            "github_state": self.about["github_state"],
            "conflicting_fields": self.about["conflicting_fields"],
            "resolution_strategy": self.strategy(),
            "resolution_attempted_at": at(&self.answered),
            "resolved_at": if resolved { at(&self.closed) } else { None },
            "resolution_duration_seconds": took,
            "resolution_status": self.status(),
            "resolved_state": if self.decisions().is_empty() || by_itself { Value::Null } else { json!(by_field("value")) },
            "resolution_details": {
                "answered_in": operation(&self.answered),
                "closed_in": operation(&self.closed),
                "closed_at": at(&self.closed),
                "lost": by_field("lost"),
            },
            "resolved_by": self.answered.as_ref().and_then(|event| event.by.clone()),
            "user_decisions": if by_itself { Map::new() } else { by_field("take") },
            "resolution_quality_score": null,
            "feedback_provided": note.is_some(),
            "user_feedback": note.unwrap_or_default(),
            "lessons_learned": {},
        })
    }

    fn as_text(&self) -> String {
        let mut text = format!(
            "{}  {}  {} ({}), {}\n",
            if self.id.is_empty() {
                "settled at once  "
            } else {
                &self.id
            },
            name(self.text("resource")),
            clean(self.text("conflict_type")),
            clean(self.about["severity"].as_str().unwrap_or("-")),
            self.status().replace('_', " "),
        );
        let ended = if self.status() == "resolved" {
            "settled "
        } else {
            "gone    "
        };
        for (what, event) in [
            ("found   ", &self.found),
            ("answered", &self.answered),
            (ended, &self.closed),
        ] {
            if let Some(event) = event {
                text.push_str(&format!("    {what} {}\n", event.text()));
            }
        }
        for one in self.decisions() {
            let field = match one["field"].as_str() {
                Some("") | None => "(the whole resource)".to_owned(),
                Some(field) => clean(field),
            };
            let lost: Vec<String> = one["lost"]
                .as_object()
                .into_iter()
                .flatten()
                .map(|(side, value)| format!("{side} had {}", short(value)))
                .collect();
            let take = one["take"].as_str().unwrap_or_default();
            let value = match self.about["strategy"].as_str() {
                Some(by) => format!("({})", clean(by)),
                None => short(&one["value"]),
            };
            text.push_str(&format!(
                "    {field}: {} {value}{}\n",
                if take == "value" {
                    "by hand".to_owned()
                } else {
                    clean(take)
                },
                if lost.is_empty() {
                    String::new()
                } else {
                    format!("; {}", lost.join(", "))
                }
            ));
        }
        if let Some(note) = self.about["note"].as_str() {
            text.push_str(&format!("    note: {}\n", clean(note)));
        }
        text
    }
}

/// A value in one line; null is what a side did not have.
fn short(value: &Value) -> String {
    const LONGEST: usize = 60;
    if value.is_null() {
        return "(absent)".to_owned();
    }
    let text = clean(&value.to_string());
    if text.chars().count() <= LONGEST {
        return text;
    }
    let start: String = text.chars().take(LONGEST - 3).collect();
    format!("{start}...")
}
