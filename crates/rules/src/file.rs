//! The check of one file: parse once, judge every manifest, keep the facts that rules across files need.

use std::sync::Arc;

use hnp_model::{Finding, KindInfo, Manifest, ResourceId, Severity, SourceFile, kind, manifests};
use hnp_yaml::{Options, Span, Stream, Value, parse};

use crate::Settings;
use crate::facts::{self, Detail};
use crate::ignore::{self, Ignore};
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
    /// Its kind, where it is one of Hedgehog's.
    pub kind: Option<&'static KindInfo>,
    /// Where its name stands.
    pub name_span: Span,
    /// The document in its file, from 0.
    pub document: usize,
    /// The item in its list, from 0.
    pub item: Option<usize>,
    /// What rules need to know of its spec.
    pub detail: Detail,
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
    /// The resources in it; two checks of one content share them.
    pub facts: Arc<[Facts]>,
    /// How many documents that are not empty it holds.
    pub documents: usize,
    /// The texts of its documents that could not be read: what they hold nobody knows.
    pub broken: Vec<Box<str>>,
    /// Its ignore comments.
    pub ignores: Vec<Ignore>,
    /// The text, kept where findings point into it.
    pub text: Option<String>,
}

/// Checks one file.
#[must_use]
pub fn check_file(file: SourceFile, role: Role, settings: &Settings) -> FileCheck {
    let options = Options {
        limits: settings.limits,
        comments: ignore::possible(&file.bytes),
        ..Options::default()
    };
    let stream = parse(file.bytes, &options);
    check_stream(&file.path, role, settings, stream)
}

/// Checks one file that is parsed already.
#[must_use]
pub fn check_stream(path: &str, role: Role, settings: &Settings, stream: Stream) -> FileCheck {
    let mut findings = Vec::new();
    let mut facts = Vec::new();
    let manifests = manifests(&stream);
    if role == Role::Context {
        facts.extend(manifests.into_iter().filter_map(|manifest| {
            let (kind, detail) = read(manifest);
            facts_of(manifest, kind, detail)
        }));
    } else {
        let mut sink = Sink::new(path, stream.text());
        reader::report(&stream, &mut sink);
        for manifest in manifests {
            let (kind, detail) = read(manifest);
            document::check(manifest, &detail, settings, &mut sink);
            facts.extend(facts_of(manifest, kind, detail));
        }
        findings = sink.into_findings();
    }
    // Most files hold one resource, and thousands of files are held at once.
    facts.shrink_to_fit();
    if role == Role::Pending {
        for finding in &mut findings {
            if finding.severity == Severity::Error {
                finding.severity = Severity::Warning;
            }
        }
    }
    let documents = stream
        .documents()
        .filter(|document| {
            document.is_broken() || document.root().is_some_and(|root| !root.is_null())
        })
        .count();
    FileCheck {
        path: path.to_owned(),
        role,
        broken: broken(&stream),
        ignores: ignore::read(path, &stream),
        text: (!findings.is_empty()).then(|| stream.into_text()),
        findings,
        facts: facts.into(),
        documents,
    }
}

fn broken(stream: &Stream) -> Vec<Box<str>> {
    if stream.problems().is_empty() {
        return Vec::new();
    }
    stream
        .documents()
        .filter(|document| document.is_broken())
        .map(|document| stream.text()[document.body().range()].into())
        .collect()
}

fn read(manifest: Manifest<'_>) -> (Option<&'static KindInfo>, Detail) {
    let kind = manifest
        .group()
        .zip(manifest.kind())
        .and_then(|(group, kind)| kind::find(group, kind));
    let detail = kind.map_or(Detail::None, |info| facts::read(info.kind, manifest));
    (kind, detail)
}

fn facts_of(
    manifest: Manifest<'_>,
    kind: Option<&'static KindInfo>,
    detail: Detail,
) -> Option<Facts> {
    Some(Facts {
        id: manifest.id()?,
        kind,
        name_span: manifest.metadata()?.get("name").map(Value::span)?,
        document: manifest.document.index(),
        item: manifest.item,
        detail,
    })
}
