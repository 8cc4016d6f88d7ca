//! Drift: in what a cluster differs from Git.
//!
//! Both sides are compared as if both had just been admitted (`hnp_rules::normalise`), with the list keys of the merge. What the
//! cluster adds by itself is no difference: defaults, derived labels, the order of lists whose order says nothing, zero
//! values, status, and what the server owns in `metadata`.
//!
//! Absence needs evidence too. A single object says nothing of others, a list only of the kinds and namespaces that stand in
//! it, and a cluster's resource of a kind of which Git holds nothing is kept elsewhere. What can therefore not be said is
//! [`Report::not_compared`], with the reason.

mod read;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use hnp_merge::{Change, Rules, Step};
use hnp_model::kind::{self, Owner};
use hnp_model::{ResourceId, manifests};
use hnp_rules::normalise::{Admission, comparable, from_yaml};
use hnp_rules::{Outside, ports};
use hnp_yaml::{LineIndex, Node, Stream};
use rayon::prelude::*;
use serde_json::Value;

pub use read::{MAX_BYTES, Unreadable, read};
pub use words::{Reason, Severity, Status};

/// Fields that differ, at most, for a drift of medium severity.
const FEW_FIELDS: usize = 5;

/// A resource as Git has it.
#[derive(Clone, Debug, PartialEq)]
pub struct Desired {
    /// Which.
    pub id: ResourceId,
    /// Its manifest.
    pub manifest: Value,
    /// Its file.
    pub path: String,
    /// Line of its name.
    pub line: u32,
}

/// A resource as the cluster has it.
#[derive(Clone, Debug, PartialEq)]
pub struct Actual {
    /// Which.
    pub id: ResourceId,
    /// The live object.
    pub manifest: Value,
    /// Whether it stood in a list, which would have held others of its kind too.
    pub listed: bool,
}

/// What is compared, and how.
#[derive(Clone, Copy, Debug)]
pub struct Inputs<'i> {
    /// Git's side.
    pub desired: &'i [Desired],
    /// The cluster's side.
    pub actual: &'i [Actual],
    /// The release that admits.
    pub admission: Admission,
    /// Kinds that Git does not hold because they are kept elsewhere.
    pub outside: &'i Outside,
    /// The cluster's side is all that the cluster has.
    pub complete: bool,
    /// Not every file of Git could be read, so nothing is known to be absent there.
    pub unreadable: bool,
}

/// One resource of either side.
#[derive(Clone, Debug, PartialEq)]
pub struct Resource {
    /// Which.
    pub id: ResourceId,
    /// How the two sides stand to each other.
    pub status: Status,
    /// How much it matters.
    pub severity: Severity,
    /// Fields that differ: `old` is Git's value, `new` the cluster's.
    pub fields: Vec<Change>,
    /// File and line in Git.
    pub place: Option<(String, u32)>,
    /// `metadata.resourceVersion` in the cluster.
    pub resource_version: Option<String>,
}

impl Resource {
    /// Tells whether somebody has to look: a change that is only on its way is none.
    #[must_use]
    pub fn has_drift(&self) -> bool {
        match self.status {
            Status::InSync | Status::CreationPending => false,
            // The cluster deletes what Git wants.
            Status::DeletionPending => self.place.is_some(),
            Status::SpecDrift | Status::DesiredOnly | Status::ActualOnly => true,
        }
    }
}

/// A resource of which nothing can be said.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NotCompared {
    /// Which.
    pub id: ResourceId,
    /// Why.
    pub reason: Reason,
}

/// All that was found, by kind, group, namespace and name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// Every resource that was compared, those without drift too.
    pub resources: Vec<Resource>,
    /// Every other one, with the reason.
    pub not_compared: Vec<NotCompared>,
}

impl Report {
    /// Counts the resources of a status.
    #[must_use]
    pub fn count(&self, status: Status) -> usize {
        let of = |one: &&Resource| one.status == status;
        self.resources.iter().filter(of).count()
    }

    /// Tells whether any resource has drift, or is there twice, so that none can tell.
    #[must_use]
    pub fn has_drift(&self) -> bool {
        self.resources.iter().any(Resource::has_drift)
            || self
                .not_compared
                .iter()
                .any(|one| matches!(one.reason, Reason::Ambiguous | Reason::UnreadableFiles))
    }

