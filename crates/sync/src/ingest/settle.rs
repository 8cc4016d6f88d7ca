//! Processing: which resources are taken, and what that writes.

use std::collections::{HashMap, HashSet};

use hnp_model::canonical::sha256_hex;
use hnp_model::{Finding, Place, ResourceId, Severity, kind, manifests};
use hnp_rules::{Settings, codes, reference};
use hnp_state::layout::{Area, managed_path};
use hnp_state::state_file::{Entry, State};
use hnp_yaml::edit::{Edit, Path, Seg, apply};
use hnp_yaml::{Kind, LineIndex, Node, Options as ReadOptions, Stream, Value, parse};

use super::read::{Candidate, Drop};
use super::{How, Options, Taken};
use crate::diff::{FieldDiff, describe, diff};
use crate::fabric::{FabricFiles, is_yaml};
use crate::plan::Plan;

/// The resources that are there before the ingestion.
pub(super) struct Existing {
    files: Vec<(String, Stream)>,
    managed: HashMap<ResourceId, Site>,
    context: HashMap<ResourceId, Site>,
}

#[derive(Clone, Copy)]
struct Site {
    file: usize,
    document: usize,
    item: Option<usize>,
}

impl Existing {
    /// Reads what is managed, and the context beside it.
    pub(super) fn read(fabric: &FabricFiles<'_>, settings: &Settings) -> Self {
        let options = ReadOptions {
            limits: settings.limits,
            ..ReadOptions::default()
        };
        let mut existing = Self {
            files: Vec::new(),
            managed: HashMap::new(),
            context: HashMap::new(),
        };
        for file in fabric.in_area(|area| area.is_managed() || area.is_context()) {
            if !is_yaml(&file.path) {
                continue;
            }
            let context = fabric
                .area(&file.path)
                .is_some_and(|(_, area)| area != Area::Managed);
            let stream = parse(file.bytes.clone(), &options);
            for manifest in manifests(&stream) {
                if let Some(id) = manifest.id() {
                    let site = Site {
                        file: existing.files.len(),
                        document: manifest.document.index(),
                        item: manifest.item,
                    };
                    let map = if context {
                        &mut existing.context
                    } else {
                        &mut existing.managed
                    };
                    map.entry(id).or_insert(site);
                }
            }
            existing.files.push((file.path.clone(), stream));
        }
        existing
    }

    /// Returns the texts by path.
    pub(super) fn texts(&self) -> impl Iterator<Item = (String, String)> + '_ {
        self.files
            .iter()
            .map(|(path, stream)| (path.clone(), stream.text().to_owned()))
    }

    /// Returns the file that the state gives for a resource, where it is there and cannot be read.
    fn unreadable_home<'s>(&self, state: &'s State, key: &str) -> Option<&'s str> {
        let path = state.resources.get(key)?.path.as_str();
        self.files
            .iter()
            .any(|(file, stream)| file == path && !stream.problems().is_empty())
            .then_some(path)
    }

    fn value(&self, site: Site) -> Option<Value<'_>> {
        let root = self.files[site.file].1.document(site.document)?.root()?;
        match site.item {
            None => Some(root),
            Some(item) => root.get("items")?.items().nth(item),
        }
    }

    fn place(&self, site: Site) -> Place {
        let (path, stream) = &self.files[site.file];
        let span = self
            .value(site)
            .and_then(|value| value.get("metadata")?.get("name"))
            .map(Value::span)
            .unwrap_or_default();
        Place::new(path, &LineIndex::new(stream.text()), span)
    }
}

/// What processing came to.
pub(super) struct Settled {
    pub(super) plan: Plan,
    pub(super) state: State,
    pub(super) findings: Vec<Finding>,
    /// What was taken of each drop.
    pub(super) taken: Vec<Vec<Taken>>,
}

