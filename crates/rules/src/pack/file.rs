//! What was found in a file, as bytes without its path: the same content says the same at another place.

use std::collections::HashMap;
use std::sync::LazyLock;

use hnp_model::kind::KINDS;
use hnp_model::{
    DEFAULT_NAMESPACE, Finding, Fix, Place, Related, ResourceId, ResourceRef, TextEdit,
};

use super::{In, Out, Pack, packed};
use crate::catalogue;
use crate::facts::Detail;
use crate::file::{Facts, FileCheck, Role};
use crate::ignore::Ignore;

/// Adds the bytes of a file's check to others. Tells whether that is possible; what was added is of no use where not.
///
/// Path, role and text are left out.
#[must_use]
pub fn write(check: &FileCheck, bytes: &mut Vec<u8>) -> bool {
    let FileCheck {
        path,
        role: _,
        findings,
        facts,
        documents,
        broken,
        ignores,
        text: _,
    } = check;
    // Such a file is mended before long, and its text would weigh more than all else.
    if !broken.is_empty() {
        return false;
    }
    let mut out = Out {
        bytes,
        failed: false,
    };
    let here = |place: &Place| place.file == *path;
    let own = findings.iter().all(|finding| {
        let fix = finding.fix.iter().flat_map(|fix| &fix.edits);
        here(&finding.place)
            && finding.related.iter().all(|other| here(&other.place))
            && fix.map(|edit| &edit.place).all(here)
    });
    if !own || !ignores.iter().all(|ignore| here(&ignore.place)) {
        return false;
    }
    documents.pack(&mut out);
    facts.len().pack(&mut out);
    for facts in facts.iter() {
        facts.pack(&mut out);
    }
    findings.pack(&mut out);
    ignores.pack(&mut out);
    !out.failed
}

/// Reads what [`write()`] wrote, for a file at some path; `None` where the bytes are something else.
#[must_use]
pub fn read(bytes: &[u8], path: &str, role: Role) -> Option<FileCheck> {
    let mut input = In { bytes };
    let documents = usize::unpack(&mut input)?;
    let facts: Vec<Facts> = Vec::unpack(&mut input)?;
    let mut findings: Vec<Finding> = Vec::unpack(&mut input)?;
    let mut ignores: Vec<Ignore> = Vec::unpack(&mut input)?;
    if !input.bytes.is_empty() {
        return None;
    }
    for finding in &mut findings {
        let related = finding.related.iter_mut().map(|other| &mut other.place);
        let fix = finding.fix.iter_mut().flat_map(|fix| &mut fix.edits);
        let places = related.chain(fix.map(|edit| &mut edit.place));
        for place in places.chain([&mut finding.place]) {
            path.clone_into(&mut place.file);
        }
    }
    for ignore in &mut ignores {
        path.clone_into(&mut ignore.place.file);
    }
    Some(FileCheck {
        path: path.to_owned(),
        role,
        findings,
        facts: facts.into(),
        documents,
        broken: Vec::new(),
        ignores,
        text: None,
    })
}

impl Pack for Facts {
    fn pack(&self, out: &mut Out<'_>) {
        let Self {
            id,
            kind,
            name_span,
            document,
            item,
            detail,
        } = self;
        let ResourceId {
            kind: kind_name,
            group,
            namespace,
            name,
        } = id;
        match kind {
            Some(info) => {
                let at = KINDS.iter().position(|known| known == *info);
                if info.kind != kind_name || info.group != group || !detail.is_of(info.kind) {
                    out.fail();
                }
                at.map_or(0, |at| at + 1).pack(out);
            }
            None => {
                if *detail != Detail::None {
                    out.fail();
                }
                0_usize.pack(out);
                kind_name.pack(out);
                group.pack(out);
            }
        }
        name.pack(out);
        (namespace == DEFAULT_NAMESPACE).pack(out);
        if namespace != DEFAULT_NAMESPACE {
            namespace.pack(out);
        }
        name_span.pack(out);
        document.pack(out);
        item.pack(out);
        detail.pack(out);
    }

    fn unpack(input: &mut In<'_>) -> Option<Self> {
        let kind = match usize::unpack(input)?.checked_sub(1) {
            Some(at) => Some(KINDS.get(at)?),
            None => None,
        };
        let (kind_name, group) = match kind {
            Some(info) => (info.kind.to_owned(), info.group.to_owned()),
            None => (String::unpack(input)?, String::unpack(input)?),
        };
        let name = String::unpack(input)?;
        let namespace = if bool::unpack(input)? {
            DEFAULT_NAMESPACE.to_owned()
        } else {
            String::unpack(input)?
        };
        Some(Self {
            id: ResourceId {
                kind: kind_name,
                group,
                namespace,
                name,
            },
            kind,
            name_span: Pack::unpack(input)?,
            document: Pack::unpack(input)?,
            item: Pack::unpack(input)?,
            detail: match kind {
                Some(info) => Detail::unpack(info.kind, input)?,
                None => Detail::None,
            },
        })
    }
}

/// Every code there is, and which one it is. A build of hnp numbers them always alike.
static CODES: LazyLock<(Vec<&'static str>, HashMap<&'static str, usize>)> = LazyLock::new(|| {
    let codes: Vec<_> = catalogue::all().iter().map(|rule| rule.code).collect();
    let numbers = codes.iter().enumerate().map(|(n, code)| (*code, n));
    let numbers = numbers.collect();
    (codes, numbers)
});

impl Pack for Finding {
    fn pack(&self, out: &mut Out<'_>) {
        let Self {
            code,
            severity,
            message,
            place,
            field,
            resource,
            related,
            help,
            fix,
            old,
        } = self;
        match CODES.1.get(code) {
            Some(number) => number.pack(out),
            None => out.fail(),
        }
        severity.pack(out);
        message.pack(out);
        place.pack(out);
        field.pack(out);
        resource.pack(out);
        related.pack(out);
        help.pack(out);
        fix.pack(out);
        old.pack(out);
    }

    fn unpack(input: &mut In<'_>) -> Option<Self> {
        let number = usize::unpack(input)?;
        Some(Self {
            code: CODES.0.get(number)?,
            severity: Pack::unpack(input)?,
            message: Pack::unpack(input)?,
            place: Pack::unpack(input)?,
            field: Pack::unpack(input)?,
            resource: Pack::unpack(input)?,
            related: Pack::unpack(input)?,
            help: Pack::unpack(input)?,
            fix: Pack::unpack(input)?,
            old: Pack::unpack(input)?,
        })
    }
}

/// A place in the file itself: its path is left out.
impl Pack for Place {
    fn pack(&self, out: &mut Out<'_>) {
        let Self {
            file: _,
            start,
            end,
            span,
        } = self;
        start.pack(out);
        end.pack(out);
        span.pack(out);
    }

    fn unpack(input: &mut In<'_>) -> Option<Self> {
        Some(Self {
            file: String::new(),
            start: Pack::unpack(input)?,
            end: Pack::unpack(input)?,
            span: Pack::unpack(input)?,
        })
    }
}

packed! {
    Related { place, message }
    TextEdit { place, with }
    Fix { title, safe, edits }
    ResourceRef { fabric, kind, namespace, name }
    Ignore { code, lines, place }
}