    /// Tells whether it matters which resources the last commit holds.
    #[must_use]
    pub fn asks_for_commit(&self) -> bool {
        self.count(Status::DesiredOnly) + self.count(Status::ActualOnly) > 0
    }

    /// Takes into account what the last commit holds: what it lacks cannot be in the cluster yet, and what it still holds
    /// cannot be gone there yet.
    pub fn commit_holds(&mut self, committed: &BTreeSet<ResourceId>) {
        for one in &mut self.resources {
            let is_there = committed.contains(&one.id);
            let status = match one.status {
                Status::DesiredOnly if !is_there => Status::CreationPending,
                Status::ActualOnly if is_there => Status::DeletionPending,
                _ => continue,
            };
            one.status = status;
            one.severity = Severity::Low;
        }
    }
}

/// Returns the resources in a file of Git.
#[must_use]
pub fn desired(path: &str, stream: &Stream) -> Vec<Desired> {
    let lines = LineIndex::new(stream.text());
    let found = manifests(stream).into_iter().filter_map(|manifest| {
        Some(Desired {
            id: manifest.id()?,
            manifest: from_yaml(manifest.value)?,
            path: path.to_owned(),
            line: lines.position(manifest.name_span().start as usize).line,
        })
    });
    found.collect()
}

/// Compares the two sides.
#[must_use]
pub fn drift(inputs: &Inputs<'_>) -> Report {
    let sides = Sides::of(inputs);
    let compared: Vec<Result<Resource, NotCompared>> = sides
        .all
        .par_iter()
        .map(|(id, (desired, actual))| sides.one(inputs, id, desired, actual))
        .collect();
    let mut report = Report::default();
    for one in compared {
        match one {
            Ok(resource) => report.resources.push(resource),
            Err(not) => report.not_compared.push(not),
        }
    }
    report
}

type Pair<'i> = (Vec<&'i Desired>, Vec<&'i Actual>);

/// Both sides by resource, and what each of them speaks of.
struct Sides<'i> {
    all: BTreeMap<&'i ResourceId, Pair<'i>>,
    /// Group, kind and namespace of the lists.
    listed: BTreeSet<(&'i str, &'i str, &'i str)>,
    /// Group and kind of what Git holds.
    held: BTreeSet<(&'i str, &'i str)>,
}

impl<'i> Sides<'i> {
    fn of(inputs: &Inputs<'i>) -> Self {
        let mut sides = Self {
            all: BTreeMap::new(),
            listed: BTreeSet::new(),
            held: BTreeSet::new(),
        };
        for one in inputs.desired {
            sides.all.entry(&one.id).or_default().0.push(one);
            sides.held.insert((&one.id.group, &one.id.kind));
        }
        for one in inputs.actual {
            sides.all.entry(&one.id).or_default().1.push(one);
            if one.listed {
                let id = &one.id;
                sides.listed.insert((&id.group, &id.kind, &id.namespace));
            }
        }
        sides
    }

    fn one(
        &self,
        inputs: &Inputs<'_>,
        id: &ResourceId,
        desired: &[&Desired],
        actual: &[&Actual],
    ) -> Result<Resource, NotCompared> {
        let not = |reason| NotCompared {
            id: id.clone(),
            reason,
        };
        if kind::find(&id.group, &id.kind).is_some_and(|info| info.owner == Owner::Controller) {
            return Err(not(Reason::Controllers));
        }
        match (desired, actual) {
            ([desired], [actual]) => Ok(both(inputs.admission, desired, actual)),
            ([desired], []) => {
                let of = (&*id.group, &*id.kind, &*id.namespace);
                if !inputs.complete && !self.listed.contains(&of) {
                    return Err(not(Reason::NotAsked));
                }
                Ok(one_sided(id, Some(desired), None, Status::DesiredOnly))
            }
            ([], [actual]) => {
                if let Some(reason) = self.unmanaged(inputs, actual) {
                    return Err(not(reason));
                }
                let status = if is_going(actual) {
                    Status::DeletionPending
                } else {
                    Status::ActualOnly
                };
                Ok(one_sided(id, None, Some(actual), status))
            }
            _ => Err(not(Reason::Ambiguous)),
        }
    }