/// Decides what is taken. Marks as bad what contradicts something else.
pub(super) fn settle(
    drops: &mut [Drop],
    existing: &Existing,
    fabric: &FabricFiles<'_>,
    state: &State,
    options: &Options,
) -> Settled {
    let mut findings = Vec::new();
    against_existing(drops, existing, fabric.name, state, options, &mut findings);
    among_drops(drops, fabric.name, options, &mut findings);
    let mut writer = Writer {
        existing,
        fabric,
        options,
        plan: Plan::default(),
        state: state.clone(),
        edited: HashMap::new(),
        changed: HashSet::new(),
        claimed: HashMap::new(),
        first: HashMap::new(),
    };
    let mut taken = Vec::new();
    for index in 0..drops.len() {
        taken.push(writer.take(drops, index, &mut findings));
    }
    writer.finish();
    Settled {
        plan: writer.plan,
        state: writer.state,
        findings,
        taken,
    }
}

/// Returns the candidates of a drop that take part at all: in strict mode a bad one keeps the others out.
fn taking_part<'d>(
    drop: &'d Drop,
    options: &Options,
) -> impl Iterator<Item = (usize, &'d Candidate)> {
    let out = options.strict && drop.has_bad();
    drop.candidates
        .iter()
        .enumerate()
        .filter(move |(_, candidate)| !out && !candidate.bad)
}

/// Refuses what exists with another value, unless it may be updated; warns where `unmanaged/` has it.
fn against_existing(
    drops: &mut [Drop],
    existing: &Existing,
    fabric: &str,
    state: &State,
    options: &Options,
    findings: &mut Vec<Finding>,
) {
    for drop in drops.iter_mut() {
        let mut bad = Vec::new();
        for (n, candidate) in drop.candidates.iter().enumerate() {
            if let Some(site) = existing.context.get(&candidate.id) {
                findings.push(
                    Finding::new(
                        codes::UNMANAGED_REPEATS,
                        Severity::Warning,
                        candidate.place.clone(),
                        format!("unmanaged/ holds {} already", candidate.id),
                    )
                    .resource(Some(reference(&candidate.id, Some(fabric))))
                    .related(existing.place(*site), "unmanaged here")
                    .help("a tool that applies both will flip between them; keep one"),
                );
            }
            let Some(site) = existing.managed.get(&candidate.id) else {
                if let Some(path) = existing.unreadable_home(state, &candidate.id.key(fabric)) {
                    findings.push(
                        Finding::new(
                            codes::EXISTS,
                            Severity::Error,
                            candidate.place.clone(),
                            format!("{} lies in {path}, which cannot be read, so nobody can tell whether it is the same", candidate.id),
                        )
                        .resource(Some(reference(&candidate.id, Some(fabric))))
                        .help("mend that file first; `hnp validate` shows what is wrong with it"),
                    );
                    bad.push(n);
                }
                continue;
            };
            let (Some(old), Some(new)) = (existing.value(*site), drop.value(candidate)) else {
                continue;
            };
            if same_resource(old, new) || candidate.bad {
                continue;
            }
            if options.update {
                // An edit that the editor refuses must keep the document out before anything is taken.
                let document = alone(&existing.files[site.file].1, site.document);
                if let Err(error) = apply(&document, 0, &[replacement(*site, new)]) {
                    findings.push(
                        Finding::new(
                            codes::EXISTS,
                            Severity::Error,
                            candidate.place.clone(),
                            format!("{} cannot be changed in place: {error}", candidate.id),
                        )
                        .resource(Some(reference(&candidate.id, Some(fabric))))
                        .related(existing.place(*site), "managed here")
                        .help("edit the managed file by hand"),
                    );
                    bad.push(n);
                }
                continue;
            }
            let diffs = differences(old, new);
            findings.push(
                Finding::new(
                    codes::EXISTS,
                    Severity::Error,
                    candidate.place.clone(),
                    format!(
                        "{} exists with another value: {}",
                        candidate.id,
                        describe(&diffs)
                    ),
                )
                .resource(Some(reference(&candidate.id, Some(fabric))))
                .related(existing.place(*site), "managed here")
                .help("edit the managed file, or run `hnp ingest --update` to change it in place"),
            );
            bad.push(n);
        }
        for n in bad {
            drop.candidates[n].bad = true;
        }
    }
}

