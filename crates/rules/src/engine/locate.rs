//! From spots to places: lines, columns, field paths and resources, found when something is to be said.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

use hnp_model::{Finding, Fix, Manifest, Place, Related, ResourceRef, TextEdit, manifests};
use hnp_yaml::{Kind, LineIndex, Options, Span, Stream, Value, parse};

use super::{Draft, Side, Spot};
use crate::file::FileCheck;
use crate::{Settings, tree::reference};

/// Where the texts of files are had from: path to bytes, by side.
pub type Texts<'t> = &'t dyn Fn(Side, &str) -> Option<Vec<u8>>;

/// Makes findings of drafts. Each file that one points into is read once more; most trees have none.
///
/// Returns beside the findings the texts that were read, by path, of the new side.
#[must_use]
pub fn locate(
    drafts: Vec<Draft>,
    new: &[FileCheck],
    old: &[FileCheck],
    settings: &Settings,
    texts: Texts<'_>,
) -> (Vec<Finding>, BTreeMap<String, String>) {
    let path = |side: Side, file: u32| -> &str {
        let files = match side {
            Side::New => new,
            Side::Old => old,
        };
        files.get(file as usize).map_or("", |file| &file.path)
    };
    let options = Options {
        limits: settings.limits,
        ..Options::default()
    };
    let mut streams: BTreeMap<(Side, u32), Stream> = BTreeMap::new();
    for spot in drafts.iter().flat_map(spots) {
        streams.entry((spot.side, spot.file)).or_insert_with(|| {
            let bytes = texts(spot.side, path(spot.side, spot.file)).unwrap_or_default();
            parse(bytes, &options)
        });
    }
    let mut lines = BTreeMap::new();
    let mut holders = BTreeMap::new();
    for (key, stream) in &streams {
        lines.insert(*key, stream.lines());
        holders.insert(*key, manifests(stream));
    }
    let place = |spot: Spot| place(spot, path(spot.side, spot.file), &lines);
    let drafts = bounded(drafts, |spot| {
        let holders = holders.get(&(spot.side, spot.file))?;
        Some(holder(holders, spot.span)?.value.full_span().start)
    });
    let findings = drafts
        .into_iter()
        .map(|draft| {
            let spot = draft.spot;
            let holders = holders.get(&(spot.side, spot.file));
            let manifest = holders.and_then(|manifests| holder(manifests, spot.span));
            let field = draft.field.clone().or_else(|| field(manifest?, spot.span));
            let resource = manifest
                .and_then(Manifest::id)
                .map(|id| reference(&id, settings.fabric.as_deref()));
            finding(draft, &place, field, resource)
        })
        .collect();
    let texts = streams
        .into_iter()
        .filter(|((side, _), _)| *side == Side::New)
        .map(|((side, file), stream)| (path(side, file).to_owned(), stream.into_text()))
        .collect();
    (findings, texts)
}

/// Leaves of each rule and resource no more than the limit, and says in the last one how many were left out.
fn bounded(drafts: Vec<Draft>, resource: impl Fn(Spot) -> Option<u32>) -> Vec<Draft> {
    if drafts.len() <= super::MOST {
        return drafts;
    }
    // By rule, file and resource: how many, and which of those kept is the last.
    type Key = (&'static str, Side, u32, Option<u32>);
    let mut counts: HashMap<Key, (usize, usize)> = HashMap::new();
    let mut kept: Vec<Draft> = Vec::new();
    for draft in drafts {
        let spot = draft.spot;
        let key = (draft.rule.code, spot.side, spot.file, resource(spot));
        let (count, last) = counts.entry(key).or_default();
        *count += 1;
        if *count <= super::MOST {
            *last = kept.len();
            kept.push(draft);
        }
    }
    for (count, last) in counts.into_values() {
        if count > super::MOST {
            kept[last].say_more(count - super::MOST);
        }
    }
    kept
}

fn place(spot: Spot, path: &str, lines: &BTreeMap<(Side, u32), LineIndex<'_>>) -> Place {
    match lines.get(&(spot.side, spot.file)) {
        Some(lines) => Place::new(path, lines, spot.span),
        None => Place::file(path),
    }
}

fn spots(draft: &Draft) -> impl Iterator<Item = Spot> + '_ {
    let fix = draft.fix.iter().flat_map(|fix| &fix.edits);
    std::iter::once(draft.spot)
        .chain(draft.related.iter().map(|(spot, _)| *spot))
        .chain(fix.map(|(spot, _)| *spot))
}

/// Makes a finding of a draft.
pub(super) fn finding(
    draft: Draft,
    place: &dyn Fn(Spot) -> Place,
    field: Option<String>,
    resource: Option<ResourceRef>,
) -> Finding {
    let mut finding = Finding::new(
        draft.rule.code,
        draft.severity,
        place(draft.spot),
        draft.message,
    );
    finding.field = field;
    finding.resource = resource;
    finding.help = draft.help.or_else(|| Some(clause(draft.rule.fix)));
    finding.related = draft
        .related
        .into_iter()
        .map(|(spot, message)| Related {
            place: place(spot),
            message,
        })
        .collect();
    finding.fix = draft.fix.map(|fix| Fix {
        title: fix.title,
        safe: fix.safe,
        edits: fix
            .edits
            .into_iter()
            .map(|(spot, with)| TextEdit {
                place: place(spot),
                with,
            })
            .collect(),
    });
    finding
}

/// Makes a clause of a rule's sentence of advice: no full stop, and no capital where it only opens the sentence.
fn clause(sentence: &str) -> String {
    let sentence = sentence.trim_end_matches('.');
    let mut chars = sentence.chars();
    match (chars.next(), chars.next()) {
        (Some(first), Some(second)) if first.is_uppercase() && !second.is_uppercase() => {
            let rest = &sentence[first.len_utf8()..];
            format!("{}{rest}", first.to_lowercase())
        }
        _ => sentence.to_owned(),
    }
}

/// Returns the one of several manifests, in source order, that a span lies in.
fn holder<'s>(manifests: &[Manifest<'s>], span: Span) -> Option<Manifest<'s>> {
    let at = manifests.partition_point(|manifest| manifest.value.full_span().start <= span.start);
    let manifest = manifests[..at].last()?;
    encloses(manifest.value.full_span(), span).then_some(*manifest)
}

fn encloses(outer: Span, inner: Span) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

/// Returns the path of the innermost field that a span lies in, key or value.
pub(super) fn field(manifest: Manifest<'_>, span: Span) -> Option<String> {
    let mut path = String::new();
    let mut value = manifest.value;
    'deeper: loop {
        match value.kind() {
            Kind::Map if !value.is_alias() => {
                for entry in value.entries() {
                    let of_value = encloses(entry.value.full_span(), span);
                    if of_value || encloses(entry.key_span, span) {
                        if !path.is_empty() {
                            path.push('.');
                        }
                        path.push_str(entry.key);
                        if !of_value || same(entry.value, span) {
                            return Some(path);
                        }
                        value = entry.value;
                        continue 'deeper;
                    }
                }
            }
            Kind::Seq if !value.is_alias() => {
                for (n, item) in value.items().enumerate() {
                    if encloses(item.full_span(), span) {
                        let _ = write!(path, "[{n}]");
                        if same(item, span) {
                            return Some(path);
                        }
                        value = item;
                        continue 'deeper;
                    }
                }
            }
            _ => {}
        }
        return (!path.is_empty()).then_some(path);
    }
}

fn same(value: Value<'_>, span: Span) -> bool {
    value.span() == span || value.full_span() == span
}