    /// Why Git need not hold what the cluster has.
    fn unmanaged(&self, inputs: &Inputs<'_>, actual: &Actual) -> Option<Reason> {
        let id = &actual.id;
        let ours = kind::find(&id.group, &id.kind).is_some();
        let held = self.held.contains(&(&*id.group, &*id.kind));
        let elsewhere = match inputs.outside {
            Outside::Kinds(kinds) if ours => kinds.contains(&id.kind),
            _ => !held,
        };
        if elsewhere {
            Some(Reason::KeptElsewhere)
        } else if id.kind == "SwitchProfile" && ports::builtin(&id.name).is_some() {
            Some(Reason::BuiltIn)
        } else if is_owned(actual) {
            Some(Reason::Controllers)
        } else {
            inputs.unreadable.then_some(Reason::UnreadableFiles)
        }
    }
}

fn metadata<'m>(actual: &'m Actual, field: &str) -> Option<&'m Value> {
    let found = actual.manifest.get("metadata")?.get(field)?;
    (!found.is_null()).then_some(found)
}

/// Tells whether the cluster has begun to delete it.
fn is_going(actual: &Actual) -> bool {
    metadata(actual, "deletionTimestamp").is_some()
}

/// Tells whether another object made it.
fn is_owned(actual: &Actual) -> bool {
    metadata(actual, "ownerReferences")
        .and_then(Value::as_array)
        .is_some_and(|owners| {
            owners
                .iter()
                .any(|owner| owner.get("controller") == Some(&Value::Bool(true)))
        })
}

fn resource_version(actual: &Actual) -> Option<String> {
    Some(metadata(actual, "resourceVersion")?.as_str()?.to_owned())
}

fn both(admission: Admission, desired: &Desired, actual: &Actual) -> Resource {
    let fields = differences(&desired.id, &desired.manifest, &actual.manifest, admission);
    let (status, severity) = if is_going(actual) {
        (Status::DeletionPending, Severity::Critical)
    } else if fields.is_empty() {
        (Status::InSync, Severity::None)
    } else {
        (Status::SpecDrift, weight(&fields))
    };
    Resource {
        id: desired.id.clone(),
        status,
        severity,
        fields,
        place: Some((desired.path.clone(), desired.line)),
        resource_version: resource_version(actual),
    }
}

fn one_sided(
    id: &ResourceId,
    desired: Option<&Desired>,
    actual: Option<&Actual>,
    status: Status,
) -> Resource {
    Resource {
        id: id.clone(),
        status,
        severity: if status == Status::DeletionPending {
            Severity::Low
        } else {
            Severity::High
        },
        fields: Vec::new(),
        place: desired.map(|desired| (desired.path.clone(), desired.line)),
        resource_version: actual.and_then(resource_version),
    }
}

/// Returns the fields in which two manifests of one resource differ once both are admitted; the served version is none.
#[must_use]
pub fn differences(
    id: &ResourceId,
    desired: &Value,
    actual: &Value,
    admission: Admission,
) -> Vec<Change> {
    let (desired, actual) = (
        comparable(desired, &admission),
        comparable(actual, &admission),
    );
    if desired == actual {
        return Vec::new();
    }
    let (desired, actual) = (node(&desired), node(&actual));
    let mut found = hnp_merge::diff(
        Rules::of(&id.group, &id.kind),
        Some(&desired),
        Some(&actual),
    );
    found.retain(|change| {
        !matches!(change.path.steps(), [Step::Key(key)] if key == "apiVersion" || key == "kind")
    });
    found
}

fn weight(fields: &[Change]) -> Severity {
    let is_note = |change: &Change| {
        let mut keys = change.path.steps().iter().map(|step| match step {
            Step::Key(key) => key.as_str(),
            _ => "",
        });
        keys.next() == Some("metadata") && matches!(keys.next(), Some("labels" | "annotations"))
    };
    if fields.iter().all(is_note) {
        Severity::Low
    } else if fields.len() > FEW_FIELDS {
        Severity::High
    } else {
        Severity::Medium
    }
}

/// Returns a JSON value as the merge takes it.
#[must_use]
pub fn node(value: &Value) -> Node {
    match value {
        Value::Null => Node::Null,
        Value::Bool(flag) => Node::Bool(*flag),
        Value::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(whole), _) => Node::Int(whole),
            (None, Some(whole)) => Node::UInt(whole),
            (None, None) => Node::Float(number.as_f64().unwrap_or_default()),
        },
        Value::String(text) => Node::Str(text.clone()),
        Value::Array(items) => Node::Seq(items.iter().map(node).collect()),
        Value::Object(map) => Node::Map(
            map.iter()
                .map(|(key, value)| (key.clone(), node(value)))
                .collect(),
        ),
    }
}