/// Finds resources that the drops hold more than once. Different values are refused at every place; since a strict file
/// then falls out whole, the rest is looked at again until nothing changes.
fn among_drops(drops: &mut [Drop], fabric: &str, options: &Options, findings: &mut Vec<Finding>) {
    let mut reported: HashSet<ResourceId> = HashSet::new();
    loop {
        let mut sites: HashMap<&ResourceId, Vec<(usize, usize)>> = HashMap::new();
        for (d, drop) in drops.iter().enumerate() {
            for (c, candidate) in taking_part(drop, options) {
                sites.entry(&candidate.id).or_default().push((d, c));
            }
        }
        let mut contradicted: Vec<Vec<(usize, usize)>> = sites
            .into_values()
            .filter(|sites| {
                let value = |&(d, c): &(usize, usize)| drops[d].value(&drops[d].candidates[c]);
                let first = value(&sites[0]);
                sites[1..].iter().any(|site| match (first, value(site)) {
                    (Some(a), Some(b)) => !same_resource(a, b),
                    _ => true,
                })
            })
            .collect();
        if contradicted.is_empty() {
            return;
        }
        contradicted.sort_unstable();
        for sites in contradicted {
            let (d0, c0) = sites[0];
            let first = &drops[d0].candidates[c0];
            let first_place = first.place.clone();
            if reported.insert(first.id.clone()) {
                for &(d, c) in &sites[1..] {
                    let candidate = &drops[d].candidates[c];
                    let (Some(old), Some(new)) =
                        (drops[d0].value(first), drops[d].value(candidate))
                    else {
                        continue;
                    };
                    let diffs = differences(old, new);
                    if diffs.is_empty() {
                        continue;
                    }
                    findings.push(
                        Finding::new(
                            codes::CONTRADICTED,
                            Severity::Error,
                            candidate.place.clone(),
                            format!(
                                "{} stands here and elsewhere with different values: {}",
                                candidate.id,
                                describe(&diffs)
                            ),
                        )
                        .resource(Some(reference(&candidate.id, Some(fabric))))
                        .related(first_place.clone(), "the other is here")
                        .help("keep the one that is meant, and take the other out"),
                    );
                }
            }
            for (d, c) in sites {
                drops[d].candidates[c].bad = true;
            }
        }
    }
}

/// Tells whether two manifests of one resource say the same. A namespace that is written out is no difference: what names
/// none lies in `default`.
fn same_resource(a: Value<'_>, b: Value<'_>) -> bool {
    a.same(b) || a.kind() == Kind::Map && b.kind() == Kind::Map && differences(a, b).is_empty()
}

/// Compares two manifests of one resource.
fn differences(old: Value<'_>, new: Value<'_>) -> Vec<FieldDiff> {
    let mut diffs = diff(old, new);
    diffs.retain(|diff| diff.field != "metadata.namespace");
    diffs
}

/// Returns the edit that puts a value in the place of a resource; only the parts that differ change.
fn replacement(site: Site, new: Value<'_>) -> Edit {
    let mut path = Path::root();
    if let Some(item) = site.item {
        path = path
            .then(Seg::Key("items".to_owned()))
            .then(Seg::Item(item));
    }
    Edit::Set {
        path,
        value: Node::from(new),
    }
}

struct Writer<'w> {
    existing: &'w Existing,
    fabric: &'w FabricFiles<'w>,
    options: &'w Options,
    plan: Plan,
    state: State,
    /// Documents that are edited in place, by file and index, each parsed alone: a file of thousands is not read again for
    /// every one of them.
    edited: HashMap<(usize, usize), Stream>,
    /// Resources that were changed in place.
    changed: HashSet<ResourceId>,
    /// Paths that new resources were given.
    claimed: HashMap<String, ResourceId>,
    /// Where a resource was first taken from.
    first: HashMap<ResourceId, Place>,
}

