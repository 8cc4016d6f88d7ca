//! The check of one file: parse once, judge every manifest, keep the facts that rules across files need.

use hnp_model::{Finding, Place, ResourceId, Severity, SourceFile, manifests};
use hnp_yaml::{Options, Position, Positions, Span, Stream, Value, parse};

use crate::Settings;
use crate::sink::Sink;
use crate::{document, reader};

/// What a file is to the fabric.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Under `managed/`, or named by the user: everything counts.
    Managed,
    /// Waiting in `raw/`: errors show as warnings and never block.
    Pending,
    /// Under `unmanaged/`: context for references and identities, never judged.
    Context,
}

/// What rules across files need to know of one resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Which resource it is.
    pub id: ResourceId,
    /// Where its name stands.
    pub name_span: Span,
    /// The same for people.
    pub name_at: (Position, Position),
    /// The document in its file, from 0.
    pub document: usize,
    /// The item in its list, from 0.
    pub item: Option<usize>,
}

/// The outcome of checking one file.
#[derive(Clone, Debug)]
pub struct FileCheck {
    /// Path from the root of the repository.
    pub path: String,
    /// What the file is to the fabric.
    pub role: Role,
    /// What was found in it, unsorted.
    pub findings: Vec<Finding>,
    /// The resources in it.
    pub facts: Vec<Facts>,
    /// How many documents that are not empty it holds.
    pub documents: usize,
    /// The text, kept where findings point into it.
    pub text: Option<String>,
}

impl FileCheck {
    /// Returns where a resource's name stands.
    #[must_use]
    pub fn place_of(&self, facts: &Facts) -> Place {
        Place {
            file: self.path.clone(),
            start: facts.name_at.0,
            end: facts.name_at.1,
            span: facts.name_span,
        }
    }
}

/// Checks one file.
#[must_use]
pub fn check_file(file: SourceFile, role: Role, settings: &Settings) -> FileCheck {
    let options = Options {
        limits: settings.limits,
        ..Options::default()
    };
    let stream = parse(file.bytes, &options);
    check_stream(&file.path, role, settings, stream)
}

/// Checks one file that is parsed already.
#[must_use]
pub fn check_stream(path: &str, role: Role, settings: &Settings, stream: Stream) -> FileCheck {
    let mut findings = Vec::new();
    if role != Role::Context {
        let mut sink = Sink::new(path, stream.text());
        reader::report(&stream, &mut sink);
        for manifest in manifests(&stream) {
            document::check(manifest, settings, &mut sink);
        }
        findings = sink.into_findings();
    }
    if role == Role::Pending {
        for finding in &mut findings {
            if finding.severity == Severity::Error {
                finding.severity = Severity::Warning;
            }
        }
    }
    let facts = facts(&stream);
    let documents = stream
        .documents()
        .filter(|document| {
            document.is_broken() || document.root().is_some_and(|root| !root.is_null())
        })
        .count();
    FileCheck {
        path: path.to_owned(),
        role,
        text: (!findings.is_empty()).then(|| stream.into_text()),
        findings,
        facts,
        documents,
    }
}

fn facts(stream: &Stream) -> Vec<Facts> {
    let mut positions = Positions::new(stream.text());
    manifests(stream)
        .into_iter()
        .filter_map(|manifest| {
            let id = manifest.id()?;
            let name_span = manifest.metadata()?.get("name").map(Value::span)?;
            let start = positions.position(name_span.start as usize);
            let end = positions.position(name_span.end as usize);
            Some(Facts {
                id,
                name_span,
                name_at: (start, end),
                document: manifest.document.index(),
                item: manifest.item,
            })
        })
        .collect()
}
