//! Validation and classification of one dropped file.

use std::collections::HashMap;

use hnp_model::{Finding, Place, ResourceId, Severity, kind, manifests};
use hnp_rules::{Role, Settings, check_stream, codes};
use hnp_state::config::{Config, Level};
use hnp_yaml::{Document, LineIndex, Options as ReadOptions, Stream, Value, parse};

use super::{Waiting, cut};

/// A dropped file, read.
pub(super) struct Drop {
    /// Its path.
    pub(super) path: String,
    /// The fabric directory it lies in.
    pub(super) directory: String,
    /// Its bytes.
    pub(super) bytes: Vec<u8>,
    /// It came back from `raw/errors/`.
    pub(super) retried: bool,
    /// Its text and documents.
    pub(super) stream: Stream,
    /// What single-document rules found.
    pub(super) findings: Vec<Finding>,
    /// Its resources, good and bad.
    pub(super) candidates: Vec<Candidate>,
    /// Texts of what is no candidate: broken documents and items without a name, by document.
    pub(super) rest: Vec<(usize, String)>,
    /// Documents that are no resource at all, or cannot be read.
    pub(super) unusable: bool,
}

/// A resource in a dropped file.
pub(super) struct Candidate {
    /// Which resource.
    pub(super) id: ResourceId,
    /// Index of its document.
    pub(super) document: usize,
    /// Index in its list.
    pub(super) item: Option<usize>,
    /// Its text as a file of its own.
    pub(super) text: String,
    /// Where its name stands.
    pub(super) place: Place,
    /// Has an error, its own or against another.
    pub(super) bad: bool,
}

/// Reads a dropped file and judges each of its documents.
pub(super) fn read(waiting: &Waiting<'_>, settings: &Settings, config: &Config) -> Drop {
    let options = ReadOptions {
        limits: settings.limits,
        comments: true,
        ..ReadOptions::default()
    };
    let stream = parse(waiting.file.bytes.clone(), &options);
    let path = &waiting.file.path;
    let mut findings = check_stream(path, Role::Managed, settings, stream.clone()).findings;
    for finding in &mut findings {
        if finding.code == codes::UNKNOWN_GROUP {
            // In a drop this is no mere oddity: hnp cannot manage it, so it cannot be taken in.
            finding.code = codes::NOT_MANAGEABLE;
            finding.severity = Severity::Error;
        }
        if let Some(level) = config.rules.severity.get(finding.code)
            && finding.severity != Severity::Error
        {
            finding.severity = level.severity().unwrap_or(Severity::Info);
        }
    }
    findings.retain(|finding| {
        config.rules.severity.get(finding.code) != Some(&Level::Off)
            || finding.severity == Severity::Error
    });

    let found = manifests(&stream);
    let mut pieces: HashMap<_, _> = cut(&stream, &found)
        .into_iter()
        .map(|piece| ((piece.document, piece.item), piece.text))
        .collect();
    let lines = LineIndex::new(stream.text());
    let mut candidates: Vec<Candidate> = Vec::new();
    let mut rest = Vec::new();
    let mut unusable = stream.documents().any(Document::is_broken)
        || stream
            .problems()
            .iter()
            .any(|problem| problem.document.is_none());
    for manifest in &found {
        let empty = manifest.item.is_none() && manifest.value.is_null();
        if empty {
            continue;
        }
        let (document, item) = (manifest.document.index(), manifest.item);
        let Some(text) = pieces.remove(&(document, item)) else {
            unusable = true;
            continue;
        };
        let Some(id) = manifest.id() else {
            unusable = true;
            rest.push((document, text));
            continue;
        };
        let version = manifest.version().unwrap_or("");
        let known = kind::find(&id.group, &id.kind).is_some()
            || settings
                .schemas
                .kind(&id.group, version, &id.kind)
                .is_some();
        candidates.push(Candidate {
            id,
            document,
            item,
            text,
            place: Place::new(path, &lines, manifest.name_span()),
            bad: !known,
        });
    }
    rest.extend(
        pieces
            .into_iter()
            .map(|((document, _), text)| (document, text)),
    );
    rest.sort();
    for finding in findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
    {
        unusable |= !blame(finding, &stream, &mut candidates);
    }
    Drop {
        path: path.clone(),
        directory: waiting.directory.to_owned(),
        bytes: waiting.file.bytes.clone(),
        retried: waiting.retried,
        stream,
        findings,
        candidates,
        rest,
        unusable,
    }
}

/// Marks the candidates that an error is about; `false` where it is about none of them.
///
/// The error says which resource it means. Its place alone would not do: through an alias it may lie in another one.
fn blame(finding: &Finding, stream: &Stream, candidates: &mut [Candidate]) -> bool {
    let at = finding.place.span.start;
    let inside = |document: usize| {
        stream.document(document).is_some_and(|document| {
            let (separator, body) = (document.separator(), document.body());
            (separator.start.min(body.start)..=body.end).contains(&at)
        })
    };
    let named = |candidate: &Candidate| {
        finding.resource.as_ref().is_some_and(|resource| {
            resource.kind.as_deref() == Some(candidate.id.kind.as_str())
                && resource.name.as_deref() == Some(candidate.id.name.as_str())
        })
    };
    let mut owned = false;
    for candidate in candidates.iter_mut() {
        // A refusal of the reader names no resource: it spoils the whole document.
        let about = match &finding.resource {
            Some(_) => named(candidate) && inside(candidate.document),
            None => inside(candidate.document),
        };
        if about {
            candidate.bad = true;
            owned = true;
        }
    }
    // Text beside a document, such as after `---`, belongs to none of them: taking the rest would lose it.
    owned && finding.resource.is_some()
}

impl Drop {
    /// Tells whether something in the file is refused.
    pub(super) fn has_bad(&self) -> bool {
        self.unusable || self.candidates.iter().any(|candidate| candidate.bad)
    }

    /// Returns the value of a candidate.
    pub(super) fn value(&self, candidate: &Candidate) -> Option<Value<'_>> {
        let root = self.stream.document(candidate.document)?.root()?;
        match candidate.item {
            None => Some(root),
            Some(item) => root.get("items")?.items().nth(item),
        }
    }
}