impl Writer<'_> {
    /// The items of a list share the document's hash: an edit of one changes it for all that were as recorded.
    fn share_hashes(&mut self, edited: &[((usize, usize), Stream)]) {
        let hashes: HashMap<_, _> = edited
            .iter()
            .map(|((file, document), stream)| {
                let before = &self.existing.files[*file].1;
                let old = sha256_hex(document_bytes(before, *document).as_bytes());
                (
                    (*file, *document),
                    (old, hash_with(before, *document, stream.text())),
                )
            })
            .collect();
        for (id, site) in &self.existing.managed {
            let Some((old, new)) = hashes.get(&(site.file, site.document)) else {
                continue;
            };
            if let Some(entry) = self.state.resources.get_mut(&id.key(self.fabric.name))
                && (self.changed.contains(id) || entry.sha256 == *old)
            {
                entry.sha256.clone_from(new);
            }
        }
    }

    fn take(&mut self, drops: &[Drop], index: usize, findings: &mut Vec<Finding>) -> Vec<Taken> {
        let drop = &drops[index];
        let mut taken = Vec::new();
        for (_, candidate) in taking_part(drop, self.options) {
            let place = candidate.place.clone();
            if let Some(first) = self.first.get(&candidate.id) {
                findings.push(
                    Finding::new(
                        codes::REPEATED,
                        Severity::Warning,
                        place,
                        format!(
                            "{} stands in the drop twice with the same value; it is taken once",
                            candidate.id
                        ),
                    )
                    .resource(Some(reference(&candidate.id, Some(self.fabric.name))))
                    .related(first.clone(), "taken from here")
                    .help(
                        "nothing to do; give one of them another name if two resources were meant",
                    ),
                );
                taken.push(self.outcome(candidate, How::Unchanged));
                continue;
            }
            self.first.insert(candidate.id.clone(), place);
            let how = match self.existing.managed.get(&candidate.id).copied() {
                Some(site) => self.change(drop, candidate, site, findings),
                None => Some(self.create(drop, candidate)),
            };
            if let Some(how) = how {
                taken.push(self.outcome(candidate, how));
            }
        }
        taken
    }

    fn outcome(&self, candidate: &Candidate, how: How) -> Taken {
        let key = candidate.id.key(self.fabric.name);
        Taken {
            resource: candidate.id.to_string(),
            path: self
                .state
                .resources
                .get(&key)
                .map(|entry| entry.path.clone())
                .unwrap_or_default(),
            key,
            how,
        }
    }

    /// Gives a new resource its file.
    fn create(&mut self, drop: &Drop, candidate: &Candidate) -> How {
        let plural = kind::find(&candidate.id.group, &candidate.id.kind).map(|info| info.plural);
        let standard = managed_path(
            &drop.directory,
            self.fabric.fabric.template,
            &candidate.id,
            plural,
        );
        let path = self.free_path(&standard, &candidate.id);
        self.claimed.insert(path.clone(), candidate.id.clone());
        self.plan
            .write(path.clone(), candidate.text.as_bytes(), None);
        self.enter(&candidate.id, path, candidate.text.as_bytes());
        How::Created
    }

    /// A path may hold another resource, since people move files: then the key tells the two apart.
    fn free_path(&self, standard: &str, id: &ResourceId) -> String {
        let taken = |path: &str| {
            self.claimed.contains_key(path)
                || self
                    .fabric
                    .files
                    .binary_search_by(|file| file.path.as_str().cmp(path))
                    .is_ok()
        };
        if !taken(standard) {
            return standard.to_owned();
        }
        let hash = sha256_hex(id.key(self.fabric.name).as_bytes());
        let stem = standard.strip_suffix(".yaml").unwrap_or(standard);
        format!("{stem}.{}.yaml", &hash[..8])
    }

    /// Compares with what exists, and edits it in place where that was asked for.
    fn change(
        &mut self,
        drop: &Drop,
        candidate: &Candidate,
        site: Site,
        findings: &mut Vec<Finding>,
    ) -> Option<How> {
        let (path, stream) = &self.existing.files[site.file];
        let old = self.existing.value(site)?;
        let new = drop.value(candidate)?;
        if same_resource(old, new) {
            let key = candidate.id.key(self.fabric.name);
            if !self.state.resources.contains_key(&key) {
                let bytes = document_bytes(stream, site.document).to_owned();
                self.enter(&candidate.id, path.clone(), bytes.as_bytes());
            }
            return Some(How::Unchanged);
        }
        let at = (site.file, site.document);
        let current = self
            .edited
            .remove(&at)
            .unwrap_or_else(|| alone(stream, site.document));
        match apply(&current, 0, &[replacement(site, new)]) {
            Ok(edited) => {
                self.enter(&candidate.id, path.clone(), edited.text.as_bytes());
                self.edited
                    .insert(at, parse(edited.text, &ReadOptions::default()));
                self.changed.insert(candidate.id.clone());
                Some(How::Updated)
            }
            // Tried before on the file as it stands; only another edit of the same file can be in the way now.
            Err(error) => {
                self.edited.insert(at, current);
                findings.push(
                    Finding::new(
                        codes::EXISTS,
                        Severity::Error,
                        candidate.place.clone(),
                        format!("{} cannot be changed in place: {error}", candidate.id),
                    )
                    .related(self.existing.place(site), "managed here")
                    .help("edit the managed file by hand"),
                );
                None
            }
        }
    }

    fn enter(&mut self, id: &ResourceId, path: String, bytes: &[u8]) {
        let key = id.key(self.fabric.name);
        let entry = self.state.resources.entry(key).or_insert_with(|| Entry {
            path: path.clone(),
            sha256: String::new(),
            base: None,
            blob: None,
        });
        entry.path = path;
        entry.sha256 = sha256_hex(bytes);
    }

    fn finish(&mut self) {
        let mut edited: Vec<_> = self.edited.drain().collect();
        edited.sort_by_key(|(at, _)| *at);
        self.share_hashes(&edited);
        for group in edited.chunk_by(|a, b| a.0.0 == b.0.0) {
            let (path, before) = &self.existing.files[group[0].0.0];
            let bodies = group
                .iter()
                .map(|((_, document), stream)| (*document, stream.text()));
            let text = with_bodies(before, bodies);
            self.plan
                .write(path.clone(), text, Some(before.text().as_bytes()));
        }
    }
}

/// Returns the hash of a document's bytes with its body replaced.
fn hash_with(stream: &Stream, document: usize, body: &str) -> String {
    if stream.documents().len() == 1 {
        return sha256_hex(with_bodies(stream, [(document, body)]).as_bytes());
    }
    sha256_hex(body.as_bytes())
}

/// Reads one document of a file as if it stood alone.
fn alone(stream: &Stream, document: usize) -> Stream {
    let body = stream
        .document(document)
        .map_or("", |document| &stream.text()[document.body().range()]);
    parse(body, &ReadOptions::default())
}

/// Returns a file's text with the bodies of some documents, in order, replaced.
fn with_bodies<'b>(stream: &Stream, bodies: impl IntoIterator<Item = (usize, &'b str)>) -> String {
    let text = stream.text();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for (document, body) in bodies {
        if let Some(document) = stream.document(document) {
            let span = document.body().range();
            out.push_str(&text[at..span.start]);
            out.push_str(body);
            at = span.end;
        }
    }
    out.push_str(&text[at..]);
    out
}

/// Returns the bytes that a document's hash is of: the whole file where it holds one document, else the document's body.
#[must_use]
pub fn document_bytes(stream: &Stream, document: usize) -> &str {
    if stream.documents().len() == 1 {
        return stream.text();
    }
    stream
        .document(document)
        .map_or("", |document| &stream.text()[document.body().range()])
}
